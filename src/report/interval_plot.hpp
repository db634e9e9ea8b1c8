#pragma once
// A few estimates with their intervals, one below the other, on one scale with its zero.

#include <string>
#include <vector>

namespace securebase::report {

struct IntervalRow {
  std::string name;
  double value = 0;
  double lower = 0;
  double upper = 0;
};

struct IntervalPlot {
  std::string title;
  std::string description;
  std::string caption;
  std::vector<IntervalRow> rows;  ///< finite
};

[[nodiscard]] std::string interval_plot(const IntervalPlot& plot);

}  // namespace securebase::report
