#pragma once
// Bootstrap: resamples of rows, and intervals from the estimates they give.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

/// Row numbers from 0, n of them, drawn with replacement.
using Resample = std::vector<std::size_t>;

/// `replicates` resamples of n rows; the r-th follows from key.part(r) alone. n = 0: std::invalid_argument.
[[nodiscard]] std::vector<Resample> draw_resamples(std::size_t n, std::size_t replicates,
                                                   const RandomKey& key);

/// What an estimator gives for chosen rows; nothing where it is undefined for them.
using RowEstimator = std::function<std::optional<double>(std::span<const std::size_t> rows)>;

struct Bootstrap {
  double estimate = 0;             ///< of all rows
  std::vector<double> replicates;  ///< in the order of the resamples, those left out that were undefined
  std::vector<std::size_t> used;   ///< which resamples they are
  std::size_t undefined = 0;
};

/// The estimator may be called from `threads` threads at once; the result does not depend on how many. Errors
/// (bad_data): "bootstrap.undefined" (for all rows), "bootstrap.too_few" (fewer than 20 replicates defined).
[[nodiscard]] Result<Bootstrap> bootstrap(std::size_t rows, const RowEstimator& estimator,
                                          std::span<const Resample> resamples, unsigned threads = 1);

/// Spread and simple intervals. Quantiles are order statistics at (R + 1) alpha, between them interpolated on
/// the scale of normal quantiles, within 1 and R (Davison & Hinkley 1997, Bootstrap Methods, eq. 5.8).
struct BootstrapSummary {
  double mean = 0;
  double sd = 0;
  double bias = 0;
  Interval percentile;
  Interval basic;   ///< 2 estimate - the other end (eq. 5.6)
  Interval normal;  ///< estimate - bias -+ z sd (eq. 5.5)
  Interval linear;  ///< percentile with linear interpolation between order statistics
};
[[nodiscard]] BootstrapSummary summarise_bootstrap(const Bootstrap& bootstrap, double level = 0.95);

/// Bias-corrected and accelerated (Efron 1987, JASA 82, 171), from the influence of each row.
struct AcceleratedInterval {
  double z0 = 0;  ///< of the share of replicates below the estimate, ties not counted
  double acceleration = 0;
  double lower_probability = 0;
  double upper_probability = 0;
  Interval interval;
};
/// Nothing where no or every replicate lies below the estimate, or no row has any influence.
[[nodiscard]] std::optional<AcceleratedInterval> accelerated_interval(const Bootstrap& bootstrap,
                                                                      std::span<const double> influence,
                                                                      double level = 0.95);

/// Influence of each row by leaving it out: (n - 1)(mean of estimates - estimate without it). Nothing where
/// one is undefined.
[[nodiscard]] std::optional<std::vector<double>> jackknife_influence(std::size_t rows,
                                                                     const RowEstimator& estimator);

/// Influence by least squares of the replicates on how often each row was drawn (Davison & Hinkley 1997,
/// section 2.7.4), centred. Nothing where there are fewer replicates than rows or the counts are collinear.
[[nodiscard]] std::optional<std::vector<double>> regression_influence(std::size_t rows,
                                                                      const Bootstrap& bootstrap,
                                                                      std::span<const Resample> resamples);

}  // namespace securebase::stats
