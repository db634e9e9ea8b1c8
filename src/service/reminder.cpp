#include "service/reminder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/course.hpp"
#include "service/reminder_message.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t longest_words = 2000;
constexpr std::size_t longest_host = 253;
constexpr int most_minutes = 24 * 60 - 1;
constexpr std::int64_t refused_shown_ms = 30 * day_ms;
constexpr std::int64_t failed_shown_ms = 14 * day_ms;
constexpr std::int64_t most_latest = 20;

tl::unexpected<Error> wrong(std::string_view code, std::string_view field, std::string detail) {
  return fail(ErrorKind::bad_data, std::string(code), std::move(detail), Place{"", 0, 0, std::string(field)});
}

bool is_host_name(const std::string& host) {
  return !host.empty() && host.size() <= longest_host && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':';
  });
}

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<bool> check_number(int value, int least, int most, std::string_view field) {
  if (value >= least && value <= most) return true;
  return wrong("mail.value", field, fmt::format("{} to {}", least, most));
}

Result<bool> check_sender(const MailAccount& account) {
  for (const auto& [text, field] :
       {std::pair(&account.sender_name, "sender_name"), std::pair(&account.sender_address, "sender_address")})
    if (tells_of_therapy(*text))
      return wrong("mail.tells", field,
                   "whoever sees the mailbox must learn nothing: a name and an address without a word for "
                   "therapy, health or practice");
  if (account.sender_name.size() > 80) return wrong("mail.value", "sender_name", "80 bytes at most");
  if (!account.sender_address.empty() && !is_mail_address(account.sender_address))
    return wrong("mail.value", "sender_address", "one address such as desk@mail.example");
  return true;
}

Result<bool> check_account(const Practice& practice, const MailAccount& account) {
  if (!account.host.empty() && !is_host_name(account.host))
    return wrong("mail.value", "host", "the name of the mail server, such as smtp.mail.example");
  if (account.login.size() > longest_setting) return wrong("mail.value", "login", "500 bytes at most");
  if (account.security == MailSecurity::none && !is_this_machine(account.host))
    return wrong("mail.tls", "security", "tls or starttls: without it only to a server on this machine");
  for (const auto& checked : {check_number(account.port, 1, 65535, "port"),
                              check_number(account.quiet_from, 0, most_minutes, "quiet_from"),
                              check_number(account.quiet_until, 0, most_minutes, "quiet_until"),
                              check_number(account.hours_before, 1, 14 * 24, "hours_before"),
                              check_number(account.days_after, 1, 30, "days_after"), check_sender(account)})
    if (!checked) return checked;
  const auto zone = zone_named(practice, account.time_zone);
  if (!zone) return tl::unexpected(zone.error());
  return true;
}

/// What has to be there before anything is sent.
Result<bool> check_on(Transaction& transaction, const Practice& practice, const MailAccount& account) {
  auto demo = is_demo(transaction);
  if (!demo) return demo;
  if (*demo)
    return fail(ErrorKind::conflict, "demo.closed",
                "everybody here is invented: a demonstration sends no mail");
  if (account.host.empty() || account.sender_name.empty() || account.sender_address.empty())
    return fail(ErrorKind::conflict, "mail.incomplete",
                "a server, a sender's name and a sender's address first");
  if (practice.portal_address.empty() || tells_of_therapy(practice.portal_address))
    return fail(ErrorKind::conflict, "mail.portal",
                "each message has a link that stops them: a portal, under an address that tells nothing");
  return true;
}

template <class T>
void put(T& member, const std::optional<T>& value) {
  if (value) member = *value;
}

MailAccount changed(MailAccount account, const ChangeMailAccount& input) {
  put(account.is_on, input.is_on);
  put(account.host, input.host);
  put(account.port, input.port);
  put(account.security, input.security);
  put(account.login, input.login);
  put(account.sender_name, input.sender_name);
  put(account.sender_address, input.sender_address);
  put(account.time_zone, input.time_zone);
  put(account.quiet_from, input.quiet_from);
  put(account.quiet_until, input.quiet_until);
  put(account.hours_before, input.hours_before);
  put(account.days_after, input.days_after);
  if (input.password) account.password = input.password;
  if (account.password && account.password->reveal().empty()) account.password.reset();
  account.trouble.reset();  // of the account as it was
  account.trouble_at.reset();
  return account;
}

Result<MailAccountView> view(Transaction& transaction, const Practice& practice) {
  const auto kept = mail_account(transaction);
  if (!kept) return tl::unexpected(kept.error());
  const MailAccount account = kept->value_or(MailAccount());
  const std::vector<ReminderState> open = {ReminderState::queued, ReminderState::sending,
                                           ReminderState::uncertain};
  const Condition waits[] = {where_one_of(&Reminder::state, open)};
  const auto waiting = transaction.count(table_of<Reminder>(), waits);
  if (!waiting) return tl::unexpected(waiting.error());
  const Condition no[] = {
      where(&Reminder::state, ReminderState::refused),
      where(&Reminder::changed_at, practice.clock.now() + -refused_shown_ms, Is::at_least)};
  const auto refused = transaction.count(table_of<Reminder>(), no);
  if (!refused) return tl::unexpected(refused.error());
  return MailAccountView{account.is_on,
                         account.host,
                         account.port,
                         account.security,
                         account.login,
                         account.password.has_value(),
                         account.sender_name,
                         account.sender_address,
                         account.time_zone,
                         account.quiet_from,
                         account.quiet_until,
                         account.hours_before,
                         account.days_after,
                         account.trouble,
                         account.trouble_at,
                         *waiting,
                         *refused};
}

Result<bool> check_choice(const Practice& practice, const ChooseReminders& input) {
  if (!is_mail_address(input.address.reveal()))
    return wrong("reminder.address", "address", "one address such as mia@post.example");
  if (letters_in(input.agreed.reveal()) < shortest_agreement || input.agreed.reveal().size() > longest_words)
    return wrong("reminder.agreed", "agreed",
                 fmt::format("who else reads that mailbox and what was agreed, in {} letters at least",
                             shortest_agreement));
  if (!input.sessions && !input.measures)
    return wrong("reminder.nothing", "sessions", "of sessions, of sheets that wait, or both");
  if (input.quiet_from.has_value() != input.quiet_until.has_value())
    return wrong("reminder.quiet", "quiet_from", "both ends of the quiet hours, or neither");
  for (const int minutes : {input.quiet_from.value_or(0), input.quiet_until.value_or(0)})
    if (minutes < 0 || minutes > most_minutes)
      return wrong("reminder.quiet", "quiet_from", fmt::format("minutes of the day, 0 to {}", most_minutes));
  if (!input.time_zone) return true;
  const auto zone = zone_named(practice, *input.time_zone);
  if (!zone) return tl::unexpected(zone.error());
  return true;
}

Result<bool> has_safe_contact(Transaction& transaction, const Id<Person>& id) {
  const auto person = get<Person>(transaction, id);
  if (!person) return tl::unexpected(person.error());
  return person->safe_contact && letters_in(person->safe_contact->reveal()) > 0;
}

ReminderView view_of(const Reminder& one) {
  return {one.id,    one.person,   one.course, one.kind, one.about_at,  one.due_at,
          one.state, one.attempts, one.reply,  one.why,  one.changed_at};
}

Result<PersonReminders> view(Transaction& transaction, const Id<Person>& person) {
  const auto account = mail_account(transaction);
  if (!account) return tl::unexpected(account.error());
  const auto choice = reminder_choice(transaction, person);
  if (!choice) return tl::unexpected(choice.error());
  const auto safe = has_safe_contact(transaction, person);
  if (!safe) return tl::unexpected(safe.error());
  const auto latest = list<Reminder>(
      transaction, {{where(&Reminder::person, person)}, {by(&Reminder::due_at, true)}, most_latest});
  if (!latest) return tl::unexpected(latest.error());
  PersonReminders view{*account && (*account)->is_on, *safe, {}, {}};
  if (*choice) view.choice = view_of_choice(**choice);
  for (const Reminder& one : *latest) view.latest.push_back(view_of(one));
  return view;
}

Action of_person(std::string_view name, const Id<Person>& person, Permission permission) {
  return {name, permission, {}, person, ""};
}

ReminderChoice chosen(const Practice& practice, const Actor& actor, const Id<Person>& person,
                      const ChooseReminders& input) {
  ReminderChoice choice;
  choice.id = new_id<ReminderChoice>(practice.entropy);
  choice.person = person;
  choice.address = input.address;
  choice.agreed = input.agreed;
  choice.sessions = input.sessions;
  choice.measures = input.measures;
  choice.time_zone = input.time_zone;
  choice.quiet_from = input.quiet_from;
  choice.quiet_until = input.quiet_until;
  choice.stop_token = Private<std::string>(practice.entropy.id_digits());
  choice.stop_hash = practice.secrets.hash_token(choice.stop_token);
  choice.written_by = actor.user;
  choice.agreed_at = practice.clock.now();
  return choice;
}

Result<bool> withdraw_queued(Transaction& transaction, const Practice& practice, const Id<Person>& person) {
  const std::vector<ReminderState> open = {ReminderState::queued, ReminderState::uncertain};
  const auto gone = change<Reminder>(
      transaction,
      {to(&Reminder::state, ReminderState::withdrawn), to(&Reminder::why, std::string("stopped")),
       to(&Reminder::changed_at, practice.clock.now())},
      {where(&Reminder::person, person), where_one_of(&Reminder::state, open)});
  if (!gone) return tl::unexpected(gone.error());
  return true;
}

}  // namespace

Result<TimeZone> zone_named(const Practice& practice, const std::string& name) {
  if (name == "UTC") return TimeZone();
  if (practice.time_zones != nullptr) return practice.time_zones->find(name);
  return wrong("time_zone.unknown", "time_zone", "UTC");
}

Result<std::optional<MailAccount>> mail_account(Transaction& transaction) {
  const auto kept = list<MailAccount>(transaction, {{}, {}, 1});
  if (!kept) return tl::unexpected(kept.error());
  return kept->empty() ? std::optional<MailAccount>() : std::optional(kept->front());
}

Result<std::optional<ReminderChoice>> reminder_choice(Transaction& transaction, const Id<Person>& person) {
  return find<ReminderChoice>(transaction, where(&ReminderChoice::person, person));
}

ReminderChoiceView view_of_choice(const ReminderChoice& choice) {
  return {choice.address,    choice.agreed,           choice.sessions,    choice.measures,
          choice.time_zone,  choice.quiet_from,       choice.quiet_until, choice.agreed_at,
          choice.stopped_at, choice.stopped_by_client};
}

Result<MailAccountView> read_mail_account(const Practice& practice, const Actor& actor) {
  return look<MailAccountView>(practice, actor, {"mail.read", Permission::manage_practice, {}, {}, ""},
                               [&](Transaction& transaction) { return view(transaction, practice); });
}

Result<MailAccountView> change_mail_account(const Practice& practice, const Actor& actor,
                                            const ChangeMailAccount& input) {
  return carry_out<MailAccountView>(practice, actor, {"mail.change", Permission::manage_practice, {}, {}, ""},
                                    [&](Transaction& transaction) -> Result<MailAccountView> {
                                      const auto kept = mail_account(transaction);
                                      if (!kept) return tl::unexpected(kept.error());
                                      MailAccount account = changed(kept->value_or(MailAccount()), input);
                                      account.changed_at = practice.clock.now();
                                      if (auto fits = check_account(practice, account); !fits)
                                        return tl::unexpected(fits.error());
                                      if (account.is_on)
                                        if (auto may = check_on(transaction, practice, account); !may)
                                          return tl::unexpected(may.error());
                                      if (!*kept) account.id = new_id<MailAccount>(practice.entropy);
                                      const auto written = *kept ? replace(transaction, account)
                                                                 : insert(transaction, account);
                                      if (!written) return tl::unexpected(written.error());
                                      return view(transaction, practice);
                                    });
}

Result<PersonReminders> read_reminders(const Practice& practice, const Actor& actor,
                                       const Id<Person>& person) {
  return look<PersonReminders>(practice, actor, of_person("reminder.read", person, Permission::read_person),
                               [&](Transaction& transaction) { return view(transaction, person); });
}

Result<PersonReminders> choose_reminders(const Practice& practice, const Actor& actor,
                                         const Id<Person>& person, const ChooseReminders& input) {
  if (auto fits = check_choice(practice, input); !fits) return tl::unexpected(fits.error());
  return carry_out<PersonReminders>(
      practice, actor, of_person("reminder.choose", person, Permission::write_person),
      [&](Transaction& transaction) -> Result<PersonReminders> {
        const auto safe = has_safe_contact(transaction, person);
        if (!safe) return tl::unexpected(safe.error());
        if (!*safe)
          return fail(ErrorKind::conflict, "reminder.safe_contact",
                      "write down first how this person may be reached safely");
        const auto before = reminder_choice(transaction, person);
        if (!before) return tl::unexpected(before.error());
        ReminderChoice choice = chosen(practice, actor, person, input);
        if (*before) choice.id = (*before)->id;
        const auto written = *before ? replace(transaction, choice) : insert(transaction, choice);
        if (!written) return tl::unexpected(written.error());
        return view(transaction, person);
      });
}

Result<bool> stop_reminders_of(Transaction& transaction, const Practice& practice, const Id<Person>& person,
                               StoppedBy who) {
  auto choice = reminder_choice(transaction, person);
  if (!choice) return tl::unexpected(choice.error());
  if (!*choice || (*choice)->stopped_at) return true;
  (*choice)->stopped_at = practice.clock.now();
  (*choice)->stopped_by_client = who == StoppedBy::client;
  if (auto written = replace(transaction, **choice); !written) return written;
  return withdraw_queued(transaction, practice, person);
}

Result<PersonReminders> stop_reminders(const Practice& practice, const Actor& actor,
                                       const Id<Person>& person) {
  return carry_out<PersonReminders>(
      practice, actor, of_person("reminder.stop", person, Permission::write_person),
      [&](Transaction& transaction) -> Result<PersonReminders> {
        const auto choice = reminder_choice(transaction, person);
        if (!choice) return tl::unexpected(choice.error());
        if (!*choice || (*choice)->stopped_at)
          return fail(ErrorKind::conflict, "reminder.none", "this person gets no reminders");
        if (auto stopped = stop_reminders_of(transaction, practice, person, StoppedBy::practice); !stopped)
          return tl::unexpected(stopped.error());
        return view(transaction, person);
      });
}

Result<bool> stop_reminders_by_link(const Practice& practice, Attempts& attempts, const Id<StopLink>& link,
                                    const std::string& address) {
  const std::string key = "link:" + address;
  if (auto go = attempts.begin(key, address_brake, practice.clock.now()); !go) return go;
  const std::string hash = practice.secrets.hash_token(Private<std::string>(link.text()));
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    const auto choice = find<ReminderChoice>(transaction, where(&ReminderChoice::stop_hash, hash));
    if (!choice) return tl::unexpected(choice.error());
    if (!*choice)
      return fail(ErrorKind::not_found, "ticket.unknown", "this link no longer works: ask for a new one");
    if ((*choice)->stopped_at) return true;
    const Id<Person> person = (*choice)->person;
    if (auto stopped = stop_reminders_of(transaction, practice, person, StoppedBy::client); !stopped)
      return stopped;
    Actor client;
    client.kind = Actor::Kind::portal;
    client.person = person;
    return append_audit(transaction, practice, client,
                        of_person("reminder.stop", person, Permission::anyone));
  });
  if (!done && done.error().code == "ticket.unknown") return done;
  attempts.take_back(key);
  return done;
}

Result<std::vector<ReminderView>> failed_reminders(const Practice& practice, const Actor& actor) {
  return glance<std::vector<ReminderView>>(
      practice, actor, {"reminder.failed", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<ReminderView>> {
        const auto courses = own_courses(transaction, actor);
        if (!courses) return tl::unexpected(courses.error());
        const std::vector<ReminderState> over = {ReminderState::refused, ReminderState::withdrawn};
        const auto ended = list<Reminder>(
            transaction,
            {{where_one_of(&Reminder::state, over),
              where(&Reminder::changed_at, practice.clock.now() + -failed_shown_ms, Is::at_least)},
             {by(&Reminder::changed_at, true)},
             {}});
        if (!ended) return tl::unexpected(ended.error());
        std::vector<ReminderView> views;
        for (const Reminder& one : *ended) {
          const bool failed = one.state == ReminderState::refused || one.why == too_late;
          const auto mine = [&](const Course& course) {
            return course.id == one.course && course.therapist == actor.user;
          };
          if (failed && std::any_of(courses->begin(), courses->end(), mine)) views.push_back(view_of(one));
        }
        return views;
      });
}

}  // namespace securebase::service
