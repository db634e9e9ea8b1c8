#include "therapy/feedback.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "therapy/practice_simulation.hpp"

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

std::vector<Visit> visits_of(const std::vector<std::optional<double>>& scores, int first = 1) {
  std::vector<Visit> visits;
  for (std::size_t i = 0; i < scores.size(); ++i) visits.push_back({first + static_cast<int>(i), scores[i]});
  return visits;
}

const SuddenRule seven{7, 0.25, stats::BetterWhen::lower};
constexpr auto none = std::nullopt;

TEST(SuddenChanges, the_gain_worked_out_by_hand) {
  const auto found = sudden_changes(visits_of({32, 31, 33, 5, 6, 7}), seven);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, SuddenKind::gain);
  EXPECT_EQ(found[0].before, 3);
  EXPECT_EQ(found[0].after, 4);
  EXPECT_NEAR(found[0].change, 28, 1e-12);
  EXPECT_NEAR(found[0].mean_before - found[0].mean_after, 26, 1e-12);
  EXPECT_NEAR(found[0].needed, 2.776, 1e-12);
  EXPECT_FALSE(found[0].reversed_at);
  EXPECT_EQ(found[0].reason, "33 to 5: 28 points >= 7; 85 % >= 25 %; means 32 and 6 differ by 26 > 2.776");
}

TEST(SuddenChanges, each_criterion_can_fail) {
  EXPECT_TRUE(sudden_changes(visits_of({32, 31, 33, 27, 6, 7}), seven).empty() ||
              sudden_changes(visits_of({32, 31, 33, 27, 6, 7}), seven)[0].before != 3);  // 6 points
  EXPECT_TRUE(sudden_changes(visits_of({32, 31, 33, 25, 25, 25}), seven).empty());       // 24 %
  EXPECT_TRUE(sudden_changes(visits_of({12, 40, 33, 20, 40, 12}), seven).empty());       // means
}

TEST(SuddenChanges, need_three_sessions_either_side_and_two_scores) {
  EXPECT_TRUE(sudden_changes(visits_of({31, 33, 5, 6, 7}), seven).empty());
  EXPECT_FALSE(could_be_seen(visits_of({31, 33, 5, 6, 7}), 2));
  EXPECT_EQ(sudden_changes(visits_of({32, none, 33, 5, none, 7}), seven).size(), 1U);
  EXPECT_TRUE(sudden_changes(visits_of({none, none, 33, 5, 6, 7}), seven).empty());
  EXPECT_TRUE(sudden_changes(visits_of({32, 31, 33, none, 5, 6, 7}), seven).empty());  // no neighbours
  EXPECT_TRUE(could_be_seen(visits_of({32, 31, 33, 5, 6, 7}), 3));
}

TEST(SuddenChanges, are_reversed_when_half_is_lost) {
  EXPECT_EQ(sudden_changes(visits_of({32, 31, 33, 5, 6, 7, 18, 19}), seven)[0].reversed_at, 8);
  EXPECT_FALSE(sudden_changes(visits_of({32, 31, 33, 5, 6, 7, 18, 18.9}), seven)[0].reversed_at);
}

RC_GTEST_PROP(SuddenChanges, a_loss_is_a_gain_on_the_scale_turned_round, ()) {
  const auto values = *rc::gen::container<std::vector<int>>(10, rc::gen::inRange(1, 60));
  std::vector<std::optional<double>> up;
  for (const int v : values) up.emplace_back(v);
  const auto lower = sudden_changes(visits_of(up), seven);
  const auto higher = sudden_changes(visits_of(up), {7, 0.25, stats::BetterWhen::higher});
  RC_ASSERT(lower.size() == higher.size());
  for (std::size_t i = 0; i < lower.size(); ++i) {
    RC_ASSERT(lower[i].kind != higher[i].kind);
    RC_ASSERT(lower[i].change == -higher[i].change);
  }
}

using Found = std::tuple<int, int, bool, int>;  // client, session before, gain, reversed at (0: not)

// By a second program, written apart, over the same file.
const std::vector<Found> in_the_series{
    {1, 3, true, 7},   {1, 7, true, 0},    {3, 8, true, 0},  {4, 3, true, 10}, {4, 9, false, 12},
    {5, 3, true, 0},   {5, 8, true, 0},    {9, 3, true, 0},  {10, 2, true, 0}, {10, 4, true, 0},
    {12, 3, true, 9},  {13, 3, true, 0},   {13, 8, true, 0}, {14, 2, true, 0}, {18, 3, true, 0},
    {34, 7, false, 0}, {35, 7, false, 11}, {39, 3, true, 0}, {40, 2, true, 0}, {40, 5, true, 0},
    {40, 8, true, 12}, {41, 6, true, 0},   {41, 9, true, 0}, {42, 5, true, 0}, {42, 8, true, 0},
    {43, 5, true, 0},  {43, 7, true, 0}};

TEST(SuddenChanges, those_of_a_published_series) {
  const auto path = std::filesystem::path(SECUREBASE_SHARED_DIR) / "data/session-series/bdi_sessions.csv";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "other people's data, which may not stand in the repository, are not beside it";
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<Found> found;
  for (int client = 1; std::getline(file, line); ++client) {
    std::istringstream fields(line);
    std::string field;
    std::getline(fields, field, ',');
    std::vector<Visit> visits;
    for (int s = 0; s <= 12 && std::getline(fields, field, ','); ++s)
      visits.push_back({s, field.empty() || field == "NA" ? std::nullopt : std::optional(std::stod(field))});
    for (const SuddenChange& c : sudden_changes(visits, seven)) {
      found.emplace_back(client, c.before, c.kind == SuddenKind::gain, c.reversed_at.value_or(0));
      EXPECT_FALSE(c.reason.empty());
    }
  }
  EXPECT_EQ(found, in_the_series);
}

const WorseRule rule{10, stats::BetterWhen::lower};

TEST(JacobsonTruax, has_all_its_classes) {
  EXPECT_EQ(jacobson_truax(30, 10, rule, 15), OutcomeClass::recovered);
  EXPECT_EQ(jacobson_truax(30, 18, rule, 15), OutcomeClass::improved);
  EXPECT_EQ(jacobson_truax(30, 20, rule, 15), OutcomeClass::unchanged);
  EXPECT_EQ(jacobson_truax(30, 41, rule, 15), OutcomeClass::deteriorated);
  EXPECT_EQ(jacobson_truax(14, 2, rule, 15), OutcomeClass::functional_at_intake);
  EXPECT_EQ(jacobson_truax(30, 10, rule, none), OutcomeClass::improved);
  EXPECT_EQ(jacobson_truax(10, 30, {10, stats::BetterWhen::higher}, 25), OutcomeClass::recovered);
}

TEST(RationalRule, asks_for_more_as_therapy_goes_on) {
  EXPECT_EQ(rational_rule(30, 3, 38, rule, none).status, Status::watch);
  EXPECT_EQ(rational_rule(30, 3, 40, rule, none).status, Status::off_track);
  EXPECT_EQ(rational_rule(30, 6, 35, rule, none).status, Status::off_track);
  EXPECT_EQ(rational_rule(30, 12, 30, rule, none).status, Status::off_track);
  EXPECT_EQ(rational_rule(30, 12, 20, rule, none).status, Status::on_track);
  EXPECT_EQ(rational_rule(12, 12, 12, rule, 15).status, Status::watch);  // began beyond the boundary
}

ExpectedCourse known() {
  ExpectedCourse e;
  e.mean_intake = 30;
  e.fixed = {28, -3, 0.9, -0.1};
  e.between = {20, 1, 9};
  e.residual_sd = 4;
  e.courses = 200;
  e.lowest_intake = 10;
  e.highest_intake = 50;
  e.last_visit = 16;
  e.source = "invented";
  return e;
}

Feedback read(const std::vector<std::optional<double>>& scores, const ExpectedCourse* expected) {
  const ScoredCourse course = course_from_visits("a", visits_of(scores));
  FeedbackInput input;
  input.course = &course;
  input.expected = expected;
  input.worse = rule;
  input.cutoff = 15;
  return feedback(input);
}

TEST(Feedback, goes_with_the_scores) {
  const ExpectedCourse e = known();
  EXPECT_EQ(read({30, 29, 26, 24, 22}, &e).status, Status::on_track);
  const Feedback worse = read({30, 36, 42, 44, 47}, &e);
  EXPECT_EQ(worse.status, Status::off_track);
  EXPECT_EQ(worse.rule, StatusRule::expected_course);
  EXPECT_EQ(worse.outcome, OutcomeClass::deteriorated);
  EXPECT_GT(worse.standing->percentile, 0.99);
  ASSERT_TRUE(worse.how_often);
  EXPECT_NE(worse.how_often->statement.find("about one in"), std::string::npos);
  EXPECT_EQ(worse.reasons.front().code, "feedback.off_track");
  EXPECT_NE(worse.reasons.front().limits.find("d = .15"), std::string::npos);
  EXPECT_FALSE(read({30, 29, 26, 24, 22}, &e).how_often);
}

TEST(Feedback, watches_whoever_lies_beyond_the_limits) {
  ExpectedCourse e = known();
  e.between = {0.1, 0, 0.1};  // what a client scores once says little about later
  const Feedback f = read({30, 29, 41}, &e);
  EXPECT_LT(f.outlook->worse_probability, watch_probability);
  EXPECT_EQ(f.status, Status::watch);
  EXPECT_EQ(status_at(0.01, false), Status::on_track);
}

TEST(Feedback, without_an_expected_course_looks_back_to_the_start) {
  const Feedback f = read({30, 36, 42, 44, 47}, nullptr);
  EXPECT_EQ(f.status, Status::off_track);
  EXPECT_EQ(f.rule, StatusRule::rational);
  EXPECT_FALSE(f.standing);
  ExpectedCourse narrow = known();
  narrow.highest_intake = 25;
  EXPECT_EQ(read({30, 36}, &narrow).rule, StatusRule::rational);
}

TEST(Feedback, says_nothing_where_nothing_is_known) {
  const ExpectedCourse e = known();
  EXPECT_EQ(read({30}, &e).status, Status::undetermined);
  EXPECT_EQ(read({none, none}, &e).status, Status::undetermined);
  EXPECT_EQ(read({}, &e).reasons.front().code, "feedback.undetermined");
}

TEST(Feedback, counts_what_was_not_measured_and_asks) {
  const ExpectedCourse e = known();
  const Feedback f = read({30, 31, none, none}, &e);
  EXPECT_EQ(f.scores, 1U);
  EXPECT_EQ(f.missed, 2U);
  EXPECT_TRUE(f.leaving.worth_asking);
  const auto said = [&](const char* code) {
    return std::any_of(f.reasons.begin(), f.reasons.end(), [&](const Finding& x) { return x.code == code; });
  };
  EXPECT_TRUE(said("feedback.missed"));
  EXPECT_TRUE(said("feedback.leaving"));
}

TEST(Feedback, sees_a_plateau) {
  const ExpectedCourse e = known();
  EXPECT_TRUE(read({30, 28, 27, 26, 27, 28}, &e).plateau);
  EXPECT_FALSE(read({30, 28, 22, 17, 16, 15}, &e).plateau);
}

TEST(Feedback, finds_sudden_gains_from_intake_on) {
  const ExpectedCourse e = known();
  const Feedback f = read({32, 31, 33, 5, 6, 7}, &e);
  ASSERT_EQ(f.sudden.size(), 1U);
  EXPECT_EQ(f.sudden[0].before, 3);
}

RC_GTEST_PROP(Feedback, a_worse_last_score_never_lowers_the_chance, ()) {
  const ExpectedCourse e = known();
  const auto values = *rc::gen::container<std::vector<int>>(5, rc::gen::inRange(10, 50));
  std::vector<std::optional<double>> scores;
  for (const int v : values) scores.emplace_back(v);
  const double before = read(scores, &e).outlook->worse_probability;
  *scores.back() += 3;
  RC_ASSERT(read(scores, &e).outlook->worse_probability >= before);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
