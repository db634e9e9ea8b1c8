#pragma once
// Ratings of a test: tables by hand and from a reference case.

#include <optional>
#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "stats/rating_table.hpp"

namespace securebase::stats {

using Ratings = std::vector<std::vector<std::optional<double>>>;

/// Rows are units.
inline RatingTable table_of(const Ratings& rows) {
  RatingTable table(rows.size(), rows.empty() ? 0 : rows.front().size());
  for (std::size_t u = 0; u < rows.size(); ++u)
    for (std::size_t r = 0; r < rows[u].size(); ++r)
      if (rows[u][r]) table.set(u, r, *rows[u][r]);
  return table;
}

inline RatingTable table_of(const reference::Table& data, const std::vector<std::string>& raters) {
  RatingTable table(data.rows(), raters.size());
  for (std::size_t r = 0; r < raters.size(); ++r) {
    const auto column = data.numbers(raters[r]);
    for (std::size_t u = 0; u < column.size(); ++u)
      if (column[u]) table.set(u, r, *column[u]);
  }
  return table;
}

/// Shrout & Fleiss 1979, table 2.
inline RatingTable shrout_fleiss() {
  return table_of({{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}});
}

/// Krippendorff 2011, the reliability data of four observers and twelve units; also Gwet 2014, p. 120.
inline RatingTable krippendorff_units() {
  const std::optional<double> none;
  return table_of({{1, 1, none, 1},
                   {2, 2, 3, 2},
                   {3, 3, 3, 3},
                   {3, 3, 3, 3},
                   {2, 2, 2, 2},
                   {1, 2, 3, 4},
                   {4, 4, 4, 4},
                   {1, 1, 2, 1},
                   {2, 2, 2, 2},
                   {none, 5, 5, 5},
                   {none, none, 1, 1},
                   {none, none, 3, none}});
}

}  // namespace securebase::stats
