#include "stats/differential_functioning.hpp"

#include <gtest/gtest.h>

#include "item_people.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<PolytomousItem> planted() {
  std::vector<PolytomousItem> items;
  for (int i = 0; i < 6; ++i)
    items.push_back({ItemModel::graded_response, 1.2 + 0.2 * i, {-1.2 + 0.1 * i, 0, 1.1}});
  return items;
}

ResponseMatrix two_groups(const std::vector<PolytomousItem>& other) {
  ResponseMatrix responses;
  add_people(responses, planted(), {1500, 0, 1, 0}, {40, 0});
  add_people(responses, other, {1500, 0.4, 1.2, 0}, {41, 0});
  responses.group.assign(1500, 0);
  responses.group.resize(3000, 1);
  return responses;
}

// People of the second group are higher, and reach the answers of item 2 half an SD later.
TEST(DifferentialFunctioning, finds_the_item_that_works_differently_and_how_much) {
  auto other = planted();
  for (double& b : other[2].locations) b += 0.5;
  const auto items = *differential_functioning(two_groups(other), plan_for(planted()));
  ASSERT_EQ(items.size(), 6U);
  EXPECT_LT(items[2].adjusted_p, 1e-8);
  EXPECT_EQ(items[2].test.df, 4U);
  EXPECT_NEAR(items[2].sizes[0].signed_difference, -0.4, 0.12);
  EXPECT_GE(items[2].sizes[0].unsigned_difference, -items[2].sizes[0].signed_difference - 1e-12);
  EXPECT_LT(*items[2].sizes[0].standardised, -0.3);
  for (const std::size_t i : {0U, 1U, 3U, 4U, 5U})
    EXPECT_LT(std::abs(items[i].sizes[0].signed_difference), 0.2) << i;
}

TEST(DifferentialFunctioning, says_nothing_where_groups_only_differ_in_their_state) {
  const auto items = *differential_functioning(two_groups(planted()), plan_for(planted()));
  for (const auto& item : items) {
    EXPECT_GT(item.adjusted_p, 1e-3) << item.item;
    EXPECT_EQ(item.verdict, Verdict::converged);
  }
}

TEST(DifferentialFunctioning, needs_two_groups) {
  auto responses = two_groups(planted());
  responses.group.clear();
  EXPECT_EQ(differential_functioning(responses, plan_for(planted())).error().code, "irt.one_group");
}

TEST(BenjaminiHochberg, like_p_adjust) {
  const auto adjusted = benjamini_hochberg({0.01, 0.02, 0.03, 0.5});
  const double expected[] = {0.04, 0.04, 0.04, 0.5};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
