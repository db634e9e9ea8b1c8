#include "coding/certification.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sheets.hpp"

namespace securebase::coding {
namespace SECUREBASE_THIS_FILE {

std::vector<JudgedClip> clips_of(std::size_t a_right, std::size_t a_wrong, std::size_t b_right,
                                 std::size_t b_wrong, const std::string& period = "") {
  std::vector<JudgedClip> clips;
  const auto add = [&](std::size_t n, const char* gold, const char* given) {
    for (std::size_t k = 0; k < n; ++k)
      clips.push_back({period + gold + given + std::to_string(k), gold, given, period});
  };
  add(a_right, "A", "A");
  add(a_wrong, "A", "B");
  add(b_right, "B", "B");
  add(b_wrong, "B", "A");
  return clips;
}

TEST(Certification, every_class_as_often_as_the_rule_asks) {
  const auto result = *certify(clips_of(14, 6, 9, 1));
  EXPECT_EQ(result.outcome, CertificationOutcome::certified);
  EXPECT_NEAR(*result.accuracy.classes[0].sensitivity, 0.70, 1e-15);
  EXPECT_EQ(result.accuracy.cases, 30U);
  // .70 of 20: the true share may well be lower, and that is said.
  EXPECT_EQ(result.findings.back().code, "coding.certification_open");
}

TEST(Certification, one_class_below_is_enough_to_fail) {
  const auto result = *certify(clips_of(13, 7, 20, 0));
  EXPECT_EQ(result.outcome, CertificationOutcome::not_certified);
  EXPECT_EQ(result.missed, std::vector<std::string>{"A"});
}

TEST(Certification, too_few_clips_or_a_class_without_any_decide_nothing) {
  EXPECT_EQ(certify(clips_of(10, 0, 19, 0))->outcome, CertificationOutcome::too_few);
  const auto absent = *certify(clips_of(20, 0, 20, 0), {"A", "B", "C"});
  EXPECT_EQ(absent.outcome, CertificationOutcome::too_few);
  EXPECT_EQ(absent.absent, std::vector<std::string>{"C"});
}

TEST(Certification, says_that_its_figures_are_from_memory) {
  EXPECT_NE(certify(clips_of(20, 0, 20, 0))->findings[0].basis.find("from memory"), std::string::npos);
  for (const auto& target : agreement_targets()) EXPECT_FALSE(target.verified);
}

TEST(Certification, sheets_give_their_judgements) {
  std::vector<CodedSheet> gold{sheet("c1", "expert"), sheet("c2", "expert")},
      given{sheet("c1", "x"), sheet("c3", "x")};
  gold[0].judgements = {{"four_way", "", "B"}, {"other", "", "1"}};
  given[0].judgements = {{"four_way", "", "A"}};
  const auto clips = *judged_clips(gold, given, "four_way");
  ASSERT_EQ(clips.size(), 1U);
  EXPECT_EQ(clips[0].gold, "B");
  EXPECT_EQ(clips[0].given, "A");
  gold.push_back(gold[0]);
  EXPECT_EQ(judged_clips(gold, given, "four_way").error().code, "coding.twice");
}

TEST(Certification, events_have_a_sensitivity_by_code) {
  const std::vector<CodedSheet> gold{
      sheet("c", "expert", {moment("x", 1000), moment("x", 9000), moment("y", 20000)})};
  const std::vector<CodedSheet> given{
      sheet("c", "x", {moment("x", 1900), moment("y", 9000), moment("y", 20100)})};
  const auto all = *event_sensitivity(gold, given, 2000);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(*all[0].sensitivity, 0.5);
  EXPECT_EQ(*all[0].precision, 1);
  EXPECT_EQ(*all[1].sensitivity, 1);
  EXPECT_EQ(*all[1].precision, 0.5);
}

TEST(Drift, a_large_fall_is_found_and_none_is_not) {
  auto clips = clips_of(20, 2, 20, 2, "2026-01");
  const auto fine = clips_of(10, 1, 10, 1, "2026-02");
  clips.insert(clips.end(), fine.begin(), fine.end());
  EXPECT_FALSE(drift(clips)->fallen);
  const auto bad = clips_of(4, 7, 5, 6, "2026-03");
  clips.insert(clips.end(), bad.begin(), bad.end());
  const auto found = *drift(clips);
  EXPECT_TRUE(found.fallen);
  ASSERT_EQ(found.periods.size(), 3U);
  EXPECT_EQ(found.periods[2].period, "2026-03");
  EXPECT_NEAR(found.periods[2].agreement, 9.0 / 22, 1e-15);
  EXPECT_LT(*found.periods[2].kappa, 0);
  EXPECT_NEAR(*found.change, 9.0 / 22 - 60.0 / 66, 1e-12);
}

TEST(Drift, one_period_has_no_change) {
  EXPECT_FALSE(drift(clips_of(5, 0, 5, 0, "2026-01"))->change);
}

TEST(Drift, scales_that_creep_upwards_show_it) {
  std::vector<RatedClip> clips;
  for (std::size_t k = 0; k < 12; ++k) {
    const double noise = k % 2 == 0 ? 0.5 : -0.5;
    clips.push_back({"a" + std::to_string(k), 4, 4 + noise, "1"});
    clips.push_back({"b" + std::to_string(k), 4, 5 + noise, "2"});
  }
  const auto periods = *scale_drift(clips);
  EXPECT_EQ(periods[0].bias, 0);
  EXPECT_LT(periods[0].interval->lower, 0);
  EXPECT_EQ(periods[1].bias, 1);
  EXPECT_GT(periods[1].interval->lower, 0.5);
}

TEST(Certification, errors) {
  EXPECT_EQ(certify({}).error().code, "coding.no_clips");
  EXPECT_EQ(certify(clips_of(3, 0, 0, 0)).error().code, "coding.one_class");
  EXPECT_EQ(certify(clips_of(3, 0, 1, 0), {"A", "C"}).error().code, "coding.category");
  EXPECT_EQ(certify(clips_of(3, 0, 1, 0), {}, {}, 1).error().code, "coding.options");
  EXPECT_EQ(drift({}).error().code, "coding.no_clips");
  EXPECT_EQ(scale_drift({}).error().code, "coding.no_clips");
  EXPECT_EQ(event_sensitivity({}, {}, -1).error().code, "coding.options");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::coding
