// securebase effect d, bootstrap, prepost, controlled

#include <fmt/format.h>

#include <cmath>

#include "base/printable.hpp"
#include "cli/effect.hpp"
#include "models/bootstrap_report.hpp"
#include "stats/change.hpp"

namespace securebase::cli {
namespace {

constexpr std::size_t most_rows_left_out = 3000;
constexpr std::size_t most_rows_regressed = 400;

using models::FitReport;

void add_group_tables(FitReport& report, const stats::MeanDifference& welch,
                      const stats::StandardisedEffect& effect) {
  auto difference = effect_row("difference", welch.difference, welch.std_error, welch.interval);
  difference.df = welch.df;
  difference.p = welch.p;
  report.tables.push_back(
      {"estimates",
       "Difference of the groups",
       "difference: Welch's t; d: pooled SD, as observed; g: d without its small-sample bias, large-"
       "sample error (Hedges 1981, 1982)",
       {difference,
        {"d", effect.d, {}, {}, {}, {}, {}},
        effect_row("g", effect.g, std::sqrt(effect.variance), effect.interval)}});
  report.measures.push_back({"t", "Welch's t", welch.t});
  report.measures.push_back({"superiority", "Chance that one of the second is above one of the first",
                             stats::probability_of_superiority(effect.d)});
  report.measures.push_back(
      {"below_mean", "Share of the first below the mean of the second", stats::share_below_mean(effect.d)});
  report.findings.push_back(
      {"effect.size_words", "What is a large effect depends on what is compared.",
       "standard deviations of the people here",
       "In a sample chosen to be alike, the same difference looks larger. The two shares take both "
       "groups as normal with one spread."});
}

void name_groups(FitReport& report, const std::string& first, const stats::GroupSummary& a,
                 const std::string& second, const stats::GroupSummary& b) {
  models::Frame frame{"groups", "Groups", {"group", "n", "mean", "sd"}, {}, true};
  frame.rows = {{first, static_cast<double>(a.n), a.mean, a.sd},
                {second, static_cast<double>(b.n), b.mean, b.sd}};
  report.frames.push_back(std::move(frame));
}

/// Two groups, from a file or from numbers.
struct GroupsCommand {
  FitFiles files;
  GroupColumns columns;
  std::string first;
  std::string second;

  void add_to(CLI::App& app) {
    files.add_to(app);
    columns.add_to(app);
    auto* a = app.add_option("--first", first, "Without a file: how many, mean and SD of the first group")
                  ->type_name("N,MEAN,SD")
                  ->excludes(app.get_option("--in"));
    auto* b = app.add_option("--second", second, "The same of the second group")->type_name("N,MEAN,SD");
    a->needs(b);
    b->needs(a);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (first.empty() && !columns.given())
      return fail(ErrorKind::usage, "usage.effect",
                  "give --in, --value and --group, or --first and --second as N,MEAN,SD");
    if (files.as_r) return tell_r(desk);
    auto report = effect_report("effect d",
                                first.empty() ? columns.value + " by " + columns.group : "two groups", files);
    stats::GroupSummary summaries[2];
    if (first.empty()) {
      const auto groups = columns.read(desk, files);
      if (!groups) return tl::unexpected(groups.error());
      for (const int which : {0, 1}) {
        const auto summary = groups->summary(which);
        if (!summary) return tl::unexpected(summary.error());
        summaries[which] = *summary;
      }
      report.data = groups->account;
      name_groups(report, groups->names[0], summaries[0], groups->names[1], summaries[1]);
    } else {
      const auto a = group_of("--first", first);
      if (!a) return tl::unexpected(a.error());
      const auto b = group_of("--second", second);
      if (!b) return tl::unexpected(b.error());
      summaries[0] = *a;
      summaries[1] = *b;
      name_groups(report, "first", *a, "second", *b);
    }
    const auto welch = stats::welch_test(summaries[0], summaries[1], files.level);
    if (!welch) return tl::unexpected(welch.error());
    const auto effect = stats::between_groups(summaries[0], summaries[1], files.level);
    if (!effect) return tl::unexpected(effect.error());
    add_group_tables(report, *welch, *effect);
    return tell_effect(files, desk, report);
  }

  Outcome tell_r(Desk& desk) const {
    std::string text;
    if (first.empty()) {
      text = r_read(files.in) + fmt::format("d <- na.omit(d[{}])\ng <- {}\n",
                                            r_texts(std::vector{columns.value, columns.group}),
                                            reference_in_r());
      text += fmt::format(
          "y <- split(d[[{}]], d[[{}]] == g)\nn <- lengths(y); m <- sapply(y, mean); s <- sapply(y, sd)\n"
          "n <- rev(n); m <- rev(m); s <- rev(s)\n",
          r_text(columns.value), r_text(columns.group));
      text += fmt::format("print(t.test(y[[1]], y[[2]], conf.level = {}))\n", files.level);
    } else {
      text =
          fmt::format("a <- c({}); b <- c({})\nn <- c(a[1], b[1]); m <- c(a[2], b[2]); s <- c(a[3], b[3])\n",
                      first, second);
    }
    text +=
        "df <- sum(n) - 2\npooled <- sqrt(sum((n - 1) * s^2) / df)\ndelta <- unname(m[2] - m[1]) / pooled\n"
        "J <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))\ng <- J * delta\n"
        "v <- sum(1 / n) + g^2 / (2 * sum(n))\n";
    text += fmt::format(
        "z <- qnorm({})\ncat(\"d\", format(delta, digits = 12), \" g\", format(g, digits = 12), \" from\",\n"
        "    format(g - z * sqrt(v), digits = 12), \"to\", format(g + z * sqrt(v), digits = 12), \"\\n\")\n",
        (1 + files.level) / 2);
    return files.tell_script(desk, text);
  }

  [[nodiscard]] std::string reference_in_r() const {
    if (!columns.reference.empty()) return r_text(columns.reference);
    return fmt::format("if (is.numeric(d[[{0}]])) min(d[[{0}]]) else d[[{0}]][1]", r_text(columns.group));
  }
};

/// The difference of means, resampled.
struct BootstrapCommand {
  FitFiles files;
  GroupColumns columns;
  ResampleChoice resampling;
  std::string resamples;

  void add_to(CLI::App& app) {
    files.add_to(app);
    files.reads(resamples);
    columns.add_to(app);
    resampling.add_to(app);
    app.add_option("--resamples", resamples, "CSV file of resamples made elsewhere: row numbers from 1")
        ->type_name("FILE")
        ->excludes(app.get_option("--bootstrap"));
  }

  static stats::RowEstimator mean_difference(const TwoGroups& groups) {
    return [&groups](std::span<const std::size_t> rows) -> std::optional<double> {
      double sum[2] = {0, 0}, n[2] = {0, 0};
      for (const std::size_t row : rows) {
        sum[groups.group[row]] += groups.values[row];
        n[groups.group[row]] += 1;
      }
      if (n[0] == 0 || n[1] == 0) return std::nullopt;
      return sum[1] / n[1] - sum[0] / n[0];
    };
  }

  Outcome act(Desk& desk) const {
    if (!columns.given()) return fail(ErrorKind::usage, "usage.effect", "give --in, --value and --group");
    ResampleChoice choice = resampling;
    if (!choice.replicates) choice.replicates = 5000;
    if (auto fine = choice.check(); !fine) return tl::unexpected(fine.error());
    if (files.as_r) return tell_r(desk, *choice.replicates);
    const auto groups = columns.read(desk, files);
    if (!groups) return tl::unexpected(groups.error());
    const auto a = groups->summary(0), b = groups->summary(1);
    if (!a) return tl::unexpected(a.error());
    if (!b) return tl::unexpected(b.error());
    const auto welch = stats::welch_test(*a, *b, files.level);
    if (!welch) return tl::unexpected(welch.error());
    const auto effect = stats::between_groups(*a, *b, files.level);
    if (!effect) return tl::unexpected(effect.error());
    auto report = effect_report("effect bootstrap", columns.value + " by " + columns.group, files);
    report.data = groups->account;
    name_groups(report, groups->names[0], *a, groups->names[1], *b);
    add_group_tables(report, *welch, *effect);
    if (auto added = add_resampling(desk, report, *groups, choice); !added)
      return tl::unexpected(added.error());
    return tell_effect(files, desk, report);
  }

  [[nodiscard]] Result<void> add_resampling(Desk& desk, FitReport& report, const TwoGroups& groups,
                                            const ResampleChoice& choice) const {
    const std::size_t n = groups.values.size();
    std::vector<stats::Resample> given;
    if (!resamples.empty()) {
      auto read = read_resamples(resamples, n);
      if (!read) return tl::unexpected(read.error());
      given = std::move(*read);
    }
    const auto estimator = mean_difference(groups);
    const auto bootstrap = bootstrap_rows(desk, n, estimator, choice, given);
    if (!bootstrap) return tl::unexpected(bootstrap.error());
    models::Influences influences;
    if (n <= most_rows_left_out) influences.jackknife = stats::jackknife_influence(n, estimator);
    if (!given.empty() && n <= most_rows_regressed)
      influences.regression = stats::regression_influence(n, *bootstrap, given);
    models::add_row_bootstrap(report, *bootstrap, influences, "the difference");
    return {};
  }

  Outcome tell_r(Desk& desk, std::size_t replicates) const {
    std::string text = "library(boot)\n" + r_read(files.in);
    text += fmt::format("d <- na.omit(d[{}])\n", r_texts(std::vector{columns.value, columns.group}));
    text += fmt::format(
        "y <- d[[{0}]]; first <- d[[{1}]] == {2}\n", r_text(columns.value), r_text(columns.group),
        columns.reference.empty()
            ? fmt::format("(if (is.numeric(d[[{0}]])) min(d[[{0}]]) else d[[{0}]][1])", r_text(columns.group))
            : r_text(columns.reference));
    text +=
        "difference <- function(y, i) mean(y[i][!first[i]]) - mean(y[i][first[i]])\n"
        "cat(\"difference\", format(difference(y, seq_along(y)), digits = 12), \"\\n\")\n";
    if (resamples.empty())
      text += fmt::format(
          "set.seed({})\nresult <- boot(y, difference, R = {})\n"
          "print(boot.ci(result, conf = {}, type = c(\"norm\", \"basic\", \"perc\", \"bca\")))\n",
          resampling.seed, replicates, files.level);
    else
      text += fmt::format(
          "rows <- as.matrix(read.csv({}))\nt <- apply(rows, 1, function(i) difference(y, i))\n"
          "cat(\"percentile\", format(boot:::norm.inter(t, c({}, {}))[, 2], digits = 12), \"\\n\")\n",
          r_text(resamples), (1 - files.level) / 2, (1 + files.level) / 2);
    return files.tell_script(desk, text);
  }
};

/// Pairs of values of a file.
struct Pairs {
  std::vector<double> pre, post;
  std::vector<std::size_t> rows;
  models::DataAccount account;
};

Pairs pairs_of(const models::Table& table, const models::Column& pre, const models::Column& post) {
  Pairs pairs;
  std::size_t without = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    if (pre.missing[row] || post.missing[row]) {
      ++without;
      continue;
    }
    pairs.pre.push_back(pre.numbers[row]);
    pairs.post.push_back(post.numbers[row]);
    pairs.rows.push_back(row);
  }
  pairs.account = {table.name, table.rows, pairs.pre.size(), {}, {}};
  if (without > 0) pairs.account.left_out.push_back({"before or after is missing", without});
  return pairs;
}

Result<stats::PrePostSummary> summary_of(const stats::PairedSummary& paired, const std::string& file) {
  if (!paired.r_pre_post)
    return fail(ErrorKind::bad_data, "effect.no_variance", "scores before or after do not vary",
                Place{file, 0, 0, {}});
  return stats::PrePostSummary{paired.n,         paired.mean_pre, paired.sd_pre,
                               paired.mean_post, paired.sd_post,  *paired.r_pre_post};
}

void say_no_control(FitReport& report) {
  report.findings.push_back(
      {"effect.no_control", "Change in one group is not the effect of what was done.",
       "the same people before and after",
       "Time, regression to the mean and being measured twice change scores, too; those who are "
       "measured at their worst improve anyway."});
}

struct PrePostCommand {
  FitFiles files;
  std::string pre, post, summary;

  void add_to(CLI::App& app) {
    files.add_to(app);
    auto* before = app.add_option("--pre", pre, "Column of the scores before")->type_name("NAME");
    auto* after = app.add_option("--post", post, "Column of the scores after")->type_name("NAME");
    before->needs(after);
    after->needs(before);
    app.add_option("--summary", summary,
                   "Without a file: how many, mean and SD before, after, their correlation")
        ->type_name("N,M1,SD1,M2,SD2,R")
        ->excludes(app.get_option("--in"));
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (summary.empty() && pre.empty())
      return fail(ErrorKind::usage, "usage.effect",
                  "give --in, --pre and --post, or --summary N,M1,SD1,M2,SD2,R");
    if (files.as_r) return tell_r(desk);
    auto report = effect_report("effect prepost", "change within one group", files);
    stats::PrePostSummary group;
    std::optional<stats::PairedSummary> paired;
    if (summary.empty()) {
      const auto table = files.read(desk, std::vector<models::WantedColumn>{{pre}, {post}});
      if (!table) return tl::unexpected(table.error());
      const auto pairs = pairs_of(*table, **table->numeric_column(pre), **table->numeric_column(post));
      const auto told = stats::paired_summary(pairs.pre, pairs.post, files.level);
      if (!told) return tl::unexpected(told.error());
      const auto numbers = summary_of(*told, table->name);
      if (!numbers) return tl::unexpected(numbers.error());
      group = *numbers;
      paired = *told;
      report.data = pairs.account;
    } else {
      const auto numbers = pre_post_of("--summary", summary);
      if (!numbers) return tl::unexpected(numbers.error());
      group = *numbers;
    }
    if (auto added = add_tables(report, group, paired); !added) return tl::unexpected(added.error());
    say_no_control(report);
    return tell_effect(files, desk, report);
  }

  [[nodiscard]] Result<void> add_tables(FitReport& report, const stats::PrePostSummary& group,
                                        const std::optional<stats::PairedSummary>& paired) const {
    models::EstimateTable table{
        "estimates",
        "Change, after less before",
        "change: Student's t; the others in SDs, without small-sample bias, large-sample errors",
        {}};
    if (paired) {
      table.rows.push_back(effect_row("change", paired->mean_change,
                                      paired->sd_change / std::sqrt(static_cast<double>(paired->n)),
                                      paired->interval));
      table.rows.back().df = paired->df;
      table.rows.back().p = paired->p;
      report.measures = {{"t", "t", paired->t},
                         {"d_z", "d of changes, as observed", paired->d_z},
                         {"d_pre_sd", "d in SDs before, as observed", paired->d_pre_sd},
                         {"d_av", "d in the mean SD, as observed", paired->d_av},
                         {"r", "Correlation before and after", paired->r_pre_post}};
    }
    using stats::ChangeStandard;
    for (const auto& [name, standard] : {std::pair("pre_sd", ChangeStandard::pre_sd),
                                         std::pair("pre_sd_unequal", ChangeStandard::pre_sd_unequal),
                                         std::pair("change_sd", ChangeStandard::change_sd)}) {
      const auto effect = stats::within_group(group, standard, files.level);
      if (!effect) return tl::unexpected(effect.error());
      table.rows.push_back(effect_row(name, effect->g, std::sqrt(effect->variance), effect->interval));
    }
    report.tables.push_back(std::move(table));
    report.findings.push_back(
        {"effect.standards", "In SDs before, changes can be compared with those of other studies.",
         "pre_sd as Becker 1988, pre_sd_unequal as Bonett 2008, change_sd as Gibbons and others 1993",
         "In SDs of changes they cannot: these depend on how alike people change."});
    return {};
  }

  Outcome tell_r(Desk& desk) const {
    std::string text;
    if (summary.empty())
      text = r_read(files.in) +
             fmt::format(
                 "d <- na.omit(d[{}])\nx <- d[[1]]; y <- d[[2]]\nprint(t.test(y, x, paired = TRUE, "
                 "conf.level = {}))\n"
                 "n <- length(x); m1 <- mean(x); s1 <- sd(x); m2 <- mean(y); s2 <- sd(y); r <- cor(x, y)\n",
                 r_texts(std::vector{pre, post}), files.level);
    else
      text = fmt::format("v <- c({}); n <- v[1]; m1 <- v[2]; s1 <- v[3]; m2 <- v[4]; s2 <- v[5]; r <- v[6]\n",
                         summary);
    text +=
        "df <- n - 1; J <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))\n"
        "sc <- sqrt(s1^2 + s2^2 - 2 * r * s1 * s2)\ng1 <- J * (m2 - m1) / s1; g2 <- J * (m2 - m1) / sc\n"
        "se <- sqrt(c(2 * (1 - r) / n + g1^2 / (2 * n), J^2 * (sc^2 / (s1^2 * (n - 1)) + g1^2 / (2 * (n - "
        "1))),\n"
        "             1 / n + g2^2 / (2 * n)))\n";
    text += fmt::format(
        "g <- c(pre_sd = g1, pre_sd_unequal = g1, change_sd = g2); z <- qnorm({})\n"
        "print(cbind(g, se, lower = g - z * se, upper = g + z * se), digits = 10)\n",
        (1 + files.level) / 2);
    return files.tell_script(desk, text);
  }
};

struct ControlledCommand {
  FitFiles files;
  std::string pre, post, group, reference, control, treated;

  void add_to(CLI::App& app) {
    files.add_to(app);
    app.add_option("--pre", pre, "Column of the scores before")->type_name("NAME");
    app.add_option("--post", post, "Column of the scores after")->type_name("NAME");
    app.add_option("--group", group, "Column that says who was treated and who not")->type_name("NAME");
    app.add_option(
           "--reference", reference,
           "Which group is the control group; without it, the smaller number or that of the first row")
        ->type_name("LABEL");
    auto* a = app.add_option("--control", control, "Without a file: numbers of the control group")
                  ->type_name("N,M1,SD1,M2,SD2,R")
                  ->excludes(app.get_option("--in"));
    auto* b =
        app.add_option("--treated", treated, "The same of those treated")->type_name("N,M1,SD1,M2,SD2,R");
    a->needs(b);
    b->needs(a);
  }

  struct Both {
    stats::PrePostSummary groups[2];
    std::string names[2];
    models::DataAccount account;
  };

  [[nodiscard]] Result<Both> numbers() const {
    const auto a = pre_post_of("--control", control);
    if (!a) return tl::unexpected(a.error());
    const auto b = pre_post_of("--treated", treated);
    if (!b) return tl::unexpected(b.error());
    return Both{{*a, *b}, {"control", "treated"}, {}};
  }

  [[nodiscard]] Result<Both> read(Desk& desk) const {
    if (pre.empty() || post.empty() || group.empty())
      return fail(ErrorKind::usage, "usage.effect",
                  "give --in, --pre, --post and --group, or --control and --treated as N,M1,SD1,M2,SD2,R");
    const auto table =
        files.read(desk, std::vector<models::WantedColumn>{{pre}, {post}, {group, models::ColumnUse::label}});
    if (!table) return tl::unexpected(table.error());
    const auto x = table->numeric_column(pre), y = table->numeric_column(post);
    const auto labels = table->labels_of(group);
    if (!x) return tl::unexpected(x.error());
    if (!y) return tl::unexpected(y.error());
    if (!labels) return tl::unexpected(labels.error());
    const auto first = first_group(*table, **labels, reference);
    if (!first) return tl::unexpected(first.error());
    const Pairs pairs = pairs_of(*table, **x, **y);
    Both both;
    both.account = pairs.account;
    std::size_t nobody = 0;
    for (const std::size_t which : {0U, 1U}) {
      const std::size_t label = which == 0 ? *first : 1 - *first;
      std::vector<double> before, after;
      for (std::size_t i = 0; i < pairs.rows.size(); ++i) {
        if ((*labels)->missing[pairs.rows[i]]) {
          if (which == 0) ++nobody;
          continue;
        }
        if ((*labels)->label[pairs.rows[i]] != label) continue;
        before.push_back(pairs.pre[i]);
        after.push_back(pairs.post[i]);
      }
      const auto paired = stats::paired_summary(before, after, files.level);
      if (!paired) return tl::unexpected(paired.error());
      const auto summary = summary_of(*paired, table->name);
      if (!summary) return tl::unexpected(summary.error());
      both.groups[which] = *summary;
      both.names[which] = (*labels)->labels[label];
    }
    both.account.used -= nobody;
    if (nobody > 0) both.account.left_out.push_back({group + " is missing", nobody});
    return both;
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (files.as_r) return tell_r(desk);
    const auto both = control.empty() ? read(desk) : numbers();
    if (!both) return tl::unexpected(both.error());
    const auto effect = stats::controlled_change(both->groups[0], both->groups[1], files.level);
    if (!effect) return tl::unexpected(effect.error());
    auto report = effect_report("effect controlled", "change beyond that of a control group", files);
    report.data = both->account;
    report.tables.push_back({"estimates",
                             "Change of the treated beyond that of the others",
                             "pooled SDs before, without small-sample bias, large-sample error (Morris 2008)",
                             {effect_row("g", effect->g, std::sqrt(effect->variance), effect->interval),
                              {"d", effect->d, {}, {}, {}, {}, {}}}});
    models::Frame frame{
        "groups", "Groups", {"group", "n", "mean_pre", "sd_pre", "mean_post", "sd_post", "r"}, {}, true};
    for (const std::size_t g : {0U, 1U}) {
      const auto& s = both->groups[g];
      frame.rows.push_back(
          {both->names[g], static_cast<double>(s.n), s.mean_pre, s.sd_pre, s.mean_post, s.sd_post, s.r});
    }
    report.frames.push_back(std::move(frame));
    report.findings.push_back(
        {"effect.controlled", "What both groups have in common is taken out.",
         "means and SDs of both groups before and after",
         "It is the effect of treatment only if who was treated was decided by chance, and nobody who "
         "left is missed."});
    return tell_effect(files, desk, report);
  }

  Outcome tell_r(Desk& desk) const {
    std::string text;
    if (control.empty()) {
      text = r_read(files.in);
      text += fmt::format(
          "d <- na.omit(d[{}])\ncontrol <- {}\n", r_texts(std::vector{pre, post, group}),
          reference.empty() ? "if (is.numeric(d[[3]])) min(d[[3]]) else d[[3]][1]" : r_text(reference));
      text +=
          "numbers <- function(d) c(nrow(d), mean(d[[1]]), sd(d[[1]]), mean(d[[2]]), sd(d[[2]]), cor(d[[1]], "
          "d[[2]]))\n"
          "a <- numbers(d[d[[3]] == control, ]); b <- numbers(d[d[[3]] != control, ])\n";
    } else {
      text = fmt::format("a <- c({}); b <- c({})\n", control, treated);
    }
    text +=
        "df <- a[1] + b[1] - 2; s <- sqrt(((a[1] - 1) * a[3]^2 + (b[1] - 1) * b[3]^2) / df)\n"
        "d <- ((b[4] - b[2]) - (a[4] - a[2])) / s\nJ <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df "
        "- 1) / 2))\n"
        "cat(\"d\", format(d, digits = 12), \" g\", format(J * d, digits = 12), \"\\n\")\n";
    return files.tell_script(desk, text);
  }
};

}  // namespace

void add_effect_groups(CLI::App& app, Desk& desk, Action& chosen) {
  add_command<GroupsCommand>(app, desk, chosen, "d", "Two groups: difference, d, g", R"(
  securebase effect d --in scores.csv --value distress --group arm
  securebase effect d --first 40,23.5,7.2 --second 42,18.1,7.9)");
  add_command<BootstrapCommand>(app, desk, chosen, "bootstrap", "Two groups: their difference by resampling",
                                R"(
  securebase effect bootstrap --in scores.csv --value distress --group arm \
    --bootstrap 5000 --seed 7)");
  add_command<PrePostCommand>(app, desk, chosen, "prepost", "One group before and after", R"(
  securebase effect prepost --in scores.csv --pre start --post end
  securebase effect prepost --summary 40,23.5,7.2,15.1,8,0.5)");
  add_command<ControlledCommand>(app, desk, chosen, "controlled", "Change beyond that of a control group", R"(
  securebase effect controlled --in scores.csv --pre start --post end \
    --group arm --reference waiting
  securebase effect controlled --control 40,23,7,21,7,0.6 \
    --treated 41,23.5,7.2,15.1,8,0.5)");
}

}  // namespace securebase::cli
