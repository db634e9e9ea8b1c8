#pragma once
// Where the covariance parameters of a mixed model may lie; for the sources of this room only.

#include "stats/bounded_newton.hpp"
#include "stats/mixed_covariance.hpp"

namespace securebase::stats {

/// Of theta. A correlation stays a millionth away from where V is singular.
[[nodiscard]] Box box_of(const CovarianceLayout& layout);

/// Whether the residual correlation lies on an edge of it.
[[nodiscard]] bool at_edge(const CovarianceLayout& layout, const Eigen::VectorXd& theta);

}  // namespace securebase::stats
