#pragma once
// Correlation of two normal variables of which only ordered categories are seen.
//
// p_ij = P(a_{i-1} < X <= a_i, b_{j-1} < Y <= b_j), X, Y bivariate normal with correlation rho, from the
// cells of the r x c table n_ij; log-likelihood kernel sum n_ij log p_ij (Olsson 1979, Psychometrika 44, eq.
// 4-5). No cell is changed: empty cells stay empty.

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

enum class PolychoricMethod {
  two_step,           ///< thresholds from the margins, then rho
  maximum_likelihood  ///< thresholds and rho together
};

struct PolychoricFit {
  double rho = 0;                ///< between -0.9999 and 0.9999; the ends are reported as at_boundary
  std::vector<double> row_cuts;  ///< r - 1 thresholds, ascending
  std::vector<double> col_cuts;  ///< c - 1
  double log_likelihood = 0;     ///< kernel, without the multinomial coefficient
  /// From the observed information, by maximum likelihood and away from the boundary only.
  std::optional<double> se_rho;
  Convergence convergence;  ///< gradient of -log-likelihood / n
};

/// `counts` is r x c with r, c >= 2; people, not negative, whole or weighted. Thresholds are in standard
/// deviations of the variable behind the categories.
/// Errors (kind bad_data): "polychoric.too_few_categories", "polychoric.bad_count" (negative or not finite),
/// "polychoric.empty_category" (a row or column without anyone: its threshold is not estimable; leave it
/// out).
[[nodiscard]] Result<PolychoricFit> fit_polychoric(const Matrix& counts, PolychoricMethod method);

}  // namespace securebase::stats
