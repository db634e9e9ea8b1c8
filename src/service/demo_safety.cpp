#include "service/demo_safety.hpp"

#include <algorithm>

#include "service/ending.hpp"
#include "service/escalation.hpp"
#include "service/hold.hpp"
#include "service/safety.hpp"
#include "service/safety_plan.hpp"
#include "service/supervision.hpp"

namespace securebase::service {
namespace {

constexpr int plan_written = 33;  // days ago
constexpr int hold_set = 60;
constexpr int hold_lifted = 21;
constexpr int brought = 4;
constexpr int until_review = 30;
constexpr int seen_alone = 2;        // days after the beginning
constexpr int first_follow_up = 88;  // days after the end

template <class T>
Result<bool> safely(const Result<T>& result) {
  if (!result) return tl::unexpected(result.error());
  return true;
}

Private<std::string> said(const char* text) {
  return Private<std::string>(text);
}

SafetyPlanLine plan_line(PlanSection section, const char* text) {
  SafetyPlanLine line;
  line.section = section;
  line.words = said(text);
  return line;
}

Result<bool> write_plan(const DemoWriter& by) {
  NewSafetyPlan plan;
  SafetyPlanLine sister = plan_line(PlanSection::people, "My sister");
  sister.phone = said("000 0001 (invented)");
  SafetyPlanLine services = plan_line(PlanSection::professionals, "The local emergency number");
  services.phone = said("000 (invented)");
  SafetyPlanLine means = plan_line(PlanSection::surroundings, "The tablets are kept by my sister");
  means.who = said("My sister");
  means.by = therapy::days_after(by.today, 3);
  means.done = true;
  plan.lines = {plan_line(PlanSection::warning_signs, "I stop answering, and walk at night"),
                plan_line(PlanSection::own_coping, "Cold water on my hands; the long playlist"),
                plan_line(PlanSection::distraction, "The swimming pool; my neighbour's dog"),
                sister,
                services,
                means};
  plan.review_on = therapy::days_after(by.today, until_review);
  const auto written = write_safety_plan(by.practice, by.therapist, by.course, by.person, plan);
  if (!written) return tl::unexpected(written.error());
  return safely(share_safety_plan(by.practice, by.therapist, by.course, by.person, written->id));
}

Result<bool> ask_step_by_step(const DemoWriter& by) {
  NewScreen screen;
  screen.answers = {{ScreenQuestion::wish, AskedAnswer::yes},
                    {ScreenQuestion::thoughts, AskedAnswer::no},
                    {ScreenQuestion::behaviour, AskedAnswer::no}};
  screen.done = said("We looked at the week, and began the safety plan.");
  screen.next_contact = said("A telephone call by the therapist");
  screen.next_contact_at = by.practice.clock.now() + 2 * day_ms;
  return safely(record_screen(by.practice, by.therapist, by.course, by.person, screen));
}

Result<bool> set_holds(const DemoWriter& by) {
  for (const auto& [condition, why] :
       {std::pair("flooding", "Lost contact twice when the hospital came up."),
        std::pair("breath_focus_raises_panic", "Attending to breath brought panic; looking out helps.")})
    if (const auto set = set_hold(by.practice, by.therapist, by.course, by.person, {condition, said(why)});
        !set)
      return tl::unexpected(set.error());
  return true;
}

Result<bool> lift_flooding(const DemoWriter& by) {
  const auto book = read_holds(by.practice, by.therapist, by.course);
  if (!book) return tl::unexpected(book.error());
  for (const HoldView& view : book->in_force)
    if (view.hold.condition == "flooding")
      return safely(lift_hold(by.practice, by.therapist, by.course, view.hold.id,
                              {said("Settles within minutes in four sessions; agreed together.")}));
  return true;
}

Result<bool> bring(const DemoWriter& by) {
  return safely(bring_case(by.practice, by.therapist, by.course,
                           {said("I notice that I explain more than I ask here. What do I avoid?")}));
}

Result<bool> open_a_gate(const DemoWriter& by) {
  const auto course = read_course(by.practice, by.therapist, by.course);
  if (!course) return tl::unexpected(course.error());
  for (const MemberView& member : course->members) {
    NewGateInterview interview;
    interview.held_on = by.today;
    interview.alone = true;
    for (std::size_t i = 0; i < names_of<GateQuestion>.size(); ++i)
      interview.answers.push_back({static_cast<GateQuestion>(i), AskedAnswer::no});
    interview.words = said("Quarrels are loud; nobody is afraid.");
    const auto noted = note_gate_interview(by.practice, by.therapist, by.course, member.person, interview);
    if (!noted) return tl::unexpected(noted.error());
  }
  return safely(decide_gate(by.practice, by.therapist, by.course,
                            {true, said("Both were seen alone; no fear, no control, no injury.")}));
}

NewEnding planned_ending(Date day) {
  NewEnding ending;
  ending.ended_on = day;
  ending.reason = EndingReason::goals_reached;
  ending.judged_dropout = false;
  ending.missed_last = false;
  ending.words = said("We looked back together, and at what to do when it comes again.");
  return ending;
}

NewEnding sudden_ending(Date day) {
  NewEnding ending;
  ending.ended_on = day;
  ending.reason = EndingReason::stopped_coming;
  ending.planned = false;
  ending.ended_by = EndedBy::client;
  ending.missed_last = true;
  return ending;
}

Result<bool> end_it(const DemoWriter& by, bool planned) {
  return safely(write_ending(by.practice, by.therapist, by.course,
                             planned ? planned_ending(by.today) : sudden_ending(by.today)));
}

Result<bool> follow_up(const DemoWriter& by) {
  NewFollowUp attempt;
  attempt.on = by.today;
  attempt.treatment_since = false;
  attempt.words = said("Sleeps well; rings her sister when it gets loud.");
  return safely(note_follow_up(by.practice, by.therapist, by.course, by.person, attempt));
}

void add_ending(const DemoCourse& course, std::vector<DemoEntry>& entries) {
  const bool planned = course.begun % 3 != 0;
  entries.push_back({*course.ended, [planned](const DemoWriter& by) { return end_it(by, planned); }});
  if (planned && *course.ended > first_follow_up)
    entries.push_back({*course.ended - first_follow_up, follow_up});
}

}  // namespace

Result<bool> demo_safety_settings(const Practice& practice, const Actor& by) {
  Staffing staffing;
  for (int weekday = 1; weekday <= 5; ++weekday) staffing.week.push_back({weekday, "09:00", "17:00"});
  staffing.steps = {{60, Told::supervisor, {}}};
  if (const auto set = change_staffing(practice, by, staffing); !set) return tl::unexpected(set.error());
  const std::pair<ScreenFact, const char*> actions[] = {
      {ScreenFact::risk_answer, "Speak with the person the same day."},
      {ScreenFact::thoughts, "Go through the safety plan together, or begin one."},
      {ScreenFact::plan, "Stay with the person; call the emergency service together."},
      {ScreenFact::behaviour_recent, "Stay with the person; call the emergency service together."},
      {ScreenFact::not_answered, "Ask again today; tell the supervisor."}};
  for (const auto& [condition, action] : actions)
    if (const auto added = add_safety_action(practice, by, {condition, action, {}}); !added)
      return tl::unexpected(added.error());
  return true;
}

std::vector<DemoEntry> demo_safety_entries(const DemoCourse& course) {
  std::vector<DemoEntry> entries;
  if (course.unit == UnitKind::couple && !course.is_colleagues)
    entries.push_back({std::max(course.begun - seen_alone, 0), open_a_gate});
  if (course.writing == DemoWriting::rich) {
    entries.push_back({std::min(hold_set, course.begun), set_holds});
    entries.push_back({plan_written, ask_step_by_step});
    entries.push_back({plan_written, write_plan});
    entries.push_back({hold_lifted, lift_flooding});
  }
  if (course.is_supervised && !course.ended && course.begun > brought) entries.push_back({brought, bring});
  if (course.ended) add_ending(course, entries);
  return entries;
}

}  // namespace securebase::service
