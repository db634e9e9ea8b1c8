#pragma once
// One person's line about a group's, given what has been seen: y = z'u + e, z = (1, x), u ~ N(0, G),
// e ~ N(0, s2) independent, y being differences from what the group's line expects.
//   covariance of u given y:  C = (G^-1 + sum z z' / s2)^-1 = G - G S (I + G S / s2)^-1 G / s2,  S = sum z z'
//   mean:                     C sum z y / s2
// The best linear unbiased prediction, variances taken as known (Henderson 1975, Biometrics 31, 423).

#include <array>
#include <cstddef>

namespace securebase::stats {

/// Symmetric 2 x 2: variance of the level, covariance, variance of the slope.
using LineCovariance = std::array<double, 3>;

/// (1, x) G (1, x)'.
[[nodiscard]] double line_variance(const LineCovariance& g, double x);

class LineUpdate {
 public:
  /// `between` is a covariance, `residual_variance` above 0; otherwise a bug of the caller
  /// (std::domain_error).
  LineUpdate(const LineCovariance& between, double residual_variance);

  void see(double x, double difference);

  [[nodiscard]] std::array<double, 2> mean() const;  ///< level, slope
  [[nodiscard]] LineCovariance covariance() const;
  [[nodiscard]] std::size_t seen() const { return seen_; }

 private:
  LineCovariance between_{};
  double residual_variance_ = 1;
  double sx_ = 0, sxx_ = 0, sy_ = 0, sxy_ = 0;
  std::size_t seen_ = 0;
};

}  // namespace securebase::stats
