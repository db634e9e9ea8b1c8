#include "stats/quantile.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// quantile(c(1, 2, 4, 8, 16), p, type = 7) and type = 6 in R 4.2.2
TEST(SampleQuantile, is_R_s) {
  const std::vector<double> x{1, 2, 4, 8, 16};
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.1), 1.4);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.5), 4);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.9), 12.8);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.1, QuantileType::weibull), 1);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.25, QuantileType::weibull), 1.5);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0.75, QuantileType::weibull), 12);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 0, QuantileType::linear), 1);
  EXPECT_DOUBLE_EQ(sample_quantile(x, 1, QuantileType::weibull), 16);
  EXPECT_DOUBLE_EQ(sample_quantile(std::vector{3.0}, 0.3), 3);
}

TEST(SampleQuantile, of_nothing_or_beyond_the_ends_is_a_bug) {
  EXPECT_THROW((void)sample_quantile({}, 0.5), std::domain_error);
  EXPECT_THROW((void)sample_quantile(std::vector{1.0}, 1.5), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
