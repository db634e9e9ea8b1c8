#include "service/reminder_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace securebase::service {
namespace {

using namespace std::string_view_literals;

constexpr int minutes_of_day = 24 * 60;
constexpr std::size_t longest_line = 75;  // bytes of a folded line, and of an encoded word
constexpr std::size_t longest_quoted = 76;

constexpr std::array weekdays = {"Monday"sv, "Tuesday"sv,  "Wednesday"sv, "Thursday"sv,
                                 "Friday"sv, "Saturday"sv, "Sunday"sv};
constexpr std::array months = {"January"sv,   "February"sv, "March"sv,    "April"sv,
                               "May"sv,       "June"sv,     "July"sv,     "August"sv,
                               "September"sv, "October"sv,  "November"sv, "December"sv};

// Beginnings of words, in English and German.
constexpr std::array telling = {
    "therap"sv,  "psych"sv,         "counsel"sv,    "clinic"sv,    "klinik"sv,     "mental"sv,
    "trauma"sv,  "depress"sv,       "anxi"sv,       "angst"sv,     "addict"sv,     "sucht"sv,
    "suicid"sv,  "suizid"sv,        "crisis"sv,     "krise"sv,     "abuse"sv,      "violen"sv,
    "gewalt"sv,  "marital"sv,       "marriage"sv,   "couple"sv,    "attachment"sv, "bindung"sv,
    "patient"sv, "client"sv,        "klient"sv,     "treatment"sv, "behandlung"sv, "diagnos"sv,
    "symptom"sv, "questionnaire"sv, "fragebogen"sv, "health"sv,    "gesundheit"sv, "medic"sv,
    "doctor"sv,  "doktor"sv,        "praxis"sv,     "practice"sv,  "beratung"sv,   "securebase"sv};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
/// Not the first byte of a character.
bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::string hex_of(char c) {
  return fmt::format("={:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
}

int minute_of(const TimeZone& zone, Instant moment) {
  const WallTime time = zone.wall_time(moment);
  return time.hour * 60 + time.minute;
}

bool is_quiet(int from, int until, int minute) {
  if (from == until) return false;
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

std::string stamp(Instant moment) {
  std::string text = to_text(moment).substr(0, 19);  // 2026-12-01T14:00:00
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':'; }),
             text.end());
  return text + "Z";
}

std::string mail_date(Instant moment) {
  const WallTime time = TimeZone().wall_time(moment);
  const auto weekday = weekdays[static_cast<std::size_t>(weekday_of(time.date)) - 1];
  return fmt::format("{}, {} {} {:04} {:02}:{:02}:00 +0000", weekday.substr(0, 3), time.date.day,
                     months[static_cast<std::size_t>(time.date.month) - 1].substr(0, 3), time.date.year,
                     time.hour, time.minute);
}

/// Nothing that ends a line.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text)
    if (!is_control(c)) line += c;
  return line;
}

/// A name before an address.
std::string phrase(std::string_view name) {
  std::string words = header_words(name);
  if (words.starts_with("=?")) return words;
  std::string quoted = "\"";
  for (const char c : words) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string in_lines(std::string_view text) {
  std::string lines;
  for (const char c : text) lines += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return lines;
}

std::string part(std::string_view boundary, std::string_view type, std::string_view text) {
  return fmt::format("--{}\r\nContent-Type: {}\r\nContent-Transfer-Encoding: quoted-printable\r\n", boundary,
                     type) +
         (type.starts_with("text/calendar")
              ? "Content-Disposition: attachment; filename=\"appointment.ics\"\r\n"
              : "") +
         "\r\n" + quoted_printable(text) + "\r\n";
}

}  // namespace

bool tells_of_therapy(std::string_view text) {
  std::string words;
  for (const char c : text) words += lower(c);
  return std::any_of(telling.begin(), telling.end(),
                     [&](std::string_view word) { return words.find(word) != std::string::npos; });
}

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > longest_address || at == 0 || at == std::string_view::npos || at > 64) return false;
  const auto name = text.substr(0, at);
  const auto domain = text.substr(at + 1);
  constexpr auto signs = ".!#$%&'*+-/=?^_`{|}~"sv;
  const auto in_name = [&](char c) { return is_plain(c) || signs.find(c) != std::string_view::npos; };
  const auto in_domain = [](char c) { return is_plain(c) || c == '-' || c == '.'; };
  const auto tidy = [](std::string_view part) {
    return part.front() != '.' && part.back() != '.' && part.find("..") == std::string_view::npos;
  };
  return !domain.empty() && std::all_of(name.begin(), name.end(), in_name) &&
         std::all_of(domain.begin(), domain.end(), in_domain) && tidy(name) && tidy(domain) &&
         domain.front() != '-';
}

Instant after_quiet(const TimeZone& zone, int quiet_from, int quiet_until, Instant moment) {
  const int minute = minute_of(zone, moment);
  if (!is_quiet(quiet_from, quiet_until, minute)) return moment;
  WallTime end = zone.wall_time(moment);
  if (minute >= quiet_until) end.date = next_day(end.date);
  end.hour = quiet_until / 60;
  end.minute = quiet_until % 60;
  return std::max(moment, zone.instant_of(end));
}

Instant before_quiet(const TimeZone& zone, int quiet_from, int quiet_until, Instant moment) {
  const int minute = minute_of(zone, moment);
  if (!is_quiet(quiet_from, quiet_until, minute)) return moment;
  WallTime begin = zone.wall_time(moment);
  if (minute < quiet_from) begin.date = date_of(begin_of(begin.date) + -day_ms);
  begin.hour = quiet_from / 60;
  begin.minute = quiet_from % 60;
  return zone.instant_of(begin) + -minute_ms;
}

std::string in_words(const WallTime& time) {
  return fmt::format("{}, {} {} {}, {:02}:{:02}",
                     weekdays[static_cast<std::size_t>(weekday_of(time.date)) - 1], time.date.day,
                     months[static_cast<std::size_t>(time.date.month) - 1], time.date.year, time.hour,
                     time.minute);
}

std::string reminder_subject(const ReminderFacts& facts) {
  if (facts.kind == ReminderKind::measure) return "A reminder";
  return "Reminder: " + in_words(facts.zone.wall_time(facts.at));
}

std::string reminder_text(const ReminderFacts& facts) {
  const std::string when = in_words(facts.zone.wall_time(facts.at));
  const std::string what =
      facts.kind == ReminderKind::session
          ? fmt::format(
                "this is a reminder of your appointment:\n\n    {} ({} time)\n\n"
                "The file with this message puts it into your calendar. If you cannot come, please say "
                "so in the way you agreed.",
                when, facts.zone.name())
          : fmt::format(
                "something waits for you at the link you were given. It waits until:\n\n    {} ({} time)\n\n"
                "You can leave it if you like. If you no longer have the link, ask for a new one when "
                "you next speak.",
                when, facts.zone.name());
  return fmt::format(
      "Hello,\n\n{}\n\nNobody reads answers to this message.\n\nGet no more of these messages:\n{}\n\n{}\n",
      what, facts.stop_address.reveal(), one_line(facts.sender_name));
}

std::string calendar_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == ';' || c == ',') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else if (!is_control(c))
      escaped += c;
  }
  return escaped;
}

std::string folded(std::string_view line) {
  std::string lines;
  std::size_t room = longest_line;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = std::min(begin + room, line.size());
    while (end < line.size() && end > begin + 1 && continues(line[end])) --end;
    if (begin > 0) lines += "\r\n ";
    lines += line.substr(begin, end - begin);
    begin = end;
    room = longest_line - 1;  // a fold begins with a blank
  }
  return lines + "\r\n";
}

std::string header_words(std::string_view words) {
  std::string line = one_line(words);
  const bool plain =
      std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (plain && line.find("=?") == std::string::npos) return line;
  constexpr auto begin = "=?UTF-8?Q?"sv;
  std::string encoded(begin);
  std::size_t used = begin.size();
  for (std::size_t at = 0; at < line.size();) {
    std::string one;
    do {
      const char c = line[at++];
      one += is_plain(c) ? std::string(1, c) : c == ' ' ? "_" : hex_of(c);
    } while (at < line.size() && continues(line[at]) && one.size() < 12);
    if (used + one.size() + 2 > longest_line) {
      encoded += fmt::format("?=\r\n {}", begin);
      used = begin.size() + 1;
    }
    encoded += one;
    used += one.size();
  }
  return encoded + "?=";
}

std::string quoted_printable(std::string_view text) {
  std::string quoted;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {
      quoted += "\r\n";
      used = 0;
      ++at;
      continue;
    }
    const bool ends_line = at + 1 == text.size() || text.substr(at + 1, 2) == "\r\n";
    const bool plain = c >= ' ' && c <= '~' && c != '=' && !(c == ' ' && ends_line);
    const std::string one = plain ? std::string(1, c) : hex_of(c);
    if (used + one.size() > longest_quoted - 1) {
      quoted += "=\r\n";
      used = 0;
    }
    quoted += one;
    used += one.size();
  }
  return quoted;
}

std::string calendar_file(const ReminderFacts& facts) {
  const auto at = facts.sender_address.find('@');
  const std::string domain = at == std::string::npos ? "" : facts.sender_address.substr(at);
  const std::string lines[] = {"BEGIN:VCALENDAR",
                               "VERSION:2.0",
                               "PRODID:-//appointment//EN",
                               "METHOD:PUBLISH",
                               "BEGIN:VEVENT",
                               "UID:" + calendar_text(facts.about + domain),
                               fmt::format("SEQUENCE:{}", facts.version),
                               "DTSTAMP:" + stamp(facts.now),
                               "DTSTART:" + stamp(facts.at),
                               "DTEND:" + stamp(facts.at + facts.minutes * minute_ms),
                               "SUMMARY:" + calendar_text("Appointment, " + facts.sender_name),
                               "CLASS:PRIVATE",
                               "END:VEVENT",
                               "END:VCALENDAR"};
  std::string file;
  for (const std::string& line : lines) file += folded(line);
  return file;
}

Private<std::string> whole_message(const ReminderFacts& facts) {
  const std::string boundary = "=_" + facts.message_id.substr(0, facts.message_id.find('@'));
  const std::string headers[] = {
      fmt::format("From: {} <{}>", phrase(facts.sender_name), one_line(facts.sender_address)),
      fmt::format("To: <{}>", one_line(facts.recipient.reveal())),
      "Subject: " + header_words(reminder_subject(facts)),
      "Date: " + mail_date(facts.now),
      fmt::format("Message-ID: <{}>", one_line(facts.message_id)),
      "Auto-Submitted: auto-generated",
      fmt::format("List-Unsubscribe: <{}>", one_line(facts.stop_post.reveal())),
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
      "MIME-Version: 1.0",
      fmt::format("Content-Type: multipart/mixed; boundary=\"{}\"", boundary)};
  std::string message;
  for (const std::string& header : headers) message += header + "\r\n";
  message += "\r\n" + part(boundary, "text/plain; charset=utf-8", in_lines(reminder_text(facts)));
  if (facts.kind == ReminderKind::session)
    message += part(boundary, "text/calendar; charset=utf-8; method=PUBLISH", calendar_file(facts));
  return Private<std::string>(message + fmt::format("--{}--\r\n", boundary));
}

}  // namespace securebase::service
