// Techniques that may come next: gaps, what was followed by improvement, what holds back.

#include "therapy/plan_suggestion.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

using catalog::TechniqueFamily;
using ::testing::HasSubstr;

catalog::Technique technique(const std::string& id, std::vector<TechniqueFamily> families,
                             std::vector<catalog::HeldBack> held = {}) {
  catalog::Technique result;
  result.id = id;
  result.name = id;
  result.families = std::move(families);
  result.held_back = std::move(held);
  return result;
}

const std::vector<catalog::Technique> techniques = {
    technique("R1", {TechniqueFamily::emotion_regulation}), technique("T1", {TechniqueFamily::trust}),
    technique("W1", {TechniqueFamily::early_wounds, TechniqueFamily::interpersonal_repair},
              {{"psychosis", "Wait."}, {"aroused", ""}})};

std::vector<catalog::Hold> holds() {
  catalog::Hold psychosis;
  psychosis.id = "psychosis";
  psychosis.instead = "Something else.";
  catalog::Hold aroused;
  aroused.id = "aroused";
  aroused.instead = "Settle first.";
  aroused.scope = catalog::HoldScope::moment;
  return {psychosis, aroused};
}

LoggedSession session(int day, std::vector<TechniqueLogged> used) {
  return {Instant{day * day_ms}, std::move(used)};
}

catalog::Protocol protocol() {
  catalog::Protocol result;
  result.shares = {.2, .2, .2, .2, .2};
  return result;
}

TEST(Gaps, need_an_hour_and_a_clear_difference) {
  const std::vector<LoggedSession> little = {session(1, {{"R1", 50}})};
  EXPECT_TRUE(gaps(little, protocol(), techniques).empty());
  const std::vector<LoggedSession> enough = {session(1, {{"R1", 40}}), session(8, {{"R1", 30}, {"W1", 20}})};
  // 70 of 90 minutes regulation, 10 wounds, 10 repair.
  std::vector<TechniqueFamily> found;
  for (const FamilyNeed& need : gaps(enough, protocol(), techniques)) found.push_back(need.family);
  EXPECT_THAT(found, ::testing::ElementsAre(TechniqueFamily::trust, TechniqueFamily::reflective_functioning));
  EXPECT_THAT(gaps(enough, protocol(), techniques).front().finding.statement,
              HasSubstr("0 % of the minutes"));
}

/// Twelve weekly sessions; with T1 in every third the score falls by 3, otherwise by `otherwise`.
std::vector<FollowedBy> followed(double otherwise, bool higher_is_worse = true) {
  std::vector<LoggedSession> sessions;
  std::vector<DatedScore> scores = {{Instant{0}, 40}};
  for (int week = 0; week < 12; ++week) {
    const bool with = week % 3 == 0;
    sessions.push_back(session(7 * week, {{with ? "T1" : "R1", 10}}));
    scores.push_back({Instant{(7 * week + 6) * day_ms}, scores.back().value - (with ? 3 : otherwise)});
  }
  return followed_by_improvement(sessions, scores, higher_is_worse);
}

TEST(FollowedByImprovement, compares_with_the_other_sessions) {
  const auto found = followed(-1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().technique, "T1");
  EXPECT_EQ(found.front().sessions, 4);
  EXPECT_EQ(found.front().better, 4);
  EXPECT_DOUBLE_EQ(found.front().mean_change, 3);
  EXPECT_EQ(found.front().others, 8);
  EXPECT_EQ(found.front().others_better, 0);
  EXPECT_THAT(finding_of(found.front(), "PHQ-9").limits, HasSubstr("Cannot show that it was the cause"));
}

TEST(FollowedByImprovement, says_nothing_where_the_rest_did_as_well_or_the_score_is_turned) {
  EXPECT_TRUE(followed(3).empty());
  for (const FollowedBy& one : followed(-1, false)) EXPECT_NE(one.technique, "T1");
}

TEST(FollowedByImprovement, needs_three_sessions_with_and_without_and_a_score_soon_after) {
  const std::vector<LoggedSession> sessions = {session(0, {{"T1", 5}}), session(7, {{"T1", 5}}),
                                               session(14, {})};
  const std::vector<DatedScore> scores = {
      {Instant{0}, 9}, {Instant{6 * day_ms}, 5}, {Instant{13 * day_ms}, 3}};
  EXPECT_TRUE(followed_by_improvement(sessions, scores, true).empty());
  std::vector<LoggedSession> late;
  std::vector<DatedScore> far = {{Instant{0}, 40}};
  for (int i = 0; i < 8; ++i) {
    late.push_back(session(40 * i, {{i % 2 == 0 ? "T1" : "R1", 5}}));
    far.push_back({Instant{(40 * i + 30) * day_ms}, 40.0 - i});
  }
  EXPECT_TRUE(followed_by_improvement(late, far, true).empty());
}

TEST(Suggest, gives_reasons_and_puts_what_waits_last) {
  const auto known = holds();
  catalog::ProtocolStage stage;
  stage.label = "First";
  stage.techniques = {"W1", "T1"};
  SuggestionInput input{techniques, known, {"psychosis"}, &stage, {}, {}};
  input.needs = {{TechniqueFamily::early_wounds, {"n", "Little of it.", "", ""}}};
  const auto found = suggest(input);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.front().technique, "T1");
  EXPECT_EQ(found.back().technique, "W1");
  EXPECT_EQ(found.back().because.size(), 2U);
  EXPECT_EQ(found.back().held.front().instead, "Wait.");
  EXPECT_EQ(found.back().ask.front().instead, "Settle first.");
}

RC_GTEST_PROP(Suggest, a_hold_never_takes_a_reason_away_and_never_moves_what_it_does_not_name, ()) {
  const auto known = holds();
  catalog::ProtocolStage stage;
  stage.techniques = {"W1", "T1", "R1"};
  const SuggestionInput free{techniques, known, {}, &stage, {}, {}};
  const SuggestionInput held{techniques, known, {"psychosis"}, &stage, {}, {}};
  const auto before = suggest(free);
  const auto after = suggest(held);
  RC_ASSERT(before.size() == after.size());
  RC_ASSERT(after.back().technique == "W1");
  for (const Suggestion& one : after) RC_ASSERT(one.held.empty() == (one.technique != "W1"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
