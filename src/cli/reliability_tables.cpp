// securebase reliability: what items and occasions say, as rows, frames and findings of a report.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/agreement.hpp"
#include "cli/reliability.hpp"
#include "stats/change.hpp"
#include "stats/correlation.hpp"
#include "stats/factor.hpp"
#include "stats/omega.hpp"
#include "stats/reliability.hpp"
#include "stats/sample.hpp"
#include "stats/scale_scores.hpp"
#include "stats/split_half.hpp"

namespace securebase::cli {
namespace {

using models::Cell;
using models::EstimateRow;
using models::FitReport;
using models::Frame;
using stats::Matrix;

/// The frame of that name, made where it is not there yet.
Frame& frame_of(FitReport& report, const std::string& id, const std::string& title,
                std::vector<std::string> columns, bool shown) {
  for (Frame& frame : report.frames)
    if (frame.id == id) return frame;
  report.frames.push_back({id, title, std::move(columns), {}, shown});
  return report.frames.back();
}

models::EstimateTable& table_of(FitReport& report, const std::string& id, const std::string& title,
                                const std::string& basis) {
  for (models::EstimateTable& table : report.tables)
    if (table.id == id) return table;
  report.tables.push_back({id, title, basis, {}});
  return report.tables.back();
}

EstimateRow plain(std::string term, double value, const std::optional<double>& error = {},
                  const std::optional<Interval>& interval = {}) {
  EstimateRow row{std::move(term), value, error, {}, {}, {}, {}};
  if (interval) {
    row.lower = interval->lower;
    row.upper = interval->upper;
  }
  return row;
}

stats::ItemMoments moments_of_scale(const ReadScale& scale) {
  stats::ItemMoments moments(scale.items.size());
  for (std::size_t row = 0; row < scale.values.size(); ++row)
    moments.add_row(scale.values[row], scale.present[row]);
  return moments;
}

std::vector<double> defined(const std::vector<std::optional<double>>& scores) {
  std::vector<double> there;
  for (const auto& score : scores)
    if (score) there.push_back(*score);
  return there;
}

void add_row(FitReport& report, const std::string& term, const std::optional<double>& value,
             const std::string& why, const std::optional<double>& error = {},
             const std::optional<Interval>& interval = {}) {
  if (value)
    coefficient_rows(report).push_back(plain(term, *value, error, interval));
  else
    say_undefined(report, term, why);
}

constexpr const char* no_variance = "an item or their sum does not vary, or items follow from each other";

void add_alpha(FitReport& report, const stats::Reliability& r, const std::string& prefix) {
  add_row(report, prefix + "alpha", r.raw_alpha, "the sum of the items does not vary", r.ase, r.feldt);
  add_row(report, prefix + "alpha, standardised", r.std_alpha, no_variance);
  add_row(report, prefix + "lambda 6", r.lambda6, no_variance);
}

void add_items(FitReport& report, const ReadScale& scale, const stats::Reliability& r) {
  Frame& frame =
      frame_of(report, "items", "Items",
               {"item", "n", "mean", "sd", "item_rest_r", "alpha_without", "scale", "raw_r", "std_r", "r_cor",
                "std_alpha_without", "lambda6_without", "average_r_without", "error_without"},
               true);
  for (std::size_t i = 0; i < scale.items.size(); ++i) {
    const auto& s = r.item_stats[i];
    const auto& d = r.if_dropped[i];
    frame.rows.push_back({scale.items[i], static_cast<double>(s.n), s.mean, s.sd, cell_of(s.r_drop),
                          cell_of(d.raw_alpha), scale.name, cell_of(s.raw_r), cell_of(s.std_r),
                          cell_of(s.r_cor), cell_of(d.std_alpha), cell_of(d.lambda6), cell_of(d.average_r),
                          cell_of(d.ase)});
  }
}

/// Omega of one factor, from rows with every item.
void add_one_factor(FitReport& report, const ReadScale& scale, const Matrix& complete, std::size_t n,
                    const std::string& prefix) {
  const std::string term = prefix + "omega, one factor";
  if (scale.items.size() < 3) return;
  const Matrix s = stats::with_divisor_n(complete, n);
  const auto fit = stats::one_factor_ml(s, n);
  if (!fit) {
    say_undefined(report, term, fit.error().detail);
    return;
  }
  if (fit->convergence.verdict == stats::Verdict::not_converged) {
    say_undefined(report, term, "the search for one factor did not end at a best fit");
    return;
  }
  add_row(report, term, stats::omega_model_implied(*fit), no_variance);
  Frame& loadings = frame_of(report, "loadings", "One factor behind the items",
                             {"scale", "item", "loading", "error", "uniqueness"}, false);
  for (std::size_t i = 0; i < scale.items.size(); ++i)
    loadings.rows.push_back({scale.name, scale.items[i], fit->loading[i],
                             fit->loading_se ? Cell((*fit->loading_se)[i]) : Cell(), fit->uniqueness[i]});
  Frame& whole = frame_of(report, "one_factor", "One factor: fit",
                          {"scale", "chi_square", "df", "p", "omega_observed", "sem_of_sum"}, false);
  whole.rows.push_back({scale.name, fit->chi_square, static_cast<double>(fit->df), cell_of(fit->p),
                        cell_of(stats::omega_observed_variance(*fit, s)), stats::sem_of_sum(*fit)});
  if (!fit->heywood.empty())
    report.findings.push_back({"reliability.heywood", term + ": the factor would explain an item entirely.",
                               "a uniqueness at the edge", "Omega is then too high: look at that item."});
}

/// A general factor and groups.
void add_hierarchical(FitReport& report, const ReadScale& scale, const Matrix& correlation,
                      std::size_t factors, const std::string& prefix) {
  const auto omega = stats::omega(correlation, factors);
  if (!omega) {
    say_undefined(report, prefix + "omega, hierarchical", omega.error().detail);
    return;
  }
  if (omega->convergence.verdict == stats::Verdict::not_converged) {
    say_undefined(report, prefix + "omega, hierarchical", "the search for factors did not end at a best fit");
    return;
  }
  add_row(report, prefix + "omega, hierarchical", omega->hierarchical, no_variance);
  add_row(report, prefix + "omega, total", omega->total, no_variance);
  add_row(report, prefix + "omega, limit", omega->limit, no_variance);
  add_row(report, prefix + "explained common variance", omega->ecv, no_variance);
  Frame& general = frame_of(report, "general_factor", "A general factor and groups of items (Schmid-Leiman)",
                            {"scale", "item", "general"}, false);
  for (std::size_t f = general.columns.size() - 3; f < factors; ++f)
    general.columns.push_back(fmt::format("group_{}", f + 1));
  for (std::size_t i = 0; i < scale.items.size(); ++i) {
    std::vector<Cell> row{scale.name, scale.items[i], omega->solution.general[i]};
    for (std::size_t f = 0; f < factors; ++f) row.emplace_back(omega->solution.group(i, f));
    general.rows.push_back(std::move(row));
  }
}

void add_range(Frame& frame, const std::string& scale, const char* coefficient,
               const std::optional<stats::SplitRange>& range, const stats::SplitHalves& halves) {
  if (!range) return;
  frame.rows.push_back({scale, coefficient, range->mean, range->lowest, range->highest,
                        static_cast<double>(halves.splits), halves.every ? "every split" : "drawn"});
}

void add_splits(FitReport& report, const ReadScale& scale, const Matrix& covariance,
                const std::optional<std::size_t>& n, const ReliabilityChoice& choice,
                const std::string& prefix) {
  const std::size_t k = scale.items.size();
  Frame& frame = frame_of(report, "split_half", "Halves of the scale",
                          {"scale", "split", "r", "spearman_brown", "guttman"}, true);
  for (const bool odd : {true, false}) {
    const auto split = stats::split_half(covariance, odd ? stats::odd_items(k) : stats::first_items(k));
    const std::string name = odd ? "odd and even" : "first and second";
    frame.rows.push_back(
        {scale.name, name, cell_of(split.r), cell_of(split.spearman_brown), cell_of(split.guttman)});
    const auto interval =
        split.r && n ? stats::spearman_brown_interval(*split.r, *n, choice.level) : std::nullopt;
    add_row(report, fmt::format("{}split-half, {}", prefix, name), split.spearman_brown,
            "a half does not vary", {}, interval);
  }
  // k^2 for each split.
  constexpr double most_work = 4e8;
  const double affordable = most_work / static_cast<double>(k * k);
  const auto most = std::clamp<std::size_t>(static_cast<std::size_t>(affordable), 10, choice.splits);
  const auto halves = stats::all_split_halves(covariance, most, {choice.seed, 0});
  if (!halves) return;
  Frame& all = frame_of(report, "splits", "Over many splits",
                        {"scale", "coefficient", "mean", "lowest", "highest", "splits", "which"}, true);
  add_range(all, scale.name, "Spearman-Brown", halves->spearman_brown, *halves);
  add_range(all, scale.name, "Guttman's lambda 4", halves->guttman, *halves);
}

void add_error(FitReport& report, const std::vector<double>& scores, const std::optional<double>& alpha,
               const ReliabilityChoice& choice, const std::string& prefix) {
  const auto summary = stats::summarise(scores);
  const std::string term = prefix + "standard error of measurement";
  if (!alpha || *alpha < 0 || *alpha > 1 || !summary || !summary->sd) {
    say_undefined(report, term, "alpha is not between 0 and 1, or there are fewer than two scores");
    return;
  }
  const auto error = stats::measurement_error(stats::standard_error_of_measurement(*summary->sd, *alpha),
                                              summary->n, choice.level);
  auto& rows =
      table_of(report, "error",
               fmt::format("Error of a score ({} of the items), by alpha", choice.sums ? "sum" : "mean"),
               "SD of the scores times sqrt(1 - alpha); a change has to exceed z sqrt(2) of it")
          .rows;
  rows.push_back(plain(term, error.sem));
  rows.push_back(plain(prefix + "minimal detectable change, one person", error.mdc));
  rows.push_back(plain(prefix + "minimal detectable change, mean of all", error.mdc_of_mean));
}

void add_scale_row(FitReport& report, const ReadScale& scale, const stats::Reliability& r,
                   const std::optional<double>& sem_of_mean) {
  Frame& frame = frame_of(report, "scales", "Scales",
                          {"scale", "items", "n", "mean", "sd", "alpha", "std_alpha", "lambda6", "average_r",
                           "median_r", "signal_noise", "error", "feldt_lower", "feldt_upper", "sem_of_mean",
                           "average_r_from_alpha", "scored", "score_mean", "score_sd"},
                          false);
  const auto scores = defined(scale.scores);
  const auto summary = stats::summarise(scores);
  frame.rows.push_back(
      {scale.name, static_cast<double>(r.items), static_cast<double>(r.rows), r.mean, r.sd,
       cell_of(r.raw_alpha), cell_of(r.std_alpha), cell_of(r.lambda6), cell_of(r.average_r),
       cell_of(r.median_r), cell_of(r.signal_noise), cell_of(r.ase), r.feldt ? Cell(r.feldt->lower) : Cell(),
       r.feldt ? Cell(r.feldt->upper) : Cell(), cell_of(sem_of_mean),
       r.raw_alpha ? cell_of(stats::average_correlation_from_alpha(*r.raw_alpha, r.items)) : Cell(),
       static_cast<double>(scores.size()), summary ? Cell(summary->mean) : Cell(),
       summary ? cell_of(summary->sd) : Cell()});
}

std::vector<EstimateRow> rows_of_retest(const stats::TestRetest& t) {
  std::vector<EstimateRow> rows;
  if (t.r) rows.push_back(plain("r", *t.r, {}, t.r_interval));
  constexpr const char* names[] = {"ICC(1,1)", "ICC(2,1), agreement", "ICC(3,1), consistency"};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!t.icc[i].icc) continue;
    rows.push_back(plain(names[i], *t.icc[i].icc, {}, t.icc[i].interval));
    rows.back().p = t.icc[i].p;
  }
  return rows;
}

}  // namespace

Result<void> add_scale(FitReport& report, const ReadScale& scale, const ReliabilityChoice& choice,
                       const std::string& prefix) {
  const auto moments = moments_of_scale(scale);
  const auto r = stats::reliability(moments, choice.missing, choice.level);
  if (!r) return tl::unexpected(r.error());
  add_alpha(report, *r, prefix);
  add_items(report, scale, *r);
  add_scale_row(report, scale, *r, r->sem);
  const std::size_t n = moments.rows(stats::Missing::complete_cases);
  const auto complete = moments.covariance(stats::Missing::complete_cases);
  if (complete) {
    add_one_factor(report, scale, *complete, n, prefix);
    const auto correlation = stats::correlation_from_covariance(*complete);
    if (correlation) {
      Frame& roots =
          frame_of(report, "eigenvalues", "Eigenvalues of the correlations", {"scale", "value"}, false);
      for (const double value : stats::eigenvalues(*correlation)) roots.rows.push_back({scale.name, value});
    }
    if (choice.factors > 0 && correlation)
      add_hierarchical(report, scale, *correlation, choice.factors, prefix);
    if (choice.factors > 0 && !correlation)
      say_undefined(report, prefix + "omega, hierarchical", no_variance);
  } else {
    say_undefined(report, prefix + "omega", "fewer than two rows have every item");
  }
  const auto covariance = moments.covariance(choice.missing);
  if (covariance)
    add_splits(report, scale, *covariance,
               choice.missing == stats::Missing::complete_cases ? std::optional(n) : std::nullopt, choice,
               prefix);
  add_error(report, defined(scale.scores), r->raw_alpha, choice, prefix);
  return {};
}

void add_scale_pairs(FitReport& report, const std::vector<ReadScale>& scales,
                     const ReliabilityChoice& choice) {
  ReadScale all;
  all.values.resize(scales.front().values.size());
  all.present.resize(all.values.size());
  std::vector<stats::ScaleItems> members;
  for (const ReadScale& scale : scales) {
    stats::ScaleItems items;
    for (const std::string& name : scale.items) {
      const auto found = std::find(all.items.begin(), all.items.end(), name);
      const auto place = static_cast<std::size_t>(found - all.items.begin());
      items.push_back({place, stats::Keying::forward});
      if (found != all.items.end()) continue;
      const auto own = static_cast<std::size_t>(&name - scale.items.data());
      all.items.push_back(name);
      for (std::size_t row = 0; row < all.values.size(); ++row) {
        all.values[row].push_back(scale.values[row][own]);
        all.present[row].push_back(scale.present[row][own]);
      }
    }
    members.push_back(std::move(items));
  }
  const auto covariance = moments_of_scale(all).covariance(choice.missing);
  if (!covariance) return;
  Frame pairs{"scale_pairs", "Correlations of the scales", {"first", "second", "r", "corrected"}, {}, true};
  Frame within{"scales_within", "Scales among all items", {"scale", "lambda6_within"}, {}, false};
  const auto alpha = [&](std::size_t s) {
    return stats::cronbach_alpha(stats::keyed_covariance(*covariance, members[s]));
  };
  for (std::size_t a = 0; a < scales.size(); ++a) {
    within.rows.push_back({scales[a].name, cell_of(stats::lambda6_within(*covariance, members[a]))});
    for (std::size_t b = a + 1; b < scales.size(); ++b) {
      const auto r = stats::scale_correlation(*covariance, members[a], members[b]);
      const auto first = alpha(a), second = alpha(b);
      pairs.rows.push_back(
          {scales[a].name, scales[b].name, cell_of(r),
           r && first && second ? cell_of(stats::corrected_for_attenuation(*r, *first, *second)) : Cell()});
    }
  }
  report.frames.push_back(std::move(pairs));
  report.frames.push_back(std::move(within));
}

Result<stats::TestRetest> add_retest(FitReport& report, const std::vector<std::optional<double>>& first,
                                     const std::vector<std::optional<double>>& second,
                                     const ReliabilityChoice& choice) {
  std::vector<double> before, after;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!first[i] || !second[i]) continue;
    before.push_back(*first[i]);
    after.push_back(*second[i]);
  }
  auto retest = stats::test_retest(before, after, choice.level);
  if (!retest) return retest;
  const auto rows = rows_of_retest(*retest);
  if (rows.size() < 4)
    say_undefined(report, "a coefficient of test and retest", "scores of an occasion do not vary");
  auto& table = report.tables.front().rows.empty()
                    ? report.tables.front()
                    : table_of(report, "retest", "Test and retest", "r: Fisher's z; ICC by F");
  table.rows.insert(table.rows.end(), rows.begin(), rows.end());
  report.tables.push_back(
      {"retest_error",
       "Error of a score, by test and retest",
       "agreement: a shift of everybody counts as error; consistency: it does not",
       {plain("standard error of measurement, agreement", retest->agreement.sem),
        plain("minimal detectable change, one person, agreement", retest->agreement.mdc),
        plain("minimal detectable change, mean, agreement", retest->agreement.mdc_of_mean),
        plain("standard error of measurement, consistency", retest->consistency.sem),
        plain("minimal detectable change, one person, consistency", retest->consistency.mdc),
        plain("minimal detectable change, mean, consistency", retest->consistency.mdc_of_mean)}});
  report.tables.push_back(limits_table(retest->difference));
  report.measures.push_back({"retest_n", "People with both scores", static_cast<double>(retest->n)});
  report.measures.push_back({"sd_difference", "SD of the differences", retest->difference.sd});
  Frame frame{"differences", "Mean and difference of each person", {"mean", "difference"}, {}, false};
  for (std::size_t i = 0; i < before.size(); ++i)
    frame.rows.push_back({before[i] + (after[i] - before[i]) / 2, after[i] - before[i]});
  report.frames.push_back(std::move(frame));
  return retest;
}

void add_reliability_findings(FitReport& report, const ReliabilityChoice& choice, bool consistency,
                              bool retest) {
  if (consistency) {
    report.findings.push_back(
        {"reliability.alpha",
         "Alpha is reliability where items share one factor alike, and errors are apart.",
         choice.missing == stats::Missing::pairwise
             ? "covariances of whoever answered both items; errors count every row"
             : "rows with every item; Feldt's interval (1965)",
         "It does not show that items measure one thing, and grows with their number. Omega asks for less."});
    report.findings.push_back(
        {"reliability.splits", "A split-half coefficient depends on the split.",
         "halves taken for parallel (Spearman-Brown), or not (Guttman)",
         "The highest of many splits is too good: it uses what is chance in these people."});
    report.findings.push_back({"reliability.error", "An error of measurement by alpha is of one occasion.",
                               "SD and alpha of these people",
                               "Change over weeks holds more error than that: mood, the day, the setting."});
  }
  if (!retest) return;
  report.findings.push_back({"reliability.retest", "Test and retest differ by error and by change.",
                             "people with both scores, taken as unchanged between",
                             "Where some did change, reliability comes out too low; where answers were "
                             "remembered, too high. What is "
                             "beyond error need not matter to anybody."});
}

}  // namespace securebase::cli
