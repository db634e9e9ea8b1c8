#pragma once
// A scale cut into two halves, and how much they have in common. Items are already keyed. C: k x k covariance
// matrix of the items, in their unit squared; coefficients have no unit. "Nothing" means undefined: a half or
// the sum has no variance.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/matrix.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

/// Which items are in the first half.
using Half = std::vector<bool>;

[[nodiscard]] Half odd_items(std::size_t items);    ///< the first, third, ...
[[nodiscard]] Half first_items(std::size_t items);  ///< the first k/2, rounded up

struct SplitHalf {
  std::optional<double> r;  ///< of the sums of both halves
  std::optional<double>
      spearman_brown;             ///< 2 r / (1 + r), of halves taken for parallel (Spearman 1910, Br. J.
                                  ///< Psychol. 3, 271; Brown 1910, same volume, 296); nothing for r = -1
  std::optional<double> guttman;  ///< lambda 4 = 4 cov(a, b) / var(a + b) (Guttman 1945, Psychometrika 10,
                                  ///< 255; Flanagan, and Rulon 1939, Harv. Educ. Rev. 9, 99: the same number)
};

/// `first` has k entries, and both halves at least one item; otherwise std::invalid_argument.
[[nodiscard]] SplitHalf split_half(const Matrix& covariance, const Half& first);

/// Fisher's z of r, stepped up: of the Spearman-Brown coefficient for n persons. Nothing for n < 4, |r| >= 1,
/// or a level not between 0 and 1.
[[nodiscard]] std::optional<Interval> spearman_brown_interval(double r, std::size_t n, double level = 0.95);

/// A coefficient over many splits.
struct SplitRange {
  double mean = 0;
  double lowest = 0;
  double highest = 0;
};

struct SplitHalves {
  std::size_t splits = 0;     ///< looked at
  bool every = false;         ///< all there are of halves as equal as can be; otherwise drawn
  std::size_t undefined = 0;  ///< left out
  std::optional<SplitRange> spearman_brown;
  std::optional<SplitRange> guttman;  ///< for even k the mean over every split is alpha (Cronbach 1951)
  Half best;                          ///< the one with the highest lambda 4; empty where none is defined
};

/// Every split into halves of k/2 (odd k: of (k-1)/2 and (k+1)/2) items where there are no more than `most`,
/// otherwise `most` of them drawn with replacement, the i-th from key.part(i). Work: k^2 a split. Errors
/// (bad_data): "reliability.too_few_items" (k < 2), "split_half.none" (most = 0).
[[nodiscard]] Result<SplitHalves> all_split_halves(const Matrix& covariance, std::size_t most,
                                                   const RandomKey& key);

}  // namespace securebase::stats
