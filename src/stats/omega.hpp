#pragma once
// Reliability from factors: coefficients omega, and how much of a scale one general factor carries. k items,
// m factors, R: k x k correlation matrix. Coefficients have no unit. "Nothing" means undefined.

#include <cstddef>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "stats/factor.hpp"
#include "stats/matrix.hpp"
#include "stats/rotation.hpp"

namespace securebase::stats {

/// (sum lambda)^2 / ((sum lambda)^2 + sum psi)  (McDonald 1999, Test Theory, eq. 6.20b). Nothing where the
/// divisor is zero.
[[nodiscard]] std::optional<double> omega_model_implied(const OneFactorFit& fit);

/// (sum lambda)^2 / sum S, S with the divisor of the fit (n). Nothing where the sum has no variance.
[[nodiscard]] std::optional<double> omega_observed_variance(const OneFactorFit& fit,
                                                            const Matrix& covariance);

/// sqrt(sum psi): standard error of measurement of the sum of the items, in its unit (McDonald 1999, Test
/// Theory, ch. 6).
[[nodiscard]] double sem_of_sum(const OneFactorFit& fit);

/// A general factor and m group factors, all orthogonal.
struct SchmidLeiman {
  std::vector<double> general;       ///< k; their sum is not negative
  Matrix group;                      ///< k x m
  std::vector<double> second_order;  ///< m, loadings of the factors on the general factor
  std::vector<std::size_t> heywood;  ///< factors that the general factor explains entirely
  Convergence convergence;           ///< of the second-order extraction; two factors need none
};

/// Schmid & Leiman 1957, Psychometrika 22, 53: with the second-order loadings gamma of the factor
/// correlations Phi, general = L gamma, group_ij = L_ij sqrt(1 - gamma_j^2). gamma by minres; two factors
/// alone do not identify it, and then both gammas have the size sqrt(|phi|). Needs at least two factors:
/// error "omega.too_few_factors".
[[nodiscard]] Result<SchmidLeiman> schmid_leiman(const ObliqueRotation& rotated);

/// (sum general)^2 / sum R  (McDonald 1999; Zinbarg, Revelle, Yovel & Li 2005, Psychometrika 70, eq. 6).
[[nodiscard]] std::optional<double> omega_hierarchical(const std::vector<double>& general,
                                                       const Matrix& correlation);

/// 1 - sum_i (1 - h_i^2) / sum R  (McDonald 1999).
[[nodiscard]] std::optional<double> omega_total(const std::vector<double>& communality,
                                                const Matrix& correlation);

/// omega_hierarchical / omega_total: its limit for infinitely many items of the same kinds (Zinbarg et al.
/// 2005).
[[nodiscard]] std::optional<double> omega_limit(double hierarchical, double total);

/// Explained common variance: sum general^2 / (sum general^2 + sum group^2)  (Reise, Moore & Haviland 2010,
/// J. Pers. Assess. 92, 544).
[[nodiscard]] std::optional<double> explained_common_variance(const SchmidLeiman& solution);

struct OmegaReport {
  FactorFit extraction;
  ObliqueRotation rotation;
  SchmidLeiman solution;
  std::optional<double> hierarchical;
  std::optional<double> total;
  std::optional<double> limit;
  std::optional<double> ecv;
  /// The worst verdict of extraction, rotation and second order, and the largest gradient.
  Convergence convergence;
};

/// minres -> varimax -> oblimin -> Schmid-Leiman -> coefficients, from a correlation matrix. m factors, m
/// >= 2. Errors: those of minres and "omega.too_few_factors".
[[nodiscard]] Result<OmegaReport> omega(const Matrix& correlation, std::size_t factors);

}  // namespace securebase::stats
