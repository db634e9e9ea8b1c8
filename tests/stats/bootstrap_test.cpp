#include "stats/bootstrap.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "given_resamples.hpp"
#include "stats/effect_size.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

struct TwoGroups {
  std::vector<double> group;
  std::vector<double> y;

  [[nodiscard]] GroupSummary summary(double which) const {
    std::vector<double> own;
    for (std::size_t i = 0; i < y.size(); ++i)
      if (group[i] == which) own.push_back(y[i]);
    const auto s = *summarise(own);
    return {s.n, s.mean, *s.sd};
  }
};

RowEstimator mean_difference(const TwoGroups& data) {
  return [&data](std::span<const std::size_t> rows) -> std::optional<double> {
    double sum[2] = {0, 0}, n[2] = {0, 0};
    for (const std::size_t row : rows) {
      const std::size_t g = data.group[row] == 1 ? 1 : 0;
      sum[g] += data.y[row];
      n[g] += 1;
    }
    if (n[0] == 0 || n[1] == 0) return std::nullopt;
    return sum[1] / n[1] - sum[0] / n[0];
  };
}

void holds(const std::string& id) {
  auto reference = reference::find_case(id);
  ASSERT_TRUE(reference);
  const auto table = reference->table();
  const TwoGroups data{table.complete("g"), table.complete("y")};
  const auto resamples = given_resamples(*reference, data.y.size());
  const auto welch = *welch_test(data.summary(0), data.summary(1));
  const auto effect = *between_groups(data.summary(0), data.summary(1));
  reference->expect(
      {{"mean_difference", welch.difference},
       {"welch", {{"t", welch.t}, {"df", welch.df}, {"p", welch.p}, {"ci", pair_of(welch.interval)}}},
       {"cohen_d", effect.d},
       {"hedges_g", effect.g},
       {"bootstrap_fixed_indices", json_of_bootstrap(data.y.size(), mean_difference(data), resamples)},
       {"first_10_replicates", first_ten(data.y.size(), mean_difference(data), resamples)}});
}

TEST(BootstrapOf, a_mean_difference_as_reference) {
  holds("mediation/bootstrap_mean_difference");
}

TEST(BootstrapOf, a_mean_difference_with_heavy_tails_as_reference) {
  holds("mediation/bootstrap_heavy_tails");
}

RowEstimator mean_of(const std::vector<double>& y) {
  return [&y](std::span<const std::size_t> rows) -> std::optional<double> {
    double sum = 0;
    for (const std::size_t row : rows) sum += y[row];
    return sum / static_cast<double>(rows.size());
  };
}

TEST(BootstrapOf, a_mean_has_its_standard_error_and_does_not_depend_on_threads) {
  std::vector<double> y;
  for (std::size_t i = 0; i < 40; ++i) y.push_back(random_normal({3, 1}, i));
  const auto resamples = draw_resamples(y.size(), 2000, {1, 2});
  const auto one = *bootstrap(y.size(), mean_of(y), resamples, 1);
  for (const unsigned threads : {2U, 3U, 7U})
    EXPECT_EQ(bootstrap(y.size(), mean_of(y), resamples, threads)->replicates, one.replicates);
  const double error = *summarise(y)->sd * std::sqrt(39.0 / 40) / std::sqrt(40.0);
  EXPECT_NEAR(summarise_bootstrap(one).sd / error, 1, 4 / std::sqrt(2 * 2000.0));
  // The influence of a row on a mean is its distance from it, and so is what regression finds.
  const auto jackknife = *jackknife_influence(y.size(), mean_of(y));
  const auto regression = *regression_influence(y.size(), one, resamples);
  for (std::size_t i = 0; i < y.size(); ++i) {
    EXPECT_NEAR(jackknife[i], y[i] - one.estimate, 1e-10);
    EXPECT_NEAR(regression[i], y[i] - one.estimate, 1e-8);
  }
}

TEST(BootstrapOf, resamples_follow_from_their_number_alone) {
  const auto few = draw_resamples(10, 3, {5, 5}), many = draw_resamples(10, 30, {5, 5});
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_THROW((void)draw_resamples(0, 3, {}), std::invalid_argument);
}

TEST(BootstrapOf, what_is_undefined_is_counted_or_an_error) {
  const std::vector<double> y{1, 2, 3, 4};
  const auto resamples = draw_resamples(4, 100, {1, 1});
  const RowEstimator never = [](auto) { return std::nullopt; };
  EXPECT_EQ(bootstrap(4, never, resamples).error().code, "bootstrap.undefined");
  const RowEstimator rarely = [](std::span<const std::size_t> rows) -> std::optional<double> {
    return rows[0] == 0 && rows[1] == 1 && rows[2] == 2 ? std::optional(1.0) : std::nullopt;
  };
  EXPECT_EQ(bootstrap(4, rarely, resamples).error().code, "bootstrap.too_few");
  const RowEstimator sometimes = [](std::span<const std::size_t> rows) -> std::optional<double> {
    return rows[0] == 3 ? std::nan("") : static_cast<double>(rows[1]);
  };
  const auto b = *bootstrap(4, sometimes, resamples);
  EXPECT_EQ(b.undefined + b.used.size(), 100U);
  EXPECT_GT(b.undefined, 0U);
  const RowEstimator constant = [](auto) { return 7.0; };
  const auto flat = *bootstrap(4, constant, resamples);
  EXPECT_FALSE(accelerated_interval(flat, std::vector<double>{0, 0, 0, 0}));
  EXPECT_EQ(summarise_bootstrap(flat).percentile.lower, 7);
  EXPECT_FALSE(regression_influence(200, flat, resamples));
  EXPECT_THROW((void)summarise_bootstrap(flat, 1), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
