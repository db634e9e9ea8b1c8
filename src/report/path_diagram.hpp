#pragma once
// Path diagrams: what is observed in boxes, what is latent in ellipses, arrows for effects, curves with two
// heads for covariances (McArdle & McDonald 1984; Wright 1934).

#include <span>
#include <string>
#include <vector>

#include "stats/structural_fit.hpp"

namespace securebase::report {

struct DiagramNode {
  std::string name;
  bool latent = false;
  std::string note = {};  ///< a second line, such as a mean; may be empty
};

enum class ArrowKind { loads, predicts, covaries };

enum class ArrowWeight {
  clear,    ///< the interval leaves 0 out
  unclear,  ///< it holds 0, or there is none: dashed
  fixed     ///< not estimated: thin
};

struct DiagramArrow {
  ArrowKind kind = ArrowKind::predicts;
  std::size_t from = 0;
  std::size_t to = 0;
  std::string label = {};  ///< may be empty
  ArrowWeight weight = ArrowWeight::clear;
};

struct PathDiagram {
  std::string title;
  std::string description;  ///< for those who hear it: the arrows in words
  std::string caption;      ///< below the picture
  std::vector<DiagramNode> nodes;
  std::vector<DiagramArrow> arrows;
};

/// The first group of a fit: estimates on the arrows, ones that are fixed without a label, means of factors
/// that are free below their names; variances are left out.
[[nodiscard]] PathDiagram diagram_of(const stats::StructuralFit& fit,
                                     std::span<const stats::StructuralGroup> groups,
                                     const std::string& title);

/// The picture. Where things stand follows from the arrows: without indicators, columns from cause to
/// outcome; factors of one rank stand before their indicators; factors that act on each other one below the
/// other, with their indicators outside. Any number of nodes, also none.
[[nodiscard]] std::string path_diagram(const PathDiagram& diagram);

}  // namespace securebase::report
