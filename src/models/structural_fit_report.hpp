#pragma once
// Structural models fitted to tables and told in estimates.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fit_report.hpp"
#include "models/structural_auto.hpp"
#include "models/table.hpp"
#include "stats/bootstrap.hpp"
#include "stats/structural_bootstrap.hpp"
#include "stats/structural_fit.hpp"

namespace securebase::models {

/// Rows of a table as the groups of a plan.
struct StructuralData {
  std::vector<stats::StructuralGroup> groups;
  DataAccount account;
};

/// The labels of a column of groups, in the order of their first rows. Errors: those of Table::labels_of,
/// "structural.groups" (fewer than two, or more than 100).
[[nodiscard]] Result<std::vector<std::string>> group_names(const Table& table, const std::string& column);

/// `group` is the column of groups, or empty. Rows without a value of anything explained, without a value of
/// something given, or without a group are left out and counted. Errors: those of Table::numeric_column,
/// "structural.no_rows" (nothing is left, in some group).
[[nodiscard]] Result<StructuralData> structural_data(const Table& table, const StructuralPlan& plan,
                                                     const std::string& group = "");

/// What a report says besides the fit.
struct StructuralTelling {
  std::string command;  ///< "fit sem"
  std::string model;    ///< in one line
  stats::StandardErrors errors = stats::StandardErrors::automatic;
  double level = 0.95;
  DataAccount data;
  std::size_t constants = 0;  ///< of StructuralPlan
};

[[nodiscard]] FitReport report_structural(const stats::StructuralFit& fit,
                                          std::span<const stats::StructuralGroup> groups,
                                          const StructuralTelling& telling);

/// Adds percentile intervals of parameters and defined parameters: table "bootstrap".
void add_bootstrap(FitReport& report, const stats::StructuralBootstrap& bootstrap,
                   const stats::StructuralFit& fit, std::size_t constants);

/// A fit and what to call it.
struct NamedFit {
  std::string name;
  const stats::StructuralFit* fit = nullptr;
};

/// Adds frames "comparison" (each fit) and "steps" (each beside the one before, of which it is a narrower
/// form), and a finding for each step. Chi-squares of fits with robust errors are scaled.
void add_comparison(FitReport& report, std::span<const NamedFit> fits, stats::StandardErrors errors);

/// "y ~ x", and in which group where there are several.
[[nodiscard]] std::string term_name(const stats::StructuralEstimate& estimate,
                                    std::span<const stats::StructuralGroup> groups);

}  // namespace securebase::models
