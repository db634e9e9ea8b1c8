#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "base/finding.hpp"
#include "base/version.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

Error error_at(Place where) {
  return {ErrorKind::bad_data, "csv.stray_quote", "a quote", std::move(where)};
}

TEST(ToText, SaysWhatIsKnownOfThePlace) {
  EXPECT_EQ(to_text(error_at({"a.csv", 3, 7, "Q1"})), "a.csv:3:7: Q1: a quote [csv.stray_quote]");
  EXPECT_EQ(to_text(error_at({"a.csv", 3, 0, "Q1"})), "a.csv:3: Q1: a quote [csv.stray_quote]");
  EXPECT_EQ(to_text(error_at({"a.csv", 0, 7, ""})), "a.csv: a quote [csv.stray_quote]");
  EXPECT_EQ(to_text(error_at({"", 3, 7, ""})), "line 3:7: a quote [csv.stray_quote]");
  EXPECT_EQ(to_text(error_at({"", 0, 0, "item 4"})), "item 4: a quote [csv.stray_quote]");
  EXPECT_EQ(to_text(error_at({})), "a quote [csv.stray_quote]");
}

TEST(ToText, DoesNotSteerTheTerminal) {
  EXPECT_EQ(to_text(error_at({"\x1b[2Ja.csv", 3, 0, "Q\n\u202E"})),
            "?[2Ja.csv:3: Q??: a quote [csv.stray_quote]");
}

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return fail(ErrorKind::usage, "number.odd", "must be even", {"", 0, 0, "number"});
  return std::make_unique<int>(number / 2);
}

TEST(Result, HoldsAValueOrAnError) {
  const auto good = half(4);
  ASSERT_TRUE(good);
  EXPECT_EQ(**good, 2);
  const auto bad = half(3);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error(), (Error{ErrorKind::usage, "number.odd", "must be even", {"", 0, 0, "number"}}));
}

TEST(Error, DiffersByPlace) {
  EXPECT_EQ(error_at({"a", 1, 2, "f"}), error_at({"a", 1, 2, "f"}));
  EXPECT_NE(error_at({"a", 1, 2, "f"}), error_at({"a", 1, 3, "f"}));
}

TEST(Finding, DiffersByWhatItDoesNotMean) {
  const Finding finding{"change.reliable", "Lower by 5.", "test-retest .85", "Says nothing about why."};
  Finding other = finding;
  EXPECT_EQ(finding, other);
  other.limits = "";
  EXPECT_NE(finding, other);
}

TEST(Interval, IsAtNinetyFivePercentUnlessItSaysOtherwise) {
  EXPECT_EQ((Interval{1, 2}), (Interval{1, 2, 0.95}));
  EXPECT_NE((Interval{1, 2}), (Interval{1, 2, 0.9}));
}

TEST(EngineVersion, IsThreeNumbers) {
  int dots = 0;
  for (const char c : engine_version()) {
    EXPECT_TRUE(c == '.' || (c >= '0' && c <= '9')) << engine_version();
    dots += c == '.' ? 1 : 0;
  }
  EXPECT_EQ(dots, 2);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
