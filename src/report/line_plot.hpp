#pragma once
// Lines over one axis, each with its name at its end: precision, cost, agreement by length.

#include <string>
#include <utility>
#include <vector>

#include "report/frame.hpp"

namespace securebase::report {

struct NamedLine {
  std::string name;
  Points points;  ///< at least one, rising in x
  bool dashed = false;
  std::size_t hue = 0;  ///< lines of one colour belong together
};

struct LinePlot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::string caption;
  std::vector<NamedLine> lines;
  std::vector<std::pair<double, std::string>> levels = {};  ///< lines across, with a word
};

[[nodiscard]] std::string line_plot(const LinePlot& plot);

}  // namespace securebase::report
