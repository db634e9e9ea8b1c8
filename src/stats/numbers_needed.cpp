#include "stats/numbers_needed.hpp"

#include <cmath>
#include <stdexcept>

#include "stats/distributions.hpp"
#include "stats/effect_size.hpp"

namespace securebase::stats {
namespace {

double share(const Proportion& proportion) {
  return static_cast<double>(proportion.with) / static_cast<double>(proportion.of);
}

std::optional<double> inverse(double difference) {
  if (difference == 0 || !std::isfinite(difference)) return std::nullopt;
  return 1 / difference;
}

bool possible(const Proportion& proportion) {
  return proportion.of > 0 && proportion.with <= proportion.of;
}

}  // namespace

Interval wilson_interval(const Proportion& proportion, double level) {
  if (!possible(proportion)) throw std::invalid_argument("wilson_interval: some of at least one");
  const double z = normal_reach(level), n = static_cast<double>(proportion.of), p = share(proportion);
  const double centre = p + z * z / (2 * n);
  const double reach = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double divisor = 1 + z * z / n;
  return {std::max(0.0, (centre - reach) / divisor), std::min(1.0, (centre + reach) / divisor), level};
}

Result<NumberNeeded> number_needed(const Proportion& first, const Proportion& second, double level) {
  if (!possible(first) || !possible(second))
    return fail(ErrorKind::bad_data, "numbers_needed.empty", "some of at least one person in each group");
  const Interval a = wilson_interval(second, level), b = wilson_interval(first, level);
  const double p = share(second), q = share(first);
  NumberNeeded result;
  result.risk_difference = p - q;
  result.risk_interval = {p - q - std::hypot(p - a.lower, b.upper - q),
                          p - q + std::hypot(a.upper - p, q - b.lower), level};
  result.number = inverse(result.risk_difference);
  const bool holds_zero = result.risk_interval.lower <= 0 && result.risk_interval.upper >= 0;
  if (!holds_zero)
    result.interval = Interval{1 / result.risk_interval.upper, 1 / result.risk_interval.lower, level};
  return result;
}

std::optional<double> number_needed_in_pairs(double d) {
  return inverse(2 * probability_of_superiority(d) - 1);
}

std::optional<double> number_needed_at_rate(double d, double rate) {
  if (!(rate > 0 && rate < 1))
    throw std::domain_error("number_needed_at_rate: rate must lie between 0 and 1");
  if (d == 0) return std::nullopt;
  return inverse(normal_cdf(d + normal_quantile(rate)) - rate);
}

}  // namespace securebase::stats
