#include "models/state_space_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::models {
namespace {

using stats::PrototypeLevel;
using stats::StateDesignKind;
using stats::StateSpaceRun;

constexpr std::size_t most_shown_ahead = 5;  ///< persons whose expectations are told on a terminal

/// Values that are used up before anything can be predicted.
std::size_t values_to_begin(const stats::StateDesign& design) {
  if (design.start) return 1;
  switch (design.kind) {
    case StateDesignKind::local_linear_trend:
    case StateDesignKind::continuous_trend:
      return 2;
    case StateDesignKind::local_level:
    case StateDesignKind::autoregression:
    case StateDesignKind::prototype:
      break;
  }
  return 1;
}

Result<const Column*> label_column(const Table& table, const std::string& name) {
  if (name.empty()) return nullptr;
  return table.labels_of(name);
}

Result<void> add_value(stats::TimeSeries& series, const Table& table, std::size_t row, const Column& time,
                       const Column& value) {
  const double at = time.numbers[row];
  if (!series.times.empty() && !(at > series.times.back()))
    return fail(ErrorKind::bad_data, "series.times",
                at == series.times.back() ? "this time stands twice: one value for each time of a person"
                                          : "times of one person ascend from row to row; this one does not",
                Place{table.name, table.line[row], 0, time.name});
  series.times.push_back(at);
  series.values.push_back(value.missing[row] ? std::nullopt : std::optional(value.numbers[row]));
  return {};
}

void leave_out_short(SeriesOfPersons& persons, std::size_t least) {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < persons.series.size();) {
    const auto& values = persons.series[i].values;
    const auto seen = static_cast<std::size_t>(
        std::count_if(values.begin(), values.end(), [](const auto& value) { return value.has_value(); }));
    if (seen >= least) {
      ++i;
      continue;
    }
    rows += values.size();
    persons.series.erase(persons.series.begin() + static_cast<std::ptrdiff_t>(i));
    persons.names.erase(persons.names.begin() + static_cast<std::ptrdiff_t>(i));
  }
  persons.account.used -= rows;
  if (rows > 0)
    persons.account.left_out.push_back({fmt::format("of persons with fewer than {} values", least), rows});
}

double median_gap(const SeriesOfPersons& persons) {
  std::vector<double> gaps;
  for (const auto& series : persons.series)
    for (std::size_t t = 1; t < series.times.size(); ++t)
      gaps.push_back(series.times[t] - series.times[t - 1]);
  if (gaps.empty()) return 1;
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return *middle;
}

bool all_fixed(const stats::StateDesign& design) {
  return design.fixed.size() == stats::parameter_names(design).size();
}

/// Nothing to search for: the likelihood of what is given.
Result<stats::StateSpaceFit> fit_of_fixed(const SeriesOfPersons& persons, const stats::StateDesign& design) {
  stats::StateSpaceFit fit;
  fit.persons = persons.series.size();
  for (const std::string& name : stats::parameter_names(design)) {
    const auto at = std::find_if(design.fixed.begin(), design.fixed.end(),
                                 [&](const stats::NamedValue& value) { return value.name == name; });
    if (at == design.fixed.end())
      return fail(ErrorKind::bad_data, "state_space.parameters",
                  "a fixed parameter the design does not have, or one twice");
    fit.parameters.push_back({name, at->value, {}, true, false, {}});
  }
  for (const auto& series : persons.series) {
    const auto run = stats::run_state_design(design, design.fixed, series);
    if (!run) return tl::unexpected(run.error());
    fit.log_likelihood += run->log_likelihood;
    fit.values += run->values;
    fit.diffuse_values += run->diffuse_values;
  }
  const auto diffuse = static_cast<double>(fit.diffuse_values);
  fit.aic = -2 * fit.log_likelihood + 2 * diffuse;
  fit.bic = -2 * fit.log_likelihood + std::log(static_cast<double>(fit.values)) * diffuse;
  fit.convergence = {stats::Verdict::converged, 0, 0};
  return fit;
}

/// On a scale without ends, where the parameter is not at one.
void add_interval(EstimateRow& row, const stats::StateParameter& parameter, double level) {
  if (!parameter.std_error || !(*parameter.std_error > 0)) return;
  const auto interval =
      stats::bounded_interval(parameter.estimate, *parameter.std_error, parameter.range, level);
  if (!interval) return;
  row.lower = interval->lower;
  row.upper = interval->upper;
}

EstimateTable estimates_of(const stats::StateSpaceFit& fit, double level) {
  EstimateTable table{"estimates",
                      "Parameters",
                      "Errors from the observed information; intervals of variances on their logarithms, of "
                      "correlations on Fisher's scale or the logit",
                      {}};
  for (const stats::StateParameter& parameter : fit.parameters) {
    EstimateRow row{parameter.name, parameter.estimate, parameter.std_error, {}, {}, {}, {}};
    add_interval(row, parameter, level);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<Measure> measures_of(const stats::StateSpaceFit& fit) {
  const double log_two_pi = std::log(2 * std::acos(-1.0));
  const auto diffuse = static_cast<double>(fit.diffuse_values);
  return {{"log_likelihood", "Log-likelihood, diffuse start", fit.log_likelihood},
          {"log_likelihood_durbin_koopman", "the same as Durbin and Koopman count it",
           fit.log_likelihood - diffuse / 2 * log_two_pi},
          {"persons", "Persons", static_cast<double>(fit.persons)},
          {"values", "Values", static_cast<double>(fit.values)},
          {"diffuse_values", "used up to begin", diffuse},
          {"aic", "AIC", fit.aic},
          {"bic", "BIC", fit.bic}};
}

Cell cell(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

Frame empty_occasions(const std::vector<std::string>& states) {
  Frame frame{"occasions",
              "Occasions",
              {"person", "time", "value", "predicted", "predicted_variance", "innovation", "signal",
               "signal_variance", "signal_lower", "signal_upper"},
              {},
              false};
  for (const std::string& state : states)
    for (const char* kind : {"", "_variance"}) frame.columns.push_back(state + kind);
  for (const std::string& state : states)
    for (const char* kind : {"", "_variance"}) frame.columns.push_back("filtered_" + state + kind);
  return frame;
}

std::vector<Cell> occasion_row(const std::string& name, const stats::TimeSeries& series,
                               const StateSpaceRun& run, std::size_t t, double level) {
  const auto& prediction = run.predicted[t][0];
  const double signal = run.signal[t].mean[0], variance = run.signal[t].covariance(0, 0);
  const double reach = stats::normal_reach(level) * std::sqrt(std::max(variance, 0.0));
  std::vector<Cell> row = {name,
                           series.times[t],
                           cell(series.values[t]),
                           prediction ? Cell(prediction->mean) : Cell(),
                           prediction ? Cell(prediction->variance) : Cell(),
                           prediction ? cell(prediction->standardised_innovation) : Cell(),
                           signal,
                           variance,
                           signal - reach,
                           signal + reach};
  const auto add = [&](const stats::StateBelief* belief, std::size_t states) {
    for (std::size_t i = 0; i < states; ++i) {
      row.push_back(belief != nullptr ? Cell(belief->mean[i]) : Cell());
      row.push_back(belief != nullptr ? Cell(belief->covariance(i, i)) : Cell());
    }
  };
  const std::size_t states = run.smoothed[t].mean.size();
  add(&run.smoothed[t], states);
  add(run.filtered[t] ? &*run.filtered[t] : nullptr, states);
  return row;
}

void add_frames(FitReport& report, const SeriesOfPersons& persons, const StateSpaceQuestion& question,
                const StateSpaceAnswer& answer) {
  Frame occasions = empty_occasions(state_names(question.design));
  Frame ahead{"ahead", "Ahead", {"person", "time", "mean", "variance", "lower", "upper"}, {}, true};
  for (std::size_t i = 0; i < persons.series.size(); ++i) {
    const auto& series = persons.series[i];
    const StateSpaceRun& run = answer.runs[i];
    for (std::size_t t = 0; t < series.times.size(); ++t)
      occasions.rows.push_back(occasion_row(persons.names[i], series, run, t, question.level));
    for (std::size_t k = 0; k < answer.ahead_times[i].size(); ++k) {
      const auto& prediction = run.predicted[series.times.size() + k][0];
      if (!prediction) continue;
      const Interval interval = stats::prediction_interval(*prediction, question.level);
      ahead.rows.push_back({persons.names[i], answer.ahead_times[i][k], prediction->mean,
                            prediction->variance, interval.lower, interval.upper});
    }
  }
  if (persons.series.size() > most_shown_ahead) ahead.shown = false;
  report.frames.push_back(std::move(occasions));
  if (question.ahead > 0) report.frames.push_back(std::move(ahead));
}

void add_findings(FitReport& report, const StateSpaceQuestion& question, const stats::StateSpaceFit& fit) {
  auto& findings = report.findings;
  if (fit.convergence.verdict == stats::Verdict::not_converged)
    findings.push_back({"state_space.not_converged", "The search for the best fit did not end at one.",
                        fmt::format("{} steps", fit.convergence.iterations),
                        "None of these numbers may be used as an estimate."});
  std::vector<std::string> at_bound;
  for (const auto& parameter : fit.parameters)
    if (parameter.at_bound) at_bound.push_back(parameter.name);
  if (!at_bound.empty())
    findings.push_back({"state_space.at_bound",
                        fmt::format("At the edge of what is possible: {}.", fmt::join(at_bound, ", ")),
                        "the maximum of the likelihood within the ranges of the parameters",
                        "A variance estimated at 0 is not proved to be 0: short series often end there."});
  if (!fit.unidentified.empty())
    findings.push_back(
        {"state_space.unidentified",
         fmt::format("The data cannot tell these parameters apart: {}.", fmt::join(fit.unidentified, ", ")),
         "the observed information", "Fix one of them, such as the noise at the known error of the scale."});
  for (const auto& parameter : fit.parameters)
    if (parameter.name == "stability")
      findings.push_back(
          {"state_space.prototype",
           fmt::format("Deviations one unit of time apart correlate {:.2f}.", parameter.estimate),
           "a level that stays and deviations that return to it (Fraley and Roberts 2005)",
           "A level that drifts slowly looks the same in a short series."});
  findings.push_back(
      {"state_space.normal", "Noise and movements are taken as normal and of one size throughout.",
       "the design " + design_word(question.design.kind),
       "Bands do not contain that the parameters are estimates, too: with few values they are too narrow."});
  if (question.ahead > 0)
    findings.push_back({"state_space.ahead", "What is expected ahead presumes that things go on as before.",
                        "the same design and parameters", "It knows nothing of what will be different."});
}

}  // namespace

std::string design_word(StateDesignKind kind) {
  switch (kind) {
    case StateDesignKind::local_level:
      return "local-level";
    case StateDesignKind::local_linear_trend:
      return "trend";
    case StateDesignKind::continuous_trend:
      return "continuous-trend";
    case StateDesignKind::autoregression:
      return "ar1";
    case StateDesignKind::prototype:
      break;
  }
  return "prototype";
}

std::vector<std::string> state_names(const stats::StateDesign& design) {
  switch (design.kind) {
    case StateDesignKind::local_level:
      return {"level"};
    case StateDesignKind::local_linear_trend:
    case StateDesignKind::continuous_trend:
      return {"level", "slope"};
    case StateDesignKind::autoregression:
      return {"deviation"};
    case StateDesignKind::prototype:
      break;
  }
  if (design.level == PrototypeLevel::shared) return {"deviation"};
  return {"level", "deviation"};
}

Result<SeriesOfPersons> series_of(const Table& table, const SeriesColumns& columns,
                                  const stats::StateDesign& design) {
  const auto value = table.numeric_column(columns.value);
  if (!value) return tl::unexpected(value.error());
  const auto time = table.numeric_column(columns.time);
  if (!time) return tl::unexpected(time.error());
  const auto person = label_column(table, columns.person);
  if (!person) return tl::unexpected(person.error());
  SeriesOfPersons persons;
  persons.account = {table.name, table.rows, 0, {}, {}};
  persons.names = *person != nullptr ? (*person)->labels : std::vector<std::string>(1);
  persons.series.resize(persons.names.size());
  std::size_t no_time = 0, nobody = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (*person != nullptr && (*person)->missing[row]) {
      ++nobody;
      continue;
    }
    if ((*time)->missing[row]) {
      ++no_time;
      continue;
    }
    auto& series = persons.series[*person != nullptr ? (*person)->label[row] : 0];
    if (auto added = add_value(series, table, row, **time, **value); !added)
      return tl::unexpected(added.error());
    ++persons.account.used;
  }
  if (nobody > 0) persons.account.left_out.push_back({columns.person + " is missing", nobody});
  if (no_time > 0) persons.account.left_out.push_back({columns.time + " is missing", no_time});
  leave_out_short(persons, values_to_begin(design));
  if (persons.series.empty())
    return fail(ErrorKind::bad_data, "series.no_values",
                "there are too few values with a time for any person",
                Place{table.name, 0, 0, columns.value});
  persons.account.units.emplace_back("persons", persons.series.size());
  return persons;
}

Result<StateSpaceAnswer> answer_state_space(const SeriesOfPersons& persons,
                                            const StateSpaceQuestion& question) {
  auto fit = all_fixed(question.design) ? fit_of_fixed(persons, question.design)
                                        : stats::fit_state_space(question.design, persons.series);
  if (!fit) return tl::unexpected(fit.error());
  StateSpaceAnswer answer{std::move(*fit), {}, {}};
  double gap = median_gap(persons);
  if (question.design.kind == StateDesignKind::local_linear_trend) gap = std::max(1.0, std::round(gap));
  const auto parameters = answer.fit.values_of_parameters();
  for (const auto& series : persons.series) {
    std::vector<double> ahead;
    for (std::size_t k = 0; k < question.ahead; ++k)
      ahead.push_back(series.times.back() + gap * static_cast<double>(k + 1));
    auto run = stats::run_state_design(question.design, parameters, series, ahead);
    if (!run) return tl::unexpected(run.error());
    answer.runs.push_back(std::move(*run));
    answer.ahead_times.push_back(std::move(ahead));
  }
  return answer;
}

FitReport report_state_space(const SeriesOfPersons& persons, const StateSpaceQuestion& question,
                             const StateSpaceAnswer& answer) {
  FitReport report;
  report.command = "fit statespace";
  report.model = fmt::format("{} of {} over {}{}", design_word(question.design.kind), question.columns.value,
                             question.columns.time,
                             question.columns.person.empty() ? "" : ", by " + question.columns.person);
  report.method = question.design.start
                      ? "Maximum likelihood by the Kalman filter from a known start"
                      : "Maximum likelihood by the Kalman filter; exactly diffuse where nothing is "
                        "known of the start";
  report.level = question.level;
  report.data = persons.account;
  report.tables = {estimates_of(answer.fit, question.level)};
  report.measures = measures_of(answer.fit);
  add_frames(report, persons, question, answer);
  report.convergence = answer.fit.convergence;
  add_findings(report, question, answer.fit);
  return report;
}

}  // namespace securebase::models
