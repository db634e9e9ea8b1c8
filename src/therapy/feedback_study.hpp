#pragma once
// How good feedback is, on courses whose truth is known: an expected course is learned in each world,
// statuses are computed as they are shown, and held against who truly got worse, against the rational rule,
// and against an oracle that knows the parameters (world_moments.hpp).

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "therapy/practice_simulation.hpp"

namespace securebase::therapy {

struct FeedbackStudyPlan {
  std::size_t learned = 2000;   ///< courses an expected course is learned from
  std::size_t courses = 10000;  ///< others, that it is tried on
  std::vector<int> sessions{3, 5, 8, 12};
  stats::RandomKey key{20261130, 8};
  std::vector<World> worlds{all_worlds.begin(), all_worlds.end()};
  std::function<void(std::size_t done, std::size_t total)> progress;
};

/// Among clients who still come at a session and have a score after intake.
struct SessionResult {
  int session = 0;
  std::size_t courses = 0;
  double worse = 0;  ///< share who will truly have got worse
  double auc = 0;    ///< of the probability that status rests on
  std::optional<double> auc_oracle;
  double auc_standing = 0;  ///< of where the last score lies among such clients (tolerance limits)
  double auc_change = 0;    ///< of the change since intake
  double rational_specificity = 0;
  double rational_sensitivity = 0;
  double sensitivity_there = 0;  ///< of ours at the rational rule's specificity
  double standing_there = 0;
};

/// Courses flagged at any session, against the truth at the planned end.
struct AlarmResult {
  std::string alarm;  ///< "off_track", "watch", "limits80", "rational"
  double flagged = 0;
  double sensitivity = 0;
  double specificity = 0;
  double predictive_value = 0;
  double negative_value = 0;
  double seen_predictive_value = 0;  ///< against what was seen: last score against first
  double lead = 0;  ///< sessions from the first flag to the planned end, median of those rightly flagged
};

struct RocPoint {
  double cut = 0;
  double sensitivity = 0;
  double specificity = 0;
};

struct WorldResult {
  World world = World::as_modelled;
  std::string parameters;  ///< fingerprint
  double worse = 0;        ///< truly
  double seen_worse = 0;
  std::vector<SessionResult> sessions;
  std::vector<AlarmResult> alarms;
  /// Sensitivity at specificity .90, cuts or thresholds moved until that is reached: flagged in the first
  /// half of the planned sessions, and at any.
  double half = 0, half_rational = 0;
  double any = 0, any_rational = 0;
  std::vector<RocPoint> roc;  ///< of courses flagged at any session, by the stated grid of cuts
};

struct FeedbackStudy {
  std::size_t learned = 0;
  std::size_t courses = 0;
  std::string fingerprint;  ///< of all worlds' parameters, and of the plan
  std::vector<WorldResult> worlds;
};

/// Of all worlds' parameters.
[[nodiscard]] std::string worlds_fingerprint();

/// Errors: those of learn_expected_course.
[[nodiscard]] Result<FeedbackStudy> study_feedback(const FeedbackStudyPlan& plan);

/// What study_table.inc holds of it, dotted.
struct NamedValue {
  std::string key;
  double value = 0;
};
[[nodiscard]] std::vector<NamedValue> values_of(const FeedbackStudy& study);

}  // namespace securebase::therapy
