#pragma once
// Dips of the alliance: a numeric stage that asks, and a confirmed stage that knows. Ratings are one
// person's, in order of sessions.
//
// Numeric stage: a local level (stats/state_space.hpp) with the within-person error given,
//   a_t = level_t + e_t, e ~ N(0, sd^2)      level_{t+1} = level_t + u, u ~ N(0, q sd^2)
// whose filter is, in the steady state, the exponentially weighted mean of weight lambda, q = lambda^2 / (1 -
// lambda). z_t is the rating less the level expected from all before it, in SDs of that difference where the
// level has not moved, sd sqrt(1 + 1/n_eff). Our proposal (docs/decisions/0020-dips-of-the-alliance.md);
// published criteria disagree (../shared clinical.md 5.1). A dip is no rupture: clients often hide ruptures,
// and most ratings vary.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::therapy {

struct AllianceRating {
  int session = 1;                    ///< rising
  std::optional<double> rating;       ///< mean of the items, on the scale below; nothing: not rated
  std::optional<double> lowest_item;  ///< of items on bond and goals, of a scale of 1 to 7
};

/// SD within a person, about the person's own line.
struct WithinError {
  double sd = 0;
  std::size_t courses = 0;  ///< pooled over so many
  std::size_t readings = 0;
  std::string source;   ///< in words
  bool stated = false;  ///< from a stated source, not from the practice's courses
};

/// Our proposal: courses with four ratings at least that pooling needs.
inline constexpr std::size_t courses_for_pooling = 20;

/// sqrt(sum of squares about each person's own straight line / (readings - 2 courses)). Error (bad_data)
/// "alliance.too_few_courses": the detail says how many there are and how many are needed.
[[nodiscard]] Result<WithinError> pooled_within_error(std::span<const std::vector<AllianceRating>> courses,
                                                      std::string source);
/// Where no courses are: .5 points of a scale of 1 to 7 (the figure of our simulations; not published), in
/// proportion for other scales.
[[nodiscard]] WithinError fallback_within_error(double lowest, double highest);

/// What was chosen on simulated courses (docs/decisions/0020-dips-of-the-alliance.md), so that of courses of
/// twelve sessions without a dip at most six in a hundred are flagged, and of dips of four SDs 85 in a
/// hundred are.
struct DipRule {
  double lambda = 0.2;
  double soft_z = -1.5;
  double dip_z = -2.5;
  double item_floor = 2;           ///< an item on bond or goals at or below it, on a scale of 1 to 7
  std::size_t ratings_before = 3;  ///< that a dip needs; with fewer a rating is at most a soft flag
  double repaired_within = 0.5;    ///< SDs below the level before
  std::size_t repair_ratings = 3;
  double withdrawal = 0.4;  ///< share that engagement has fallen by
};

enum class DipFlag { none, soft, dip };

struct RatingRead {
  int session = 1;
  std::optional<double> rating;
  std::optional<double> level;  ///< expected from all before; nothing for the first
  std::optional<double> z;
  DipFlag flag = DipFlag::none;
  bool by_item = false;  ///< an item at its floor
};

enum class DipStage {
  numeric,    ///< a flag, nothing else: ask
  confirmed,  ///< by a direct question, a marker in the session or a note
  declined    ///< asked, and it was not one
};
enum class DipCourse { open, repaired, unresolved };

/// What is known besides ratings.
enum class Confirmation { direct_question, marker, note };
struct Confirmed {
  int session = 1;
  Confirmation by = Confirmation::note;
  bool was_rupture = true;
};

struct Dip {
  int session = 1;
  DipFlag flag = DipFlag::soft;
  DipStage stage = DipStage::numeric;
  std::optional<Confirmation> by;
  std::optional<double> level_before;  ///< nothing at the first rating
  std::optional<double> z;
  DipCourse course = DipCourse::open;  ///< open while fewer than three ratings followed
  std::optional<int> repaired_at;
};

/// Of one session: what clients who draw back let fall without a word about it.
struct Engagement {
  int session = 1;
  std::optional<double> homework;    ///< share done
  std::optional<double> disclosure;  ///< length
  std::optional<double> turn_ratio;  ///< client's turns to therapist's
};
struct WithdrawalRead {
  int session = 1;
  std::string what;  ///< "homework", "disclosure" or "turn_ratio"
  double usual = 0;  ///< mean of the three before
  double now = 0;
};

struct AllianceInput {
  std::span<const AllianceRating> ratings;
  WithinError error;
  std::span<const Confirmed> confirmed;
  std::span<const Engagement> engagement;
  DipRule rule = {};
  std::string_view unit = "Session";  ///< what the numbers count, as sentences call it
};

struct AllianceRead {
  std::vector<RatingRead> ratings;
  std::vector<Dip> dips;
  std::vector<WithdrawalRead> withdrawal;  ///< a fall of 40 % or more with no flag in that session
  std::vector<Finding> findings;  ///< without a flag: no dip in ratings; clients often hide ruptures; ask
};

/// Errors (bad_data): "alliance.order" (sessions that do not rise), "alliance.not_finite", "alliance.error"
/// (an SD that is not above 0).
[[nodiscard]] Result<AllianceRead> read_alliance(const AllianceInput& input);

/// Rules others use, for comparison; whether a course without missing ratings is flagged at all.
enum class OtherRule {
  drop_one_sd,  ///< any drop of 1 within-person SD between sessions
  drop_two_sd,
  drop_reliable,      ///< a drop of the reliable change of r = .90
  own_line_pooled,    ///< residual from the own line below -2 pooled SDs
  own_line_own,       ///< the same with the own residual SD
  individuals_chart,  ///< below mean - 2.66 mean moving range (stats/session_series.hpp)
  running_mean        ///< z < -2 against the mean of all before, from the fourth on
};
struct OtherRuleScale {
  double within_sd = 0.5;
  double between_sd = 0.9;
};
[[nodiscard]] bool flags(OtherRule rule, std::span<const double> ratings, const OtherRuleScale& scale);
[[nodiscard]] std::string_view to_text(OtherRule rule);

}  // namespace securebase::therapy
