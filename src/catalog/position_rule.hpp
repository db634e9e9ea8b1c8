#pragma once
// Which instruments give a position on attachment anxiety and avoidance, about whom, and by which norm and
// reliability: content/attachment/positions.toml. Apart from the instruments' own definitions, which never
// change once released. Plain values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/instrument.hpp"

namespace securebase::catalog {

/// What an instrument's questions are about.
enum class PositionLevel {
  figure,   ///< one named person
  romance,  ///< romantic partners in general
  overall   ///< close people in general
};

[[nodiscard]] std::string_view to_text(PositionLevel level);

/// Where numbers of one axis come from. Numbers of the definition are named, others written out.
struct PositionAxis {
  std::string scale;  ///< id of the scale
  double origin = 0;  ///< points: mean of the norm, or what stands in for it
  double unit = 0;    ///< points, above 0: its SD, or what stands in for it; 0: no numbers (direction only)
  double reliability = 0;  ///< above 0, below 1; 0: no numbers (direction only)
};

struct PositionRule {
  std::string instrument;           ///< id
  std::vector<std::string> orders;  ///< ids
  PositionLevel level = PositionLevel::figure;
  PositionAxis anxiety;
  PositionAxis avoidance;
  std::string norm;             ///< group of the definition's norms; empty: a stand-in, or none
  std::string reliability;      ///< kind in the definition; empty: written in the rule
  double correlation = 0;       ///< of the two scores over people, above -1, below 1
  bool direction_only = false;  ///< a measure that still needs calibration
  bool verified = false;        ///< every number: of the definition and of the rule
  std::string basis;            ///< norm, reliability, correlation and their sources, in words
  Provenance provenance;        ///< of the numbers written in the rule
  Place where;
};

/// The rule of an instrument in an order; nullptr where there is none.
struct Library;
[[nodiscard]] const PositionRule* find_position_rule(const Library& library, const std::string& instrument,
                                                     const std::string& order);

}  // namespace securebase::catalog
