#pragma once
// Newton's method within bounds, with step halving; for the sources of this room only.
//
// Minimises f(x) subject to lower <= x <= upper. At each step the parameters that sit on a bound and are
// pushed against it stay there; the others move by -H^-1 g (H: the Hessian or its expectation), are projected
// into the bounds, and the step is halved until f decreases enough (Armijo) or, where f no longer changes
// beyond rounding, until the gradient shrinks. Source: Bertsekas 1982, "Projected Newton methods", SIAM J.
// Control Optim. 20, eq. (32)-(36).

#include <Eigen/Core>
#include <functional>
#include <optional>
#include <vector>

#include "stats/convergence.hpp"

namespace securebase::stats {

/// f and its derivatives at one point.
struct Expansion {
  double value = 0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd curvature;  ///< symmetric; where not positive definite a multiple of the identity is added
};

/// Nothing where f is not defined; the step is then halved.
using Objective = std::function<std::optional<Expansion>(const Eigen::VectorXd&)>;

/// Of the length of x; infinite where there is no bound; lower <= upper.
struct Box {
  Eigen::VectorXd lower;
  Eigen::VectorXd upper;
};

struct NewtonOptions {
  int max_iterations = 500;
  double aim = 1e-13;       ///< stop when no free component of the gradient exceeds this
  double tolerance = 1e-8;  ///< the largest component that still counts as converged
};

struct Minimum {
  Eigen::VectorXd at;
  Expansion expansion;
  std::vector<bool> held;  ///< at a bound and pushed against it
  Convergence convergence;
};

/// `start` is projected into the box first. Nothing where f is not defined, or not finite, there.
[[nodiscard]] std::optional<Minimum> minimise(const Objective& objective, const Eigen::VectorXd& start,
                                              const Box& box, const NewtonOptions& options = {});

}  // namespace securebase::stats
