#pragma once
// Two ways of measuring the same units: how far apart single results can be. Differences are second - first,
// in the unit of the measurements. Bland & Altman 1986, Lancet 327, 307; 1999, Stat. Methods Med. Res. 8,
// 135.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::stats {

/// A number with its error and interval.
struct WithError {
  double value = 0;
  double std_error = 0;
  Interval interval;
};

/// A straight line through the differences by the mean of both measurements.
struct DifferenceTrend {
  double intercept = 0;
  double slope = 0;
  std::optional<double> std_error;  ///< of the slope; nothing for n = 2, so the rest
  double df = 0;                    ///< n - 2
  std::optional<double> t;          ///< nothing where the line leaves nothing unexplained
  std::optional<double> p;          ///< two-sided
  std::optional<Interval> interval;
};

struct BlandAltman {
  std::size_t n = 0;
  WithError bias;                         ///< mean difference; Student's t
  double sd = 0;                          ///< of the differences, divisor n - 1; 0 where all are equal
  WithError lower;                        ///< bias - z sd: below it lie (1 - share) / 2 of normal differences
  WithError upper;                        ///< bias + z sd
  std::size_t outside = 0;                ///< differences beyond the limits
  std::optional<DifferenceTrend> trend;   ///< proportional bias (1999, section 3.2); nothing where no mean
                                          ///< differs from another
  std::optional<DifferenceTrend> spread;  ///< the same of |what the trend leaves|: whether errors grow;
                                          ///< nothing for n < 4 or without a trend
};

struct BlandAltmanOptions {
  double share = 0.95;  ///< of differences that the limits hold
  double level = 0.95;  ///< of intervals
};

/// Standard errors: bias sd / sqrt n; limits sd sqrt(1/n + z^2 / (2 (n - 1))) (1999, section 2.2). One pair a
/// unit. Differences that vary by no more than the rounding of the measurements count as equal. Errors
/// (bad_data): "bland_altman.unpaired" (lengths differ), "bland_altman.too_few" (fewer than two pairs),
/// "bland_altman.range" (beyond 1e100 or not finite), "bland_altman.level" (share or level not between 0 and
/// 1).
[[nodiscard]] Result<BlandAltman> bland_altman(std::span<const double> first, std::span<const double> second,
                                               const BlandAltmanOptions& options = {});

}  // namespace securebase::stats
