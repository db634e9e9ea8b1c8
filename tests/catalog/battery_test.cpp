// Batteries: read, held against the instruments, and what they ask of people.

#include "catalog/battery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/small_definition.hpp"
#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using testing::replaced;

// tiny has 6 items: a minute.
constexpr std::string_view small_battery = R"(schema = "securebase.battery/1"
id = "few"
name = "A few"
summary = "Made up."
weeks = 10
sessions = 20

[[measures]]
instrument = "tiny"
who = "self"
when = ["start", "every_weeks", "end"]
weeks = 4
figures = 3

[[measures]]
instrument = "tiny"
who = "partner"
when = ["every_session", "follow_up"]
)";

Result<Library, Faults> library_with(const std::string& text) {
  auto documents = testing::Files{}.documents();
  documents.push_back({"own/battery.few.toml", text});
  return load_library(documents);
}

Library small() {
  auto library = library_with(std::string(small_battery));
  if (!library) throw std::logic_error(to_text(library.error().front()));
  return std::move(*library);
}

TEST(Battery, asks_so_many_minutes) {
  const Library library = small();
  EXPECT_TRUE(prove_batteries(library).empty());
  const auto found = find_battery(library, "few");
  ASSERT_TRUE(found);
  const auto burdens = burden(**found, library);
  ASSERT_EQ(burdens.size(), 2U);
  // Three figures in weeks 1, 4, 8 and 10.
  EXPECT_EQ(burdens[0].who, "self");
  EXPECT_NEAR(burdens[0].minutes_a_week, 3 * 4 / 10.0, 1e-12);
  EXPECT_NEAR(burdens[0].minutes_at_start, 3, 1e-12);
  EXPECT_NEAR(burdens[0].longest_week, 3, 1e-12);
  EXPECT_FALSE(burdens[0].heavy);
  // Two sessions a week; what comes later is not counted.
  EXPECT_NEAR(burdens[1].minutes_a_week, 2, 1e-12);
}

TEST(Battery, heavier_plans_are_said_to_be) {
  const auto library = library_with(replaced(std::string(small_battery), "weeks = 4\n", "weeks = 1\n"));
  ASSERT_TRUE(library);
  EXPECT_TRUE(burden(library->batteries[0], *library)[0].heavy ==
              false);  // three minutes just are not more than three
  const auto more = library_with(replaced(replaced(std::string(small_battery), "weeks = 4\n", "weeks = 1\n"),
                                          "figures = 3", "figures = 4"));
  ASSERT_TRUE(more);
  EXPECT_TRUE(burden(more->batteries[0], *more)[0].heavy);
}

struct Wrong {
  const char* title;
  const char* from;
  const char* to;
  const char* says;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.title;
}

class BatteryFault : public ::testing::TestWithParam<Wrong> {};

TEST_P(BatteryFault, is_named_with_its_line) {
  const auto library = library_with(replaced(std::string(small_battery), GetParam().from, GetParam().to));
  const Faults faults = library ? prove_batteries(*library) : library.error();
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_THAT(faults[0].detail, HasSubstr(GetParam().says));
  EXPECT_EQ(faults[0].where.name, "own/battery.few.toml");
  EXPECT_GT(faults[0].where.line, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, BatteryFault,
    ::testing::Values(Wrong{"id_is_not_the_file", "id = \"few\"", "id = \"many\"", "file's name"},
                      Wrong{"no_such_instrument", "instrument = \"tiny\"", "instrument = \"big\"",
                            "no instrument 'big'"},
                      Wrong{"no_such_time", "\"follow_up\"", "\"sometimes\"", "none of start"},
                      Wrong{"no_time", "[\"every_session\", \"follow_up\"]", "[]", "says no time"},
                      Wrong{"no_weeks", "weeks = 4\n", "", "goes with every_weeks"},
                      Wrong{"no_course", "weeks = 10", "weeks = 0", "between 1 and 520"},
                      Wrong{"too_many_figures", "figures = 3", "figures = 13", "between 1 and 12"},
                      Wrong{"time_twice", "[\"every_session\", \"follow_up\"]",
                            "[\"every_session\", \"every_session\"]", "a time twice"},
                      Wrong{"nobody_answers", "who = \"partner\"", "who = \"everyone\"", "everyone"}),
    [](const auto& wrong) { return wrong.param.title; });

TEST(Battery, an_own_one_replaces_ours) {
  Library library = small();
  auto own = library_with(replaced(std::string(small_battery), "A few", "Mine"));
  ASSERT_TRUE(own);
  const auto said = add_to(library, std::move(*own));
  EXPECT_EQ(std::count(said.begin(), said.end(), "battery few"), 1);
  ASSERT_EQ(library.batteries.size(), 1U);
  EXPECT_EQ(library.batteries[0].name, "Mine");
  EXPECT_EQ(find_battery(library, "none").error().code, "battery.unknown");
}

// Those that come with the program ask for at most three minutes a week of anyone.
TEST(Battery, ours_are_light) {
  const Library& library = testing::shipped();
  ASSERT_EQ(library.batteries.size(), 4U);
  EXPECT_TRUE(prove_batteries(library).empty());
  for (const Battery& battery : library.batteries)
    for (const Burden& one : burden(battery, library)) {
      EXPECT_GT(one.minutes_a_week, 0) << battery.id << " " << one.who;
      EXPECT_LE(one.minutes_a_week, light_minutes) << battery.id << " " << one.who;
    }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
