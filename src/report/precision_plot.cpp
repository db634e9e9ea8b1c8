#include "report/precision_plot.hpp"

#include <cmath>

#include "report/line_plot.hpp"

namespace securebase::report {

std::string precision_plot(
    const std::string& title,
    const std::vector<std::pair<std::string, std::vector<models::Precision>>>& scales) {
  LinePlot plot{title,
                "state (SDs of the people it was calibrated on)",
                "error of the state",
                "Error of a score from all items. Below the dotted lines reliability is above .90 and .80.",
                {},
                {}};
  for (const auto& [name, precision] : scales) {
    NamedLine line{name, {}, false, plot.lines.size()};
    for (const models::Precision& p : precision) line.points.emplace_back(p.theta, p.error);
    plot.lines.push_back(line);
  }
  plot.levels = {{std::sqrt(0.10), "reliability .90"}, {std::sqrt(0.20), ".80"}};
  return line_plot(plot);
}

}  // namespace securebase::report
