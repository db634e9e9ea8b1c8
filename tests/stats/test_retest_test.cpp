#include "stats/test_retest.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "fixed_random.hpp"
#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Numbers = std::vector<double>;

// Differences 1, 1, -2, 2: mean 0.5, squares 9; sd sqrt(3), so sem without shift sqrt(3) / sqrt(2).
TEST(TestRetest, by_hand) {
  const auto retest = *test_retest(Numbers{10, 12, 15, 17}, Numbers{11, 13, 13, 19});
  EXPECT_NEAR(retest.consistency.sem, std::sqrt(1.5), 1e-12);
  EXPECT_NEAR(retest.consistency.mdc, normal_reach(0.95) * std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(retest.consistency.mdc_of_mean, normal_reach(0.95) * std::sqrt(3.0) / 2, 1e-12);
  // W = sum d^2 / (2 n)
  EXPECT_NEAR(retest.agreement.sem, std::sqrt(10.0 / 8), 1e-12);
  EXPECT_NEAR(retest.difference.bias.value, 0.5, 1e-12);
  EXPECT_EQ(retest.icc.size(), 6U);
}

// sem = sd sqrt(1 - r) where both occasions have one spread (Lord & Novick 1968): they meet in large samples.
TEST(TestRetest, finds_what_was_planted) {
  FixedRandom random(11);
  Numbers first, second;
  for (int i = 0; i < 40000; ++i) {
    const double truth = 20 + 4 * random.normal();
    first.push_back(truth + 2 * random.normal());
    second.push_back(truth + 1 + 2 * random.normal());
  }
  const auto retest = *test_retest(first, second);
  EXPECT_NEAR(*retest.r, 0.8, 0.01);
  EXPECT_LT(retest.r_interval->lower, 0.8);
  EXPECT_GT(retest.r_interval->upper, 0.8);
  EXPECT_NEAR(*retest.icc[1].icc, 16.0 / 20.5, 0.01);  // the shift of 1 counts 1/2
  EXPECT_NEAR(*retest.icc[2].icc, 0.8, 0.01);
  EXPECT_NEAR(retest.consistency.sem, 2, 0.02);
  EXPECT_NEAR(retest.agreement.sem, std::sqrt(4.5), 0.02);
  EXPECT_NEAR(retest.difference.bias.value, 1, 0.06);
}

RC_GTEST_PROP(TestRetest, a_shift_of_everybody_counts_for_agreement_alone, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(2, 10);
  Numbers first, second, shifted;
  for (std::size_t i = 0; i < n; ++i) {
    first.push_back(*rc::gen::inRange(0, 30));
    second.push_back(*rc::gen::inRange(0, 30));
    shifted.push_back(second.back() + 100);
  }
  const auto a = *test_retest(first, second), b = *test_retest(first, shifted);
  RC_ASSERT(std::abs(a.consistency.sem - b.consistency.sem) < 1e-9);
  RC_ASSERT(a.agreement.sem < b.agreement.sem);
  RC_ASSERT(a.r.has_value() == b.r.has_value());
  if (a.r) RC_ASSERT(std::abs(*a.r - *b.r) < 1e-9);
}

TEST(TestRetest, an_occasion_without_spread_has_no_correlation) {
  const auto retest = *test_retest(Numbers{3, 3, 3, 3}, Numbers{1, 2, 3, 4});
  EXPECT_FALSE(retest.r.has_value());
  EXPECT_FALSE(retest.r_interval.has_value());
  EXPECT_FALSE(test_retest(Numbers{1, 2}, Numbers{1, 2})->r_interval.has_value());
}

TEST(TestRetest, errors) {
  EXPECT_EQ(test_retest(Numbers{1}, Numbers{2}).error().code, "bland_altman.too_few");
  EXPECT_EQ(test_retest(Numbers{1, 2}, Numbers{2}).error().code, "bland_altman.unpaired");
  EXPECT_THROW((void)measurement_error(-1, 3), std::domain_error);
  EXPECT_THROW((void)measurement_error(1, 0), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
