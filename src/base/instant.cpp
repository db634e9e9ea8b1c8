#include "base/instant.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace securebase {
namespace {

namespace chrono = std::chrono;

chrono::year_month_day calendar_day(Date date) {
  return chrono::year(date.year) / chrono::month(static_cast<unsigned>(date.month)) /
         chrono::day(static_cast<unsigned>(date.day));
}

/// Digits only, all of them.
std::optional<int> parse_digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-') return std::nullopt;
  return value;
}

}  // namespace

std::string to_text(Instant instant) {
  const std::int64_t days = instant.ms / day_ms - (instant.ms % day_ms < 0 ? 1 : 0);
  const std::int64_t rest = instant.ms - days * day_ms;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", to_text(date_of(instant)), rest / hour_ms,
                     rest / minute_ms % 60, rest / second_ms % 60, rest % second_ms);
}

std::optional<Instant> parse_instant(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' ||
      text[23] != 'Z')
    return std::nullopt;
  const auto day = parse_date(text.substr(0, 10));
  const auto hours = parse_digits(text.substr(11, 2));
  const auto minutes = parse_digits(text.substr(14, 2));
  const auto seconds = parse_digits(text.substr(17, 2));
  const auto rest = parse_digits(text.substr(20, 3));
  if (!day || !hours || !minutes || !seconds || !rest || *hours > 23 || *minutes > 59 || *seconds > 59)
    return std::nullopt;
  return begin_of(*day) + (*hours * hour_ms + *minutes * minute_ms + *seconds * second_ms + *rest);
}

std::string to_text(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day || *year < 1000) return std::nullopt;
  const Date date{*year, *month, *day};
  return calendar_day(date).ok() ? std::optional(date) : std::nullopt;
}

Date date_of(Instant instant) {
  const chrono::year_month_day day(
      chrono::floor<chrono::days>(chrono::sys_time<chrono::milliseconds>(chrono::milliseconds(instant.ms))));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

Instant begin_of(Date date) {
  const chrono::sys_time<chrono::milliseconds> begin = chrono::sys_days(calendar_day(date));
  return {begin.time_since_epoch().count()};
}

}  // namespace securebase
