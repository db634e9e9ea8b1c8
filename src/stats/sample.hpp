#pragma once
// Size, mean and spread of a list of finite numbers, in their unit. That they are finite is the caller's
// part; squares must not overflow (below 1e150).

#include <cstddef>
#include <optional>
#include <span>

namespace securebase::stats {

/// Sum by halves, so that the rounding grows with log n.
[[nodiscard]] double pairwise_sum(std::span<const double> values);

struct SampleSummary {
  std::size_t n = 0;
  double mean = 0;
  std::optional<double> sd;  ///< divisor n - 1; nothing for n = 1; exactly 0 where all are equal
};

/// Mean and standard deviation in two passes. Nothing for an empty list.
[[nodiscard]] std::optional<SampleSummary> summarise(std::span<const double> values);

/// Pearson's product-moment correlation, -1 to 1; nothing where n < 2, the lengths differ or a
/// variance is zero.
[[nodiscard]] std::optional<double> pearson_r(std::span<const double> x, std::span<const double> y);

}  // namespace securebase::stats
