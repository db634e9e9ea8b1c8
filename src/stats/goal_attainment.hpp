#pragma once
// Goal attainment scaling: several goals of one person, each on five levels from -2 to +2, as one number.

#include <optional>
#include <span>

namespace securebase::stats {

/// One goal: its level, -2 to +2, 0 is what was expected; its weight, above 0.
struct GoalLevel {
  double level = 0;
  double weight = 1;
};

/// Correlation of goals that Kiresuk & Sherman took for granted.
inline constexpr double usual_goal_correlation = 0.3;

/// T = 50 + 10 sum(w x) / sqrt((1 - rho) sum(w^2) + rho (sum w)^2) (Kiresuk & Sherman 1968, Community Mental
/// Health Journal 4, 443). 50 where all came out as expected; for levels that are uncorrelated beyond rho and
/// have SD 1, its SD over people is 10. Nothing without a goal. A weight not above 0, a level outside -2 to 2
/// and rho outside 0 to 1 are bugs of the caller (std::domain_error).
[[nodiscard]] std::optional<double> goal_attainment_t(std::span<const GoalLevel> goals,
                                                      double rho = usual_goal_correlation);

}  // namespace securebase::stats
