#include "stats/regression_change.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "stats/change.hpp"
#include "stats/simulate_models.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(RegressionChange, published_numbers_and_scores_say_the_same) {
  const auto scores = simulate_pre_post({50, 20, 5, 18, 6, 0.7}, {3, 0});
  const auto paired = *paired_summary(scores.pre, scores.post);
  const auto own = *reference_change(scores.pre, scores.post);
  const auto told = *reference_change(50, paired.mean_pre, paired.sd_pre, paired.mean_post, paired.sd_post,
                                      *paired.r_pre_post);
  EXPECT_NEAR(own.intercept, told.intercept, 1e-12);
  EXPECT_NEAR(own.residual_sd, told.residual_sd, 1e-12);
  double squares = 0;
  for (std::size_t i = 0; i < 50; ++i)
    squares += std::pow(scores.post[i] - own.intercept - own.slope * scores.pre[i], 2);
  EXPECT_NEAR(own.residual_sd, std::sqrt(squares / 48), 1e-10);
}

// New people of the same kind: 5 in 100 lie outside, also where the reference is small.
TEST(RegressionChange, one_in_twenty_of_the_same_kind_lies_outside) {
  constexpr std::size_t samples = 4000;
  const PrePostSummary planted{12, 20, 5, 18, 6, 0.7};
  int predicted = 0, large = 0;
  const auto known = *reference_change(1000000, 20, 5, 18, 6, 0.7);
  for (std::size_t s = 0; s < samples; ++s) {
    const RandomKey key = RandomKey{5, 0}.part(s);
    const auto scores = simulate_pre_post(planted, key);
    const auto reference = *reference_change(scores.pre, scores.post);
    const auto one = simulate_pre_post({1, 20, 5, 18, 6, 0.7}, key.part(1));
    if (predicted_change(one.pre[0], one.post[0], reference).p < 0.05) ++predicted;
    if (regression_based_change(one.pre[0], one.post[0], known).p < 0.05) ++large;
  }
  const double four_errors = 4 * std::sqrt(0.05 * 0.95 / samples);
  EXPECT_NEAR(predicted / static_cast<double>(samples), 0.05, four_errors);
  EXPECT_NEAR(large / static_cast<double>(samples), 0.05, four_errors);
}

TEST(RegressionChange, by_hand) {
  const auto reference = *reference_change(102, 20, 5, 18, 5, 0.6);
  EXPECT_NEAR(reference.slope, 0.6, 1e-15);
  EXPECT_NEAR(reference.intercept, 6, 1e-14);
  EXPECT_NEAR(reference.residual_sd, 5 * 0.8 * std::sqrt(1.01), 1e-12);
  const auto change = regression_based_change(30, 14, reference);
  EXPECT_NEAR(change.expected, 24, 1e-12);
  EXPECT_NEAR(change.index, -10 / reference.residual_sd, 1e-12);
  EXPECT_GT(predicted_change(30, 14, reference).p, change.p);
  const auto practice = *practice_adjusted_change(30, 14, reference);
  EXPECT_NEAR(practice.expected, 28, 1e-12);
  EXPECT_NEAR(practice.index, -14 / (5 * std::sqrt(0.8)), 1e-12);
}

// Reliable differences are those of Jacobson & Truax; without any the index is that of the mean change.
TEST(RegressionChange, hageman_arrindell_draws_to_the_mean_change) {
  const auto reference = *reference_change(100, 20, 5, 18, 5, 0.2);
  const double sem = 5 * std::sqrt(1 - 0.9);
  const double r_dd = (50 * 0.9 - 10) / 40;
  EXPECT_NEAR(*hageman_arrindell_index(20, 10, reference, {0.9, 0.9}),
              (-10 * r_dd - 2 * (1 - r_dd)) / (std::sqrt(r_dd) * std::sqrt(2.0) * sem), 1e-12);
  EXPECT_FALSE(hageman_arrindell_index(20, 10, reference, {1, 1}));
  EXPECT_FALSE(hageman_arrindell_index(20, 10, reference, {0.1, 0.1}));
}

TEST(RegressionChange, names_what_is_missing) {
  const std::vector<double> four{1, 2, 3, 5}, three{1, 2, 3}, flat{2, 2, 2, 2};
  EXPECT_EQ(reference_change(four, three).error().code, "change.unpaired");
  EXPECT_EQ(reference_change(three, three).error().code, "change.too_few_pairs");
  EXPECT_EQ(reference_change(std::vector<double>{1, 2, 3, std::nan("")}, four).error().code,
            "change.not_finite");
  EXPECT_EQ(reference_change(flat, four).error().code, "change.no_variance");
  EXPECT_EQ(reference_change(10, 1, 1, 1, 1, 1).error().code, "change.no_variance");
  EXPECT_EQ(reference_change(10, 1, 0, 1, 1, 0).error().code, "change.no_variance");
  EXPECT_EQ(reference_change(std::vector<double>{}, std::vector<double>{}).error().code,
            "change.too_few_pairs");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
