#include <algorithm>
#include <map>

#include "service/course.hpp"
#include "service/hold.hpp"
#include "service/plan_parts.hpp"
#include "therapy/plan_suggestion.hpp"

namespace securebase::service {
namespace {

HeldNowView held_view(const therapy::HeldNow& held) {
  return {held.hold, held.label, held.instead};
}

TechniqueView technique_view(const catalog::Technique& technique, const catalog::Library& library,
                             const std::vector<std::string>& in_force) {
  TechniqueView view;
  view.id = technique.id;
  view.name = technique.name;
  view.purpose = technique.purpose;
  view.families = technique.families;
  if (technique.minutes) {
    view.minutes_from = technique.minutes->from;
    view.minutes_to = technique.minutes->to;
  }
  view.protocols = technique.protocols;
  view.avoid = technique.avoid;
  const auto waiting = therapy::held_back(technique, library.holds, in_force);
  for (const therapy::HeldNow& held : waiting.held) view.held.push_back(held_view(held));
  for (const therapy::HeldNow& held : waiting.ask) view.ask.push_back(held_view(held));
  view.origin = view_of(technique.origin);
  return view;
}

/// Answers of a plan's gates, the newest of each question of each person.
using GateAnswers = std::map<std::tuple<Id<Person>, std::string, std::string>, GateAnswer>;

Result<GateAnswers> gate_answers(Transaction& transaction, const CoursePlan& plan) {
  const auto rows = list<GateAnswer>(
      transaction, {{where(&GateAnswer::plan, plan.id)}, {by(&GateAnswer::answered_at)}, {}});
  if (!rows) return tl::unexpected(rows.error());
  GateAnswers newest;
  for (const GateAnswer& row : *rows) newest.insert_or_assign({row.person, row.gate, row.condition}, row);
  return newest;
}

std::vector<HeldNowView> holding(const catalog::GateCondition& condition, const catalog::Library& library,
                                 const std::vector<std::string>& in_force) {
  std::vector<HeldNowView> held;
  for (const std::string& id : condition.holds) {
    const catalog::Hold* hold = catalog::find_hold(library, id);
    if (hold != nullptr && std::find(in_force.begin(), in_force.end(), id) != in_force.end())
      held.push_back({id, hold->label, hold->instead});
  }
  return held;
}

GateState gate_state(const catalog::ProtocolGate& gate, const Id<Person>& person, const GateAnswers& answers,
                     const catalog::Library& library, const std::vector<std::string>& in_force) {
  GateState state{gate.id, gate.label, gate.words, person, true, {}, view_of(gate.origin)};
  for (const catalog::GateCondition& condition : gate.conditions) {
    GateConditionState one;
    one.condition = condition.id;
    one.question = condition.question;
    const auto answer = answers.find({person, gate.id, condition.id});
    if (answer != answers.end()) {
      one.answer = answer->second.answer;
      one.words = answer->second.words;
      one.answered_at = answer->second.answered_at;
    }
    one.held = holding(condition, library, in_force);
    state.open = state.open && one.answer == GateAnswerWord::met && one.held.empty();
    state.conditions.push_back(std::move(one));
  }
  return state;
}

Result<std::vector<StageEntered>> stages_of(Transaction& transaction, const Followed& followed) {
  const auto rows = list<PlanStage>(
      transaction, {{where(&PlanStage::plan, followed.plan.id)}, {by(&PlanStage::entered_at)}, {}});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<StageEntered> stages;
  for (const PlanStage& row : *rows) {
    const catalog::ProtocolStage* stage = catalog::find_stage(followed.protocol, row.stage);
    stages.push_back({row.stage, stage == nullptr ? row.stage : stage->label, row.entered_on});
  }
  return stages;
}

/// What the protocol says of a course, into its view.
Result<bool> put_protocol(Transaction& transaction, const Practice& practice, const Followed& followed,
                          PlanView& view) {
  view.protocol = view_of(followed.protocol, practice.library);
  view.definition_changed = followed.protocol.fingerprint != followed.plan.fingerprint;
  auto stages = stages_of(transaction, followed);
  if (!stages) return tl::unexpected(stages.error());
  view.stages = std::move(*stages);
  auto markers = list<MarkerSeen>(transaction, {{where(&MarkerSeen::plan, followed.plan.id),
                                                 where(&MarkerSeen::withdrawn_at, Is::absent)},
                                                {by(&MarkerSeen::noted_at)},
                                                {}});
  if (!markers) return tl::unexpected(markers.error());
  view.markers = std::move(*markers);
  for (const catalog::ProtocolGate& gate : followed.protocol.gates) {
    auto states = gate_states(transaction, practice, followed, gate);
    if (!states) return tl::unexpected(states.error());
    view.gates.insert(view.gates.end(), states->begin(), states->end());
  }
  return true;
}

Result<bool> put_goals(Transaction& transaction, const Id<Course>& course,
                       const std::vector<Id<Person>>& people, PlanView& view) {
  for (const Id<Person>& person : people) {
    auto book = goals_of(transaction, course, person);
    if (!book) return tl::unexpected(book.error());
    view.goals.push_back(std::move(*book));
  }
  return true;
}

Result<bool> put_anniversaries(Transaction& transaction, const std::vector<Id<Person>>& people, Date today,
                               PlanView& view) {
  for (const Id<Person>& person : people) {
    const auto days =
        list<LossDay>(transaction, {{where(&LossDay::person, person)}, {by(&LossDay::noted_at)}, {}});
    if (!days) return tl::unexpected(days.error());
    for (const LossDay& row : *days) {
      const auto day = parse_date(row.day.reveal());
      if (!day) continue;
      Anniversary one{row.id, person, row.figure, row.words, row.day, next_time(*day, today), 0, 0, false};
      one.days = (begin_of(one.next).ms - begin_of(today).ms) / day_ms;
      one.years = one.next.year - day->year;
      one.soon = one.days <= anniversary_days;
      view.anniversaries.push_back(std::move(one));
    }
  }
  std::stable_sort(view.anniversaries.begin(), view.anniversaries.end(),
                   [](const Anniversary& a, const Anniversary& b) { return a.next < b.next; });
  return true;
}

Result<bool> put_techniques(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                            PlanView& view) {
  const auto in_force = holds_in_force(transaction, course);
  if (!in_force) return tl::unexpected(in_force.error());
  for (const catalog::Technique& technique : practice.library.techniques)
    view.techniques.push_back(technique_view(technique, practice.library, *in_force));
  auto planned = list<PlannedTechnique>(transaction, {{where(&PlannedTechnique::course, course),
                                                       where(&PlannedTechnique::dropped_at, Is::absent)},
                                                      {by(&PlannedTechnique::planned_at)},
                                                      {}});
  if (!planned) return tl::unexpected(planned.error());
  view.planned = std::move(*planned);
  return true;
}

}  // namespace

Result<std::optional<Followed>> followed_of(Transaction& transaction, const Practice& practice,
                                            const Id<Course>& course) {
  const auto plan = plan_of(transaction, course);
  if (!plan) return tl::unexpected(plan.error());
  if (!*plan) return std::optional<Followed>();
  auto protocol = protocol_of(transaction, practice, (*plan)->protocol, (*plan)->version);
  if (!protocol) return tl::unexpected(protocol.error());
  if (!*protocol) return std::optional<Followed>();
  return std::optional(Followed{**plan, std::move(**protocol)});
}

Result<Followed> needs_plan(Transaction& transaction, const Practice& practice, const Id<Course>& course) {
  auto followed = followed_of(transaction, practice, course);
  if (!followed) return tl::unexpected(followed.error());
  if (!*followed) return fail(ErrorKind::conflict, "plan.none", "choose a protocol for this course first");
  return std::move(**followed);
}

Result<std::vector<Id<Person>>> people_in(Transaction& transaction, const Id<Course>& course) {
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::vector<Id<Person>> people;
  for (const Member& member : *members) {
    const auto person = get<Person>(transaction, member.person);
    if (!person) return tl::unexpected(person.error());
    if (!person->erased_at) people.push_back(member.person);
  }
  return people;
}

Result<std::vector<GateState>> gate_states(Transaction& transaction, const Practice& practice,
                                           const Followed& followed, const catalog::ProtocolGate& gate) {
  const auto people = people_in(transaction, followed.plan.course);
  if (!people) return tl::unexpected(people.error());
  const auto answers = gate_answers(transaction, followed.plan);
  if (!answers) return tl::unexpected(answers.error());
  std::vector<GateState> states;
  for (const Id<Person>& person : *people) {
    const auto in_force = holds_in_force(transaction, followed.plan.course, person);
    if (!in_force) return tl::unexpected(in_force.error());
    states.push_back(gate_state(gate, person, *answers, practice.library, *in_force));
  }
  return states;
}

Result<PlanView> plan_view(Transaction& transaction, const Practice& practice, const Id<Course>& course) {
  PlanView view;
  auto plan = plan_of(transaction, course);
  if (!plan) return tl::unexpected(plan.error());
  view.plan = *plan;
  const auto followed = followed_of(transaction, practice, course);
  if (!followed) return tl::unexpected(followed.error());
  view.definition_changed = view.plan && !*followed;
  if (*followed)
    if (auto put = put_protocol(transaction, practice, **followed, view); !put)
      return tl::unexpected(put.error());
  const auto people = people_in(transaction, course);
  if (!people) return tl::unexpected(people.error());
  if (auto put = put_techniques(transaction, practice, course, view); !put)
    return tl::unexpected(put.error());
  if (auto put = put_goals(transaction, course, *people, view); !put) return tl::unexpected(put.error());
  if (auto put = put_anniversaries(transaction, *people, date_of(practice.clock.now()), view); !put)
    return tl::unexpected(put.error());
  auto suggestions =
      suggestions_for(transaction, practice, course, *followed,
                      view.stages.empty() ? std::string() : view.stages.back().stage, view.goals);
  if (!suggestions) return tl::unexpected(suggestions.error());
  view.suggestions = std::move(*suggestions);
  return view;
}

}  // namespace securebase::service
