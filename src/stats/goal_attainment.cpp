#include "stats/goal_attainment.hpp"

#include <cmath>
#include <stdexcept>

namespace securebase::stats {

std::optional<double> goal_attainment_t(std::span<const GoalLevel> goals, double rho) {
  constexpr double farthest = 2;
  if (!(rho >= 0 && rho <= 1)) throw std::domain_error("goal attainment: rho lies between 0 and 1");
  if (goals.empty()) return std::nullopt;
  double weighted = 0;  // sum(w x)
  double weights = 0;   // sum w
  double squares = 0;   // sum(w^2)
  for (const GoalLevel& goal : goals) {
    if (!(goal.weight > 0) || !(std::abs(goal.level) <= farthest))
      throw std::domain_error("goal attainment: weights above 0, levels from -2 to 2");
    weighted += goal.weight * goal.level;
    weights += goal.weight;
    squares += goal.weight * goal.weight;
  }
  return 50 + 10 * weighted / std::sqrt((1 - rho) * squares + rho * weights * weights);
}

}  // namespace securebase::stats
