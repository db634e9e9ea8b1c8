#include <gmock/gmock.h>

#include "base/version.hpp"
#include "terminal.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Program, tells_version_and_help) {
  const Ran version = securebase({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr(std::string(engine_version())));
  const Ran help = securebase({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples"));
  EXPECT_THAT(help.out, HasSubstr("Exit codes"));
  for (const char* command : {"score", "describe", "change", "instruments"})
    EXPECT_EQ(securebase({command, "--help"}).code, 0) << command;
  EXPECT_EQ(securebase({}).code, 2);
  EXPECT_EQ(securebase({"no-such-command"}).code, 2);
}

TEST(Program, help_is_no_wider_than_a_terminal) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{},
                                             {"score"},
                                             {"describe"},
                                             {"change"},
                                             {"fit", "lmm"},
                                             {"fit", "growth"},
                                             {"instruments"},
                                             {"instruments", "check"},
                                             {"instruments", "import"},
                                             {"export"}}) {
    auto words = command;
    words.emplace_back("--help");
    for (const std::string& line : lines_of(securebase(words).out)) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST(Program, says_plainly_what_it_does_not_understand) {
  const auto err = [](const std::vector<std::string>& words) { return securebase(words).err; };
  EXPECT_EQ(
      err({}),
      "securebase: say what to do: score, describe, change, locate, working-model, calibrate, irt, cat, fit, "
      "effect, agreement, reliability, code, sequence, feedback, alliance, export, instruments, batteries, "
      "protocols, setup, demo, serve, "
      "user, audit, backup, restore, store, key, doctor, norms, reminders; see securebase --help "
      "[usage.options]\n");
  EXPECT_EQ(err({"instruments"}),
            "securebase: say what to do: list, show, check, schema, ask, import, export; see securebase "
            "instruments --help [usage.options]\n");
  EXPECT_EQ(err({"score", "--answers", "1"}),
            "securebase: --instrument is needed; see securebase score --help [usage.options]\n");
  EXPECT_EQ(err({"score", "-i", "gad-7", "--answers", "1", "--in", "x"}),
            "securebase: --answers does not go with --in; see securebase score --help [usage.options]\n");
  EXPECT_EQ(err({"score", "--instrument"}),
            "securebase: --instrument needs a value; see securebase score --help [usage.options]\n");
  EXPECT_EQ(err({"change", "-i", "gad-7", "--after", "1"}),
            "securebase: --after needs --before; see securebase change --help [usage.options]\n");
  EXPECT_EQ(err({"score", "-i", "gad-7", "--answer\x1b", "1"}),
            "securebase: not understood: 1 --answer?; see securebase score --help [usage.options]\n");
}

TEST(InstrumentsCommand, lists_every_definition) {
  const Json json = securebase({"instruments", "list", "--json"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.instruments/1");
  const Ran words = securebase({"instruments", "list"});
  std::vector<std::string> ids;
  for (const Json& instrument : json.at("instruments")) {
    ids.push_back(instrument.at("id"));
    EXPECT_THAT(words.out, HasSubstr(ids.back()));
    EXPECT_EQ(securebase({"instruments", "show", ids.back()}).code, 0) << ids.back();
  }
  for (const char* id : {"bond", "check-in", "closeness", "core-10", "csi-4", "ders-16", "ecr", "ecr-r",
                         "ecr-rs", "gad-7", "itq", "pcl-5", "phq-9", "psc-17", "rfq-8", "wai-sr", "who-5"})
    EXPECT_THAT(ids, ::testing::Contains(id));
}

TEST(InstrumentsCommand, shows_the_key_its_source_and_what_is_unverified) {
  const Ran ran = securebase({"instruments", "show", "ecr"});
  EXPECT_THAT(unwrapped(ran.out), HasSubstr("reversed 3 15 19 25 27 29 31 33 35"));
  EXPECT_THAT(ran.out, HasSubstr("Brennan"));
  EXPECT_THAT(securebase({"instruments", "show", "ders-16"}).out, HasSubstr("[unverified]"));
  const Json json = securebase({"instruments", "show", "ecr", "--json"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.instrument_details/1");
  EXPECT_EQ(json.at("scales").at(0).at("key").at("reversed").size(), 9U);
  EXPECT_EQ(securebase({"instruments", "show", "no-such"}).code, 5);
}

TEST(InstrumentsCommand, check_proves_all_and_names_file_line_and_field) {
  EXPECT_EQ(securebase({"instruments", "check"}).out, "72 definitions, no fault: 72 built in\n");
  EXPECT_THAT(securebase({"instruments", "check", "--quiet"}).out, IsEmpty());
  const Folder folder;
  (void)folder.put("mine/x/1/instrument.toml", "schema = \"securebase.instrument/1\"\nid = 5\n");
  const Ran ran = securebase({"instruments", "check", folder.path("mine")});
  EXPECT_EQ(ran.code, 4);
  EXPECT_THAT(ran.err, HasSubstr("mine/x/1/instrument.toml:2:"));
  EXPECT_THAT(ran.err, HasSubstr("id: must be a text"));
  const Json json = securebase({"instruments", "check", folder.path("mine"), "--json"}).json();
  EXPECT_EQ(json.at("schema"), "securebase.check/1");
  EXPECT_FALSE(json.at("faults").empty());
  EXPECT_EQ(securebase({"instruments", "check", folder.path("none")}).code, 5);
}

// A new instrument is files alone: no C++ is touched, nothing is rebuilt.
TEST(InstrumentsCommand, a_folder_of_files_adds_an_instrument) {
  const Folder folder;
  (void)folder.put("mine/two/1/instrument.toml", R"(schema = "securebase.instrument/1"
id = "two"
version = "1"
name = "Two questions"
abbreviation = "Two"
family = "wellbeing"
summary = "An example of two questions."
items = {count = 2}
sources = [{id = "us", citation = "Made up for a test"}]
respondents = [{who = "self", about = "today"}]
licence = {wording = "imported", terms = "none", holder = "nobody", source = "us", verified = true}
responses = {min = 0, max = 4, source = "us", verified = true}
orders = [{id = "standard", name = "As written", source = "us", verified = true}]
[[scales]]
id = "total"
name = "Total"
description = "Higher: more."
verb = "sum"
direction = "higher_better"
range = [0, 8]
items = [1, 2]
reversed = [2]
source = "us"
verified = true
[scales.missing]
rule = "prorate"
max_missing = 1
published = false
source = "us"
verified = true
)");
  (void)folder.put("mine/two/1/golden.toml", R"toml(schema = "securebase.golden/1"
cases = [
  {name = "min", fill = 0, scores = {total = 4}, source = "hand: 0 + (4 - 0)"},
  {name = "max", fill = 4, scores = {total = 4}, source = "hand: 4 + (4 - 4)"},
  {name = "worked", answers = [3, 1], scores = {total = 6}, source = "hand: 3 + (4 - 1)"},
  {name = "one missing", answers = [3, "skipped"], scores = {total = 6}, source = "hand: 2 * 3"},
  {name = "both missing", answers = ["skipped", "skipped"], scores = {total = "none"}, source = "hand"}
])toml");
  const std::string mine = folder.path("mine");
  EXPECT_EQ(securebase({"instruments", "check", mine}).code, 0)
      << securebase({"instruments", "check", mine}).err;
  const Json json =
      securebase({"--definitions", mine, "score", "-i", "two", "--answers", "4,1", "--json"}).json();
  EXPECT_EQ(json.at("scores").at(0).at("value"), 7);
  const auto in = folder.put("in.csv", "t1,t2\n4,1\n2,\n");
  EXPECT_EQ(securebase({"score", "-i", "two", "--in", in, "--definitions", mine}).out,
            "instrument,version,order,line,total,total_state\ntwo,1,standard,2,7,complete\n"
            "two,1,standard,3,4,prorated\n");
  EXPECT_EQ(securebase({"score", "-i", "two", "--answers", "4,1"}).code, 5) << "not without the folder";
}

TEST(InstrumentsCommand, writes_schemas_for_editors) {
  const Folder folder;
  const Ran ran = securebase({"instruments", "schema", folder.path()});
  EXPECT_EQ(ran.code, 0) << ran.err;
  // instrument, golden cases, wording, calibration, battery, coding system, episodes, positions, holds,
  // techniques, exercises, protocol
  EXPECT_EQ(folder.names().size(), 12U);
  for (const auto& name : folder.names())
    EXPECT_TRUE(Json::parse(Folder::read(folder.path(name))).contains("$schema")) << name;
  EXPECT_EQ(securebase({"instruments", "schema", folder.path("new/one")}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder.path("new/one/golden.schema.json")));
  EXPECT_EQ(securebase({"instruments", "schema", folder.put("file", "")}).code, 6);
}

std::string shipped(const std::string& name) {
  return Folder::read(std::string(SECUREBASE_SOURCE_DIR) + "/content/instruments/gad-7/2006/" + name);
}

TEST(InstrumentsCommand, check_names_what_is_replaced_twice_or_not_read) {
  const Folder folder;
  const auto copy = [&](const std::string& where) {
    for (const char* name : {"instrument.toml", "golden.toml"})
      (void)folder.put(where + "/gad-7/2006/" + name, shipped(name));
  };
  copy("mine/a");
  const auto stray = folder.put("mine/a/gad-7/2006/Golden.toml", "");
  const Ran one = securebase({"instruments", "check", folder.path("mine")});
  EXPECT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(
      one.out,
      "gad-7@2006 is replaced by a definition of yours\n73 definitions, no fault: 72 built in, 1 from " +
          folder.path("mine") + "\n");
  EXPECT_THAT(one.err, HasSubstr(stray + " is not read: the files of a definition are"));
  const Json json = securebase({"instruments", "check", folder.path("mine"), "--json"}).json();
  EXPECT_EQ(json.at("replaced"), Json({"gad-7@2006"}));
  EXPECT_EQ(json.at("ignored_files"), Json({stray}));
  EXPECT_EQ(json.at("built_in"), 72);
  copy("mine/b");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"instruments", "check", folder.path("mine")},
                                             {"--definitions", folder.path("mine"), "instruments", "list"}}) {
    const Ran two = securebase(words);
    EXPECT_EQ(two.code, 4);
    EXPECT_THAT(two.err, HasSubstr("definition.id_twice"));
    EXPECT_THAT(two.err, HasSubstr("mine/a/gad-7/2006"));
    EXPECT_THAT(two.err, HasSubstr("mine/b/gad-7/2006"));
  }
}

TEST(InstrumentsCommand, check_names_file_and_line_of_a_case_that_does_not_hold) {
  const Folder folder;
  (void)folder.put("mine/gad-7/2006/instrument.toml", shipped("instrument.toml"));
  std::string golden = shipped("golden.toml");
  const auto score = golden.find("total = 21");
  ASSERT_NE(score, std::string::npos);
  golden.replace(score, 10, "total = 20");
  const auto before = golden.substr(0, golden.rfind("[[cases]]", score));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  (void)folder.put("mine/gad-7/2006/golden.toml", golden);
  EXPECT_THAT(securebase({"instruments", "check", folder.path("mine")}).err,
              HasSubstr("golden.toml:" + std::to_string(line) + ":"));
}

TEST(InstrumentsCommand, schema_needs_a_folder_with_a_name) {
  const Ran ran = securebase({"instruments", "schema", ""});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
