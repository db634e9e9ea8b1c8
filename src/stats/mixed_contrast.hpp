#pragma once
// Contrasts of fixed effects; for the sources of this room only.

#include <Eigen/Core>

#include "stats/mixed_inference.hpp"

namespace securebase::stats {

/// Error lmm.contrast.
[[nodiscard]] Result<void> check_contrasts(const MixedFit& fit, const Matrix& contrasts);
[[nodiscard]] double estimate_of(const MixedFit& fit, const Eigen::RowVectorXd& contrast);
[[nodiscard]] ContrastTest t_test(double estimate, double std_error, double df);

}  // namespace securebase::stats
