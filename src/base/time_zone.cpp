#include "base/time_zone.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace securebase {
namespace {

namespace chrono = std::chrono;

constexpr int day_s = 86400;
constexpr std::size_t header_bytes = 44;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

chrono::sys_days day_number(Date date) {
  return chrono::year(date.year) / chrono::month(static_cast<unsigned>(date.month)) /
         chrono::day(static_cast<unsigned>(date.day));
}

std::int64_t days_of(int year, unsigned month, unsigned day) {
  return chrono::sys_days(chrono::year(year) / chrono::month(month) / chrono::day(day))
      .time_since_epoch()
      .count();
}

bool is_leap(int year) {
  return chrono::year(year).is_leap();
}

/// The day of a change, as days since 1970.
std::int64_t day_in(const YearlyChange& change, int year) {
  const std::int64_t new_year = days_of(year, 1, 1);
  if (change.kind == YearlyChange::Kind::day_from_zero) return new_year + change.day;
  if (change.kind == YearlyChange::Kind::day_of_year)
    return new_year + change.day - 1 + (is_leap(year) && change.day >= 60 ? 1 : 0);
  const chrono::weekday weekday(static_cast<unsigned>(change.weekday));
  const auto month = chrono::year(year) / chrono::month(static_cast<unsigned>(change.month));
  const chrono::sys_days day = change.week == 5
                                   ? chrono::sys_days(month / weekday[chrono::last])
                                   : chrono::sys_days(month / weekday[static_cast<unsigned>(change.week)]);
  return day.time_since_epoch().count();
}

/// Numbers of a file, most significant byte first.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool has(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }
  [[nodiscard]] std::uint64_t unsigned_at(std::size_t at, std::size_t width) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i)
      value = (value << 8U) | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }
  [[nodiscard]] std::int32_t int32_at(std::size_t at) const {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(unsigned_at(at, 4)));
  }
  [[nodiscard]] std::int64_t int64_at(std::size_t at) const {
    return static_cast<std::int64_t>(unsigned_at(at, 8));
  }

 private:
  std::string_view bytes_;
};

struct Counts {
  std::size_t utc = 0, standard = 0, leaps = 0, changes = 0, types = 0, letters = 0;

  [[nodiscard]] std::size_t size(std::size_t width) const {
    return changes * width + changes + types * 6 + letters + leaps * (width + 4) + standard + utc;
  }
};

std::optional<Counts> counts_at(const Bytes& bytes, std::string_view text, std::size_t at) {
  if (!bytes.has(at, header_bytes) || text.substr(at, 4) != "TZif") return std::nullopt;
  const auto count = [&](std::size_t i) { return std::size_t{bytes.unsigned_at(at + 20 + 4 * i, 4)}; };
  const Counts counts{count(0), count(1), count(2), count(3), count(4), count(5)};
  constexpr std::size_t most = 100'000;
  for (const std::size_t one :
       {counts.utc, counts.standard, counts.leaps, counts.changes, counts.types, counts.letters})
    if (one > most) return std::nullopt;
  return counts.types == 0 ? std::nullopt : std::optional(counts);
}

tl::unexpected<Error> no_file(const std::string& name) {
  return fail(ErrorKind::bad_data, "time_zone.file", "a compiled time zone (TZif, version 2 or later)",
              Place{name, 0, 0, ""});
}

}  // namespace

int weekday_of(Date date) {
  return static_cast<int>(chrono::weekday(day_number(date)).iso_encoding());
}

Date next_day(Date date) {
  return date_of(begin_of(date) + day_ms);
}

/// Reads a rule as POSIX writes it.
struct RuleReader {
  std::string_view left;
  bool good = true;

  [[nodiscard]] bool at(char c) const { return !left.empty() && left.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    left.remove_prefix(1);
    return true;
  }
  int digits(int least, int most) {
    int value = 0;
    std::size_t count = 0;
    while (count < left.size() && count < 4 && left[count] >= '0' && left[count] <= '9')
      value = value * 10 + (left[count++] - '0');
    left.remove_prefix(count);
    good = good && count > 0 && value >= least && value <= most;
    return value;
  }
  void name() {
    const bool quoted = take('<');
    std::size_t count = 0;
    const auto fits = [&](char c) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
    };
    while (count < left.size() && fits(left[count])) ++count;
    left.remove_prefix(count);
    good = good && count >= 3 && (!quoted || take('>'));
  }
  /// hh[:mm[:ss]] with a sign.
  int time(int most_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    int seconds = digits(0, most_hours) * 3600;
    if (take(':')) seconds += digits(0, 59) * 60;
    if (take(':')) seconds += digits(0, 59);
    return negative ? -seconds : seconds;
  }
  YearlyChange change() {
    YearlyChange change;
    good = good && take(',');
    if (take('M')) {
      change.month = digits(1, 12);
      good = good && take('.');
      change.week = digits(1, 5);
      good = good && take('.');
      change.weekday = digits(0, 6);
    } else if (take('J')) {
      change.kind = YearlyChange::Kind::day_of_year;
      change.day = digits(1, 365);
    } else {
      change.kind = YearlyChange::Kind::day_from_zero;
      change.day = digits(0, 365);
    }
    if (take('/')) change.seconds = time(167);
    return change;
  }
  std::optional<TimeZone::Rule> rule() {
    TimeZone::Rule rule;
    name();
    rule.standard = -time(24);  // POSIX counts west of Greenwich
    if (good && !left.empty()) {
      rule.has_summer = true;
      name();
      rule.summer = left.empty() || at(',') ? rule.standard + 3600 : -time(24);
      rule.begins = change();
      rule.ends = change();
    }
    return good && left.empty() ? std::optional(rule) : std::nullopt;
  }
};

Result<TimeZone> TimeZone::of_rule(std::string name, std::string_view rule) {
  TimeZone zone;
  zone.rule_ = RuleReader{rule, true}.rule();
  if (!zone.rule_)
    return fail(ErrorKind::bad_data, "time_zone.rule", "a rule such as CET-1CEST,M3.5.0,M10.5.0/3",
                Place{name, 0, 0, ""});
  zone.first_offset_ = zone.rule_->standard;
  zone.name_ = std::move(name);
  return zone;
}

Result<TimeZone> TimeZone::parse(std::string name, std::string_view text) {
  const Bytes bytes(text);
  const auto old = counts_at(bytes, text, 0);
  if (!old || text[4] < '2') return no_file(name);
  const std::size_t second = header_bytes + old->size(4);
  const auto counts = counts_at(bytes, text, second);
  if (!counts || !bytes.has(second + header_bytes, counts->size(8))) return no_file(name);
  const std::size_t begin = second + header_bytes;
  const std::size_t kinds = begin + counts->changes * 8;
  const std::size_t types = kinds + counts->changes;
  TimeZone zone;
  zone.first_offset_ = bytes.int32_at(types);
  for (std::size_t i = 0; i < counts->changes; ++i) {
    const std::size_t kind = bytes.unsigned_at(kinds + i, 1);
    const std::int64_t at = bytes.int64_at(begin + i * 8);
    if (kind >= counts->types || (i > 0 && at <= zone.changes_.back())) return no_file(name);
    zone.changes_.push_back(at);
    zone.offsets_.push_back(bytes.int32_at(types + kind * 6));
  }
  for (std::size_t i = 0; i < counts->types; ++i)
    if (std::abs(static_cast<std::int64_t>(bytes.int32_at(types + i * 6))) > std::int64_t{2} * day_s)
      return no_file(name);
  const std::string_view end = text.substr(begin + counts->size(8));
  if (end.size() < 2 || end.front() != '\n' || end.back() != '\n') return no_file(name);
  const std::string_view rule = end.substr(1, end.size() - 2);
  if (!rule.empty()) {
    const auto after = of_rule(name, rule);
    if (!after) return no_file(name);
    zone.rule_ = after->rule_;
  }
  zone.name_ = std::move(name);
  return zone;
}

int TimeZone::by_rule(std::int64_t seconds) const {
  const Rule& rule = *rule_;
  if (!rule.has_summer) return rule.standard;
  // A change may fall into the days beside the year's own: all that are near are put in order.
  const int year = date_of({floor_div(seconds, day_s) * day_s * 1000}).year;
  std::pair<std::int64_t, int> latest{INT64_MIN, rule.standard};
  for (int near = year - 1; near <= year + 1; ++near)
    for (const auto& [change, from, to] : {std::tuple(&rule.begins, rule.standard, rule.summer),
                                           std::tuple(&rule.ends, rule.summer, rule.standard)}) {
      const std::int64_t at = day_in(*change, near) * day_s + change->seconds - from;
      if (at <= seconds && at >= latest.first) latest = {at, to};
    }
  return latest.second;
}

int TimeZone::offset_seconds(Instant instant) const {
  const std::int64_t seconds = floor_div(instant.ms, second_ms);
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), seconds);
  if (next == changes_.end() && rule_) return by_rule(seconds);
  if (next == changes_.begin()) return first_offset_;
  return offsets_[static_cast<std::size_t>(next - changes_.begin()) - 1];
}

WallTime TimeZone::wall_time(Instant instant) const {
  const Instant shown = instant + offset_seconds(instant) * second_ms;
  const std::int64_t minutes = floor_div(shown.ms, minute_ms);
  constexpr std::int64_t day = day_ms / minute_ms;
  const auto of_day = static_cast<int>(minutes - floor_div(minutes, day) * day);
  return {date_of(shown), of_day / 60, of_day % 60};
}

Instant TimeZone::instant_of(const WallTime& time) const {
  const Instant shown = begin_of(time.date) + (time.hour * hour_ms + time.minute * minute_ms);
  const int before = offset_seconds(shown + -day_ms);
  const int after = offset_seconds(shown + day_ms);
  for (const int offset : {std::max(before, after), std::min(before, after)}) {
    const Instant instant = shown + -(offset * second_ms);
    if (offset_seconds(instant) == offset) return instant;
  }
  return shown + -(before * second_ms);
}

}  // namespace securebase
