#include "stats/sample.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(Sample, size_mean_and_sd) {
  const auto s = summarise(std::vector<double>{2, 4, 4, 4, 5, 5, 7, 9});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->n, 8U);
  EXPECT_DOUBLE_EQ(s->mean, 5);
  EXPECT_DOUBLE_EQ(s->sd.value(), std::sqrt(32.0 / 7));
}

TEST(Sample, one_value_has_no_spread_and_none_has_nothing) {
  EXPECT_FALSE(summarise({}).has_value());
  const std::vector<double> one{3};
  EXPECT_EQ(summarise(one)->mean, 3);
  EXPECT_FALSE(summarise(one)->sd.has_value());
}

TEST(Sample, summing_by_halves_loses_little) {
  const std::vector<double> tenths(1'000'000, 0.1);
  EXPECT_NEAR(pairwise_sum(tenths), 100000, 1e-9);
}

TEST(Sample, correlation) {
  const std::vector<double> x{1, 2, 3, 4, 5};
  const std::vector<double> y{2, 1, 4, 3, 5};
  EXPECT_NEAR(pearson_r(x, y).value(), 0.8, 1e-15);
  EXPECT_FALSE(pearson_r(x, std::vector<double>(5, 0.1)).has_value());
  EXPECT_FALSE(pearson_r(x, std::vector<double>{1, 2}).has_value());
}

RC_GTEST_PROP(Sample, correlation_does_not_care_for_units, (const std::vector<std::pair<int, int>>& pairs)) {
  std::vector<double> x, y, scaled;
  for (const auto& [a, b] : pairs) {
    x.push_back(a % 100);
    y.push_back(b % 100);
    scaled.push_back(50 - 3.0 * (b % 100));
  }
  const auto r = pearson_r(x, y);
  const auto reversed = pearson_r(x, scaled);
  RC_ASSERT(r.has_value() == reversed.has_value());
  if (r) RC_ASSERT(std::abs(*r + *reversed) < 1e-12);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
