#pragma once
// The queue of reminders, which survives whatever happens to the program. A reminder is written as "sending"
// before the first byte goes out, and as "sent" once the server has taken it; both are on the disk before
// anything follows. Where the program ends in between, nobody knows whether the server took it: at the next
// start it is logged as uncertain and goes again with the same Message-ID. None is lost; of those that a
// connection had open at the end, one may come twice.

#include <functional>
#include <optional>

#include "service/mailer.hpp"
#include "service/reminder.hpp"

namespace securebase::service {

inline constexpr std::int64_t first_wait_ms = minute_ms;  ///< after a failure; doubles with each
inline constexpr std::int64_t longest_wait_ms = hour_ms;
inline constexpr std::int64_t account_wait_ms = minute_ms;  ///< after the account as a whole failed

/// What was being sent when the program ended becomes uncertain. How many. At the start, before anything is
/// sent.
[[nodiscard]] Result<std::int64_t> take_up_reminders(const Practice& practice);

/// Puts into the queue what is due within a day: sessions that are arranged, sheets that wait on a phone, for
/// whoever agreed to hear of them. Each once. How many were added.
[[nodiscard]] Result<std::int64_t> queue_reminders(const Practice& practice);

struct Delivery {
  Id<Reminder> reminder;
  MailServer server;
  Mail mail;
};
struct Delivered {
  Id<Reminder> reminder;
  MailReply reply;
};
enum class Then { go_on, stop };

/// Writes down how the last one went, and gives the next that is due, as "sending": both at once. Nothing:
/// none is due. What nobody wants any more is withdrawn on the way, what falls into quiet hours waits for
/// their end.
[[nodiscard]] Result<std::optional<Delivery>> next_delivery(const Practice& practice,
                                                            const std::optional<Delivered>& last, Then then);

struct SendCounts {
  std::int64_t taken = 0;
  std::int64_t refused = 0;
  std::int64_t put_off = 0;
};
/// Over one connection, until nothing is due or `go_on` says no. Several may run at once.
[[nodiscard]] Result<SendCounts> send_reminders(const Practice& practice, Mailer& mailer,
                                                const std::function<bool()>& go_on);

/// All that waits and what was sent lately, newest first, without anybody's name or address: for the command
/// line.
[[nodiscard]] Result<std::vector<ReminderView>> list_reminders(const Practice& practice, const Actor& actor);

}  // namespace securebase::service
