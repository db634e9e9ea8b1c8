#pragma once
// The deviance of a mixed model with beta and sigma profiled out; for the sources of this room only.
//
// With M partitioned into X and y, C = M_XX^-1, beta = C M_Xy, q = (-beta, 1), r = q' M q, and nu = n
// (maximum likelihood) or n - p (restricted):
//   D(theta) = nu (ln(2 pi r / nu) + 1) + ln|V| [+ ln|M_XX|],   sigma^2 = r / nu
// (Bates, Maechler, Bolker & Walker 2015, J. Stat. Softw. 67(1), eq. 34 and 41). Derivatives:
//   r_i = q' M_i q,   r_ij = q' M_ij q - 2 g_i' C g_j,   g_i = (M_i q)_X
//   ln|M_XX|_i = tr(C M_i),   ln|M_XX|_ij = tr(C M_ij) - tr(C M_i C M_j)

#include "stats/bounded_newton.hpp"
#include "stats/mixed_data.hpp"
#include "stats/mixed_model.hpp"

namespace securebase::stats {

/// All that follows from the sums at one theta, in scaled units.
struct MixedPoint {
  CoreValue core;
  double n = 0;
  double nu = 0;
  double rss = 0;        ///< r
  double log_det_x = 0;  ///< ln|M_XX|
  Eigen::VectorXd beta;
  Eigen::MatrixXd c;

  [[nodiscard]] double sigma2() const { return rss / nu; }
  [[nodiscard]] double deviance(MixedLikelihood likelihood) const;
};

/// Nothing where M_XX is singular or r is not above 0.
[[nodiscard]] std::optional<MixedPoint> point_of(CoreValue core, double n, MixedLikelihood likelihood);

/// D, its gradient and Hessian by theta. The core must have second derivatives.
[[nodiscard]] Expansion expand_deviance(const MixedPoint& point, MixedLikelihood likelihood);

/// The Hessian of the deviance that is not profiled over sigma, by (theta, ln sigma), at sigma^2 = r / nu.
[[nodiscard]] Eigen::MatrixXd joint_curvature(const MixedPoint& point, MixedLikelihood likelihood);

/// M -> T' M T, and its derivatives: other columns of [X y].
[[nodiscard]] CoreValue transformed(const CoreValue& core, const Eigen::MatrixXd& t);

/// What the deviance gains when it is told in the caller's units, and weights are no longer 1.
[[nodiscard]] double deviance_of_units(const MixedData& data, MixedLikelihood likelihood);

}  // namespace securebase::stats
