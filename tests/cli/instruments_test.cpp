#include <gmock/gmock.h>

#include "base/version.hpp"
#include "terminal.hpp"

namespace securebase::cli {
namespace {

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
  EXPECT_THAT(securebase({"instruments", "check"}).out, HasSubstr("definitions proven, no fault"));
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
  EXPECT_EQ(folder.names().size(), 3U);
  for (const auto& name : folder.names())
    EXPECT_TRUE(Json::parse(Folder::read(folder.path(name))).contains("$schema")) << name;
  EXPECT_EQ(securebase({"instruments", "schema", folder.path("no/such")}).code, 6);
}

TEST(InstrumentsCommand, schema_needs_a_folder_with_a_name) {
  const Ran ran = securebase({"instruments", "schema", ""});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
}

}  // namespace
}  // namespace securebase::cli
