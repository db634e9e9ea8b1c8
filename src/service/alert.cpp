#include "service/alert.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "service/course.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t courses_at_once = 500;  // in one statement

Place at(std::string name) {
  return {"", 0, 0, std::move(name)};
}

/// Soft flag and dip are one thing, more or less of it.
bool is_same_thing(AlertKind a, AlertKind b) {
  const auto thing = [](AlertKind kind) {
    return kind == AlertKind::alliance_soft ? AlertKind::alliance_dip : kind;
  };
  return thing(a) == thing(b);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

AlertStepView view_of(const AlertStep& step) {
  return {step.kind, split(step.choices), step.words, step.by, step.at};
}

AlertView view_of(const Alert& alert, std::vector<AlertStepView> steps) {
  return {alert.id,        alert.course,     alert.person,    alert.subject, alert.kind,     alert.stage,
          alert.sheet,     alert.instrument, alert.scale,     alert.answer,  alert.observed, alert.expected,
          alert.limit,     alert.error,      alert.statement, alert.basis,   alert.limits,   alert.raised_at,
          alert.closed_at, alert.closing,    std::move(steps)};
}

Result<AlertView> view_of(Transaction& transaction, const Alert& alert) {
  const auto steps =
      list<AlertStep>(transaction, {{where(&AlertStep::alert, alert.id)}, {by(&AlertStep::at)}, {}});
  if (!steps) return tl::unexpected(steps.error());
  std::vector<AlertStepView> views;
  for (const AlertStep& step : *steps) views.push_back(view_of(step));
  return view_of(alert, std::move(views));
}

void put_open_first(std::vector<AlertView>& alerts) {
  std::stable_sort(alerts.begin(), alerts.end(), [](const AlertView& a, const AlertView& b) {
    if (a.closed_at.has_value() != b.closed_at.has_value()) return !a.closed_at;
    return a.raised_at > b.raised_at;
  });
}

/// Those with steps read at once, as many alerts as there are.
Result<std::vector<AlertView>> views_of(Transaction& transaction, const std::vector<Alert>& alerts) {
  std::vector<Id<Alert>> ids;
  ids.reserve(alerts.size());
  for (const Alert& alert : alerts) ids.push_back(alert.id);
  std::map<Id<Alert>, std::vector<AlertStepView>> steps;
  for (std::size_t begin = 0; begin < ids.size(); begin += courses_at_once) {
    const auto end = std::min(ids.size(), begin + courses_at_once);
    const std::vector<Id<Alert>> some(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                      ids.begin() + static_cast<std::ptrdiff_t>(end));
    const auto found =
        list<AlertStep>(transaction, {{where_one_of(&AlertStep::alert, some)}, {by(&AlertStep::at)}, {}});
    if (!found) return tl::unexpected(found.error());
    for (const AlertStep& step : *found) steps[step.alert].push_back(view_of(step));
  }
  std::vector<AlertView> views;
  views.reserve(alerts.size());
  for (const Alert& alert : alerts) views.push_back(view_of(alert, std::move(steps[alert.id])));
  put_open_first(views);
  return views;
}

Result<Alert> alert_of(Transaction& transaction, const Id<Course>& course, const Id<Alert>& id) {
  auto alert = get<Alert>(transaction, id);
  if (!alert || alert->course == course) return alert;
  return fail(ErrorKind::not_found, "alert.not_found", "there is no such record");
}

Result<bool> needs_open(const Alert& alert) {
  if (!alert.closed_at) return true;
  return fail(ErrorKind::conflict, "alert.closed",
              "this alert is closed; the next answers may raise another");
}

Result<bool> needs_words(const std::optional<Private<std::string>>& words) {
  if (words && letters_in(words->reveal()) >= shortest_step) return true;
  return fail(ErrorKind::bad_data, "alert.words", fmt::format("what, in {} letters at least", shortest_step),
              at("words"));
}

Result<bool> may_choose(const std::vector<WhatNow>& from, const std::vector<std::string>& choices) {
  std::vector<std::string_view> ids;
  ids.reserve(from.size());
  for (const WhatNow& one : from) ids.push_back(one.id);
  for (const std::string& choice : choices)
    if (std::count(ids.begin(), ids.end(), choice) != 1 ||
        std::count(choices.begin(), choices.end(), choice) != 1)
      return fail(ErrorKind::bad_data, "alert.choice", fmt::format("each once of {}", fmt::join(ids, ", ")),
                  at("choices"));
  return true;
}

Result<bool> check_choices(const NewAlertStep& input) {
  if (input.kind == AlertStepKind::considered) {
    if (input.choices.empty())
      return fail(ErrorKind::bad_data, "alert.choice", "what was considered: one at least", at("choices"));
    return may_choose(reasons_to_consider(), input.choices);
  }
  if (input.kind == AlertStepKind::done) return may_choose(repair_moves(), input.choices);
  if (input.choices.empty()) return true;
  return fail(ErrorKind::bad_data, "alert.choice", "none: only what was considered or done has any",
              at("choices"));
}

Result<bool> check_step(const NewAlertStep& input) {
  switch (input.kind) {
    case AlertStepKind::raised_again:
    case AlertStepKind::closed:
      return fail(ErrorKind::bad_data, "alert.step",
                  "asked_and_so, marker_seen, noted, not_so, considered, done or followed", at("kind"));
    case AlertStepKind::noted:
    case AlertStepKind::followed:
      if (auto said = needs_words(input.words); !said) return said;
      break;
    case AlertStepKind::done:
      if (input.choices.empty())
        if (auto said = needs_words(input.words); !said) return said;
      break;
    case AlertStepKind::asked_and_so:
    case AlertStepKind::marker_seen:
    case AlertStepKind::not_so:
    case AlertStepKind::considered:
      break;
  }
  return check_choices(input);
}

Result<bool> needs_done(Transaction& transaction, const Alert& alert, const char* why) {
  const Condition done[] = {where(&AlertStep::alert, alert.id), where(&AlertStep::kind, AlertStepKind::done)};
  const auto found = transaction.count(table_of<AlertStep>(), done);
  if (!found) return tl::unexpected(found.error());
  if (*found > 0) return true;
  return fail(ErrorKind::conflict, "alert.not_done", why);
}

AlertStep step_of(const Practice& practice, const Alert& alert, AlertStepKind kind) {
  AlertStep step;
  step.id = new_id<AlertStep>(practice.entropy);
  step.alert = alert.id;
  step.person = alert.person;
  step.kind = kind;
  step.at = practice.clock.now();
  return step;
}

std::optional<Id<User>> who(const Actor& actor) {
  return actor.kind == Actor::Kind::user ? std::optional(actor.user) : std::nullopt;
}

/// Which alert of the same thing there was last, in this series.
Result<std::optional<Alert>> last_like(Transaction& transaction, const Administration& sheet,
                                       const Raising& raising) {
  auto before = list<Alert>(
      transaction, {{where(&Alert::course, sheet.course), where(&Alert::person, sheet.respondent),
                     where(&Alert::subject, sheet.subject), where(&Alert::instrument, sheet.instrument)},
                    {by(&Alert::raised_at, true)},
                    {}});
  if (!before) return tl::unexpected(before.error());
  for (Alert& one : *before)
    if (one.scale == raising.scale && is_same_thing(one.kind, raising.kind) &&
        one.closing != AlertClosing::moved)
      return std::optional(std::move(one));
  return std::optional<Alert>();
}

Result<bool> note(Transaction& transaction, const Practice& practice, std::string_view name,
                  const Alert& alert) {
  return append_audit(transaction, practice, the_program(),
                      {name, Permission::anyone, alert.course, alert.person, alert.id.text()});
}

/// What was soft has become a dip.
Result<bool> deepen(Transaction& transaction, const Practice& practice, const Administration& sheet,
                    const Raising& raising, Alert alert) {
  alert.kind = raising.kind;
  if (auto kept = replace(transaction, alert); !kept) return kept;
  AlertStep step = step_of(practice, alert, AlertStepKind::raised_again);
  step.sheet = sheet.id;
  step.words = Private<std::string>(raising.finding.statement);
  if (auto added = insert(transaction, step); !added) return added;
  return note(transaction, practice, "alert.raise_again", alert);
}

bool is_same_episode(const Alert& alert, const Raising& raising) {
  if (!alert.closed_at) return true;
  if (alert.raised_at < raising.episode_from) return false;
  return !raising.again_from || *alert.closed_at >= *raising.again_from;
}

}  // namespace

AlertStage stage_after(AlertStage stage, AlertStepKind step) {
  switch (step) {
    case AlertStepKind::asked_and_so:
    case AlertStepKind::marker_seen:
    case AlertStepKind::noted:
      return stage == AlertStage::worked_on ? stage : AlertStage::confirmed;
    case AlertStepKind::not_so:
      return stage == AlertStage::worked_on ? stage : AlertStage::not_confirmed;
    case AlertStepKind::done:
      return AlertStage::worked_on;
    case AlertStepKind::closed:
      return AlertStage::closed;
    case AlertStepKind::considered:
    case AlertStepKind::followed:
    case AlertStepKind::raised_again:
      break;
  }
  return stage;
}

Result<std::vector<AlertView>> alerts_of(Transaction& transaction, const Id<Course>& course) {
  const auto alerts =
      list<Alert>(transaction, {{where(&Alert::course, course)}, {by(&Alert::raised_at, true)}, {}});
  if (!alerts) return tl::unexpected(alerts.error());
  return views_of(transaction, *alerts);
}

Result<std::vector<Alert>> alerts_open_in(Transaction& transaction, const std::vector<Id<Course>>& courses) {
  std::vector<Alert> open;
  for (std::size_t begin = 0; begin < courses.size(); begin += courses_at_once) {
    const auto end = std::min(courses.size(), begin + courses_at_once);
    const std::vector<Id<Course>> some(courses.begin() + static_cast<std::ptrdiff_t>(begin),
                                       courses.begin() + static_cast<std::ptrdiff_t>(end));
    auto found = list<Alert>(
        transaction, {{where(&Alert::closed_at, Is::absent), where_one_of(&Alert::course, some)}, {}, {}});
    if (!found) return tl::unexpected(found.error());
    std::move(found->begin(), found->end(), std::back_inserter(open));
  }
  return open;
}

Result<std::vector<AlertView>> read_alerts(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course) {
  return look<std::vector<AlertView>>(
      practice, actor, {"alerts.read", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) { return alerts_of(transaction, course); });
}

Result<AlertView> add_alert_step(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<Alert>& id, const NewAlertStep& input) {
  if (auto fits = check_step(input); !fits) return tl::unexpected(fits.error());
  return carry_out<AlertView>(
      practice, actor, {"alert.step", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<AlertView> {
        auto alert = alert_of(transaction, course, id);
        if (!alert) return tl::unexpected(alert.error());
        trail.action.person = alert->person;
        if (auto open = needs_open(*alert); !open) return tl::unexpected(open.error());
        if (auto there = still_there(transaction, alert->person); !there)
          return tl::unexpected(there.error());
        if (input.kind == AlertStepKind::followed)
          if (auto done = needs_done(transaction, *alert, "say first what was done"); !done)
            return tl::unexpected(done.error());
        AlertStep step = step_of(practice, *alert, input.kind);
        step.choices = fmt::format("{}", fmt::join(input.choices, ","));
        step.words = input.words;
        step.by = who(actor);
        if (auto added = insert(transaction, step); !added) return tl::unexpected(added.error());
        alert->stage = stage_after(alert->stage, input.kind);
        if (auto kept = replace(transaction, *alert); !kept) return tl::unexpected(kept.error());
        return view_of(transaction, *alert);
      });
}

Result<AlertView> close_alert(const Practice& practice, const Actor& actor, const Id<Course>& course,
                              const Id<Alert>& id, const CloseAlert& input) {
  if (input.closing == AlertClosing::moved)
    return fail(ErrorKind::bad_data, "alert.closing",
                "settled, not_so, worked_through, course_ended or other", at("closing"));
  if (auto said = needs_words(input.words); !said) return tl::unexpected(said.error());
  return carry_out<AlertView>(
      practice, actor, {"alert.close", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<AlertView> {
        auto alert = alert_of(transaction, course, id);
        if (!alert) return tl::unexpected(alert.error());
        trail.action.person = alert->person;
        if (auto open = needs_open(*alert); !open) return tl::unexpected(open.error());
        if (input.closing == AlertClosing::worked_through)
          if (auto done =
                  needs_done(transaction, *alert, "nothing was done yet: say what, or close it otherwise");
              !done)
            return tl::unexpected(done.error());
        AlertStep step = step_of(practice, *alert, AlertStepKind::closed);
        step.words = input.words;
        step.by = who(actor);
        if (auto added = insert(transaction, step); !added) return tl::unexpected(added.error());
        alert->stage = AlertStage::closed;
        alert->closing = input.closing;
        alert->closed_at = step.at;
        if (auto kept = replace(transaction, *alert); !kept) return tl::unexpected(kept.error());
        return view_of(transaction, *alert);
      });
}

Result<std::vector<AlertView>> open_alerts(const Practice& practice, const Actor& actor) {
  return look<std::vector<AlertView>>(
      practice, actor, {"alert.list", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<std::vector<AlertView>> {
        const auto courses = readable_courses(transaction, practice, actor);
        if (!courses) return tl::unexpected(courses.error());
        const auto open = alerts_open_in(transaction, *courses);
        if (!open) return tl::unexpected(open.error());
        auto views = views_of(transaction, *open);
        if (!views) return views;
        for (const AlertView& alert : *views)
          trail.also.push_back(
              {"alert.read", Permission::read_course, alert.course, alert.person, alert.id.text()});
        return views;
      });
}

Result<bool> raise_alert(Transaction& transaction, const Practice& practice, const Administration& sheet,
                         const Raising& raising) {
  auto last = last_like(transaction, sheet, raising);
  if (!last) return tl::unexpected(last.error());
  if (*last && is_same_episode(**last, raising)) {
    const bool is_deeper = !(*last)->closed_at && (*last)->kind == AlertKind::alliance_soft &&
                           raising.kind == AlertKind::alliance_dip;
    return is_deeper ? deepen(transaction, practice, sheet, raising, std::move(**last)) : Result<bool>(true);
  }
  Alert alert;
  alert.id = new_id<Alert>(practice.entropy);
  alert.course = sheet.course;
  alert.person = sheet.respondent;
  alert.subject = sheet.subject;
  alert.kind = raising.kind;
  alert.sheet = sheet.id;
  alert.instrument = sheet.instrument;
  alert.version = sheet.version;
  alert.item_order = sheet.item_order;
  alert.scale = raising.scale;
  alert.fingerprint = sheet.fingerprint;
  alert.answer = raising.answer;
  alert.observed = raising.observed;
  alert.expected = raising.expected;
  alert.limit = raising.limit;
  alert.error = raising.error;
  alert.statement = Private<std::string>(raising.finding.statement);
  alert.basis = Private<std::string>(raising.finding.basis);
  alert.limits = Private<std::string>(raising.finding.limits);
  alert.raised_at = practice.clock.now();
  if (auto added = insert(transaction, alert); !added) return added;
  return note(transaction, practice, "alert.raise", alert);
}

Result<bool> close_moved_alerts(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                                const Id<Administration>& sheet) {
  auto raised =
      list<Alert>(transaction, {{where(&Alert::sheet, std::optional(sheet)), where(&Alert::course, course),
                                 where(&Alert::closed_at, Is::absent)},
                                {},
                                {}});
  if (!raised) return tl::unexpected(raised.error());
  for (Alert& alert : *raised) {
    AlertStep step = step_of(practice, alert, AlertStepKind::closed);
    step.words = Private<std::string>("The answers were somebody else's and were moved to their record.");
    if (auto added = insert(transaction, step); !added) return added;
    alert.stage = AlertStage::closed;
    alert.closing = AlertClosing::moved;
    alert.closed_at = step.at;
    if (auto kept = replace(transaction, alert); !kept) return kept;
    if (auto noted = note(transaction, practice, "alert.close_moved", alert); !noted) return noted;
  }
  return true;
}

}  // namespace securebase::service
