#include "stats/reticular_action.hpp"

#include <Eigen/LU>

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void put(RamPoint& at, const RamCell& cell, double value) {
  switch (cell.matrix) {
    case RamMatrix::A:
      at.A(cell.i, cell.j) = value;
      break;
    case RamMatrix::S:
      at.S(cell.i, cell.j) = at.S(cell.j, cell.i) = value;
      break;
    case RamMatrix::m:
      at.m[cell.i] = value;
      break;
  }
}

// dSigma = x y' + y x' (or x x' where it is a variance), dmu = z; of the observed.
struct CellSlope {
  VectorXd x, y, z;
};

CellSlope slope_of(const RamCell& cell, const RamPoint& at, Index p) {
  const VectorXd b = at.B.col(cell.i).head(p);
  const VectorXd none = VectorXd::Zero(p);
  if (cell.matrix == RamMatrix::A) return {b, at.C.col(cell.j).head(p), b * at.c[cell.j]};
  if (cell.matrix == RamMatrix::m) return {none, none, b};
  const double share = cell.i == cell.j ? 0.5 : 1;
  return {b, share * at.B.col(cell.j).head(p), none};
}

// What second derivatives are made of.
struct Bend {
  const RamPoint& at;
  // NOLINTBEGIN(readability-identifier-naming): matrices are called as in the formula
  MatrixXd P;  // B' G B
  MatrixXd M;  // C G B
  // NOLINTEND(readability-identifier-naming)
  VectorXd u;  // B' g

  [[nodiscard]] double of_paths(const RamCell& a, const RamCell& b) const {
    const double covariance =
        M(b.j, a.i) * at.B(a.j, b.i) + M(a.j, b.i) * at.B(b.j, a.i) + at.C(a.j, b.j) * P(b.i, a.i);
    return 2 * covariance + u[b.i] * at.B(b.j, a.i) * at.c[a.j] + u[a.i] * at.B(a.j, b.i) * at.c[b.j];
  }
  [[nodiscard]] double of_path_and_covariance(const RamCell& a, const RamCell& s) const {
    const double one = P(s.j, a.i) * at.B(a.j, s.i);
    return s.i == s.j ? 2 * one : 2 * (one + P(s.i, a.i) * at.B(a.j, s.j));
  }
  [[nodiscard]] double of_path_and(const RamCell& a, const RamCell& other) const {
    if (other.matrix == RamMatrix::A) return of_paths(a, other);
    if (other.matrix == RamMatrix::S) return of_path_and_covariance(a, other);
    return u[a.i] * at.B(a.j, other.i);
  }
  [[nodiscard]] double of(const RamCell& a, const RamCell& b) const {
    if (a.matrix == RamMatrix::A) return of_path_and(a, b);
    if (b.matrix == RamMatrix::A) return of_path_and(b, a);
    return 0;
  }
};

}  // namespace

Moments RamPoint::moments(Index observed) const {
  return {C.topLeftCorner(observed, observed), c.head(observed)};
}

std::optional<RamPoint> ram_at(const RamModel& model, const VectorXd& theta) {
  const Index v = model.all;
  RamPoint at{MatrixXd::Zero(v, v), MatrixXd::Zero(v, v), {}, {}, VectorXd::Zero(v), {}};
  for (const RamCell& cell : model.cells) put(at, cell, cell.parameter ? theta[*cell.parameter] : cell.value);
  const Eigen::PartialPivLU<MatrixXd> lu(MatrixXd::Identity(v, v) - at.A);
  if (!(lu.rcond() > 1e-12)) return std::nullopt;
  at.B = lu.inverse();
  at.C = at.B * at.S * at.B.transpose();
  at.c = at.B * at.m;
  return at;
}

MatrixXd ram_jacobian(const RamModel& model, const RamPoint& at, Index parameters) {
  const Index p = model.observed, means = p * (p + 1) / 2;
  MatrixXd J = MatrixXd::Zero(means + p, parameters);
  for (const RamCell& cell : model.cells) {
    if (!cell.parameter) continue;
    const CellSlope slope = slope_of(cell, at, p);
    for (Index a = 0; a < p; ++a)
      for (Index b = 0; b <= a; ++b)
        J(triangle(a, b), *cell.parameter) += slope.x[a] * slope.y[b] + slope.y[a] * slope.x[b];
    J.col(*cell.parameter).tail(p) += slope.z;
  }
  return J;
}

MatrixXd ram_bend(const RamModel& model, const RamPoint& at, const MomentExpansion& e, Index parameters) {
  const Index p = model.observed;
  const MatrixXd gb = e.G * at.B.topRows(p);
  const Bend bend{at, at.B.topRows(p).transpose() * gb, at.C.leftCols(p) * gb,
                  at.B.topRows(p).transpose() * e.g};
  MatrixXd H = MatrixXd::Zero(parameters, parameters);
  for (const RamCell& a : model.cells) {
    if (!a.parameter) continue;
    for (const RamCell& b : model.cells)
      if (b.parameter) H(*a.parameter, *b.parameter) += bend.of(a, b);
  }
  return H;
}

}  // namespace securebase::stats
