#pragma once
// Internal to cli: what `feedback` and `alliance` share.

#include <map>
#include <string>
#include <vector>

#include "cli/code.hpp"
#include "wire/table.hpp"

namespace securebase::cli {

/// --out, --json, --csv: as CodeOutput, without intervals.
struct CourseOutput : CodeOutput {
  void add_to(CLI::App& app);
};

/// A CSV of courses, one row a session: --client, --session and a column of values, which may be empty.
struct CourseFile {
  std::string path;
  std::string client = "client";
  std::string session = "session";

  void add_to(CLI::App& app);

  struct Row {
    int session = 1;
    std::vector<std::optional<double>> values;  ///< of each wanted column
  };
  struct Read {
    std::vector<std::string> clients;  ///< in the order of their first rows
    std::vector<std::vector<Row>> rows;
    models::DataAccount account;
  };
  /// Error "courses.session": not a whole number from 0; "courses.twice": two rows of one session.
  [[nodiscard]] Result<Read> read(const std::string& file, const std::vector<std::string>& values) const;
};

/// Each adds its subcommand.
void add_feedback_check(CLI::App& app, Desk& desk, Action& chosen);
void add_feedback_study(CLI::App& app, Desk& desk, Action& chosen);
void add_alliance_check(CLI::App& app, Desk& desk, Action& chosen);
void add_alliance_study(CLI::App& app, Desk& desk, Action& chosen);

}  // namespace securebase::cli
