#include "models/linear_mixed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/printable.hpp"
#include "models/mixed_tables.hpp"
#include "stats/distributions.hpp"
#include "stats/mixed_comparison.hpp"
#include "stats/mixed_inference.hpp"
#include "stats/mixed_prediction.hpp"
#include "stats/mixed_robust.hpp"

namespace securebase::models {
namespace {

using stats::ContrastTest;
using stats::MixedFit;
using stats::MixedLikelihood;
using stats::MixedModel;

std::string without_blanks(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' && c != '\t') result += c;
  return result;
}

/// At commas outside parentheses and backticks.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '`') quoted = !quoted;
    if (!quoted && c == '(') ++depth;
    if (!quoted && c == ')') --depth;
    if (!quoted && depth == 0 && c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (std::string& part : parts) part = without_blanks(part);
  return parts;
}

/// One row for each column of the terms named.
Result<stats::Matrix> contrasts_of(const std::string& list, const std::vector<TermColumns>& terms,
                                   const MixedFit& fit) {
  std::vector<std::size_t> columns;
  for (const std::string& name : split_list(list)) {
    const auto term = std::find_if(terms.begin(), terms.end(),
                                   [&](const TermColumns& t) { return without_blanks(t.name) == name; });
    const auto effect = std::find_if(fit.fixed.begin(), fit.fixed.end(), [&](const stats::FixedEffect& e) {
      return without_blanks(e.name) == name;
    });
    std::size_t begin = static_cast<std::size_t>(effect - fit.fixed.begin());
    std::size_t end = begin + 1;
    if (term != terms.end()) {
      begin = term->begin;
      end = term->end;
    } else if (effect == fit.fixed.end()) {
      std::string known;
      for (const stats::FixedEffect& e : fit.fixed) known += (known.empty() ? "" : ", ") + e.name;
      for (const TermColumns& t : terms) known += ", " + t.name;
      return fail(ErrorKind::usage, "models.test",
                  fmt::format("no term '{}' to test; there are {}", printable(name), printable(known, 400)));
    }
    for (std::size_t c = begin; c < end; ++c)
      if (std::find(columns.begin(), columns.end(), c) == columns.end()) columns.push_back(c);
  }
  stats::Matrix contrasts(columns.size(), fit.fixed.size());
  for (std::size_t i = 0; i < columns.size(); ++i) contrasts(i, columns[i]) = 1;
  return contrasts;
}

struct Inference {
  std::vector<ContrastTest> tests;  ///< df 0: none
  stats::Matrix covariance;
  std::string basis;
};

std::vector<ContrastTest> normal_tests(const MixedFit& fit) {
  std::vector<ContrastTest> tests;
  for (const stats::FixedEffect& e : fit.fixed) {
    const double z = e.estimate / e.std_error;
    tests.push_back({e.estimate, e.std_error, 0, z, 2 * stats::normal_cdf(-std::abs(z))});
  }
  return tests;
}

class Report {
 public:
  Report(const MixedRequest& request, MixedResult& result) : request_(request), result_(result) {}

  /// `data` has the design the model was made of; nothing for summaries.
  Result<void> tell(const ModelDesign* data) {
    FitReport& report = result_.report;
    report.command = "fit lmm";
    report.method = request_.likelihood == MixedLikelihood::restricted ? "Restricted maximum likelihood"
                                                                       : "Maximum likelihood";
    report.level = request_.level;
    report.convergence = result_.fit.convergence;
    report.findings = result_.fit.reading;
    if (auto told = tell_effects(data); !told) return told;
    report.tables.push_back(variances_table(result_.fit, request_.level));
    report.tables.push_back(residual_table(result_.fit, request_.level));
    report.measures = measures_of(result_.model, result_.fit);
    report.frames.push_back(covariance_frame(result_.fit));
    report.frames.push_back(theta_frame(result_.fit));
    report.frames.push_back(centres_frame(result_.coding));
    for (NamedMatrix& g : random_covariances(result_.fit)) report.matrices.push_back(std::move(g));
    if (result_.fit.convergence.verdict == stats::Verdict::not_converged) return {};
    if (!request_.test.empty())
      if (auto tested = tell_joint_test(data); !tested) return tested;
    if (request_.profile)
      if (auto told = tell_profiles(); !told) return told;
    return {};
  }

  Result<void> tell_comparison(const Table& table, const RowChoice& rows) {
    ModelPlan other = request_.plan;
    other.formula = *request_.compare;
    const auto design = make_design(other, table, rows);
    if (!design) return tl::unexpected(design.error());
    const auto model = stats::make_mixed_model(design->design);
    if (!model) return tl::unexpected(model.error());
    const auto theirs = stats::fit_mixed_model(*model, MixedLikelihood::maximum);
    if (!theirs) return tl::unexpected(theirs.error());
    const auto ours = stats::fit_mixed_model(result_.model, MixedLikelihood::maximum);
    if (!ours) return tl::unexpected(ours.error());
    const bool we_are_null = ours->parameters < theirs->parameters;
    const MixedFit& null = we_are_null ? *ours : *theirs;
    const MixedFit& alternative = we_are_null ? *theirs : *ours;
    const auto ratio = stats::likelihood_ratio(null, alternative);
    if (!ratio) return tl::unexpected(ratio.error());
    const std::string own = to_text(request_.plan.formula);
    const std::string with = to_text(*request_.compare);
    result_.report.frames.push_back(
        comparison_frame(we_are_null ? own : with, null, we_are_null ? with : own, alternative, *ratio));
    return {};
  }

  Result<void> tell_random_effects(const ModelDesign& data) {
    const auto effects = stats::random_effects(data.design, result_.model, result_.fit);
    if (!effects) return tl::unexpected(effects.error());
    if (request_.random_effects) result_.report.frames.push_back(random_effects_frame(data, *effects));
    if (request_.rows) result_.report.frames.push_back(rows_frame(data, *effects, result_.fit, *lines_));
    return {};
  }

  void set_lines(const Table& table) { lines_ = &table.line; }

 private:
  Result<Inference> inference(const ModelDesign* data) const {
    const stats::Matrix each = stats::each_effect(result_.fit);
    if (request_.errors == ErrorsFrom::cluster_robust) {
      auto robust = stats::cluster_robust(data->design, result_.model, result_.fit, each);
      if (!robust) return tl::unexpected(robust.error());
      return Inference{robust->tests, robust->fixed_covariance,
                       fmt::format("Cluster-robust errors (CR2) from {} independent clusters, with "
                                   "Satterthwaite's degrees of freedom.",
                                   robust->clusters)};
    }
    if (request_.df == DegreesOfFreedom::normal)
      return Inference{normal_tests(result_.fit), result_.fit.fixed_covariance,
                       "Normal distribution: z tests and Wald intervals, which are too sure of themselves "
                       "with few clusters."};
    if (request_.df == DegreesOfFreedom::kenward_roger) {
      auto kr = stats::kenward_roger(result_.model, result_.fit, each);
      if (!kr) return tl::unexpected(kr.error());
      return Inference{kr->tests, kr->fixed_covariance,
                       "Kenward and Roger's errors and degrees of freedom for small samples."};
    }
    auto tests = stats::satterthwaite(result_.model, result_.fit, each);
    if (!tests) return tl::unexpected(tests.error());
    return Inference{std::move(*tests), result_.fit.fixed_covariance, "Satterthwaite's degrees of freedom."};
  }

  Result<void> tell_effects(const ModelDesign* data) {
    if (result_.fit.convergence.verdict == stats::Verdict::not_converged) return tell_where_it_stopped();
    const auto inferred = inference(data);
    if (!inferred) return tl::unexpected(inferred.error());
    EstimateTable table{"estimates", "Fixed effects", inferred->basis, {}};
    for (std::size_t j = 0; j < result_.fit.fixed.size(); ++j) {
      const ContrastTest& test = inferred->tests[j];
      const double reach = test.df > 0 ? stats::student_t_quantile((1 + request_.level) / 2, test.df)
                                       : stats::normal_reach(request_.level);
      EstimateRow row{result_.fit.fixed[j].name, test.estimate, test.std_error};
      if (test.df > 0) row.df = test.df;
      row.lower = test.estimate - reach * test.std_error;
      row.upper = test.estimate + reach * test.std_error;
      row.p = test.p;
      table.rows.push_back(std::move(row));
    }
    result_.report.matrices.push_back(named("fixed_covariance", names(), inferred->covariance));
    result_.report.tables.push_back(std::move(table));
    return {};
  }

  /// Numbers of a fit that did not converge have no errors.
  Result<void> tell_where_it_stopped() {
    EstimateTable table{"estimates", "Where the search stopped", "The fit did not converge.", {}};
    for (const stats::FixedEffect& e : result_.fit.fixed) table.rows.push_back({e.name, e.estimate});
    result_.report.tables.push_back(std::move(table));
    return {};
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const stats::FixedEffect& e : result_.fit.fixed) names.push_back(e.name);
    return names;
  }

  Result<void> tell_joint_test(const ModelDesign* data) {
    if (request_.errors == ErrorsFrom::cluster_robust)
      return fail(ErrorKind::usage, "models.robust_joint",
                  "a joint test rests on the model's covariance; it does not go with robust errors");
    const auto contrasts =
        contrasts_of(request_.test, data == nullptr ? std::vector<TermColumns>{} : data->terms, result_.fit);
    if (!contrasts) return tl::unexpected(contrasts.error());
    if (request_.df == DegreesOfFreedom::kenward_roger) {
      const auto kr = stats::kenward_roger(result_.model, result_.fit, *contrasts);
      if (!kr) return tl::unexpected(kr.error());
      result_.report.frames.push_back(joint_frame(request_.test, kr->joint, "Kenward-Roger"));
      return {};
    }
    const auto test = stats::satterthwaite_joint(result_.model, result_.fit, *contrasts);
    if (!test) return tl::unexpected(test.error());
    result_.report.frames.push_back(joint_frame(request_.test, *test, "Satterthwaite"));
    return {};
  }

  Result<void> tell_profiles() {
    EstimateTable table{"profile",
                        "Profile intervals of the fixed effects",
                        "Profile of the maximum likelihood, every other parameter fitted again.",
                        {}};
    for (std::size_t j = 0; j < result_.fit.fixed.size(); ++j) {
      const auto interval = stats::profile_interval(result_.model, result_.fit, j, request_.level);
      if (!interval) return tl::unexpected(interval.error());
      EstimateRow row{result_.fit.fixed[j].name, result_.fit.fixed[j].estimate};
      row.lower = interval->lower;
      row.upper = interval->upper;
      table.rows.push_back(std::move(row));
    }
    result_.report.tables.push_back(std::move(table));
    return {};
  }

  const MixedRequest& request_;
  MixedResult& result_;
  const std::vector<std::uint32_t>* lines_ = nullptr;
};

/// A factor of few levels tells little about how much its levels differ.
void add_few_levels(FitReport& report) {
  constexpr std::size_t few = 10;
  for (const auto& [unit, n] : report.data.units)
    if (n < few)
      report.findings.push_back(
          {"lmm.few_levels",
           fmt::format("{} has {} levels only: how much they differ is hardly known.", printable(unit), n),
           "The number of levels in the rows that were used.",
           "Intervals of fixed effects that vary between them are rough too."});
}

}  // namespace

std::string plan_text(const ModelPlan& plan) {
  std::string text = to_text(plan.formula);
  if (plan.residual) text += "; residuals " + to_text(*plan.residual);
  if (!plan.variance_by.empty()) text += "; residual variance by " + quoted_name(plan.variance_by);
  if (!plan.weights.empty()) text += "; weights " + quoted_name(plan.weights);
  return text;
}

Result<MixedResult> fit_linear_mixed(const MixedRequest& request, const Table& table) {
  std::vector<const ModelPlan*> plans{&request.plan};
  ModelPlan other = request.plan;
  if (request.compare) {
    other.formula = *request.compare;
    if (other.formula.response != request.plan.formula.response)
      return fail(ErrorKind::usage, "models.compare", "both models must be of the same outcome");
    plans.push_back(&other);
  }
  auto rows = choose_rows(plans, table);
  if (!rows) return tl::unexpected(rows.error());
  auto data = make_design(request.plan, table, *rows);
  if (!data) return tl::unexpected(data.error());
  auto model = stats::make_mixed_model(data->design);
  if (!model) return tl::unexpected(model.error());
  auto fit = stats::fit_mixed_model(*model, request.likelihood);
  if (!fit) return tl::unexpected(fit.error());
  MixedResult result{{}, std::nullopt, std::move(*model), std::move(*fit), data->coding};
  result.report.model = plan_text(request.plan);
  result.report.data = data->account;
  Report report(request, result);
  report.set_lines(table);
  if (auto told = report.tell(&*data); !told) return tl::unexpected(told.error());
  add_few_levels(result.report);
  if (request.compare)
    if (auto told = report.tell_comparison(table, *rows); !told) return tl::unexpected(told.error());
  if (request.random_effects || request.rows)
    if (auto told = report.tell_random_effects(*data); !told) return tl::unexpected(told.error());
  result.data = std::move(*data);
  return result;
}

Result<void> add_forecasts(MixedResult& result, const ModelPlan& plan, const Table& new_rows, double limits) {
  const auto clients = new_clients(plan, result.coding, new_rows);
  if (!clients) return tl::unexpected(clients.error());
  ForecastFrames frames(result.fit, limits);
  for (const NewClients::Client& client : clients->clients) {
    const auto told = stats::forecast(result.model, result.fit, client.numbers);
    if (!told) return tl::unexpected(told.error());
    frames.add(client, *told, new_rows);
  }
  for (const LeftOut& reason : clients->account.left_out)
    result.report.findings.push_back(
        {"lmm.new_rows_left_out",
         fmt::format("{} new rows are not forecast: {}.", reason.rows, printable(reason.reason)),
         "The columns of " + printable(new_rows.name, 200) + ".", "Nothing is known about these rows."});
  std::move(frames).add_to(result.report);
  return {};
}

Result<SiteSummary> summarise_site(const ModelPlan& plan, const Table& table,
                                   const stats::SummaryPlan& summary) {
  auto data = make_design(plan, table);
  if (!data) return tl::unexpected(data.error());
  if (!data->coding.means.empty())
    return fail(
        ErrorKind::usage, "models.centre_of_site",
        fmt::format("{} takes away another mean at each site; take away a number that all sites agree "
                    "on, as in I(x - 20)",
                    data->coding.means.begin()->first));
  auto sums = stats::summarise_mixed(data->design, summary);
  if (!sums) return tl::unexpected(sums.error());
  return SiteSummary{plan_text(plan), std::move(data->coding.levels), std::move(*sums)};
}

namespace {

Result<void> check_sites(const std::vector<SiteSummary>& sites) {
  const auto differ = [](const SiteSummary& site, std::string_view what) {
    const std::string name = site.sums.sources.empty() ? "" : site.sums.sources.front().site;
    return fail(ErrorKind::bad_data, "models.sites_differ",
                fmt::format("the summary of site '{}' differs from the first in {}", printable(name), what));
  };
  for (const SiteSummary& site : sites) {
    if (site.formula != sites.front().formula) return differ(site, "its formula");
    if (site.levels != sites.front().levels) return differ(site, "the levels of its factors");
  }
  return {};
}

DataAccount account_of(const stats::MixedSummary& sums) {
  DataAccount account;
  account.file = fmt::format("{} sites' summaries", sums.sources.size());
  std::uint64_t withheld = 0;
  for (const stats::SummarySource& source : sums.sources) {
    account.rows += source.rows + source.withheld_rows;
    account.used += source.rows;
    withheld += source.withheld_rows;
    account.units.emplace_back(source.site, source.clusters);
  }
  if (withheld > 0) account.left_out.push_back({"withheld by the sites, too few share a design", withheld});
  return account;
}

}  // namespace

Result<MixedResult> fit_summaries(const MixedRequest& request, const std::vector<SiteSummary>& sites) {
  if (request.compare || request.random_effects || request.rows ||
      request.errors == ErrorsFrom::cluster_robust)
    return fail(
        ErrorKind::usage, "models.needs_rows",
        "--compare, --random-effects, --rows and --robust need the rows, which summaries do not have");
  if (auto same = check_sites(sites); !same) return tl::unexpected(same.error());
  std::vector<stats::MixedSummary> sums;
  sums.reserve(sites.size());
  for (const SiteSummary& site : sites) sums.push_back(site.sums);
  const auto merged = stats::merge(sums);
  if (!merged) return tl::unexpected(merged.error());
  auto model = stats::make_mixed_model(*merged);
  if (!model) return tl::unexpected(model.error());
  auto fit = stats::fit_mixed_model(*model, request.likelihood);
  if (!fit) return tl::unexpected(fit.error());
  MixedResult result{{}, std::nullopt, std::move(*model), std::move(*fit), {}};
  result.coding.levels = sites.front().levels;
  result.report.model = sites.front().formula;
  result.report.data = account_of(*merged);
  if (auto told = Report(request, result).tell(nullptr); !told) return tl::unexpected(told.error());
  return result;
}

}  // namespace securebase::models
