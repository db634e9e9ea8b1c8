#include "service/erase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "service/alert_record.hpp"
#include "service/attachment_record.hpp"
#include "service/child_protection.hpp"
#include "service/client_page_record.hpp"
#include "service/coding_record.hpp"
#include "service/plan_record.hpp"
#include "service/reminder_record.hpp"
#include "service/session.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

template <class Record>
Result<bool> remove_all(Transaction& transaction, Condition condition) {
  const Condition conditions[] = {std::move(condition)};
  const auto removed = transaction.remove(table_of<Record>(), conditions);
  if (!removed) return tl::unexpected(removed.error());
  return true;
}

Result<bool> remove_clip(Transaction& transaction, const Id<CodingTarget>& clip) {
  const auto sheets = list<CodingSheet>(transaction, {{where(&CodingSheet::target, clip)}, {}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  for (const CodingSheet& sheet : *sheets)
    for (const auto& removed : {remove_all<CodedEvent>(transaction, where(&CodedEvent::sheet, sheet.id)),
                                remove_all<CodedRating>(transaction, where(&CodedRating::sheet, sheet.id)),
                                remove_all<CodedClass>(transaction, where(&CodedClass::sheet, sheet.id))})
      if (!removed) return removed;
  for (const auto& removed : {remove_all<ProcedureStep>(transaction, where(&ProcedureStep::target, clip)),
                              remove_all<CodingSheet>(transaction, where(&CodingSheet::target, clip)),
                              remove_all<CodingTarget>(transaction, where(&CodingTarget::id, clip))})
    if (!removed) return removed;
  return true;
}

Result<std::vector<Course>> courses_of(Transaction& transaction, const Id<Person>& person) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  std::vector<Id<Course>> ids;
  for (const Member& member : *memberships) ids.push_back(member.course);
  return list<Course>(transaction, {{where_one_of(&Course::id, ids)}, {by(&Course::created_at)}, {}});
}

/// The day of the last measure given in a course, where there is one: an end that was dated back does not
/// shorten what has to be kept.
Result<Date> last_day(Transaction& transaction, const Course& course) {
  const auto last = list<Administration>(
      transaction, {{where(&Administration::course, course.id)}, {by(&Administration::given_at, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  if (last->empty()) return *course.ended_on;
  return std::max(*course.ended_on, date_of(last->front().given_at));
}

/// When the last of the courses ended; nothing while one goes on.
Result<std::optional<Date>> last_end(Transaction& transaction, const std::vector<Course>& courses) {
  Date last{1000, 1, 1};
  for (const Course& course : courses) {
    if (!course.ended_on) return std::optional<Date>();
    const auto day = last_day(transaction, course);
    if (!day) return tl::unexpected(day.error());
    last = std::max(last, *day);
  }
  return std::optional(last);
}

/// The day from which a record need not be kept. 29 February becomes 1 March.
Date after_years(Date date, int years) {
  date.year += years;
  if (date.month == 2 && date.day == 29) return {date.year, 3, 1};
  return date;
}

Result<bool> may_be_erased(Transaction& transaction, const Id<Person>& person, Date today) {
  const auto courses = courses_of(transaction, person);
  if (!courses) return tl::unexpected(courses.error());
  const auto last = last_end(transaction, *courses);
  if (!last) return tl::unexpected(last.error());
  const auto& ended = *last;
  if (!ended) return fail(ErrorKind::conflict, "person.in_course", "end the person's courses first");
  const Condition open[] = {where(&RiskEntry::person, person), where(&RiskEntry::closed_at, Is::absent)};
  const auto risks = transaction.count(table_of<RiskEntry>(), open);
  if (!risks) return tl::unexpected(risks.error());
  if (*risks > 0)
    return fail(ErrorKind::conflict, "person.open_risk",
                "a risk answer of this person is open: close it first");
  const auto worry = has_open_child_note(transaction, person);
  if (!worry) return tl::unexpected(worry.error());
  if (*worry)
    return fail(ErrorKind::conflict, "person.open_child_note",
                "a child-protection note about this person has no decision: decide first");
  const auto years = years_to_keep(transaction);
  if (!years) return tl::unexpected(years.error());
  if (!*years || courses->empty()) return true;
  const Date until = after_years(*ended, **years);
  if (until <= today) return true;
  return fail(ErrorKind::conflict, "person.retained",
              fmt::format("this practice keeps a record until {}", to_text(until)));
}

/// Screens that are locked to a sheet of theirs: signed out, since only the password may widen them.
Result<bool> end_rooms(Transaction& transaction, const Id<Person>& person) {
  const auto sheets =
      list<Administration>(transaction, {{where(&Administration::respondent, person)}, {}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  for (const Administration& sheet : *sheets)
    if (auto ended =
            remove_all<Session>(transaction, where(&Session::administration, std::optional(sheet.id.text())));
        !ended)
      return ended;
  return true;
}

/// Clips they are in, whoever's record these are of, and everything that observers put down about them.
Result<bool> remove_clips(Transaction& transaction, const Id<Person>& person) {
  for (const Condition& theirs : {where(&CodingTarget::person, std::optional(person)),
                                  where(&CodingTarget::with_person, std::optional(person))}) {
    const auto clips = list<CodingTarget>(transaction, {{theirs}, {}, {}});
    if (!clips) return tl::unexpected(clips.error());
    for (const CodingTarget& clip : *clips)
      if (auto removed = remove_clip(transaction, clip.id); !removed) return removed;
  }
  return true;
}

/// Whether nobody but them is left in a course.
Result<bool> is_last(Transaction& transaction, const Id<Person>& person, const Id<Course>& course) {
  const auto members = list<Member>(transaction, {{where(&Member::course, course)}, {}, {}});
  if (!members) return tl::unexpected(members.error());
  for (const Member& member : *members) {
    if (member.person == person) continue;
    const auto other = get<Person>(transaction, member.person);
    if (!other) return tl::unexpected(other.error());
    if (!other->erased_at) return false;
  }
  return true;
}

/// What was planned in courses in which nobody else is left: a protocol tells what a course was for.
Result<bool> remove_plans(Transaction& transaction, const Id<Person>& person) {
  const auto courses = courses_of(transaction, person);
  if (!courses) return tl::unexpected(courses.error());
  for (const Course& course : *courses) {
    auto last = is_last(transaction, person, course.id);
    if (!last) return last;
    if (!*last) continue;
    for (const auto& removed :
         {remove_all<PlanStage>(transaction, where(&PlanStage::course, course.id)),
          remove_all<MarkerSeen>(transaction, where(&MarkerSeen::course, course.id)),
          remove_all<PlannedTechnique>(transaction, where(&PlannedTechnique::course, course.id)),
          remove_all<CoursePlan>(transaction, where(&CoursePlan::course, course.id))})
      if (!removed) return removed;
  }
  return true;
}

/// Everything of theirs, rows that point to others first.
Result<bool> remove_rows(Transaction& transaction, const Id<Person>& person) {
  const std::optional<Id<Person>> them(person);
  // Others may have answered about someone this person is attached to.
  const auto figures = list<Figure>(transaction, {{where(&Figure::person, person)}, {}, {}});
  if (!figures) return tl::unexpected(figures.error());
  std::vector<std::optional<Id<Figure>>> ids;
  for (const Figure& figure : *figures) ids.emplace_back(figure.id);
  const auto unnamed =
      change<Administration>(transaction, {to(&Administration::figure, std::optional<Id<Figure>>())},
                             {where_one_of(&Administration::figure, ids)});
  if (!unnamed) return tl::unexpected(unnamed.error());
  if (auto ended = end_rooms(transaction, person); !ended) return ended;
  if (auto removed = remove_clips(transaction, person); !removed) return removed;
  if (auto removed = erase_safety(transaction, person); !removed) return removed;
  for (const auto& removed :
       {remove_all<Session>(transaction, where(&Session::person, them)),
        remove_all<Ticket>(transaction, where(&Ticket::person, them)),
        remove_all<Reminder>(transaction, where(&Reminder::person, person)),
        remove_all<ReminderChoice>(transaction, where(&ReminderChoice::person, person)),
        remove_all<ClientRequest>(transaction, where(&ClientRequest::person, person)),
        remove_all<ClientPage>(transaction, where(&ClientPage::person, person)),
        remove_all<RiskEntry>(transaction, where(&RiskEntry::person, person)),
        remove_all<AlertStep>(transaction, where(&AlertStep::person, person)),
        remove_all<Alert>(transaction, where(&Alert::person, person)),
        remove_all<FeedbackStatus>(transaction, where(&FeedbackStatus::person, person)),
        remove_all<GateAnswer>(transaction, where(&GateAnswer::person, person)),
        remove_all<GoalRating>(transaction, where(&GoalRating::person, person)),
        remove_all<Goal>(transaction, where(&Goal::person, person)),
        remove_all<LossDay>(transaction, where(&LossDay::person, person)),
        remove_plans(transaction, person),
        remove_all<ResponseSheet>(transaction, where(&ResponseSheet::respondent, person)),
        remove_all<Administration>(transaction, where(&Administration::respondent, person)),
        remove_all<SignedDocument>(transaction, where(&SignedDocument::person, person)),
        remove_all<BreakGlass>(transaction, where(&BreakGlass::person, person)),
        remove_all<Consent>(transaction, where(&Consent::person, person)),
        remove_all<ClaimReview>(transaction, where(&ClaimReview::person, person)),
        remove_all<ClaimEvidence>(transaction, where(&ClaimEvidence::person, person)),
        remove_all<CorrectiveMoment>(transaction, where(&CorrectiveMoment::person, person)),
        remove_all<Claim>(transaction, where(&Claim::person, person)),
        remove_all<Formulation>(transaction, where(&Formulation::person, person)),
        remove_all<RelationshipEpisode>(transaction, where(&RelationshipEpisode::person, person)),
        remove_all<Comforting>(transaction, where(&Comforting::person, person)),
        remove_all<HistoryEvent>(transaction, where(&HistoryEvent::person, person)),
        remove_all<Figure>(transaction, where(&Figure::person, person)),
        remove_all<PersonIndex>(transaction, where(&PersonIndex::person, person))})
    if (!removed) return removed;
  if (auto erased = erase_sessions(transaction, person); !erased) return erased;
  const auto no_longer = change<Figure>(transaction, {to(&Figure::is_person, std::optional<Id<Person>>())},
                                        {where(&Figure::is_person, them)});
  if (!no_longer) return tl::unexpected(no_longer.error());
  return true;
}

Result<bool> erase_rows(Transaction& transaction, const Tombstone& tombstone) {
  auto person = get<Person>(transaction, tombstone.id);
  if (!person) return tl::unexpected(person.error());
  if (auto removed = remove_rows(transaction, tombstone.id); !removed) return removed;
  Person remains;
  remains.id = person->id;
  remains.code = person->code;
  remains.age_group = person->age_group;
  remains.created_at = person->created_at;
  remains.erased_at = tombstone.erased_at;
  if (auto kept = replace(transaction, remains); !kept) return kept;
  if (auto destroyed = transaction.destroy_key(tombstone.id.text()); !destroyed) return destroyed;
  return insert(transaction, tombstone);
}

Result<std::vector<CourseView>> course_views(Transaction& transaction, const Id<Person>& person) {
  const auto courses = courses_of(transaction, person);
  if (!courses) return tl::unexpected(courses.error());
  std::vector<CourseView> views;
  for (const Course& course : *courses) {
    auto view = view_of_course(transaction, course);
    if (!view) return tl::unexpected(view.error());
    // Names of the others are theirs.
    for (MemberView& member : view->members)
      if (member.person != person) member.name.reset();
    views.push_back(std::move(*view));
  }
  return views;
}

/// What a copy may tell of the audit. It may reach whoever has care of a child: that there is a note is not
/// for them to read in it. Of a course with several people only what names this one: that a gate was held, or
/// that a session was added, tells what somebody else has said.
Result<std::vector<AuditEntry>> seen_for_copy(Transaction& transaction, const Id<Person>& person) {
  auto entries = seen_by(transaction, person, {});
  if (!entries) return entries;
  std::map<Id<Course>, bool> alone;
  for (const AuditEntry& entry : *entries) {
    if (!entry.course || alone.contains(*entry.course)) continue;
    const auto course = get<Course>(transaction, *entry.course);
    if (!course) return tl::unexpected(course.error());
    alone.emplace(*entry.course, course->unit == UnitKind::individual);
  }
  std::erase_if(*entries, [&](const AuditEntry& entry) {
    return is_about_child_protection(entry.action) || is_about_child_protection(entry.object) ||
           (!entry.person && entry.course && !alone.at(*entry.course));
  });
  return entries;
}

template <class Record>
Result<std::vector<Record>> all_of(Transaction& transaction, const Id<Person>& person,
                                   Instant Record::*when) {
  return list<Record>(transaction, {{where(&Record::person, person)}, {by(when)}, {}});
}

Result<std::vector<FormulationView>> formulations_of(Transaction& transaction, const Id<Person>& person) {
  const auto kept = all_of(transaction, person, &Formulation::written_at);
  if (!kept) return tl::unexpected(kept.error());
  std::vector<FormulationView> views;
  for (const Formulation& one : *kept) {
    auto view = view_of_formulation(one);
    if (!view) return tl::unexpected(view.error());
    views.push_back(std::move(*view));
  }
  return views;
}

Result<std::vector<ReminderChoiceView>> choices_of(Transaction& transaction, const Id<Person>& person) {
  const auto choice = reminder_choice(transaction, person);
  if (!choice) return tl::unexpected(choice.error());
  return *choice ? std::vector{view_of_choice(**choice)} : std::vector<ReminderChoiceView>();
}

Result<std::vector<Sheet>> sheets_of(Transaction& transaction, const Practice& practice,
                                     const Id<Person>& person) {
  const auto given = list<Administration>(
      transaction, {{where(&Administration::respondent, person)}, {by(&Administration::given_at)}, {}});
  if (!given) return tl::unexpected(given.error());
  std::vector<Sheet> sheets;
  for (const Administration& administration : *given) {
    auto sheet = sheet_of(transaction, practice, administration);
    if (!sheet) return tl::unexpected(sheet.error());
    sheets.push_back(std::move(*sheet));
  }
  return sheets;
}

}  // namespace

Result<PersonCopy> copy_person(const Practice& practice, const Actor& actor, const Id<Person>& id) {
  return look<PersonCopy>(
      practice, actor, {"person.copy", Permission::write_person, {}, id, ""},
      [&](Transaction& transaction) -> Result<PersonCopy> {
        PersonCopy copy;
        Error trouble;
        const auto take = [&]<class T>(T& into, Result<T> from) {
          if (from)
            into = std::move(*from);
          else
            trouble = from.error();
          return from.has_value();
        };
        const bool whole =
            take(copy.record, view_of_person(transaction, id)) &&
            take(copy.courses, course_views(transaction, id)) &&
            take(copy.sheets, sheets_of(transaction, practice, id)) &&
            take(copy.risk_entries,
                 list<RiskEntry>(transaction,
                                 {{where(&RiskEntry::person, id)}, {by(&RiskEntry::created_at)}, {}})) &&
            take(copy.documents, list<SignedDocument>(transaction, {{where(&SignedDocument::person, id)},
                                                                    {by(&SignedDocument::signed_at)},
                                                                    {}})) &&
            take(copy.claims, all_of(transaction, id, &Claim::created_at)) &&
            take(copy.claim_reviews, all_of(transaction, id, &ClaimReview::reviewed_at)) &&
            take(copy.claim_evidence, all_of(transaction, id, &ClaimEvidence::noted_at)) &&
            take(copy.corrective_moments, all_of(transaction, id, &CorrectiveMoment::noted_at)) &&
            take(copy.formulations, formulations_of(transaction, id)) &&
            take(copy.relationship_episodes, all_of(transaction, id, &RelationshipEpisode::noted_at)) &&
            take(copy.codings, coded_about(transaction, practice, id)) &&
            take(copy.sessions, copy_sessions(transaction, id)) &&
            take(copy.course_events, all_of(transaction, id, &CourseEvent::noted_at)) &&
            take(copy.next_steps, all_of(transaction, id, &NextStep::agreed_at)) &&
            take(copy.alerts, all_of(transaction, id, &Alert::raised_at)) &&
            take(copy.alert_steps, all_of(transaction, id, &AlertStep::at)) &&
            take(copy.goals, all_of(transaction, id, &Goal::written_at)) &&
            take(copy.goal_ratings, all_of(transaction, id, &GoalRating::noted_at)) &&
            take(copy.loss_days, all_of(transaction, id, &LossDay::noted_at)) &&
            take(copy.gate_answers, all_of(transaction, id, &GateAnswer::answered_at)) &&
            take(copy.reminder_choices, choices_of(transaction, id)) &&
            take(copy.reminders, all_of(transaction, id, &Reminder::made_at)) &&
            take(copy.client_requests, all_of(transaction, id, &ClientRequest::asked_at)) &&
            take(copy.safety, copy_safety(transaction, id, date_of(practice.clock.now()))) &&
            take(copy.seen_by, seen_for_copy(transaction, id));
        if (!whole) return tl::unexpected(trouble);
        return copy;
      });
}

namespace {

Result<Tombstone> erase(Transaction& transaction, Instant now, const Id<Person>& id, Ground ground,
                        const std::string& code) {
  const auto person = get<Person>(transaction, id);
  if (!person) return tl::unexpected(person.error());
  if (person->erased_at)
    return fail(ErrorKind::conflict, "person.erased", "this person's record was erased before");
  if (person->code != code)
    return fail(ErrorKind::bad_data, "person.code", "the code of this person, to be sure",
                Place{"", 0, 0, "code"});
  if (auto may = may_be_erased(transaction, id, date_of(now)); !may) return tl::unexpected(may.error());
  const Tombstone tombstone{id, now, std::string(to_text(ground))};
  if (auto gone = erase_rows(transaction, tombstone); !gone) return tl::unexpected(gone.error());
  return tombstone;
}

Result<bool> check_due(Transaction& transaction, const Id<Person>& id) {
  const auto years = years_to_keep(transaction);
  if (!years) return tl::unexpected(years.error());
  const auto courses = courses_of(transaction, id);
  if (!courses) return tl::unexpected(courses.error());
  if (*years && !courses->empty()) return true;
  return fail(ErrorKind::conflict, "person.not_due",
              "only who is due by the years this practice has set, after a course that has ended");
}

}  // namespace

Result<Tombstone> erase_person(const Practice& practice, const Actor& actor, const Id<Person>& id,
                               const Erasure& input) {
  return carry_out<Tombstone>(
      practice, actor, {"person.erase", Permission::write_person, {}, id, std::string(to_text(input.ground))},
      [&](Transaction& transaction) {
        return erase(transaction, practice.clock.now(), id, input.ground, input.code);
      });
}

Result<Tombstone> erase_due(const Practice& practice, const Actor& actor, const Id<Person>& id,
                            const ErasureOfDue& input) {
  return carry_out<Tombstone>(
      practice, actor, {"person.erase", Permission::manage_practice, {}, id, "retention"},
      [&](Transaction& transaction) -> Result<Tombstone> {
        if (auto due = check_due(transaction, id); !due) return tl::unexpected(due.error());
        return erase(transaction, practice.clock.now(), id, Ground::retention, input.code);
      });
}

Result<std::vector<DuePerson>> due_for_erasure(const Practice& practice, const Actor& actor) {
  return look<std::vector<DuePerson>>(
      practice, actor, {"person.due", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<DuePerson>> {
        const auto years = years_to_keep(transaction);
        if (!years) return tl::unexpected(years.error());
        std::vector<DuePerson> due;
        if (!*years) return due;
        const auto people = list<Person>(
            transaction, {{where(&Person::erased_at, Is::absent)}, {by(&Person::created_at)}, {}});
        if (!people) return tl::unexpected(people.error());
        const Date today = date_of(practice.clock.now());
        for (const Person& person : *people) {
          const auto courses = courses_of(transaction, person.id);
          if (!courses) return tl::unexpected(courses.error());
          const auto ended = last_end(transaction, *courses);
          if (!ended) return tl::unexpected(ended.error());
          if (courses->empty() || !*ended) continue;
          const Date since = after_years(**ended, **years);
          if (since <= today) due.push_back({person.id, person.code, since});
        }
        return due;
      });
}

Result<bool> erase_again(Transaction& transaction, const Tombstone& tombstone) {
  const auto person = find<Person>(transaction, where(&Person::id, tombstone.id));
  if (!person) return tl::unexpected(person.error());
  if (!*person || (*person)->erased_at) return true;
  return erase_rows(transaction, tombstone);
}

}  // namespace securebase::service
