#pragma once
// From covariances to correlations, and what can be read from either alone. Matrices are k x k, symmetric and
// finite; covariances in the unit of the variables squared, correlations without unit.

#include <optional>
#include <vector>

#include "stats/matrix.hpp"

namespace securebase::stats {

/// r_ij = c_ij / sqrt(c_ii c_jj), the diagonal exactly 1. Nothing where the matrix is empty or not square or
/// a variance is not above zero.
[[nodiscard]] std::optional<Matrix> correlation_from_covariance(const Matrix& covariance);

/// Squared multiple correlation of each variable with all others: 1 - 1 / (R^-1)_ii (Guttman 1953,
/// Psychometrika 18, 277). Nothing where R is singular or, as pairwise correlations can be, not positive
/// definite.
[[nodiscard]] std::optional<std::vector<double>> squared_multiple_correlations(const Matrix& correlation);

/// Eigenvalues of a symmetric matrix, largest first; none for an empty one.
[[nodiscard]] std::vector<double> eigenvalues(const Matrix& symmetric);

/// Variance of the sum of all variables: the sum of all elements. Nothing where it is not above what rounding
/// leaves of variables that cancel, 1e-12 of the sum of their variances; pairwise covariances can give less.
[[nodiscard]] std::optional<double> variance_of_sum(const Matrix& covariance);

/// 0 for an empty matrix.
[[nodiscard]] double sum_of_elements(const Matrix& matrix);
[[nodiscard]] double sum_of_diagonal(const Matrix& matrix);

/// The rows and columns of `keep`, in that order; every index below the matrix's size.
[[nodiscard]] Matrix submatrix(const Matrix& matrix, const std::vector<std::size_t>& keep);

}  // namespace securebase::stats
