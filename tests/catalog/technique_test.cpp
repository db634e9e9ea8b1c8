// Techniques, exercises and the conditions that hold them back: the shipped ones, and every fault.

#include "catalog/technique.hpp"

#include <gmock/gmock.h>

#include <set>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using testing::shipped;

TEST(Techniques, are_the_21_of_the_inventory_with_their_holds) {
  const Library& library = shipped();
  ASSERT_EQ(library.techniques.size(), 21U);
  EXPECT_TRUE(prove_techniques(library).empty());
  std::set<TechniqueFamily> families;
  for (const Technique& technique : library.techniques) {
    EXPECT_FALSE(technique.purpose.empty()) << technique.id;
    EXPECT_EQ(technique.origin.status, SourceStatus::proposed) << technique.id;
    EXPECT_GE(technique.protocols, 3) << technique.id;
    families.insert(technique.families.front());
  }
  EXPECT_EQ(families.size(), technique_families.size());
  const Technique* chair = find_technique(library, "W1");
  ASSERT_NE(chair, nullptr);
  EXPECT_EQ(chair->families,
            (std::vector{TechniqueFamily::early_wounds, TechniqueFamily::interpersonal_repair}));
  EXPECT_EQ(chair->minutes->to, 25);
  EXPECT_EQ(chair->held_back.size(), 3U);
  EXPECT_FALSE(find_technique(library, "T2")->minutes);
  EXPECT_EQ(find_technique(library, "W9"), nullptr);
}

TEST(Techniques, say_what_to_do_instead) {
  for (const Hold& hold : shipped().holds) {
    EXPECT_FALSE(hold.meaning.empty()) << hold.id;
    EXPECT_FALSE(hold.instead.empty()) << hold.id;
  }
  const Technique* imagery = find_technique(shipped(), "W2");
  EXPECT_THAT(imagery->held_back.front().instead, ::testing::StartsWith("Eyes open"));
}

TEST(Exercises, are_35_all_optional_and_none_that_stirs_up_goes_to_bed) {
  const Library& library = shipped();
  ASSERT_EQ(library.exercises.size(), 35U);
  EXPECT_TRUE(library.exercise_rules.optional);
  EXPECT_EQ(library.exercise_rules.stop_at, 7);
  EXPECT_EQ(library.exercise_rules.stop_rise, 2);
  EXPECT_EQ(library.exercise_rules.most_a_week, 2);
  EXPECT_FALSE(library.exercise_rules.activating_at_bedtime);
  EXPECT_TRUE(find_exercise(library, "P13")->activating);
  EXPECT_TRUE(find_exercise(library, "P16")->session_first);
  EXPECT_FALSE(find_exercise(library, "P1")->activating);
}

/// Every hold that is named somewhere is one of the vocabulary, and none of it stands unused.
TEST(Techniques, every_hold_holds_something_back) {
  std::set<std::string> named;
  const auto add = [&](const std::vector<HeldBack>& all) {
    for (const HeldBack& one : all) named.insert(one.hold);
  };
  for (const Technique& technique : shipped().techniques) add(technique.held_back);
  for (const Exercise& exercise : shipped().exercises) add(exercise.held_back);
  for (const Protocol& protocol : shipped().protocols) {
    for (const Contraindication& against : protocol.contraindications) named.insert(against.hold);
    for (const ProtocolGate& gate : protocol.gates)
      for (const GateCondition& condition : gate.conditions)
        named.insert(condition.holds.begin(), condition.holds.end());
  }
  for (const Hold& hold : shipped().holds) EXPECT_TRUE(named.contains(hold.id)) << hold.id;
}

std::string technique(const std::string& more) {
  return R"(schema = "securebase.techniques/1"
source = "s"
status = "proposed"
[[sources]]
id = "s"
citation = "Somebody, 2000"
[[techniques]]
id = "X1"
name = "A thing"
purpose = "To try it."
protocols = 3
)" + more;
}

Faults faults_of(const std::string& text) {
  Library library = shipped();
  Faults faults;
  library.techniques = read_techniques({"own/techniques.toml", text}, faults);
  if (faults.empty()) faults = prove_techniques(library);
  return faults;
}

TEST(Techniques, are_held_against_vocabulary_and_families) {
  EXPECT_TRUE(faults_of(technique("families = [\"trust\"]\nminutes = [3, 5]\n")).empty());
  const auto refused = [](const std::string& more) {
    const Faults faults = faults_of(technique(more));
    return !faults.empty() && faults.front().code == "definition.technique";
  };
  EXPECT_TRUE(refused("families = []\n"));
  EXPECT_TRUE(refused("families = [\"trust\", \"trust\"]\n"));
  EXPECT_TRUE(refused("families = [\"kindness\"]\n"));
  EXPECT_TRUE(refused("families = [\"trust\"]\nminutes = [5, 3]\n"));
  EXPECT_TRUE(refused("families = [\"trust\"]\nminutes = [5]\n"));
  EXPECT_TRUE(refused("families = [\"trust\"]\nsource = \"t\"\n"));
  EXPECT_TRUE(refused("families = [\"trust\"]\n[[techniques.held_back]]\nhold = \"rain\"\n"));
}

TEST(Techniques, a_practices_own_replace_those_of_the_same_id) {
  Library library = shipped();
  Library own;
  Faults faults;
  std::string text = technique("families = [\"trust\"]\n");
  text.replace(text.find("X1"), 2, "T1");
  own.techniques = read_techniques({"own/techniques.toml", text}, faults);
  add_to(library, own);
  EXPECT_EQ(library.techniques.size(), 21U);
  EXPECT_EQ(find_technique(library, "T1")->name, "A thing");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
