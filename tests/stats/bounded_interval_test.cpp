#include "stats/bounded_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(BoundedInterval, without_bounds_is_plain) {
  const auto i = *bounded_interval(2, 0.5, {}, 0.95);
  EXPECT_DOUBLE_EQ(i.lower, 2 - 0.5 * normal_reach(0.95));
  EXPECT_DOUBLE_EQ(i.upper, 2 + 0.5 * normal_reach(0.95));
}

TEST(BoundedInterval, of_a_variance_is_multiplied_and_stays_above_zero) {
  const auto i = *bounded_interval(2, 3, {0.0, {}}, 0.95);
  const double factor = std::exp(normal_reach(0.95) * 1.5);
  EXPECT_NEAR(i.lower, 2 / factor, 1e-14);
  EXPECT_NEAR(i.upper, 2 * factor, 1e-12);
  const auto mirrored = *bounded_interval(-2, 3, {{}, 0.0}, 0.95);
  EXPECT_DOUBLE_EQ(mirrored.lower, -i.upper);
  EXPECT_DOUBLE_EQ(mirrored.upper, -i.lower);
}

TEST(BoundedInterval, of_a_correlation_is_fishers) {
  const double r = 0.6;
  const double error = 0.1;
  const auto i = *bounded_interval(r, error, {-1.0, 1.0}, 0.95);
  const double half = normal_reach(0.95) * error / (1 - r * r);
  EXPECT_NEAR(i.lower, std::tanh(std::atanh(r) - half), 1e-14);
  EXPECT_NEAR(i.upper, std::tanh(std::atanh(r) + half), 1e-14);
  EXPECT_LT(bounded_interval(0.999, 5, {-1.0, 1.0}, 0.95)->upper, 1 + 1e-15);
}

TEST(BoundedInterval, nothing_at_a_bound_and_no_error_of_zero) {
  EXPECT_FALSE(bounded_interval(0, 1, {0.0, {}}, 0.95));
  EXPECT_FALSE(bounded_interval(1, 1, {0.0, 1.0}, 0.95));
  EXPECT_THROW((void)bounded_interval(1, 0, {}, 0.95), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
