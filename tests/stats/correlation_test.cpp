#include "stats/correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

Matrix two_by_two(double a, double b, double c) {
  Matrix m(2, 2);
  m(0, 0) = a;
  m(0, 1) = m(1, 0) = b;
  m(1, 1) = c;
  return m;
}

TEST(Correlation, from_covariance) {
  const auto r = correlation_from_covariance(two_by_two(4, 3, 9));
  ASSERT_TRUE(r);
  EXPECT_DOUBLE_EQ((*r)(0, 1), 0.5);
  EXPECT_EQ((*r)(1, 1), 1);
  EXPECT_FALSE(correlation_from_covariance(two_by_two(0, 0, 9)).has_value());
  EXPECT_FALSE(correlation_from_covariance(Matrix(2, 3)).has_value());
  EXPECT_FALSE(correlation_from_covariance(Matrix()).has_value());
}

TEST(Correlation, of_two_variables_each_explains_r_squared) {
  const auto smc = squared_multiple_correlations(two_by_two(1, 0.6, 1));
  ASSERT_TRUE(smc);
  EXPECT_NEAR((*smc)[0], 0.36, 1e-15);
}

TEST(Correlation, no_multiple_correlation_where_the_matrix_is_singular_or_impossible) {
  EXPECT_FALSE(squared_multiple_correlations(two_by_two(1, 1, 1)).has_value());
  EXPECT_FALSE(squared_multiple_correlations(two_by_two(1, -1, 1)).has_value());
  EXPECT_FALSE(squared_multiple_correlations(two_by_two(1, 1.2, 1)).has_value());
}

TEST(Correlation, eigenvalues_come_largest_first) {
  const auto values = eigenvalues(two_by_two(1, 0.25, 1));
  ASSERT_EQ(values.size(), 2U);
  EXPECT_NEAR(values[0], 1.25, 1e-15);
  EXPECT_NEAR(values[1], 0.75, 1e-15);
}

TEST(Correlation, sums_and_parts) {
  const Matrix m = two_by_two(1, 2, 3);
  EXPECT_EQ(sum_of_elements(m), 8);
  EXPECT_EQ(sum_of_diagonal(m), 4);
  EXPECT_EQ(submatrix(m, {1})(0, 0), 3);
  EXPECT_EQ(submatrix(m, {1, 0})(0, 0), 3);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
