#include "stats/mixed_summary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "mixed_planted.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// Clients of one site: every third one.
MixedDesign site(const MixedDesign& all, std::size_t s, std::size_t sites) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < all.rows(); ++i)
    if (all.groupings[0].level[i] % sites == s) rows.push_back(i);
  return rows_of(all, rows);
}

MixedSummary summary_of(const MixedDesign& design, const std::string& name, std::uint64_t smallest = 5) {
  auto summary = summarise_mixed(design, {name, smallest});
  EXPECT_TRUE(summary) << to_text(summary.error());
  return *summary;
}

MixedFit fitted(const MixedModel& model, MixedLikelihood likelihood) {
  return *fit_mixed_model(model, likelihood);
}

void expect_same(const MixedFit& a, const MixedFit& b) {
  EXPECT_NEAR(a.log_likelihood, b.log_likelihood, 1e-8 * std::abs(a.log_likelihood));
  for (std::size_t j = 0; j < a.fixed.size(); ++j) {
    EXPECT_NEAR(a.fixed[j].estimate, b.fixed[j].estimate, 1e-8 * (1 + std::abs(a.fixed[j].estimate)));
    EXPECT_NEAR(a.fixed[j].std_error, b.fixed[j].std_error, 1e-8 * a.fixed[j].std_error);
  }
  for (std::size_t k = 0; k < a.covariance.size(); ++k)
    EXPECT_NEAR(a.covariance[k].covariance, b.covariance[k].covariance,
                1e-8 * (1 + std::abs(a.covariance[k].covariance)));
  for (std::size_t g = 0; g < a.residual.size(); ++g)
    EXPECT_NEAR(a.residual[g].value, b.residual[g].value, 1e-8 * a.residual[g].value);
  EXPECT_NEAR(a.correlation ? a.correlation->value : 0, b.correlation ? b.correlation->value : 0, 1e-8);
}

void three_sites_are_one(const MixedDesign& all) {
  std::vector<MixedSummary> summaries;
  for (std::size_t s = 0; s < 3; ++s)
    summaries.push_back(summary_of(site(all, s, 3), "site " + std::to_string(s)));
  const auto merged = merge(summaries);
  ASSERT_TRUE(merged) << to_text(merged.error());
  EXPECT_EQ(merged->sources.size(), 3U);
  const auto from_sums = make_mixed_model(*merged);
  ASSERT_TRUE(from_sums) << to_text(from_sums.error());
  const auto pooled = make_mixed_model(all);
  ASSERT_TRUE(pooled);
  EXPECT_EQ(from_sums->rows(), pooled->rows());
  for (const auto likelihood : {MixedLikelihood::maximum, MixedLikelihood::restricted})
    expect_same(fitted(*pooled, likelihood), fitted(*from_sums, likelihood));
}

TEST(MixedSummary, three_sites_added_are_all_rows_fitted_at_once) {
  three_sites_are_one(planted_growth(90, 6, 1));
}

TEST(MixedSummary, so_they_are_with_correlated_residuals_of_two_groups) {
  MixedDesign d = growth_design(90, 5);
  d.terms[0] = {0, Matrix(d.rows(), 1, 1), {"(Intercept)"}, CovarianceShape::full};
  d.residual.correlation = ResidualCorrelation::autoregressive;
  d.residual.group_names = {"early", "late"};
  for (std::size_t i = 0; i < d.rows(); ++i) {
    d.residual.position.push_back(d.fixed(i, 1));
    d.residual.group.push_back(d.fixed(i, 1) < 2 ? 0 : 1);
  }
  d.response = simulate_mixed(d, {{20, -1, 0.5, 0}, {Matrix(1, 1, 4)}, {1, 2}, 0.4}, {2, 0});
  three_sites_are_one(d);
}

TEST(MixedSummary, small_cells_are_withheld_and_counted) {
  MixedDesign d = planted_growth(40, 5, 3);
  std::vector<std::size_t> rows;  // three clients stop early
  for (std::size_t i = 0; i < d.rows(); ++i)
    if (d.groupings[0].level[i] >= 3 || d.fixed(i, 1) < 3) rows.push_back(i);
  d = rows_of(d, rows);
  const auto summary = summary_of(d, "here", 10);
  EXPECT_EQ(summary.cells.size(), 1U);
  EXPECT_EQ(summary.sources[0].withheld_clusters, 3U);
  EXPECT_EQ(summary.sources[0].withheld_rows, 9U);
  EXPECT_EQ(summary.rows, 37 * 5);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < d.rows(); ++i)
    if (d.groupings[0].level[i] >= 3) kept.push_back(i);
  expect_same(fitted(*make_mixed_model(rows_of(d, kept)), MixedLikelihood::restricted),
              fitted(*make_mixed_model(summary), MixedLikelihood::restricted));
}

TEST(MixedSummary, does_not_grow_with_clients) {
  const auto few = summary_of(planted_growth(100, 8, 1), "here");
  const auto many = summary_of(planted_growth(2000, 8, 1), "here");
  EXPECT_EQ(few.numbers(), many.numbers());
  EXPECT_LT(many.numbers() * sizeof(double), 4000U);
}

TEST(MixedSummary, every_pattern_of_eight_visits_takes_less_than_a_megabyte) {
  const auto summary = summary_of(with_gaps(planted_growth(4000, 8, 1), 0.5, 1), "here");
  EXPECT_EQ(summary.cells.size(), 128U);  // the first visit is always there
  EXPECT_LT(summary.numbers() * sizeof(double), 100'000U);
}

TEST(MixedSummary, a_site_may_lack_what_a_fit_needs) {
  MixedDesign all = planted_growth(60, 5, 4);
  std::vector<MixedSummary> summaries;
  for (std::size_t s = 0; s < 2; ++s)
    summaries.push_back(summary_of(site(all, s, 2), "site " + std::to_string(s)));  // one arm each
  EXPECT_FALSE(make_mixed_model(summaries[0]));
  EXPECT_EQ(make_mixed_model(summaries[0]).error().code, "lmm.collinear");
  expect_same(fitted(*make_mixed_model(all), MixedLikelihood::restricted),
              fitted(*make_mixed_model(*merge(summaries)), MixedLikelihood::restricted));
}

TEST(MixedSummary, names_what_is_wrong) {
  const MixedDesign d = planted_growth(40, 4, 1);
  EXPECT_EQ(summarise_mixed(d, {"here", 2}).error().code, "lmm.smallest_cell");
  EXPECT_EQ(summarise_mixed(d, {"here", 41}).error().code, "lmm.nothing_to_share");
  EXPECT_EQ(summarise_mixed({}, {"here", 10}).error().code, "lmm.no_rows");
  EXPECT_EQ(merge({}).error().code, "lmm.no_rows");
  const auto good = summary_of(d, "here");
  auto other = good;
  other.version = 9;
  EXPECT_EQ(merge({good, other}).error().code, "lmm.summary_version");
  other = good;
  other.shape.fixed_names[1] = "week";
  EXPECT_EQ(merge({good, other}).error().code, "lmm.summary_mismatch");
  other = good;
  other.cells[0].group[0] = 7;
  EXPECT_EQ(make_mixed_model(other).error().code, "lmm.summary_invalid");
  other = good;
  other.cells[0].products(0, 0) = std::nan("");
  EXPECT_EQ(make_mixed_model(other).error().code, "lmm.summary_invalid");
  other = good;
  other.cells[0].clusters = 2;  // smaller than it says
  EXPECT_EQ(make_mixed_model(other).error().code, "lmm.summary_invalid");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
