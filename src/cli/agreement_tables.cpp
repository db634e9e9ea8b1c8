// securebase agreement: coefficients as rows, frames and findings of a report.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/agreement.hpp"
#include "stats/bounded_interval.hpp"
#include "stats/intraclass.hpp"
#include "stats/kappa.hpp"
#include "stats/polychoric.hpp"
#include "stats/sample.hpp"

namespace securebase::cli {
namespace {

using models::EstimateRow;
using models::FitReport;
using models::Frame;
using stats::AgreementWeights;
using stats::Matrix;
using stats::Measurement;

constexpr std::size_t most_categories = 200;
constexpr std::size_t most_raters_in_pairs = 30;

/// A way of weighting disagreement, as it is named in rows.
struct Weighting {
  std::string suffix;
  Matrix weights;
};

std::vector<Weighting> weightings(const AgreementChoice& choice, std::size_t categories) {
  std::vector<Weighting> all{{"", stats::agreement_weights(categories, AgreementWeights::unweighted)}};
  if (choice.measurement != Measurement::nominal) {
    all.push_back({" (linear)", stats::agreement_weights(categories, AgreementWeights::linear)});
    all.push_back({" (quadratic)", stats::agreement_weights(categories, AgreementWeights::quadratic)});
  }
  if (choice.weights) all.push_back({" (--weights)", *choice.weights});
  return all;
}

EstimateRow row_of(std::string term, const stats::ChanceCorrected& c, const std::optional<double>& p) {
  EstimateRow row{std::move(term), *c.value, c.std_error, {}, {}, {}, p};
  if (c.interval) {
    row.lower = c.interval->lower;
    row.upper = c.interval->upper;
  }
  return row;
}

void add_interval(EstimateRow& row, const std::optional<Interval>& interval) {
  if (!interval) return;
  row.lower = interval->lower;
  row.upper = interval->upper;
}

constexpr const char* one_category =
    "all ratings are the same: that raters can tell units apart was not tried";

/// Observed and expected shares, errors by chance.
Frame& chance_frame(FitReport& report) {
  for (Frame& frame : report.frames)
    if (frame.id == "chance") return frame;
  report.frames.push_back({"chance",
                           "Observed, and expected by chance",
                           {"coefficient", "observed", "expected", "error_by_chance", "z", "p"},
                           {},
                           true});
  return report.frames.back();
}

void tell_chance(FitReport& report, const std::string& term, const stats::ChanceCorrected& c,
                 const std::optional<double>& se_null = {}, const std::optional<double>& z = {},
                 const std::optional<double>& p = {}) {
  chance_frame(report).rows.push_back(
      {term, c.observed, c.expected, cell_of(se_null), cell_of(z), cell_of(p)});
}

void add_coefficient(FitReport& report, const std::string& term, const stats::ChanceCorrected& c,
                     const std::optional<double>& p) {
  if (c.value)
    coefficient_rows(report).push_back(row_of(term, c, p));
  else
    say_undefined(report, term, one_category);
}

Frame category_frame(const std::string& id, const std::string& title,
                     const std::vector<stats::CategoryAgreement>& categories,
                     const std::vector<std::string>& names) {
  Frame frame{id, title, {"category", "share", "specific", "kappa", "error_by_chance", "z"}, {}, true};
  for (std::size_t c = 0; c < categories.size(); ++c)
    frame.rows.push_back({names[c], categories[c].share, cell_of(categories[c].specific),
                          cell_of(categories[c].kappa), cell_of(categories[c].se_null),
                          cell_of(categories[c].z)});
  return frame;
}

void add_cross_table(FitReport& report, const ReadRatings& ratings, const Matrix& counts,
                     const std::vector<std::string>& names) {
  constexpr std::size_t most_shown = 12;
  Frame frame{"cross_table",
              fmt::format("{} in rows, {} in columns", ratings.raters[0], ratings.raters[1]),
              {"category"},
              {},
              names.size() <= most_shown};
  frame.columns.insert(frame.columns.end(), names.begin(), names.end());
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::vector<models::Cell> row{names[i]};
    for (std::size_t j = 0; j < names.size(); ++j) row.emplace_back(counts(i, j));
    frame.rows.push_back(std::move(row));
  }
  report.frames.push_back(std::move(frame));
  report.matrices.push_back({"cross_table", names, names, counts});
}

bool one_rater_constant(const Matrix& counts) {
  std::size_t rows = 0, cols = 0;
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    double row = 0, col = 0;
    for (std::size_t j = 0; j < counts.rows(); ++j) {
      row += counts(i, j);
      col += counts(j, i);
    }
    if (row > 0) ++rows;
    if (col > 0) ++cols;
  }
  return rows == 1 || cols == 1;
}

/// Two raters.
Result<void> add_cohen(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice) {
  const auto values = ratings.values();
  const auto names = ratings.names();
  const auto counts = stats::cross_table(ratings.table, 0, 1, values);
  if (!counts) return tl::unexpected(counts.error());
  bool first = true;
  for (const auto& [suffix, weights] : weightings(choice, values.size())) {
    const auto cohen = stats::cohen_kappa(*counts, weights, choice.level);
    if (!cohen) return tl::unexpected(cohen.error());
    add_coefficient(report, "kappa" + suffix, cohen->kappa, cohen->p);
    tell_chance(report, "kappa" + suffix, cohen->kappa, cohen->se_null, cohen->z, cohen->p);
    if (first) {
      report.frames.push_back(
          category_frame("categories", "Each category against the others", cohen->categories, names));
      add_cross_table(report, ratings, *counts, names);
      if (cohen->kappa.value && one_rater_constant(*counts))
        report.findings.push_back({"agreement.constant_rater",
                                   "One rater used a single category: kappa is 0 whatever the other did.",
                                   "the cross table", "It does not say that the raters disagree."});
    }
    first = false;
  }
  return {};
}

/// More than two: every pair.
Result<void> add_pairs(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice) {
  const auto values = ratings.values();
  const auto all = weightings(choice, values.size());
  const Weighting& used = all.back();
  Frame frame{"pairs",
              fmt::format("Cohen's kappa{} of each pair of raters", used.suffix),
              {"first", "second", "n", "kappa", "error", "lower", "upper"},
              {},
              true};
  double sum = 0;
  std::size_t defined = 0;
  for (std::size_t a = 0; a < ratings.raters.size(); ++a)
    for (std::size_t b = a + 1; b < ratings.raters.size(); ++b) {
      const auto counts = stats::cross_table(ratings.table, a, b, values);
      if (!counts) return tl::unexpected(counts.error());
      const auto cohen = stats::cohen_kappa(*counts, used.weights, choice.level);
      if (!cohen) continue;  // they rated nothing together
      const auto& kappa = cohen->kappa;
      frame.rows.push_back({ratings.raters[a],
                            ratings.raters[b],
                            cohen->n,
                            cell_of(kappa.value),
                            cell_of(kappa.std_error),
                            {},
                            {}});
      if (kappa.interval) {
        frame.rows.back()[5] = kappa.interval->lower;
        frame.rows.back()[6] = kappa.interval->upper;
      }
      if (!kappa.value) continue;
      sum += *kappa.value;
      ++defined;
    }
  report.frames.push_back(std::move(frame));
  if (defined > 0)
    report.measures.push_back({"light", fmt::format("Mean of the pairs' kappa{} (Light 1971)", used.suffix),
                               sum / static_cast<double>(defined)});
  return {};
}

Result<void> add_fleiss(FitReport& report, const Matrix& counts, const ReadRatings& ratings,
                        const AgreementChoice& choice) {
  const auto fleiss = stats::fleiss_kappa(counts, choice.level);
  if (!fleiss) return tl::unexpected(fleiss.error());
  add_coefficient(report, "Fleiss's kappa", fleiss->kappa, fleiss->p);
  tell_chance(report, "Fleiss's kappa", fleiss->kappa, fleiss->se_null, fleiss->z, fleiss->p);
  report.frames.push_back(category_frame("fleiss_categories", "Each category against the others, all raters",
                                         fleiss->categories, ratings.names()));
  return {};
}

Result<void> add_gwet(FitReport& report, const Matrix& counts, const AgreementChoice& choice) {
  for (const auto& [suffix, weights] : weightings(choice, counts.cols())) {
    const auto gwet = stats::gwet_agreement(counts, weights, choice.level);
    if (!gwet) return tl::unexpected(gwet.error());
    if (choice.wants("agreement"))
      coefficient_rows(report).push_back(row_of("agreement" + suffix, gwet->agreement, {}));
    if (!choice.wants("gwet")) continue;
    const std::string term = suffix.empty() ? "AC1" : "AC2" + suffix;
    add_coefficient(report, term, gwet->ac, gwet->p);
    tell_chance(report, term, gwet->ac);
  }
  return {};
}

/// Of two raters who put an ordered quality into categories.
void add_polychoric(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice) {
  const auto values = ratings.values();
  const auto counts = stats::cross_table(ratings.table, 0, 1, values);
  if (!counts) return;
  // Categories that a rater did not use have no threshold.
  std::vector<std::size_t> rows, cols;
  for (std::size_t c = 0; c < values.size(); ++c) {
    double row = 0, col = 0;
    for (std::size_t d = 0; d < values.size(); ++d) {
      row += (*counts)(c, d);
      col += (*counts)(d, c);
    }
    if (row > 0) rows.push_back(c);
    if (col > 0) cols.push_back(c);
  }
  if (rows.size() < 2 || cols.size() < 2) {
    say_undefined(report, "polychoric correlation", "a rater used a single category");
    return;
  }
  Matrix used(rows.size(), cols.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < cols.size(); ++j) used(i, j) = (*counts)(rows[i], cols[j]);
  const auto joint = stats::fit_polychoric(used, stats::PolychoricMethod::maximum_likelihood);
  const auto step = stats::fit_polychoric(used, stats::PolychoricMethod::two_step);
  if (!joint || !step || joint->convergence.verdict == stats::Verdict::not_converged) {
    say_undefined(report, "polychoric correlation", "its likelihood has no maximum that could be found");
    return;
  }
  EstimateRow row{"polychoric correlation", joint->rho, joint->se_rho, {}, {}, {}, {}};
  if (joint->se_rho && *joint->se_rho > 0)
    add_interval(row, stats::bounded_interval(joint->rho, *joint->se_rho, {-1.0, 1.0}, choice.level));
  coefficient_rows(report).push_back(row);
  if (ratings.categories.empty()) {
    const auto both = stats::complete_units(ratings.table);
    std::vector<double> first, second;
    for (std::size_t u = 0; u < both.units(); ++u) {
      first.push_back(*both.at(u, 0));
      second.push_back(*both.at(u, 1));
    }
    report.measures.push_back({"pearson", "Pearson's correlation", stats::pearson_r(first, second)});
  }
  report.measures.push_back(
      {"polychoric_log_likelihood", "Log-likelihood of the polychoric correlation", joint->log_likelihood});
  report.measures.push_back({"polychoric_two_step", "Polychoric correlation in two steps", step->rho});
  report.measures.push_back(
      {"polychoric_two_step_log_likelihood", "Its log-likelihood", step->log_likelihood});
  const auto thresholds = [&](const char* id, const stats::PolychoricFit& fit) {
    Frame frame{id, "Thresholds behind the categories", {"rater", "threshold"}, {}, false};
    for (const double cut : fit.row_cuts) frame.rows.push_back({ratings.raters[0], cut});
    for (const double cut : fit.col_cuts) frame.rows.push_back({ratings.raters[1], cut});
    report.frames.push_back(std::move(frame));
  };
  thresholds("thresholds", *joint);
  thresholds("thresholds_two_step", *step);
  report.findings.push_back({"agreement.polychoric",
                             "The polychoric correlation is of what may lie behind the categories.",
                             "a normal quality that both raters cut into categories (Olsson 1979)",
                             "Raters who cut at different places can correlate and yet disagree."});
}

std::string icc_name(const stats::Icc& icc) {
  const char* form = icc.form == stats::IccForm::one_way     ? "1"
                     : icc.form == stats::IccForm::agreement ? "2"
                                                             : "3";
  return fmt::format("ICC({},{})", form, icc.average ? "k" : "1");
}

Result<void> add_icc(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice) {
  const auto squares = stats::rating_mean_squares(ratings.table);
  if (!squares) {
    say_undefined(report, "intraclass correlations", squares.error().detail);
    return {};
  }
  const auto six = stats::intraclass_correlations(*squares, choice.level);
  if (!six) return tl::unexpected(six.error());
  Frame frame{"icc", "Tests of the intraclass correlations", {"term", "f", "df1", "df2", "p"}, {}, true};
  for (const stats::Icc& icc : *six) {
    if (!icc.icc) {
      say_undefined(report, icc_name(icc), "its variances add up to nothing");
      continue;
    }
    EstimateRow row{icc_name(icc), *icc.icc, {}, {}, {}, {}, icc.p};
    add_interval(row, icc.interval);
    coefficient_rows(report).push_back(row);
    frame.rows.push_back({icc_name(icc), cell_of(icc.f), icc.df1, icc.df2, cell_of(icc.p)});
  }
  report.frames.push_back(std::move(frame));
  const auto measure = [&](const char* id, const char* title, double value) {
    report.measures.push_back({id, title, value});
  };
  measure("complete_units", "Units that every rater rated", static_cast<double>(squares->units));
  measure("ms_between", "Mean square between units", squares->between);
  measure("ms_raters", "Mean square between raters", squares->raters_ms);
  measure("ms_error", "Residual mean square", squares->error);
  measure("ms_within", "Mean square within units", squares->within());
  measure("sem_agreement", "Standard error of measurement, raters' levels included",
          stats::sem_agreement(*squares));
  measure("sem_consistency", "Standard error of measurement without them", stats::sem_consistency(*squares));
  report.findings.push_back(
      {"agreement.icc",
       "ICC(1,.): other raters for every unit. ICC(2,.): raters drawn from many, their levels count. "
       "ICC(3,.): these raters, levels do not count. (.,1) is of one rating, (.,k) of the mean of all.",
       "Shrout and Fleiss (1979); units that every rater rated, F intervals",
       "It compares with how much units differ: the same error gives a lower one among units that are alike. "
       "Choose the form before looking."});
  return {};
}

}  // namespace

bool AgreementChoice::wants(const std::string& coefficient) const {
  return std::find(coefficients.begin(), coefficients.end(), coefficient) != coefficients.end();
}

models::Cell cell_of(const std::optional<double>& value) {
  return value ? models::Cell(*value) : models::Cell();
}

std::vector<EstimateRow>& coefficient_rows(FitReport& report) {
  return report.tables.front().rows;
}

void say_undefined(FitReport& report, const std::string& coefficient, const std::string& why) {
  const std::string code = report.command + ".undefined";
  for (Finding& finding : report.findings)
    if (finding.code == code && finding.basis == why) {
      finding.statement.insert(finding.statement.find(": not defined"), ", " + coefficient);
      return;
    }
  report.findings.push_back(
      {code, coefficient + ": not defined.", why, "That is neither a high nor a low value."});
}

Result<void> add_categories(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice) {
  const auto values = ratings.values();
  const auto fault = [&](const char* code, std::string detail) {
    return fail(ErrorKind::bad_data, code, std::move(detail), Place{report.data.file, 0, 0, {}});
  };
  if (values.size() > most_categories)
    return fault("agreement.categories",
                 fmt::format("more than {} different ratings are no categories: --measured interval, or "
                             "--coefficients krippendorff",
                             most_categories));
  if (values.size() < 2) {
    say_undefined(report, "agreement on categories", one_category);
    return {};
  }
  if (choice.weights && choice.weights->rows() != values.size())
    return fail(
        ErrorKind::usage, "usage.agreement",
        fmt::format("--weights has {} rows, and there are {} categories; --categories names all of them",
                    choice.weights->rows(), values.size()));
  const auto counts = stats::ratings_by_category(ratings.table, values);
  if (!counts) return tl::unexpected(counts.error());
  if (choice.wants("agreement") || choice.wants("gwet"))
    if (auto added = add_gwet(report, *counts, choice); !added) return added;
  if (choice.wants("cohen")) {
    if (ratings.raters.size() > most_raters_in_pairs)
      say_undefined(report, "kappa of each pair", "there are more than 30 raters");
    else if (auto added = ratings.raters.size() == 2 ? add_cohen(report, ratings, choice)
                                                     : add_pairs(report, ratings, choice);
             !added)
      return added;
  }
  if (choice.wants("fleiss"))
    if (auto added = add_fleiss(report, *counts, ratings, choice); !added) return added;
  if (choice.wants("polychoric") && ratings.raters.size() == 2) add_polychoric(report, ratings, choice);
  report.findings.push_back(
      {"agreement.chance", "A coefficient beyond chance depends on how often categories occur.",
       "the shares of categories here; errors in the table with agreement as observed, p and the error by "
       "chance without any",
       "Where one category is rare, kappa can be low though raters agree on nearly all; AC holds chance for "
       "smaller there. No cut-off makes either good."});
  if (choice.measurement == Measurement::ordinal && ratings.categories.empty())
    report.findings.push_back(
        {"agreement.categories", "Weights count the categories that were used.",
         fmt::format("{} different ratings", values.size()),
         "One that nobody chose is not known here; --categories names all of them, in their order."});
  return {};
}

Result<void> add_krippendorff(Desk& desk, FitReport& report, const ReadRatings& ratings,
                              const AgreementChoice& choice, const ResampleChoice& resampling) {
  const auto alpha = stats::krippendorff_alpha(ratings.table, choice.measurement);
  if (!alpha) return tl::unexpected(alpha.error());
  constexpr const char* levels[] = {"nominal", "ordinal", "interval", "ratio"};
  const std::string term =
      fmt::format("Krippendorff's alpha ({})", levels[static_cast<std::size_t>(choice.measurement)]);
  report.measures.push_back(
      {"pairable_units", "Units with two ratings or more", static_cast<double>(alpha->units)});
  report.measures.push_back({"pairable_ratings", "Their ratings", static_cast<double>(alpha->pairable)});
  report.measures.push_back({"observed_disagreement", "Observed disagreement", alpha->observed});
  report.measures.push_back({"expected_disagreement", "Expected by chance", alpha->expected});
  Frame frame{"values", "How often each rating is there", {"value", "n"}, {}, false};
  for (std::size_t i = 0; i < alpha->values.size(); ++i) {
    const double value = alpha->values[i];
    frame.rows.push_back({ratings.categories.empty()
                              ? models::Cell(value)
                              : models::Cell(ratings.categories[static_cast<std::size_t>(value)]),
                          alpha->counts[i]});
  }
  report.frames.push_back(std::move(frame));
  if (!alpha->alpha) {
    say_undefined(report, term, one_category);
    return {};
  }
  EstimateRow row{term, *alpha->alpha, {}, {}, {}, {}, {}};
  std::string basis = "not resampled: no interval";
  // Pairs of different values, as often as there are resamples.
  constexpr double most_work = 4e9;
  const double different = static_cast<double>(alpha->values.size());
  const bool too_long = choice.measurement == Measurement::ratio &&
                        different * different * static_cast<double>(*resampling.replicates) > most_work;
  if (too_long) basis = "too many different ratings to resample on a ratio scale: no interval";
  if (alpha->units > 1 && !too_long) {
    const auto units = stats::pairable_units(ratings.table, choice.measurement);
    if (!units) return tl::unexpected(units.error());
    const auto drawn = bootstrap_rows(desk, units->units, units->alpha, resampling, {});
    if (drawn) {
      const auto summary = stats::summarise_bootstrap(*drawn, choice.level);
      row.std_error = summary.sd;
      add_interval(row, summary.percentile);
      basis = fmt::format(
          "{} resamples of {} units, percentiles{}", *resampling.replicates, units->units,
          drawn->undefined > 0 ? fmt::format("; {} without differences left out", drawn->undefined) : "");
    }
  }
  coefficient_rows(report).push_back(row);
  report.findings.push_back({"agreement.krippendorff",
                             "Krippendorff's alpha takes every rating of units that have two.", basis,
                             "It takes raters for interchangeable, and says nothing about any one of them."});
  return {};
}

models::EstimateTable limits_table(const stats::BlandAltman& result) {
  models::EstimateTable table{
      "bland_altman",
      "Differences, second less first",
      "Bland and Altman (1999): Student's t; trend and spread by least squares on the "
      "mean of both",
      {}};
  const auto add = [&](const char* term, const stats::WithError& of) {
    EstimateRow row{term, of.value, of.std_error, {}, {}, {}, {}};
    add_interval(row, of.interval);
    table.rows.push_back(row);
  };
  add("bias", result.bias);
  add("lower limit", result.lower);
  add("upper limit", result.upper);
  const auto lean = [&](const char* term, const std::optional<stats::DifferenceTrend>& trend) {
    if (!trend) return;
    EstimateRow row{term, trend->slope, trend->std_error, trend->df, {}, {}, trend->p};
    add_interval(row, trend->interval);
    table.rows.push_back(row);
  };
  lean("change with size", result.trend);
  lean("spread with size", result.spread);
  return table;
}

Result<void> add_numbers(FitReport& report, const ReadRatings& ratings, const AgreementChoice& choice,
                         std::optional<stats::BlandAltman>& agreement) {
  if (choice.wants("icc"))
    if (auto added = add_icc(report, ratings, choice); !added) return added;
  if (!choice.wants("bland-altman")) return {};
  std::vector<double> first, second;
  for (std::size_t unit = 0; unit < ratings.table.units(); ++unit) {
    const auto a = ratings.table.at(unit, 0), b = ratings.table.at(unit, 1);
    if (!a || !b) continue;
    first.push_back(*a);
    second.push_back(*b);
  }
  const auto result = stats::bland_altman(first, second, {choice.share, choice.level});
  if (!result) {
    say_undefined(report, "limits of agreement", result.error().detail);
    return {};
  }
  agreement = *result;
  report.tables.push_back(limits_table(*result));
  report.measures.push_back({"sd_difference", "SD of the differences", result->sd});
  report.measures.push_back(
      {"outside", "Differences outside the limits", static_cast<double>(result->outside)});
  Frame frame{"differences", "Mean and difference of each unit", {"mean", "difference"}, {}, false};
  for (std::size_t i = 0; i < first.size(); ++i)
    frame.rows.push_back({first[i] + (second[i] - first[i]) / 2, second[i] - first[i]});
  report.frames.push_back(std::move(frame));
  report.findings.push_back(
      {"agreement.limits",
       fmt::format("{:g} % of differences are expected between {:.4g} and {:.4g}.", 100 * choice.share,
                   result->lower.value, result->upper.value),
       fmt::format("{} units with both, one pair each; differences taken as normal and alike at every size",
                   result->n),
       "Whether that is close enough is a question of use, not of statistics."});
  return {};
}

void add_nested(FitReport& report, const NestedRead& ratings, const stats::NestedRatings& nested,
                double null_variance) {
  const auto add = [&](const char* term, const std::optional<double>& value) {
    if (value)
      coefficient_rows(report).push_back({term, *value, {}, {}, {}, {}, nested.p});
    else
      say_undefined(report, term, "no rating differs from another");
  };
  add("ICC(1)", nested.icc1_k0);
  add("ICC(1), mean size", nested.icc1);
  add("ICC(2)", nested.icc2);
  report.measures.push_back({"groups", "Units with a rating", static_cast<double>(nested.units)});
  report.measures.push_back({"ratings", "Ratings", static_cast<double>(nested.ratings)});
  report.measures.push_back({"ms_between", "Mean square between units", nested.between});
  report.measures.push_back({"ms_within", "Mean square within units", nested.within});
  report.measures.push_back({"mean_size", "Ratings of a unit, mean", nested.mean_size});
  report.measures.push_back({"k0", "Ratings of a unit, k0", nested.k0});
  report.measures.push_back({"f", "F", nested.f});
  report.measures.push_back({"df1", "Its degrees of freedom", nested.df1});
  report.measures.push_back({"df2", "and", nested.df2});
  const bool several = !ratings.items.empty();
  Frame frame{"within", "Agreement within each unit", {"unit", "n", "rwg"}, {}, true};
  if (several) frame.columns.emplace_back("rwg_j");
  const auto one = stats::within_unit_agreement(ratings.value, null_variance);
  std::vector<std::optional<double>> all(one.size());
  if (several) all = stats::within_unit_agreement(std::span(ratings.items), null_variance);
  for (std::size_t u = 0; u < one.size(); ++u) {
    frame.rows.push_back(
        {ratings.units[u], static_cast<double>(ratings.value.of_unit(u).size()), cell_of(one[u])});
    if (several) frame.rows.back().push_back(cell_of(all[u]));
  }
  report.frames.push_back(std::move(frame));
  report.findings.push_back(
      {"agreement.nested",
       "ICC(1) is the share of variance between units; ICC(2) how well the mean of a unit's ratings is "
       "known.",
       fmt::format("one-way analysis of variance; r_wg beside a variance without agreement of {:g}",
                   null_variance),
       "r_wg is high, too, where everybody gives the usual answer: it depends on the variance taken for no "
       "agreement."});
}

}  // namespace securebase::cli
