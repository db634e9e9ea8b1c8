#include "stats/reliability.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "answers.hpp"
#include "fixed_random.hpp"
#include "stats/correlation.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Json json_of(const std::string& item, const AlphaIfDropped& a) {
  return {{"item", item},
          {"raw_alpha", to_json(a.raw_alpha)},
          {"std_alpha", to_json(a.std_alpha)},
          {"lambda6_smc", to_json(a.lambda6)},
          {"average_r", to_json(a.average_r)},
          {"ase", to_json(a.ase)}};
}

Json json_of(const std::string& item, const ItemStats& s) {
  return {{"item", item},
          {"n", s.n},
          {"raw_r", to_json(s.raw_r)},
          {"std_r", to_json(s.std_r)},
          {"r_cor", to_json(s.r_cor)},
          {"r_drop", to_json(s.r_drop)},
          {"mean", s.mean},
          {"sd", s.sd}};
}

Json json_of(const std::vector<std::string>& items, const Reliability& r) {
  Json json{{"n_rows", r.rows},
            {"k", r.items},
            {"raw_alpha", to_json(r.raw_alpha)},
            {"std_alpha", to_json(r.std_alpha)},
            {"lambda6_smc", to_json(r.lambda6)},
            {"average_r", to_json(r.average_r)},
            {"median_r", to_json(r.median_r)},
            {"signal_noise", to_json(r.signal_noise)},
            {"ase", to_json(r.ase)},
            {"mean_of_person_means", r.mean},
            {"sd_of_person_means", r.sd},
            {"feldt_lower", r.feldt->lower},
            {"feldt_upper", r.feldt->upper},
            {"psych_feldt_lower", r.feldt->lower},
            {"psych_feldt_upper", r.feldt->upper},
            {"sem_person_mean_metric", to_json(r.sem)}};
  for (std::size_t i = 0; i < items.size(); ++i) {
    json["alpha_if_dropped"].push_back(json_of(items[i], r.if_dropped[i]));
    json["item_stats"].push_back(json_of(items[i], r.item_stats[i]));
  }
  return json;
}

class ReliabilityReference : public ::testing::TestWithParam<const char*> {};

TEST_P(ReliabilityReference, agrees_with_psych) {
  auto reference = reference::find_case(GetParam());
  if (!reference) GTEST_SKIP() << reference::absent(GetParam());
  const Json& model = reference->model();
  const auto items = model.at("items").get<std::vector<std::string>>();
  const Reversal reversed{model.at("reversed").get<std::vector<std::string>>(),
                          model.at("scale_min").get<double>() + model.at("scale_max").get<double>()};
  const auto moments = moments_of(rows_of(reference->table(), items, reversed), items.size());
  const auto pairwise = reliability(moments, Missing::pairwise);
  const auto complete = reliability(moments, Missing::complete_cases);
  ASSERT_TRUE(pairwise.has_value() && complete.has_value());
  reference->expect({{"pairwise", json_of(items, *pairwise)}, {"complete_cases", json_of(items, *complete)}});
}

INSTANTIATE_TEST_SUITE_P(Psychometrics, ReliabilityReference,
                         ::testing::Values("psychometrics/attitude_alpha",
                                           "psychometrics/bfi_agreeableness_alpha"));

// k parallel items: x_i = t + e_i, var t = 1, var e = 2; reliability of the sum k / (k + 2).
std::vector<Row> parallel_items(std::size_t persons, std::size_t k, std::uint64_t seed) {
  FixedRandom random(seed);
  std::vector<Row> rows;
  for (std::size_t p = 0; p < persons; ++p) {
    std::vector<std::optional<double>> answers;
    const double t = random.normal();
    for (std::size_t i = 0; i < k; ++i) answers.emplace_back(t + std::sqrt(2.0) * random.normal());
    rows.push_back(row_of(answers));
  }
  return rows;
}

TEST(Reliability, recovers_the_alpha_of_parallel_items) {
  const auto r = reliability(moments_of(parallel_items(40000, 8, 7), 8), Missing::complete_cases);
  ASSERT_TRUE(r.has_value());
  EXPECT_NEAR(*r->raw_alpha, 0.8, 3.5 * *r->ase);
  EXPECT_NEAR(*r->std_alpha, 0.8, 3.5 * *r->ase);
  EXPECT_NEAR(*r->average_r, 1.0 / 3, 0.01);
  EXPECT_LT(r->feldt->lower, 0.8);
  EXPECT_GT(r->feldt->upper, 0.8);
  EXPECT_LT(r->feldt->upper - r->feldt->lower, 0.01);
}

// The standard error must be the spread of alpha over samples.
TEST(Reliability, its_standard_error_is_the_spread_over_samples) {
  std::vector<double> alphas;
  double ase = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto r = reliability(moments_of(parallel_items(150, 5, seed), 5), Missing::complete_cases);
    alphas.push_back(*r->raw_alpha);
    ase += *r->ase / 300;
  }
  double mean = 0, variance = 0;
  for (double a : alphas) mean += a / 300;
  for (double a : alphas) variance += (a - mean) * (a - mean) / 299;
  EXPECT_NEAR(ase / std::sqrt(variance), 1, 0.15);
}

std::vector<Row> with_item(std::vector<Row> rows, std::size_t item, double factor, double shift) {
  for (Row& row : rows) row.values[item] = factor * row.values[item] + shift;
  return rows;
}

// Whole-number answers of three items with something in common.
std::vector<Row> some_rows() {
  const std::size_t n = *rc::gen::inRange<std::size_t>(5, 40);
  std::vector<Row> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const int common = *rc::gen::inRange(0, 5);
    std::vector<std::optional<double>> answers;
    for (int j = 0; j < 3; ++j) answers.emplace_back(common + *rc::gen::inRange(0, 4));
    rows.push_back(row_of(answers));
  }
  return rows;
}

RC_GTEST_PROP(Reliability, alpha_does_not_change_when_an_item_is_shifted, ()) {
  const auto rows = some_rows();
  const auto a = reliability(moments_of(rows, 3), Missing::pairwise);
  const auto b = reliability(moments_of(with_item(rows, 1, 1, 17), 3), Missing::pairwise);
  RC_ASSERT(a.has_value() && b.has_value());
  RC_ASSERT(a->raw_alpha.has_value() == b->raw_alpha.has_value());
  if (a->raw_alpha) RC_ASSERT(std::abs(*a->raw_alpha - *b->raw_alpha) < 1e-12);
}

RC_GTEST_PROP(Reliability, reversing_an_item_turns_the_sign_of_its_covariances, ()) {
  const auto rows = some_rows();
  const auto a = moments_of(rows, 3).covariance(Missing::complete_cases);
  const auto b = moments_of(with_item(rows, 2, -1, 8), 3).covariance(Missing::complete_cases);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      RC_ASSERT(std::abs((*b)(i, j) - ((i == 2) != (j == 2) ? -1 : 1) * (*a)(i, j)) < 1e-12);
}

RC_GTEST_PROP(Reliability, no_quantity_is_ever_not_a_number, ()) {
  const auto r = reliability(moments_of(some_rows(), 3), Missing::pairwise);
  RC_ASSERT(r.has_value());
  for (const auto& value :
       {r->raw_alpha, r->std_alpha, r->lambda6, r->average_r, r->median_r, r->signal_noise, r->ase, r->sem})
    if (value) RC_ASSERT(std::isfinite(*value));
}

TEST(Reliability, an_item_that_does_not_vary_leaves_only_what_needs_no_correlation) {
  const auto r = reliability(moments_of(with_item(parallel_items(50, 3, 3), 0, 0, 4), 3), Missing::pairwise);
  ASSERT_TRUE(r.has_value());
  EXPECT_TRUE(r->raw_alpha.has_value());
  EXPECT_FALSE(r->std_alpha.has_value());
  EXPECT_FALSE(r->lambda6.has_value());
  EXPECT_FALSE(r->median_r.has_value());
  EXPECT_FALSE(r->item_stats[0].raw_r.has_value());
  EXPECT_FALSE(r->item_stats[0].r_drop.has_value());
  EXPECT_TRUE(r->item_stats[1].r_drop.has_value());
  EXPECT_TRUE(r->if_dropped[0].std_alpha.has_value());
}

TEST(Reliability, twins_have_no_lambda6) {
  auto rows = parallel_items(50, 3, 3);
  for (Row& row : rows) row.values[1] = row.values[0];
  const auto r = reliability(moments_of(rows, 3), Missing::pairwise);
  ASSERT_TRUE(r.has_value());
  EXPECT_FALSE(r->lambda6.has_value());
  EXPECT_FALSE(r->item_stats[0].r_cor.has_value());
  EXPECT_TRUE(r->std_alpha.has_value());
}

TEST(Reliability, two_items_without_one_are_no_scale) {
  const auto r = reliability(moments_of(parallel_items(50, 2, 3), 2), Missing::pairwise);
  ASSERT_TRUE(r.has_value());
  EXPECT_TRUE(r->raw_alpha.has_value());
  EXPECT_FALSE(r->if_dropped[0].raw_alpha.has_value());
  EXPECT_FALSE(r->if_dropped[0].lambda6.has_value());
  EXPECT_FALSE(r->if_dropped[0].ase.has_value());
  EXPECT_FALSE(r->if_dropped[0].average_r.has_value());
}

TEST(Reliability, nobody_varies) {
  const auto r = reliability(moments_of(std::vector<Row>(5, Row{{1, 2}, {1, 1}}), 2), Missing::pairwise);
  ASSERT_TRUE(r.has_value());
  EXPECT_FALSE(r->raw_alpha.has_value());
  EXPECT_FALSE(r->ase.has_value());
  EXPECT_FALSE(r->feldt.has_value());
  EXPECT_FALSE(r->sem.has_value());
  EXPECT_EQ(r->sd, 0);
}

TEST(Reliability, names_what_is_missing) {
  EXPECT_EQ(reliability(ItemMoments(1), Missing::pairwise).error().code, "reliability.too_few_items");
  EXPECT_EQ(reliability(ItemMoments(2), Missing::pairwise).error().code, "moments.too_few_rows");
}

TEST(Reliability, of_a_matrix_by_hand) {
  Matrix c(2, 2, 1);
  c(0, 0) = 2;
  c(1, 1) = 4;
  EXPECT_DOUBLE_EQ(cronbach_alpha(c).value(), 2 * (1 - 6.0 / 8));
  EXPECT_FALSE(cronbach_alpha(Matrix(1, 1, 3)).has_value());
  EXPECT_FALSE(cronbach_alpha(Matrix()).has_value());
  EXPECT_DOUBLE_EQ(signal_to_noise(5, 0.5).value(), 5);
  EXPECT_FALSE(signal_to_noise(5, 1).has_value());
  EXPECT_FALSE(feldt_interval(0.8, 1, 5, 0.95).has_value());
  EXPECT_FALSE(alpha_standard_error(c, 0).has_value());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
