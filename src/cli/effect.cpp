// securebase effect: what its commands share.

#include "cli/effect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "report/coefficient_plot.hpp"
#include "stats/sample.hpp"

namespace securebase::cli {
namespace {

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<std::size_t> size_of(const std::string& option, double n) {
  constexpr double most = 1e12;
  if (n >= 1 && n <= most && n == std::floor(n)) return static_cast<std::size_t>(n);
  return fail(ErrorKind::usage, "usage.number",
              option + " begins with how many people there are, a whole number");
}

}  // namespace

models::FitReport effect_report(const std::string& command, const std::string& question,
                                const FitFiles& files) {
  models::FitReport report;
  report.command = command;
  report.model = question;
  report.level = files.level;
  return report;
}

models::EstimateRow effect_row(std::string term, double estimate, const std::optional<double>& error,
                               const Interval& interval) {
  return {std::move(term), estimate, error, {}, interval.lower, interval.upper, {}};
}

Result<std::vector<double>> numbers_of(const std::string& option, const std::string& text, std::size_t wanted,
                                       const std::string& example) {
  const auto fault = [&] {
    return fail(ErrorKind::usage, "usage.number",
                fmt::format("{} takes {} numbers between commas, such as {}", option, wanted, example));
  };
  const auto words = names_in(option, text);
  if (!words || words->size() != wanted) return fault();
  std::vector<double> numbers;
  for (const std::string& word : *words) {
    const auto number = number_in(word);
    if (!number) return fault();
    numbers.push_back(*number);
  }
  return numbers;
}

Result<stats::GroupSummary> group_of(const std::string& option, const std::string& text) {
  const auto numbers = numbers_of(option, text, 3, "40,23.5,7.2 (how many, mean, SD)");
  if (!numbers) return tl::unexpected(numbers.error());
  const auto n = size_of(option, (*numbers)[0]);
  if (!n) return tl::unexpected(n.error());
  return stats::GroupSummary{*n, (*numbers)[1], (*numbers)[2]};
}

Result<stats::PrePostSummary> pre_post_of(const std::string& option, const std::string& text) {
  const auto v = numbers_of(option, text, 6,
                            "40,23.5,7.2,15.1,8,0.5 (how many, mean and SD before, mean and SD after, "
                            "their correlation)");
  if (!v) return tl::unexpected(v.error());
  const auto n = size_of(option, (*v)[0]);
  if (!n) return tl::unexpected(n.error());
  if (!(std::abs((*v)[5]) <= 1))
    return fail(ErrorKind::usage, "usage.number", option + " ends with a correlation between -1 and 1");
  return stats::PrePostSummary{*n, (*v)[1], (*v)[2], (*v)[3], (*v)[4], (*v)[5]};
}

Result<stats::GroupSummary> TwoGroups::summary(int which) const {
  std::vector<double> own;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (group[i] == which) own.push_back(values[i]);
  const auto summary = stats::summarise(own);
  if (!summary || !summary->sd)
    return fail(ErrorKind::bad_data, "effect.too_few", "a group with fewer than two values has no spread",
                Place{account.file, 0, 0, {}});
  return stats::GroupSummary{summary->n, summary->mean, *summary->sd};
}

void GroupColumns::add_to(CLI::App& app) {
  auto* first = app.add_option("--value", value, "Column of the values")->type_name("NAME");
  auto* second = app.add_option("--group", group, "Column that says which of two groups")->type_name("NAME");
  first->needs(second);
  second->needs(first);
  app.add_option("--reference", reference,
                 "Which group is the first: differences are the other less this one; without it, the smaller "
                 "number or "
                 "that of the first row")
      ->type_name("LABEL")
      ->needs(second);
  app.add_option("--id", id, "Column that says who: somebody with two rows is then an error")
      ->type_name("NAME")
      ->needs(second);
}

namespace {

/// Nobody has two rows: rows count as independent people.
Result<void> check_people(const models::Table& table, const std::string& id) {
  const auto who = table.labels_of(id);
  if (!who) return tl::unexpected(who.error());
  std::vector<std::size_t> seen((*who)->labels.size(), 0);
  for (std::size_t row = 0; row < table.rows; ++row) {
    if ((*who)->missing[row]) continue;
    std::size_t& first = seen[(*who)->label[row]];
    if (first > 0)
      return fail(
          ErrorKind::bad_data, "effect.twice",
          fmt::format("this person has a row already (line {}): rows count as independent people; keep one a "
                      "person, or use fit lmm",
                      first),
          Place{table.name, table.line[row], 0, id});
    first = table.line[row];
  }
  return {};
}

}  // namespace

Result<std::size_t> first_group(const models::Table& table, const models::Column& group,
                                const std::string& reference) {
  const auto fault = [&](std::string detail) {
    return fail(ErrorKind::bad_data, "effect.groups", std::move(detail), Place{table.name, 0, 0, group.name});
  };
  if (group.labels.size() != 2)
    return fault(fmt::format("two groups are compared; this column has {}", group.labels.size()));
  if (!reference.empty()) {
    const auto at = std::find(group.labels.begin(), group.labels.end(), reference);
    if (at == group.labels.end()) return fault("--reference names none of the two groups of this column");
    return static_cast<std::size_t>(at - group.labels.begin());
  }
  const auto a = number_in(group.labels[0]), b = number_in(group.labels[1]);
  return a && b && *b < *a ? 1U : 0U;
}

Result<TwoGroups> GroupColumns::read(Desk& desk, const FitFiles& files) const {
  if (value == group)
    return fail(ErrorKind::usage, "usage.effect", "--value and --group name two different columns");
  std::vector<models::WantedColumn> wanted = {{value, models::ColumnUse::number},
                                              {group, models::ColumnUse::label}};
  if (!id.empty()) wanted.push_back({id, models::ColumnUse::label});
  const auto table = files.read(desk, wanted);
  if (!table) return tl::unexpected(table.error());
  if (!id.empty())
    if (auto checked = check_people(*table, id); !checked) return tl::unexpected(checked.error());
  const auto numbers = table->numeric_column(value);
  if (!numbers) return tl::unexpected(numbers.error());
  const auto labels = table->labels_of(group);
  if (!labels) return tl::unexpected(labels.error());
  const auto first = first_group(*table, **labels, reference);
  if (!first) return tl::unexpected(first.error());
  TwoGroups groups;
  groups.names[0] = (*labels)->labels[*first];
  groups.names[1] = (*labels)->labels[1 - *first];
  std::size_t no_value = 0, no_group = 0;
  for (std::size_t row = 0; row < table->rows; ++row) {
    if ((*labels)->missing[row]) {
      ++no_group;
    } else if ((*numbers)->missing[row]) {
      ++no_value;
    } else {
      groups.values.push_back((*numbers)->numbers[row]);
      groups.group.push_back((*labels)->label[row] == *first ? 0 : 1);
    }
  }
  groups.account = {table->name, table->rows, groups.values.size(), {}, {}};
  groups.account.units.emplace_back(id.empty() ? "rows, each taken for a person of their own" : id,
                                    groups.values.size());
  if (no_group > 0) groups.account.left_out.push_back({group + " is missing", no_group});
  if (no_value > 0) groups.account.left_out.push_back({value + " is missing", no_value});
  return groups;
}

Outcome tell_effect(const FitFiles& files, Desk& desk, const models::FitReport& report) {
  return files.tell(desk, report, [&]() -> Result<std::string> {
    // Points and standard deviations have no scale in common.
    models::FitReport drawn = report;
    auto& rows = drawn.tables.front().rows;
    if (rows.size() > 1 && (rows[0].term == "difference" || rows[0].term == "change")) {
      rows.erase(rows.begin());
      drawn.tables.front().basis = "In standard deviations.";
    }
    return report::coefficient_plot(drawn);
  });
}

void add_effect(CLI::App& app, Desk& desk, Action& outer) {
  auto inner = std::make_shared<Action>();
  Action& chosen = *inner;
  CLI::App* effect =
      app.add_subcommand("effect", "How large an effect is: between groups, over time, for one person");
  effect->require_subcommand(1);
  add_effect_groups(*effect, desk, chosen);
  add_effect_change(*effect, desk, chosen);
  add_effect_judgements(*effect, desk, chosen);
  guard_numbers(*effect, inner, outer);
}

}  // namespace securebase::cli
