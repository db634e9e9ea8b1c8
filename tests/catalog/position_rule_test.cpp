// Which instruments give a position: the shipped rules, and every fault of one's own.

#include "catalog/position_rule.hpp"

#include <gtest/gtest.h>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using testing::shipped;

TEST(PositionRules, the_shipped_ones_hold_against_their_instruments) {
  EXPECT_GE(shipped().positions.size(), 7U);
  const Faults faults = prove_positions(shipped());
  EXPECT_TRUE(faults.empty()) << to_text(faults.front());
}

std::string rule(const std::string& more) {
  return R"(schema = "securebase.positions/1"
[[sources]]
id = "s"
citation = "Somebody, 2000"
[[measures]]
instrument = "ecr-r"
orders = ["author"]
about = "romance"
anxiety = "anxiety"
avoidance = "avoidance"
source = "s"
verified = true
)" + more;
}

Faults faults_of(const std::string& text) {
  Library library = shipped();
  Faults faults;
  library.positions = read_positions({"own/positions.toml", text}, faults);
  if (faults.empty()) faults = prove_positions(library);
  return faults;
}

const std::string sound = "norm = \"online\"\nreliability = \"alpha\"\ncorrelation = 0.4\n";

TEST(PositionRules, name_what_the_definition_has) {
  EXPECT_TRUE(faults_of(rule(sound)).empty());
  const auto refused = [](const std::string& more) {
    const Faults faults = faults_of(rule(more));
    return !faults.empty() && faults.front().code == "definition.positions" && faults.front().where.line > 0;
  };
  EXPECT_TRUE(refused("norm = \"elsewhere\"\nreliability = \"alpha\"\ncorrelation = 0.4\n"));
  EXPECT_TRUE(refused("norm = \"online\"\nreliability = \"omega\"\ncorrelation = 0.4\n"));
  EXPECT_TRUE(refused("norm = \"online\"\ncorrelation = 0.4\n"));
  EXPECT_TRUE(refused("norm = \"online\"\nreliability = \"alpha\"\n"));
  EXPECT_TRUE(refused("norm = \"online\"\nreliability = \"alpha\"\ncorrelation = 1\n"));
  EXPECT_TRUE(refused("borrowed = \"a guess\"\nreliability = \"alpha\"\ncorrelation = 0.4\n"));
  EXPECT_TRUE(refused(sound + "anxiety_origin = 3\nanxiety_unit = 1\n"));
  EXPECT_TRUE(refused(""));  // direction only, of a measure that needs no calibration
}

TEST(PositionRules, a_practices_own_go_before_ours) {
  Library library = shipped();
  Faults faults;
  Library own;
  own.positions = read_positions({"own/positions.toml", rule(sound)}, faults);
  add_to(library, own);
  EXPECT_EQ(find_position_rule(library, "ecr-r", "author")->correlation, 0.4);
  EXPECT_EQ(find_position_rule(library, "ecr-r", "odd-even")->correlation, 0.41);
  EXPECT_EQ(find_position_rule(library, "phq-9", "published"), nullptr);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
