#include "therapy/ending.hpp"

#include <fmt/format.h>

namespace securebase::therapy {
namespace {

Answer answer_of(const std::optional<bool>& known) {
  if (!known) return Answer::unknown;
  return *known ? Answer::yes : Answer::no;
}

DropoutAnswer by_judgement(const EndingFacts& facts) {
  return {DropoutDefinition::therapist_judgement, "The therapist judged that the client dropped out",
          answer_of(facts.judged_dropout),
          facts.judged_dropout ? "said by the therapist" : "the therapist has not said"};
}

DropoutAnswer by_last_appointment(const EndingFacts& facts) {
  return {DropoutDefinition::missed_last, "Missed the last appointment and made no other",
          answer_of(facts.missed_last),
          facts.missed_last ? "attendance of the last appointment"
                            : "attendance of the last appointment is not noted"};
}

DropoutAnswer by_plan(const EndingFacts& facts) {
  DropoutAnswer answer{DropoutDefinition::below_planned, "Came to fewer sessions than planned",
                       Answer::unknown, "how many sessions were planned, or came about, is not noted"};
  if (!facts.attended || !facts.planned_sessions) return answer;
  answer.answer = *facts.attended < *facts.planned_sessions ? Answer::yes : Answer::no;
  answer.basis = fmt::format("{} of {} sessions", *facts.attended, *facts.planned_sessions);
  return answer;
}

DropoutAnswer by_median(const EndingFacts& facts) {
  DropoutAnswer answer{DropoutDefinition::below_median,
                       "Came to fewer sessions than half of this practice's courses", Answer::unknown,
                       "how many sessions came about is not noted"};
  if (!facts.attended) return answer;
  if (!facts.median_attended || facts.courses_behind_median < least_courses_for_median) {
    answer.basis = fmt::format("{} ended courses with their sessions noted; {} are needed",
                               facts.courses_behind_median, least_courses_for_median);
    return answer;
  }
  answer.answer = *facts.attended < *facts.median_attended ? Answer::yes : Answer::no;
  answer.basis = fmt::format("{} sessions against a median of {:g} over {} courses", *facts.attended,
                             *facts.median_attended, facts.courses_behind_median);
  return answer;
}

DropoutAnswer by_improvement(const EndingFacts& facts) {
  DropoutAnswer answer{DropoutDefinition::unilateral_unimproved,
                       "Left by the client's own decision, without change for the better beyond error",
                       Answer::unknown, "who ended it is not noted"};
  if (!facts.unilateral) return answer;
  if (!*facts.unilateral) {
    answer.answer = Answer::no;
    answer.basis = "not the client's decision alone";
    return answer;
  }
  if (!facts.reliably_better) {
    answer.basis = "no measure with a known error was answered at the beginning and at the end";
    return answer;
  }
  answer.answer = *facts.reliably_better ? Answer::no : Answer::yes;
  answer.basis = *facts.reliably_better ? "better beyond error on one measure at least"
                                        : "no measure better beyond error";
  return answer;
}

}  // namespace

std::vector<DropoutAnswer> dropout_answers(const EndingFacts& facts) {
  return {by_judgement(facts), by_last_appointment(facts), by_plan(facts), by_median(facts),
          by_improvement(facts)};
}

}  // namespace securebase::therapy
