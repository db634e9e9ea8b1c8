#include "stats/equivalence.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

std::optional<Error> fault_of(const ErrorBoundEstimate& e, const IndifferenceZone& zone) {
  const bool df_possible = !e.df || (std::isfinite(*e.df) && *e.df > 0);
  if (!std::isfinite(e.value) || !std::isfinite(e.std_error) || !(e.std_error > 0) || !df_possible)
    return refuse("equivalence.error", "a finite value and an error above 0 are needed").value();
  if (!(zone.lower <= 0 && zone.upper >= 0 && zone.lower < zone.upper) ||
      !std::isfinite(zone.upper - zone.lower))
    return refuse("equivalence.zone", "the zone must hold 0 and have an extent").value();
  return std::nullopt;
}

double upper_tail(double t, const std::optional<double>& df) {
  return df ? student_t_cdf(-t, *df) : normal_cdf(-t);
}

double reach_of(const ErrorBoundEstimate& e, double level) {
  return (e.df ? student_t_quantile((1 + level) / 2, *e.df) : normal_reach(level)) * e.std_error;
}

BenchmarkPlace place_of(const Interval& interval, const IndifferenceZone& zone) {
  if (interval.lower > zone.upper) return BenchmarkPlace::above;
  if (interval.upper < zone.lower) return BenchmarkPlace::below;
  const bool not_below = interval.lower >= zone.lower, not_above = interval.upper <= zone.upper;
  if (not_below && not_above) return BenchmarkPlace::equivalent;
  if (not_below) return BenchmarkPlace::at_least;
  return not_above ? BenchmarkPlace::at_most : BenchmarkPlace::unclear;
}

}  // namespace

Result<EquivalenceTest> two_one_sided_tests(const ErrorBoundEstimate& difference,
                                            const IndifferenceZone& zone, double alpha) {
  if (!(alpha > 0 && alpha < 0.5))
    throw std::domain_error("two_one_sided_tests: alpha must lie between 0 and 0.5");
  if (auto fault = fault_of(difference, zone)) return tl::unexpected<Error>(*fault);
  EquivalenceTest test;
  test.p_above_lower = upper_tail((difference.value - zone.lower) / difference.std_error, difference.df);
  test.p_below_upper = upper_tail((zone.upper - difference.value) / difference.std_error, difference.df);
  test.p = std::max(test.p_above_lower, test.p_below_upper);
  const double reach = reach_of(difference, 1 - 2 * alpha);
  test.interval = {difference.value - reach, difference.value + reach, 1 - 2 * alpha};
  test.equivalent = test.p < alpha;
  return test;
}

const char* to_text(BenchmarkPlace place) {
  switch (place) {
    case BenchmarkPlace::above:
      return "The effect is above the published one, by more than does not matter.";
    case BenchmarkPlace::below:
      return "The effect is below the published one, by more than does not matter.";
    case BenchmarkPlace::equivalent:
      return "The effect is as large as the published one, but for differences that do not matter.";
    case BenchmarkPlace::at_least:
      return "The effect is not below the published one, by more than does not matter.";
    case BenchmarkPlace::at_most:
      return "The effect is not above the published one, by more than does not matter.";
    case BenchmarkPlace::unclear:
      break;
  }
  return "The data do not tell whether the effect is above or below the published one.";
}

Result<BenchmarkComparison> compare_with_benchmark(const ErrorBoundEstimate& observed,
                                                   const ErrorBoundEstimate& published,
                                                   const IndifferenceZone& zone, double level) {
  if (!std::isfinite(published.value) || !std::isfinite(published.std_error) || published.std_error < 0)
    return refuse("equivalence.error", "a published value and its error must be finite");
  const ErrorBoundEstimate difference{observed.value - published.value,
                                      std::hypot(observed.std_error, published.std_error), observed.df};
  if (auto fault = fault_of(difference, zone)) return tl::unexpected<Error>(*fault);
  if (!(observed.std_error > 0)) return refuse("equivalence.error", "what was observed has an error above 0");
  BenchmarkComparison comparison;
  comparison.difference = difference.value;
  comparison.std_error = difference.std_error;
  const double reach = normal_reach(level) * difference.std_error;
  comparison.interval = {difference.value - reach, difference.value + reach, level};
  comparison.z = difference.value / difference.std_error;
  comparison.p = 2 * normal_cdf(-std::abs(comparison.z));
  comparison.place = place_of(comparison.interval, zone);
  return comparison;
}

double error_behind(const Interval& interval) {
  if (!(interval.upper > interval.lower) || !std::isfinite(interval.upper - interval.lower))
    throw std::invalid_argument("error_behind: an interval with an extent");
  return (interval.upper - interval.lower) / 2 / normal_reach(interval.level);
}

}  // namespace securebase::stats
