#include "stats/kalman_smoother.hpp"

namespace securebase::stats::kalman {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

void back_over_step(Later& later, const MatrixXd& T) {
  const MatrixXd back = T.transpose();
  later.r0 = (back * later.r0).eval();
  later.r1 = (back * later.r1).eval();
  later.N0 = (back * later.N0 * T).eval();
  later.N1 = (back * later.N1 * T).eval();
  later.N2 = (back * later.N2 * T).eval();
}

// 1/F = f1/kappa + f2/kappa^2 and L = L0 + L1/kappa, with f1 = 1/Finf, f2 = -F/Finf^2,
//   L0 = I - Kinf z' f1,   L1 = -(K f1 + Kinf f2) z'.
// What L holds beyond meets N0 only where Pinf has taken it to zero.
void back_over_diffuse_value(Later& later, const Update<double>& u) {
  const double f1 = 1 / u.Finf;
  const double f2 = -u.F * f1 * f1;
  const MatrixXd zz = u.z * u.z.transpose();
  const MatrixXd L0 = MatrixXd::Identity(u.z.size(), u.z.size()) - f1 * u.Kinf * u.z.transpose();
  const MatrixXd L1 = -(f1 * u.K + f2 * u.Kinf) * u.z.transpose();
  const MatrixXd cross = L1.transpose() * later.N0 * L0;
  const MatrixXd cross1 = L1.transpose() * later.N1 * L0;
  later.r1 = (u.z * (u.v * f1) + L0.transpose() * later.r1 + L1.transpose() * later.r0).eval();
  later.r0 = (L0.transpose() * later.r0).eval();
  later.N2 = (f2 * zz + L0.transpose() * later.N2 * L0 + cross1 + cross1.transpose() +
              L1.transpose() * later.N0 * L1)
                 .eval();
  later.N1 = (f1 * zz + L0.transpose() * later.N1 * L0 + cross + cross.transpose()).eval();
  later.N0 = (L0.transpose() * later.N0 * L0).eval();
}

// a + P r0 + Pinf r1;   P - P N0 P - P N1 Pinf - Pinf N1 P - Pinf N2 Pinf
SmoothedState smoothed(const Belief<double>& before, const Later& later) {
  const MatrixXd& P = before.P;
  SmoothedState state{before.a + P * later.r0, P - P * later.N0 * P};
  if (before.diffuse > 0) {
    const MatrixXd cross = P * later.N1 * before.Pinf;
    state.mean += before.Pinf * later.r1;
    state.covariance -= cross + cross.transpose() + before.Pinf * later.N2 * before.Pinf;
  }
  state.covariance = ((state.covariance + state.covariance.transpose()) / 2).eval();
  return state;
}

// m - z w' - w z', z of few elements.
void take_away(MatrixXd& m, const VectorXd& z, const VectorXd& w) {
  for (Index l = 0; l < z.size(); ++l) {
    if (z[l] == 0) continue;
    m.col(l) -= z[l] * w;
    m.row(l) -= z[l] * w.transpose();
  }
}

// L'm L = m - z (m K)'/F - (m K) z'/F + z z' K'm K/F^2, m symmetric; and `more` z z' besides.
void back_over(MatrixXd& m, const VectorXd& z, const VectorXd& K, double F, double more) {
  VectorXd w = m * K / F;
  w -= z * ((K.dot(w) / F + more) / 2);
  take_away(m, z, w);
}

}  // namespace

Later nothing_later(Index m) {
  return {VectorXd::Zero(m), VectorXd::Zero(m), MatrixXd::Zero(m, m), MatrixXd::Zero(m, m),
          MatrixXd::Zero(m, m)};
}

void back_over_value(Later& later, const VectorXd& z, const VectorXd& K, double v, double F,
                     MatrixXd* columns) {
  later.r0 += z * ((v - K.dot(later.r0)) / F);
  back_over(later.N0, z, K, F, 1 / F);
  if (columns == nullptr) return;
  const VectorXd w = columns->transpose() * K / F;
  for (Index l = 0; l < z.size(); ++l)
    if (z[l] != 0) columns->row(l) -= z[l] * w.transpose();
}

namespace {

// r1, N1 and N2 have something in them only where a diffuse value comes later.
void back_over_settled_value(Later& later, const Update<double>& u) {
  back_over_value(later, u.z, u.K, u.v, u.F);
  later.r1 -= u.z * (u.K.dot(later.r1) / u.F);
  back_over(later.N1, u.z, u.K, u.F, 0);
  back_over(later.N2, u.z, u.K, u.F, 0);
}

}  // namespace

std::vector<SmoothedState> smooth(const Model<double>& model, const Passages& passages) {
  std::vector<SmoothedState> states(passages.all.size());
  Later later = nothing_later(model.Z.cols());
  for (std::size_t t = states.size(); t-- > 0;) {
    const Passage& passage = passages.all[t];
    for (auto u = passage.updates.rbegin(); u != passage.updates.rend(); ++u)
      if (is_diffuse(*u))
        back_over_diffuse_value(later, *u);
      else
        back_over_settled_value(later, *u);
    states[t] = smoothed(passage.before, later);
    if (t > 0) back_over_step(later, model.steps[model.step_of[t - 1]].T);
  }
  return states;
}

}  // namespace securebase::stats::kalman
