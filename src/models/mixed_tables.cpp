#include "models/mixed_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stats/bounded_interval.hpp"
#include "stats/distributions.hpp"

namespace securebase::models {
namespace {

using stats::MixedFit;

constexpr std::size_t most_rows_shown = 40;

Cell cell(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

double as_double(std::size_t n) {
  return static_cast<double>(n);
}

}  // namespace

std::vector<FittedTerm> fitted_terms(const MixedFit& fit) {
  std::vector<FittedTerm> terms;
  std::size_t first = 0;
  for (const stats::Matrix& g : fit.random_covariance) {
    const std::size_t q = g.rows();
    FittedTerm term{fit.covariance[first].grouping, "", {}, first};
    const auto same = std::count_if(terms.begin(), terms.end(),
                                    [&](const FittedTerm& other) { return other.grouping == term.grouping; });
    term.label = same == 0 ? term.grouping : fmt::format("{}.{}", term.grouping, same);
    for (std::size_t j = 0; j < q; ++j) term.names.push_back(fit.covariance[first + j].name);
    first += q;
    while (first < fit.covariance.size() && !fit.covariance[first].other.empty()) ++first;
    terms.push_back(std::move(term));
  }
  return terms;
}

NamedMatrix named(std::string id, const std::vector<std::string>& names, const stats::Matrix& values) {
  return {std::move(id), names, names, values};
}

std::vector<NamedMatrix> random_covariances(const MixedFit& fit) {
  std::vector<NamedMatrix> matrices;
  const auto terms = fitted_terms(fit);
  for (std::size_t t = 0; t < terms.size(); ++t)
    matrices.push_back(
        named("random_covariance:" + terms[t].label, terms[t].names, fit.random_covariance[t]));
  return matrices;
}

namespace {

constexpr stats::ParameterRange of_an_sd{0.0, std::nullopt};
constexpr stats::ParameterRange of_a_correlation{-1.0, 1.0};

EstimateRow bounded_row(const std::string& term, double estimate, const std::optional<double>& std_error,
                        const stats::ParameterRange& range, double level) {
  EstimateRow row{term, estimate, std_error};
  if (!std_error || !(*std_error > 0)) return row;
  if (const auto interval = stats::bounded_interval(estimate, *std_error, range, level)) {
    row.lower = interval->lower;
    row.upper = interval->upper;
  }
  return row;
}

}  // namespace

EstimateTable variances_table(const MixedFit& fit, double level) {
  EstimateTable table{
      "variances",
      "How much levels differ: SDs and correlations of random effects",
      "Errors from the observed information, none at the edge of what is possible; intervals on a "
      "scale without ends (logarithm, Fisher's z), which are rough where levels are few.",
      {}};
  for (const stats::CovarianceParameter& p : fit.covariance) {
    if (!p.sd_or_correlation) continue;
    const std::string term = p.other.empty() ? fmt::format("{}: {}", p.grouping, p.name)
                                             : fmt::format("{}: {} with {}", p.grouping, p.name, p.other);
    table.rows.push_back(bounded_row(term, *p.sd_or_correlation, p.std_error,
                                     p.other.empty() ? of_an_sd : of_a_correlation, level));
  }
  return table;
}

EstimateTable residual_table(const MixedFit& fit, double level) {
  EstimateTable table{"residual", "Residual: SD, and correlation where there is one", "", {}};
  for (const stats::ResidualParameter& p : fit.residual)
    table.rows.push_back(bounded_row(p.name, p.value, p.std_error, of_an_sd, level));
  if (fit.correlation)
    table.rows.push_back(bounded_row(fit.correlation->name, fit.correlation->value,
                                     fit.correlation->std_error, of_a_correlation, level));
  return table;
}

std::vector<Measure> measures_of(const stats::MixedModel& model, const MixedFit& fit) {
  const auto r2 = stats::r_squared(model, fit);
  return {{"log_likelihood", "Log-likelihood", fit.log_likelihood},
          {"minus_2_log_likelihood", "-2 log-likelihood", -2 * fit.log_likelihood},
          {"parameters", "Parameters", as_double(fit.parameters)},
          {"aic", "AIC", fit.aic},
          {"bic", "BIC", fit.bic},
          {"sigma", "Residual SD (of the first group)", fit.sigma},
          {"r2_marginal", "R2 of the fixed effects", r2.marginal},
          {"r2_conditional", "R2 of fixed and random effects", r2.conditional},
          {"clusters", "Independent clusters", as_double(model.clusters())}};
}

Frame covariance_frame(const MixedFit& fit) {
  Frame frame{"covariance",
              "Variances and covariances of random effects",
              {"factor", "effect", "with", "variance_or_covariance", "sd_or_correlation", "std_error"},
              {},
              false};
  const auto terms = fitted_terms(fit);
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const std::size_t end = t + 1 < terms.size() ? terms[t + 1].first : fit.covariance.size();
    for (std::size_t i = terms[t].first; i < end; ++i) {
      const auto& p = fit.covariance[i];
      frame.rows.push_back(
          {terms[t].label, p.name, p.other, p.covariance, cell(p.sd_or_correlation), cell(p.std_error)});
    }
  }
  return frame;
}

Frame theta_frame(const MixedFit& fit) {
  Frame frame{"theta",
              "Relative Cholesky factors of random effects",
              {"factor", "row", "column", "value"},
              {},
              false};
  const auto terms = fitted_terms(fit);
  for (std::size_t t = 0; t < terms.size(); ++t)
    for (std::size_t b = 0; b < terms[t].names.size(); ++b)
      for (std::size_t a = b; a < terms[t].names.size(); ++a)
        frame.rows.push_back(
            {terms[t].label, terms[t].names[a], terms[t].names[b], fit.relative_factor[t](a, b)});
  return frame;
}

Frame centres_frame(const Coding& coding) {
  Frame frame{"centres", "Means that were taken away", {"term", "mean"}, {}, true};
  for (const auto& [term, mean] : coding.means) frame.rows.push_back({term, mean});
  return frame;
}

Frame joint_frame(const std::string& what, const stats::JointTest& test, const std::string& method) {
  return {"joint_test",
          "Joint test",
          {"terms", "f", "df1", "df2", "p", "method"},
          {{what, test.f, test.df1, test.df2, test.p, method}},
          true};
}

Frame comparison_frame(const std::string& null_model, const MixedFit& null, const std::string& model,
                       const MixedFit& fit, const stats::LikelihoodRatio& ratio) {
  const auto row = [](const std::string& name, const MixedFit& of) {
    return std::vector<Cell>{name, as_double(of.parameters), {},     {},    {},
                             {},   of.log_likelihood,        of.aic, of.bic};
  };
  Frame frame{"comparison",
              "Likelihood ratio, both by maximum likelihood",
              {"model", "parameters", "chi_square", "df", "p", "p_mixture", "log_likelihood", "aic", "bic"},
              {row(null_model, null), row(model, fit)},
              true};
  auto& last = frame.rows.back();
  last[2] = ratio.chi_square;
  last[3] = as_double(ratio.df);
  last[4] = ratio.p;
  last[5] = cell(ratio.p_mixture);
  return frame;
}

Frame random_effects_frame(const ModelDesign& data, const std::vector<stats::RandomEffects>& effects) {
  Frame frame{"random_effects",
              "Random effects of each level",
              {"factor", "level", "effect", "mean", "sd"},
              {},
              false};
  for (std::size_t t = 0; t < effects.size(); ++t) {
    const auto& term = effects[t];
    const auto& levels = data.levels[data.design.terms[t].grouping];
    for (std::size_t l = 0; l < levels.size(); ++l)
      for (std::size_t j = 0; j < term.names.size(); ++j)
        frame.rows.push_back({term.grouping, levels[l], term.names[j], term.mean(l, j),
                              term.sd.rows() == 0 ? Cell() : Cell(term.sd(l, j))});
  }
  frame.shown = frame.rows.size() <= most_rows_shown;
  return frame;
}

Frame rows_frame(const ModelDesign& data, const std::vector<stats::RandomEffects>& effects,
                 const MixedFit& fit, const std::vector<std::uint32_t>& lines) {
  Frame frame{"rows",
              "What the model says of each row",
              {"line", "outcome", "expected", "fitted", "residual"},
              {},
              false};
  const auto& d = data.design;
  for (std::size_t i = 0; i < d.rows(); ++i) {
    double expected = 0;
    for (std::size_t j = 0; j < fit.fixed.size(); ++j) expected += d.fixed(i, j) * fit.fixed[j].estimate;
    double fitted = expected;
    for (std::size_t t = 0; t < d.terms.size(); ++t)
      for (std::size_t j = 0; j < d.terms[t].columns.cols(); ++j)
        fitted += d.terms[t].columns(i, j) * effects[t].mean(d.groupings[d.terms[t].grouping].level[i], j);
    frame.rows.push_back(
        {as_double(lines[data.rows[i]]), d.response[i], expected, fitted, d.response[i] - fitted});
  }
  frame.shown = frame.rows.size() <= most_rows_shown;
  return frame;
}

ForecastFrames::ForecastFrames(const MixedFit& fit, double limits)
    : terms_(fitted_terms(fit)),
      limits_(limits),
      forecasts_{"forecasts",
                 fmt::format("New clients; limits hold a new outcome in {:g} % of cases", limits * 100),
                 {"client", "line", "outcome", "expected", "percentile", "mean", "lower", "upper",
                  "std_error", "sd", "conditional_sd", "predictive_sd"},
                 {},
                 false},
      effects_{"forecast_effects",
               "Random effects of new clients, given what was seen",
               {"client", "factor", "effect", "deviation"},
               {},
               false} {}

void ForecastFrames::add(const NewClients::Client& client, const stats::ClientForecast& forecast,
                         const Table& table) {
  for (std::size_t i = 0; i < forecast.rows.size(); ++i) {
    const stats::RowForecast& row = forecast.rows[i];
    const auto& seen = client.numbers.response[i];
    const auto limits = stats::predictive_limits(row, limits_);
    forecasts_.rows.push_back({client.name, as_double(table.line[client.rows[i]]), cell(seen), row.expected,
                               seen ? Cell(stats::normal_cdf((*seen - row.expected) / row.sd)) : Cell(),
                               row.mean, limits.lower, limits.upper, row.std_error, row.sd,
                               row.conditional_sd, row.predictive_sd});
  }
  for (std::size_t t = 0; t < terms_.size(); ++t)
    for (std::size_t j = 0; j < terms_[t].names.size(); ++j)
      effects_.rows.push_back({client.name, terms_[t].label, terms_[t].names[j], forecast.deviations[t][j]});
}

void ForecastFrames::add_to(FitReport& report) && {
  forecasts_.shown = forecasts_.rows.size() <= most_rows_shown;
  report.frames.push_back(std::move(forecasts_));
  report.frames.push_back(std::move(effects_));
}

}  // namespace securebase::models
