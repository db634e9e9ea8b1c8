#include "therapy/escalation.hpp"

#include <algorithm>

namespace securebase::therapy {
namespace {

struct Stretch {
  Instant from;
  Instant to;
};

Instant moment(const TimeZone& zone, Date date, int minutes) {
  if (minutes == minutes_of_day) return zone.instant_of({next_day(date), 0, 0});
  return zone.instant_of({date, minutes / 60, minutes % 60});
}

bool is_closed(const StaffedHours& hours, Date date) {
  return std::find(hours.closed.begin(), hours.closed.end(), date) != hours.closed.end();
}

/// Of one day, as they follow one another.
std::vector<Stretch> stretches_of(const StaffedHours& hours, const TimeZone& zone, Date date) {
  std::vector<Stretch> stretches;
  if (is_closed(hours, date)) return stretches;
  const int weekday = weekday_of(date);
  for (const StaffedSpan& span : hours.week) {
    if (span.weekday != weekday) continue;
    Stretch stretch{moment(zone, date, span.from), moment(zone, date, span.to)};
    // Where clocks skip an hour, a span that ends in it may reach into the next; where they show one twice,
    // a span may end before it begins.
    if (!stretches.empty()) stretch.from = std::max(stretch.from, stretches.back().to);
    if (stretch.from < stretch.to) stretches.push_back(stretch);
  }
  return stretches;
}

bool is_span(const StaffedSpan& span) {
  return span.weekday >= 1 && span.weekday <= 7 && span.from >= 0 && span.from < span.to &&
         span.to <= minutes_of_day;
}

}  // namespace

Result<StaffedHours> put_in_order(StaffedHours hours) {
  if (!std::all_of(hours.week.begin(), hours.week.end(), is_span))
    return fail(ErrorKind::bad_data, "staffed.span",
                "a weekday from 1 (Monday) to 7, and a time from 0:00 to 24:00 that ends after it begins");
  std::sort(hours.week.begin(), hours.week.end());
  std::vector<StaffedSpan> joined;
  for (const StaffedSpan& span : hours.week) {
    const bool touches =
        !joined.empty() && joined.back().weekday == span.weekday && span.from <= joined.back().to;
    if (touches)
      joined.back().to = std::max(joined.back().to, span.to);
    else
      joined.push_back(span);
  }
  hours.week = std::move(joined);
  std::sort(hours.closed.begin(), hours.closed.end());
  hours.closed.erase(std::unique(hours.closed.begin(), hours.closed.end()), hours.closed.end());
  return hours;
}

bool is_staffed(const StaffedHours& hours, const TimeZone& zone, Instant at) {
  const auto stretches = stretches_of(hours, zone, zone.wall_time(at).date);
  return std::any_of(stretches.begin(), stretches.end(),
                     [&](const Stretch& stretch) { return stretch.from <= at && at < stretch.to; });
}

std::int64_t staffed_between(const StaffedHours& hours, const TimeZone& zone, Instant from, Instant until) {
  std::int64_t sum = 0;
  if (hours.week.empty() || until <= from) return sum;
  const Date last = zone.wall_time(until).date;
  for (Date date = zone.wall_time(from).date; date <= last; date = next_day(date))
    for (const Stretch& stretch : stretches_of(hours, zone, date))
      sum += std::max<std::int64_t>(std::min(stretch.to, until).ms - std::max(stretch.from, from).ms, 0);
  return sum;
}

std::optional<Instant> after_staffed(const StaffedHours& hours, const TimeZone& zone, Instant from,
                                     std::int64_t staffed_ms) {
  if (staffed_ms <= 0) return from;
  Date date = zone.wall_time(from).date;
  for (int days = 0; days <= longest_wait_days; ++days, date = next_day(date))
    for (const Stretch& stretch : stretches_of(hours, zone, date)) {
      const Instant begins = std::max(stretch.from, from);
      const std::int64_t length = std::max<std::int64_t>(stretch.to.ms - begins.ms, 0);
      if (length >= staffed_ms) return begins + staffed_ms;
      staffed_ms -= length;
    }
  return std::nullopt;
}

}  // namespace securebase::therapy
