#pragma once
// Few values of one person in their order: limits of a chart of individuals, and whether a level has shifted.

#include <cstddef>
#include <optional>
#include <span>

namespace securebase::stats {

/// centre - 3 sigma. By means: centre the mean, sigma = mean moving range / 1.128. By medians: median, median
/// moving range / 0.954, which an outlier hardly moves (Eubanks-Carter, Gorman & Muran 2012, Psychother. Res.
/// 22, 1; the constants are expected ranges of two normal values, Montgomery, Introduction to Statistical
/// Quality Control).
struct ChartLimit {
  double centre = 0;
  double moving_range = 0;
  double lower = 0;
};
enum class ChartBy { mean, median };
/// Nothing for fewer than two values.
[[nodiscard]] std::optional<ChartLimit> individuals_chart(std::span<const double> values, ChartBy by);

/// Up to three values either side of a step. It counts when the means differ by more than
///   t sqrt(((n1 - 1) s1^2 + (n2 - 1) s2^2) / (n1 + n2 - 2)),  t = 2.776, 3.182, 4.303 for 6, 5, 4 values:
/// a fixed rule, no t test, since sqrt(1/n1 + 1/n2) is left out (Tang & DeRubeis 1999, J. Consult. Clin.
/// Psychol. 67, 894; for fewer values as in R's suddengains).
struct LevelShift {
  double mean_before = 0;
  double mean_after = 0;
  double needed = 0;
};
/// Nothing for fewer than two or more than three values on a side.
[[nodiscard]] std::optional<LevelShift> level_shift(std::span<const double> before,
                                                    std::span<const double> after);

/// By least squares; nothing for fewer than three values or where x does not vary.
struct LineResiduals {
  double sum_of_squares = 0;
  double intercept = 0;
  double slope = 0;
};
[[nodiscard]] std::optional<LineResiduals> about_own_line(std::span<const double> x,
                                                          std::span<const double> y);

}  // namespace securebase::stats
