#include "service/child_protection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/claim.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t longest_line = 2'000;  // bytes

Place child_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

Result<std::vector<Jurisdiction>> jurisdictions_in_force(Transaction& transaction) {
  return list<Jurisdiction>(
      transaction, {{where(&Jurisdiction::retired_at, Is::absent)}, {by(&Jurisdiction::written_at)}, {}});
}

Result<bool> check_jurisdiction(const NewJurisdiction& input, Date today) {
  const std::tuple<std::string_view, const std::string*, bool> lines[] = {
      {"name", &input.name, true},
      {"mandated", &input.mandated, true},
      {"threshold", &input.threshold, true},
      {"hotline", &input.hotline, true},
      {"hours", &input.hours, false},
      {"form", &input.form, false},
      {"protection", &input.protection, false},
      {"source", &input.source, true}};
  for (const auto& [name, words, needed] : lines)
    if (words->size() > longest_line || (needed && letters_in(*words) == 0))
      return fail(ErrorKind::bad_data, "jurisdiction.words",
                  fmt::format("{}{} bytes at most", needed ? "a few words, " : "", longest_line),
                  child_field(std::string(name)));
  if (input.checked_on <= today) return true;
  return fail(ErrorKind::bad_data, "jurisdiction.checked_on", "the day somebody last looked it up",
              child_field("checked_on"));
}

Jurisdiction jurisdiction_of(const Practice& practice, const Actor& actor, const NewJurisdiction& input) {
  return {new_id<Jurisdiction>(practice.entropy),
          input.name,
          input.mandated,
          input.threshold,
          input.hotline,
          input.hours,
          input.form,
          input.protection,
          input.source,
          input.checked_on,
          actor.user,
          practice.clock.now(),
          {}};
}

std::optional<ChildDecision> decision_of(const ChildNote& note) {
  if (!note.decision) return std::nullopt;
  return parse_word<ChildDecision>(note.decision->reveal());
}

ChildNoteView view_of_child_note(const ChildNote& note) {
  return {note.id,           note.person,
          note.jurisdiction, parse_word<ChildTrigger>(note.trigger.reveal()).value_or(ChildTrigger::other),
          note.facts,        note.observed_on,
          note.flagged_by,   note.flagged_at,
          decision_of(note), note.reason,
          note.reported,     note.decided_by,
          note.decided_at};
}

std::vector<std::string> child_rules() {
  return {"Write what was seen or said, word for word, and by whom; nothing that was concluded.",
          "Do not question the child further; whoever investigates does.",
          "Decide within the session in which it came up. Reporting is yours, as your jurisdiction asks.",
          "Nobody is told by this program. Think before you tell a carer who may be suspected.",
          "No score, coding or attachment category is evidence of maltreatment, for it or against it."};
}

Result<ChildProtection> child_page(Transaction& transaction, const Id<Course>& course) {
  ChildProtection page;
  const auto notes = list<ChildNote>(
      transaction, {{where(&ChildNote::course, course)}, {by(&ChildNote::flagged_at, true)}, {}});
  if (!notes) return tl::unexpected(notes.error());
  for (const ChildNote& note : *notes) page.notes.push_back(view_of_child_note(note));
  auto jurisdictions = jurisdictions_in_force(transaction);
  if (!jurisdictions) return tl::unexpected(jurisdictions.error());
  page.jurisdictions = std::move(*jurisdictions);
  page.rules = child_rules();
  return page;
}

Result<bool> knows_jurisdiction(Transaction& transaction, const std::optional<Id<Jurisdiction>>& id) {
  if (!id) return true;
  const auto found = find<Jurisdiction>(transaction, where(&Jurisdiction::id, *id));
  if (!found) return tl::unexpected(found.error());
  if (*found && !(*found)->retired_at) return true;
  return fail(ErrorKind::bad_data, "child_note.jurisdiction", "one that this practice has written down",
              child_field("jurisdiction"));
}

Result<bool> check_decision(const DecideChildNote& input) {
  if (auto fits = check_words(input.reason, "reason"); !fits) return fits;
  if (auto fits = check_words(input.reported, "reported"); !fits) return fits;
  if (input.decision != ChildDecision::reported || input.reported) return true;
  return fail(ErrorKind::bad_data, "child_note.reported", "to whom it was reported, and how",
              child_field("reported"));
}

}  // namespace

bool is_about_child_protection(std::string_view action) {
  return action.starts_with("child_note.");
}

Result<bool> has_open_child_note(Transaction& transaction, const Id<Person>& person) {
  const Condition open[] = {where(&ChildNote::person, person), where(&ChildNote::decided_at, Is::absent)};
  const auto there = transaction.count(table_of<ChildNote>(), open);
  if (!there) return tl::unexpected(there.error());
  return *there > 0;
}

Result<std::vector<Jurisdiction>> read_jurisdictions(const Practice& practice, const Actor& actor) {
  return look<std::vector<Jurisdiction>>(
      practice, actor, {"jurisdiction.read", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) { return jurisdictions_in_force(transaction); });
}

Result<std::vector<Jurisdiction>> write_jurisdiction(const Practice& practice, const Actor& actor,
                                                     const NewJurisdiction& input) {
  if (auto fits = check_jurisdiction(input, date_of(practice.clock.now())); !fits)
    return tl::unexpected(fits.error());
  return carry_out<std::vector<Jurisdiction>>(
      practice, actor, {"jurisdiction.write", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<Jurisdiction>> {
        auto before = jurisdictions_in_force(transaction);
        if (!before) return before;
        for (Jurisdiction old : *before) {
          if (old.name != input.name) continue;
          old.retired_at = practice.clock.now();
          if (auto kept = replace(transaction, old); !kept) return tl::unexpected(kept.error());
        }
        if (auto added = insert(transaction, jurisdiction_of(practice, actor, input)); !added)
          return tl::unexpected(added.error());
        return jurisdictions_in_force(transaction);
      });
}

Result<std::vector<Jurisdiction>> retire_jurisdiction(const Practice& practice, const Actor& actor,
                                                      const Id<Jurisdiction>& id) {
  return carry_out<std::vector<Jurisdiction>>(
      practice, actor, {"jurisdiction.retire", Permission::manage_practice, {}, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<Jurisdiction>> {
        auto old = get<Jurisdiction>(transaction, id);
        if (!old) return tl::unexpected(old.error());
        if (!old->retired_at) old->retired_at = practice.clock.now();
        if (auto kept = replace(transaction, *old); !kept) return tl::unexpected(kept.error());
        return jurisdictions_in_force(transaction);
      });
}

Result<ChildProtection> read_child_protection(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course) {
  return look<ChildProtection>(practice, actor, {"child_note.list", Permission::read_course, course, {}, ""},
                               [&](Transaction& transaction, Trail& trail) -> Result<ChildProtection> {
                                 auto page = child_page(transaction, course);
                                 if (!page) return page;
                                 for (const ChildNoteView& note : page->notes)
                                   trail.also.push_back({"child_note.read", Permission::read_course, course,
                                                         note.person, note.id.text()});
                                 return page;
                               });
}

Result<ChildProtection> add_child_note(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                       const Id<Person>& person, const NewChildNote& input) {
  if (auto fits = check_words(input.facts, "facts"); !fits) return tl::unexpected(fits.error());
  if (input.observed_on > date_of(practice.clock.now()))
    return fail(ErrorKind::bad_data, "child_note.day", "the day it was seen or said",
                child_field("observed_on"));
  return carry_out<ChildProtection>(
      practice, actor, {"child_note.add", Permission::write_course, course, person, ""},
      [&](Transaction& transaction) -> Result<ChildProtection> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        if (auto known = knows_jurisdiction(transaction, input.jurisdiction); !known)
          return tl::unexpected(known.error());
        ChildNote note;
        note.id = new_id<ChildNote>(practice.entropy);
        note.person = person;
        note.course = course;
        note.jurisdiction = input.jurisdiction;
        note.trigger = Private<std::string>(std::string(to_text(input.trigger)));
        note.facts = input.facts;
        note.observed_on = input.observed_on;
        note.flagged_by = actor.user;
        note.flagged_at = practice.clock.now();
        if (auto added = insert(transaction, note); !added) return tl::unexpected(added.error());
        return child_page(transaction, course);
      });
}

Result<ChildProtection> decide_child_note(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<ChildNote>& id,
                                          const DecideChildNote& input) {
  if (auto fits = check_decision(input); !fits) return tl::unexpected(fits.error());
  return carry_out<ChildProtection>(
      practice, actor, {"child_note.decide", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<ChildProtection> {
        auto note = get<ChildNote>(transaction, id);
        if (!note) return tl::unexpected(note.error());
        if (note->course != course)
          return fail(ErrorKind::not_found, "child_note.not_found", "there is no such record");
        trail.action.person = note->person;
        if (note->decided_at)
          return fail(ErrorKind::conflict, "child_note.decided",
                      "a decision stands: write another note for what came later");
        note->decision = Private<std::string>(std::string(to_text(input.decision)));
        note->reason = input.reason;
        note->reported = input.reported;
        note->decided_by = actor.user;
        note->decided_at = practice.clock.now();
        if (auto kept = replace(transaction, *note); !kept) return tl::unexpected(kept.error());
        return child_page(transaction, course);
      });
}

}  // namespace securebase::service
