#include "service/chart.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"
#include "service/measure.hpp"
#include "service/safety.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Charts : public EachPractice {
 protected:
  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    agree_to_measures(ada_, mia_, course_.id);
  }
  /// The answers of a total, as high as they go from the first item on.
  static std::vector<std::string> totalling(int total, int items) {
    std::vector<std::string> words;
    for (int i = 0; i < items; ++i, total -= std::min(total, 3))
      words.push_back(std::to_string(std::min(total, 3)));
    return words;
  }
  void answer(const std::string& instrument, const std::vector<std::string>& words) {
    GiveMeasure input;
    input.instrument = instrument;
    input.respondent = mia_;
    const auto given = must(give_measure(practice(), ada_, course_.id, input));
    must(record_answers(practice(), ada_, course_.id, given.id, {words}));
    clock().pass(7 * day_ms);
  }
  void gad(int total) { answer("gad-7", totalling(total, 7)); }
  void phq(int total, const std::string& risk) {
    auto words = totalling(total, 8);
    words.push_back(risk);
    answer("phq-9", words);
  }
  ChartModel chart() {
    auto charts = must(read_course_page(practice(), ada_, course_.id, 100)).charts;
    EXPECT_THAT(charts, SizeIs(1));
    return charts.at(0);
  }
  static std::vector<ChartLineKind> kinds(const ChartModel& chart) {
    std::vector<ChartLineKind> kinds;
    for (const ChartLine& line : chart.lines) kinds.push_back(line.kind);
    return kinds;
  }

  Actor ada_;
  CourseView course_;
  Id<Person> mia_;
};

TEST_P(Charts, are_none_without_a_score) {
  EXPECT_THAT(must(read_course_page(practice(), ada_, course_.id, 100)).charts, IsEmpty());
}

TEST_P(Charts, say_how_the_latest_differs_from_the_one_before) {
  gad(16);
  gad(15);
  EXPECT_EQ(chart().since_before, "") << "the headline says it";
  gad(4);
  EXPECT_EQ(chart().since_before,
            "15 on 28\u00a0September\u00a02026, 4 now: better by more than the error of the measure.");
  gad(5);
  EXPECT_THAT(chart().since_before, testing::EndsWith("5 now: no more than error may bring about."));
  gad(16);
  EXPECT_THAT(chart().since_before, HasSubstr("worse by more than the error"));
}

TEST_P(Charts, say_nothing_of_better_beside_an_open_risk_answer) {
  phq(20, "0");
  phq(20, "0");
  phq(2, "2");
  EXPECT_THAT(chart().since_before, Not(HasSubstr("better")));
}

TEST_P(Charts, say_nothing_about_change_from_one_score) {
  gad(12);
  const ChartModel one = chart();
  EXPECT_EQ(one.title, "GAD-7, Anxiety symptoms");
  EXPECT_THAT(one.headline, testing::StartsWith("12 on 21\u00a0September\u00a02026: likely "));
  EXPECT_THAT(one.headline, testing::ContainsRegex("likely [0-9]+..to..[0-9]+\\.$")) << "whole points";
  EXPECT_THAT(one.limits.at(0), testing::StartsWith("The error rests on: "));
  EXPECT_THAT(one.headline, Not(HasSubstr("etter")));
  ASSERT_THAT(one.points, SizeIs(1));
  EXPECT_EQ(one.points[0].value, 12);
  EXPECT_LT(*one.points[0].lower, 12);
  EXPECT_GT(*one.points[0].upper, 12);
  EXPECT_THAT(kinds(one), ElementsAre(ChartLineKind::threshold));
  EXPECT_EQ(one.scale.min, 0);
  EXPECT_EQ(one.scale.max, 21);
  EXPECT_EQ(one.scale.direction, ChartDirection::lower_is_better);
  EXPECT_THAT(one.bands, SizeIs(4));
  EXPECT_EQ(one.bands.back().to, 21);
  EXPECT_THAT(one.table.rows, SizeIs(1));
}

TEST_P(Charts, find_two_scores_too_early_for_a_direction) {
  gad(18);
  gad(6);
  const ChartModel two = chart();
  EXPECT_EQ(two.headline,
            "Better than at first by more than the error of the measure: 18 at first, 6 now. Too early for a "
            "direction.");
  EXPECT_THAT(kinds(two), ElementsAre(ChartLineKind::threshold));
  EXPECT_THAT(two.reason, HasSubstr("2 answers from 21\u00a0September\u00a02026"));
  EXPECT_THAT(two.reason, HasSubstr("points or more are beyond error"));
}

TEST_P(Charts, have_lines_of_reliable_change_from_three_scores_on) {
  gad(10);
  gad(11);
  gad(9);
  const ChartModel three = chart();
  EXPECT_EQ(three.headline, "No change beyond the error of the measure: 10 at first, 9 now.");
  EXPECT_THAT(kinds(three), ElementsAre(ChartLineKind::threshold, ChartLineKind::reliable_better,
                                        ChartLineKind::reliable_worse));
  EXPECT_LT(three.lines[1].value, 10);
  EXPECT_NEAR(three.lines[1].value + three.lines[2].value, 20, 1e-9);
  EXPECT_THAT(three.reason,
              HasSubstr("The latest, 9, is at or above the threshold of 8 and may be below it: likely "));
  gad(20);
  EXPECT_THAT(chart().headline, testing::StartsWith("Worse than at first by more than the error"));
}

TEST_P(Charts, break_where_answers_are_missing) {
  gad(12);
  clock().pass(30 * day_ms);
  gad(11);
  const ChartModel broken = chart();
  ASSERT_THAT(broken.gaps, SizeIs(1));
  EXPECT_EQ(broken.gaps[0].from, broken.points[0].at);
  EXPECT_EQ(broken.gaps[0].to, broken.points[1].at);
  EXPECT_THAT(broken.gaps[0].words, testing::StartsWith("No answers from 21\u00a0September\u00a02026 to"));
}

TEST_P(Charts, keep_a_place_for_a_sheet_without_a_score) {
  gad(12);
  answer("gad-7", std::vector<std::string>(7, "skipped"));
  const ChartModel with_none = chart();
  ASSERT_THAT(with_none.points, SizeIs(2));
  EXPECT_FALSE(with_none.points[1].value);
  EXPECT_THAT(with_none.points[1].words, HasSubstr("too much was left out"));
}

TEST_P(Charts, praise_nothing_while_a_risk_answer_is_open) {
  phq(24, "0");
  phq(3, "1");
  const ChartModel open = chart();
  EXPECT_THAT(open.headline,
              testing::StartsWith("A risk answer is open: contact first. 24 at first, 4 now."));
  EXPECT_THAT(open.bands, IsEmpty()) << "a range named 'minimal' could reassure";
  const auto entry = must(open_risk_entries(practice(), ada_)).at(0);
  must(acknowledge_risk(practice(), ada_, course_.id, entry.id, {Private<std::string>("We talked.")}));
  EXPECT_THAT(chart().headline, testing::StartsWith("A risk answer is open")) << "seen is not closed";
  must(close_risk(practice(), ada_, course_.id, entry.id,
                  {Private<std::string>("Ada"), clock().now(), Private<std::string>("No plan."),
                   Private<std::string>("We meet tomorrow.")}));
  EXPECT_THAT(chart().headline, testing::StartsWith("Better than at first"));
  EXPECT_THAT(chart().bands, IsEmpty());
  phq(3, "skipped");
  EXPECT_THAT(chart().headline, HasSubstr("A risk question was left unanswered."));
}

TEST_P(Charts, show_raw_answers_of_a_new_measure) {
  answer("bond", {"1", "1", "1", "1", "1", "1"});
  answer("bond", {"3", "3", "3", "3", "3", "3"});
  const ChartModel raw = must(read_course_page(practice(), ada_, course_.id, 100)).charts.at(0);
  EXPECT_FALSE(raw.points[0].lower);
  EXPECT_THAT(raw.headline, HasSubstr("This measure is new"));
  EXPECT_THAT(raw.bands, IsEmpty());
  EXPECT_THAT(raw.lines, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Service, Charts, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
