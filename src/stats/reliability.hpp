#pragma once
// Internal consistency of one scale. Items are already keyed (reversed items reversed).
//
// C: k x k covariance matrix of the items, R: their correlation matrix, n: rows. Coefficients have no unit
// and are at most 1 (with pairwise covariances they can exceed it); alpha may be below 0. "Nothing" means
// undefined: fewer than two items, no variance, a singular R. No function here returns NaN.

#include <cstddef>
#include <optional>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/item_moments.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// alpha = k/(k-1) (1 - tr C / sum C)  (Cronbach 1951, Psychometrika 16, eq. 2).
[[nodiscard]] std::optional<double> cronbach_alpha(const Matrix& covariance);

/// The same from correlations: alpha of the standardised items.
[[nodiscard]] std::optional<double> standardised_alpha(const Matrix& correlation);

/// lambda6 = 1 - sum_i (1 - smc_i) / sum R  (Guttman 1945, Psychometrika 10, eq. 74).
[[nodiscard]] std::optional<double> guttman_lambda6(const Matrix& correlation);

/// Mean and median of the k(k-1)/2 correlations.
[[nodiscard]] std::optional<double> average_correlation(const Matrix& correlation);
[[nodiscard]] std::optional<double> median_correlation(const Matrix& correlation);

/// k r / (1 - r) with r the average correlation (Cronbach & Gleser 1964, Educ. Psychol. Meas. 24, 467).
/// Nothing for r = 1.
[[nodiscard]] std::optional<double> signal_to_noise(std::size_t items, double average_r);

/// Asymptotic standard error of alpha: sqrt(Q / n),
/// Q = 2 k^2 / ((k-1)^2 s^3) (s (tr C^2 + (tr C)^2) - 2 tr C sum C^2), s = sum C, C^2 = C C
/// (van Zyl, Neudecker & Nel 2000, Psychometrika 65, 271; Duhachek & Iacobucci 2004, J. Appl. Psychol. 89,
/// eq. 3).
[[nodiscard]] std::optional<double> alpha_standard_error(const Matrix& covariance, std::size_t n);

/// 1 - (1 - alpha) F quantile with n-1 and (n-1)(k-1) degrees of freedom (Feldt 1965, Psychometrika 30, 357).
/// Nothing for n < 2, k < 2 or a level not between 0 and 1.
[[nodiscard]] std::optional<Interval> feldt_interval(double alpha, std::size_t n, std::size_t items,
                                                     double level);

/// What the scale would be without one item; nothing where what is left is undefined.
struct AlphaIfDropped {
  std::optional<double> raw_alpha;
  std::optional<double> std_alpha;
  std::optional<double> lambda6;
  std::optional<double> average_r;
  std::optional<double> ase;
};

/// One item and the scale.
struct ItemStats {
  std::size_t n = 0;             ///< rows that answered it
  std::optional<double> raw_r;   ///< with the person mean, the item included
  std::optional<double> std_r;   ///< sum_j r_ij / sqrt(sum R): with the sum of standardised items
  std::optional<double> r_cor;   ///< the same with the smc in the diagonal of R: corrected for overlap
  std::optional<double> r_drop;  ///< with the sum of the other items, from C
  double mean = 0;               ///< over the rows that answered it
  double sd = 0;                 ///< divisor n - 1
};

struct Reliability {
  std::size_t rows = 0;  ///< behind ase and the interval: under pairwise all rows, as psych counts them
  std::size_t items = 0;
  std::optional<double> raw_alpha;
  std::optional<double> std_alpha;
  std::optional<double> lambda6;
  std::optional<double> average_r;
  std::optional<double> median_r;
  std::optional<double> signal_noise;
  std::optional<double> ase;
  std::optional<Interval> feldt;
  double mean = 0;            ///< of the person means
  double sd = 0;              ///< of the person means
  std::optional<double> sem;  ///< sd sqrt(1 - alpha): standard error of measurement of a person mean;
                              ///< nothing where alpha exceeds 1
  std::vector<AlphaIfDropped> if_dropped;
  std::vector<ItemStats> item_stats;
};

/// Errors: "reliability.too_few_items" (k < 2), "moments.too_few_rows" (two items answered together by fewer
/// than two). An item without variance leaves raw alpha standing and everything that rests on correlations
/// undefined.
[[nodiscard]] Result<Reliability> reliability(const ItemMoments& moments, Missing missing,
                                              double level = 0.95);

}  // namespace securebase::stats
