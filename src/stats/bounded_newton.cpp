#include "stats/bounded_newton.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <utility>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

std::vector<bool> held_at_bound(const VectorXd& x, const VectorXd& gradient, const Box& box) {
  std::vector<bool> held(plain_index(x.size()));
  for (Eigen::Index i = 0; i < x.size(); ++i)
    held[plain_index(i)] =
        (x[i] <= box.lower[i] && gradient[i] > 0) || (x[i] >= box.upper[i] && gradient[i] < 0);
  return held;
}

std::vector<Eigen::Index> free_indices(const std::vector<bool>& held) {
  std::vector<Eigen::Index> free;
  for (std::size_t i = 0; i < held.size(); ++i)
    if (!held[i]) free.push_back(eigen_index(i));
  return free;
}

double largest_free(const VectorXd& gradient, const std::vector<bool>& held) {
  double largest = 0;
  for (Eigen::Index i : free_indices(held)) largest = std::max(largest, std::abs(gradient[i]));
  return largest;
}

// (H + c I)^-1 g with the smallest c of 0, 1e-8 h, 1e-7 h ... that makes the matrix positive definite.
VectorXd solve_positive(const MatrixXd& curvature, const VectorXd& gradient) {
  const double scale = std::max(curvature.diagonal().cwiseAbs().maxCoeff(), 1e-12);
  double ridge = 0;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const Eigen::LLT<MatrixXd> llt(curvature + ridge * MatrixXd::Identity(gradient.size(), gradient.size()));
    if (llt.info() == Eigen::Success) return llt.solve(gradient);
    ridge = ridge > 0 ? 10 * ridge : 1e-8 * scale;
  }
  return gradient / scale;
}

VectorXd newton_step(const Expansion& here, const std::vector<bool>& held) {
  const auto free = free_indices(held);
  VectorXd step = VectorXd::Zero(here.gradient.size());
  step(free) = -solve_positive(here.curvature(free, free), here.gradient(free));
  return step;
}

bool same_within_rounding(double a, double b) {
  return std::abs(a - b) <= 1e-12 * (1 + std::abs(a));
}

Minimum minimum_at(VectorXd x, Expansion expansion, const Box& box) {
  Minimum m;
  m.held = held_at_bound(x, expansion.gradient, box);
  m.convergence.gradient = largest_free(expansion.gradient, m.held);
  m.at = std::move(x);
  m.expansion = std::move(expansion);
  return m;
}

bool is_better(const Minimum& next, const Minimum& here) {
  const double foreseen = here.expansion.gradient.dot(next.at - here.at);
  if (same_within_rounding(next.expansion.value, here.expansion.value))
    return next.convergence.gradient < here.convergence.gradient;
  return next.expansion.value <= here.expansion.value + 1e-4 * std::min(foreseen, 0.0);
}

std::optional<Minimum> step_from(const Minimum& here, const Objective& objective, const Box& box) {
  VectorXd step = newton_step(here.expansion, here.held);
  for (int halving = 0; halving < 50; ++halving, step *= 0.5) {
    VectorXd x = (here.at + step).cwiseMax(box.lower).cwiseMin(box.upper);
    auto expansion = objective(x);
    if (!expansion || !std::isfinite(expansion->value)) continue;
    Minimum next = minimum_at(std::move(x), std::move(*expansion), box);
    if (is_better(next, here)) return next;
  }
  return std::nullopt;
}

Verdict verdict_of(const Minimum& m, double tolerance) {
  if (!(m.convergence.gradient <= tolerance)) return Verdict::not_converged;
  const bool any_held = std::find(m.held.begin(), m.held.end(), true) != m.held.end();
  return any_held ? Verdict::at_boundary : Verdict::converged;
}

}  // namespace

std::optional<Minimum> minimise(const Objective& objective, const VectorXd& start, const Box& box,
                                const NewtonOptions& options) {
  VectorXd x = start.cwiseMax(box.lower).cwiseMin(box.upper);
  auto first = objective(x);
  if (!first || !std::isfinite(first->value)) return std::nullopt;
  Minimum here = minimum_at(std::move(x), std::move(*first), box);
  int iterations = 0;
  for (; iterations < options.max_iterations && here.convergence.gradient > options.aim; ++iterations) {
    auto next = step_from(here, objective, box);
    if (!next) break;
    here = std::move(*next);
  }
  here.convergence.iterations = iterations;
  here.convergence.verdict = verdict_of(here, options.tolerance);
  return here;
}

}  // namespace securebase::stats
