#pragma once
// A table written down as CSV: fields that are numbers, labels, or empty or NA.

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>

#include "models/design.hpp"

namespace securebase::models {

inline std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

inline void put_field(Column& column, const std::string& field, ColumnUse use) {
  const bool missing = field.empty() || field == "NA";
  column.missing.push_back(missing);
  double value = 0;
  const bool number =
      std::from_chars(field.data(), field.data() + field.size(), value).ptr == field.data() + field.size();
  column.numbers.push_back(missing ? 0 : value);
  if (!missing && !number && use == ColumnUse::number) throw std::invalid_argument("not a number: " + field);
  if (use == ColumnUse::number) return;
  std::uint32_t label = 0;
  if (!missing) {
    const auto at = std::find(column.labels.begin(), column.labels.end(), field);
    label = static_cast<std::uint32_t>(at - column.labels.begin());
    if (at == column.labels.end()) column.labels.push_back(field);
    if (!number) column.first_text_row = column.missing.size();  // made 0-based below
  }
  column.label.push_back(label);
}

/// Only the columns that are wanted, as they are wanted.
inline Table given_table(const std::string& csv, const std::vector<WantedColumn>& wanted) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  Table table;
  table.name = "given";
  table.header = fields_of(line);
  for (const WantedColumn& column : wanted) {
    table.columns.emplace_back();
    table.columns.back().name = column.name;
  }
  while (std::getline(in, line)) {
    const auto fields = fields_of(line);
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      const auto at = std::find(table.header.begin(), table.header.end(), wanted[w].name);
      if (at == table.header.end()) throw std::invalid_argument("no column " + wanted[w].name);
      put_field(table.columns[w], fields.at(static_cast<std::size_t>(at - table.header.begin())),
                wanted[w].use);
    }
    table.line.push_back(static_cast<std::uint32_t>(++table.rows + 1));
  }
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    Column& column = table.columns[w];
    if (wanted[w].use == ColumnUse::label || column.first_text_row > 0) column.numbers.clear();
    if (column.first_text_row > 0) --column.first_text_row;
  }
  return table;
}

inline Table given_table(const std::string& csv, const ModelPlan& plan) {
  return given_table(csv, wanted_columns(plan));
}

}  // namespace securebase::models
