#include "stats/state_scores.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "item_tables.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

constexpr Quadrature exact{401, -12, 12};

std::vector<PolytomousItem> three_items() {
  return {{ItemModel::graded_response, 1.2, {-1, 0.5}},
          {ItemModel::graded_response, 1.8, {-0.5, 1}},
          {ItemModel::generalized_partial_credit, 1.0, {0.2, 0.9}}};
}

TEST(StateScores, like_the_reference) {
  auto reference = *reference::find_case("irt/grm_scores");
  const std::vector<std::string> names = reference.model().at("items");
  const auto bank = bank_of(reference.table("items.csv"), 4);
  const auto responses = responses_of(reference.table(), names);
  const auto people = StateScorer(bank, {}, exact).score_all(responses, 2);
  Json scores = Json::array();
  double mean = 0;
  for (std::size_t p = 0; p < responses.people(); ++p) {
    const std::span<const std::uint8_t> answers(responses.answers.data() + p * bank.size(), bank.size());
    const auto ml = maximum_likelihood(bank, answers);
    mean += people[p].theta / static_cast<double>(responses.people());
    scores.push_back({{"row", p + 1},
                      {"answered", bank.size() - static_cast<std::size_t>(
                                                     std::count(answers.begin(), answers.end(), no_answer))},
                      {"eap", people[p].theta},
                      {"psd", people[p].sd},
                      {"map", maximum_a_posteriori(bank, answers, {}).theta},
                      {"ml", ml ? Json(ml->theta) : Json(nullptr)},
                      {"ml_se_expected_info", ml ? Json(ml->error) : Json(nullptr)},
                      {"log_marginal", people[p].log_marginal}});
  }
  Json information = Json::array();
  for (double theta = -3; theta < 3.25; theta += 0.5) {
    double expected = 0;
    for (const auto& item : bank) expected += 1 + expected_answer(item, theta);
    const double i = test_information(bank, theta);
    information.push_back(
        {{"theta", theta}, {"information", i}, {"se", 1 / std::sqrt(i)}, {"expected_score", expected}});
  }
  Json at_zero = Json::array();
  for (std::size_t i = 0; i < bank.size(); ++i)
    at_zero.push_back({{"item", names[i]}, {"information", item_information(bank[i], 0)}});
  reference.expect({{"scores", scores},
                    {"test_information", information},
                    {"item_information_at_0", at_zero},
                    {"mean_eap", mean},
                    {"empirical_reliability", *empirical_reliability(people)}});
}

// All 27 patterns: probabilities by hand from expectations over a sum of each score.
TEST(StateScores, sum_scores_gather_the_patterns_that_give_them) {
  const auto items = three_items();
  const StateScorer scorer(items, {}, exact);
  const auto sums = sum_score_states(items, {}, exact);
  ASSERT_EQ(sums.size(), 7U);
  std::vector<double> probability(7, 0), first(7, 0), second(7, 0);
  for (std::uint8_t a = 0; a < 3; ++a)
    for (std::uint8_t b = 0; b < 3; ++b)
      for (std::uint8_t c = 0; c < 3; ++c) {
        const std::size_t sum = std::size_t{a} + b + c;
        const std::uint8_t answers[] = {a, b, c};
        const auto state = scorer.score(answers);
        const double p = std::exp(state.log_marginal);
        probability[sum] += p;
        first[sum] += p * state.theta;
        second[sum] += p * (state.sd * state.sd + state.theta * state.theta);
      }
  double all = 0;
  for (std::size_t s = 0; s < 7; ++s) {
    all += sums[s].probability;
    EXPECT_NEAR(sums[s].probability, probability[s], 1e-13);
    EXPECT_NEAR(sums[s].theta, first[s] / probability[s], 1e-11);
    EXPECT_NEAR(sums[s].sd, std::sqrt(second[s] / probability[s] - std::pow(first[s] / probability[s], 2)),
                1e-10);
  }
  EXPECT_NEAR(all, 1, 1e-13);
}

TEST(StateScores, information_is_the_mean_square_of_the_score) {
  for (const auto& item : three_items())
    for (const double theta : {-2.0, 0.0, 1.3}) {
      std::vector<double> p(item.answers()), up(item.answers()), down(item.answers());
      answer_probabilities(item, theta, p);
      answer_probabilities(item, theta + 1e-5, up);
      answer_probabilities(item, theta - 1e-5, down);
      double information = 0;
      for (std::size_t k = 0; k < p.size(); ++k) information += std::pow((up[k] - down[k]) / 2e-5, 2) / p[k];
      EXPECT_NEAR(item_information(item, theta), information, 1e-8);
    }
}

// Warm's estimate exists at the ends, where the likelihood has no maximum, and lies between ML and the middle
// elsewhere.
TEST(StateScores, weighted_likelihood_exists_where_all_answers_are_the_highest) {
  const auto items = three_items();
  const std::uint8_t highest[] = {2, 2, 2};
  EXPECT_FALSE(maximum_likelihood(items, highest));
  const auto wle = weighted_likelihood(items, highest);
  ASSERT_TRUE(wle);
  EXPECT_GT(wle->theta, 0.5);
  const std::uint8_t nothing[] = {no_answer, no_answer, no_answer};
  EXPECT_FALSE(weighted_likelihood(items, nothing));
  EXPECT_FALSE(maximum_likelihood(items, nothing));
  EXPECT_NEAR(maximum_a_posteriori(items, nothing, {0.3, 2}).theta, 0.3, 1e-12);
  const auto prior = StateScorer(items, {}, exact).score(nothing);
  EXPECT_NEAR(prior.theta, 0, 1e-12);
  EXPECT_NEAR(prior.sd, 1, 1e-10);
}

// Over all patterns of a test at a given theta Warm's estimate is less biased than ML shrunk by a prior.
TEST(StateScores, weighted_likelihood_is_less_biased_than_the_mode) {
  std::vector<PolytomousItem> items;
  for (int i = 0; i < 5; ++i)
    items.push_back({ItemModel::graded_response, 1.5, {-0.8 + 0.2 * i, 0.6 + 0.1 * i}});
  const double theta = 1;
  double warm = 0, mode = 0;
  std::vector<std::uint8_t> answers(5, 0);
  for (int code = 0; code < 243; ++code) {
    double p = 1;
    int rest = code;
    for (std::size_t i = 0; i < 5; ++i, rest /= 3) {
      answers[i] = static_cast<std::uint8_t>(rest % 3);
      std::vector<double> of_item(3);
      answer_probabilities(items[i], theta, of_item);
      p *= of_item[answers[i]];
    }
    warm += p * weighted_likelihood(items, answers)->theta;
    mode += p * maximum_a_posteriori(items, answers, {}).theta;
  }
  EXPECT_LT(std::abs(warm - theta), 0.05);
  EXPECT_GT(std::abs(mode - theta), 3 * std::abs(warm - theta));
}

TEST(StateScores, answers_that_do_not_fit_are_a_bug) {
  const auto items = three_items();
  const std::uint8_t few[] = {1, 1};
  const std::uint8_t beyond[] = {1, 3, 1};
  EXPECT_THROW((void)StateScorer(items, {}, exact).score(few), std::out_of_range);
  EXPECT_THROW((void)StateScorer(items, {}, exact).score(beyond), std::out_of_range);
  EXPECT_THROW((void)maximum_likelihood(items, beyond), std::out_of_range);
}

TEST(StateScores, more_items_are_more_reliable) {
  const auto three = three_items();
  auto six = three;
  six.insert(six.end(), three.begin(), three.end());
  EXPECT_GT(marginal_reliability(six, {}, exact), marginal_reliability(three, {}, exact));
  EXPECT_FALSE(empirical_reliability({}));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
