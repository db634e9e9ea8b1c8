#include "therapy/feedback_study.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

#include "therapy/study.hpp"
#include "therapy/world_moments.hpp"

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

std::string key(World world, const std::string& what) {
  return "feedback." + std::string(to_text(world)) + "." + what;
}

double published(const std::string& name) {
  const auto value = study_value(name);
  EXPECT_TRUE(value) << name;
  return value.value_or(std::nan(""));
}

TEST(FeedbackStudy, the_table_is_of_these_parameters) {
  EXPECT_EQ(study_fingerprint(), worlds_fingerprint()) << "make it anew: securebase feedback study --write";
}

TEST(FeedbackStudy, orders_clients_about_as_well_as_who_knows_the_parameters) {
  for (const World world : all_worlds)
    for (const int session : {3, 5, 8, 12}) {
      if (world == World::practice) continue;
      const std::string at = key(world, "session_" + std::to_string(session) + ".");
      EXPECT_GE(published(at + "auc"), published(at + "auc_oracle") - 0.02) << at;
    }
}

TEST(FeedbackStudy, is_above_the_rational_rule_at_equal_specificity) {
  for (const World world : all_worlds) {
    // Two errors of so few who get worse; in six worlds of seven it is above.
    EXPECT_GT(published(key(world, "half")), published(key(world, "half_rational")) - 0.01) << to_text(world);
    for (const int session : {5, 8, 12}) {
      const std::string at = key(world, "session_" + std::to_string(session) + ".");
      EXPECT_GT(published(at + "sensitivity_there"), published(at + "rational_sensitivity")) << at;
    }
    // At the third session the change since intake is nearly all that is known.
    const std::string third = key(world, "session_3.");
    EXPECT_GT(published(third + "sensitivity_there"), published(third + "rational_sensitivity") - 0.01)
        << third;
  }
}

TEST(AllianceStudy, meets_its_bars) {
  EXPECT_LE(published("alliance.null.dip"), 0.06);
  EXPECT_LE(published("alliance.rise.dip"), 0.06);
  EXPECT_GE(published("alliance.dip4.found"), 0.85);
  EXPECT_GT(published("alliance.practice.confirmed_predictive_value"),
            published("alliance.practice.soft_predictive_value"));
}

TEST(FeedbackStudy, some_of_the_table_comes_out_again) {
  FeedbackStudyPlan plan;
  plan.learned = 400;
  plan.courses = 1500;
  plan.sessions = {5, 12};
  plan.worlds = {World::as_modelled};
  const auto study = study_feedback(plan);
  ASSERT_TRUE(study) << study.error().detail;
  const WorldResult& w = study->worlds.front();
  const double rate = published(key(World::as_modelled, "worse"));
  EXPECT_NEAR(w.worse, rate, 4 * std::sqrt(rate / 1500));
  for (const SessionResult& s : w.sessions) {
    const std::string at = key(World::as_modelled, "session_" + std::to_string(s.session) + ".");
    EXPECT_NEAR(s.auc, published(at + "auc"), 0.06);
    EXPECT_GE(s.auc, *s.auc_oracle - 0.02);
  }
  const AlarmResult& off = w.alarms.front();
  EXPECT_EQ(off.alarm, "off_track");
  EXPECT_NEAR(off.specificity, published(key(World::as_modelled, "off_track.specificity")), 0.04);
  double before = 0;
  for (const RocPoint& point : w.roc) {
    EXPECT_GE(point.specificity, before);
    before = point.specificity;
  }
}

TEST(Oracle, is_right_as_often_as_it_says) {
  const PracticeParameters p = parameters_of(World::heavy_tails);
  const Oracle oracle(p);
  double said = 0, was = 0, high_said = 0, high_was = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const SimulatedCourse course = simulate_course(p, i, {3, 3});
    const double chance = oracle.worse_after(course, {8})[0];
    const bool worse = truly_got_worse(course, worse_rule_of(p));
    said += chance;
    was += worse ? 1 : 0;
    if (chance < 0.1) continue;
    high_said += chance;
    high_was += worse ? 1 : 0;
  }
  EXPECT_NEAR(said, was, 4 * std::sqrt(was));
  EXPECT_NEAR(high_said, high_was, 4 * std::sqrt(high_was));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
