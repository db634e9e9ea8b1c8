#include "models/growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stats/distributions.hpp"
#include "stats/quantile.hpp"

namespace securebase::models {
namespace {

constexpr std::size_t most_times = 30;
constexpr std::size_t fewest_observed = 5;
constexpr double curve_shares[] = {0.10, 0.15, 0.25, 0.50, 0.75, 0.85, 0.90};
constexpr double grid_shares[] = {0.10, 0.25, 0.50, 0.75, 0.90};

bool has_lag(const Expression& e) {
  if (e.kind == Expression::Kind::call && e.name == "lag") return true;
  return std::any_of(e.arguments.begin(), e.arguments.end(), has_lag);
}

bool has_lag(const TermList& list) {
  return std::any_of(list.variables.begin(), list.variables.end(),
                     [](const Expression& e) { return has_lag(e); });
}

const Column* numbers_of(const Table& table, const std::string& name) {
  const auto column = table.numeric_column(name);
  return column && !(*column)->numbers.empty() ? *column : nullptr;
}

/// The first column that holds numbers.
std::string first_number(const Expression& e, const Table& table) {
  if (e.kind == Expression::Kind::column) return numbers_of(table, e.name) != nullptr ? e.name : "";
  if (e.kind == Expression::Kind::call && e.name == "factor") return "";
  for (const Expression& argument : e.arguments)
    if (auto name = first_number(argument, table); !name.empty()) return name;
  return "";
}

std::string time_of(const ModelPlan& plan, const Table& table) {
  for (const RandomPart& part : plan.formula.random)
    for (const Expression& e : part.columns.variables)
      if (auto name = first_number(e, table); !name.empty()) return name;
  return "";
}

std::vector<double> distinct(const ModelDesign& data, const Column& column) {
  std::set<double> values;
  for (const std::uint32_t row : data.rows) values.insert(column.numbers[row]);
  return {values.begin(), values.end()};
}

/// Values of a variable that makes groups: a factor's levels, or two numbers.
std::vector<std::string> groups_of(const Expression& e, const ModelDesign& data, const Table& table) {
  const auto levels = data.coding.levels.find(to_text(e));
  if (levels != data.coding.levels.end()) return levels->second;
  if (e.kind != Expression::Kind::column) return {};
  const Column* column = numbers_of(table, e.name);
  if (column == nullptr) return {};
  const auto values = distinct(data, *column);
  if (values.size() != 2) return {};
  return {number_text(values[0]), number_text(values[1])};
}

/// A table of points on the axes.
class Grid {
 public:
  Grid(const ModelPlan& plan, const MixedResult& result, const Table& table, const GrowthAxes& axes)
      : plan_(plan), data_(*result.data), coding_(result.coding), table_(table), axes_(axes) {}

  Result<Table> make() {
    grid_.name = "points on the axes";
    const auto groups = std::max<std::size_t>(axes_.groups.size(), 1);
    const auto intakes = std::max<std::size_t>(axes_.intakes.size(), 1);
    grid_.rows = groups * intakes * axes_.times.size();
    grid_.line.assign(grid_.rows, 0);
    std::vector<WantedColumn> wanted = wanted_columns(plan_);
    for (const WantedColumn& column : wanted) {
      grid_.header.push_back(column.name);
      if (auto added = add(column.name); !added) return tl::unexpected(added.error());
    }
    return std::move(grid_);
  }

 private:
  Result<void> add(const std::string& name) {
    if (name == axes_.time) {
      put_numbers(name, [&](std::size_t i) { return axes_.times[i % axes_.times.size()]; });
    } else if (name == axes_.intake) {
      put_numbers(
          name, [&](std::size_t i) { return axes_.intakes[i / axes_.times.size() % axes_.intakes.size()]; });
    } else if (name == axes_.group) {
      put_groups(name);
    } else {
      const auto column = table_.column(name);
      if (!column) return tl::unexpected(column.error());
      if (is_grouping(name))
        put_own_clients(name);
      else if (coding_.levels.contains(factor_of(name)))
        put_first_number(name);
      else if (!(*column)->numbers.empty())
        put_mean(**column);
      else
        put_first_level(name);
    }
    return {};
  }

  [[nodiscard]] bool is_grouping(const std::string& name) const {
    return std::any_of(plan_.formula.random.begin(), plan_.formula.random.end(), [&](const RandomPart& part) {
      return std::find(part.factor.begin(), part.factor.end(), name) != part.factor.end();
    });
  }

  template <class At>
  void put_numbers(const std::string& name, const At& at) {
    Column column;
    column.name = name;
    column.missing.assign(grid_.rows, false);
    for (std::size_t i = 0; i < grid_.rows; ++i) column.numbers.push_back(at(i));
    grid_.columns.push_back(std::move(column));
  }

  void put_groups(const std::string& name) {
    const std::size_t each = grid_.rows / axes_.groups.size();
    Column column;
    column.name = name;
    column.missing.assign(grid_.rows, false);
    column.labels = axes_.groups;
    const Column* numeric = numbers_of(table_, name);
    for (std::size_t i = 0; i < grid_.rows; ++i) {
      column.label.push_back(static_cast<std::uint32_t>(i / each));
      if (numeric != nullptr) column.numbers.push_back(std::stod(axes_.groups[i / each]));
    }
    grid_.columns.push_back(std::move(column));
  }

  void put_own_clients(const std::string& name) {
    put_numbers(name, [](std::size_t i) { return static_cast<double>(i); });
    Column& column = grid_.columns.back();
    for (std::uint32_t i = 0; i < grid_.rows; ++i) {
      column.label.push_back(i);
      column.labels.push_back(std::to_string(i));
    }
  }

  void put_mean(const Column& column) {
    double mean = 0;
    double n = 0;
    for (const std::uint32_t row : data_.rows)
      if (!column.missing[row]) mean += (column.numbers[row] - mean) / ++n;
    put_numbers(column.name, [&](std::size_t) { return mean; });
  }

  static std::string factor_of(const std::string& name) { return "factor(" + quoted_name(name) + ")"; }

  /// The base of factor(name), which may be a number.
  void put_first_number(const std::string& name) {
    const std::string& base = coding_.levels.at(factor_of(name)).front();
    if (const Column* column = numbers_of(table_, name); column == nullptr) return put_first_level(name);
    put_numbers(name, [&](std::size_t) { return std::stod(base); });
  }

  void put_first_level(const std::string& name) {
    Column column;
    column.name = name;
    column.missing.assign(grid_.rows, false);
    column.label.assign(grid_.rows, 0);
    auto known = coding_.levels.find(quoted_name(name));
    if (known == coding_.levels.end()) known = coding_.levels.find(factor_of(name));
    if (known != coding_.levels.end())
      column.labels = {known->second.front()};
    else if (name == plan_.variance_by)
      column.labels = {coding_.variance_groups.front()};
    else
      column.labels = {"1"};
    grid_.columns.push_back(std::move(column));
  }

  const ModelPlan& plan_;
  const ModelDesign& data_;
  const Coding& coding_;
  const Table& table_;
  const GrowthAxes& axes_;
  Table grid_;
};

GrowthPoint point_of(double time, const stats::RowForecast& row, double level) {
  const double reach = stats::normal_reach(level) * row.std_error;
  GrowthPoint point{time,
                    row.expected,
                    row.std_error,
                    {row.expected - reach, row.expected + reach, level},
                    row.sd,
                    stats::predictive_limits(row, level),
                    {}};
  for (const double share : curve_shares)
    point.percentiles.push_back(row.expected + stats::normal_quantile(share) * row.sd);
  return point;
}

}  // namespace

std::vector<double> times_of(const ModelDesign& data, const Table& table, const std::string& time) {
  const Column* column = numbers_of(table, time);
  if (column == nullptr) return {};
  auto times = distinct(data, *column);
  if (times.size() <= most_times) return times;
  const double first = times.front();
  const double last = times.back();
  times.clear();
  for (std::size_t i = 0; i < most_times; ++i)
    times.push_back(first + (last - first) * static_cast<double>(i) / static_cast<double>(most_times - 1));
  return times;
}

std::optional<GrowthAxes> growth_axes(const ModelPlan& plan, const ModelDesign& data, const Table& table) {
  if (has_lag(plan.formula.fixed)) return std::nullopt;
  for (const RandomPart& part : plan.formula.random)
    if (has_lag(part.columns)) return std::nullopt;
  GrowthAxes axes;
  axes.time = time_of(plan, table);
  if (axes.time.empty()) return std::nullopt;
  axes.times = times_of(data, table, axes.time);
  if (axes.times.size() < 2) return std::nullopt;
  constexpr std::size_t most_groups = 4;
  for (const Expression& e : plan.formula.fixed.variables) {
    const std::string name =
        e.kind == Expression::Kind::call && e.name == "factor" ? e.arguments[0].name : e.name;
    auto groups = groups_of(e, data, table);
    if (groups.empty() || groups.size() > most_groups || name == axes.time) continue;
    axes.group = name;
    axes.groups = std::move(groups);
    break;
  }
  return axes;
}

GrowthAxes smooth(GrowthAxes axes, const ModelPlan& plan) {
  const auto is_level = [&](const Expression& e) {
    return e.kind == Expression::Kind::call && e.name == "factor" && e.arguments[0].name == axes.time;
  };
  const auto has_level = [&](const TermList& list) {
    return std::any_of(list.variables.begin(), list.variables.end(), is_level);
  };
  const auto& random = plan.formula.random;
  if (has_level(plan.formula.fixed) || std::any_of(random.begin(), random.end(), [&](const RandomPart& part) {
        return has_level(part.columns);
      }))
    return axes;
  constexpr std::size_t steps = 60;
  const double first = axes.times.front();
  const double last = axes.times.back();
  axes.times.clear();
  for (std::size_t i = 0; i <= steps; ++i)
    axes.times.push_back(first + (last - first) * static_cast<double>(i) / static_cast<double>(steps));
  return axes;
}

Result<GrowthCurves> growth_curves(const ModelPlan& plan, const MixedResult& result, const Table& table,
                                   const GrowthAxes& axes) {
  const auto grid = Grid(plan, result, table, axes).make();
  if (!grid) return tl::unexpected(grid.error());
  const auto clients = new_clients(plan, result.coding, *grid);
  if (!clients) return tl::unexpected(clients.error());
  GrowthCurves curves{to_text(plan.formula.response),
                      axes.time,
                      axes.group,
                      axes.intake,
                      result.report.level,
                      {std::begin(curve_shares), std::end(curve_shares)},
                      {}};
  for (const NewClients::Client& point : clients->clients) {
    auto numbers = point.numbers;
    numbers.response.assign(numbers.response.size(), std::nullopt);
    const auto told = stats::forecast(result.model, result.fit, numbers);
    if (!told) return tl::unexpected(told.error());
    const std::size_t i = point.rows.front();
    const std::size_t times = axes.times.size();
    if (i % times == 0) {
      GrowthCurve curve;
      const std::size_t each = std::max<std::size_t>(axes.intakes.size(), 1);
      if (!axes.groups.empty()) curve.group = axes.groups[i / times / each];
      if (!axes.intakes.empty()) curve.intake = axes.intakes[i / times % each];
      curves.curves.push_back(std::move(curve));
    }
    curves.curves.back().points.push_back(
        point_of(axes.times[i % times], told->rows.front(), result.report.level));
  }
  return curves;
}

Result<Formula> growth_formula(const GrowthRequest& request) {
  for (const auto& [name, option] :
       {std::pair{&request.outcome, "--outcome"}, std::pair{&request.time, "--time"},
        std::pair{&request.client, "--client"}})
    if (name->empty())
      return fail(ErrorKind::usage, "models.growth", fmt::format("{} is needed: a column's name", option));
  for (const std::string* name :
       {&request.outcome, &request.time, &request.client, &request.group, &request.intake})
    if (name->find('`') != std::string::npos)
      return fail(ErrorKind::usage, "models.growth", "a column's name without backticks");
  const std::string time = request.scale.empty()
                               ? quoted_name(request.time)
                               : fmt::format("{}({})", request.scale, quoted_name(request.time));
  std::string text = fmt::format("{} ~ {}", quoted_name(request.outcome), time);
  if (!request.group.empty()) text += fmt::format(" + {} * {}", time, quoted_name(request.group));
  if (!request.intake.empty())
    text +=
        fmt::format(" + {} * centre({}, {})", time, quoted_name(request.intake), quoted_name(request.client));
  return parse_formula(text + fmt::format(" + ({} | {})", time, quoted_name(request.client)));
}

namespace {

/// The intake of each client, at the first of its rows that are used; rising.
std::vector<double> intakes_of(const ModelDesign& data, const Column& column) {
  const auto& level = data.design.groupings.front().level;
  std::vector<bool> seen(data.levels.front().size(), false);
  std::vector<double> intakes;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    if (seen[level[i]]) continue;
    seen[level[i]] = true;
    intakes.push_back(column.numbers[data.rows[i]]);
  }
  std::sort(intakes.begin(), intakes.end());
  return intakes;
}

std::vector<double> quantiles(const std::vector<double>& rising, std::span<const double> shares) {
  std::vector<double> values;
  for (const double share : shares) {
    const double value = stats::sample_quantile(rising, share);
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

std::string percentile_name(double share) {
  return fmt::format("p{:.0f}", share * 100);
}

Frame expected_frame(const GrowthCurves& curves) {
  Frame frame{"expected", "Expected course", {"time"}, {}, true};
  if (!curves.group.empty()) frame.columns.emplace_back("group");
  if (!curves.intake.empty()) frame.columns.emplace_back("intake");
  for (const char* name : {"expected", "lower", "upper", "limit_lower", "limit_upper", "std_error", "sd"})
    frame.columns.emplace_back(name);
  for (const double share : curves.shares) frame.columns.push_back(percentile_name(share));
  for (const GrowthCurve& curve : curves.curves)
    for (const GrowthPoint& p : curve.points) {
      std::vector<Cell> row{p.time};
      if (!curves.group.empty()) row.emplace_back(curve.group);
      if (curve.intake) row.emplace_back(*curve.intake);
      for (const double value :
           {p.expected, p.mean.lower, p.mean.upper, p.limits.lower, p.limits.upper, p.std_error, p.sd})
        row.emplace_back(value);
      for (const double value : p.percentiles) row.emplace_back(value);
      frame.rows.push_back(std::move(row));
    }
  return frame;
}

Frame list_frame(std::string id, std::string title, const std::string& column,
                 const std::vector<double>& values) {
  Frame frame{std::move(id), std::move(title), {column}, {}, false};
  for (const double value : values) frame.rows.push_back({value});
  return frame;
}

Frame observed_frame(const ModelDesign& data, const Table& table, const GrowthRequest& request,
                     const std::vector<double>& limits) {
  Frame frame{"observed",
              "Outcomes of clients who began in the lower, middle and upper third",
              {"band", "time", "n", "p10", "p25", "p50", "p75", "p90", "p50_type6", "p90_type6"},
              {},
              false};
  const Column& intake = *numbers_of(table, request.intake);
  const Column& time = *numbers_of(table, request.time);
  std::map<std::pair<int, double>, std::vector<double>> cells;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    const std::uint32_t row = data.rows[i];
    int band = 1;
    for (const double limit : limits) band += intake.numbers[row] >= limit ? 1 : 0;
    cells[{band, time.numbers[row]}].push_back(data.design.response[i]);
  }
  for (auto& [key, values] : cells) {
    if (values.size() < fewest_observed) continue;
    std::sort(values.begin(), values.end());
    std::vector<Cell> row{static_cast<double>(key.first), key.second, static_cast<double>(values.size())};
    for (const double share : grid_shares) row.emplace_back(stats::sample_quantile(values, share));
    for (const double share : {0.5, 0.9})
      row.emplace_back(stats::sample_quantile(values, share, stats::QuantileType::weibull));
    frame.rows.push_back(std::move(row));
  }
  return frame;
}

}  // namespace

Result<void> check_growth(const GrowthRequest& request, const Table& table) {
  for (const std::string* name : {&request.outcome, &request.time, &request.intake})
    if (!name->empty())
      if (const auto numeric = table.numeric_column(*name); !numeric) return tl::unexpected(numeric.error());
  if (request.group.empty()) return {};
  const auto group = table.column(request.group);
  if (!group) return tl::unexpected(group.error());
  std::set<double> values;
  for (std::size_t i = 0; i < (*group)->numbers.size() && values.size() < 3; ++i)
    if (!(*group)->missing[i]) values.insert((*group)->numbers[i]);
  if (values.size() < 3) return {};
  return fail(ErrorKind::usage, "models.growth",
              "--group takes a column of text, or of two numbers; a course for every number is none");
}

Result<GrowthAxes> add_growth(MixedResult& result, const ModelPlan& plan, const GrowthRequest& request,
                              const Table& table) {
  const ModelDesign& data = *result.data;
  GrowthAxes axes;
  axes.time = request.time;
  axes.times = request.times.empty() ? times_of(data, table, request.time) : request.times;
  if (!request.group.empty()) {
    const Expression group{Expression::Kind::column, 0, request.group, {}};
    axes.groups = groups_of(group, data, table);
    axes.group = request.group;
  }
  if (!request.intake.empty()) {
    const auto intakes = intakes_of(data, *numbers_of(table, request.intake));
    axes.intake = request.intake;
    axes.intakes = quantiles(intakes, grid_shares);
    const auto limits = quantiles(intakes, std::vector{1.0 / 3, 2.0 / 3});
    result.report.frames.push_back(
        list_frame("intake_grid", "Intakes whose course is told", "intake", axes.intakes));
    result.report.frames.push_back(
        list_frame("intake_bands", "Where the middle and the upper third begin", "intake", limits));
    result.report.frames.push_back(observed_frame(data, table, request, limits));
  }
  const auto curves = growth_curves(plan, result, table, axes);
  if (!curves) return tl::unexpected(curves.error());
  result.report.frames.push_back(expected_frame(*curves));
  return axes;
}

}  // namespace securebase::models
