#pragma once
// Internal to service: what the use cases of a plan have in common.

#include <functional>

#include "service/plan.hpp"

namespace securebase::service {

/// The plan that holds and its protocol.
struct Followed {
  CoursePlan plan;
  catalog::Protocol protocol;
};
/// Nothing without a plan, or where the definitions lack its protocol.
[[nodiscard]] Result<std::optional<Followed>> followed_of(Transaction& transaction, const Practice& practice,
                                                          const Id<Course>& course);
/// Error "plan.none" (conflict).
[[nodiscard]] Result<Followed> needs_plan(Transaction& transaction, const Practice& practice,
                                          const Id<Course>& course);

/// Members who have not been erased, in the order they came.
[[nodiscard]] Result<std::vector<Id<Person>>> people_in(Transaction& transaction, const Id<Course>& course);

/// One gate for everybody it is about.
[[nodiscard]] Result<std::vector<GateState>> gate_states(Transaction& transaction, const Practice& practice,
                                                         const Followed& followed,
                                                         const catalog::ProtocolGate& gate);

[[nodiscard]] Result<PlanView> plan_view(Transaction& transaction, const Practice& practice,
                                         const Id<Course>& course);

/// Techniques with their reasons. `stage`: where the course stands, or nothing.
[[nodiscard]] Result<std::vector<SuggestionView>> suggestions_for(
    Transaction& transaction, const Practice& practice, const Id<Course>& course,
    const std::optional<Followed>& followed, const std::string& stage, const std::vector<GoalBook>& goals);

using WritePlan = std::function<Result<bool>(Transaction&)>;
/// A change of a course's plan by its therapist, and the plan after it.
[[nodiscard]] Result<PlanView> write_plan(const Practice& practice, const Actor& actor, const Action& action,
                                          const WritePlan& write);

/// Error "plan.day": not in the future.
[[nodiscard]] Result<bool> has_been(const Practice& practice, Date day, std::string_view name);
/// "words.too_long".
[[nodiscard]] Result<bool> check_length(const std::optional<Private<std::string>>& words, std::size_t most,
                                        std::string_view name);
[[nodiscard]] Place plan_field(std::string_view name);
/// "<table>.not_found".
[[nodiscard]] Error not_there(std::string_view table);

}  // namespace securebase::service
