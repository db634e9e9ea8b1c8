#pragma once
// Extraction of common factors: Sigma = Lambda Lambda' + Psi with Psi diagonal (k variables, m factors of
// variance 1).
//
// A uniqueness below 0.005 of its variable's variance is not admitted (the bound R's factanal uses): a
// variable that presses against it is a Heywood case, named in `heywood` by its index from 0, and the verdict
// is then at_boundary. Errors are of kind bad_data.

#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

inline constexpr double smallest_uniqueness = 0.005;  ///< as a share of the variable's variance

struct OneFactorFit {
  std::vector<double> loading;     ///< k, in the units of the variables; their sum is not negative
  std::vector<double> uniqueness;  ///< k, variances
  std::optional<std::vector<double>> loading_se;     ///< expected information; nothing where it is singular
  std::optional<std::vector<double>> uniqueness_se;  ///< 0 for a Heywood case, which is held fixed
  double chi_square = 0;                             ///< n F at the minimum
  std::size_t df = 0;                                ///< k (k - 3) / 2
  std::optional<double> p;                           ///< nothing for df = 0
  std::vector<std::size_t> heywood;
  Convergence convergence;  ///< gradient of F by loadings and uniquenesses of the standardised variables
};

/// Maximum likelihood of one factor for n persons, normal theory (Joreskog 1967, Psychometrika 32, 443).
/// Minimises
///   F = ln|Sigma| - ln|S| + tr(S Sigma^-1) - k,   S with divisor n,
/// by Fisher scoring; standard errors from (n/2) tr(Sigma^-1 dSigma Sigma^-1 dSigma), as lavaan's std.lv =
/// TRUE, likelihood "normal", information "expected". `covariance` is S with divisor n (see with_divisor_n).
/// Errors: "factor.too_few_variables" (k < 3), "factor.too_few_persons" (n <= k),
/// "factor.not_positive_definite".
[[nodiscard]] Result<OneFactorFit> one_factor_ml(const Matrix& covariance, std::size_t n);

/// A covariance matrix with divisor n - 1, turned to divisor n; n = 0 is a bug of the caller
/// (std::invalid_argument).
[[nodiscard]] Matrix with_divisor_n(const Matrix& covariance, std::size_t n);

struct FactorFit {
  Matrix loadings;                  ///< k x m, unrotated, orthogonal; no column's sum is negative
  std::vector<double> communality;  ///< k
  double objective = 0;             ///< sum over i < j of squared residual correlations
  std::vector<std::size_t> heywood;
  Convergence convergence;  ///< gradient of the objective by the uniquenesses
};

/// Minimum residuals (Harman & Jones 1966, Psychometrika 31, 351): the m factors that leave the smallest
/// squared off-diagonal residuals of R. Over the uniquenesses, with theta_j, w_j the eigenpairs of R - Psi
/// that are left out: f = 1/2 sum theta_j^2, df/dpsi_i = -sum theta_j w_ij^2, second derivatives exact
/// (Joreskog 1977, "Factor analysis by least-squares and maximum-likelihood methods", in Enslein, Ralston &
/// Wilf, p. 131 ff). A uniqueness held at 1, a variable that shares nothing, gives the verdict at_boundary
/// without being a Heywood case. Errors: "factor.too_many_factors" (m = 0 or (k-m)^2 < k+m: more parameters
/// than correlations), "factor.not_a_correlation" (not square, symmetric and finite with ones in the diagonal
/// and nothing beyond -1 to 1).
[[nodiscard]] Result<FactorFit> minres(const Matrix& correlation, std::size_t factors);

}  // namespace securebase::stats
