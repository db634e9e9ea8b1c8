#pragma once
// The observers' desk: what is coded, each observer's sheet, every code as it is put. Recordings stay on the
// observer's disk: nothing here takes one.
//
// Who: the therapist of the course for a clip in the record, and a second coder whom that therapist names,
// who sees its number and nothing of the record; any therapist for clips to train and certify on.
//
// Blind: nobody sees anything of another's sheet of a clip while their own of the same system is unfinished.
// Whoever has looked at another's cannot code the clip independently any more. Nothing is replaced: what is
// changed or undone stays as removed.

#include <optional>
#include <string>
#include <vector>

#include "catalog/coding.hpp"
#include "service/coding_record.hpp"
#include "service/practice.hpp"

namespace securebase::service {

template <>
inline constexpr std::array names_of<catalog::SourceStatus> = {"seen"sv, "unverified"sv, "proposed"sv};
template <>
inline constexpr std::array names_of<catalog::CodingFamily> = {
    "infant"sv, "interview"sv, "play"sv, "script"sv, "session"sv, "couple"sv, "other"sv};
template <>
inline constexpr std::array names_of<catalog::EpisodeKind> = {"play"sv, "separation"sv, "reunion"sv,
                                                              "other"sv};
template <>
inline constexpr std::array names_of<catalog::CodeSpan> = {"moment"sv, "duration"sv};
template <>
inline constexpr std::array names_of<catalog::RatedPart> = {"whole"sv, "episode"sv, "window"sv, "part"sv};

// Systems, as a screen needs them

/// Where an entry comes from, for people to read.
struct CodingOriginView {
  std::string source;
  catalog::SourceStatus status = catalog::SourceStatus::unverified;
  std::string note;  ///< may be empty

  static constexpr auto fields(const auto& use) {
    return use(Field{"source", &CodingOriginView::source}, Field{"status", &CodingOriginView::status},
               Field{"note", &CodingOriginView::note});
  }
};

struct CodingEpisodeView {
  std::string id;
  std::string label;
  catalog::EpisodeKind kind = catalog::EpisodeKind::other;
  std::string present;
  int usual_seconds = 0;
  std::optional<int> curtail_seconds;
  std::string guidance;
  CodingOriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingEpisodeView::id}, Field{"label", &CodingEpisodeView::label},
               Field{"kind", &CodingEpisodeView::kind}, Field{"present", &CodingEpisodeView::present},
               Field{"usual_seconds", &CodingEpisodeView::usual_seconds},
               Field{"curtail_seconds", &CodingEpisodeView::curtail_seconds},
               Field{"guidance", &CodingEpisodeView::guidance}, Field{"origin", &CodingEpisodeView::origin});
  }
};

struct CodingRangeView {
  double min = 0;
  double max = 0;
  double step = 1;

  static constexpr auto fields(const auto& use) {
    return use(Field{"min", &CodingRangeView::min}, Field{"max", &CodingRangeView::max},
               Field{"step", &CodingRangeView::step});
  }
};

struct CodingCodeView {
  std::string id;
  std::string label;
  std::string group;
  std::string track;
  std::string key;
  catalog::CodeSpan span = catalog::CodeSpan::moment;
  std::optional<CodingRangeView> value;
  std::string value_label;
  std::string help;
  CodingOriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingCodeView::id}, Field{"label", &CodingCodeView::label},
               Field{"group", &CodingCodeView::group}, Field{"track", &CodingCodeView::track},
               Field{"key", &CodingCodeView::key}, Field{"span", &CodingCodeView::span},
               Field{"value", &CodingCodeView::value}, Field{"value_label", &CodingCodeView::value_label},
               Field{"help", &CodingCodeView::help}, Field{"origin", &CodingCodeView::origin});
  }
};

struct CodingScaleView {
  std::string id;
  std::string label;
  std::string group;
  CodingRangeView range;
  std::string low;
  std::string high;
  catalog::RatedPart per = catalog::RatedPart::whole;
  std::vector<std::string> episodes;
  bool averaged = false;
  std::string help;
  CodingOriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingScaleView::id}, Field{"label", &CodingScaleView::label},
               Field{"group", &CodingScaleView::group}, Field{"range", &CodingScaleView::range},
               Field{"low", &CodingScaleView::low}, Field{"high", &CodingScaleView::high},
               Field{"per", &CodingScaleView::per}, Field{"episodes", &CodingScaleView::episodes},
               Field{"averaged", &CodingScaleView::averaged}, Field{"help", &CodingScaleView::help},
               Field{"origin", &CodingScaleView::origin});
  }
};

struct CodingClassView {
  std::string id;
  std::string label;
  std::string group;
  bool needs_alternative = false;
  CodingOriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingClassView::id}, Field{"label", &CodingClassView::label},
               Field{"group", &CodingClassView::group},
               Field{"needs_alternative", &CodingClassView::needs_alternative},
               Field{"origin", &CodingClassView::origin});
  }
};

struct CodingSystemView {
  std::string id;
  std::string version;
  std::string name;
  std::string abbreviation;
  catalog::CodingFamily family = catalog::CodingFamily::other;
  std::string summary;
  std::string caution;
  std::string guard;  ///< what stands on every screen, print and export; empty: nothing of the kind
  std::string ages;
  std::string terms;
  bool certified = false;
  int window_seconds = 0;
  std::string part_name;
  int most_parts = 0;
  CodingOriginView origin;
  std::vector<CodingEpisodeView> episodes;
  std::vector<CodingCodeView> codes;
  std::vector<CodingScaleView> scales;
  std::vector<CodingClassView> classes;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingSystemView::id}, Field{"version", &CodingSystemView::version},
               Field{"name", &CodingSystemView::name}, Field{"abbreviation", &CodingSystemView::abbreviation},
               Field{"family", &CodingSystemView::family}, Field{"summary", &CodingSystemView::summary},
               Field{"caution", &CodingSystemView::caution}, Field{"guard", &CodingSystemView::guard},
               Field{"ages", &CodingSystemView::ages}, Field{"terms", &CodingSystemView::terms},
               Field{"certified", &CodingSystemView::certified},
               Field{"window_seconds", &CodingSystemView::window_seconds},
               Field{"part_name", &CodingSystemView::part_name},
               Field{"most_parts", &CodingSystemView::most_parts}, Field{"origin", &CodingSystemView::origin},
               Field{"episodes", &CodingSystemView::episodes}, Field{"codes", &CodingSystemView::codes},
               Field{"scales", &CodingSystemView::scales}, Field{"classes", &CodingSystemView::classes});
  }
};

/// Every coding system there is. It is about nobody, so nothing is in the audit.
[[nodiscard]] Result<std::vector<CodingSystemView>> list_codings(const Practice& practice,
                                                                 const Actor& actor);

// Clips

inline constexpr std::int64_t longest_clip_ms = day_ms;
inline constexpr std::size_t longest_clip_label = 200;  ///< bytes
inline constexpr std::size_t longest_coding_note = 2000;

/// A clip to train on, or with an expert's codes as the measure.
struct NewClip {
  ClipKind kind = ClipKind::training;
  Private<std::string> label;
  std::optional<std::int64_t> length_ms;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewClip::kind}, Field{"label", &NewClip::label},
               Field{"length_ms", &NewClip::length_ms});
  }
};

/// A clip in a person's record.
struct NewRecordClip {
  Id<Person> person;
  std::optional<Id<Person>> with_person;
  Private<std::string> label;
  std::optional<std::int64_t> length_ms;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &NewRecordClip::person}, Field{"with_person", &NewRecordClip::with_person},
               Field{"label", &NewRecordClip::label}, Field{"length_ms", &NewRecordClip::length_ms});
  }
};

/// A sheet as others may know of it: that it is there.
struct ClipSheet {
  Id<CodingSheet> id;
  Id<User> coder;
  std::string system;
  std::string version;
  CodingPurpose purpose = CodingPurpose::independent;
  Instant begun_at;
  std::optional<Instant> finished_at;
  bool is_own = false;
  bool may_read = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClipSheet::id}, Field{"coder", &ClipSheet::coder},
               Field{"system", &ClipSheet::system}, Field{"version", &ClipSheet::version},
               Field{"purpose", &ClipSheet::purpose}, Field{"begun_at", &ClipSheet::begun_at},
               Field{"finished_at", &ClipSheet::finished_at}, Field{"is_own", &ClipSheet::is_own},
               Field{"may_read", &ClipSheet::may_read});
  }
};

struct StepView {
  Id<ProcedureStep> id;
  std::string system;
  std::string version;
  std::string episode;
  Instant started_at;
  std::optional<Instant> ended_at;
  bool curtailed = false;
  std::optional<Private<std::string>> why;
  std::optional<Private<std::string>> deviation;
  Id<User> noted_by;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &StepView::id}, Field{"system", &StepView::system},
               Field{"version", &StepView::version}, Field{"episode", &StepView::episode},
               Field{"started_at", &StepView::started_at}, Field{"ended_at", &StepView::ended_at},
               Field{"curtailed", &StepView::curtailed}, Field{"why", &StepView::why},
               Field{"deviation", &StepView::deviation}, Field{"noted_by", &StepView::noted_by});
  }
};

struct ClipView {
  Id<CodingTarget> id;
  std::int64_t number = 0;
  ClipKind kind = ClipKind::training;
  std::optional<Private<std::string>> label;  ///< nothing for a second coder
  std::optional<Id<Course>> course;           ///< likewise
  std::optional<Id<Person>> person;           ///< likewise
  std::optional<Private<std::string>> person_name;
  std::optional<std::int64_t> length_ms;
  std::optional<Id<User>> second_coder;
  Instant made_at;
  std::vector<ClipSheet> sheets;  ///< oldest first, without those withdrawn
  std::vector<StepView> steps;    ///< oldest first; none for a second coder

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ClipView::id}, Field{"number", &ClipView::number}, Field{"kind", &ClipView::kind},
               Field{"label", &ClipView::label}, Field{"course", &ClipView::course},
               Field{"person", &ClipView::person}, Field{"person_name", &ClipView::person_name},
               Field{"length_ms", &ClipView::length_ms}, Field{"second_coder", &ClipView::second_coder},
               Field{"made_at", &ClipView::made_at}, Field{"sheets", &ClipView::sheets},
               Field{"steps", &ClipView::steps});
  }
};

/// Errors: "coding.kind" (a clip of the record is made in its course), "coding.label", "coding.length".
[[nodiscard]] Result<ClipView> make_clip(const Practice& practice, const Actor& actor, const NewClip& input);
/// Errors: "coding.person": somebody of this course; "person.erased"; those of make_clip.
[[nodiscard]] Result<ClipView> make_record_clip(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const NewRecordClip& input);
/// Those one may code, newest first.
[[nodiscard]] Result<std::vector<ClipView>> list_clips(const Practice& practice, const Actor& actor);
[[nodiscard]] Result<ClipView> read_clip(const Practice& practice, const Actor& actor,
                                         const Id<CodingTarget>& clip);

struct SecondCoder {
  std::optional<Id<User>> user;  ///< nobody any more

  static constexpr auto fields(const auto& use) { return use(Field{"user", &SecondCoder::user}); }
};
/// For a clip of the record, by the therapist of its course. Errors: "coding.second_coder": another therapist
/// of this practice; "coding.kind" (conflict): any therapist may code other clips.
[[nodiscard]] Result<ClipView> name_second_coder(const Practice& practice, const Actor& actor,
                                                 const Id<CodingTarget>& clip, const SecondCoder& input);

// A procedure as it is run

struct BeginEpisode {
  std::string system;  ///< "strange-situation" or "strange-situation@1"
  std::string episode;
  std::optional<Instant> at;  ///< nothing: now

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &BeginEpisode::system}, Field{"episode", &BeginEpisode::episode},
               Field{"at", &BeginEpisode::at});
  }
};
/// An episode that goes on ends where the next begins. Errors: "coding.unknown", "coding.episode",
/// "coding.moment" (a moment that lies ahead, or before the episode that goes on).
[[nodiscard]] Result<ClipView> begin_episode(const Practice& practice, const Actor& actor,
                                             const Id<CodingTarget>& clip, const BeginEpisode& input);

struct EndEpisode {
  std::optional<Instant> at;
  bool curtailed = false;
  std::optional<Private<std::string>> why;
  std::optional<Private<std::string>> deviation;

  static constexpr auto fields(const auto& use) {
    return use(Field{"at", &EndEpisode::at}, Field{"curtailed", &EndEpisode::curtailed},
               Field{"why", &EndEpisode::why}, Field{"deviation", &EndEpisode::deviation});
  }
};
/// What is not given stays as it was: called again, it adds why, or what was done otherwise than planned.
/// Errors: "procedure_step.not_found", "coding.why" (cut short: the reason is missing), "coding.moment".
[[nodiscard]] Result<ClipView> end_episode(const Practice& practice, const Actor& actor,
                                           const Id<CodingTarget>& clip, const Id<ProcedureStep>& step,
                                           const EndEpisode& input);

// Sheets

struct OpenSheet {
  std::string system;
  CodingPurpose purpose = CodingPurpose::independent;
  std::optional<std::string> certification;
  std::optional<Id<CodingSheet>> first;  ///< of a consensus
  std::optional<Id<CodingSheet>> second;

  static constexpr auto fields(const auto& use) {
    return use(Field{"system", &OpenSheet::system}, Field{"purpose", &OpenSheet::purpose},
               Field{"certification", &OpenSheet::certification}, Field{"first", &OpenSheet::first},
               Field{"second", &OpenSheet::second});
  }
};

struct CodedEventView {
  Id<CodedEvent> id;
  std::int64_t number = 0;
  std::string code;
  std::int64_t start_ms = 0;
  std::optional<std::int64_t> end_ms;
  std::optional<double> value;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodedEventView::id}, Field{"number", &CodedEventView::number},
               Field{"code", &CodedEventView::code}, Field{"start_ms", &CodedEventView::start_ms},
               Field{"end_ms", &CodedEventView::end_ms}, Field{"value", &CodedEventView::value},
               Field{"note", &CodedEventView::note});
  }
};

struct CodedRatingView {
  std::string scale;
  std::string segment;
  double value = 0;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &CodedRatingView::scale}, Field{"segment", &CodedRatingView::segment},
               Field{"value", &CodedRatingView::value}, Field{"note", &CodedRatingView::note});
  }
};

struct CodedClassView {
  std::string class_id;
  std::optional<std::string> best_fit;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"class_id", &CodedClassView::class_id}, Field{"best_fit", &CodedClassView::best_fit},
               Field{"note", &CodedClassView::note});
  }
};

/// How often and how long a code was put.
struct CodeTotal {
  std::string code;
  std::int64_t count = 0;
  std::int64_t total_ms = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &CodeTotal::code}, Field{"count", &CodeTotal::count},
               Field{"total_ms", &CodeTotal::total_ms});
  }
};

/// The mean of a scale over the parts that were rated.
struct ScaleMean {
  std::string scale;
  double mean = 0;
  std::int64_t parts = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &ScaleMean::scale}, Field{"mean", &ScaleMean::mean},
               Field{"parts", &ScaleMean::parts});
  }
};

struct CodingSheetView {
  Id<CodingSheet> id;
  Id<CodingTarget> clip;
  std::int64_t clip_number = 0;
  ClipKind clip_kind = ClipKind::training;
  std::optional<Private<std::string>> label;  ///< of the clip; nothing for a second coder
  std::optional<std::int64_t> length_ms;
  Id<User> coder;
  bool is_own = false;
  std::string system;
  std::string version;
  std::string system_name;
  CodingPurpose purpose = CodingPurpose::independent;
  std::optional<std::string> certification;
  std::optional<Id<CodingSheet>> first;
  std::optional<Id<CodingSheet>> second;
  Instant begun_at;
  std::optional<Instant> finished_at;
  std::vector<std::string> notices;    ///< that go wherever the sheet goes; the first is the most grave
  std::vector<CodedEventView> events;  ///< by time
  std::int64_t removed = 0;            ///< codes that were changed or undone
  std::vector<CodedRatingView> ratings;
  std::optional<CodedClassView> given_class;
  std::vector<CodeTotal> totals;
  std::vector<ScaleMean> means;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"id", &CodingSheetView::id}, Field{"clip", &CodingSheetView::clip},
        Field{"clip_number", &CodingSheetView::clip_number}, Field{"clip_kind", &CodingSheetView::clip_kind},
        Field{"label", &CodingSheetView::label}, Field{"length_ms", &CodingSheetView::length_ms},
        Field{"coder", &CodingSheetView::coder}, Field{"is_own", &CodingSheetView::is_own},
        Field{"system", &CodingSheetView::system}, Field{"version", &CodingSheetView::version},
        Field{"system_name", &CodingSheetView::system_name}, Field{"purpose", &CodingSheetView::purpose},
        Field{"certification", &CodingSheetView::certification}, Field{"first", &CodingSheetView::first},
        Field{"second", &CodingSheetView::second}, Field{"begun_at", &CodingSheetView::begun_at},
        Field{"finished_at", &CodingSheetView::finished_at}, Field{"notices", &CodingSheetView::notices},
        Field{"events", &CodingSheetView::events}, Field{"removed", &CodingSheetView::removed},
        Field{"ratings", &CodingSheetView::ratings}, Field{"given_class", &CodingSheetView::given_class},
        Field{"totals", &CodingSheetView::totals}, Field{"means", &CodingSheetView::means});
  }
};

/// Errors: "coding.unknown"; "coding.certification": a person is coded under this system by certified raters
/// only, who say where and when; "coding.twice" (conflict): one has a sheet of this clip under this system;
/// "coding.not_blind" (conflict): one has seen another's sheet of it; "coding.purpose": an expert's codes
/// belong to a gold clip; "coding.consensus": of two finished independent sheets of this clip and system.
[[nodiscard]] Result<CodingSheetView> open_coding_sheet(const Practice& practice, const Actor& actor,
                                                        const Id<CodingTarget>& clip, const OpenSheet& input);

/// Error "coding.blind" (conflict): another's, and one's own is unfinished, or was not begun by who is to
/// code it; or the other is unfinished.
[[nodiscard]] Result<CodingSheetView> read_coding_sheet(const Practice& practice, const Actor& actor,
                                                        const Id<CodingSheet>& sheet);

struct PutCode {
  std::optional<Id<CodedEvent>> id;  ///< made by who asks, so that asking again puts it once
  std::string code;
  std::int64_t start_ms = 0;
  std::optional<std::int64_t> end_ms;
  std::optional<double> value;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &PutCode::id}, Field{"code", &PutCode::code},
               Field{"start_ms", &PutCode::start_ms}, Field{"end_ms", &PutCode::end_ms},
               Field{"value", &PutCode::value}, Field{"note", &PutCode::note});
  }
};
/// On the disk when it returns. The audit knows who opened and finished the sheet; each code says itself when
/// it was put. Errors: "coding_sheet.not_found" (one's own alone are written), "coding.finished" (conflict),
/// "coding.code", "coding.time", "coding.value", "coding.note", "coding.too_many" (20000 in a sheet).
[[nodiscard]] Result<CodedEventView> put_code(const Practice& practice, const Actor& actor,
                                              const Id<CodingSheet>& sheet, const PutCode& input);

struct ChangeCode {
  std::optional<std::string> code;
  std::optional<std::int64_t> start_ms;
  std::optional<std::int64_t> end_ms;
  std::optional<double> value;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"code", &ChangeCode::code}, Field{"start_ms", &ChangeCode::start_ms},
               Field{"end_ms", &ChangeCode::end_ms}, Field{"value", &ChangeCode::value},
               Field{"note", &ChangeCode::note});
  }
};
/// An end, value or note that was left open is added; any other change puts a new code in its place, and the
/// old one stays as removed. Errors of put_code; "coded_event.not_found".
[[nodiscard]] Result<CodedEventView> change_code(const Practice& practice, const Actor& actor,
                                                 const Id<CodingSheet>& sheet, const Id<CodedEvent>& event,
                                                 const ChangeCode& input);
[[nodiscard]] Result<bool> undo_code(const Practice& practice, const Actor& actor,
                                     const Id<CodingSheet>& sheet, const Id<CodedEvent>& event);

struct PutRating {
  std::string scale;
  std::string segment;
  std::optional<double> value;  ///< nothing: taken back
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scale", &PutRating::scale}, Field{"segment", &PutRating::segment},
               Field{"value", &PutRating::value}, Field{"note", &PutRating::note});
  }
};
/// Errors: "coding.scale", "coding.segment", "coding.value", "coding.finished".
[[nodiscard]] Result<bool> put_rating(const Practice& practice, const Actor& actor,
                                      const Id<CodingSheet>& sheet, const PutRating& input);

struct PutClass {
  std::string class_id;
  std::optional<std::string> best_fit;
  std::optional<Private<std::string>> note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"class_id", &PutClass::class_id}, Field{"best_fit", &PutClass::best_fit},
               Field{"note", &PutClass::note});
  }
};
/// Errors: "coding.class"; "coding.alternative": this class is not given without the one that fits best
/// otherwise; "coding.finished".
[[nodiscard]] Result<bool> give_class(const Practice& practice, const Actor& actor,
                                      const Id<CodingSheet>& sheet, const PutClass& input);

struct FinishSheet {
  std::optional<std::int64_t> length_ms;  ///< of the recording

  static constexpr auto fields(const auto& use) { return use(Field{"length_ms", &FinishSheet::length_ms}); }
};
/// Errors (conflict): "coding.open_codes" (some go on: end them), "coding.threshold" (class and rating do not
/// go together), "coding.sum", "coding.empty" (nothing was put down).
[[nodiscard]] Result<CodingSheetView> finish_coding_sheet(const Practice& practice, const Actor& actor,
                                                          const Id<CodingSheet>& sheet,
                                                          const FinishSheet& input);
/// One that was begun by mistake. Error "coding.finished".
[[nodiscard]] Result<bool> withdraw_coding_sheet(const Practice& practice, const Actor& actor,
                                                 const Id<CodingSheet>& sheet);

struct CodingExport {
  std::string file_name;
  Private<std::string> text;  ///< CSV; what has to be known about it comes first

  static constexpr auto fields(const auto& use) {
    return use(Field{"file_name", &CodingExport::file_name}, Field{"text", &CodingExport::text});
  }
};
/// A sheet as a table: codes, ratings, class. Whoever may read it.
[[nodiscard]] Result<CodingExport> export_coding_sheet(const Practice& practice, const Actor& actor,
                                                       const Id<CodingSheet>& sheet);

// For other use cases of this room

/// What observers put down about a person, for their own copy. Without codes while somebody still codes the
/// clip under that system.
struct CodedAbout {
  std::string clip;  ///< "Clip 12"
  std::string system;
  std::string version;
  CodingPurpose purpose = CodingPurpose::independent;
  Instant begun_at;
  std::optional<Instant> finished_at;
  std::vector<std::string> notices;
  std::vector<CodedEventView> events;
  std::vector<CodedRatingView> ratings;
  std::optional<CodedClassView> given_class;

  static constexpr auto fields(const auto& use) {
    return use(Field{"clip", &CodedAbout::clip}, Field{"system", &CodedAbout::system},
               Field{"version", &CodedAbout::version}, Field{"purpose", &CodedAbout::purpose},
               Field{"begun_at", &CodedAbout::begun_at}, Field{"finished_at", &CodedAbout::finished_at},
               Field{"notices", &CodedAbout::notices}, Field{"events", &CodedAbout::events},
               Field{"ratings", &CodedAbout::ratings}, Field{"given_class", &CodedAbout::given_class});
  }
};
[[nodiscard]] Result<std::vector<CodedAbout>> coded_about(Transaction& transaction, const Practice& practice,
                                                          const Id<Person>& person);

/// A clip that the actor may code. Error "access.not_found", or that of check_access. Names the record in the
/// trail.
[[nodiscard]] Result<CodingTarget> reach_clip(Transaction& transaction, const Practice& practice,
                                              const Actor& actor, const Id<CodingTarget>& id, Trail& trail);
/// Every clip that the actor may code, newest first.
[[nodiscard]] Result<std::vector<CodingTarget>> reachable_clips(Transaction& transaction, const Actor& actor);
/// Sheets of a clip that were not withdrawn, oldest first.
[[nodiscard]] Result<std::vector<CodingSheet>> sheets_of_clip(Transaction& transaction,
                                                              const Id<CodingTarget>& clip);
/// Whether the actor may read a sheet among all of its clip, without seeing what they are blind to.
[[nodiscard]] bool may_read_sheet(const Actor& actor, const CodingTarget& clip, const CodingSheet& sheet,
                                  const std::vector<CodingSheet>& all);
/// In the audit for a clip whose other sheets one has looked at; its object is the clip.
inline constexpr std::string_view read_other_sheet = "coding.read_other";

/// A sheet, its clip and its system.
struct ReachedSheet {
  CodingTarget clip;
  CodingSheet sheet;
  const catalog::CodingSystem* system = nullptr;
};
/// Of a sheet that the actor may read; that it is another's goes into the trail. Errors of read_coding_sheet.
[[nodiscard]] Result<ReachedSheet> reach_to_read(Transaction& transaction, const Practice& practice,
                                                 const Actor& actor, const Id<CodingSheet>& id, Trail& trail);

/// What was put down, as it stands.
struct SheetContent {
  std::vector<CodedEvent> events;  ///< by time, without those removed
  std::int64_t removed = 0;
  std::vector<CodedRating> ratings;
  std::optional<CodedClass> given_class;
};
[[nodiscard]] Result<SheetContent> content_of(Transaction& transaction, const Id<CodingSheet>& sheet);

/// What has to be said wherever codes under a system go: the words that guard infant and interview codes,
/// what was not looked up, what is ours.
[[nodiscard]] std::vector<std::string> notices_of(const catalog::CodingSystem& system);

}  // namespace securebase::service
