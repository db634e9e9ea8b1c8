#include "cli/fit_mixed.hpp"

#include "wire/table.hpp"

namespace securebase::cli {
namespace {

/// The names of a file's columns.
Result<std::vector<std::string>> header_of(const std::string& path) {
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(path, std::move(*source));
  const auto table = wire::read_table(reader, {});
  if (!table) return tl::unexpected(table.error());
  return table->header;
}

Result<models::Table> read_new(const std::string& path, const models::ModelPlan& plan) {
  const auto header = header_of(path);
  if (!header) return tl::unexpected(header.error());
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(path, std::move(*source));
  return wire::read_table(reader, models::wanted_of_new(plan, *header));
}

}  // namespace

void MixedOptions::add_to(CLI::App& app) {
  app.add_flag("--ml", ml, "Maximum likelihood; without it, restricted maximum likelihood");
  app.add_option("--df", df, "satterthwaite, kenward-roger, or normal for none")
      ->type_name("METHOD")
      ->capture_default_str();
  app.add_flag("--robust", robust, "Errors that hold where the covariance is wrong (CR2)");
  app.add_flag("--profile", profile, "Profile intervals of the fixed effects as well");
  app.add_flag("--random-effects", random_effects, "The random effects of each level, with their SDs");
  app.add_flag("--rows", rows, "What the model expects of each row, and what is left");
  app.add_option("--new", new_file,
                 "CSV file of clients who are not in --in: their outcomes are forecast, given those that are "
                 "there")
      ->type_name("FILE");
  app.add_option("--limits", limits, "Share of new outcomes that limits of forecasts hold [as --level]")
      ->type_name("SHARE");
}

Result<void> MixedOptions::fill(models::MixedRequest& request, double level) const {
  if (ml) request.likelihood = stats::MixedLikelihood::maximum;
  if (df == "kenward-roger")
    request.df = models::DegreesOfFreedom::kenward_roger;
  else if (df == "normal")
    request.df = models::DegreesOfFreedom::normal;
  else if (df != "satterthwaite")
    return fail(ErrorKind::usage, "usage.df", "--df takes satterthwaite, kenward-roger or normal");
  if (robust && df != "satterthwaite")
    return fail(ErrorKind::usage, "usage.df", "--robust has Satterthwaite's degrees of freedom; leave --df");
  if (robust) request.errors = models::ErrorsFrom::cluster_robust;
  if (!(level > 0 && level < 1))
    return fail(ErrorKind::usage, "usage.level", "--level takes a share between 0 and 1, such as 0.95");
  if (!(limits >= 0 && limits < 1))
    return fail(ErrorKind::usage, "usage.limits", "--limits takes a share between 0 and 1, such as 0.8");
  request.level = level;
  request.profile = profile;
  request.random_effects = random_effects;
  request.rows = rows;
  return {};
}

Result<void> MixedOptions::add_forecasts(Desk& /*desk*/, models::MixedResult& result,
                                         const models::ModelPlan& plan, double level) const {
  if (new_file.empty()) return {};
  if (new_file == "-")
    return fail(ErrorKind::usage, "usage.fit", "--new takes a file; standard input is for --in");
  const auto table = read_new(new_file, plan);
  if (!table) return tl::unexpected(table.error());
  return models::add_forecasts(result, plan, *table, limits > 0 ? limits : level);
}

}  // namespace securebase::cli
