#include "stats/correlation.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

// Below this reciprocal condition number an inverse has no digit to trust.
constexpr double singular = 1e-13;

}  // namespace

std::optional<Matrix> correlation_from_covariance(const Matrix& covariance) {
  const std::size_t k = covariance.rows();
  if (k == 0 || !covariance.is_square()) return std::nullopt;
  for (std::size_t i = 0; i < k; ++i)
    if (!(covariance(i, i) > 0)) return std::nullopt;
  Matrix r(k, k, 1);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j)
      if (i != j) r(i, j) = covariance(i, j) / (std::sqrt(covariance(i, i)) * std::sqrt(covariance(j, j)));
  return r;
}

std::optional<std::vector<double>> squared_multiple_correlations(const Matrix& correlation) {
  const auto r = eigen_view(correlation);
  if (r.rows() == 0 || !correlation.is_square()) return std::nullopt;
  const Eigen::LLT<Eigen::MatrixXd> llt{Eigen::MatrixXd(r)};
  if (llt.info() != Eigen::Success || !(llt.rcond() > singular)) return std::nullopt;
  const Eigen::MatrixXd inverse = llt.solve(Eigen::MatrixXd::Identity(r.rows(), r.rows()));
  return to_vector((1 - inverse.diagonal().array().inverse()).matrix());
}

std::vector<double> eigenvalues(const Matrix& symmetric) {
  if (symmetric.rows() == 0) return {};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(Eigen::MatrixXd(eigen_view(symmetric)),
                                                              Eigen::EigenvaluesOnly);
  return to_vector(solver.eigenvalues().reverse());
}

std::optional<double> variance_of_sum(const Matrix& covariance) {
  const double sum = sum_of_elements(covariance);
  if (!(sum > 1e-12 * sum_of_diagonal(covariance))) return std::nullopt;
  return sum;
}

double sum_of_elements(const Matrix& matrix) {
  return matrix.rows() == 0 ? 0 : eigen_view(matrix).sum();
}

double sum_of_diagonal(const Matrix& matrix) {
  return matrix.rows() == 0 ? 0 : eigen_view(matrix).trace();
}

Matrix submatrix(const Matrix& matrix, const std::vector<std::size_t>& keep) {
  Matrix result(keep.size(), keep.size());
  for (std::size_t i = 0; i < keep.size(); ++i)
    for (std::size_t j = 0; j < keep.size(); ++j) result(i, j) = matrix(keep[i], keep[j]);
  return result;
}

}  // namespace securebase::stats
