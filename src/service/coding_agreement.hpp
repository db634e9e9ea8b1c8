#pragma once
// How far observers agree: sheets that are finished and were coded alone, put together by
// coding/agreement.hpp. Consensus and experts' sheets are never part of it.

#include <optional>
#include <string>
#include <vector>

#include "coding/sheet.hpp"
#include "service/coding.hpp"
#include "service/measure.hpp"

namespace securebase::service {

struct AgreementOf {
  std::string system;
  std::optional<Id<CodingTarget>> clip;  ///< nothing: every clip one may see the sheets of
  std::int64_t unit_ms = 1000;
  std::int64_t tolerance_ms = 2000;

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &AgreementOf::system}, Field{"clip", &AgreementOf::clip},
               Field{"unit_ms", &AgreementOf::unit_ms}, Field{"tolerance_ms", &AgreementOf::tolerance_ms});
  }
};

/// Nothing where it is undefined; an interval where there are clips enough.
struct CoefficientView {
  std::optional<double> value;
  std::optional<double> lower;
  std::optional<double> upper;

  static constexpr auto fields(const auto& use) {
    return use(Field{"value", &CoefficientView::value}, Field{"lower", &CoefficientView::lower},
               Field{"upper", &CoefficientView::upper});
  }
};

struct CodeAgreementView {
  std::string code;
  std::string label;
  std::int64_t first = 0;
  std::int64_t second = 0;
  std::int64_t matched = 0;
  std::optional<double> share;
  CoefficientView time_kappa;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &CodeAgreementView::code}, Field{"label", &CodeAgreementView::label},
               Field{"first", &CodeAgreementView::first}, Field{"second", &CodeAgreementView::second},
               Field{"matched", &CodeAgreementView::matched}, Field{"share", &CodeAgreementView::share},
               Field{"time_kappa", &CodeAgreementView::time_kappa});
  }
};

/// Counts of pairs: rows are the first coder's, columns the second's.
struct ConfusionView {
  std::vector<std::string> labels;
  std::vector<std::vector<double>> rows;

  static constexpr auto fields(const auto& use) {
    return use(Field{"labels", &ConfusionView::labels}, Field{"rows", &ConfusionView::rows});
  }
};

struct ToleranceView {
  std::int64_t tolerance_ms = 0;
  std::optional<double> kappa;
  double observed = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"tolerance_ms", &ToleranceView::tolerance_ms}, Field{"kappa", &ToleranceView::kappa},
               Field{"observed", &ToleranceView::observed});
  }
};

struct TrackAgreementView {
  std::string track;
  std::int64_t clips = 0;
  std::vector<CodeAgreementView> codes;
  ConfusionView paired;  ///< the last row and column: seen by nobody else
  CoefficientView matched_share;
  std::optional<double> median_offset_ms;
  std::optional<std::int64_t> largest_offset_ms;
  CoefficientView time_kappa;
  std::optional<double> observed;
  std::optional<double> by_chance;
  std::vector<ToleranceView> curve;

  static constexpr auto fields(const auto& use) {
    return use(Field{"track", &TrackAgreementView::track}, Field{"clips", &TrackAgreementView::clips},
               Field{"codes", &TrackAgreementView::codes}, Field{"paired", &TrackAgreementView::paired},
               Field{"matched_share", &TrackAgreementView::matched_share},
               Field{"median_offset_ms", &TrackAgreementView::median_offset_ms},
               Field{"largest_offset_ms", &TrackAgreementView::largest_offset_ms},
               Field{"time_kappa", &TrackAgreementView::time_kappa},
               Field{"observed", &TrackAgreementView::observed},
               Field{"by_chance", &TrackAgreementView::by_chance},
               Field{"curve", &TrackAgreementView::curve});
  }
};

/// Of classes, as they were given and as the groups above them.
struct ClassAgreementView {
  std::string question;  ///< "class" or "group"
  std::int64_t units = 0;
  CoefficientView agreement;
  CoefficientView kappa;
  CoefficientView ac1;
  std::optional<double> alpha;
  ConfusionView confusion;

  static constexpr auto fields(const auto& use) {
    return use(Field{"question", &ClassAgreementView::question}, Field{"units", &ClassAgreementView::units},
               Field{"agreement", &ClassAgreementView::agreement}, Field{"kappa", &ClassAgreementView::kappa},
               Field{"ac1", &ClassAgreementView::ac1}, Field{"alpha", &ClassAgreementView::alpha},
               Field{"confusion", &ClassAgreementView::confusion});
  }
};

struct ScaleAgreementView {
  std::string scale;
  std::string label;
  std::int64_t units = 0;
  std::int64_t coders = 0;
  CoefficientView single;  ///< ICC(2,1), absolute agreement
  CoefficientView average;
  CoefficientView consistency;
  std::optional<double> alpha;
  std::optional<double> sem;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &ScaleAgreementView::scale}, Field{"label", &ScaleAgreementView::label},
               Field{"units", &ScaleAgreementView::units}, Field{"coders", &ScaleAgreementView::coders},
               Field{"single", &ScaleAgreementView::single}, Field{"average", &ScaleAgreementView::average},
               Field{"consistency", &ScaleAgreementView::consistency},
               Field{"alpha", &ScaleAgreementView::alpha}, Field{"sem", &ScaleAgreementView::sem});
  }
};

struct CodingAgreement {
  std::string system;
  std::string system_name;
  std::vector<std::string> notices;
  std::int64_t clips = 0;   ///< with two sheets or more
  std::int64_t alone = 0;   ///< with one
  std::int64_t hidden = 0;  ///< where one is blind still: left out
  std::vector<Id<User>> coders;
  std::vector<TrackAgreementView> tracks;
  std::vector<ClassAgreementView> classes;
  std::vector<ScaleAgreementView> scales;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &CodingAgreement::system}, Field{"system_name", &CodingAgreement::system_name},
               Field{"notices", &CodingAgreement::notices}, Field{"clips", &CodingAgreement::clips},
               Field{"alone", &CodingAgreement::alone}, Field{"hidden", &CodingAgreement::hidden},
               Field{"coders", &CodingAgreement::coders}, Field{"tracks", &CodingAgreement::tracks},
               Field{"classes", &CodingAgreement::classes}, Field{"scales", &CodingAgreement::scales},
               Field{"findings", &CodingAgreement::findings});
  }
};

/// Errors: "coding.unknown", "coding.too_few_sheets" (conflict: no clip has two that are finished and that
/// one may see), "coding.options", "access.not_found". Whoever looks has seen others' sheets of these clips.
[[nodiscard]] Result<CodingAgreement> coding_agreement(const Practice& practice, const Actor& actor,
                                                       const AgreementOf& input);

// Against gold

struct CertificationOf {
  std::string system;
  std::int64_t tolerance_ms = 2000;  ///< of codes in time

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &CertificationOf::system},
               Field{"tolerance_ms", &CertificationOf::tolerance_ms});
  }
};

enum class CertificationState { certified, not_certified, too_few };
template <>
inline constexpr std::array names_of<CertificationState> = {"certified"sv, "not_certified"sv, "too_few"sv};

struct ClassSensitivityView {
  std::string class_id;
  std::int64_t gold = 0;
  std::optional<double> sensitivity;

  static constexpr auto fields(const auto& use) {
    return use(Field{"class_id", &ClassSensitivityView::class_id}, Field{"gold", &ClassSensitivityView::gold},
               Field{"sensitivity", &ClassSensitivityView::sensitivity});
  }
};

struct GoldCodeView {
  std::string code;
  std::int64_t gold = 0;
  std::int64_t given = 0;
  std::int64_t matched = 0;
  std::optional<double> sensitivity;
  std::optional<double> precision;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &GoldCodeView::code}, Field{"gold", &GoldCodeView::gold},
               Field{"given", &GoldCodeView::given}, Field{"matched", &GoldCodeView::matched},
               Field{"sensitivity", &GoldCodeView::sensitivity},
               Field{"precision", &GoldCodeView::precision});
  }
};

/// One month of one's own, against gold or consensus.
struct DriftMonth {
  std::string month;  ///< "2026-03"
  std::int64_t clips = 0;
  double agreement = 0;
  double lower = 0;
  double upper = 0;
  std::optional<double> kappa;

  static constexpr auto fields(const auto& use) {
    return use(Field{"month", &DriftMonth::month}, Field{"clips", &DriftMonth::clips},
               Field{"agreement", &DriftMonth::agreement}, Field{"lower", &DriftMonth::lower},
               Field{"upper", &DriftMonth::upper}, Field{"kappa", &DriftMonth::kappa});
  }
};

/// How much higher one rates than gold or consensus in a month.
struct RatingDrift {
  std::string scale;
  std::string label;
  std::string month;
  std::int64_t ratings = 0;
  double bias = 0;
  std::optional<double> lower;
  std::optional<double> upper;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &RatingDrift::scale}, Field{"label", &RatingDrift::label},
               Field{"month", &RatingDrift::month}, Field{"ratings", &RatingDrift::ratings},
               Field{"bias", &RatingDrift::bias}, Field{"lower", &RatingDrift::lower},
               Field{"upper", &RatingDrift::upper});
  }
};

struct CodingCertification {
  std::string system;
  std::string system_name;
  std::vector<std::string> notices;
  std::int64_t clips = 0;  ///< gold clips that one has finished
  std::int64_t needed = 0;
  double least_sensitivity = 0;
  std::int64_t months_valid = 0;
  std::optional<CertificationState> state;  ///< nothing: the system has no classes
  std::vector<ClassSensitivityView> classes;
  ConfusionView confusion;  ///< gold in rows
  std::vector<std::string> missed;
  std::vector<std::string> absent;
  std::vector<GoldCodeView> codes;
  std::vector<DriftMonth> months;
  std::optional<double> change;  ///< of the last month
  std::optional<double> change_lower;
  std::optional<double> change_upper;
  bool fallen = false;
  std::vector<RatingDrift> ratings;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &CodingCertification::system},
               Field{"system_name", &CodingCertification::system_name},
               Field{"notices", &CodingCertification::notices}, Field{"clips", &CodingCertification::clips},
               Field{"needed", &CodingCertification::needed},
               Field{"least_sensitivity", &CodingCertification::least_sensitivity},
               Field{"months_valid", &CodingCertification::months_valid},
               Field{"state", &CodingCertification::state}, Field{"classes", &CodingCertification::classes},
               Field{"confusion", &CodingCertification::confusion},
               Field{"missed", &CodingCertification::missed}, Field{"absent", &CodingCertification::absent},
               Field{"codes", &CodingCertification::codes}, Field{"months", &CodingCertification::months},
               Field{"change", &CodingCertification::change},
               Field{"change_lower", &CodingCertification::change_lower},
               Field{"change_upper", &CodingCertification::change_upper},
               Field{"fallen", &CodingCertification::fallen}, Field{"ratings", &CodingCertification::ratings},
               Field{"findings", &CodingCertification::findings});
  }
};
/// One's own codes of gold clips against the experts', and month by month also against consensus. Of oneself
/// alone: nobody is ranked. Errors: "coding.unknown", "coding.options".
[[nodiscard]] Result<CodingCertification> coding_certification(const Practice& practice, const Actor& actor,
                                                               const CertificationOf& input);

// Who codes what again

struct PlanDoubleCoding {
  std::string system;
  double share = 0.2;            ///< of the clips, at least a fifth
  std::int64_t key = 0;          ///< the same key draws the same clips
  std::vector<Id<User>> coders;  ///< therapists of this practice, two or more

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &PlanDoubleCoding::system}, Field{"share", &PlanDoubleCoding::share},
               Field{"key", &PlanDoubleCoding::key}, Field{"coders", &PlanDoubleCoding::coders});
  }
};

struct PlannedCoding {
  Id<CodingTarget> clip;
  std::int64_t clip_number = 0;
  ClipKind kind = ClipKind::training;
  Id<User> first_coder;
  Id<User> second_coder;

  static constexpr auto fields(const auto& use) {
    return use(Field{"clip", &PlannedCoding::clip}, Field{"clip_number", &PlannedCoding::clip_number},
               Field{"kind", &PlannedCoding::kind}, Field{"first_coder", &PlannedCoding::first_coder},
               Field{"second_coder", &PlannedCoding::second_coder});
  }
};

struct CodingPlan {
  std::int64_t clips = 0;    ///< that were coded under the system
  std::int64_t already = 0;  ///< twice, before
  std::vector<PlannedCoding> planned;

  static constexpr auto fields(const auto& use) {
    return use(Field{"clips", &CodingPlan::clips}, Field{"already", &CodingPlan::already},
               Field{"planned", &CodingPlan::planned});
  }
};
/// Drawn from the clips one may code that somebody has coded alone, without looking at anything but who. It
/// names nobody a second coder: that is done clip by clip. Errors: "coding.unknown", "coding.share",
/// "coding.coders"; "coding.no_clips" (conflict).
[[nodiscard]] Result<CodingPlan> plan_double_coding(const Practice& practice, const Actor& actor,
                                                    const PlanDoubleCoding& input);

// From scales to classes, on clips to train on alone

struct TrainingScreen {
  std::optional<std::string> suggestion;  ///< nothing: the coder decides
  std::string reason;
  std::string composite;  ///< what the three numbers are called
  std::string sample;     ///< in whose SDs they are; empty: too few clips were coded, and there are none
  std::optional<double> seeking;
  std::optional<double> resistance;
  std::optional<double> security;
  std::int64_t sample_clips = 0;
  std::int64_t sample_needed = 0;
  std::vector<std::string> notices;
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"suggestion", &TrainingScreen::suggestion}, Field{"reason", &TrainingScreen::reason},
               Field{"composite", &TrainingScreen::composite}, Field{"sample", &TrainingScreen::sample},
               Field{"seeking", &TrainingScreen::seeking}, Field{"resistance", &TrainingScreen::resistance},
               Field{"security", &TrainingScreen::security},
               Field{"sample_clips", &TrainingScreen::sample_clips},
               Field{"sample_needed", &TrainingScreen::sample_needed},
               Field{"notices", &TrainingScreen::notices}, Field{"findings", &TrainingScreen::findings});
  }
};
/// What an unvalidated rule says of a finished sheet of the Strange Situation, and composites with unit
/// weights. Errors: "coding.never_a_person" (forbidden): the clip is in a person's record; "coding.system"
/// (conflict), "coding.unfinished" (conflict), "coding.incomplete" (conflict: a scale it needs is missing);
/// those of read_coding_sheet.
[[nodiscard]] Result<TrainingScreen> screen_training_clip(const Practice& practice, const Actor& actor,
                                                          const Id<CodingSheet>& sheet);

// For other use cases of this room

/// A sheet as src/coding reads it: no name, no day, no record in it.
[[nodiscard]] coding::CodedSheet as_coded(const catalog::CodingSystem& system, const CodingTarget& clip,
                                          const CodingSheet& sheet, const SheetContent& content);
[[nodiscard]] std::vector<FindingView> views_of(const std::vector<Finding>& findings);

}  // namespace securebase::service
