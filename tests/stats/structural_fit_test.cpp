#include "stats/structural_fit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "fixed_random.hpp"
#include "reference/reference_case.hpp"

namespace securebase::stats {
namespace {

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

}  // namespace
}  // namespace securebase::stats
