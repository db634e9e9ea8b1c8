#include "service/plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/claim.hpp"
#include "service/plan_parts.hpp"

namespace securebase::service {
namespace {

Action writing(std::string_view name, const Id<Course>& course, std::string object = "") {
  return {name, Permission::write_course, course, {}, std::move(object)};
}

Result<bool> end_plan(Transaction& transaction, CoursePlan plan, Instant now) {
  plan.ended_at = now;
  return replace(transaction, plan);
}

Result<bool> is_retired(Transaction& transaction, const ChooseProtocol& input) {
  const auto rows =
      list<PracticeDefinition>(transaction, {{where(&PracticeDefinition::definition, input.protocol),
                                              where(&PracticeDefinition::version, input.version)},
                                             {},
                                             1});
  if (!rows) return tl::unexpected(rows.error());
  return !rows->empty() && rows->front().retired_at.has_value();
}

Result<catalog::Protocol> may_be_chosen(Transaction& transaction, const Practice& practice,
                                        const Id<Course>& course, const ChooseProtocol& input) {
  auto protocol = protocol_of(transaction, practice, input.protocol, input.version);
  if (!protocol) return tl::unexpected(protocol.error());
  if (!*protocol)
    return fail(ErrorKind::bad_data, "protocol.unknown", "id and version of a protocol that is there",
                plan_field("protocol"));
  const auto retired = is_retired(transaction, input);
  if (!retired) return tl::unexpected(retired.error());
  if (*retired) return fail(ErrorKind::conflict, "plan.retired", "a protocol that is offered still");
  const auto kept = get<Course>(transaction, course);
  if (!kept) return tl::unexpected(kept.error());
  const auto& units = (*protocol)->units;
  if (std::find(units.begin(), units.end(), to_text(kept->unit)) == units.end())
    return fail(ErrorKind::bad_data, "plan.unit", "a protocol for a course of this kind",
                plan_field("protocol"));
  return std::move(**protocol);
}

PlanStage entered(const Practice& practice, const Actor& actor, const CoursePlan& plan,
                  const std::string& stage, Date on) {
  return {
      new_id<PlanStage>(practice.entropy), plan.course, plan.id, stage, on, actor.user, practice.clock.now()};
}

Result<bool> begin_plan(Transaction& transaction, const Practice& practice, const Actor& actor,
                        const CoursePlan& plan, const catalog::Protocol& protocol) {
  if (auto begun = insert(transaction, plan); !begun) return begun;
  const catalog::ProtocolStage& first = protocol.stages.front();
  if (!first.gate.empty()) return true;
  return insert(transaction, entered(practice, actor, plan, first.id, plan.begun_on));
}

/// Whether the gate before a stage is open to everybody.
Result<bool> passes(Transaction& transaction, const Practice& practice, const Followed& followed,
                    const catalog::ProtocolStage& stage) {
  const catalog::ProtocolGate* gate = catalog::find_gate(followed.protocol, stage.gate);
  if (gate == nullptr) return true;
  const auto states = gate_states(transaction, practice, followed, *gate);
  if (!states) return tl::unexpected(states.error());
  for (const GateState& state : *states)
    if (!state.open)
      return fail(
          ErrorKind::conflict, "plan.gate",
          "the gate before this stage is closed: all its questions answered as met, and no hold in force "
          "that it names");
  return true;
}

template <class Record>
Result<Record> of_course(Transaction& transaction, const Id<Course>& course, const Id<Record>& id) {
  auto kept = find<Record>(transaction, where(&Record::id, id));
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept || (*kept)->course != course) return tl::unexpected(not_there(Record::table));
  return std::move(**kept);
}

const catalog::ExitMarker* marker_of(const catalog::Protocol& protocol, const SeeMarker& input) {
  const catalog::ProtocolStage* stage = catalog::find_stage(protocol, input.stage);
  return stage == nullptr ? nullptr : catalog::find_marker(*stage, input.marker);
}

Result<bool> is_seen(Transaction& transaction, const CoursePlan& plan, const SeeMarker& input) {
  const Condition same[] = {where(&MarkerSeen::plan, plan.id), where(&MarkerSeen::stage, input.stage),
                            where(&MarkerSeen::marker, input.marker),
                            where(&MarkerSeen::withdrawn_at, Is::absent)};
  const auto rows = transaction.count(table_of<MarkerSeen>(), same);
  if (!rows) return tl::unexpected(rows.error());
  return *rows > 0;
}

bool has_condition(const catalog::Protocol& protocol, const AnswerGate& input) {
  const catalog::ProtocolGate* gate = catalog::find_gate(protocol, input.gate);
  return gate != nullptr &&
         std::any_of(gate->conditions.begin(), gate->conditions.end(),
                     [&](const catalog::GateCondition& one) { return one.id == input.condition; });
}

Result<bool> is_planned(Transaction& transaction, const Id<Course>& course, const std::string& technique) {
  const Condition same[] = {where(&PlannedTechnique::course, course),
                            where(&PlannedTechnique::technique, technique),
                            where(&PlannedTechnique::dropped_at, Is::absent)};
  const auto rows = transaction.count(table_of<PlannedTechnique>(), same);
  if (!rows) return tl::unexpected(rows.error());
  return *rows > 0;
}

}  // namespace

Place plan_field(std::string_view name) {
  return {"", 0, 0, std::string(name)};
}

Error not_there(std::string_view table) {
  return {ErrorKind::not_found, std::string(table) + ".not_found", "there is no such record", {}};
}

Result<bool> has_been(const Practice& practice, Date day, std::string_view name) {
  if (day <= date_of(practice.clock.now() + day_ms)) return true;
  return fail(ErrorKind::bad_data, "plan.day", "a day that has been", plan_field(name));
}

Result<bool> check_length(const std::optional<Private<std::string>>& words, std::size_t most,
                          std::string_view name) {
  if (!words || words->reveal().size() <= most) return true;
  return fail(ErrorKind::bad_data, "words.too_long", fmt::format("{} bytes at most", most), plan_field(name));
}

Result<PlanView> write_plan(const Practice& practice, const Actor& actor, const Action& action,
                            const WritePlan& write) {
  return carry_out<PlanView>(practice, actor, action, [&](Transaction& transaction) -> Result<PlanView> {
    if (auto written = write(transaction); !written) return tl::unexpected(written.error());
    return plan_view(transaction, practice, *action.course);
  });
}

Result<PlanView> read_plan(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return look<PlanView>(practice, actor, {"plan.read", Permission::read_course, course, {}, ""},
                        [&](Transaction& transaction) { return plan_view(transaction, practice, course); });
}

Result<PlanView> choose_protocol(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const ChooseProtocol& input) {
  const auto id = new_id<CoursePlan>(practice.entropy);
  return write_plan(practice, actor, writing("plan.choose", course, id.text()),
                    [&](Transaction& transaction) -> Result<bool> {
                      if (auto past = has_been(practice, input.begun_on, "begun_on"); !past) return past;
                      const auto protocol = may_be_chosen(transaction, practice, course, input);
                      if (!protocol) return tl::unexpected(protocol.error());
                      const auto before = plan_of(transaction, course);
                      if (!before) return tl::unexpected(before.error());
                      const Instant now = practice.clock.now();
                      if (*before)
                        if (auto ended = end_plan(transaction, **before, now); !ended) return ended;
                      return begin_plan(transaction, practice, actor,
                                        {id,
                                         course,
                                         protocol->id,
                                         protocol->version,
                                         protocol->fingerprint,
                                         input.begun_on,
                                         actor.user,
                                         now,
                                         {}},
                                        *protocol);
                    });
}

Result<PlanView> leave_protocol(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return write_plan(practice, actor, writing("plan.leave", course),
                    [&](Transaction& transaction) -> Result<bool> {
                      const auto plan = plan_of(transaction, course);
                      if (!plan) return tl::unexpected(plan.error());
                      if (!*plan)
                        return fail(ErrorKind::conflict, "plan.none", "the course follows no protocol");
                      return end_plan(transaction, **plan, practice.clock.now());
                    });
}

Result<PlanView> enter_stage(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const EnterStage& input) {
  return write_plan(
      practice, actor, writing("plan.enter_stage", course, input.stage),
      [&](Transaction& transaction) -> Result<bool> {
        const auto followed = needs_plan(transaction, practice, course);
        if (!followed) return tl::unexpected(followed.error());
        const catalog::ProtocolStage* stage = catalog::find_stage(followed->protocol, input.stage);
        if (stage == nullptr)
          return fail(ErrorKind::bad_data, "plan.stage", "a stage of the protocol", plan_field("stage"));
        if (auto past = has_been(practice, input.entered_on, "entered_on"); !past) return past;
        if (auto open = passes(transaction, practice, *followed, *stage); !open) return open;
        return insert(transaction, entered(practice, actor, followed->plan, input.stage, input.entered_on));
      });
}

Result<PlanView> see_marker(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const SeeMarker& input) {
  return write_plan(practice, actor, writing("plan.see_marker", course, input.marker),
                    [&](Transaction& transaction) -> Result<bool> {
                      const auto followed = needs_plan(transaction, practice, course);
                      if (!followed) return tl::unexpected(followed.error());
                      if (marker_of(followed->protocol, input) == nullptr)
                        return fail(ErrorKind::bad_data, "plan.marker",
                                    "an exit marker of a stage of the protocol", plan_field("marker"));
                      if (auto past = has_been(practice, input.seen_on, "seen_on"); !past) return past;
                      auto seen = is_seen(transaction, followed->plan, input);
                      if (!seen) return seen;
                      if (*seen)
                        return fail(ErrorKind::conflict, "plan.marker_seen",
                                    "a marker that is not ticked yet");
                      return insert(transaction, MarkerSeen{new_id<MarkerSeen>(practice.entropy),
                                                            course,
                                                            followed->plan.id,
                                                            input.stage,
                                                            input.marker,
                                                            input.seen_on,
                                                            actor.user,
                                                            practice.clock.now(),
                                                            {}});
                    });
}

Result<PlanView> withdraw_marker(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<MarkerSeen>& marker) {
  return write_plan(practice, actor, writing("plan.withdraw_marker", course, marker.text()),
                    [&](Transaction& transaction) -> Result<bool> {
                      auto kept = of_course(transaction, course, marker);
                      if (!kept) return tl::unexpected(kept.error());
                      if (kept->withdrawn_at) return tl::unexpected(not_there(MarkerSeen::table));
                      kept->withdrawn_at = practice.clock.now();
                      return replace(transaction, *kept);
                    });
}

Result<PlanView> answer_gate(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<Person>& person, const AnswerGate& input) {
  return write_plan(
      practice, actor, {"plan.answer_gate", Permission::write_course, course, person, input.condition},
      [&](Transaction& transaction) -> Result<bool> {
        if (auto may = may_be_written(transaction, course, person); !may) return may;
        const auto followed = needs_plan(transaction, practice, course);
        if (!followed) return tl::unexpected(followed.error());
        if (!has_condition(followed->protocol, input))
          return fail(ErrorKind::bad_data, "plan.condition", "a question of a gate of the protocol",
                      plan_field("condition"));
        if (auto fits = check_length(input.words, longest_goal, "words"); !fits) return fits;
        return insert(transaction, GateAnswer{new_id<GateAnswer>(practice.entropy), person, course,
                                              followed->plan.id, input.gate, input.condition, input.answer,
                                              input.words, actor.user, practice.clock.now()});
      });
}

Result<PlanView> plan_technique(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const PlanTechnique& input) {
  return write_plan(practice, actor, writing("plan.technique", course, input.technique),
                    [&](Transaction& transaction) -> Result<bool> {
                      if (catalog::find_technique(practice.library, input.technique) == nullptr)
                        return fail(ErrorKind::bad_data, "plan.technique",
                                    "the id of a technique that is there", plan_field("technique"));
                      auto planned = is_planned(transaction, course, input.technique);
                      if (!planned) return planned;
                      if (*planned)
                        return fail(ErrorKind::conflict, "plan.planned",
                                    "a technique that is not planned yet");
                      return insert(transaction, PlannedTechnique{new_id<PlannedTechnique>(practice.entropy),
                                                                  course,
                                                                  input.technique,
                                                                  input.reason,
                                                                  actor.user,
                                                                  practice.clock.now(),
                                                                  {}});
                    });
}

Result<PlanView> drop_technique(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<PlannedTechnique>& planned) {
  return write_plan(practice, actor, writing("plan.drop_technique", course, planned.text()),
                    [&](Transaction& transaction) -> Result<bool> {
                      auto kept = of_course(transaction, course, planned);
                      if (!kept) return tl::unexpected(kept.error());
                      if (kept->dropped_at) return tl::unexpected(not_there(PlannedTechnique::table));
                      kept->dropped_at = practice.clock.now();
                      return replace(transaction, *kept);
                    });
}

Result<std::optional<CoursePlan>> plan_of(Transaction& transaction, const Id<Course>& course) {
  auto plans = list<CoursePlan>(
      transaction, {{where(&CoursePlan::course, course), where(&CoursePlan::ended_at, Is::absent)},
                    {by(&CoursePlan::chosen_at, true)},
                    1});
  if (!plans) return tl::unexpected(plans.error());
  if (plans->empty()) return std::optional<CoursePlan>();
  return std::optional(std::move(plans->front()));
}

Result<std::string> stage_of(Transaction& transaction, const CoursePlan& plan) {
  const auto stages = list<PlanStage>(
      transaction, {{where(&PlanStage::plan, plan.id)}, {by(&PlanStage::entered_at, true)}, 1});
  if (!stages) return tl::unexpected(stages.error());
  return stages->empty() ? std::string() : stages->front().stage;
}

}  // namespace securebase::service
