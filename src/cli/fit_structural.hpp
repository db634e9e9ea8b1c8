#pragma once
// Internal to cli: what `fit sem`, `fit apim` and `fit riclpm` share.

#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "cli/replicates.hpp"
#include "models/structural_fit_report.hpp"

namespace securebase::cli {

/// --errors
struct ErrorChoice {
  std::string errors = "automatic";

  void add_to(CLI::App& app);
  [[nodiscard]] stats::StandardErrors chosen() const;
};

/// A plan fitted to data.
struct FittedStructure {
  models::StructuralData data;
  stats::StructuralFit fit;
};

[[nodiscard]] Result<FittedStructure> fit_plan(const models::Table& table, const models::StructuralPlan& plan,
                                               const std::string& group,
                                               const stats::StructuralOptions& options);

/// Adds percentile intervals where asked for.
[[nodiscard]] Result<void> add_resampling(Desk& desk, models::FitReport& report,
                                          const FittedStructure& fitted, const models::StructuralPlan& plan,
                                          const stats::StructuralOptions& options,
                                          const ResampleChoice& choice);

/// What a report on a plan says beyond the fit.
[[nodiscard]] models::StructuralTelling telling_of(const std::string& command, const std::string& model,
                                                   const FittedStructure& fitted,
                                                   const models::StructuralPlan& plan,
                                                   const stats::StructuralOptions& options);

/// A model of this program in R: lavaan with nothing left to add. `data` is code that makes d.
[[nodiscard]] std::string lavaan_script(const std::string& data, const models::StructuralPlan& plan,
                                        const ErrorChoice& errors, double level);

/// Columns of numbers.
[[nodiscard]] std::vector<models::WantedColumn> wanted_numbers(const std::vector<std::string>& names);

/// The error with the name of the file where it names none.
[[nodiscard]] Error in_file(Error error, const std::string& file);

}  // namespace securebase::cli
