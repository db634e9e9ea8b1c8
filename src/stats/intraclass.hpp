#pragma once
// Intraclass correlations of n units and k raters: the share of the variance of ratings that lies between
// units. Ratings in any unit; coefficients have none, are at most 1, and are negative where raters differ
// more than chance would have it. Mean squares of the two-way table: B between units, J between raters, E
// residual, W within units. "Nothing" means undefined, as where no rating differs from another.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/rating_table.hpp"

namespace securebase::stats {

struct RatingMeanSquares {
  std::size_t units = 0;   ///< n, at least 2
  std::size_t raters = 0;  ///< k, at least 2
  double between = 0;      ///< B, n - 1 degrees of freedom
  double raters_ms = 0;    ///< J, k - 1
  double error = 0;        ///< E, (n - 1)(k - 1)

  /// W = (J + (n - 1) E) / n, n (k - 1) degrees of freedom.
  [[nodiscard]] double within() const;
};

/// Of the units that every rater rated. What is no more than rounding is 0. Errors (bad_data):
/// "ratings.too_few_raters", "ratings.too_few_units" (fewer than two).
[[nodiscard]] Result<RatingMeanSquares> rating_mean_squares(const RatingTable& ratings);

enum class IccForm {
  one_way,     ///< ICC(1,.): other raters for every unit
  agreement,   ///< ICC(2,.), McGraw & Wong's ICC(A,.): raters drawn at random, their levels count
  consistency  ///< ICC(3,.), ICC(C,.): these raters, differences of level do not count
};

struct Icc {
  IccForm form = IccForm::one_way;
  bool average = false;  ///< of the mean of k raters, ICC(.,k); otherwise of one
  std::optional<double> icc;
  std::optional<double> f;  ///< of no differences between units; nothing where the divisor is 0
  double df1 = 0;
  double df2 = 0;
  std::optional<double> p;
  std::optional<Interval> interval;
};

/// Shrout & Fleiss 1979, Psychol. Bull. 86, 420 (table 4, eqs. 4-14):
///   ICC(1,1) = (B - W) / (B + (k-1) W)                       ICC(1,k) = (B - W) / B
///   ICC(2,1) = (B - E) / (B + (k-1) E + k (J - E) / n)       ICC(2,k) = (B - E) / (B + (J - E) / n)
///   ICC(3,1) = (B - E) / (B + (k-1) E)                       ICC(3,k) = (B - E) / B
/// Intervals from F; of ICC(2,.) with Satterthwaite's degrees of freedom (McGraw & Wong 1996, Psychol.
/// Methods 1, 30, table 7). In the order of the six: single one_way, agreement, consistency, then the
/// averages. Errors (bad_data): "icc.mean_squares" (below 0 or not finite, or fewer than two units or
/// raters), "icc.level".
[[nodiscard]] Result<std::vector<Icc>> intraclass_correlations(const RatingMeanSquares& squares,
                                                               double level = 0.95);

/// sqrt(W) and sqrt(E): standard errors of measurement of one rating, with and without the raters' levels, in
/// the unit of the ratings (de Vet, Terwee, Knol & Bouter 2006, J. Clin. Epidemiol. 59, 1033).
[[nodiscard]] double sem_agreement(const RatingMeanSquares& squares);
[[nodiscard]] double sem_consistency(const RatingMeanSquares& squares);

/// Ratings nested in units, by raters who are nobody in particular: people in groups, sessions of clients.
struct NestedRatings {
  std::size_t units = 0;    ///< with at least one rating
  std::size_t ratings = 0;  ///< N
  double between = 0;       ///< mean square
  double within = 0;
  double mean_size = 0;           ///< N / units
  double k0 = 0;                  ///< (N - sum n_i^2 / N) / (units - 1)
  std::optional<double> icc1;     ///< (B - W) / (B + (mean_size - 1) W)  (Bliese 2000)
  std::optional<double> icc1_k0;  ///< the same with k0 (Snedecor & Cochran 1980, section 13.7)
  std::optional<double> icc2;     ///< (B - W) / B: of a unit's mean
  std::optional<double> f;
  double df1 = 0;
  double df2 = 0;
  std::optional<double> p;
};

/// One-way analysis of variance, units of any size. Errors (bad_data): "ratings.too_few_units" (fewer than
/// two with a rating), "ratings.too_few_raters" (no unit has two).
[[nodiscard]] Result<NestedRatings> nested_ratings(const RatingTable& ratings);

/// r_wg = 1 - s^2 / null_variance for each unit, 0 where s^2 (divisor n - 1) is the greater one; nothing
/// where a unit has fewer than two ratings. `null_variance` > 0: of ratings without any agreement, for A
/// equally likely categories (A^2 - 1) / 12; otherwise std::domain_error. James, Demaree & Wolf 1984, J.
/// Appl. Psychol. 69, 85.
[[nodiscard]] std::vector<std::optional<double>> within_unit_agreement(const RatingTable& ratings,
                                                                       double null_variance);
/// r_wg(j) of J items from the mean of their variances v: J (1 - v/null) / (J (1 - v/null) + v/null), with
/// v/null at most 1 (the same, eq. 2). A table for each item, of the same units; rows with every item count,
/// nothing where fewer than two. No items or other shapes: std::invalid_argument.
[[nodiscard]] std::vector<std::optional<double>> within_unit_agreement(std::span<const RatingTable> items,
                                                                       double null_variance);

}  // namespace securebase::stats
