#pragma once
// Maximum likelihood of structural models on patterns of present values, over groups; for the sources of this
// room only.

#include <optional>
#include <vector>

#include "stats/bounded_newton.hpp"
#include "stats/reticular_action.hpp"

namespace securebase::stats {

struct FullInformationGroup {
  RamModel model;
  std::vector<MomentPattern> patterns;
};

struct FullInformation {
  std::vector<FullInformationGroup> groups;
  Eigen::Index parameters = 0;
  double rows = 0;    // N, of all groups
  double values = 0;  // seen
};

/// F, its gradient, and its Hessian (observed) or the expectation of it by theta.
[[nodiscard]] std::optional<Expansion> expand_fit(const FullInformation& problem,
                                                  const Eigen::VectorXd& theta, Information information);

/// Fisher scoring, then Newton's method with the exact Hessian, in parameters scaled to information 1. The
/// minimum is told in theta, with the exact Hessian; the gradient of the convergence is that of the scaled
/// parameters. Nothing where F is not defined at the start.
[[nodiscard]] std::optional<Minimum> minimise_fit(const FullInformation& problem,
                                                  const Eigen::VectorXd& start);

/// -N F - (values / 2) ln 2 pi
[[nodiscard]] double log_likelihood_of(const FullInformation& problem, double value);

/// The moments that fit best if nothing is assumed, for each group: of complete data those of the data, else
/// by the same search. Nothing where some pair of variables is never seen together or the search fails.
[[nodiscard]] std::optional<Moments> unrestricted_moments(const std::vector<MomentPattern>& patterns,
                                                          Eigen::Index variables);

}  // namespace securebase::stats
