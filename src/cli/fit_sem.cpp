// securebase fit sem

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "cli/fit_structural.hpp"
#include "report/path_diagram.hpp"

namespace securebase::cli {
namespace {

using models::AutoRules;
using models::StructuralPlan;
using stats::Invariance;

constexpr std::pair<const char*, Invariance> steps_of_invariance[] = {{"configural", Invariance::configural},
                                                                      {"metric", Invariance::metric},
                                                                      {"scalar", Invariance::scalar},
                                                                      {"strict", Invariance::strict}};

/// The text on one line, for people.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n' || c == ';') {
      if (!line.empty() && !line.ends_with("; ")) line += "; ";
    } else if (c != '\r' && (c != ' ' || !line.ends_with(' '))) {
      line += c;
    }
  }
  while (line.ends_with(' ') || line.ends_with(';')) line.pop_back();
  return line;
}

struct SemCommand {
  FitFiles files;
  ErrorChoice errors;
  ResampleChoice resampling;
  std::string model;
  std::string syntax;
  std::string rules = "cfa";
  std::string group;
  std::string invariance;
  bool steps = false;
  std::string compare;
  std::string given;

  void add_to(CLI::App& app) {
    files.add_to(app);
    files.reads(model);
    files.reads(compare);
    auto* file =
        app.add_option("--model", model, "File with the model, in lavaan's language")->type_name("FILE");
    app.add_option("--syntax", syntax, "The model itself, statements between ;")
        ->type_name("TEXT")
        ->excludes(file);
    app.add_option(
           "--auto", rules,
           "What is added to the model: cfa (as lavaan's cfa and sem), growth (as its growth), or none [cfa]")
        ->type_name("RULES")
        ->check(CLI::IsMember({"cfa", "growth", "none"}));
    auto* column = app.add_option("--group", group, "Column of groups, fitted together")->type_name("NAME");
    app.add_option("--invariance", invariance,
                   "What is equal in the groups: configural (the pattern), metric (loadings), scalar (and "
                   "intercepts), "
                   "strict (and residual variances)")
        ->type_name("STEP")
        ->check(CLI::IsMember({"configural", "metric", "scalar", "strict"}))
        ->needs(column);
    app.add_flag("--steps", steps, "Fit all four steps of invariance and compare them")->needs(column);
    app.add_option("--compare", compare, "File with a second model; the two are compared")->type_name("FILE");
    app.add_option("--given", given, "Covariates that are taken as they are, beside those that only predict")
        ->type_name("NAME,...");
    errors.add_to(app);
    resampling.add_to(app);
  }

  struct Written {
    std::string name;
    std::string text;
    models::StructuralSyntax syntax;
  };

  [[nodiscard]] Result<Written> read_model(const std::string& path, const std::string& typed) const {
    Written written{path.empty() ? "--syntax" : path, typed, {}};
    if (!path.empty()) {
      auto text = read_text(path, models::longest_syntax, "structural.syntax_long");
      if (!text) return tl::unexpected(text.error());
      written.text = std::move(*text);
    }
    auto parsed = models::parse_structural(written.text, written.name);
    if (!parsed) return tl::unexpected(parsed.error());
    written.syntax = std::move(*parsed);
    return written;
  }

  [[nodiscard]] Result<void> check() const {
    if (model.empty() && syntax.empty())
      return fail(ErrorKind::usage, "usage.fit", "the model is needed: --model FILE, or --syntax 'y ~ x'");
    if (steps && !compare.empty())
      return fail(ErrorKind::usage, "usage.fit",
                  "--steps and --compare do not go together: one comparison at a time");
    return resampling.check();
  }

  [[nodiscard]] AutoRules chosen_rules() const {
    return rules == "growth" ? AutoRules::growth : rules == "none" ? AutoRules::none : AutoRules::cfa;
  }

  [[nodiscard]] std::optional<Invariance> chosen_step() const {
    for (const auto& [word, step] : steps_of_invariance)
      if (invariance == word) return step;
    return steps ? std::optional(Invariance::configural) : std::nullopt;
  }

  [[nodiscard]] Result<StructuralPlan> plan_of(const Written& written, std::size_t groups,
                                               const std::optional<Invariance>& step) const {
    std::vector<std::string> covariates;
    if (!given.empty()) {
      auto names = names_in("--given", given);
      if (!names) return tl::unexpected(names.error());
      covariates = std::move(*names);
    }
    auto plan = models::plan_structural(written.syntax, {chosen_rules(), groups, step, covariates});
    if (!plan) return tl::unexpected(in_file(plan.error(), written.name));
    return plan;
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check(); !fine) return tl::unexpected(fine.error());
    const auto written = read_model(model, syntax);
    if (!written) return tl::unexpected(written.error());
    if (files.as_r) return files.tell_script(desk, script(*written));
    const auto table = read_data(desk, *written);
    if (!table) return tl::unexpected(table.error());
    std::size_t groups = 1;
    if (!group.empty()) {
      const auto names = models::group_names(*table, group);
      if (!names) return tl::unexpected(names.error());
      groups = names->size();
    }
    return fit(desk, *written, *table, groups);
  }

  [[nodiscard]] Result<models::Table> read_data(Desk& desk, const Written& written) const {
    auto wanted = wanted_numbers(written.syntax.observed());
    if (!group.empty()) wanted.push_back({group, models::ColumnUse::label});
    if (!group.empty() &&
        std::any_of(wanted.begin(), wanted.end() - 1, [&](const auto& w) { return w.name == group; }))
      return fail(ErrorKind::usage, "usage.fit", "--group names a variable of the model: it cannot be both");
    return files.read(desk, wanted);
  }

  Outcome fit(Desk& desk, const Written& written, const models::Table& table, std::size_t groups) const {
    const auto plan = plan_of(written, groups, chosen_step());
    if (!plan) return tl::unexpected(plan.error());
    const stats::StructuralOptions options{errors.chosen(), files.level, plan->defined};
    const auto fitted = fit_plan(table, *plan, group, options);
    if (!fitted) return tl::unexpected(fitted.error());
    auto report =
        models::report_structural(fitted->fit, fitted->data.groups,
                                  telling_of("fit sem", on_one_line(written.text), *fitted, *plan, options));
    if (steps)
      if (auto added = add_steps(report, written, table, groups); !added)
        return tl::unexpected(added.error());
    if (!compare.empty())
      if (auto added = add_other(report, *fitted, *plan, table, groups); !added)
        return tl::unexpected(added.error());
    if (auto added = add_resampling(desk, report, *fitted, *plan, options, resampling); !added)
      return tl::unexpected(added.error());
    return files.tell(desk, report, [&]() -> Result<std::string> {
      return report::path_diagram(report::diagram_of(fitted->fit, fitted->data.groups, "Structural model"));
    });
  }

  [[nodiscard]] Result<void> add_steps(models::FitReport& report, const Written& written,
                                       const models::Table& table, std::size_t groups) const {
    std::vector<stats::StructuralFit> fits;
    std::vector<std::string> names;
    for (const auto& [word, step] : steps_of_invariance) {
      const auto plan = plan_of(written, groups, step);
      if (!plan) return tl::unexpected(plan.error());
      auto fitted = fit_plan(table, *plan, group, {errors.chosen(), files.level, plan->defined});
      if (!fitted) return tl::unexpected(fitted.error());
      fits.push_back(std::move(fitted->fit));
      names.emplace_back(word);
    }
    std::vector<models::NamedFit> named;
    for (std::size_t i = 0; i < fits.size(); ++i) named.push_back({names[i], &fits[i]});
    models::add_comparison(report, named, errors.chosen());
    return {};
  }

  [[nodiscard]] Result<void> add_other(models::FitReport& report, const FittedStructure& first,
                                       const StructuralPlan& first_plan, const models::Table& table,
                                       std::size_t groups) const {
    const auto written = read_model(compare, "");
    if (!written) return tl::unexpected(written.error());
    const auto plan = plan_of(*written, groups, chosen_step());
    if (!plan) return tl::unexpected(plan.error());
    const auto sorted = [](const StructuralPlan& of) {
      auto names = std::pair(of.models.front().observed, of.models.front().given);
      std::sort(names.first.begin(), names.first.end());
      std::sort(names.second.begin(), names.second.end());
      return names;
    };
    if (sorted(first_plan) != sorted(*plan))
      return fail(ErrorKind::bad_data, "structural.other_variables",
                  "only models of the same variables, explained and given, can be compared; a variable "
                  "without effect "
                  "stays in the model with 0*",
                  Place{compare, 0, 0, {}});
    const auto second = fit_plan(table, *plan, group, {errors.chosen(), files.level, plan->defined});
    if (!second) return tl::unexpected(second.error());
    std::vector<models::NamedFit> fits = {{model.empty() ? "the model" : model, &first.fit},
                                          {compare, &second->fit}};
    if (first.fit.df > second->fit.df) std::swap(fits[0], fits[1]);
    models::add_comparison(report, fits, errors.chosen());
    return {};
  }

  [[nodiscard]] std::string script(const Written& written) const {
    std::string equal;
    if (invariance == "metric") equal = ", group.equal = \"loadings\"";
    if (invariance == "scalar") equal = ", group.equal = c(\"loadings\", \"intercepts\")";
    if (invariance == "strict") equal = ", group.equal = c(\"loadings\", \"intercepts\", \"residuals\")";
    const std::string call = rules == "growth" ? "growth" : rules == "none" ? "lavaan" : "sem";
    std::string text = "library(lavaan)\n" + r_read(files.in);
    text += fmt::format("model <- {}\n", r_text(written.text));
    text += "complete <- !anyNA(d[, intersect(lavNames(lavaanify(model), \"ov\"), names(d))])\n";
    text += fmt::format(
        "fit <- {}(model, data = d, meanstructure = TRUE, fixed.x = TRUE,\n"
        "  missing = if (complete) \"listwise\" else \"ml\"{}{}{})\n",
        call,
        errors.errors == "robust"      ? ", estimator = \"MLR\""
        : errors.errors == "automatic" ? ""
                                       : fmt::format(", information = {}", r_text(errors.errors)),
        group.empty() ? "" : fmt::format(", group = {}", r_text(group)), equal);
    text += fmt::format(
        "print(parameterEstimates(fit, level = {}, standardized = TRUE), digits = 8)\n"
        "print(fitMeasures(fit), digits = 10)\n",
        files.level);
    if (resampling.replicates)
      text += fmt::format(
          "set.seed({})\nprint(apply(bootstrapLavaan(fit, R = {}), 2, quantile, c({}, {}), type = 6))\n",
          resampling.seed, *resampling.replicates, (1 - files.level) / 2, (1 + files.level) / 2);
    return text;
  }
};

}  // namespace

void add_fit_sem(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<SemCommand>();
  CLI::App* sub =
      app.add_subcommand("sem", "Structural equations: factors, paths, growth, in lavaan's language");
  sub->footer(R"(
  securebase fit sem --in answers.csv --model model.lav --plot model.svg
  securebase fit sem --in waves.csv --auto growth \
    --syntax 'i =~ 1*y0 + 1*y1 + 1*y2; s =~ 0*y0 + 1*y1 + 2*y2; i + s ~ arm'
  securebase fit sem --in answers.csv --model model.lav --group gender --steps)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
