#include "wire/mixed_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "stats/mixed_simulate.hpp"

namespace securebase::wire {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

/// Clients of few designs in two groups.
stats::MixedDesign clients(std::size_t n) {
  stats::MixedDesign d;
  d.fixed_names = {"(Intercept)", "week"};
  d.groupings = {{"client", {}}};
  std::vector<double> weeks;
  for (std::size_t c = 0; c < n; ++c)
    for (std::size_t w = 0; w < 4 + c % 2; ++w) {
      weeks.push_back(static_cast<double>(w));
      d.groupings[0].level.push_back(static_cast<std::uint32_t>(c));
      d.residual.group.push_back(c % 3 == 0 ? 1 : 0);
    }
  d.residual.group_names = {"A", "B"};
  d.fixed = stats::Matrix(weeks.size(), 2, 1);
  for (std::size_t i = 0; i < weeks.size(); ++i) d.fixed(i, 1) = weeks[i];
  d.terms = {{0, d.fixed, d.fixed_names, stats::CovarianceShape::full}};
  d.response.resize(weeks.size());
  stats::Matrix g(2, 2);
  g(0, 0) = 9;
  g(1, 1) = 0.25;
  d.response = stats::simulate_mixed(d, {{20, -1}, {g}, {2, 3}, 0}, {1, 2});
  return d;
}

models::SiteSummary given() {
  const auto sums = stats::summarise_mixed(clients(120), {"Leeds", 5});
  EXPECT_TRUE(sums) << to_text(sums.error());
  return {"score ~ week + (week | client)", {{"arm", {"A", "B"}}}, *sums};
}

TEST(MixedSummary, reads_back_as_what_was_written) {
  const models::SiteSummary summary = given();
  const std::string text = mixed_summary_document(summary);
  const auto back = read_mixed_summary(text, "leeds.json");
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(mixed_summary_document(*back), text);
  EXPECT_EQ(back->formula, summary.formula);
  EXPECT_EQ(back->levels, summary.levels);
  EXPECT_EQ(back->sums.sources, summary.sums.sources);
  EXPECT_EQ(back->sums.shape, summary.sums.shape);
  EXPECT_EQ(back->sums.scale, summary.sums.scale);
  EXPECT_EQ(back->sums.sums, summary.sums.sums);
  const auto ours =
      stats::fit_mixed_model(*stats::make_mixed_model(summary.sums), stats::MixedLikelihood::restricted);
  const auto theirs =
      stats::fit_mixed_model(*stats::make_mixed_model(back->sums), stats::MixedLikelihood::restricted);
  EXPECT_NEAR(ours->log_likelihood, theirs->log_likelihood, 1e-9);
}

TEST(MixedSummary, says_who_made_it_and_holds_no_row) {
  const Json json = Json::parse(mixed_summary_document(given()));
  EXPECT_EQ(json.at("schema"), "securebase.mixed_summary/1");
  EXPECT_EQ(json.at("sources")[0].at("site"), "Leeds");
  EXPECT_EQ(json.at("sources")[0].at("clusters"), 120);
  for (const Json& cell : json.at("cells")) EXPECT_GE(cell.at("clusters").get<double>(), 5);
}

Error refused(const std::string& text) {
  const auto read = read_mixed_summary(text, "leeds.json");
  EXPECT_FALSE(read);
  return read ? Error{} : read.error();
}

TEST(MixedSummary, what_is_not_one_is_refused_with_its_place) {
  const Json good = Json::parse(mixed_summary_document(given()));
  EXPECT_EQ(refused("").code, "json.malformed");
  EXPECT_EQ(refused("{}").code, "mixed_summary.schema");
  EXPECT_EQ(refused("[]").code, "mixed_summary.schema");
  struct Change {
    std::string field;
    std::string code;
    std::function<void(Json&)> make;
  };
  for (const Change& change : std::vector<Change>{
           {"schema", "mixed_summary.schema", [](Json& j) { j["schema"] = "securebase.mixed_summary/2"; }},
           {"cells", "json.field", [](Json& j) { j.erase("cells"); }},
           {"", "json.unknown_field", [](Json& j) { j["more"] = 1; }},
           {"cells[1]", "json.unknown_field", [](Json& j) { j["cells"][0]["name"] = "x"; }},
           {"rows", "json.field", [](Json& j) { j["rows"] = "secret"; }},
           {"sums[2]", "json.field", [](Json& j) { j["sums"][1] = nullptr; }},
           {"products", "json.field", [](Json& j) { j["products"]["order"] = 4; }},
           {"products.order", "json.field", [](Json& j) { j["products"]["order"] = -1; }},
           {"shape.residual_correlation", "json.field",
            [](Json& j) { j["shape"]["residual_correlation"] = "ma"; }},
           {"cells[1].blocks[1].z", "json.field",
            [](Json& j) { j["cells"][0]["blocks"][0]["z"]["rows"] = 1000000; }},
           {"levels", "json.field", [](Json& j) { j["levels"].push_back(j["levels"][0]); }},
       }) {
    Json json = good;
    change.make(json);
    const Error error = refused(json.dump());
    EXPECT_EQ(error.code, change.code) << to_text(error);
    EXPECT_EQ(error.where.field, change.field) << to_text(error);
    EXPECT_EQ(error.where.name, "leeds.json");
    EXPECT_EQ(error.kind, ErrorKind::bad_data);
    EXPECT_THAT(error.detail, Not(HasSubstr("secret")));
  }
}

// What is JSON and says nothing sensible must be noticed before it is fitted.
TEST(MixedSummary, numbers_that_cannot_be_are_refused_at_the_merge) {
  const Json good = Json::parse(mixed_summary_document(given()));
  for (const auto& make : std::vector<std::function<void(Json&)>>{
           [](Json& j) { j["cells"][0]["clusters"] = -3; },
           [](Json& j) { j["cells"][0]["group"].push_back(7); },
           [](Json& j) { j["cells"][0]["blocks"][0]["term"] = 9; },
           [](Json& j) { j["scale"]["outcome"]["unit"] = 0; }, [](Json& j) { j["sums"].push_back(1); }}) {
    Json json = good;
    make(json);
    const auto read = read_mixed_summary(json.dump(), "leeds.json");
    ASSERT_TRUE(read) << to_text(read.error());
    const auto merged = stats::merge({read->sums});
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, "lmm.summary_invalid");
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::wire
