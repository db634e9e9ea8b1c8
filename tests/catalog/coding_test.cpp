// Coding systems: read, proven, found; those that come with the program.

#include "catalog/coding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "catalog/load.hpp"
#include "catalog/small_definition.hpp"
#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::replaced;

constexpr std::string_view small_coding = R"(schema = "securebase.coding/1"
id = "few"
version = "1"
name = "A few codes"
abbreviation = "Few"
family = "infant"
summary = "Made up."
caution = "Says nothing."
terms = "Free."
window_seconds = 60
part_name = "Story"
most_parts = 4
source = "ours"
status = "proposed"

[[sources]]
id = "ours"
citation = "Made up for a test"

[[episodes]]
id = "e1"
label = "Alone"
kind = "separation"
present = "infant"
usual_seconds = 180
curtail_seconds = 60

[[codes]]
id = "cry"
label = "Cries"
key = "c"
span = "duration"
values = [1, 3]

[[codes]]
id = "smile"
label = "Smiles"
key = "s"
span = "moment"
status = "seen"

[[scales]]
id = "near"
label = "Comes near"
range = [1, 7]
per = "episode"
episodes = ["e1"]

[[scales]]
id = "all"
label = "The whole"
range = [1, 9]
step = 0.5
per = "whole"

[[scales]]
id = "each"
label = "Each minute"
range = [0, 4]
per = "window"
averaged = true

[[scales]]
id = "told"
label = "Each story"
range = [1, 7]
per = "part"

[[classes]]
id = "B3"
label = "Settles"
group = "B"

[[classes]]
id = "D"
label = "Out of order"
needs_alternative = true

[[thresholds]]
scales = ["all"]
group = "D"
above = 5

[[sums]]
scales = ["all"]
total = 9
)";

Result<Library, Faults> library_with(const std::string& text,
                                     const std::string& name = "own/codings/few/1.toml") {
  const std::vector<Document> documents{{name, text}};
  return load_library(documents);
}

CodingSystem small() {
  auto library = library_with(std::string(small_coding));
  if (!library) throw std::logic_error(to_text(library.error().front()));
  return library->codings.at(0);
}

TEST(Coding, is_read_whole) {
  const CodingSystem system = small();
  EXPECT_TRUE(system.is_guarded()) << "of infants, whatever the file says";
  ASSERT_EQ(system.episodes.size(), 1U);
  EXPECT_EQ(system.episodes[0].kind, EpisodeKind::separation);
  EXPECT_EQ(system.episodes[0].curtail_seconds, 60);
  ASSERT_NE(find_code(system, "cry"), nullptr);
  EXPECT_EQ(find_code(system, "cry")->span, CodeSpan::duration);
  EXPECT_EQ(find_code(system, "cry")->key, 'c');
  EXPECT_TRUE(is_value(*find_code(system, "cry")->value, 3));
  EXPECT_FALSE(is_value(*find_code(system, "cry")->value, 4));
  EXPECT_FALSE(is_value(*find_code(system, "cry")->value, 1.5));
  // What an entry leaves out is that of the system.
  EXPECT_EQ(find_code(system, "cry")->origin.status, SourceStatus::proposed);
  EXPECT_EQ(find_code(system, "smile")->origin.status, SourceStatus::seen);
  EXPECT_EQ(find_code(system, "smile")->origin.source, "ours");
  EXPECT_TRUE(is_value(find_scale(system, "all")->range, 2.5));
  EXPECT_EQ(find_class(system, "D")->group, "D") << "its own id where no group is named";
  EXPECT_EQ(find_class(system, "B3")->group, "B");
  EXPECT_TRUE(find_class(system, "D")->needs_alternative);
  EXPECT_EQ(system.fingerprint.size(), 16U);
}

TEST(Coding, knows_the_parts_that_a_scale_is_rated_for) {
  const CodingSystem system = small();
  const auto is = [&](const char* scale, const char* segment) {
    return is_segment(system, *find_scale(system, scale), segment);
  };
  EXPECT_TRUE(is("all", ""));
  EXPECT_FALSE(is("all", "e1"));
  EXPECT_TRUE(is("near", "e1"));
  EXPECT_FALSE(is("near", "e2"));
  EXPECT_TRUE(is("each", "w1"));
  EXPECT_TRUE(is("each", "w1000"));
  for (const char* wrong : {"w0", "w01", "w1001", "w", "1", "w1x", "p1", "w99999999999"})
    EXPECT_FALSE(is("each", wrong)) << wrong;
  EXPECT_TRUE(is("told", "p4"));
  EXPECT_FALSE(is("told", "p5"));
}

TEST(Coding, is_known_by_where_it_lies) {
  EXPECT_TRUE(is_coding_file("codings/few/1.toml"));
  EXPECT_TRUE(is_coding_file("a/b/codings/few/1.toml"));
  for (const char* other : {"codings/1.toml", "codings/few/1.txt", "xcodings/few/1.toml", "few/1.toml",
                            "1.toml", "/1.toml", "codings/few/more/1.toml", ""})
    EXPECT_FALSE(is_coding_file(other)) << other;
}

TEST(Coding, the_latest_version_is_found_and_an_own_one_replaces_ours) {
  auto library = library_with(std::string(small_coding));
  ASSERT_TRUE(library);
  const auto next = library_with(replaced(std::string(small_coding), "version = \"1\"", "version = \"2\""),
                                 "own/codings/few/2.toml");
  ASSERT_TRUE(next);
  EXPECT_TRUE(add_to(*library, *next).empty());
  ASSERT_TRUE(find_coding(*library, "few"));
  EXPECT_EQ((*find_coding(*library, "few"))->version, "2");
  EXPECT_EQ((*find_coding(*library, "few@1"))->version, "1");
  const auto none = find_coding(*library, "few@3");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "coding.unknown");
  EXPECT_THAT(none.error().detail, HasSubstr("few@1, few@2"));
  const auto mine = library_with(replaced(std::string(small_coding), "A few codes", "Mine"));
  ASSERT_TRUE(mine);
  EXPECT_THAT(add_to(*library, *mine), Contains("coding few@1"));
  EXPECT_EQ((*find_coding(*library, "few@1"))->name, "Mine");
}

TEST(Coding, of_one_version_is_there_once) {
  const std::vector<Document> documents{{"a/codings/few/1.toml", std::string(small_coding)},
                                        {"b/codings/few/1.toml", std::string(small_coding)}};
  const auto library = load_library(documents);
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().front().code, "definition.id_twice");
}

struct Wrong {
  const char* title;
  const char* from;
  const char* to;
  const char* says;
};

void PrintTo(const Wrong& wrong, std::ostream* out) {
  *out << wrong.title;
}

class CodingFault : public ::testing::TestWithParam<Wrong> {};

TEST_P(CodingFault, is_named_with_its_line) {
  const auto library = library_with(replaced(std::string(small_coding), GetParam().from, GetParam().to));
  ASSERT_FALSE(library);
  std::string told;
  for (const Error& fault : library.error()) {
    told += to_text(fault) + "\n";
    EXPECT_EQ(fault.where.name, "own/codings/few/1.toml");
    EXPECT_GT(fault.where.line, 0U) << to_text(fault);
  }
  EXPECT_THAT(told, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, CodingFault,
    ::testing::Values(
        Wrong{"id_is_not_the_folder", "id = \"few\"", "id = \"many\"", "codings/<id>/<version>.toml"},
        Wrong{"key_twice", "key = \"s\"", "key = \"c\"", "a key of its own"},
        Wrong{"key_of_two_signs", "key = \"s\"", "key = \"ss\"", "one of a to z, 0 to 9"},
        Wrong{"key_that_types", "key = \"s\"", "key = \"S\"", "one of a to z, 0 to 9"},
        Wrong{"code_twice", "id = \"smile\"", "id = \"cry\"", "stands twice"},
        Wrong{"unknown_span", "span = \"moment\"", "span = \"long\"", "moment, duration"},
        Wrong{"empty_range", "range = [1, 7]\nper = \"episode\"", "range = [7, 1]\nper = \"episode\"",
              "[lowest, highest]"},
        Wrong{"range_of_no_whole_steps", "step = 0.5", "step = 0.3", "whole number of steps"},
        Wrong{"no_such_episode", "episodes = [\"e1\"]", "episodes = [\"e9\"]",
              "an episode that is not there"},
        Wrong{"no_episodes", "episodes = [\"e1\"]\n", "", "goes with per = \"episode\""},
        Wrong{"no_windows", "window_seconds = 60\n", "", "windows need window_seconds"},
        Wrong{"no_parts", "part_name = \"Story\"\nmost_parts = 4\n", "", "parts need part_name"},
        Wrong{"half_of_parts", "part_name = \"Story\"\n", "", "go together"},
        Wrong{"mean_of_one", "step = 0.5\nper = \"whole\"", "step = 0.5\nper = \"whole\"\naveraged = true",
              "nothing to average"},
        Wrong{"threshold_beyond_its_scale", "above = 5", "above = 12", "a value of its scales"},
        Wrong{"threshold_of_no_class", "group = \"D\"\nabove", "group = \"Z\"\nabove",
              "no class is of this group"},
        Wrong{"threshold_of_no_scale", "scales = [\"all\"]\ngroup", "scales = [\"none\"]\ngroup",
              "a scale that is not there"},
        Wrong{"unnamed_source", "source = \"ours\"", "source = \"theirs\"", "id of a row of [[sources]]"},
        Wrong{"unknown_status", "status = \"seen\"", "status = \"sure\"", "seen, unverified, proposed"},
        Wrong{"endless_episode", "usual_seconds = 180", "usual_seconds = 0", "from 1 to 3600"}),
    [](const auto& wrong) { return wrong.param.title; });

TEST(Coding, without_a_caution_is_none) {
  const auto library = library_with(replaced(std::string(small_coding), "caution = \"Says nothing.\"\n", ""));
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().front().code, "definition.missing_field");
}

// What comes with the program.

TEST(ShippedCodings, are_those_of_the_table_and_say_what_is_not_checked) {
  std::vector<std::string> ids;
  for (const CodingSystem& system : testing::shipped().codings) {
    ids.push_back(system.id);
    EXPECT_FALSE(system.caution.empty());
    for (const CodingCode& code : system.codes) EXPECT_NE(code.key, 0) << system.id << " " << code.id;
  }
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("strange-situation", "reflective-functioning",
                                                   "aai-scales", "play-synchrony", "secure-base-script",
                                                   "rupture-markers", "couple-cycle"));
}

TEST(ShippedCodings, are_told_of_in_the_documents) {
  std::ostringstream page;
  page << std::ifstream(SECUREBASE_SOURCE_DIR "/docs/codings.md").rdbuf();
  for (const CodingSystem& system : testing::shipped().codings)
    EXPECT_THAT(page.str(),
                HasSubstr("| `" + system.id + "` | " + system.name + " | " + system.version + " | " +
                          std::to_string(system.codes.size()) + " | " + std::to_string(system.scales.size()) +
                          " | " + std::to_string(system.classes.size()) + " | " +
                          (system.certified ? "certified raters" : "trained observers")));
}

const CodingSystem& shipped_coding(const std::string& id) {
  const auto found = find_coding(testing::shipped(), id);
  if (!found) throw std::runtime_error(to_text(found.error()));
  return **found;
}

TEST(ShippedCodings, the_strange_situation_is_as_its_table_has_it) {
  const CodingSystem& system = shipped_coding("strange-situation");
  EXPECT_TRUE(system.is_guarded());
  EXPECT_TRUE(system.certified);
  ASSERT_EQ(system.episodes.size(), 8U);
  std::vector<std::string> separations;
  for (const CodingEpisode& episode : system.episodes) {
    EXPECT_EQ(episode.usual_seconds, episode.id == "e1" ? 60 : 180);
    if (episode.kind == EpisodeKind::separation) {
      separations.push_back(episode.id);
      EXPECT_EQ(episode.curtail_seconds, 60) << "a full minute of unsettled crying";
    }
  }
  EXPECT_EQ(separations, (std::vector<std::string>{"e4", "e6", "e7"}));
  for (const char* id : {"ps", "cm", "res", "av", "di"}) {
    const CodingScale* scale = find_scale(system, id);
    ASSERT_NE(scale, nullptr) << id;
    EXPECT_EQ(scale->episodes, (std::vector<std::string>{"e5", "e8"}));
    EXPECT_EQ(scale->range.min, 1);
    EXPECT_EQ(scale->range.max, 7);
  }
  EXPECT_EQ(std::count_if(system.codes.begin(), system.codes.end(),
                          [](const CodingCode& code) { return code.id.starts_with("d."); }),
            7);
  EXPECT_TRUE(find_class(system, "D")->needs_alternative);
  EXPECT_TRUE(find_class(system, "CC")->needs_alternative);
  EXPECT_FALSE(find_class(system, "B3")->needs_alternative);
  ASSERT_EQ(system.thresholds.size(), 1U);
  EXPECT_EQ(system.thresholds[0].above, 5);
}

TEST(ShippedCodings, interviews_are_of_certified_raters_and_guarded) {
  for (const char* id : {"reflective-functioning", "aai-scales"}) {
    EXPECT_TRUE(shipped_coding(id).certified) << id;
    EXPECT_TRUE(shipped_coding(id).is_guarded()) << id;
  }
  const CodingScale* overall = find_scale(shipped_coding("reflective-functioning"), "rf.overall");
  ASSERT_NE(overall, nullptr);
  EXPECT_EQ(overall->range.min, -1);
  EXPECT_EQ(overall->range.max, 9);
  EXPECT_FALSE(overall->averaged) << "a judgement, never a mean";
  EXPECT_TRUE(find_class(shipped_coding("aai-scales"), "U")->needs_alternative);
}

TEST(ShippedCodings, markers_of_ruptures_stand_in_five_minutes) {
  const CodingSystem& system = shipped_coding("rupture-markers");
  EXPECT_EQ(system.window_seconds, 300);
  EXPECT_FALSE(system.is_guarded());
  const auto of_group = [&](const std::string& group) {
    return std::count_if(system.codes.begin(), system.codes.end(),
                         [&](const CodingCode& code) { return code.group == group; });
  };
  EXPECT_EQ(of_group("Moves away"), 7);
  EXPECT_EQ(of_group("Moves against"), 7);
  EXPECT_EQ(of_group("Repairs"), 10);
}

TEST(ShippedCodings, the_script_has_seven_steps_and_a_mean_over_stories) {
  const CodingSystem& system = shipped_coding("secure-base-script");
  EXPECT_EQ(std::count_if(system.codes.begin(), system.codes.end(),
                          [](const CodingCode& code) { return code.group == "Steps"; }),
            7);
  EXPECT_TRUE(find_scale(system, "script")->averaged);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
