#include "stats/factor.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "stats/bounded_newton.hpp"
#include "stats/correlation.hpp"
#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using EigenPairs = Eigen::SelfAdjointEigenSolver<MatrixXd>;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Psi to begin with: 1 - smc, or one half where R has no inverse.
VectorXd first_uniqueness(const Matrix& correlation) {
  const auto smc = squared_multiple_correlations(correlation);
  VectorXd psi = VectorXd::Constant(eigen_index(correlation.rows()), 0.5);
  if (smc)
    for (std::size_t i = 0; i < smc->size(); ++i) psi[eigen_index(i)] = 1 - (*smc)[i];
  return psi.cwiseMax(smallest_uniqueness);
}

std::vector<std::size_t> held_among(const std::vector<bool>& held, std::size_t from) {
  std::vector<std::size_t> result;
  for (std::size_t i = from; i < held.size(); ++i)
    if (held[i]) result.push_back(i - from);
  return result;
}

// One factor by maximum likelihood, in the metric of R; theta = (lambda, psi)

// ln|A| from its Cholesky factor.
double log_determinant(const Eigen::LLT<MatrixXd>& llt) {
  return 2 * llt.matrixLLT().diagonal().array().log().sum();
}

// E d2F = tr(V dSigma_i V dSigma_j) with V = Sigma^-1, a = V lambda, s = lambda' V lambda:
//   lambda, lambda: 2 (a_i a_j + s v_ij)    lambda_i, psi_j: 2 v_ij a_j    psi, psi: v_ij^2
MatrixXd expected_curvature(const MatrixXd& v, const VectorXd& lambda) {
  const Index k = lambda.size();
  const VectorXd a = v * lambda;
  MatrixXd h(2 * k, 2 * k);
  h.topLeftCorner(k, k) = 2 * (a * a.transpose() + lambda.dot(a) * v);
  h.topRightCorner(k, k) = 2 * v * a.asDiagonal();
  h.bottomLeftCorner(k, k) = h.topRightCorner(k, k).transpose();
  h.bottomRightCorner(k, k) = v.cwiseProduct(v);
  return h;
}

// dF = tr(W dSigma) with W = V (Sigma - R) V.
std::optional<Expansion> expand_discrepancy(const MatrixXd& r, double log_det_r, const VectorXd& theta) {
  const Index k = r.rows();
  const VectorXd lambda = theta.head(k);
  MatrixXd sigma = lambda * lambda.transpose();
  sigma.diagonal() += theta.tail(k);
  const Eigen::LLT<MatrixXd> llt(sigma);
  if (llt.info() != Eigen::Success) return std::nullopt;
  const MatrixXd v = llt.solve(MatrixXd::Identity(k, k));
  const MatrixXd w = v * (sigma - r) * v;
  Expansion e;
  e.value = log_determinant(llt) - log_det_r + v.cwiseProduct(r).sum() - static_cast<double>(k);
  e.gradient.resize(2 * k);
  e.gradient << 2 * w * lambda, w.diagonal();
  e.curvature = expected_curvature(v, lambda);
  return e;
}

VectorXd first_one_factor(const Matrix& correlation) {
  const VectorXd psi = first_uniqueness(correlation);
  MatrixXd reduced = eigen_view(correlation);
  reduced.diagonal() -= psi;
  const EigenPairs pairs(reduced);
  const Index last = psi.size() - 1;
  VectorXd lambda = pairs.eigenvectors().col(last) * std::sqrt(std::max(pairs.eigenvalues()[last], 0.1));
  if (lambda.sum() < 0) lambda = -lambda;
  VectorXd theta(2 * psi.size());
  theta << lambda, psi;
  return theta;
}

Box one_factor_box(Index k) {
  Box box{VectorXd::Constant(2 * k, -infinity), VectorXd::Constant(2 * k, infinity)};
  box.lower.tail(k).setConstant(smallest_uniqueness);
  return box;
}

// sqrt diag of (n/2 E d2F)^-1 over the parameters not held at a bound; 0 for those that are.
std::optional<VectorXd> standard_errors(const Minimum& m, double n) {
  std::vector<Index> free;
  for (std::size_t i = 0; i < m.held.size(); ++i)
    if (!m.held[i]) free.push_back(eigen_index(i));
  const Eigen::LLT<MatrixXd> llt(m.expansion.curvature(free, free));
  if (llt.info() != Eigen::Success || !(llt.rcond() > 1e-12)) return std::nullopt;
  const MatrixXd inverse = llt.solve(MatrixXd::Identity(eigen_index(free.size()), eigen_index(free.size())));
  VectorXd se = VectorXd::Zero(m.at.size());
  se(free) = (2 / n * inverse.diagonal()).cwiseSqrt();
  return se;
}

OneFactorFit one_factor_report(const Minimum& m, const VectorXd& variances, std::size_t n) {
  const Index k = variances.size();
  const VectorXd sd = variances.cwiseSqrt();
  const double sign = m.at.head(k).cwiseProduct(sd).sum() < 0 ? -1 : 1;
  OneFactorFit fit;
  fit.loading = to_vector(sign * m.at.head(k).cwiseProduct(sd));
  fit.uniqueness = to_vector(m.at.tail(k).cwiseProduct(variances));
  if (const auto se = standard_errors(m, static_cast<double>(n))) {
    fit.loading_se = to_vector(se->head(k).cwiseProduct(sd));
    fit.uniqueness_se = to_vector(se->tail(k).cwiseProduct(variances));
  }
  fit.chi_square = std::max(0.0, static_cast<double>(n) * m.expansion.value);
  fit.df = plain_index(k * (k - 3) / 2);
  if (fit.df > 0) fit.p = chi_square_upper_p(fit.chi_square, static_cast<double>(fit.df));
  fit.heywood = held_among(m.held, plain_index(k));
  fit.convergence = m.convergence;
  return fit;
}

// Minimum residuals

// Eigenpairs of R - Psi, which sorts them in ascending order: `left_out` of them are not factors.
struct Reduced {
  EigenPairs pairs;
  Index left_out = 0;
};

// A negative eigenvalue is no factor, even among the largest m.
Reduced reduce(const MatrixXd& r, const VectorXd& psi, Index factors) {
  MatrixXd reduced = r;
  reduced.diagonal() -= psi;
  Reduced result{EigenPairs(reduced), r.rows() - factors};
  while (result.left_out < r.rows() && result.pairs.eigenvalues()[result.left_out] <= 0) ++result.left_out;
  return result;
}

// f_il = (sum_{j out} w_ij w_lj)^2 + 2 sum_{j out, q in} theta_j / (theta_j - theta_q) w_ij w_lj w_iq w_lq
MatrixXd residual_curvature(const Reduced& reduced) {
  const VectorXd& theta = reduced.pairs.eigenvalues();
  const MatrixXd& w = reduced.pairs.eigenvectors();
  const MatrixXd outside = w.leftCols(reduced.left_out) * w.leftCols(reduced.left_out).transpose();
  MatrixXd h = outside.cwiseProduct(outside);
  for (Index j = 0; j < reduced.left_out; ++j) {
    for (Index q = reduced.left_out; q < theta.size(); ++q) {
      const double gap = theta[j] - theta[q];
      if (gap > -1e-12) continue;
      const VectorXd product = w.col(j).cwiseProduct(w.col(q));
      h += 2 * theta[j] / gap * product * product.transpose();
    }
  }
  return h;
}

Expansion expand_residuals(const MatrixXd& r, const VectorXd& psi, Index factors) {
  const Reduced reduced = reduce(r, psi, factors);
  const VectorXd theta = reduced.pairs.eigenvalues().head(reduced.left_out);
  Expansion e;
  e.value = theta.squaredNorm() / 2;
  e.gradient = -(reduced.pairs.eigenvectors().leftCols(reduced.left_out).cwiseAbs2() * theta);
  e.curvature = residual_curvature(reduced);
  return e;
}

// Largest factor first, each with a sum that is not negative.
MatrixXd loadings_at(const MatrixXd& r, const VectorXd& psi, Index factors) {
  const Reduced reduced = reduce(r, psi, factors);
  MatrixXd loadings = MatrixXd::Zero(r.rows(), factors);
  for (Index f = 0; f < r.rows() - reduced.left_out; ++f) {
    const Index column = r.rows() - 1 - f;
    loadings.col(f) =
        reduced.pairs.eigenvectors().col(column) * std::sqrt(reduced.pairs.eigenvalues()[column]);
    if (loadings.col(f).sum() < 0) loadings.col(f) *= -1;
  }
  return loadings;
}

double off_diagonal_squares(MatrixXd residual) {
  residual.diagonal().setZero();
  return residual.squaredNorm() / 2;
}

bool is_correlation(const Matrix& m) {
  constexpr double rounding = 1e-8;
  if (m.rows() == 0 || !m.is_square() || !eigen_view(m).allFinite()) return false;
  const MatrixXd r = eigen_view(m);
  return (r.diagonal().array() - 1).abs().maxCoeff() < rounding &&
         (r - r.transpose()).cwiseAbs().maxCoeff() < rounding && r.cwiseAbs().maxCoeff() < 1 + rounding;
}

bool identified(std::size_t k, std::size_t m) {
  if (m == 0 || m >= k) return false;
  return (k - m) * (k - m) >= k + m;
}

}  // namespace

Matrix with_divisor_n(const Matrix& covariance, std::size_t n) {
  if (n == 0) throw std::invalid_argument("with_divisor_n: there is nobody");
  return to_matrix(eigen_view(covariance) * (static_cast<double>(n - 1) / static_cast<double>(n)));
}

Result<OneFactorFit> one_factor_ml(const Matrix& covariance, std::size_t n) {
  if (covariance.rows() < 3 || !covariance.is_square())
    return fail(ErrorKind::bad_data, "factor.too_few_variables", "one factor needs at least three variables");
  if (n <= covariance.rows())
    return fail(ErrorKind::bad_data, "factor.too_few_persons", "more persons than variables are needed");
  const auto correlation = correlation_from_covariance(covariance);
  const MatrixXd r = correlation ? MatrixXd(eigen_view(*correlation)) : MatrixXd();
  const Eigen::LLT<MatrixXd> llt(r);
  if (!correlation || llt.info() != Eigen::Success || !(llt.rcond() > 1e-13))
    return fail(ErrorKind::bad_data, "factor.not_positive_definite",
                "a variable does not vary or is a combination of others");
  const double log_det_r = log_determinant(llt);
  const auto m = minimise([&](const VectorXd& theta) { return expand_discrepancy(r, log_det_r, theta); },
                          first_one_factor(*correlation), one_factor_box(r.rows()));
  if (!m) return fail(ErrorKind::internal, "factor.start", "no likelihood at the start");
  return one_factor_report(*m, eigen_view(covariance).diagonal(), n);
}

Result<FactorFit> minres(const Matrix& correlation, std::size_t factors) {
  if (!is_correlation(correlation))
    return fail(ErrorKind::bad_data, "factor.not_a_correlation",
                "a square matrix with ones in the diagonal is needed");
  if (!identified(correlation.rows(), factors))
    return fail(ErrorKind::bad_data, "factor.too_many_factors", "fewer factors or more variables are needed");
  const MatrixXd r = eigen_view(correlation);
  const Index m = eigen_index(factors);
  const Box box{VectorXd::Constant(r.rows(), smallest_uniqueness), VectorXd::Constant(r.rows(), 1)};
  const auto minimum =
      *minimise([&](const VectorXd& psi) { return std::optional(expand_residuals(r, psi, m)); },
                first_uniqueness(correlation), box);
  const MatrixXd loadings = loadings_at(r, minimum.at, m);
  FactorFit fit;
  fit.loadings = to_matrix(loadings);
  fit.communality = to_vector(loadings.rowwise().squaredNorm());
  fit.objective = off_diagonal_squares(r - loadings * loadings.transpose());
  for (std::size_t i : held_among(minimum.held, 0))
    if (minimum.at[eigen_index(i)] < 0.5) fit.heywood.push_back(i);
  fit.convergence = minimum.convergence;
  return fit;
}

}  // namespace securebase::stats
