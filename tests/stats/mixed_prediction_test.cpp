#include "stats/mixed_prediction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "mixed_case.hpp"
#include "mixed_planted.hpp"
#include "stats/distributions.hpp"
#include "stats/mixed_inference.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::Table;

// Expected treatment response: score ~ log10(visit) * (intake - mean) + (log10(visit) | id)

std::vector<double> response_row(double visit, double intake) {
  return {1, std::log10(visit), intake, std::log10(visit) * intake};
}

double quantile7(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double at = p * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const double high = values[std::min(low + 1, values.size() - 1)];
  return values[low] + (at - std::floor(at)) * (high - values[low]);
}

double quantile6(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  const double at =
      std::clamp(p * static_cast<double>(values.size() + 1) - 1, 0.0, static_cast<double>(values.size() - 1));
  const auto low = static_cast<std::size_t>(at);
  const double high = values[std::min(low + 1, values.size() - 1)];
  return values[low] + (at - std::floor(at)) * (high - values[low]);
}

std::vector<double> per_client(const Table& table, const std::string& column) {
  std::set<std::string> seen;
  std::vector<double> values;
  const auto all = table.complete(column);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (seen.insert(table.text("id")[i]).second) values.push_back(all[i]);
  return values;
}

MixedDesign response_design(const Table& table, double mean_intake) {
  MixedDesign d;
  d.response = table.complete("score");
  const auto visit = table.complete("visit");
  const auto intake = table.complete("intake");
  d.fixed = Matrix(d.rows(), 4);
  d.fixed_names = {"(Intercept)", "ls", "ic", "ls:ic"};
  Matrix z(d.rows(), 2);
  for (std::size_t i = 0; i < d.rows(); ++i) {
    const auto row = response_row(visit[i], intake[i] - mean_intake);
    for (std::size_t j = 0; j < 4; ++j) d.fixed(i, j) = row[j];
    z(i, 0) = 1;
    z(i, 1) = row[1];
  }
  d.groupings = {{"ID", factor(table.text("id")).level}};
  d.terms = {{0, z, {"(Intercept)", "ls"}, CovarianceShape::full}};
  return d;
}

NewClient client_at(const std::vector<double>& visits, const std::vector<std::optional<double>>& scores,
                    double intake) {
  NewClient client{Matrix(visits.size(), 4), {Matrix(visits.size(), 2)}, scores, {}, {}};
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const auto row = response_row(visits[i], intake);
    for (std::size_t j = 0; j < 4; ++j) client.fixed(i, j) = row[j];
    client.random[0](i, 0) = 1;
    client.random[0](i, 1) = row[1];
  }
  return client;
}

Json model_json(const MixedModel& model, const MixedFit& fit) {
  Json fixed = Json::array();
  const auto tests = *satterthwaite(model, fit, each_effect(fit));
  const auto wald = wald_intervals(fit, 0.95);
  for (std::size_t j = 0; j < 4; ++j)
    fixed.push_back({{"term", fit.fixed[j].name},
                     {"estimate", fit.fixed[j].estimate},
                     {"se", fit.fixed[j].std_error},
                     {"df_satterthwaite", tests[j].df},
                     {"t", tests[j].t},
                     {"p_satterthwaite", tests[j].p},
                     {"wald_ci_lower", wald[j].lower},
                     {"wald_ci_upper", wald[j].upper}});
  Json varcomp = Json::array();
  for (const auto& p : fit.covariance)
    varcomp.push_back({{"group", "ID"},
                       {"var1", p.name},
                       {"var2", p.other},
                       {"vcov", p.covariance},
                       {"sdcor", *p.sd_or_correlation}});
  varcomp.push_back({{"group", "Residual"},
                     {"var1", "residual"},
                     {"var2", ""},
                     {"vcov", fit.sigma * fit.sigma},
                     {"sdcor", fit.sigma}});
  Json vcov{{"rows", {"(Intercept)", "ls", "ic", "ls:ic"}}, {"cols", {"(Intercept)", "ls", "ic", "ls:ic"}}};
  for (std::size_t i = 0; i < 4; ++i)
    vcov["values"].push_back(
        std::vector<double>(fit.fixed_covariance.row(i).begin(), fit.fixed_covariance.row(i).end()));
  const Matrix& l = fit.relative_factor[0];
  return {{"logLik", fit.log_likelihood},
          {"minus2_logLik", -2 * fit.log_likelihood},
          {"npar", fit.parameters},
          {"nobs", fit.rows},
          {"AIC", fit.aic},
          {"BIC", fit.bic},
          {"fixed", fixed},
          {"vcov_fixed", vcov},
          {"sigma", fit.sigma},
          {"varcomp", varcomp},
          {"theta", {{"ID.(Intercept)", l(0, 0)}, {"ID.ls.(Intercept)", l(1, 0)}, {"ID.ls", l(1, 1)}}},
          {"singular", fit.singular}};
}

Json curves_json(const MixedModel& model, const MixedFit& fit, const std::vector<double>& grid,
                 double mean_intake) {
  Json curves = Json::array();
  const std::vector<double> visits{1, 2, 3, 5, 8, 12, 16, 20};
  for (const double intake : grid) {
    const auto rows =
        forecast(model, fit, client_at(visits, std::vector<std::optional<double>>(8), intake - mean_intake))
            ->rows;
    for (std::size_t i = 0; i < visits.size(); ++i) {
      Json row{{"visit", visits[i]},
               {"intake", intake},
               {"expected", rows[i].expected},
               {"se_mean", rows[i].std_error},
               {"sd_client", rows[i].sd}};
      for (const int percent : {10, 15, 25, 50, 75, 85, 90})
        row["p" + std::to_string(percent)] = rows[i].expected + normal_quantile(percent / 100.0) * rows[i].sd;
      curves.push_back(row);
    }
  }
  return curves;
}

Json new_client_json(const Table& table, const std::string& id, const MixedModel& model, const MixedFit& fit,
                     double mean_intake) {
  std::vector<double> visits;
  std::vector<std::optional<double>> scores;
  double intake = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.text("id")[i] != id) continue;
    visits.push_back(table.complete("visit")[i]);
    scores.push_back(table.numbers("score")[i]);
    intake = table.complete("intake")[i];
  }
  const auto result = *forecast(model, fit, client_at(visits, scores, intake - mean_intake));
  Json json{{"id", id},
            {"intake", intake},
            {"intercept_deviation", result.deviations[0][0]},
            {"slope_deviation", result.deviations[0][1]},
            {"seen", Json::array()},
            {"forecast", Json::array()}};
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const RowForecast& row = result.rows[i];
    const double reach = normal_quantile(0.9) * row.conditional_sd;
    if (scores[i])
      json["seen"].push_back({{"visit", visits[i]},
                              {"score", *scores[i]},
                              {"expected", row.expected},
                              {"percentile", normal_cdf((*scores[i] - row.expected) / row.sd)},
                              {"off_track_85", *scores[i] > row.expected + normal_quantile(0.85) * row.sd}});
    else
      json["forecast"].push_back({{"visit", visits[i]},
                                  {"mean", row.mean},
                                  {"sd", row.conditional_sd},
                                  {"lower80", row.mean - reach},
                                  {"upper80", row.mean + reach}});
  }
  return json;
}

Json empirical_json(const Table& table) {
  const auto intakes = per_client(table, "intake");
  const std::vector<double> limits{quantile7(intakes, 1.0 / 3), quantile7(intakes, 2.0 / 3)};
  std::map<std::pair<int, double>, std::vector<double>> cells;
  const auto intake = table.complete("intake");
  const auto visit = table.complete("visit");
  const auto score = table.complete("score");
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const int band = 1 + (intake[i] >= limits[0] ? 1 : 0) + (intake[i] >= limits[1] ? 1 : 0);
    cells[{band, visit[i]}].push_back(score[i]);
  }
  Json rows = Json::array();
  for (const auto& [key, values] : cells) {
    if (values.size() < 5) continue;
    Json row{{"band", key.first}, {"visit", key.second}, {"n", values.size()}};
    for (const int percent : {10, 25, 50, 75, 90})
      row["p" + std::to_string(percent)] = quantile7(values, percent / 100.0);
    row["p50_type6"] = quantile6(values, 0.5);
    row["p90_type6"] = quantile6(values, 0.9);
    rows.push_back(row);
  }
  return {{"band_limits", limits}, {"table", rows}};
}

TEST(MixedPrediction, expected_treatment_response_as_in_R) {
  auto reference = reference::find_case("etr/expected_response");
  const Table table = reference->table();
  const auto intakes = per_client(table, "intake");
  const double mean_intake = summarise(intakes)->mean;
  const auto model = *make_mixed_model(response_design(table, mean_intake));
  const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
  std::vector<double> grid;
  for (const double p : {0.1, 0.25, 0.5, 0.75, 0.9}) grid.push_back(quantile7(intakes, p));
  const Table fresh = reference->table("newdata.csv");
  reference->expect({{"mean_intake", mean_intake},
                     {"model", model_json(model, fit)},
                     {"intake_grid", grid},
                     {"expected_curves", curves_json(model, fit, grid, mean_intake)},
                     {"new_clients",
                      {new_client_json(fresh, "new1", model, fit, mean_intake),
                       new_client_json(fresh, "new2", model, fit, mean_intake)}},
                     {"empirical", empirical_json(table)}});
}

TEST(MixedPrediction, what_is_forecast_from_all_visits_is_what_the_model_says_of_a_client_it_knows) {
  const MixedDesign d = planted_growth(30, 5, 1);
  const auto model = *make_mixed_model(d);
  const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
  NewClient client{Matrix(5, 4), {Matrix(5, 2)}, {}, {}, {}};
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < 4; ++j) client.fixed(i, j) = d.fixed(i, j);
    for (std::size_t j = 0; j < 2; ++j) client.random[0](i, j) = d.terms[0].columns(i, j);
    client.response.emplace_back(d.response[i]);
  }
  const auto result = *forecast(model, fit, client);
  const auto effects = *random_effects(d, model, fit);
  for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(result.deviations[0][j], effects[0].mean(0, j), 1e-9);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(
        result.rows[i].mean,
        result.rows[i].expected + effects[0].mean(0, 0) + effects[0].mean(0, 1) * static_cast<double>(i),
        1e-9);
    EXPECT_LT(result.rows[i].conditional_sd, result.rows[i].sd);
    EXPECT_GT(result.rows[i].predictive_sd, result.rows[i].conditional_sd);
  }
}

TEST(MixedPrediction, predictive_limits_hold_as_many_new_responses_as_they_say) {
  const MixedDesign d = planted_growth(400, 5, 2);
  const auto model = *make_mixed_model(d);
  const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
  const MixedDesign fresh = planted_growth(500, 5, 3);
  int inside = 0;
  for (std::size_t c = 0; c < 500; ++c) {
    NewClient client{Matrix(5, 4), {Matrix(5, 2)}, {}, {}, {}};
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 4; ++j) client.fixed(i, j) = fresh.fixed(5 * c + i, j);
      for (std::size_t j = 0; j < 2; ++j) client.random[0](i, j) = fresh.terms[0].columns(5 * c + i, j);
      client.response.push_back(i < 3 ? std::optional(fresh.response[5 * c + i]) : std::nullopt);
    }
    const auto limits = predictive_limits(forecast(model, fit, client)->rows[4], 0.8);
    inside += limits.lower <= fresh.response[5 * c + 4] && fresh.response[5 * c + 4] <= limits.upper ? 1 : 0;
  }
  EXPECT_NEAR(inside / 500.0, 0.8, 4 * std::sqrt(0.16 / 500));
}

TEST(MixedPrediction, shares_of_variance_are_those_planted) {
  const MixedDesign d = planted_growth(4000, 5, 4);
  const auto model = *make_mixed_model(d);
  const auto r2 = r_squared(model, *fit_mixed_model(model, MixedLikelihood::restricted));
  std::vector<double> expected;
  double random = 0;
  for (std::size_t i = 0; i < d.rows(); ++i) {
    double value = 0;
    for (std::size_t j = 0; j < 4; ++j) value += d.fixed(i, j) * growth_truth().fixed[j];
    expected.push_back(value);
    const double t = d.fixed(i, 1);
    random += (9 - 1.2 * t + 0.25 * t * t) / static_cast<double>(d.rows());
  }
  const double fixed = std::pow(*summarise(expected)->sd, 2);
  EXPECT_NEAR(r2.marginal, fixed / (fixed + random + 4), 0.01);
  EXPECT_NEAR(r2.conditional, (fixed + random) / (fixed + random + 4), 0.01);
}

TEST(MixedPrediction, names_what_is_wrong) {
  const MixedDesign d = planted_growth(30, 5, 1);
  const auto model = *make_mixed_model(d);
  const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
  NewClient client{Matrix(2, 4, 1), {Matrix(2, 2, 1)}, {std::nullopt, 3.0}, {}, {}};
  EXPECT_TRUE(forecast(model, fit, client));
  client.response.pop_back();
  EXPECT_EQ(forecast(model, fit, client).error().code, "lmm.lengths");
  client.response.emplace_back(std::nan(""));
  EXPECT_EQ(forecast(model, fit, client).error().code, "lmm.not_finite");
  client.response.back() = 1;
  client.random.clear();
  EXPECT_EQ(forecast(model, fit, client).error().code, "lmm.lengths");
  EXPECT_EQ(random_effects(planted_growth(31, 5, 1), model, fit).error().code, "lmm.other_design");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
