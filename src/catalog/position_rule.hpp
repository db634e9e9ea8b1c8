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

/// One axis of a rule. Numbers are written here only where the definition has none.
struct PositionAxis {
  std::string scale;                  ///< id of the scale
  std::optional<double> origin;       ///< points: what stands in for a norm's mean
  std::optional<double> unit;         ///< points, above 0: what stands in for its SD
  std::optional<double> reliability;  ///< above 0, below 1
};

struct PositionRule {
  std::string instrument;           ///< id
  std::vector<std::string> orders;  ///< ids
  PositionLevel level = PositionLevel::figure;
  PositionAxis anxiety;
  PositionAxis avoidance;
  std::string norm;             ///< group of the definition's norms; empty: origin and unit stand in
  std::string borrowed;         ///< what a stand-in was borrowed from, in words
  std::string reliability;      ///< kind in the definition; empty: written in the rule
  double correlation = 0;       ///< of the two scores over people, above -1, below 1
  bool direction_only = false;  ///< a measure that still needs calibration: no numbers
  Provenance provenance;        ///< of the numbers written in the rule
  std::string citation;         ///< of their source
  Place where;
};

struct Document;
struct Library;

/// Whether a file of this name (positions.toml) holds rules.
[[nodiscard]] bool is_positions_file(std::string_view name);
/// The rules of a file, as far as they are sound by themselves.
[[nodiscard]] std::vector<PositionRule> read_positions(const Document& file, Faults& faults);

/// The last one read, so that a practice's own go before ours; nullptr where there is none.
[[nodiscard]] const PositionRule* find_position_rule(const Library& library, const std::string& instrument,
                                                     const std::string& order);

/// What a rule gives for one axis, the definition's numbers looked up.
struct PositionNumbers {
  double origin = 0;       ///< points
  double unit = 1;         ///< points
  double reliability = 0;  ///< 0 to 1
  bool stand_in = false;
  std::string group;  ///< of the norm; of a stand-in, what it was borrowed from
  std::string basis;  ///< in words
  bool verified = false;
};

enum class PositionAxisName { anxiety, avoidance };

/// Nothing where the definition lacks what the rule names, or the rule gives direction only.
[[nodiscard]] std::optional<PositionNumbers> position_numbers(const PositionRule& rule, PositionAxisName axis,
                                                              const Instrument& instrument,
                                                              const Order& order);

/// Every rule whose instrument is in the library is held against it: orders, scales, norm, reliability; a
/// measure that still needs calibration gives direction only.
[[nodiscard]] Faults prove_positions(const Library& library);

}  // namespace securebase::catalog
