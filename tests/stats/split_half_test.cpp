#include "stats/split_half.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

#include "fixed_random.hpp"
#include "stats/reliability.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

Matrix covariance_of(const std::vector<std::vector<double>>& loadings, double unique) {
  const std::size_t k = loadings.size();
  Matrix c(k, k);
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      for (std::size_t f = 0; f < loadings[i].size(); ++f) c(i, j) += loadings[i][f] * loadings[j][f];
      if (i == j) c(i, j) += unique;
    }
  return c;
}

Matrix some_covariance(std::size_t k) {
  std::vector<std::vector<double>> loadings(k);
  for (auto& row : loadings)
    for (int f = 0; f < 3; ++f) row.push_back(*rc::gen::inRange(-5, 10) / 4.0);
  return covariance_of(loadings, 1);
}

// Four parallel items, variance 3, covariances 1: halves of variance 8 with covariance 4.
TEST(SplitHalf, by_hand) {
  const Matrix c = covariance_of({{1}, {1}, {1}, {1}}, 2);
  const SplitHalf split = split_half(c, odd_items(4));
  EXPECT_DOUBLE_EQ(*split.r, 0.5);
  EXPECT_DOUBLE_EQ(*split.spearman_brown, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*split.guttman, 16.0 / 24);
  EXPECT_EQ(odd_items(5), (Half{true, false, true, false, true}));
  EXPECT_EQ(first_items(5), (Half{true, true, true, false, false}));
}

// Cronbach 1951: alpha is the mean of lambda 4 over every split.
RC_GTEST_PROP(SplitHalf, its_mean_over_every_split_is_alpha, ()) {
  const std::size_t k = 2 * *rc::gen::inRange<std::size_t>(1, 5);
  const Matrix c = some_covariance(k);
  const auto all = *all_split_halves(c, 1000, {});
  RC_ASSERT(all.every);
  RC_ASSERT(all.undefined == 0U);
  RC_ASSERT(std::abs(all.guttman->mean - *cronbach_alpha(c)) < 1e-9);
  RC_ASSERT(all.guttman->lowest <= all.guttman->mean + 1e-12);
  RC_ASSERT(all.guttman->highest >= all.guttman->mean - 1e-12);
  RC_ASSERT(std::abs(*split_half(c, all.best).guttman - all.guttman->highest) < 1e-12);
}

RC_GTEST_PROP(SplitHalf, which_half_is_first_is_of_no_account, ()) {
  const Matrix c = some_covariance(5);
  Half turned = odd_items(5);
  turned.flip();
  const auto a = split_half(c, odd_items(5)), b = split_half(c, turned);
  RC_ASSERT(std::abs(*a.guttman - *b.guttman) < 1e-12);
  RC_ASSERT(std::abs(*a.r - *b.r) < 1e-12);
}

TEST(SplitHalf, there_are_as_many_splits_as_there_should_be) {
  const auto splits = [](std::size_t k) {
    return all_split_halves(covariance_of(std::vector<std::vector<double>>(k, {1}), 1), 10000, {})->splits;
  };
  EXPECT_EQ(splits(2), 1U);
  EXPECT_EQ(splits(3), 3U);
  EXPECT_EQ(splits(4), 3U);
  EXPECT_EQ(splits(5), 10U);
  EXPECT_EQ(splits(6), 10U);
  EXPECT_EQ(splits(14), 1716U);
}

TEST(SplitHalf, of_too_many_splits_some_are_drawn) {
  std::vector<std::vector<double>> loadings;
  for (int i = 0; i < 30; ++i) loadings.push_back({1 + 0.1 * (i % 5), i < 15 ? 0.8 : -0.3});
  const Matrix c = covariance_of(loadings, 2);
  const auto a = *all_split_halves(c, 2000, {3, 0}), b = *all_split_halves(c, 2000, {3, 0});
  EXPECT_FALSE(a.every);
  EXPECT_EQ(a.splits, 2000U);
  EXPECT_EQ(a.guttman->mean, b.guttman->mean);
  EXPECT_NE(a.guttman->mean, all_split_halves(c, 2000, {4, 0})->guttman->mean);
  EXPECT_NEAR(a.guttman->mean, *cronbach_alpha(c), 0.005);
}

// Every half of six items is drawn about as often.
TEST(SplitHalf, drawn_halves_are_alike) {
  Matrix c(6, 6);
  for (std::size_t i = 0; i < 6; ++i) c(i, i) = 1;
  c(0, 1) = c(1, 0) = 0.5;  // apart in 6 of 10 splits
  EXPECT_NEAR(all_split_halves(c, 9, {1, 0})->guttman->highest, 4 * 0.5 / 7, 1e-12);
  double mean = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) mean += all_split_halves(c, 9, {seed, 0})->guttman->mean;
  EXPECT_NEAR(mean / 500, *cronbach_alpha(c), 4 * 0.14 / std::sqrt(4500.0));
}

TEST(SplitHalf, fisher_interval_stepped_up) {
  const auto interval = *spearman_brown_interval(0.5, 103, 0.95);
  const double lower = std::tanh(std::atanh(0.5) - 0.1959963984540054);
  EXPECT_NEAR(interval.lower, 2 * lower / (1 + lower), 1e-12);
  EXPECT_LT(interval.lower, 2.0 / 3);
  EXPECT_GT(interval.upper, 2.0 / 3);
  EXPECT_FALSE(spearman_brown_interval(0.5, 3).has_value());
  EXPECT_FALSE(spearman_brown_interval(1, 30).has_value());
  EXPECT_FALSE(spearman_brown_interval(0.5, 30, 1).has_value());
}

TEST(SplitHalf, undefined_where_nothing_varies) {
  const auto none = split_half(Matrix(4, 4), odd_items(4));
  EXPECT_FALSE(none.r.has_value());
  EXPECT_FALSE(none.guttman.has_value());
  const auto all = *all_split_halves(Matrix(4, 4), 10, {});
  EXPECT_EQ(all.undefined, 3U);
  EXPECT_FALSE(all.guttman.has_value());
  EXPECT_TRUE(all.best.empty());
  // Halves that cancel: the sum has no variance, and r is -1.
  Matrix c(2, 2, 1);
  c(0, 1) = c(1, 0) = -1;
  const auto opposed = split_half(c, odd_items(2));
  EXPECT_EQ(opposed.r, -1);
  EXPECT_FALSE(opposed.spearman_brown.has_value());
  EXPECT_FALSE(opposed.guttman.has_value());
}

TEST(SplitHalf, errors) {
  EXPECT_EQ(all_split_halves(Matrix(1, 1, 1), 10, {}).error().code, "reliability.too_few_items");
  EXPECT_EQ(all_split_halves(Matrix(2, 2, 1), 0, {}).error().code, "split_half.none");
  EXPECT_THROW((void)split_half(Matrix(2, 2, 1), Half{true, true}), std::invalid_argument);
  EXPECT_THROW((void)split_half(Matrix(2, 2, 1), Half{true}), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
