#pragma once
// How a course goes, from scores of one scale: status with reasons, change since intake, sudden gains and
// losses, plateau, signs of early leaving, what was not measured. No status is a prognosis; feedback of this
// kind changes outcome by about d = .15 (95 % .10 to .20; 58 studies, ../shared clinical.md 6.2 [V:S68]).

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "stats/change.hpp"
#include "therapy/deterioration.hpp"
#include "therapy/expected_course.hpp"

namespace securebase::therapy {

enum class Status {
  undetermined,  ///< no score after intake, or no reliable change is known
  on_track,
  watch,
  off_track
};
[[nodiscard]] std::string_view to_text(Status status);

enum class StatusRule {
  none,
  expected_course,  ///< this client's own line against the course expected
  rational          ///< change since intake by stage of therapy: where no course can be expected
};

/// All that a status needs. `expected` may be null: then the rational rule decides.
struct FeedbackInput {
  const ScoredCourse* course = nullptr;
  const ExpectedCourse* expected = nullptr;
  std::optional<WorseRule> worse;    ///< nothing: no reliable change is known, no status
  std::optional<double> cutoff;      ///< clinical boundary of the scale (Jacobson-Truax c)
  int planned_visits = 16;           ///< our proposal where nothing is planned
  std::optional<double> sudden_cut;  ///< points; nothing: the reliable change
};

/// Chance above which the status changes: our proposal, chosen on simulated courses (docs/feedback.md).
inline constexpr double watch_probability = 0.12;
inline constexpr double off_track_probability = 0.20;

/// Where the last score lies among clients of the same intake score.
struct Standing {
  int visit = 1;
  double score = 0;
  ExpectedAt at;
  Interval limits68;
  Interval limits80;
  double percentile = 0;  ///< 0 to 1
};

/// What this client's own scores lead one to expect.
struct Outlook {
  OwnLine line;
  OwnForecast at_end;            ///< at the planned last visit, or the next where that is past
  double worse_probability = 0;  ///< that the score then is worse than at intake beyond the reliable change
};

/// Of a client with a score after intake; `planned_visits` as in FeedbackInput.
[[nodiscard]] Outlook outlook_of(const ExpectedCourse& expected, const ScoredCourse& client,
                                 const WorseRule& rule, int planned_visits);
/// A score on the worse side of the 80 % limits is at least watched, whatever is expected later.
[[nodiscard]] Status status_at(double worse_probability, bool beyond_limits);

enum class SuddenKind { gain, loss };
/// Between the readings `before` and `after`, by three criteria (Tang & DeRubeis 1999, J. Consult. Clin.
/// Psychol. 67, 894; constants as in R's suddengains).
struct SuddenChange {
  SuddenKind kind = SuddenKind::gain;
  int before = 0;  ///< visit
  int after = 0;
  double change = 0;  ///< points for the better, below 0: for the worse
  double share = 0;   ///< of the score before
  double mean_before = 0;
  double mean_after = 0;
  double needed = 0;               ///< what the means must differ by: t_crit times the pooled SD
  std::optional<int> reversed_at;  ///< first later visit by which half of it was lost
  std::string reason;              ///< the three criteria with their numbers
};

struct SuddenRule {
  double cut = 0;  ///< points, above 0
  double share = 0.25;
  stats::BetterWhen better = stats::BetterWhen::lower;
};
/// Readings in order of visits; a gap between two visits is not crossed by criterion 1 (both must be
/// neighbours), criterion 3 takes what there is of three either side, two at least. Changes in the first two
/// or last two intervals are therefore rarely seen.
[[nodiscard]] std::vector<SuddenChange> sudden_changes(std::span<const Visit> visits, const SuddenRule& rule);

/// Whether the rule could have found a change between visit n and n + 1 at all.
[[nodiscard]] bool could_be_seen(std::span<const Visit> visits, int before);

/// Jacobson & Truax 1991, with the side of the boundary at intake.
enum class OutcomeClass { recovered, improved, unchanged, deteriorated, functional_at_intake, undetermined };
[[nodiscard]] std::string_view to_text(OutcomeClass outcome);
[[nodiscard]] OutcomeClass jacobson_truax(double intake, double later, const WorseRule& rule,
                                          std::optional<double> cutoff);

/// Change since intake by stage of therapy. Its stages are those told of the OQ practice, its thresholds are
/// ours, in reliable changes (../shared clinical.md 6.2 [M]); worsening w, visits 2-4, 5-9, 10 and later:
///   off track  w >= 1, 1/2, 0      watch  w >= 1/2, 0, -1/2      (+ 1/2 where intake was beyond the
///   boundary)
struct RationalRead {
  Status status = Status::undetermined;
  double beyond = 0;  ///< worsening in reliable changes less the off-track threshold
};
[[nodiscard]] RationalRead rational_rule(double intake, int visit, double score, const WorseRule& rule,
                                         std::optional<double> cutoff);

/// Signs that often come before leaving early; a count, no probability (our proposal).
struct LeavingSigns {
  std::size_t missed_last_three = 0;  ///< of the last three visits, those without a score
  bool early = false;                 ///< not more than four visits so far
  bool no_gain = false;               ///< last score no better than at intake
  bool worth_asking = false;          ///< two of them, or two missed
};

struct Feedback {
  Status status = Status::undetermined;
  StatusRule rule = StatusRule::none;
  std::vector<Finding> reasons;      ///< first that of the status
  std::optional<Finding> how_often;  ///< in simulated courses about one in N flagged this way got worse
  std::optional<Standing> standing;
  std::optional<Outlook> outlook;
  OutcomeClass outcome = OutcomeClass::undetermined;
  std::vector<SuddenChange> sudden;
  bool plateau =
      false;  ///< four scores in a row, within half a reliable change, better than intake by less than one
  std::size_t scores = 0;  ///< after intake
  std::size_t missed = 0;  ///< visits without a score
  LeavingSigns leaving;
};

[[nodiscard]] Feedback feedback(const FeedbackInput& input);

}  // namespace securebase::therapy
