#pragma once
// What a clock on the wall shows at a moment, by the rules of a time zone: those of a compiled file of the
// IANA database (RFC 8536, version 2 or later), with the rule at its end for all years after the last one
// listed. Nothing here reads a file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"

namespace securebase {

/// A day and a time to the minute.
struct WallTime {
  Date date;
  int hour = 0;    ///< 0 to 23
  int minute = 0;  ///< 0 to 59

  auto operator<=>(const WallTime&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0
};

/// 1: Monday, to 7: Sunday.
[[nodiscard]] int weekday_of(Date date);
[[nodiscard]] Date next_day(Date date);

/// When a year's summer time begins or ends.
struct YearlyChange {
  enum class Kind {
    week_of_month,  ///< the `week`th `weekday` of `month`; week 5: the last
    day_of_year,    ///< 1 to 365, 29 February not counted
    day_from_zero   ///< 0 to 365, 29 February counted
  };
  Kind kind = Kind::week_of_month;
  int month = 1;
  int week = 1;
  int weekday = 0;  ///< 0: Sunday, as POSIX counts
  int day = 0;
  int seconds = 7200;  ///< of the wall clock's day; may be negative or longer than a day
};

class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// `text` holds the bytes of a compiled file. Error "time_zone.file" (bad_data).
  [[nodiscard]] static Result<TimeZone> parse(std::string name, std::string_view text);
  /// A POSIX rule alone, such as "CET-1CEST,M3.5.0,M10.5.0/3". Error "time_zone.rule" (bad_data).
  [[nodiscard]] static Result<TimeZone> of_rule(std::string name, std::string_view rule);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// East of Greenwich.
  [[nodiscard]] int offset_seconds(Instant instant) const;
  [[nodiscard]] WallTime wall_time(Instant instant) const;
  /// The first moment that shows this. A time that the clocks skip is as much later as they go forward: 02:30
  /// becomes 03:30.
  [[nodiscard]] Instant instant_of(const WallTime& time) const;

 private:
  struct Rule {
    int standard = 0;  ///< seconds east
    bool has_summer = false;
    int summer = 0;
    YearlyChange begins;
    YearlyChange ends;
  };
  friend struct RuleReader;

  [[nodiscard]] int by_rule(std::int64_t seconds) const;

  std::string name_ = "UTC";
  std::vector<std::int64_t> changes_;  ///< seconds since 1970, rising
  std::vector<int> offsets_;           ///< from each of them on
  int first_offset_ = 0;               ///< before all of them
  std::optional<Rule> rule_;           ///< after all of them
};

}  // namespace securebase
