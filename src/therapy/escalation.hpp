#pragma once
// Clocks that run only while somebody is there: hours of a practice's week on the clock of its wall, days on
// which it is closed, and how much of them lies between two moments. What such a clock measures is time in
// which somebody could have looked, nothing about the person who waits.
//
// A span is from one time of a day to another of the same day, minutes from 0:00 to 24:00. Its length is that
// of real time: from 1:00 to 4:00 is two hours where clocks go forward in between. Where a time is shown
// twice, it is the first; where it is skipped, as much later as clocks go forward (TimeZone::instant_of).

#include <optional>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"

namespace securebase::therapy {

inline constexpr int minutes_of_day = 24 * 60;

struct StaffedSpan {
  int weekday = 1;  ///< 1: Monday, to 7: Sunday
  int from = 0;     ///< minutes of the day
  int to = 0;       ///< above `from`, at most minutes_of_day

  auto operator<=>(const StaffedSpan&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0
};

struct StaffedHours {
  std::vector<StaffedSpan> week;
  std::vector<Date> closed;  ///< holidays: nobody is there all day
};

/// In order, spans that touch or overlap put together. Error "staffed.span" says what one looks like.
[[nodiscard]] Result<StaffedHours> put_in_order(StaffedHours hours);

// Of hours that are in order.

[[nodiscard]] bool is_staffed(const StaffedHours& hours, const TimeZone& zone, Instant at);
/// Milliseconds with somebody there; 0 where `until` is not after `from`.
[[nodiscard]] std::int64_t staffed_between(const StaffedHours& hours, const TimeZone& zone, Instant from,
                                           Instant until);
/// The first moment at which that many staffed milliseconds have passed since `from`. Nothing where that does
/// not come within `longest_wait_days`: a practice without hours has no such moment, which is not the same as
/// having time.
[[nodiscard]] std::optional<Instant> after_staffed(const StaffedHours& hours, const TimeZone& zone,
                                                   Instant from, std::int64_t staffed_ms);
inline constexpr int longest_wait_days = 400;

}  // namespace securebase::therapy
