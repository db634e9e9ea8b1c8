// Codings of relationship episodes: read, held against themselves, replaced by a practice's own.

#include "catalog/episode_coding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/load.hpp"
#include "catalog/small_definition.hpp"
#include "shipped_definitions.hpp"

namespace securebase::catalog {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using testing::replaced;

std::string component(const std::string& id) {
  return "[[components]]\nid = \"" + id + "\"\nname = \"" + id + R"("
about = "Made up."
standard = 9
source = "made-up"
verified = true

[[components.clusters]]
number = 1
label = "one of )" +
         id + R"("
source = "made-up"
verified = false

[[components.clusters]]
number = 2
label = "two of )" +
         id + R"("
source = "made-up"
verified = false
)";
}

std::string small_coding() {
  return R"(schema = "securebase.episodes/1"
id = "few"
name = "A few"
summary = "Made up."
fewest = 10

[[sources]]
id = "made-up"
citation = "Made up."

)" + component("wish") +
         component("response_of_other") + component("response_of_self");
}

Result<Library, Faults> library_with(const std::string& text) {
  return load_library(std::vector<Document>{{"own/episodes.few.toml", text}});
}

TEST(EpisodeCodings, are_read) {
  const auto library = library_with(small_coding());
  ASSERT_TRUE(library);
  const auto found = find_episode_coding(*library, "few");
  ASSERT_TRUE(found);
  ASSERT_EQ((*found)->components.size(), 3U);
  EXPECT_EQ((*found)->fewest, 10);
  EXPECT_EQ((*found)->components[1].standard, 9);
  EXPECT_EQ((*found)->components[2].clusters[1].label, "two of response_of_self");
  EXPECT_FALSE((*found)->components[2].clusters[1].provenance.verified);
  EXPECT_EQ(find_episode_coding(*library, "none").error().code, "episodes.unknown");
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

class EpisodesFault : public ::testing::TestWithParam<Wrong> {};

TEST_P(EpisodesFault, is_named_with_its_line) {
  const auto library = library_with(replaced(small_coding(), GetParam().from, GetParam().to));
  ASSERT_FALSE(library);
  EXPECT_THAT(library.error()[0].detail, HasSubstr(GetParam().says));
  EXPECT_EQ(library.error()[0].where.name, "own/episodes.few.toml");
  EXPECT_GT(library.error()[0].where.line, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, EpisodesFault,
    ::testing::Values(Wrong{"id_is_not_the_file", "id = \"few\"", "id = \"many\"", "file's name"},
                      Wrong{"one_episode_is_no_theme", "fewest = 10", "fewest = 1", "between 2 and 1000"},
                      Wrong{"a_gap", "number = 2", "number = 3", "without gaps"},
                      Wrong{"no_label", "label = \"one of wish\"", "label = \"\"", "must not be empty"},
                      Wrong{"no_source", "source = \"made-up\"", "source = \"elsewhere\"", "[[sources]]"},
                      Wrong{"no_categories", "standard = 9", "standard = 0", "between 1 and 999"},
                      Wrong{"another_order", "id = \"wish\"", "id = \"response_of_self\"", "in this order"}),
    [](const auto& wrong) { return wrong.param.title; });

TEST(EpisodeCodings, an_own_one_replaces_ours) {
  auto library = library_with(small_coding());
  auto own = library_with(replaced(small_coding(), "A few", "Mine"));
  ASSERT_TRUE(library && own);
  add_to(*library, std::move(*own));
  ASSERT_EQ(library->episode_codings.size(), 1U);
  EXPECT_EQ(library->episode_codings[0].name, "Mine");
}

// What is from memory says so, and the counts are those of the source.
TEST(EpisodeCodings, ours_says_what_it_has_not_seen) {
  const auto found = find_episode_coding(testing::shipped(), "ccrt");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->fewest, 10);
  const std::array standard = {35, 30, 31};
  for (std::size_t i = 0; i < standard.size(); ++i) {
    const EpisodeComponent& component = (*found)->components[i];
    EXPECT_EQ(component.standard, standard[i]);
    EXPECT_TRUE(component.provenance.verified);
    EXPECT_EQ(component.clusters.size(), 8U);
    for (const EpisodeCluster& cluster : component.clusters) {
      EXPECT_FALSE(cluster.provenance.verified) << cluster.label;
      EXPECT_THAT(cluster.provenance.note, HasSubstr("memory"));
    }
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::catalog
