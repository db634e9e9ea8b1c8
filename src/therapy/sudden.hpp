#pragma once
// Sudden gains and losses of a course; the types stand in feedback.hpp. For this room alone.

#include "therapy/feedback.hpp"

namespace securebase::therapy {

/// Of the intake score, one visit before the first, and the visits after it.
[[nodiscard]] std::vector<SuddenChange> sudden_changes_of(const ScoredCourse& course, const SuddenRule& rule);

}  // namespace securebase::therapy
