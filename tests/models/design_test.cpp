#include "models/design.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "given_table.hpp"

namespace securebase::models {
namespace SECUREBASE_THIS_FILE {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ModelPlan plan(const std::string& formula) {
  auto parsed = parse_formula(formula);
  EXPECT_TRUE(parsed) << to_text(parsed.error());
  return {parsed.value_or(Formula{})};
}

ModelDesign design(const std::string& formula, const Table& table) {
  const ModelPlan p = plan(formula);
  auto made = make_design(p, table);
  EXPECT_TRUE(made) << to_text(made.error());
  return made ? std::move(*made) : ModelDesign{};
}

std::vector<double> column(const ModelDesign& d, const std::string& name) {
  const auto& names = d.design.fixed_names;
  const auto j = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  EXPECT_LT(j, names.size()) << name;
  std::vector<double> values;
  for (std::size_t i = 0; j < names.size() && i < d.design.rows(); ++i)
    values.push_back(d.design.fixed(i, j));
  return values;
}

const char* const trial =
    "id,arm,site,t,x,y\n"
    "1,B,s2,1,1,3\n"
    "1,B,s2,2,,4\n"
    "1,B,s2,3,5,\n"
    "2,A,s1,1,2,5\n"
    "2,A,s1,3,4,6\n"
    "3,C,s1,1,7,7\n"
    "3,C,s1,2,9,8\n";

TEST(Design, text_is_a_factor_with_R_names) {
  const auto d = design("y ~ t * arm", given_table(trial, plan("y ~ t * arm")));
  EXPECT_THAT(d.design.fixed_names, ElementsAre("(Intercept)", "t", "armB", "armC", "t:armB", "t:armC"));
  EXPECT_THAT(column(d, "armB"), ElementsAre(1, 1, 0, 0, 0, 0));
  EXPECT_THAT(column(d, "t:armC"), ElementsAre(0, 0, 0, 0, 1, 2));
  EXPECT_THAT(d.coding.levels.at("arm"), ElementsAre("A", "B", "C"));
  ASSERT_EQ(d.terms.size(), 3U);
  EXPECT_EQ(d.terms[2].name, "t:arm");
  EXPECT_EQ(d.terms[2].begin, 4U);
  EXPECT_EQ(d.terms[2].end, 6U);
}

// model.matrix(~ 0 + arm), (~ arm:site), (~ t:arm) in R 4.2.2.
TEST(Design, a_factor_has_all_its_levels_where_its_margin_is_not_in_the_model) {
  EXPECT_THAT(design("y ~ 0 + arm", given_table(trial, plan("y ~ 0 + arm"))).design.fixed_names,
              ElementsAre("armA", "armB", "armC"));
  EXPECT_THAT(design("y ~ t:arm", given_table(trial, plan("y ~ t:arm"))).design.fixed_names,
              ElementsAre("(Intercept)", "t:armA", "t:armB", "t:armC"));
  EXPECT_THAT(design("y ~ t + t:arm", given_table(trial, plan("y ~ t + t:arm"))).design.fixed_names,
              ElementsAre("(Intercept)", "t", "t:armB", "t:armC"));
  EXPECT_THAT(
      design("y ~ site + arm:site", given_table(trial, plan("y ~ site + arm:site"))).design.fixed_names,
      ElementsAre("(Intercept)", "sites2", "sites1:armB", "sites2:armB", "sites1:armC", "sites2:armC"));
  EXPECT_THAT(design("y ~ factor(t)", given_table(trial, plan("y ~ factor(t)"))).design.fixed_names,
              ElementsAre("(Intercept)", "factor(t)2", "factor(t)3"));
  EXPECT_THAT(design("y ~ 0 + site + arm", given_table(trial, plan("y ~ 0 + site + arm"))).design.fixed_names,
              ElementsAre("sites1", "sites2", "armB", "armC"));
}

TEST(Design, rows_are_left_out_by_what_they_lack) {
  const auto d = design("y ~ x + (1 | id)", given_table(trial, plan("y ~ x + (1 | id)")));
  EXPECT_EQ(d.account.rows, 7U);
  EXPECT_EQ(d.account.used, 5U);
  ASSERT_EQ(d.account.left_out.size(), 2U);
  EXPECT_EQ(d.account.left_out[0].reason, "y is missing");
  EXPECT_EQ(d.account.left_out[1].reason, "x is missing");
  EXPECT_THAT(d.rows, ElementsAre(0, 3, 4, 5, 6));
  EXPECT_THAT(d.account.units, ElementsAre(std::pair<std::string, std::size_t>("id", 3)));
  EXPECT_THAT(d.levels[0], ElementsAre("1", "2", "3"));
}

TEST(Design, centre_within_between_and_lag) {
  const std::string f =
      "y ~ centre(x) + centre(x, id) + within(x, id) + between(x, id) + log2(x) + I(x^2 / 2)";
  const auto d = design(f, given_table(trial, plan(f)));
  // Used: x = 1, 2, 4, 7, 9 of ids 1, 2, 2, 3, 3; id 1 has x = 5 too, in a row without an outcome.
  const double mean = 23.0 / 5;
  const double mean_of_means = (1 + 3 + 8) / 3.0;
  EXPECT_THAT(column(d, "centre(x)"), ElementsAre(1 - mean, 2 - mean, 4 - mean, 7 - mean, 9 - mean));
  EXPECT_THAT(column(d, "centre(x, id)"), ElementsAre(-3, -2, 0, 3, 5));
  EXPECT_THAT(d.coding.means.at("centre(x, id)"), DoubleEq(mean_of_means));
  EXPECT_THAT(column(d, "within(x, id)"), ElementsAre(-2, -1, 1, -1, 1));
  EXPECT_THAT(column(d, "between(x, id)"), ElementsAre(3, 3, 3, 8, 8));
  EXPECT_THAT(column(d, "I(x^2/2)"), ElementsAre(0.5, 2, 8, 24.5, 40.5));
  const std::string lagged = "y ~ lag(y, id, t)";
  const auto l = design(lagged, given_table(trial, plan(lagged)));
  EXPECT_THAT(l.rows, ElementsAre(1, 6));  // not from visit 1 to 3
  EXPECT_THAT(column(l, "lag(y, id, t)"), ElementsAre(3, 7));
}

TEST(Design, random_columns_and_nested_factors) {
  const ModelPlan p = plan("y ~ 1 + (t | site/id) + (0 + arm | site)");
  const auto d = make_design(p, given_table(trial, p));
  ASSERT_TRUE(d) << to_text(d.error());
  ASSERT_EQ(d->design.terms.size(), 3U);
  EXPECT_EQ(d->design.groupings[0].name, "id:site");
  EXPECT_THAT(d->levels[0], ElementsAre("1:s2", "2:s1", "3:s1"));
  EXPECT_EQ(d->design.groupings[1].name, "site");
  EXPECT_EQ(d->design.terms[2].grouping, 1U);
  EXPECT_THAT(d->design.terms[2].names, ElementsAre("armA", "armB", "armC"));
}

TEST(Design, residuals_groups_and_weights) {
  ModelPlan p = plan("y ~ 1 + (1 | id)");
  p.residual = *parse_residual("ar1(t | id)");
  p.variance_by = "arm";
  p.weights = "t";
  const auto d = make_design(p, given_table(trial, p));
  ASSERT_TRUE(d) << to_text(d.error());
  EXPECT_EQ(d->design.groupings.size(), 1U);
  EXPECT_THAT(d->design.residual.position, ElementsAre(1, 2, 1, 3, 1, 2));
  EXPECT_THAT(d->design.residual.group, ElementsAre(1, 1, 0, 0, 2, 2));
  EXPECT_THAT(d->design.residual.group_names, ElementsAre("A", "B", "C"));
  EXPECT_THAT(d->design.weights, ElementsAre(1, 2, 1, 3, 1, 2));
}

Error refused(const std::string& formula, const std::string& csv) {
  const ModelPlan p = plan(formula);
  const auto made = make_design(p, given_table(csv, p));
  EXPECT_FALSE(made) << formula;
  return made ? Error{} : made.error();
}

TEST(Design, what_cannot_be_is_refused_by_name) {
  EXPECT_EQ(refused("y ~ log(x)", "x,y\n1,2\n0,3\n").code, "models.undefined");
  EXPECT_EQ(refused("y ~ log(x)", "x,y\n1,2\n0,3\n").where.line, 3U);
  EXPECT_EQ(refused("y ~ I(1/x)", "x,y\n1,2\n0,3\n").code, "models.undefined");
  EXPECT_EQ(refused("y ~ exp(x)", "x,y\n1,2\n1000,3\n").code, "models.undefined");
  EXPECT_EQ(refused("y ~ arm", "arm,y\nA,2\nA,3\n").code, "models.one_level");
  EXPECT_EQ(refused("y ~ x", "x,y\n,2\nNA,3\n").code, "models.no_rows_left");
  EXPECT_THAT(refused("y ~ x", "x,y\n,2\n1,NA\n").detail,
              HasSubstr("1 rows: y is missing; 1 rows: x is missing"));
  EXPECT_EQ(refused("y ~ lag(x, g, t)", "g,t,x,y\n1,1,1,1\n1,1.5,1,1\n").code, "models.lag_time");
  EXPECT_EQ(refused("y ~ lag(x, g, t)", "g,t,x,y\n1,1,1,1\n1,1,1,1\n").code, "models.lag_time");
  std::string many = "who,y\n";
  for (int i = 0; i < 1500; ++i) many += "client" + std::to_string(i) + "," + std::to_string(i) + "\n";
  const Error error = refused("y ~ who", many);
  EXPECT_EQ(error.code, "models.too_many_levels");
  EXPECT_THAT(error.detail, HasSubstr("(1 | who)"));
  std::string wide = "a,b,y\n";
  for (int i = 0; i < 60; ++i) wide += "a" + std::to_string(i) + ",b" + std::to_string(i) + ",1\n";
  EXPECT_EQ(refused("y ~ a * b", wide).code, "models.too_many_columns");
}

TEST(NewClients, are_coded_as_the_models_rows_were) {
  const ModelPlan p = plan("y ~ centre(t) * arm + (t | id)");
  const auto d = make_design(p, given_table(trial, p));
  ASSERT_TRUE(d);
  const std::string fresh = "id,arm,t,y\nx,C,1,2\nx,C,2,\nz,B,,1\nw,B,4,\n";
  const auto header = std::vector<std::string>{"id", "arm", "t", "y"};
  const auto clients = new_clients(p, d->coding, given_table(fresh, wanted_of_new(p, header)));
  ASSERT_TRUE(clients) << to_text(clients.error());
  ASSERT_EQ(clients->clients.size(), 2U);
  EXPECT_EQ(clients->clients[0].name, "x");
  EXPECT_EQ(clients->clients[0].numbers.response[0], 2);
  EXPECT_EQ(clients->clients[0].numbers.response[1], std::nullopt);
  const double mean = d->coding.means.at("centre(t)");
  EXPECT_EQ(clients->clients[1].numbers.fixed(0, 1), 4 - mean);
  EXPECT_EQ(clients->clients[1].numbers.fixed(0, 2), 1);
  EXPECT_EQ(clients->account.left_out[0].rows, 1U);
  const auto unknown =
      new_clients(p, d->coding, given_table("id,arm,t\nx,D,1\n", wanted_of_new(p, {"id", "arm", "t"})));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "models.unknown_level");
  EXPECT_EQ(unknown.error().detail.find('D'), std::string::npos);  // what a cell holds is not repeated
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::models
