#include "stats/item_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "item_people.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<PolytomousItem> planted() {
  std::vector<PolytomousItem> items;
  for (int i = 0; i < 8; ++i)
    items.push_back({ItemModel::graded_response, 1.0 + 0.15 * i, {-1.4 + 0.1 * i, 0.1, 1.2 - 0.05 * i}});
  return items;
}

std::vector<PolytomousItem> items_of(const Calibration& fit) {
  std::vector<PolytomousItem> items;
  for (const CalibratedItem& item : fit.items[0]) items.push_back(item.item);
  return items;
}

// Where the model holds the statistic is about its degrees of freedom, whatever the sample.
TEST(ItemFit, is_about_its_degrees_of_freedom_where_the_model_holds) {
  double ratio = 0;
  constexpr int repeats = 6;
  for (std::uint64_t s = 0; s < repeats; ++s) {
    ResponseMatrix responses;
    add_people(responses, planted(), {1500, 0, 1, 0}, {20 + s, 0});
    const auto fit = *calibrate_items(responses, plan_for(planted()));
    const auto fits = *item_fit(responses, items_of(fit), {});
    for (const ItemFit& item : fits) {
      ASSERT_GT(item.df, 10U);
      ratio += item.chi_square / static_cast<double>(item.df) / (repeats * 8);
      EXPECT_GT(*item.p, 1e-5);
    }
  }
  EXPECT_NEAR(ratio, 1, 0.1);
}

// An item that everybody answers by chance, calibrated as if it measured much.
TEST(ItemFit, finds_an_item_that_is_not_what_is_said_of_it) {
  auto items = planted();
  ResponseMatrix responses;
  add_people(responses, items, {2000, 0, 1, 0}, {30, 0});
  items[3].discrimination = 3.5;
  const auto fits = *item_fit(responses, items, {}, false);
  EXPECT_LT(*fits[3].p, 1e-10);
  EXPECT_GT(fits[3].rmsea, 0.05);
  EXPECT_EQ(fits[3].people, 2000U);
}

TEST(ItemFit, people_with_gaps_are_left_out_and_nobody_is_an_error) {
  ResponseMatrix responses;
  add_people(responses, planted(), {300, 0, 1, 0.05}, {31, 0});
  const auto fits = *item_fit(responses, planted(), {}, false);
  EXPECT_LT(fits[0].people, 300U);
  for (std::size_t p = 0; p < responses.people(); ++p) responses.answers[p * 8] = no_answer;
  EXPECT_EQ(item_fit(responses, planted(), {}).error().code, "irt.no_people");
  responses.answers[0] = 7;
  EXPECT_EQ(item_fit(responses, planted(), {}).error().code, "irt.answer");
}

TEST(LocalDependence, finds_two_items_that_ask_the_same) {
  ResponseMatrix responses;
  add_people(responses, planted(), {2000, 0, 1, 0}, {32, 0});
  // Every third person repeats the answer to item 1 at item 2.
  for (std::size_t p = 0; p < responses.people(); p += 3)
    responses.answers[p * 8 + 2] = responses.answers[p * 8 + 1];
  const auto fit = *calibrate_items(responses, plan_for(planted()));
  const auto pairs = *local_dependence(responses, items_of(fit), {});
  ASSERT_EQ(pairs.size(), 28U);
  for (const PairDependence& pair : pairs) {
    if (pair.first == 1 && pair.second == 2) {
      EXPECT_GT(pair.standardised, 20);
      EXPECT_GT(pair.cramers_v, 0.1);
    } else {
      EXPECT_LT(pair.standardised, 12);
    }
  }
}

TEST(LocalDependence, is_small_where_there_is_none) {
  ResponseMatrix responses;
  add_people(responses, planted(), {3000, 0, 1, 0.1}, {33, 0});
  const auto pairs = *local_dependence(responses, planted(), {});
  for (const PairDependence& pair : pairs) {
    EXPECT_LT(std::abs(pair.standardised), 5);
    EXPECT_LT(std::abs(pair.cramers_v), 0.08);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
