#include <gmock/gmock.h>

#include "terminal.hpp"

namespace securebase::cli {
namespace {

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
  const Ran ran = securebase(
      {"change", "-i", "ecr", "--before", answers, "--after", answers, "--order-after", "online-5pt"});
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
  EXPECT_THAT(ran.err, HasSubstr("1 people are in one file only"));
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 3U);
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
  EXPECT_THAT(ran.err, HasSubstr("in.csv:3: who: this person has a row already"));
}

TEST(ChangeCommand, needs_two_occasions) {
  EXPECT_EQ(securebase({"change", "-i", "gad-7", "--before", "1,1,1,1,1,1,1"}).code, 2);
  EXPECT_EQ(securebase({"change", "-i", "gad-7"}).code, 2);
}

}  // namespace
}  // namespace securebase::cli
