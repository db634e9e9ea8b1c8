// Mixed models held against R: areas lmm, dyadic, var and the models of mediation/multilevel_111.
#include <gtest/gtest.h>

#include <cmath>

#include "mixed_case.hpp"
#include "stats/distributions.hpp"
#include "stats/mixed_inference.hpp"
#include "stats/mixed_model.hpp"
#include "stats/mixed_prediction.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::Table;

// The layout of lme4's cases

Json json_of(const Matrix& m, const std::vector<std::string>& names) {
  Json json{{"rows", names}, {"cols", names}, {"values", Json::array()}};
  for (std::size_t i = 0; i < m.rows(); ++i)
    json["values"].push_back(std::vector<double>(m.row(i).begin(), m.row(i).end()));
  return json;
}

std::vector<std::string> names_of(const MixedFit& fit) {
  std::vector<std::string> names;
  for (const FixedEffect& effect : fit.fixed) names.push_back(effect.name);
  return names;
}

Json fixed_json(const MixedModel& model, const MixedFit& fit) {
  Json fixed = Json::array();
  const auto tests = satterthwaite(model, fit, each_effect(fit));
  const auto wald = wald_intervals(fit, 0.95);
  for (std::size_t j = 0; j < fit.fixed.size(); ++j)
    fixed.push_back({{"term", fit.fixed[j].name},
                     {"estimate", fit.fixed[j].estimate},
                     {"se", fit.fixed[j].std_error},
                     {"df_satterthwaite", (*tests)[j].df},
                     {"t", (*tests)[j].t},
                     {"p_satterthwaite", (*tests)[j].p},
                     {"wald_ci_lower", wald[j].lower},
                     {"wald_ci_upper", wald[j].upper}});
  return fixed;
}

// lme4 names the second term of a factor g.1, and lists terms with more levels first.
struct Plan {
  std::string response;
  std::vector<std::string> fixed;
  std::vector<TermPlan> terms;  // in lme4's order
  std::map<std::string, std::string> group_names = {};
};

std::string group_label(const Plan& plan, std::size_t t) {
  std::size_t before = 0;
  for (std::size_t i = 0; i < t; ++i) before += plan.terms[i].group == plan.terms[t].group ? 1U : 0U;
  const auto renamed = plan.group_names.find(plan.terms[t].group);
  const std::string name = renamed == plan.group_names.end() ? plan.terms[t].group : renamed->second;
  return before == 0 ? name : name + "." + std::to_string(before);
}

std::string bare_label(const Plan& plan, std::size_t t) {
  const auto renamed = plan.group_names.find(plan.terms[t].group);
  return renamed == plan.group_names.end() ? plan.terms[t].group : renamed->second;
}

Json varcomp_json(const Plan& plan, const MixedFit& fit) {
  Json rows = Json::array();
  std::size_t at = 0;
  for (std::size_t t = 0; t < plan.terms.size(); ++t) {
    const std::size_t q = plan.terms[t].columns.size();
    for (std::size_t k = 0; k < q + q * (q - 1) / 2; ++k, ++at) {
      const auto& p = fit.covariance[at];
      rows.push_back({{"group", group_label(plan, t)},
                      {"var1", p.name},
                      {"var2", p.other},
                      {"vcov", p.covariance},
                      {"sdcor", reference::to_json(p.sd_or_correlation)}});
    }
  }
  rows.push_back({{"group", "Residual"},
                  {"var1", "residual"},
                  {"var2", ""},
                  {"vcov", fit.sigma * fit.sigma},
                  {"sdcor", fit.sigma}});
  return rows;
}

Json theta_json(const Plan& plan, const MixedFit& fit) {
  Json theta = Json::object();
  for (std::size_t t = 0; t < plan.terms.size(); ++t) {
    const auto names = shown(plan.terms[t].columns);
    for (std::size_t b = 0; b < names.size(); ++b)
      for (std::size_t a = b; a < names.size(); ++a)
        theta[bare_label(plan, t) + "." + names[a] + (a == b ? "" : "." + names[b])] =
            fit.relative_factor[t](a, b);
  }
  return theta;
}

Json lmm_json(const Plan& plan, const MixedModel& model, const MixedFit& fit) {
  EXPECT_NE(fit.convergence.verdict, Verdict::not_converged);
  return {{"logLik", fit.log_likelihood},
          {"minus2_logLik", -2 * fit.log_likelihood},
          {"npar", fit.parameters},
          {"nobs", fit.rows},
          {"AIC", fit.aic},
          {"BIC", fit.bic},
          {"fixed", fixed_json(model, fit)},
          {"vcov_fixed", json_of(fit.fixed_covariance, names_of(fit))},
          {"sigma", fit.sigma},
          {"varcomp", varcomp_json(plan, fit)},
          {"theta", theta_json(plan, fit)},
          {"singular", fit.singular}};
}

Json kenward_roger_json(const MixedModel& model, const MixedFit& fit) {
  Json rows = Json::array();
  const auto result = kenward_roger(model, fit, each_effect(fit));
  EXPECT_TRUE(result) << to_text(result.error());
  for (std::size_t j = 0; result && j < fit.fixed.size(); ++j)
    rows.push_back({{"term", fit.fixed[j].name},
                    {"se", result->tests[j].std_error},
                    {"df", result->tests[j].df},
                    {"t", result->tests[j].t},
                    {"p", result->tests[j].p}});
  return rows;
}

Json ranef_json(const Plan& plan, const MixedDesign& design, const Table& table, const MixedModel& model,
                const MixedFit& fit) {
  Json json = Json::object();
  const auto effects = random_effects(design, model, fit);
  EXPECT_TRUE(effects) << to_text(effects.error());
  std::map<std::string, std::size_t> terms;
  for (const TermPlan& term : plan.terms) ++terms[term.group];
  for (std::size_t t = 0; effects && t < plan.terms.size(); ++t) {
    const auto labels = factor(table.text(plan.terms[t].group)).labels;
    const auto names = shown(plan.terms[t].columns);
    Json& rows = json[plan.terms[t].group];
    for (std::size_t level = 0; level < labels.size(); ++level) {
      if (rows.size() <= level) rows.push_back({{"level", labels[level]}});
      for (std::size_t j = 0; j < names.size(); ++j) {
        rows[level][names[j]] = (*effects)[t].mean(level, j);
        rows[level]["condsd:" + names[j]] = (*effects)[t].sd(level, j);
      }
    }
  }
  // R leaves conditional SDs out where a factor has several terms.
  for (auto& [group, rows] : json.items())
    if (terms[group] > 1)
      for (Json& row : rows)
        for (const TermPlan& term : plan.terms)
          for (const auto& name : shown(term.columns)) row.erase("condsd:" + name);
  return json;
}

// ranef is listed by sorted level in some cases: put ours in the order expected.
Json in_order_of(const Json& expected, Json rows) {
  Json sorted = Json::array();
  for (const Json& row : expected)
    for (const Json& mine : rows)
      if (mine.at("level") == row.at("level")) sorted.push_back(mine);
  return sorted;
}

MixedFit fit_of(const MixedModel& model, MixedLikelihood likelihood) {
  auto fit = fit_mixed_model(model, likelihood);
  EXPECT_TRUE(fit) << to_text(fit.error());
  return fit ? *fit : MixedFit{};
}

void hold_lmm(const std::string& id, const Plan& plan, const std::vector<std::string>& null_fixed = {},
              const std::vector<TermPlan>& null_terms = {}, const Matrix& joint = {}) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Table table = reference->table();
  const MixedDesign design = design_of(table, plan.response, plan.fixed, plan.terms);
  const auto model = make_mixed_model(design);
  ASSERT_TRUE(model) << to_text(model.error());
  const Json& expected = reference->results();
  Json computed = Json::object();
  const MixedFit reml = fit_of(*model, MixedLikelihood::restricted);
  const MixedFit ml = fit_of(*model, MixedLikelihood::maximum);
  computed["REML"] = lmm_json(plan, *model, reml);
  computed["ML"] = lmm_json(plan, *model, ml);
  computed["REML"]["ranef"] = ranef_json(plan, design, table, *model, reml);
  for (auto& [group, rows] : computed["REML"]["ranef"].items())
    rows = in_order_of(expected.at("REML").at("ranef").at(group), rows);
  if (expected.at("REML").contains("kenward_roger"))
    computed["REML"]["kenward_roger"] = kenward_roger_json(*model, reml);
  if (joint.rows() > 0) {
    const auto test = *satterthwaite_joint(*model, reml, joint);
    computed["REML"]["joint_test"] = {{"L", expected.at("REML").at("joint_test").at("L")},
                                      {"F", test.f},
                                      {"num_df", test.df1},
                                      {"den_df", test.df2},
                                      {"p", test.p}};
  }
  if (expected.at("ML").contains("profile_ci"))
    for (std::size_t j = 0; j < ml.fixed.size(); ++j) {
      const auto interval = profile_interval(*model, ml, j, 0.95);
      ASSERT_TRUE(interval) << to_text(interval.error());
      computed["ML"]["profile_ci"].push_back(
          {{"term", ml.fixed[j].name}, {"lower", interval->lower}, {"upper", interval->upper}});
    }
  if (expected.contains("lrt_ml")) {
    const auto null = *make_mixed_model(design_of(table, plan.response, null_fixed, null_terms));
    const MixedFit null_fit = fit_of(null, MixedLikelihood::maximum);
    const double chi_square = 2 * (ml.log_likelihood - null_fit.log_likelihood);
    const auto df = ml.parameters - null_fit.parameters;
    computed["lrt_ml"] = {{"null_model", expected.at("lrt_ml").at("null_model")},
                          {"logLik_null", null_fit.log_likelihood},
                          {"chisq", chi_square},
                          {"df", df},
                          {"p", chi_square_upper_p(chi_square, static_cast<double>(df))}};
  }
  reference->expect(computed);
}

TEST(MixedReference, random_slope) {
  hold_lmm("lmm/sleepstudy_slope", {"Reaction", {"1", "Days"}, {{"Subject", {"1", "Days"}}}}, {"1", "Days"},
           {{"Subject", {"1"}}});
}

TEST(MixedReference, uncorrelated_slope) {
  hold_lmm("lmm/sleepstudy_uncorrelated",
           {"Reaction", {"1", "Days"}, {{"Subject", {"1"}}, {"Subject", {"Days"}}}});
}

TEST(MixedReference, random_intercept_with_covariates) {
  Matrix joint(2, 6);
  joint(0, 3) = 1;
  joint(1, 4) = 1;
  hold_lmm("lmm/depression_trial_intercept",
           {"bdi", {"1", "bdi_pre", "month", "treat", "drug", "long"}, {{"id", {"1"}}}},
           {"1", "bdi_pre", "month", "drug", "long"}, {{"id", {"1"}}}, joint);
}

TEST(MixedReference, visits_in_clients_in_therapists) {
  hold_lmm("lmm/three_level_therapists",
           {"score", {"1", "week", "arm", "week:arm"}, {{"client", {"1", "week"}}, {"therapist", {"1"}}}});
}

TEST(MixedReference, crossed) {
  hold_lmm("lmm/crossed_penicillin", {"diameter", {"1"}, {{"plate", {"1"}}, {"sample", {"1"}}}});
}

TEST(MixedReference, nested) {
  hold_lmm("lmm/nested_oxide", {"thickness", {"1", "source"}, {{"wafer", {"1"}}, {"lot", {"1"}}}});
}

TEST(MixedReference, variance_of_zero) {
  hold_lmm("lmm/singular_dyestuff2", {"Yield", {"1"}, {{"Batch", {"1"}}}});
  hold_lmm("lmm/singular_simulated", {"y", {"1", "x"}, {{"group", {"1"}}}});
}

// The layout of nlme's cases

double log_scale_error(const std::optional<double>& std_error, double value) {
  return std_error.value() / value;
}

Json nlme_json(const MixedModel& model, const MixedFit& fit) {
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  const auto p = static_cast<double>(fit.fixed.size());
  const auto n = static_cast<double>(fit.rows);
  Json fixed = Json::array();
  for (const FixedEffect& effect : fit.fixed)
    fixed.push_back({{"term", effect.name},
                     {"estimate", effect.estimate},
                     {"se", effect.std_error},
                     {"z", effect.estimate / effect.std_error}});
  const bool restricted = fit.likelihood == MixedLikelihood::restricted;
  EXPECT_EQ(model.rows(), fit.rows);
  return {{"logLik", fit.log_likelihood},
          {"minus2_logLik", -2 * fit.log_likelihood},
          {"npar", fit.parameters},
          {"nobs", fit.rows},
          {"AIC", fit.aic},
          {"BIC_n", fit.bic},
          {"BIC_nlme",
           -2 * fit.log_likelihood + std::log(restricted ? n - p : n) * static_cast<double>(fit.parameters)},
          {"fixed", fixed},
          {"vcov_fixed", json_of(fit.fixed_covariance, names_of(fit))}};
}

Json working(const std::string& name, double estimate, double se) {
  return {{"name", name}, {"estimate", estimate}, {"se", se}};
}
Json working_sd(const std::string& name, double sd, const std::optional<double>& se) {
  return working(name, std::log(sd), log_scale_error(se, sd));
}
Json working_correlation(const std::string& name, double r, const std::optional<double>& se) {
  return working(name, std::atanh(r), se.value() / (1 - r * r));
}

template <class Describe>
Json both(const MixedDesign& design, const Describe& describe) {
  const auto model = make_mixed_model(design);
  EXPECT_TRUE(model) << to_text(model.error());
  Json json = Json::object();
  for (const auto& [name, likelihood] :
       {std::pair{"REML", MixedLikelihood::restricted}, std::pair{"ML", MixedLikelihood::maximum}}) {
    const MixedFit fit = fit_of(*model, likelihood);
    json[name] = nlme_json(*model, fit);
    describe(fit, json[name]);
  }
  return json;
}

void set_series(MixedDesign& design, const Table& table, const std::string& group, const std::string& visit) {
  design.residual.correlation = ResidualCorrelation::autoregressive;
  design.residual.within = grouping(design, table, group);
  design.residual.position = table.complete(visit);
}

void set_groups(MixedDesign& design, const Table& table, const std::string& column) {
  design.residual.group_names = {"0", "1"};
  for (const double value : table.complete(column)) design.residual.group.push_back(value == 0 ? 0 : 1);
}

TEST(MixedReference, autoregressive_growth) {
  auto reference = reference::find_case("lmm/ar1_growth");
  const Table table = reference->table();
  MixedDesign design = design_of(table, "y", {"1", "time", "arm", "time:arm"}, {{"client", {"1", "time"}}});
  set_series(design, table, "client", "visit");
  const Json* expected = &reference->results();
  reference->expect(both(design, [&](const MixedFit& fit, Json& json) {
    json["covariance_parameters"] = {{"sd_intercept", *fit.covariance[0].sd_or_correlation},
                                     {"sd_slope", *fit.covariance[1].sd_or_correlation},
                                     {"cor_intercept_slope", *fit.covariance[2].sd_or_correlation},
                                     {"phi", fit.correlation->value},
                                     {"sigma", fit.sigma}};
    if (expected->at("REML").contains("working_parameters"))
      json["working_parameters"] = {
          working_sd("log_sd_int", *fit.covariance[0].sd_or_correlation, fit.covariance[0].std_error),
          working_sd("log_sd_slope", *fit.covariance[1].sd_or_correlation, fit.covariance[1].std_error),
          working_correlation("atanh_cor", *fit.covariance[2].sd_or_correlation, fit.covariance[2].std_error),
          working_correlation("atanh_phi", fit.correlation->value, fit.correlation->std_error),
          working_sd("log_sigma", fit.sigma, fit.residual[0].std_error)};
  }));
}

TEST(MixedReference, autoregressive_intercept) {
  auto reference = reference::find_case("lmm/ar1_ovary");
  if (!reference) GTEST_SKIP() << reference::absent("lmm/ar1_ovary");
  const Table table = reference->table();
  MixedDesign design = design_of(table, "y", {"1", "s1", "c1"}, {{"mare", {"1"}}});
  set_series(design, table, "mare", "visit");
  reference->expect(both(design, [](const MixedFit& fit, Json& json) {
    json["covariance_parameters"] = {{"sd_intercept", *fit.covariance[0].sd_or_correlation},
                                     {"phi", fit.correlation->value},
                                     {"sigma", fit.sigma}};
    json["working_parameters"] = {
        working_sd("log_sd_int", *fit.covariance[0].sd_or_correlation, fit.covariance[0].std_error),
        working_correlation("atanh_phi", fit.correlation->value, fit.correlation->std_error),
        working_sd("log_sigma", fit.sigma, fit.residual[0].std_error)};
  }));
}

void hold_groups(const std::string& id, const std::string& response, const std::vector<std::string>& fixed,
                 const std::string& client, const std::string& group) {
  auto reference = reference::find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  const Table table = reference->table();
  MixedDesign design = design_of(table, response, fixed, {{client, {"1"}}});
  set_groups(design, table, group);
  reference->expect(both(design, [](const MixedFit& fit, Json& json) {
    json["covariance_parameters"] = {{"sd_intercept", *fit.covariance[0].sd_or_correlation},
                                     {"resid_sd_0", fit.residual[0].value},
                                     {"resid_sd_1", fit.residual[1].value}};
    json["working_parameters"] = {
        working_sd("log_sd_int", *fit.covariance[0].sd_or_correlation, fit.covariance[0].std_error),
        working_sd("log_sd0", fit.residual[0].value, fit.residual[0].std_error),
        working_sd("log_sd1", fit.residual[1].value, fit.residual[1].std_error)};
  }));
}

TEST(MixedReference, residual_variance_by_group) {
  hold_groups("lmm/heteroscedastic_arms", "y", {"1", "time", "arm", "time:arm"}, "client", "arm");
  hold_groups("lmm/heteroscedastic_orthodont", "distance", {"1", "age", "male", "age:male"}, "subject",
              "male");
}

MixedDesign couples(const Table& table, const std::vector<std::string>& fixed, bool by_role) {
  MixedDesign design = design_of(table, "y", fixed, {});
  design.residual.correlation = ResidualCorrelation::compound_symmetry;
  design.residual.within = grouping(design, table, "dyad");
  if (by_role) set_groups(design, table, "role");
  return design;
}

TEST(MixedReference, actors_and_partners) {
  auto reference = reference::find_case("dyadic/apim_couples");
  const Table table = reference->table();
  const std::vector<std::string> full{"1", "role", "x_actor", "x_partner", "role:x_actor", "role:x_partner"};
  Json role_effects = Json::array();
  Json computed = Json::object();
  computed["distinguishable"] = both(couples(table, full, true), [&](const MixedFit& fit, Json& json) {
    const auto& sd = fit.residual;
    json["covariance_parameters"] = {{"sd_role0", sd[0].value},
                                     {"sd_role1", sd[1].value},
                                     {"rho", fit.correlation->value},
                                     {"variance_ratio", std::pow(sd[1].value / sd[0].value, 2)}};
    json["working_parameters"] = {
        working_sd("log_sd_role0", sd[0].value, sd[0].std_error),
        working_sd("log_sd_role1", sd[1].value, sd[1].std_error),
        working_correlation("atanh_rho", fit.correlation->value, fit.correlation->std_error)};
    if (fit.likelihood != MixedLikelihood::restricted) return;
    const auto effect = [&](const std::string& name, std::size_t main, std::size_t more) {
      double variance = fit.fixed_covariance(main, main);
      double estimate = fit.fixed[main].estimate;
      if (more > 0) {
        estimate += fit.fixed[more].estimate;
        variance += fit.fixed_covariance(more, more) + 2 * fit.fixed_covariance(main, more);
      }
      role_effects.push_back({{"effect", name}, {"estimate", estimate}, {"se", std::sqrt(variance)}});
    };
    effect("actor role0", 2, 0);
    effect("actor role1", 2, 4);
    effect("partner role0", 3, 0);
    effect("partner role1", 3, 5);
  });
  computed["indistinguishable"] =
      both(couples(table, {"1", "x_actor", "x_partner"}, false), [](const MixedFit& fit, Json& json) {
        json["covariance_parameters"] = {{"sd", fit.sigma}, {"rho", fit.correlation->value}};
        json["working_parameters"] = {
            working_sd("log_sd", fit.sigma, fit.residual[0].std_error),
            working_correlation("atanh_rho", fit.correlation->value, fit.correlation->std_error)};
      });
  computed["role_effects_reml"] = role_effects;
  const double chi_square = 2 * (computed["distinguishable"]["ML"]["logLik"].get<double>() -
                                 computed["indistinguishable"]["ML"]["logLik"].get<double>());
  computed["distinguishability_test"] = {
      {"chisq", chi_square}, {"df", 4}, {"p", chi_square_upper_p(chi_square, 4)}};
  reference->expect(computed);
}

// Columns named r0, r1 and their products with time, of which the case has none.
MixedDesign growth_of_two(const Table& table) {
  const auto role = table.complete("role");
  const auto time = table.complete("time");
  MixedDesign design = design_of(table, "y", {}, {});
  const std::size_t dyad = grouping(design, table, "dyad");
  Matrix x(role.size(), 4);
  for (std::size_t i = 0; i < role.size(); ++i)
    for (std::size_t r = 0; r < 2; ++r) {
      const double is = role[i] == static_cast<double>(r) ? 1 : 0;
      x(i, r) = is;
      x(i, 2 + r) = is * time[i];
    }
  design.fixed = x;
  design.fixed_names = {"r0", "r1", "r0:time", "r1:time"};
  design.terms = {{dyad, x, design.fixed_names, CovarianceShape::full}};
  set_groups(design, table, "role");
  return design;
}

TEST(MixedReference, growth_of_two_partners) {
  auto reference = reference::find_case("dyadic/dyadic_growth");
  reference->expect(both(growth_of_two(reference->table()), [](const MixedFit& fit, Json& json) {
    const std::vector<std::string> names{"int0", "int1", "slope0", "slope1"};
    for (std::size_t i = 0, at = 4; i < 4; ++i) {
      json["covariance_parameters"]["sd_" + names[i]] = *fit.covariance[i].sd_or_correlation;
      for (std::size_t j = i + 1; j < 4; ++j, ++at)
        json["covariance_parameters"]["cor_" + names[i] + "_" + names[j]] =
            *fit.covariance[at].sd_or_correlation;
    }
    json["covariance_parameters"]["resid_sd_role0"] = fit.residual[0].value;
    json["covariance_parameters"]["resid_sd_role1"] = fit.residual[1].value;
  }));
}

// Areas var, mediation and etr: what the designs are made of stands in the cases' calls

std::map<std::string, double> means_by(const std::vector<std::string>& ids,
                                       const std::vector<double>& values) {
  std::map<std::string, std::pair<double, double>> sums;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    sums[ids[i]].first += values[i];
    sums[ids[i]].second += 1;
  }
  std::map<std::string, double> means;
  for (const auto& [id, sum] : sums) means[id] = sum.first / sum.second;
  return means;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

struct Split {
  std::vector<double> within;
  std::vector<double> between;  // about the mean over rows
};
Split split(const std::vector<std::string>& ids, const std::vector<double>& values) {
  const auto means = means_by(ids, values);
  Split result;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    result.within.push_back(values[i] - means.at(ids[i]));
    result.between.push_back(means.at(ids[i]));
  }
  const double overall = mean_of(result.between);
  for (double& v : result.between) v -= overall;
  return result;
}

Matrix beside(const std::vector<std::vector<double>>& cols) {
  Matrix m(cols.front().size(), cols.size());
  for (std::size_t j = 0; j < cols.size(); ++j)
    for (std::size_t i = 0; i < m.rows(); ++i) m(i, j) = cols[j][i];
  return m;
}

MixedDesign by_person(const std::vector<std::string>& ids, const std::vector<double>& response) {
  MixedDesign design;
  design.response = response;
  design.groupings.push_back({"ID", factor(ids).level});
  return design;
}

TEST(MixedReference, models_of_multilevel_mediation) {
  auto reference = reference::find_case("mediation/multilevel_111");
  const Table table = reference->table();
  const auto& ids = table.text("id");
  const Split x = split(ids, table.complete("x"));
  const Split m = split(ids, table.complete("m"));
  const std::vector<double> one(ids.size(), 1);
  Json computed = Json::object();

  MixedDesign of_m = by_person(ids, table.complete("m"));
  of_m.fixed = beside({one, x.within, x.between});
  of_m.fixed_names = {"(Intercept)", "xw", "xb"};
  of_m.terms = {{0, beside({one, x.within}), {"(Intercept)", "xw"}, CovarianceShape::full}};
  const auto model_m = *make_mixed_model(of_m);
  const MixedFit fit_m = fit_of(model_m, MixedLikelihood::restricted);
  computed["model_m"] = lmm_json({"m", {}, {{"ID", {"1", "xw"}}}}, model_m, fit_m);

  MixedDesign of_y = by_person(ids, table.complete("y"));
  of_y.fixed = beside({one, x.within, m.within, x.between, m.between});
  of_y.fixed_names = {"(Intercept)", "xw", "mw", "xb", "mb"};
  of_y.terms = {{0, beside({one, x.within, m.within}), {"(Intercept)", "xw", "mw"}, CovarianceShape::full}};
  const auto model_y = *make_mixed_model(of_y);
  const MixedFit fit_y = fit_of(model_y, MixedLikelihood::restricted);
  computed["model_y"] = lmm_json({"y", {}, {{"ID", {"1", "xw", "mw"}}}}, model_y, fit_y);

  const auto& a = fit_m.fixed[1];
  const auto& b = fit_y.fixed[2];
  const double se = std::sqrt(std::pow(a.estimate * b.std_error, 2) + std::pow(b.estimate * a.std_error, 2));
  computed["separate"] = {{"a", a.estimate},
                          {"se_a", a.std_error},
                          {"b", b.estimate},
                          {"se_b", b.std_error},
                          {"ab", a.estimate * b.estimate},
                          {"delta_se", se},
                          {"z", a.estimate * b.estimate / se}};

  // One model of both outcomes: rows of m first, then rows of y.
  std::vector<std::string> twice = ids;
  twice.insert(twice.end(), ids.begin(), ids.end());
  std::vector<double> z = table.complete("m");
  const auto y = table.complete("y");
  z.insert(z.end(), y.begin(), y.end());
  MixedDesign stacked = by_person(twice, z);
  stacked.fixed = Matrix(z.size(), 5);
  stacked.fixed_names = {"int_m", "a", "int_y", "b", "cprime"};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    stacked.fixed(i, 0) = 1;
    stacked.fixed(i, 1) = x.within[i];
    stacked.fixed(ids.size() + i, 2) = 1;
    stacked.fixed(ids.size() + i, 3) = m.within[i];
    stacked.fixed(ids.size() + i, 4) = x.within[i];
  }
  stacked.terms = {{0, stacked.fixed, stacked.fixed_names, CovarianceShape::full}};
  stacked.residual.group_names = {"M", "Y"};
  stacked.residual.group.assign(ids.size(), 0);
  stacked.residual.group.resize(z.size(), 1);
  const auto model = *make_mixed_model(stacked);
  const MixedFit fit = fit_of(model, MixedLikelihood::restricted);
  Json fixed = Json::array();
  for (const FixedEffect& effect : fit.fixed)
    fixed.push_back({{"term", effect.name}, {"estimate", effect.estimate}, {"se", effect.std_error}});
  const double g = fit.random_covariance[0](1, 3);
  const double indirect = fit.fixed[1].estimate * fit.fixed[3].estimate + g;
  computed["stacked"] = {{"logLik_reml", fit.log_likelihood},
                         {"fixed", fixed},
                         {"G", json_of(fit.random_covariance[0], stacked.fixed_names)},
                         {"resid_sd_m", fit.residual[0].value},
                         {"resid_sd_y", fit.residual[1].value},
                         {"cov_a_b_random", g},
                         {"average_indirect", indirect},
                         {"average_total", indirect + fit.fixed[4].estimate},
                         {"cov_fixed_a_b", fit.fixed_covariance(1, 3)}};
  reference->expect(computed);
}

// Rows by person and time; the value one occasion before, about the person's mean.
struct Panel {
  std::vector<std::string> ids;
  std::map<std::string, std::vector<double>> value;
  std::map<std::string, std::vector<double>> lagged;
  std::map<std::string, std::vector<double>> between;
};

Panel panel_of(const Table& table, const std::vector<std::string>& variables) {
  const auto& ids = table.text("id");
  const auto time = table.complete("time");
  std::vector<std::size_t> order(ids.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return ids[a] != ids[b] ? ids[a] < ids[b] : time[a] < time[b]; });
  Panel panel;
  std::map<std::string, std::map<std::string, double>> means;
  std::map<std::string, double> overall;
  for (const auto& v : variables) {
    means[v] = means_by(ids, table.complete(v));
    for (const auto& [id, mean] : means[v]) overall[v] += mean / static_cast<double>(means[v].size());
  }
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::size_t now = order[i];
    const std::size_t then = order[i - 1];
    if (ids[now] != ids[then] || time[now] != time[then] + 1) continue;
    panel.ids.push_back(ids[now]);
    for (const auto& v : variables) {
      const auto values = table.complete(v);
      panel.value[v].push_back(values[now]);
      panel.lagged[v].push_back(values[then] - means[v][ids[now]]);
      panel.between[v].push_back(means[v][ids[now]] - overall[v]);
    }
  }
  return panel;
}

// y - X beta - Z b
std::vector<double> residuals(const MixedDesign& d, const MixedModel& model, const MixedFit& fit) {
  std::vector<double> left = d.response;
  const auto effects = *random_effects(d, model, fit);
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t j = 0; j < fit.fixed.size(); ++j) left[i] -= d.fixed(i, j) * fit.fixed[j].estimate;
    for (std::size_t t = 0; t < d.terms.size(); ++t)
      for (std::size_t j = 0; j < d.terms[t].columns.cols(); ++j)
        left[i] -= d.terms[t].columns(i, j) * effects[t].mean(d.groupings[0].level[i], j);
  }
  return left;
}

TEST(MixedReference, one_variable_on_another_within_persons) {
  auto reference = reference::find_case("var/multilevel_var");
  const std::vector<std::string> variables{"alliance", "distress"};
  const Panel panel = panel_of(reference->table(), variables);
  const std::vector<double> one(panel.ids.size(), 1);
  Json computed{{"rows", panel.ids.size()}, {"persons", factor(panel.ids).labels.size()}};
  std::vector<std::vector<double>> left;
  for (std::size_t v = 0; v < 2; ++v) {
    const auto& other = variables[1 - v];
    MixedDesign design = by_person(panel.ids, panel.value.at(variables[v]));
    design.fixed =
        beside({one, panel.lagged.at("alliance"), panel.lagged.at("distress"), panel.between.at(other)});
    design.fixed_names = {"(Intercept)", "l_alliance", "l_distress", "b_" + other};
    Plan plan{"", {}, {{"ID", {"1"}}, {"ID", {"l_alliance"}}, {"ID", {"l_distress"}}}};
    design.terms = {{0, beside({one}), {"(Intercept)"}, CovarianceShape::full},
                    {0, beside({panel.lagged.at("alliance")}), {"l_alliance"}, CovarianceShape::full},
                    {0, beside({panel.lagged.at("distress")}), {"l_distress"}, CovarianceShape::full}};
    const auto model = *make_mixed_model(design);
    const MixedFit fit = fit_of(model, MixedLikelihood::restricted);
    computed[variables[v]] = lmm_json(plan, model, fit);
    left.push_back(residuals(design, model, fit));
  }
  computed["contemporaneous_residual_cor"] = *pearson_r(left[0], left[1]);

  // Least squares within persons: a design without random effects.
  Json within = Json::array();
  const Split alliance = split(panel.ids, panel.lagged.at("alliance"));
  const Split distress = split(panel.ids, panel.lagged.at("distress"));
  for (const auto& v : variables) {
    MixedDesign design;
    design.response = split(panel.ids, panel.value.at(v)).within;
    design.fixed = beside({alliance.within, distress.within});
    design.fixed_names = {"l_alliance", "l_distress"};
    const MixedFit fit = fit_of(*make_mixed_model(design), MixedLikelihood::maximum);
    within.push_back({fit.fixed[0].estimate, fit.fixed[1].estimate});
  }
  computed["within_fixed_effects"] = {
      {"rows", variables}, {"cols", {"l_alliance", "l_distress"}}, {"values", within}};
  reference->expect(computed);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
