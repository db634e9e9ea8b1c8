#pragma once
// Krippendorff's alpha: agreement of any number of raters at any level of measurement, with ratings missing.
//
//   alpha = 1 - D_o / D_e,   D_o = 1/n sum over units of S(unit) / (m - 1),   D_e = S(all) / (n (n - 1)),
//
// m: ratings of a unit, units with two or more only; n: all of theirs; S: sum of d^2 over ordered pairs, with
//   nominal    0 where equal, otherwise 1         interval   (a - b)^2
//   ordinal    (rank a - rank b)^2, ranks in the middle of ties among the n ratings
//   ratio      ((a - b) / (a + b))^2, 0 for a = b = 0
// (Krippendorff 2011, Computing Krippendorff's alpha-reliability; Hayes & Krippendorff 2007, Commun. Methods
// Meas. 1, 77). The ordinal metric, the sum of n_g from a to b less half of both ends, is that difference of
// ranks. No unit; at most 1, 0 as by chance.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/bootstrap.hpp"
#include "stats/rating_table.hpp"

namespace securebase::stats {

enum class Measurement { nominal, ordinal, interval, ratio };

struct KrippendorffAlpha {
  std::optional<double> alpha;  ///< nothing where the ratings of these units do not differ
  double observed = 0;          ///< D_o, in the unit of d^2
  double expected = 0;          ///< D_e
  std::size_t units = 0;        ///< with two ratings or more
  std::size_t pairable = 0;     ///< n
  std::vector<double> values;   ///< different ratings among them, rising
  std::vector<double> counts;   ///< of each
};

/// Nominal ratings are codes: only whether they are equal counts. Errors (bad_data): "ratings.too_few_raters"
/// (no unit has two ratings), "krippendorff.below_zero" (ratio, and a rating below 0).
[[nodiscard]] Result<KrippendorffAlpha> krippendorff_alpha(const RatingTable& ratings,
                                                           Measurement measurement);

/// Alpha of units drawn by their number among those with two ratings or more, in the table's order: for
/// bootstrap(). Takes what it needs with it. Nothing for draws in which ratings do not differ.
struct PairableUnits {
  std::size_t units = 0;
  RowEstimator alpha;
};
/// The same errors.
[[nodiscard]] Result<PairableUnits> pairable_units(const RatingTable& ratings, Measurement measurement);

/// Percentile interval over resampled units, each with all of its ratings (Zapf, Castell, Morawietz & Karch
/// 2016, BMC Med. Res. Methodol. 16, 93). Errors: the same, those of bootstrap(), "krippendorff.level".
struct KrippendorffInterval {
  Interval interval;
  double std_error = 0;       ///< SD of the replicates
  std::size_t undefined = 0;  ///< replicates left out
};
[[nodiscard]] Result<KrippendorffInterval> krippendorff_interval(const RatingTable& ratings,
                                                                 Measurement measurement,
                                                                 std::size_t replicates, const RandomKey& key,
                                                                 double level = 0.95);

}  // namespace securebase::stats
