// securebase reliability: how well the items of a scale, and two occasions, tell one score.

#include "cli/reliability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/effect.hpp"
#include "report/bland_altman_plot.hpp"
#include "report/coefficient_plot.hpp"
#include "stats/rating_table.hpp"
#include "stats/scale_scores.hpp"

namespace securebase::cli {
namespace {

using models::FitReport;

tl::unexpected<Error> misused(std::string detail) {
  return fail(ErrorKind::usage, "usage.reliability", std::move(detail));
}

struct NamedItems {
  std::string name;
  std::vector<std::string> items;
};

bool repeats(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// Which items are turned, and how: lowest + highest - x.
struct Keys {
  std::vector<std::string> reversed;
  double lowest = 0;
  double highest = 0;

  [[nodiscard]] bool turns(const std::string& item) const {
    return std::find(reversed.begin(), reversed.end(), item) != reversed.end();
  }
};

/// One scale out of a table. Errors: those of columns, "reliability.range".
Result<ReadScale> scale_of(const models::Table& table, const NamedItems& named, const Keys& keys,
                           double max_missing, bool sums) {
  ReadScale scale{named.name, named.items, {}, {}, {}};
  const std::size_t k = named.items.size();
  scale.values.assign(table.rows, std::vector<double>(k, 0));
  scale.present.assign(table.rows, std::vector<std::uint8_t>(k, 0));
  for (std::size_t i = 0; i < k; ++i) {
    const auto column = table.numeric_column(named.items[i]);
    if (!column) return tl::unexpected(column.error());
    const bool turned = keys.turns(named.items[i]);
    for (std::size_t row = 0; row < table.rows; ++row) {
      if ((*column)->missing[row]) continue;
      const double answer = (*column)->numbers[row];
      const auto fault = [&](const char* detail) {
        return fail(ErrorKind::bad_data, "reliability.range", detail,
                    Place{table.name, table.line[row], 0, named.items[i]});
      };
      // Beyond it products of answers lose the digits in which people differ.
      constexpr double largest_answer = 1e7;
      if (!(std::abs(answer) <= largest_answer))
        return fault(
            "this answer is too large to compute with: subtract a constant from the column, or divide it");
      if (turned && (answer < keys.lowest || answer > keys.highest))
        return fault("this answer lies outside --range: turned round it would mean something else");
      scale.values[row][i] = turned ? keys.lowest + keys.highest - answer : answer;
      scale.present[row][i] = 1;
    }
  }
  scale.scores.reserve(table.rows);
  for (std::size_t row = 0; row < table.rows; ++row) {
    auto score = stats::prorated_mean(scale.values[row], scale.present[row], max_missing);
    if (score && sums) *score *= static_cast<double>(k);
    scale.scores.push_back(score);
  }
  return scale;
}

struct ReliabilityCommand {
  FitFiles files;
  std::string items;
  std::vector<std::string> scales;
  std::string reversed;
  std::string range;
  std::string missing = "complete";
  std::string score = "mean";
  std::string retest;
  double max_missing = 0;
  std::size_t factors = 0;
  std::size_t splits = 10000;
  std::uint64_t seed = 1;

  void add_to(CLI::App& app) {
    files.add_to(app);
    auto* one = app.add_option("--items", items, "Columns of the items of a scale")->type_name("NAMES");
    app.add_option("--scale", scales, "Instead of --items, for each of several scales: its name and items")
        ->type_name("NAME=ITEMS")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->excludes(one);
    auto* turned =
        app.add_option("--reversed", reversed, "Items that count the other way round; needs --range")
            ->type_name("NAMES");
    app.add_option("--range", range, "Lowest and highest answer")->type_name("LOW,HIGH");
    turned->needs(app.get_option("--range"));
    app.add_option("--missing", missing,
                   "complete: rows with every item; pairwise: every quantity from whoever has it [complete]")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"complete", "pairwise"}));
    app.add_option("--max-missing", max_missing,
                   "A score where no more than this share of items is missing, from those that are there [0]")
        ->type_name("SHARE");
    app.add_option("--score", score, "What a score is of its items: mean or sum [mean]")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"mean", "sum"}));
    app.add_option("--factors", factors,
                   "Omega hierarchical and total, from a general factor and this many groups")
        ->type_name("N");
    app.add_option("--splits", splits, "Halves looked at where there are more ways to split [10000]")
        ->type_name("N");
    app.add_option("--seed", seed, "Of the splits drawn: the same number, the same splits [1]")
        ->type_name("N");
    app.add_option("--retest", retest, "Columns of the same items on a second occasion, in the same order")
        ->type_name("NAMES")
        ->needs(one);
  }

  [[nodiscard]] Result<void> check() const {
    if (auto fine = check_level(files.level); !fine) return fine;
    if (items.empty() && scales.empty())
      return misused("give --items, the columns of a scale, or --scale NAME=ITEMS for each of several");
    if (!(max_missing >= 0 && max_missing <= 1)) return misused("--max-missing is a share, from 0 to 1");
    if (factors == 1 || factors > 50)
      return misused("--factors takes 2 or more; without it, one factor is fitted");
    if (splits < 1 || splits > 1'000'000) return misused("--splits takes 1 to 1000000");
    return {};
  }

  [[nodiscard]] Result<std::vector<NamedItems>> named() const {
    std::vector<NamedItems> all;
    std::vector<std::string> names;
    if (!items.empty()) {
      auto list = names_in("--items", items);
      if (!list) return tl::unexpected(list.error());
      all.push_back({"scale", std::move(*list)});
    }
    for (const std::string& text : scales) {
      const auto equals = text.find('=');
      if (equals == 0 || equals == std::string::npos)
        return misused("--scale takes a name and its items, such as --scale warmth=q1,q4,q7");
      auto list = names_in("--scale", text.substr(equals + 1));
      if (!list) return tl::unexpected(list.error());
      names.push_back(text.substr(0, equals));
      all.push_back({names.back(), std::move(*list)});
    }
    if (repeats(names)) return misused("two of --scale have the same name");
    for (const NamedItems& scale : all) {
      if (repeats(scale.items)) return misused("an item stands in its scale twice");
      if (scale.items.size() < 2 && retest.empty())
        return misused("one item alone has no inner consistency: name two or more, or --retest");
    }
    return all;
  }

  [[nodiscard]] Result<Keys> keys(const std::vector<NamedItems>& all) const {
    Keys keys;
    if (!range.empty()) {
      const auto ends = numbers_of("--range", range, 2, "1,7");
      if (!ends) return tl::unexpected(ends.error());
      if (!((*ends)[0] < (*ends)[1])) return misused("--range goes from the lowest to the highest answer");
      keys.lowest = (*ends)[0];
      keys.highest = (*ends)[1];
    }
    if (reversed.empty()) return keys;
    auto list = names_in("--reversed", reversed);
    if (!list) return tl::unexpected(list.error());
    for (const std::string& item : *list)
      if (std::none_of(all.begin(), all.end(), [&](const NamedItems& scale) {
            return std::find(scale.items.begin(), scale.items.end(), item) != scale.items.end();
          }))
        return misused("--reversed names an item that is in no scale");
    keys.reversed = std::move(*list);
    return keys;
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check(); !fine) return tl::unexpected(fine.error());
    const auto all = named();
    if (!all) return tl::unexpected(all.error());
    const auto turned = keys(*all);
    if (!turned) return tl::unexpected(turned.error());
    std::vector<std::string> again;
    if (!retest.empty()) {
      auto list = names_in("--retest", retest);
      if (!list) return tl::unexpected(list.error());
      std::vector<std::string> both = *list;
      both.insert(both.end(), all->front().items.begin(), all->front().items.end());
      if (list->size() != all->front().items.size() || repeats(both))
        return misused("--retest names as many columns as --items, in the same order, and others");
      again = std::move(*list);
    }
    if (files.as_r) return files.tell_script(desk, script(*all, *turned, again));
    return tell(desk, *all, *turned, again);
  }

  [[nodiscard]] ReliabilityChoice choice() const {
    return {missing == "pairwise" ? stats::Missing::pairwise : stats::Missing::complete_cases,
            score == "sum",
            factors,
            splits,
            seed,
            files.level};
  }

  [[nodiscard]] FitReport begun(const models::Table& table, const std::vector<NamedItems>& all) const {
    FitReport report;
    report.command = "reliability";
    report.model = items.empty() ? fmt::format("{} scales", all.size())
                                 : fmt::format("{} item{}", all.front().items.size(),
                                               all.front().items.size() == 1 ? "" : "s");
    if (!retest.empty()) report.model += ", two occasions";
    report.level = files.level;
    report.data = {table.name, table.rows, table.rows, {}, {}};
    report.tables.push_back(
        {"estimates",
         "Reliability",
         "alpha: Feldt's F (1965), error of van Zyl, Neudecker and Nel (2000); split-half: "
         "Fisher's z stepped up",
         {}});
    return report;
  }

  Outcome tell(Desk& desk, const std::vector<NamedItems>& all, const Keys& turned,
               const std::vector<std::string>& again) const {
    std::vector<models::WantedColumn> wanted;
    const auto want = [&](const std::vector<std::string>& names) {
      for (const std::string& name : names)
        if (std::none_of(wanted.begin(), wanted.end(),
                         [&](const auto& column) { return column.name == name; }))
          wanted.push_back({name, models::ColumnUse::number});
    };
    for (const NamedItems& scale : all) want(scale.items);
    want(again);
    const auto table = files.read(desk, wanted);
    if (!table) return tl::unexpected(table.error());
    FitReport report = begun(*table, all);
    const auto placed = [&](Error error) -> Outcome {
      if (error.where.name.empty()) error.where.name = table->name;
      return tl::unexpected(std::move(error));
    };
    std::vector<ReadScale> read;
    for (const NamedItems& scale : all) {
      auto one = scale_of(*table, scale, turned, max_missing, score == "sum");
      if (!one) return placed(one.error());
      read.push_back(std::move(*one));
    }
    const ReliabilityChoice asked = choice();
    const bool consistency = read.front().items.size() > 1;
    if (consistency)
      for (const ReadScale& scale : read)
        if (auto added = add_scale(report, scale, asked, items.empty() ? scale.name + ": " : ""); !added)
          return placed(added.error());
    if (read.size() > 1) add_scale_pairs(report, read, asked);
    std::optional<stats::BlandAltman> limits;
    if (!again.empty()) {
      Keys second = turned;
      for (std::size_t i = 0; i < again.size(); ++i)
        if (turned.turns(all.front().items[i])) second.reversed.push_back(again[i]);
      const auto later = scale_of(*table, {"retest", again}, second, max_missing, score == "sum");
      if (!later) return placed(later.error());
      const auto told = add_retest(report, read.front().scores, later->scores, asked);
      if (!told) return placed(told.error());
      limits = told->difference;
    }
    account(report, read);
    add_scores(report, read, *table);
    add_reliability_findings(report, asked, consistency, !again.empty());
    return files.tell(desk, report, [&]() -> Result<std::string> {
      return limits ? picture(report, *limits) : report::coefficient_plot(report);
    });
  }

  /// Rows that gave no score.
  static void account(FitReport& report, const std::vector<ReadScale>& read) {
    std::size_t without = 0;
    for (std::size_t row = 0; row < report.data.rows; ++row)
      if (std::none_of(read.begin(), read.end(),
                       [&](const ReadScale& scale) { return scale.scores[row].has_value(); }))
        ++without;
    report.data.used = report.data.rows - without;
    if (without > 0) report.data.left_out.push_back({"no score, too many items missing", without});
  }

  static void add_scores(FitReport& report, const std::vector<ReadScale>& read, const models::Table& table) {
    models::Frame frame{"scores", "Scores", {"line"}, {}, false};
    for (const ReadScale& scale : read) frame.columns.push_back(scale.name);
    for (std::size_t row = 0; row < table.rows; ++row) {
      std::vector<models::Cell> cells{static_cast<double>(table.line[row])};
      for (const ReadScale& scale : read)
        cells.push_back(scale.scores[row] ? models::Cell(*scale.scores[row]) : models::Cell());
      frame.rows.push_back(std::move(cells));
    }
    report.frames.push_back(std::move(frame));
  }

  [[nodiscard]] static std::string picture(const FitReport& report, const stats::BlandAltman& limits) {
    report::BlandAltmanPlot plot{
        "Test and retest", "Mean of both scores", "Second less first score", limits, 0.95, {}};
    for (const auto& frame : report.frames)
      if (frame.id == "differences")
        for (const auto& row : frame.rows)
          plot.points.emplace_back(std::get<double>(row[0]), std::get<double>(row[1]));
    return report::bland_altman_plot(plot);
  }

  [[nodiscard]] std::string script(const std::vector<NamedItems>& all, const Keys& turned,
                                   const std::vector<std::string>& again) const {
    std::string text = r_read(files.in);
    for (const std::string& item : turned.reversed) {
      text += fmt::format("d[[{0}]] <- {1} - d[[{0}]]\n", r_text(item), turned.lowest + turned.highest);
      for (std::size_t i = 0; i < again.size(); ++i)
        if (all.front().items[i] == item)
          text +=
              fmt::format("d[[{0}]] <- {1} - d[[{0}]]\n", r_text(again[i]), turned.lowest + turned.highest);
    }
    for (const NamedItems& scale : all) {
      if (scale.items.size() < 2) continue;
      text += fmt::format("x <- d[{}]{}\n", r_texts(scale.items),
                          missing == "pairwise" ? "" : "; x <- x[complete.cases(x), ]");
      text += fmt::format("cat({}, \"\\n\"); print(psych::alpha(x), digits = 6)\n", r_text(scale.name));
      text += fmt::format(
          "k <- ncol(x); n <- nrow(x); s <- cov(x, use = \"pairwise\"); a <- k / (k - 1) * (1 - sum(diag(s)) "
          "/ "
          "sum(s))\ncat(\"alpha\", format(a, digits = 10), \" Feldt\", format(1 - (1 - a) * qf({} + c(0.5, "
          "-0.5) * {}, n - 1, (n - 1) * (k - 1)), digits = 10), \"\\n\")\n",
          0.5, files.level);
      text +=
          "h <- seq_len(k) %% 2 == 1; r <- cor(rowSums(x[h]), rowSums(x[!h]), use = \"complete\")\n"
          "cat(\"split-half, odd and even\", format(2 * r / (1 + r), digits = 10), \"\\n\")\n";
      if (scale.items.size() > 2)
        text +=
            "f <- factanal(x[complete.cases(x), ], 1, nstart = 5); l <- f$loadings[, 1] * sapply(x, sd, "
            "na.rm = "
            "TRUE)\nu <- f$uniquenesses * sapply(x, var, na.rm = TRUE)\n"
            "cat(\"omega, one factor\", format(sum(l)^2 / (sum(l)^2 + sum(u)), digits = 6), \"\\n\")\n";
      if (factors > 0) text += fmt::format("print(psych::omega(x, nfactors = {}, plot = FALSE))\n", factors);
    }
    if (again.empty()) return text;
    const char* of = score == "sum" ? "rowSums" : "rowMeans";
    if (max_missing > 0) text += "# scores of rows with every item: --max-missing is not in this script\n";
    text += fmt::format("t <- na.omit(cbind({0}(d[{1}]), {0}(d[{2}])))\n", of, r_texts(all.front().items),
                        r_texts(again));
    text += fmt::format(
        "print(cor.test(t[, 1], t[, 2], conf.level = {0})); print(psych::ICC(t, lmer = FALSE, alpha = 1 - "
        "{0}))\n"
        "sem <- sd(t[, 2] - t[, 1]) / sqrt(2); cat(\"error, consistency\", format(sem, digits = 10), \" "
        "detectable "
        "change\",\n    format(qnorm((1 + {0}) / 2) * sqrt(2) * sem, digits = 10), \"\\n\")\n",
        files.level);
    return text;
  }
};

}  // namespace

void add_reliability(CLI::App& app, Desk& desk, Action& chosen) {
  add_guarded_command<ReliabilityCommand>(app, desk, chosen, "reliability",
                                          "How well items, or two occasions, tell one score",
                                          R"(
Examples
  securebase reliability --in answers.csv --items q1,q2,q3,q4
  securebase reliability --in answers.csv --items q1,q2,q3,q4,q5,q6 \
    --reversed q2 --range 1,7 --factors 2 --score sum
  securebase reliability --in answers.csv --scale warmth=q1,q3,q5 \
    --scale trust=q2,q4,q6
  securebase reliability --in twice.csv --items total_1 --retest total_2
)" + std::string(exit_code_help));
}

}  // namespace securebase::cli
