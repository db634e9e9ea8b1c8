#pragma once
// Internal to cli: what the commands below `effect` share.

#include <optional>
#include <string>
#include <vector>

#include "cli/fit.hpp"
#include "cli/replicates.hpp"
#include "stats/effect_size.hpp"

namespace securebase::cli {

/// A report without a model: command, one line on what is asked, level.
[[nodiscard]] models::FitReport effect_report(const std::string& command, const std::string& question,
                                              const FitFiles& files);

/// A row whose interval is there.
[[nodiscard]] models::EstimateRow effect_row(std::string term, double estimate,
                                             const std::optional<double>& error, const Interval& interval);

/// "20,14.5,3.2" as numbers. Error "usage.number": not `wanted` finite numbers; `example` shows them.
[[nodiscard]] Result<std::vector<double>> numbers_of(const std::string& option, const std::string& text,
                                                     std::size_t wanted, const std::string& example);

/// "40,23.5,7.2" as size, mean and SD.
[[nodiscard]] Result<stats::GroupSummary> group_of(const std::string& option, const std::string& text);
/// "40,23.5,7.2,15.1,8,0.5" as size, mean and SD before, after, correlation.
[[nodiscard]] Result<stats::PrePostSummary> pre_post_of(const std::string& option, const std::string& text);

/// Values of two groups of a file.
struct TwoGroups {
  std::string names[2];
  std::vector<double> values;
  std::vector<int> group;  ///< 0 or 1
  models::DataAccount account;

  [[nodiscard]] Result<stats::GroupSummary> summary(int which) const;
};

/// --value, --group, --reference, --id.
struct GroupColumns {
  std::string value;
  std::string group;
  std::string reference;
  std::string id;

  void add_to(CLI::App& app);
  [[nodiscard]] bool given() const { return !value.empty() || !group.empty(); }
  /// The reference is the first group: named by --reference, otherwise the smaller of two numbers, otherwise
  /// that of the first row. Errors: those of reading, "effect.groups" (not two),
  /// "effect.twice" (--id names somebody who has two rows).
  [[nodiscard]] Result<TwoGroups> read(Desk& desk, const FitFiles& files) const;
};

/// How the label of a group is put before the other.
[[nodiscard]] Result<std::size_t> first_group(const models::Table& table, const models::Column& group,
                                              const std::string& reference);

/// Which picture an effect has: the estimates of a table with their intervals.
[[nodiscard]] Outcome tell_effect(const FitFiles& files, Desk& desk, const models::FitReport& report);

void add_effect_groups(CLI::App& app, Desk& desk, Action& chosen);
void add_effect_change(CLI::App& app, Desk& desk, Action& chosen);
void add_effect_judgements(CLI::App& app, Desk& desk, Action& chosen);

}  // namespace securebase::cli
