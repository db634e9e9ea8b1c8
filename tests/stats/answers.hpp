#pragma once
// Answers of a test: rows of optional numbers, as a reference case's table gives them or as a property makes
// them up.

#include <optional>
#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "stats/item_moments.hpp"

namespace securebase::stats {

struct Row {
  std::vector<double> values;
  std::vector<std::uint8_t> present;
};

inline Row row_of(const std::vector<std::optional<double>>& answers) {
  Row row;
  for (const auto& answer : answers) {
    row.values.push_back(answer.value_or(-999));
    row.present.push_back(answer ? 1 : 0);
  }
  return row;
}

/// The columns of `items`, those in `reversed` turned to lowest + highest - x.
struct Reversal {
  std::vector<std::string> items;
  double lowest_plus_highest = 0;
};

inline std::vector<Row> rows_of(const reference::Table& table, const std::vector<std::string>& items,
                                const Reversal& reversed) {
  std::vector<std::vector<std::optional<double>>> answers(table.rows());
  for (const auto& item : items) {
    const bool turn = std::find(reversed.items.begin(), reversed.items.end(), item) != reversed.items.end();
    const auto column = table.numbers(item);
    for (std::size_t r = 0; r < answers.size(); ++r)
      answers[r].push_back(turn && column[r] ? std::optional(reversed.lowest_plus_highest - *column[r])
                                             : column[r]);
  }
  std::vector<Row> rows;
  for (const auto& one : answers) rows.push_back(row_of(one));
  return rows;
}

inline ItemMoments moments_of(const std::vector<Row>& rows, std::size_t items, double origin = 0) {
  ItemMoments moments(items, origin);
  for (const Row& row : rows) moments.add_row(row.values, row.present);
  return moments;
}

}  // namespace securebase::stats
