#include "wire/discriminant_file.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "coding/not_for_custody.hpp"
#include "stats/random_stream.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using Json = nlohmann::json;

coding::LaboratoryDiscriminant fitted() {
  stats::Matrix x(60, 2);
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < 60; ++i) {
    labels.emplace_back(i % 2 == 0 ? "A" : "B");
    for (std::size_t j = 0; j < 2; ++j)
      x(i, j) = stats::random_normal({91, 0}, 2 * i + j) + static_cast<double>(i % 2);
  }
  return *coding::fit_laboratory("lab 2026", {"av8", "res8"}, labels, x);
}

TEST(DiscriminantFile, reads_back_as_what_was_written) {
  const auto model = fitted();
  const std::string text = discriminant_document(model);
  const auto back = read_discriminant(text, "lab.json");
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(discriminant_document(*back), text);
  EXPECT_EQ(back->training_set, "lab 2026");
  EXPECT_EQ(back->discriminant.within, model.discriminant.within);
  EXPECT_EQ(back->accuracy.accuracy, model.accuracy.accuracy);
  EXPECT_EQ(back->confusion, model.confusion);
}

TEST(DiscriminantFile, carries_its_training_set_and_what_it_is_not_for) {
  const Json json = Json::parse(discriminant_document(fitted()));
  EXPECT_EQ(json.at("training_set"), "lab 2026");
  EXPECT_EQ(json.at("warning"), std::string(coding::not_for_custody_text));
}

TEST(DiscriminantFile, anything_else_is_refused) {
  const Json whole = Json::parse(discriminant_document(fitted()));
  const auto code_of = [&](const auto& change) {
    Json json = whole;
    change(json);
    const auto read = read_discriminant(json.dump(), "lab.json");
    return read ? std::string("none") : read.error().code;
  };
  EXPECT_EQ(code_of([](Json&) {}), "none");
  EXPECT_EQ(code_of([](Json& j) { j["schema"] = "securebase.discriminant/2"; }), "discriminant.schema");
  EXPECT_EQ(code_of([](Json& j) { j.erase("training_set"); }), "json.field");
  EXPECT_EQ(code_of([](Json& j) { j["training_set"] = ""; }), "coding.sample_name");
  EXPECT_EQ(code_of([](Json& j) { j["extra"] = 1; }), "json.unknown_field");
  EXPECT_EQ(code_of([](Json& j) { j["cases"] = -60; }), "json.field");
  EXPECT_EQ(code_of([](Json& j) { j["counts"][0] = -1; }), "json.field");
  EXPECT_EQ(code_of([](Json& j) { j["cases"] = 61; }), "coding.model");
  EXPECT_EQ(code_of([](Json& j) { j["means"][0].push_back(1.0); }), "coding.model");
  EXPECT_EQ(code_of([](Json& j) { j["within"] = Json::array(); }), "coding.model");
  EXPECT_EQ(code_of([](Json& j) { j["priors"] = {0.5, 0.4}; }), "coding.model");
  EXPECT_EQ(code_of([](Json& j) { j["classes"] = {"A", "A"}; }), "coding.names");
  EXPECT_EQ(code_of([](Json& j) { j["left_out"][0][0] = 0.5; }), "coding.model");
  EXPECT_EQ(code_of([](Json& j) { j["scaling"] = Json::array(); }), "coding.model");
  EXPECT_EQ(read_discriminant("{", "lab.json").error().code, "json.malformed");
  EXPECT_EQ(read_discriminant("{", "lab.json").error().where.name, "lab.json");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
