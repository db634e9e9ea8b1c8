#include "service/reminder_queue.hpp"

#include <algorithm>
#include <map>

#include "service/form.hpp"
#include "service/reminder_message.hpp"
#include "service/session_record.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t ahead_ms = day_ms;                   // what is due within this is put into the queue
constexpr std::int64_t before_session_ms = 15 * minute_ms;  // later than that a reminder is of no use
constexpr std::int64_t most_listed = 500;
constexpr std::int64_t version_begin_ms = 1'600'000'000'000;

Action about(std::string_view name, const Reminder& one) {
  return {name, Permission::anyone, one.course, one.person, one.id.text()};
}

// What is to come

struct Occurrence {
  ReminderKind kind = ReminderKind::session;
  std::string about;
  Id<Course> course;
  Instant at;
  Instant due_at;
  Instant late_at;
};

struct Plan {
  const Practice& practice;
  MailAccount account;
  Instant now;
};

struct Recipient {
  ReminderChoice choice;
  TimeZone zone;
  int quiet_from = 0;
  int quiet_until = 0;
};

Result<Recipient> recipient_of(const Plan& plan, ReminderChoice choice) {
  auto zone = zone_named(plan.practice, choice.time_zone.value_or(plan.account.time_zone));
  if (!zone) return tl::unexpected(zone.error());
  const int from = choice.quiet_from.value_or(plan.account.quiet_from);
  const int until = choice.quiet_until.value_or(plan.account.quiet_until);
  return Recipient{std::move(choice), std::move(*zone), from, until};
}

/// Outside quiet hours: later where that is still in time, otherwise before they begin.
Instant due_at(const Recipient& to, Instant wanted, Instant late_at) {
  const Instant later = after_quiet(to.zone, to.quiet_from, to.quiet_until, wanted);
  return later < late_at ? later : before_quiet(to.zone, to.quiet_from, to.quiet_until, wanted);
}

Result<bool> goes_on(Transaction& transaction, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  return !course->ended_on.has_value();
}

/// Whom a session is told: everybody of the course, or the one it is alone with.
Result<std::vector<Id<Person>>> told_of(Transaction& transaction, const TherapySession& session) {
  if (session.alone_with) return std::vector{*session.alone_with};
  const auto members = list<Member>(transaction, {{where(&Member::course, session.course)}, {}, {}});
  if (!members) return tl::unexpected(members.error());
  std::vector<Id<Person>> people;
  for (const Member& member : *members) people.push_back(member.person);
  return people;
}

bool is_arranged(const TherapySession& session) {
  return !session.withdrawn_at && !session.attendance && !session.began_at;
}

/// Until when the sheet's link opens it; nothing: it has none that does.
Result<std::optional<Instant>> waits_until(Transaction& transaction, const Administration& sheet,
                                           Instant now) {
  const auto links = list<Ticket>(
      transaction, {{where(&Ticket::administration, std::optional(sheet.id.text())),
                     where(&Ticket::revoked_at, Is::absent), where(&Ticket::expires_at, now, Is::greater)},
                    {},
                    1});
  if (!links) return tl::unexpected(links.error());
  const bool waits = sheet.mode == Mode::on_phone && is_open(sheet) && !links->empty();
  return waits ? std::optional(links->front().expires_at) : std::optional<Instant>();
}

using Recipients = std::map<std::string, Recipient>;

Result<Recipients> recipients(Transaction& transaction, const Plan& plan) {
  auto choices =
      list<ReminderChoice>(transaction, {{where(&ReminderChoice::stopped_at, Is::absent)}, {}, {}});
  if (!choices) return tl::unexpected(choices.error());
  Recipients people;
  for (ReminderChoice& choice : *choices) {
    const std::string person = choice.person.text();
    auto one = recipient_of(plan, std::move(choice));
    if (!one) continue;  // a zone that this machine no longer knows: told where it is shown
    people.emplace(person, std::move(*one));
  }
  return people;
}

Result<bool> is_known(Transaction& transaction, const Reminder& one) {
  const Condition same[] = {where(&Reminder::person, one.person), where(&Reminder::about, one.about),
                            where(&Reminder::about_at, one.about_at)};
  const auto known = transaction.count(table_of<Reminder>(), same);
  if (!known) return tl::unexpected(known.error());
  return *known > 0;
}

Reminder reminder_of(const Plan& plan, const Recipient& to, const Occurrence& one) {
  Reminder reminder;
  reminder.id = new_id<Reminder>(plan.practice.entropy);
  reminder.person = to.choice.person;
  reminder.course = one.course;
  reminder.kind = one.kind;
  reminder.about = one.about;
  reminder.about_at = one.at;
  reminder.message_id = plan.practice.entropy.id_digits() +
                        plan.account.sender_address.substr(plan.account.sender_address.find('@'));
  reminder.due_at = one.due_at;
  reminder.late_at = one.late_at;
  reminder.next_at = one.due_at;
  reminder.made_at = reminder.changed_at = plan.now;
  return reminder;
}

Result<bool> add_if_new(Transaction& transaction, const Plan& plan, const Recipient& to,
                        const Occurrence& one, std::vector<Reminder>& fresh) {
  if (one.due_at > plan.now + ahead_ms || one.late_at <= plan.now) return true;
  Reminder reminder = reminder_of(plan, to, one);
  auto known = is_known(transaction, reminder);
  if (!known) return known;
  if (!*known) fresh.push_back(std::move(reminder));
  return true;
}

Result<bool> sessions_to_come(Transaction& transaction, const Plan& plan, const Recipients& people,
                              std::vector<Reminder>& fresh) {
  const std::int64_t before = plan.account.hours_before * hour_ms;
  const auto sessions = list<TherapySession>(
      transaction,
      {{where(&TherapySession::scheduled_at, plan.now, Is::greater),
        where(&TherapySession::scheduled_at, plan.now + (before + ahead_ms + day_ms), Is::at_most)},
       {},
       {}});
  if (!sessions) return tl::unexpected(sessions.error());
  for (const TherapySession& session : *sessions) {
    if (!is_arranged(session)) continue;
    auto open = goes_on(transaction, session.course);
    if (!open) return open;
    const auto told = told_of(transaction, session);
    if (!told) return tl::unexpected(told.error());
    for (const Id<Person>& person : *told) {
      const auto found = people.find(person.text());
      if (!*open || found == people.end() || !found->second.choice.sessions) continue;
      const Instant late_at = session.scheduled_at + -before_session_ms;
      const Instant due = due_at(found->second, session.scheduled_at + -before, late_at);
      if (auto added = add_if_new(
              transaction, plan, found->second,
              {ReminderKind::session, session.id.text(), session.course, session.scheduled_at, due, late_at},
              fresh);
          !added)
        return added;
    }
  }
  return true;
}

Result<bool> sheets_that_wait(Transaction& transaction, const Plan& plan, const Recipients& people,
                              std::vector<Reminder>& fresh) {
  const std::vector<Progress> open = {Progress::given, Progress::begun};
  const std::int64_t after = plan.account.days_after * day_ms;
  for (const auto& [id, to] : people) {
    if (!to.choice.measures) continue;
    const auto sheets = list<Administration>(
        transaction,
        {{where(&Administration::respondent, to.choice.person), where(&Administration::mode, Mode::on_phone),
          where_one_of(&Administration::progress, open)},
         {},
         {}});
    if (!sheets) return tl::unexpected(sheets.error());
    for (const Administration& sheet : *sheets) {
      const auto until = waits_until(transaction, sheet, plan.now);
      if (!until) return tl::unexpected(until.error());
      if (!*until) continue;
      if (auto added = add_if_new(transaction, plan, to,
                                  {ReminderKind::measure, sheet.id.text(), sheet.course, sheet.given_at,
                                   due_at(to, sheet.given_at + after, **until), **until},
                                  fresh);
          !added)
        return added;
    }
  }
  return true;
}

/// Nothing: the practice sends none.
Result<std::optional<Plan>> plan_of(Transaction& transaction, const Practice& practice) {
  auto account = mail_account(transaction);
  if (!account) return tl::unexpected(account.error());
  if (!*account || !(*account)->is_on) return std::optional<Plan>();
  return std::optional(Plan{practice, std::move(**account), practice.clock.now()});
}

// Sending

std::int64_t wait_after(int attempts) {
  std::int64_t wait = first_wait_ms;
  for (int i = 1; i < attempts && wait < longest_wait_ms; ++i) wait *= 2;
  return std::min(wait, longest_wait_ms);
}

/// The account works, or does not.
Result<bool> note_account(Transaction& transaction, const Practice& practice, const MailReply& reply) {
  auto account = mail_account(transaction);
  if (!account) return tl::unexpected(account.error());
  if (!*account) return true;
  const bool fails = reply.fate == MailFate::unreachable || reply.fate == MailFate::not_admitted;
  if (!fails && !(*account)->trouble) return true;
  (*account)->trouble = fails ? std::optional(std::string(reply.why)) : std::nullopt;
  (*account)->trouble_at = fails ? std::optional(practice.clock.now()) : std::nullopt;
  return replace(transaction, **account);
}

std::string_view audited_as(ReminderState state) {
  switch (state) {
    case ReminderState::sent:
      return "reminder.sent";
    case ReminderState::uncertain:
      return "reminder.uncertain";
    case ReminderState::refused:
      return "reminder.refused";
    case ReminderState::queued:
    case ReminderState::sending:
    case ReminderState::withdrawn:
      break;
  }
  return "";
}

Result<bool> note(Transaction& transaction, const Practice& practice, const Delivered& last) {
  auto found = find<Reminder>(transaction, where(&Reminder::id, last.reminder));
  if (!found) return tl::unexpected(found.error());
  if (!*found || (*found)->state != ReminderState::sending) return true;  // erased meanwhile
  Reminder& one = **found;
  const Instant now = practice.clock.now();
  one.reply = last.reply.code;
  one.why = last.reply.why;
  one.changed_at = now;
  switch (last.reply.fate) {
    case MailFate::taken:
      one.state = ReminderState::sent;
      break;
    case MailFate::refused:
      one.state = ReminderState::refused;
      break;
    case MailFate::uncertain:
      one.state = ReminderState::uncertain;
      one.next_at = now + wait_after(one.attempts);
      break;
    case MailFate::later:
      one.state = ReminderState::queued;
      one.next_at = now + wait_after(one.attempts);
      break;
    case MailFate::unreachable:
    case MailFate::not_admitted:
      one.state = ReminderState::queued;
      break;
  }
  if (auto kept = replace(transaction, one); !kept) return kept;
  if (auto kept = note_account(transaction, practice, last.reply); !kept) return kept;
  const auto action = audited_as(one.state);
  return action.empty() ? Result<bool>(true)
                        : append_audit(transaction, practice, the_program(), about(action, one));
}

/// Why a reminder is of no use any more; empty: it is.
Result<std::string> why_not(Transaction& transaction, const Plan& plan, const Reminder& one,
                            const std::optional<ReminderChoice>& choice, Occurrence& what) {
  if (!choice || choice->stopped_at) return std::string("stopped");
  if (plan.now >= one.late_at) return std::string(too_late);
  const auto open = goes_on(transaction, one.course);
  if (!open) return tl::unexpected(open.error());
  if (!*open) return std::string("ended");
  if (one.kind == ReminderKind::session) {
    const auto session = find<TherapySession>(transaction, {"id", Is::equal, {one.about}});
    if (!session) return tl::unexpected(session.error());
    what.at = one.about_at;
    const bool stands = *session && is_arranged(**session) && (*session)->scheduled_at == one.about_at;
    return std::string(!stands ? "changed" : choice->sessions ? "" : "stopped");
  }
  const auto sheet = find<Administration>(transaction, {"id", Is::equal, {one.about}});
  if (!sheet) return tl::unexpected(sheet.error());
  if (!*sheet) return std::string("changed");
  const auto until = waits_until(transaction, **sheet, plan.now);
  if (!until) return tl::unexpected(until.error());
  what.at = until->value_or(Instant());
  return std::string(!*until ? "changed" : choice->measures ? "" : "stopped");
}

Delivery delivery_of(const Plan& plan, const Recipient& to, const Reminder& one, Instant at, int minutes) {
  const MailAccount& account = plan.account;
  ReminderFacts facts;
  facts.kind = one.kind;
  facts.at = at;
  facts.minutes = minutes;
  facts.zone = to.zone;
  facts.about = one.about;
  facts.version = (one.made_at.ms - version_begin_ms) / second_ms;
  facts.message_id = one.message_id;
  facts.sender_name = account.sender_name;
  facts.sender_address = account.sender_address;
  facts.recipient = to.choice.address;
  const std::string& token = to.choice.stop_token.reveal();
  facts.stop_address = Private<std::string>(plan.practice.portal_address + "stop#" + token);
  facts.stop_post =
      Private<std::string>(plan.practice.portal_address + "api/v1/portal/reminders/" + token + "/stop");
  facts.now = plan.now;
  return {one.id,
          {account.host, account.port, account.security, account.login,
           account.password.value_or(Private<std::string>())},
          {account.sender_address, to.choice.address, whole_message(facts)}};
}

Result<int> minutes_of(Transaction& transaction, const Reminder& one) {
  if (one.kind == ReminderKind::measure) return 0;
  const auto session = find<TherapySession>(transaction, {"id", Is::equal, {one.about}});
  if (!session) return tl::unexpected(session.error());
  return *session ? (*session)->minutes : 0;
}

/// The reminder as "sending"; nothing: it was put off or withdrawn.
Result<std::optional<Delivery>> prepare(Transaction& transaction, const Plan& plan, Reminder one) {
  auto choice = reminder_choice(transaction, one.person);
  if (!choice) return tl::unexpected(choice.error());
  Occurrence what;
  const auto why = why_not(transaction, plan, one, *choice, what);
  if (!why) return tl::unexpected(why.error());
  one.changed_at = plan.now;
  std::optional<Delivery> delivery;
  if (!why->empty()) {
    one.state = ReminderState::withdrawn;
    one.why = *why;
  } else {
    const auto to = recipient_of(plan, std::move(**choice));
    if (!to) return tl::unexpected(to.error());
    const auto minutes = minutes_of(transaction, one);
    if (!minutes) return tl::unexpected(minutes.error());
    one.next_at = after_quiet(to->zone, to->quiet_from, to->quiet_until, plan.now);
    if (one.next_at <= plan.now) {
      one.state = ReminderState::sending;
      ++one.attempts;
      delivery = delivery_of(plan, *to, one, what.at, *minutes);
    }
  }
  if (auto kept = replace(transaction, one); !kept) return tl::unexpected(kept.error());
  return delivery;
}

Result<std::optional<Reminder>> first_due(Transaction& transaction, Instant now) {
  for (const ReminderState state : {ReminderState::uncertain, ReminderState::queued}) {
    auto due = list<Reminder>(transaction,
                              {{where(&Reminder::state, state), where(&Reminder::next_at, now, Is::at_most)},
                               {by(&Reminder::next_at)},
                               1});
    if (!due) return tl::unexpected(due.error());
    if (!due->empty()) return std::optional(std::move(due->front()));
  }
  return std::optional<Reminder>();
}

bool rests(const Plan& plan) {
  return plan.account.trouble_at && plan.now < *plan.account.trouble_at + account_wait_ms;
}

Result<std::optional<Delivery>> take(Transaction& transaction, const Practice& practice) {
  const auto plan = plan_of(transaction, practice);
  if (!plan) return tl::unexpected(plan.error());
  if (!*plan || rests(**plan)) return std::optional<Delivery>();
  for (;;) {
    auto due = first_due(transaction, (*plan)->now);
    if (!due) return tl::unexpected(due.error());
    if (!*due) return std::optional<Delivery>();
    auto delivery = prepare(transaction, **plan, std::move(**due));
    if (!delivery || *delivery) return delivery;
  }
}

}  // namespace

Result<std::int64_t> take_up_reminders(const Practice& practice) {
  std::int64_t count = 0;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    count = 0;
    auto open = list<Reminder>(transaction, {{where(&Reminder::state, ReminderState::sending)}, {}, {}});
    if (!open) return tl::unexpected(open.error());
    for (Reminder& one : *open) {
      one.state = ReminderState::uncertain;
      one.why = "stopped_while_sending";
      one.changed_at = practice.clock.now();
      if (auto kept = replace(transaction, one); !kept) return kept;
      if (auto noted = append_audit(transaction, practice, the_program(), about("reminder.uncertain", one));
          !noted)
        return noted;
      ++count;
    }
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return count;
}

Result<std::int64_t> queue_reminders(const Practice& practice) {
  std::vector<Reminder> fresh;
  auto seen = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    fresh.clear();
    const auto plan = plan_of(transaction, practice);
    if (!plan) return tl::unexpected(plan.error());
    if (!*plan) return true;
    const auto people = recipients(transaction, **plan);
    if (!people) return tl::unexpected(people.error());
    if (people->empty()) return true;
    if (auto found = sessions_to_come(transaction, **plan, *people, fresh); !found) return found;
    return sheets_that_wait(transaction, **plan, *people, fresh);
  });
  if (!seen) return tl::unexpected(seen.error());
  if (fresh.empty()) return std::int64_t{0};
  std::int64_t count = 0;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    count = 0;
    for (const Reminder& one : fresh) {
      auto known = is_known(transaction, one);
      if (!known) return known;
      const auto person = get<Person>(transaction, one.person);
      if (!person) return tl::unexpected(person.error());
      if (*known || person->erased_at) continue;
      if (auto added = insert(transaction, one); !added) return added;
      ++count;
    }
    return append_audit(transaction, practice, the_program(),
                        {"reminder.queue", Permission::anyone, {}, {}, std::to_string(count)});
  });
  if (!done) return tl::unexpected(done.error());
  return count;
}

Result<std::optional<Delivery>> next_delivery(const Practice& practice, const std::optional<Delivered>& last,
                                              Then then) {
  std::optional<Delivery> next;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    next.reset();
    if (last)
      if (auto noted = note(transaction, practice, *last); !noted) return noted;
    if (then == Then::stop) return true;
    auto taken = take(transaction, practice);
    if (!taken) return tl::unexpected(taken.error());
    next = std::move(*taken);
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return next;
}

Result<SendCounts> send_reminders(const Practice& practice, Mailer& mailer,
                                  const std::function<bool()>& go_on) {
  SendCounts counts;
  std::optional<Delivered> last;
  std::optional<MailServer> server;
  std::unique_ptr<MailConnection> connection;
  for (;;) {
    auto next = next_delivery(practice, last, go_on() ? Then::go_on : Then::stop);
    if (!next) return tl::unexpected(next.error());
    if (!*next) return counts;
    if (!connection || server != (*next)->server) {
      server = (*next)->server;
      connection = mailer.connect(*server);
    }
    last = Delivered{(*next)->reminder, connection->send((*next)->mail)};
    const MailFate fate = last->reply.fate;
    ++(fate == MailFate::taken ? counts.taken : fate == MailFate::refused ? counts.refused : counts.put_off);
  }
}

Result<std::vector<ReminderView>> list_reminders(const Practice& practice, const Actor& actor) {
  return look<std::vector<ReminderView>>(
      practice, actor, {"reminder.list", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<ReminderView>> {
        const auto kept = list<Reminder>(transaction, {{}, {by(&Reminder::due_at, true)}, most_listed});
        if (!kept) return tl::unexpected(kept.error());
        std::vector<ReminderView> views;
        for (const Reminder& one : *kept)
          views.push_back({one.id, one.person, one.course, one.kind, one.about_at, one.due_at, one.state,
                           one.attempts, one.reply, one.why, one.changed_at});
        return views;
      });
}

}  // namespace securebase::service
