#pragma once
// Standard errors of fixed effects that hold even where the covariance of a mixed model is wrong, as long as
// clusters are independent.

#include "stats/mixed_inference.hpp"

namespace securebase::stats {

struct ClusterRobust {
  Matrix fixed_covariance;          ///< CR2
  std::vector<ContrastTest> tests;  ///< of each contrast, with Satterthwaite's degrees of freedom
  std::size_t clusters = 0;
};

/// CR2, the bias-reduced sandwich (Bell & McCaffrey 2002, Survey Methodology 28, 169; Pustejovsky & Tipton
/// 2018, J. Bus. Econ. Stat. 36, 672), the fitted covariance being both weight and working model. With
/// M = (X' V^-1 X)^-1, D_i the upper Cholesky factor of V_i, B_i = D_i (V_i - X_i M X_i') D_i':
///   A_i = D_i' B_i^(+1/2) D_i,   Var = M sum_i X_i' V_i^-1 A_i e_i e_i' A_i' V_i^-1 X_i M
///   df = (sum_i h_ii)^2 / sum_ij h_ij^2,   h_ij = g_i' V g_j for g_i = (I - H)_i' A_i V_i^-1 X_i M l
/// Clusters are the model's independent ones; `design` is the one the model was made of.
/// Errors: lmm.other_design, lmm.contrast, lmm.too_few_clusters (not more than fixed columns), and usage
/// lmm.robust_too_large (a cluster of more than 1500 rows).
[[nodiscard]] Result<ClusterRobust> cluster_robust(const MixedDesign& design, const MixedModel& model,
                                                   const MixedFit& fit, const Matrix& contrasts);

}  // namespace securebase::stats
