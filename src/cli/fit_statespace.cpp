// securebase fit statespace

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

#include "base/printable.hpp"
#include "cli/fit_structural.hpp"
#include "models/state_space_report.hpp"
#include "report/series_plot.hpp"

namespace securebase::cli {
namespace {

using stats::PrototypeLevel;
using stats::StateDesignKind;

constexpr std::pair<const char*, StateDesignKind> designs[] = {
    {"local-level", StateDesignKind::local_level},
    {"trend", StateDesignKind::local_linear_trend},
    {"continuous-trend", StateDesignKind::continuous_trend},
    {"ar1", StateDesignKind::autoregression},
    {"prototype", StateDesignKind::prototype}};

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<std::vector<double>> numbers_in(const std::string& option, const std::string& text) {
  const auto words = names_in(option, text);
  if (!words) return tl::unexpected(words.error());
  std::vector<double> numbers;
  for (const std::string& word : *words) {
    const auto number = number_in(word);
    if (!number)
      return fail(ErrorKind::usage, "usage.number", fmt::format("{} takes numbers between commas", option));
    numbers.push_back(*number);
  }
  return numbers;
}

struct StatespaceCommand {
  FitFiles files;
  std::string design;
  models::SeriesColumns columns;
  std::string prototype_level = "own";
  std::vector<std::string> fixed;
  std::string start_mean;
  std::string start_variance;
  std::size_t ahead = 0;

  void add_to(CLI::App& app) {
    files.add_to(app);
    app.add_option("--design", design,
                   "local-level, trend (whole steps of time), continuous-trend (any times), ar1, or "
                   "prototype (a level "
                   "that stays and deviations that return)")
        ->type_name("DESIGN")
        ->required()
        ->check(CLI::IsMember({"local-level", "trend", "continuous-trend", "ar1", "prototype"}));
    app.add_option("--value", columns.value, "Column of the values")->type_name("NAME")->required();
    app.add_option("--time", columns.time, "Column of their times, ascending for each person, in any unit")
        ->type_name("NAME")
        ->required();
    app.add_option("--person", columns.person,
                   "Column that says whose they are; persons share the parameters")
        ->type_name("NAME");
    app.add_option("--prototype-level", prototype_level,
                   "Whose level of a prototype it is: own (each person's), shared, or varying (normal over "
                   "persons) [own]")
        ->type_name("KIND")
        ->check(CLI::IsMember({"own", "shared", "varying"}));
    app.add_option("--fix", fixed,
                   "A parameter that is known, such as noise_variance=4; may be given more than once")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    auto* mean =
        app.add_option("--start-mean", start_mean,
                       "Means of the states one unit of time before the first value, where they are known")
            ->type_name("A,B");
    auto* variance = app.add_option("--start-variance", start_variance, "Their variances")->type_name("A,B");
    mean->needs(variance);
    variance->needs(mean);
    app.add_option("--ahead", ahead, "Tell what is expected of this many further times, one usual gap apart")
        ->type_name("N");
  }

  [[nodiscard]] Result<stats::StateDesign> chosen_design() const {
    stats::StateDesign chosen;
    for (const auto& [word, kind] : designs)
      if (design == word) chosen.kind = kind;
    chosen.level = prototype_level == "shared"    ? PrototypeLevel::shared
                   : prototype_level == "varying" ? PrototypeLevel::varying
                                                  : PrototypeLevel::own;
    const auto known = stats::parameter_names(chosen);
    for (const std::string& text : fixed) {
      const auto sign = text.find('=');
      const auto value =
          sign == std::string::npos ? std::nullopt : number_in(std::string_view(text).substr(sign + 1));
      if (!value || std::find(known.begin(), known.end(), text.substr(0, sign)) == known.end())
        return fail(ErrorKind::usage, "usage.fix",
                    fmt::format("--fix takes a parameter and a number, such as {}=1; this design has {}",
                                known.back(), fmt::join(known, ", ")));
      chosen.fixed.push_back({text.substr(0, sign), *value});
    }
    if (start_mean.empty()) return chosen;
    const auto means = numbers_in("--start-mean", start_mean);
    if (!means) return tl::unexpected(means.error());
    const auto variances = numbers_in("--start-variance", start_variance);
    if (!variances) return tl::unexpected(variances.error());
    chosen.start = stats::KnownStart{*means, *variances};
    return chosen;
  }

  Outcome act(Desk& desk) const {
    const auto chosen = chosen_design();
    if (!chosen) return tl::unexpected(chosen.error());
    constexpr std::size_t most_ahead = 10'000;
    if (ahead > most_ahead)
      return fail(ErrorKind::usage, "usage.fit", fmt::format("--ahead takes at most {}", most_ahead));
    if (files.as_r) return files.tell_script(desk, script(*chosen));
    std::vector<models::WantedColumn> wanted = wanted_numbers({columns.value, columns.time});
    if (!columns.person.empty()) wanted.push_back({columns.person, models::ColumnUse::label});
    const auto table = files.read(desk, wanted);
    if (!table) return tl::unexpected(table.error());
    const auto persons = models::series_of(*table, columns, *chosen);
    if (!persons) return tl::unexpected(persons.error());
    const models::StateSpaceQuestion question{*chosen, columns, files.level, ahead};
    const auto answer = models::answer_state_space(*persons, question);
    if (!answer) return tl::unexpected(in_file(answer.error(), table->name));
    const auto report = models::report_state_space(*persons, question, *answer);
    return files.tell(desk, report, [&]() -> Result<std::string> { return picture(*persons, *answer); });
  }

  [[nodiscard]] std::string picture(const models::SeriesOfPersons& persons,
                                    const models::StateSpaceAnswer& answer) const {
    report::SeriesPlot plot{
        columns.value + " over " + columns.time,
        "",
        columns.time,
        "",
        fmt::format("Points: as observed. Line and band: what is behind them, {:g} %{}.", 100 * files.level,
                    ahead > 0 ? "; dashed: expected values ahead" : ""),
        {}};
    plot.description = fmt::format("{} persons, design {}", persons.series.size(), design);
    for (std::size_t i = 0; i < persons.series.size(); ++i) plot.panels.push_back(panel(persons, answer, i));
    return report::series_plot(plot);
  }

  [[nodiscard]] report::SeriesPanel panel(const models::SeriesOfPersons& persons,
                                          const models::StateSpaceAnswer& answer, std::size_t person) const {
    const auto& series = persons.series[person];
    const auto& run = answer.runs[person];
    report::SeriesPanel panel{
        persons.names[person].empty() ? "" : printable(persons.names[person], 30), {}, {}, {}};
    for (std::size_t t = 0; t < series.times.size(); ++t) {
      if (series.values[t]) panel.points.push_back({series.times[t], *series.values[t]});
      const stats::Prediction signal{run.signal[t].mean[0], run.signal[t].covariance(0, 0), {}};
      const Interval band = stats::prediction_interval(signal, files.level);
      panel.line.push_back({series.times[t], signal.mean, band.lower, band.upper});
    }
    for (std::size_t k = 0; k < answer.ahead_times[person].size(); ++k) {
      const auto& prediction = run.predicted[series.times.size() + k][0];
      if (!prediction) continue;
      const Interval band = stats::prediction_interval(*prediction, files.level);
      panel.ahead.push_back({answer.ahead_times[person][k], prediction->mean, band.lower, band.upper});
    }
    return panel;
  }

  /// Base R fits evenly spaced series of one person: StructTS and arima. Everything else is written out as
  /// the density of all values of a person.
  [[nodiscard]] std::string script(const stats::StateDesign& chosen) const;
};

/// The joint normal density of a person's values, states integrated out, written for R. What is diffuse is
/// taken out by its exact limit.
std::string likelihood_in_r(const stats::StateDesign& design) {
  switch (design.kind) {
    case StateDesignKind::local_level:
      return "  X <- cbind(rep(1, n))\n  V <- p[1] * pmin(s, t(s)) + p[2] * diag(n)\n";
    case StateDesignKind::local_linear_trend:
      return "  X <- cbind(1, t)\n  a <- pmin(s, t(s)); b <- pmax(s, t(s))\n"
             "  slope <- (a - 1) * a * (2 * a - 1) / 6 + (b - a) * (a - 1) * a / 2  # sums of a slope that "
             "walks\n"
             "  V <- p[1] * a + p[2] * slope + p[3] * diag(n)\n";
    case StateDesignKind::continuous_trend:
      return "  X <- cbind(1, t)\n  a <- pmin(s, t(s)); b <- pmax(s, t(s))\n"
             "  V <- p[1] * a + p[2] * a^2 * (3 * b - a) / 6 + p[3] * diag(n)\n";
    case StateDesignKind::autoregression:
      return "  X <- NULL; mean <- p[1]\n  V <- p[3] / (1 - p[2]^2) * p[2]^abs(s - t(s)) + p[4] * diag(n)\n";
    case StateDesignKind::prototype:
      break;
  }
  if (design.level == PrototypeLevel::own)
    return "  X <- cbind(rep(1, n))\n  V <- p[2] * p[1]^abs(s - t(s)) + p[3] * diag(n)\n";
  if (design.level == PrototypeLevel::shared)
    return "  X <- NULL; mean <- p[3]\n  V <- p[2] * p[1]^abs(s - t(s)) + p[4] * diag(n)\n";
  return "  X <- NULL; mean <- p[3]\n  V <- p[4] + p[2] * p[1]^abs(s - t(s)) + p[5] * diag(n)\n";
}

std::string transformed_in_r(const std::string& name) {
  if (name.ends_with("variance")) return "exp";
  if (name == "stability") return "plogis";
  if (name == "phi") return "tanh";
  return "identity";
}

std::string StatespaceCommand::script(const stats::StateDesign& chosen) const {
  const auto names = stats::parameter_names(chosen);
  std::string text = r_read(files.in);
  text += fmt::format(
      "y <- d[[{}]]; time <- d[[{}]]\nperson <- {}\n", r_text(columns.value), r_text(columns.time),
      columns.person.empty() ? "rep(1, nrow(d))" : fmt::format("d[[{}]]", r_text(columns.person)));
  if (chosen.start)
    text += "# A known start is not written here: the start below is diffuse, as without --start-mean.\n";
  text +=
      "# Base R has no exactly diffuse filter: this is the same likelihood as a density of all values at "
      "once.\n";
  text +=
      "one <- function(y, t, p) {\n  keep <- !is.na(y); y <- y[keep]; t <- t[keep]; n <- length(y)\n"
      "  t <- t - t[1]; s <- matrix(t, n, n); mean <- 0\n";
  text += likelihood_in_r(chosen);
  text +=
      "  r <- y - mean; L <- chol(V); z <- backsolve(L, r, transpose = TRUE); q <- 0; df <- n\n"
      "  if (!is.null(X)) {\n    W <- backsolve(L, X, transpose = TRUE); fit <- qr(W)\n"
      "    z <- qr.resid(fit, z); q <- 2 * sum(log(abs(diag(qr.R(fit))))); df <- n - ncol(X)\n  }\n"
      "  -0.5 * (df * log(2 * pi) + 2 * sum(log(diag(L))) + q + sum(z^2))\n}\n";
  text += fmt::format("names <- {}\nfixed <- c({})\n", r_texts(names), [&] {
    std::string values;
    for (const auto& value : chosen.fixed)
      values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", value.name, value.value);
    return values;
  }());
  text += "scale <- list(";
  for (std::size_t i = 0; i < names.size(); ++i)
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", names[i], transformed_in_r(names[i]));
  text +=
      ")\nfree <- setdiff(names, names(fixed))\n"
      "all_of <- function(x) {\n  p <- setNames(numeric(length(names)), names)\n"
      "  for (i in names(fixed)) p[i] <- fixed[[i]]\n"
      "  for (k in seq_along(free)) p[free[k]] <- scale[[free[k]]](x[k])\n  unname(p)\n}\n"
      "minus <- function(x) {\n"
      "  v <- try(-sum(sapply(split(seq_along(y), person), function(i) one(y[i], time[i], all_of(x)))), "
      "silent = TRUE)\n"
      "  if (inherits(v, \"try-error\") || !is.finite(v)) 1e10 else v\n}\n"
      "v <- var(y, na.rm = TRUE)\n"
      "guess <- sapply(free, function(k) if (grepl(\"mean\", k)) mean(y, na.rm = TRUE) else if "
      "(grepl(\"variance\", k)) "
      "log(v / 4) else 0.5)\n"
      "if (length(free) == 0) { x <- numeric(0) } else {\n"
      "  fit <- optim(guess, minus, method = \"BFGS\", control = list(maxit = 500, reltol = 1e-13)); x <- "
      "fit$par\n}\n"
      "print(setNames(all_of(x), names), digits = 8)\ncat(\"log-likelihood\", format(-minus(x), digits = "
      "12), \"\\n\")\n";
  const bool one_person = columns.person.empty();
  if (one_person && chosen.kind == StateDesignKind::local_level)
    text +=
        "# Close to it, for evenly spaced times: StructTS, whose start is wide but not diffuse.\n"
        "if (length(unique(diff(time))) == 1) print(StructTS(y, type = \"level\"))\n";
  if (one_person && chosen.kind == StateDesignKind::local_linear_trend)
    text +=
        "# Close to it, for evenly spaced times: StructTS, whose start is wide but not diffuse.\n"
        "if (length(unique(diff(time))) == 1) print(StructTS(y, type = \"trend\"))\n";
  if (one_person && chosen.kind == StateDesignKind::autoregression)
    text +=
        "# The same without noise, for evenly spaced times:\n"
        "if (length(unique(diff(time))) == 1) print(arima(y, c(1, 0, 0), method = \"ML\"))\n";
  return text;
}

}  // namespace

void add_fit_statespace(CLI::App& app, Desk& desk, Action& chosen) {
  auto command = std::make_shared<StatespaceCommand>();
  CLI::App* sub =
      app.add_subcommand("statespace", "A course over time: the level behind noisy values, and ahead");
  sub->footer(R"(
  securebase fit statespace --in sessions.csv --design local-level \
    --value distress --time session --plot course.svg
  securebase fit statespace --in diary.csv --design prototype \
    --value security --time day --person client --ahead 7
  securebase fit statespace --in sessions.csv --design trend \
    --value distress --time session --fix noise_variance=4)");
  command->add_to(*sub);
  sub->callback([command, &desk, &chosen] { chosen = [command, &desk] { return command->act(desk); }; });
}

}  // namespace securebase::cli
