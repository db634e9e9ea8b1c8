#include "models/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

namespace securebase::models {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t most_factor_levels = 1000;

/// A sum that does not lose small numbers beside large ones (Neumaier 1974).
struct Sum {
  double value = 0;
  double lost = 0;
  double count = 0;

  void add(double x) {
    const double next = value + x;
    lost += std::abs(value) >= std::abs(x) ? (value - next) + x : (x - next) + value;
    value = next;
    ++count;
  }
  [[nodiscard]] double mean() const { return count > 0 ? (value + lost) / count : 0; }
};

std::vector<Sum> sums_by(const Levels& groups, const Values& x, const std::vector<bool>* used) {
  std::vector<Sum> sums(groups.names.size());
  for (std::size_t i = 0; i < x.numbers.size(); ++i)
    if (!x.missing[i] && !groups.missing[i] && (used == nullptr || (*used)[i]))
      sums[groups.level[i]].add(x.numbers[i]);
  return sums;
}

void add_missing(std::vector<bool>& into, const std::vector<bool>& more) {
  for (std::size_t i = 0; i < into.size(); ++i)
    if (more[i]) into[i] = true;
}

double applied(std::string_view function, double x) {
  if (function == "log") return std::log(x);
  if (function == "log2") return std::log2(x);
  if (function == "log10") return std::log10(x);
  if (function == "log1p") return std::log1p(x);
  if (function == "exp") return std::exp(x);
  if (function == "sqrt") return std::sqrt(x);
  if (function == "abs") return std::abs(x);
  return x;  // I()
}

double combined(char sign, double a, double b) {
  switch (sign) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return std::pow(a, b);
  }
}

/// Rising numbers where all are numbers, otherwise by their bytes.
void sort_labels(std::vector<std::string>& labels) {
  const auto number = [](const std::string& label, double& value) {
    const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), value);
    return error == std::errc{} && end == label.data() + label.size();
  };
  double a = 0;
  double b = 0;
  const bool numbers =
      std::all_of(labels.begin(), labels.end(), [&](const std::string& label) { return number(label, a); });
  std::sort(labels.begin(), labels.end(), [&](const std::string& x, const std::string& y) {
    if (!numbers) return x < y;
    number(x, a);
    number(y, b);
    return a != b ? a < b : x < y;
  });
}

/// Numbers a distinct value the first time it is met.
class Numbering {
 public:
  std::uint32_t of(std::uint64_t key) {
    return numbers_.try_emplace(key, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
};

Levels levels_of_numbers(const Column& column) {
  Levels levels{std::vector<std::uint32_t>(column.numbers.size()), column.missing, {}};
  Numbering numbering;
  for (std::size_t i = 0; i < column.numbers.size(); ++i) {
    if (column.missing[i]) continue;
    levels.level[i] = numbering.of(std::bit_cast<std::uint64_t>(column.numbers[i] + 0.0));
    if (numbering.size() > levels.names.size()) levels.names.push_back(number_text(column.numbers[i]));
  }
  return levels;
}

Levels crossed(const Levels& a, const Levels& b) {
  Levels levels{std::vector<std::uint32_t>(a.level.size()), a.missing, {}};
  add_missing(levels.missing, b.missing);
  Numbering numbering;
  for (std::size_t i = 0; i < a.level.size(); ++i) {
    if (levels.missing[i]) continue;
    levels.level[i] = numbering.of((std::uint64_t{a.level[i]} << 32U) | b.level[i]);
    if (numbering.size() > levels.names.size())
      levels.names.push_back(a.names[a.level[i]] + ":" + b.names[b.level[i]]);
  }
  return levels;
}

}  // namespace

Result<bool> Evaluation::is_factor(const Expression& e) const {
  if (e.kind == Expression::Kind::call) return e.name == "factor";
  if (e.kind != Expression::Kind::column) return false;
  const auto column = table_.column(e.name);
  if (!column) return tl::unexpected(column.error());
  return !(*column)->is_numeric();
}

Result<Levels> Evaluation::single_levels(const std::string& name) const {
  const auto column = table_.column(name);
  if (!column) return tl::unexpected(column.error());
  if ((*column)->label.empty()) return levels_of_numbers(**column);
  return Levels{(*column)->label, (*column)->missing, (*column)->labels};
}

Result<const Levels*> Evaluation::levels(const std::vector<std::string>& columns) {
  const std::string key = factor_text(columns);
  if (const auto known = levels_.find(key); known != levels_.end()) return &known->second;
  auto all = single_levels(columns.front());
  if (!all) return tl::unexpected(all.error());
  for (std::size_t c = 1; c < columns.size(); ++c) {
    const auto next = single_levels(columns[c]);
    if (!next) return tl::unexpected(next.error());
    *all = crossed(*all, *next);
  }
  return &levels_.emplace(key, std::move(*all)).first->second;
}

Result<std::vector<bool>> Evaluation::missing(const Expression& e) {
  if (e.kind == Expression::Kind::number) return std::vector<bool>(table_.rows, false);
  if (e.kind == Expression::Kind::column) {
    const auto column = table_.column(e.name);
    if (!column) return tl::unexpected(column.error());
    return (*column)->missing;
  }
  auto all = missing(e.arguments[0]);
  if (!all) return all;
  if (e.kind == Expression::Kind::call && e.name == "lag") {
    const auto earlier = before(e);
    if (!earlier) return tl::unexpected(earlier.error());
    std::vector<bool> lacks(table_.rows);
    for (std::size_t i = 0; i < table_.rows; ++i) lacks[i] = (**earlier)[i] == none || (*all)[(**earlier)[i]];
    return lacks;
  }
  for (std::size_t a = 1; a < e.arguments.size(); ++a) {
    auto more = missing(e.arguments[a]);
    if (!more) return more;
    add_missing(*all, *more);
  }
  return all;
}

Result<Values> Evaluation::values(const Expression& e, const std::vector<bool>* used, Coding& coding) {
  switch (e.kind) {
    case Expression::Kind::number:
      return Values{std::vector<double>(table_.rows, e.number), std::vector<bool>(table_.rows, false)};
    case Expression::Kind::column: {
      const auto column = table_.numeric_column(e.name);
      if (!column) return tl::unexpected(column.error());
      return Values{(*column)->numbers, (*column)->missing};
    }
    case Expression::Kind::operation:
      return operation(e, used, coding);
    case Expression::Kind::call:
      break;
  }
  return call(e, used, coding);
}

Result<Values> Evaluation::operation(const Expression& e, const std::vector<bool>* used, Coding& coding) {
  auto left = values(e.arguments[0], used, coding);
  if (!left) return left;
  if (e.arguments.size() == 1) {
    for (double& x : left->numbers) x = -x;
    return left;
  }
  auto right = values(e.arguments[1], used, coding);
  if (!right) return right;
  for (std::size_t i = 0; i < left->numbers.size(); ++i)
    left->numbers[i] = combined(e.name[0], left->numbers[i], right->numbers[i]);
  add_missing(left->missing, right->missing);
  return defined(e, std::move(*left));
}

Result<Values> Evaluation::call(const Expression& e, const std::vector<bool>* used, Coding& coding) {
  auto x = values(e.arguments[0], used, coding);
  if (!x) return x;
  if (e.name == "centre") return centred(e, std::move(*x), used, coding);
  if (e.name == "within" || e.name == "between") return grouped(e, std::move(*x));
  if (e.name == "lag") return lagged(e, *x);
  for (double& value : x->numbers) value = applied(e.name, value);
  return defined(e, std::move(*x));
}

/// 0 where missing; elsewhere it must be a number.
Result<Values> Evaluation::defined(const Expression& e, Values x) const {
  for (std::size_t i = 0; i < x.numbers.size(); ++i) {
    if (x.missing[i])
      x.numbers[i] = 0;
    else if (!std::isfinite(x.numbers[i]))
      return fail(
          ErrorKind::bad_data, "models.undefined",
          fmt::format("{} is not defined here, or too large; look at the numbers it is made of", to_text(e)),
          Place{table_.name, table_.line[i], 0, {}});
  }
  return x;
}

Result<Values> Evaluation::centred(const Expression& e, Values x, const std::vector<bool>* used,
                                   Coding& coding) {
  const std::string key = to_text(e);
  if (e.arguments.size() == 2) {
    const auto groups = levels({e.arguments[1].name});
    if (!groups) return tl::unexpected(groups.error());
    if (used != nullptr) {
      Sum means;
      for (const Sum& sum : sums_by(**groups, x, used))
        if (sum.count > 0) means.add(sum.mean());
      coding.means[key] = means.mean();
    }
    add_missing(x.missing, (*groups)->missing);
  } else if (used != nullptr) {
    Sum sum;
    for (std::size_t i = 0; i < x.numbers.size(); ++i)
      if (!x.missing[i] && (*used)[i]) sum.add(x.numbers[i]);
    coding.means[key] = sum.mean();
  }
  const double mean = coding.means.at(key);
  for (double& value : x.numbers) value -= mean;
  return defined(e, std::move(x));
}

Result<Values> Evaluation::grouped(const Expression& e, Values x) {
  const auto groups = levels({e.arguments[1].name});
  if (!groups) return tl::unexpected(groups.error());
  const auto sums = sums_by(**groups, x, nullptr);
  add_missing(x.missing, (*groups)->missing);
  const bool within = e.name == "within";
  for (std::size_t i = 0; i < x.numbers.size(); ++i) {
    if (x.missing[i]) continue;
    const double mean = sums[(*groups)->level[i]].mean();
    x.numbers[i] = within ? x.numbers[i] - mean : mean;
  }
  return defined(e, std::move(x));
}

Result<Values> Evaluation::lagged(const Expression& e, const Values& x) {
  const auto earlier = before(e);
  if (!earlier) return tl::unexpected(earlier.error());
  Values result{std::vector<double>(table_.rows), std::vector<bool>(table_.rows)};
  for (std::size_t i = 0; i < table_.rows; ++i) {
    const std::uint32_t then = (**earlier)[i];
    result.missing[i] = then == none || x.missing[then];
    if (!result.missing[i]) result.numbers[i] = x.numbers[then];
  }
  return result;
}

Result<const std::vector<std::uint32_t>*> Evaluation::before(const Expression& lag) {
  const std::string key = to_text(lag.arguments[1]) + ", " + to_text(lag.arguments[2]);
  if (const auto known = before_.find(key); known != before_.end()) return &known->second;
  const auto groups = levels({lag.arguments[1].name});
  if (!groups) return tl::unexpected(groups.error());
  const auto time = table_.numeric_column(lag.arguments[2].name);
  if (!time) return tl::unexpected(time.error());
  const auto& t = (*time)->numbers;
  const auto& level = (*groups)->level;
  const auto refuse = [&](std::string_view why, std::uint32_t row) {
    return fail(ErrorKind::bad_data, "models.lag_time", fmt::format("lag({}): {}", key, why),
                Place{table_.name, table_.line[row], 0, lag.arguments[2].name});
  };
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < table_.rows; ++i) {
    if ((*time)->missing[i] || (*groups)->missing[i]) continue;
    if (t[i] != std::floor(t[i])) return refuse("times must be whole numbers", i);
    order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (level[a] != level[b]) return level[a] < level[b];
    return t[a] != t[b] ? t[a] < t[b] : a < b;
  });
  std::vector<std::uint32_t> earlier(table_.rows, none);
  for (std::size_t k = 1; k < order.size(); ++k) {
    const std::uint32_t now = order[k];
    const std::uint32_t then = order[k - 1];
    if (level[now] != level[then]) continue;
    if (t[now] == t[then]) return refuse("this group has the same time twice", now);
    if (t[now] == t[then] + 1) earlier[now] = then;
  }
  return &before_.emplace(key, std::move(earlier)).first->second;
}

Result<Codes> Evaluation::codes(const Expression& e, const std::vector<bool>* used, Coding& coding) {
  const std::string& name = e.kind == Expression::Kind::call ? e.arguments[0].name : e.name;
  const std::string key = to_text(e);
  const auto column = table_.column(name);
  if (!column) return tl::unexpected(column.error());
  // Numbers are the same level however they are written.
  const bool numeric = !(*column)->numbers.empty();
  const auto all_levels = numeric ? Result<Levels>(levels_of_numbers(**column)) : single_levels(name);
  if (!all_levels) return tl::unexpected(all_levels.error());
  const Levels& all = *all_levels;
  if (used != nullptr) {
    std::vector<bool> present(all.names.size(), false);
    for (std::size_t i = 0; i < all.level.size(); ++i)
      if ((*used)[i]) present[all.level[i]] = true;
    std::vector<std::string> names;
    for (std::size_t l = 0; l < present.size(); ++l)
      if (present[l]) names.push_back(all.names[l]);
    if (names.size() > most_factor_levels)
      return fail(ErrorKind::bad_data, "models.too_many_levels",
                  fmt::format("{} has {} different values, {} at most make a factor; what effects vary "
                              "between stands behind the bar: (1 | {})",
                              key, names.size(), most_factor_levels, quoted_name(name)),
                  Place{table_.name, 0, 0, name});
    if (names.size() < 2)
      return fail(ErrorKind::bad_data, "models.one_level",
                  fmt::format("{} is the same in every row that is used; leave it out", key),
                  Place{table_.name, 0, 0, name});
    sort_labels(names);
    coding.levels[key] = std::move(names);
  }
  Codes codes{std::vector<std::uint32_t>(all.level.size(), none), coding.levels.at(key)};
  std::vector<std::uint32_t> code_of(all.names.size(), none);
  for (std::size_t l = 0; l < all.names.size(); ++l) {
    const auto at = std::find(codes.levels.begin(), codes.levels.end(), all.names[l]);
    if (at != codes.levels.end()) code_of[l] = static_cast<std::uint32_t>(at - codes.levels.begin());
  }
  for (std::size_t i = 0; i < all.level.size(); ++i) {
    if (all.missing[i]) continue;
    codes.code[i] = code_of[all.level[i]];
    if (codes.code[i] == none && used == nullptr)
      return fail(ErrorKind::bad_data, "models.unknown_level",
                  fmt::format("{} has a value here that the model's data did not have", key),
                  Place{table_.name, table_.line[i], 0, name});
  }
  return codes;
}

}  // namespace securebase::models
