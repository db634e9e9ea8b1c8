#pragma once
// Whether a difference is small enough not to matter, and where an effect stands beside a published one.

#include <optional>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::stats {

/// A difference (or an effect) with its error; df: nothing where normal.
struct ErrorBoundEstimate {
  double value = 0;
  double std_error = 0;  ///< above 0
  std::optional<double> df = {};
};

/// What differences do not matter: lower <= 0 <= upper, lower < upper.
struct IndifferenceZone {
  double lower = 0;
  double upper = 0;
};

struct EquivalenceTest {
  double p_above_lower = 1;  ///< one-sided: the difference is above the lower margin
  double p_below_upper = 1;
  double p = 1;             ///< the larger of the two
  Interval interval;        ///< at level 1 - 2 alpha: within the zone exactly where both reject at alpha
  bool equivalent = false;  ///< p < alpha
};

/// Two one-sided tests (Schuirmann 1987, J. Pharmacokinet. Biopharm. 15, 657); 0 < alpha < 0.5. Errors
/// (bad_data): "equivalence.error" (std_error not above 0, value or df not finite), "equivalence.zone".
[[nodiscard]] Result<EquivalenceTest> two_one_sided_tests(const ErrorBoundEstimate& difference,
                                                          const IndifferenceZone& zone, double alpha = 0.05);

enum class BenchmarkPlace {
  above,       ///< the interval of the difference lies above the zone
  below,       ///< or below it
  equivalent,  ///< or within it
  at_least,    ///< not below the zone, but it may be above
  at_most,     ///< not above it, but it may be below
  unclear      ///< the data would fit both sides
};

/// One sentence in plain words.
[[nodiscard]] const char* to_text(BenchmarkPlace place);

struct BenchmarkComparison {
  double difference = 0;  ///< observed - published
  double std_error = 0;   ///< of both
  Interval interval;
  double z = 0;
  double p = 1;
  BenchmarkPlace place = BenchmarkPlace::unclear;
};

/// An observed effect beside a published one, both with their errors, independent of each other; `zone` are
/// differences that do not matter, such as -0.2 to 0.2 in d (Minami et al. 2008, J. Couns. Psychol. 55, 116).
/// In both higher is better, or in neither. A published value that is fixed by convention has error 0. Errors
/// as above.
[[nodiscard]] Result<BenchmarkComparison> compare_with_benchmark(const ErrorBoundEstimate& observed,
                                                                 const ErrorBoundEstimate& published,
                                                                 const IndifferenceZone& zone,
                                                                 double level = 0.95);

/// The error behind a published interval that is symmetric: half its width / normal_reach(level). An empty or
/// infinite one: std::invalid_argument.
[[nodiscard]] double error_behind(const Interval& interval);

}  // namespace securebase::stats
