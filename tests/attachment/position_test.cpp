// Places from scores: what the shipped forms give, and what is said about it.

#include "attachment/position.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "attachment/working_model.hpp"
#include "shipped_definitions.hpp"

namespace securebase::attachment {
namespace SECUREBASE_THIS_FILE {

using testing::shipped;

Result<Reference> reference_in(const std::string& id, const std::string& order) {
  const auto instrument = catalog::find_instrument(shipped(), id);
  EXPECT_TRUE(instrument);
  const auto* found = catalog::find_order(**instrument, order);
  EXPECT_NE(found, nullptr);
  return reference_of(shipped(), **instrument, *found);
}

/// The numbers of the sheet's worked case.
Reference worked() {
  Reference reference;
  reference.instrument = "worked";
  reference.anxiety = {3.56, 1.12, 1, 7, 0.92};
  reference.avoidance = {2.92, 1.19, 1, 7, 0.93};
  reference.correlation = 0.41;
  reference.group = "a web norm";
  reference.verified = false;
  return reference;
}

const Finding* find(const std::vector<Finding>& findings, const std::string& code) {
  for (const Finding& finding : findings)
    if (finding.code == code) return &finding;
  return nullptr;
}

TEST(Locate, the_worked_case) {
  const auto located = locate(worked(), {4.8, 4.2});
  ASSERT_TRUE(located);
  EXPECT_NEAR(located->pull[0][0], 0.9038, 5e-5);
  EXPECT_NEAR(located->pull[0][1], 0.0371, 5e-5);
  EXPECT_NEAR(located->pull[1][0], 0.0367, 5e-5);
  EXPECT_NEAR(located->pull[1][1], 0.9159, 5e-5);
  ASSERT_TRUE(located->shrunken_points);
  EXPECT_NEAR(located->shrunken_points->at.anxiety, 4.728, 5e-4);
  EXPECT_NEAR(located->shrunken_points->at.avoidance, 4.138, 5e-4);
  EXPECT_NEAR(located->shrunken_points->anxiety_error, 0.301, 5e-4);
  EXPECT_NEAR(located->shrunken_points->avoidance_error, 0.301, 5e-4);
  EXPECT_NEAR(located->shrunken_points->correlation, 0.041, 5e-4);
  EXPECT_NEAR(located->raw_points.at.anxiety, 4.8, 1e-12);
  EXPECT_NEAR(located->raw_points.anxiety_error, 0.317, 5e-4);
  EXPECT_NEAR(located->least_reliable_anxiety, 0.88, 5e-3);
  EXPECT_NEAR(located->least_reliable_avoidance, 0.87, 5e-3);
  EXPECT_NE(find(located->findings, "position.unverified"), nullptr);
}

TEST(Locate, quadrants_and_landmarks_are_for_professionals) {
  const auto located = locate(worked(), {3.7, 2.9});
  ASSERT_TRUE(located);
  const auto reading = professional_reading(located->best(), worked());
  ASSERT_EQ(reading.quadrants.size(), 3U);
  EXPECT_EQ(reading.quadrants[0].cut, "norm mean");
  EXPECT_NEAR(reading.quadrants[0].secure, 0.181, 5e-4);
  EXPECT_NEAR(reading.quadrants[0].preoccupied, 0.337, 5e-4);
  EXPECT_NEAR(reading.quadrants[0].dismissing, 0.157, 5e-4);
  EXPECT_NEAR(reading.quadrants[0].fearful, 0.325, 5e-4);
  EXPECT_EQ(reading.quadrants[1].cut, "scale midpoint");
  EXPECT_GT(reading.quadrants[1].secure, reading.quadrants[0].secure);
  EXPECT_NE(reading.quadrants[2].limits.find("proposal of ours"), std::string::npos);
  const auto& near = reading.landmarks;
  EXPECT_NEAR(near.secure + near.preoccupied + near.dismissing + near.fearful, 1, 1e-12);
  // No word of them in what a client reads.
  for (const Finding& finding : located->findings)
    for (const char* word : {"secure ", "preoccupied", "dismissing", "fearful"})
      EXPECT_EQ((finding.statement + finding.basis).find(word), std::string::npos) << finding.statement;
}

TEST(Locate, an_ellipse_and_its_outline) {
  const auto located = locate(worked(), {4.8, 4.2});
  const Place& place = *located->shrunken_points;
  const auto corners = outline(place, 4);
  ASSERT_EQ(corners.size(), 4U);
  EXPECT_NEAR(std::hypot(corners[0].anxiety - place.at.anxiety, corners[0].avoidance - place.at.avoidance),
              place.ellipse.semi_major, 1e-12);
  EXPECT_NEAR(std::hypot(corners[1].anxiety - place.at.anxiety, corners[1].avoidance - place.at.avoidance),
              place.ellipse.semi_minor, 1e-12);
}

TEST(Locate, refuses_scores_that_the_form_cannot_give) {
  for (const Position scores : {Position{0.5, 3}, {3, 7.5}, {NAN, 3}}) {
    const auto located = locate(worked(), scores);
    ASSERT_FALSE(located);
    EXPECT_EQ(located.error().code, "position.score");
    EXPECT_EQ(located.error().detail.find("7.5"), std::string::npos);
  }
}

TEST(ReferenceOf, ecr_r_has_the_norm_of_its_definition) {
  const auto reference = reference_in("ecr-r", "author");
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->feeds, catalog::PositionLevel::romance);
  EXPECT_EQ(reference->anxiety.origin, 3.64);
  EXPECT_EQ(reference->anxiety.unit, 1.33);
  EXPECT_EQ(reference->avoidance.reliability, 0.90);
  EXPECT_FALSE(reference->stand_in);
  EXPECT_FALSE(reference->verified);
  EXPECT_NE(reference->basis.find("Unverified"), std::string::npos);
  EXPECT_NEAR(reference->midpoint().anxiety, (4 - 3.64) / 1.33, 1e-12);
}

TEST(ReferenceOf, the_online_ecr_is_verified) {
  const auto reference = reference_in("ecr", "online-5pt");
  ASSERT_TRUE(reference);
  EXPECT_TRUE(reference->verified);
  EXPECT_EQ(reference->anxiety.highest, 5);
  EXPECT_EQ(reference->anxiety.origin, 3.0948);
}

TEST(ReferenceOf, ecr_rs_has_no_norm_and_pulls_nobody) {
  const auto reference = reference_in("ecr-rs", "author");
  ASSERT_TRUE(reference);
  EXPECT_TRUE(reference->stand_in);
  EXPECT_EQ(reference->feeds, catalog::PositionLevel::figure);
  const auto located = locate(*reference, {2, 5});
  ASSERT_TRUE(located);
  EXPECT_FALSE(located->shrunken);
  EXPECT_NEAR(located->best().at.anxiety, (2 - 3.64) / 1.33, 1e-12);
  EXPECT_NE(find(located->findings, "position.stand_in"), nullptr);
  const auto reading = professional_reading(located->best(), *reference);
  ASSERT_EQ(reading.quadrants.size(), 1U);
  EXPECT_EQ(reading.quadrants[0].cut, "scale midpoint");
}

TEST(ReferenceOf, what_needs_calibration_or_has_no_rule_gives_no_position) {
  EXPECT_EQ(reference_in("closeness", "standard").error().code, "position.uncalibrated");
  EXPECT_EQ(reference_in("rq", "formula").error().code, "position.no_rule");
}

TEST(WithoutPrior, takes_the_prior_out_of_an_estimated_state) {
  // A value 1.5 with error .5, seen under N(0, 1): posterior mean 1.2, variance .2.
  const auto evidence = without_prior(1.2, std::sqrt(0.2));
  ASSERT_TRUE(evidence);
  EXPECT_NEAR(evidence->value, 1.5, 1e-12);
  EXPECT_NEAR(evidence->error, 0.5, 1e-12);
  EXPECT_FALSE(without_prior(0, 1));
  EXPECT_FALSE(without_prior(NAN, 0.5));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::attachment
