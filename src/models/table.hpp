#pragma once
// A table of data: rows of one file, columns by name. A field is a number, a label, or missing.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace securebase::models {

/// A column. Its fields are kept as numbers where all that are there are numbers, and as labels where they
/// are wanted as labels, or where one is not a number.
struct Column {
  std::string name;
  std::vector<double> numbers;       ///< of each row, finite, 0 where missing; empty: labels only
  std::vector<std::string> labels;   ///< distinct texts in the order of their first rows
  std::vector<std::uint32_t> label;  ///< of each row, 0 where missing; empty: numbers only
  std::vector<bool> missing;         ///< of each row
  std::size_t first_text_row = 0;  ///< the first whose field is there and no number; of no account otherwise

  [[nodiscard]] bool is_numeric() const { return !numbers.empty() || missing.empty(); }
};

struct Table {
  std::string name;  ///< of the file
  std::size_t rows = 0;
  std::vector<Column> columns;      ///< those that were wanted
  std::vector<std::string> header;  ///< all that the file has
  std::vector<std::uint32_t> line;  ///< of each row, on which it begins in the file

  /// Error "models.column" (bad_data): there is none of that name; the detail names those there are.
  [[nodiscard]] Result<const Column*> column(std::string_view wanted) const;
  /// The same, and its fields are numbers; "models.not_a_number" names the first line that is not.
  [[nodiscard]] Result<const Column*> numeric_column(std::string_view wanted) const;
  /// The same, kept as labels (a column that was wanted as labels).
  [[nodiscard]] Result<const Column*> labels_of(std::string_view wanted) const;
};

/// How a column is wanted.
enum class ColumnUse {
  number,           ///< text in it is an error
  number_or_label,  ///< numbers where all are; otherwise labels, 1000 different ones at most
  label             ///< labels whatever they look like: who, which group
};

struct WantedColumn {
  std::string name;
  ColumnUse use = ColumnUse::number;
};

}  // namespace securebase::models
