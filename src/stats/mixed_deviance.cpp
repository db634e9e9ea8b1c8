#include "stats/mixed_deviance.hpp"

#include <Eigen/Cholesky>
#include <cmath>
#include <numbers>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// r and ln|M_XX| by theta.
struct Derivatives {
  VectorXd rss;
  VectorXd log_det_x;
  MatrixXd rss_second;
  MatrixXd log_det_x_second;
  MatrixXd log_det_second;
};

Derivatives derivatives_of(const MixedPoint& point) {
  const CoreValue& core = point.core;
  const Index p = point.beta.size();
  const Index k = core.log_det_first.size();
  VectorXd q(p + 1);
  q << -point.beta, 1;
  std::vector<MatrixXd> turned;  // C M_i
  MatrixXd g(p, k);
  Derivatives d{VectorXd(k), VectorXd(k), MatrixXd(k, k), MatrixXd(k, k), MatrixXd(k, k)};
  for (Index i = 0; i < k; ++i) {
    const MatrixXd& m = core.m_first[plain_index(i)];
    const VectorXd mq = m * q;
    g.col(i) = mq.head(p);
    d.rss[i] = q.dot(mq);
    turned.emplace_back(point.c * m.topLeftCorner(p, p));
    d.log_det_x[i] = turned.back().trace();
  }
  for (Index i = 0, pair = 0; i < k; ++i)
    for (Index j = 0; j <= i; ++j, ++pair) {
      const MatrixXd& m = core.m_second[plain_index(pair)];
      d.rss_second(i, j) = q.dot(m * q) - 2 * g.col(i).dot(point.c * g.col(j));
      d.log_det_x_second(i, j) =
          point.c.cwiseProduct(m.topLeftCorner(p, p)).sum() -
          turned[plain_index(i)].cwiseProduct(turned[plain_index(j)].transpose()).sum();
      d.log_det_second(i, j) = core.log_det_second[plain_index(pair)];
    }
  for (MatrixXd* m : {&d.rss_second, &d.log_det_x_second, &d.log_det_second})
    m->triangularView<Eigen::StrictlyUpper>() = m->transpose();
  return d;
}

}  // namespace

double MixedPoint::deviance(MixedLikelihood likelihood) const {
  const double profiled = nu * (std::log(2 * std::numbers::pi * rss / nu) + 1) + core.log_det;
  return likelihood == MixedLikelihood::restricted ? profiled + log_det_x : profiled;
}

std::optional<MixedPoint> point_of(CoreValue core, double n, MixedLikelihood likelihood) {
  const Index p = core.m.rows() - 1;
  MixedPoint point{std::move(core), n, n, 0, 0, VectorXd(p), MatrixXd(p, p)};
  if (likelihood == MixedLikelihood::restricted) point.nu -= static_cast<double>(p);
  point.rss = point.core.m(p, p);
  if (p > 0) {
    const Eigen::LLT<MatrixXd> llt(point.core.m.topLeftCorner(p, p));
    if (llt.info() != Eigen::Success) return std::nullopt;
    const VectorXd xy = point.core.m.col(p).head(p);
    point.beta = llt.solve(xy);
    point.c = llt.solve(MatrixXd::Identity(p, p));
    point.log_det_x = 2 * llt.matrixLLT().diagonal().array().log().sum();
    VectorXd q(p + 1);
    q << -point.beta, 1;
    point.rss = q.dot(point.core.m * q);
  }
  if (!(point.rss > 0) || !std::isfinite(point.core.log_det)) return std::nullopt;
  return point;
}

Expansion expand_deviance(const MixedPoint& point, MixedLikelihood likelihood) {
  const Derivatives d = derivatives_of(point);
  const double r = point.rss;
  Expansion e;
  e.value = point.deviance(likelihood);
  e.gradient = point.nu / r * d.rss + point.core.log_det_first;
  e.curvature = point.nu * (d.rss_second / r - d.rss * d.rss.transpose() / (r * r)) + d.log_det_second;
  if (likelihood == MixedLikelihood::restricted) {
    e.gradient += d.log_det_x;
    e.curvature += d.log_det_x_second;
  }
  return e;
}

// D(theta, s) = const + 2 nu s + ln|V| [+ ln|M_XX|] + exp(-2 s) r, s = ln sigma.
MatrixXd joint_curvature(const MixedPoint& point, MixedLikelihood likelihood) {
  const Derivatives d = derivatives_of(point);
  const Index k = d.rss.size();
  const double sigma2 = point.sigma2();
  MatrixXd h(k + 1, k + 1);
  h.topLeftCorner(k, k) = d.rss_second / sigma2 + d.log_det_second;
  if (likelihood == MixedLikelihood::restricted) h.topLeftCorner(k, k) += d.log_det_x_second;
  h.col(k).head(k) = -2 * d.rss / sigma2;
  h.row(k).head(k) = h.col(k).head(k).transpose();
  h(k, k) = 4 * point.nu;
  return h;
}

CoreValue transformed(const CoreValue& core, const MatrixXd& t) {
  CoreValue result = core;
  result.m = t.transpose() * core.m * t;
  for (MatrixXd& m : result.m_first) m = t.transpose() * m * t;
  for (MatrixXd& m : result.m_second) m = t.transpose() * m * t;
  return result;
}

double deviance_of_units(const MixedData& data, MixedLikelihood likelihood) {
  const double unit = std::log(data.scale.response.unit);
  double sum = 2 * data.totals.rows * unit - data.totals.log_weights;
  if (likelihood == MixedLikelihood::maximum) return sum;
  for (const ColumnScale& column : data.scale.fixed) sum += 2 * (std::log(column.unit) - unit);
  return sum;
}

}  // namespace securebase::stats
