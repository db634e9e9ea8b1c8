#pragma once
// What observers put down: what is coded, each one's sheet, every code with its time, ratings, classes, and
// how a procedure went. Facts only: nothing here is replaced. What was changed or taken back stays as
// removed.
//
// A clip is in a person's record, or for training and for certification. In the first case the person's key
// seals its label and notes, in the others that of the practice: `sealed_for` says which.

#include "service/record.hpp"

namespace securebase::service {

/// In `sealed_for`: not of a person, sealed with the practice's own key.
inline constexpr std::string_view sealed_for_practice = "practice";

enum class ClipKind {
  record,    ///< of a person in a course
  training,  ///< to learn on
  gold       ///< an expert's codes are the measure
};
template <>
inline constexpr std::array names_of<ClipKind> = {"record"sv, "training"sv, "gold"sv};

/// What is coded: a recording or transcript. It stays on the observer's disk; here is only what it is called.
struct CodingTarget {
  static constexpr std::string_view table = "coding_target";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<CodingTarget> id;
  std::string sealed_for;   ///< the person, or sealed_for_practice
  std::int64_t number = 0;  ///< what coders call it who are to know nothing else
  ClipKind kind = ClipKind::training;
  std::optional<Id<Course>> course;       ///< of the record
  std::optional<Id<Person>> person;       ///< of the record: whom it is about
  std::optional<Id<Person>> with_person;  ///< who else is in it; goes when either is erased
  Private<std::string> label;
  std::optional<std::int64_t> length_ms;
  std::optional<Id<User>> second_coder;  ///< who codes it without seeing the record
  Id<User> made_by;
  Instant made_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingTarget::id}, Field{"sealed_for", &CodingTarget::sealed_for},
               Field{"number", &CodingTarget::number}, Field{"kind", &CodingTarget::kind},
               Field{"course", &CodingTarget::course}, Field{"person", &CodingTarget::person},
               Field{"with_person", &CodingTarget::with_person}, Field{"label", &CodingTarget::label},
               Field{"length_ms", &CodingTarget::length_ms},
               Field{"second_coder", &CodingTarget::second_coder}, Field{"made_by", &CodingTarget::made_by},
               Field{"made_at", &CodingTarget::made_at});
  }
};

enum class CodingPurpose {
  independent,  ///< alone, without having seen another's
  consensus,    ///< what two settled on afterwards; never part of agreement
  gold          ///< an expert's, of a gold clip
};
template <>
inline constexpr std::array names_of<CodingPurpose> = {"independent"sv, "consensus"sv, "gold"sv};

/// One observer's codes of one clip under one system.
struct CodingSheet {
  static constexpr std::string_view table = "coding_sheet";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<CodingSheet> id;
  std::string sealed_for;
  Id<CodingTarget> target;
  Id<User> coder;
  std::string system;
  std::string version;
  std::string fingerprint;  ///< of the definition
  CodingPurpose purpose = CodingPurpose::independent;
  std::optional<std::string> certification;  ///< where and when the coder was certified, in their words
  std::optional<Id<CodingSheet>> first;      ///< of a consensus: the sheets it is of
  std::optional<Id<CodingSheet>> second;
  std::optional<Private<std::string>> note;
  Instant begun_at;
  std::optional<Instant> finished_at;
  std::optional<Instant> withdrawn_at;  ///< it was begun by mistake

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodingSheet::id}, Field{"sealed_for", &CodingSheet::sealed_for},
               Field{"target", &CodingSheet::target}, Field{"coder", &CodingSheet::coder},
               Field{"system", &CodingSheet::system}, Field{"version", &CodingSheet::version},
               Field{"fingerprint", &CodingSheet::fingerprint}, Field{"purpose", &CodingSheet::purpose},
               Field{"certification", &CodingSheet::certification}, Field{"first_sheet", &CodingSheet::first},
               Field{"second_sheet", &CodingSheet::second}, Field{"note", &CodingSheet::note},
               Field{"begun_at", &CodingSheet::begun_at}, Field{"finished_at", &CodingSheet::finished_at},
               Field{"withdrawn_at", &CodingSheet::withdrawn_at});
  }
};

/// One code at its time. Milliseconds from the beginning of the recording.
struct CodedEvent {
  static constexpr std::string_view table = "coded_event";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<CodedEvent> id;
  std::string sealed_for;
  Id<CodingSheet> sheet;
  std::int64_t number = 0;  ///< in which order they were put, from 1
  std::string code;
  std::int64_t start_ms = 0;
  std::optional<std::int64_t> end_ms;  ///< of a code that lasts; nothing: a moment, or it goes on
  std::optional<double> value;
  std::optional<Private<std::string>> note;
  Instant put_at;
  std::optional<Instant> removed_at;  ///< undone, or changed into another
  std::optional<Id<CodedEvent>> changed_from;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodedEvent::id}, Field{"sealed_for", &CodedEvent::sealed_for},
               Field{"sheet", &CodedEvent::sheet}, Field{"number", &CodedEvent::number},
               Field{"code", &CodedEvent::code}, Field{"start_ms", &CodedEvent::start_ms},
               Field{"end_ms", &CodedEvent::end_ms}, Field{"value", &CodedEvent::value},
               Field{"note", &CodedEvent::note}, Field{"put_at", &CodedEvent::put_at},
               Field{"removed_at", &CodedEvent::removed_at},
               Field{"changed_from", &CodedEvent::changed_from});
  }
};

/// A rating on a scale, of the whole or of a segment (catalog::is_segment).
struct CodedRating {
  static constexpr std::string_view table = "coded_rating";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<CodedRating> id;
  std::string sealed_for;
  Id<CodingSheet> sheet;
  std::string scale;
  std::string segment;
  std::optional<double> value;  ///< nothing: taken back
  std::optional<Private<std::string>> note;
  Instant rated_at;
  std::optional<Instant> replaced_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodedRating::id}, Field{"sealed_for", &CodedRating::sealed_for},
               Field{"sheet", &CodedRating::sheet}, Field{"scale", &CodedRating::scale},
               Field{"segment", &CodedRating::segment}, Field{"value", &CodedRating::value},
               Field{"note", &CodedRating::note}, Field{"rated_at", &CodedRating::rated_at},
               Field{"replaced_at", &CodedRating::replaced_at});
  }
};

/// The class a coder gave, and what fits best otherwise.
struct CodedClass {
  static constexpr std::string_view table = "coded_class";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<CodedClass> id;
  std::string sealed_for;
  Id<CodingSheet> sheet;
  std::string class_id;
  std::optional<std::string> best_fit;
  std::optional<Private<std::string>> note;
  Instant given_at;
  std::optional<Instant> replaced_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CodedClass::id}, Field{"sealed_for", &CodedClass::sealed_for},
               Field{"sheet", &CodedClass::sheet}, Field{"class_id", &CodedClass::class_id},
               Field{"best_fit", &CodedClass::best_fit}, Field{"note", &CodedClass::note},
               Field{"given_at", &CodedClass::given_at}, Field{"replaced_at", &CodedClass::replaced_at});
  }
};

/// How one episode of a procedure went.
struct ProcedureStep {
  static constexpr std::string_view table = "procedure_step";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<ProcedureStep> id;
  std::string sealed_for;
  Id<CodingTarget> target;
  std::string system;
  std::string version;
  std::string episode;
  Instant started_at;
  std::optional<Instant> ended_at;
  bool curtailed = false;  ///< cut short, for the infant's sake
  std::optional<Private<std::string>> why;
  std::optional<Private<std::string>> deviation;  ///< from the protocol
  Id<User> noted_by;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ProcedureStep::id}, Field{"sealed_for", &ProcedureStep::sealed_for},
               Field{"target", &ProcedureStep::target}, Field{"system", &ProcedureStep::system},
               Field{"version", &ProcedureStep::version}, Field{"episode", &ProcedureStep::episode},
               Field{"started_at", &ProcedureStep::started_at}, Field{"ended_at", &ProcedureStep::ended_at},
               Field{"curtailed", &ProcedureStep::curtailed}, Field{"why", &ProcedureStep::why},
               Field{"deviation", &ProcedureStep::deviation}, Field{"noted_by", &ProcedureStep::noted_by});
  }
};

}  // namespace securebase::service
