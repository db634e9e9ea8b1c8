#pragma once
// Where the parts of a path diagram stand; for the sources of this room only.

#include <vector>

#include "report/path_diagram.hpp"

namespace securebase::report {

/// Middle and size, in pixels.
struct PlacedNode {
  double x = 0, y = 0;
  double width = 0, height = 0;
};

struct PathLayout {
  std::vector<PlacedNode> nodes;
  std::vector<std::size_t> column;  ///< of each node, from the left
  std::size_t columns = 0;
  double width = 0, height = 0;
};

/// A name short enough for its node.
[[nodiscard]] std::string node_text(const std::string& name);

[[nodiscard]] PathLayout lay_out(const PathDiagram& diagram);

}  // namespace securebase::report
