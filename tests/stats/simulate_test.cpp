#include "stats/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr std::size_t people = 20'000;
const RandomKey key{2026, 0};

/// State of everybody at each time: states[time][person].
std::vector<std::vector<double>> everybody(const Trajectory& trajectory, const std::vector<double>& times) {
  std::vector<std::vector<double>> states(times.size(), std::vector<double>(people));
  for (std::size_t p = 0; p < people; ++p) {
    const auto one = simulate_trajectory(trajectory, times, key.part(p));
    for (std::size_t t = 0; t < times.size(); ++t) states[t][p] = one[t];
  }
  return states;
}

TEST(Simulate, gives_back_mean_slope_spread_and_correlation) {
  const auto states = everybody({1.5, -0.1, 8, 0.5, 0.6}, {0, 1, 3, 8, 12});
  const double expected[] = {1.5, 1.4, 1.2, 0.7, 0.7};
  for (std::size_t t = 0; t < states.size(); ++t) {
    const auto summary = summarise(states[t]);
    EXPECT_NEAR(summary->mean, expected[t], 0.015) << t;  // four standard errors
    EXPECT_NEAR(*summary->sd, 0.5, 0.01) << t;
  }
  EXPECT_NEAR(*pearson_r(states[0], states[1]), 0.6, 0.02);
  EXPECT_NEAR(*pearson_r(states[1], states[2]), 0.36, 0.025);
  EXPECT_NEAR(*pearson_r(states[0], states[2]), 0.216, 0.028);
}

TEST(Simulate, without_deviation_is_the_line) {
  EXPECT_EQ(simulate_trajectory({1, 0.5}, std::vector<double>{0, 2, 2, 5}, key),
            (std::vector<double>{1, 2, 2, 3.5}));
  EXPECT_TRUE(simulate_trajectory({1, 0.5}, {}, key).empty());
}

TEST(Simulate, keeps_what_was_when_times_are_added) {
  const Trajectory trajectory{0, 0, 1, 1, 0.5};
  const auto few = simulate_trajectory(trajectory, std::vector<double>{0, 1}, key);
  const auto more = simulate_trajectory(trajectory, std::vector<double>{0, 1, 2}, key);
  EXPECT_EQ(few[0], more[0]);
  EXPECT_EQ(few[1], more[1]);
}

TEST(Simulate, answers_as_often_as_the_graded_model_says) {
  const std::vector<GradedItem> items{{1.7, {-1, 0, 1.5}}, {0.8, {0.3}}};
  const double theta = 0.4;
  std::vector<std::vector<double>> at_or_above{{0, 0, 0}, {0}};
  for (std::size_t p = 0; p < people; ++p) {
    const auto responses = simulate_responses(items, theta, key.part(p));
    for (std::size_t i = 0; i < items.size(); ++i)
      for (std::size_t k = 0; k < items[i].thresholds.size(); ++k)
        at_or_above[i][k] += responses[i] > static_cast<int>(k) ? 1.0 / people : 0;
  }
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t k = 0; k < items[i].thresholds.size(); ++k)
      EXPECT_NEAR(at_or_above[i][k],
                  1 / (1 + std::exp(-items[i].discrimination * (theta - items[i].thresholds[k]))), 0.015)
          << i << ' ' << k;
}

TEST(Simulate, makes_items_about_what_was_asked_for) {
  const GradedItems plan{std::vector<std::size_t>(4000, 4), 0.7, 1.8, 2.4};
  const auto items = simulate_items(plan, key);
  std::vector<double> logarithms;
  std::vector<double> middles;
  for (const GradedItem& item : items) {
    ASSERT_EQ(item.thresholds.size(), 3U);
    EXPECT_NEAR(item.thresholds[2] - item.thresholds[0], 2.4, 1e-12);
    logarithms.push_back(std::log(item.discrimination));
    middles.push_back(item.thresholds[1]);
  }
  EXPECT_NEAR(summarise(logarithms)->mean, std::log(1.8), 0.017);
  EXPECT_NEAR(*summarise(logarithms)->sd, 0.25, 0.012);
  EXPECT_NEAR(summarise(middles)->mean, 0.7, 0.026);
}

TEST(Simulate, gives_higher_answers_to_a_higher_state) {
  const auto items = simulate_items({{4, 4, 4, 4, 7}, 0, 1.8, 2.4}, key);
  std::vector<double> theta;
  std::vector<double> sums;
  for (std::size_t p = 0; p < people; ++p) {
    theta.push_back(random_normal(key, p));
    double sum = 0;
    for (const int response : simulate_responses(items, theta.back(), key.part(p))) sum += response;
    sums.push_back(sum);
  }
  EXPECT_GT(*pearson_r(theta, sums), 0.85);
}

TEST(Simulate, is_the_same_whatever_the_order_of_calls) {
  const auto items = simulate_items({{4, 5, 6}, 0, 1.8, 2.4}, key);
  std::vector<std::vector<int>> forward;
  for (std::size_t p = 0; p < 50; ++p) forward.push_back(simulate_responses(items, 0.2, key.part(p)));
  for (std::size_t p = 50; p-- > 0;) EXPECT_EQ(simulate_responses(items, 0.2, key.part(p)), forward[p]);
  EXPECT_EQ(simulate_items({{4, 5}, 0, 1.8, 2.4}, key)[1].thresholds, items[1].thresholds);
}

TEST(Simulate, refuses_what_makes_no_sense) {
  const std::vector<double> back{1, 0};
  EXPECT_THROW((void)simulate_trajectory({}, back, key), std::domain_error);
  EXPECT_THROW((void)simulate_trajectory({0, 0, 1, -1, 0}, {}, key), std::domain_error);
  EXPECT_THROW((void)simulate_trajectory({0, 0, 1, 1, 1}, {}, key), std::domain_error);
  EXPECT_THROW((void)simulate_items({{1}, 0, 1, 1}, key), std::domain_error);
  EXPECT_THROW((void)simulate_items({{2}, 0, 0, 1}, key), std::domain_error);
  EXPECT_THROW((void)simulate_responses(std::vector<GradedItem>{{1, {1, 0}}}, 0, key), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
