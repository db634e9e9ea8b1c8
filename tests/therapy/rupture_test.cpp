#include "therapy/rupture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "stats/random_stream.hpp"
#include "stats/session_series.hpp"
#include "therapy/alliance_courses.hpp"

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

constexpr OtherRuleScale scale;
constexpr std::size_t courses = 4000;
constexpr std::size_t read_courses = 2000;
const WithinError half{0.5, 40, 400, "stated", true};

std::vector<AllianceRating> rated(const std::vector<double>& values) {
  std::vector<AllianceRating> ratings;
  for (std::size_t i = 0; i < values.size(); ++i)
    ratings.push_back({static_cast<int>(i + 1), values[i], std::nullopt});
  return ratings;
}

AllianceRead read(const std::vector<AllianceRating>& ratings, const WithinError& error = half) {
  return *read_alliance({ratings, error, {}, {}, {}});
}

TEST(Rupture, a_dip_hides_behind_the_limit_it_makes_but_not_behind_medians) {
  const std::vector<double> series{5.0, 5.2, 5.1, 5.3, 3.0, 5.2};
  const auto mean = *stats::individuals_chart(series, stats::ChartBy::mean);
  EXPECT_NEAR(mean.centre, 4.80, 1e-9);
  EXPECT_NEAR(mean.moving_range, 1.00, 1e-9);
  EXPECT_NEAR(mean.lower, 2.14, 0.005);
  EXPECT_FALSE(flags(OtherRule::individuals_chart, series, scale));
  const auto median = *stats::individuals_chart(series, stats::ChartBy::median);
  EXPECT_NEAR(median.centre, 5.15, 1e-9);
  EXPECT_NEAR(median.moving_range, 0.20, 1e-9);
  EXPECT_NEAR(median.lower, 4.52, 0.005);
  EXPECT_LT(3.0, median.lower);
  const AllianceRead ours = read(rated(series));
  EXPECT_EQ(ours.ratings[4].flag, DipFlag::dip);
  ASSERT_EQ(ours.dips.size(), 1U);
  EXPECT_EQ(ours.dips[0].session, 5);
  EXPECT_EQ(ours.dips[0].course, DipCourse::repaired);
  EXPECT_EQ(ours.dips[0].repaired_at, 6);
}

struct Row {
  OtherRule rule;
  double null, rise, two, four;
};

class TableOf52 : public ::testing::TestWithParam<Row> {};

// clinical.md 5.2, 4,000 runs each side: three errors of the difference of two such shares, and half a unit
// of the last figure. What it leaves out was found by trying: ratings of 1 to 7 about 5.3; dips in sessions 4
// to 10 of courses that rise, half of the dip left in the session after.
double allowed(double share) {
  return 3 * std::sqrt(2 * share * (1 - share) / courses) + 0.005;
}

AllianceScenario of_52(double rise, double dip_sds) {
  return {.mean = 5.3,
          .rise = rise,
          .dip_sds = dip_sds,
          .after_dip = 0.5,
          .last_dip = 10,
          .lowest = 1,
          .highest = 7};
}

double flagged(OtherRule rule, const AllianceScenario& scenario) {
  double n = 0;
  for (std::size_t i = 0; i < courses; ++i)
    n += flags(rule, simulate_ratings(scenario, i, {52, 1}).ratings, scale) ? 1 : 0;
  return n / courses;
}

TEST_P(TableOf52, is_as_published) {
  const Row row = GetParam();
  EXPECT_NEAR(flagged(row.rule, of_52(0, 0)), row.null, allowed(row.null));
  EXPECT_NEAR(flagged(row.rule, of_52(0.04, 0)), row.rise, allowed(row.rise));
  EXPECT_NEAR(flagged(row.rule, of_52(0.04, 2)), row.two, allowed(row.two));
  EXPECT_NEAR(flagged(row.rule, of_52(0.04, 4)), row.four, allowed(row.four));
}

INSTANTIATE_TEST_SUITE_P(Rules, TableOf52,
                         ::testing::Values(Row{OtherRule::drop_one_sd, .96, .93, .97, 1.0},
                                           Row{OtherRule::drop_two_sd, .57, .51, .70, .96},
                                           Row{OtherRule::drop_reliable, .68, .62, .79, .97},
                                           Row{OtherRule::own_line_pooled, .15, .14, .44, .93},
                                           Row{OtherRule::own_line_own, .13, .15, .30, .67},
                                           Row{OtherRule::individuals_chart, .03, .06, .08, .28},
                                           Row{OtherRule::running_mean, .17, .08, .39, .93}),
                         [](const auto& row) { return std::string(to_text(row.param.rule)); });

double share_flagged(const AllianceScenario& scenario, DipFlag at_least) {
  double n = 0;
  for (std::size_t i = 0; i < read_courses; ++i) {
    const AllianceRead r = read(rated(simulate_ratings(scenario, i, {52, 2}).ratings));
    n += std::any_of(r.ratings.begin(), r.ratings.end(), [&](const auto& x) { return x.flag >= at_least; })
             ? 1
             : 0;
  }
  return n / read_courses;
}

double share_found(const AllianceScenario& scenario) {
  double n = 0;
  for (std::size_t i = 0; i < read_courses; ++i) {
    const SimulatedRatings course = simulate_ratings(scenario, i, {52, 3});
    n += read(rated(course.ratings)).ratings[static_cast<std::size_t>(course.dip_at - 1)].flag == DipFlag::dip
             ? 1
             : 0;
  }
  return n / read_courses;
}

TEST(Rupture, numeric_stage_meets_its_bar) {
  EXPECT_LE(share_flagged({}, DipFlag::dip), 0.06);
  EXPECT_LE(share_flagged({.rise = 0.04}, DipFlag::dip), 0.06);
  EXPECT_LE(share_flagged({.autocorrelation = 0.3}, DipFlag::dip), 0.06);
  EXPECT_GE(share_found({.dip_sds = 4}), 0.85);
}

TEST(Rupture, numeric_stage_meets_its_bar_where_ratings_end_at_seven) {
  EXPECT_LE(share_flagged({.highest = 7}, DipFlag::dip), 0.06);
  EXPECT_GE(share_found({.dip_sds = 4, .highest = 7}), 0.85);
}

TEST(Rupture, in_the_steady_state_the_filter_is_the_exponentially_weighted_mean) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < 200; ++i) values.push_back(5 + 0.5 * stats::random_normal({1, 1}, i));
  const DipRule rule;
  const AllianceRead r = read(rated(values));
  double ewma = values[0];
  for (std::size_t t = 1; t < values.size(); ++t) {
    if (t > 100) {
      EXPECT_NEAR(*r.ratings[t].level, ewma, 1e-8);
      const double n_eff = (2 - rule.lambda) / rule.lambda;
      EXPECT_NEAR(*r.ratings[t].z, (values[t] - ewma) / (0.5 * std::sqrt(1 + 1 / n_eff)), 1e-8);
    }
    ewma = rule.lambda * values[t] + (1 - rule.lambda) * ewma;
  }
}

TEST(Rupture, one_rating_before_has_the_error_of_two) {
  const AllianceRead r = read(rated({5, 4}));
  EXPECT_NEAR(*r.ratings[1].z, -1 / (0.5 * std::sqrt(2.0)), 1e-12);
}

TEST(Rupture, few_ratings_only_ask) {
  const AllianceRead r = read(rated({5.5, 5.5, 2.5}));
  EXPECT_EQ(r.ratings[2].flag, DipFlag::soft);
  EXPECT_EQ(read(rated({5.5, 5.5, 5.5, 2.5})).ratings[3].flag, DipFlag::dip);
}

TEST(Rupture, an_item_at_its_floor_is_enough) {
  std::vector<AllianceRating> ratings = rated({5, 5, 5, 5});
  ratings[3].lowest_item = 2;
  const AllianceRead r = read(ratings);
  EXPECT_TRUE(r.ratings[3].by_item);
  EXPECT_EQ(r.ratings[3].flag, DipFlag::dip);
}

TEST(Rupture, what_does_not_come_back_is_unresolved) {
  const AllianceRead r = read(rated({5.5, 5.5, 5.5, 5.5, 3, 3.2, 3.1, 3}));
  ASSERT_EQ(r.dips.size(), 1U);
  EXPECT_EQ(r.dips[0].course, DipCourse::unresolved);
  EXPECT_EQ(read(rated({5.5, 5.5, 5.5, 5.5, 3, 3.2})).dips[0].course, DipCourse::open);
}

TEST(Rupture, missing_ratings_are_passed_over) {
  std::vector<AllianceRating> ratings = rated({5.5, 5.5, 5.5, 5.5, 5.5, 3});
  ratings[0].rating = ratings[3].rating = std::nullopt;
  const AllianceRead r = read(ratings);
  EXPECT_EQ(r.ratings[5].flag, DipFlag::dip);
  EXPECT_FALSE(r.ratings[0].level);
  for (auto& x : ratings) x.rating = std::nullopt;
  EXPECT_EQ(read(ratings).findings.front().code, "alliance.too_few");
}

TEST(Rupture, an_answer_confirms_or_declines) {
  const auto ratings = rated({5.5, 5.5, 5.5, 5.5, 3, 5.5});
  const std::vector<Confirmed> yes{{6, Confirmation::direct_question, true}};
  const auto confirmed = *read_alliance({ratings, half, yes, {}, {}});
  ASSERT_EQ(confirmed.dips.size(), 1U);
  EXPECT_EQ(confirmed.dips[0].stage, DipStage::confirmed);
  const std::vector<Confirmed> no{{5, Confirmation::direct_question, false}};
  EXPECT_EQ(read_alliance({ratings, half, no, {}, {}})->dips[0].stage, DipStage::declined);
  const std::vector<Confirmed> marker{{2, Confirmation::marker, true}};
  const auto noted = *read_alliance({ratings, half, marker, {}, {}});
  ASSERT_EQ(noted.dips.size(), 2U);
  EXPECT_EQ(noted.dips[0].flag, DipFlag::none);
  EXPECT_EQ(noted.findings.front().code, "alliance.noted");
}

TEST(Rupture, who_draws_back_without_a_word_is_noticed) {
  const auto ratings = rated({5.5, 5.5, 5.5, 5.5, 5.5});
  std::vector<Engagement> engagement;
  for (int s = 1; s <= 5; ++s) engagement.push_back({s, 1.0, s == 4 ? 60.0 : 100.0, std::nullopt});
  auto r = *read_alliance({ratings, half, {}, engagement, {}});
  ASSERT_EQ(r.withdrawal.size(), 1U);
  EXPECT_EQ(r.withdrawal[0].session, 4);
  EXPECT_EQ(r.withdrawal[0].what, "disclosure");
  engagement[3].disclosure = 61;
  EXPECT_TRUE(read_alliance({ratings, half, {}, engagement, {}})->withdrawal.empty());
}

TEST(Rupture, without_a_flag_it_says_ask) {
  const AllianceRead r = read(rated({5.5, 5.4, 5.6, 5.5, 5.5}));
  ASSERT_EQ(r.findings.size(), 1U);
  EXPECT_EQ(r.findings[0].code, "alliance.no_dip");
  EXPECT_NE(r.findings[0].statement.find("often hide ruptures: ask"), std::string::npos);
}

TEST(Rupture, pools_what_varies_within_people) {
  std::vector<std::vector<AllianceRating>> all;
  for (std::size_t i = 0; i < 400; ++i)
    all.push_back(rated(simulate_ratings({.rise = 0.1}, i, {52, 4}).ratings));
  EXPECT_NEAR(pooled_within_error(all, "own")->sd, 0.5, 0.01);
  all.resize(19);
  const auto few = pooled_within_error(all, "own");
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().code, "alliance.too_few_courses");
  EXPECT_NEAR(fallback_within_error(1, 7).sd, 0.5, 1e-12);
}

TEST(Rupture, refuses_what_cannot_be) {
  std::vector<AllianceRating> ratings{{2, 5.0, {}}, {2, 5.0, {}}};
  EXPECT_EQ(read_alliance({ratings, half, {}, {}, {}}).error().code, "alliance.order");
  ratings[1].session = 3;
  ratings[1].rating = std::nan("");
  EXPECT_EQ(read_alliance({ratings, half, {}, {}, {}}).error().code, "alliance.not_finite");
  EXPECT_EQ(read_alliance({{}, {}, {}, {}, {}}).error().code, "alliance.error");
}

RC_GTEST_PROP(Rupture, a_lower_rating_is_never_less_of_a_dip, ()) {
  auto values = *rc::gen::container<std::vector<double>>(
      6, rc::gen::map(rc::gen::inRange(10, 70), [](int x) { return x / 10.0; }));
  const double before = *read(rated(values)).ratings[5].z;
  values[5] -= 0.3;
  RC_ASSERT(*read(rated(values)).ratings[5].z < before);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
