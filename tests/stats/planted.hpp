#pragma once
// Correlations and people made from planted loadings.

#include <cmath>
#include <vector>

#include "answers.hpp"
#include "fixed_random.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// Lambda Phi Lambda' with ones in the diagonal.
inline Matrix implied_correlation(const Matrix& loadings, const Matrix& phi) {
  const std::size_t k = loadings.rows();
  Matrix r(k, k, 1);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      if (i == j) continue;
      double sum = 0;
      for (std::size_t a = 0; a < phi.rows(); ++a)
        for (std::size_t b = 0; b < phi.rows(); ++b) sum += loadings(i, a) * phi(a, b) * loadings(j, b);
      r(i, j) = sum;
    }
  return r;
}

inline Matrix identity(std::size_t m) {
  Matrix result(m, m);
  for (std::size_t i = 0; i < m; ++i) result(i, i) = 1;
  return result;
}

/// A loading per item on one of `factors` factors of equally many items.
inline Matrix simple_structure(const std::vector<double>& loading, std::size_t factors) {
  Matrix result(loading.size(), factors);
  for (std::size_t i = 0; i < loading.size(); ++i) result(i, i * factors / loading.size()) = loading[i];
  return result;
}

struct OneFactor {
  std::vector<double> loading;
  std::vector<double> uniqueness;  // variances
};

/// Lambda Lambda' + Psi.
inline Matrix implied_covariance(const OneFactor& planted) {
  const std::size_t k = planted.loading.size();
  Matrix c(k, k);
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < k; ++j) c(i, j) = planted.loading[i] * planted.loading[j];
    c(i, i) += planted.uniqueness[i];
  }
  return c;
}

/// Covariance (divisor n - 1) of n people drawn from the model.
inline Matrix sampled_covariance(const OneFactor& planted, std::size_t n, std::uint64_t seed) {
  FixedRandom random(seed);
  ItemMoments moments(planted.loading.size());
  const std::vector<std::uint8_t> present(planted.loading.size(), 1);
  std::vector<double> row(planted.loading.size());
  for (std::size_t p = 0; p < n; ++p) {
    const double factor = random.normal();
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = planted.loading[i] * factor + std::sqrt(planted.uniqueness[i]) * random.normal();
    moments.add_row(row, present);
  }
  return *moments.covariance(Missing::complete_cases);
}

}  // namespace securebase::stats
