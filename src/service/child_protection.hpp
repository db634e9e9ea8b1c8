#pragma once
// A worry about a child: the facts word for word, what the clinician decided and why, and whom they reported
// to. The program tells nobody, asks nobody and concludes nothing; it shows what this practice has written
// down about its jurisdiction, and reminds that a decision is open. No attachment category and no score has a
// place here: neither is evidence of maltreatment (Granqvist and others 2017; content from memory, title
// verified). Notes are in no copy of a record and on no page of the portal
// (docs/decisions/0022-child-protection-notes.md).

#include <optional>
#include <string>
#include <vector>

#include "service/course.hpp"
#include "service/safety_record.hpp"

namespace securebase::service {

// What holds where: written by an admin, read by everybody who works here

struct NewJurisdiction {
  std::string name;
  std::string mandated;
  std::string threshold;
  std::string hotline;
  std::string hours;
  std::string form;
  std::string protection;
  std::string source;
  Date checked_on;

  static constexpr auto fields(const auto& use) {
    return use(Field{"name", &NewJurisdiction::name}, Field{"mandated", &NewJurisdiction::mandated},
               Field{"threshold", &NewJurisdiction::threshold}, Field{"hotline", &NewJurisdiction::hotline},
               Field{"hours", &NewJurisdiction::hours}, Field{"form", &NewJurisdiction::form},
               Field{"protection", &NewJurisdiction::protection}, Field{"source", &NewJurisdiction::source},
               Field{"checked_on", &NewJurisdiction::checked_on});
  }
};
/// Those that hold, in the order they were written. Empty until the practice has filled it in.
[[nodiscard]] Result<std::vector<Jurisdiction>> read_jurisdictions(const Practice& practice,
                                                                   const Actor& actor);
/// One of the same name takes the place of the one before. Errors: "jurisdiction.words" (which, in `where`:
/// name, mandated, threshold, hotline and source are needed), "jurisdiction.checked_on" (in the future).
[[nodiscard]] Result<std::vector<Jurisdiction>> write_jurisdiction(const Practice& practice,
                                                                   const Actor& actor,
                                                                   const NewJurisdiction& input);
/// Error "jurisdiction.not_found".
[[nodiscard]] Result<std::vector<Jurisdiction>> retire_jurisdiction(const Practice& practice,
                                                                    const Actor& actor,
                                                                    const Id<Jurisdiction>& id);

// Notes

enum class ChildTrigger {
  disclosure,
  observed_injury,
  sexualised_behaviour,
  afraid_of_carer,
  neglect,
  exposed_to_violence,
  trafficking,
  fgm,
  other
};
template <>
inline constexpr std::array names_of<ChildTrigger> = {
    "disclosure"sv, "observed_injury"sv,     "sexualised_behaviour"sv, "afraid_of_carer"sv,
    "neglect"sv,    "exposed_to_violence"sv, "trafficking"sv,          "fgm"sv,
    "other"sv};

enum class ChildDecision {
  reported,
  consulted,  ///< a service or a colleague was asked; the decision to report stays open or was not to
  not_reported
};
template <>
inline constexpr std::array names_of<ChildDecision> = {"reported"sv, "consulted"sv, "not_reported"sv};

struct ChildNoteView {
  Id<ChildNote> id;
  Id<Person> person;
  std::optional<Id<Jurisdiction>> jurisdiction;
  ChildTrigger trigger = ChildTrigger::other;
  Private<std::string> facts;
  Date observed_on;
  Id<User> flagged_by;
  Instant flagged_at;
  std::optional<ChildDecision> decision;  ///< nothing: open
  std::optional<Private<std::string>> reason;
  std::optional<Private<std::string>> reported;
  std::optional<Id<User>> decided_by;
  std::optional<Instant> decided_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ChildNoteView::id}, Field{"person", &ChildNoteView::person},
               Field{"jurisdiction", &ChildNoteView::jurisdiction}, Field{"trigger", &ChildNoteView::trigger},
               Field{"facts", &ChildNoteView::facts}, Field{"observed_on", &ChildNoteView::observed_on},
               Field{"flagged_by", &ChildNoteView::flagged_by},
               Field{"flagged_at", &ChildNoteView::flagged_at}, Field{"decision", &ChildNoteView::decision},
               Field{"reason", &ChildNoteView::reason}, Field{"reported", &ChildNoteView::reported},
               Field{"decided_by", &ChildNoteView::decided_by},
               Field{"decided_at", &ChildNoteView::decided_at});
  }
};

struct ChildProtection {
  std::vector<ChildNoteView> notes;  ///< newest first
  std::vector<Jurisdiction> jurisdictions;
  std::vector<std::string> rules;  ///< what to do and what not

  static constexpr auto fields(const auto& use) {
    return use(Field{"notes", &ChildProtection::notes},
               Field{"jurisdictions", &ChildProtection::jurisdictions},
               Field{"rules", &ChildProtection::rules});
  }
};
[[nodiscard]] Result<ChildProtection> read_child_protection(const Practice& practice, const Actor& actor,
                                                            const Id<Course>& course);

struct NewChildNote {
  ChildTrigger trigger = ChildTrigger::other;
  Private<std::string> facts;
  Date observed_on;
  std::optional<Id<Jurisdiction>> jurisdiction;

  static constexpr auto fields(const auto& use) {
    return use(Field{"trigger", &NewChildNote::trigger}, Field{"facts", &NewChildNote::facts},
               Field{"observed_on", &NewChildNote::observed_on},
               Field{"jurisdiction", &NewChildNote::jurisdiction});
  }
};
/// Errors: "member.not_found", "person.erased", "child_note.day" (in the future), "child_note.jurisdiction",
/// "words.missing", "words.too_long".
[[nodiscard]] Result<ChildProtection> add_child_note(const Practice& practice, const Actor& actor,
                                                     const Id<Course>& course, const Id<Person>& person,
                                                     const NewChildNote& input);

struct DecideChildNote {
  ChildDecision decision = ChildDecision::reported;
  Private<std::string> reason;
  std::optional<Private<std::string>> reported;  ///< to whom, how, and its number there

  static constexpr auto fields(const auto& use) {
    return use(Field{"decision", &DecideChildNote::decision}, Field{"reason", &DecideChildNote::reason},
               Field{"reported", &DecideChildNote::reported});
  }
};
/// By the therapist; once. Errors: "child_note.not_found", "child_note.decided" (conflict: write another
/// note), "child_note.reported": of a report it is said to whom; "words.missing", "words.too_long".
[[nodiscard]] Result<ChildProtection> decide_child_note(const Practice& practice, const Actor& actor,
                                                        const Id<Course>& course, const Id<ChildNote>& id,
                                                        const DecideChildNote& input);

// For other use cases of this room

/// Actions of the audit that would tell whoever reads a copy that there is such a note.
[[nodiscard]] bool is_about_child_protection(std::string_view action);
/// Whether a note of this person has no decision yet.
[[nodiscard]] Result<bool> has_open_child_note(Transaction& transaction, const Id<Person>& person);

}  // namespace securebase::service
