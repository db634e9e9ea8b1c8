#include "base/instant.hpp"

#include <gtest/gtest.h>

#include "base/id.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

TEST(Instant, IsToldInUtc) {
  EXPECT_EQ(to_text(Instant{0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_text(Instant{1'764'067'320'123}), "2025-11-25T10:42:00.123Z");
  EXPECT_EQ(to_text(Instant{-1}), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, ReadsWhatItTells) {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1'764'067'320'123}, std::int64_t{-1},
                                begin_of({1000, 1, 1}).ms, begin_of({9999, 12, 31}).ms + day_ms - 1})
    EXPECT_EQ(parse_instant(to_text(Instant{ms})), Instant{ms}) << ms;
  for (const char* text : {"", "2025-11-25T10:42:00Z", "2025-11-25T24:00:00.000Z", "2025-11-25T10:60:00.000Z",
                           "2025-11-25T10:42:60.000Z", "2025-11-25 10:42:00.123Z", "2025-02-30T10:42:00.123Z",
                           "2025-11-25T10:42:00.123+", "2025-11-25T-1:42:00.123Z"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

TEST(Date, ReadsWhatItTells) {
  for (const char* day : {"1970-01-01", "2024-02-29", "1999-12-31", "1000-01-01", "9999-12-31"}) {
    const auto date = parse_date(day);
    ASSERT_TRUE(date) << day;
    EXPECT_EQ(to_text(*date), day);
    EXPECT_EQ(date_of(begin_of(*date)), *date);
    EXPECT_EQ(date_of(begin_of(*date) + (day_ms - 1)), *date);
  }
}

TEST(Date, IsADayOfTheCalendar) {
  for (const char* text : {"", "2023-02-29", "2023-13-01", "2023-00-10", "2023-1-01", "0999-01-01",
                           "2023-01-0a", "2023/01/01", "2023-01-011", "-023-01-01", "2023--1-01"})
    EXPECT_FALSE(parse_date(text)) << text;
}

struct Thing;

TEST(Id, IsThirtyTwoHexadecimalDigits) {
  EXPECT_TRUE(Id<Thing>::parse("0123456789abcdef0123456789abcdef"));
  EXPECT_FALSE(Id<Thing>::parse("0123456789ABCDEF0123456789abcdef"));
  EXPECT_FALSE(Id<Thing>::parse("0123456789abcdef0123456789abcde"));
  EXPECT_FALSE(Id<Thing>::parse(""));
  EXPECT_FALSE(Id<Thing>());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
