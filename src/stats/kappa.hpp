#pragma once
// Agreement on categories beyond what chance would give: kappa of Cohen and of Fleiss, Gwet's AC, and plain
// agreement. q >= 2 categories; shares and coefficients have no unit, coefficients are at most 1 and may be
// negative. "Nothing" means undefined. Where all ratings fall into one category every coefficient is nothing:
// that raters can tell categories apart has not been tried, and neither 0 nor 1 would say so.

#include <cstddef>
#include <optional>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

enum class AgreementWeights {
  unweighted,  ///< 1 for the same category, otherwise 0
  linear,      ///< 1 - |i - j| / (q - 1)
  quadratic    ///< 1 - (i - j)^2 / (q - 1)^2
};

/// q x q by the places of the categories; q < 2: std::invalid_argument. Any other matrix may stand in its
/// place: symmetric, 1 in the diagonal, between 0 and 1 elsewhere.
[[nodiscard]] Matrix agreement_weights(std::size_t categories, AgreementWeights weights);

/// (observed - expected) / (1 - expected).
struct ChanceCorrected {
  std::optional<double> value;
  double observed = 0;  ///< share of agreement, weighted
  double expected = 0;  ///< by chance, as the coefficient has it
  std::optional<double> std_error;
  std::optional<Interval> interval;  ///< not cut at -1 and 1
};

/// One category against all others.
struct CategoryAgreement {
  double share = 0;                ///< of all ratings
  std::optional<double> kappa;     ///< nothing where none or all of the ratings are in it
  std::optional<double> specific;  ///< that one rater chose it given that another did (Cicchetti & Feinstein
                                   ///< 1990, J. Clin. Epidemiol. 43, 551); nothing where nobody did
  std::optional<double> se_null;  ///< of kappa without agreement; of Fleiss's with as many ratings everywhere
  std::optional<double> z;
};

struct CohenKappa {
  double n = 0;  ///< units
  ChanceCorrected kappa;
  std::optional<double> se_null;  ///< where there is no agreement but by chance
  std::optional<double> z;        ///< kappa / se_null
  std::optional<double> p;        ///< two-sided
  std::vector<CategoryAgreement> categories;
};

/// Two raters, `counts` q x q (cross_table), p_ij = counts / n:
///   kappa = (sum w p - sum w e) / (1 - sum w e),  e_ij = p_i. p_.j
/// (Cohen 1960, Educ. Psychol. Meas. 20, 37; 1968, Psychol. Bull. 70, 213). Standard errors of Fleiss, Cohen
/// & Everitt (1969, Psychol. Bull. 72, 323, eqs. 9, 10); interval normal with the non-null one. Errors
/// (bad_data): "kappa.counts" (not square, fewer than two categories, negative or not finite, nobody),
/// "kappa.weights" (another shape or other numbers than agreement_weights says), "kappa.level".
[[nodiscard]] Result<CohenKappa> cohen_kappa(const Matrix& counts, const Matrix& weights,
                                             double level = 0.95);

struct FleissKappa {
  std::size_t units = 0;              ///< with two ratings or more
  std::optional<std::size_t> raters;  ///< ratings of a unit, where all have as many
  ChanceCorrected kappa;              ///< error by leaving out one unit at a time
  std::optional<double> se_null;      ///< of as many ratings everywhere (Fleiss, Nee & Landis 1979, Psychol.
                                      ///< Bull. 86, 974, eqs. 12, 13)
  std::optional<double> z;
  std::optional<double> p;
  std::vector<CategoryAgreement> categories;
};

/// Any number of raters, `counts` units x q (ratings_by_category); which rater is which is of no account.
/// observed: mean over units with r >= 2 ratings of sum_c r_c (r_c - 1) / (r (r - 1)); expected: sum_c
/// pi_c^2, pi_c mean of r_c / r over units with a rating (Fleiss 1971, Psychol. Bull. 76, 378; with unequal r
/// Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., section 2.4). Interval: normal. Errors
/// (bad_data): "kappa.counts" (fewer than two categories, negative, not whole), "ratings.too_few_raters" (no
/// unit has two ratings), "kappa.level".
[[nodiscard]] Result<FleissKappa> fleiss_kappa(const Matrix& counts, double level = 0.95);

struct GwetAgreement {
  std::size_t units = 0;      ///< with a rating
  std::size_t pairable = 0;   ///< with two or more
  ChanceCorrected ac;         ///< AC1 unweighted, AC2 weighted
  ChanceCorrected agreement;  ///< the observed share alone: expected is 0
  std::optional<double> p;    ///< of AC, two-sided, Student's t with units - 1 degrees of freedom
};

/// Gwet 2008, Br. J. Math. Stat. Psychol. 61, 29; 2014, sections 4.2, 5.3: observed as Fleiss's, with r_c - 1
/// weighted; expected = sum w / (q (q - 1)) sum_c pi_c (1 - pi_c). Standard errors by linearisation over
/// units, no finite population; intervals by t. `counts` as for Fleiss; weights as for Cohen. Errors as
/// theirs.
[[nodiscard]] Result<GwetAgreement> gwet_agreement(const Matrix& counts, const Matrix& weights,
                                                   double level = 0.95);

}  // namespace securebase::stats
