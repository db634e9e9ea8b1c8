#include <gmock/gmock.h>

#include "catalog/load.hpp"
#include "measures/describe.hpp"
#include "terminal.hpp"
#include "wire/answers.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string ecr_file = std::string(SECUREBASE_SHARED_DIR) + "/data/ecr/ecr_responses.csv.gz";

#define NEEDS_ECR_FILE()                  \
  if (!std::filesystem::exists(ecr_file)) \
  GTEST_SKIP() << "needs " << ecr_file << ", which is not part of the project"

const Json& scale(const Json& document, const std::string& id) {
  for (const Json& scale : document.at("scales"))
    if (scale.at("scale") == id) return scale;
  throw std::out_of_range(id);
}

// The figures of the whole file (51,492 rows) are in the data's own README; those here were computed from its
// two thirds.
TEST(DescribeCommand, thirty_four_thousand_real_people) {
  NEEDS_ECR_FILE();
  const Ran ran =
      securebase({"describe", "--instrument", "ecr", "--order", "online-5pt", "--in", ecr_file, "--json"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, IsEmpty());
  const Json json = ran.json();
  EXPECT_EQ(json.at("schema"), "securebase.description/1");
  EXPECT_EQ(json.at("input").at("rows"), 34327);
  EXPECT_NEAR(scale(json, "avoidance").at("alpha").get<double>(), 0.9383, 0.0005);
  EXPECT_EQ(scale(json, "avoidance").at("complete_cases"), 32510);
  EXPECT_NEAR(scale(json, "anxiety").at("alpha").get<double>(), 0.9157, 0.0005);
  EXPECT_EQ(scale(json, "anxiety").at("complete_cases"), 32506);
  for (const char* id : {"avoidance", "anxiety"})
    for (const Json& item : scale(json, id).at("item_statistics"))
      EXPECT_GT(item.at("item_rest").get<double>(), 0) << id << item;
}

TEST(DescribeCommand, impossible_ages_are_reported_not_believed) {
  NEEDS_ECR_FILE();
  const Json json =
      securebase({"describe", "-i", "ecr", "--order", "online-5pt", "--in", ecr_file, "--json"}).json();
  EXPECT_GT(json.at("ages").at("impossible").get<int>(), 0);
  EXPECT_EQ(json.at("ages").at("accepted"), Json({5, 110}));
  std::size_t n = 0;
  for (const Json& norm : scale(json, "anxiety").at("norms"))
    if (norm.at("gender").is_null() && norm.at("n").is_number()) n += norm.at("n").get<std::size_t>();
  EXPECT_LT(n, scale(json, "anxiety").at("scored").get<std::size_t>());
  EXPECT_GT(n, 32000U);
}

// Every one of the 36 keys turned, one at a time, in one reading of the file.
TEST(DescribeCommand, any_turned_key_is_noticed_and_its_item_named) {
  NEEDS_ECR_FILE();
  const auto library = catalog::load_library(*store::embedded_documents());
  ASSERT_TRUE(library);
  const catalog::Instrument ecr = **catalog::find_instrument(*library, "ecr");
  const catalog::Order& order = *find_order(ecr, "online-5pt");
  std::vector<std::unique_ptr<catalog::Instrument>> turned;
  std::vector<measures::Describer> describers;
  for (int item = 1; item <= 36; ++item) {
    turned.push_back(std::make_unique<catalog::Instrument>(ecr));
    for (catalog::Scale& scale : turned.back()->scales) {
      if (std::count(scale.key.items.begin(), scale.key.items.end(), item) == 0) continue;
      const auto erased = std::erase(scale.key.reversed, item);
      if (erased == 0) scale.key.reversed.push_back(item);
    }
    describers.emplace_back(*turned.back(), order);
  }
  auto reader = wire::AnswerReader::open(wire::CsvReader(ecr_file, *wire::open_file(ecr_file)), ecr, order);
  ASSERT_TRUE(reader);
  wire::AnswerRow row;
  while (*reader->next(row))
    for (auto& describer : describers) describer.add_row(row.answers->data(), {});
  for (int item = 1; item <= 36; ++item) {
    const auto findings = describers[static_cast<std::size_t>(item - 1)].report().findings;
    ASSERT_EQ(findings.size(), 1U) << item;
    EXPECT_THAT(findings[0].statement,
                ::testing::StartsWith("Item " + std::to_string(item) + " goes against the rest"));
  }
}

// Golden cases of the ECR with item 3 no longer reversed, by hand: (10*1 + 8*7)/18, (10*7 + 8*1)/18, (9*2 + 6
// + 1 + 7 + 6*6)/18, and (17*5 + 1)/18 in the five-point order.
const char* golden_of_turned_key = R"(schema = "securebase.golden/1"
[[cases]]
name = "min"
fill = 1
source = "hand"
scores = {avoidance = 3.66666666666667, anxiety = 1.33333333333333}
[[cases]]
name = "max"
fill = 7
source = "hand"
scores = {avoidance = 4.33333333333333, anxiety = 6.66666666666667}
[[cases]]
name = "worked"
fill = 2
set = {"3" = 6, "15" = 7, "22" = 5, "2" = 7, "35" = 1}
source = "hand"
scores = {avoidance = 3.77777777777778, anxiety = 2.33333333333333}
[[cases]]
name = "missing"
fill = 2
set = {"1" = "skipped", "2" = "skipped"}
source = "hand"
scores = {avoidance = "none", anxiety = "none"}
[[cases]]
name = "five"
order = "online-5pt"
fill = 5
set = {"3" = 1, "15" = 1, "19" = 1, "25" = 1, "27" = 1, "29" = 1, "31" = 1, "33" = 1, "35" = 1}
source = "hand"
scores = {avoidance = 4.77777777777778, anxiety = 4.77777777777778}
)";

TEST(DescribeCommand, a_key_turned_by_hand_in_a_folder_warns_on_the_terminal) {
  NEEDS_ECR_FILE();
  const Folder folder;
  const std::string definition =
      Folder::read(std::string(SECUREBASE_SOURCE_DIR) + "/content/instruments/ecr/1998/instrument.toml");
  const std::string key = "reversed = [3, 15,";
  ASSERT_NE(definition.find(key), std::string::npos);
  const std::string turned =
      std::string(definition).replace(definition.find(key), key.size(), "reversed = [15,");
  (void)folder.put("mine/ecr/1998/instrument.toml", turned);
  (void)folder.put("mine/ecr/1998/golden.toml", Folder::read(std::string(SECUREBASE_SOURCE_DIR) +
                                                             "/content/instruments/ecr/1998/golden.toml"));
  const Ran caught = securebase({"instruments", "check", folder.path("mine")});
  EXPECT_EQ(caught.code, 4) << "the golden cases hold the key";
  EXPECT_THAT(caught.err, HasSubstr("golden.toml:"));
  (void)folder.put("mine/ecr/1998/golden.toml", golden_of_turned_key);
  const Ran ran = securebase({"describe", "--instrument", "ecr", "--order", "online-5pt", "--in", ecr_file,
                              "--json", "--definitions", folder.path("mine")});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("warning: Item 3 goes against the rest of Attachment avoidance"));
}

TEST(DescribeCommand, items_against_their_scale_are_named) {
  const Folder folder;
  // Thirty-two people; item 2 of GAD-7 answered the other way round.
  std::string text = "g1,g2,g3,g4,g5,g6,g7\n";
  for (int person = 0; person < 32; ++person) {
    const int level = person % 4;
    const auto answer = [&](int item) {
      return std::to_string(std::clamp((level + (person * item) % 3 / 2) % 4, 0, 3));
    };
    text += answer(1) + "," + std::to_string(3 - level);
    for (int item = 3; item <= 7; ++item) text += "," + answer(item);
    text += "\n";
  }
  const Ran ran = securebase({"describe", "-i", "gad-7", "--in", folder.put("in.csv", text), "--json"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("warning: Item 2 goes against the rest"));
  const Ran words = securebase({"describe", "-i", "gad-7", "--in", folder.path("in.csv")});
  EXPECT_THAT(words.err, IsEmpty()) << "said once";
  EXPECT_THAT(words.out, HasSubstr("- Item 2 goes against the rest"));
  EXPECT_EQ(ran.json().at("findings").at(0).at("code"), "describe.item_against_scale");
}

TEST(DescribeCommand, groups_below_the_smallest_cell_show_nothing) {
  const Folder folder;
  std::string text = "age,gender,g1,g2,g3,g4,g5,g6,g7\n";
  for (int person = 0; person < 30; ++person)
    text += std::to_string(person < 27 ? 20 : 40) + (person % 2 == 0 ? ",f" : ",m") + ",1," +
            std::to_string(person % 4) + ",2,0," + std::to_string(person % 3) + ",1,1\n";
  text += "3546789,f,1,1,1,1,1,1,1\n,,0,0,0,0,0,0,0\n";
  const Json json =
      securebase({"describe", "-i", "gad-7", "--in", folder.put("in.csv", text), "--json"}).json();
  EXPECT_EQ(json.at("ages").at("impossible"), 1);
  EXPECT_EQ(json.at("ages").at("empty"), 1);
  EXPECT_EQ(json.at("ages").at("first_impossible").at(0).at("value"), "3546789");
  bool small = false;
  bool large = false;
  bool withheld = false;
  for (const Json& norm : json.at("scales").at(0).at("norms")) {
    small |= norm.at("age_from") == 35 && norm.at("gender").is_null() && norm.at("n").is_null() &&
             norm.at("shown") == "fewer_than_smallest" && norm.at("mean").is_null();
    large |= norm.at("age_from").is_null() && norm.at("gender") == "female" && norm.at("n") == 16 &&
             norm.at("mean").is_number();
    // All of known age but three are 18 to 24: with this group the others could be had by subtraction.
    withheld |= norm.at("age_from") == 18 && norm.at("gender").is_null() && norm.at("n").is_null() &&
                norm.at("shown") == "withheld" && norm.at("mean").is_null();
  }
  EXPECT_TRUE(small);
  EXPECT_TRUE(large);
  EXPECT_TRUE(withheld);
  const std::string words =
      unwrapped(securebase({"describe", "-i", "gad-7", "--in", folder.path("in.csv")}).out);
  EXPECT_THAT(words, HasSubstr("35-44 fewer than 10"));
  EXPECT_THAT(words, HasSubstr("18-24 not shown: a smaller group could be worked out from it"));
}

TEST(DescribeCommand, a_small_file_is_not_described) {
  const Folder folder;
  const auto in = folder.put("in.csv", "g1,g2,g3,g4,g5,g6,g7\n0,1,2,3,0,1,2\n3,2,1,0,3,2,1\n");
  const Json json = securebase({"describe", "-i", "gad-7", "--in", in, "--json"}).json();
  const Json& total = json.at("scales").at(0);
  EXPECT_TRUE(total.at("overall").at("mean").is_null());
  EXPECT_TRUE(total.at("overall").at("n").is_null());
  EXPECT_TRUE(total.at("alpha").is_null());
  for (const Json& item : total.at("item_statistics")) EXPECT_TRUE(item.at("mean").is_null());
  for (const Json& item : json.at("items")) EXPECT_THAT(item.at("counts"), IsEmpty());
  const Ran words = securebase({"describe", "-i", "gad-7", "--in", in});
  EXPECT_THAT(unwrapped(words.out), HasSubstr("alpha not known: fewer than 10 people answered every item"));
  EXPECT_THAT(unwrapped(words.out), HasSubstr("all fewer than 10"));
  const Ran risky = securebase({"describe", "-i", "gad-7", "--in", in, "--smallest-cell", "2"});
  EXPECT_THAT(risky.err, HasSubstr("single people can be recognised"));
  EXPECT_THAT(words.err, ::testing::Not(HasSubstr("recognised")));
}

TEST(DescribeCommand, no_line_is_wider_than_the_terminal) {
  const std::string in = std::string(SECUREBASE_SOURCE_DIR) + "/examples/clinic-start.csv";
  for (const std::string& line : lines_of(securebase({"describe", "-i", "phq-9", "--in", in}).out))
    EXPECT_LE(line.size(), 80U) << line;
  for (const std::string& line : lines_of(securebase({"instruments", "list"}).out))
    EXPECT_LE(line.size(), 80U) << line;
}

TEST(DescribeCommand, columns_of_a_table_stay_apart_and_in_line) {
  const Folder folder;
  std::string text = "w1,w2,w3,w4,w5\n";
  for (int person = 0; person < 12; ++person) text += "5,5,5,5,5\n";
  const auto in = folder.put("in.csv", text);
  std::vector<std::string> words = {"describe", "-i", "who-5", "--in", in};
  EXPECT_THAT(
      securebase(words).out,
      HasSubstr("  people                n   mean    SD   5 %  10 %  25 %  50 %  75 %  90 %  95 %\n"
                "  all                  12 100.00  0.00 100.0 100.0 100.0 100.0 100.0 100.0 100.0\n"));
  words.insert(words.end(), {"--smallest-cell", "1"});
  (void)folder.put("in.csv", "w1,w2,w3,w4,w5\n1,1,1,1,1\n");
  EXPECT_THAT(securebase(words).out, HasSubstr("  all                   1   5.00     -  5.00  5.00"));
}

TEST(DescribeCommand, names_from_a_file_do_not_steer_the_terminal) {
  const Folder folder;
  const auto in =
      folder.put("a\x1b[2Jb.csv", "age\x1b[31m,g1,g2,g3,g4,g5,g6,g7\n999,0,1,2,3,0,1,2\n,,,,,,,\n");
  const Ran ran = securebase({"describe", "-i", "gad-7", "--in", in, "--age", "age\x1b[31m"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, ::testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.err, ::testing::Not(HasSubstr("\x1b")));
  EXPECT_THAT(ran.out, HasSubstr("a?[2Jb.csv"));
}

TEST(DescribeCommand, csv_has_a_figure_a_row) {
  const Folder folder;
  std::string text = "g1,g2,g3,g4,g5,g6,g7\n";
  for (int person = 0; person < 40; ++person)
    for (int item = 1; item <= 7; ++item)
      text += std::to_string((person * item + person) % 4) + (item == 7 ? "\n" : ",");
  const auto in = folder.put("in.csv", text);
  const auto lines = lines_of(securebase({"describe", "-i", "gad-7", "--in", in, "--csv"}).out);
  const Json json = securebase({"describe", "-i", "gad-7", "--in", in, "--json"}).json();
  EXPECT_EQ(lines.at(0), "scale,item,gender,age_from,age_to,figure,value");
  const auto alpha = std::find_if(lines.begin(), lines.end(),
                                  [](const auto& line) { return line.starts_with("total,,,,,alpha,"); });
  ASSERT_NE(alpha, lines.end());
  EXPECT_NEAR(std::stod(alpha->substr(alpha->find_last_of(',') + 1)),
              json.at("scales").at(0).at("alpha").get<double>(), 0.5e-4);
}

TEST(DescribeCommand, words_for_a_reader) {
  const Folder folder;
  std::string text = "g1,g2,g3,g4,g5,g6,g7\n";
  for (int person = 0; person < 40; ++person)
    for (int item = 1; item <= 7; ++item)
      text += std::to_string((person * item + person) % 4) + (item == 7 ? "\n" : ",");
  const Ran ran = securebase({"describe", "-i", "gad-7", "--in", folder.put("in.csv", text)});
  EXPECT_THAT(ran.out, HasSubstr("alpha"));
  EXPECT_THAT(ran.out, HasSubstr("item-rest"));
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("Whom they stand for depends on how they came to answer"));
}

TEST(DescribeCommand, an_empty_or_single_row_has_no_reliability_and_no_crash) {
  const Folder folder;
  const std::string header = "g1,g2,g3,g4,g5,g6,g7\n";
  for (const std::string rows :
       {"", "1,1,1,1,1,1,1\n", "1,1,1,1,1,1,1\n1,1,1,1,1,1,1\n", ",,,,,,\n,,,,,,\n"}) {
    const Ran ran =
        securebase({"describe", "-i", "gad-7", "--in", folder.put("in.csv", header + rows), "--json"});
    ASSERT_EQ(ran.code, 0) << ran.err;
    const Json alpha = ran.json().at("scales").at(0).at("alpha");
    EXPECT_TRUE(alpha.is_null()) << rows << alpha;
  }
}

TEST(DescribeCommand, refuses_options_that_make_no_sense) {
  const Folder folder;
  const auto in = folder.put("in.csv", "g1,g2,g3,g4,g5,g6,g7\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--ages", "90-18"},
                                                {"--ages", "x"},
                                                {"--bands", "30,20"},
                                                {"--gender-codes", "1=man"}}) {
    std::vector<std::string> all = {"describe", "-i", "gad-7", "--in", in};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(securebase(all).code, 2) << words[0] << ' ' << words[1];
  }
  EXPECT_EQ(securebase({"describe", "-i", "gad-7", "--in", in, "--age", "years"}).code, 3);
}

TEST(DescribeCommand, the_smallest_cell_is_a_number_of_people) {
  for (const char* wrong : {"-1", "0", "1000001", "99999999999999999999", "", "ten"}) {
    const Ran ran = securebase({"describe", "-i", "phq-9", "--in", "none.csv", "--smallest-cell", wrong});
    EXPECT_EQ(ran.code, 2) << wrong;
    EXPECT_THAT(ran.err, ::testing::HasSubstr("from 1 to 1,000,000")) << wrong;
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli

#undef NEEDS_ECR_FILE
