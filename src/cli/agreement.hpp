#pragma once
// Internal to cli: what the sources of `securebase agreement` share.

#include <optional>
#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "cli/replicates.hpp"
#include "stats/bland_altman.hpp"
#include "stats/intraclass.hpp"
#include "stats/krippendorff.hpp"
#include "stats/rating_table.hpp"

namespace securebase::cli {

/// Ratings as they were read.
struct ReadRatings {
  stats::RatingTable table;  ///< numbers, or codes from 0 of the categories
  std::vector<std::string> raters;
  std::vector<std::string> categories;  ///< of codes; empty where ratings are numbers
  models::DataAccount account;

  /// As they are named: categories, or the different numbers.
  [[nodiscard]] std::vector<double> values() const;
  [[nodiscard]] std::vector<std::string> names() const;
};

/// --raters, or --unit, --rater, --value; --measured, --categories.
struct RatingColumns {
  std::string raters;
  std::string unit;
  std::string rater;
  std::string value;
  std::string measured;
  std::string categories;

  void add_to(CLI::App& app);
  [[nodiscard]] stats::Measurement measurement() const;
  [[nodiscard]] bool nested() const { return raters.empty() && rater.empty(); }
  /// Whether the options go together. Errors "usage.agreement", "usage.list".
  [[nodiscard]] Result<void> check() const;
  /// Errors: those of reading, "agreement.category" (a rating is none of --categories), "agreement.range"
  /// (beyond 1e100), "agreement.twice" (a rater rated a unit twice), "agreement.too_large".
  [[nodiscard]] Result<ReadRatings> read(Desk& desk, const FitFiles& files) const;
};

/// Ratings nested in units, by nobody in particular: of --value, and of each of --items.
struct NestedRead {
  std::vector<std::string> units;
  stats::RatingTable value;
  std::vector<stats::RatingTable> items;
  models::DataAccount account;
};
[[nodiscard]] Result<NestedRead> read_nested(Desk& desk, const FitFiles& files, const RatingColumns& columns,
                                             const std::vector<std::string>& items);

/// What is asked of the ratings.
struct AgreementChoice {
  stats::Measurement measurement = stats::Measurement::nominal;
  std::vector<std::string> coefficients;
  std::optional<stats::Matrix> weights;  ///< --weights
  double level = 0.95;
  double share = 0.95;

  [[nodiscard]] bool wants(const std::string& coefficient) const;
};

/// Each adds its rows, frames and findings. Coefficients that are undefined are told as a finding.
[[nodiscard]] Result<void> add_categories(models::FitReport& report, const ReadRatings& ratings,
                                          const AgreementChoice& choice);
[[nodiscard]] Result<void> add_krippendorff(Desk& desk, models::FitReport& report, const ReadRatings& ratings,
                                            const AgreementChoice& choice, const ResampleChoice& resampling);
[[nodiscard]] Result<void> add_numbers(models::FitReport& report, const ReadRatings& ratings,
                                       const AgreementChoice& choice,
                                       std::optional<stats::BlandAltman>& agreement);
void add_nested(models::FitReport& report, const NestedRead& ratings, const stats::NestedRatings& nested,
                double null_variance);

/// That a coefficient is undefined, and why.
void say_undefined(models::FitReport& report, const std::string& coefficient, const std::string& why);
/// The first table, where coefficients go.
[[nodiscard]] std::vector<models::EstimateRow>& coefficient_rows(models::FitReport& report);
/// A cell, empty where there is nothing.
[[nodiscard]] models::Cell cell_of(const std::optional<double>& value);
/// "bias", "lower limit", ... of two measurements.
[[nodiscard]] models::EstimateTable limits_table(const stats::BlandAltman& result);

/// The same in R.
[[nodiscard]] std::string agreement_script(const FitFiles& files, const RatingColumns& columns,
                                           const AgreementChoice& choice, const std::string& items,
                                           double null_variance);

}  // namespace securebase::cli
