#include "therapy/follow_up.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Answer> answers(const Readings& readings) {
  std::vector<Answer> given;
  for (const AfterAnswer& one : after_answers(readings)) given.push_back(one.answer);
  return given;
}
constexpr Answer yes = Answer::yes;
constexpr Answer no = Answer::no;
constexpr Answer unknown = Answer::unknown;

/// Lower is better, 5 points are beyond error, 10 and more is the clinical side.
Readings readings(double intake, double end, std::vector<double> after) {
  return {intake, end, std::move(after), 5.0, 10.0, stats::BetterWhen::lower};
}

TEST(FollowUp, is_due_four_weeks_around_the_same_day_of_a_later_month) {
  const auto windows = follow_up_windows({2026, 8, 31});
  EXPECT_EQ(windows[0], (FollowUpWindow{3, {2026, 11, 30}, {2026, 11, 2}, {2026, 12, 28}}));
  EXPECT_EQ(windows[1].day, (Date{2027, 2, 28}));
  EXPECT_EQ(windows[3].day, (Date{2028, 8, 31}));
  EXPECT_EQ(months_after({2027, 11, 30}, 3), (Date{2028, 2, 29}));
  EXPECT_FALSE(window_of({2026, 8, 31}, {2026, 11, 1}));
  EXPECT_EQ(window_of({2026, 8, 31}, {2026, 11, 2})->months, 3);
  EXPECT_EQ(window_of({2026, 8, 31}, {2026, 12, 28})->months, 3);
  EXPECT_FALSE(window_of({2026, 8, 31}, {2026, 12, 29}));
}

RC_GTEST_PROP(FollowUpProperty, windows_never_meet, ()) {
  const Date ended = days_after({2024, 1, 1}, *rc::gen::inRange(0, 3000));
  const auto windows = follow_up_windows(ended);
  RC_ASSERT(ended < windows[0].opens);
  for (std::size_t i = 0; i + 1 < windows.size(); ++i) RC_ASSERT(windows[i].closes < windows[i + 1].opens);
}

TEST(FollowUp, keeps_a_gain_until_it_is_worse_beyond_error) {
  EXPECT_THAT(answers(readings(18, 6, {8})), ElementsAre(yes, no, no));
  EXPECT_THAT(answers(readings(18, 6, {11})), ElementsAre(yes, no, no)) << "5 points are within error";
  EXPECT_EQ(answers(readings(18, 6, {12}))[0], no);
  EXPECT_EQ(answers(readings(18, 14, {14}))[0], no) << "there was none";
}

TEST(FollowUp, calls_a_relapse_only_what_was_seen_twice) {
  EXPECT_EQ(answers(readings(18, 6, {12}))[1], unknown);
  EXPECT_THAT(after_answers(readings(18, 6, {12}))[1].basis, HasSubstr("ask again"));
  EXPECT_EQ(answers(readings(18, 6, {12, 13}))[1], yes);
  EXPECT_EQ(answers(readings(18, 6, {7, 12, 13}))[1], yes);
  EXPECT_EQ(answers(readings(18, 6, {12, 7, 7}))[1], no);
  EXPECT_EQ(answers(readings(18, 6, {12, 13, 7, 7}))[1], no) << "the last three count";
  EXPECT_EQ(answers(readings(18, 3, {9, 9}))[1], no) << "worse beyond error, not past the boundary";
  EXPECT_EQ(answers(readings(18, 11, {17, 17}))[1], no) << "it was past it already";
  Readings without = readings(18, 6, {12, 13});
  without.cutoff.reset();
  EXPECT_EQ(answers(without)[1], unknown);
}

TEST(FollowUp, sees_a_late_response) {
  EXPECT_THAT(answers(readings(18, 15, {12})), ElementsAre(no, no, yes));
  EXPECT_EQ(answers(readings(18, 15, {14}))[2], no);
  EXPECT_EQ(answers(readings(18, 6, {6}))[2], no);
}

TEST(FollowUp, says_what_is_missing) {
  EXPECT_THAT(answers({}), ElementsAre(unknown, unknown, unknown));
  Readings none = readings(18, 6, {});
  EXPECT_EQ(after_answers(none)[0].basis, "no score from after the end");
  none.reliable_change.reset();
  EXPECT_THAT(after_answers(none)[0].basis, HasSubstr("error"));
}

RC_GTEST_PROP(FollowUpProperty, is_the_same_with_the_scale_turned_round, ()) {
  const auto score = [] { return static_cast<double>(*rc::gen::inRange(0, 28)); };
  Readings one = readings(score(), score(), {score(), score(), score()});
  Readings turned = one;
  turned.better = stats::BetterWhen::higher;
  turned.intake = -*one.intake;
  turned.end = -*one.end;
  turned.cutoff = -*one.cutoff;
  for (double& value : turned.after) value = -value;
  RC_ASSERT(answers(one) == answers(turned));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
