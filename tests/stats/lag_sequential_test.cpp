#include "stats/lag_sequential.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "stats/actor_partner_sequence.hpp"
#include "streams.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Json table_json(const std::vector<std::string>& codes, const Matrix& m) {
  Json values = Json::array();
  for (std::size_t i = 0; i < m.rows(); ++i)
    values.push_back(std::vector<double>(m.row(i).begin(), m.row(i).end()));
  return {{"rows", codes}, {"cols", codes}, {"values", values}};
}

/// Cells that cannot be are 0 in the case of no repeats.
Json table_json(const std::vector<std::string>& codes, const OptionalTable& m, bool zero_diagonal = false) {
  Json values = Json::array();
  for (std::size_t i = 0; i < m.size(); ++i) {
    Json row = to_json(m[i]);
    if (zero_diagonal && !m[i][i]) row[i] = 0;
    values.push_back(row);
  }
  return {{"rows", codes}, {"cols", codes}, {"values", values}};
}

Json target_json(const TargetTable& t) {
  return {{"given", "neg"},
          {"target", "rep"},
          {"a", t.a},
          {"b", t.b},
          {"c", t.c},
          {"d", t.d},
          {"odds_ratio", to_json(t.odds_ratio)},
          {"log_or", to_json(t.log_or)},
          {"se_log_or", to_json(t.se_log_or)},
          {"yules_q", to_json(t.yules_q)},
          {"phi", to_json(t.phi)},
          {"kappa_transform", to_json(t.kappa_transform)}};
}

TEST(LagSequentialReference, couple_codes) {
  auto reference = reference::find_case("sequential/couple_codes");
  ASSERT_TRUE(reference);
  const auto codes = reference->model().at("codes").get<std::vector<std::string>>();
  const auto streams = streams_of(reference->table(), "couple", "code", codes);
  Json lags = Json::array(), counts;
  for (std::size_t c = 0; c < codes.size(); ++c) {
    std::size_t n = 0;
    for (const auto& s : streams) n += static_cast<std::size_t>(std::count(s.begin(), s.end(), c));
    counts[codes[c]] = n;
  }
  for (const std::size_t lag : {1U, 2U, 3U}) {
    const auto t = *lag_table(streams, codes.size(), lag);
    lags.push_back({{"lag", t.lag},
                    {"n", t.n},
                    {"counts", table_json(codes, t.counts)},
                    {"expected", table_json(codes, t.expected)},
                    {"transition_prob", table_json(codes, t.transition)},
                    {"chisq", t.chisq},
                    {"df", t.df},
                    {"p", to_json(t.p)},
                    {"G2", t.g2},
                    {"G2_p", to_json(t.g2_p)},
                    {"pearson_residual", table_json(codes, t.pearson)},
                    {"adjusted_residual", table_json(codes, t.adjusted)},
                    {"two_by_two", target_json(t.targets[0][3])}});
  }
  const auto homogeneity = *transition_homogeneity(streams, codes.size());
  const auto order = *second_order(streams, codes.size());
  reference->expect({{"streams", streams.size()},
                     {"code_counts", counts},
                     {"lags", lags},
                     {"homogeneity",
                      {{"G2", homogeneity.statistic}, {"df", homogeneity.df}, {"p", to_json(homogeneity.p)}}},
                     {"second_order", {{"G2", order.statistic}, {"df", order.df}, {"p", to_json(order.p)}}}});
}

TEST(LagSequentialReference, no_repeats) {
  auto reference = reference::find_case("sequential/no_repeats");
  ASSERT_TRUE(reference);
  const auto codes = reference->model().at("codes").get<std::vector<std::string>>();
  const auto streams = streams_of(reference->table(), "couple", "code", codes);
  const auto t = *lag_table(streams, codes.size(), 1, Repeats::impossible);
  reference->expect({{"n", t.n},
                     {"counts", table_json(codes, t.counts)},
                     {"expected", table_json(codes, t.expected)},
                     {"pearson_chisq", t.chisq},
                     {"G2", t.g2},
                     {"df", t.df},
                     {"p", to_json(t.p)},
                     {"G2_p", to_json(t.g2_p)},
                     {"pearson_residual", table_json(codes, t.pearson, true)},
                     {"adjusted_residual", table_json(codes, t.adjusted, true)}});
}

Json role_json(const ClusteredLogistic& fit) {
  Json estimate = Json::array(), error = Json::array(), naive = Json::array(), p = Json::array();
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    estimate.push_back(fit.coefficients[j].estimate);
    error.push_back(fit.coefficients[j].std_error);
    naive.push_back(std::sqrt(fit.naive(j, j)));
    p.push_back(fit.coefficients[j].p);
  }
  return {{"rows", fit.rows},
          {"clusters", fit.clusters},
          {"loglik", fit.log_likelihood},
          {"estimate", estimate},
          {"std_error", error},
          {"naive_error", naive},
          {"p", p}};
}

TEST(LagSequentialReference, actor_and_partner) {
  auto reference = reference::find_case("sequential/actor_partner");
  ASSERT_TRUE(reference);
  const auto first = streams_of(reference->table(), "couple", "first", {"0", "1"});
  const auto second = streams_of(reference->table(), "couple", "second", {"0", "1"});
  const auto plain = *actor_partner_sequence(first, second);
  const auto joint = *actor_partner_sequence(first, second, Joint::included);
  reference->expect({{"first", role_json(plain.first)},
                     {"second", role_json(plain.second)},
                     {"first_joint", role_json(joint.first)},
                     {"second_joint", role_json(joint.second)}});
}

TEST(LagSequential, pairs_never_cross_streams_or_gaps) {
  const std::vector<CodeStream> streams{{0, 1, no_code, 1, 0}, {1, 1}, {0}};
  const auto t = *lag_table(streams, 2, 1);
  EXPECT_EQ(t.n, 3);
  EXPECT_EQ(t.counts(0, 1), 1);
  EXPECT_EQ(t.counts(1, 0), 1);
  EXPECT_EQ(t.counts(1, 1), 1);
  EXPECT_EQ(lag_table(streams, 2, 2)->n, 1);  // 1 and 1 on either side of the gap
}

TEST(LagSequential, a_code_that_never_occurs_is_undefined_and_takes_no_freedom) {
  const std::vector<CodeStream> streams{{0, 1, 0, 0, 1, 1, 0, 1, 0}};
  const auto t = *lag_table(streams, 3, 1);
  EXPECT_EQ(t.df, 1);
  EXPECT_FALSE(t.transition[2][0]);
  EXPECT_FALSE(t.adjusted[2][2]);
  EXPECT_FALSE(t.targets[2][0].yules_q);
  EXPECT_NEAR(*t.adjusted[0][1], *lag_table(streams, 2, 1)->adjusted[0][1], 1e-14);
}

TEST(LagSequential, across_members_lag_zero_is_the_same_place) {
  const std::vector<CodeStream> a{{0, 0, 1}}, b{{1, 0, 1}};
  const auto now = *cross_lag_table(a, b, 2, 0);
  EXPECT_EQ(now.n, 3);
  EXPECT_EQ(now.counts(0, 1), 1);
  EXPECT_EQ(cross_lag_table(a, b, 2, 1)->counts(0, 1), 1);
  EXPECT_EQ(cross_lag_table(a, std::vector<CodeStream>{{1, 0}}, 2, 1).error().code, "sequence.pairs");
}

RC_GTEST_PROP(LagSequential, expected_counts_have_the_margins_of_what_was_seen, ()) {
  std::vector<CodeStream> streams;
  const auto key = RandomKey{static_cast<std::uint64_t>(*rc::gen::inRange(0, 100000)), 0};
  for (std::uint64_t s = 0; s < 4; ++s)
    streams.push_back(planted_stream({{0, .5, .3, .2}, {.3, 0, .3, .4}, {.5, .2, 0, .3}, {.2, .5, .3, 0}}, 60,
                                     key.part(s)));
  const auto t = lag_table(streams, 4, 1, Repeats::impossible);
  RC_ASSERT(t.has_value());
  for (std::size_t i = 0; i < 4; ++i) {
    double row = 0, col = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      row += t->counts(i, j) - t->expected(i, j);
      col += t->counts(j, i) - t->expected(j, i);
    }
    RC_ASSERT(std::abs(row) < 1e-8 && std::abs(col) < 1e-8);
    RC_ASSERT(t->expected(i, i) == 0 && !t->adjusted[i][i]);
  }
}

// By chance alone residuals are about standard normal: of 2,000 beyond 1.96, 5 %.
TEST(LagSequential, adjusted_residuals_by_chance) {
  const std::vector<std::vector<double>> chance(3, {.5, .3, .2});
  std::size_t beyond = 0;
  constexpr std::size_t samples = 2000;
  for (std::uint64_t s = 0; s < samples; ++s) {
    const std::vector<CodeStream> streams{planted_stream(chance, 150, RandomKey{11, 0}.part(2 * s)),
                                          planted_stream(chance, 150, RandomKey{11, 0}.part(2 * s + 1))};
    beyond += std::abs(*lag_table(streams, 3, 1)->adjusted[0][1]) > 1.959964 ? 1U : 0U;
  }
  EXPECT_NEAR(static_cast<double>(beyond) / samples, 0.05, 0.015);
}

TEST(LagSequential, errors) {
  const std::vector<CodeStream> streams{{0, 1, 1}};
  EXPECT_EQ(lag_table(streams, 1, 1).error().code, "sequence.codes");
  EXPECT_EQ(lag_table(std::vector<CodeStream>{{0, 5}}, 2, 1).error().code, "sequence.code");
  EXPECT_EQ(lag_table(streams, 2, 0).error().code, "sequence.lag");
  EXPECT_EQ(lag_table(streams, 2, 3).error().code, "sequence.no_pairs");
  EXPECT_EQ(lag_table(streams, 2, 1, Repeats::impossible).error().code, "sequence.repeats");
  EXPECT_EQ(second_order(std::vector<CodeStream>{{0, 1}}, 2).error().code, "sequence.no_pairs");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
