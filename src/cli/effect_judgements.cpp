// securebase effect nnt, equivalence, benchmark

#include <fmt/format.h>

#include <cmath>

#include "cli/effect.hpp"
#include "stats/equivalence.hpp"
#include "stats/numbers_needed.hpp"

namespace securebase::cli {
namespace {

/// "12,40" as 12 of 40.
Result<stats::Proportion> proportion_of(const std::string& option, const std::string& text) {
  const auto numbers = numbers_of(option, text, 2, "12,40 (12 of 40)");
  if (!numbers) return tl::unexpected(numbers.error());
  const double with = (*numbers)[0], of = (*numbers)[1];
  constexpr double most = 1e12;
  if (!(with >= 0 && of >= with && of >= 1 && of <= most) || with != std::floor(with) || of != std::floor(of))
    return fail(ErrorKind::usage, "usage.number",
                option + " takes two whole numbers, how many did well and of how many, such as 12,40");
  return stats::Proportion{static_cast<std::size_t>(with), static_cast<std::size_t>(of)};
}

struct NntCommand {
  FitFiles files;
  std::string first, second;
  std::optional<double> d, rate;

  void add_to(CLI::App& app) {
    files.add_to(app);
    auto* a = app.add_option("--first", first, "Of the control group: how many did well, of how many")
                  ->type_name("WITH,OF");
    auto* b = app.add_option("--second", second, "The same of those treated")->type_name("WITH,OF");
    a->needs(b);
    b->needs(a);
    auto* size =
        app.add_option("--d", d, "Or a standardised effect; above 0 is better")->type_name("D")->excludes(a);
    app.add_option("--rate", rate, "Share of the control group that does well, for --d")
        ->type_name("SHARE")
        ->needs(size);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (first.empty() && !d)
      return fail(ErrorKind::usage, "usage.effect", "give --first and --second as WITH,OF, or --d");
    if (rate && !(*rate > 0 && *rate < 1))
      return fail(ErrorKind::usage, "usage.number", "--rate takes a share between 0 and 1, such as 0.2");
    if (d && !std::isfinite(*d)) return fail(ErrorKind::usage, "usage.number", "--d takes a number");
    return first.empty() ? by_effect(desk) : by_counts(desk);
  }

  Outcome by_counts(Desk& desk) const {
    const auto a = proportion_of("--first", first);
    if (!a) return tl::unexpected(a.error());
    const auto b = proportion_of("--second", second);
    if (!b) return tl::unexpected(b.error());
    if (files.as_r)
      return files.tell_script(
          desk, fmt::format("print(prop.test(c({}, {}), c({}, {}), correct = FALSE, conf.level = {}))\n"
                            "# The interval of the program is Newcombe's, from Wilson's of both:\n"
                            "w <- function(x, n) prop.test(x, n, correct = FALSE, conf.level = {})$conf.int\n"
                            "a <- w({}, {}); b <- w({}, {}); p <- c({}/{}, {}/{})\nrd <- p[2] - p[1]\n"
                            "cat(rd, rd - sqrt((p[2] - b[1])^2 + (a[2] - p[1])^2), rd + sqrt((b[2] - p[2])^2 "
                            "+ (p[1] - a[1])^2), "
                            "1 / rd, \"\\n\")\n",
                            b->with, a->with, b->of, a->of, files.level, files.level, a->with, a->of, b->with,
                            b->of, a->with, a->of, b->with, b->of));
    const auto needed = stats::number_needed(*a, *b, files.level);
    if (!needed) return tl::unexpected(needed.error());
    auto report = effect_report(
        "effect nnt", fmt::format("{} of {} against {} of {}", b->with, b->of, a->with, a->of), files);
    const auto share = [&](const stats::Proportion& p) {
      return static_cast<double>(p.with) / static_cast<double>(p.of);
    };
    report.tables.push_back({"estimates",
                             "Shares that do well",
                             "Wilson's intervals; of the difference Newcombe's",
                             {effect_row("first", share(*a), {}, stats::wilson_interval(*a, files.level)),
                              effect_row("second", share(*b), {}, stats::wilson_interval(*b, files.level)),
                              effect_row("difference", needed->risk_difference, {}, needed->risk_interval)}});
    report.measures = {
        {"number", "Number needed to treat", needed->number},
        {"number_lower", "from", needed->interval ? std::optional(needed->interval->lower) : std::nullopt},
        {"number_upper", "to", needed->interval ? std::optional(needed->interval->upper) : std::nullopt}};
    add_finding(report, *needed);
    return tell_effect(files, desk, report);
  }

  static void add_finding(models::FitReport& report, const stats::NumberNeeded& needed) {
    const auto& interval = needed.risk_interval;
    const bool open = interval.lower <= 0 && interval.upper >= 0;
    report.findings.push_back(
        {open ? "nnt.open" : "nnt.number",
         !needed.number ? std::string("The shares are equal: there is no such number.")
         : *needed.number > 0
             ? fmt::format("About {:.3g} people treated for one more who does well.", *needed.number)
             : fmt::format("About {:.3g} people treated for one fewer who does well.", -*needed.number),
         fmt::format("a difference of {:.3g}, {:.3g} to {:.3g}", needed.risk_difference, interval.lower,
                     interval.upper),
         open && interval.lower < 0 && interval.upper > 0
             ? fmt::format("The data fit both: one more for every {:.3g}, or one fewer for every {:.3g}.",
                           1 / interval.upper, -1 / interval.lower)
             : "The number belongs to this comparison, this time and this share without treatment."});
  }

  Outcome by_effect(Desk& desk) const {
    if (files.as_r)
      return files.tell_script(
          desk,
          fmt::format(
              "d <- {}\ncat(\"in pairs\", 1 / (2 * pnorm(d / sqrt(2)) - 1), \"\\n\")\n{}", *d,
              rate ? fmt::format("cat(\"at rate\", 1 / (pnorm(d + qnorm({0})) - {0}), \"\\n\")\n", *rate)
                   : ""));
    auto report = effect_report("effect nnt", fmt::format("a standardised effect of {:g}", *d), files);
    models::EstimateTable table{"estimates",
                                "Number needed to treat",
                                "in_pairs: Kraemer and Kupfer 2006; at_rate: Furukawa and Leucht 2011",
                                {}};
    if (const auto number = stats::number_needed_in_pairs(*d))
      table.rows.push_back({"in_pairs", *number, {}, {}, {}, {}, {}});
    if (rate)
      if (const auto number = stats::number_needed_at_rate(*d, *rate))
        table.rows.push_back({"at_rate", *number, {}, {}, {}, {}, {}});
    report.tables.push_back(std::move(table));
    report.findings.push_back(
        {"nnt.normal", *d == 0 ? "An effect of 0 has no such number." : "These numbers rest on a model.",
         "scores normal with equal SDs in both groups",
         "No error of the effect is in them; counts of people say more."});
    return tell_effect(files, desk, report);
  }
};

/// An estimate with its error, as options.
Result<void> check_error(const std::string& option, double error, bool may_be_zero) {
  if (std::isfinite(error) && (error > 0 || (may_be_zero && error == 0))) return {};
  return fail(ErrorKind::usage, "usage.number", option + " takes a standard error above 0");
}

Result<stats::IndifferenceZone> zone_of(const std::string& text) {
  const auto numbers = numbers_of("--zone", text, 2, "-0.2,0.2");
  if (!numbers) return tl::unexpected(numbers.error());
  return stats::IndifferenceZone{(*numbers)[0], (*numbers)[1]};
}

struct EquivalenceCommand {
  FitFiles files;
  GroupColumns columns;
  std::optional<double> difference, error, df;
  std::string zone;
  double alpha = 0.05;

  void add_to(CLI::App& app) {
    files.add_to(app);
    columns.add_to(app);
    auto* value = app.add_option("--difference", difference, "Without a file: a difference")
                      ->type_name("X")
                      ->excludes(app.get_option("--in"));
    auto* its = app.add_option("--error", error, "Its standard error")->type_name("SE");
    value->needs(its);
    its->needs(value);
    app.add_option("--df", df, "Its degrees of freedom; without them, normal")->type_name("DF")->needs(value);
    app.add_option("--zone", zone, "Differences that do not matter, with 0 among them, such as -2,2 (needed)")
        ->type_name("LOWER,UPPER");
    app.add_option("--alpha", alpha, "Of both tests [0.05]")->type_name("SHARE");
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (zone.empty())
      return fail(ErrorKind::usage, "usage.effect", "--zone is needed: differences that do not matter");
    if (!(alpha > 0 && alpha < 0.5))
      return fail(ErrorKind::usage, "usage.number",
                  "--alpha takes a share above 0 and below 0.5, such as 0.05");
    if (!difference && !columns.given())
      return fail(ErrorKind::usage, "usage.effect",
                  "give --in, --value and --group, or --difference and --error");
    const auto margins = zone_of(zone);
    if (!margins) return tl::unexpected(margins.error());
    if (files.as_r) return tell_r(desk, *margins);
    auto report = effect_report(
        "effect equivalence",
        fmt::format("no difference beyond {:g} to {:g}", margins->lower, margins->upper), files);
    stats::ErrorBoundEstimate estimate;
    if (difference) {
      if (auto fine = check_error("--error", *error, false); !fine) return tl::unexpected(fine.error());
      estimate = {*difference, *error, df};
    } else {
      const auto groups = columns.read(desk, files);
      if (!groups) return tl::unexpected(groups.error());
      const auto a = groups->summary(0), b = groups->summary(1);
      if (!a) return tl::unexpected(a.error());
      if (!b) return tl::unexpected(b.error());
      const auto welch = stats::welch_test(*a, *b, files.level);
      if (!welch) return tl::unexpected(welch.error());
      estimate = {welch->difference, welch->std_error, welch->df};
      report.data = groups->account;
    }
    const auto test = stats::two_one_sided_tests(estimate, *margins, alpha);
    if (!test) return tl::unexpected(test.error());
    report.level = 1 - 2 * alpha;
    auto row = effect_row("difference", estimate.value, estimate.std_error, test->interval);
    row.df = estimate.df;
    row.p = test->p;
    report.tables.push_back(
        {"estimates",
         "Difference",
         "the larger p of two one-sided tests (Schuirmann 1987); the interval at 1 - 2 alpha",
         {row}});
    report.measures = {{"p_above_lower", "p, above the lower margin", test->p_above_lower},
                       {"p_below_upper", "p, below the upper margin", test->p_below_upper},
                       {"equivalent", "Equivalent (1 yes)", test->equivalent ? 1.0 : 0.0}};
    report.findings.push_back(
        {test->equivalent ? "equivalence.shown" : "equivalence.not_shown",
         test->equivalent ? "The difference is small enough not to matter."
                          : "That the difference does not matter is not shown.",
         fmt::format("{:.3g}, {:.3g} to {:.3g}, in a zone from {:g} to {:g}", estimate.value,
                     test->interval.lower, test->interval.upper, margins->lower, margins->upper),
         test->equivalent ? "The zone has to be chosen before the data are seen; a wide one shows anything."
                          : "Not shown is not shown to differ: there may be too few people."});
    return tell_effect(files, desk, report);
  }

  Outcome tell_r(Desk& desk, const stats::IndifferenceZone& margins) const {
    std::string text;
    if (difference)
      text = fmt::format("x <- {}; se <- {}; df <- {}\n", *difference, *error,
                         df ? fmt::format("{}", *df) : "Inf");
    else
      text = r_read(files.in) +
             fmt::format(
                 "d <- na.omit(d[{}])\nfirst <- {}\n"
                 "a <- d[[1]][d[[2]] == first]; b <- d[[1]][d[[2]] != first]; test <- t.test(b, a)\n"
                 "x <- mean(b) - mean(a); se <- test$stderr; df <- unname(test$parameter)\n",
                 r_texts(std::vector{columns.value, columns.group}),
                 columns.reference.empty() ? "if (is.numeric(d[[2]])) min(d[[2]]) else d[[2]][1]"
                                           : r_text(columns.reference));
    text += fmt::format(
        "p <- c(pt((x - {}) / se, df, lower.tail = FALSE), pt((x - {}) / se, df))\n"
        "print(c(p, max(p)), digits = 10)\nprint(x + c(-1, 1) * qt({}, df) * se, digits = 10)\n",
        margins.lower, margins.upper, 1 - alpha);
    return files.tell_script(desk, text);
  }
};

struct BenchmarkCommand {
  FitFiles files;
  std::optional<double> observed, error, published, published_error;
  std::string published_interval;
  std::string zone = "-0.2,0.2";

  void add_to(CLI::App& app) {
    files.add_to(app);
    app.add_option("--observed", observed, "An effect of your own, such as a d (needed)")->type_name("X");
    app.add_option("--error", error, "Its standard error (needed)")->type_name("SE");
    app.add_option("--published", published, "The published effect, with the same sign for better (needed)")
        ->type_name("X");
    auto* its = app.add_option("--published-error", published_error,
                               "Its standard error; 0 for a number set by convention")
                    ->type_name("SE");
    app.add_option("--published-interval", published_interval, "Or its symmetric interval, at --level")
        ->type_name("LOWER,UPPER")
        ->excludes(its);
    app.add_option("--zone", zone, "Differences that do not matter [-0.2,0.2]")->type_name("LOWER,UPPER");
  }

  [[nodiscard]] Result<double> error_of_published() const {
    if (published_error) {
      if (auto fine = check_error("--published-error", *published_error, true); !fine)
        return tl::unexpected(fine.error());
      return *published_error;
    }
    if (published_interval.empty())
      return fail(ErrorKind::usage, "usage.effect", "--published-error or --published-interval is needed");
    const auto ends = numbers_of("--published-interval", published_interval, 2, "0.3,0.9");
    if (!ends) return tl::unexpected(ends.error());
    if (!((*ends)[0] < (*ends)[1]))
      return fail(ErrorKind::usage, "usage.number",
                  "--published-interval goes from its lower to its upper end");
    return stats::error_behind({(*ends)[0], (*ends)[1], files.level});
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (!observed || !error || !published)
      return fail(ErrorKind::usage, "usage.effect", "--observed, --error and --published are needed");
    if (auto fine = check_error("--error", *error, false); !fine) return tl::unexpected(fine.error());
    const auto theirs = error_of_published();
    if (!theirs) return tl::unexpected(theirs.error());
    const auto margins = zone_of(zone);
    if (!margins) return tl::unexpected(margins.error());
    if (files.as_r)
      return files.tell_script(desk,
                               fmt::format("difference <- {} - {}; se <- sqrt({}^2 + {}^2)\n"
                                           "print(difference + c(0, -1, 1) * qnorm({}) * se, digits = 10)\n"
                                           "print(2 * pnorm(-abs(difference / se)), digits = 10)\n",
                                           *observed, *published, *error, *theirs, (1 + files.level) / 2));
    const auto comparison =
        stats::compare_with_benchmark({*observed, *error}, {*published, *theirs}, *margins, files.level);
    if (!comparison) return tl::unexpected(comparison.error());
    auto report = effect_report("effect benchmark",
                                fmt::format("{:g} beside a published {:g}", *observed, *published), files);
    auto row = effect_row("difference", comparison->difference, comparison->std_error, comparison->interval);
    row.p = comparison->p;
    report.tables.push_back(
        {"estimates", "Observed less published", "both errors, independent of each other; normal", {row}});
    report.measures = {{"z", "z", comparison->z}};
    report.findings.push_back(
        {"benchmark.place", stats::to_text(comparison->place),
         fmt::format("{:.3g}, {:.3g} to {:.3g}, beside a zone from {:g} to {:g}", comparison->difference,
                     comparison->interval.lower, comparison->interval.upper, margins->lower, margins->upper),
         "People, measures and who is counted differ between studies: a benchmark is a rough mark."});
    return tell_effect(files, desk, report);
  }
};

}  // namespace

void add_effect_judgements(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<NntCommand>(app, desk, chosen, "nnt", "How many to treat for one more who does well", R"(
  securebase effect nnt --first 12,40 --second 22,41
  securebase effect nnt --d 0.6 --rate 0.2)");
  add_command<EquivalenceCommand>(app, desk, chosen, "equivalence",
                                  "Whether a difference is too small to matter", R"(
  securebase effect equivalence --in scores.csv --value distress --group arm \
    --zone -2,2
  securebase effect equivalence --difference 0.3 --error 0.6 --zone -2,2)");
  add_command<BenchmarkCommand>(app, desk, chosen, "benchmark", "An effect beside a published one", R"(
  securebase effect benchmark --observed 0.9 --error 0.15 --published 0.8 \
    --published-interval 0.6,1.0)");
}

}  // namespace securebase::cli
