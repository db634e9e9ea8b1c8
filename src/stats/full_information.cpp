#include "stats/full_information.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// By the lower triangle, where an element off the diagonal stands for two.
VectorXd stacked_gradient(const MomentExpansion& e) {
  const Index p = e.g.size();
  VectorXd gradient(p * (p + 1) / 2 + p);
  for (Index a = 0; a < p; ++a)
    for (Index b = 0; b <= a; ++b) gradient[triangle(a, b)] = (a == b ? 1 : 2) * e.G(a, b);
  gradient.tail(p) = e.g;
  return gradient;
}

bool add_group(Expansion& sum, const FullInformationGroup& group, const VectorXd& theta, double rows,
               Information information) {
  const auto at = ram_at(group.model, theta);
  if (!at) return false;
  const auto e = expand_moments(group.patterns, at->moments(group.model.observed), rows, information);
  if (!e) return false;
  const MatrixXd J = ram_jacobian(group.model, *at, theta.size());
  sum.value += e->value;
  sum.gradient += J.transpose() * stacked_gradient(*e);
  sum.curvature += J.transpose() * e->Q * J;
  if (information == Information::observed) sum.curvature += ram_bend(group.model, *at, *e, theta.size());
  return true;
}

// The same function of theta / scale.
Objective scaled(const FullInformation& problem, const VectorXd& scale, Information information) {
  return [&problem, scale, information](const VectorXd& x) -> std::optional<Expansion> {
    auto e = expand_fit(problem, scale.cwiseProduct(x), information);
    if (!e) return std::nullopt;
    e->gradient = scale.cwiseProduct(e->gradient);
    e->curvature = scale.asDiagonal() * e->curvature * scale.asDiagonal();
    return e;
  };
}

Box no_bounds(Index n) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  return {VectorXd::Constant(n, -infinity), VectorXd::Constant(n, infinity)};
}

// 1 / sqrt of the information about each parameter.
VectorXd scale_at(const Expansion& e) {
  VectorXd scale = VectorXd::Ones(e.gradient.size());
  for (Index i = 0; i < scale.size(); ++i)
    if (e.curvature(i, i) > 0) scale[i] = 1 / std::sqrt(e.curvature(i, i));
  return scale;
}

std::optional<Minimum> minimise_scaled(const FullInformation& problem, const VectorXd& theta,
                                       Information information, const NewtonOptions& options) {
  const auto here = expand_fit(problem, theta, Information::expected);
  if (!here) return std::nullopt;
  const VectorXd scale = scale_at(*here);
  auto m = minimise(scaled(problem, scale, information), theta.cwiseQuotient(scale), no_bounds(theta.size()),
                    options);
  if (!m) return std::nullopt;
  m->at = scale.cwiseProduct(m->at);
  return m;
}

RamModel free_moments(Index p) {
  RamModel model{p, p, {}};
  for (Index a = 0; a < p; ++a)
    for (Index b = 0; b <= a; ++b) model.cells.push_back({RamMatrix::S, a, b, triangle(a, b), 0});
  for (Index a = 0; a < p; ++a) model.cells.push_back({RamMatrix::m, a, 0, p * (p + 1) / 2 + a, 0});
  return model;
}

// Means and variances of what is present.
VectorXd first_moments(const std::vector<MomentPattern>& patterns, Index p) {
  VectorXd n = VectorXd::Zero(p), sum = n, squares = n;
  for (const MomentPattern& pattern : patterns)
    for (std::size_t i = 0; i < pattern.present.size(); ++i) {
      const auto own = static_cast<Index>(i);
      n[pattern.present[i]] += pattern.n;
      sum[pattern.present[i]] += pattern.n * pattern.mean[own];
    }
  const VectorXd mean = sum.cwiseQuotient(n.cwiseMax(1));
  for (const MomentPattern& pattern : patterns)
    for (std::size_t i = 0; i < pattern.present.size(); ++i) {
      const auto own = static_cast<Index>(i);
      const double d = pattern.mean[own] - mean[pattern.present[i]];
      squares[pattern.present[i]] += pattern.n * (pattern.covariance(own, own) + d * d);
    }
  VectorXd theta = VectorXd::Zero(p * (p + 1) / 2 + p);
  for (Index a = 0; a < p; ++a) theta[triangle(a, a)] = squares[a] / std::max(n[a], 1.0);
  theta.tail(p) = mean;
  return theta;
}

bool every_pair_seen(const std::vector<MomentPattern>& patterns, Index p) {
  MatrixXd seen = MatrixXd::Zero(p, p);
  for (const MomentPattern& pattern : patterns) seen(pattern.present, pattern.present).array() += pattern.n;
  return p == 0 || seen.minCoeff() > 0;
}

Moments moments_from(const VectorXd& theta, Index p) {
  Moments moments{MatrixXd(p, p), theta.tail(p)};
  for (Index a = 0; a < p; ++a)
    for (Index b = 0; b < p; ++b) moments.covariance(a, b) = theta[triangle(a, b)];
  return moments;
}

// Newton's method in short steps: where the likelihood falls off to one side without end, long ones leave the
// basin that the start lies in. `reach` is how far a parameter may move in one round, in units of information
// 1 per row.
std::optional<Minimum> minimise_carefully(const FullInformation& problem, const VectorXd& start) {
  constexpr int most_rounds = 150;
  constexpr int steps_each = 2;
  constexpr double reach = 0.25;
  std::optional<Minimum> here;
  int steps = 0;
  for (int round = 0; round < most_rounds; ++round) {
    const VectorXd theta = here ? here->at : start;
    const auto expansion = expand_fit(problem, theta, Information::expected);
    if (!expansion) return here;
    const VectorXd scale = scale_at(*expansion);
    const VectorXd x = theta.cwiseQuotient(scale);
    const VectorXd far = VectorXd::Constant(x.size(), reach);
    const Information information = round < most_rounds / 3 ? Information::expected : Information::observed;
    auto next =
        minimise(scaled(problem, scale, information), x, {x - far, x + far}, {steps_each, 1e-6, 1e-4});
    if (!next) return here;
    steps += next->convergence.iterations;
    const bool arrived = next->convergence.verdict == Verdict::converged;
    next->at = scale.cwiseProduct(next->at);
    here = std::move(next);
    if (arrived) break;
  }
  if (here) here->convergence.iterations = steps;
  return here;
}

}  // namespace

std::optional<Expansion> expand_fit(const FullInformation& problem, const VectorXd& theta,
                                    Information information) {
  Expansion sum{0, VectorXd::Zero(theta.size()), MatrixXd::Zero(theta.size(), theta.size())};
  for (const FullInformationGroup& group : problem.groups)
    if (!add_group(sum, group, theta, problem.rows, information)) return std::nullopt;
  if (!std::isfinite(sum.value) || !sum.gradient.allFinite() || !sum.curvature.allFinite())
    return std::nullopt;
  return sum;
}

std::optional<Minimum> minimise_fit(const FullInformation& problem, const VectorXd& start) {
  const auto polished = [&](const std::optional<Minimum>& near) -> std::optional<Minimum> {
    if (!near) return std::nullopt;
    auto exact = minimise_scaled(problem, near->at, Information::observed, {100, 1e-13, 1e-8});
    if (!exact) return std::nullopt;
    exact->convergence.iterations += near->convergence.iterations;
    exact->expansion = *expand_fit(problem, exact->at, Information::observed);
    return exact;
  };
  auto fast = polished(minimise_scaled(problem, start, Information::expected, {200, 1e-5, 1e-4}));
  if (!fast || fast->convergence.verdict != Verdict::not_converged) return fast;
  auto careful = polished(minimise_carefully(problem, start));
  if (careful && careful->convergence.verdict != Verdict::not_converged) return careful;
  return fast;
}

double log_likelihood_of(const FullInformation& problem, double value) {
  return -problem.rows * value - problem.values / 2 * std::log(2 * std::numbers::pi);
}

std::optional<Moments> unrestricted_moments(const std::vector<MomentPattern>& patterns, Index variables) {
  if (!every_pair_seen(patterns, variables)) return std::nullopt;
  if (patterns.size() == 1) return Moments{patterns[0].covariance, patterns[0].mean};
  const FullInformation problem{{{free_moments(variables), patterns}},
                                variables * (variables + 1) / 2 + variables,
                                count_rows(patterns),
                                count_values(patterns)};
  const auto minimum = minimise_fit(problem, first_moments(patterns, variables));
  if (!minimum || minimum->convergence.verdict == Verdict::not_converged) return std::nullopt;
  return moments_from(minimum->at, variables);
}

}  // namespace securebase::stats
