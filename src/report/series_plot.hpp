#pragma once
// Series over time: what was observed as points, what is estimated behind them as a line with a band, and
// what is expected ahead. A panel for each person, on the same scales.

#include <optional>
#include <string>
#include <vector>

namespace securebase::report {

/// A value with the interval around it.
struct SeriesEstimate {
  double time = 0;
  double value = 0;
  double lower = 0;
  double upper = 0;
};

struct SeriesPoint {
  double time = 0;
  double value = 0;
};

struct SeriesPanel {
  std::string title;  ///< may be empty
  std::vector<SeriesPoint> points;
  std::vector<SeriesEstimate> line;
  std::vector<SeriesEstimate> ahead;  ///< after the last time
};

struct SeriesPlot {
  std::string title;
  std::string description;
  std::string time_label;
  std::string value_label;
  std::string caption;
  std::vector<SeriesPanel> panels;
};

/// All values are finite. Panels beyond the sixth are left out, and of a panel with more than 2000 places
/// every so-manieth is drawn; the caption says so.
[[nodiscard]] std::string series_plot(const SeriesPlot& plot);

/// Round numbers that divide from..to into about `wanted` parts; one number where from = to.
[[nodiscard]] std::vector<double> round_ticks(double from, double to, int wanted);

}  // namespace securebase::report
