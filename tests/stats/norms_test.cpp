#include "stats/norms.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Points = std::vector<std::pair<double, double>>;

TEST(Norms, standard_scores_and_percentiles) {
  EXPECT_EQ(standardise(13, 10, 2), 1.5);
  EXPECT_EQ(percentile_normal(0), 50);
  EXPECT_NEAR(percentile_normal(1.959963984540054), 97.5, 1e-12);
  EXPECT_NEAR(percentile_normal(-1), 15.865525393145705, 1e-12);
  for (const double sd : {0.0, -1.0, std::nan("")})
    EXPECT_THROW((void)standardise(1, 0, sd), std::domain_error);
}

TEST(Norms, published_points_are_joined_by_lines) {
  const Points table{{10, 5}, {20, 50}, {24, 90}};
  EXPECT_EQ(percentile_from_table(10, table), 5);
  EXPECT_EQ(percentile_from_table(15, table), 27.5);
  EXPECT_EQ(percentile_from_table(21, table), 60);
  EXPECT_EQ(percentile_from_table(24, table), 90);
  EXPECT_EQ(percentile_from_table(3, table), 5);
  EXPECT_EQ(percentile_from_table(99, table), 90);
  EXPECT_FALSE(percentile_from_table(3, {}).has_value());
  EXPECT_EQ(percentile_from_table(3, Points{{7, 40}}), 40);
}

RC_GTEST_PROP(Norms, a_higher_score_has_no_lower_percentile, ()) {
  Points table;
  double percent = 0;
  for (int score = 0; score < 8; ++score) table.emplace_back(score, percent += *rc::gen::inRange(0, 12));
  const double low = *rc::gen::inRange(-20, 100) / 10.0;
  const double high = low + *rc::gen::inRange(0, 30) / 10.0;
  RC_ASSERT(*percentile_from_table(low, table) <= *percentile_from_table(high, table) + 1e-12);
}

std::vector<ScoreCount> counted(const std::vector<int>& scores) {
  std::map<int, std::uint64_t> counts;
  for (const int s : scores) ++counts[s];
  std::vector<ScoreCount> histogram;
  for (const auto& [score, count] : counts) histogram.push_back({score / 4.0, count});
  return histogram;
}

// The same people, one by one.
std::vector<double> listed(std::vector<int> scores) {
  std::sort(scores.begin(), scores.end());
  std::vector<double> result;
  for (const int s : scores) result.push_back(s / 4.0);
  return result;
}

RC_GTEST_PROP(Norms, a_histogram_says_what_the_list_says, ()) {
  const auto scores = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(-40, 40)));
  const auto histogram = counted(scores);
  const auto list = listed(scores);
  const auto a = *summarise_histogram(histogram);
  const auto b = *summarise(list);
  RC_ASSERT(a.n == b.n);
  RC_ASSERT(std::abs(a.mean - b.mean) < 1e-12);
  RC_ASSERT(a.sd.has_value() == b.sd.has_value());
  if (a.sd) RC_ASSERT(std::abs(*a.sd - *b.sd) < 1e-12);

  const double p = *rc::gen::inRange(0, 101) / 100.0;
  const double h = static_cast<double>(list.size() - 1) * p;
  const auto low = static_cast<std::size_t>(h);
  const double above = list[std::min(low + 1, list.size() - 1)];
  const double expected = list[low] + (h - static_cast<double>(low)) * (above - list[low]);
  RC_ASSERT(std::abs(*histogram_quantile(histogram, p) - expected) < 1e-12);

  const double value = *rc::gen::inRange(-45, 45) / 4.0;
  const auto at_or_below = std::count_if(list.begin(), list.end(), [&](double x) { return x <= value; });
  RC_ASSERT(std::abs(*percentile_from_histogram(value, histogram) -
                     100.0 * static_cast<double>(at_or_below) / static_cast<double>(list.size())) < 1e-12);
}

// R 4.2.2: quantile(c(1, 2, 3, 4, 10), c(0, .1, .5, .9, 1))
TEST(Norms, quantiles_as_in_R) {
  const std::vector<ScoreCount> histogram{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {10, 1}};
  EXPECT_EQ(histogram_quantile(histogram, 0), 1);
  EXPECT_NEAR(*histogram_quantile(histogram, 0.1), 1.4, 1e-14);
  EXPECT_EQ(histogram_quantile(histogram, 0.5), 3);
  EXPECT_NEAR(*histogram_quantile(histogram, 0.9), 7.6, 1e-14);
  EXPECT_EQ(histogram_quantile(histogram, 1), 10);
}

// By hand: mean 4, s^2 = 12.5, m4 = (81 + 16 + 1 + 0 + 1296) / 5 = 278.8; (278.8 - 156.25 * 2 / 4) / 5
// = 40.135.
TEST(Norms, say_how_far_mean_and_spread_may_be_off) {
  const std::vector<ScoreCount> histogram{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {10, 1}};
  EXPECT_NEAR(*standard_error_of_sd(histogram), std::sqrt(40.135) / (2 * std::sqrt(12.5)), 1e-13);
  EXPECT_DOUBLE_EQ(standard_error_of_mean(5, 100), 0.5);
  EXPECT_THROW((void)standard_error_of_mean(5, 0), std::domain_error);
  EXPECT_FALSE(standard_error_of_sd(std::vector<ScoreCount>{{1, 2}, {2, 1}}).has_value());
  EXPECT_FALSE(standard_error_of_sd(std::vector<ScoreCount>{{1, 50}}).has_value());
}

// Of normal scores: sd / sqrt(2 (n - 1)).
TEST(Norms, have_the_usual_error_of_spread_where_scores_are_normal) {
  std::vector<ScoreCount> histogram;
  std::uint64_t n = 0;
  for (int score = -60; score <= 60; ++score) {
    const auto count = static_cast<std::uint64_t>(std::lround(1'000'000 * std::exp(-score * score / 200.0)));
    histogram.push_back({score / 10.0, count});
    n += count;
  }
  const double sd = *summarise_histogram(histogram)->sd;
  EXPECT_NEAR(*standard_error_of_sd(histogram) / (sd / std::sqrt(2.0 * static_cast<double>(n - 1))), 1, 1e-3);
}

TEST(Norms, say_how_far_a_percentile_may_be_off) {
  EXPECT_DOUBLE_EQ(standard_error_of_percentile(50, 100), 5);
  EXPECT_DOUBLE_EQ(standard_error_of_percentile(10, 100), 3);
  EXPECT_EQ(standard_error_of_percentile(100, 100), 0);
  EXPECT_THROW((void)standard_error_of_percentile(50, 0), std::domain_error);
  EXPECT_THROW((void)standard_error_of_percentile(101, 100), std::domain_error);
}

TEST(Norms, equal_fractions_have_no_spread) {
  const std::vector<ScoreCount> histogram{{0.05, 0}, {0.1, 3}, {0.2, 0}};
  EXPECT_EQ(summarise_histogram(histogram)->mean, 0.1);
  EXPECT_EQ(summarise_histogram(histogram)->sd, 0.0);
  EXPECT_EQ(histogram_quantile(histogram, 1), 0.1);
}

TEST(Norms, nobody_has_no_norm) {
  const std::vector<ScoreCount> nobody{{1, 0}, {2, 0}};
  for (const Histogram histogram : {Histogram(), Histogram(nobody)}) {
    EXPECT_FALSE(summarise_histogram(histogram).has_value());
    EXPECT_FALSE(histogram_quantile(histogram, 0.5).has_value());
    EXPECT_FALSE(percentile_from_histogram(1, histogram).has_value());
  }
  EXPECT_FALSE(summarise_histogram(std::vector<ScoreCount>{{1, 1}})->sd.has_value());
}

TEST(Norms, an_impossible_order_is_refused) {
  const std::vector<ScoreCount> histogram{{1, 1}};
  for (const double p : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW((void)histogram_quantile(histogram, p), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
