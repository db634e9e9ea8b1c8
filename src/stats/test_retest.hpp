#pragma once
// The same people measured twice while nothing should have changed: how well the first occasion tells the
// second, and what of a difference is error. Scores, errors and minimal detectable changes in the scale's own
// unit, differences second - first.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/bland_altman.hpp"
#include "stats/intraclass.hpp"

namespace securebase::stats {

/// What error of measurement leaves of a difference.
struct MeasurementError {
  double sem = 0;          ///< standard error of measurement of one score
  double mdc = 0;          ///< z sqrt(2) sem: what the change of one person has to exceed
  double mdc_of_mean = 0;  ///< mdc / sqrt(n): of the mean change of n people
};

/// de Vet, Terwee, Ostelo, Beckerman, Knol & Bouter 2006, Health Qual. Life Outcomes 4, 54; Terwee et al.
/// 2007, J. Clin. Epidemiol. 60, 34. sem >= 0, n >= 1, level between 0 and 1; otherwise std::domain_error.
[[nodiscard]] MeasurementError measurement_error(double sem, std::size_t n, double level = 0.95);

struct TestRetest {
  std::size_t n = 0;
  std::optional<double> r;             ///< Pearson; nothing where an occasion does not vary
  std::optional<Interval> r_interval;  ///< Fisher's z (1921); nothing for n < 4 or |r| = 1
  RatingMeanSquares squares;
  std::vector<Icc> icc;          ///< of the occasions as raters, in the order of intraclass_correlations
  BlandAltman difference;        ///< bias and limits
  MeasurementError agreement;    ///< sem = sqrt(W): a shift of everybody counts as error
  MeasurementError consistency;  ///< sem = sqrt(E) = sd of the differences / sqrt(2): it does not
};

/// Errors (bad_data): those of bland_altman.
[[nodiscard]] Result<TestRetest> test_retest(std::span<const double> first, std::span<const double> second,
                                             double level = 0.95);

}  // namespace securebase::stats
