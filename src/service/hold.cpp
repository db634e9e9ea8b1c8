#include "service/hold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "catalog/technique.hpp"
#include "service/claim.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t longest_ago_ms = std::int64_t{366} * 24 * 60 * 60 * 1000;

Place hold_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

bool is_for_course(const catalog::Hold& hold) {
  return hold.scope == catalog::HoldScope::couple;
}

std::string words_of(const catalog::Origin& origin) {
  const std::string_view mark = origin.status == catalog::SourceStatus::seen       ? ""
                                : origin.status == catalog::SourceStatus::proposed ? " (our proposal)"
                                                                                   : " (not verified)";
  return fmt::format("{}{}{}{}", origin.citation, mark, origin.note.empty() ? "" : ": ", origin.note);
}

HoldView view_of_hold(const Practice& practice, Hold hold) {
  HoldView view{std::move(hold), {}, {}, {}};
  const catalog::Hold* const defined = catalog::find_hold(practice.library, view.hold.condition);
  view.label = defined == nullptr ? view.hold.condition : defined->label;
  if (defined == nullptr) return view;
  view.meaning = defined->meaning;
  view.instead = defined->instead;
  return view;
}

/// Conditions of the moment are looked at in the room; the gate's own is decided at the gate.
std::vector<HoldChoice> hold_choices(const Practice& practice, UnitKind unit) {
  std::vector<HoldChoice> choices;
  for (const catalog::Hold& hold : practice.library.holds) {
    const bool fits = hold.scope == catalog::HoldScope::person ||
                      (is_for_course(hold) && unit == UnitKind::couple && hold.id != gate_condition);
    if (fits)
      choices.push_back(
          {hold.id, hold.label, hold.meaning, hold.instead, is_for_course(hold), words_of(hold.origin)});
  }
  return choices;
}

// How answers are kept: "fear=no control=yes".

Private<std::string> kept_answers(const std::vector<GateItem>& items) {
  std::string text;
  for (const GateItem& item : items)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", to_text(item.question), to_text(item.answer));
  return Private<std::string>(std::move(text));
}

std::vector<GateItemView> gate_items(const std::string& kept) {
  std::vector<GateItemView> items;
  for (std::size_t i = 0; i < names_of<GateQuestion>.size(); ++i) {
    GateItemView item{{static_cast<GateQuestion>(i), AskedAnswer::not_answered}};
    const std::string key = " " + std::string(to_text(item.question)) + "=";
    const std::string text = " " + kept + " ";
    const auto begin = text.find(key);
    if (begin != std::string::npos) {
      const auto value = begin + key.size();
      item.answer = parse_word<AskedAnswer>(text.substr(value, text.find(' ', value) - value))
                        .value_or(AskedAnswer::not_answered);
    }
    items.push_back(item);
  }
  return items;
}

GateInterviewView view_of_interview(const GateInterview& kept) {
  return {kept.id,    kept.person,   kept.held_on, gate_items(kept.answers.reveal()),
          kept.words, kept.asked_by, kept.noted_at};
}

Result<std::vector<GateDecision>> gate_decisions(Transaction& transaction, const Id<Course>& course) {
  return list<GateDecision>(
      transaction, {{where(&GateDecision::course, course)}, {by(&GateDecision::decided_at, true)}, {}});
}

Result<CoupleGate> gate_of(Transaction& transaction, const Id<Course>& course) {
  CoupleGate gate;
  auto decisions = gate_decisions(transaction, course);
  if (!decisions) return tl::unexpected(decisions.error());
  gate.decisions = std::move(*decisions);
  const auto interviews = list<GateInterview>(
      transaction, {{where(&GateInterview::course, course)}, {by(&GateInterview::noted_at, true)}, {}});
  if (!interviews) return tl::unexpected(interviews.error());
  // Held again: what was said alone before that does not open it any more.
  const auto held = std::find_if(gate.decisions.begin(), gate.decisions.end(),
                                 [](const GateDecision& one) { return !one.opens; });
  std::set<Id<Person>> seen;
  for (const GateInterview& interview : *interviews) {
    gate.interviews.push_back(view_of_interview(interview));
    if (held == gate.decisions.end() || interview.noted_at > held->decided_at) seen.insert(interview.person);
  }
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  for (const Member& member : *members)
    if (!seen.contains(member.person)) gate.not_seen_alone.push_back(member.person);
  gate.open = !gate.decisions.empty() && gate.decisions.front().opens;
  return gate;
}

Result<std::vector<Hold>> all_holds(Transaction& transaction, const Id<Course>& course) {
  return list<Hold>(transaction, {{where(&Hold::course, course)}, {by(&Hold::set_at, true)}, {}});
}

Result<HoldBook> hold_book(Transaction& transaction, const Practice& practice, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  auto holds = all_holds(transaction, id);
  if (!holds) return tl::unexpected(holds.error());
  HoldBook book;
  book.choices = hold_choices(practice, course->unit);
  for (Hold& hold : *holds)
    (hold.lifted_at ? book.lifted : book.in_force).push_back(view_of_hold(practice, std::move(hold)));
  if (course->unit != UnitKind::couple) return book;
  auto gate = gate_of(transaction, id);
  if (!gate) return tl::unexpected(gate.error());
  book.gate = std::move(*gate);
  return book;
}

Result<bool> not_in_force(Transaction& transaction, const Hold& wanted) {
  std::vector<Condition> same = {where(&Hold::course, wanted.course), where(&Hold::lifted_at, Is::absent),
                                 where(&Hold::condition, wanted.condition)};
  if (!wanted.for_course) same.push_back(where(&Hold::person, wanted.person));
  const auto there = transaction.count(table_of<Hold>(), same);
  if (!there) return tl::unexpected(there.error());
  if (*there == 0) return true;
  return fail(ErrorKind::conflict, "hold.in_force", "this condition is in force already");
}

Result<bool> needs_couple(Transaction& transaction, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (course->unit == UnitKind::couple) return true;
  return fail(ErrorKind::conflict, "gate.unit", "a couple has a gate; other courses have none");
}

Result<bool> check_interview(const NewGateInterview& input, Date today) {
  if (!input.alone)
    return fail(ErrorKind::bad_data, "gate.alone",
                "ask when nobody else is there or can listen, and say that it was so", hold_field("alone"));
  if (input.held_on > today || begin_of(today).ms - begin_of(input.held_on).ms > longest_ago_ms)
    return fail(ErrorKind::bad_data, "gate.day", "the day it was held on, within the last year",
                hold_field("held_on"));
  const bool answered = std::any_of(input.answers.begin(), input.answers.end(), [](const GateItem& item) {
    return item.answer != AskedAnswer::not_answered;
  });
  if (!answered && (!input.words || letters_in(input.words->reveal()) == 0))
    return fail(ErrorKind::bad_data, "gate.nothing",
                "an answer at least, or what was said: one who was asked nothing has not been seen alone",
                hold_field("answers"));
  std::set<GateQuestion> asked;
  for (const GateItem& item : input.answers)
    if (!asked.insert(item.question).second)
      return fail(ErrorKind::bad_data, "gate.answers", "each question once", hold_field("answers"));
  return check_words(input.words, "words");
}

/// Error where the gate cannot be opened now.
Result<bool> may_open(Transaction& transaction, const Id<Course>& course, const CoupleGate& gate) {
  if (!gate.not_seen_alone.empty())
    return fail(ErrorKind::conflict, "gate.not_seen_alone", "each of the two is seen alone first");
  const Condition joint[] = {where(&Hold::course, course), where(&Hold::for_course, true),
                             where(&Hold::lifted_at, Is::absent)};
  const auto held = transaction.count(table_of<Hold>(), joint);
  if (!held) return tl::unexpected(held.error());
  if (*held == 0) return true;
  return fail(ErrorKind::conflict, "gate.hold",
              "a hold on joint work is in force: lift it first, or leave it");
}

/// Whose key seals what is about both.
Result<Id<Person>> client_of(Transaction& transaction, const Id<Course>& course) {
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::optional<Id<Person>> client;
  for (const Member& member : *members) {
    const auto there = still_there(transaction, member.person);
    if (!there) continue;
    if (!client || member.role == MemberRole::client) client = member.person;
  }
  if (client) return *client;
  return fail(ErrorKind::conflict, "person.erased", "everybody of this course was erased");
}

}  // namespace

Result<HoldBook> read_holds(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return look<HoldBook>(practice, actor, {"hold.read", Permission::read_course, course, {}, ""},
                        [&](Transaction& transaction) { return hold_book(transaction, practice, course); });
}

Result<HoldBook> set_hold(const Practice& practice, const Actor& actor, const Id<Course>& course,
                          const Id<Person>& person, const NewHold& input) {
  if (auto fits = check_words(input.why, "why"); !fits) return tl::unexpected(fits.error());
  return carry_out<HoldBook>(
      practice, actor, {"hold.set", Permission::write_course, course, person, input.condition},
      [&](Transaction& transaction) -> Result<HoldBook> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        const auto kept = get<Course>(transaction, course);
        if (!kept) return tl::unexpected(kept.error());
        const auto choices = hold_choices(practice, kept->unit);
        const auto choice = std::find_if(choices.begin(), choices.end(), [&](const HoldChoice& one) {
          return one.condition == input.condition;
        });
        if (choice == choices.end())
          return fail(ErrorKind::bad_data, "hold.condition",
                      "one of the conditions that this course may have", hold_field("condition"));
        Hold hold;
        hold.id = new_id<Hold>(practice.entropy);
        hold.person = person;
        hold.course = course;
        hold.for_course = choice->for_course;
        hold.condition = input.condition;
        hold.why = input.why;
        hold.set_by = actor.user;
        hold.set_at = practice.clock.now();
        if (auto is_new = not_in_force(transaction, hold); !is_new) return tl::unexpected(is_new.error());
        if (auto added = insert(transaction, hold); !added) return tl::unexpected(added.error());
        return hold_book(transaction, practice, course);
      });
}

Result<HoldBook> lift_hold(const Practice& practice, const Actor& actor, const Id<Course>& course,
                           const Id<Hold>& id, const LiftHold& input) {
  if (auto fits = check_words(input.why, "why"); !fits) return tl::unexpected(fits.error());
  return carry_out<HoldBook>(practice, actor, {"hold.lift", Permission::write_course, course, {}, id.text()},
                             [&](Transaction& transaction, Trail& trail) -> Result<HoldBook> {
                               auto hold = get<Hold>(transaction, id);
                               if (!hold) return tl::unexpected(hold.error());
                               if (hold->course != course)
                                 return fail(ErrorKind::not_found, "hold.not_found",
                                             "there is no such record");
                               trail.action.person = hold->person;
                               if (hold->lifted_at)
                                 return fail(ErrorKind::conflict, "hold.lifted", "it was lifted before");
                               hold->lifted_at = practice.clock.now();
                               hold->lifted_by = actor.user;
                               hold->lifted_why = input.why;
                               if (auto kept = replace(transaction, *hold); !kept)
                                 return tl::unexpected(kept.error());
                               return hold_book(transaction, practice, course);
                             });
}

Result<HoldBook> note_gate_interview(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                     const Id<Person>& person, const NewGateInterview& input) {
  if (auto fits = check_interview(input, date_of(practice.clock.now())); !fits)
    return tl::unexpected(fits.error());
  return carry_out<HoldBook>(practice, actor,
                             {"gate.interview", Permission::write_course, course, person, ""},
                             [&](Transaction& transaction) -> Result<HoldBook> {
                               if (auto may = may_be_written(transaction, course, person); !may)
                                 return tl::unexpected(may.error());
                               if (auto couple = needs_couple(transaction, course); !couple)
                                 return tl::unexpected(couple.error());
                               const GateInterview interview{new_id<GateInterview>(practice.entropy),
                                                             person,
                                                             course,
                                                             input.held_on,
                                                             kept_answers(input.answers),
                                                             input.words,
                                                             actor.user,
                                                             practice.clock.now()};
                               if (auto added = insert(transaction, interview); !added)
                                 return tl::unexpected(added.error());
                               return hold_book(transaction, practice, course);
                             });
}

Result<HoldBook> decide_gate(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const DecideGate& input) {
  if (auto fits = check_words(input.why, "why"); !fits) return tl::unexpected(fits.error());
  return carry_out<HoldBook>(
      practice, actor, {"gate.decide", Permission::write_course, course, {}, input.opens ? "open" : "held"},
      [&](Transaction& transaction) -> Result<HoldBook> {
        if (auto couple = needs_couple(transaction, course); !couple) return tl::unexpected(couple.error());
        const auto gate = gate_of(transaction, course);
        if (!gate) return tl::unexpected(gate.error());
        if (gate->open == input.opens)
          return fail(ErrorKind::conflict, "gate.same",
                      input.opens ? "it is open already" : "it is held already");
        if (input.opens)
          if (auto may = may_open(transaction, course, *gate); !may) return tl::unexpected(may.error());
        const auto client = client_of(transaction, course);
        if (!client) return tl::unexpected(client.error());
        const GateDecision decision{new_id<GateDecision>(practice.entropy),
                                    *client,
                                    course,
                                    input.opens,
                                    input.why,
                                    actor.user,
                                    practice.clock.now()};
        if (auto added = insert(transaction, decision); !added) return tl::unexpected(added.error());
        return hold_book(transaction, practice, course);
      });
}

Result<std::vector<GateInterviewView>> gate_interviews_of(Transaction& transaction,
                                                          const Id<Person>& person) {
  const auto interviews = list<GateInterview>(
      transaction, {{where(&GateInterview::person, person)}, {by(&GateInterview::noted_at)}, {}});
  if (!interviews) return tl::unexpected(interviews.error());
  std::vector<GateInterviewView> views;
  for (const GateInterview& interview : *interviews) views.push_back(view_of_interview(interview));
  return views;
}

Result<bool> is_joint_work_open(Transaction& transaction, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (course->unit != UnitKind::couple) return true;
  const auto decisions = gate_decisions(transaction, id);
  if (!decisions) return tl::unexpected(decisions.error());
  if (decisions->empty() || !decisions->front().opens) return false;
  const Condition joint[] = {where(&Hold::course, id), where(&Hold::for_course, true),
                             where(&Hold::lifted_at, Is::absent)};
  const auto held = transaction.count(table_of<Hold>(), joint);
  if (!held) return tl::unexpected(held.error());
  return *held == 0;
}

namespace {

Result<std::vector<std::string>> conditions(Transaction& transaction, const Id<Course>& id,
                                            const std::optional<Id<Person>>& person) {
  const auto holds = all_holds(transaction, id);
  if (!holds) return tl::unexpected(holds.error());
  std::set<std::string> found;
  for (const Hold& hold : *holds)
    if (!hold.lifted_at && (hold.for_course || !person || hold.person == *person))
      found.insert(hold.condition);
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (course->unit == UnitKind::couple) {
    const auto decisions = gate_decisions(transaction, id);
    if (!decisions) return tl::unexpected(decisions.error());
    if (decisions->empty() || !decisions->front().opens) found.insert(std::string(gate_condition));
  }
  return std::vector<std::string>(found.begin(), found.end());
}

}  // namespace

Result<std::vector<std::string>> holds_in_force(Transaction& transaction, const Id<Course>& course,
                                                const Id<Person>& person) {
  return conditions(transaction, course, person);
}

Result<std::vector<std::string>> holds_in_force(Transaction& transaction, const Id<Course>& course) {
  return conditions(transaction, course, {});
}

}  // namespace securebase::service
