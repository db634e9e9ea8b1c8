#pragma once
// Reminders by mail: how the practice sends them, who agreed to get them, and the queue that lasts. Nothing
// here holds words of a message: those are the same for everybody (reminder_message.hpp).

#include "service/record.hpp"

namespace securebase::service {

enum class MailSecurity {
  tls,       ///< from the first byte
  starttls,  ///< before anything else is said
  none       ///< only to a server on this machine
};
template <>
inline constexpr std::array names_of<MailSecurity> = {"tls"sv, "starttls"sv, "none"sv};

/// How the practice sends mail; there is one. Sealed with the practice's key.
struct MailAccount {
  static constexpr std::string_view table = "mail_account";
  static constexpr std::string_view sealed_by{};

  Id<MailAccount> id;
  bool is_on = false;
  std::string host;
  int port = 465;
  MailSecurity security = MailSecurity::tls;
  std::string login;                             ///< empty: none is asked for
  std::optional<Private<std::string>> password;  ///< never given back
  std::string sender_name;                       ///< as an inbox shows it: nothing that tells of therapy
  std::string sender_address;
  std::string time_zone = "UTC";       ///< of the practice, by the IANA database
  int quiet_from = 21 * 60;            ///< minutes of the day; nothing is sent from here
  int quiet_until = 8 * 60;            ///< to here
  int hours_before = 24;               ///< an appointment
  int days_after = 2;                  ///< a sheet was given, when it waits
  std::optional<std::string> trouble;  ///< what the server said to the whole account, in a word of ours
  std::optional<Instant> trouble_at;
  Instant changed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &MailAccount::id}, Field{"is_on", &MailAccount::is_on},
               Field{"host", &MailAccount::host}, Field{"port", &MailAccount::port},
               Field{"security", &MailAccount::security}, Field{"login", &MailAccount::login},
               Field{"password", &MailAccount::password}, Field{"sender_name", &MailAccount::sender_name},
               Field{"sender_address", &MailAccount::sender_address},
               Field{"time_zone", &MailAccount::time_zone}, Field{"quiet_from", &MailAccount::quiet_from},
               Field{"quiet_until", &MailAccount::quiet_until},
               Field{"hours_before", &MailAccount::hours_before},
               Field{"days_after", &MailAccount::days_after}, Field{"trouble", &MailAccount::trouble},
               Field{"trouble_at", &MailAccount::trouble_at}, Field{"changed_at", &MailAccount::changed_at});
  }
};

/// A person agreed to reminders, at an address they gave for that. One row a person; without one, or with one
/// that ended, nothing is sent.
struct ReminderChoice {
  static constexpr std::string_view table = "reminder_choice";
  static constexpr std::string_view sealed_by = "person";

  Id<ReminderChoice> id;
  Id<Person> person;
  Private<std::string> address;
  Private<std::string>
      agreed;  ///< who reads that mailbox, and how they agreed, as the therapist wrote it down
  bool sessions = true;
  bool measures = false;
  std::optional<std::string> time_zone;  ///< nothing: the practice's
  std::optional<int> quiet_from;         ///< nothing: the practice's
  std::optional<int> quiet_until;
  Private<std::string> stop_token;  ///< of the link in each message; it can stop them and nothing else
  std::string stop_hash;
  Id<User> written_by;
  Instant agreed_at;
  std::optional<Instant> stopped_at;
  bool stopped_by_client = false;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"id", &ReminderChoice::id}, Field{"person", &ReminderChoice::person},
        Field{"address", &ReminderChoice::address}, Field{"agreed", &ReminderChoice::agreed},
        Field{"sessions", &ReminderChoice::sessions}, Field{"measures", &ReminderChoice::measures},
        Field{"time_zone", &ReminderChoice::time_zone}, Field{"quiet_from", &ReminderChoice::quiet_from},
        Field{"quiet_until", &ReminderChoice::quiet_until}, Field{"stop_token", &ReminderChoice::stop_token},
        Field{"stop_hash", &ReminderChoice::stop_hash}, Field{"written_by", &ReminderChoice::written_by},
        Field{"agreed_at", &ReminderChoice::agreed_at}, Field{"stopped_at", &ReminderChoice::stopped_at},
        Field{"stopped_by_client", &ReminderChoice::stopped_by_client});
  }
};

enum class ReminderKind { session, measure };
template <>
inline constexpr std::array names_of<ReminderKind> = {"session"sv, "measure"sv};

enum class ReminderState {
  queued,     ///< waits for its time, or for the next try
  sending,    ///< a connection has it
  sent,       ///< the server took it
  uncertain,  ///< whether the server took it is not known: it goes again with the same Message-ID
  refused,    ///< the server will never take it
  withdrawn   ///< nobody wants it any more
};
template <>
inline constexpr std::array names_of<ReminderState> = {"queued"sv,    "sending"sv, "sent"sv,
                                                       "uncertain"sv, "refused"sv, "withdrawn"sv};

/// One message to one person about one thing at one time.
struct Reminder {
  static constexpr std::string_view table = "reminder";
  static constexpr std::string_view sealed_by{};

  Id<Reminder> id;
  Id<Person> person;
  Id<Course> course;
  ReminderKind kind = ReminderKind::session;
  std::string about;       ///< the TherapySession or the Administration
  Instant about_at;        ///< when the session is; when the sheet was given
  std::string message_id;  ///< left part; the same at every attempt
  Instant due_at;          ///< not before
  Instant late_at;         ///< not after: then it is of no use any more
  Instant next_at;         ///< of the next attempt
  ReminderState state = ReminderState::queued;
  int attempts = 0;
  int reply = 0;    ///< the mail server's last; 0: none
  std::string why;  ///< a word of ours: of the last failure, or why it was withdrawn
  Instant made_at;
  Instant changed_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &Reminder::id}, Field{"person", &Reminder::person},
               Field{"course", &Reminder::course}, Field{"kind", &Reminder::kind},
               Field{"about", &Reminder::about}, Field{"about_at", &Reminder::about_at},
               Field{"message_id", &Reminder::message_id}, Field{"due_at", &Reminder::due_at},
               Field{"late_at", &Reminder::late_at}, Field{"next_at", &Reminder::next_at},
               Field{"state", &Reminder::state}, Field{"attempts", &Reminder::attempts},
               Field{"reply", &Reminder::reply}, Field{"why", &Reminder::why},
               Field{"made_at", &Reminder::made_at}, Field{"changed_at", &Reminder::changed_at});
  }
};

}  // namespace securebase::service
