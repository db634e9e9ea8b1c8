#pragma once
// Which parameters an information matrix does not tell apart; for the sources of this room only.

#include <Eigen/Core>
#include <vector>

namespace securebase::stats {

/// Indices of parameters that take part in a direction without information: eigenvectors of the matrix,
/// scaled to ones in its diagonal, with an eigenvalue below 1e-9; and those that carry no information at all.
/// Empty where every parameter is identified (locally: Rothenberg 1971, Econometrica 39, 577).
[[nodiscard]] std::vector<Eigen::Index> unidentified(const Eigen::MatrixXd& information,
                                                     double negligible = 0);

}  // namespace securebase::stats
