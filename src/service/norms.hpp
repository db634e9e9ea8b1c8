#pragma once
// Norms of the practice's own: how its people score when they first fill an instrument in, with how far these
// numbers may be off. One sheet a person, the first: later ones are not independent of it, and follow what
// was done. Figures are those of measures::Describer, and what they say about a group is never about so few
// that it would be about somebody. The same answers, without a name, are what items can be calibrated on
// anew.

#include <optional>
#include <string>
#include <vector>

#include "measures/scoring.hpp"
#include "service/practice.hpp"
#include "service/wording.hpp"

namespace securebase::service {

/// Fewer people are no norm. Ours: with 100 a percentile in the middle is known to within 10 points (95 %).
inline constexpr int fewest_for_norms = 100;
/// What their group is called among the standings of a score.
inline constexpr std::string_view own_norm_group = "practice";

struct NormsOf {
  std::string instrument;  ///< "phq-9" or "phq-9@2001"
  std::optional<std::string> item_order;

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &NormsOf::instrument}, Field{"item_order", &NormsOf::item_order});
  }
};

struct NormPoint {
  double percent = 0;  ///< of the people at or below
  double score = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"percent", &NormPoint::percent}, Field{"score", &NormPoint::score});
  }
};

/// One scale in one group. A gender or bound of age that is not there means all.
struct NormView {
  std::string scale;
  std::string name;
  std::optional<std::string> gender;
  std::optional<int> age_from;
  std::optional<int> age_to;
  int people = 0;
  double mean = 0;
  double mean_error = 0;  ///< standard error
  double sd = 0;
  double sd_error = 0;  ///< standard error
  std::vector<NormPoint> percentiles;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &NormView::scale}, Field{"name", &NormView::name},
               Field{"gender", &NormView::gender}, Field{"age_from", &NormView::age_from},
               Field{"age_to", &NormView::age_to}, Field{"people", &NormView::people},
               Field{"mean", &NormView::mean}, Field{"mean_error", &NormView::mean_error},
               Field{"sd", &NormView::sd}, Field{"sd_error", &NormView::sd_error},
               Field{"percentiles", &NormView::percentiles});
  }
};

/// What there is for an instrument in one order.
struct MeasureNorms {
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string title;
  std::int64_t respondents = 0;  ///< whose first sheet counts, now
  std::optional<Instant> computed_at;
  bool is_used = false;  ///< false: never computed, or with another definition of this version
  std::vector<NormView> norms;

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &MeasureNorms::instrument}, Field{"version", &MeasureNorms::version},
               Field{"item_order", &MeasureNorms::item_order}, Field{"title", &MeasureNorms::title},
               Field{"respondents", &MeasureNorms::respondents},
               Field{"computed_at", &MeasureNorms::computed_at}, Field{"is_used", &MeasureNorms::is_used},
               Field{"norms", &MeasureNorms::norms});
  }
};

struct LocalNorms {
  int needed = fewest_for_norms;  ///< respondents
  std::vector<MeasureNorms> measures;

  static constexpr auto fields(const auto& use) {
    return use(Field{"needed", &LocalNorms::needed}, Field{"measures", &LocalNorms::measures});
  }
};

/// Computes them anew, in the place of those that were there. For admins: it shows nobody's answers. Left out
/// are sheets about somebody else, those that asked only some questions, and people who were erased. Errors:
/// those of choose_definition; "norms.alliance" (conflict): ratings of the work together reach no management;
/// "norms.too_few" (conflict) says how many there are and how many are needed.
[[nodiscard]] Result<MeasureNorms> compute_local_norms(const Practice& practice, const Actor& actor,
                                                       const NormsOf& input);

/// Of every instrument and order that somebody has filled in, most respondents first. For admins.
[[nodiscard]] Result<LocalNorms> list_local_norms(const Practice& practice, const Actor& actor);

/// The first filling-in of somebody, told from others by nothing but what was answered.
struct AnswersOfOne {
  std::optional<int> age;  ///< years
  std::optional<std::string> gender;
  measures::Responses responses;
};

struct ExportedAnswers {
  Definition definition;
  std::vector<AnswersOfOne> people;  ///< in an order that chance has chosen
};

/// What a calibration needs: the answers that norms rest on, of those who agreed to research, risk answers
/// among them. For admins, on the machine itself. Errors as compute_local_norms.
[[nodiscard]] Result<ExportedAnswers> export_answers(const Practice& practice, const Actor& actor,
                                                     const NormsOf& input);

// For other use cases of this room

/// The practice's norms for an instrument in one order, beside the published ones.
class OwnNorms {
 public:
  /// None where they were computed with another definition.
  [[nodiscard]] static Result<OwnNorms> read(Transaction& transaction, const Definition& definition);
  /// Adds where each score lies among the practice's people.
  void stand(measures::Scores& scores, const measures::PersonGroup& person) const;

 private:
  Definition definition_;
  std::vector<catalog::Scale> scales_;  ///< of the instrument, with the norms; empty: there are none
};

}  // namespace securebase::service
