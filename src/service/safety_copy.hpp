#pragma once
// What the record holds of one person's safety, endings and supervision: for the copy they ask for, and for
// its erasure. Child-protection notes are in no copy (docs/decisions/0022-child-protection-notes.md); words
// that are about all of a couple or family are not either.

#include <vector>

#include "service/safety.hpp"
#include "service/safety_plan.hpp"

namespace securebase::service {

struct SafetyCopy {
  std::vector<Hold> holds;
  std::vector<GateInterviewView> gate_interviews;
  std::vector<ScreenView> screens;
  std::vector<SafetyPlanView> safety_plans;  ///< newest first
  std::vector<CourseEnding> endings;         ///< of courses of their own
  std::vector<FollowUp> follow_ups;
  std::vector<SupervisionCase> supervision_cases;  ///< of courses of their own

  static constexpr auto fields(const auto& use) {
    return use(Field{"holds", &SafetyCopy::holds}, Field{"gate_interviews", &SafetyCopy::gate_interviews},
               Field{"screens", &SafetyCopy::screens}, Field{"safety_plans", &SafetyCopy::safety_plans},
               Field{"endings", &SafetyCopy::endings}, Field{"follow_ups", &SafetyCopy::follow_ups},
               Field{"supervision_cases", &SafetyCopy::supervision_cases});
  }
};
[[nodiscard]] Result<SafetyCopy> copy_safety(Transaction& transaction, const Id<Person>& person, Date today);

/// Everything of theirs. Before their risk entries, which screens name.
[[nodiscard]] Result<bool> erase_safety(Transaction& transaction, const Id<Person>& person);

}  // namespace securebase::service
