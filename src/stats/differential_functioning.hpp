#pragma once
// Whether an item works alike in two or more groups of people once their states are taken into account: a
// likelihood ratio of the item's parameters being each group's own against being shared, all other items
// tying the groups together (Thissen, Steinberg & Wainer 1993, in Holland & Wainer, Differential Item
// Functioning, chapter 4), and how large the difference is.

#include <optional>
#include <vector>

#include "stats/item_calibration.hpp"

namespace securebase::stats {

/// How differently people of a further group would answer, with the first group's parameters and with their
/// own, over their own distribution of theta. In answer units (one step of an answer).
struct FunctioningSize {
  std::size_t group = 1;
  double signed_difference =
      0;  ///< mean of expected answers, own - first's (Meade 2010, J. Appl. Psychol. 95, 728: SIDS)
  double unsigned_difference =
      0;  ///< mean of its size: differences that cancel over theta do not here (UIDS)
  /// signed_difference / SD of the expected answer in the group: like a d (ESSD).
  std::optional<double> standardised;
};

struct DifferentialFunctioning {
  std::size_t item = 0;
  CalibrationComparison test;
  double adjusted_p = 1;  ///< over all items, Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289
  std::vector<FunctioningSize> sizes;  ///< of each further group
  Verdict verdict = Verdict::not_converged;
};

/// Of each item in turn. `plan.own_in_group` must be empty. Errors: those of calibrate_items; "irt.one_group"
/// (usage).
[[nodiscard]] Result<std::vector<DifferentialFunctioning>> differential_functioning(
    const ResponseMatrix& responses, CalibrationPlan plan);

/// Adjusted p values, in the order given.
[[nodiscard]] std::vector<double> benjamini_hochberg(const std::vector<double>& p);

}  // namespace securebase::stats
