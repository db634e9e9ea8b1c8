#include "service/safety.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "service/claim.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t most_closed = 50;
constexpr std::size_t shortest_said = 3;       // letters
constexpr std::size_t longest_action = 2'000;  // bytes

Place safety_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

// Closing

Result<bool> check_closing(const CloseRisk& input) {
  const std::pair<std::string_view, const Private<std::string>*> parts[] = {
      {"spoke", &input.spoke}, {"found", &input.found}, {"next_step", &input.next_step}};
  for (const auto& [name, words] : parts) {
    if (letters_in(words->reveal()) < shortest_said)
      return fail(
          ErrorKind::bad_data, "risk.closing",
          fmt::format("who spoke with the person, what was found and the next step, each in {} letters "
                      "at least",
                      shortest_said),
          safety_field(std::string(name)));
    if (auto fits = check_words(*words, name); !fits) return fits;
  }
  return true;
}

/// Whoever answers for the course.
Result<bool> may_close(Transaction& transaction, const Actor& actor, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (actor.kind != Actor::Kind::user || course->therapist == actor.user || course->supervisor == actor.user)
    return true;
  return fail(ErrorKind::forbidden, "access.forbidden",
              "this needs the therapist or the supervisor of the course");
}

Result<bool> may_be_closed(const RiskEntry& entry, const CloseRisk& input, Instant now) {
  if (entry.closed_at) return fail(ErrorKind::conflict, "risk.closed", "it was closed before");
  constexpr std::int64_t minute_ms = 60'000;  // a time is said in whole minutes
  if (input.spoke_at.ms > entry.created_at.ms - minute_ms && input.spoke_at <= now) return true;
  return fail(ErrorKind::bad_data, "risk.spoke_at",
              "when somebody spoke with the person: after the answer came", safety_field("spoke_at"));
}

// What is not answered

Result<bool> has_unanswered_risk(Transaction& transaction, const Practice& practice,
                                 const Administration& sheet) {
  const auto read = sheet_of(transaction, practice, sheet);
  if (!read) return tl::unexpected(read.error());
  return std::any_of(read->risks.begin(), read->risks.end(),
                     [](const RiskView& risk) { return !risk.answer.has_value(); });
}

Result<std::optional<SilenceKind>> silence_of(Transaction& transaction, const Practice& practice,
                                              const Administration& sheet) {
  if (sheet.progress == Progress::stopped) return std::optional(SilenceKind::stopped);
  if (sheet.progress != Progress::sent) return std::optional(SilenceKind::not_sent);
  const auto definition = definition_of(practice, sheet);
  if (!definition) return tl::unexpected(definition.error());
  if (definition->instrument->risks.empty()) return std::optional<SilenceKind>();
  if (!sheet.asks_risk) return std::optional(SilenceKind::risk_not_asked);
  const auto left_out = has_unanswered_risk(transaction, practice, sheet);
  if (!left_out) return tl::unexpected(left_out.error());
  return *left_out ? std::optional(SilenceKind::risk_not_answered) : std::optional<SilenceKind>();
}

/// Since the oldest entry of each person that is open.
Result<std::vector<Silence>> silences_of(Transaction& transaction, const Practice& practice,
                                         const Id<Course>& course, const std::vector<RiskEntry>& open) {
  std::map<Id<Person>, Instant> since;
  for (const RiskEntry& entry : open) {
    const auto known = since.try_emplace(entry.person, entry.created_at).first;
    known->second = std::min(known->second, entry.created_at);
  }
  std::vector<Silence> silences;
  if (since.empty()) return silences;
  const auto sheets = list<Administration>(
      transaction, {{where(&Administration::course, course)}, {by(&Administration::given_at, true)}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  for (const Administration& sheet : *sheets) {
    const auto open_since = since.find(sheet.respondent);
    if (open_since == since.end()) continue;
    const bool waits = sheet.progress == Progress::given || sheet.progress == Progress::begun;
    if (!waits && sheet.given_at < open_since->second) continue;
    const auto kind = silence_of(transaction, practice, sheet);
    if (!kind) return tl::unexpected(kind.error());
    if (*kind) silences.push_back({**kind, sheet.respondent, sheet.id, sheet.instrument, sheet.given_at});
  }
  return silences;
}

// The structured questions

AskedAnswer answer_to(const std::vector<AskedItem>& answers, ScreenQuestion question) {
  const auto found = std::find_if(answers.begin(), answers.end(),
                                  [&](const AskedItem& item) { return item.question == question; });
  return found == answers.end() ? AskedAnswer::not_answered : found->answer;
}

/// Which questions are due: those that follow a yes only after it.
std::vector<ScreenQuestion> due_questions(const std::vector<AskedItem>& answers) {
  std::vector<ScreenQuestion> due = {ScreenQuestion::wish, ScreenQuestion::thoughts};
  if (answer_to(answers, ScreenQuestion::thoughts) == AskedAnswer::yes)
    due.insert(due.end(), {ScreenQuestion::method, ScreenQuestion::intent, ScreenQuestion::plan});
  due.push_back(ScreenQuestion::behaviour);
  if (answer_to(answers, ScreenQuestion::behaviour) == AskedAnswer::yes)
    due.push_back(ScreenQuestion::behaviour_recent);
  return due;
}

Result<bool> check_answers(const std::vector<AskedItem>& answers) {
  std::vector<ScreenQuestion> given;
  given.reserve(answers.size());
  for (const AskedItem& item : answers) given.push_back(item.question);
  std::sort(given.begin(), given.end());
  if (given == due_questions(answers)) return true;
  return fail(ErrorKind::bad_data, "screen.answers",
              "wish, thoughts and behaviour, each once; method, intent and plan where thoughts is yes; "
              "behaviour_recent where behaviour is yes; not_answered where there was no answer",
              safety_field("answers"));
}

ScreenFact fact_of(ScreenQuestion question) {
  return *parse_word<ScreenFact>(to_text(question));
}

std::string kept_screen(const std::vector<AskedItem>& answers) {
  std::string text;
  for (const AskedItem& item : answers)
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", to_text(item.question), to_text(item.answer));
  return text;
}

std::vector<AskedItemView> screen_items(std::string_view kept) {
  std::vector<AskedItemView> items;
  while (!kept.empty()) {
    const auto end = std::min(kept.find(' '), kept.size());
    const std::string_view one = kept.substr(0, end);
    const auto equals = one.find('=');
    if (equals != std::string_view::npos) {
      const auto question = parse_word<ScreenQuestion>(one.substr(0, equals));
      const auto answer = parse_word<AskedAnswer>(one.substr(equals + 1));
      if (question && answer) items.push_back({{*question, *answer}});
    }
    kept.remove_prefix(std::min(end + 1, kept.size()));
  }
  return items;
}

std::vector<Private<std::string>> lines_of(std::string_view text) {
  std::vector<Private<std::string>> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

ScreenView view_of_screen(const SafetyScreen& kept) {
  return {kept.id,
          kept.person,
          kept.risk_entry,
          screen_items(kept.answers.reveal()),
          lines_of(kept.actions.reveal()),
          kept.done,
          kept.next_contact,
          kept.next_contact_at,
          kept.asked_by,
          kept.asked_at};
}

/// What the practice has written for these facts, one a line.
std::string actions_for(const std::vector<SafetyAction>& actions, const std::vector<ScreenFact>& facts) {
  std::string text;
  for (const SafetyAction& action : actions)
    for (const ScreenFact fact : facts)
      if (action.condition == to_text(fact)) {
        std::string line = action.action;
        std::replace(line.begin(), line.end(), '\n', ' ');
        text += (text.empty() ? "" : "\n") + line;
      }
  return text;
}

Result<bool> check_entry(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                         const std::optional<Id<RiskEntry>>& id) {
  if (!id) return true;
  const auto entry = find<RiskEntry>(transaction, where(&RiskEntry::id, *id));
  if (!entry) return tl::unexpected(entry.error());
  if (*entry && (*entry)->course == course && (*entry)->person == person) return true;
  return fail(ErrorKind::bad_data, "screen.risk_entry", "a risk answer of this person in this course",
              safety_field("risk_entry"));
}

Result<bool> check_screen(const NewScreen& input, Instant now) {
  if (auto fits = check_answers(input.answers); !fits) return fits;
  if (auto fits = check_words(input.done, "done"); !fits) return fits;
  if (auto fits = check_words(input.next_contact, "next_contact"); !fits) return fits;
  if (input.next_contact_at > now) return true;
  return fail(ErrorKind::bad_data, "screen.next_contact", "when somebody speaks with the person next",
              safety_field("next_contact_at"));
}

FindingView about_entries() {
  return {
      "safety.entries",
      "Each entry is an answer above the lowest to a question about suicide, self-harm or danger, whatever "
      "the total. It stays open until somebody says who spoke with the person, when, what was found and "
      "the next step.",
      "One answer to one question. Any answer above the lowest goes with later attempts; among 447,245 "
      "veterans, "
      "71.6 % of those who died by suicide had given the lowest (PHQ-9, item 9).",
      "No entry does not mean safe, and a later zero closes nothing. Whether there is danger is found by "
      "speaking with the person; the program does not predict it."};
}

}  // namespace

std::vector<ScreenFact> facts_of(const std::vector<AskedItem>& answers) {
  std::set<ScreenFact> facts;
  for (const AskedItem& item : answers) {
    if (item.answer == AskedAnswer::yes) facts.insert(fact_of(item.question));
    if (item.answer == AskedAnswer::not_answered) facts.insert(ScreenFact::not_answered);
  }
  return {facts.begin(), facts.end()};
}

Result<std::vector<RiskEntry>> open_risks_of(Transaction& transaction, const Id<Course>& course) {
  return list<RiskEntry>(transaction,
                         {{where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::absent)},
                          {by(&RiskEntry::created_at, true)},
                          {}});
}

Result<std::vector<ScreenView>> screens_of(Transaction& transaction, const Id<Person>& person) {
  const auto screens = list<SafetyScreen>(
      transaction, {{where(&SafetyScreen::person, person)}, {by(&SafetyScreen::asked_at)}, {}});
  if (!screens) return tl::unexpected(screens.error());
  std::vector<ScreenView> views;
  for (const SafetyScreen& screen : *screens) views.push_back(view_of_screen(screen));
  return views;
}

Result<RiskEntry> close_risk(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<RiskEntry>& id, const CloseRisk& input) {
  if (auto fits = check_closing(input); !fits) return tl::unexpected(fits.error());
  return carry_out<RiskEntry>(practice, actor, {"risk.close", Permission::read_course, course, {}, id.text()},
                              [&](Transaction& transaction, Trail& trail) -> Result<RiskEntry> {
                                auto entry = get<RiskEntry>(transaction, id);
                                if (!entry) return tl::unexpected(entry.error());
                                if (entry->course != course)
                                  return fail(ErrorKind::not_found, "risk_entry.not_found",
                                              "there is no such record");
                                trail.action.person = entry->person;
                                if (auto may = may_close(transaction, actor, course); !may)
                                  return tl::unexpected(may.error());
                                const Instant now = practice.clock.now();
                                if (auto may = may_be_closed(*entry, input, now); !may)
                                  return tl::unexpected(may.error());
                                if (!entry->acknowledged_at) {
                                  entry->acknowledged_at = now;
                                  entry->acknowledged_by = actor.user;
                                }
                                entry->closed_at = now;
                                entry->closed_by = actor.user;
                                entry->spoke = input.spoke;
                                entry->spoke_at = input.spoke_at;
                                entry->found = input.found;
                                entry->next_step = input.next_step;
                                if (auto kept = replace(transaction, *entry); !kept)
                                  return tl::unexpected(kept.error());
                                return entry;
                              });
}

Result<ScreenView> record_screen(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<Person>& person, const NewScreen& input) {
  if (auto fits = check_screen(input, practice.clock.now()); !fits) return tl::unexpected(fits.error());
  return carry_out<ScreenView>(
      practice, actor, {"safety.screen", Permission::write_course, course, person, ""},
      [&](Transaction& transaction) -> Result<ScreenView> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        if (auto theirs = check_entry(transaction, course, person, input.risk_entry); !theirs)
          return tl::unexpected(theirs.error());
        const auto actions = safety_actions(transaction);
        if (!actions) return tl::unexpected(actions.error());
        auto facts = facts_of(input.answers);
        if (input.risk_entry) facts.push_back(ScreenFact::risk_answer);
        SafetyScreen screen;
        screen.id = new_id<SafetyScreen>(practice.entropy);
        screen.person = person;
        screen.course = course;
        screen.risk_entry = input.risk_entry;
        screen.answers = Private<std::string>(kept_screen(input.answers));
        screen.actions = Private<std::string>(actions_for(*actions, facts));
        screen.done = input.done;
        screen.next_contact = input.next_contact;
        screen.next_contact_at = input.next_contact_at;
        screen.asked_by = actor.user;
        screen.asked_at = practice.clock.now();
        if (auto added = insert(transaction, screen); !added) return tl::unexpected(added.error());
        return view_of_screen(screen);
      });
}

Result<SafetyPage> read_safety(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return look<SafetyPage>(
      practice, actor, {"safety.read", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<SafetyPage> {
        SafetyPage page;
        auto open = open_risks_of(transaction, course);
        if (!open) return tl::unexpected(open.error());
        page.open = std::move(*open);
        auto closed = list<RiskEntry>(
            transaction, {{where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::present)},
                          {by(&RiskEntry::created_at, true)},
                          most_closed});
        if (!closed) return tl::unexpected(closed.error());
        page.closed = std::move(*closed);
        auto silences = silences_of(transaction, practice, course, page.open);
        if (!silences) return tl::unexpected(silences.error());
        page.silences = std::move(*silences);
        const auto screens = list<SafetyScreen>(
            transaction, {{where(&SafetyScreen::course, course)}, {by(&SafetyScreen::asked_at, true)}, {}});
        if (!screens) return tl::unexpected(screens.error());
        for (const SafetyScreen& screen : *screens) page.screens.push_back(view_of_screen(screen));
        auto actions = safety_actions(transaction);
        if (!actions) return tl::unexpected(actions.error());
        page.actions = std::move(*actions);
        auto path = risk_path(transaction);
        if (!path) return tl::unexpected(path.error());
        page.risk_path = std::move(*path);
        page.about = about_entries();
        for (const RiskEntry& entry : page.open)
          trail.also.push_back({"risk.read", Permission::read_course, course, entry.person, entry.id.text()});
        return page;
      });
}

// What the practice does

Result<std::vector<SafetyAction>> safety_actions(Transaction& transaction) {
  auto actions = list<SafetyAction>(
      transaction, {{where(&SafetyAction::retired_at, Is::absent)}, {by(&SafetyAction::written_at)}, {}});
  if (!actions) return actions;
  std::stable_sort(actions->begin(), actions->end(), [](const SafetyAction& a, const SafetyAction& b) {
    return parse_word<ScreenFact>(a.condition) < parse_word<ScreenFact>(b.condition);
  });
  return actions;
}

Result<std::vector<SafetyAction>> read_safety_actions(const Practice& practice, const Actor& actor) {
  return look<std::vector<SafetyAction>>(
      practice, actor, {"safety_action.read", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) { return safety_actions(transaction); });
}

Result<std::vector<SafetyAction>> add_safety_action(const Practice& practice, const Actor& actor,
                                                    const NewSafetyAction& input) {
  if (letters_in(input.action) < shortest_said || input.action.size() > longest_action)
    return fail(ErrorKind::bad_data, "safety_action.words",
                fmt::format("what is done, in {} letters at least and {} bytes at most", shortest_said,
                            longest_action),
                safety_field("action"));
  if (input.contact_within.value_or(1) < 1 || input.contact_within.value_or(1) > longest_contact_minutes)
    return fail(ErrorKind::bad_data, "safety_action.minutes",
                fmt::format("1 to {} staffed minutes, or none", longest_contact_minutes),
                safety_field("contact_within"));
  return carry_out<std::vector<SafetyAction>>(
      practice, actor,
      {"safety_action.add", Permission::manage_practice, {}, {}, std::string(to_text(input.condition))},
      [&](Transaction& transaction) -> Result<std::vector<SafetyAction>> {
        const SafetyAction action{new_id<SafetyAction>(practice.entropy),
                                  std::string(to_text(input.condition)),
                                  input.action,
                                  input.contact_within,
                                  actor.user,
                                  practice.clock.now(),
                                  {}};
        if (auto added = insert(transaction, action); !added) return tl::unexpected(added.error());
        return safety_actions(transaction);
      });
}

Result<std::vector<SafetyAction>> retire_safety_action(const Practice& practice, const Actor& actor,
                                                       const Id<SafetyAction>& id) {
  return carry_out<std::vector<SafetyAction>>(
      practice, actor, {"safety_action.retire", Permission::manage_practice, {}, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<SafetyAction>> {
        auto action = get<SafetyAction>(transaction, id);
        if (!action) return tl::unexpected(action.error());
        if (!action->retired_at) action->retired_at = practice.clock.now();
        if (auto kept = replace(transaction, *action); !kept) return tl::unexpected(kept.error());
        return safety_actions(transaction);
      });
}

}  // namespace securebase::service
