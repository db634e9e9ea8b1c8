#pragma once
// Responses in, scores out: each score with its error, where it lies among others, the band its authors name,
// and what it rests on. `Scorer` compiles a definition once and scores rows by the million; `score` explains
// one.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "catalog/instrument.hpp"
#include "measures/responses.hpp"

namespace securebase::measures {

enum class ScoreState : std::uint8_t {
  complete,              ///< every item answered
  prorated,              ///< the mean of the answered items stands in, by the definition's rule
  prorated_by_practice,  ///< the same, by a threshold the practice has set
  zero_filled,           ///< missing answers counted as the lowest, by the definition's rule
  estimated,             ///< some items were asked; the full score follows from the items' calibration
  no_score               ///< too much missing
};

[[nodiscard]] std::string_view to_text(ScoreState state);

struct ScoringOptions {
  /// A practice's own threshold: scales whose definition asks for complete answers are prorated up to this
  /// share of missing items (0 to below 1), and marked so. 0: the definition's rule alone.
  double practice_missing_fraction = 0;
};

/// A scale's score in one row.
struct RowScore {
  double value = 0;  ///< meaningless where there is no score
  std::uint16_t answered = 0;
  ScoreState state = ScoreState::no_score;
};

/// A definition in one order, compiled for scoring. Keeps its own copy of what it needs.
class Scorer {
 public:
  Scorer(const catalog::Instrument& instrument, const catalog::Order& order, ScoringOptions options = {});
  ~Scorer();
  Scorer(Scorer&&) noexcept;
  Scorer& operator=(Scorer&&) noexcept;

  [[nodiscard]] std::size_t items() const;   ///< bytes per row
  [[nodiscard]] std::size_t scales() const;  ///< scores per row

  /// `row` holds items() bytes, `out` takes scales() scores.
  void score_row(const AnswerByte* row, RowScore* out) const;

  /// Row after row: rows.size() is a multiple of items(), out has scales() per row.
  void score_rows(std::span<const AnswerByte> rows, std::span<RowScore> out) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

/// What is known of the person, to choose a norm.
struct PersonGroup {
  std::optional<std::string> gender;  ///< female, male, other
  std::optional<int> age;             ///< years
};

/// How far a score may be off.
struct StandardError {
  double value = 0;   ///< in the unit of the score
  Interval interval;  ///< score +/- z * value, cut to the range of the score
  std::string basis;  ///< which reliability, in whom, which SD
  bool verified = false;
};

/// Where a score lies in a group.
struct Standing {
  double z = 0;                      ///< (score - mean) / SD
  std::optional<double> percentile;  ///< percent of the group at or below, 0 to 100
  std::string group;
  std::string basis;
  bool verified = false;
  std::optional<int> n;  ///< of the people it was counted on; nothing where a source does not say
};

struct NamedBand {
  std::string label;
  double from = 0;
  double below = 0;  ///< the next band's begin, or the highest score for the last
  bool last = false;
  std::string meaning;
  bool verified = false;
  bool error_reaches_beyond = false;  ///< the score's interval reaches into another band
};

struct CutoffStanding {
  std::string label;
  double value = 0;
  catalog::Side side = catalog::Side::at_or_above;
  bool reached = false;
  /// Whether the score's interval holds scores on both sides; nothing where there is no interval.
  std::optional<bool> within_error;
  bool verified = false;
  std::string as_published;  ///< how the source puts it; empty: by value and side
};

struct Score {
  std::string scale;
  std::string name;
  catalog::Direction direction = catalog::Direction::higher_worse;
  double range_min = 0;
  double range_max = 0;
  std::optional<double> value;
  ScoreState state = ScoreState::no_score;
  int answered = 0;
  int items = 0;
  std::optional<StandardError> error;
  std::string no_error;             ///< why no error is known; empty where one is, or where there is no score
  std::vector<Standing> standings;  ///< at most one per group of people in the norms
  std::optional<NamedBand> band;
  /// The band, where it must not be shown: a risk item is raised or unanswered, and a word such as "healthy"
  /// would reassure.
  std::optional<NamedBand> band_left_out;
  std::vector<CutoffStanding> cutoffs;
};

enum class CriterionState { met, not_met, undetermined };

[[nodiscard]] std::string_view to_text(CriterionState state);

struct CriterionResult {
  std::string id;
  std::string name;
  CriterionState state = CriterionState::undetermined;
  std::string meaning;
};

struct RiskAnswer {
  int item = 0;
  std::string topic;
  std::optional<int> code;  ///< nothing: asked and not answered, which is never "no"
  bool flagged = false;

  bool operator==(const RiskAnswer&) const = default;
};

/// Raised or unanswered: a person has to look at it.
[[nodiscard]] bool needs_attention(const RiskAnswer& risk);
[[nodiscard]] bool needs_attention(const std::vector<RiskAnswer>& risks);

struct Scores {
  std::string instrument;
  std::string version;
  std::string order;
  std::string fingerprint;  ///< of the definition
  std::string engine_version;
  bool calibrated = true;  ///< false: raw answers and direction only
  std::vector<Score> scores;
  std::vector<CriterionResult> criteria;
  std::vector<RiskAnswer> risks;
  std::vector<Finding> findings;
};

/// Every criterion of the instrument, in its order; a missing answer may leave one undetermined.
[[nodiscard]] std::vector<CriterionResult> assess_criteria(const catalog::Instrument& instrument,
                                                           const Responses& responses);

/// Every risk item that was asked.
[[nodiscard]] std::vector<RiskAnswer> assess_risks(const catalog::Instrument& instrument,
                                                   const Responses& responses);

/// Scores one filling-in and says what every number rests on.
[[nodiscard]] Result<Scores> score(const catalog::Instrument& instrument, const catalog::Order& order,
                                   const Responses& responses, const PersonGroup& person = {},
                                   ScoringOptions options = {});

/// What a value on a scale means: error, standing, band, cut-offs. `score` uses it; batch scoring calls it
/// once per distinct value.
[[nodiscard]] Score interpret(const catalog::Instrument& instrument, const catalog::Scale& scale,
                              const catalog::Order& order, const RowScore& row, const PersonGroup& person);

/// The reliability and SD a scale's errors are computed from in an order, or why there are none.
struct ErrorBasis {
  double sd = 0;
  double reliability = 0;
  std::string kind;  ///< of the reliability
  std::string text;
  bool verified = false;
  bool one_sitting = false;  ///< an internal consistency: change from day to day is not in it
};
enum class ErrorUse {
  score,
  change
};  ///< a score's error prefers internal consistency, a change's test-retest

[[nodiscard]] std::optional<ErrorBasis> error_basis(const catalog::Scale& scale, const catalog::Order& order,
                                                    ErrorUse use);

/// Why there is no such basis, in words.
[[nodiscard]] std::string why_no_error(const catalog::Scale& scale, const catalog::Order& order,
                                       ErrorUse use);

/// Scores every golden case of an instrument; a fault for each expected value that does not come out.
[[nodiscard]] Faults prove_golden(const catalog::Instrument& instrument);

}  // namespace securebase::measures
