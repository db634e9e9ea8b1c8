#include "stats/rotation.hpp"

#include <Eigen/LU>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void refuse_other_than_loadings(const Matrix& m) {
  if (m.rows() == 0 || m.cols() == 0 || !eigen_view(m).allFinite())
    throw std::invalid_argument("rotation: finite loadings of at least one variable on one factor");
}

// The angle of Kaiser's (1958) eq. 10 for columns x, y: u = x^2 - y^2, v = 2 x y,
// tan 4 phi = (2 sum u v - 2 sum u sum v / k) / (sum (u^2 - v^2) - ((sum u)^2 - (sum v)^2) / k).
double varimax_angle(const VectorXd& x, const VectorXd& y) {
  const double k = static_cast<double>(x.size());
  const VectorXd u = x.cwiseAbs2() - y.cwiseAbs2();
  const VectorXd v = 2 * x.cwiseProduct(y);
  const double numerator = 2 * u.dot(v) - 2 * u.sum() * v.sum() / k;
  const double denominator = u.squaredNorm() - v.squaredNorm() - (u.sum() * u.sum() - v.sum() * v.sum()) / k;
  return std::atan2(numerator, denominator) / 4;
}

double turn_pair(MatrixXd& a, Index i, Index j) {
  const VectorXd x = a.col(i);
  const VectorXd y = a.col(j);
  const double angle = varimax_angle(x, y);
  a.col(i) = std::cos(angle) * x + std::sin(angle) * y;
  a.col(j) = std::cos(angle) * y - std::sin(angle) * x;
  return std::abs(angle);
}

// f, and df/dL = L o (L^2 N) with N one outside the diagonal.
struct Quartimin {
  double value = 0;
  MatrixXd gradient;
};

Quartimin quartimin(const MatrixXd& loadings) {
  const MatrixXd squares = loadings.cwiseAbs2();
  const MatrixXd others = (-squares).colwise() + squares.rowwise().sum();
  return {squares.cwiseProduct(others).sum() / 4, loadings.cwiseProduct(others)};
}

struct State {
  MatrixXd t;          // T
  MatrixXd loadings;   // A T'^-1
  double value = 0;    // f
  MatrixXd projected;  // gradient by T, on the manifold of unit columns
  double norm = 0;
};

std::optional<State> state_at(const MatrixXd& a, MatrixXd t) {
  const Eigen::FullPivLU<MatrixXd> lu(t);
  if (!lu.isInvertible()) return std::nullopt;
  const MatrixXd inverse = lu.inverse();
  State s;
  s.loadings = a * inverse.transpose();
  const Quartimin q = quartimin(s.loadings);
  s.value = q.value;
  const MatrixXd gradient = -(s.loadings.transpose() * q.gradient * inverse).transpose();
  s.projected = gradient - t * t.cwiseProduct(gradient).colwise().sum().asDiagonal();
  s.norm = s.projected.norm();
  s.t = std::move(t);
  return s;
}

// Armijo's condition; where f no longer changes beyond rounding the gradient must shrink.
bool is_better(const State& next, const State& here, double step) {
  if (std::abs(here.value - next.value) <= 1e-14 * (1 + here.value)) return next.norm < here.norm;
  return here.value - next.value > 0.5 * here.norm * here.norm * step;
}

std::optional<State> step_from(const MatrixXd& a, const State& here, double& step) {
  step *= 2;
  for (int halving = 0; halving < 60; ++halving) {
    MatrixXd t = here.t - step * here.projected;
    t.colwise().normalize();
    auto next = state_at(a, std::move(t));
    if (next && is_better(*next, here, step)) return next;
    step /= 2;
  }
  return std::nullopt;
}

ObliqueRotation report(State s, int iterations) {
  for (Index j = 0; j < s.t.cols(); ++j) {
    if (s.loadings.col(j).sum() >= 0) continue;
    s.loadings.col(j) *= -1;
    s.t.col(j) *= -1;
  }
  ObliqueRotation r;
  r.loadings = to_matrix(s.loadings);
  r.correlation = to_matrix(s.t.transpose() * s.t);
  r.criterion = s.value;
  r.convergence = {s.norm <= 1e-7 ? Verdict::converged : Verdict::not_converged, iterations, s.norm};
  return r;
}

}  // namespace

Matrix rotate_varimax(const Matrix& loadings) {
  refuse_other_than_loadings(loadings);
  MatrixXd a = eigen_view(loadings);
  for (int sweep = 0; sweep < 500; ++sweep) {
    double largest = 0;
    for (Index i = 0; i + 1 < a.cols(); ++i)
      for (Index j = i + 1; j < a.cols(); ++j) largest = std::max(largest, turn_pair(a, i, j));
    if (largest < 1e-12) break;
  }
  return to_matrix(a);
}

ObliqueRotation rotate_oblimin(const Matrix& loadings) {
  refuse_other_than_loadings(loadings);
  const MatrixXd a = eigen_view(loadings);
  State here = *state_at(a, MatrixXd::Identity(a.cols(), a.cols()));
  double step = 1;
  int iterations = 0;
  for (; iterations < 20000 && here.norm > 1e-11; ++iterations) {
    auto next = step_from(a, here, step);
    if (!next) break;
    here = std::move(*next);
  }
  return report(std::move(here), iterations);
}

}  // namespace securebase::stats
