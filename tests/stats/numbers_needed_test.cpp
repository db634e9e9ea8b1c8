#include "stats/numbers_needed.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// The worked example of Newcombe 1998: 56 of 70 against 48 of 80, difference 0.2, 0.0524 to 0.3339.
TEST(NumbersNeeded, as_published) {
  const auto n = *number_needed({48, 80}, {56, 70});
  EXPECT_NEAR(n.risk_difference, 0.2, 1e-12);
  EXPECT_NEAR(n.risk_interval.lower, 0.0524, 5e-5);
  EXPECT_NEAR(n.risk_interval.upper, 0.3339, 5e-5);
  EXPECT_NEAR(*n.number, 5, 1e-12);
  EXPECT_NEAR(n.interval->lower, 1 / 0.3339, 1e-3);
  EXPECT_NEAR(n.interval->upper, 1 / 0.0524, 2e-2);
}

TEST(NumbersNeeded, has_no_interval_where_it_may_be_none_or_harm) {
  const auto n = *number_needed({10, 20}, {11, 20});
  EXPECT_FALSE(n.interval);
  EXPECT_NEAR(*n.number, 20, 1e-9);
  EXPECT_FALSE(number_needed({10, 20}, {10, 20})->number);
}

TEST(NumbersNeeded, turns_with_the_groups) {
  const auto there = *number_needed({48, 80}, {56, 70}), back = *number_needed({56, 70}, {48, 80});
  EXPECT_NEAR(there.risk_interval.lower, -back.risk_interval.upper, 1e-15);
  EXPECT_NEAR(*there.number, -*back.number, 1e-12);
}

TEST(NumbersNeeded, from_a_standardised_effect) {
  EXPECT_NEAR(*number_needed_in_pairs(0.5), 3.62, 0.01);
  EXPECT_NEAR(*number_needed_at_rate(0.5, 0.2), 1 / (0.366315 - 0.2), 1e-3);
  EXPECT_NEAR(*number_needed_at_rate(0.5, 0.5), 1 / 0.19146, 1e-3);
  EXPECT_FALSE(number_needed_in_pairs(0));
  EXPECT_FALSE(number_needed_at_rate(0, 0.3));
  EXPECT_THROW((void)number_needed_at_rate(0.5, 1), std::domain_error);
}

TEST(NumbersNeeded, nobody_and_everybody) {
  EXPECT_EQ(number_needed({0, 0}, {1, 2}).error().code, "numbers_needed.empty");
  EXPECT_EQ(number_needed({3, 2}, {1, 2}).error().code, "numbers_needed.empty");
  EXPECT_THROW((void)wilson_interval({0, 0}), std::invalid_argument);
  const Interval none = wilson_interval({0, 10}), all = wilson_interval({10, 10});
  EXPECT_NEAR(none.lower, 0, 1e-15);
  EXPECT_NEAR(none.upper, 1 - all.lower, 1e-15);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
