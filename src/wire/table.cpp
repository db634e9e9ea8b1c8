#include "wire/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "base/printable.hpp"

namespace securebase::wire {
namespace {

using models::Column;
using models::ColumnUse;
using models::Table;
using models::WantedColumn;

constexpr std::size_t most_labels = 1000;  ///< of a column that could be numbers
constexpr std::size_t rows_between_reports = 4096;

std::string_view trimmed(std::string_view field) {
  const auto begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(" \t") + 1 - begin);
}

enum class Reading { number, text, not_finite };

/// A plain decimal number, "1", "-0.5", "1e-3", a sign of either kind before it.
Reading read_number(std::string_view field, double& value) {
  if (field.starts_with('+') && field.size() > 1 && field[1] != '-') field.remove_prefix(1);
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (end != field.data() + field.size() || error == std::errc::invalid_argument) return Reading::text;
  if (error == std::errc::result_out_of_range || !std::isfinite(value)) return Reading::not_finite;
  return Reading::number;
}

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// Fills one column field by field.
class ColumnWriter {
 public:
  ColumnWriter(const WantedColumn& wanted, std::size_t index)
      : use_(wanted.use),
        index_(index),
        as_labels_(use_ != ColumnUse::number),
        as_numbers_(use_ != ColumnUse::label) {
    column_.name = wanted.name;
  }

  [[nodiscard]] std::size_t index() const { return index_; }
  [[nodiscard]] Column& column() { return column_; }

  Result<void> add(std::string_view raw, const Place& where) {
    const std::string_view field = trimmed(raw);
    const bool missing = field.empty() || field == "NA";
    column_.missing.push_back(missing);
    if (missing) {
      if (as_numbers_) column_.numbers.push_back(0);
      if (as_labels_) column_.label.push_back(0);
      return {};
    }
    if (as_numbers_)
      if (auto read = add_number(field, where); !read) return read;
    if (as_labels_) add_label(field);
    if (!as_numbers_ && !as_labels_) return not_a_number(where);
    return {};
  }

 private:
  static tl::unexpected<Error> not_a_number(const Place& where) {
    return fail(ErrorKind::bad_data, "models.not_a_number",
                "a number is needed here, with a point for decimals; nothing or NA where it is missing",
                where);
  }

  Result<void> add_number(std::string_view field, const Place& where) {
    double value = 0;
    const Reading reading = read_number(field, value);
    if (reading == Reading::not_finite && use_ != ColumnUse::label)
      return fail(ErrorKind::bad_data, "table.not_finite",
                  "NaN, infinity, or beyond what a number can hold; nothing or NA where it is missing",
                  where);
    if (reading == Reading::number) {
      column_.numbers.push_back(value);
      return {};
    }
    if (use_ == ColumnUse::number || !as_labels_) return not_a_number(where);
    column_.first_text_row = column_.missing.size() - 1;
    column_.numbers = {};
    as_numbers_ = false;
    return {};
  }

  void add_label(std::string_view field) {
    auto at = numbers_of_labels_.find(field);
    if (at == numbers_of_labels_.end()) {
      if (as_numbers_ && column_.labels.size() == most_labels) return drop_labels();
      at = numbers_of_labels_.emplace(field, static_cast<std::uint32_t>(column_.labels.size())).first;
      column_.labels.emplace_back(field);
    }
    column_.label.push_back(at->second);
  }

  /// So many different numbers are no groups.
  void drop_labels() {
    column_.labels = {};
    column_.label = {};
    numbers_of_labels_ = {};
    as_labels_ = false;
  }

  ColumnUse use_;
  std::size_t index_;
  bool as_labels_;
  bool as_numbers_;
  Column column_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> numbers_of_labels_;
};

Result<std::vector<ColumnWriter>> writers_of(const Table& table, std::span<const WantedColumn> wanted) {
  std::vector<ColumnWriter> writers;
  writers.reserve(wanted.size());
  for (const WantedColumn& column : wanted) {
    const auto same = [&](const ColumnWriter& writer) { return table.header[writer.index()] == column.name; };
    if (std::any_of(writers.begin(), writers.end(), same)) continue;
    const auto at = std::find(table.header.begin(), table.header.end(), column.name);
    if (at == table.header.end()) return tl::unexpected(table.column(column.name).error());
    if (std::find(at + 1, table.header.end(), column.name) != table.header.end())
      return fail(ErrorKind::bad_data, "table.column_twice",
                  "the header names this column twice: which one is meant cannot be known",
                  Place{table.name, 1, 0, column.name});
    writers.emplace_back(column, static_cast<std::size_t>(at - table.header.begin()));
  }
  return writers;
}

Result<std::vector<std::string>> read_header(CsvReader& reader) {
  CsvRecord record;
  const auto more = reader.next(record);
  if (!more) return tl::unexpected(more.error());
  std::vector<std::string> header;
  if (*more)
    for (const std::string_view field : record.fields) header.emplace_back(trimmed(field));
  return header;
}

bool is_blank(const CsvRecord& record) {
  return std::all_of(record.fields.begin(), record.fields.end(),
                     [](std::string_view field) { return trimmed(field).empty(); });
}

Result<void> add_row(Table& table, std::vector<ColumnWriter>& writers, const CsvRecord& record) {
  if (record.fields.size() != table.header.size())
    return fail(ErrorKind::bad_data, "table.fields",
                fmt::format("{} fields, but the header has {}", record.fields.size(), table.header.size()),
                Place{table.name, record.line, 0, {}});
  for (ColumnWriter& writer : writers) {
    const Place where{table.name, record.line, 0, table.header[writer.index()]};
    if (auto added = writer.add(record.fields[writer.index()], where); !added) return added;
  }
  table.line.push_back(static_cast<std::uint32_t>(record.line));
  ++table.rows;
  return {};
}

}  // namespace

Result<models::Table> read_table(CsvReader& reader, std::span<const WantedColumn> wanted,
                                 const std::function<void(std::size_t)>& at) {
  Table table;
  table.name = reader.name();
  auto header = read_header(reader);
  if (!header) return tl::unexpected(header.error());
  table.header = std::move(*header);
  auto writers = writers_of(table, wanted);
  if (!writers) return tl::unexpected(writers.error());
  CsvRecord record;
  for (;;) {
    const auto more = reader.next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (record.line >= std::numeric_limits<std::uint32_t>::max())
      return fail(ErrorKind::bad_data, "table.too_long", "at most 2^32 lines can be read",
                  Place{table.name, record.line, 0, {}});
    if (is_blank(record)) continue;
    if (auto added = add_row(table, *writers, record); !added) return tl::unexpected(added.error());
    if (at && table.rows % rows_between_reports == 0) at(table.rows);
  }
  if (table.rows == 0)
    return fail(ErrorKind::bad_data, "table.no_rows", "there is no row below the header",
                Place{table.name, 0, 0, {}});
  for (ColumnWriter& writer : *writers) table.columns.push_back(std::move(writer.column()));
  return table;
}

}  // namespace securebase::wire
