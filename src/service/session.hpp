#pragma once
// Meetings: arranging one, what is marked and done while it goes on and after it, and its page. The clock of
// a meeting is the server's. Notes: note.hpp; what happened and what was agreed: session_step.hpp.

#include <optional>
#include <string>
#include <vector>

#include "service/claim.hpp"
#include "service/note.hpp"
#include "service/practice.hpp"
#include "service/session_fidelity.hpp"
#include "service/session_record.hpp"
#include "service/session_step.hpp"

namespace securebase::service {

struct NewSession {
  std::optional<Id<Person>> alone_with;
  Instant scheduled_at;
  int minutes = 50;  ///< 1 to 600
  SessionFormat format = SessionFormat::room;

  static constexpr auto fields(const auto& use) {
    return use(Field{"alone_with", &NewSession::alone_with}, Field{"scheduled_at", &NewSession::scheduled_at},
               Field{"minutes", &NewSession::minutes}, Field{"format", &NewSession::format});
  }
};

/// What is absent stays as it is.
struct SessionChange {
  std::optional<Instant> scheduled_at;
  std::optional<int> minutes;
  std::optional<SessionFormat> format;
  std::optional<Attendance> attendance;
  std::optional<Private<std::string>> focus;

  static constexpr auto fields(const auto& use) {
    return use(Field{"scheduled_at", &SessionChange::scheduled_at}, Field{"minutes", &SessionChange::minutes},
               Field{"format", &SessionChange::format}, Field{"attendance", &SessionChange::attendance},
               Field{"focus", &SessionChange::focus});
  }
};

struct NewMark {
  MarkKind kind = MarkKind::rupture;
  std::optional<std::int64_t> offset_ms;  ///< nothing: now
  std::optional<Id<Person>> person;
  std::optional<Private<std::string>> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewMark::kind}, Field{"offset_ms", &NewMark::offset_ms},
               Field{"person", &NewMark::person}, Field{"words", &NewMark::words});
  }
};

struct MarkWords {
  std::optional<Private<std::string>> words;
  std::optional<Id<Person>> person;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &MarkWords::words}, Field{"person", &MarkWords::person});
  }
};

struct TechniqueDone {
  std::string technique;       ///< id in the catalog
  std::optional<int> minutes;  ///< nothing: woven in

  static constexpr auto fields(const auto& use) {
    return use(Field{"technique", &TechniqueDone::technique}, Field{"minutes", &TechniqueDone::minutes});
  }
};

/// A technique that may be chosen.
struct TechniqueChoice {
  std::string id;
  std::string name;
  std::string purpose;
  std::string family;
  std::optional<int> minutes_from;
  std::optional<int> minutes_to;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &TechniqueChoice::id}, Field{"name", &TechniqueChoice::name},
               Field{"purpose", &TechniqueChoice::purpose}, Field{"family", &TechniqueChoice::family},
               Field{"minutes_from", &TechniqueChoice::minutes_from},
               Field{"minutes_to", &TechniqueChoice::minutes_to});
  }
};

/// A score as it can be dropped into a note.
struct ScoreLine {
  Id<Administration> sheet;
  Instant at;
  std::string words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"sheet", &ScoreLine::sheet}, Field{"at", &ScoreLine::at},
               Field{"words", &ScoreLine::words});
  }
};

inline constexpr std::size_t most_worked_on = 2;

/// All of one meeting: what stands before it, what is marked in it, what is written after it.
struct SessionPage {
  TherapySession session;
  std::optional<Id<TherapySession>> last;  ///< the meeting that was held before it
  std::optional<Instant> since;            ///< when that began; nothing: there was none
  std::vector<Claim> claims;  ///< tied to an open goal, then those last written about; most_worked_on at most
  std::vector<Claim> other_claims;
  std::vector<NextStep> steps;       ///< open, or agreed or done since
  std::vector<CourseEvent> events;   ///< told since the last meeting, or in this one
  std::vector<Administration> open;  ///< sheets given and not sent
  std::vector<ScoreLine> scores;     ///< since the last meeting, newest first
  std::vector<SessionMark> marks;    ///< not withdrawn, as they lie in time
  std::vector<TechniqueUse> techniques;
  std::vector<ClaimEvidence> evidence;  ///< that names this meeting
  std::vector<Administration> given;    ///< after this meeting
  std::vector<TechniqueChoice> choices;
  std::vector<NoteLayout> layouts;
  std::vector<NoteView> notes;
  std::optional<FidelityView> fidelity;  ///< nothing: not drawn, not over, or no protocol

  static constexpr auto fields(const auto& use) {
    return use(Field{"session", &SessionPage::session}, Field{"last", &SessionPage::last},
               Field{"since", &SessionPage::since}, Field{"claims", &SessionPage::claims},
               Field{"other_claims", &SessionPage::other_claims}, Field{"steps", &SessionPage::steps},
               Field{"events", &SessionPage::events}, Field{"open", &SessionPage::open},
               Field{"scores", &SessionPage::scores}, Field{"marks", &SessionPage::marks},
               Field{"techniques", &SessionPage::techniques}, Field{"evidence", &SessionPage::evidence},
               Field{"given", &SessionPage::given}, Field{"choices", &SessionPage::choices},
               Field{"layouts", &SessionPage::layouts}, Field{"notes", &SessionPage::notes},
               Field{"fidelity", &SessionPage::fidelity});
  }
};

struct SessionItem {
  TherapySession session;
  std::int64_t marks = 0;
  std::int64_t techniques = 0;
  bool note_begun = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"session", &SessionItem::session}, Field{"marks", &SessionItem::marks},
               Field{"techniques", &SessionItem::techniques}, Field{"note_begun", &SessionItem::note_begun});
  }
};

/// Every meeting that was not withdrawn, the latest first.
[[nodiscard]] Result<std::vector<SessionItem>> list_sessions(const Practice& practice, const Actor& actor,
                                                             const Id<Course>& course);
/// Error "therapy_session.not_found", here and wherever one is named.
[[nodiscard]] Result<SessionPage> read_session(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<TherapySession>& id);
/// Errors: "session.minutes" (1 to 600), "session.member" (no member of the course).
[[nodiscard]] Result<SessionPage> arrange_session(const Practice& practice, const Actor& actor,
                                                  const Id<Course>& course, const NewSession& input);
/// Errors: "session.minutes", "session.begun" (conflict: what was held was not cancelled, and its time
/// stays), "words.missing", "words.too_long".
[[nodiscard]] Result<SessionPage> change_session(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session,
                                                 const SessionChange& input);
/// It was arranged by mistake. Error "session.begun" (conflict).
[[nodiscard]] Result<bool> withdraw_session(const Practice& practice, const Actor& actor,
                                            const Id<Course>& course, const Id<TherapySession>& id);

/// Errors: "session.begun", "session.cancelled" (conflicts).
[[nodiscard]] Result<SessionPage> start_session(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<TherapySession>& session);
/// It is over. Where nobody had begun it, it was held as arranged. Errors, all conflicts: "session.ended",
/// "session.cancelled", "session.not_yet" (nobody had begun it, and its time has not come).
[[nodiscard]] Result<SessionPage> finish_session(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session);
/// It was ended by mistake. Errors, both conflicts: "session.not_ended", "session.signed" (its note is).
[[nodiscard]] Result<SessionPage> resume_session(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session);

/// Errors: "session.not_begun" (conflict), "session.offset" (not within a day of its beginning),
/// "session.member", "words.missing", "words.too_long".
[[nodiscard]] Result<SessionPage> put_mark(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<TherapySession>& session,
                                           const NewMark& input);
/// Error "session_mark.not_found".
[[nodiscard]] Result<SessionPage> change_mark(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<TherapySession>& session,
                                              const Id<SessionMark>& id, const MarkWords& input);
[[nodiscard]] Result<SessionPage> take_back_mark(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session,
                                                 const Id<SessionMark>& id);

/// Once a meeting; noted again, the minutes are those said last. Errors: "session.not_begun" (conflict),
/// "technique.unknown", "session.minutes".
[[nodiscard]] Result<SessionPage> note_technique(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<TherapySession>& session,
                                                 const TechniqueDone& input);
/// Error "technique_use.not_found".
[[nodiscard]] Result<SessionPage> take_back_technique(const Practice& practice, const Actor& actor,
                                                      const Id<Course>& course,
                                                      const Id<TherapySession>& session,
                                                      const Id<TechniqueUse>& id);

/// A meeting of one's own courses, without any words.
struct ComingSession {
  Id<TherapySession> id;
  Id<Course> course;
  int number = 1;
  std::optional<Id<Person>> alone_with;
  Instant scheduled_at;
  int minutes = 50;
  SessionFormat format = SessionFormat::room;
  std::optional<Attendance> attendance;
  std::optional<Instant> began_at;
  std::optional<Instant> ended_at;
  std::optional<Instant> noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ComingSession::id}, Field{"course", &ComingSession::course},
               Field{"number", &ComingSession::number}, Field{"alone_with", &ComingSession::alone_with},
               Field{"scheduled_at", &ComingSession::scheduled_at}, Field{"minutes", &ComingSession::minutes},
               Field{"format", &ComingSession::format}, Field{"attendance", &ComingSession::attendance},
               Field{"began_at", &ComingSession::began_at}, Field{"ended_at", &ComingSession::ended_at},
               Field{"noted_at", &ComingSession::noted_at});
  }
};

struct SessionDay {
  std::vector<ComingSession> sessions;  ///< of a day and a half before and after now, by time
  std::vector<UnsignedNote> unsigned_notes;

  static constexpr auto fields(const auto& use) {
    return use(Field{"sessions", &SessionDay::sessions},
               Field{"unsigned_notes", &SessionDay::unsigned_notes});
  }
};
/// Of the therapist's own courses.
[[nodiscard]] Result<SessionDay> session_day(const Practice& practice, const Actor& actor);

// For other use cases of this room

/// Error "therapy_session.not_found": not of this course, or withdrawn.
[[nodiscard]] Result<TherapySession> session_of(Transaction& transaction, const Id<Course>& course,
                                                const Id<TherapySession>& id);
/// Of a course, by when they were to be; withdrawn ones left out.
[[nodiscard]] Result<std::vector<TherapySession>> sessions_of(Transaction& transaction,
                                                              const Id<Course>& course);
[[nodiscard]] bool was_held(const TherapySession& session);

/// One meeting, for the person whose copy it is. What was said by others too is left out.
struct SessionOfPerson {
  TherapySession session;
  std::vector<SessionMark> marks;
  std::vector<TechniqueUse> techniques;
  std::vector<NoteVersion> notes;  ///< as signed, every version
  bool words_withheld = false;     ///< they are about others too: the therapist decides

  static constexpr auto fields(const auto& use) {
    return use(Field{"session", &SessionOfPerson::session}, Field{"marks", &SessionOfPerson::marks},
               Field{"techniques", &SessionOfPerson::techniques}, Field{"notes", &SessionOfPerson::notes},
               Field{"words_withheld", &SessionOfPerson::words_withheld});
  }
};
/// Working notes and drafts are not among them.
[[nodiscard]] Result<std::vector<SessionOfPerson>> copy_sessions(Transaction& transaction,
                                                                 const Id<Person>& person);
/// What meetings hold about someone who is erased: their own as a whole; of those with others, all words.
[[nodiscard]] Result<bool> erase_sessions(Transaction& transaction, const Id<Person>& person);

}  // namespace securebase::service
