#pragma once
// Simple mediation by least squares: m = i + a x + ..., y = j + direct x + b m + ..., total effect of x on y
// without m. Covariates enter every equation. The indirect effect is a b.
//
// Standard errors of a product (Sobel 1982, Sociol. Methodol. 13, 290; Aroian 1947; Goodman 1960, JASA 55,
// 708):
//   sobel  sqrt(a^2 s_b^2 + b^2 s_a^2)     aroian  + s_a^2 s_b^2 within     goodman  - s_a^2 s_b^2 within
// The product is not normally distributed: the intervals of bootstrap.hpp are to be preferred.

#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/bootstrap.hpp"

namespace securebase::stats {

/// Columns of the same length, all finite.
struct MediationData {
  std::vector<double> x;
  std::vector<double> m;
  std::vector<double> y;
  std::vector<std::vector<double>> covariates = {};
};

/// A regression coefficient; its error with divisor n - p.
struct Slope {
  double estimate = 0;
  double std_error = 0;
};

struct ProductError {
  double std_error = 0;
  std::optional<double> z;  ///< nothing where the error is 0
  std::optional<double> p;
};

struct Mediation {
  std::size_t n = 0;
  Slope a, b, direct, total;
  double indirect = 0;
  ProductError sobel;
  double aroian_error = 0;
  std::optional<double> goodman_error;  ///< nothing where its square is negative
};

/// Errors (bad_data): "mediation.shape" (lengths differ), "mediation.not_finite", "mediation.too_few" (not
/// more rows than coefficients), "mediation.collinear" (a predictor does not vary or is a combination of
/// others; m that follows from x exactly among them).
[[nodiscard]] Result<Mediation> mediate(const MediationData& data);

/// a b on chosen rows, for bootstrap(); nothing where it is undefined. The data must outlive the estimator.
[[nodiscard]] RowEstimator indirect_effect(const MediationData& data);

/// The standard error of a b, whatever a and b come from, independent of each other.
[[nodiscard]] ProductError sobel_error(const Slope& a, const Slope& b);

}  // namespace securebase::stats
