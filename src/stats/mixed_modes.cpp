// Conditional modes, cluster by cluster:
//   b = Lambda B^-1 Lambda' Z' R^-1 (y - X beta),   Var(b | y) = sigma^2 Lambda B^-1 Lambda'
//   B = I + Lambda' Z' R^-1 Z Lambda
#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/mixed_deviance.hpp"
#include "stats/mixed_prediction.hpp"
#include "stats/mixed_report.hpp"
#include "stats/mixed_sparse.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

std::size_t levels_of(const Grouping& grouping) {
  std::size_t levels = 0;
  for (const std::uint32_t level : grouping.level)
    levels = std::max<std::size_t>(levels, std::size_t{level} + 1);
  return levels;
}

// Z Lambda of all blocks side by side.
MatrixXd factored_columns(const ClusterDesign& cluster, const std::vector<MatrixXd>& factors) {
  Index cols = 0;
  for (const auto& block : cluster.blocks) cols += block.z.cols();
  MatrixXd z(cluster.rows, cols);
  Index at = 0;
  for (const auto& block : cluster.blocks) {
    z.middleCols(at, block.z.cols()) = block.z * factors[block.term];
    at += block.z.cols();
  }
  return z;
}

// R^-1 times m, where R is diagonal or small.
MatrixXd residual_solve(const ClusterDesign& cluster, const CovarianceLayout& layout, const VectorXd& theta,
                        const MatrixXd& m) {
  if (layout.z()) {
    ClusterDesign residual = cluster;
    residual.blocks.clear();
    const MatrixXd r = expand_variance(residual, layout, theta, Order::value).value;
    return r.llt().solve(m);
  }
  MatrixXd solved = m;
  for (Index i = 0; i < m.rows(); ++i)
    solved.row(i) *= std::exp(-2 * layout.delta_value(theta, cluster.group[plain_index(i)]));
  return solved;
}

class Modes {
 public:
  Modes(const MixedData& data, const MixedPoint& point, VectorXd theta)
      : data_(data),
        theta_(std::move(theta)),
        factors_(data.layout.factors(theta_)),
        q_(point.beta.size() + 1),
        sigma_(std::sqrt(point.sigma2())) {
    q_ << -point.beta, 1;
  }

  void add(const WholeCluster& cluster, std::vector<RandomEffects>& effects) const {
    const MatrixXd z = factored_columns(cluster.design, factors_);
    const MatrixXd solved = residual_solve(cluster.design, data_.layout, theta_, z);
    const Eigen::LLT<MatrixXd> b(MatrixXd::Identity(z.cols(), z.cols()) + z.transpose() * solved);
    const VectorXd u = b.solve(solved.transpose() * (cluster.w * q_));
    const MatrixXd inverse = b.solve(MatrixXd::Identity(z.cols(), z.cols()));
    Index at = 0;
    for (std::size_t k = 0; k < cluster.levels.size(); ++k) {
      const auto& block = cluster.design.blocks[k];
      const Index n = block.z.cols();
      const MatrixXd& l = factors_[block.term];
      const VectorXd mean = l * u.segment(at, n);
      const MatrixXd covariance = l * inverse.block(at, at, n, n) * l.transpose();
      for (Index j = 0; j < n; ++j)
        put(effects[block.term], block.term, cluster.levels[k], plain_index(j), mean[j],
            sigma_ * std::sqrt(std::max(covariance(j, j), 0.0)));
      at += n;
    }
  }

 private:
  void put(RandomEffects& into, std::size_t term, std::uint32_t level, std::size_t j, double mean,
           double sd) const {
    const double unit = data_.scale.response.unit / data_.scale.random[term][j];
    into.mean(level, j) = mean * unit;
    into.sd(level, j) = sd * unit;
  }

  const MixedData& data_;
  VectorXd theta_;
  std::vector<MatrixXd> factors_;
  VectorXd q_;
  double sigma_;
};

void put_sparse(const MixedDesign& design, const MixedData& data, const MixedPoint& point,
                const VectorXd& theta, std::vector<RandomEffects>& effects) {
  const VectorXd modes = data.sparse->modes(data.layout, theta, point.beta);
  for (std::size_t t = 0; t < effects.size(); ++t) {
    effects[t].sd = Matrix();
    for (const std::uint32_t level : design.groupings[design.terms[t].grouping].level)
      for (std::size_t j = 0; j < effects[t].names.size(); ++j)
        effects[t].mean(level, j) =
            modes[data.sparse->place(t, level, j)] * data.scale.response.unit / data.scale.random[t][j];
  }
}

}  // namespace

Result<std::vector<RandomEffects>> random_effects(const MixedDesign& design, const MixedModel& model,
                                                  const MixedFit& fit) {
  const MixedData& data = model.data();
  if (auto checked = check(design); !checked) return tl::unexpected(checked.error());
  if (shape_of(design) != data.shape || design.rows() != model.rows() || scale_of(design) != data.scale)
    return fail(ErrorKind::bad_data, "lmm.other_design", "the model was made of another design");
  const VectorXd theta = Eigen::Map<const VectorXd>(fit.theta.data(), eigen_index(fit.theta.size()));
  auto core = evaluate(data, theta, Order::value);
  const auto point = core ? point_of(std::move(*core), data.totals.rows, fit.likelihood) : std::nullopt;
  if (!point)
    return fail(ErrorKind::internal, "lmm.not_defined", "the likelihood cannot be evaluated at this fit");
  std::vector<RandomEffects> effects;
  for (std::size_t t = 0; t < design.terms.size(); ++t) {
    const RandomTerm& term = design.terms[t];
    const std::size_t levels = levels_of(design.groupings[term.grouping]);
    RandomEffects one{design.groupings[term.grouping].name, term.names, Matrix(levels, term.names.size()),
                      Matrix(levels, term.names.size())};
    for (std::size_t level = 0; level < levels; ++level)
      for (std::size_t j = 0; j < term.names.size(); ++j)
        one.sd(level, j) = std::sqrt(fit.random_covariance[t](j, j));
    effects.push_back(std::move(one));
  }
  if (data.sparse) {
    put_sparse(design, data, *point, theta, effects);
    return effects;
  }
  const Modes modes(data, *point, theta);
  const Clusters clusters = clusters_of(design);
  for (std::size_t i = 0; i < clusters.size(); ++i)
    modes.add(whole_cluster(design, data.scale, clusters.of(i)), effects);
  return effects;
}

}  // namespace securebase::stats
