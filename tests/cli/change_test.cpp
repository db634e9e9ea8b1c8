#include <gmock/gmock.h>

#include <tuple>

#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<std::string> gad_before = {"change", "-i", "gad-7", "--before", "3,3,3,3,2,2,2", "--after"};

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(ChangeCommand, says_whether_change_exceeds_error_and_on_what_that_rests) {
  const Json json = securebase(with(gad_before, {"0,0,0,1,0,0,0", "--json"})).json();
  EXPECT_EQ(json.at("schema"), "securebase.change/1");
  const Json change = json.at("changes").at(0);
  EXPECT_EQ(change.at("difference"), -17);
  EXPECT_THAT(change.at("category").get<std::string>(), ::testing::AnyOf("recovered", "improved"));
  EXPECT_FALSE(change.at("basis").get<std::string>().empty());
  const Json small = securebase(with(gad_before, {"3,3,3,3,2,2,1", "--json"})).json().at("changes").at(0);
  EXPECT_EQ(small.at("category"), "unchanged");
}

TEST(ChangeCommand, words_never_claim_a_cause) {
  const Ran ran = securebase(with(gad_before, {"0,0,0,1,0,0,0"}));
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("18 -> 1: -17"));
  EXPECT_THAT(ran.out, HasSubstr("does not say what brought a change about"));
}

TEST(ChangeCommand, a_new_measure_gives_direction_only) {
  const Json json =
      securebase({"change", "-i", "bond", "--before", "0,0,4,0,4,4", "--after", "4,4,0,4,0,0", "--json"})
          .json();
  for (const Json& change : json.at("changes")) {
    EXPECT_EQ(change.at("category"), "undetermined");
    EXPECT_TRUE(change.at("interval").is_null());
    EXPECT_TRUE(change.at("direction").is_string());
  }
}

TEST(ChangeCommand, orders_with_other_answers_are_not_compared) {
  std::string answers = "1";
  for (int item = 2; item <= 36; ++item) answers += ",1";
  const Ran ran = securebase({"change", "-i", "ecr", "--order", "published", "--before", answers, "--after",
                              answers, "--order-after", "online-5pt"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("other answer codes"));
}

TEST(ChangeCommand, people_of_two_files_are_matched) {
  const Folder folder;
  const std::string header = "who,g1,g2,g3,g4,g5,g6,g7\n";
  const auto first =
      folder.put("first.csv", header + "ada,3,3,3,3,2,2,2\nbo,1,1,1,1,1,1,1\ncy,1,1,1,1,1,1,1\n");
  const auto second = folder.put("second.csv", header + "bo,1,1,1,1,1,1,1\nada,0,0,0,0,0,0,0\n");
  const std::vector<std::string> words = {"change",     "-i",   "gad-7", "--in", first,
                                          "--in-after", second, "--id",  "who"};
  const Ran ran = securebase(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("1 person is only in " + first));
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(lines[3], StartsWith("cy,total,7,,,,,,,one_occasion,"));
  EXPECT_THAT(lines[1], StartsWith("ada,total,18,0,-18,"));
  EXPECT_THAT(lines[2], StartsWith("bo,total,7,7,0,"));
  const Json json = securebase(with(words, {"--json"})).json();
  EXPECT_EQ(json.at("schema"), "securebase.changes/1");
  EXPECT_EQ(json.at("categories").at("total").at("unchanged"), 1);
}

TEST(ChangeCommand, a_person_twice_in_a_file_is_a_fault) {
  const Folder folder;
  const auto in = folder.put("in.csv", "who,g1,g2,g3,g4,g5,g6,g7\nada,3,3,3,3,2,2,2\nada,1,1,1,1,1,1,1\n");
  const Ran ran = securebase({"change", "-i", "gad-7", "--in", in, "--in-after", in, "--id", "who"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("in.csv:3: who: this person has a row already (line 2)"));
}

const std::string fallen = "3,3,2,2,2,1,2,2,0";
const std::string risen_risk = "1,1,1,0,1,0,1,0,3";

TEST(ChangeCommand, a_risen_risk_item_comes_first_and_beside_any_recovery) {
  const Ran ran = securebase({"change", "-i", "phq-9", "--before", fallen, "--after", risen_risk});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::string words = unwrapped(ran.out);
  EXPECT_LT(words.find("Look at this first"), words.find("17 -> 8"));
  EXPECT_THAT(words,
              HasSubstr("0 before, 3 after. Talk with the person about it before they leave, or today"));
  EXPECT_THAT(words, HasSubstr("But a risk item is raised or was left empty: see above"));
  const Json json =
      securebase({"change", "-i", "phq-9", "--before", fallen, "--after", risen_risk, "--json"}).json();
  EXPECT_EQ(json.at("changes").at(0).at("category"), "recovered");
  EXPECT_TRUE(json.at("changes").at(0).at("risk_needs_attention"));
  EXPECT_EQ(json.at("risks").at(0).at("after").at("code"), 3);
}

TEST(ChangeCommand, a_risk_item_left_empty_afterwards_comes_first) {
  const Ran ran = securebase({"change", "-i", "phq-9", "--before", fallen, "--after", "1,1,1,0,1,0,1,0,"});
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("0 before, unanswered after. An empty answer is not a no."));
  EXPECT_THAT(ran.out, HasSubstr("Look at this first"));
}

TEST(ChangeCommand, files_mark_risk_items_beside_the_category) {
  const Folder folder;
  const std::string header = "who,p1,p2,p3,p4,p5,p6,p7,p8,p9\n";
  const auto first =
      folder.put("first.csv", header + "ada," + fallen + "\nbo," + fallen + "\ncy," + risen_risk);
  const auto second = folder.put("second.csv", header + "ada," + risen_risk + "\nbo,1,1,1,0,1,0,1,0,\n");
  std::vector<std::string> words = {"change",     "-i",   "phq-9", "--in", first,
                                    "--in-after", second, "--id",  "who"};
  const Ran ran = securebase(words);
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(lines[0], HasSubstr(",category,risk_items_before,risk_unanswered_before,risk_items_after,"
                                  "risk_unanswered_after,boundary,boundary_crossed,boundary_verified,"));
  EXPECT_THAT(lines[1], HasSubstr(",recovered,,,9,,10,true,false,6,reliable,true,false"));
  EXPECT_THAT(lines[2], HasSubstr(",undetermined,,,,9,"));
  EXPECT_THAT(lines[3], HasSubstr(",one_occasion,9,,,,"));
  EXPECT_THAT(ran.err, HasSubstr("3 people: a risk item"));
  words.emplace_back("--json");
  const Json json = securebase(words).json();
  EXPECT_EQ(json.at("categories").at("total").at("recovered"), 1);
  EXPECT_EQ(json.at("categories_with_risk").at("total").at("recovered"), 1);
}

TEST(ChangeCommand, the_line_is_named_in_both_directions) {
  const std::string high = "2,2,2,2,2,2,2,2,0";
  const std::string low = "0,0,0,1,0,0,0,0,0";
  const auto words = [](const std::string& before, const std::string& after) {
    return unwrapped(securebase({"change", "-i", "phq-9", "--before", before, "--after", after}).out);
  };
  const std::string line = "across the line at 10 (counted as a case by NHS Talking Therapies; unverified)";
  EXPECT_THAT(words(high, low), HasSubstr("better by more than error, and " + line));
  EXPECT_THAT(words(low, high), HasSubstr("worse by more than error, and " + line));
  EXPECT_THAT(words("2,2,2,2,1,0,0,0,0", "2,2,2,2,2,0,0,0,0"),
              HasSubstr("within what error alone can produce, though " + line));
  EXPECT_THAT(words(low, low), HasSubstr("so no change"));
  const Json json =
      securebase({"change", "-i", "phq-9", "--before", high, "--after", low, "--json"}).json().at("changes");
  EXPECT_EQ(json.at(0).at("boundary"), 10);
  EXPECT_EQ(json.at(0).at("boundary_verified"), false);
  EXPECT_THAT(securebase({"instruments", "show", "phq-9"}).out, HasSubstr("the line that 'change' looks at"));
}

TEST(ChangeCommand, an_important_size_is_not_called_more_than_error) {
  for (const auto& [id, before, after] : {std::tuple("who-5", "1,1,1,1,1", "3,3,3,3,3"),
                                          std::tuple("pcl-5", "2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2",
                                                     "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1")}) {
    const Ran ran = securebase({"change", "-i", id, "--before", before, "--after", after, "--json"});
    const Json change = ran.json().at("changes").at(0);
    EXPECT_EQ(change.at("published_kind"), "important") << id;
    EXPECT_EQ(change.at("beyond_published"), true) << id;
  }
  const Ran who = securebase({"change", "-i", "who-5", "--before", "1,1,1,1,1", "--after", "3,3,3,3,3"});
  EXPECT_THAT(unwrapped(who.out), HasSubstr("reaches the published size of clinically important change (10"));
  EXPECT_THAT(unwrapped(who.out), HasSubstr("whether it is beyond error is not known"));
  EXPECT_THAT(who.out, ::testing::Not(HasSubstr("better by more than error")));
}

TEST(ChangeCommand, a_published_size_that_says_otherwise_is_explained) {
  const Ran ran =
      securebase({"change", "-i", "phq-9", "--before", "2,2,2,2,2,2,2,2,0", "--after", "2,2,2,2,2,0,0,0,0"});
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("7 points or more are beyond error"));
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("reached [unverified]. It says otherwise than the line above"));
}

TEST(ChangeCommand, says_that_one_sitting_knows_no_ups_and_downs) {
  std::string low = "1";
  std::string high = "5";
  for (int item = 2; item <= 36; ++item) {
    low += ",1";
    high += ",5";
  }
  const Ran ran =
      securebase({"change", "-i", "ecr", "--order", "online-5pt", "--before", low, "--after", high});
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("ups and downs from day to day are not in it"));
}

TEST(ChangeCommand, never_replaces_a_file_it_reads) {
  const Folder folder;
  const std::string text = "who,g1,g2,g3,g4,g5,g6,g7\nada,3,3,3,3,2,2,2\n";
  const auto first = folder.put("first.csv", text);
  const auto second = folder.put("second.csv", text);
  for (const auto& out : {first, second, folder.path("../" + folder.name() + "/first.csv")}) {
    const Ran ran = securebase(
        {"change", "-i", "gad-7", "--in", first, "--in-after", second, "--id", "who", "--out", out});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("usage.output_is_input"));
  }
  EXPECT_EQ(Folder::read(first), text);
  EXPECT_EQ(Folder::read(second), text);
}

TEST(ChangeCommand, needs_two_occasions) {
  EXPECT_EQ(securebase({"change", "-i", "gad-7", "--before", "1,1,1,1,1,1,1"}).code, 2);
  EXPECT_EQ(securebase({"change", "-i", "gad-7"}).code, 2);
}

TEST(ChangeCommand, refuses_options_without_effect) {
  const auto both = with(gad_before, {"0,0,0,1,0,0,0"});
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {"--id", "who"}, {"--keep-going"}, {"--prefix", "g"}, {"--columns", "a,b"}})
    EXPECT_EQ(securebase(with(both, more)).code, 2) << more[0];
  for (const char* option : {"--age", "--gender", "--ages", "--gender-codes"})
    EXPECT_EQ(securebase({"change", "-i", "gad-7", "--in", "a.csv", "--in-after", "b.csv", "--id", "id",
                          option, "age"})
                  .code,
              2)
        << option;
}

TEST(ChangeCommand, warns_of_ids_that_differ_in_case_only) {
  const Folder folder;
  const std::string header = "id,q1,q2,q3,q4,q5,q6,q7\n";
  const auto before = folder.put("before.csv", header + "Ada,3,3,3,3,3,3,3\nbo,1,1,1,1,1,1,1\n");
  const auto after = folder.put("after.csv", header + "bo,0,0,0,0,0,0,0\nada,0,0,0,0,0,0,0\n");
  const Ran ran = securebase({"change", "-i", "gad-7", "--in", before, "--in-after", after, "--id", "id"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("warning: ids that differ only in upper and lower case"));
  EXPECT_THAT(ran.err, HasSubstr("line 2 of " + before + ", line 3 of " + after));
  EXPECT_EQ(lines_of(ran.out).size(), 4U);
}

TEST(ChangeCommand, reads_standard_input_once) {
  const Ran ran = securebase({"change", "-i", "phq-9", "--in", "-", "--in-after", "-", "--id", "id"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, ::testing::HasSubstr("standard input can be read once"));
}

TEST(ChangeCommand, blank_ids_are_nobody_and_rows_left_out_are_counted) {
  const Folder folder;
  const std::string header = "id,q1,q2,q3,q4,q5,q6,q7\n";
  const auto before =
      folder.put("before.csv", header + " ada ,3,3,3,3,3,3,3\n  ,1,1,1,1,1,1,1\nada,2,2,2,2,2,2,2\n");
  const auto after = folder.put("after.csv", header + "ada,0,0,0,0,0,0,0\n");
  std::vector<std::string> words = {"change",     "-i",  "gad-7", "--in", before,
                                    "--in-after", after, "--id",  "id"};
  EXPECT_EQ(securebase(words).code, 3);
  words.emplace_back("--keep-going");
  const Ran ran = securebase(words);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, ::testing::HasSubstr("before.csv:3"));
  EXPECT_THAT(ran.err, ::testing::HasSubstr("before.csv:4"));
  EXPECT_EQ(lines_of(ran.out).size(), 2U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
