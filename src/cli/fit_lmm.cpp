// securebase fit lmm

#include <fmt/format.h>

#include "base/printable.hpp"
#include "cli/fit_mixed.hpp"
#include "models/growth.hpp"
#include "models/mixed_r.hpp"
#include "report/coefficient_plot.hpp"
#include "report/growth_plot.hpp"
#include "wire/mixed_summary.hpp"

namespace securebase::cli {
namespace {

struct LmmCommand {
  FitFiles files;
  MixedOptions mixed;
  std::string formula;
  std::string residual;
  std::string variance_by;
  std::string weights;
  std::string compare;
  std::string test;
  std::vector<std::string> summaries;
  std::string summarise;
  std::string site;
  std::uint64_t smallest_cell = 10;

  void add_to(CLI::App& app) {
    files.add_to(app);
    files.reads(mixed.new_file);
    files.reads(summaries);
    app.add_option("-f,--formula", formula,
                   "The model, as R's lme4 writes it: 'score ~ session * arm + (session | client)'")
        ->type_name("FORMULA");
    app.add_option("--residual", residual,
                   "How residuals of one series hang together: 'ar1(visit | client)', 'car1(time | client)', "
                   "'cs(couple)'")
        ->type_name("TERM");
    app.add_option("--variance-by", variance_by, "A residual variance for each group of this column")
        ->type_name("COLUMN");
    app.add_option("--weights", weights, "A row's residual variance is divided by this")->type_name("COLUMN");
    mixed.add_to(app);
    app.add_option("--compare", compare, "A model to compare with by likelihood ratio, on the same rows")
        ->type_name("FORMULA");
    app.add_option("--test", test, "Terms or coefficients to be tested together, between commas")
        ->type_name("'TERM, ...'");
    app.add_option("--summaries", summaries, "Fit the sites whose summaries these are, instead of --in")
        ->type_name("FILE...");
    app.add_option("--summarise", summarise, "Write this site's sums, without anybody's rows; fit nothing")
        ->type_name("FILE");
    app.add_option("--site", site, "This site's name, for --summarise")->type_name("NAME");
    app.add_option("--smallest-cell", smallest_cell,
                   "Designs that fewer clients share stay out of a summary, 5 at least")
        ->type_name("N")
        ->capture_default_str();
  }

  Outcome act(Desk& desk) const {
    if (!summaries.empty()) return fit_sites(desk);
    auto request = asked();
    if (!request) return tl::unexpected(request.error());
    if (!summarise.empty()) return write_summary(desk, *request);
    if (files.as_r) {
      const auto script = models::r_script(*request, files.in.empty() ? "data.csv" : files.in);
      if (!script) return tl::unexpected(script.error());
      return files.tell_script(desk, *script);
    }
    auto wanted = models::wanted_columns(request->plan);
    if (request->compare) {
      models::ModelPlan other = request->plan;
      other.formula = *request->compare;
      for (const models::WantedColumn& column : models::wanted_columns(other))
        models::want(wanted, column.name, column.use);
    }
    const auto table = files.read(desk, wanted);
    if (!table) return tl::unexpected(table.error());
    auto result = models::fit_linear_mixed(*request, *table);
    if (!result) return tl::unexpected(result.error());
    if (auto added = mixed.add_forecasts(desk, *result, request->plan, files.level); !added)
      return tl::unexpected(added.error());
    return files.tell(desk, result->report, [&] { return picture(*request, *result, *table); });
  }

 private:
  [[nodiscard]] Result<models::MixedRequest> asked() const {
    if (formula.empty())
      return fail(ErrorKind::usage, "usage.fit",
                  "--formula is needed, such as 'score ~ session * arm + (session | client)'");
    models::MixedRequest request;
    auto parsed = models::parse_formula(formula);
    if (!parsed) return tl::unexpected(parsed.error());
    request.plan.formula = std::move(*parsed);
    if (!residual.empty()) {
      auto term = models::parse_residual(residual);
      if (!term) return tl::unexpected(term.error());
      request.plan.residual = std::move(*term);
    }
    request.plan.variance_by = variance_by;
    request.plan.weights = weights;
    if (!compare.empty()) {
      auto other = models::parse_formula(compare);
      if (!other) {
        Error error = other.error();
        error.where.name = "--compare";
        return tl::unexpected(std::move(error));
      }
      request.compare = std::move(*other);
    }
    request.test = test;
    if (auto filled = mixed.fill(request, files.level); !filled) return tl::unexpected(filled.error());
    return request;
  }

  Outcome write_summary(Desk& desk, const models::MixedRequest& request) const {
    if (site.empty())
      return fail(ErrorKind::usage, "usage.fit", "--summarise needs --site: the name others know it by");
    const auto table = files.read(desk, models::wanted_columns(request.plan));
    if (!table) return tl::unexpected(table.error());
    const auto summary = models::summarise_site(request.plan, *table, {site, smallest_cell});
    if (!summary) return tl::unexpected(summary.error());
    auto output = Output::open(summarise, desk.surroundings, files.inputs());
    if (!output) return tl::unexpected(output.error());
    if (auto written = output->write(wire::mixed_summary_document(*summary)); !written)
      return tl::unexpected(written.error());
    if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
    const stats::SummarySource& source = summary->sums.sources.front();
    if (source.withheld_rows > 0)
      say(desk.surroundings,
          fmt::format("{} of {} rows are not in the summary: fewer than {} clients share their design",
                      source.withheld_rows, source.withheld_rows + source.rows, smallest_cell));
    return ExitCode::done;
  }

  [[nodiscard]] static Result<models::SiteSummary> read_summary(const std::string& path) {
    auto source = wire::open_file(path);
    if (!source) return tl::unexpected(source.error());
    std::string bytes;
    std::vector<char> buffer(1U << 16U);
    constexpr std::size_t most = 65'000'000;  // more than the reader takes
    for (std::size_t n = 1; n > 0 && bytes.size() < most;) {
      const auto read = (*source)(buffer);
      if (!read) return tl::unexpected(read.error());
      n = *read;
      bytes.append(buffer.data(), n);
    }
    return wire::read_mixed_summary(bytes, path);
  }

  Outcome fit_sites(Desk& desk) const {
    for (const auto& [given, option] :
         {std::pair{!files.in.empty(), "--in"}, std::pair{!formula.empty(), "--formula"},
          std::pair{!summarise.empty(), "--summarise"}, std::pair{!mixed.new_file.empty(), "--new"},
          std::pair{files.as_r, "--as-r"}, std::pair{!compare.empty(), "--compare"}})
      if (given)
        return fail(ErrorKind::usage, "usage.fit",
                    fmt::format("{} does not go with --summaries: they hold the model and its sums", option));
    models::MixedRequest request;
    request.test = test;
    if (auto filled = mixed.fill(request, files.level); !filled) return tl::unexpected(filled.error());
    std::vector<models::SiteSummary> sites;
    for (const std::string& path : summaries) {
      auto one = read_summary(path);
      if (!one) return tl::unexpected(one.error());
      sites.push_back(std::move(*one));
    }
    auto result = models::fit_summaries(request, sites);
    if (!result) return tl::unexpected(result.error());
    return files.tell(desk, result->report,
                      [&]() -> Result<std::string> { return report::coefficient_plot(result->report); });
  }

  [[nodiscard]] static Result<std::string> picture(const models::MixedRequest& request,
                                                   const models::MixedResult& result,
                                                   const models::Table& table) {
    const auto axes = models::growth_axes(request.plan, *result.data, table);
    if (!axes) return report::coefficient_plot(result.report);
    const auto curves =
        models::growth_curves(request.plan, result, table, models::smooth(*axes, request.plan));
    if (!curves) return tl::unexpected(curves.error());
    return report::growth_plot(*curves);
  }
};

}  // namespace

void add_fit_lmm(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<LmmCommand>();
  CLI::App* sub = app.add_subcommand(
      "lmm",
      "Linear mixed models: repeated measures, clients in therapists and sites, couples, crossed raters");
  sub->footer(R"(
Formula
  score ~ session * arm + (session | client)
  fixed part: + - : * ^n ( ), 0 or -1 for no intercept; text is a factor
  functions: log log2 log10 log1p exp sqrt abs, I(arithmetic), factor(x),
    centre(x), centre(x, g), within(x, g), between(x, g), lag(x, g, t)
  random part: (x | g), (x || g), (1 | site/therapist/client), (1 | a:b)

Examples
  Does the course differ between arms?
    securebase fit lmm --in sessions.csv \
      --formula 'score ~ log(session) * arm + (log(session) | client)' \
      --test 'arm, log(session):arm'
  Alliance within and between clients, the session before, residuals AR(1):
    securebase fit lmm --in sessions.csv --formula \
      'score ~ lag(within(alliance, id), id, session) + between(alliance, id)
       + (1 | id)' --residual 'ar1(session | id)'
  Partners in a couple:
    securebase fit lmm --in couples.csv --residual 'cs(couple)' \
      --variance-by role --formula 'y ~ factor(role) * (own + partners)'
  Three sites that do not share rows:
    securebase fit lmm --in leeds.csv --summarise leeds.json --site Leeds \
      --formula 'score ~ week + (week | client)'
    securebase fit lmm --summaries leeds.json york.json hull.json
)" + std::string(exit_code_help));
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
