#pragma once
// The matrices of the named designs for any number type, and the ranges of their parameters; for the sources
// of this room only.

#include <cmath>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "stats/kalman_filter.hpp"
#include "stats/state_space_designs.hpp"

namespace securebase::stats {

enum class ParameterKind { mean, variance, correlation };

struct DesignParameter {
  std::string_view name;
  ParameterKind kind = ParameterKind::variance;
  double lower = 0;
  double upper = 0;
};

/// `whole` is whether all gaps are whole numbers.
[[nodiscard]] std::vector<DesignParameter> design_parameters(const StateDesign& design, bool whole);
[[nodiscard]] bool gaps_are_whole(std::span<const double> times);
/// Nothing where all is well; the errors of make_state_space that do not depend on parameters.
[[nodiscard]] std::optional<Error> fault_of(const StateDesign& design, std::span<const double> times);

/// States of the design, and of them those whose start is diffuse, which come first.
struct DesignStates {
  Eigen::Index all = 0;
  Eigen::Index diffuse = 0;
};
[[nodiscard]] DesignStates states_of(const StateDesign& design);

template <class S>
kalman::Step<S> trend_step(const StateDesign& design, std::span<const S> p, double gap) {
  kalman::Step<S> step{kalman::MatrixOf<S>::Identity(2, 2), kalman::VectorOf<S>::Zero(2),
                       kalman::MatrixOf<S>::Zero(2, 2)};
  step.T(0, 1) = S(gap);
  // The sum of d steps with a slope that walks, or the integral of a walk.
  const bool by_step = design.kind == StateDesignKind::local_linear_trend;
  const double level = by_step ? (gap - 1) * gap * (2 * gap - 1) / 6 : gap * gap * gap / 3;
  const double cross = by_step ? gap * (gap - 1) / 2 : gap * gap / 2;
  step.Q(0, 0) = p[0] * S(gap) + p[1] * S(level);
  step.Q(0, 1) = step.Q(1, 0) = p[1] * S(cross);
  step.Q(1, 1) = p[1] * S(gap);
  return step;
}

// A deviation that returns: e' = kept e + N(0, variance (1 - kept^2)); before it a level that stays, if any.
template <class S>
kalman::Step<S> returning_step(const S& kept, const S& variance, Eigen::Index states) {
  kalman::Step<S> step{kalman::MatrixOf<S>::Identity(states, states), kalman::VectorOf<S>::Zero(states),
                       kalman::MatrixOf<S>::Zero(states, states)};
  step.T(states - 1, states - 1) = kept;
  step.Q(states - 1, states - 1) = variance * (S(1) - kept * kept);
  return step;
}

template <class S>
S stationary_variance(std::span<const S> p) {
  return p[2] / (S(1) - p[1] * p[1]);
}

template <class S>
kalman::Step<S> design_step(const StateDesign& design, std::span<const S> p, double gap) {
  switch (design.kind) {
    case StateDesignKind::local_level:
      return {kalman::MatrixOf<S>::Identity(1, 1), kalman::VectorOf<S>::Zero(1),
              kalman::MatrixOf<S>::Constant(1, 1, p[0] * S(gap))};
    case StateDesignKind::local_linear_trend:
    case StateDesignKind::continuous_trend:
      return trend_step(design, p, gap);
    case StateDesignKind::autoregression:
      return returning_step<S>(power(p[1], gap), stationary_variance(p), 1);
    case StateDesignKind::prototype:
      break;
  }
  return returning_step<S>(power(p[0], gap), p[1], states_of(design).all);
}

template <class S>
kalman::Belief<S> diffuse_belief(DesignStates states) {
  kalman::Belief<S> belief{kalman::VectorOf<S>::Zero(states.all),
                           kalman::MatrixOf<S>::Zero(states.all, states.all),
                           kalman::MatrixOf<S>::Zero(states.all, states.all), plain_index(states.diffuse)};
  for (Eigen::Index i = 0; i < states.diffuse; ++i) belief.Pinf(i, i) = S(1);
  return belief;
}

template <class S>
kalman::Belief<S> known_belief(const StateDesign& design, std::span<const S> p, DesignStates states) {
  kalman::Belief<S> belief = diffuse_belief<S>({states.all, 0});
  for (Eigen::Index i = 0; i < states.all; ++i) {
    belief.a[i] = S(design.start->mean[plain_index(i)]);
    belief.P(i, i) = S(design.start->variance[plain_index(i)]);
  }
  kalman::predict(belief, design_step(design, p, 1));
  return belief;
}

template <class S>
kalman::Belief<S> design_start(const StateDesign& design, std::span<const S> p) {
  const DesignStates states = states_of(design);
  if (design.start) return known_belief(design, p, states);
  kalman::Belief<S> belief = diffuse_belief<S>(states);
  const Eigen::Index last = states.all - 1;
  if (design.kind == StateDesignKind::autoregression) belief.P(last, last) = stationary_variance(p);
  if (design.kind == StateDesignKind::prototype) belief.P(last, last) = p[1];
  if (design.level == PrototypeLevel::varying && design.kind == StateDesignKind::prototype) {
    belief.a[0] = p[2];
    belief.P(0, 0) = p[3];
  }
  return belief;
}

template <class S>
S design_intercept(const StateDesign& design, std::span<const S> p) {
  if (design.kind == StateDesignKind::autoregression) return p[0];
  const bool shared = design.kind == StateDesignKind::prototype && design.level == PrototypeLevel::shared;
  return shared ? p[2] : S(0);
}

template <class S>
kalman::VectorOf<S> design_loading(const StateDesign& design) {
  kalman::VectorOf<S> z = kalman::VectorOf<S>::Constant(states_of(design).all, S(1));
  const bool trend =
      design.kind == StateDesignKind::local_linear_trend || design.kind == StateDesignKind::continuous_trend;
  if (trend) z[1] = S(0);
  return z;
}

/// `p` in the order of design_parameters; equal gaps share a step.
template <class S>
kalman::Model<S> design_model(const StateDesign& design, std::span<const S> p,
                              std::span<const double> times) {
  kalman::Model<S> model;
  model.Z = design_loading<S>(design).transpose();
  model.d = kalman::VectorOf<S>::Constant(1, design_intercept(design, p));
  model.H = kalman::MatrixOf<S>::Constant(1, 1, p.back());
  model.start = design_start(design, p);
  std::map<double, std::size_t> known;
  for (std::size_t t = 1; t < times.size(); ++t) {
    const double gap = times[t] - times[t - 1];
    const auto [at, is_new] = known.emplace(gap, model.steps.size());
    if (is_new) model.steps.push_back(design_step(design, p, gap));
    model.step_of.push_back(at->second);
  }
  return model;
}

}  // namespace securebase::stats
