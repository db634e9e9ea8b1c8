#pragma once
// The Kalman filter for any number type (a Jet brings derivatives along); for the sources of this room only.
//
//   y_t = d + Z a_t + e_t,  e_t ~ N(0, H)      a_{t+1} = T_t a_t + c_t + u_t,  u_t ~ N(0, Q_t)
//
// The series of one occasion are taken one after another (univariate treatment: Koopman & Durbin 2000, J.
// Time Series Analysis 21, 281); where H is not diagonal they are first turned by L^-1 with H = L D L'. A
// start that is not known is exactly diffuse, P = kappa Pinf + P* with kappa towards infinity (Koopman 1997,
// JASA 92, 1630; Durbin & Koopman 2012, Time Series Analysis by State Space Methods, section 6.4).

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <type_traits>
#include <vector>

#include "stats/eigen_view.hpp"
#include "stats/jet.hpp"

namespace securebase::stats::kalman {

using Eigen::Index;

/// With derivatives only designs are filtered: one series, two states at most, kept without allocation.
template <class S>
inline constexpr int most_states = Eigen::Dynamic;
template <std::size_t N>
inline constexpr int most_states<Jet<N>> = 2;

template <class S>
using MatrixOf = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic, 0, most_states<S>, most_states<S>>;
template <class S>
using VectorOf = Eigen::Matrix<S, Eigen::Dynamic, 1, 0, most_states<S>, 1>;
using Occasion = std::vector<std::optional<double>>;  // one value for each series

// NOLINTBEGIN(readability-identifier-naming): matrices are called as in the formula
template <class S>
struct Step {
  MatrixOf<S> T;
  VectorOf<S> c;
  MatrixOf<S> Q;
};

/// What is known of the state: mean a, covariance P, and where Pinf is not zero, nothing.
template <class S>
struct Belief {
  VectorOf<S> a;
  MatrixOf<S> P;
  MatrixOf<S> Pinf;
  std::size_t diffuse = 0;  // rank of Pinf: each diffuse value takes one away
};

template <class S>
struct Model {
  MatrixOf<S> Z;
  VectorOf<S> d;
  MatrixOf<S> H;
  Belief<S> start;
  std::vector<Step<S>> steps;
  std::vector<std::size_t> step_of;  // which step leads from occasion t to t + 1
};

/// One value taken in.
template <class S>
struct Update {
  Index series = 0;
  VectorOf<S> z;     // row of Z after turning
  S v{};             // innovation
  S F{};             // its variance, without the diffuse part
  S Finf{};          // above 0: the value was used up to settle a diffuse state
  VectorOf<S> K;     // P z
  VectorOf<S> Kinf;  // Pinf z
};

template <class S>
bool is_diffuse(const Update<S>& u) {
  return plain(u.Finf) > 0;
}

/// Rows of the observed series, turned so that their noise is independent.
template <class S>
struct Turned {
  std::vector<Index> series;
  MatrixOf<S> Z;
  VectorOf<S> y;  // y - d
  VectorOf<S> h;
};
// NOLINTEND(readability-identifier-naming)

template <class S>
Turned<S> turn(const Model<S>& model, const Occasion& occasion) {
  Turned<S> turned;
  for (std::size_t i = 0; i < occasion.size(); ++i)
    if (occasion[i]) turned.series.push_back(eigen_index(i));
  const Index k = eigen_index(turned.series.size());
  turned.Z.resize(k, model.Z.cols());
  turned.y.resize(k);
  turned.h.resize(k);
  MatrixOf<S> L = MatrixOf<S>::Zero(k, k);
  for (Index i = 0; i < k; ++i) {
    const Index from = turned.series[plain_index(i)];
    turned.Z.row(i) = model.Z.row(from);
    turned.y[i] = S(*occasion[plain_index(from)]) - model.d[from];
    turned.h[i] = model.H(from, from);
    for (Index j = 0; j < i; ++j) {
      S sum = model.H(from, turned.series[plain_index(j)]);
      for (Index l = 0; l < j; ++l) sum -= L(i, l) * L(j, l) * turned.h[l];
      if (plain(sum) == 0 || plain(turned.h[j]) == 0) continue;
      L(i, j) = sum / turned.h[j];
      turned.h[i] -= L(i, j) * L(i, j) * turned.h[j];
      for (Index l = 0; l < turned.Z.cols(); ++l) turned.Z(i, l) -= L(i, j) * turned.Z(j, l);
      turned.y[i] -= L(i, j) * turned.y[j];
    }
  }
  return turned;
}

// Below this share of what the loading could reach, a diffuse variance is rounding.
inline constexpr double diffuse_rounding = 1e-12;

/// P z. A row of loadings names few states, where there are many.
template <class S>
VectorOf<S> weighted_columns(const MatrixOf<S>& P, const VectorOf<S>& z) {
  if constexpr (!std::is_same_v<S, double>) {
    return P * z;
  } else {
    VectorOf<S> sum = VectorOf<S>::Zero(P.rows());
    for (Index l = 0; l < z.size(); ++l)
      if (z[l] != 0) sum += z[l] * P.col(l);
    return sum;
  }
}

template <class S>
Update<S> innovation(const Belief<S>& belief, const Turned<S>& turned, Index i) {
  Update<S> u;
  u.series = turned.series[plain_index(i)];
  u.z = turned.Z.row(i).transpose();
  u.K = weighted_columns(belief.P, u.z);
  u.v = turned.y[i] - u.z.dot(belief.a);
  u.F = u.z.dot(u.K) + turned.h[i];
  u.Finf = S(0);
  if (belief.diffuse == 0) return u;
  u.Kinf = belief.Pinf * u.z;
  const S unsettled = u.z.dot(u.Kinf);
  const double reach = plain(u.z.squaredNorm()) * plain(belief.Pinf.trace());
  if (plain(unsettled) > diffuse_rounding * reach) u.Finf = unsettled;
  return u;
}

template <class S>
void take_in_diffuse(Belief<S>& belief, const Update<S>& u) {
  const VectorOf<S> k0 = u.Kinf / u.Finf;
  belief.a += k0 * u.v;
  belief.P += k0 * k0.transpose() * u.F - k0 * u.K.transpose() - u.K * k0.transpose();
  belief.Pinf -= k0 * u.Kinf.transpose();
  if (--belief.diffuse == 0) belief.Pinf.setZero();
}

template <class S>
void take_in(Belief<S>& belief, const Update<S>& u) {
  const VectorOf<S> gain = u.K / u.F;
  belief.a += gain * u.v;
  belief.P.noalias() -= gain * u.K.transpose();
}

template <class S>
void predict(Belief<S>& belief, const Step<S>& step) {
  belief.a = (step.T * belief.a + step.c).eval();
  belief.P = (step.T * belief.P * step.T.transpose() + step.Q).eval();
  if (belief.diffuse > 0) belief.Pinf = (step.T * belief.Pinf * step.T.transpose()).eval();
}

/// ln f(value | all before): without the diffuse values' ln 2 pi (as the likelihood of the differences has).
template <class S>
S log_density(const Update<S>& u) {
  using std::log;
  if (is_diffuse(u)) return log(u.Finf) * S(-0.5);
  return (log(u.F) + u.v * u.v / u.F + S(std::log(2 * std::numbers::pi))) * S(-0.5);
}

/// Filters occasions 0 .. n - 1: `seen(t)` gives the turned values of one, `move_on(belief, t)` leads from t
/// to t + 1. `record` is told of each update and of the belief before and after each occasion. Nothing where
/// a value has no variance under the model.
template <class S, class Seen, class MoveOn, class Recorder>
std::optional<S> filter_occasions(Belief<S> belief, std::size_t n, const Seen& seen, const MoveOn& move_on,
                                  Recorder& record) {
  S log_likelihood(0);
  for (std::size_t t = 0; t < n; ++t) {
    record.before(belief);
    const Turned<S>& turned = seen(t);
    for (Index i = 0; i < turned.Z.rows(); ++i) {
      const Update<S> u = innovation(belief, turned, i);
      if (!is_diffuse(u) && !(plain(u.F) > 0)) return std::nullopt;
      log_likelihood += log_density(u);
      if (is_diffuse(u))
        take_in_diffuse(belief, u);
      else
        take_in(belief, u);
      record.update(u);
    }
    record.after(belief);
    if (t + 1 < n) move_on(belief, t);
  }
  return log_likelihood;
}

/// The same for a model whose loadings and noise are the same at all occasions.
template <class S, class Recorder>
std::optional<S> filter(const Model<S>& model, const std::vector<Occasion>& occasions, Recorder& record) {
  return filter_occasions(
      model.start, occasions.size(), [&](std::size_t t) { return turn(model, occasions[t]); },
      [&](Belief<S>& belief, std::size_t t) { predict(belief, model.steps[model.step_of[t]]); }, record);
}

/// For the likelihood alone.
struct NoRecord {
  template <class S>
  void before(const Belief<S>& /*belief*/) {}
  template <class S>
  void update(const Update<S>& /*update*/) {}
  template <class S>
  void after(const Belief<S>& /*belief*/) {}
};

}  // namespace securebase::stats::kalman
