#pragma once
// Two mixed models of the same rows, one within the other.

#include <optional>

#include "stats/mixed_model.hpp"

namespace securebase::stats {

struct LikelihoodRatio {
  double chi_square = 0;  ///< 2 (lnL - lnL_0), 0 at least
  std::size_t df = 0;     ///< how many parameters more
  double p = 0;           ///< of chi-square with df: too large where variances are tested
  /// With variances at the edge of what they can be: for one variance more, half and half of chi-square with
  /// df - 1 and df (Self & Liang 1987, J. Am. Stat. Assoc. 82, 605; Stram & Lee 1994, Biometrics 50, 1171);
  /// for r uncorrelated ones binomial weights, which is approximate. Nothing where no variance is tested, or
  /// where several are with their covariances.
  std::optional<double> p_mixture;
};

/// Both of the same rows and outcome, `null` a case of `alternative` (not checked beyond names and numbers).
/// Errors lmm.comparison: other rows, another likelihood, restricted likelihoods with other fixed effects, or
/// no parameter more; not converged.
[[nodiscard]] Result<LikelihoodRatio> likelihood_ratio(const MixedFit& null, const MixedFit& alternative);

}  // namespace securebase::stats
