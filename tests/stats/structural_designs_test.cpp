#include "stats/structural_designs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "reference/reference_case.hpp"
#include "stats/simulate_models.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

std::map<std::string, double> by_name(const StructuralFit& fit) {
  std::map<std::string, double> values;
  for (std::size_t k = 0; k < fit.parameters.size(); ++k) values[fit.parameters[k]] = fit.theta[k];
  for (const auto& defined : fit.defined) values[defined.name] = defined.estimate;
  return values;
}

double variance_of(const StructuralFit& fit, const std::string& name) {
  const auto at = std::find(fit.parameters.begin(), fit.parameters.end(), name) - fit.parameters.begin();
  return (*fit.covariance)(static_cast<std::size_t>(at), static_cast<std::size_t>(at));
}

std::vector<DataRow> columns(const reference::Table& table, const std::vector<std::string>& names) {
  std::vector<DataRow> rows;
  for (const std::string& name : names) {
    const auto values = table.numbers(name);
    rows.resize(values.size());
    for (std::size_t r = 0; r < values.size(); ++r) rows[r].push_back(values[r]);
  }
  return rows;
}

// Couples, a row for each person, as one row for each couple: y of role 0, y of role 1, x of both.
std::vector<DataRow> couples(const reference::Table& table) {
  const auto role = table.complete("role"), y = table.complete("y"), x = table.complete("x_actor");
  std::vector<DataRow> rows;
  for (std::size_t i = 0; i + 1 < y.size(); i += 2) {
    const std::size_t first = role[i] == 0 ? i : i + 1, second = first == i ? i + 1 : i;
    rows.push_back({y[first], y[second], x[first], x[second]});
  }
  return rows;
}

void expect_near(double computed, const Json& expected, double relative) {
  EXPECT_NEAR(computed, expected.get<double>(), relative * std::abs(expected.get<double>()));
}

const Json& row(const Json& table, const char* key, const std::string& name) {
  return *std::find_if(table.begin(), table.end(), [&](const Json& r) { return r.at(key) == name; });
}

const DyadColumns dyad{"x0", "x1", "y0", "y1"};

// The structural form is maximum likelihood; the restricted likelihood of the case belongs to mixed models.
TEST(StructuralDesigns, actor_partner_of_couples_as_reference) {
  const auto reference = reference::find_case("dyadic/apim_couples");
  ASSERT_TRUE(reference);
  const auto rows = couples(reference->table());
  const auto free_design = actor_partner(dyad, Partners::distinguishable);
  const auto equal_design = actor_partner(dyad, Partners::indistinguishable);
  const auto free_fit = *fit_structural(std::vector<StructuralGroup>{{free_design.model, rows, ""}},
                                        {StandardErrors::expected, 0.95, free_design.defined});
  const auto equal_fit = *fit_structural(std::vector<StructuralGroup>{{equal_design.model, rows, ""}},
                                         {StandardErrors::expected, 0.95, equal_design.defined});
  EXPECT_EQ(free_fit.convergence.verdict, Verdict::converged);
  EXPECT_EQ(equal_fit.convergence.verdict, Verdict::converged);
  const auto& ml = reference->results().at("distinguishable").at("ML");
  const auto& fixed = ml.at("fixed");
  auto v = by_name(free_fit);
  expect_near(free_fit.log_likelihood, ml.at("logLik"), 1e-9);
  expect_near(v["intercept_1"], row(fixed, "term", "(Intercept)").at("estimate"), 1e-6);
  expect_near(std::sqrt(variance_of(free_fit, "intercept_1")), row(fixed, "term", "(Intercept)").at("se"),
              1e-6);
  expect_near(v["intercept_2"] - v["intercept_1"], row(fixed, "term", "role").at("estimate"), 1e-6);
  expect_near(v["actor_1"], row(fixed, "term", "x_actor").at("estimate"), 1e-6);
  expect_near(std::sqrt(variance_of(free_fit, "actor_1")), row(fixed, "term", "x_actor").at("se"), 1e-6);
  const auto& effects = reference->results().at("role_effects_reml");
  expect_near(v["actor_2"], row(effects, "effect", "actor role1").at("estimate"), 1e-6);
  expect_near(v["partner_1"], row(effects, "effect", "partner role0").at("estimate"), 1e-6);
  expect_near(v["partner_2"], row(effects, "effect", "partner role1").at("estimate"), 1e-6);
  const auto& spread = ml.at("covariance_parameters");
  expect_near(std::sqrt(v["residual_1"]), spread.at("sd_role0"), 1e-6);
  expect_near(std::sqrt(v["residual_2"]), spread.at("sd_role1"), 1e-6);
  expect_near(v["residual_covariance"] / std::sqrt(v["residual_1"] * v["residual_2"]), spread.at("rho"),
              1e-6);
  EXPECT_NEAR(v["k_1"], v["partner_1"] / v["actor_1"], 1e-12);

  const auto& same = reference->results().at("indistinguishable").at("ML");
  v = by_name(equal_fit);
  expect_near(equal_fit.log_likelihood, same.at("logLik"), 1e-9);
  for (const auto& [ours, theirs] : {std::pair("intercept", "(Intercept)"), std::pair("actor", "x_actor"),
                                     std::pair("partner", "x_partner")}) {
    expect_near(v[ours], row(same.at("fixed"), "term", theirs).at("estimate"), 1e-6);
    expect_near(std::sqrt(variance_of(equal_fit, ours)), row(same.at("fixed"), "term", theirs).at("se"),
                1e-6);
  }
  expect_near(std::sqrt(v["residual"]), same.at("covariance_parameters").at("sd"), 1e-6);
  expect_near(v["residual_covariance"] / v["residual"], same.at("covariance_parameters").at("rho"), 1e-6);

  const auto test = *compare_models(equal_fit, free_fit);
  const auto& expected = reference->results().at("distinguishability_test");
  expect_near(test.chi_square, expected.at("chisq"), 1e-6);
  EXPECT_EQ(test.df, expected.at("df").get<std::size_t>());
  expect_near(test.p, expected.at("p"), 1e-6);
  EXPECT_FALSE(compare_models(free_fit, equal_fit));
}

TEST(StructuralDesigns, cross_lagged_panel_is_that_of_the_reference) {
  const auto reference = reference::find_case("sem/riclpm_four_waves");
  ASSERT_TRUE(reference);
  const std::vector<std::string> x{"x1", "x2", "x3", "x4"}, y{"y1", "y2", "y3", "y4"};
  const auto model = random_intercept_cross_lagged(x, y);
  const auto rows = columns(reference->table(), model.observed);
  const auto fit = *fit_structural(std::vector<StructuralGroup>{{model, rows, ""}});
  expect_near(fit.log_likelihood, reference->results().at("fit").at("logl"), 1e-8);
  auto v = by_name(fit);
  for (const Json& p : reference->results().at("parameters"))
    if (!p.at("label").get<std::string>().empty()) expect_near(v[p.at("label")], p.at("est"), 1e-5);
  const auto equal = *fit_structural(
      std::vector<StructuralGroup>{{random_intercept_cross_lagged(x, y, OverTime::equal), rows, ""}});
  EXPECT_EQ(equal.df, fit.df + 8);
  EXPECT_GE(compare_models(equal, fit)->p, 0);
}

TEST(StructuralDesigns, latent_growth_is_that_of_the_reference) {
  const auto reference = reference::find_case("sem/growth_fiml");
  ASSERT_TRUE(reference);
  const std::vector<GrowthWave> waves{{"y0", 0}, {"y1", 1}, {"y2", 2}, {"y3", 3}, {"y4", 4}};
  const std::vector<std::string> arm{"arm"};
  const auto model = latent_growth(waves, arm);
  const auto fit =
      *fit_structural(std::vector<StructuralGroup>{{model, columns(reference->table(), model.observed), ""}});
  expect_near(fit.log_likelihood, reference->results().at("fit").at("logl"), 1e-8);
}

const std::vector<Factor> factors{{"f", {"a", "b", "c"}}, {"g", {"d", "e", "h"}}};

// Two groups from one model, the means of whose factors differ.
std::vector<StructuralGroup> two_groups(Invariance step, double mean_difference) {
  auto planted = confirmatory_factors(factors);
  for (Term& term : planted.terms) {
    if (term.fixed) continue;
    const bool variance = term.relation == Relation::covaries && term.left == term.right;
    term.fixed = term.relation == Relation::loads  ? 0.8
                 : term.relation == Relation::mean ? 3
                 : variance                        ? 1
                                                   : 0.4;
  }
  auto second = planted;
  second.terms.push_back({Relation::mean, "f", "", mean_difference, "", {}});
  auto models = invariant_factors(factors, 2, step);
  return {{models[0], simulate_rows(planted, 400, {1, 1}), "one"},
          {models[1], simulate_rows(second, 300, {2, 1}), "two"}};
}

TEST(StructuralDesigns, steps_of_invariance_add_df_and_find_the_means) {
  std::vector<StructuralFit> fits;
  for (const auto step : {Invariance::configural, Invariance::metric, Invariance::scalar, Invariance::strict})
    fits.push_back(*fit_structural(two_groups(step, 0.7)));
  EXPECT_EQ(fits[0].df, 16U);
  EXPECT_EQ(fits[1].df, 20U);
  EXPECT_EQ(fits[2].df, 24U);
  EXPECT_EQ(fits[3].df, 30U);
  for (std::size_t i = 1; i < fits.size(); ++i) {
    EXPECT_EQ(fits[i].convergence.verdict, Verdict::converged);
    EXPECT_GT(compare_models(fits[i], fits[i - 1])->p, 1e-3);
  }
  const auto& means = fits[2].estimates;
  const auto mean = std::find_if(means.begin(), means.end(), [](const StructuralEstimate& e) {
    return e.group == 1 && e.term.relation == Relation::mean && e.term.left == "f";
  });
  EXPECT_NEAR(mean->estimate, 0.7, 3.5 * mean->std_error.value());
}

TEST(StructuralDesigns, paths_and_mediation) {
  const std::vector<PathEquation> equations{{"m", {"x", "z"}}, {"y", {"m", "x"}}, {"v", {"m"}}};
  const auto model = path_model(equations);
  EXPECT_EQ(model.given, (std::vector<std::string>{"x", "z"}));
  EXPECT_EQ(model.observed, (std::vector<std::string>{"m", "y", "v", "x", "z"}));
  EXPECT_EQ(
      std::count_if(model.terms.begin(), model.terms.end(),
                    [](const Term& t) { return t.relation == Relation::covaries && t.left != t.right; }),
      1);
  const auto design = mediation_design("x", "m", "y");
  auto planted = design.model;
  for (Term& term : planted.terms)
    term.fixed = term.relation == Relation::predicts ? 0.5 : term.relation == Relation::mean ? 0 : 1;
  const auto rows = simulate_rows(planted, 2000, {5, 5});
  const auto fit = *fit_structural(std::vector<StructuralGroup>{{design.model, rows, ""}},
                                   {StandardErrors::automatic, 0.95, design.defined});
  EXPECT_EQ(fit.df, 0U);
  EXPECT_NEAR(fit.measures->chi_square, 0, 1e-8);
  EXPECT_FALSE(fit.measures->p);
  EXPECT_NEAR(fit.defined[0].estimate, 0.25, 4 * *fit.defined[0].std_error);
  EXPECT_NEAR(fit.defined[1].estimate, 0.75, 4 * *fit.defined[1].std_error);
}

TEST(StructuralDesigns, three_waves_at_least) {
  const std::vector<std::string> two{"a", "b"}, three{"c", "d", "e"};
  EXPECT_THROW((void)random_intercept_cross_lagged(two, two), std::invalid_argument);
  EXPECT_THROW((void)random_intercept_cross_lagged(three, two), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
