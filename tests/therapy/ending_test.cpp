#include "therapy/ending.hpp"

#include <gmock/gmock.h>

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Answer> answers(const EndingFacts& facts) {
  std::vector<Answer> given;
  for (const DropoutAnswer& one : dropout_answers(facts)) given.push_back(one.answer);
  return given;
}
constexpr Answer yes = Answer::yes;
constexpr Answer no = Answer::no;
constexpr Answer unknown = Answer::unknown;

TEST(Dropout, is_unknown_where_nothing_is_known) {
  EXPECT_THAT(answers({}), ElementsAre(unknown, unknown, unknown, unknown, unknown));
  for (const DropoutAnswer& one : dropout_answers({})) EXPECT_FALSE(one.basis.empty());
}

TEST(Dropout, differs_by_definition) {
  EndingFacts facts;
  facts.judged_dropout = false;
  facts.missed_last = true;
  facts.attended = 9;
  facts.planned_sessions = 16;
  facts.median_attended = 8;
  facts.courses_behind_median = 12;
  facts.unilateral = true;
  facts.reliably_better = true;
  EXPECT_THAT(answers(facts), ElementsAre(no, yes, yes, no, no));
  facts.reliably_better = false;
  facts.attended = 7;
  EXPECT_THAT(answers(facts), ElementsAre(no, yes, yes, yes, yes));
  facts.unilateral = false;
  EXPECT_EQ(answers(facts)[4], no);
}

TEST(Dropout, needs_enough_courses_for_a_median) {
  EndingFacts facts;
  facts.attended = 3;
  facts.median_attended = 8;
  facts.courses_behind_median = least_courses_for_median - 1;
  EXPECT_EQ(answers(facts)[3], unknown);
  EXPECT_THAT(dropout_answers(facts)[3].basis, HasSubstr("10 are needed"));
  facts.courses_behind_median = least_courses_for_median;
  EXPECT_EQ(answers(facts)[3], yes);
  facts.attended = 8;
  EXPECT_EQ(answers(facts)[3], no) << "as many as the median is not below it";
}

TEST(Dropout, as_many_sessions_as_planned_are_not_fewer) {
  EndingFacts facts;
  facts.attended = 16;
  facts.planned_sessions = 16;
  EXPECT_EQ(answers(facts)[2], no);
  EXPECT_EQ(dropout_answers(facts)[2].basis, "16 of 16 sessions");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
