#pragma once
// Two observers' codes of the same time, cut into units: agreement beyond chance, where the same code may be
// some units apart. Codes are 0 .. q-1, one in every unit (one of them may stand for "no code"). Shares and
// kappa have no unit.
//
// With a tolerance of t units, a unit of one observer agrees where the other has the same code within t
// units, and is otherwise tallied under what the other has in that very unit; each observer is looked at from
// the other, and the two tables are averaged (Bakeman, Quera & Gnisci 2009, Behav. Res. Methods 41, 137;
// Bakeman & Quera 2011, Sequential Analysis and Observational Methods, section 6.5, as GSEQ does). kappa is
// Cohen's of that table.
//
// A wider tolerance never lowers agreement. The share cannot: units that agree go on agreeing. kappa = 1 -
// D/E, D and E being one less the observed and expected shares: a tally of weight w/n that moves from cell
// (i, j) to (i, i) takes w/n from D and at most w/n from E, so that kappa does not fall while D <= E. Below 0
// it could: there kappa is the greatest at any tolerance up to t.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

using TimeLine = std::vector<std::uint16_t>;  ///< the code of each unit

/// What two lines say of each other at every tolerance up to `widest`. Those of several recordings may be
/// added.
struct TimeUnitTally {
  std::size_t categories = 0;
  std::size_t widest = 0;
  Matrix strict;  ///< q x q, codes of the first in rows: units at tolerance 0
  /// Half units that agree from `distance` on, of those in (first, second), by which observer they are seen
  /// from.
  struct Agreeing {
    std::uint32_t distance = 0;
    std::uint16_t first = 0;
    std::uint16_t second = 0;
    std::uint16_t agreed = 0;
    double units = 0;
    bool operator==(const Agreeing&) const = default;
  };
  std::vector<Agreeing> agreeing;  ///< by distance, first, second, agreed
  double by_chance =
      0;  ///< units that would agree at `widest`, averaged over all shifts of one line in a circle
};

/// Lines of the same length, codes below `categories` (at least 2, at most 1000). Errors (bad_data):
/// "time_units.lines" (different or no length), "time_units.code", "time_units.categories".
[[nodiscard]] Result<TimeUnitTally> time_unit_tally(std::span<const std::uint16_t> first,
                                                    std::span<const std::uint16_t> second,
                                                    std::size_t categories, std::size_t widest);

struct TimeUnitKappa {
  std::size_t tolerance = 0;  ///< units
  double observed = 0;        ///< share of units that agree
  std::optional<double>
      kappa;  ///< nothing where the table of this and every smaller tolerance has one code alone
};

struct TimeUnitAgreement {
  double units = 0;
  std::vector<TimeUnitKappa> curve;  ///< at 0, 1, ... the widest tolerance
  Matrix table;                      ///< at the widest
  double by_chance = 0;              ///< share of units
};

/// Of all recordings together. The tallies have the same categories and widest tolerance, and there is one at
/// least (std::invalid_argument).
[[nodiscard]] TimeUnitAgreement time_unit_agreement(std::span<const TimeUnitTally* const> recordings);

}  // namespace securebase::stats
