#include "service/session_step.hpp"

#include <algorithm>
#include <utility>

#include "service/claim.hpp"
#include "service/session.hpp"

namespace securebase::service {
namespace {

Result<bool> check_session(Transaction& transaction, const Id<Course>& course,
                           const std::optional<Id<TherapySession>>& session) {
  if (!session) return true;
  const auto found = session_of(transaction, course, *session);
  if (!found) return tl::unexpected(found.error());
  return true;
}

template <class Record>
using ChangeRecord = std::function<Result<bool>(Record&)>;

/// One record of a member's, as `change` leaves it.
template <class Record>
Result<Record> change_record(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                             const Id<Record>& id, const ChangeRecord<Record>& change) {
  auto kept = get<Record>(transaction, id);
  if (!kept) return kept;
  if (kept->course != course || kept->person != person || kept->withdrawn_at)
    return fail(ErrorKind::not_found, std::string(Record::table) + ".not_found", "there is no such record");
  if (auto changed = change(*kept); !changed) return tl::unexpected(changed.error());
  if (auto replaced = replace(transaction, *kept); !replaced) return tl::unexpected(replaced.error());
  return kept;
}

template <class Record>
Result<bool> withdraw_record(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Person>& person, const Id<Record>& id, std::string_view name) {
  return carry_out<bool>(practice, actor, {name, Permission::write_course, course, person, id.text()},
                         [&](Transaction& transaction) -> Result<bool> {
                           const auto withdrawn = change_record<Record>(
                               transaction, course, person, id, [&](Record& kept) -> Result<bool> {
                                 kept.withdrawn_at = practice.clock.now();
                                 return true;
                               });
                           if (!withdrawn) return tl::unexpected(withdrawn.error());
                           return true;
                         });
}

}  // namespace

Result<std::vector<CourseEvent>> course_events(Transaction& transaction, const Id<Course>& course) {
  auto events = list<CourseEvent>(
      transaction, {{where(&CourseEvent::course, course), where(&CourseEvent::withdrawn_at, Is::absent)},
                    {by(&CourseEvent::noted_at, true)},
                    {}});
  if (!events) return events;
  std::stable_sort(events->begin(), events->end(),
                   [](const CourseEvent& a, const CourseEvent& b) { return a.happened_on > b.happened_on; });
  return events;
}

Result<std::vector<NextStep>> steps_of(Transaction& transaction, const Id<Course>& course) {
  auto steps = list<NextStep>(transaction,
                              {{where(&NextStep::course, course), where(&NextStep::withdrawn_at, Is::absent)},
                               {by(&NextStep::agreed_at, true)},
                               {}});
  if (!steps) return steps;
  std::stable_partition(steps->begin(), steps->end(), [](const NextStep& step) { return !step.done_at; });
  return steps;
}

Result<std::vector<NextStep>> shared_steps(Transaction& transaction, const Id<Person>& person) {
  return list<NextStep>(transaction,
                        {{where(&NextStep::person, person), where(&NextStep::shared_with_client, true),
                          where(&NextStep::withdrawn_at, Is::absent)},
                         {by(&NextStep::agreed_at, true)},
                         {}});
}

Result<std::vector<CourseEvent>> list_course_events(const Practice& practice, const Actor& actor,
                                                    const Id<Course>& course) {
  return look<std::vector<CourseEvent>>(
      practice, actor, {"event.list", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) { return course_events(transaction, course); });
}

Result<CourseEvent> add_course_event(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                     const Id<Person>& person, const NewCourseEvent& input) {
  const auto id = new_id<CourseEvent>(practice.entropy);
  return carry_out<CourseEvent>(practice, actor,
                                {"event.add", Permission::write_course, course, person, id.text()},
                                [&](Transaction& transaction) -> Result<CourseEvent> {
                                  if (auto may = may_be_written(transaction, course, person); !may)
                                    return tl::unexpected(may.error());
                                  if (auto there = check_session(transaction, course, input.session); !there)
                                    return tl::unexpected(there.error());
                                  if (auto fits = check_words(input.words, "words"); !fits)
                                    return tl::unexpected(fits.error());
                                  const Instant now = practice.clock.now();
                                  if (date_of(now + day_ms) < input.happened_on)
                                    return fail(ErrorKind::bad_data, "event.day", "a day that has been",
                                                Place{"", 0, 0, "happened_on"});
                                  CourseEvent event{id,
                                                    course,
                                                    person,
                                                    input.session,
                                                    Private<std::string>(std::string(to_text(input.kind))),
                                                    input.happened_on,
                                                    input.words,
                                                    now,
                                                    {}};
                                  if (auto added = insert(transaction, event); !added)
                                    return tl::unexpected(added.error());
                                  return event;
                                });
}

Result<bool> withdraw_course_event(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<Person>& person, const Id<CourseEvent>& event) {
  return withdraw_record(practice, actor, course, person, event, "event.withdraw");
}

Result<std::vector<NextStep>> list_steps(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course) {
  return look<std::vector<NextStep>>(practice, actor, {"step.list", Permission::read_course, course, {}, ""},
                                     [&](Transaction& transaction) { return steps_of(transaction, course); });
}

Result<NextStep> add_step(const Practice& practice, const Actor& actor, const Id<Course>& course,
                          const Id<Person>& person, const NewStep& input) {
  const auto id = new_id<NextStep>(practice.entropy);
  return carry_out<NextStep>(practice, actor,
                             {"step.add", Permission::write_course, course, person, id.text()},
                             [&](Transaction& transaction) -> Result<NextStep> {
                               if (auto may = may_be_written(transaction, course, person); !may)
                                 return tl::unexpected(may.error());
                               if (auto there = check_session(transaction, course, input.session); !there)
                                 return tl::unexpected(there.error());
                               if (auto fits = check_words(input.words, "words"); !fits)
                                 return tl::unexpected(fits.error());
                               NextStep step{id,
                                             course,
                                             person,
                                             input.session,
                                             input.words,
                                             input.whose,
                                             input.due,
                                             {},
                                             input.shared_with_client,
                                             practice.clock.now(),
                                             {}};
                               if (auto added = insert(transaction, step); !added)
                                 return tl::unexpected(added.error());
                               return step;
                             });
}

Result<NextStep> change_step(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Person>& person, const Id<NextStep>& step, const StepChange& input) {
  return carry_out<NextStep>(
      practice, actor, {"step.change", Permission::write_course, course, person, step.text()},
      [&](Transaction& transaction) -> Result<NextStep> {
        return change_record<NextStep>(
            transaction, course, person, step, [&](NextStep& kept) -> Result<bool> {
              if (auto fits = check_words(input.words, "words"); !fits) return fits;
              kept.words = input.words;
              kept.whose = input.whose;
              kept.due = input.due;
              kept.shared_with_client = input.shared_with_client;
              if (input.done != kept.done_at.has_value())
                kept.done_at = input.done ? std::optional(practice.clock.now()) : std::nullopt;
              return true;
            });
      });
}

Result<bool> withdraw_step(const Practice& practice, const Actor& actor, const Id<Course>& course,
                           const Id<Person>& person, const Id<NextStep>& step) {
  return withdraw_record(practice, actor, course, person, step, "step.withdraw");
}

}  // namespace securebase::service
