#pragma once
// Rows with missing values, collapsed by which values they have, and the normal likelihood of such patterns
// by a mean mu and a covariance Sigma; for the sources of this room only. After the collapse no cost depends
// on the number of rows.
//
//   F = sum_r n_r / (2 N) [ln|Sigma_r| + tr(W_r T_r)],   W = Sigma_r^-1,  T = S_r + d d',  d = m_r - mu_r
//
// so that -log L = N F + (values / 2) ln 2 pi. Moments of mu and Sigma are stacked: the lower triangle of
// Sigma row by row, then mu.

#include <Eigen/Core>
#include <optional>
#include <span>
#include <vector>

namespace securebase::stats {

using DataRow = std::vector<std::optional<double>>;

struct MomentPattern {
  std::vector<Eigen::Index> present;  // which variables
  double n = 0;                       // rows
  Eigen::VectorXd mean;
  Eigen::MatrixXd covariance;  // divisor n
};

/// Rows without any value are left out. The order of the patterns does not depend on that of the rows.
[[nodiscard]] std::vector<MomentPattern> collapse(std::span<const DataRow> rows, Eigen::Index variables);

struct Moments {
  Eigen::MatrixXd covariance;
  Eigen::VectorXd mean;
};

enum class Information { expected, observed };

/// F with its derivatives by the moments: tr(G dSigma) + g' dmu, and the quadratic form Q of the second ones.
struct MomentExpansion {
  double value = 0;
  // NOLINTBEGIN(readability-identifier-naming): matrices are called as in the formula
  Eigen::MatrixXd G;
  Eigen::VectorXd g;
  Eigen::MatrixXd Q;
  // NOLINTEND(readability-identifier-naming)
};

/// Nothing where a covariance is not positive definite. N is `rows`.
[[nodiscard]] std::optional<MomentExpansion> expand_moments(std::span<const MomentPattern> patterns,
                                                            const Moments& at, double rows,
                                                            Information information);

/// F alone.
[[nodiscard]] std::optional<double> moment_value(std::span<const MomentPattern> patterns, const Moments& at,
                                                 double rows);

[[nodiscard]] double count_rows(std::span<const MomentPattern> patterns);
[[nodiscard]] double count_values(std::span<const MomentPattern> patterns);

/// Where (a, b), a >= b, stands in the lower triangle.
[[nodiscard]] constexpr Eigen::Index triangle(Eigen::Index a, Eigen::Index b) {
  return a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a;
}

}  // namespace securebase::stats
