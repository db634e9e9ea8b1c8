#include "stats/latent_distribution.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "item_people.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<PolytomousItem> six_items() {
  std::vector<PolytomousItem> items;
  for (int i = 0; i < 6; ++i)
    items.push_back(
        {ItemModel::graded_response, 1.2 + 0.1 * i, {-1.5 + 0.2 * i, -0.2 + 0.2 * i, 1 + 0.2 * i}});
  return items;
}

ResponseMatrix sample(const SampleOfPeople& people, std::uint64_t seed) {
  ResponseMatrix responses;
  add_people(responses, six_items(), people, RandomKey{seed, 0});
  return responses;
}

// Means of single scores are drawn towards 0 by about a quarter with so few items: this must not be.
TEST(LatentDistribution, what_was_planted_comes_back) {
  const auto items = six_items();
  const auto found = latent_distribution(sample({20'000, 0.9, 0.7, 0.1}, 3), items, {}, 2);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->convergence.verdict, Verdict::converged);
  EXPECT_NEAR(found->mean, 0.9, 3.5 * *found->mean_error);
  EXPECT_NEAR(found->sd, 0.7, 3.5 * *found->sd_error);
  EXPECT_LT(*found->mean_error, 0.01);
  const auto scores = StateScorer(items, {}, {}).score_all(sample({20'000, 0.9, 0.7, 0.1}, 3), 2);
  double mean = 0;
  for (const ExpectedState& person : scores) mean += person.theta / static_cast<double>(scores.size());
  EXPECT_LT(mean, 0.8);
}

TEST(LatentDistribution, errors_are_as_large_as_samples_differ) {
  const auto items = six_items();
  double mean = 0;
  double square = 0;
  double stated = 0;
  constexpr int samples = 200;
  for (int s = 0; s < samples; ++s) {
    const auto found =
        latent_distribution(sample({300, 0.4, 1.2, 0}, 100 + static_cast<std::uint64_t>(s)), items, {}, 1);
    ASSERT_TRUE(found);
    mean += found->mean / samples;
    square += found->mean * found->mean / samples;
    stated += *found->mean_error / samples;
  }
  EXPECT_NEAR(std::sqrt(square - mean * mean) / stated, 1, 0.2);  // its own error: 5 %
}

TEST(LatentDistribution, people_without_an_answer_count_for_nothing) {
  const auto items = six_items();
  ResponseMatrix responses = sample({50, 0, 1, 0}, 1);
  const auto before = latent_distribution(responses, items, {}, 1);
  responses.answers.insert(responses.answers.end(), 600, no_answer);
  const auto after = latent_distribution(responses, items, {}, 1);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->people, 50U);
  EXPECT_EQ(after->mean, before->mean);
  EXPECT_EQ(after->sd, before->sd);
}

TEST(LatentDistribution, threads_change_no_bit) {
  const auto items = six_items();
  const auto one = latent_distribution(sample({501, 0.1, 1, 0.2}, 9), items, {}, 1);
  const auto three = latent_distribution(sample({501, 0.1, 1, 0.2}, 9), items, {}, 3);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->mean, three->mean);
  EXPECT_EQ(one->sd_error, three->sd_error);
}

TEST(LatentDistribution, refuses_what_it_cannot_do) {
  const auto items = six_items();
  EXPECT_EQ(latent_distribution({6, {0, 1, 2}, {}}, items, {}, 1).error().code, "irt.shape");
  EXPECT_EQ(latent_distribution({6, std::vector<std::uint8_t>(12, no_answer), {}}, items, {}, 1).error().code,
            "irt.people");
  EXPECT_EQ(latent_distribution(sample({1, 0, 1, 0}, 1), items, {}, 1).error().code, "irt.people");
}

// Of everything that follows from the state: the state itself, and something curved.
TEST(StateScorer, expects_what_follows_from_the_state) {
  const auto items = six_items();
  const StateScorer scorer(items, {}, {});
  const std::vector<std::uint8_t> answers{0, 3, no_answer, 1, 2, no_answer};
  const auto nodes = quadrature_nodes({});
  const auto state = scorer.score(answers);
  const auto same = scorer.expected(answers, nodes);
  EXPECT_NEAR(same.theta, state.theta, 1e-12);
  EXPECT_NEAR(same.error, state.sd, 1e-12);
  std::vector<double> squares;
  for (const double node : nodes) squares.push_back(node * node);
  EXPECT_NEAR(scorer.expected(answers, squares).theta, state.theta * state.theta + state.sd * state.sd,
              1e-12);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
