#pragma once
// What a reminder says, as a whole message (RFC 5322) with a file for a calendar (RFC 5545). It says when,
// and nothing of what for: whoever else reads the mailbox, or the screen of a locked phone, learns of an
// appointment.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/private.hpp"
#include "base/time_zone.hpp"
#include "service/reminder_record.hpp"

namespace securebase::service {

inline constexpr std::size_t longest_address = 254;

/// Whether a text tells of therapy, health or this program: no name, subject, address or file of a message
/// may.
[[nodiscard]] bool tells_of_therapy(std::string_view text);
/// One address of plain characters, such as "mia@mail.example".
[[nodiscard]] bool is_mail_address(std::string_view text);

/// From when on something may be sent: `moment`, or the end of the quiet hours it falls into. Minutes of the
/// day; equal ones: no quiet hours.
[[nodiscard]] Instant after_quiet(const TimeZone& zone, int quiet_from, int quiet_until, Instant moment);
/// The last minute before the quiet hours that `moment` falls into; `moment` where it falls into none.
[[nodiscard]] Instant before_quiet(const TimeZone& zone, int quiet_from, int quiet_until, Instant moment);

struct ReminderFacts {
  ReminderKind kind = ReminderKind::session;
  Instant at;                ///< when the session begins; until when the sheet waits
  int minutes = 50;          ///< of the session
  TimeZone zone;             ///< whose clock is told
  std::string about;         ///< names it in a calendar: a later message about it replaces it there
  std::int64_t version = 0;  ///< of what the calendar holds; rises
  std::string message_id;
  std::string sender_name;
  std::string sender_address;
  Private<std::string> recipient;
  Private<std::string> stop_address;  ///< of the page that stops these messages
  Private<std::string> stop_post;     ///< where a mail program posts the same (RFC 8058)
  Instant now;
};

/// "Tuesday, 1 December 2026, 15:00"
[[nodiscard]] std::string in_words(const WallTime& time);
[[nodiscard]] std::string reminder_subject(const ReminderFacts& facts);
[[nodiscard]] std::string reminder_text(const ReminderFacts& facts);
/// Lines end in CR LF and are folded.
[[nodiscard]] std::string calendar_file(const ReminderFacts& facts);
/// The message with its headers. Lines end in CR LF.
[[nodiscard]] Private<std::string> whole_message(const ReminderFacts& facts);

// Parts of it

/// Text of an iCalendar property: backslash, semicolon, comma and line end escaped, other control signs left
/// out.
[[nodiscard]] std::string calendar_text(std::string_view text);
/// A content line, folded behind 75 bytes, never inside a character; with its CR LF.
[[nodiscard]] std::string folded(std::string_view line);
/// An unstructured header's or a name's words: as they are where they are plain, else as RFC 2047 encodes
/// them.
[[nodiscard]] std::string header_words(std::string_view words);
/// RFC 2045: lines of 76 at most.
[[nodiscard]] std::string quoted_printable(std::string_view text);

}  // namespace securebase::service
