#include "stats/test_retest.hpp"

#include <cmath>
#include <stdexcept>

#include "stats/change.hpp"
#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {

MeasurementError measurement_error(double sem, std::size_t n, double level) {
  if (!(sem >= 0) || n == 0) throw std::domain_error("an error is not negative, of at least one person");
  const double mdc = reliable_change_threshold(standard_error_of_difference(sem), level);
  return {sem, mdc, mdc / std::sqrt(static_cast<double>(n))};
}

Result<TestRetest> test_retest(std::span<const double> first, std::span<const double> second, double level) {
  auto difference = bland_altman(first, second, {0.95, level});
  if (!difference) return tl::unexpected(difference.error());
  RatingTable occasions(first.size(), 2);
  for (std::size_t i = 0; i < first.size(); ++i) {
    occasions.set(i, 0, first[i]);
    occasions.set(i, 1, second[i]);
  }
  const auto squares = rating_mean_squares(occasions);
  if (!squares) return tl::unexpected(squares.error());
  auto icc = intraclass_correlations(*squares, level);
  if (!icc) return tl::unexpected(icc.error());
  TestRetest result;
  result.n = first.size();
  result.r = pearson_r(first, second);
  if (result.r && std::abs(*result.r) < 1 && result.n > 3) {
    const double z = std::atanh(*result.r);
    const double reach = normal_reach(level) / std::sqrt(static_cast<double>(result.n) - 3);
    result.r_interval = Interval{std::tanh(z - reach), std::tanh(z + reach), level};
  }
  result.squares = *squares;
  result.icc = std::move(*icc);
  result.difference = *difference;
  result.agreement = measurement_error(sem_agreement(*squares), result.n, level);
  result.consistency = measurement_error(sem_consistency(*squares), result.n, level);
  return result;
}

}  // namespace securebase::stats
