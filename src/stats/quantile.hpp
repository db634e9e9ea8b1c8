#pragma once
// Quantiles of a sample.

#include <span>

namespace securebase::stats {

/// Types of Hyndman & Fan (1996, Am. Stat. 50, 361). With n rising values x_0 ... x_{n-1} the quantile of
/// order p is x at position h, by linear interpolation between whole positions, within 0 and n - 1.
enum class QuantileType {
  weibull = 6,  ///< h = (n + 1) p - 1: SPSS, and usual in norms
  linear = 7    ///< h = (n - 1) p: R's default
};

/// Of n >= 1 rising finite values, 0 <= p <= 1; anything else is a bug of the caller: std::domain_error.
[[nodiscard]] double sample_quantile(std::span<const double> rising, double p,
                                     QuantileType type = QuantileType::linear);

}  // namespace securebase::stats
