#pragma once
// The life of an alert: it is raised with the answers that raise it, asked about, worked on, followed and
// closed with a reason. Every step is added and audited, nothing is taken away, and nothing closes by itself.
// What may be behind it, and what may repair an alliance, are lists to choose from: questions with their
// reason, never a type.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/finding.hpp"
#include "service/alert_record.hpp"
#include "service/practice.hpp"

namespace securebase::service {

/// Something to think about, or to do, when an alert stands: one line to tick.
struct WhatNow {
  std::string id;
  std::string group;     ///< course, attachment; immediate, expressive
  std::string question;  ///< to think about, or to do
  std::string why;       ///< the reason it is on the list
  std::string first;     ///< a small first step; empty for what is done at once

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &WhatNow::id}, Field{"group", &WhatNow::group},
               Field{"question", &WhatNow::question}, Field{"why", &WhatNow::why},
               Field{"first", &WhatNow::first});
  }
};
/// What may be behind it: alliance, motivation, support, life events, and reasons of attachment.
[[nodiscard]] const std::vector<WhatNow>& reasons_to_consider();
/// What may repair an alliance: what is immediate before what is expressive.
[[nodiscard]] const std::vector<WhatNow>& repair_moves();

struct AlertStepView {
  AlertStepKind kind = AlertStepKind::considered;
  std::vector<std::string> choices;
  std::optional<Private<std::string>> words;
  std::optional<Id<User>> by;
  Instant at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &AlertStepView::kind}, Field{"choices", &AlertStepView::choices},
               Field{"words", &AlertStepView::words}, Field{"by", &AlertStepView::by},
               Field{"at", &AlertStepView::at});
  }
};

struct AlertView {
  Id<Alert> id;
  Id<Course> course;
  Id<Person> person;
  Id<Person> subject;
  AlertKind kind = AlertKind::off_track;
  AlertStage stage = AlertStage::raised;
  std::optional<Id<Administration>> sheet;
  std::string instrument;
  std::string scale;
  int answer = 0;
  std::optional<double> observed;
  std::optional<double> expected;
  std::optional<double> limit;
  std::optional<double> error;
  Private<std::string> statement;
  Private<std::string> basis;
  Private<std::string> limits;
  Instant raised_at;
  std::optional<Instant> closed_at;
  std::optional<AlertClosing> closing;
  std::vector<AlertStepView> steps;  ///< oldest first

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &AlertView::id}, Field{"course", &AlertView::course},
               Field{"person", &AlertView::person}, Field{"subject", &AlertView::subject},
               Field{"kind", &AlertView::kind}, Field{"stage", &AlertView::stage},
               Field{"sheet", &AlertView::sheet}, Field{"instrument", &AlertView::instrument},
               Field{"scale", &AlertView::scale}, Field{"answer", &AlertView::answer},
               Field{"observed", &AlertView::observed}, Field{"expected", &AlertView::expected},
               Field{"limit", &AlertView::limit}, Field{"error", &AlertView::error},
               Field{"statement", &AlertView::statement}, Field{"basis", &AlertView::basis},
               Field{"limits", &AlertView::limits}, Field{"raised_at", &AlertView::raised_at},
               Field{"closed_at", &AlertView::closed_at}, Field{"closing", &AlertView::closing},
               Field{"steps", &AlertView::steps});
  }
};

/// Of a course, open ones first, then the newest.
[[nodiscard]] Result<std::vector<AlertView>> read_alerts(const Practice& practice, const Actor& actor,
                                                         const Id<Course>& course);

struct NewAlertStep {
  AlertStepKind kind = AlertStepKind::done;
  std::vector<std::string> choices = {};  ///< of considered: reasons; of done: repair moves
  std::optional<Private<std::string>> words = {};

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewAlertStep::kind}, Field{"choices", &NewAlertStep::choices},
               Field{"words", &NewAlertStep::words});
  }
};
inline constexpr std::size_t shortest_step = 3;  ///< letters, where words are needed

/// By the therapist. Errors: "alert.closed" (conflict); "alert.step": raised_again and closed are no steps of
/// one's own; "alert.choice" says what may be chosen; "alert.words": noted, done and followed say what;
/// "alert.not_done" (conflict): nothing was done that something could follow.
[[nodiscard]] Result<AlertView> add_alert_step(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course, const Id<Alert>& id,
                                               const NewAlertStep& input);

struct CloseAlert {
  AlertClosing closing = AlertClosing::settled;
  Private<std::string> words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"closing", &CloseAlert::closing}, Field{"words", &CloseAlert::words});
  }
};
/// By the therapist; never by itself and never timed. Errors: "alert.closed" (conflict), "alert.closing"
/// (moved is the program's own), "alert.words": what was found; "alert.not_done" (conflict): worked_through
/// needs something that was done.
[[nodiscard]] Result<AlertView> close_alert(const Practice& practice, const Actor& actor,
                                            const Id<Course>& course, const Id<Alert>& id,
                                            const CloseAlert& input);

/// Open ones in every course one may read, newest first.
[[nodiscard]] Result<std::vector<AlertView>> open_alerts(const Practice& practice, const Actor& actor);

// For other use cases of this room

/// The stage after a step.
[[nodiscard]] AlertStage stage_after(AlertStage stage, AlertStepKind step);

/// What the numbers raise.
struct Raising {
  AlertKind kind = AlertKind::off_track;
  std::string scale;
  int answer = 0;
  std::optional<double> observed;
  std::optional<double> expected;
  std::optional<double> limit;
  std::optional<double> error;
  Finding finding;
  Instant episode_from;               ///< an alert raised since then is about the same
  std::optional<Instant> again_from;  ///< one that was closed before then is not enough
};
/// Writes the alert and its entry in the audit, in the transaction of the answers that raise it. One that is
/// about the same episode stands for both: a dip after a soft flag makes that one a dip.
[[nodiscard]] Result<bool> raise_alert(Transaction& transaction, const Practice& practice,
                                       const Administration& sheet, const Raising& raising);
/// Answers were moved to another record: what they raised in this one is closed, and says so.
[[nodiscard]] Result<bool> close_moved_alerts(Transaction& transaction, const Practice& practice,
                                              const Id<Course>& course, const Id<Administration>& sheet);
/// How many are open in each of these courses.
[[nodiscard]] Result<std::vector<Alert>> alerts_open_in(Transaction& transaction,
                                                        const std::vector<Id<Course>>& courses);
/// The alerts of a course with their steps, open ones first.
[[nodiscard]] Result<std::vector<AlertView>> alerts_of(Transaction& transaction, const Id<Course>& course);

}  // namespace securebase::service
