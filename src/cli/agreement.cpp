// securebase agreement: how far raters of the same units agree.

#include "cli/agreement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "cli/effect.hpp"
#include "report/bland_altman_plot.hpp"
#include "report/coefficient_plot.hpp"
#include "stats/intraclass.hpp"

namespace securebase::cli {
namespace {

using models::FitReport;
using stats::Measurement;

tl::unexpected<Error> misuse(std::string detail) {
  return fail(ErrorKind::usage, "usage.agreement", std::move(detail));
}

constexpr std::size_t resamples_without_asking = 1000;

/// "1,0.5;0.5,1" as a matrix.
Result<stats::Matrix> weights_of(const std::string& text) {
  const auto size = static_cast<std::size_t>(std::count(text.begin(), text.end(), ';')) + 1;
  stats::Matrix weights(size, size);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    const auto row = numbers_of("each row of --weights", text.substr(begin, end - begin), size,
                                "1,0.5;0.5,1 for two categories");
    if (!row) return tl::unexpected(row.error());
    for (std::size_t j = 0; j < size; ++j) weights(i, j) = (*row)[j];
    begin = end + 1;
  }
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j)
      if (!(weights(i, j) >= 0 && weights(i, j) <= 1) || weights(i, j) != weights(j, i) || weights(i, i) != 1)
        return misuse("--weights are the same both ways, 1 for the same category and from 0 to 1 for others");
  return weights;
}

struct AgreementCommand {
  FitFiles files;
  RatingColumns columns;
  ResampleChoice resampling;
  std::string coefficients;
  std::string weights;
  std::string items;
  double share = 0.95;
  double null_variance = 0;

  void add_to(CLI::App& app) {
    files.add_to(app);
    columns.add_to(app);
    app.add_option(
           "--coefficients", coefficients,
           "Which: agreement, cohen, fleiss, gwet, krippendorff, polychoric, icc, bland-altman; without "
           "it, those that fit")
        ->type_name("NAMES");
    app.add_option("--weights", weights,
                   "Weights of your own for kappa and AC: a row for each category, rows between semicolons")
        ->type_name("ROWS");
    app.add_option("--share", share, "Of differences that limits of agreement hold [0.95]")
        ->type_name("SHARE");
    auto* several =
        app.add_option("--items", items,
                       "Without --rater: columns of the items behind --value, for their agreement "
                       "within units")
            ->type_name("NAMES");
    app.add_option("--null-variance", null_variance,
                   "Without --rater: the variance of ratings without agreement; of A equally likely "
                   "categories (A^2 - 1) / 12")
        ->type_name("VARIANCE");
    several->excludes(app.get_option("--raters"));
    resampling.add_to(app);
  }

  Outcome act(Desk& desk) const {
    if (auto fine = check_level(files.level); !fine) return tl::unexpected(fine.error());
    if (!(share > 0 && share < 1)) return misuse("--share lies between 0 and 1, such as 0.95");
    if (columns.nested() && !columns.unit.empty()) return act_nested(desk);
    if (!items.empty() || null_variance != 0)
      return misuse("--items and --null-variance are for ratings without --rater");
    if (auto fine = columns.check(); !fine) return tl::unexpected(fine.error());
    const auto choice = chosen();
    if (!choice) return tl::unexpected(choice.error());
    ResampleChoice resamples = resampling;
    if (!resamples.replicates) resamples.replicates = resamples_without_asking;
    if (auto fine = resamples.check(); !fine) return tl::unexpected(fine.error());
    if (files.as_r)
      return files.tell_script(desk, agreement_script(files, columns, *choice, items, null_variance));
    const auto ratings = columns.read(desk, files);
    if (!ratings) return tl::unexpected(ratings.error());
    return tell(desk, *ratings, *choice, resamples);
  }

  /// What is asked for, or what fits. Errors "usage.agreement".
  [[nodiscard]] Result<AgreementChoice> chosen() const {
    AgreementChoice choice{columns.measurement(), {}, {}, files.level, share};
    const bool numbers =
        choice.measurement == Measurement::interval || choice.measurement == Measurement::ratio;
    const std::vector<std::string> fitting =
        numbers ? std::vector<std::string>{"icc", "krippendorff", "bland-altman"}
        : choice.measurement == Measurement::ordinal
            ? std::vector<std::string>{"agreement", "cohen", "gwet", "krippendorff", "polychoric"}
            : std::vector<std::string>{"agreement", "cohen", "fleiss", "gwet", "krippendorff"};
    if (!weights.empty()) {
      if (numbers) return misuse("--weights is for nominal and ordinal ratings");
      auto own = weights_of(weights);
      if (!own) return tl::unexpected(own.error());
      choice.weights = std::move(*own);
    }
    if (coefficients.empty()) {
      choice.coefficients = fitting;
      return choice;
    }
    auto names = names_in("--coefficients", coefficients);
    if (!names) return tl::unexpected(names.error());
    for (const std::string& name : *names) {
      const bool fits = std::find(fitting.begin(), fitting.end(), name) != fitting.end() ||
                        (name == "fleiss" && choice.measurement == Measurement::ordinal);
      if (!fits)
        return misuse(fmt::format("--coefficients: for {} ratings there are {}", columns.measured,
                                  fmt::join(fitting, ", ")));
    }
    choice.coefficients = std::move(*names);
    return choice;
  }

  [[nodiscard]] FitReport begun(const models::DataAccount& account, std::string question) const {
    FitReport report;
    report.command = "agreement";
    report.model = std::move(question);
    report.level = files.level;
    report.data = account;
    const bool numbers = columns.measured == "interval" || columns.measured == "ratio";
    report.tables.push_back({"estimates",
                             "Agreement",
                             numbers
                                 ? "ICC by F; alpha by resampling units"
                                 : "kappa: large-sample errors, of Fleiss's by leaving out a unit; AC and "
                                   "agreement over units, t; alpha by resampling units; none cut at 1",
                             {}});
    return report;
  }

  Outcome tell(Desk& desk, const ReadRatings& ratings, AgreementChoice choice,
               const ResampleChoice& resamples) const {
    const std::size_t raters = ratings.raters.size();
    if (raters < 2)
      return fail(ErrorKind::bad_data, "ratings.too_few_raters", "one rater alone: agreement needs two",
                  Place{ratings.account.file, 0, 0, columns.rater});
    // Fleiss's kappa of two is Scott's pi: on asking. Limits of agreement are of two.
    if (coefficients.empty() && raters == 2) std::erase(choice.coefficients, "fleiss");
    if (coefficients.empty() && raters > 2) std::erase(choice.coefficients, "bland-altman");
    if (choice.wants("bland-altman") && raters > 2)
      return misuse("bland-altman is for two raters: name two with --raters");
    if (choice.wants("polychoric") && !coefficients.empty() && raters > 2)
      return misuse("polychoric is for two raters: name two with --raters");
    FitReport report = begun(ratings.account,
                             fmt::format("{} ratings by {}", columns.measured, named_raters(ratings.raters)));
    std::optional<stats::BlandAltman> limits;
    if (auto added = add_all(desk, report, ratings, choice, resamples, limits); !added) {
      Error error = added.error();
      if (error.where.name.empty()) error.where.name = ratings.account.file;
      return tl::unexpected(error);
    }
    report.findings.push_back({"agreement.not_truth", "Raters who agree can be wrong together.",
                               "what raters gave, not what is so",
                               "Agreement bounds how valid ratings can be; it does not show that they are."});
    return files.tell(desk, report, [&]() -> Result<std::string> {
      if (limits) return limits_picture(report, ratings, *limits);
      return report::coefficient_plot(report);
    });
  }

  static std::string named_raters(const std::vector<std::string>& raters) {
    constexpr std::size_t most_named = 6;
    if (raters.size() <= most_named) return fmt::format("{}", fmt::join(raters, ", "));
    return fmt::format("{} raters", raters.size());
  }

  static Result<void> add_all(Desk& desk, FitReport& report, const ReadRatings& ratings,
                              const AgreementChoice& choice, const ResampleChoice& resamples,
                              std::optional<stats::BlandAltman>& limits) {
    const bool numbers =
        choice.measurement == Measurement::interval || choice.measurement == Measurement::ratio;
    if (numbers) {
      if (auto added = add_numbers(report, ratings, choice, limits); !added) return added;
    } else if (choice.coefficients != std::vector<std::string>{"krippendorff"}) {
      if (auto added = add_categories(report, ratings, choice); !added) return added;
    }
    if (!choice.wants("krippendorff")) return {};
    return add_krippendorff(desk, report, ratings, choice, resamples);
  }

  [[nodiscard]] std::string limits_picture(const FitReport& report, const ReadRatings& ratings,
                                           const stats::BlandAltman& limits) const {
    report::BlandAltmanPlot plot{"Limits of agreement",
                                 fmt::format("Mean of {} and {}", ratings.raters[0], ratings.raters[1]),
                                 fmt::format("{} less {}", ratings.raters[1], ratings.raters[0]),
                                 limits,
                                 share,
                                 {}};
    for (const auto& frame : report.frames)
      if (frame.id == "differences")
        for (const auto& row : frame.rows)
          plot.points.emplace_back(std::get<double>(row[0]), std::get<double>(row[1]));
    return report::bland_altman_plot(plot);
  }

  Outcome act_nested(Desk& desk) const {
    if (columns.unit == columns.value) return misuse("--unit and --value name different columns");
    if (!columns.measured.empty() && columns.measured != "interval" && columns.measured != "ratio")
      return misuse("without --rater ratings are numbers: --measured interval or ratio");
    if (!coefficients.empty() || !weights.empty() || !columns.categories.empty())
      return misuse("--coefficients, --weights and --categories need --raters or --rater");
    if (!(null_variance > 0) || !std::isfinite(null_variance))
      return misuse(
          "--null-variance is needed, above 0: of A equally likely categories it is (A^2 - 1) / 12");
    std::vector<std::string> names;
    if (!items.empty()) {
      auto given = names_in("--items", items);
      if (!given) return tl::unexpected(given.error());
      names = std::move(*given);
      std::vector<std::string> sorted = names;
      sorted.push_back(columns.unit);
      std::sort(sorted.begin(), sorted.end());
      if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        return misuse("--items names a column twice, or that of --unit");
    }
    if (files.as_r)
      return files.tell_script(
          desk, agreement_script(files, columns, {Measurement::interval, {}, {}, files.level, share}, items,
                                 null_variance));
    const auto read = read_nested(desk, files, columns, names);
    if (!read) return tl::unexpected(read.error());
    const auto nested = stats::nested_ratings(read->value);
    if (!nested) {
      Error error = nested.error();
      error.where = Place{read->account.file, 0, 0, columns.value};
      return tl::unexpected(error);
    }
    FitReport report = begun(read->account, fmt::format("{} nested in {}", columns.value, columns.unit));
    report.tables.front().basis = "one-way analysis of variance; p of F";
    add_nested(report, *read, *nested, null_variance);
    return files.tell(desk, report,
                      [&]() -> Result<std::string> { return report::coefficient_plot(report); });
  }
};

}  // namespace

void add_agreement(CLI::App& app, Desk& desk, Action& chosen) {
  add_guarded_command<AgreementCommand>(app, desk, chosen, "agreement",
                                        "How far raters of the same units agree",
                                        R"(
Examples
  securebase agreement --in codes.csv --raters coder1,coder2 --measured ordinal
  securebase agreement --in scores.csv --raters a,b,c --measured interval
  securebase agreement --in long.csv --unit session --rater coder \
    --value rating --measured nominal
  securebase agreement --in teams.csv --unit team --value climate \
    --null-variance 2
)" + std::string(exit_code_help));
}

}  // namespace securebase::cli
