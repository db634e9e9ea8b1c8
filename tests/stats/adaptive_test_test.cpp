#include "stats/adaptive_test.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "item_tables.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

std::vector<PolytomousItem> small_bank() {
  std::vector<PolytomousItem> bank;
  for (int i = 0; i < 9; ++i)
    bank.push_back(
        {ItemModel::graded_response, 0.8 + 0.2 * i, {-2.2 + 0.4 * i, -1.2 + 0.4 * i, -0.2 + 0.4 * i}});
  return bank;
}

TEST(AdaptiveTest, asks_like_the_reference) {
  auto reference = *reference::find_case("irt/cat_maximum_information");
  const auto items = reference.table("items.csv");
  const auto& names = items.text("item");
  const auto responses = responses_of(reference.table(), names);
  AdaptivePlan plan;
  plan.least_items = reference.model().at("min_items");
  plan.most_items = reference.model().at("max_items");
  plan.stop_error = reference.model().at("se_stop");
  const AdaptiveTest test(bank_of(items, 4), plan);
  Json respondents = Json::array();
  for (std::size_t person = 0; person < responses.people(); ++person) {
    std::vector<AskedItem> asked;
    Json steps = Json::array();
    for (auto step = test.next(asked); step.stop == AdaptiveStop::going_on; step = test.next(asked)) {
      const std::uint8_t answer = responses.answers[person * responses.items + step.item];
      asked.push_back({step.item, answer});
      const auto estimate = test.estimate(asked);
      steps.push_back({{"step", asked.size()},
                       {"item", names[step.item]},
                       {"information", step.information},
                       {"response", answer + 1},
                       {"theta", estimate.theta},
                       {"se", estimate.sd}});
    }
    const auto estimate = test.estimate(asked);
    respondents.push_back({{"row", person + 1},
                           {"n_items", asked.size()},
                           {"theta", estimate.theta},
                           {"se", estimate.sd},
                           {"steps", steps}});
  }
  Json computed = {
      {"respondents", respondents},
      {"smallest_gap_between_best_two_items", reference.results().at("smallest_gap_between_best_two_items")}};
  reference.expect(computed);
}

TEST(AdaptiveTest, the_expected_variance_is_that_over_the_answers) {
  AdaptivePlan plan;
  plan.selection = ItemSelection::minimum_expected_variance;
  const auto bank = small_bank();
  const AdaptiveTest test(bank, plan);
  const std::vector<AskedItem> asked{{4, 1}};
  const auto chosen = test.next(asked);
  double least = 1e9;
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < bank.size(); ++i) {
    if (i == 4) continue;
    double expected = 0;
    const double now = test.estimate(asked).log_marginal;
    for (std::uint8_t k = 0; k < 4; ++k) {
      const std::vector<AskedItem> then{{4, 1}, {i, k}};
      const auto state = test.estimate(then);
      expected += std::exp(state.log_marginal - now) * state.sd * state.sd;
    }
    if (expected < least) {
      least = expected;
      best = i;
    }
  }
  EXPECT_EQ(chosen.item, best);
}

TEST(AdaptiveTest, stops_for_each_reason) {
  const auto bank = small_bank();
  const std::vector<AskedItem> three{{0, 1}, {4, 2}, {8, 0}};
  AdaptivePlan plan;
  plan.most_items = 3;
  EXPECT_EQ(AdaptiveTest(bank, plan).next(three).stop, AdaptiveStop::most_items);
  plan.most_items = 9;
  EXPECT_EQ(AdaptiveTest(bank, plan).next(three).stop, AdaptiveStop::going_on);
  plan.stop_error = 0.9;
  EXPECT_EQ(AdaptiveTest(bank, plan).next(three).stop, AdaptiveStop::error_reached);
  plan.least_items = 4;
  EXPECT_EQ(AdaptiveTest(bank, plan).next(three).stop, AdaptiveStop::going_on);
  plan = {};
  plan.least_gain = 0.9;
  EXPECT_EQ(AdaptiveTest(bank, plan).next(three).stop, AdaptiveStop::nothing_informative);
  std::vector<AskedItem> all;
  for (std::uint32_t i = 0; i < 9; ++i) all.push_back({i, no_answer});
  EXPECT_EQ(AdaptiveTest(bank, {}).next(all).stop, AdaptiveStop::all_asked);
}

// A question that is skipped says nothing and does not come again.
TEST(AdaptiveTest, skips) {
  const AdaptiveTest test(small_bank(), {});
  std::vector<AskedItem> asked;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 9; ++i) {
    const auto step = test.next(asked);
    ASSERT_EQ(step.stop, AdaptiveStop::going_on);
    EXPECT_TRUE(seen.insert(step.item).second);
    EXPECT_NEAR(step.estimate.theta, 0, 1e-12);
    asked.push_back({step.item, no_answer});
  }
}

TEST(AdaptiveTest, draws_among_the_best_by_its_key) {
  AdaptivePlan plan;
  plan.drawn_among = 3;
  const AdaptiveTest test(small_bank(), plan);
  std::set<std::uint32_t> first;
  for (std::uint64_t person = 0; person < 60; ++person)
    first.insert(test.next({}, RandomKey{1, 0}.part(person)).item);
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(test.next({}, {7, 7}).item, test.next({}, {7, 7}).item);
}

TEST(AdaptiveTest, what_does_not_fit_is_a_bug) {
  const AdaptiveTest test(small_bank(), {});
  EXPECT_THROW((void)test.next(std::vector<AskedItem>{{9, 0}}), std::out_of_range);
  EXPECT_THROW((void)test.next(std::vector<AskedItem>{{1, 4}}), std::out_of_range);
  EXPECT_THROW((void)test.next(std::vector<AskedItem>{{1, 0}, {1, 0}}), std::out_of_range);
  EXPECT_THROW(AdaptiveTest({}, {}), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
