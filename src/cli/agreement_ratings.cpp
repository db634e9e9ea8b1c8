// securebase agreement: from columns of a file to a table of ratings.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>

#include "cli/agreement.hpp"

namespace securebase::cli {
namespace {

using models::Column;
using models::ColumnUse;
using models::Table;
using stats::Measurement;
using stats::RatingTable;

constexpr std::size_t most_cells = 50'000'000;

tl::unexpected<Error> usage(std::string detail) {
  return fail(ErrorKind::usage, "usage.agreement", std::move(detail));
}

std::optional<double> number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool has_twice(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// Numbers by size, and after them words by letter.
bool comes_before(const std::string& a, const std::string& b) {
  const auto x = number_of(a), y = number_of(b);
  if (x && y && *x != *y) return *x < *y;
  if (x.has_value() != y.has_value()) return x.has_value();
  return a < b;
}

/// Turns fields into ratings: numbers, or the place among the categories.
class Coder {
 public:
  Coder(Measurement measurement, std::vector<std::string> categories)
      : coded_(measurement == Measurement::nominal || !categories.empty()),
        given_(!categories.empty()),
        categories_(std::move(categories)) {}

  [[nodiscard]] ColumnUse use() const { return coded_ ? ColumnUse::label : ColumnUse::number; }

  [[nodiscard]] Result<const Column*> column(const Table& table, const std::string& name) const {
    return coded_ ? table.labels_of(name) : table.numeric_column(name);
  }

  /// Without --categories: what there is in these columns.
  void learn(const std::vector<const Column*>& columns) {
    if (!coded_) return;
    if (!given_) {
      for (const Column* column : columns)
        categories_.insert(categories_.end(), column->labels.begin(), column->labels.end());
      std::sort(categories_.begin(), categories_.end(), comes_before);
      categories_.erase(std::unique(categories_.begin(), categories_.end()), categories_.end());
    }
    for (std::size_t i = 0; i < categories_.size(); ++i) code_[categories_[i]] = static_cast<double>(i);
  }

  [[nodiscard]] Result<double> rating(const Table& table, const Column& column, std::size_t row) const {
    const auto fault = [&](const char* code, const char* detail) {
      return fail(ErrorKind::bad_data, code, detail, Place{table.name, table.line[row], 0, column.name});
    };
    if (!coded_) {
      if (std::abs(column.numbers[row]) <= stats::largest_rating) return column.numbers[row];
      return fault("agreement.range", "this rating is too large to compute with");
    }
    const auto found = code_.find(column.labels[column.label[row]]);
    if (found != code_.end()) return found->second;
    return fault("agreement.category", "this rating is none of --categories");
  }

  [[nodiscard]] std::vector<std::string> categories() const {
    return coded_ ? categories_ : std::vector<std::string>();
  }

 private:
  bool coded_;
  bool given_;
  std::vector<std::string> categories_;
  std::map<std::string, double> code_;
};

Result<Coder> coder_of(const RatingColumns& columns) {
  std::vector<std::string> categories;
  if (!columns.categories.empty()) {
    auto names = names_in("--categories", columns.categories);
    if (!names) return tl::unexpected(names.error());
    categories = std::move(*names);
  }
  return Coder(columns.measurement(), std::move(categories));
}

Result<void> check_size(const Table& table, std::size_t units, std::size_t raters) {
  if (units == 0 || raters <= most_cells / units) return {};
  return fail(ErrorKind::bad_data, "agreement.too_large",
              fmt::format("{} units and {} raters make a table too large to hold", units, raters),
              Place{table.name, 0, 0, {}});
}

Result<ReadRatings> read_wide(const RatingColumns& columns, const FitFiles& files, Desk& desk, Coder coder) {
  const auto names = names_in("--raters", columns.raters);
  if (!names) return tl::unexpected(names.error());
  std::vector<models::WantedColumn> wanted;
  for (const std::string& name : *names) wanted.push_back({name, coder.use()});
  const auto table = files.read(desk, wanted);
  if (!table) return tl::unexpected(table.error());
  if (auto fits = check_size(*table, table->rows, names->size()); !fits) return tl::unexpected(fits.error());
  std::vector<const Column*> found;
  for (const std::string& name : *names) {
    const auto column = coder.column(*table, name);
    if (!column) return tl::unexpected(column.error());
    found.push_back(*column);
  }
  coder.learn(found);
  ReadRatings read{RatingTable(table->rows, names->size()), *names, coder.categories(), {}};
  std::size_t empty = 0;
  for (std::size_t row = 0; row < table->rows; ++row) {
    std::size_t given = 0;
    for (std::size_t r = 0; r < found.size(); ++r) {
      if (found[r]->missing[row]) continue;
      const auto rating = coder.rating(*table, *found[r], row);
      if (!rating) return tl::unexpected(rating.error());
      read.table.set(row, r, *rating);
      ++given;
    }
    if (given == 0) ++empty;
  }
  read.account = {table->name, table->rows, table->rows - empty, {}, {}};
  if (empty > 0) read.account.left_out.push_back({"nobody rated", empty});
  read.account.units = {{"units", table->rows - empty}, {"raters", names->size()}};
  return read;
}

Result<ReadRatings> read_long(const RatingColumns& columns, const FitFiles& files, Desk& desk, Coder coder) {
  const std::vector<models::WantedColumn> wanted{
      {columns.unit, ColumnUse::label}, {columns.rater, ColumnUse::label}, {columns.value, coder.use()}};
  const auto table = files.read(desk, wanted);
  if (!table) return tl::unexpected(table.error());
  const auto unit = table->labels_of(columns.unit), rater = table->labels_of(columns.rater);
  if (!unit) return tl::unexpected(unit.error());
  if (!rater) return tl::unexpected(rater.error());
  const auto value = coder.column(*table, columns.value);
  if (!value) return tl::unexpected(value.error());
  const std::size_t units = (*unit)->labels.size(), raters = (*rater)->labels.size();
  if (auto fits = check_size(*table, units, raters); !fits) return tl::unexpected(fits.error());
  coder.learn({*value});
  ReadRatings read{RatingTable(units, raters), (*rater)->labels, coder.categories(), {}};
  std::size_t used = 0;
  for (std::size_t row = 0; row < table->rows; ++row) {
    if ((*unit)->missing[row] || (*rater)->missing[row] || (*value)->missing[row]) continue;
    const std::size_t u = (*unit)->label[row], r = (*rater)->label[row];
    if (read.table.at(u, r))
      return fail(ErrorKind::bad_data, "agreement.twice",
                  "this rater has rated this unit already: one row for each unit and rater",
                  Place{table->name, table->line[row], 0, columns.rater});
    const auto rating = coder.rating(*table, **value, row);
    if (!rating) return tl::unexpected(rating.error());
    read.table.set(u, r, *rating);
    ++used;
  }
  read.account = {table->name, table->rows, used, {}, {}};
  if (used < table->rows)
    read.account.left_out.push_back({"unit, rater or rating is missing", table->rows - used});
  read.account.units = {{"units", units}, {"raters", raters}};
  return read;
}

}  // namespace

std::vector<double> ReadRatings::values() const {
  if (categories.empty()) return stats::categories_of(table);
  std::vector<double> codes(categories.size());
  std::iota(codes.begin(), codes.end(), 0.0);
  return codes;
}

std::vector<std::string> ReadRatings::names() const {
  if (!categories.empty()) return categories;
  std::vector<std::string> names;
  for (const double value : stats::categories_of(table)) names.push_back(fmt::format("{:g}", value));
  return names;
}

void RatingColumns::add_to(CLI::App& app) {
  auto* wide =
      app.add_option("--raters", raters, "Columns of the raters, one row a unit")->type_name("NAMES");
  auto* what = app.add_option("--unit", unit, "Without --raters: column that says who or what was rated")
                   ->type_name("NAME")
                   ->excludes(wide);
  auto* who = app.add_option("--rater", rater,
                             "Column that says who rated; without it, raters are nobody in particular")
                  ->type_name("NAME");
  auto* which = app.add_option("--value", value, "Column of the ratings")->type_name("NAME");
  what->needs(which);
  which->needs(what);
  who->needs(what);
  app.add_option("--measured", measured, "What ratings are: nominal, ordinal, interval or ratio (needed)")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"nominal", "ordinal", "interval", "ratio"}));
  app.add_option("--categories", categories,
                 "All that raters could choose, for ordinal ratings in their order")
      ->type_name("NAMES");
}

stats::Measurement RatingColumns::measurement() const {
  if (measured == "ordinal") return Measurement::ordinal;
  if (measured == "interval") return Measurement::interval;
  if (measured == "ratio") return Measurement::ratio;
  return Measurement::nominal;
}

Result<void> RatingColumns::check() const {
  if (raters.empty() && unit.empty())
    return usage(
        "give --raters, the columns of the raters; or --unit, --rater and --value, one row a rating");
  if (measured.empty())
    return usage("--measured is needed: nominal, ordinal, interval or ratio; numbers can be any of them");
  if (!raters.empty()) {
    const auto names = names_in("--raters", raters);
    if (!names) return tl::unexpected(names.error());
    if (names->size() < 2) return usage("--raters names one column: agreement needs two raters");
    if (has_twice(*names)) return usage("--raters names a column twice");
  } else if (unit == rater || unit == value || rater == value) {
    return usage("--unit, --rater and --value name different columns");
  }
  if (categories.empty()) return {};
  const auto names = names_in("--categories", categories);
  if (!names) return tl::unexpected(names.error());
  if (measured == "interval" || measured == "ratio")
    return usage("--categories is for nominal and ordinal ratings");
  if (names->size() < 2 || has_twice(*names)) return usage("--categories takes two different ones or more");
  return {};
}

Result<ReadRatings> RatingColumns::read(Desk& desk, const FitFiles& files) const {
  auto coder = coder_of(*this);
  if (!coder) return tl::unexpected(coder.error());
  return raters.empty() ? read_long(*this, files, desk, std::move(*coder))
                        : read_wide(*this, files, desk, std::move(*coder));
}

Result<NestedRead> read_nested(Desk& desk, const FitFiles& files, const RatingColumns& columns,
                               const std::vector<std::string>& items) {
  std::vector<models::WantedColumn> wanted{{columns.unit, ColumnUse::label},
                                           {columns.value, ColumnUse::number}};
  for (const std::string& item : items)
    if (item != columns.value) wanted.push_back({item, ColumnUse::number});
  const auto table = files.read(desk, wanted);
  if (!table) return tl::unexpected(table.error());
  const auto unit = table->labels_of(columns.unit);
  if (!unit) return tl::unexpected(unit.error());
  std::vector<std::size_t> size((*unit)->labels.size(), 0), place(table->rows, 0);
  std::size_t largest = 0, used = 0;
  for (std::size_t row = 0; row < table->rows; ++row) {
    if ((*unit)->missing[row]) continue;
    place[row] = size[(*unit)->label[row]]++;
    largest = std::max(largest, place[row] + 1);
  }
  if (auto fits = check_size(*table, size.size(), largest * (items.size() + 1)); !fits)
    return tl::unexpected(fits.error());
  const Coder coder(Measurement::interval, {});
  const auto nested = [&](const std::string& name, std::size_t* counted) -> Result<RatingTable> {
    const auto column = table->numeric_column(name);
    if (!column) return tl::unexpected(column.error());
    RatingTable ratings(size.size(), largest);
    for (std::size_t row = 0; row < table->rows; ++row) {
      if ((*unit)->missing[row] || (*column)->missing[row]) continue;
      const auto rating = coder.rating(*table, **column, row);
      if (!rating) return tl::unexpected(rating.error());
      ratings.set((*unit)->label[row], place[row], *rating);
      if (counted != nullptr) ++*counted;
    }
    return ratings;
  };
  NestedRead read{(*unit)->labels, {}, {}, {}};
  auto value = nested(columns.value, &used);
  if (!value) return tl::unexpected(value.error());
  read.value = std::move(*value);
  for (const std::string& item : items) {
    auto ratings = nested(item, nullptr);
    if (!ratings) return tl::unexpected(ratings.error());
    read.items.push_back(std::move(*ratings));
  }
  read.account = {table->name, table->rows, used, {}, {{"units", size.size()}}};
  if (used < table->rows) read.account.left_out.push_back({"unit or rating is missing", table->rows - used});
  return read;
}

}  // namespace securebase::cli
