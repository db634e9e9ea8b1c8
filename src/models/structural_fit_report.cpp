#include "models/structural_fit_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/structural_comparison.hpp"

namespace securebase::models {
namespace {

using stats::Relation;
using stats::StandardErrors;
using stats::StructuralEstimate;
using stats::StructuralFit;
using stats::StructuralGroup;

constexpr std::size_t most_groups = 100;

const char* sign_of(Relation relation) {
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

bool has_missing(std::span<const StructuralGroup> groups) {
  for (const auto& group : groups)
    for (const auto& row : group.rows)
      if (std::any_of(row.begin(), row.end(), [](const auto& value) { return !value; })) return true;
  return false;
}

std::string errors_text(StandardErrors errors, bool missing) {
  switch (errors) {
    case StandardErrors::robust:
      return "robust standard errors (Huber and White), which do not need normal data; normal intervals";
    case StandardErrors::expected:
      return "the expected information and normal intervals";
    case StandardErrors::observed:
      return "the observed information and normal intervals";
    case StandardErrors::automatic:
      break;
  }
  return missing ? "the observed information (values are missing) and normal intervals"
                 : "the expected information and normal intervals";
}

EstimateRow row_of(std::string term, double estimate, const std::optional<double>& error,
                   const Interval& interval, const std::optional<double>& p) {
  EstimateRow row{std::move(term), estimate, error, {}, {}, {}, p};
  if (!error) return row;
  row.lower = interval.lower;
  row.upper = interval.upper;
  return row;
}

EstimateTable estimates_of(const StructuralFit& fit, std::span<const StructuralGroup> groups,
                           const std::string& basis) {
  EstimateTable table{"estimates", "Estimates", basis, {}};
  for (const StructuralEstimate& e : fit.estimates)
    table.rows.push_back(row_of(term_name(e, groups), e.estimate, e.std_error, e.interval, e.p));
  return table;
}

EstimateTable standardised_of(const StructuralFit& fit, std::span<const StructuralGroup> groups) {
  EstimateTable table{"standardised", "Standardised", "all variables of variance 1", {}};
  for (const StructuralEstimate& e : fit.estimates)
    if (e.standardised && e.term.relation != Relation::mean)
      table.rows.push_back({term_name(e, groups), *e.standardised, {}, {}, {}, {}, {}});
  return table;
}

EstimateTable defined_of(const StructuralFit& fit, std::size_t constants, const std::string& basis) {
  EstimateTable table{"defined", "Defined parameters", "the delta method, " + basis, {}};
  for (std::size_t i = constants; i < fit.defined.size(); ++i) {
    const auto& d = fit.defined[i];
    table.rows.push_back(row_of(d.name, d.estimate, d.std_error, d.interval, d.p));
  }
  return table;
}

Cell cell(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

Frame parameters_of(const StructuralFit& fit, std::span<const StructuralGroup> groups) {
  Frame frame{"parameters",
              "Parameters",
              {"group", "left", "operator", "right", "label", "fixed", "estimate", "std_error", "z", "p",
               "lower", "upper", "standardised"},
              {},
              false};
  for (const StructuralEstimate& e : fit.estimates)
    frame.rows.push_back({groups[e.group].name, e.term.left, std::string(sign_of(e.term.relation)),
                          e.term.right, e.term.label, std::string(e.term.fixed ? "yes" : "no"), e.estimate,
                          cell(e.std_error), cell(e.z), cell(e.p), e.interval.lower, e.interval.upper,
                          cell(e.standardised)});
  return frame;
}

std::optional<double> scaled(const StructuralFit& fit) {
  if (!fit.measures || !fit.measures->scaling || !(*fit.measures->scaling > 0)) return std::nullopt;
  return fit.measures->chi_square / *fit.measures->scaling;
}

std::optional<double> p_of_chi_square(const std::optional<double>& value, std::size_t df) {
  if (!value || df == 0) return std::nullopt;
  return stats::chi_square_upper_p(*value, static_cast<double>(df));
}

void add_fit_measures(std::vector<Measure>& to, const StructuralFit& fit) {
  to.push_back({"df", "Degrees of freedom", static_cast<double>(fit.df)});
  if (!fit.measures) return;
  const stats::FitMeasures& m = *fit.measures;
  to.insert(to.begin(), {"chi_square", "Chi-square of the model", m.chi_square});
  to.push_back({"p", "p of the chi-square", m.p});
  if (m.scaling) {
    to.push_back({"scaling", "Scaling (Yuan and Bentler)", m.scaling});
    to.push_back({"chi_square_scaled", "Scaled chi-square", scaled(fit)});
    to.push_back({"p_scaled", "p of the scaled chi-square", p_of_chi_square(scaled(fit), fit.df)});
  }
  to.push_back({"baseline_chi_square", "Chi-square without any covariance", m.baseline_chi_square});
  to.push_back({"baseline_df", "its degrees of freedom", static_cast<double>(m.baseline_df)});
  to.push_back({"cfi", "CFI", m.cfi});
  to.push_back({"tli", "TLI", m.tli});
  to.push_back({"rmsea", "RMSEA", m.rmsea});
  const auto& interval = m.rmsea_interval;
  to.push_back({"rmsea_lower", "RMSEA, 90 % from", interval ? std::optional(interval->lower) : std::nullopt});
  to.push_back({"rmsea_upper", "RMSEA, 90 % to", interval ? std::optional(interval->upper) : std::nullopt});
  to.push_back({"rmsea_close_p", "p of an RMSEA of 0.05 at most", m.rmsea_close_p});
  to.push_back({"srmr", "SRMR", m.srmr});
  to.push_back(
      {"unrestricted_log_likelihood", "Log-likelihood without a model", m.unrestricted_log_likelihood});
}

std::vector<Measure> measures_of(const StructuralFit& fit) {
  std::vector<Measure> measures;
  add_fit_measures(measures, fit);
  measures.push_back({"log_likelihood", "Log-likelihood", fit.log_likelihood});
  measures.push_back({"parameters", "Free parameters", static_cast<double>(fit.parameters.size())});
  measures.push_back({"rows", "Rows", static_cast<double>(fit.rows)});
  measures.push_back({"aic", "AIC", fit.aic});
  measures.push_back({"bic", "BIC", fit.bic});
  measures.push_back({"bic_adjusted", "BIC, adjusted for size", fit.bic_adjusted});
  return measures;
}

std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  const std::vector<std::string> first(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())));
  return fmt::format("{}{}", fmt::join(first, ", "),
                     names.size() > most ? fmt::format(" and {} more", names.size() - most) : "");
}

void add_troubles(std::vector<Finding>& findings, const StructuralFit& fit) {
  if (fit.convergence.verdict == stats::Verdict::not_converged)
    findings.push_back(
        {"structural.not_converged", "The search for the best fit did not end at one.",
         fmt::format("{} steps, gradient {:.2g}", fit.convergence.iterations, fit.convergence.gradient),
         "None of these numbers may be used as an estimate."});
  if (!fit.unidentified.empty())
    findings.push_back(
        {"structural.unidentified",
         fmt::format("The data cannot tell these parameters apart: {}. No errors are given.",
                     few(fit.unidentified)),
         "the rank of the expected information",
         "Their values are one choice among many that fit equally well; fix one or leave one out."});
  if (!fit.improper.empty())
    findings.push_back(
        {"structural.improper",
         fmt::format("Not possible in a population, but estimated: {}.", few(fit.improper)),
         "estimates without bounds",
         "With few rows this happens by chance; otherwise the model is wrong. Standardised numbers that "
         "rest on it mean nothing."});
}

std::string p_text(double p) {
  return p < 0.001 ? "p < .001" : fmt::format("p = {}", fmt::format("{:.3f}", p).substr(p < 1 ? 1 : 0));
}

void add_fit_finding(std::vector<Finding>& findings, const StructuralFit& fit) {
  const std::string limits =
      "Fit is no proof: other models, some with arrows turned round, fit exactly as well, and small numbers "
      "of rows "
      "hide misfit. The usual limits of CFI and RMSEA are habits, not tests.";
  if (fit.df == 0) {
    findings.push_back({"structural.saturated",
                        "The model has as many parameters as moments: it fits whatever the data.",
                        "0 degrees of freedom", "Nothing here says whether the model is right."});
    return;
  }
  if (!fit.measures) {
    findings.push_back(
        {"structural.no_measures", "How well the model fits cannot be told.",
         "moments without a model, which have no best values here (variables never seen together)",
         "Estimates rest on what the model assumes of pairs that were never seen."});
    return;
  }
  const bool robust = scaled(fit).has_value();
  const double chi_square = scaled(fit).value_or(fit.measures->chi_square);
  const double p = p_of_chi_square(chi_square, fit.df).value_or(1);
  std::string words = fmt::format("{} {:.1f} on {} df, {}", robust ? "scaled chi-square" : "chi-square",
                                  chi_square, fit.df, p_text(p));
  if (fit.measures->cfi) words += fmt::format("; CFI {:.3f}", *fit.measures->cfi);
  if (fit.measures->rmsea) words += fmt::format(", RMSEA {:.3f}", *fit.measures->rmsea);
  words += fmt::format(", SRMR {:.3f}", fit.measures->srmr);
  findings.push_back({p < 0.05 ? "structural.misfit" : "structural.fit",
                      p < 0.05 ? "The data differ from what the model says by more than chance."
                               : "The data do not contradict the model.",
                      words, limits});
  constexpr std::size_t few_df = 10;
  if (fit.df < few_df && fit.measures->rmsea)
    findings.push_back(
        {"structural.few_df", "RMSEA says little here.", fmt::format("{} degrees of freedom only", fit.df),
         "With few, it is often large for models that are right (Kenny, Kaniskan and McCoach 2015)."});
}

void add_data_findings(std::vector<Finding>& findings, const StructuralFit& fit, bool missing) {
  if (missing)
    findings.push_back(
        {"structural.missing", "Rows with missing values are used as far as they go.",
         "full information maximum likelihood",
         "It is right where whether a value is missing depends on what was seen, not on the value itself."});
  constexpr double least_rows = 5;  // for each parameter (Bentler & Chou 1987)
  const auto k = static_cast<double>(fit.parameters.size());
  if (static_cast<double>(fit.rows) < least_rows * k)
    findings.push_back({"structural.few_rows", "There are few rows for so many parameters.",
                        fmt::format("{} rows, {} parameters", fit.rows, fit.parameters.size()),
                        "Errors, intervals and tests are those of large samples and too optimistic here."});
  const bool directed =
      std::any_of(fit.estimates.begin(), fit.estimates.end(),
                  [](const StructuralEstimate& e) { return e.term.relation == Relation::predicts; });
  if (directed)
    findings.push_back(
        {"structural.not_causal", "Paths say what goes together if the arrows are right.",
         "covariances of what was observed",
         "They are effects only where nothing that is left out acts on both ends, and the arrow is not "
         "the other way round."});
}

struct Left {
  std::size_t no_group = 0;
  std::size_t empty = 0;
  std::vector<std::size_t> given;  // for each variable that is given
};

stats::DataRow values_of(const std::vector<const Column*>& columns, std::size_t row) {
  stats::DataRow values;
  values.reserve(columns.size());
  for (const Column* column : columns)
    values.push_back(column->missing[row] ? std::nullopt : std::optional(column->numbers[row]));
  return values;
}

/// Whether a row can be used; what is given stands last.
bool keeps(const stats::DataRow& values, Left& left) {
  const std::size_t explained = values.size() - left.given.size();
  if (std::none_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(explained),
                   [](const auto& value) { return value.has_value(); })) {
    ++left.empty;
    return false;
  }
  for (std::size_t i = explained; i < values.size(); ++i)
    if (!values[i]) {
      ++left.given[i - explained];
      return false;
    }
  return true;
}

void tell_left_out(DataAccount& account, const Left& left, const std::string& group,
                   const std::vector<std::string>& given) {
  const auto tell = [&](std::size_t n, std::string reason) {
    if (n > 0) account.left_out.push_back({std::move(reason), n});
  };
  tell(left.no_group, group + " is missing");
  tell(left.empty, "nothing that is explained has a value");
  for (std::size_t i = 0; i < given.size(); ++i) tell(left.given[i], given[i] + " is given and missing");
}

Result<void> all_have_rows(const StructuralData& data, const std::string& group) {
  for (const StructuralGroup& one : data.groups)
    if (one.rows.empty())
      return fail(ErrorKind::bad_data, "structural.no_rows",
                  group.empty() ? "no row can be used: all lack a value that is needed"
                                : "a group has no row that can be used",
                  Place{data.account.file, 0, 0, group});
  return {};
}

std::vector<Cell> fit_row(const NamedFit& named) {
  const StructuralFit& fit = *named.fit;
  const auto& m = fit.measures;
  return {named.name,
          m ? Cell(scaled(fit).value_or(m->chi_square)) : Cell(),
          static_cast<double>(fit.df),
          m ? cell(m->cfi) : Cell(),
          m ? cell(m->rmsea) : Cell(),
          m ? Cell(m->srmr) : Cell(),
          fit.aic,
          fit.bic};
}

std::optional<double> cfi_change(const StructuralFit& fit, const StructuralFit& wider) {
  if (!fit.measures || !wider.measures || !fit.measures->cfi || !wider.measures->cfi) return std::nullopt;
  return *fit.measures->cfi - *wider.measures->cfi;
}

void say_step(FitReport& report, const NamedFit& fit, const NamedFit& wider,
              const stats::ModelComparison& test) {
  const auto change = cfi_change(*fit.fit, *wider.fit);
  report.findings.push_back(
      {test.p < 0.05 ? "structural.step_rejected" : "structural.step_kept",
       test.p < 0.05
           ? fmt::format("The model '{}' fits worse than '{}' by more than chance.", fit.name, wider.name)
           : fmt::format("The model '{}' does not fit clearly worse than '{}'.", fit.name, wider.name),
       fmt::format("a likelihood ratio of {:.2f} on {} df, {}{}", test.chi_square, test.df, p_text(test.p),
                   change ? fmt::format("; CFI changes by {:.3f}", *change) : ""),
       "It presumes that the wider model holds, and that one is the other with something held equal or left "
       "out; with "
       "many rows tiny differences count, with few large ones do not."});
}

/// A fit beside the one before it, and a finding on it.
std::vector<Cell> step_row(FitReport& report, const NamedFit& fit, const NamedFit& wider,
                           StandardErrors errors) {
  for (const NamedFit* one : {&fit, &wider})
    if (one->fit->convergence.verdict == stats::Verdict::not_converged) {
      report.findings.push_back({"structural.not_compared",
                                 fmt::format("The models '{}' and '{}' are not compared: the search for the "
                                             "best fit of '{}' did not end at "
                                             "one.",
                                             fit.name, wider.name, one->name),
                                 "the gradient where the search stopped",
                                 "A likelihood ratio there would mean nothing."});
      return {fit.name, wider.name, Cell(), Cell(), Cell(), Cell()};
    }
  const auto test = errors == StandardErrors::robust ? stats::compare_scaled(*fit.fit, *wider.fit)
                                                     : stats::compare_models(*fit.fit, *wider.fit);
  const Cell change = cell(cfi_change(*fit.fit, *wider.fit));
  if (test) {
    say_step(report, fit, wider, *test);
    return {fit.name, wider.name, test->chi_square, static_cast<double>(test->df), test->p, change};
  }
  report.findings.push_back(
      {"structural.not_nested",
       fmt::format("The models '{}' and '{}' are not compared by a test.", fit.name, wider.name),
       "their degrees of freedom, or a scaling that does not exist",
       "AIC and BIC compare them: smaller is better, and differences below 2 say nothing."});
  return {fit.name, wider.name, Cell(), Cell(), Cell(), change};
}

}  // namespace

std::string term_name(const StructuralEstimate& estimate, std::span<const StructuralGroup> groups) {
  const std::string& group = groups[estimate.group].name;
  return stats::to_text(estimate.term) + (group.empty() ? "" : " [" + group + "]");
}

Result<std::vector<std::string>> group_names(const Table& table, const std::string& column) {
  const auto found = table.labels_of(column);
  if (!found) return tl::unexpected(found.error());
  const std::size_t n = (*found)->labels.size();
  if (n < 2 || n > most_groups)
    return fail(ErrorKind::bad_data, "structural.groups",
                fmt::format("a column of groups names 2 to {} of them; this one {}", most_groups, n),
                Place{table.name, 0, 0, column});
  return (*found)->labels;
}

Result<StructuralData> structural_data(const Table& table, const StructuralPlan& plan,
                                       const std::string& group) {
  StructuralData data;
  const Column* labels = nullptr;
  std::vector<std::string> names(1);
  if (!group.empty()) {
    const auto found = table.labels_of(group);
    if (!found) return tl::unexpected(found.error());
    labels = *found;
    names = labels->labels;
  }
  std::vector<const Column*> columns;
  for (const std::string& name : plan.models.front().observed) {
    const auto column = table.numeric_column(name);
    if (!column) return tl::unexpected(column.error());
    columns.push_back(*column);
  }
  for (std::size_t g = 0; g < plan.models.size(); ++g)
    data.groups.push_back({plan.models[g], {}, names.at(g)});
  const auto& given = plan.models.front().given;
  Left left{0, 0, std::vector<std::size_t>(given.size(), 0)};
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (labels != nullptr && labels->missing[row]) {
      ++left.no_group;
      continue;
    }
    auto values = values_of(columns, row);
    if (!keeps(values, left)) continue;
    data.groups[labels == nullptr ? 0 : labels->label[row]].rows.push_back(std::move(values));
    ++data.account.used;
  }
  data.account.file = table.name;
  data.account.rows = table.rows;
  tell_left_out(data.account, left, group, given);
  if (labels != nullptr)
    for (const auto& one : data.groups) data.account.units.emplace_back(one.name, one.rows.size());
  if (auto there = all_have_rows(data, group); !there) return tl::unexpected(there.error());
  return data;
}

FitReport report_structural(const StructuralFit& fit, std::span<const StructuralGroup> groups,
                            const StructuralTelling& telling) {
  const bool missing = has_missing(groups);
  const std::string basis = errors_text(telling.errors, missing);
  FitReport report;
  report.command = telling.command;
  report.model = telling.model;
  report.method = missing ? "Full information maximum likelihood of normal data, values missing at random"
                          : "Maximum likelihood of normal data";
  report.level = telling.level;
  report.data = telling.data;
  report.tables = {estimates_of(fit, groups, "Errors and intervals: " + basis), standardised_of(fit, groups)};
  if (fit.defined.size() > telling.constants)
    report.tables.push_back(defined_of(fit, telling.constants, basis));
  report.measures = measures_of(fit);
  report.frames.push_back(parameters_of(fit, groups));
  if (fit.covariance)
    report.matrices.push_back({"covariance", fit.parameters, fit.parameters, *fit.covariance});
  report.convergence = fit.convergence;
  add_troubles(report.findings, fit);
  if (fit.convergence.verdict != stats::Verdict::not_converged) add_fit_finding(report.findings, fit);
  add_data_findings(report.findings, fit, missing);
  return report;
}

void add_bootstrap(FitReport& report, const stats::StructuralBootstrap& bootstrap, const StructuralFit& fit,
                   std::size_t constants) {
  const std::size_t defined = fit.parameters.size();
  EstimateTable table{"bootstrap", "By resampling rows", "", {}};
  std::size_t least = 0, undefined = 0;
  for (std::size_t i = 0; i < bootstrap.names.size(); ++i) {
    if (i >= defined && i < defined + constants) continue;
    const auto& b = bootstrap.replicates[i];
    const auto summary = stats::summarise_bootstrap(b, report.level);
    table.rows.push_back({bootstrap.names[i],
                          b.estimate,
                          summary.sd,
                          {},
                          summary.percentile.lower,
                          summary.percentile.upper,
                          {}});
    least = i == 0 ? b.replicates.size() : std::min(least, b.replicates.size());
    undefined = std::max(undefined, b.undefined);
  }
  table.basis = fmt::format("Spread and percentiles of {} resamples of rows{}", least,
                            undefined == 0 ? "" : fmt::format("; {} more had no solution", undefined));
  report.tables.push_back(std::move(table));
}

void add_comparison(FitReport& report, std::span<const NamedFit> fits, StandardErrors errors) {
  Frame frame{"comparison",
              "Comparison",
              {"model", "chi_square", "df", "cfi", "rmsea", "srmr", "aic", "bic"},
              {},
              true};
  for (const NamedFit& named : fits) frame.rows.push_back(fit_row(named));
  report.frames.push_back(std::move(frame));
  Frame steps{"steps",
              "Each beside the one before",
              {"model", "beside", "chi_square", "df", "p", "cfi_change"},
              {},
              true};
  for (std::size_t i = 1; i < fits.size(); ++i)
    steps.rows.push_back(step_row(report, fits[i], fits[i - 1], errors));
  report.frames.push_back(std::move(steps));
}

}  // namespace securebase::models
