// How evenly codes fall into categories.

#include "stats/category_spread.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Occasions = std::vector<std::vector<std::size_t>>;
constexpr RandomKey key{7, 1};

TEST(CategorySpread, is_shannons_entropy) {
  // 1/2, 1/4, 1/4 of four categories: 1.5 bits of 2.
  const auto spread = category_spread(Occasions{{0}, {0}, {1}, {2}}, 4, key);
  ASSERT_TRUE(spread);
  EXPECT_NEAR(spread->entropy, 1.5 * std::log(2.0), 1e-12);
  EXPECT_NEAR(spread->evenness, 0.75, 1e-12);
  EXPECT_NEAR(spread->effective, std::pow(2.0, 1.5), 1e-12);
  EXPECT_EQ(spread->observed, 4U);
  ASSERT_TRUE(spread->interval);
  EXPECT_LT(spread->interval->lower, spread->evenness);
  EXPECT_GT(spread->interval->upper, spread->evenness);
}

TEST(CategorySpread, one_category_alone_has_no_spread_and_no_interval) {
  const auto spread = category_spread(Occasions(12, {3}), 8, key);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->evenness, 0);
  EXPECT_EQ(spread->effective, 1);
  EXPECT_FALSE(spread->std_error);
  EXPECT_FALSE(spread->interval);
}

TEST(CategorySpread, evenly_used_is_one_and_the_interval_ends_there) {
  Occasions occasions;
  for (std::size_t i = 0; i < 24; ++i) occasions.push_back({i % 8});
  const auto spread = category_spread(occasions, 8, key);
  ASSERT_TRUE(spread);
  EXPECT_NEAR(spread->evenness, 1, 1e-12);
  EXPECT_NEAR(spread->effective, 8, 1e-9);
  ASSERT_TRUE(spread->interval);
  EXPECT_EQ(spread->interval->upper, 1);
}

// What one occasion holds counts together: the same codes in fewer occasions are known less well.
TEST(CategorySpread, fewer_occasions_with_the_same_codes_have_a_larger_error) {
  Occasions single;
  Occasions joined;
  for (std::size_t i = 0; i < 20; ++i) {
    const std::size_t category = i % 5 == 0 ? 1 : 0;
    single.push_back({category});
    single.push_back({category});
    joined.push_back({category, category});
  }
  const auto one = category_spread(single, 8, key);
  const auto two = category_spread(joined, 8, key);
  ASSERT_TRUE(one && two);
  EXPECT_NEAR(one->entropy, two->entropy, 1e-12);
  EXPECT_GT(*two->std_error, 1.2 * *one->std_error);
}

TEST(CategorySpread, refuses_what_says_nothing) {
  EXPECT_EQ(category_spread(Occasions{{}, {}}, 8, key).error().code, "spread.empty");
  EXPECT_EQ(category_spread(Occasions{{8}}, 8, key).error().code, "spread.category");
  EXPECT_EQ(category_spread(Occasions{{0}}, 1, key).error().code, "spread.category");
}

RC_GTEST_PROP(CategorySpread, does_not_depend_on_what_categories_are_called, ()) {
  const auto occasions = *rc::gen::container<Occasions>(
      rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 6)));
  Occasions renamed = occasions;
  for (auto& occasion : renamed)
    for (auto& category : occasion) category = 5 - category;
  const auto one = category_spread(occasions, 6, key);
  const auto other = category_spread(renamed, 6, key);
  RC_ASSERT(one.has_value() == other.has_value());
  if (!one) return;
  RC_ASSERT(std::abs(one->entropy - other->entropy) < 1e-12);
  RC_ASSERT(one->evenness >= 0 && one->evenness <= 1 + 1e-12);
  if (one->interval)
    RC_ASSERT(one->interval->lower <= one->evenness + 1e-12 && one->interval->upper >= one->evenness - 1e-12);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
