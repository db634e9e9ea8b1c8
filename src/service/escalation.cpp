#include "service/escalation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace securebase::service {
namespace {

constexpr std::string_view staffed_zone = "staffed_zone";
constexpr std::string_view staffed_week = "staffed_week";
constexpr std::string_view staffed_closed = "staffed_closed";
constexpr std::string_view escalation_steps = "escalation_steps";
constexpr int most_deputies = 5;  // of deputies
constexpr int days_until_test_is_old = 7;

Place staffing_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

std::vector<std::string> parts_of(std::string_view text, char between) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "09:00" as minutes of the day.
std::optional<int> minutes_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = whole_number(text.substr(0, 2));
  const auto minutes = whole_number(text.substr(3));
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const int whole = *hours * 60 + *minutes;
  return whole <= therapy::minutes_of_day ? std::optional(whole) : std::nullopt;
}

// How it is kept: "1 09:00 17:00;2 ..." and "2026-12-24;...", "15 therapist;60 user <id>".

std::string kept_week(const std::vector<StaffedTime>& week) {
  std::string text;
  for (const StaffedTime& time : week)
    text += fmt::format("{}{} {} {}", text.empty() ? "" : ";", time.weekday, time.from, time.to);
  return text;
}
std::string kept_days(const std::vector<Date>& days) {
  std::string text;
  for (const Date& day : days) text += (text.empty() ? "" : ";") + securebase::to_text(day);
  return text;
}
std::string kept_steps(const std::vector<EscalationStep>& steps) {
  std::string text;
  for (const EscalationStep& step : steps)
    text += fmt::format("{}{} {}{}{}", text.empty() ? "" : ";", step.after_minutes, to_text(step.told),
                        step.user ? " " : "", step.user ? step.user->text() : "");
  return text;
}

std::optional<StaffedTime> time_of(const std::string& text) {
  const auto parts = parts_of(text, ' ');
  if (parts.size() != 3 || !whole_number(parts[0])) return std::nullopt;
  return StaffedTime{*whole_number(parts[0]), parts[1], parts[2]};
}
std::optional<EscalationStep> step_of(const std::string& text) {
  const auto parts = parts_of(text, ' ');
  if (parts.size() < 2 || parts.size() > 3 || !whole_number(parts[0])) return std::nullopt;
  const auto told = parse_word<Told>(parts[1]);
  if (!told) return std::nullopt;
  EscalationStep step{*whole_number(parts[0]), *told, {}};
  if (parts.size() == 3) step.user = Id<User>::parse(parts[2]);
  return step;
}

/// Error "record.value" (internal): what no version of this program wrote.
template <class T, class Parse>
Result<std::vector<T>> kept_list(Transaction& transaction, std::string_view name, const Parse& parse) {
  const auto text = setting(transaction, name);
  if (!text) return tl::unexpected(text.error());
  std::vector<T> values;
  for (const std::string& part : parts_of(*text, ';')) {
    const std::optional<T> value = parse(part);
    if (!value)
      return fail(ErrorKind::internal, "record.value", "a stored value that this version does not know",
                  Place{"setting", 0, 0, std::string(name)});
    values.push_back(*value);
  }
  return values;
}

Result<Staffing> kept_staffing(Transaction& transaction) {
  Staffing staffing;
  const auto zone = setting(transaction, staffed_zone);
  if (!zone) return tl::unexpected(zone.error());
  if (!zone->empty()) staffing.zone = *zone;
  auto week = kept_list<StaffedTime>(transaction, staffed_week, time_of);
  if (!week) return tl::unexpected(week.error());
  staffing.week = std::move(*week);
  auto closed =
      kept_list<Date>(transaction, staffed_closed, [](const std::string& text) { return parse_date(text); });
  if (!closed) return tl::unexpected(closed.error());
  staffing.closed = std::move(*closed);
  auto steps = kept_list<EscalationStep>(transaction, escalation_steps, step_of);
  if (!steps) return tl::unexpected(steps.error());
  staffing.steps = std::move(*steps);
  return staffing;
}

/// Errors "staffed.time", "staffed.span".
Result<therapy::StaffedHours> hours_of(const Staffing& staffing) {
  therapy::StaffedHours hours;
  for (const StaffedTime& time : staffing.week) {
    const auto from = minutes_of(time.from);
    const auto to = minutes_of(time.to);
    if (!from || !to)
      return fail(ErrorKind::bad_data, "staffed.time", "hours and minutes as \"09:00\", up to \"24:00\"",
                  staffing_field("week"));
    hours.week.push_back({time.weekday, *from, *to});
  }
  hours.closed = staffing.closed;
  return therapy::put_in_order(std::move(hours));
}

Result<TimeZone> zone_named(const Practice& practice, const std::string& name) {
  if (name == "UTC" || name.empty()) return TimeZone();
  if (practice.time_zones != nullptr) {
    auto zone = practice.time_zones->find(name);
    if (zone) return zone;
  }
  return fail(ErrorKind::bad_data, "staffed.zone", "a time zone of this machine, such as \"Europe/Berlin\"",
              staffing_field("zone"));
}

/// A practice's hours, ready to count with.
struct StaffedClock {
  Staffing staffing;
  therapy::StaffedHours hours;
  TimeZone zone;
};

Result<StaffedClock> staffed_clock(Transaction& transaction, const Practice& practice) {
  auto staffing = kept_staffing(transaction);
  if (!staffing) return tl::unexpected(staffing.error());
  auto hours = hours_of(*staffing);
  if (!hours) return tl::unexpected(hours.error());
  auto zone = zone_named(practice, staffing->zone);
  if (!zone) return tl::unexpected(zone.error());
  return StaffedClock{std::move(*staffing), std::move(*hours), std::move(*zone)};
}

bool works_here(const User& user) {
  return !user.disabled_at && (user.is_therapist || user.is_supervisor);
}

Result<bool> check_steps(Transaction& transaction, const std::vector<EscalationStep>& steps) {
  const auto wrong = [] {
    return fail(ErrorKind::bad_data, "escalation.steps",
                fmt::format("{} steps at most, each after 0 to {} staffed minutes; a user who is told is a "
                            "therapist or a supervisor of this practice",
                            most_steps, most_step_minutes),
                staffing_field("steps"));
  };
  if (steps.size() > most_steps) return wrong();
  for (const EscalationStep& step : steps) {
    const bool fits = step.after_minutes >= 0 && step.after_minutes <= most_step_minutes &&
                      step.user.has_value() == (step.told == Told::user);
    if (!fits) return wrong();
    if (!step.user) continue;
    const auto user = find<User>(transaction, where(&User::id, *step.user));
    if (!user) return tl::unexpected(user.error());
    if (!*user || !works_here(**user)) return wrong();
  }
  return true;
}

Result<std::vector<Absence>> absences_from(Transaction& transaction, Instant now) {
  return list<Absence>(transaction,
                       {{where(&Absence::withdrawn_at, Is::absent), where(&Absence::until, now, Is::greater)},
                        {by(&Absence::from)},
                        {}});
}

std::string staffing_words(const StaffedClock& clock, const StaffingView& view) {
  std::string words;
  if (clock.hours.week.empty())
    words =
        "No staffed hours are set: the clock of a risk answer does not run, and nobody but the therapist is "
        "told. ";
  else if (clock.staffing.steps.empty())
    words = "No steps are set: nobody but the therapist is told of a risk answer. ";
  if (!view.days_since_test)
    words += "The path of risk answers was never tested.";
  else if (*view.days_since_test > days_until_test_is_old)
    words += fmt::format("The path of risk answers was last tested {} days ago: test it weekly.",
                         *view.days_since_test);
  return words;
}

Result<StaffingView> staffing_view(Transaction& transaction, const Practice& practice) {
  auto clock = staffed_clock(transaction, practice);
  if (!clock) return tl::unexpected(clock.error());
  const Instant now = practice.clock.now();
  StaffingView view;
  view.staffed_now = therapy::is_staffed(clock->hours, clock->zone, now);
  auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  view.risk_path = std::move(*path);
  if (view.risk_path.tested_at)
    view.days_since_test = static_cast<int>((now.ms - view.risk_path.tested_at->ms) / day_ms);
  auto absences = absences_from(transaction, now);
  if (!absences) return tl::unexpected(absences.error());
  view.absences = std::move(*absences);
  view.words = staffing_words(*clock, view);
  view.staffing.zone = clock->staffing.zone;
  view.staffing.closed = clock->staffing.closed;
  for (const StaffedTime& time : clock->staffing.week) view.staffing.week.push_back({time});
  for (const EscalationStep& step : clock->staffing.steps) view.staffing.steps.push_back({step});
  return view;
}

// Who is told

/// The people who work here and who is away.
class Staff {
 public:
  static Result<Staff> read(Transaction& transaction, Instant now) {
    Staff staff;
    const auto users = list<User>(transaction, {{where(&User::disabled_at, Is::absent)}, {}, {}});
    if (!users) return tl::unexpected(users.error());
    for (const User& user : *users) {
      staff.names_.emplace(user.id, user.display_name);
      if (works_here(user)) staff.working_.insert(user.id);
      if (user.is_admin) staff.admins_.push_back(user.id);
    }
    const auto absences = absences_from(transaction, now);
    if (!absences) return tl::unexpected(absences.error());
    for (const Absence& absence : *absences)
      if (absence.from <= now) staff.away_.emplace(absence.user, absence.covered_by);
    return staff;
  }
  /// The one, or who stands in for them; nothing: nobody is there.
  [[nodiscard]] std::optional<Id<User>> reached(Id<User> user) const {
    for (int deputies = 0; deputies <= most_deputies; ++deputies) {
      const auto away = away_.find(user);
      if (away == away_.end()) return working_.contains(user) ? std::optional(user) : std::nullopt;
      user = away->second;
    }
    return std::nullopt;  // they stand in for each other
  }
  [[nodiscard]] const std::vector<Id<User>>& admins() const { return admins_; }
  [[nodiscard]] std::string name(const Id<User>& user) const {
    const auto found = names_.find(user);
    return found == names_.end() ? "somebody who has left" : found->second;
  }

 private:
  std::map<Id<User>, std::string> names_;
  std::set<Id<User>> working_;
  std::vector<Id<User>> admins_;
  std::map<Id<User>, Id<User>> away_;
};

std::optional<Id<User>> wanted_by(const EscalationStep& step, const Course& course) {
  switch (step.told) {
    case Told::therapist:
      return course.therapist;
    case Told::supervisor:
      return course.supervisor;
    case Told::user:
      return step.user;
  }
  return std::nullopt;
}

/// Who is told by one step. Where nobody is there the admins are, who see no content.
std::vector<Escalation> told_by(const EscalationStep& step, const Course& course, const Staff& staff,
                                const Escalation& about) {
  Escalation told = about;
  told.after_minutes = step.after_minutes;
  const auto wanted = wanted_by(step, course);
  const auto reached = wanted ? staff.reached(*wanted) : std::nullopt;
  if (reached) {
    told.told = *reached;
    told.why = fmt::format("after {} staffed minutes", step.after_minutes);
    if (*reached == *wanted) return {told};
    told.instead_of = wanted;
    told.why += fmt::format(", instead of {}, who is away", staff.name(*wanted));
    return {told};
  }
  std::vector<Escalation> all;
  if (wanted) told.instead_of = wanted;
  told.why = fmt::format(
      "after {} staffed minutes; the {} of this course cannot be told, so every admin is", step.after_minutes,
      step.told == Told::user ? std::string_view("person named for this step") : to_text(step.told));
  for (const Id<User>& admin : staff.admins()) {
    told.told = admin;
    all.push_back(told);
  }
  return all;
}

/// The therapist is told at once: the first step of every practice.
std::vector<EscalationStep> steps_of(const Staffing& staffing) {
  std::vector<EscalationStep> steps = {{0, Told::therapist, {}}};
  steps.insert(steps.end(), staffing.steps.begin(), staffing.steps.end());
  return steps;
}

Result<std::vector<RiskEntry>> unseen_risks(Transaction& transaction) {
  return list<RiskEntry>(transaction, {{where(&RiskEntry::closed_at, Is::absent),
                                        where(&RiskEntry::acknowledged_at, Is::absent)},
                                       {by(&RiskEntry::created_at)},
                                       {}});
}

Result<std::vector<Escalation>> escalations_of(Transaction& transaction, const StaffedClock& clock,
                                               const Staff& staff, const RiskEntry& entry, Instant now) {
  const auto course = get<Course>(transaction, entry.course);
  if (!course) return tl::unexpected(course.error());
  const auto person = get<Person>(transaction, entry.person);
  if (!person) return tl::unexpected(person.error());
  const std::int64_t waited = therapy::staffed_between(clock.hours, clock.zone, entry.created_at, now);
  Escalation about;
  about.risk = entry.id;
  about.course = entry.course;
  about.code = person->code;
  about.therapist_name = staff.name(course->therapist);
  about.since = entry.created_at;
  about.staffed_minutes = static_cast<int>(waited / minute_ms);
  std::vector<Escalation> due;
  for (const EscalationStep& step : steps_of(clock.staffing)) {
    if (waited < step.after_minutes * minute_ms) continue;
    for (Escalation& told : told_by(step, *course, staff, about)) {
      const bool known =
          std::any_of(due.begin(), due.end(), [&](const Escalation& one) { return one.told == told.told; });
      if (!known) due.push_back(std::move(told));
    }
  }
  return due;
}

Result<std::optional<Escalation>> told_to(Transaction& transaction, const Practice& practice,
                                          const Actor& actor, const Id<RiskEntry>& risk) {
  const auto due = due_escalations(transaction, practice, practice.clock.now());
  if (!due) return tl::unexpected(due.error());
  const auto found = std::find_if(due->begin(), due->end(), [&](const Escalation& one) {
    return one.risk == risk && one.told == actor.user;
  });
  if (found == due->end()) return std::optional<Escalation>();
  return std::optional(*found);
}

bool is_clinical(const Actor& actor) {
  return actor.is_therapist || actor.is_supervisor;
}

/// Admins see no course and no person.
void hide_whose(Escalation& one) {
  one.code.clear();
  one.course.reset();
}

tl::unexpected<Error> not_told() {
  return fail(ErrorKind::not_found, "access.not_found", "there is no such record, or it is not yours to see");
}

}  // namespace

Result<StaffingView> read_staffing(const Practice& practice, const Actor& actor) {
  return look<StaffingView>(practice, actor, {"staffing.read", Permission::signed_in, {}, {}, ""},
                            [&](Transaction& transaction) { return staffing_view(transaction, practice); });
}

Result<StaffingView> change_staffing(const Practice& practice, const Actor& actor, const Staffing& input) {
  if (const auto hours = hours_of(input); !hours) return tl::unexpected(hours.error());
  if (const auto zone = zone_named(practice, input.zone); !zone) return tl::unexpected(zone.error());
  if (input.closed.size() > most_closed_days)
    return fail(ErrorKind::bad_data, "staffed.closed", fmt::format("{} days at most", most_closed_days),
                staffing_field("closed"));
  std::vector<EscalationStep> steps = input.steps;
  std::stable_sort(steps.begin(), steps.end(), [](const EscalationStep& a, const EscalationStep& b) {
    return a.after_minutes < b.after_minutes;
  });
  return carry_out<StaffingView>(
      practice, actor, {"staffing.change", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<StaffingView> {
        if (auto fits = check_steps(transaction, steps); !fits) return tl::unexpected(fits.error());
        const std::pair<std::string_view, std::string> values[] = {{staffed_zone, input.zone},
                                                                   {staffed_week, kept_week(input.week)},
                                                                   {staffed_closed, kept_days(input.closed)},
                                                                   {escalation_steps, kept_steps(steps)}};
        for (const auto& [name, value] : values)
          if (auto kept = keep_setting(transaction, practice, name, value); !kept)
            return tl::unexpected(kept.error());
        return staffing_view(transaction, practice);
      });
}

namespace {

Result<bool> may_write_absence(const Actor& actor, const Id<User>& user) {
  if (actor.kind != Actor::Kind::user || actor.is_admin || actor.user == user) return true;
  return fail(ErrorKind::conflict, "absence.user", "one's own absence; an admin writes anybody's");
}

Result<bool> check_absence(Transaction& transaction, const Id<User>& user, const NewAbsence& input,
                           Instant now) {
  constexpr std::int64_t longest_ms = std::int64_t{366} * 24 * 60 * 60 * 1000;
  if (input.until <= input.from || input.until <= now || input.until.ms - input.from.ms > longest_ms)
    return fail(ErrorKind::bad_data, "absence.dates",
                "from before until, until in the future, a year at most", staffing_field("until"));
  const auto away = find<User>(transaction, where(&User::id, user));
  if (!away) return tl::unexpected(away.error());
  const auto deputy = find<User>(transaction, where(&User::id, input.covered_by));
  if (!deputy) return tl::unexpected(deputy.error());
  if (user == input.covered_by)
    return fail(ErrorKind::conflict, "absence.self", "somebody else stands in", staffing_field("covered_by"));
  if (*away && *deputy && works_here(**deputy)) return true;
  return fail(ErrorKind::bad_data, "absence.covered_by", "another therapist or supervisor who works here",
              staffing_field("covered_by"));
}

}  // namespace

Result<StaffingView> note_absence(const Practice& practice, const Actor& actor, const NewAbsence& input) {
  const Id<User> user = input.user.value_or(actor.user);
  return carry_out<StaffingView>(practice, actor,
                                 {"absence.note", Permission::signed_in, {}, {}, user.text()},
                                 [&](Transaction& transaction) -> Result<StaffingView> {
                                   if (auto may = may_write_absence(actor, user); !may)
                                     return tl::unexpected(may.error());
                                   const Instant now = practice.clock.now();
                                   if (auto fits = check_absence(transaction, user, input, now); !fits)
                                     return tl::unexpected(fits.error());
                                   const Absence absence{new_id<Absence>(practice.entropy),
                                                         user,
                                                         input.covered_by,
                                                         input.from,
                                                         input.until,
                                                         actor.user,
                                                         now,
                                                         {}};
                                   if (auto added = insert(transaction, absence); !added)
                                     return tl::unexpected(added.error());
                                   return staffing_view(transaction, practice);
                                 });
}

Result<StaffingView> withdraw_absence(const Practice& practice, const Actor& actor, const Id<Absence>& id) {
  return carry_out<StaffingView>(practice, actor,
                                 {"absence.withdraw", Permission::signed_in, {}, {}, id.text()},
                                 [&](Transaction& transaction) -> Result<StaffingView> {
                                   auto absence = get<Absence>(transaction, id);
                                   if (!absence) return tl::unexpected(absence.error());
                                   if (auto may = may_write_absence(actor, absence->user); !may)
                                     return tl::unexpected(may.error());
                                   if (!absence->withdrawn_at) absence->withdrawn_at = practice.clock.now();
                                   if (auto kept = replace(transaction, *absence); !kept)
                                     return tl::unexpected(kept.error());
                                   return staffing_view(transaction, practice);
                                 });
}

Result<std::vector<Escalation>> due_escalations(Transaction& transaction, const Practice& practice,
                                                Instant now) {
  const auto entries = unseen_risks(transaction);
  if (!entries) return tl::unexpected(entries.error());
  std::vector<Escalation> due;
  if (entries->empty()) return due;
  const auto clock = staffed_clock(transaction, practice);
  if (!clock) return tl::unexpected(clock.error());
  const auto staff = Staff::read(transaction, now);
  if (!staff) return tl::unexpected(staff.error());
  for (const RiskEntry& entry : *entries) {
    auto of_entry = escalations_of(transaction, *clock, *staff, entry, now);
    if (!of_entry) return of_entry;
    std::move(of_entry->begin(), of_entry->end(), std::back_inserter(due));
  }
  return due;
}

Result<std::vector<Escalation>> read_escalations(const Practice& practice, const Actor& actor) {
  return look<std::vector<Escalation>>(
      practice, actor, {"risk.escalations", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<std::vector<Escalation>> {
        auto due = due_escalations(transaction, practice, practice.clock.now());
        if (!due) return due;
        std::erase_if(*due, [&](const Escalation& one) { return one.told != actor.user; });
        for (Escalation& one : *due) {
          const auto entry = get<RiskEntry>(transaction, one.risk);
          if (!entry) return tl::unexpected(entry.error());
          trail.also.push_back(
              {"risk.told", Permission::signed_in, entry->course, entry->person, one.risk.text()});
          if (!is_clinical(actor)) hide_whose(one);
        }
        return due;
      });
}

Result<OpenedEscalation> open_escalation(const Practice& practice, const Actor& actor,
                                         const Id<RiskEntry>& risk) {
  return look<OpenedEscalation>(practice, actor,
                                {"risk.escalation_open", Permission::told, {}, {}, risk.text()},
                                [&](Transaction& transaction, Trail& trail) -> Result<OpenedEscalation> {
                                  const auto told = told_to(transaction, practice, actor, risk);
                                  if (!told) return tl::unexpected(told.error());
                                  if (!*told) return not_told();
                                  const auto entry = get<RiskEntry>(transaction, risk);
                                  if (!entry) return tl::unexpected(entry.error());
                                  trail.action.course = entry->course;
                                  trail.action.person = entry->person;
                                  OpenedEscalation opened;
                                  opened.escalation = **told;
                                  if (!is_clinical(actor)) {
                                    hide_whose(opened.escalation);
                                    return opened;
                                  }
                                  const auto person = get<Person>(transaction, entry->person);
                                  if (!person) return tl::unexpected(person.error());
                                  opened.name = person->name;
                                  opened.contact = person->contact;
                                  opened.safe_contact = person->safe_contact;
                                  opened.emergency_contact = person->emergency_contact;
                                  opened.answer = entry->answer;
                                  return opened;
                                });
}

Result<RiskEntry> answer_escalation(const Practice& practice, const Actor& actor, const Id<RiskEntry>& risk,
                                    const Acknowledgement& input) {
  if (letters_in(input.what_was_done.reveal()) < shortest_acknowledgement)
    return fail(ErrorKind::bad_data, "risk.what_was_done",
                fmt::format("what was done, in {} letters at least", shortest_acknowledgement),
                staffing_field("what_was_done"));
  return carry_out<RiskEntry>(
      practice, actor, {"risk.escalation_answer", Permission::told, {}, {}, risk.text()},
      [&](Transaction& transaction, Trail& trail) -> Result<RiskEntry> {
        const auto told = told_to(transaction, practice, actor, risk);
        if (!told) return tl::unexpected(told.error());
        if (!*told) return not_told();
        if (!is_clinical(actor))
          return fail(ErrorKind::forbidden, "risk.admin",
                      "find a therapist or a supervisor: an admin answers no risk answer");
        auto entry = get<RiskEntry>(transaction, risk);
        if (!entry) return tl::unexpected(entry.error());
        trail.action.course = entry->course;
        trail.action.person = entry->person;
        entry->acknowledged_at = practice.clock.now();
        entry->acknowledged_by = actor.user;
        entry->what_was_done = input.what_was_done;
        if (auto kept = replace(transaction, *entry); !kept) return tl::unexpected(kept.error());
        return entry;
      });
}

}  // namespace securebase::service
