#pragma once
// A person's right to a copy of their record and to its erasure, within what the practice has to keep.

#include <optional>
#include <string>
#include <vector>

#include "service/alert_record.hpp"
#include "service/audit.hpp"
#include "service/client_page_record.hpp"
#include "service/coding.hpp"
#include "service/course.hpp"
#include "service/formulation.hpp"
#include "service/measure.hpp"
#include "service/plan_record.hpp"
#include "service/practice.hpp"
#include "service/reminder.hpp"
#include "service/safety_copy.hpp"
#include "service/session.hpp"

namespace securebase::service {

/// Setting: how many years a record has to be kept after the last course of a person has ended. It depends on
/// the country and the profession (Germany: 10 years, section 630f BGB), so there is no default: without it
/// nothing holds up an erasure.
inline constexpr std::string_view retention_years = "retention_years";

/// Everything the record holds of one person, for themselves.
struct PersonCopy {
  PersonView record;
  std::vector<CourseView> courses;
  std::vector<Sheet> sheets;  ///< that they filled in
  std::vector<RiskEntry> risk_entries;
  std::vector<SignedDocument> documents;
  std::vector<Claim> claims;  ///< in every course, and what belongs to them
  std::vector<ClaimReview> claim_reviews;
  std::vector<ClaimEvidence> claim_evidence;
  std::vector<CorrectiveMoment> corrective_moments;
  std::vector<FormulationView> formulations;  ///< every version
  std::vector<RelationshipEpisode> relationship_episodes;
  std::vector<CodedAbout> codings;        ///< what observers put down about them
  std::vector<SessionOfPerson> sessions;  ///< without working notes and drafts
  std::vector<CourseEvent> course_events;
  std::vector<NextStep> next_steps;
  std::vector<Alert> alerts;  ///< what their answers raised
  std::vector<AlertStep> alert_steps;
  std::vector<Goal> goals;
  std::vector<GoalRating> goal_ratings;
  std::vector<LossDay> loss_days;
  std::vector<GateAnswer> gate_answers;
  std::vector<ReminderChoiceView> reminder_choices;  ///< one at most
  std::vector<Reminder> reminders;
  std::vector<ClientRequest> client_requests;
  SafetyCopy safety;
  std::vector<AuditEntry> seen_by;  ///< who has seen or changed it, newest first

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"record", &PersonCopy::record}, Field{"courses", &PersonCopy::courses},
        Field{"sheets", &PersonCopy::sheets}, Field{"risk_entries", &PersonCopy::risk_entries},
        Field{"documents", &PersonCopy::documents}, Field{"claims", &PersonCopy::claims},
        Field{"claim_reviews", &PersonCopy::claim_reviews},
        Field{"claim_evidence", &PersonCopy::claim_evidence},
        Field{"corrective_moments", &PersonCopy::corrective_moments},
        Field{"formulations", &PersonCopy::formulations},
        Field{"relationship_episodes", &PersonCopy::relationship_episodes},
        Field{"codings", &PersonCopy::codings}, Field{"sessions", &PersonCopy::sessions},
        Field{"course_events", &PersonCopy::course_events}, Field{"next_steps", &PersonCopy::next_steps},
        Field{"alerts", &PersonCopy::alerts}, Field{"alert_steps", &PersonCopy::alert_steps},
        Field{"goals", &PersonCopy::goals}, Field{"goal_ratings", &PersonCopy::goal_ratings},
        Field{"loss_days", &PersonCopy::loss_days}, Field{"gate_answers", &PersonCopy::gate_answers},
        Field{"reminder_choices", &PersonCopy::reminder_choices}, Field{"reminders", &PersonCopy::reminders},
        Field{"client_requests", &PersonCopy::client_requests}, Field{"safety", &PersonCopy::safety},
        Field{"seen_by", &PersonCopy::seen_by});
  }
};
[[nodiscard]] Result<PersonCopy> copy_person(const Practice& practice, const Actor& actor,
                                             const Id<Person>& id);

enum class Ground { request, retention };
template <>
inline constexpr std::array names_of<Ground> = {"request"sv, "retention"sv};

struct Erasure {
  Ground ground = Ground::request;
  std::string code;  ///< the person's code, typed again: what is erased cannot be had back

  static constexpr auto fields(const auto& use) {
    return use(Field{"ground", &Erasure::ground}, Field{"code", &Erasure::code});
  }
};

/// What they told, answered and were called is removed and their key destroyed; a tombstone without identity
/// stays, and with it their place in courses that others are part of. Errors: "person.code" (not the code),
/// "person.in_course" (conflict; a course has not ended), "person.open_risk" (conflict; a risk answer is not
/// closed), "person.open_child_note" (conflict; nothing was decided about a worry), "person.retained"
/// (conflict; says until when: counted from the end of the last course, or from the last measure given in it
/// where that is later), "person.erased" (conflict).
[[nodiscard]] Result<Tombstone> erase_person(const Practice& practice, const Actor& actor,
                                             const Id<Person>& id, const Erasure& input);

/// Whose record need not be kept any longer: nobody where retention_years is not set.
struct DuePerson {
  Id<Person> person;
  std::string code;
  Date since;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &DuePerson::person}, Field{"code", &DuePerson::code},
               Field{"since", &DuePerson::since});
  }
};
[[nodiscard]] Result<std::vector<DuePerson>> due_for_erasure(const Practice& practice, const Actor& actor);

struct ErasureOfDue {
  std::string code;  ///< the person's code, typed again

  static constexpr auto fields(const auto& use) { return use(Field{"code", &ErasureOfDue::code}); }
};
/// By an admin: retention is the practice's, not a therapist's. Errors: "person.not_due" (conflict: no number
/// of years is set, or a course goes on), and those of erase_person.
[[nodiscard]] Result<Tombstone> erase_due(const Practice& practice, const Actor& actor, const Id<Person>& id,
                                          const ErasureOfDue& input);

/// Without asking anybody: for a backup that is restored after the erasure. Nothing where the person is not
/// there or erased already.
[[nodiscard]] Result<bool> erase_again(Transaction& transaction, const Tombstone& tombstone);

}  // namespace securebase::service
