#pragma once
// Whether answers behave as their items' parameters say, and whether pairs of items share more than the
// state. theta is normal in the people asked.

#include <optional>
#include <span>
#include <vector>

#include "stats/item_calibration.hpp"
#include "stats/state_scores.hpp"

namespace securebase::stats {

/// Answers to an item among people with the same sum over all items, against what the model expects there.
struct ItemFit {
  double chi_square = 0;
  std::size_t df = 0;  ///< cells - sums used - parameters of the item; 0: nothing can be said
  std::optional<double> p;
  double rmsea =
      0;  ///< sqrt(max(0, (chi_square - df) / (n df))): how large, where n makes anything significant
  std::size_t people = 0;  ///< with every item answered
};

/// S-X2 (Orlando & Thissen 2000, Appl. Psychol. Meas. 24, 50; ordered answers: Kang & Chen 2008, J. Educ.
/// Meas. 45, 391). Neighbouring answers, then neighbouring sums, are put together until 1 is expected in each
/// cell. `parameters`: how many of an item were estimated from these answers (0 where it was calibrated
/// elsewhere). Errors "irt.shape", "irt.answer", "irt.no_people" (nobody answered everything).
[[nodiscard]] Result<std::vector<ItemFit>> item_fit(const ResponseMatrix& responses,
                                                    std::span<const PolytomousItem> items,
                                                    const Quadrature& quadrature, bool estimated_here = true);

/// Answers to two items together, against what the model expects.
struct PairDependence {
  std::size_t first = 0;
  std::size_t second = 0;
  double chi_square = 0;
  double df = 0;            ///< (K1 - 1) (K2 - 1)
  double standardised = 0;  ///< (chi_square - df) / sqrt(2 df)
  double cramers_v = 0;     ///< sqrt(chi_square / (n min(K1 - 1, K2 - 1))), below 0 where answers go together
                            ///< less than expected
};

/// Chen & Thissen 1997, J. Educ. Behav. Stat. 22, 265: Pearson's chi-square of each pair's table; people who
/// answered both.
[[nodiscard]] Result<std::vector<PairDependence>> local_dependence(const ResponseMatrix& responses,
                                                                   std::span<const PolytomousItem> items,
                                                                   const Quadrature& quadrature);

}  // namespace securebase::stats
