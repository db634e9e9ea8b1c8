// models_plot < rows of `models growth` or `items growth`: how time and memory grow, as SVG.

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "report/frame.hpp"

namespace {

using namespace securebase::report;  // NOLINT(google-build-using-namespace): this file is about it alone

struct Row {
  double value = 0;
  double seconds = 0;
  double bytes = 0;
};

struct Panel {
  std::string by;
  std::string title;
  std::string label;
  bool logarithmic = false;
  bool memory = false;
};

std::map<std::string, std::vector<Row>> read_rows(std::istream& in) {
  std::map<std::string, std::vector<Row>> rows;
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    std::string by, value, seconds, cells, bytes;
    if (std::getline(fields, by, ',') && std::getline(fields, value, ',') &&
        std::getline(fields, seconds, ',') && std::getline(fields, cells, ',') &&
        std::getline(fields, bytes, ','))
      rows[by].push_back({std::stod(value), std::stod(seconds), std::stod(bytes)});
  }
  return rows;
}

void draw(Svg& svg, const Panel& panel, const std::vector<Row>& rows, double top) {
  Points points;
  double highest = 0;
  for (const Row& row : rows) {
    const double y = panel.memory ? row.bytes / 1e6 : row.seconds * 1000;
    const bool both = panel.logarithmic;
    points.emplace_back(both ? std::log10(row.value) : row.value, both ? std::log10(y) : y);
    highest = std::max(highest, points.back().second);
  }
  double lowest = 0;
  if (panel.logarithmic)
    for (const auto& [x, y] : points) lowest = std::min(lowest, y);
  svg.text(12, top, panel.title, {{"style", "font-weight:600"}});
  constexpr std::size_t ticks = 6;
  Frame frame(svg, {58, top + 34, picture_width - 24, top + 168},
              tight_axis(panel.logarithmic ? "log10 of " + panel.label : panel.label, points.front().first,
                         points.back().first, ticks),
              round_axis(panel.memory ? (panel.logarithmic ? "log10 MB" : "MB")
                                      : (panel.logarithmic ? "log10 ms" : "ms"),
                         lowest, highest, ticks));
  frame.axes();
  frame.line(points, colour(panel.memory ? 1 : 0));
  for (const auto& [x, y] : points) frame.dot(x, y, colour(panel.memory ? 1 : 0));
}

}  // namespace

int main() {
  const auto rows = read_rows(std::cin);
  const std::vector<Panel> panels = {
      {"clients", "Time, clients with the same visits", "clients", true, false},
      {"clients_unequal", "Time, visits unequal and missing", "clients", true, false},
      {"clients_unequal", "Memory, visits unequal and missing", "clients", true, true},
      {"visits", "Time, 2000 clients", "visits of each", false, false},
      {"random_effects", "Time, 2000 clients", "random effects of each", false, false},
      {"missing", "Time, panel of 5000 people, four waves", "% missing", false, false},
      {"people", "Time, 18 items, 61 nodes", "people", true, false},
      {"people", "Memory, 18 items, 61 nodes", "people", true, true},
      {"items", "Time, 20,000 people, 61 nodes", "items", false, false},
      {"nodes", "Time, 20,000 people, 18 items", "nodes", false, false},
  };
  constexpr double panel_height = 240;
  std::vector<Panel> there;
  for (const Panel& panel : panels)
    if (rows.count(panel.by) > 0) there.push_back(panel);
  Svg svg(picture_width, static_cast<int>(panel_height * static_cast<double>(there.size()) + 30),
          "How the cost of a fit grows", "Time and memory by the size of what is fitted");
  double top = 26;
  for (const Panel& panel : there) {
    draw(svg, panel, rows.at(panel.by), top);
    top += panel_height;
  }
  std::cout << std::move(svg).finish();
}
