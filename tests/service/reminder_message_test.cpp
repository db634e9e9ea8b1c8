#include "service/reminder_message.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <regex>

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::Not;

TimeZone berlin() {
  return *TimeZone::of_rule("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3");
}
Instant at(const std::string& text) {
  return *parse_instant(text + ":00.000Z");
}

ReminderFacts facts(ReminderKind kind = ReminderKind::session) {
  ReminderFacts facts;
  facts.kind = kind;
  facts.at = at("2026-12-01T14:00");
  facts.zone = berlin();
  facts.about = "0123456789abcdef0123456789abcdef";
  facts.message_id = "00112233445566778899aabbccddeeff@mail.example";
  facts.sender_name = "D. Reyes";
  facts.sender_address = "desk@mail.example";
  facts.recipient = Private<std::string>("mia@post.example");
  facts.stop_address = Private<std::string>("https://help.example/stop#0011");
  facts.stop_post = Private<std::string>("https://help.example/api/v1/portal/reminders/0011/stop");
  facts.now = at("2026-11-30T14:00");
  return facts;
}

/// What a mail program shows: quoted-printable undone.
std::string unquoted(std::string text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      plain += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else if (std::isxdigit(static_cast<unsigned char>(text[i + 1])) == 0) {
      plain += '=';  // of a boundary, which is no quoted text
    } else {
      plain += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return plain;
}
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find("\r\n", begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 2;
  }
  return lines;
}

TEST(ReminderMessage, says_when_and_nothing_of_what_for) {
  EXPECT_EQ(reminder_subject(facts()), "Reminder: Tuesday, 1 December 2026, 15:00");
  EXPECT_EQ(reminder_subject(facts(ReminderKind::measure)), "A reminder");
  EXPECT_THAT(reminder_text(facts()), HasSubstr("Tuesday, 1 December 2026, 15:00 (Europe/Berlin time)"));
  EXPECT_THAT(reminder_text(facts()), HasSubstr("https://help.example/stop#0011"));
}

/// Every text, of every kind: what a stranger who reads the mailbox would learn.
TEST(ReminderMessage, tells_nobody_of_therapy) {
  for (const ReminderKind kind : {ReminderKind::session, ReminderKind::measure}) {
    const ReminderFacts one = facts(kind);
    // A word that every file with a message has
    const std::string whole =
        std::regex_replace(whole_message(one).reveal(), std::regex("Content-Disposition: attachment"), "");
    for (const std::string& text :
         {reminder_subject(one), reminder_text(one), calendar_file(one), whole, unquoted(whole)})
      EXPECT_FALSE(tells_of_therapy(text)) << text;
  }
  for (const char* text : {"Therapy Elm Street", "praxis@psychotherapie-elm.example", "COUNSELLING",
                           "Securebase", "Mental Health", "your questionnaire", "dr@clinic.example"})
    EXPECT_TRUE(tells_of_therapy(text)) << text;
  for (const char* text : {"D. Reyes", "Elm Street 5", "desk@mail.example", "https://help.example/"})
    EXPECT_FALSE(tells_of_therapy(text)) << text;
}

TEST(ReminderMessage, is_a_message_with_a_file_for_a_calendar) {
  const std::string message = whole_message(facts()).reveal();
  EXPECT_THAT(message, HasSubstr("From: \"D. Reyes\" <desk@mail.example>\r\n"));
  EXPECT_THAT(message, HasSubstr("Message-ID: <00112233445566778899aabbccddeeff@mail.example>\r\n"));
  EXPECT_THAT(message, HasSubstr("Date: Mon, 30 Nov 2026 14:00:00 +0000\r\n"));
  EXPECT_THAT(message,
              HasSubstr("List-Unsubscribe: <https://help.example/api/v1/portal/reminders/0011/stop>\r\n"));
  EXPECT_THAT(message, HasSubstr("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  EXPECT_THAT(unquoted(message), HasSubstr(calendar_file(facts())));
  EXPECT_THAT(whole_message(facts(ReminderKind::measure)).reveal(), Not(HasSubstr("VCALENDAR")));
}

TEST(ReminderMessage, puts_the_appointment_into_a_calendar) {
  const std::string file = calendar_file(facts());
  EXPECT_THAT(file, HasSubstr("DTSTART:20261201T140000Z\r\nDTEND:20261201T145000Z\r\n"));
  EXPECT_THAT(file, HasSubstr("SUMMARY:Appointment\\, D. Reyes\r\n"));
  EXPECT_THAT(file, HasSubstr("UID:0123456789abcdef0123456789abcdef@mail.example\r\n"));
}

TEST(ReminderMessage, encodes_a_name_that_is_not_plain) {
  EXPECT_EQ(header_words("Zoë"), "=?UTF-8?Q?Zo=C3=AB?=");
  ReminderFacts one = facts();
  one.sender_name = "A \"B\" \\ C";
  EXPECT_THAT(whole_message(one).reveal(), HasSubstr("From: \"A \\\"B\\\" \\\\ C\" <"));
}

/// Whatever stands in a name: no further header, no further line of a calendar, no line that is too long.
RC_GTEST_PROP(ReminderMessage, holds_any_name_within_its_lines, (std::string name)) {
  ReminderFacts one = facts();
  one.sender_name = name + "\r\nBcc: eve@evil.example\r\n\r\nATTENDEE:x";
  const std::string message = whole_message(one).reveal();
  const std::string head = message.substr(0, message.find("\r\n\r\n"));
  int headers = 0;
  for (const std::string& line : lines_of(head)) {
    RC_ASSERT(line.find_first_of("\r\n") == std::string::npos);
    if (!line.starts_with(' ')) ++headers;
    RC_ASSERT(!line.starts_with("Bcc"));
  }
  RC_ASSERT(headers == 10);
  for (const std::string& line : lines_of(message.substr(head.size()))) RC_ASSERT(line.size() <= 76U);
  const std::string file = calendar_file(one);
  int properties = 0;
  for (const std::string& line : lines_of(file)) {
    RC_ASSERT(line.size() <= 75U);
    if (!line.starts_with(' ')) ++properties;
  }
  RC_ASSERT(properties == 14);
}

/// Undone by the rule, it is what it was.
RC_GTEST_PROP(ReminderMessage, escapes_calendar_text_so_that_it_comes_back, (std::string text)) {
  text.erase(
      std::remove_if(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f; }),
      text.end());
  std::string line = folded("SUMMARY:" + calendar_text(text));
  line = std::regex_replace(line.substr(0, line.size() - 2), std::regex("\r\n "), "");
  std::string back;
  for (std::size_t i = 8; i < line.size(); ++i) {
    if (line[i] != '\\')
      back += line[i];
    else
      back += line[++i] == 'n' ? '\n' : line[i];
  }
  RC_ASSERT(back == text);
  RC_ASSERT(unquoted(quoted_printable(text)) == text);
}

TEST(ReminderMessage, keeps_quiet_hours_over_midnight_and_over_summer_time) {
  const int from = 21 * 60;
  const int until = 8 * 60;
  EXPECT_EQ(after_quiet(berlin(), from, until, at("2026-12-01T12:00")), at("2026-12-01T12:00"));
  EXPECT_EQ(after_quiet(berlin(), from, until, at("2026-12-01T22:30")), at("2026-12-02T07:00"));
  EXPECT_EQ(after_quiet(berlin(), from, until, at("2026-12-01T03:00")), at("2026-12-01T07:00"));
  // The night in which the clocks go forward, and the one in which they go back
  EXPECT_EQ(after_quiet(berlin(), from, until, at("2026-03-28T22:00")), at("2026-03-29T06:00"));
  EXPECT_EQ(after_quiet(berlin(), from, until, at("2026-10-24T22:00")), at("2026-10-25T07:00"));
  EXPECT_EQ(before_quiet(berlin(), from, until, at("2026-12-01T06:30")), at("2026-11-30T19:59"));
  EXPECT_EQ(before_quiet(berlin(), from, until, at("2026-12-01T22:30")), at("2026-12-01T19:59"));
  EXPECT_EQ(after_quiet(berlin(), 600, 600, at("2026-12-01T09:10")), at("2026-12-01T09:10"));
}

RC_GTEST_PROP(ReminderMessage, never_sends_in_quiet_hours, ()) {
  const int from = *rc::gen::inRange(0, 24 * 60);
  const int until = *rc::gen::inRange(0, 24 * 60);
  const Instant moment{*rc::gen::inRange<std::int64_t>(29'000'000, 31'000'000) * minute_ms};
  const auto quiet = [&](Instant when) {
    const WallTime time = berlin().wall_time(when);
    const int minute = time.hour * 60 + time.minute;
    return from < until ? minute >= from && minute < until
                        : from > until && (minute >= from || minute < until);
  };
  const Instant after = after_quiet(berlin(), from, until, moment);
  RC_ASSERT(after >= moment);
  RC_ASSERT(after.ms - moment.ms <= 25 * hour_ms);
  // A quiet time that ends inside an hour that comes twice may last until the second one.
  if (quiet(after)) RC_ASSERT(after_quiet(berlin(), from, until, after + hour_ms) >= after);
  if (!quiet(moment)) RC_ASSERT(after == moment);
  RC_ASSERT(before_quiet(berlin(), from, until, moment) <= moment);
}

TEST(ReminderMessage, knows_a_mail_address) {
  for (const char* text : {"mia@post.example", "m.weber+x@a-b.example", "a@localhost"})
    EXPECT_TRUE(is_mail_address(text)) << text;
  for (const char* text :
       {"", "@", "mia", "mia@", "@post.example", "mia @post.example", "mia@post..example",
        "mia@post.example\r\nBcc: x@y", "<mia@post.example>", "mia@post.example,x@y.example",
        "mïa@post.example", ".mia@post.example", "mia@-post.example"})
    EXPECT_FALSE(is_mail_address(text)) << text;
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
