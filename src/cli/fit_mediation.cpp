// securebase fit mediation

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "cli/fit_structural.hpp"
#include "models/bootstrap_report.hpp"
#include "report/path_diagram.hpp"
#include "stats/distributions.hpp"
#include "stats/mediation.hpp"

namespace securebase::cli {
namespace {

using models::EstimateRow;

/// Leaving out every row in turn takes rows^2 steps.
constexpr std::size_t most_rows_left_out = 3000;
/// Least squares of replicates on rows.
constexpr std::size_t most_rows_regressed = 400;

struct MediationCommand {
  FitFiles files;
  ResampleChoice resampling;
  std::string x, m, y;
  std::string covariates;
  std::string resamples;

  void add_to(CLI::App& app) {
    files.add_to(app);
    files.reads(resamples);
    app.add_option("--x", x, "Column that acts")->type_name("NAME")->required();
    app.add_option("--m", m, "Column through which it acts")->type_name("NAME")->required();
    app.add_option("--y", y, "Column of the outcome")->type_name("NAME")->required();
    app.add_option("--covariates", covariates, "Columns that enter every regression")->type_name("NAME,...");
    resampling.add_to(app);
    app.add_option("--resamples", resamples, "CSV file of resamples made elsewhere: row numbers from 1")
        ->type_name("FILE")
        ->excludes(app.get_option("--bootstrap"));
  }

  struct Columns {
    std::vector<std::string> names;  // x, m, y, covariates

    [[nodiscard]] std::vector<std::string> covariates() const { return {names.begin() + 3, names.end()}; }
  };

  [[nodiscard]] Result<Columns> columns() const {
    Columns named{{x, m, y}};
    if (!covariates.empty()) {
      const auto more = names_in("--covariates", covariates);
      if (!more) return tl::unexpected(more.error());
      named.names.insert(named.names.end(), more->begin(), more->end());
    }
    if (std::set<std::string>(named.names.begin(), named.names.end()).size() != named.names.size())
      return fail(ErrorKind::usage, "usage.fit", "--x, --m, --y and --covariates name different columns");
    return named;
  }

  struct Read {
    stats::MediationData data;
    models::DataAccount account;
  };

  static Result<Read> complete_rows(const models::Table& table, const Columns& named) {
    std::vector<const models::Column*> columns;
    for (const std::string& name : named.names) {
      const auto column = table.numeric_column(name);
      if (!column) return tl::unexpected(column.error());
      columns.push_back(*column);
    }
    Read read;
    read.account = {table.name, table.rows, 0, {}, {}};
    std::vector<std::vector<double>> kept(columns.size());
    std::vector<std::size_t> missing(columns.size(), 0);
    for (std::size_t row = 0; row < table.rows; ++row) {
      const auto gap =
          std::find_if(columns.begin(), columns.end(), [&](const auto* c) { return c->missing[row]; });
      if (gap != columns.end()) {
        ++missing[static_cast<std::size_t>(gap - columns.begin())];
        continue;
      }
      for (std::size_t c = 0; c < columns.size(); ++c) kept[c].push_back(columns[c]->numbers[row]);
      ++read.account.used;
    }
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (missing[c] > 0) read.account.left_out.push_back({named.names[c] + " is missing", missing[c]});
    read.data.x = std::move(kept[0]);
    read.data.m = std::move(kept[1]);
    read.data.y = std::move(kept[2]);
    read.data.covariates.assign(std::make_move_iterator(kept.begin() + 3),
                                std::make_move_iterator(kept.end()));
    return read;
  }

  Outcome act(Desk& desk) const {
    const auto named = columns();
    if (!named) return tl::unexpected(named.error());
    if (auto fine = resampling.check(); !fine) return tl::unexpected(fine.error());
    if (files.as_r) return files.tell_script(desk, script(*named));
    const auto table = files.read(desk, wanted_numbers(named->names));
    if (!table) return tl::unexpected(table.error());
    const auto read = complete_rows(*table, *named);
    if (!read) return tl::unexpected(read.error());
    const auto mediation = stats::mediate(read->data);
    if (!mediation) return tl::unexpected(in_file(mediation.error(), table->name));
    auto report = report_of(*mediation, *read, named->names.size() - 3);
    if (auto added = add_bootstrap(desk, report, read->data); !added) return tl::unexpected(added.error());
    return files.tell(desk, report, [&]() -> Result<std::string> { return picture(*mediation, report); });
  }

  [[nodiscard]] EstimateRow slope_row(const char* term, const stats::Slope& slope, std::size_t df) const {
    const auto degrees = static_cast<double>(df);
    EstimateRow row{term, slope.estimate, slope.std_error, degrees, {}, {}, {}};
    if (!(slope.std_error > 0)) return row;
    const double reach = stats::student_t_quantile((1 + files.level) / 2, degrees) * slope.std_error;
    row.lower = slope.estimate - reach;
    row.upper = slope.estimate + reach;
    row.p = stats::student_t_two_sided_p(slope.estimate / slope.std_error, degrees);
    return row;
  }

  [[nodiscard]] EstimateRow product_row(const char* term, double indirect,
                                        const stats::ProductError& error) const {
    const double reach = stats::normal_reach(files.level) * error.std_error;
    return {term, indirect, error.std_error, {}, indirect - reach, indirect + reach, error.p};
  }

  [[nodiscard]] EstimateRow error_row(const char* term, double indirect, double std_error) const {
    stats::ProductError error{std_error, {}, {}};
    if (std_error > 0) error.p = 2 * stats::normal_cdf(-std::abs(indirect / std_error));
    return product_row(term, indirect, error);
  }

  [[nodiscard]] models::FitReport report_of(const stats::Mediation& med, const Read& read,
                                            std::size_t more) const {
    models::FitReport report;
    report.command = "fit mediation";
    report.model =
        fmt::format("{} -> {} -> {}{}", x, m, y, covariates.empty() ? "" : ", given " + covariates);
    report.method = "Least squares";
    report.level = files.level;
    report.data = read.account;
    report.tables.push_back(
        {"estimates",
         "Estimates",
         "a, b, direct and total: Student's t; the indirect effect: Sobel's error and a normal "
         "interval, which a product does not have",
         {slope_row("a", med.a, med.n - 2 - more), slope_row("b", med.b, med.n - 3 - more),
          slope_row("direct", med.direct, med.n - 3 - more), slope_row("total", med.total, med.n - 2 - more),
          product_row("indirect", med.indirect, med.sobel)}});
    report.tables.push_back({"product",
                             "Errors of the indirect effect",
                             "a normal product",
                             {product_row("sobel", med.indirect, med.sobel),
                              error_row("aroian", med.indirect, med.aroian_error)}});
    if (med.goodman_error)
      report.tables.back().rows.push_back(error_row("goodman", med.indirect, *med.goodman_error));
    report.measures = {
        {"n", "Rows", static_cast<double>(med.n)},
        {"sobel_z", "Sobel's z", med.sobel.z},
        {"share", "Indirect of total effect",
         med.total.estimate != 0 ? std::optional(med.indirect / med.total.estimate) : std::nullopt}};
    add_findings(report);
    return report;
  }

  void add_findings(models::FitReport& report) const {
    report.findings.push_back(
        {"mediation.assumptions",
         "An indirect effect is one only if nothing that is left out acts on two of the three.",
         "regressions of what was observed",
         "That x was assigned by chance helps with a, not with b: what makes m and y alike looks like "
         "mediation. m must "
         "come after x, and y after m."});
    if (!resampling.replicates && resamples.empty())
      report.findings.push_back(
          {"mediation.no_bootstrap", "Sobel's test is weak and its interval too symmetric.",
           "a product is not normally distributed", "--bootstrap 5000 gives better intervals."});
  }

  [[nodiscard]] Result<void> add_bootstrap(Desk& desk, models::FitReport& report,
                                           const stats::MediationData& data) const {
    std::vector<stats::Resample> given;
    const std::size_t n = data.x.size();
    if (!resamples.empty()) {
      auto read = read_resamples(resamples, n);
      if (!read) return tl::unexpected(read.error());
      given = std::move(*read);
    }
    if (given.empty() && !resampling.replicates) return {};
    const auto estimator = stats::indirect_effect(data);
    const auto bootstrap = bootstrap_rows(desk, n, estimator, resampling, given);
    if (!bootstrap) return tl::unexpected(in_file(bootstrap.error(), report.data.file));
    models::Influences influences;
    if (n <= most_rows_left_out) influences.jackknife = stats::jackknife_influence(n, estimator);
    if (!given.empty() && n <= most_rows_regressed)
      influences.regression = stats::regression_influence(n, *bootstrap, given);
    models::add_row_bootstrap(report, *bootstrap, influences, "the indirect effect");
    return {};
  }

  [[nodiscard]] std::string picture(const stats::Mediation& med, const models::FitReport& report) const {
    const auto& rows = report.tables.front().rows;
    const auto arrow = [&](std::size_t from, std::size_t to, std::size_t row) {
      const bool clear = rows[row].lower && (*rows[row].lower > 0 || *rows[row].upper < 0);
      return report::DiagramArrow{report::ArrowKind::predicts, from, to,
                                  fmt::format("{:.2f}", rows[row].estimate),
                                  clear ? report::ArrowWeight::clear : report::ArrowWeight::unclear};
    };
    report::PathDiagram diagram;
    diagram.title = fmt::format("{} on {} through {}", x, y, m);
    diagram.nodes = {{x}, {m}, {y}};
    diagram.arrows = {arrow(0, 1, 0), arrow(1, 2, 1), arrow(0, 2, 2)};
    diagram.caption = fmt::format(
        "Indirect {:.3g}, direct {:.3g}, total {:.3g}, in the units of the data; dashed: its "
        "interval holds 0.",
        med.indirect, med.direct.estimate, med.total.estimate);
    diagram.description = diagram.caption;
    return report::path_diagram(diagram);
  }

  [[nodiscard]] std::string script(const Columns& named) const {
    std::string more;
    for (const std::string& name : named.covariates()) more += " + " + r_name(name);
    std::string text = r_read(files.in);
    text += fmt::format("d <- na.omit(d[{}])\n", r_texts(named.names));
    text += fmt::format(
        "a <- lm({1} ~ {0}{3}, d); b <- lm({2} ~ {0} + {1}{3}, d); total <- lm({2} ~ {0}{3}, "
        "d)\n"
        "print(coef(summary(a)), digits = 10); print(coef(summary(b)), digits = 10)\n"
        "print(coef(summary(total)), digits = 10)\n"
        "ab <- coef(a)[2] * coef(b)[3]\n"
        "sa <- coef(summary(a))[2, 2]; sb <- coef(summary(b))[3, 2]\n"
        "cat(\"indirect\", format(ab, digits = 12), \" sobel\",\n"
        "    format(sqrt(coef(a)[2]^2 * sb^2 + coef(b)[3]^2 * sa^2), digits = 12), \"\\n\")\n",
        r_name(x), r_name(m), r_name(y), more);
    if (!resampling.replicates && resamples.empty()) return text;
    text += "library(boot)\n";
    text += fmt::format(
        "indirect <- function(d, i) coef(lm({1} ~ {0}{3}, d[i, ]))[2] * coef(lm({2} ~ {0} + "
        "{1}{3}, d[i, ]))[3]\n",
        r_name(x), r_name(m), r_name(y), more);
    if (resamples.empty()) {
      text += fmt::format("set.seed({})\nresult <- boot(d, indirect, R = {})\n", resampling.seed,
                          *resampling.replicates);
      text +=
          fmt::format("print(boot.ci(result, conf = {}, type = c(\"norm\", \"basic\", \"perc\", \"bca\")))\n",
                      files.level);
      return text;
    }
    text += fmt::format("rows <- as.matrix(read.csv({}))\nt <- apply(rows, 1, function(i) indirect(d, i))\n",
                        r_text(resamples));
    text += fmt::format(
        "cat(\"percentile\", format(boot:::norm.inter(t, c({}, {}))[, 2], digits = 12), \"\\n\")\n",
        (1 - files.level) / 2, (1 + files.level) / 2);
    return text;
  }
};

}  // namespace

void add_fit_mediation(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<MediationCommand>();
  CLI::App* sub = app.add_subcommand("mediation", "How much of an effect goes through something between");
  sub->footer(R"(
  securebase fit mediation --in study.csv --x therapy --m alliance --y outcome
  securebase fit mediation --in study.csv --x x --m m --y y --covariates age \
    --bootstrap 5000 --seed 7 --plot paths.svg)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
