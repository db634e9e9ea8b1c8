// `fit lmm` and `fit growth` held against R: every number of areas lmm, dyadic, etr, var and of
// mediation/multilevel_111, through the command line.
#include <gtest/gtest.h>

#include <set>

#include "mixed_answers.hpp"

namespace securebase::cli {
namespace SECUREBASE_THIS_FILE {

using reference::find_case;

Words both_likelihoods(const Words& words, bool restricted) {
  return restricted ? words : words + Words{"--ml"};
}

struct LmmCase {
  std::string id;
  std::string formula;
  Renamed names = {};
  std::string null_formula = {};
  std::string test = {};
};

void hold(const LmmCase& c) {
  auto reference = find_case(c.id);
  if (!reference) GTEST_SKIP() << reference::absent(c.id);
  const Json& expected = reference->results();
  const Words words = lmm(c.id, c.formula);
  Json computed;
  computed["REML"] = lme4_layout(words, c.names);
  computed["ML"] = lme4_layout(words + Words{"--ml"}, c.names);
  computed["REML"]["ranef"] = random_effects_layout(words, expected.at("REML").at("ranef"));
  if (expected.at("REML").contains("kenward_roger")) {
    const Json kenward_roger = told(words + Words{"--df", "kenward-roger"});
    for (const Json& row : kenward_roger.at("estimates"))
      computed["REML"]["kenward_roger"].push_back(
          {{"term", row.at("term")},
           {"se", row.at("std_error")},
           {"df", row.at("df")},
           {"t", row.at("estimate").get<double>() / row.at("std_error").get<double>()},
           {"p", row.at("p")}});
  }
  if (expected.at("REML").contains("joint_test")) {
    const Json test = told(words + Words{"--test", c.test}).at("frames").at("joint_test")[0];
    computed["REML"]["joint_test"] = {{"L", expected.at("REML").at("joint_test").at("L")},
                                      {"F", test.at("f")},
                                      {"num_df", test.at("df1")},
                                      {"den_df", test.at("df2")},
                                      {"p", test.at("p")}};
  }
  if (expected.at("ML").contains("profile_ci")) {
    const Json profiles = told(words + Words{"--ml", "--profile"});
    for (const Json& row : profiles.at("tables").at("profile"))
      computed["ML"]["profile_ci"].push_back(
          {{"term", row.at("term")}, {"lower", row.at("lower")}, {"upper", row.at("upper")}});
  }
  if (expected.contains("lrt_ml")) {
    const Json frame = told(words + Words{"--compare", c.null_formula}).at("frames").at("comparison");
    computed["lrt_ml"] = {{"null_model", expected.at("lrt_ml").at("null_model")},
                          {"logLik_null", frame[0].at("log_likelihood")},
                          {"chisq", frame[1].at("chi_square")},
                          {"df", frame[1].at("df")},
                          {"p", frame[1].at("p")}};
  }
  reference->expect(computed);
}

TEST(FitReference, random_slope) {
  hold({"lmm/sleepstudy_slope", "Reaction ~ Days + (Days | Subject)", {}, "Reaction ~ Days + (1 | Subject)"});
}

TEST(FitReference, uncorrelated_slope) {
  hold({"lmm/sleepstudy_uncorrelated", "Reaction ~ Days + (Days || Subject)"});
}

TEST(FitReference, random_intercept_with_covariates) {
  hold({"lmm/depression_trial_intercept",
        "bdi ~ bdi_pre + month + treat + drug + long + (1 | id)",
        {},
        "bdi ~ bdi_pre + month + drug + long + (1 | id)",
        "treat, drug"});
}

TEST(FitReference, visits_in_clients_in_therapists) {
  hold({"lmm/three_level_therapists", "score ~ week * arm + (week | client) + (1 | therapist)"});
}

TEST(FitReference, crossed) {
  hold({"lmm/crossed_penicillin", "diameter ~ 1 + (1 | plate) + (1 | sample)"});
}

TEST(FitReference, nested) {
  hold({"lmm/nested_oxide", "thickness ~ source + (1 | wafer) + (1 | lot)"});
}

TEST(FitReference, variance_of_zero) {
  hold({"lmm/singular_dyestuff2", "Yield ~ 1 + (1 | Batch)"});
}

TEST(FitReference, variance_of_zero_simulated) {
  hold({"lmm/singular_simulated", "y ~ x + (1 | group)"});
}

template <class Describe>
Json both(const Words& words, const Describe& describe, const Renamed& names = {}) {
  Json json;
  for (const bool restricted : {true, false}) {
    const Json fit = told(both_likelihoods(words, restricted));
    Json& part = json[restricted ? "REML" : "ML"];
    part = nlme_layout(fit, restricted, names);
    describe(fit, part, restricted);
  }
  return json;
}

TEST(FitReference, autoregressive_growth) {
  auto reference = find_case("lmm/ar1_growth");
  const Words words =
      lmm("lmm/ar1_growth", "y ~ time * arm + (time | client)", {"--residual", "ar1(visit | client)"});
  reference->expect(both(words, [](const Json& fit, Json& json, bool) {
    json["covariance_parameters"] = {
        {"sd_intercept", estimate_of(fit, "variances", "client: (Intercept)")},
        {"sd_slope", estimate_of(fit, "variances", "client: time")},
        {"cor_intercept_slope", estimate_of(fit, "variances", "client: (Intercept) with time")},
        {"phi", estimate_of(fit, "residual", "phi")},
        {"sigma", estimate_of(fit, "residual", "Residual")}};
  }));
}

TEST(FitReference, autoregressive_intercept) {
  auto reference = find_case("lmm/ar1_ovary");
  if (!reference) GTEST_SKIP() << reference::absent("lmm/ar1_ovary");
  const Words words = lmm("lmm/ar1_ovary", "y ~ s1 + c1 + (1 | mare)", {"--residual", "ar1(visit | mare)"});
  reference->expect(both(words, [](const Json& fit, Json& json, bool) {
    const Json& sd = row_of(fit, "variances", "mare: (Intercept)");
    const Json& phi = row_of(fit, "residual", "phi");
    const Json& sigma = row_of(fit, "residual", "Residual");
    json["covariance_parameters"] = {
        {"sd_intercept", sd.at("estimate")}, {"phi", phi.at("estimate")}, {"sigma", sigma.at("estimate")}};
    json["working_parameters"] = {working_sd("log_sd_int", sd), working_correlation("atanh_phi", phi),
                                  working_sd("log_sigma", sigma)};
  }));
}

void hold_groups(const std::string& id, const std::string& formula, const std::string& client,
                 const std::string& group) {
  auto reference = find_case(id);
  if (!reference) GTEST_SKIP() << reference::absent(id);
  reference->expect(both(lmm(id, formula, {"--variance-by", group}), [&](const Json& fit, Json& json, bool) {
    const Json& sd = row_of(fit, "variances", client + ": (Intercept)");
    const Json& first = row_of(fit, "residual", "0");
    const Json& second = row_of(fit, "residual", "1");
    json["covariance_parameters"] = {{"sd_intercept", sd.at("estimate")},
                                     {"resid_sd_0", first.at("estimate")},
                                     {"resid_sd_1", second.at("estimate")}};
    json["working_parameters"] = {working_sd("log_sd_int", sd), working_sd("log_sd0", first),
                                  working_sd("log_sd1", second)};
  }));
}

TEST(FitReference, residual_variance_by_arm) {
  hold_groups("lmm/heteroscedastic_arms", "y ~ time * arm + (1 | client)", "client", "arm");
}

TEST(FitReference, residual_variance_by_sex) {
  hold_groups("lmm/heteroscedastic_orthodont", "distance ~ age * male + (1 | subject)", "subject", "male");
}

TEST(FitReference, actors_and_partners) {
  const std::string id = "dyadic/apim_couples";
  auto reference = find_case(id);
  const Words couples{"--residual", "cs(dyad)"};
  Json computed;
  computed["distinguishable"] = both(
      lmm(id, "y ~ role * (x_actor + x_partner)", couples + Words{"--variance-by", "role"}),
      [](const Json& fit, Json& json, bool) {
        const Json& first = row_of(fit, "residual", "0");
        const Json& second = row_of(fit, "residual", "1");
        const Json& rho = row_of(fit, "residual", "rho");
        const double ratio = second.at("estimate").get<double>() / first.at("estimate").get<double>();
        json["covariance_parameters"] = {{"sd_role0", first.at("estimate")},
                                         {"sd_role1", second.at("estimate")},
                                         {"rho", rho.at("estimate")},
                                         {"variance_ratio", ratio * ratio}};
        json["working_parameters"] = {working_sd("log_sd_role0", first), working_sd("log_sd_role1", second),
                                      working_correlation("atanh_rho", rho)};
      });
  computed["indistinguishable"] =
      both(lmm(id, "y ~ x_actor + x_partner", couples), [](const Json& fit, Json& json, bool) {
        const Json& sd = row_of(fit, "residual", "Residual");
        const Json& rho = row_of(fit, "residual", "rho");
        json["covariance_parameters"] = {{"sd", sd.at("estimate")}, {"rho", rho.at("estimate")}};
        json["working_parameters"] = {working_sd("log_sd", sd), working_correlation("atanh_rho", rho)};
      });
  // The effects of each role are coefficients where every role has columns of its own.
  const Json roles = told(lmm(id, "y ~ 0 + factor(role) + factor(role):x_actor + factor(role):x_partner",
                              couples + Words{"--variance-by", "role"}));
  const std::vector<std::string> names{"actor role0", "actor role1", "partner role0", "partner role1"};
  for (std::size_t i = 0; i < 4; ++i)
    computed["role_effects_reml"].push_back({{"effect", names[i]},
                                             {"estimate", roles.at("estimates")[2 + i].at("estimate")},
                                             {"se", roles.at("estimates")[2 + i].at("std_error")}});
  const double chi_square = 2 * (computed["distinguishable"]["ML"]["logLik"].get<double>() -
                                 computed["indistinguishable"]["ML"]["logLik"].get<double>());
  computed["distinguishability_test"] = {
      {"chisq", chi_square}, {"df", 4}, {"p", stats::chi_square_upper_p(chi_square, 4)}};
  reference->expect(computed);
}

TEST(FitReference, growth_of_two_partners) {
  auto reference = find_case("dyadic/dyadic_growth");
  const std::string columns = "0 + factor(role) + factor(role):time";
  const Words words = lmm("dyadic/dyadic_growth", "y ~ " + columns + " + (" + columns + " | dyad)",
                          {"--variance-by", "role"});
  const Renamed names{{"factor(role)", "r"}};
  reference->expect(both(
      words,
      [](const Json& fit, Json& json, bool) {
        const std::vector<std::pair<std::string, std::string>> effects{{"int0", "factor(role)0"},
                                                                       {"int1", "factor(role)1"},
                                                                       {"slope0", "factor(role)0:time"},
                                                                       {"slope1", "factor(role)1:time"}};
        Json& parameters = json["covariance_parameters"];
        for (std::size_t i = 0; i < 4; ++i) {
          parameters["sd_" + effects[i].first] = estimate_of(fit, "variances", "dyad: " + effects[i].second);
          for (std::size_t j = i + 1; j < 4; ++j)
            parameters["cor_" + effects[i].first + "_" + effects[j].first] =
                estimate_of(fit, "variances", "dyad: " + effects[i].second + " with " + effects[j].second);
        }
        parameters["resid_sd_role0"] = estimate_of(fit, "residual", "0");
        parameters["resid_sd_role1"] = estimate_of(fit, "residual", "1");
      },
      names));
}

Json new_client(const Json& growth, const std::string& id) {
  Json json{{"id", id}, {"seen", Json::array()}, {"forecast", Json::array()}};
  for (const Json& row : growth.at("frames").at("forecast_effects"))
    if (row.at("client") == id)
      json[row.at("effect") == "(Intercept)" ? "intercept_deviation" : "slope_deviation"] =
          row.at("deviation");
  const reference::Table fresh = find_case("etr/expected_response")->table("newdata.csv");
  for (const Json& row : growth.at("frames").at("forecasts")) {
    if (row.at("client") != id) continue;
    const auto line = row.at("line").get<std::size_t>();
    const double visit = fresh.complete("visit")[line - 2];
    json["intake"] = fresh.complete("intake")[line - 2];
    // Fixed effects taken as known: the SD given what was seen.
    const double reach = stats::normal_quantile(0.9) * row.at("conditional_sd").get<double>();
    if (row.at("outcome").is_null())
      json["forecast"].push_back({{"visit", visit},
                                  {"mean", row.at("mean")},
                                  {"sd", row.at("conditional_sd")},
                                  {"lower80", row.at("mean").get<double>() - reach},
                                  {"upper80", row.at("mean").get<double>() + reach}});
    else
      json["seen"].push_back({{"visit", visit},
                              {"score", row.at("outcome")},
                              {"expected", row.at("expected")},
                              {"percentile", row.at("percentile")},
                              {"off_track_85", row.at("percentile").get<double>() > 0.85}});
  }
  return json;
}

TEST(FitReference, expected_response) {
  const std::string id = "etr/expected_response";
  auto reference = find_case(id);
  const Words words{"fit",   "growth",   "--in", data_of(id), "--outcome", "score", "--time",
                    "visit", "--client", "id",   "--intake",  "intake",    "--log", "log10"};
  const Json growth = told(
      words + Words{"--times", "1,2,3,5,8,12,16,20", "--new", data_of(id, "newdata.csv"), "--limits", "0.8"});
  const Json& frames = growth.at("frames");
  Json computed{
      {"mean_intake", frames.at("centres")[0].at("mean")},
      {"model", lme4_layout(words, {{"log10(visit)", "ls"}, {"centre(intake, id)", "ic"}, {"id", "ID"}})},
      {"intake_grid", Json::array()},
      {"new_clients", {new_client(growth, "new1"), new_client(growth, "new2")}}};
  for (const Json& row : frames.at("intake_grid")) computed["intake_grid"].push_back(row.at("intake"));
  for (const Json& row : frames.at("expected")) {
    Json curve{{"visit", row.at("time")},
               {"intake", row.at("intake")},
               {"expected", row.at("expected")},
               {"se_mean", row.at("std_error")},
               {"sd_client", row.at("sd")}};
    for (const char* share : {"p10", "p15", "p25", "p50", "p75", "p85", "p90"}) curve[share] = row.at(share);
    computed["expected_curves"].push_back(std::move(curve));
  }
  for (const Json& row : frames.at("intake_bands"))
    computed["empirical"]["band_limits"].push_back(row.at("intake"));
  for (Json row : frames.at("observed")) {
    row["visit"] = row.at("time");
    computed["empirical"]["table"].push_back(std::move(row));
  }
  reference->expect(computed);
}

TEST(FitReference, within_person_mediation) {
  const std::string id = "mediation/multilevel_111";
  auto reference = find_case(id);
  const std::string xw = "within(x, id)";
  const std::string mw = "within(m, id)";
  const std::string xb = "centre(between(x, id))";
  const std::string mb = "centre(between(m, id))";
  const Renamed names{{xb, "xb"}, {mb, "mb"}, {xw, "xw"}, {mw, "mw"}, {"id", "ID"}};
  const Words of_m = lmm(id, "m ~ " + xw + " + " + xb + " + (" + xw + " | id)");
  const Words of_y =
      lmm(id, "y ~ " + xw + " + " + mw + " + " + xb + " + " + mb + " + (" + xw + " + " + mw + " | id)");
  Json computed{{"model_m", lme4_layout(of_m, names)}, {"model_y", lme4_layout(of_y, names)}};
  const Json& a = computed["model_m"]["fixed"][1];
  const Json& b = computed["model_y"]["fixed"][2];
  const double ea = a.at("estimate");
  const double eb = b.at("estimate");
  const double se = std::hypot(ea * b.at("se").get<double>(), eb * a.at("se").get<double>());
  computed["separate"] = {{"a", ea},       {"se_a", a.at("se")}, {"b", eb},          {"se_b", b.at("se")},
                          {"ab", ea * eb}, {"delta_se", se},     {"z", ea * eb / se}};

  // One model of both outcomes: a row of m and a row of y for each row of the file.
  const reference::Table table = reference->table();
  std::ostringstream stacked;
  stacked.precision(17);
  stacked << "id,outcome,z,is_m,is_y,x,m\n";
  for (const char* outcome : {"m", "y"})
    for (std::size_t i = 0; i < table.rows(); ++i)
      stacked << table.text("id")[i] << ',' << outcome << ',' << table.complete(outcome)[i] << ','
              << (*outcome == 'm') << ',' << (*outcome == 'y') << ',' << table.complete("x")[i] << ','
              << table.complete("m")[i] << '\n';
  const Folder folder;
  const std::string columns = "0 + is_m + is_m:" + xw + " + is_y + is_y:" + mw + " + is_y:" + xw;
  const Json both = told({"fit", "lmm", "--in", folder.put("stacked.csv", stacked.str()), "--formula",
                          "z ~ " + columns + " + (" + columns + " | id)", "--variance-by", "outcome"});
  // Ours come by order of product: is_m, is_y, is_m:xw, is_y:mw, is_y:xw.
  const std::vector<std::size_t> place{0, 2, 1, 3, 4};
  const std::vector<std::string> labels{"int_m", "a", "int_y", "b", "cprime"};
  const Json& g = both.at("matrices").at("random_covariance:id").at("values");
  Json fixed = Json::array();
  Json values = Json::array();
  for (std::size_t i = 0; i < 5; ++i) {
    const Json& row = both.at("estimates")[place[i]];
    fixed.push_back({{"term", labels[i]}, {"estimate", row.at("estimate")}, {"se", row.at("std_error")}});
    values.push_back(Json::array());
    for (std::size_t j = 0; j < 5; ++j) values[i].push_back(g[place[i]][place[j]]);
  }
  const double indirect =
      fixed[1]["estimate"].get<double>() * fixed[3]["estimate"].get<double>() + values[1][3].get<double>();
  computed["stacked"] = {
      {"logLik_reml", both.at("measures").at("log_likelihood")},
      {"fixed", fixed},
      {"G", {{"rows", labels}, {"cols", labels}, {"values", values}}},
      {"resid_sd_m", estimate_of(both, "residual", "m")},
      {"resid_sd_y", estimate_of(both, "residual", "y")},
      {"cov_a_b_random", values[1][3]},
      {"average_indirect", indirect},
      {"average_total", indirect + fixed[4]["estimate"].get<double>()},
      {"cov_fixed_a_b", both.at("matrices").at("fixed_covariance").at("values")[place[1]][place[3]]}};
  reference->expect(computed);
}

TEST(FitReference, one_variable_on_another_within_persons) {
  const std::string id = "var/multilevel_var";
  auto reference = find_case(id);
  const std::vector<std::string> variables{"alliance", "distress"};
  const std::string lags = "lag(within(alliance, id), id, time) + lag(within(distress, id), id, time)";
  const Renamed names{{"lag(within(alliance, id), id, time)", "l_alliance"},
                      {"lag(within(distress, id), id, time)", "l_distress"},
                      {"centre(between(alliance, id), id)", "b_alliance"},
                      {"centre(between(distress, id), id)", "b_distress"},
                      {"id", "ID"}};
  Json computed;
  std::vector<std::vector<double>> left(2);
  Json within = Json::array();
  for (std::size_t v = 0; v < 2; ++v) {
    const Words words = lmm(id, variables[v] + " ~ " + lags + " + centre(between(" + variables[1 - v] +
                                    ", id), id) + (" + lags + " || id)");
    computed[variables[v]] = lme4_layout(words, names);
    const Json rows = told(words + Words{"--rows"});
    computed["rows"] = rows.at("data").at("used");
    computed["persons"] = rows.at("data").at("units").at("id");
    for (const Json& row : rows.at("frames").at("rows")) left[v].push_back(row.at("residual"));
    // Least squares within persons: a column for each person.
    const Json squares = told(lmm(id, variables[v] + " ~ 0 + " + lags + " + id", {"--ml"}));
    within.push_back({squares.at("estimates")[0].at("estimate"), squares.at("estimates")[1].at("estimate")});
  }
  double xy = 0;
  double xx = 0;
  double yy = 0;
  double mean[2] = {0, 0};
  for (std::size_t v = 0; v < 2; ++v)
    for (const double r : left[v]) mean[v] += r / static_cast<double>(left[v].size());
  for (std::size_t i = 0; i < left[0].size(); ++i) {
    const double x = left[0][i] - mean[0];
    const double y = left[1][i] - mean[1];
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  computed["contemporaneous_residual_cor"] = xy / std::sqrt(xx * yy);
  computed["within_fixed_effects"] = {
      {"rows", variables}, {"cols", {"l_alliance", "l_distress"}}, {"values", within}};
  reference->expect(computed);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::cli
