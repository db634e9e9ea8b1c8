#pragma once
// A map of places on two scales: where each was at first, where it is now, the way between, and how sure both
// are. One colour for each mark, its name beside it in the same colour; the two axes are drawn alike.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/frame.hpp"

namespace securebase::report {

struct MapPlace {
  double x = 0;
  double y = 0;
  Points outline;  ///< corners of the region it lies in; empty: none is drawn
};

struct MapMark {
  std::string name;  ///< "with father"
  std::optional<MapPlace> then;
  MapPlace now;
  Points path;         ///< from then to now; empty: none is drawn
  bool faint = false;  ///< nothing was asked about it: drawn without a dot
};

struct PlaceMap {
  std::string title;
  std::string description;  ///< what a screen reader says
  std::string x_label;
  std::string y_label;
  std::string caption;
  std::vector<MapMark> marks;
};

/// All numbers are finite; at least one mark. Marks beyond the tenth are left out; the caption says so.
[[nodiscard]] std::string place_map(const PlaceMap& map);

}  // namespace securebase::report
