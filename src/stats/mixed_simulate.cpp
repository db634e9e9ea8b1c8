#include "stats/mixed_simulate.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <map>
#include <stdexcept>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

void need(bool holds, const char* what) {
  if (!holds) throw std::domain_error(what);
}

void check(const MixedDesign& design, const MixedTruth& truth) {
  need(truth.fixed.size() == design.fixed.cols() && design.fixed.rows() == design.rows(), "mixed: fixed");
  need(truth.random_covariance.size() == design.terms.size(), "mixed: random covariances");
  need(truth.residual_sd.size() == std::max<std::size_t>(design.residual.group_names.size(), 1),
       "mixed: residual sd");
  for (std::size_t t = 0; t < design.terms.size(); ++t)
    need(truth.random_covariance[t].rows() == design.terms[t].columns.cols() &&
             truth.random_covariance[t].is_square(),
         "mixed: a random covariance");
}

// The symmetric root.
MatrixXd root_of(const Matrix& covariance) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(MatrixXd(eigen_view(covariance)));
  const VectorXd& values = pairs.eigenvalues();
  need(values[0] >= -1e-10 * std::max(values.cwiseAbs().maxCoeff(), 1e-300), "mixed: no covariance");
  return pairs.eigenvectors() * values.cwiseMax(0).cwiseSqrt().asDiagonal() *
         pairs.eigenvectors().transpose();
}

VectorXd normals(Index count, const RandomKey& key) {
  VectorXd z(count);
  for (Index i = 0; i < count; ++i) z[i] = random_normal(key, static_cast<std::uint64_t>(i));
  return z;
}

void add_term(const MixedDesign& design, std::size_t t, const Matrix& covariance, const RandomKey& key,
              std::vector<double>& y) {
  const RandomTerm& term = design.terms[t];
  const MatrixXd root = root_of(covariance);
  const auto z = eigen_view(term.columns);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const VectorXd b = root * normals(root.rows(), key.part(design.groupings[term.grouping].level[i]));
    y[i] += z.row(eigen_index(i)).dot(b);
  }
}

double correlation_of(const MixedDesign& design, double r, std::size_t i, std::size_t j) {
  if (i == j) return 1;
  if (design.residual.correlation == ResidualCorrelation::compound_symmetry) return r;
  return std::pow(r, std::abs(design.residual.position[i] - design.residual.position[j]));
}

// Residuals of variance 1.
std::vector<double> residuals(const MixedDesign& design, double r, const RandomKey& key) {
  std::vector<double> e(design.rows());
  if (design.residual.correlation == ResidualCorrelation::none) {
    for (std::size_t i = 0; i < e.size(); ++i) e[i] = random_normal(key, i);
    return e;
  }
  std::map<std::uint32_t, std::vector<std::size_t>> series;
  for (std::size_t i = 0; i < e.size(); ++i)
    series[design.groupings[design.residual.within].level[i]].push_back(i);
  for (const auto& [level, rows] : series) {
    const Index n = eigen_index(rows.size());
    MatrixXd c(n, n);
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < n; ++j)
        c(i, j) = correlation_of(design, r, rows[plain_index(i)], rows[plain_index(j)]);
    const Eigen::LLT<MatrixXd> llt(c);
    need(llt.info() == Eigen::Success, "mixed: no correlation");
    const VectorXd drawn = llt.matrixL() * normals(n, key.part(level));
    for (Index i = 0; i < n; ++i) e[rows[plain_index(i)]] = drawn[i];
  }
  return e;
}

}  // namespace

std::vector<double> simulate_mixed(const MixedDesign& design, const MixedTruth& truth, const RandomKey& key) {
  check(design, truth);
  std::vector<double> y = residuals(design, truth.correlation, key.part(0));
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] *= truth.residual_sd[design.residual.group.empty() ? 0 : design.residual.group[i]];
    if (!design.weights.empty()) y[i] /= std::sqrt(design.weights[i]);
    for (std::size_t j = 0; j < truth.fixed.size(); ++j) y[i] += design.fixed(i, j) * truth.fixed[j];
  }
  for (std::size_t t = 0; t < design.terms.size(); ++t)
    add_term(design, t, truth.random_covariance[t], key.part(t + 1), y);
  return y;
}

}  // namespace securebase::stats
