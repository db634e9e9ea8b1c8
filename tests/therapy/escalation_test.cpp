#include "therapy/escalation.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

TimeZone berlin() {
  return *TimeZone::of_rule("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3");
}
Instant at(const char* text) {
  return *parse_instant(std::string(text) + ":00.000Z");
}

/// Monday to Friday 9 to 17, closed on the last Thursday of 2026.
StaffedHours office() {
  StaffedHours hours;
  for (int weekday = 1; weekday <= 5; ++weekday) hours.week.push_back({weekday, 9 * 60, 17 * 60});
  hours.closed = {Date{2026, 12, 24}};
  return *put_in_order(hours);
}
StaffedHours sunday(int from, int to) {
  return *put_in_order({{{7, from, to}}, {}});
}

TEST(StaffedHours, run_on_the_clock_of_the_wall) {
  // Monday, in winter: 9 in Berlin is 8 in UTC; in summer it is 7.
  EXPECT_FALSE(is_staffed(office(), berlin(), at("2026-11-30T07:59")));
  EXPECT_TRUE(is_staffed(office(), berlin(), at("2026-11-30T08:00")));
  EXPECT_TRUE(is_staffed(office(), berlin(), at("2026-07-06T07:00")));
  EXPECT_FALSE(is_staffed(office(), berlin(), at("2026-07-06T15:00")));
}

TEST(StaffedHours, stand_still_at_night_at_the_weekend_and_on_a_day_that_is_closed) {
  // Friday 16:30 to Monday 9:30.
  EXPECT_EQ(staffed_between(office(), berlin(), at("2026-11-27T15:30"), at("2026-11-30T08:30")), hour_ms);
  EXPECT_EQ(after_staffed(office(), berlin(), at("2026-11-27T15:30"), hour_ms), at("2026-11-30T08:30"));
  // Over Christmas: Wednesday 16:00 to Friday 10:00, Thursday closed.
  EXPECT_EQ(staffed_between(office(), berlin(), at("2026-12-23T15:00"), at("2026-12-25T09:00")), 2 * hour_ms);
}

TEST(StaffedHours, count_real_time_where_clocks_change) {
  const auto day = [](const char* from, const char* to) { return std::pair(at(from), at(to)); };
  const auto spring = day("2026-03-28T23:00", "2026-03-29T22:00");
  const auto autumn = day("2026-10-24T22:00", "2026-10-25T23:00");
  EXPECT_EQ(staffed_between(sunday(0, minutes_of_day), berlin(), spring.first, spring.second), 23 * hour_ms);
  EXPECT_EQ(staffed_between(sunday(0, minutes_of_day), berlin(), autumn.first, autumn.second), 25 * hour_ms);
  EXPECT_EQ(staffed_between(sunday(60, 240), berlin(), spring.first, spring.second), 2 * hour_ms);
  EXPECT_EQ(staffed_between(sunday(60, 240), berlin(), autumn.first, autumn.second), 4 * hour_ms);
  // Two spans of which the first ends in the hour that is skipped.
  const auto two = *put_in_order({{{7, 60, 150}, {7, 180, 240}}, {}});
  EXPECT_EQ(staffed_between(two, berlin(), spring.first, spring.second), 2 * hour_ms);
}

TEST(StaffedHours, never_come_where_nobody_is_ever_there) {
  EXPECT_EQ(after_staffed({}, berlin(), at("2026-11-30T08:00"), minute_ms), std::nullopt);
  EXPECT_EQ(staffed_between({}, berlin(), at("2026-11-30T08:00"), at("2027-11-30T08:00")), 0);
  EXPECT_EQ(after_staffed({}, berlin(), at("2026-11-30T08:00"), 0), at("2026-11-30T08:00"));
}

TEST(StaffedHours, are_put_in_order) {
  const auto hours = put_in_order({{{2, 600, 700}, {1, 0, 60}, {2, 650, 720}, {2, 720, 730}}, {}});
  ASSERT_TRUE(hours);
  EXPECT_THAT(hours->week, testing::ElementsAre(StaffedSpan{1, 0, 60}, StaffedSpan{2, 600, 730}));
  for (const StaffedSpan& wrong : {StaffedSpan{0, 0, 60}, StaffedSpan{8, 0, 60}, StaffedSpan{1, 60, 60},
                                   StaffedSpan{1, -1, 60}, StaffedSpan{1, 0, 1441}}) {
    const auto refused = put_in_order({{wrong}, {}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "staffed.span");
  }
}

StaffedHours any_hours() {
  StaffedHours hours;
  for (const auto& [weekday, times] :
       *rc::gen::container<std::vector<std::pair<int, std::pair<int, int>>>>(rc::gen::pair(
           rc::gen::inRange(1, 8), rc::gen::pair(rc::gen::inRange(0, 1441), rc::gen::inRange(0, 1441))))) {
    const auto& [one, other] = times;
    if (one != other) hours.week.push_back({weekday, std::min(one, other), std::max(one, other)});
  }
  if (*rc::gen::arbitrary<bool>()) hours.closed.push_back({2026, 3, 29});
  return *put_in_order(hours);
}
/// Within weeks around a change of clocks.
Instant any_moment() {
  const Instant change = *rc::gen::element(at("2026-03-29T01:00"), at("2026-10-25T01:00"));
  return change + *rc::gen::inRange(-15 * 1440, 15 * 1440) * minute_ms;
}

RC_GTEST_PROP(StaffedHoursProperty, is_what_counting_minutes_gives, ()) {
  const StaffedHours hours = any_hours();
  const Instant from = any_moment();
  const Instant until = from + *rc::gen::inRange(0, 3 * 1440) * minute_ms;
  std::int64_t counted = 0;
  for (Instant minute = from; minute < until; minute = minute + minute_ms)
    counted += is_staffed(hours, berlin(), minute) ? minute_ms : 0;
  RC_ASSERT(staffed_between(hours, berlin(), from, until) == counted);
}

RC_GTEST_PROP(StaffedHoursProperty, adds_up_and_never_runs_faster_than_time, ()) {
  const StaffedHours hours = any_hours();
  Instant moments[] = {any_moment(), any_moment(), any_moment()};
  std::sort(std::begin(moments), std::end(moments));
  const auto between = [&](int a, int b) { return staffed_between(hours, berlin(), moments[a], moments[b]); };
  RC_ASSERT(between(0, 1) + between(1, 2) == between(0, 2));
  RC_ASSERT(between(0, 2) <= moments[2].ms - moments[0].ms);
}

RC_GTEST_PROP(StaffedHoursProperty, ends_where_it_was_to_end, ()) {
  const StaffedHours hours = any_hours();
  const Instant from = any_moment();
  const std::int64_t wanted = *rc::gen::inRange(1, 5000) * minute_ms;
  const auto end = after_staffed(hours, berlin(), from, wanted);
  RC_PRE(end.has_value());
  RC_ASSERT(staffed_between(hours, berlin(), from, *end) == wanted);
  RC_ASSERT(staffed_between(hours, berlin(), from, *end + -1) < wanted);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
