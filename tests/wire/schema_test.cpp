#include "wire/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

namespace securebase {
namespace SECUREBASE_THIS_FILE {

using Json = nlohmann::json;

Json schema(const std::string& name) {
  for (const auto& [file, text] : wire::definition_schemas())
    if (file == name) return Json::parse(text);
  ADD_FAILURE() << "no schema " << name;
  return {};
}

TEST(DefinitionSchemas, AreTheCommittedOnes) {
  const std::string folder = std::string(SECUREBASE_SOURCE_DIR) + "/content/schema/";
  for (const auto& [file, text] : wire::definition_schemas()) {
    std::ifstream in(folder + file, std::ios::binary);
    const std::string committed((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_EQ(committed, text) << "content/schema/" << file
                               << " is not what the loader expects any more; refresh it with:\n"
                                  "  securebase instruments schema content/schema";
  }
}

TEST(DefinitionSchemas, ResolveEveryReference) {
  for (const auto& [file, text] : wire::definition_schemas()) {
    const Json whole = Json::parse(text);
    const std::function<void(const Json&)> visit = [&](const Json& node) {
      if (node.is_object() && node.contains("$ref")) {
        const std::string reference = node["$ref"];
        EXPECT_TRUE(whole.contains(Json::json_pointer(reference.substr(1)))) << file << ": " << reference;
      }
      if (node.is_structured())
        for (const auto& child : node) visit(child);
    };
    visit(whole);
  }
}

TEST(DefinitionSchemas, SayWhatIsRequiredAndAllowed) {
  const Json instrument = schema("instrument.schema.json");
  EXPECT_EQ(instrument["properties"]["schema"]["enum"], Json::array({"securebase.instrument/1"}));
  EXPECT_FALSE(instrument["additionalProperties"].get<bool>());
  const Json& scale = instrument["$defs"]["scale"];
  EXPECT_EQ(scale["properties"]["verb"]["enum"], Json::array({"sum", "mean", "count"}));
  const auto required = scale["required"].get<std::vector<std::string>>();
  EXPECT_NE(std::find(required.begin(), required.end(), "items"), required.end());
  EXPECT_EQ(std::find(required.begin(), required.end(), "reversed"), required.end());
  EXPECT_EQ(scale["properties"]["recodes"]["items"]["$ref"], "#/$defs/recode");
  EXPECT_FALSE(scale["properties"]["items"]["description"].get<std::string>().empty());
}

TEST(DefinitionSchemas, TakeAnAnswerOrAWord) {
  const Json set = schema("golden.schema.json")["$defs"]["golden_case"]["properties"]["set"];
  const Json& answer = set["patternProperties"].begin().value();
  EXPECT_EQ(answer["anyOf"][0]["type"], "integer");
  EXPECT_EQ(answer["anyOf"][1]["enum"], Json::array({"skipped", "not_applicable", "not_asked"}));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
