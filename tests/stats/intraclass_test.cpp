#include "stats/intraclass.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "coverage.hpp"
#include "fixed_random.hpp"
#include "ratings.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Json json_of(const Icc& icc, const std::string& type) {
  return {{"type", type},
          {"icc", to_json(icc.icc)},
          {"F", to_json(icc.f)},
          {"df1", icc.df1},
          {"df2", icc.df2},
          {"p", to_json(icc.p)},
          {"ci_lower", icc.interval->lower},
          {"ci_upper", icc.interval->upper}};
}

TEST(IntraclassReference, agrees_with_psych) {
  auto reference = reference::find_case("agreement/icc_shrout_fleiss");
  if (!reference) GTEST_SKIP() << reference::absent("agreement/icc_shrout_fleiss");
  const auto raters = reference->model().at("raters").get<std::vector<std::string>>();
  const auto squares = *rating_mean_squares(table_of(reference->table(), raters));
  const auto six = *intraclass_correlations(squares);
  const std::vector<std::string> names{"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"};
  Json computed{{"n_subjects", squares.units},
                {"n_raters", squares.raters},
                {"ms_between", squares.between},
                {"ms_raters", squares.raters_ms},
                {"ms_error", squares.error},
                {"ms_within", squares.within()},
                {"sem_single_agreement", sem_agreement(squares)},
                {"sem_single_consistency", sem_consistency(squares)}};
  for (std::size_t i = 0; i < six.size(); ++i) computed["icc"].push_back(json_of(six[i], names[i]));
  reference->expect(computed);
}

TEST(IntraclassReference, nested_ratings_agree_with_multilevel) {
  auto reference = reference::find_case("agreement/group_icc_rwg");
  if (!reference) GTEST_SKIP() << reference::absent("agreement/group_icc_rwg");
  const auto data = reference->table();
  const auto group = data.text(reference->model().at("group").get<std::string>());
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (members[group[i]].empty()) names.push_back(group[i]);
    members[group[i]].push_back(i);
  }
  std::size_t largest = 0;
  for (const auto& [name, rows] : members) largest = std::max(largest, rows.size());
  const auto nested = [&](const std::string& column) {
    const auto values = data.numbers(column);
    RatingTable table(names.size(), largest);
    for (std::size_t g = 0; g < names.size(); ++g)
      for (std::size_t i = 0; i < members[names[g]].size(); ++i)
        if (const auto value = values[members[names[g]][i]]) table.set(g, i, *value);
    return table;
  };
  const RatingTable mean = nested(reference->model().at("x").get<std::string>());
  std::vector<RatingTable> items;
  for (const auto& item : reference->model().at("items")) items.push_back(nested(item.get<std::string>()));
  const double null = reference->model().at("random_variance").get<double>();
  const auto icc = *nested_ratings(mean);
  const auto one = within_unit_agreement(mean, null);
  const auto several = within_unit_agreement(std::span<const RatingTable>(items), null);
  Json computed{{"groups", icc.units},
                {"n", icc.ratings},
                {"ms_between", icc.between},
                {"ms_within", icc.within},
                {"icc1", to_json(icc.icc1)},
                {"icc2", to_json(icc.icc2)},
                {"mean_group_size", icc.mean_size},
                {"k0", icc.k0},
                {"icc1_k0", to_json(icc.icc1_k0)}};
  for (std::size_t g = 0; g < names.size(); ++g) {
    computed["rwg"].push_back(
        {{"group", names[g]}, {"rwg", to_json(one[g])}, {"size", mean.of_unit(g).size()}});
    computed["rwg_j"].push_back({{"group", names[g]}, {"rwg_j", to_json(several[g])}});
  }
  reference->expect(computed);
}

// Shrout & Fleiss 1979, table 4, as printed; McGraw & Wong 1996 name them ICC(1), ICC(A,1), ICC(C,1), ...
TEST(Intraclass, the_table_of_shrout_and_fleiss) {
  const auto squares = *rating_mean_squares(shrout_fleiss());
  EXPECT_NEAR(squares.between, 11.24, 0.005);
  EXPECT_NEAR(squares.within(), 6.26, 0.005);
  EXPECT_NEAR(squares.raters_ms, 32.49, 0.005);
  EXPECT_NEAR(squares.error, 1.02, 0.005);
  const auto six = *intraclass_correlations(squares);
  const double printed[] = {.17, .29, .71, .44, .62, .91};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(*six[i].icc, printed[i], 0.005) << i;
}

Ratings some_ratings() {
  const auto units = *rc::gen::inRange<std::size_t>(2, 12);
  const auto raters = *rc::gen::inRange<std::size_t>(2, 6);
  Ratings rows(units);
  for (auto& row : rows)
    for (std::size_t r = 0; r < raters; ++r) row.emplace_back(*rc::gen::inRange(0, 8));
  return rows;
}

void same(const RatingTable& a, const RatingTable& b) {
  const auto one = *intraclass_correlations(*rating_mean_squares(a));
  const auto other = *intraclass_correlations(*rating_mean_squares(b));
  for (std::size_t i = 0; i < 6; ++i) {
    RC_ASSERT(one[i].icc.has_value() == other[i].icc.has_value());
    RC_ASSERT(one[i].interval.has_value() == other[i].interval.has_value());
    if (one[i].icc) RC_ASSERT(std::abs(*one[i].icc - *other[i].icc) < 1e-9 * (1 + std::abs(*one[i].icc)));
    if (one[i].interval)
      RC_ASSERT(std::abs(one[i].interval->lower - other[i].interval->lower) <
                1e-6 * (1 + std::abs(one[i].interval->lower)));
  }
}

RC_GTEST_PROP(Intraclass, the_order_of_units_and_raters_is_of_no_account, ()) {
  Ratings rows = some_ratings();
  const RatingTable before = table_of(rows);
  std::reverse(rows.begin(), rows.end());
  for (auto& row : rows) std::rotate(row.begin(), row.begin() + 1, row.end());
  same(before, table_of(rows));
}

RC_GTEST_PROP(Intraclass, neither_origin_nor_unit_matters, ()) {
  Ratings rows = some_ratings();
  const RatingTable before = table_of(rows);
  for (auto& row : rows)
    for (auto& rating : row) rating = -3.25 * *rating + 1000;
  same(before, table_of(rows));
}

RC_GTEST_PROP(Intraclass, consistency_does_not_see_a_raters_level, ()) {
  Ratings rows = some_ratings();
  const auto before = *intraclass_correlations(*rating_mean_squares(table_of(rows)));
  for (auto& row : rows) *row[1] += 5;
  const auto after = *intraclass_correlations(*rating_mean_squares(table_of(rows)));
  RC_ASSERT(before[2].icc.has_value() == after[2].icc.has_value());
  if (before[2].icc) RC_ASSERT(std::abs(*before[2].icc - *after[2].icc) < 1e-9);
}

// Every number told is finite, and estimates lie within their intervals.
RC_GTEST_PROP(Intraclass, nothing_is_not_a_number, ()) {
  const auto six = *intraclass_correlations(*rating_mean_squares(table_of(some_ratings())));
  for (const Icc& icc : six) {
    if (icc.icc) RC_ASSERT(std::isfinite(*icc.icc) && *icc.icc <= 1 + 1e-12);
    if (icc.p) RC_ASSERT(*icc.p >= 0 && *icc.p <= 1);
    if (!icc.interval) continue;
    RC_ASSERT(std::isfinite(icc.interval->lower) && std::isfinite(icc.interval->upper));
    RC_ASSERT(icc.interval->lower <= *icc.icc + 1e-9 && *icc.icc <= icc.interval->upper + 1e-9);
  }
}

TEST(Intraclass, ratings_that_do_not_differ_leave_it_undefined) {
  const auto six = *intraclass_correlations(*rating_mean_squares(table_of({{3, 3}, {3, 3}, {3, 3}})));
  for (const Icc& icc : six) {
    EXPECT_FALSE(icc.icc.has_value());
    EXPECT_FALSE(icc.f.has_value());
    EXPECT_FALSE(icc.interval.has_value());
  }
}

// 0.1, 0.2, 0.3 and the same plus 0.7: differences that rounding alone makes are none.
TEST(Intraclass, a_constant_distance_is_perfect_consistency) {
  const auto squares = *rating_mean_squares(table_of({{0.1, 0.8}, {0.2, 0.9}, {0.3, 1.0}}));
  EXPECT_EQ(squares.error, 0);
  const auto six = *intraclass_correlations(squares);
  EXPECT_EQ(six[2].icc, 1);
  EXPECT_FALSE(six[2].interval.has_value());
  EXPECT_NEAR(*six[1].icc, 0.01 / (0.01 + 0.245), 1e-12);  // (B / 2) / (B / 2 + J / n), B = 0.02, J = 0.735
}

// x_ij = u_i + r_j + e_ij, variances 4, 1, 2: agreement 4/7, consistency 4/6, one-way 4/7.
TEST(Intraclass, finds_what_was_planted_and_its_intervals_hold_it) {
  Coverage coverage;
  const std::size_t n = samples(400);
  for (std::uint64_t sample = 1; sample <= n; ++sample) {
    FixedRandom random(sample);
    Ratings rows(40);
    std::vector<double> level(12);
    for (double& r : level) r = random.normal();
    for (auto& row : rows) {
      const double u = 2 * random.normal();
      for (const double r : level) row.emplace_back(u + r + std::sqrt(2.0) * random.normal());
    }
    const auto six = *intraclass_correlations(*rating_mean_squares(table_of(rows)));
    coverage.add("agreement", 4.0 / 7, *six[1].icc, six[1].interval);
    coverage.add("consistency", 4.0 / 6, *six[2].icc, six[2].interval);
    coverage.add("mean, consistency", 48.0 / 50, *six[5].icc, six[5].interval);
  }
  coverage.expect("icc", 0.01, 8);
}

TEST(Intraclass, from_mean_squares_alone) {
  const auto six = *intraclass_correlations({6, 4, 11.2416666667, 32.4861111111, 1.01944444444}, 0.9);
  EXPECT_NEAR(*six[1].icc, 0.289763779528, 1e-9);
  EXPECT_EQ(six[1].interval->level, 0.9);
  EXPECT_GT(six[1].interval->lower, 0.0187865133747);
}

TEST(Intraclass, units_with_a_rating_missing_are_left_out) {
  const std::optional<double> none;
  const auto squares = *rating_mean_squares(table_of({{1, 2}, {none, 9}, {3, 5}, {4, 4}}));
  EXPECT_EQ(squares.units, 3U);
}

TEST(Intraclass, errors) {
  EXPECT_EQ(rating_mean_squares(table_of({{1}, {2}})).error().code, "ratings.too_few_raters");
  EXPECT_EQ(rating_mean_squares(table_of({{1, 2}})).error().code, "ratings.too_few_units");
  EXPECT_EQ(rating_mean_squares(RatingTable()).error().code, "ratings.too_few_raters");
  EXPECT_EQ(intraclass_correlations({1, 2, 1, 1, 1}).error().code, "icc.mean_squares");
  EXPECT_EQ(intraclass_correlations({3, 2, -1, 1, 1}).error().code, "icc.mean_squares");
  EXPECT_EQ(intraclass_correlations({3, 2, NAN, 1, 1}).error().code, "icc.mean_squares");
  EXPECT_EQ(intraclass_correlations({3, 2, 1, 1, 1}, 1).error().code, "icc.level");
}

// Balanced: k0 and the mean size are k, and the one-way ICC of Shrout and Fleiss comes out.
TEST(NestedRatings, of_equal_sizes_are_the_one_way_case) {
  const auto nested = *nested_ratings(shrout_fleiss());
  const auto six = *intraclass_correlations(*rating_mean_squares(shrout_fleiss()));
  EXPECT_NEAR(*nested.icc1, *six[0].icc, 1e-12);
  EXPECT_NEAR(*nested.icc1_k0, *six[0].icc, 1e-12);
  EXPECT_NEAR(*nested.icc2, *six[3].icc, 1e-12);
  EXPECT_NEAR(*nested.p, *six[0].p, 1e-12);
  EXPECT_DOUBLE_EQ(nested.k0, 4);
}

TEST(NestedRatings, errors_and_the_undefined) {
  const std::optional<double> none;
  EXPECT_EQ(nested_ratings(table_of({{1, 2}, {none, none}})).error().code, "ratings.too_few_units");
  EXPECT_EQ(nested_ratings(table_of({{1, none}, {none, 2}})).error().code, "ratings.too_few_raters");
  const auto constant = *nested_ratings(table_of({{2, 2}, {2, 2}}));
  EXPECT_FALSE(constant.icc1.has_value());
  EXPECT_FALSE(constant.icc2.has_value());
  EXPECT_FALSE(constant.p.has_value());
}

// Five categories: (25 - 1) / 12 = 2. Variances 0, 1 and 8.
TEST(WithinUnitAgreement, by_hand) {
  const std::optional<double> none;
  const auto agreement =
      within_unit_agreement(table_of({{3, 3, 3}, {2, 3, 4}, {1, 5, none}, {4, none, none}}), 2);
  EXPECT_EQ(agreement[0], 1);
  EXPECT_EQ(agreement[1], 0.5);
  EXPECT_EQ(agreement[2], 0);
  EXPECT_FALSE(agreement[3].has_value());
  const std::vector<RatingTable> items{table_of({{2, 3, 4}}), table_of({{3, 3, 3}})};
  // mean variance 0.5: 2 x 0.75 / (2 x 0.75 + 0.25)
  EXPECT_NEAR(*within_unit_agreement(std::span<const RatingTable>(items), 2)[0], 1.5 / 1.75, 1e-15);
  EXPECT_THROW((void)within_unit_agreement(items[0], 0), std::domain_error);
  EXPECT_THROW((void)within_unit_agreement(std::span<const RatingTable>(), 2), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
