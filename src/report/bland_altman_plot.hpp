#pragma once
// Differences of two measurements by their means, with bias and limits of agreement (Bland & Altman 1986,
// figure 2; their intervals as bands, 1999, figure 2).

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stats/bland_altman.hpp"

namespace securebase::report {

struct BlandAltmanPlot {
  std::string title;
  std::string mean_label;
  std::string difference_label;
  stats::BlandAltman result;
  double share = 0.95;                                 ///< of differences that the limits hold
  std::vector<std::pair<double, double>> points = {};  ///< mean, difference
};

/// Of more than 3000 points every so-manieth is drawn. The trend is drawn where its interval leaves 0 out.
[[nodiscard]] std::string bland_altman_plot(const BlandAltmanPlot& plot);

}  // namespace securebase::report
