// securebase fit riclpm

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "cli/fit_structural.hpp"
#include "report/path_diagram.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::cli {
namespace {

using stats::OverTime;

struct Waves {
  std::vector<std::string> x;
  std::vector<std::string> y;

  [[nodiscard]] models::StructuralPlan plan(OverTime effects) const {
    return {{stats::random_intercept_cross_lagged(x, y, effects)}, {}, 0};
  }
};

struct RiclpmCommand {
  FitFiles files;
  ErrorChoice errors;
  ResampleChoice resampling;
  std::string x;
  std::string y;
  bool equal = false;

  void add_to(CLI::App& app) {
    files.add_to(app);
    app.add_option("--x", x, "Columns of the first series, wave by wave, three or more (needed)")
        ->type_name("X1,X2,...");
    app.add_option("--y", y, "Columns of the second series (needed)")->type_name("Y1,Y2,...");
    app.add_flag("--equal", equal, "Tell the model in which effects are equal from wave to wave");
    errors.add_to(app);
    resampling.add_to(app);
  }

  [[nodiscard]] Result<Waves> waves() const {
    if (x.empty() || y.empty())
      return fail(ErrorKind::usage, "usage.fit",
                  "--x and --y are needed: the columns of each series, wave by wave");
    auto first = names_in("--x", x);
    if (!first) return tl::unexpected(first.error());
    auto second = names_in("--y", y);
    if (!second) return tl::unexpected(second.error());
    constexpr std::size_t least = 3, most = 40;
    if (first->size() != second->size())
      return fail(
          ErrorKind::usage, "usage.waves",
          fmt::format("--x names {} waves and --y {}: both need the same", first->size(), second->size()));
    if (first->size() < least || first->size() > most)
      return fail(
          ErrorKind::usage, "usage.waves",
          fmt::format(
              "{} to {} waves are needed: with two, what is stable in a person cannot be told from what "
              "carries over",
              least, most));
    std::set<std::string> all(first->begin(), first->end());
    all.insert(second->begin(), second->end());
    if (all.size() != 2 * first->size())
      return fail(ErrorKind::usage, "usage.waves", "a column is named twice in --x and --y");
    return Waves{std::move(*first), std::move(*second)};
  }

  Outcome act(Desk& desk) const {
    const auto named = waves();
    if (!named) return tl::unexpected(named.error());
    if (auto fine = resampling.check(); !fine) return tl::unexpected(fine.error());
    const auto effects = equal ? OverTime::equal : OverTime::free;
    const auto plan = named->plan(effects);
    if (files.as_r)
      return files.tell_script(desk, lavaan_script(r_read(files.in), plan, errors, files.level));
    auto columns = named->x;
    columns.insert(columns.end(), named->y.begin(), named->y.end());
    const auto table = files.read(desk, wanted_numbers(columns));
    if (!table) return tl::unexpected(table.error());
    const stats::StructuralOptions options{errors.chosen(), files.level, {}};
    const auto free = fit_plan(*table, named->plan(OverTime::free), "", options);
    if (!free) return tl::unexpected(free.error());
    const auto same = fit_plan(*table, named->plan(OverTime::equal), "", options);
    if (!same) return tl::unexpected(same.error());
    const FittedStructure& told = equal ? *same : *free;
    auto report = models::report_structural(
        told.fit, told.data.groups, telling_of("fit riclpm", model_text(*named), told, plan, options));
    const models::NamedFit both[] = {{"free effects", &free->fit}, {"equal effects", &same->fit}};
    models::add_comparison(report, both, options.errors);
    add_findings(report);
    if (auto added = add_resampling(desk, report, told, plan, options, resampling); !added)
      return tl::unexpected(added.error());
    return files.tell(desk, report, [&]() -> Result<std::string> {
      auto diagram = report::diagram_of(told.fit, told.data.groups, "Random-intercept cross-lagged panel");
      for (auto& node : diagram.nodes)
        if (node.latent) node.name = short_name(node.name);
      diagram.caption += " RI: a person's level; w: deviations from it.";
      return report::path_diagram(diagram);
    });
  }

  /// "RIx" and "wx1", as the field writes them.
  static std::string short_name(const std::string& name) {
    constexpr std::string_view level = "intercept_", deviation = "within_";
    if (name.starts_with(level)) return "RI" + name.substr(level.size());
    if (name.starts_with(deviation)) return "w" + name.substr(deviation.size());
    return name;
  }

  [[nodiscard]] std::string model_text(const Waves& named) const {
    return fmt::format("random-intercept cross-lagged panel of {} and {}{}", fmt::join(named.x, ", "),
                       fmt::join(named.y, ", "), equal ? "; effects equal over time" : "");
  }

  static void add_findings(models::FitReport& report) {
    report.findings.push_back(
        {"riclpm.not_causal", "Cross-lagged effects are not causes.",
         "deviations of each person from their own level (Hamaker, Kuiper and Grasman 2015)",
         "They say who is higher than usual after being higher than usual in the other; what changes within "
         "a person "
         "over time and acts on both is not ruled out, and other distances between waves give other "
         "effects."});
    if (report.convergence && report.convergence->verdict == stats::Verdict::at_boundary)
      report.findings.push_back(
          {"riclpm.no_level", "A variance came out negative or a correlation beyond 1.",
           "the improper estimates named above",
           "A level that hardly differs between persons does this: compare a model without it."});
  }
};

}  // namespace

void add_fit_riclpm(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<RiclpmCommand>();
  CLI::App* sub =
      app.add_subcommand("riclpm", "Two series over waves: levels of persons, carry-over and cross-lags");
  sub->footer(R"(
  securebase fit riclpm --in waves.csv --x x1,x2,x3,x4 --y y1,y2,y3,y4
  securebase fit riclpm --in waves.csv --x x1,x2,x3 --y y1,y2,y3 --equal \
    --plot panel.svg)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
