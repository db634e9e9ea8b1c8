#include "cli/fit_structural.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace securebase::cli {

void ErrorChoice::add_to(CLI::App& app) {
  app.add_option(
         "--errors", errors,
         "Where standard errors come from: automatic (expected information, or observed where values are "
         "missing), expected, observed, or robust [automatic]")
      ->type_name("KIND")
      ->check(CLI::IsMember({"automatic", "expected", "observed", "robust"}));
}

stats::StandardErrors ErrorChoice::chosen() const {
  if (errors == "expected") return stats::StandardErrors::expected;
  if (errors == "observed") return stats::StandardErrors::observed;
  if (errors == "robust") return stats::StandardErrors::robust;
  return stats::StandardErrors::automatic;
}

Error in_file(Error error, const std::string& file) {
  if (error.where.name.empty()) error.where.name = file;
  return error;
}

std::vector<models::WantedColumn> wanted_numbers(const std::vector<std::string>& names) {
  std::vector<models::WantedColumn> wanted;
  wanted.reserve(names.size());
  for (const std::string& name : names) wanted.push_back({name, models::ColumnUse::number});
  return wanted;
}

Result<FittedStructure> fit_plan(const models::Table& table, const models::StructuralPlan& plan,
                                 const std::string& group, const stats::StructuralOptions& options) {
  auto data = models::structural_data(table, plan, group);
  if (!data) return tl::unexpected(data.error());
  auto fit = stats::fit_structural(data->groups, options);
  if (!fit) return tl::unexpected(in_file(fit.error(), table.name));
  return FittedStructure{std::move(*data), std::move(*fit)};
}

Result<void> add_resampling(Desk& desk, models::FitReport& report, const FittedStructure& fitted,
                            const models::StructuralPlan& plan, const stats::StructuralOptions& options,
                            const ResampleChoice& choice) {
  if (!choice.replicates) return {};
  const auto sizes = choice.batches();
  ReplicateProgress progress(desk.surroundings, *choice.replicates);
  stats::StructuralBootstrap sum;
  std::size_t done = 0;
  for (std::size_t batch = 0; batch < sizes.size(); ++batch) {
    const auto drawn = stats::draw_structural_resamples(fitted.data.groups, sizes[batch], choice.key(batch));
    auto more = stats::bootstrap_structural(fitted.data.groups, options, drawn, threads_here());
    if (!more) return tl::unexpected(in_file(more.error(), report.data.file));
    if (batch == 0) {
      sum = std::move(*more);
    } else {
      for (std::size_t i = 0; i < sum.replicates.size(); ++i)
        append(sum.replicates[i], more->replicates[i], done);
    }
    done += sizes[batch];
    progress.at(done);
  }
  models::add_bootstrap(report, sum, fitted.fit, plan.constants);
  return {};
}

models::StructuralTelling telling_of(const std::string& command, const std::string& model,
                                     const FittedStructure& fitted, const models::StructuralPlan& plan,
                                     const stats::StructuralOptions& options) {
  return {command, model, options.errors, options.level, fitted.data.account, plan.constants};
}

std::string lavaan_script(const std::string& data, const models::StructuralPlan& plan,
                          const ErrorChoice& errors, double level) {
  const std::string model = models::syntax_of(plan.models.front(), plan.defined);
  std::string script = "library(lavaan)\n" + data;
  script += fmt::format("model <- {}\n", r_lines(model));
  script += "complete <- !anyNA(d[, intersect(lavNames(lavaanify(model), \"ov\"), names(d))])\n";
  script += fmt::format(
      "fit <- lavaan(model, data = d, meanstructure = TRUE, fixed.x = TRUE,\n"
      "              missing = if (complete) \"listwise\" else \"ml\"{})\n",
      errors.errors == "robust"      ? ", estimator = \"MLR\""
      : errors.errors == "automatic" ? ""
                                     : fmt::format(", information = {}", r_text(errors.errors)));
  script += fmt::format(
      "print(parameterEstimates(fit, level = {}, standardized = TRUE), digits = 8)\n"
      "print(fitMeasures(fit), digits = 10)\n",
      level);
  return script;
}

}  // namespace securebase::cli
