#include "base/time_zone.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <ctime>
#include <fstream>

namespace securebase {
namespace SECUREBASE_THIS_FILE {

std::string file_of(const std::string& zone) {
  std::ifstream in("/usr/share/zoneinfo/" + zone, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
TimeZone zone(const std::string& name) {
  auto parsed = TimeZone::parse(name, file_of(name));
  EXPECT_TRUE(parsed) << name;
  return parsed ? *parsed : TimeZone();
}
TimeZone berlin() {
  return *TimeZone::of_rule("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3");
}
Instant at(const char* text) {
  return *parse_instant(std::string(text) + ":00.000Z");
}

TEST(TimeZone, counts_days_of_the_week_from_monday) {
  EXPECT_EQ(weekday_of({2026, 11, 30}), 1);
  EXPECT_EQ(weekday_of({2026, 11, 29}), 7);
  EXPECT_EQ(next_day({2026, 12, 31}), (Date{2027, 1, 1}));
}

TEST(TimeZone, shows_summer_time_and_winter_time) {
  EXPECT_EQ(berlin().wall_time(at("2026-03-29T00:59")), (WallTime{{2026, 3, 29}, 1, 59}));
  EXPECT_EQ(berlin().wall_time(at("2026-03-29T01:00")), (WallTime{{2026, 3, 29}, 3, 0}));
  EXPECT_EQ(berlin().wall_time(at("2026-10-25T00:59")), (WallTime{{2026, 10, 25}, 2, 59}));
  EXPECT_EQ(berlin().wall_time(at("2026-10-25T01:00")), (WallTime{{2026, 10, 25}, 2, 0}));
  EXPECT_EQ(TimeZone().wall_time(at("2026-03-29T01:00")), (WallTime{{2026, 3, 29}, 1, 0}));
}

TEST(TimeZone, takes_the_first_of_a_time_that_comes_twice_and_moves_one_that_is_skipped) {
  EXPECT_EQ(berlin().instant_of({{2026, 10, 25}, 2, 30}), at("2026-10-25T00:30"));
  EXPECT_EQ(berlin().instant_of({{2026, 3, 29}, 2, 30}), at("2026-03-29T01:30"));
  EXPECT_EQ(berlin().wall_time(at("2026-03-29T01:30")), (WallTime{{2026, 3, 29}, 3, 30}));
}

TEST(TimeZone, knows_the_south_half_hours_and_what_clocks_did_in_the_past) {
  ASSERT_FALSE(file_of("Europe/Berlin").empty()) << "tzdata: tools/provide run installs it";
  EXPECT_EQ(zone("Asia/Kolkata").wall_time(at("2026-06-01T00:00")), (WallTime{{2026, 6, 1}, 5, 30}));
  EXPECT_EQ(zone("Australia/Sydney").offset_seconds(at("2026-01-01T00:00")), 11 * 3600);
  EXPECT_EQ(zone("Australia/Sydney").offset_seconds(at("2026-07-01T00:00")), 10 * 3600);
  EXPECT_EQ(zone("Pacific/Apia").wall_time(at("2011-12-30T09:59")), (WallTime{{2011, 12, 29}, 23, 59}));
  EXPECT_EQ(zone("Pacific/Apia").wall_time(at("2011-12-30T10:00")), (WallTime{{2011, 12, 31}, 0, 0}));
  EXPECT_EQ(zone("Europe/Berlin").offset_seconds(at("2150-07-01T00:00")), 2 * 3600);
}

/// As the C library has it, which reads the same files.
TEST(TimeZone, agrees_with_the_c_library) {
  ASSERT_FALSE(file_of("Europe/Berlin").empty()) << "tzdata: tools/provide run installs it";
  for (const char* name : {"Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Casablanca",
                           "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia", "Europe/Dublin", "UTC"}) {
    const TimeZone ours = zone(name);
    setenv("TZ", name, 1);  // NOLINT(concurrency-mt-unsafe): a test with one thread
    tzset();                // NOLINT(concurrency-mt-unsafe): a test with one thread
    for (std::int64_t seconds = -1'500'000'000; seconds < 4'600'000'000; seconds += 1'234'577) {
      const auto moment = std::time_t{seconds};
      std::tm shown{};
      localtime_r(&moment, &shown);
      ASSERT_EQ(ours.offset_seconds({seconds * 1000}), shown.tm_gmtoff) << name << " " << seconds;
    }
  }
  unsetenv("TZ");  // NOLINT(concurrency-mt-unsafe): a test with one thread
}

RC_GTEST_PROP(TimeZone, gives_back_the_moment_of_what_it_shows, ()) {
  const auto rule = *rc::gen::element<std::string>("CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0",
                                                   "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<+0530>-5:30",
                                                   "IST-1GMT0,M10.5.0,M3.5.0/1", "UTC0");
  const TimeZone zone = *TimeZone::of_rule("x", rule);
  const Instant moment{*rc::gen::inRange<std::int64_t>(0, 60'000'000) * minute_ms};
  const WallTime shown = zone.wall_time(moment);
  const Instant first = zone.instant_of(shown);
  RC_ASSERT(zone.wall_time(first) == shown);
  RC_ASSERT(first <= moment);
  RC_ASSERT(moment.ms - first.ms <= hour_ms);
}

TEST(TimeZone, refuses_what_is_no_time_zone) {
  for (const char* rule : {"", "C-1", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1x", "<CET-1",
                           "CET-1CEST,M3.5.0,M10.5.0/3 "})
    EXPECT_EQ(TimeZone::of_rule("x", rule).error().code, "time_zone.rule") << rule;
  const std::string whole = file_of("Europe/Berlin");
  for (std::size_t size = 0; size < whole.size(); size += 7)
    EXPECT_FALSE(TimeZone::parse("x", whole.substr(0, size))) << size;
}

RC_GTEST_PROP(TimeZone, survives_any_bytes, ()) {
  std::string bytes = file_of("Europe/Berlin");
  RC_PRE(!bytes.empty());
  for (int i = 0; i < 4; ++i)
    bytes[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(bytes.size())))] =
        *rc::gen::arbitrary<char>();
  const auto parsed = TimeZone::parse("x", bytes);
  if (parsed) (void)parsed->wall_time({*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)});
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
