#include <gmock/gmock.h>
#include <zlib.h>

#include "terminal.hpp"

namespace securebase::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string phq_header = "id,phq_1,phq_2,phq_3,phq_4,phq_5,phq_6,phq_7,phq_8,phq_9\n";

TEST(ScoreCommand, explains_one_persons_answers) {
  const Ran ran = securebase({"score", "--instrument", "phq-9", "--answers", "1,2,1,0,1,2,0,1,0"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Patient Health Questionnaire"));
  EXPECT_THAT(ran.out, HasSubstr("score     8 "));
  EXPECT_THAT(ran.out, HasSubstr("not a diagnosis"));
}

TEST(ScoreCommand, puts_a_risk_answer_before_the_score) {
  const Ran ran = securebase({"score", "--instrument", "phq-9", "--answers", "0,0,0,0,0,0,0,0,1"});
  EXPECT_EQ(ran.code, 0);
  const auto first = ran.out.find("Look at this first");
  ASSERT_NE(first, std::string::npos);
  EXPECT_LT(first, ran.out.find("score     1"));
}

TEST(ScoreCommand, an_unanswered_risk_item_is_not_a_no) {
  const Ran ran = securebase({"score", "--instrument", "phq-9", "--answers", "0,0,0,0,0,0,0,0,"});
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("left unanswered. That is not a no"));
}

TEST(ScoreCommand, json_carries_schema_definition_and_engine) {
  const Json json = securebase({"score", "-i", "phq-9", "--answers", "1,2,1,0,1,2,0,1,0", "--json"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.scores/1");
  EXPECT_EQ(json.at("scores").at(0).at("value"), 8);
  EXPECT_FALSE(json.at("definition").get<std::string>().empty());
  EXPECT_FALSE(json.at("engine").get<std::string>().empty());
}

TEST(ScoreCommand, refuses_answers_that_are_none) {
  const Ran ran = securebase({"score", "-i", "phq-9", "--answers", "1,2,1,0,1,2,0,1,4"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("4 is not an answer to item 9: 0 to 3 are"));
  EXPECT_THAT(securebase({"score", "-i", "phq-9", "--answers", "1,2"}).err,
              HasSubstr("2 answers for the 9 items"));
  EXPECT_THAT(securebase({"score", "-i", "phq-9", "--answers", "1,x"}).err, HasSubstr("'x' is no answer"));
}

TEST(ScoreCommand, a_file_gives_a_row_a_person) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\n\"b\no\",3,3,3,3,3,3,3,3,3\n");
  const Ran ran = securebase({"score", "-i", "phq-9", "--in", in, "--keep", "id"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const auto lines = lines_of(ran.out);
  ASSERT_EQ(lines.size(), 4U);  // one kept field has a line break
  EXPECT_THAT(lines[0], StartsWith("line,id,total,"));
  EXPECT_THAT(lines[1], StartsWith("2,ada,8,"));
  EXPECT_EQ(lines[2], "3,\"b");
  EXPECT_THAT(lines[3], StartsWith("o\",27,"));
  EXPECT_THAT(lines[3], ::testing::EndsWith(",9"));  // the risk item
}

TEST(ScoreCommand, reads_gzip_and_a_byte_order_mark) {
  const Folder folder;
  const std::string text = "\xEF\xBB\xBF" + phq_header + "ada,1,2,1,0,1,2,0,1,0\r\n";
  const auto path = folder.path("in.csv.gz");
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())), static_cast<int>(text.size()));
  gzclose(file);
  const Ran ran = securebase({"score", "-i", "phq-9", "--in", path, "--keep", "id"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\n2,ada,8,"));
}

TEST(ScoreCommand, a_bad_row_is_named_and_nothing_is_written) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\nbo,1,2,1,0,1,2,0,7,0\n");
  const auto out = folder.path("out.csv");
  const Ran ran = securebase({"score", "-i", "phq-9", "--in", in, "--out", out});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("in.csv:3"));
  EXPECT_THAT(ran.err, HasSubstr("phq_8"));
  EXPECT_THAT(ran.err, HasSubstr("'7' is not an answer: 0 to 3"));
  EXPECT_THAT(folder.names(), ElementsAre("in.csv"));
}

TEST(ScoreCommand, keep_going_leaves_bad_rows_out_and_says_so) {
  const Folder folder;
  const auto in = folder.put(
      "in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\nbo,1,2,1,0,1,2,0,7,0\ncy,1,\ndi,0,0,0,0,0,0,0,0,0\n");
  const auto out = folder.path("out.csv");
  const Ran ran =
      securebase({"score", "-i", "phq-9", "--in", in, "--out", out, "--keep", "id", "--keep-going"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("in.csv:3"));
  EXPECT_THAT(ran.err, HasSubstr("in.csv:4"));
  EXPECT_THAT(ran.err, HasSubstr("2 rows scored, 2 left out"));
  const auto lines = lines_of(Folder::read(out));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[1], StartsWith("2,ada,8,"));
  EXPECT_THAT(lines[2], StartsWith("5,di,0,"));
}

TEST(ScoreCommand, json_of_a_file_is_one_valid_document) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\nbo,,,,,,,,,\n");
  const Json json = securebase({"score", "-i", "phq-9", "--in", in, "--keep", "id", "--json"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.score_rows/1");
  ASSERT_EQ(json.at("rows").size(), 2U);
  EXPECT_EQ(json.at("rows").at(0).at("scores").at(0).at("value"), 8);
  EXPECT_EQ(json.at("rows").at(0).at("kept").at("id"), "ada");
  EXPECT_TRUE(json.at("rows").at(1).at("scores").at(0).at("value").is_null());
  EXPECT_EQ(json.at("input").at("rows"), 2);
  const auto empty = folder.put("empty.csv", phq_header);
  EXPECT_THAT(securebase({"score", "-i", "phq-9", "--in", empty, "--json"}).json().at("rows"), IsEmpty());
}

TEST(ScoreCommand, csv_agrees_with_the_full_scorer) {
  const Folder folder;
  std::string text = "age,gender";
  for (int item = 1; item <= 36; ++item) text += ",Q" + std::to_string(item);
  text += "\n30,2";
  for (int item = 1; item <= 36; ++item) text += "," + std::to_string(1 + item % 5);
  text += "\n19,male";
  for (int item = 1; item <= 36; ++item) text += item == 7 ? ",0" : "," + std::to_string(1 + item * 2 % 5);
  const auto in = folder.put("in.csv", text + "\n");
  const std::vector<std::string> words = {"score", "-i", "ecr", "--order", "online-5pt", "--in", in};
  const auto lines = lines_of(securebase(words).out);
  auto with_json = words;
  with_json.push_back("--json");
  const Json rows = securebase(with_json).json().at("rows");
  ASSERT_EQ(lines.size(), 3U);
  const auto split = [](const std::string& line) {
    std::vector<std::string> fields(1);
    for (const char c : line)
      if (c == ',')
        fields.emplace_back();
      else
        fields.back() += c;
    return fields;
  };
  const auto header = split(lines[0]);
  for (std::size_t r = 0; r < 2; ++r) {
    const auto fields = split(lines[r + 1]);
    ASSERT_EQ(fields.size(), header.size());
    for (const Json& score : rows.at(r).at("scores")) {
      const auto at = [&](const std::string& name) {
        const auto found =
            std::find(header.begin(), header.end(), score.at("scale").get<std::string>() + name);
        return found == header.end() ? std::string("no column")
                                     : fields.at(static_cast<std::size_t>(found - header.begin()));
      };
      if (score.at("value").is_null()) {
        EXPECT_EQ(at(""), "");
        EXPECT_EQ(at("_state"), "no_score");
        continue;
      }
      EXPECT_DOUBLE_EQ(std::stod(at("")), score.at("value").get<double>());
      EXPECT_DOUBLE_EQ(std::stod(at("_se")), score.at("standard_error").at("value").get<double>());
      EXPECT_DOUBLE_EQ(std::stod(at("_upper")),
                       score.at("standard_error").at("interval").at("upper").get<double>());
      for (const Json& standing : score.at("standings"))
        EXPECT_DOUBLE_EQ(std::stod(at("_percentile_" + standing.at("group").get<std::string>())),
                         standing.at("percentile").get<double>());
    }
  }
}

TEST(ScoreCommand, a_new_measure_shows_the_raw_score_alone) {
  const Json json = securebase({"score", "-i", "bond", "--answers", "4,4,0,4,0,0", "--json"}).json();
  EXPECT_FALSE(json.at("calibrated"));
  for (const Json& score : json.at("scores")) {
    EXPECT_TRUE(score.at("value").is_number());
    EXPECT_TRUE(score.at("standard_error").is_null());
    EXPECT_TRUE(score.at("band").is_null());
    EXPECT_THAT(score.at("standings"), IsEmpty());
    EXPECT_THAT(score.at("cutoffs"), IsEmpty());
  }
  const Folder folder;
  const auto in = folder.put("in.csv", "b1,b2,b3,b4,b5,b6\n4,4,0,4,0,0\n");
  EXPECT_EQ(lines_of(securebase({"score", "-i", "bond", "--in", in}).out).at(0),
            "line,work_together,work_together_state,understood,understood_state,strain,strain_state");
}

TEST(ScoreCommand, a_practices_own_missing_rule_is_marked_as_its_own) {
  const std::string answers = "1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,,4";
  EXPECT_TRUE(securebase({"score", "-i", "ecr", "--answers", answers, "--json"})
                  .json()
                  .at("scores")
                  .at(0)
                  .at("value")
                  .is_null());
  const Json own =
      securebase({"score", "-i", "ecr", "--answers", answers, "--json", "--practice-missing", "0.2"}).json();
  EXPECT_TRUE(own.at("scores").at(0).at("value").is_number());
  EXPECT_EQ(own.at("scores").at(0).at("state"), "prorated_by_practice");
}

TEST(ScoreCommand, says_what_is_wrong_with_the_request) {
  EXPECT_EQ(securebase({"score", "-i", "phq-9"}).code, 2);
  EXPECT_EQ(securebase({"score"}).code, 2);
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--answers", "0", "--in", "x"}).code, 2);
  const Ran unknown = securebase({"score", "-i", "phq", "--answers", "0"});
  EXPECT_EQ(unknown.code, 5);
  EXPECT_THAT(unknown.err, HasSubstr("phq-9"));
  const Ran order = securebase({"score", "-i", "ecr", "--order", "x", "--answers", "0"});
  EXPECT_EQ(order.code, 5);
  EXPECT_THAT(order.err, HasSubstr("online-5pt"));
  const Folder folder;
  const Ran absent = securebase({"score", "-i", "phq-9", "--in", folder.path("none.csv")});
  EXPECT_EQ(absent.code, 5);
  EXPECT_THAT(absent.err, HasSubstr("none.csv"));
  const auto in = folder.put("in.csv", phq_header);
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", in, "--out", folder.path("no/such/out.csv")}).code,
            6);
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", in, "--out", folder.path()}).code, 6);
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", in, "--keep", "nobody"}).code, 3);
}

TEST(ScoreCommand, notices_a_full_disk) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\n");
  const Ran ran = securebase({"score", "-i", "phq-9", "--in", in, "--out", "/dev/full"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.err, Not(IsEmpty()));
}

TEST(ScoreCommand, an_old_output_survives_a_failed_run) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,9,9,9,9,9,9,9,9,9\n");
  const auto out = folder.put("out.csv", "yesterday's scores\n");
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", in, "--out", out}).code, 3);
  EXPECT_EQ(Folder::read(out), "yesterday's scores\n");
  EXPECT_THAT(folder.names(), ElementsAre("in.csv", "out.csv"));
}

}  // namespace
}  // namespace securebase::cli
