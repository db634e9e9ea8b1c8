// securebase fit growth

#include "cli/fit_mixed.hpp"
#include "models/growth.hpp"
#include "models/mixed_r.hpp"
#include "report/growth_plot.hpp"

namespace securebase::cli {
namespace {

struct GrowthCommand {
  FitFiles files;
  MixedOptions mixed;
  models::GrowthRequest growth;
  std::string residual;

  void add_to(CLI::App& app) {
    files.add_to(app);
    files.reads(mixed.new_file);
    app.add_option("--outcome", growth.outcome, "Column of the score")->type_name("COLUMN");
    app.add_option("--time", growth.time, "Column of the session, visit or week")->type_name("COLUMN");
    app.add_option("--client", growth.client, "Column that says whose row it is")->type_name("COLUMN");
    app.add_option("--group", growth.group, "Column of the arm or group: each has its own course")
        ->type_name("COLUMN");
    app.add_option("--intake", growth.intake,
                   "Column of the score at intake: the course depends on it, about its mean over clients")
        ->type_name("COLUMN");
    app.add_option("--log", growth.scale,
                   "The course is straight over log, log2, log10, log1p or sqrt of time")
        ->type_name("FUNCTION")
        ->expected(0, 1)
        ->default_str("log");
    app.add_option("--times", growth.times, "Where the course is told [where there are rows]")
        ->delimiter(',')
        ->type_name("T,...");
    app.add_option("--residual", residual, "How residuals hang together, as for lmm: 'ar1(visit | client)'")
        ->type_name("TERM");
    mixed.add_to(app);
  }

  Outcome act(Desk& desk) const {
    auto wanted = asked();
    if (!wanted) return tl::unexpected(wanted.error());
    const models::MixedRequest& request = wanted->first;
    const models::GrowthRequest& model = wanted->second;
    if (files.as_r) {
      const auto script = models::r_script(request, files.in.empty() ? "data.csv" : files.in);
      if (!script) return tl::unexpected(script.error());
      return files.tell_script(desk, *script);
    }
    const auto table = files.read(desk, models::wanted_columns(request.plan));
    if (!table) return tl::unexpected(table.error());
    if (auto right = models::check_growth(model, *table); !right) return tl::unexpected(right.error());
    auto result = models::fit_linear_mixed(request, *table);
    if (!result) return tl::unexpected(result.error());
    result->report.command = "fit growth";
    const auto axes = models::add_growth(*result, request.plan, model, *table);
    if (!axes) return tl::unexpected(axes.error());
    if (auto added = mixed.add_forecasts(desk, *result, request.plan, files.level); !added)
      return tl::unexpected(added.error());
    return files.tell(desk, result->report, [&]() -> Result<std::string> {
      const auto curves =
          models::growth_curves(request.plan, *result, *table, models::smooth(*axes, request.plan));
      if (!curves) return tl::unexpected(curves.error());
      return report::growth_plot(*curves);
    });
  }

 private:
  [[nodiscard]] Result<std::pair<models::MixedRequest, models::GrowthRequest>> asked() const {
    constexpr std::string_view scales[] = {"", "log", "log2", "log10", "log1p", "sqrt"};
    if (std::find(std::begin(scales), std::end(scales), growth.scale) == std::end(scales))
      return fail(ErrorKind::usage, "usage.fit", "--log takes log, log2, log10, log1p or sqrt");
    models::GrowthRequest model = growth;
    std::sort(model.times.begin(), model.times.end());
    models::MixedRequest request;
    auto formula = models::growth_formula(model);
    if (!formula) return tl::unexpected(formula.error());
    request.plan.formula = std::move(*formula);
    if (!residual.empty()) {
      auto term = models::parse_residual(residual);
      if (!term) return tl::unexpected(term.error());
      request.plan.residual = std::move(*term);
    }
    if (auto filled = mixed.fill(request, files.level); !filled) return tl::unexpected(filled.error());
    return std::pair{std::move(request), std::move(model)};
  }
};

}  // namespace

void add_fit_growth(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<GrowthCommand>();
  CLI::App* sub = app.add_subcommand(
      "growth", "The usual growth model: the expected course, and how single clients lie about it");
  sub->footer(R"(
Without --log the model is
  outcome ~ time * group + time * centre(intake, client) + (time | client)
with group and intake where they are given. Told are the expected course with
the interval of its mean, percentiles of single clients, and limits in which a
new client's score falls. --new tells who is off track, and forecasts.

Examples
  Expected response to treatment by score at intake (Lutz and others):
    securebase fit growth --in sessions.csv --outcome score --time session \
      --client id --intake intake --log log10 --plot course.svg
  Two arms over weeks:
    securebase fit growth --in trial.csv --outcome score --time week \
      --client id --group arm --plot arms.svg
  Where will these clients be?
    securebase fit growth --in sessions.csv --outcome score --time session \
      --client id --intake intake --log --new caseload.csv --limits 0.8
)" + std::string(exit_code_help));
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
