#include "stats/mixed_robust.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/mixed_contrast.hpp"
#include "stats/mixed_deviance.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_rows = 1500;

// The symmetric root of the pseudo-inverse.
MatrixXd inverse_root(const MatrixXd& b) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(b);
  const double least = 1e-12 * std::max(pairs.eigenvalues().cwiseAbs().maxCoeff(), 1e-300);
  const VectorXd root =
      pairs.eigenvalues().unaryExpr([least](double v) { return v > least ? 1 / std::sqrt(v) : 0.0; });
  return pairs.eigenvectors() * root.asDiagonal() * pairs.eigenvectors().transpose();
}

// What one cluster gives: X' V^-1 A e, and for the degrees of freedom A V^-1 X and V.
struct Part {
  VectorXd score;
  MatrixXd turned;   ///< A' V^-1 X
  MatrixXd against;  ///< X' A' V^-1 X
  MatrixXd weighed;  ///< turned' V turned
};

Part part_of(const WholeCluster& cluster, const MixedData& data, const VectorXd& theta,
             const MixedPoint& point) {
  const Index p = point.beta.size();
  const MatrixXd v = expand_variance(cluster.design, data.layout, theta, Order::value).value;
  const MatrixXd x = cluster.w.leftCols(p);
  const VectorXd e = cluster.w.col(p) - x * point.beta;
  const Eigen::LLT<MatrixXd> llt(v);
  const MatrixXd d = llt.matrixU();
  const MatrixXd a = d.transpose() * inverse_root(d * (v - x * point.c * x.transpose()) * d.transpose()) * d;
  Part part;
  part.turned = a.transpose() * llt.solve(x);
  part.score = part.turned.transpose() * e;
  part.against = x.transpose() * part.turned;
  part.weighed = part.turned.transpose() * v * part.turned;
  return part;
}

// With s_i = turned_i M l, u_i = X_i' s_i, a_i = s_i' V_i s_i:  h_ij = [i = j] a_i - u_i' M u_j.
class Freedom {
 public:
  Freedom(const MatrixXd& m, const VectorXd& contrast)
      : m_(m), ml_(m * contrast), sum_uu_(MatrixXd::Zero(m.rows(), m.rows())) {}

  void add(const Part& part) {
    const VectorXd u = part.against * ml_;
    const double a = ml_.dot(part.weighed * ml_);
    const double own = u.dot(m_ * u);
    trace_ += a - own;
    squares_ += a * a - 2 * a * own;
    sum_uu_ += u * u.transpose();
  }

  [[nodiscard]] double df() const {
    const MatrixXd mu = m_ * sum_uu_;
    return trace_ * trace_ / (squares_ + (mu * mu).trace());
  }

 private:
  const MatrixXd& m_;
  VectorXd ml_;
  MatrixXd sum_uu_;
  double trace_ = 0;
  double squares_ = 0;
};

Result<MixedPoint> checked_point(const MixedDesign& design, const MixedData& data, const MixedFit& fit,
                                 const VectorXd& theta) {
  if (auto checked = check(design); !checked) return tl::unexpected(checked.error());
  if (shape_of(design) != data.shape || static_cast<double>(design.rows()) != data.totals.rows ||
      scale_of(design) != data.scale)
    return fail(ErrorKind::bad_data, "lmm.other_design", "the model was made of another design");
  if (data.totals.clusters <= static_cast<double>(data.width() - 1))
    return fail(ErrorKind::bad_data, "lmm.too_few_clusters", "more clusters than fixed columns are needed");
  auto core = evaluate(data, theta, Order::value);
  auto point = core ? point_of(std::move(*core), data.totals.rows, fit.likelihood) : std::nullopt;
  if (!point)
    return fail(ErrorKind::internal, "lmm.not_defined", "the likelihood cannot be evaluated at this fit");
  return std::move(*point);
}

}  // namespace

Result<ClusterRobust> cluster_robust(const MixedDesign& design, const MixedModel& model, const MixedFit& fit,
                                     const Matrix& contrasts) {
  const MixedData& data = model.data();
  if (auto checked = check_contrasts(fit, contrasts); !checked) return tl::unexpected(checked.error());
  const VectorXd theta = Eigen::Map<const VectorXd>(fit.theta.data(), eigen_index(fit.theta.size()));
  const auto point = checked_point(design, data, fit, theta);
  if (!point) return tl::unexpected(point.error());
  const MatrixXd back = back_transform(data.scale).t;
  const MatrixXd l = eigen_view(contrasts);
  const Index p = point->beta.size();
  MatrixXd meat = MatrixXd::Zero(p, p);
  std::vector<Freedom> freedom;
  for (Index i = 0; i < l.rows(); ++i)
    freedom.emplace_back(point->c, back.transpose() * l.row(i).transpose());
  const Clusters clusters = clusters_of(design);
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const auto rows = clusters.of(i);
    if (rows.size() > most_rows)
      return fail(ErrorKind::usage, "lmm.robust_too_large", "clusters of at most 1500 rows are supported");
    const Part part = part_of(whole_cluster(design, data.scale, rows), data, theta, *point);
    meat += part.score * part.score.transpose();
    for (Freedom& f : freedom) f.add(part);
  }
  const MatrixXd covariance = back * point->c * meat * point->c * back.transpose();
  ClusterRobust result{to_matrix(covariance), {}, clusters.size()};
  for (Index i = 0; i < l.rows(); ++i)
    result.tests.push_back(t_test(estimate_of(fit, l.row(i)),
                                  std::sqrt(l.row(i).dot(covariance * l.row(i).transpose())),
                                  freedom[plain_index(i)].df()));
  return result;
}

}  // namespace securebase::stats
