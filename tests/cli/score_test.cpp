#include <gmock/gmock.h>
#include <zlib.h>

#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::AllOf;
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
  EXPECT_THAT(lines[0], StartsWith("instrument,version,order,line,id,risk_items,risk_unanswered,total,"));
  EXPECT_THAT(lines[1], StartsWith("phq-9,2001,published,2,ada,,,8,"));
  EXPECT_EQ(lines[2], "phq-9,2001,published,3,\"b");
  EXPECT_THAT(lines[3], StartsWith("o\",9,,27,"));  // 9: the risk item
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
  EXPECT_THAT(ran.out, HasSubstr(",2,ada,,,8,"));
}

TEST(ScoreCommand, a_bad_row_is_named_and_nothing_is_written) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\nbo,1,2,1,0,1,2,0,7,0\n");
  const auto out = folder.path("out.csv");
  const Ran ran = securebase({"score", "-i", "phq-9", "--in", in, "--out", out});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("in.csv:3"));
  EXPECT_THAT(ran.err, HasSubstr("phq_8"));
  EXPECT_THAT(ran.err, HasSubstr("an answer is 0 to 3"));
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
  EXPECT_THAT(lines[1], StartsWith("phq-9,2001,published,2,ada,,,8,"));
  EXPECT_THAT(lines[2], StartsWith("phq-9,2001,published,5,di,,,0,"));
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
      constexpr double rounding = 0.5e-4;
      const auto agrees = [&](const std::string& name, const Json& value) {
        EXPECT_NEAR(std::stod(at(name)), value.get<double>(), rounding) << name;
        EXPECT_LE(at(name).size() - std::min(at(name).size(), at(name).find('.')), 5U) << at(name);
      };
      agrees("", score.at("value"));
      agrees("_se", score.at("standard_error").at("value"));
      agrees("_upper", score.at("standard_error").at("interval").at("upper"));
      for (const Json& standing : score.at("standings"))
        agrees("_percentile_" + standing.at("group").get<std::string>(), standing.at("percentile"));
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
            "instrument,version,order,line,work_together,work_together_state,understood,understood_state,"
            "strain,strain_state");
}

TEST(ScoreCommand, a_practices_own_missing_rule_is_marked_as_its_own) {
  const std::string answers = "1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,3,4,1,2,,4";
  EXPECT_TRUE(securebase({"score", "-i", "ecr", "--order", "published", "--answers", answers, "--json"})
                  .json()
                  .at("scores")
                  .at(0)
                  .at("value")
                  .is_null());
  const Json own = securebase({"score", "-i", "ecr", "--order", "published", "--answers", answers, "--json",
                               "--practice-missing", "0.2"})
                       .json();
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

TEST(ScoreCommand, keep_going_does_not_pass_over_the_rest_of_a_file) {
  const Folder folder;
  const auto in = folder.put(
      "in.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\nbo,\"1,2,1,0,1,2,0,1,0\n" + "cy,0,0,0,0,0,0,0,0,0\n");
  const Ran ran =
      securebase({"score", "-i", "phq-9", "--in", in, "--out", folder.path("out.csv"), "--keep-going"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("reading ended at line 3: everything after it is unread"));
  EXPECT_THAT(folder.names(), ElementsAre("in.csv"));
}

TEST(ScoreCommand, a_share_that_is_no_number_is_refused) {
  for (const char* share : {"nan", "0.6", "-1"}) {
    const Ran ran =
        securebase({"score", "-i", "phq-9", "--answers", "1,2,1,0,1,2,0,1,0", "--practice-missing", share});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("a share from 0 to 0.5"));
  }
}

TEST(ScoreCommand, text_from_outside_does_not_steer_the_terminal) {
  const Folder folder;
  const auto in = folder.put("a\x1b[2Jb.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\n");
  const Ran words = securebase({"score", "-i", "phq-9", "--in", in, "--explain"});
  EXPECT_EQ(words.code, 0) << words.err;
  EXPECT_THAT(words.out, Not(HasSubstr("\x1b")));
  const Ran none = securebase({"score", "-i", "phq-9", "--in", in, "--keep", "\u202Eid"});
  EXPECT_THAT(none.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(none.err, HasSubstr("'?id'"));
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

TEST(ScoreCommand, never_replaces_a_file_it_reads) {
  const Folder folder;
  const std::string text = phq_header + "ada,1,2,1,0,1,2,0,1,0\n";
  const auto in = folder.put("in.csv", text);
  std::filesystem::create_hard_link(in, folder.path("same.csv"));
  std::filesystem::create_symlink(in, folder.path("link.csv"));
  for (const auto& out : {in, folder.path("same.csv"), folder.path("link.csv")}) {
    for (const char* command : {"score", "describe"}) {
      const Ran ran = securebase({command, "-i", "phq-9", "--in", in, "--out", out});
      EXPECT_EQ(ran.code, 2);
      EXPECT_THAT(ran.err, HasSubstr("usage.output_is_input"));
    }
  }
  EXPECT_EQ(Folder::read(in), text);
  EXPECT_THAT(folder.names(), ElementsAre("in.csv", "link.csv", "same.csv"));
}

TEST(ScoreCommand, never_replaces_a_definition_it_reads) {
  const Folder folder;
  for (const char* name : {"instrument.toml", "golden.toml"})
    (void)folder.put(
        std::string("mine/phq-9/2001/") + name,
        Folder::read(std::string(SECUREBASE_SOURCE_DIR) + "/content/instruments/phq-9/2001/" + name));
  const auto definition = folder.path("mine/phq-9/2001/instrument.toml");
  const Ran ran = securebase({"score", "-i", "phq-9", "--answers", "1,2,1,0,1,2,0,1,0", "--definitions",
                              folder.path("mine"), "--out", definition});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("usage.output_is_input"));
  EXPECT_THAT(Folder::read(definition), HasSubstr("phq-9"));
}

TEST(ScoreCommand, a_file_of_another_questionnaire_is_refused) {
  const Folder folder;
  const auto nine = folder.put("nine.csv", phq_header + "ada,1,2,1,0,1,2,0,1,0\n");
  const Ran many = securebase({"score", "-i", "gad-7", "--in", nine});
  EXPECT_EQ(many.code, 3);
  EXPECT_THAT(many.err, HasSubstr("--prefix phq_"));
  const auto seven = folder.put("seven.csv", "phq_1,phq_2,phq_3,phq_4,phq_5,phq_6,phq_7\n1,2,1,0,1,2,0\n");
  const Ran named = securebase({"score", "-i", "gad-7", "--in", seven});
  EXPECT_EQ(named.code, 3);
  EXPECT_THAT(named.err, HasSubstr("bear the name of another questionnaire, phq-9"));
  EXPECT_EQ(securebase({"score", "-i", "gad-7", "--in", seven, "--prefix", "phq_"}).code, 0);
}

TEST(ScoreCommand, an_instrument_with_several_orders_needs_to_be_told_which) {
  std::string answers = "1";
  for (int item = 2; item <= 36; ++item) answers += ",1";
  for (const char* command : {"score", "change"}) {
    std::vector<std::string> words = {command, "-i", "ecr-r"};
    for (const char* option : {"--before", "--after"})
      if (command == std::string("change")) words.insert(words.end(), {option, answers});
    if (command == std::string("score")) words.insert(words.end(), {"--answers", answers});
    const Ran ran = securebase(words);
    EXPECT_EQ(ran.code, 2) << command;
    for (const char* text : {"usage.order", "author (The author's order", "odd-even (", "turkish ("})
      EXPECT_THAT(ran.err, HasSubstr(text)) << command;
  }
}

TEST(ScoreCommand, raised_and_empty_risk_items_stand_apart_and_are_counted) {
  const Folder folder;
  const auto in =
      folder.put("in.csv", phq_header + "ada,0,0,0,0,0,0,0,0,0\nbo,0,0,0,0,0,0,0,0,2\ncy,0,0,0,0,0,0,0,0,\n");
  const std::vector<std::string> words = {"score", "-i", "phq-9", "--in", in};
  auto keeping = words;
  keeping.insert(keeping.end(), {"--keep", "id"});
  const Ran ran = securebase(keeping);
  const auto lines = lines_of(ran.out);
  EXPECT_THAT(lines.at(1), StartsWith("phq-9,2001,published,2,ada,,,0,"));
  EXPECT_THAT(lines.at(1), HasSubstr(",minimal,"));
  EXPECT_THAT(lines.at(2), StartsWith("phq-9,2001,published,3,bo,9,,2,"));
  EXPECT_THAT(lines.at(2), Not(HasSubstr("minimal")));
  EXPECT_THAT(lines.at(3), StartsWith("phq-9,2001,published,4,cy,,9,,"));
  const std::string note = "2 people: a risk item was answered above the lowest, or left empty (lines 3, 4)";
  EXPECT_THAT(ran.err, HasSubstr(note));
  for (const char* format : {"--json", "--explain"}) {
    auto as = words;
    as.emplace_back(format);
    EXPECT_THAT(securebase(as).err, HasSubstr(note)) << format;
  }
}

TEST(ScoreCommand, names_no_band_beside_a_risk_item) {
  for (const std::string answers : {"0,4,4,0,0,3,0,0,0,0", "0,4,4,0,0,,0,0,0,0"}) {
    const Ran ran = securebase({"score", "-i", "core-10", "--answers", answers});
    EXPECT_THAT(ran.out, Not(HasSubstr("healthy")));
    EXPECT_THAT(unwrapped(ran.out), HasSubstr("Talk with the person about it before they leave, or today; "
                                              "follow your safety procedure."));
  }
  const std::vector<std::string> raised = {"score", "-i", "core-10", "--answers", "0,4,4,0,0,3,0,0,0,0"};
  EXPECT_THAT(unwrapped(securebase(raised).out), HasSubstr("No band is named: a risk item"));
  auto as_json = raised;
  as_json.emplace_back("--json");
  const Json score = securebase(as_json).json().at("scores").at(0);
  EXPECT_EQ(score.at("value"), 3);
  EXPECT_TRUE(score.at("band").is_null());
  EXPECT_TRUE(score.at("band_left_out"));
  EXPECT_THAT(securebase({"score", "-i", "core-10", "--answers", "0,4,4,0,0,0,0,0,0,0"}).out,
              HasSubstr("healthy"));
}

TEST(ScoreCommand, names_the_columns_that_rest_on_unverified_figures) {
  const Folder folder;
  const auto in = folder.put("in.csv", "c1,c2,c3,c4,c5,c6,c7,c8,c9,c10\n0,0,0,0,0,0,0,0,0,0\n");
  EXPECT_THAT(
      securebase({"score", "-i", "core-10", "--in", in}).err,
      HasSubstr("not verified at their source are in total_band: see securebase instruments show core-10"));
}

TEST(ScoreCommand, ages_and_genders_that_are_not_used_are_reported) {
  const Folder folder;
  const auto in =
      folder.put("in.csv",
                 "age,gender,g1,g2,g3,g4,g5,g6,g7\n34.5,f,0,0,0,0,0,0,0\n\"34,5\",f,0,0,0,0,0,0,0\n"
                 "340,f,0,0,0,0,0,0,0\nold,elf,0,0,0,0,0,0,0\n");
  std::vector<std::string> words = {"score", "-i", "gad-7", "--in", in};
  const std::string err = securebase(words).err;
  EXPECT_THAT(
      err, HasSubstr("2 values in the column 'age' not used: 1 cannot be an age from 5 to 110, 1 cannot be "
                     "understood (lines 4, 5)"));
  EXPECT_THAT(err, HasSubstr("1 value in the column 'gender' not used: 1 cannot be understood (line 5)"));
  words.emplace_back("--explain");
  EXPECT_THAT(unwrapped(securebase(words).out),
              HasSubstr("Ages from the column 'age': 2 used, 0 empty, 1 that "
                        "cannot be, 1 not understood, not used"));
  words.back() = "--json";
  const Json ages = securebase(words).json().at("ages");
  EXPECT_EQ(ages.at("used"), 2);
  EXPECT_EQ(ages.at("impossible"), 2);
  EXPECT_EQ(ages.at("not_understood"), 1);
}

TEST(ScoreCommand, a_kept_column_does_not_clash_with_its_own) {
  const Folder folder;
  const auto in = folder.put("in.csv", "total,g1,g2,g3,g4,g5,g6,g7\n1,0,0,0,0,0,0,0\n");
  const Ran ran = securebase({"score", "-i", "gad-7", "--in", in, "--keep", "total"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("the output has a column of this name already"));
}

TEST(ScoreCommand, says_why_an_error_is_not_known) {
  EXPECT_THAT(unwrapped(securebase({"score", "-i", "core-10", "--answers", "0,4,4,0,0,0,0,0,0,0"}).out),
              HasSubstr("error not known: reliability 0.90 is known, but not the spread (SD) of a group"));
  EXPECT_THAT(unwrapped(securebase({"score", "-i", "bond", "--answers", "4,4,0,4,0,0"}).out),
              HasSubstr("error not known: a new measure"));
}

TEST(ScoreCommand, a_missing_score_asks_for_the_answer) {
  const std::string words = unwrapped(securebase({"score", "-i", "gad-7", "--answers", "2,1,,2,1,0,1"}).out);
  EXPECT_THAT(words,
              HasSubstr("Ask about the empty question; --practice-missing is for a rule of your own."));
  EXPECT_THAT(words, Not(HasSubstr("error may be larger")));
}

TEST(ScoreCommand, says_on_which_side_of_a_line_a_score_is) {
  EXPECT_THAT(unwrapped(securebase({"score", "-i", "phq-9", "--answers", "1,2,1,0,2,2,0,1,0"}).out),
              AllOf(HasSubstr("9 is below the line; within its error the true level may lie on either side"),
                    HasSubstr("the true level may lie in another band")));
  const std::string who = unwrapped(securebase({"score", "-i", "who-5", "--answers", "2,2,2,2,2"}).out);
  EXPECT_THAT(who, HasSubstr("50 or less: low wellbeing; 40 is in this range"));
  EXPECT_THAT(who, Not(HasSubstr("below 52")));
}

TEST(ScoreCommand, tells_the_answers_of_an_item_with_more_of_them) {
  EXPECT_THAT(unwrapped(securebase({"score", "-i", "csi-4", "--answers", "6,5,5,5"}).out),
              HasSubstr("0 to 5; item 1: 0 to 6"));
}

TEST(ScoreCommand, reads_what_excel_writes_where_the_comma_is_for_decimals) {
  const Folder folder;
  const auto in = folder.put("in.csv", "id;age;q1;q2;q3;q4;q5;q6;q7\r\nada;34,5;1;2;3;0;1;1;1\r\n");
  const Ran ran = securebase({"score", "-i", "gad-7", "--in", in, "--keep", "id,age"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, Not(HasSubstr("not used")));
  EXPECT_THAT(lines_of(ran.out).at(1), StartsWith("gad-7,2006,published,2,ada,\"34,5\",9,"));
  const Ran book = securebase({"score", "-i", "gad-7", "--in", folder.put("in.xlsx", "PK\x03\x04rest")});
  EXPECT_EQ(book.code, 3);
  EXPECT_THAT(book.err, HasSubstr("this is an Excel workbook"));
}

TEST(ScoreCommand, blank_rows_are_nobody_and_told_once) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header + "ada,0,0,0,0,0,0,0,0,0\n,,,,,,,,,\n , ,,,,,,,,\n");
  const std::vector<std::string> words = {"score", "-i", "phq-9", "--in", in};
  const Ran ran = securebase(words);
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(lines_of(ran.out).size(), 2U);
  EXPECT_THAT(ran.err, HasSubstr("in.csv: 2 rows with every field empty, passed over"));
  EXPECT_THAT(ran.err, Not(HasSubstr("risk item")));
  auto as_json = words;
  as_json.emplace_back("--json");
  EXPECT_EQ(securebase(as_json).json().at("input").at("blank"), 2);
}

TEST(ScoreCommand, a_file_of_a_header_alone_is_told) {
  const Folder folder;
  const auto in = folder.put("in.csv", phq_header);
  for (const char* command : {"score", "describe"}) {
    const Ran ran = securebase({command, "-i", "phq-9", "--in", in});
    EXPECT_EQ(ran.code, 0);
    EXPECT_THAT(ran.err, HasSubstr("in.csv: no rows")) << command;
  }
}

TEST(ScoreCommand, refuses_options_without_effect) {
  const std::vector<std::string> one = {"score", "-i", "phq-9", "--answers", "0,0,0,0,0,0,0,0,0"};
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--keep", "id"},
                                             {"--age", "age"},
                                             {"--gender", "sex"},
                                             {"--ages", "5-90"},
                                             {"--gender-codes", "1=male"},
                                             {"--prefix", "q"},
                                             {"--columns", "a,b"},
                                             {"--keep-going"}}) {
    auto words = one;
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = securebase(words);
    EXPECT_EQ(ran.code, 2) << more[0];
    EXPECT_THAT(ran.err, HasSubstr("does not go with")) << more[0];
  }
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", "x", "--prefix", "q", "--columns", "a"}).code, 2);
  EXPECT_EQ(securebase({"score", "-i", "phq-9", "--in", "x", "--explain", "--keep", "id"}).code, 2);
}

TEST(ScoreCommand, optional_items_at_the_end_may_be_left_out) {
  const Json json = securebase({"score", "-i", "check-in", "--answers", "1,2,3,4,1,2,3,4", "--json"}).json();
  EXPECT_EQ(
      json,
      securebase({"score", "-i", "check-in", "--answers", "1,2,3,4,1,2,3,4,not_asked", "--json"}).json());
  EXPECT_THAT(securebase({"score", "-i", "check-in", "--answers", "1,2,3,4,1,2,3"}).err,
              HasSubstr("7 answers for the 9 items"));
  EXPECT_THAT(securebase({"score", "-i", "gad-7", "--answers", "1 2 3 0 1 2 3"}).err,
              HasSubstr("separate answers with commas"));
}

TEST(ScoreCommand, an_instrument_is_found_in_any_case_or_its_like_are_named) {
  EXPECT_EQ(securebase({"score", "-i", "PHQ-9", "--answers", "0,0,0,0,0,0,0,0,0"}).code, 0);
  EXPECT_THAT(securebase({"score", "-i", "ecr@1999", "--answers", "0"}).err,
              HasSubstr("ecr has no version '1999'; it has 1998"));
}

TEST(ScoreOutput, keeps_the_permissions_of_the_file_it_replaces) {
  namespace fs = std::filesystem;
  const Folder folder;
  const auto in = folder.put("in.csv", "q1,q2,q3,q4,q5,q6,q7\n1,2,3,0,1,1,1\n");
  const auto out = folder.put("out.csv", "old");
  fs::permissions(out, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(securebase({"score", "-i", "gad-7", "--in", in, "--out", out}).code, 0);
  EXPECT_EQ(fs::status(out).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_NE(Folder::read(out), "old");
}

TEST(ScoreOutput, follows_a_link_and_leaves_it_there) {
  namespace fs = std::filesystem;
  const Folder folder;
  const auto in = folder.put("in.csv", "q1,q2,q3,q4,q5,q6,q7\n1,2,3,0,1,1,1\n");
  const auto target = folder.put("target.csv", "old");
  fs::create_symlink("target.csv", folder.path("link.csv"));
  EXPECT_EQ(securebase({"score", "-i", "gad-7", "--in", in, "--out", folder.path("link.csv")}).code, 0);
  EXPECT_TRUE(fs::is_symlink(folder.path("link.csv")));
  EXPECT_NE(Folder::read(target), "old");
  EXPECT_THAT(folder.names(), ::testing::ElementsAre("in.csv", "link.csv", "target.csv"));
}

TEST(ScoreOutput, leaves_a_read_only_file_alone) {
  namespace fs = std::filesystem;
  const Folder folder;
  const auto in = folder.put("in.csv", "q1,q2,q3,q4,q5,q6,q7\n1,2,3,0,1,1,1\n");
  const auto out = folder.put("out.csv", "old");
  fs::permissions(out, fs::perms::owner_read);
  const Ran ran = securebase({"score", "-i", "gad-7", "--in", in, "--out", out});
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.err, HasSubstr("read-only"));
  EXPECT_EQ(Folder::read(out), "old");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
