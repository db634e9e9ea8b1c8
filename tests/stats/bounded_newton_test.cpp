#include "stats/bounded_newton.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double infinity = std::numeric_limits<double>::infinity();

Box open_box(Eigen::Index n) {
  return {VectorXd::Constant(n, -infinity), VectorXd::Constant(n, infinity)};
}

// f = 1/2 (x - c)' H (x - c)
Objective quadratic(const MatrixXd& h, const VectorXd& centre) {
  return [=](const VectorXd& x) -> std::optional<Expansion> {
    const VectorXd d = x - centre;
    return Expansion{d.dot(h * d) / 2, h * d, h};
  };
}

// 100 (y - x^2)^2 + (1 - x)^2, whose Hessian is not positive definite everywhere.
std::optional<Expansion> rosenbrock(const VectorXd& v) {
  const double x = v[0];
  const double gap = v[1] - x * x;
  Expansion e{100 * gap * gap + (1 - x) * (1 - x), VectorXd(2), MatrixXd(2, 2)};
  e.gradient << -400 * x * gap - 2 * (1 - x), 200 * gap;
  e.curvature << 800 * x * x - 400 * gap + 2, -400 * x, -400 * x, 200;
  return e;
}

TEST(BoundedNewton, finds_the_bottom_of_a_curved_valley) {
  for (const auto& [x, y] : {std::pair(-1.2, 1.0), std::pair(3.0, -5.0), std::pair(0.0, 4.0)}) {
    const auto m = minimise(rosenbrock, (VectorXd(2) << x, y).finished(), open_box(2));
    ASSERT_TRUE(m);
    EXPECT_EQ(m->convergence.verdict, Verdict::converged);
    EXPECT_NEAR(m->at[0], 1, 1e-9);
    EXPECT_NEAR(m->at[1], 1, 1e-9);
    EXPECT_GT(m->convergence.iterations, 1);
  }
}

// Where the Hessian is diagonal the bounded minimum is the projection of the free one.
RC_GTEST_PROP(BoundedNewton, separable_minimum_is_projected, ()) {
  constexpr Eigen::Index n = 4;
  VectorXd h(n), centre(n), start(n);
  Box box = open_box(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    h[i] = *rc::gen::inRange(1, 100);
    centre[i] = *rc::gen::inRange(-50, 50) / 10.0;
    start[i] = *rc::gen::inRange(-90, 90) / 10.0;
    if (*rc::gen::arbitrary<bool>()) box.lower[i] = *rc::gen::inRange(-50, 0) / 10.0;
    if (*rc::gen::arbitrary<bool>()) box.upper[i] = *rc::gen::inRange(0, 50) / 10.0;
  }
  const auto m = minimise(quadratic(h.asDiagonal(), centre), start, box);
  RC_ASSERT(m.has_value());
  const VectorXd expected = centre.cwiseMax(box.lower).cwiseMin(box.upper);
  RC_ASSERT((m->at - expected).cwiseAbs().maxCoeff() < 1e-10);
  const bool inside = expected == centre;
  RC_ASSERT(m->convergence.verdict == (inside ? Verdict::converged : Verdict::at_boundary));
}

// At the minimum of a convex function in a box the gradient pushes outwards at held parameters and is zero at
// the others.
RC_GTEST_PROP(BoundedNewton, meets_the_conditions_of_a_minimum, ()) {
  constexpr Eigen::Index n = 3;
  MatrixXd root(n, n);
  VectorXd centre(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    centre[i] = *rc::gen::inRange(-30, 30) / 10.0;
    for (Eigen::Index j = 0; j < n; ++j) root(i, j) = *rc::gen::inRange(-10, 10) / 5.0;
  }
  const MatrixXd h = root * root.transpose() + MatrixXd::Identity(n, n);
  const Box box{VectorXd::Constant(n, -1), VectorXd::Constant(n, 1)};
  const auto m = minimise(quadratic(h, centre), VectorXd::Zero(n), box);
  RC_ASSERT(m.has_value());
  RC_ASSERT(m->convergence.verdict != Verdict::not_converged);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double g = m->expansion.gradient[i];
    RC_ASSERT(m->at[i] >= -1 && m->at[i] <= 1);
    if (m->held[static_cast<std::size_t>(i)])
      RC_ASSERT((m->at[i] == -1 && g > 0) || (m->at[i] == 1 && g < 0));
    else
      RC_ASSERT(std::abs(g) < 1e-8);
  }
}

TEST(BoundedNewton, steps_back_from_where_the_function_is_not_defined) {
  // x - ln x, from a place where the full step leads below zero
  const Objective objective = [](const VectorXd& x) -> std::optional<Expansion> {
    if (!(x[0] > 0)) return std::nullopt;
    return Expansion{x[0] - std::log(x[0]), VectorXd::Constant(1, 1 - 1 / x[0]),
                     MatrixXd::Constant(1, 1, 1 / (x[0] * x[0]))};
  };
  const auto m = minimise(objective, VectorXd::Constant(1, 7), open_box(1));
  ASSERT_TRUE(m);
  EXPECT_EQ(m->convergence.verdict, Verdict::converged);
  EXPECT_NEAR(m->at[0], 1, 1e-12);
  EXPECT_FALSE(minimise(objective, VectorXd::Constant(1, -1), open_box(1)).has_value());
  const Objective endless = [](const VectorXd&) {
    return Expansion{infinity, VectorXd::Zero(1), MatrixXd::Zero(1, 1)};
  };
  EXPECT_FALSE(minimise(endless, VectorXd::Zero(1), open_box(1)).has_value());
}

TEST(BoundedNewton, says_so_when_it_did_not_arrive) {
  NewtonOptions options;
  options.max_iterations = 2;
  const auto m = minimise(rosenbrock, (VectorXd(2) << -1.2, 1).finished(), open_box(2), options);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->convergence.verdict, Verdict::not_converged);
  EXPECT_GT(m->convergence.gradient, options.tolerance);
  EXPECT_NE(to_text(Verdict::not_converged), to_text(Verdict::converged));
  EXPECT_NE(to_text(Verdict::at_boundary), to_text(Verdict::converged));
}

TEST(BoundedNewton, everything_held_is_a_boundary) {
  const Box point{VectorXd::Constant(2, 1), VectorXd::Constant(2, 1)};
  const auto m = minimise(quadratic(MatrixXd::Identity(2, 2), VectorXd::Zero(2)), VectorXd::Zero(2), point);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->convergence.verdict, Verdict::at_boundary);
  EXPECT_EQ(m->at, VectorXd::Constant(2, 1));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
