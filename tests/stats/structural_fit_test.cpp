#include "stats/structural_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "fixed_random.hpp"
#include "reference/reference_case.hpp"
#include "stats/sample.hpp"
#include "stats/simulate_models.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

// The lines of a reference's syntax: left op [number or label *] right + ...
std::vector<Term> terms_of_line(const std::string& line) {
  std::istringstream words(line);
  std::string left, op, word;
  words >> left >> op;
  std::vector<Term> terms;
  while (words >> word) {
    if (word == "+") continue;
    Term term;
    term.left = left;
    term.relation = op == "=~" ? Relation::loads : op == "~~" ? Relation::covaries : Relation::predicts;
    const auto star = word.find('*');
    if (star != std::string::npos) {
      const std::string factor = word.substr(0, star);
      if (std::isdigit(static_cast<unsigned char>(factor[0])) != 0)
        term.fixed = std::stod(factor);
      else
        term.label = factor;
    }
    term.right = star == std::string::npos ? word : word.substr(star + 1);
    if (op == "~" && term.right == "1") {
      term.relation = Relation::mean;
      term.right.clear();
    }
    terms.push_back(term);
  }
  return terms;
}

std::vector<Term> terms_of(const std::string& syntax) {
  std::vector<Term> terms;
  std::istringstream lines(syntax);
  for (std::string line; std::getline(lines, line);)
    for (Term& term : terms_of_line(line)) terms.push_back(std::move(term));
  return terms;
}

std::vector<DataRow> rows_of(const reference::Table& table, const std::vector<std::string>& columns) {
  std::vector<DataRow> rows;
  for (const std::string& column : columns) {
    const auto values = table.numbers(column);
    rows.resize(values.size());
    for (std::size_t r = 0; r < values.size(); ++r) rows[r].push_back(values[r]);
  }
  return rows;
}

const char* operator_of(Relation relation) {
  switch (relation) {
    case Relation::loads:
      return "=~";
    case Relation::predicts:
      return "~";
    case Relation::covaries:
      return "~~";
    case Relation::mean:
      break;
  }
  return "~1";
}

// Fixed parameters have error 0 there; what no term names is 0.
Json json_of(const StructuralEstimate* e, const Json& expected) {
  Json json{{"lhs", expected.at("lhs")},
            {"op", expected.at("op")},
            {"rhs", expected.at("rhs")},
            {"label", expected.at("label")}};
  json["est"] = e != nullptr ? e->estimate : 0;
  json["se"] = e != nullptr ? e->std_error.value_or(0) : 0;
  json["z"] = e != nullptr ? reference::to_json(e->z) : Json();
  json["p"] = e != nullptr ? reference::to_json(e->p) : Json();
  json["ci_lower"] = e != nullptr ? e->interval.lower : 0;
  json["ci_upper"] = e != nullptr ? e->interval.upper : 0;
  json["std_all"] = e != nullptr ? reference::to_json(e->standardised) : Json(0);
  return json;
}

const StructuralEstimate* find_estimate(const StructuralFit& fit, const std::string& left,
                                        const std::string& op, const std::string& right) {
  for (const auto& e : fit.estimates) {
    if (operator_of(e.term.relation) != op) continue;
    if ((e.term.left == left && e.term.right == right) ||
        (op == "~~" && e.term.left == right && e.term.right == left))
      return &e;
  }
  return nullptr;
}

Json measures_of(const StructuralFit& fit) {
  const FitMeasures& m = fit.measures.value();
  return {{"npar", fit.parameters.size()},
          {"logl", fit.log_likelihood},
          {"unrestricted.logl", m.unrestricted_log_likelihood},
          {"aic", fit.aic},
          {"bic", fit.bic},
          {"bic2", fit.bic_adjusted},
          {"chisq", m.chi_square},
          {"df", fit.df},
          {"pvalue", reference::to_json(m.p)},
          {"baseline.chisq", m.baseline_chi_square},
          {"baseline.df", m.baseline_df},
          {"cfi", reference::to_json(m.cfi)},
          {"tli", reference::to_json(m.tli)},
          {"rmsea", reference::to_json(m.rmsea)},
          {"rmsea.ci.lower", m.rmsea_interval.value().lower},
          {"rmsea.ci.upper", m.rmsea_interval->upper},
          {"rmsea.pvalue", reference::to_json(m.rmsea_close_p)},
          {"srmr", m.srmr},
          {"ntotal", fit.rows}};
}

void holds(reference::Case& reference, const StructuralModel& model) {
  const std::vector<StructuralGroup> groups{{model, rows_of(reference.table(), model.observed), ""}};
  const auto fit = fit_structural(groups);
  ASSERT_TRUE(fit) << to_text(fit.error());
  EXPECT_EQ(fit->convergence.verdict, Verdict::converged);
  EXPECT_LT(fit->convergence.gradient, 1e-10);
  EXPECT_TRUE(fit->unidentified.empty());
  Json parameters = Json::array();
  for (const Json& expected : reference.results().at("parameters"))
    parameters.push_back(
        json_of(find_estimate(*fit, expected.at("lhs"), expected.at("op"), expected.at("rhs")), expected));
  reference.expect({{"parameters", parameters}, {"fit", measures_of(*fit)}});
}

StructuralModel model_of(const reference::Case& reference, std::vector<std::string> observed,
                         std::vector<std::string> latent) {
  return {std::move(observed), std::move(latent), terms_of(reference.model().at("syntax")), {}};
}

// What lavaan's cfa adds by itself: markers, variances, covariances of factors, intercepts.
void add_what_cfa_adds(StructuralModel& model) {
  std::string before;
  for (Term& term : model.terms) {
    if (term.left != before) term.fixed = 1;
    before = term.left;
  }
  for (const auto& name : model.observed) {
    model.terms.push_back({Relation::covaries, name, name, {}, "", {}});
    model.terms.push_back({Relation::mean, name, "", {}, "", {}});
  }
  for (std::size_t i = 0; i < model.latent.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      model.terms.push_back({Relation::covaries, model.latent[j], model.latent[i], {}, "", {}});
}

StructuralModel three_factors(const reference::Case& reference) {
  auto model = model_of(reference, {"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"},
                        {"visual", "textual", "speed"});
  add_what_cfa_adds(model);
  return model;
}

StructuralModel growth(const reference::Case& reference) {
  auto model = model_of(reference, {"y0", "y1", "y2", "y3", "y4", "arm"}, {"i", "s"});
  model.given = {"arm"};
  for (const std::string name : {"y0", "y1", "y2", "y3", "y4"})
    model.terms.push_back({Relation::covaries, name, name, {}, "", {}});
  for (const std::string name : {"i", "s"}) {
    model.terms.push_back({Relation::covaries, name, name, {}, "", {}});
    model.terms.push_back({Relation::mean, name, "", {}, "", {}});
  }
  model.terms.push_back({Relation::covaries, "i", "s", {}, "", {}});
  return model;
}

TEST(StructuralFit, three_factors_as_reference) {
  auto reference = reference::find_case("sem/cfa_three_factors");
  if (!reference) GTEST_SKIP() << reference::absent("sem/cfa_three_factors");
  holds(*reference, three_factors(*reference));
}

TEST(StructuralFit, latent_growth_with_missing_waves_as_reference) {
  auto reference = reference::find_case("sem/growth_fiml");
  ASSERT_TRUE(reference);
  holds(*reference, growth(*reference));
}

TEST(StructuralFit, random_intercept_cross_lagged_panel_as_reference) {
  auto reference = reference::find_case("sem/riclpm_four_waves");
  ASSERT_TRUE(reference);
  holds(*reference, model_of(*reference, {"x1", "x2", "x3", "x4", "y1", "y2", "y3", "y4"},
                             {"RIx", "RIy", "wx1", "wx2", "wx3", "wx4", "wy1", "wy2", "wy3", "wy4"}));
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<Factor> one_factor{{"f", {"a", "b", "c", "d"}}};

StructuralModel planted_factor() {
  auto model = confirmatory_factors(one_factor);
  const double loadings[] = {1, 0.8, 1.2, 0.6};
  std::size_t at = 0;
  for (Term& term : model.terms)
    term.fixed = term.relation == Relation::loads ? loadings[at++] : term.relation == Relation::mean ? 2 : 1;
  return model;
}

Result<StructuralFit> fit_factor(std::vector<DataRow> rows, const StructuralOptions& options = {}) {
  return fit_structural(std::vector<StructuralGroup>{{confirmatory_factors(one_factor), std::move(rows), ""}},
                        options);
}

TEST(StructuralFit, what_was_planted_comes_back_with_a_third_missing) {
  const auto fit = *fit_factor(lose_values(simulate_rows(planted_factor(), 3000, {1, 7}), 0.33, 0, {2, 7}));
  ASSERT_EQ(fit.convergence.verdict, Verdict::converged);
  const auto planted = planted_factor();
  for (std::size_t i = 0; i < planted.terms.size(); ++i) {
    if (!fit.estimates[i].std_error) continue;
    EXPECT_NEAR(fit.estimates[i].estimate, *planted.terms[i].fixed, 3.7 * *fit.estimates[i].std_error)
        << to_text(planted.terms[i]);
  }
  EXPECT_EQ(fit.df, 2U);
  EXPECT_GT(fit.measures->p.value(), 1e-3);
}

TEST(StructuralFit, order_of_rows_does_not_matter) {
  auto rows = lose_values(simulate_rows(planted_factor(), 150, {3, 7}), 0.2, 0, {4, 7});
  const auto fit = *fit_factor(rows, {StandardErrors::robust, 0.95, {}});
  std::reverse(rows.begin(), rows.end());
  std::swap(rows[3], rows[77]);
  const auto turned = *fit_factor(rows, {StandardErrors::robust, 0.95, {}});
  EXPECT_NEAR(fit.log_likelihood, turned.log_likelihood, 1e-10 * std::abs(fit.log_likelihood));
  for (std::size_t k = 0; k < fit.theta.size(); ++k) {
    EXPECT_NEAR(fit.theta[k], turned.theta[k], 1e-10 * (1 + std::abs(fit.theta[k])));
    EXPECT_NEAR((*fit.covariance)(k, k), (*turned.covariance)(k, k), 1e-10);
  }
  EXPECT_NEAR(*fit.measures->scaling, *turned.measures->scaling, 1e-8);
}

TEST(StructuralFit, units_change_estimates_and_nothing_else) {
  auto rows = lose_values(simulate_rows(planted_factor(), 150, {3, 8}), 0.2, 0, {4, 8});
  const auto fit = *fit_factor(rows);
  for (DataRow& row : rows)
    for (auto& value : row)
      if (value) value = 1e6 * *value;
  const auto scaled = *fit_factor(rows);
  EXPECT_EQ(scaled.convergence.verdict, Verdict::converged);
  EXPECT_NEAR(scaled.measures->chi_square, fit.measures->chi_square, 1e-6);
  EXPECT_NEAR(*scaled.estimates[1].z, *fit.estimates[1].z, 1e-6);
}

// A mean and a variance: the robust errors are sqrt(m2 / n) and sqrt((m4 - m2^2) / n).
TEST(StructuralFit, robust_errors_of_a_mean_and_a_variance_by_hand) {
  StructuralModel model{{"x"}, {}, {}, {}};
  model.terms = {{Relation::mean, "x", "", {}, "", {}}, {Relation::covaries, "x", "x", {}, "", {}}};
  std::vector<DataRow> rows;
  std::vector<double> x;
  for (std::size_t i = 0; i < 60; ++i) x.push_back(std::exp(random_normal({5, 5}, i)));
  for (const double value : x) rows.push_back({value});
  const auto fit =
      *fit_structural(std::vector<StructuralGroup>{{model, rows, ""}}, {StandardErrors::robust, 0.95, {}});
  const double mean = summarise(x)->mean;
  double m2 = 0, m4 = 0;
  for (const double value : x) m2 += std::pow(value - mean, 2) / 60, m4 += std::pow(value - mean, 4) / 60;
  EXPECT_NEAR(*fit.estimates[0].std_error, std::sqrt(m2 / 60), 1e-10);
  EXPECT_NEAR(*fit.estimates[1].std_error, std::sqrt((m4 - m2 * m2) / 60), 1e-10);
}

TEST(StructuralFit, robust_agrees_with_normal_errors_where_data_are_normal) {
  const auto rows = simulate_rows(planted_factor(), 4000, {6, 6});
  const auto normal = *fit_factor(rows), robust = *fit_factor(rows, {StandardErrors::robust, 0.95, {}});
  EXPECT_NEAR(*robust.measures->scaling, 1, 0.1);
  for (std::size_t k = 0; k < normal.theta.size(); ++k)
    EXPECT_NEAR((*robust.covariance)(k, k) / (*normal.covariance)(k, k), 1, 0.15);
}

TEST(StructuralFit, a_defined_parameter_has_the_error_of_the_delta_method) {
  auto model = confirmatory_factors(one_factor);
  model.terms[1].label = "l2";
  model.terms[2].label = "l3";
  const auto fit =
      *fit_structural(std::vector<StructuralGroup>{{model, simulate_rows(planted_factor(), 300, {8, 8}), ""}},
                      {StandardErrors::automatic, 0.95, {{"product", "l2 * l3"}, {"twice", "2 * product"}}});
  const auto& c = *fit.covariance;
  const double l2 = fit.theta[0], l3 = fit.theta[1];
  EXPECT_NEAR(fit.defined[0].estimate, l2 * l3, 1e-12);
  EXPECT_NEAR(*fit.defined[0].std_error,
              std::sqrt(l3 * l3 * c(0, 0) + l2 * l2 * c(1, 1) + 2 * l2 * l3 * c(0, 1)), 1e-12);
  EXPECT_NEAR(*fit.defined[1].std_error, 2 * *fit.defined[0].std_error, 1e-12);
}

TEST(StructuralFit, says_which_parameters_the_data_do_not_tell_apart) {
  const std::vector<Factor> pair{{"f", {"a", "b"}}};
  auto model = confirmatory_factors(pair);  // one covariance for a loading and a variance
  model.terms.push_back({Relation::covaries, "a", "b", 0, "", {}});
  model.terms[0].fixed.reset();
  for (Term& term : model.terms)
    if (term.left == "f" && term.relation == Relation::covaries) term.fixed = 1;
  auto rows = simulate_rows(planted_factor(), 200, {9, 9});
  for (DataRow& row : rows) row.resize(2);
  for (Term& term : model.terms)
    if (term.relation == Relation::covaries && term.left == "b" && term.right == "b") term.fixed = 1;
  const auto fit = fit_structural(std::vector<StructuralGroup>{{model, rows, ""}});
  ASSERT_TRUE(fit) << to_text(fit.error());
  EXPECT_TRUE(fit->unidentified.empty());  // two loadings and one residual from three moments
  for (Term& term : model.terms)
    if (term.relation == Relation::covaries && term.left == "f") term.fixed.reset();
  const auto loose = fit_structural(std::vector<StructuralGroup>{{model, rows, ""}});
  ASSERT_FALSE(loose);
  EXPECT_EQ(loose.error().code, "structural.too_many_parameters");
  auto three = confirmatory_factors(one_factor);
  three.terms[0].fixed.reset();  // neither a marker nor a variance fixed
  const auto free_scale = *fit_structural(
      std::vector<StructuralGroup>{{three, simulate_rows(planted_factor(), 200, {9, 9}), ""}});
  EXPECT_NE(std::find(free_scale.unidentified.begin(), free_scale.unidentified.end(), "f =~ a"),
            free_scale.unidentified.end());
  EXPECT_NE(std::find(free_scale.unidentified.begin(), free_scale.unidentified.end(), "f ~~ f"),
            free_scale.unidentified.end());
  EXPECT_FALSE(free_scale.covariance);
}

TEST(StructuralFit, a_negative_variance_is_named) {
  const std::vector<Factor> factor{{"f", {"a", "b", "c"}}};
  // r12 r13 / r23 is above 1
  std::vector<DataRow> rows;
  for (std::size_t i = 0; i < 300; ++i) {
    const RandomKey key = RandomKey{12, 0}.part(i);
    const double u = random_normal(key, 0), v = random_normal(key, 1);
    rows.push_back({u + v + 0.1 * random_normal(key, 2), u + 0.2 * v + 0.3 * random_normal(key, 3),
                    0.2 * u + v + 0.3 * random_normal(key, 4)});
  }
  const auto fit = *fit_structural(std::vector<StructuralGroup>{{confirmatory_factors(factor), rows, ""}});
  EXPECT_EQ(fit.convergence.verdict, Verdict::at_boundary);
  EXPECT_EQ(fit.improper, std::vector<std::string>{"a ~~ a"});
}

std::string code(const StructuralModel& model, const std::vector<DataRow>& rows) {
  const auto fit = fit_structural(std::vector<StructuralGroup>{{model, rows, ""}});
  return fit ? "" : fit.error().code;
}

TEST(StructuralFit, names_what_is_wrong_with_the_rows) {
  const auto rows = simulate_rows(planted_factor(), 30, {1, 9});
  const auto model = confirmatory_factors(one_factor);
  const auto changed = [&](auto change) {
    auto copy = rows;
    change(copy);
    return code(model, copy);
  };
  EXPECT_EQ(changed([](auto&) {}), "");
  EXPECT_EQ(changed([](auto& r) { r.clear(); }), "structural.no_rows");
  EXPECT_EQ(changed([](auto& r) { r.resize(1); }), "structural.constant");
  EXPECT_EQ(changed([](auto& r) { r.resize(3); }), "structural.collinear");
  EXPECT_EQ(changed([](auto& r) { r[3].pop_back(); }), "structural.shape");
  EXPECT_EQ(changed([](auto& r) { r[3][1] = nan; }), "structural.not_finite");
  EXPECT_EQ(changed([](auto& r) { r[3][1] = infinity; }), "structural.not_finite");
  EXPECT_EQ(changed([](auto& r) { r[3][1] = 1e200; }), "structural.not_finite");
  EXPECT_EQ(changed([](auto& r) {
              for (auto& row : r) row[2].reset();
            }),
            "structural.no_values");
  EXPECT_EQ(changed([](auto& r) {
              for (auto& row : r) row.assign(4, std::nullopt);
            }),
            "structural.no_values");
  EXPECT_EQ(changed([](auto& r) {
              for (auto& row : r) row[2] = 7.1;
            }),
            "structural.constant");
  EXPECT_EQ(changed([](auto& r) {
              for (auto& row : r) row[2] = *row[1] + *row[0];
            }),
            "structural.collinear");
  EXPECT_EQ(fit_structural({}).error().code, "structural.no_rows");
}

TEST(StructuralFit, names_what_is_wrong_with_the_model) {
  const auto rows = simulate_rows(planted_factor(), 30, {1, 9});
  const auto good = confirmatory_factors(one_factor);
  const auto changed = [&](auto change) {
    auto copy = good;
    change(copy);
    return code(copy, rows);
  };
  EXPECT_EQ(changed([](auto& m) { m.observed.clear(); }), "structural.names");
  EXPECT_EQ(changed([](auto& m) { m.latent.push_back("a"); }), "structural.names");
  EXPECT_EQ(changed([](auto& m) { m.terms[1].right = "z"; }), "structural.term");
  EXPECT_EQ(changed([](auto& m) { m.terms[1].left = "a"; }), "structural.term");
  EXPECT_EQ(changed([](auto& m) { m.terms[1].fixed = nan; }), "structural.term");
  EXPECT_EQ(changed([](auto& m) { m.terms.push_back(m.terms[1]); }), "structural.term_twice");
  EXPECT_EQ(changed([](auto& m) { m.given = {"f"}; }), "structural.given");
  EXPECT_EQ(changed([](auto& m) { m.given = {"a"}; }), "structural.given");
  EXPECT_EQ(changed([](auto& m) {
              for (auto& t : m.terms) t.fixed = 1;
            }),
            "structural.no_parameters");
  EXPECT_EQ(changed([](auto& m) { m.terms.clear(); }), "structural.no_parameters");
  EXPECT_EQ(changed([](auto& m) {
              for (auto& t : m.terms)
                if (t.relation == Relation::covaries) t.fixed = 0;
            }),
            "structural.start");
  const StructuralOptions bad{StandardErrors::automatic, 0.95, {{"d", "unknown * 2"}}};
  EXPECT_EQ(fit_factor(rows, bad).error().code, "structural.formula");
}

TEST(StructuralFit, few_rows_and_hard_patterns_end_in_a_verdict) {
  const auto all = simulate_rows(planted_factor(), 40, {1, 9});
  for (const double missing : {0.5, 0.7, 0.9})
    for (std::size_t n = 6; n <= 40; n += 17) {
      const auto fit = fit_factor(
          lose_values({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)}, missing, 0, {n, 1}));
      if (!fit) continue;
      for (const double theta : fit->theta) EXPECT_TRUE(std::isfinite(theta));
    }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
