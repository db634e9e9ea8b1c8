#pragma once
// Logistic regression of yes-or-no outcomes that hang together within clusters: coefficients as if all rows
// were independent, errors that do not take them to be.
//
// The bread is the information of the fit; the meat the clusters' scores, each corrected for how far the fit
// follows its own cluster. With M = X'WX, S_g that of cluster g, s_g = X_g'(y_g - p_g):
//   CR2   s*_g = (I - S_g M^-1)^(-1/2) s_g,   Var = M^-1 (sum s*_g s*_g') M^-1
// (Bell & McCaffrey 2002, Survey Methodology 28, 169, with the working covariance of independence; (I - H_gg)
// acting on residuals comes down to p x p matrices since X' f(X M^-1 X') = f(S M^-1) X'). t has clusters - 1
// degrees of freedom.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

struct LogisticCoefficient {
  double estimate = 0;  ///< logit
  double std_error = 0;
  double t = 0;
  double p = 0;  ///< two-sided
  Interval interval;
};

struct ClusteredLogistic {
  std::vector<LogisticCoefficient> coefficients;  ///< of the columns of X
  Matrix covariance;                              ///< CR2
  Matrix naive;                                   ///< M^-1, were rows independent
  double log_likelihood = 0;
  std::size_t rows = 0;
  std::size_t clusters = 0;
  double df = 0;  ///< clusters - 1
  Convergence convergence;
};

/// X rows x p, finite, full rank; outcomes 0 or 1; cluster of each row, any numbers. Newton steps, halved
/// where the likelihood would fall. Errors (bad_data): "logistic.shape", "logistic.outcome" (not 0 or 1, or
/// all the same), "logistic.clusters" (fewer than p + 1), "logistic.rank", "logistic.separated" (a column
/// tells outcomes apart without fail: its coefficient has no end), "logistic.level".
[[nodiscard]] Result<ClusteredLogistic> clustered_logistic(const Matrix& x, std::span<const double> outcome,
                                                           std::span<const std::size_t> cluster,
                                                           double level = 0.95);

}  // namespace securebase::stats
