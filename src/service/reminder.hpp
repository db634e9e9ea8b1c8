#pragma once
// Reminders: how the practice sends them, and who gets them. They are mail to an address that a person gave
// for this alone, and say when and nothing of what for (reminder_message.hpp). The queue: reminder_queue.hpp.

#include <optional>
#include <string>
#include <vector>

#include "service/reminder_record.hpp"
#include "service/sign_in.hpp"

namespace securebase::service {

// The practice's account, by admins

struct MailAccountView {
  bool is_on = false;
  std::string host;
  int port = 465;
  MailSecurity security = MailSecurity::tls;
  std::string login;
  bool has_password = false;
  std::string sender_name;
  std::string sender_address;
  std::string time_zone;
  int quiet_from = 0;
  int quiet_until = 0;
  int hours_before = 0;
  int days_after = 0;
  std::optional<std::string> trouble;  ///< what the server said to the whole account
  std::optional<Instant> trouble_at;
  std::int64_t waiting = 0;  ///< messages in the queue
  std::int64_t refused = 0;  ///< in the last month

  static constexpr auto fields(const auto& use) {
    return use(Field{"is_on", &MailAccountView::is_on}, Field{"host", &MailAccountView::host},
               Field{"port", &MailAccountView::port}, Field{"security", &MailAccountView::security},
               Field{"login", &MailAccountView::login}, Field{"has_password", &MailAccountView::has_password},
               Field{"sender_name", &MailAccountView::sender_name},
               Field{"sender_address", &MailAccountView::sender_address},
               Field{"time_zone", &MailAccountView::time_zone},
               Field{"quiet_from", &MailAccountView::quiet_from},
               Field{"quiet_until", &MailAccountView::quiet_until},
               Field{"hours_before", &MailAccountView::hours_before},
               Field{"days_after", &MailAccountView::days_after}, Field{"trouble", &MailAccountView::trouble},
               Field{"trouble_at", &MailAccountView::trouble_at}, Field{"waiting", &MailAccountView::waiting},
               Field{"refused", &MailAccountView::refused});
  }
};
[[nodiscard]] Result<MailAccountView> read_mail_account(const Practice& practice, const Actor& actor);

/// What is absent stays.
struct ChangeMailAccount {
  std::optional<bool> is_on;
  std::optional<std::string> host;
  std::optional<int> port;
  std::optional<MailSecurity> security;
  std::optional<std::string> login;
  std::optional<Private<std::string>> password;  ///< empty: none any more
  std::optional<std::string> sender_name;
  std::optional<std::string> sender_address;
  std::optional<std::string> time_zone;
  std::optional<int> quiet_from;
  std::optional<int> quiet_until;
  std::optional<int> hours_before;
  std::optional<int> days_after;

  static constexpr auto fields(const auto& use) {
    return use(Field{"is_on", &ChangeMailAccount::is_on}, Field{"host", &ChangeMailAccount::host},
               Field{"port", &ChangeMailAccount::port}, Field{"security", &ChangeMailAccount::security},
               Field{"login", &ChangeMailAccount::login}, Field{"password", &ChangeMailAccount::password},
               Field{"sender_name", &ChangeMailAccount::sender_name},
               Field{"sender_address", &ChangeMailAccount::sender_address},
               Field{"time_zone", &ChangeMailAccount::time_zone},
               Field{"quiet_from", &ChangeMailAccount::quiet_from},
               Field{"quiet_until", &ChangeMailAccount::quiet_until},
               Field{"hours_before", &ChangeMailAccount::hours_before},
               Field{"days_after", &ChangeMailAccount::days_after});
  }
};
/// Errors (bad_data; `where.field` names it): "mail.value"; "mail.tells": a sender's name or address that
/// tells of therapy; "mail.tls": without TLS only to this machine; "time_zone.unknown". On switching on
/// (conflict): "mail.incomplete", "mail.portal" (there is no portal whose link could stop them, or its
/// address tells of therapy), "demo.closed".
[[nodiscard]] Result<MailAccountView> change_mail_account(const Practice& practice, const Actor& actor,
                                                          const ChangeMailAccount& input);

// A person's choice, by the therapist

struct ReminderChoiceView {
  Private<std::string> address;
  Private<std::string> agreed;
  bool sessions = false;
  bool measures = false;
  std::optional<std::string> time_zone;
  std::optional<int> quiet_from;
  std::optional<int> quiet_until;
  Instant agreed_at;
  std::optional<Instant> stopped_at;
  bool stopped_by_client = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"address", &ReminderChoiceView::address}, Field{"agreed", &ReminderChoiceView::agreed},
               Field{"sessions", &ReminderChoiceView::sessions},
               Field{"measures", &ReminderChoiceView::measures},
               Field{"time_zone", &ReminderChoiceView::time_zone},
               Field{"quiet_from", &ReminderChoiceView::quiet_from},
               Field{"quiet_until", &ReminderChoiceView::quiet_until},
               Field{"agreed_at", &ReminderChoiceView::agreed_at},
               Field{"stopped_at", &ReminderChoiceView::stopped_at},
               Field{"stopped_by_client", &ReminderChoiceView::stopped_by_client});
  }
};

/// One message as its therapist sees it.
struct ReminderView {
  Id<Reminder> id;
  Id<Person> person;
  Id<Course> course;
  ReminderKind kind = ReminderKind::session;
  Instant about_at;
  Instant due_at;
  ReminderState state = ReminderState::queued;
  int attempts = 0;
  int reply = 0;
  std::string why;
  Instant changed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ReminderView::id}, Field{"person", &ReminderView::person},
               Field{"course", &ReminderView::course}, Field{"kind", &ReminderView::kind},
               Field{"about_at", &ReminderView::about_at}, Field{"due_at", &ReminderView::due_at},
               Field{"state", &ReminderView::state}, Field{"attempts", &ReminderView::attempts},
               Field{"reply", &ReminderView::reply}, Field{"why", &ReminderView::why},
               Field{"changed_at", &ReminderView::changed_at});
  }
};

struct PersonReminders {
  bool offered = false;           ///< the practice sends reminders
  bool has_safe_contact = false;  ///< how this person may be reached safely is written down
  std::optional<ReminderChoiceView> choice;
  std::vector<ReminderView> latest;  ///< newest first

  static constexpr auto fields(const auto& use) {
    return use(Field{"offered", &PersonReminders::offered},
               Field{"has_safe_contact", &PersonReminders::has_safe_contact},
               Field{"choice", &PersonReminders::choice}, Field{"latest", &PersonReminders::latest});
  }
};
[[nodiscard]] Result<PersonReminders> read_reminders(const Practice& practice, const Actor& actor,
                                                     const Id<Person>& person);

struct ChooseReminders {
  Private<std::string> address;
  Private<std::string> agreed;  ///< who else reads that mailbox, and what was agreed
  bool sessions = true;
  bool measures = false;
  std::optional<std::string> time_zone;
  std::optional<int> quiet_from;
  std::optional<int> quiet_until;

  static constexpr auto fields(const auto& use) {
    return use(Field{"address", &ChooseReminders::address}, Field{"agreed", &ChooseReminders::agreed},
               Field{"sessions", &ChooseReminders::sessions}, Field{"measures", &ChooseReminders::measures},
               Field{"time_zone", &ChooseReminders::time_zone},
               Field{"quiet_from", &ChooseReminders::quiet_from},
               Field{"quiet_until", &ChooseReminders::quiet_until});
  }
};
inline constexpr std::size_t shortest_agreement = 10;  ///< letters
/// Errors: "reminder.safe_contact" (conflict): how the person may be reached safely is not written down yet;
/// "reminder.address", "reminder.agreed", "reminder.nothing", "reminder.quiet", "time_zone.unknown".
[[nodiscard]] Result<PersonReminders> choose_reminders(const Practice& practice, const Actor& actor,
                                                       const Id<Person>& person,
                                                       const ChooseReminders& input);
/// What is queued is withdrawn. Error "reminder.none" (conflict).
[[nodiscard]] Result<PersonReminders> stop_reminders(const Practice& practice, const Actor& actor,
                                                     const Id<Person>& person);

/// Names the link in a message.
struct StopLink;
/// Whoever has a message: one tap, nobody signs in. The same answer where they were stopped before. Errors:
/// "ticket.unknown", "sign_in.later".
[[nodiscard]] Result<bool> stop_reminders_by_link(const Practice& practice, Attempts& attempts,
                                                  const Id<StopLink>& link, const std::string& address);

/// Messages that a server refused for good or that came too late, of the last two weeks and one's own
/// courses: whoever expects a reminder does not get one.
[[nodiscard]] Result<std::vector<ReminderView>> failed_reminders(const Practice& practice,
                                                                 const Actor& actor);

// For other use cases of this room

inline constexpr std::string_view too_late = "late";  ///< why: it could not be sent in time
[[nodiscard]] Result<std::optional<MailAccount>> mail_account(Transaction& transaction);
[[nodiscard]] Result<std::optional<ReminderChoice>> reminder_choice(Transaction& transaction,
                                                                    const Id<Person>& person);
[[nodiscard]] ReminderChoiceView view_of_choice(const ReminderChoice& choice);
enum class StoppedBy { practice, client };
/// Stops them where they are not yet.
[[nodiscard]] Result<bool> stop_reminders_of(Transaction& transaction, const Practice& practice,
                                             const Id<Person>& person, StoppedBy who);
/// The practice's zone, or the person's own.
[[nodiscard]] Result<TimeZone> zone_named(const Practice& practice, const std::string& name);

}  // namespace securebase::service
