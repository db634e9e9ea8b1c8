#pragma once
// Moments and days. Nothing here reads a clock.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace securebase {

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Instant {
  std::int64_t ms = 0;

  auto operator<=>(const Instant&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0
};

[[nodiscard]] constexpr Instant operator+(Instant instant, std::int64_t ms) {
  return {instant.ms + ms};
}

inline constexpr std::int64_t second_ms = 1000;
inline constexpr std::int64_t minute_ms = 60 * second_ms;
inline constexpr std::int64_t hour_ms = 60 * minute_ms;
inline constexpr std::int64_t day_ms = 24 * hour_ms;

/// "2026-11-25T10:42:00.123Z"
[[nodiscard]] std::string to_text(Instant instant);
/// What to_text gives of a moment in the years 1000 to 9999, nothing else: milliseconds and Z are needed.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

/// A day of the Gregorian calendar.
struct Date {
  int year = 1970;
  int month = 1;
  int day = 1;

  auto operator<=>(const Date&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0
};

/// "2026-11-25"
[[nodiscard]] std::string to_text(Date date);
/// Nothing where the text is no day between 1000-01-01 and 9999-12-31.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);
/// The day in UTC.
[[nodiscard]] Date date_of(Instant instant);
/// Its beginning in UTC.
[[nodiscard]] Instant begin_of(Date date);

}  // namespace securebase
