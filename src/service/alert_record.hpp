#pragma once
// What the numbers of a course raised, and what people did about it. An alert is a fact: on these answers,
// with these numbers, this sentence stood here. Nothing about it is ever taken away; its steps are added.
// Beside it what is learned from the practice's own courses, and where each course stands now, kept so that a
// caseload of five hundred can be listed.

#include "service/record.hpp"

namespace securebase::service {

enum class AlertKind {
  off_track,        ///< outside of what is expected
  sudden_loss,      ///< much worse from one answer to the next
  alliance_soft,    ///< a rating somewhat below the client's own
  alliance_dip,     ///< a rating clearly below the client's own, or an answer at its lowest
  withdrawal_risk,  ///< less is told, though no rating fell
};
template <>
inline constexpr std::array names_of<AlertKind> = {"off_track"sv, "sudden_loss"sv, "alliance_soft"sv,
                                                   "alliance_dip"sv, "withdrawal_risk"sv};

enum class AlertStage {
  raised,         ///< nobody has asked yet
  confirmed,      ///< a question, a marker or a note says so
  not_confirmed,  ///< it was asked, and was not so
  worked_on,      ///< something was done about it
  closed
};
template <>
inline constexpr std::array names_of<AlertStage> = {"raised"sv, "confirmed"sv, "not_confirmed"sv,
                                                    "worked_on"sv, "closed"sv};

enum class AlertClosing { settled, not_so, worked_through, course_ended, other, moved };
template <>
inline constexpr std::array names_of<AlertClosing> = {"settled"sv,      "not_so"sv, "worked_through"sv,
                                                      "course_ended"sv, "other"sv,  "moved"sv};

/// What the numbers of a course raised. The words and numbers are those of the moment it was raised.
struct Alert {
  static constexpr std::string_view table = "alert";
  static constexpr std::string_view sealed_by = "person";

  Id<Alert> id;
  Id<Course> course;
  Id<Person> person;   ///< who answered
  Id<Person> subject;  ///< whom it is about
  AlertKind kind = AlertKind::off_track;
  AlertStage stage = AlertStage::raised;
  std::optional<Id<Administration>> sheet;  ///< whose answers raised it
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string scale;
  std::string fingerprint;         ///< of the definition
  int answer = 0;                  ///< which of the series, from 1
  std::optional<double> observed;  ///< score, rating or share
  std::optional<double> expected;  ///< what it was held against
  std::optional<double> limit;     ///< beyond which it was raised
  std::optional<double> error;     ///< that the comparison rests on
  Private<std::string> statement;  ///< what was said
  Private<std::string> basis;      ///< what that rested on
  Private<std::string> limits;     ///< what it does not mean
  Instant raised_at;
  std::optional<Instant> closed_at;
  std::optional<AlertClosing> closing;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Alert::id}, Field{"course", &Alert::course}, Field{"person", &Alert::person},
               Field{"subject", &Alert::subject}, Field{"kind", &Alert::kind}, Field{"stage", &Alert::stage},
               Field{"sheet", &Alert::sheet}, Field{"instrument", &Alert::instrument},
               Field{"version", &Alert::version}, Field{"item_order", &Alert::item_order},
               Field{"scale", &Alert::scale}, Field{"fingerprint", &Alert::fingerprint},
               Field{"answer", &Alert::answer}, Field{"observed", &Alert::observed},
               Field{"expected", &Alert::expected}, Field{"limit_value", &Alert::limit},
               Field{"error", &Alert::error}, Field{"statement", &Alert::statement},
               Field{"basis", &Alert::basis}, Field{"limits", &Alert::limits},
               Field{"raised_at", &Alert::raised_at}, Field{"closed_at", &Alert::closed_at},
               Field{"closing", &Alert::closing});
  }
};

enum class AlertStepKind {
  asked_and_so,  ///< a direct question, and the client said so
  marker_seen,   ///< seen in the session
  noted,         ///< the therapist's own note says so
  not_so,        ///< it was asked, and was not so
  considered,    ///< what may be behind it
  done,          ///< what was done
  followed,      ///< what followed
  raised_again,  ///< the numbers raised it once more while it was open
  closed
};
template <>
inline constexpr std::array names_of<AlertStepKind> = {"asked_and_so"sv, "marker_seen"sv,  "noted"sv,
                                                       "not_so"sv,       "considered"sv,   "done"sv,
                                                       "followed"sv,     "raised_again"sv, "closed"sv};

/// One thing that was done about an alert, or that happened to it.
struct AlertStep {
  static constexpr std::string_view table = "alert_step";
  static constexpr std::string_view sealed_by = "person";

  Id<AlertStep> id;
  Id<Alert> alert;
  Id<Person> person;
  AlertStepKind kind = AlertStepKind::considered;
  std::string choices;  ///< reasons or moves by their ids, "alliance,too_fast"; may be empty
  std::optional<Private<std::string>> words;
  std::optional<Id<Administration>> sheet;  ///< of raised_again
  std::optional<Id<User>> by;               ///< nothing: the program
  Instant at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &AlertStep::id}, Field{"alert", &AlertStep::alert},
               Field{"person", &AlertStep::person}, Field{"kind", &AlertStep::kind},
               Field{"choices", &AlertStep::choices}, Field{"words", &AlertStep::words},
               Field{"sheet", &AlertStep::sheet}, Field{"by_user", &AlertStep::by},
               Field{"at_ms", &AlertStep::at});
  }
};

/// undetermined: too few answers, or no error is known to hold a change against.
enum class TrackStatus { on_track, watch, off_track, undetermined };
template <>
inline constexpr std::array names_of<TrackStatus> = {"on_track"sv, "watch"sv, "off_track"sv,
                                                     "undetermined"sv};

/// Where one series of answers in a course stood when the last of them came: derived, kept for lists.
struct FeedbackStatus {
  static constexpr std::string_view table = "feedback_status";
  static constexpr std::string_view sealed_by{};

  Id<FeedbackStatus> id;
  Id<Course> course;
  Id<Person> person;   ///< who answers
  Id<Person> subject;  ///< about whom
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string scale;
  TrackStatus status = TrackStatus::undetermined;
  int answers = 0;
  Instant answered_at;
  Instant computed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &FeedbackStatus::id}, Field{"course", &FeedbackStatus::course},
               Field{"person", &FeedbackStatus::person}, Field{"subject", &FeedbackStatus::subject},
               Field{"instrument", &FeedbackStatus::instrument}, Field{"version", &FeedbackStatus::version},
               Field{"item_order", &FeedbackStatus::item_order}, Field{"scale", &FeedbackStatus::scale},
               Field{"status", &FeedbackStatus::status}, Field{"answers", &FeedbackStatus::answers},
               Field{"answered_at", &FeedbackStatus::answered_at},
               Field{"computed_at", &FeedbackStatus::computed_at});
  }
};

enum class LearnedKind { expected_course, rating_error };
template <>
inline constexpr std::array names_of<LearnedKind> = {"expected_course"sv, "rating_error"sv};

/// What was learned from the practice's courses for one scale; about a group, and nobody's name.
struct LearnedCourse {
  static constexpr std::string_view table = "learned_course";
  static constexpr std::string_view sealed_by{};

  Id<LearnedCourse> id;
  LearnedKind kind = LearnedKind::expected_course;
  std::string instrument;
  std::string version;
  std::string item_order;
  std::string fingerprint;  ///< of the definition it was learned with
  std::string scale;
  int courses = 0;
  int answers = 0;
  std::string numbers;  ///< each as exactly as it is
  Instant computed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &LearnedCourse::id}, Field{"kind", &LearnedCourse::kind},
               Field{"instrument", &LearnedCourse::instrument}, Field{"version", &LearnedCourse::version},
               Field{"item_order", &LearnedCourse::item_order},
               Field{"fingerprint", &LearnedCourse::fingerprint}, Field{"scale", &LearnedCourse::scale},
               Field{"courses", &LearnedCourse::courses}, Field{"answers", &LearnedCourse::answers},
               Field{"numbers", &LearnedCourse::numbers}, Field{"computed_at", &LearnedCourse::computed_at});
  }
};

}  // namespace securebase::service
