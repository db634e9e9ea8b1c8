// Protocols: the shipped ones, every fault of one's own, and words that nobody may write unwarned.

#include "catalog/protocol.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using testing::shipped;

const Protocol& protocol(const std::string& id) {
  const auto found = find_protocol(shipped(), id);
  if (!found) throw std::runtime_error(to_text(found.error()));
  return **found;
}

TEST(Protocols, are_fourteen_and_hold_against_the_library) {
  EXPECT_EQ(shipped().protocols.size(), 14U);
  const Faults faults = prove_protocols(shipped());
  EXPECT_TRUE(faults.empty()) << to_text(faults.front());
  for (const std::string id : {"eft-couples", "efit", "abft", "mbt", "cos-p", "abc", "vipp-sd", "cpp", "ddp",
                               "aedp", "attachment-individual", "three-pillars", "trauma", "bereavement"})
    EXPECT_TRUE(find_protocol(shipped(), id)) << id;
}

TEST(Protocols, say_how_little_is_known) {
  const Protocol& abft = protocol("abft");
  const EvidenceLine& ideation = abft.evidence.front();
  EXPECT_EQ(ideation.estimate, .40);
  EXPECT_EQ(ideation.low, -.12);
  EXPECT_EQ(ideation.high, .93);
  EXPECT_EQ(ideation.n, 287);
  EXPECT_EQ(ideation.origin.status, SourceStatus::seen);
  EXPECT_THAT(ideation.finding, HasSubstr("Not significant"));
  EXPECT_THAT(protocol("cos-p").evidence.front().finding, HasSubstr("No main effect"));
  EXPECT_THAT(protocol("ddp").standing, HasSubstr("Unproven"));
  EXPECT_FALSE(protocol("ddp").evidence.front().estimate);
}

TEST(Protocols, carry_their_marks_shares_and_no_warning) {
  for (const Protocol& one : shipped().protocols) {
    EXPECT_TRUE(one.warnings.empty()) << one.id << ": " << one.warnings.front().where;
    EXPECT_NEAR(std::accumulate(one.shares.begin(), one.shares.end(), 0.0), 1, 1e-9) << one.id;
    EXPECT_EQ(one.shares_origin.status, SourceStatus::proposed) << one.id;
    EXPECT_FALSE(one.fidelity.empty()) << one.id;
    for (const FidelityItem& item : one.fidelity) EXPECT_EQ(item.origin.status, SourceStatus::proposed);
    for (const EvidenceLine& line : one.evidence) EXPECT_FALSE(line.origin.citation.empty()) << one.id;
    for (const ProtocolStage& stage : one.stages) EXPECT_FALSE(stage.exits.empty()) << one.id;
  }
}

TEST(Protocols, the_trauma_pathway_has_a_gate_before_memories) {
  const Protocol& trauma = protocol("trauma");
  const ProtocolStage* memory = find_stage(trauma, "memory");
  ASSERT_NE(memory, nullptr);
  const ProtocolGate* gate = find_gate(trauma, memory->gate);
  ASSERT_NE(gate, nullptr);
  EXPECT_EQ(gate->conditions.size(), 6U);
  std::vector<std::string> measures;
  for (const ProtocolMeasure& measure : trauma.measures) measures.push_back(measure.instrument);
  EXPECT_THAT(measures, ::testing::IsSupersetOf({"itq", "pcl-5"}));
  EXPECT_TRUE(protocol("bereavement").loss_days);
}

TEST(Protocols, the_checklist_of_a_stage_ends_with_what_is_prohibited) {
  const Protocol& eft = protocol("eft-couples");
  const auto first = fidelity_in(eft, "deescalation");
  const auto second = fidelity_in(eft, "restructuring");
  EXPECT_LT(first.size(), second.size());
  EXPECT_TRUE(second.back()->prohibited);
  EXPECT_FALSE(second.front()->prohibited);
}

TEST(Protocols, the_latest_version_is_found_without_one) {
  Library library = shipped();
  Protocol later = protocol("abft");
  later.version = "1.1";
  library.protocols.push_back(later);
  EXPECT_EQ((*find_protocol(library, "abft"))->version, "1.1");
  EXPECT_EQ((*find_protocol(library, "abft@1"))->version, "1");
  EXPECT_EQ(find_protocol(library, "abft@7").error().code, "protocol.unknown");
}

const std::string sound = R"(schema = "securebase.protocol/1"
id = "own"
version = "1"
name = "Our way"
abbreviation = "Own"
summary = "How we work."
units = ["individual"]
ages = "Adults"
standing = "Unproven."
terms = "None."
source = "s"
status = "proposed"
[[sources]]
id = "s"
citation = "Our own"
[[stages]]
id = "one"
label = "First"
about = "Getting to know each other."
techniques = ["T1"]
[[stages.exits]]
id = "known"
text = "We know each other."
[[contraindications]]
hold = "psychosis_active"
[[fidelity]]
id = "f1"
text = "The task is said."
stages = ["one"]
[shares]
early_wounds = 0.2
emotion_regulation = 0.2
trust = 0.2
interpersonal_repair = 0.2
reflective_functioning = 0.2
[[evidence]]
finding = "Nothing is known."
design = "none"
source = "s"
status = "unverified"
)";

std::string with(const std::string& from, const std::string& to) {
  std::string text = sound;
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not there: " + from);
  return text.replace(at, from.size(), to);
}

Faults faults_of(const std::string& text, const std::string& name = "protocols/own/1.toml") {
  Faults faults;
  const Protocol read = read_protocol({name, text}, faults);
  if (faults.empty()) faults = prove_protocol(read, shipped());
  return faults;
}

TEST(Protocols, of_ones_own_are_proven) {
  const Faults none = faults_of(sound);
  ASSERT_TRUE(none.empty()) << to_text(none.front());
  EXPECT_FALSE(faults_of(sound, "protocols/own/2.toml").empty());
  const auto refused = [](const std::string& from, const std::string& to, const std::string& field) {
    const Faults faults = faults_of(with(from, to));
    return std::any_of(faults.begin(), faults.end(), [&](const Error& fault) {
      return fault.code == "definition.protocol" && fault.where.field.find(field) != std::string::npos;
    });
  };
  EXPECT_TRUE(refused("trust = 0.2", "trust = 0.3", "shares"));
  EXPECT_TRUE(refused("trust = 0.2", "trust = -0.2", "shares"));
  EXPECT_TRUE(refused("stages = [\"one\"]", "stages = [\"two\"]", "fidelity"));
  EXPECT_TRUE(refused("\"T1\"", "\"T9\"", "techniques"));
  EXPECT_TRUE(refused("hold = \"psychosis_active\"", "hold = \"rain\"", "contraindications"));
  EXPECT_TRUE(refused("source = \"s\"\nstatus = \"unverified\"", "source = \"t\"\nstatus = \"unverified\"",
                      "evidence"));
  EXPECT_TRUE(refused("status = \"unverified\"\n", "status = \"proposed\"\n", "evidence"));
  EXPECT_TRUE(refused("design = \"none\"", "design = \"none\"\nestimate = 0.5", "metric"));
  EXPECT_TRUE(
      refused("design = \"none\"",
              "design = \"none\"\noutcome = \"x\"\nmetric = \"g\"\nestimate = 0.5\ninterval = [0.6, 0.9]",
              "interval"));
  EXPECT_TRUE(refused("techniques = [\"T1\"]", "techniques = [\"T1\"]\ngate = \"g\"", "gate"));
  EXPECT_TRUE(refused("units = [\"individual\"]", "units = [\"crowd\"]", "units"));
}

TEST(Protocols, differences_name_what_was_added_changed_and_taken_away) {
  const Protocol& before = protocol("abft");
  EXPECT_TRUE(differences(before, before).empty());
  Protocol after = before;
  after.stages[0].label = "First";
  after.stages[1].exits.clear();
  after.shares[0] -= .05;
  after.shares[2] += .05;
  after.fidelity.push_back({"own", "The family decides the pace", {}, false, {}});
  const auto found = differences(before, after);
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found.front().where, "stages.t1.label");
  EXPECT_EQ(found.front().before, "Relational reframe");
  EXPECT_EQ(found.front().after, "First");
  EXPECT_EQ(found.back().where, "stages.t2.exits.agrees_to_talk");
  EXPECT_TRUE(found.back().after.empty());
}

/// The same practice in other words.
TEST(Coercion, is_found_in_other_words) {
  const auto rule_of = [](const std::string& words) {
    const auto found = coercion_in(words, "about");
    return found.empty() ? std::string() : found.front().rule;
  };
  for (const std::string words : {"Hold the child until the rage has passed.", "Two adults pin him down.",
                                  "Holding therapy, twice a week", "The child is restrained on the sofa.",
                                  "The parent lies on the child.", "Wrap her in a blanket, tightly.",
                                  "She is held firmly through the tantrum."})
    EXPECT_EQ(rule_of(words), "holding") << words;
  for (const std::string words :
       {"Insist on eye contact.", "Demand that he look into your eyes.", "The child must keep eye contact.",
        "Prolonged gazing: make her meet your eyes."})
    EXPECT_EQ(rule_of(words), "forced_eye_contact") << words;
  for (const std::string words : {"Age regression.", "A rebirthing session", "Give the teenager a bottle.",
                                  "Cradle him like a baby.", "Reparenting with a nappy"})
    EXPECT_EQ(rule_of(words), "regression") << words;
  for (const std::string words : {"Break the child's will.", "Against her will, if need be.",
                                  "Provoke rage, then comfort.", "Force him to hug his mother.",
                                  "Withhold food until he asks nicely.", "Coercive restraint of choices"})
    EXPECT_FALSE(rule_of(words).empty()) << words;
}

TEST(Coercion, is_not_seen_where_there_is_none) {
  for (const std::string words :
       {"Never hold the child down.", "No forced eye contact.", "Do not insist on eye contact.",
        "A hold says: not now.", "Hold the frame of the session.",
        "A holding environment in which therapy can happen.",
        "Eye contact comes and goes as the child likes.",
        "Join the child, get low, name the feeling, comfort, then the limit.",
        "The session makes room for anger.", "Ask what makes the parent look away."})
    EXPECT_TRUE(coercion_in(words, "about").empty())
        << words << ": " << coercion_in(words, "about").front().words;
}

TEST(Coercion, is_a_warning_of_the_protocol_and_says_where) {
  Faults faults;
  const Protocol read =
      read_protocol({"protocols/own/1.toml",
                     with("Getting to know each other.", "Hold the child tightly until it gives in.")},
                    faults);
  ASSERT_TRUE(faults.empty());
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_EQ(read.warnings.front().where, "stages[1].about");
  EXPECT_EQ(read.warnings.front().rule, "holding");
}

RC_GTEST_PROP(Coercion, does_not_depend_on_case_or_what_surrounds_it, ()) {
  const auto upper = *rc::gen::arbitrary<bool>();
  const auto before = *rc::gen::container<std::string>(rc::gen::inRange('a', 'e'));
  std::string words = "pin the child down";
  if (upper) std::transform(words.begin(), words.end(), words.begin(), ::toupper);
  RC_ASSERT(!coercion_in(before + ". " + words + ". " + before, "x").empty());
}

RC_GTEST_PROP(Coercion, any_bytes_can_be_looked_through, (const std::string& bytes)) {
  for (const ProtocolWarning& found : coercion_in(bytes, "x")) RC_ASSERT(!found.rule.empty());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
