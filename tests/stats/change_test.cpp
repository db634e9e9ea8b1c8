#include "stats/change.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "fixed_random.hpp"
#include "reference/reference_case.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

TEST(ScoreStep, IsThatOfTheMultiplierWhereAllThatIsSummedIsWhole) {
  EXPECT_EQ(score_step({}, 1), 1);
  EXPECT_EQ(score_step(std::vector<double>{1, 2, 0, -3}, 4), 4);
  EXPECT_EQ(score_step(std::vector<double>{1, 1.5}, 1), std::nullopt);
}

TEST(LeastBeyond, IsTheNextStepAboveNeverTheThresholdItself) {
  EXPECT_EQ(least_beyond(6.46, 1), 7);
  EXPECT_EQ(least_beyond(6, 1), 7);
  EXPECT_EQ(least_beyond(0, 4), 4);
  EXPECT_EQ(least_beyond(9, 4), 12);
}

std::string name_of(ChangeClass change) {
  switch (change) {
    case ChangeClass::recovered:
      return "recovered";
    case ChangeClass::improved:
      return "improved";
    case ChangeClass::unchanged:
      return "unchanged";
    case ChangeClass::deteriorated:
      return "deteriorated";
  }
  return "";
}

Json json_of(const PairedSummary& s) {
  return {{"mean_change", s.mean_change},
          {"sd_change", s.sd_change},
          {"r_pre_post", to_json(s.r_pre_post)},
          {"t", to_json(s.t)},
          {"df", s.df},
          {"p", to_json(s.p)},
          {"ci_lower", s.interval.lower},
          {"ci_upper", s.interval.upper},
          {"d_z", to_json(s.d_z)},
          {"d_pre_sd", to_json(s.d_pre_sd)},
          {"d_av", to_json(s.d_av)}};
}

// Everybody's change by the rule of Jacobson & Truax.
Json classified(const std::vector<double>& pre, const std::vector<double>& post, double s_diff,
                const ChangeRule& rule) {
  Json json{{"counts", {{"recovered", 0}, {"improved", 0}, {"unchanged", 0}, {"deteriorated", 0}}}};
  for (std::size_t i = 0; i < pre.size(); ++i) {
    const std::string name = name_of(classify_change(pre[i], post[i], rule));
    json["class"].push_back(name);
    json["counts"][name] = json["counts"][name].get<int>() + 1;
    json["rci"].push_back(to_json(reliable_change_index(pre[i], post[i], s_diff)));
  }
  return json;
}

Json edwards_nunnally(const std::vector<double>& pre, const std::vector<double>& post,
                      const ScoreSource& source) {
  Json json{{"n_below", 0}, {"n_above", 0}};
  for (std::size_t i = 0; i < pre.size(); ++i) {
    const Interval interval = edwards_nunnally_interval(pre[i], source);
    json["lower"].push_back(interval.lower);
    json["upper"].push_back(interval.upper);
    if (post[i] < interval.lower) json["n_below"] = json["n_below"].get<int>() + 1;
    if (post[i] > interval.upper) json["n_above"] = json["n_above"].get<int>() + 1;
  }
  return json;
}

Json gulliksen_lord_novick(const std::vector<double>& pre, const std::vector<double>& post,
                           const ScoreSource& source) {
  Json json{{"n_below", 0}, {"n_above", 0}};
  for (std::size_t i = 0; i < pre.size(); ++i) {
    const double index = gulliksen_lord_novick_index(pre[i], post[i], source).value();
    json["index"].push_back(index);
    if (index < -normal_reach(0.95)) json["n_below"] = json["n_below"].get<int>() + 1;
    if (index > normal_reach(0.95)) json["n_above"] = json["n_above"].get<int>() + 1;
  }
  return json;
}

TEST(Change, jacobson_truax_as_in_R) {
  auto reference = reference::find_case("change/jacobson_truax_symptoms");
  ASSERT_TRUE(reference);
  const Json& model = reference->model();
  const auto table = reference->table();
  const auto pre = table.complete("pre");
  const auto post = table.complete("post");
  ASSERT_TRUE(model.at("lower_is_better").get<bool>());
  const TwoPopulations populations{model.at("mean_clinical"), model.at("sd_clinical"), model.at("mean_norm"),
                                   model.at("sd_norm")};
  const PairedSummary paired = *paired_summary(pre, post);
  const ScoreSource source{paired.mean_pre, paired.sd_pre, model.at("reliability")};
  const double sem = standard_error_of_measurement(source.sd, source.reliability);
  const double s_diff = standard_error_of_difference(sem);
  const ChangeRule rule{reliable_change_threshold(s_diff), cutoff_c(populations).value(), BetterWhen::lower};
  Json computed = classified(pre, post, s_diff, rule);
  computed.update({{"n", paired.n},
                   {"mean_pre", paired.mean_pre},
                   {"sd_pre", paired.sd_pre},
                   {"mean_post", paired.mean_post},
                   {"sd_post", paired.sd_post},
                   {"sem", sem},
                   {"s_diff", s_diff},
                   {"rci_threshold_raw", rule.threshold},
                   {"cutoff_a", cutoff_a(populations, BetterWhen::lower)},
                   {"cutoff_b", cutoff_b(populations, BetterWhen::lower)},
                   {"cutoff_c", rule.cutoff},
                   {"edwards_nunnally", edwards_nunnally(pre, post, source)},
                   {"gulliksen_lord_novick", gulliksen_lord_novick(pre, post, source)},
                   {"paired", json_of(paired)}});
  reference->expect(computed);
}

constexpr ChangeRule lower_better{5, 10, BetterWhen::lower};

TEST(Change, classes_at_their_edges) {
  EXPECT_EQ(classify_change(12, 7, lower_better), ChangeClass::unchanged);  // exactly the threshold
  EXPECT_EQ(classify_change(12, 6.9, lower_better), ChangeClass::recovered);
  EXPECT_EQ(classify_change(10, 4, lower_better), ChangeClass::recovered);  // begins on the cut-off
  EXPECT_EQ(classify_change(9.9, 4, lower_better), ChangeClass::improved);  // was never on the clinical side
  EXPECT_EQ(classify_change(20, 10, lower_better), ChangeClass::improved);  // reaches, not passes the cut-off
  EXPECT_EQ(classify_change(7, 12, lower_better), ChangeClass::unchanged);
  EXPECT_EQ(classify_change(7, 12.1, lower_better), ChangeClass::deteriorated);
}

RC_GTEST_PROP(Change, mirrored_scores_mirror_the_rule, ()) {
  const double pre = *rc::gen::inRange(-40, 41) / 2.0;
  const double post = *rc::gen::inRange(-40, 41) / 2.0;
  const ChangeRule rule{*rc::gen::inRange(0, 20) / 2.0, *rc::gen::inRange(-20, 20) / 2.0, BetterWhen::lower};
  RC_ASSERT(classify_change(pre, post, rule) ==
            classify_change(-pre, -post, {rule.threshold, -rule.cutoff, BetterWhen::higher}));
}

RC_GTEST_PROP(Change, back_again_is_the_opposite, ()) {
  const double pre = *rc::gen::inRange(0, 60);
  const double post = *rc::gen::inRange(0, 60);
  const auto there = classify_change(pre, post, lower_better);
  const auto back = classify_change(post, pre, lower_better);
  RC_ASSERT((there == ChangeClass::unchanged) == (back == ChangeClass::unchanged));
  RC_ASSERT((there == ChangeClass::deteriorated) ==
            (back == ChangeClass::improved || back == ChangeClass::recovered));
}

RC_GTEST_PROP(Change, is_reliable_where_its_interval_leaves_out_zero, ()) {
  const double pre = *rc::gen::inRange(0, 100);
  const double post = *rc::gen::inRange(0, 100);
  const double s_diff = *rc::gen::inRange(1, 60) / 3.0;
  const Interval interval = change_interval(pre, post, s_diff);
  const bool outside = interval.lower > 0 || interval.upper < 0;
  const bool reliable = std::abs(*reliable_change_index(pre, post, s_diff)) > normal_reach(0.95);
  RC_ASSERT(outside == reliable);
  RC_ASSERT(outside ==
            (classify_change(pre, post, {reliable_change_threshold(s_diff), 50, BetterWhen::lower}) !=
             ChangeClass::unchanged));
}

TEST(Change, cutoffs_point_in_the_better_direction) {
  const TwoPopulations symptoms{20, 4, 8, 2};
  EXPECT_EQ(cutoff_a(symptoms, BetterWhen::lower), 12);
  EXPECT_EQ(cutoff_b(symptoms, BetterWhen::lower), 12);
  EXPECT_EQ(cutoff_c(symptoms), 12);
  const TwoPopulations wellbeing{8, 2, 20, 4};
  EXPECT_EQ(cutoff_a(wellbeing, BetterWhen::higher), 12);
  EXPECT_EQ(cutoff_b(wellbeing, BetterWhen::higher), 12);
  EXPECT_EQ(cutoff_c(wellbeing), 12);
  EXPECT_FALSE(cutoff_c({20, 0, 8, 0}).has_value());
}

// Two occasions of 20,000 people who did not change: one in twenty seems to have, by each rule that promises
// it.
TEST(Change, without_change_one_in_twenty_seems_to_have_changed) {
  constexpr double reliability_planted = 0.8;
  constexpr double sd = 10;
  constexpr int n = 20000;
  const ScoreSource source{50, sd, reliability_planted};
  const double s_diff = standard_error_of_difference(standard_error_of_measurement(sd, reliability_planted));
  FixedRandom random(41);
  int jacobson_truax = 0;
  int prediction = 0;
  for (int i = 0; i < n; ++i) {
    const double truth = 50 + sd * std::sqrt(reliability_planted) * random.normal();
    const double error = sd * std::sqrt(1 - reliability_planted);
    const double pre = truth + error * random.normal();
    const double post = truth + error * random.normal();
    if (std::abs(*reliable_change_index(pre, post, s_diff)) > normal_reach(0.95)) ++jacobson_truax;
    if (std::abs(*gulliksen_lord_novick_index(pre, post, source)) > normal_reach(0.95)) ++prediction;
  }
  const double four_errors = 4 * std::sqrt(0.05 * 0.95 / n);
  EXPECT_NEAR(jacobson_truax / static_cast<double>(n), 0.05, four_errors);
  EXPECT_NEAR(prediction / static_cast<double>(n), 0.05, four_errors);
}

// The interval of a group's mean change holds the planted change 95 times in 100.
TEST(Change, the_interval_of_a_mean_change_covers_what_was_planted) {
  FixedRandom random(43);
  int covered = 0;
  constexpr int samples = 2000;
  for (int s = 0; s < samples; ++s) {
    std::vector<double> pre, post;
    for (int i = 0; i < 12; ++i) {
      pre.push_back(20 + 5 * random.normal());
      post.push_back(pre.back() - 3 + 4 * random.normal());
    }
    const Interval interval = paired_summary(pre, post)->interval;
    if (interval.lower <= -3 && interval.upper >= -3) ++covered;
  }
  EXPECT_NEAR(covered / static_cast<double>(samples), 0.95, 4 * std::sqrt(0.05 * 0.95 / samples));
}

TEST(Change, equal_changes_leave_tests_undefined) {
  const std::vector<double> pre{0.1, 0.2, 0.3, 0.6};
  std::vector<double> post;
  for (const double x : pre) post.push_back(x + 0.1);  // the differences differ in their last digits
  const auto s = *paired_summary(pre, post);
  EXPECT_NEAR(s.mean_change, 0.1, 1e-15);
  EXPECT_EQ(s.sd_change, 0);
  EXPECT_FALSE(s.t.has_value());
  EXPECT_FALSE(s.p.has_value());
  EXPECT_FALSE(s.d_z.has_value());
  EXPECT_TRUE(s.d_pre_sd.has_value());
  EXPECT_EQ(s.interval.lower, s.interval.upper);
}

TEST(Change, nobody_differs_and_nobody_changes) {
  const auto s = *paired_summary(std::vector<double>{3, 3}, std::vector<double>{3, 3});
  EXPECT_FALSE(s.r_pre_post.has_value());
  EXPECT_FALSE(s.d_pre_sd.has_value());
  EXPECT_FALSE(s.d_av.has_value());
}

TEST(Change, names_what_is_missing) {
  const std::vector<double> two{1, 2};
  const std::vector<double> one{1};
  const std::vector<double> odd{1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(paired_summary(two, one).error().code, "change.unpaired");
  EXPECT_EQ(paired_summary(one, one).error().code, "change.too_few_pairs");
  EXPECT_EQ(paired_summary(two, odd).error().code, "change.not_finite");
  EXPECT_THROW((void)paired_summary(two, two, 1), std::domain_error);
}

TEST(Change, a_perfect_or_a_worthless_measure) {
  EXPECT_EQ(standard_error_of_measurement(7, 1), 0);
  EXPECT_EQ(standard_error_of_measurement(7, 0), 7);
  EXPECT_FALSE(reliable_change_index(3, 4, 0).has_value());
  EXPECT_FALSE(gulliksen_lord_novick_index(3, 4, {0, 7, 1}).has_value());
  EXPECT_EQ(estimated_true_score(12, {10, 2, 0}), 10);
  EXPECT_EQ(estimated_true_score(12, {10, 2, 1}), 12);
  for (const double reliability : {-0.1, 1.1, std::nan("")}) {
    EXPECT_THROW((void)standard_error_of_measurement(1, reliability), std::domain_error);
    EXPECT_THROW((void)gulliksen_lord_novick_index(1, 1, {0, 1, reliability}), std::domain_error);
  }
  EXPECT_THROW((void)standard_error_of_measurement(-1, 0.5), std::domain_error);
  EXPECT_THROW((void)reliable_change_threshold(1, 1), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
