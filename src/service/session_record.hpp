#pragma once
// Meetings of a course, and what is kept of each: when it was, what was marked while it went on, what was
// done, what was noted. A meeting is a TherapySession; `Session` is a sign-in.
//
// Words are sealed with the key of one person, `sealed_for`: of the only one who was there, or in a couple or
// a family of the course's first client. Where the words are about all of a course, they go when any of its
// members is erased; the meeting itself stays as long as somebody else's record has it.

#include "service/record.hpp"

namespace securebase::service {

enum class SessionFormat { room, video, phone };
template <>
inline constexpr std::array names_of<SessionFormat> = {"room"sv, "video"sv, "phone"sv};

enum class Attendance { attended, late, cancelled_by_client, cancelled_by_therapist, not_come };
template <>
inline constexpr std::array names_of<Attendance> = {"attended"sv, "late"sv, "cancelled_by_client"sv,
                                                    "cancelled_by_therapist"sv, "not_come"sv};

/// One meeting, arranged or held.
struct TherapySession {
  static constexpr std::string_view table = "therapy_session";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<TherapySession> id;
  Id<Course> course;
  int number = 1;                        ///< in which order they were arranged, from 1 in each course
  std::optional<Id<Person>> alone_with;  ///< this member alone; nothing: the whole course
  Id<Person> sealed_for;
  Instant scheduled_at;
  int minutes = 50;  ///< as arranged
  SessionFormat format = SessionFormat::room;
  std::optional<Attendance> attendance;  ///< nothing: not known yet
  std::optional<Instant> began_at;
  std::optional<Instant> ended_at;
  std::optional<Private<std::string>> focus;
  std::optional<Id<Occasion>> occasion;  ///< of the measures that were given after it
  std::optional<Instant> noted_at;       ///< when a note of the record was first signed
  Id<User> made_by;
  Instant made_at;
  std::optional<Instant> withdrawn_at;  ///< it was arranged by mistake

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &TherapySession::id}, Field{"course", &TherapySession::course},
               Field{"number", &TherapySession::number}, Field{"alone_with", &TherapySession::alone_with},
               Field{"sealed_for", &TherapySession::sealed_for},
               Field{"scheduled_at", &TherapySession::scheduled_at},
               Field{"minutes", &TherapySession::minutes}, Field{"format", &TherapySession::format},
               Field{"attendance", &TherapySession::attendance}, Field{"began_at", &TherapySession::began_at},
               Field{"ended_at", &TherapySession::ended_at}, Field{"focus", &TherapySession::focus},
               Field{"occasion", &TherapySession::occasion}, Field{"noted_at", &TherapySession::noted_at},
               Field{"made_by", &TherapySession::made_by}, Field{"made_at", &TherapySession::made_at},
               Field{"withdrawn_at", &TherapySession::withdrawn_at});
  }
};

enum class MarkKind { rupture, softening, mentalizing_lost, mentalizing_regained, corrective_moment };
template <>
inline constexpr std::array names_of<MarkKind> = {"rupture"sv, "softening"sv, "mentalizing_lost"sv,
                                                  "mentalizing_regained"sv, "corrective_moment"sv};

/// Something the therapist marked while a meeting went on. Taken back, it stays as withdrawn.
struct SessionMark {
  static constexpr std::string_view table = "session_mark";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<SessionMark> id;
  Id<TherapySession> session;
  Id<Person> sealed_for;
  MarkKind kind = MarkKind::rupture;
  std::int64_t offset_ms = 0;        ///< from when the meeting began
  std::optional<Id<Person>> person;  ///< which of the members, where it matters
  std::optional<Private<std::string>> words;
  Instant put_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SessionMark::id}, Field{"session", &SessionMark::session},
               Field{"sealed_for", &SessionMark::sealed_for}, Field{"kind", &SessionMark::kind},
               Field{"offset_ms", &SessionMark::offset_ms}, Field{"person", &SessionMark::person},
               Field{"words", &SessionMark::words}, Field{"put_at", &SessionMark::put_at},
               Field{"withdrawn_at", &SessionMark::withdrawn_at});
  }
};

/// What the therapist did, and for how long.
struct TechniqueUse {
  static constexpr std::string_view table = "technique_use";
  static constexpr std::string_view sealed_by{};

  Id<TechniqueUse> id;
  Id<TherapySession> session;
  std::string technique;       ///< id in the catalog, such as "R2"
  std::optional<int> minutes;  ///< nothing: woven in
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &TechniqueUse::id}, Field{"session", &TechniqueUse::session},
               Field{"technique", &TechniqueUse::technique}, Field{"minutes", &TechniqueUse::minutes},
               Field{"noted_at", &TechniqueUse::noted_at});
  }
};

enum class NoteCompartment {
  record,  ///< part of the record
  process  ///< the author's working notes: nobody else reads them, and no copy holds them
};
template <>
inline constexpr std::array names_of<NoteCompartment> = {"record"sv, "process"sv};

/// A note of one meeting. What is being written stands in `draft`; what was signed is in its versions.
struct SessionNote {
  static constexpr std::string_view table = "session_note";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<SessionNote> id;
  Id<TherapySession> session;
  Id<Course> course;
  Id<Person> sealed_for;
  NoteCompartment compartment = NoteCompartment::record;
  Id<User> author;
  std::string layout;                         ///< the template it was begun with
  std::optional<Private<std::string>> draft;  ///< not signed yet: the first text, or an amendment
  std::int64_t saves = 0;                     ///< how often the draft was saved: a later save names the last
  Instant saved_at;
  Instant made_at;
  std::optional<Instant> signed_at;  ///< when the newest version was signed; nothing: never
  std::optional<Id<User>> signed_by;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SessionNote::id}, Field{"session", &SessionNote::session},
               Field{"course", &SessionNote::course}, Field{"sealed_for", &SessionNote::sealed_for},
               Field{"compartment", &SessionNote::compartment}, Field{"author", &SessionNote::author},
               Field{"layout", &SessionNote::layout}, Field{"draft", &SessionNote::draft},
               Field{"saves", &SessionNote::saves}, Field{"saved_at", &SessionNote::saved_at},
               Field{"made_at", &SessionNote::made_at}, Field{"signed_at", &SessionNote::signed_at},
               Field{"signed_by", &SessionNote::signed_by});
  }
};

/// What was signed. Versions are never changed and never removed; the newest is the one that holds.
struct NoteVersion {
  static constexpr std::string_view table = "note_version";
  static constexpr std::string_view sealed_by = "sealed_for";

  Id<NoteVersion> id;
  Id<SessionNote> note;
  Id<Person> sealed_for;
  int number = 1;  ///< 1: as it was signed first
  Private<std::string> words;
  std::optional<Private<std::string>> why;  ///< of an amendment
  Id<User> signed_by;
  Instant signed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &NoteVersion::id}, Field{"note", &NoteVersion::note},
               Field{"sealed_for", &NoteVersion::sealed_for}, Field{"number", &NoteVersion::number},
               Field{"words", &NoteVersion::words}, Field{"why", &NoteVersion::why},
               Field{"signed_by", &NoteVersion::signed_by}, Field{"signed_at", &NoteVersion::signed_at});
  }
};

/// How far one line of a protocol's checklist was seen in a meeting: 0 absent, 1 partial, 2 clear.
struct FidelityRating {
  static constexpr std::string_view table = "fidelity_rating";
  static constexpr std::string_view sealed_by{};

  Id<FidelityRating> id;
  Id<TherapySession> session;
  std::string protocol;
  std::string version;
  std::string fingerprint;  ///< of the definition
  std::string stage;        ///< the course was in
  std::string line;         ///< of the checklist
  int value = 0;
  Id<User> rated_by;
  Instant rated_at;
  std::optional<Instant> replaced_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &FidelityRating::id}, Field{"session", &FidelityRating::session},
               Field{"protocol", &FidelityRating::protocol}, Field{"version", &FidelityRating::version},
               Field{"fingerprint", &FidelityRating::fingerprint}, Field{"stage", &FidelityRating::stage},
               Field{"line", &FidelityRating::line}, Field{"value", &FidelityRating::value},
               Field{"rated_by", &FidelityRating::rated_by}, Field{"rated_at", &FidelityRating::rated_at},
               Field{"replaced_at", &FidelityRating::replaced_at});
  }
};

/// Something that happened in a member's life while the course goes on. What it was is sealed, as in the
/// history: the kind alone tells too much.
struct CourseEvent {
  static constexpr std::string_view table = "course_event";
  static constexpr std::string_view sealed_by = "person";

  Id<CourseEvent> id;
  Id<Course> course;
  Id<Person> person;
  std::optional<Id<TherapySession>> session;  ///< in which it was told
  Private<std::string> kind;                  ///< a word of life_event_kinds (session.hpp)
  Date happened_on;
  std::optional<Private<std::string>> words;
  Instant noted_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CourseEvent::id}, Field{"course", &CourseEvent::course},
               Field{"person", &CourseEvent::person}, Field{"session", &CourseEvent::session},
               Field{"kind", &CourseEvent::kind}, Field{"happened_on", &CourseEvent::happened_on},
               Field{"words", &CourseEvent::words}, Field{"noted_at", &CourseEvent::noted_at},
               Field{"withdrawn_at", &CourseEvent::withdrawn_at});
  }
};

enum class StepOwner { client, therapist, both };
template <>
inline constexpr std::array names_of<StepOwner> = {"client"sv, "therapist"sv, "both"sv};

/// What was agreed to do next. A step is one member's; what a couple agreed on is written for each.
struct NextStep {
  static constexpr std::string_view table = "next_step";
  static constexpr std::string_view sealed_by = "person";

  Id<NextStep> id;
  Id<Course> course;
  Id<Person> person;
  std::optional<Id<TherapySession>> session;  ///< in which it was agreed
  Private<std::string> words;
  StepOwner whose = StepOwner::client;
  std::optional<Date> due;
  std::optional<Instant> done_at;
  bool shared_with_client = false;  ///< shown on the client's own page
  Instant agreed_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &NextStep::id}, Field{"course", &NextStep::course},
               Field{"person", &NextStep::person}, Field{"session", &NextStep::session},
               Field{"words", &NextStep::words}, Field{"whose", &NextStep::whose},
               Field{"due", &NextStep::due}, Field{"done_at", &NextStep::done_at},
               Field{"shared_with_client", &NextStep::shared_with_client},
               Field{"agreed_at", &NextStep::agreed_at}, Field{"withdrawn_at", &NextStep::withdrawn_at});
  }
};

}  // namespace securebase::service
