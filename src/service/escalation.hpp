#pragma once
// Who is told of a risk answer that nobody has seen, and after how much time in which somebody was there.
// Nothing is sent and nothing is kept of it: who is told is computed from the answer, the practice's hours
// and steps, and who is away, so no restart loses it; being told is to find it on Today. The clock stops when
// somebody has seen the answer; the entry stays open until it is closed (safety.hpp).

#include <optional>
#include <string>
#include <vector>

#include "service/measure.hpp"
#include "service/safety_record.hpp"
#include "service/settings.hpp"
#include "therapy/escalation.hpp"

namespace securebase::service {

// Settings

struct StaffedTime {
  int weekday = 1;   ///< 1: Monday, to 7: Sunday
  std::string from;  ///< "09:00", to "24:00"
  std::string to;

  static constexpr auto fields(const auto& use) {
    return use(Field{"weekday", &StaffedTime::weekday}, Field{"from", &StaffedTime::from},
               Field{"to", &StaffedTime::to});
  }
};

enum class Told { therapist, supervisor, user };
template <>
inline constexpr std::array names_of<Told> = {"therapist"sv, "supervisor"sv, "user"sv};

/// Who is told once an answer has waited for so many staffed minutes.
struct EscalationStep {
  int after_minutes = 0;
  Told told = Told::therapist;
  std::optional<Id<User>> user;  ///< of Told::user

  static constexpr auto fields(const auto& use) {
    return use(Field{"after_minutes", &EscalationStep::after_minutes}, Field{"told", &EscalationStep::told},
               Field{"user", &EscalationStep::user});
  }
};

struct Staffing {
  std::string zone = "UTC";       ///< of the IANA database, such as "Europe/Berlin"
  std::vector<StaffedTime> week;  ///< none: the clock never runs
  std::vector<Date> closed;
  std::vector<EscalationStep> steps;  ///< in the order of their minutes

  static constexpr auto fields(const auto& use) {
    return use(Field{"zone", &Staffing::zone}, Field{"week", &Staffing::week},
               Field{"closed", &Staffing::closed}, Field{"steps", &Staffing::steps});
  }
};

struct StaffedTimeView : StaffedTime {
  static constexpr auto fields(const auto& use) { return StaffedTime::fields(use); }
};
struct EscalationStepView : EscalationStep {
  static constexpr auto fields(const auto& use) { return EscalationStep::fields(use); }
};
struct KeptStaffing {
  std::string zone;
  std::vector<StaffedTimeView> week;
  std::vector<Date> closed;
  std::vector<EscalationStepView> steps;

  static constexpr auto fields(const auto& use) {
    return use(Field{"zone", &KeptStaffing::zone}, Field{"week", &KeptStaffing::week},
               Field{"closed", &KeptStaffing::closed}, Field{"steps", &KeptStaffing::steps});
  }
};

struct StaffingView {
  KeptStaffing staffing;
  bool staffed_now = false;
  RiskPath risk_path;  ///< with when it was last tested
  std::optional<int> days_since_test;
  std::vector<Absence> absences;  ///< that go on or come
  std::string words;              ///< what this means now, and what is missing

  static constexpr auto fields(const auto& use) {
    return use(Field{"staffing", &StaffingView::staffing}, Field{"staffed_now", &StaffingView::staffed_now},
               Field{"risk_path", &StaffingView::risk_path},
               Field{"days_since_test", &StaffingView::days_since_test},
               Field{"absences", &StaffingView::absences}, Field{"words", &StaffingView::words});
  }
};
inline constexpr int most_step_minutes = 60 * 24 * 7;
inline constexpr std::size_t most_steps = 10;
inline constexpr std::size_t most_closed_days = 400;

[[nodiscard]] Result<StaffingView> read_staffing(const Practice& practice, const Actor& actor);
/// All of it anew. Errors: "staffed.span", "staffed.time" ("09:00"), "staffed.zone" (not a time zone of this
/// machine), "staffed.closed" (too many days), "escalation.steps" (minutes, or a user who does not work
/// here).
[[nodiscard]] Result<StaffingView> change_staffing(const Practice& practice, const Actor& actor,
                                                   const Staffing& input);

struct NewAbsence {
  std::optional<Id<User>> user;  ///< nothing: oneself
  Id<User> covered_by;
  Instant from;
  Instant until;

  static constexpr auto fields(const auto& use) {
    return use(Field{"user", &NewAbsence::user}, Field{"covered_by", &NewAbsence::covered_by},
               Field{"from", &NewAbsence::from}, Field{"until", &NewAbsence::until});
  }
};
/// One's own, or an admin's for anybody. Errors: "absence.user" (conflict: somebody else's), "absence.self"
/// (conflict), "absence.covered_by" (not a therapist or supervisor who works here), "absence.dates" (it ends
/// after it begins and after now).
[[nodiscard]] Result<StaffingView> note_absence(const Practice& practice, const Actor& actor,
                                                const NewAbsence& input);
/// Errors: "absence.not_found", "absence.user".
[[nodiscard]] Result<StaffingView> withdraw_absence(const Practice& practice, const Actor& actor,
                                                    const Id<Absence>& id);

// Who is told

/// A risk answer that waits, as somebody who is told of it sees it on Today: no answer, no name.
struct Escalation {
  Id<RiskEntry> risk;
  std::optional<Id<Course>> course;
  std::string code;  ///< of the person; neither is there for an admin
  std::string therapist_name;
  Instant since;            ///< when the answer came
  int staffed_minutes = 0;  ///< so far
  int after_minutes = 0;    ///< of the step that is due
  Id<User> told;
  std::optional<Id<User>> instead_of;  ///< who is away, or not there
  std::string why;                     ///< in words, why it is told to this user

  static constexpr auto fields(const auto& use) {
    return use(Field{"risk", &Escalation::risk}, Field{"course", &Escalation::course},
               Field{"code", &Escalation::code}, Field{"therapist_name", &Escalation::therapist_name},
               Field{"since", &Escalation::since}, Field{"staffed_minutes", &Escalation::staffed_minutes},
               Field{"after_minutes", &Escalation::after_minutes}, Field{"told", &Escalation::told},
               Field{"instead_of", &Escalation::instead_of}, Field{"why", &Escalation::why});
  }
};

/// Of whom one is told now, longest waiting first. Each is audited as told.
[[nodiscard]] Result<std::vector<Escalation>> read_escalations(const Practice& practice, const Actor& actor);

/// What somebody who is told needs to act, whoever's course it is. An admin who is told because nobody else
/// is there sees no answer and no contact.
struct OpenedEscalation {
  Escalation escalation;
  std::optional<Private<std::string>> name;
  std::optional<Private<std::string>> contact;
  std::optional<Private<std::string>> safe_contact;
  std::optional<Private<std::string>> emergency_contact;
  std::optional<Private<std::string>> answer;

  static constexpr auto fields(const auto& use) {
    return use(Field{"escalation", &OpenedEscalation::escalation}, Field{"name", &OpenedEscalation::name},
               Field{"contact", &OpenedEscalation::contact},
               Field{"safe_contact", &OpenedEscalation::safe_contact},
               Field{"emergency_contact", &OpenedEscalation::emergency_contact},
               Field{"answer", &OpenedEscalation::answer});
  }
};
/// Error "access.not_found": one is not told of it.
[[nodiscard]] Result<OpenedEscalation> open_escalation(const Practice& practice, const Actor& actor,
                                                       const Id<RiskEntry>& risk);
/// Says what was done; the clock stops, the entry stays open for its therapist. Errors: "access.not_found",
/// "risk.what_was_done", "risk.admin" (forbidden: told as an admin only).
[[nodiscard]] Result<RiskEntry> answer_escalation(const Practice& practice, const Actor& actor,
                                                  const Id<RiskEntry>& risk, const Acknowledgement& input);

// For other use cases of this room

/// Everything that is due at a moment, whoever is told.
[[nodiscard]] Result<std::vector<Escalation>> due_escalations(Transaction& transaction,
                                                              const Practice& practice, Instant now);

}  // namespace securebase::service
