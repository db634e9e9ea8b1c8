#include "stats/clustered_logistic.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

tl::unexpected<Error> bad_logistic(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

double log_likelihood_of(const VectorXd& linear, std::span<const double> y) {
  double sum = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double eta = linear[eigen_index(i)];
    sum += y[i] * eta - (eta > 0 ? eta + std::log1p(std::exp(-eta)) : std::log1p(std::exp(eta)));
  }
  return sum;
}

struct LogisticStep {
  VectorXd score;
  MatrixXd information;
  VectorXd residual;
  VectorXd weight;
};

LogisticStep step_at(const MatrixXd& x, std::span<const double> y, const VectorXd& beta) {
  const VectorXd linear = x * beta;
  LogisticStep step{{}, {}, VectorXd(x.rows()), VectorXd(x.rows())};
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const double p = 1 / (1 + std::exp(-linear[i]));
    step.residual[i] = y[plain_index(i)] - p;
    step.weight[i] = p * (1 - p);
  }
  step.score = x.transpose() * step.residual;
  step.information = x.transpose() * step.weight.asDiagonal() * x;
  return step;
}

/// (I - K)^(-1/2) for symmetric K; directions that the fit follows altogether count nothing.
MatrixXd corrected(const MatrixXd& k) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(k);
  VectorXd factor = eigen.eigenvalues();
  constexpr double followed = 1e-10;
  for (Eigen::Index i = 0; i < factor.size(); ++i)
    factor[i] = 1 - factor[i] > followed ? 1 / std::sqrt(1 - factor[i]) : 0;
  return eigen.eigenvectors() * factor.asDiagonal() * eigen.eigenvectors().transpose();
}

Matrix sandwich(const MatrixXd& x, const LogisticStep& step, std::span<const std::size_t> cluster,
                const MatrixXd& root, const MatrixXd& inverse_root) {
  struct OfCluster {
    VectorXd score;
    MatrixXd information;
  };
  const Eigen::Index p = x.cols();
  std::map<std::size_t, OfCluster> clusters;
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    auto [at, fresh] = clusters.try_emplace(cluster[i]);
    if (fresh) at->second = {VectorXd::Zero(p), MatrixXd::Zero(p, p)};
    const auto row = x.row(eigen_index(i)).transpose();
    at->second.score += row * step.residual[eigen_index(i)];
    at->second.information += row * row.transpose() * step.weight[eigen_index(i)];
  }
  MatrixXd meat = MatrixXd::Zero(p, p);
  for (const auto& [number, own] : clusters) {
    const MatrixXd k = inverse_root * own.information * inverse_root;
    const VectorXd score = root * corrected(k) * inverse_root * own.score;
    meat += score * score.transpose();
  }
  const MatrixXd bread = inverse_root * inverse_root;
  return to_matrix(MatrixXd(bread * meat * bread));
}

Result<VectorXd> search(const MatrixXd& x, std::span<const double> y, Convergence& convergence) {
  constexpr int most_steps = 100;
  constexpr double close = 1e-10, endless = 25;
  const VectorXd scale = x.cwiseAbs().colwise().maxCoeff().transpose();
  VectorXd beta = VectorXd::Zero(x.cols());
  double likelihood = log_likelihood_of(x * beta, y);
  for (int i = 0; i < most_steps; ++i) {
    const LogisticStep step = step_at(x, y, beta);
    const VectorXd move = step.information.ldlt().solve(step.score);
    double length = 1, next = log_likelihood_of(x * (beta + move), y);
    for (int halved = 0; !(next >= likelihood - 1e-12 * std::abs(likelihood)) && halved < 30; ++halved) {
      length /= 2;
      next = log_likelihood_of(x * (beta + length * move), y);
    }
    beta += length * move;
    likelihood = next;
    convergence.iterations = i + 1;
    convergence.gradient = move.cwiseProduct(scale).cwiseAbs().maxCoeff();
    if (!beta.allFinite() || beta.cwiseProduct(scale).cwiseAbs().maxCoeff() > endless)
      return bad_logistic("logistic.separated",
                          "a column tells the outcomes apart without fail: its coefficient has no end");
    if (convergence.gradient < close) {
      convergence.verdict = Verdict::converged;
      break;
    }
  }
  return beta;
}

Result<void> check_logistic(const Matrix& x, std::span<const double> y, std::span<const std::size_t> cluster,
                            double level) {
  if (!(level > 0 && level < 1))
    return bad_logistic("logistic.level", "the level of an interval lies between 0 and 1");
  if (x.rows() != y.size() || x.rows() != cluster.size() || x.cols() == 0 || x.rows() <= x.cols())
    return bad_logistic("logistic.shape",
                        "outcomes and clusters are as many as rows, and rows more than columns");
  if (!eigen_view(x).allFinite()) return bad_logistic("logistic.shape", "every number of a row is finite");
  double sum = 0;
  for (const double value : y) {
    if (value != 0 && value != 1) return bad_logistic("logistic.outcome", "an outcome is 0 or 1");
    sum += value;
  }
  if (sum == 0 || sum == static_cast<double>(y.size()))
    return bad_logistic("logistic.outcome", "all outcomes are the same");
  return {};
}

}  // namespace

Result<ClusteredLogistic> clustered_logistic(const Matrix& x, std::span<const double> outcome,
                                             std::span<const std::size_t> cluster, double level) {
  if (auto fine = check_logistic(x, outcome, cluster, level); !fine) return tl::unexpected(fine.error());
  ClusteredLogistic fit;
  fit.rows = x.rows();
  std::vector<std::size_t> different(cluster.begin(), cluster.end());
  std::sort(different.begin(), different.end());
  fit.clusters =
      static_cast<std::size_t>(std::unique(different.begin(), different.end()) - different.begin());
  if (fit.clusters <= x.cols())
    return bad_logistic("logistic.clusters", "errors over clusters need more clusters than coefficients");
  const MatrixXd design = eigen_view(x);
  if (Eigen::ColPivHouseholderQR<MatrixXd>(design).rank() < design.cols())
    return bad_logistic("logistic.rank", "a column follows from the others, or does not vary");
  const auto beta = search(design, outcome, fit.convergence);
  if (!beta) return tl::unexpected(beta.error());
  const LogisticStep step = step_at(design, outcome, *beta);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(step.information);
  if (!(eigen.eigenvalues().minCoeff() > 0))
    return bad_logistic("logistic.separated", "the outcomes leave a coefficient without an end");
  fit.log_likelihood = log_likelihood_of(design * *beta, outcome);
  fit.naive = to_matrix(MatrixXd(eigen.operatorInverseSqrt() * eigen.operatorInverseSqrt()));
  fit.covariance = sandwich(design, step, cluster, eigen.operatorSqrt(), eigen.operatorInverseSqrt());
  fit.df = static_cast<double>(fit.clusters - 1);
  const double reach = student_t_quantile(0.5 + level / 2, fit.df);
  fit.coefficients.reserve(x.cols());
  for (std::size_t j = 0; j < x.cols(); ++j) {
    LogisticCoefficient c;
    c.estimate = (*beta)[eigen_index(j)];
    c.std_error = std::sqrt(fit.covariance(j, j));
    if (c.std_error > 0) {
      c.t = c.estimate / c.std_error;
      c.p = student_t_two_sided_p(c.t, fit.df);
    }
    c.interval = {c.estimate - reach * c.std_error, c.estimate + reach * c.std_error, level};
    fit.coefficients.push_back(c);
  }
  return fit;
}

}  // namespace securebase::stats
