#pragma once
// How often rules about ratings of the alliance flag courses without a rupture, and find dips that were
// planted; the confirmed stage under stated probabilities of an answer.

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "therapy/feedback_study.hpp"
#include "therapy/rupture.hpp"

namespace securebase::therapy {

struct AllianceStudyPlan {
  std::size_t courses = 20000;
  double yes_after_rupture = 0.8;  ///< that a direct question is answered so: our assumption
  double yes_without = 0.1;
  stats::RandomKey key{20261130, 10};
};

/// Keys "alliance.<scenario>.<rule>": share of courses of twelve sessions flagged;
/// "alliance.found.<scenario>": dips flagged in their session; "alliance.practice...": ruptures of
/// practice_simulation.hpp.
[[nodiscard]] Result<std::vector<NamedValue>> study_alliance(const AllianceStudyPlan& plan);

}  // namespace securebase::therapy
