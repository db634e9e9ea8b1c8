#pragma once
// Internal to cli: what `code` and `sequence` share.

#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "models/fit_report.hpp"

namespace securebase::cli {

/// --out, --json, --csv, --level.
struct CodeOutput {
  std::string out;
  bool json = false;
  bool csv = false;
  double level = 0.95;

  void add_to(CLI::App& app);
  /// Words, JSON (securebase.fit/1), or as CSV the rows of `rows`.
  [[nodiscard]] Outcome tell(Desk& desk, const models::FitReport& report, const models::Frame& rows,
                             const std::vector<std::string>& inputs) const;
};

/// The first table of estimates as rows: term, estimate, std_error, df, lower, upper, p.
[[nodiscard]] models::Frame estimate_rows(const models::FitReport& report);
/// A cell, empty where there is nothing.
[[nodiscard]] models::Cell maybe_cell(const std::optional<double>& value);
/// All bytes of a file, `most` at most. Errors "io...".
[[nodiscard]] Result<std::string> bytes_of(const std::string& path, std::size_t most);

/// Each adds its subcommand of `code`.
void add_code_agreement(CLI::App& app, Desk& desk, Action& chosen);
void add_code_classify(CLI::App& app, Desk& desk, Action& chosen);

}  // namespace securebase::cli
