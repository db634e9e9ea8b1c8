#include "service/safety_copy.hpp"

#include <set>

namespace securebase::service {
namespace {

template <class Record>
Result<std::vector<Record>> theirs(Transaction& transaction, const Id<Person>& person,
                                   Instant Record::*when) {
  return list<Record>(transaction, {{where(&Record::person, person)}, {by(when)}, {}});
}

/// Courses that nobody else is part of.
Result<std::set<Id<Course>>> courses_alone(Transaction& transaction, const Id<Person>& person) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  std::set<Id<Course>> alone;
  for (const Member& member : *memberships) {
    const auto course = get<Course>(transaction, member.course);
    if (!course) return tl::unexpected(course.error());
    if (course->unit == UnitKind::individual) alone.insert(course->id);
  }
  return alone;
}

template <class Record>
Result<std::vector<Record>> of_courses_alone(Transaction& transaction, const Id<Person>& person,
                                             Instant Record::*when) {
  auto records = theirs(transaction, person, when);
  if (!records) return records;
  const auto alone = courses_alone(transaction, person);
  if (!alone) return tl::unexpected(alone.error());
  std::erase_if(*records, [&](const Record& record) { return !alone->contains(record.course); });
  return records;
}

/// A hold on what several do together may rest on what another of them told: it stands in nobody's copy.
Result<std::vector<Hold>> holds_of(Transaction& transaction, const Id<Person>& person) {
  auto holds = theirs(transaction, person, &Hold::set_at);
  if (!holds) return holds;
  const auto alone = courses_alone(transaction, person);
  if (!alone) return tl::unexpected(alone.error());
  std::erase_if(*holds, [&](const Hold& hold) { return hold.for_course && !alone->contains(hold.course); });
  return holds;
}

template <class Record>
Result<bool> remove_theirs(Transaction& transaction, const Id<Person>& person) {
  const Condition condition[] = {where(&Record::person, person)};
  const auto removed = transaction.remove(table_of<Record>(), condition);
  if (!removed) return tl::unexpected(removed.error());
  return true;
}

}  // namespace

Result<SafetyCopy> copy_safety(Transaction& transaction, const Id<Person>& person, Date today) {
  SafetyCopy copy;
  Error trouble{};
  const auto take = [&](auto& into, auto result) {
    if (result)
      into = std::move(*result);
    else
      trouble = result.error();
    return result.has_value();
  };
  const bool whole =
      take(copy.holds, holds_of(transaction, person)) &&
      take(copy.gate_interviews, gate_interviews_of(transaction, person)) &&
      take(copy.screens, screens_of(transaction, person)) &&
      take(copy.safety_plans, safety_plans_of(transaction, person, today)) &&
      take(copy.endings, of_courses_alone(transaction, person, &CourseEnding::written_at)) &&
      take(copy.follow_ups, theirs(transaction, person, &FollowUp::written_at)) &&
      take(copy.supervision_cases, of_courses_alone(transaction, person, &SupervisionCase::brought_at));
  if (!whole) return tl::unexpected(trouble);
  return copy;
}

Result<bool> erase_safety(Transaction& transaction, const Id<Person>& person) {
  for (const auto& removed :
       {remove_theirs<SafetyScreen>(transaction, person), remove_theirs<SafetyPlan>(transaction, person),
        remove_theirs<Hold>(transaction, person), remove_theirs<GateInterview>(transaction, person),
        remove_theirs<GateDecision>(transaction, person), remove_theirs<ChildNote>(transaction, person),
        remove_theirs<CourseEnding>(transaction, person), remove_theirs<FollowUp>(transaction, person),
        remove_theirs<SupervisionCase>(transaction, person)})
    if (!removed) return removed;
  return true;
}

}  // namespace securebase::service
