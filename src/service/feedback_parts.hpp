#pragma once
// Internal to service: between series of answers and what the room therapy says about them.

#include "service/answer_series.hpp"
#include "therapy/expected_course.hpp"

namespace securebase::service {

/// Scores numbered by the times they were asked; the first is the one at intake.
[[nodiscard]] therapy::ScoredCourse scored_course(const AnswerSeries& series);

[[nodiscard]] inline FindingView finding_view(const Finding& finding) {
  return {finding.code, finding.statement, finding.basis, finding.limits};
}

}  // namespace securebase::service
