#include "stats/bounded_interval.hpp"

#include <cmath>
#include <stdexcept>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

/// The estimate's distance to a bound, multiplied: sign says on which side of the bound it lies.
Interval by_logarithm(double bound, double distance, double reach, double level) {
  const double factor = std::exp(reach / std::abs(distance));
  const double near = bound + distance / factor;
  const double far = bound + distance * factor;
  return distance > 0 ? Interval{near, far, level} : Interval{far, near, level};
}

/// t = ln((x - l) / (u - x)), dt/dx = (u - l) / ((x - l) (u - x)).
Interval by_logit(double x, double lower, double upper, double reach, double level) {
  const double t = std::log((x - lower) / (upper - x));
  const double half = reach * (upper - lower) / ((x - lower) * (upper - x));
  const auto back = [&](double at) { return lower + (upper - lower) / (1 + std::exp(-at)); };
  return {back(t - half), back(t + half), level};
}

}  // namespace

std::optional<Interval> bounded_interval(double estimate, double std_error, const ParameterRange& range,
                                         double level) {
  if (!(std_error > 0)) throw std::domain_error("a standard error is above 0");
  const double reach = normal_reach(level) * std_error;
  if ((range.lower && estimate <= *range.lower) || (range.upper && estimate >= *range.upper))
    return std::nullopt;
  if (range.lower && range.upper) return by_logit(estimate, *range.lower, *range.upper, reach, level);
  if (range.lower) return by_logarithm(*range.lower, estimate - *range.lower, reach, level);
  if (range.upper) return by_logarithm(*range.upper, estimate - *range.upper, reach, level);
  return Interval{estimate - reach, estimate + reach, level};
}

}  // namespace securebase::stats
