#pragma once
// Intervals of estimates that cannot be any number: variances, standard deviations, correlations, shares.

#include <optional>

#include "base/finding.hpp"

namespace securebase::stats {

/// What a parameter can be; nothing: no bound on that side.
struct ParameterRange {
  std::optional<double> lower;
  std::optional<double> upper;
};

/// Normal on the scale on which the parameter has no bounds, by the delta method, and back: the logarithm of
/// the distance to a single bound, the logit between two (which for a correlation is Fisher's z, Fisher 1921,
/// Metron 1, 3), the estimate itself without bounds. Never reaches a bound. Nothing where the estimate is at
/// one; std_error above 0, level between 0 and 1, otherwise std::domain_error.
[[nodiscard]] std::optional<Interval> bounded_interval(double estimate, double std_error,
                                                       const ParameterRange& range, double level);

}  // namespace securebase::stats
