#include "models/bootstrap_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace securebase::models {
namespace {

constexpr std::size_t most_replicates_told = 20'000;

EstimateRow row_of(std::string term, double estimate, const Interval& interval) {
  return {std::move(term), estimate, {}, {}, interval.lower, interval.upper, {}};
}

void add_accelerated(FitReport& report, EstimateTable& table, const stats::Bootstrap& bootstrap,
                     const std::optional<std::vector<double>>& influence, const std::string& kind) {
  if (!influence) return;
  const auto accelerated = stats::accelerated_interval(bootstrap, *influence, report.level);
  if (!accelerated) return;
  table.rows.push_back(row_of("bca_" + kind, bootstrap.estimate, accelerated->interval));
  const auto is_z0 = [](const Measure& measure) { return measure.id == "bca_z0"; };
  if (std::none_of(report.measures.begin(), report.measures.end(), is_z0))
    report.measures.push_back({"bca_z0", "BCa, bias (z0)", accelerated->z0});
  report.measures.push_back(
      {"bca_acceleration_" + kind, "BCa, acceleration by " + kind, accelerated->acceleration});
  report.measures.push_back({"bca_lower_" + kind, "its lower share", accelerated->lower_probability});
  report.measures.push_back({"bca_upper_" + kind, "its upper share", accelerated->upper_probability});
}

}  // namespace

void add_row_bootstrap(FitReport& report, const stats::Bootstrap& bootstrap, const Influences& influences,
                       const std::string& what) {
  const auto summary = stats::summarise_bootstrap(bootstrap, report.level);
  EstimateTable table{
      "bootstrap",
      "By resampling rows",
      fmt::format("{} resamples of rows{}", bootstrap.replicates.size(),
                  bootstrap.undefined == 0
                      ? ""
                      : fmt::format("; {} more in which it is not defined", bootstrap.undefined)),
      {}};
  table.rows = {row_of("percentile", bootstrap.estimate, summary.percentile),
                row_of("basic", bootstrap.estimate, summary.basic),
                row_of("normal", bootstrap.estimate, summary.normal),
                row_of("linear", bootstrap.estimate, summary.linear)};
  report.measures.push_back({"resamples", "Resamples", static_cast<double>(bootstrap.replicates.size())});
  report.measures.push_back({"bootstrap_mean", "Mean of the replicates", summary.mean});
  report.measures.push_back({"bootstrap_sd", "Their standard deviation", summary.sd});
  report.measures.push_back({"bootstrap_bias", "Their mean less the estimate", summary.bias});
  add_accelerated(report, table, bootstrap, influences.jackknife, "jackknife");
  add_accelerated(report, table, bootstrap, influences.regression, "regression");
  const bool accelerated = table.rows.size() > 4;
  report.tables.push_back(std::move(table));
  if (bootstrap.replicates.size() <= most_replicates_told) {
    Frame frame{"replicates", "Replicates", {"estimate"}, {}, false};
    for (const double value : bootstrap.replicates) frame.rows.push_back({value});
    report.frames.push_back(std::move(frame));
  }
  report.findings.push_back(
      {"bootstrap.intervals",
       fmt::format("Intervals of {} by resampling do not need it to be normally distributed{}.", what,
                   accelerated ? "; BCa takes bias and skew into account" : ""),
       fmt::format("{} draws of whole rows", bootstrap.replicates.size()),
       "With few rows they are too narrow, too; another seed gives slightly different ends."});
}

}  // namespace securebase::models
