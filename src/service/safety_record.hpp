#pragma once
// What a practice keeps for safety, for the end of a course and after it, and for supervision. Facts and
// words; no level of risk is kept anywhere.

#include "service/record.hpp"

namespace securebase::service {

// Safety

/// A condition that is in force: techniques and exercises that name it wait. Which conditions there are is a
/// definition (catalog::Hold).
struct Hold {
  static constexpr std::string_view table = "hold";
  static constexpr std::string_view sealed_by = "person";

  Id<Hold> id;
  Id<Person> person;  ///< whose condition it is
  Id<Course> course;
  bool for_course = false;  ///< for what all of them do together; otherwise for this person's own work
  std::string condition;    ///< such as "psychosis_active"
  Private<std::string> why;
  Id<User> set_by;
  Instant set_at;
  std::optional<Private<std::string>> lifted_why;
  std::optional<Id<User>> lifted_by;
  std::optional<Instant> lifted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Hold::id}, Field{"person", &Hold::person}, Field{"course", &Hold::course},
               Field{"for_course", &Hold::for_course}, Field{"condition", &Hold::condition},
               Field{"why", &Hold::why}, Field{"set_by", &Hold::set_by}, Field{"set_at", &Hold::set_at},
               Field{"lifted_why", &Hold::lifted_why}, Field{"lifted_by", &Hold::lifted_by},
               Field{"lifted_at", &Hold::lifted_at});
  }
};

/// One partner was seen alone and asked what only a person alone can answer (clinical.md 7.4).
struct GateInterview {
  static constexpr std::string_view table = "gate_interview";
  static constexpr std::string_view sealed_by = "person";

  Id<GateInterview> id;
  Id<Person> person;
  Id<Course> course;
  Date held_on;
  Private<std::string> answers;  ///< "fear=no control=not_asked ..."
  std::optional<Private<std::string>> words;
  Id<User> asked_by;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GateInterview::id}, Field{"person", &GateInterview::person},
               Field{"course", &GateInterview::course}, Field{"held_on", &GateInterview::held_on},
               Field{"answers", &GateInterview::answers}, Field{"words", &GateInterview::words},
               Field{"asked_by", &GateInterview::asked_by}, Field{"noted_at", &GateInterview::noted_at});
  }
};

/// The joint work of a couple was opened by its therapist, after both were seen alone; or held again.
struct GateDecision {
  static constexpr std::string_view table = "gate_decision";
  static constexpr std::string_view sealed_by = "person";

  Id<GateDecision> id;
  Id<Person> person;  ///< whose key seals the words: the client of the course
  Id<Course> course;
  bool opens = false;
  Private<std::string> why;
  Id<User> decided_by;
  Instant decided_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GateDecision::id}, Field{"person", &GateDecision::person},
               Field{"course", &GateDecision::course}, Field{"opens", &GateDecision::opens},
               Field{"why", &GateDecision::why}, Field{"decided_by", &GateDecision::decided_by},
               Field{"decided_at", &GateDecision::decided_at});
  }
};

/// What a person answered when somebody asked them, step by step, about suicide (logic: clinical.md 7.2).
struct SafetyScreen {
  static constexpr std::string_view table = "safety_screen";
  static constexpr std::string_view sealed_by = "person";

  Id<SafetyScreen> id;
  Id<Person> person;
  Id<Course> course;
  std::optional<Id<RiskEntry>> risk_entry;  ///< that led to it
  Private<std::string> answers;             ///< "wish=yes thoughts=no ..."
  Private<std::string> actions;             ///< of the practice, as they were shown; one a line
  Private<std::string> done;                ///< what was done
  Private<std::string> next_contact;        ///< who, and how
  Instant next_contact_at;
  Id<User> asked_by;
  Instant asked_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SafetyScreen::id}, Field{"person", &SafetyScreen::person},
               Field{"course", &SafetyScreen::course}, Field{"risk_entry", &SafetyScreen::risk_entry},
               Field{"answers", &SafetyScreen::answers}, Field{"actions", &SafetyScreen::actions},
               Field{"done", &SafetyScreen::done}, Field{"next_contact", &SafetyScreen::next_contact},
               Field{"next_contact_at", &SafetyScreen::next_contact_at},
               Field{"asked_by", &SafetyScreen::asked_by}, Field{"asked_at", &SafetyScreen::asked_at});
  }
};

/// What this practice does when an answer is as `condition` says. Written by an admin; never changed: another
/// takes its place.
struct SafetyAction {
  static constexpr std::string_view table = "safety_action";
  static constexpr std::string_view sealed_by{};

  Id<SafetyAction> id;
  std::string condition;  ///< a ScreenFact
  std::string action;
  std::optional<int> contact_within;  ///< staffed minutes until somebody speaks with the person again
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> retired_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SafetyAction::id}, Field{"condition", &SafetyAction::condition},
               Field{"action", &SafetyAction::action}, Field{"contact_within", &SafetyAction::contact_within},
               Field{"written_by", &SafetyAction::written_by}, Field{"written_at", &SafetyAction::written_at},
               Field{"retired_at", &SafetyAction::retired_at});
  }
};

/// One version of a safety plan (Stanley & Brown 2012, six sections). Versions are never changed.
struct SafetyPlan {
  static constexpr std::string_view table = "safety_plan";
  static constexpr std::string_view sealed_by = "person";

  Id<SafetyPlan> id;
  Id<Person> person;
  Id<Course> course;
  int number = 1;                ///< of the version, from 1 for each person
  Private<std::string> content;  ///< its lines (safety_plan.hpp)
  Date review_on;
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> shared_at;
  std::optional<Instant> unshared_at;
  std::optional<Instant> reviewed_at;  ///< looked at together, and left as it is

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SafetyPlan::id}, Field{"person", &SafetyPlan::person},
               Field{"course", &SafetyPlan::course}, Field{"number", &SafetyPlan::number},
               Field{"content", &SafetyPlan::content}, Field{"review_on", &SafetyPlan::review_on},
               Field{"written_by", &SafetyPlan::written_by}, Field{"written_at", &SafetyPlan::written_at},
               Field{"shared_at", &SafetyPlan::shared_at}, Field{"unshared_at", &SafetyPlan::unshared_at},
               Field{"reviewed_at", &SafetyPlan::reviewed_at});
  }
};

/// A user is away: what would be told to them is told to another.
struct Absence {
  static constexpr std::string_view table = "absence";
  static constexpr std::string_view sealed_by{};

  Id<Absence> id;
  Id<User> user;
  Id<User> covered_by;
  Instant from;
  Instant until;
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Absence::id}, Field{"user_id", &Absence::user},
               Field{"covered_by", &Absence::covered_by}, Field{"from_ms", &Absence::from},
               Field{"until_ms", &Absence::until}, Field{"written_by", &Absence::written_by},
               Field{"written_at", &Absence::written_at}, Field{"withdrawn_at", &Absence::withdrawn_at});
  }
};

/// What holds for child protection where a child lives, as this practice found it out. Nothing is filled in
/// by the program.
struct Jurisdiction {
  static constexpr std::string_view table = "jurisdiction";
  static constexpr std::string_view sealed_by{};

  Id<Jurisdiction> id;
  std::string name;
  std::string mandated;   ///< who has to report
  std::string threshold;  ///< in the words of its law
  std::string hotline;
  std::string hours;
  std::string form;        ///< which, and where it is sent
  std::string protection;  ///< of those who report in good faith, and exceptions to confidentiality
  std::string source;      ///< where all of this stands
  Date checked_on;         ///< when somebody last looked
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> retired_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Jurisdiction::id}, Field{"name", &Jurisdiction::name},
               Field{"mandated", &Jurisdiction::mandated}, Field{"threshold", &Jurisdiction::threshold},
               Field{"hotline", &Jurisdiction::hotline}, Field{"hours", &Jurisdiction::hours},
               Field{"form", &Jurisdiction::form}, Field{"protection", &Jurisdiction::protection},
               Field{"source", &Jurisdiction::source}, Field{"checked_on", &Jurisdiction::checked_on},
               Field{"written_by", &Jurisdiction::written_by}, Field{"written_at", &Jurisdiction::written_at},
               Field{"retired_at", &Jurisdiction::retired_at});
  }
};

/// A worry about a child: what was seen or said, word for word, and what the clinician decided. It is not in
/// the copy of anybody's record that the program makes (docs/decisions/0022-child-protection-notes.md).
struct ChildNote {
  static constexpr std::string_view table = "child_note";
  static constexpr std::string_view sealed_by = "person";

  Id<ChildNote> id;
  Id<Person> person;  ///< the child where it is known here, otherwise whoever told it
  Id<Course> course;
  std::optional<Id<Jurisdiction>> jurisdiction;
  Private<std::string> trigger;  ///< a ChildTrigger
  Private<std::string> facts;    ///< what was seen or said, and by whom; nothing that was concluded
  Date observed_on;
  Id<User> flagged_by;
  Instant flagged_at;
  std::optional<Private<std::string>> decision;  ///< a ChildDecision
  std::optional<Private<std::string>> reason;
  std::optional<Private<std::string>> reported;  ///< to whom, how, and its number there
  std::optional<Id<User>> decided_by;
  std::optional<Instant> decided_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ChildNote::id}, Field{"person", &ChildNote::person},
               Field{"course", &ChildNote::course}, Field{"jurisdiction", &ChildNote::jurisdiction},
               Field{"trigger_kind", &ChildNote::trigger}, Field{"facts", &ChildNote::facts},
               Field{"observed_on", &ChildNote::observed_on}, Field{"flagged_by", &ChildNote::flagged_by},
               Field{"flagged_at", &ChildNote::flagged_at}, Field{"decision", &ChildNote::decision},
               Field{"reason", &ChildNote::reason}, Field{"reported", &ChildNote::reported},
               Field{"decided_by", &ChildNote::decided_by}, Field{"decided_at", &ChildNote::decided_at});
  }
};

// Endings

enum class EndingReason {
  goals_reached,
  enough_for_now,
  referred,
  moved_away,
  illness,
  practice_reasons,  ///< the therapist left, cost, a waiting list
  not_helping,
  stopped_coming,
  died,
  other
};
template <>
inline constexpr std::array names_of<EndingReason> = {
    "goals_reached"sv,    "enough_for_now"sv, "referred"sv,       "moved_away"sv, "illness"sv,
    "practice_reasons"sv, "not_helping"sv,    "stopped_coming"sv, "died"sv,       "other"sv};

enum class EndedBy { both, client, therapist, circumstances };
template <>
inline constexpr std::array names_of<EndedBy> = {"both"sv, "client"sv, "therapist"sv, "circumstances"sv};

/// How a course ended, as its therapist put it down. Whether that was a drop-out is computed from this by
/// five definitions, never stored as one.
struct CourseEnding {
  static constexpr std::string_view table = "course_ending";
  static constexpr std::string_view sealed_by = "person";

  Id<CourseEnding> id;
  Id<Person> person;  ///< whose key seals the words: the client of the course
  Id<Course> course;
  EndingReason reason = EndingReason::goals_reached;
  bool planned = true;
  EndedBy ended_by = EndedBy::both;
  std::optional<bool> judged_dropout;  ///< by the therapist; nothing: not said
  std::optional<bool> missed_last;     ///< the last appointment, and made no other
  std::optional<int> attended;         ///< sessions
  std::optional<int> planned_sessions;
  std::optional<Private<std::string>> words;
  Id<User> written_by;
  Instant written_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &CourseEnding::id}, Field{"person", &CourseEnding::person},
               Field{"course", &CourseEnding::course}, Field{"reason", &CourseEnding::reason},
               Field{"planned", &CourseEnding::planned}, Field{"ended_by", &CourseEnding::ended_by},
               Field{"judged_dropout", &CourseEnding::judged_dropout},
               Field{"missed_last", &CourseEnding::missed_last}, Field{"attended", &CourseEnding::attended},
               Field{"planned_sessions", &CourseEnding::planned_sessions},
               Field{"words", &CourseEnding::words}, Field{"written_by", &CourseEnding::written_by},
               Field{"written_at", &CourseEnding::written_at});
  }
};

enum class FollowUpContact { reached, not_reached, declined };
template <>
inline constexpr std::array names_of<FollowUpContact> = {"reached"sv, "not_reached"sv, "declined"sv};

/// One attempt to hear how somebody is, months after the end.
struct FollowUp {
  static constexpr std::string_view table = "follow_up";
  static constexpr std::string_view sealed_by = "person";

  Id<FollowUp> id;
  Id<Person> person;
  Id<Course> course;
  int months = 3;  ///< 3, 6, 12 or 24
  Date on;
  FollowUpContact contact = FollowUpContact::reached;
  std::optional<bool> treatment_since;  ///< sought elsewhere since the end; nothing: not asked
  std::optional<Private<std::string>> treatment;
  std::optional<Private<std::string>> words;
  Id<User> written_by;
  Instant written_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &FollowUp::id}, Field{"person", &FollowUp::person},
               Field{"course", &FollowUp::course}, Field{"months", &FollowUp::months},
               Field{"on_day", &FollowUp::on}, Field{"contact", &FollowUp::contact},
               Field{"treatment_since", &FollowUp::treatment_since}, Field{"treatment", &FollowUp::treatment},
               Field{"words", &FollowUp::words}, Field{"written_by", &FollowUp::written_by},
               Field{"written_at", &FollowUp::written_at});
  }
};

// Supervision

/// A course that its therapist brings to supervision, with a question.
struct SupervisionCase {
  static constexpr std::string_view table = "supervision_case";
  static constexpr std::string_view sealed_by = "person";

  Id<SupervisionCase> id;
  Id<Person> person;  ///< whose key seals the words: the client of the course
  Id<Course> course;
  Private<std::string> question;
  Id<User> brought_by;
  Instant brought_at;
  std::optional<Private<std::string>> outcome;  ///< what was agreed
  std::optional<Id<User>> discussed_by;
  std::optional<Instant> discussed_at;
  std::optional<Instant> withdrawn_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SupervisionCase::id}, Field{"person", &SupervisionCase::person},
               Field{"course", &SupervisionCase::course}, Field{"question", &SupervisionCase::question},
               Field{"brought_by", &SupervisionCase::brought_by},
               Field{"brought_at", &SupervisionCase::brought_at}, Field{"outcome", &SupervisionCase::outcome},
               Field{"discussed_by", &SupervisionCase::discussed_by},
               Field{"discussed_at", &SupervisionCase::discussed_at},
               Field{"withdrawn_at", &SupervisionCase::withdrawn_at});
  }
};

}  // namespace securebase::service
