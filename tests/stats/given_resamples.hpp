#pragma once
// The resamples that stand beside a reference case, and a bootstrap in the shape of its results.

#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "stats/bootstrap.hpp"

namespace securebase::stats {

inline std::vector<Resample> given_resamples(const reference::Case& reference, std::size_t n) {
  const auto table = reference.table("boot_indices.csv");
  std::vector<Resample> resamples;
  for (std::size_t i = 1; i <= n; ++i) {
    const auto column = table.complete("i" + std::to_string(i));
    resamples.resize(column.size());
    for (std::size_t r = 0; r < column.size(); ++r)
      resamples[r].push_back(static_cast<std::size_t>(column[r]) - 1);
  }
  return resamples;
}

inline reference::Json pair_of(const Interval& interval) {
  return {interval.lower, interval.upper};
}

inline reference::Json json_of(const AcceleratedInterval& a) {
  return {{"acceleration", a.acceleration},
          {"alpha_adjusted", {a.lower_probability, a.upper_probability}},
          {"ci", pair_of(a.interval)}};
}

inline reference::Json json_of_bootstrap(std::size_t n, const RowEstimator& estimator,
                                         const std::vector<Resample>& resamples) {
  const auto b = bootstrap(n, estimator, resamples).value();
  const auto s = summarise_bootstrap(b);
  const auto regression = accelerated_interval(b, regression_influence(n, b, resamples).value()).value();
  const auto jackknife = accelerated_interval(b, jackknife_influence(n, estimator).value()).value();
  return {{"t0", b.estimate},
          {"R", b.replicates.size()},
          {"boot_mean", s.mean},
          {"boot_sd", s.sd},
          {"bias", s.bias},
          {"percentile", pair_of(s.percentile)},
          {"basic", pair_of(s.basic)},
          {"normal", pair_of(s.normal)},
          {"quantile_type6", pair_of(s.linear)},
          {"bca_z0", regression.z0},
          {"bca_regression", json_of(regression)},
          {"bca_jackknife", json_of(jackknife)}};
}

inline reference::Json first_ten(std::size_t n, const RowEstimator& estimator,
                                 const std::vector<Resample>& resamples) {
  const auto b = bootstrap(n, estimator, resamples).value();
  return std::vector<double>(b.replicates.begin(), b.replicates.begin() + 10);
}

}  // namespace securebase::stats
