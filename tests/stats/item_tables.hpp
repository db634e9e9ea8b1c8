#pragma once
// Answers and items from the files of a reference case.

#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "stats/item_calibration.hpp"

namespace securebase::stats {

/// Columns `items`, answers from 1; an empty field is missing.
inline ResponseMatrix responses_of(const reference::Table& table, const std::vector<std::string>& items) {
  ResponseMatrix responses{items.size(), {}, {}};
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const auto& item : items) {
      const std::string& field = table.text(item)[row];
      responses.answers.push_back(field.empty() ? no_answer
                                                : static_cast<std::uint8_t>(std::stoi(field) - 1));
    }
  return responses;
}

/// Columns a, b1, b2, ...; an empty threshold does not exist.
inline std::vector<PolytomousItem> bank_of(const reference::Table& table, std::size_t thresholds) {
  std::vector<PolytomousItem> bank;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    PolytomousItem item{ItemModel::graded_response, std::stod(table.text("a")[row]), {}};
    for (std::size_t k = 1; k <= thresholds; ++k) {
      const std::string& field = table.text("b" + std::to_string(k))[row];
      if (!field.empty()) item.locations.push_back(std::stod(field));
    }
    bank.push_back(item);
  }
  return bank;
}

}  // namespace securebase::stats
