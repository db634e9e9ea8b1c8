#pragma once
// Outcomes that do not exist: drawn from a mixed model whose parameters are known, so that an estimator can
// be held against what was planted. All of it follows from design, parameters and key.

#include <vector>

#include "stats/mixed_design.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

struct MixedTruth {
  std::vector<double> fixed;              ///< p coefficients
  std::vector<Matrix> random_covariance;  ///< G_t, q_t x q_t, positive semidefinite
  std::vector<double> residual_sd;        ///< of each residual group (one where all are equal), above 0
  double correlation = 0;                 ///< phi or rho; not read where residuals are not correlated
};

/// The n outcomes; design.response is not read but for its length. A level has the same effects whatever rows
/// there are besides. Parameters that do not fit the design, or a covariance that is none, are a bug of the
/// caller: std::domain_error.
[[nodiscard]] std::vector<double> simulate_mixed(const MixedDesign& design, const MixedTruth& truth,
                                                 const RandomKey& key);

}  // namespace securebase::stats
