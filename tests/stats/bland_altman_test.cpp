#include "stats/bland_altman.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "coverage.hpp"
#include "fixed_random.hpp"
#include "stats/distributions.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Numbers = std::vector<double>;

// Peak flow of 17 people by two meters, first readings (Bland & Altman 1986, table 1): large less mini -2.1,
// SD 38.8; limits -79.7 and 75.5 at two SDs, worked out from these rounded numbers.
const Numbers large_meter{494, 395, 516, 434, 476, 557, 413, 442, 650,
                          433, 417, 656, 267, 478, 178, 423, 427};
const Numbers mini_meter{512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451};

TEST(BlandAltman, peak_flow_as_printed) {
  const double two_sds = 2 * normal_cdf(2) - 1;
  const auto b = *bland_altman(mini_meter, large_meter, {two_sds, 0.95});
  EXPECT_EQ(b.n, 17U);
  EXPECT_NEAR(b.bias.value, -2.1, 0.05);
  EXPECT_NEAR(b.sd, 38.8, 0.05);
  EXPECT_NEAR(b.lower.value, -79.7, 0.1);
  EXPECT_NEAR(b.upper.value, 75.5, 0.1);
  // Printed: the bias from -22.0 to 17.8.
  EXPECT_NEAR(b.bias.interval.lower, -22.0, 0.1);
  EXPECT_NEAR(b.bias.interval.upper, 17.8, 0.1);
  // sqrt(1/n + z^2 / (2 (n - 1))) SDs, and 16 degrees of freedom
  EXPECT_NEAR(b.lower.std_error, b.sd * std::sqrt(1.0 / 17 + 4.0 / 32), 1e-9);
  EXPECT_NEAR(b.lower.interval.lower, b.lower.value - student_t_quantile(0.975, 16) * b.lower.std_error,
              1e-9);
  EXPECT_EQ(b.outside, 1U);  // 178 and 259
}

// second = 2 first: differences are two thirds of the mean, exactly.
TEST(BlandAltman, proportional_bias_is_found) {
  const Numbers first{1, 2, 3, 4, 5, 6}, second{2, 4, 6, 8, 10, 12};
  const auto b = *bland_altman(first, second);
  EXPECT_NEAR(b.trend->slope, 2.0 / 3, 1e-12);
  EXPECT_NEAR(b.trend->intercept, 0, 1e-12);
  EXPECT_FALSE(b.trend->t.has_value());
}

TEST(BlandAltman, growing_errors_are_found) {
  FixedRandom random(5);
  Numbers first, second;
  for (int i = 1; i <= 400; ++i) {
    const double truth = i;
    first.push_back(truth + 0.1 * truth * random.normal());
    second.push_back(truth + 0.1 * truth * random.normal());
  }
  const auto b = *bland_altman(first, second);
  EXPECT_GT(*b.spread->t, 5);
  EXPECT_LT(std::abs(*b.trend->t), 3);
}

RC_GTEST_PROP(BlandAltman, turning_the_two_turns_the_sign, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(2, 12);
  Numbers first, second;
  for (std::size_t i = 0; i < n; ++i) {
    first.push_back(*rc::gen::inRange(-9, 9));
    second.push_back(*rc::gen::inRange(-9, 9));
  }
  const auto a = *bland_altman(first, second), b = *bland_altman(second, first);
  RC_ASSERT(std::abs(a.bias.value + b.bias.value) < 1e-12);
  RC_ASSERT(std::abs(a.lower.value + b.upper.value) < 1e-12);
  RC_ASSERT(std::abs(a.upper.interval.upper + b.lower.interval.lower) < 1e-10);
  RC_ASSERT(a.trend.has_value() == b.trend.has_value());
  if (a.trend) RC_ASSERT(std::abs(a.trend->slope + b.trend->slope) < 1e-10);
  for (const auto* trend : {&a.trend, &a.spread}) {
    if (!*trend) continue;
    RC_ASSERT(std::isfinite((*trend)->slope));
    if ((*trend)->p) RC_ASSERT(*(*trend)->p >= 0 && *(*trend)->p <= 1);
  }
}

TEST(BlandAltman, equal_differences_have_no_spread) {
  const auto b = *bland_altman(Numbers{0.1, 0.2, 0.3}, Numbers{0.8, 0.9, 1.0});
  EXPECT_EQ(b.sd, 0);
  EXPECT_EQ(b.outside, 0U);
  EXPECT_EQ(b.lower.value, b.upper.value);
  EXPECT_EQ(b.trend->slope, 0);
  EXPECT_FALSE(b.trend->p.has_value());
  EXPECT_FALSE(b.spread.has_value());
  EXPECT_FALSE(bland_altman(Numbers{1, 1}, Numbers{2, 2})->trend.has_value());
}

TEST(BlandAltman, its_intervals_hold_what_was_planted) {
  Coverage coverage;
  const std::size_t n = samples(400);
  for (std::uint64_t sample = 1; sample <= n; ++sample) {
    FixedRandom random(sample);
    Numbers first, second;
    for (int i = 0; i < 60; ++i) {
      const double truth = 10 + 3 * random.normal();
      first.push_back(truth);
      second.push_back(truth + 1 + 2 * random.normal());
    }
    const auto b = *bland_altman(first, second);
    coverage.add("bias", 1, b.bias.value, b.bias.interval);
    coverage.add("upper", 1 + 2 * normal_reach(0.95), b.upper.value, b.upper.interval);
  }
  coverage.expect("Bland-Altman", 0.015);
}

TEST(BlandAltman, errors) {
  const Numbers one{1}, two{1, 2}, bad{1, std::numeric_limits<double>::infinity()};
  EXPECT_EQ(bland_altman(one, two).error().code, "bland_altman.unpaired");
  EXPECT_EQ(bland_altman(one, one).error().code, "bland_altman.too_few");
  EXPECT_EQ(bland_altman(two, bad).error().code, "bland_altman.range");
  EXPECT_EQ(bland_altman(two, two, {1, 0.95}).error().code, "bland_altman.level");
  EXPECT_EQ(bland_altman(two, two, {0.95, 0}).error().code, "bland_altman.level");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
