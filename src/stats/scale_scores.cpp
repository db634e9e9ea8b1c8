#include "stats/scale_scores.hpp"

#include <cmath>
#include <stdexcept>

#include "stats/correlation.hpp"

namespace securebase::stats {
namespace {

double sign(const KeyedItem& item) {
  return item.keying == Keying::reversed ? -1 : 1;
}

}  // namespace

Matrix keyed_covariance(const Matrix& items, const ScaleItems& scale) {
  Matrix result(scale.size(), scale.size());
  for (std::size_t i = 0; i < scale.size(); ++i)
    for (std::size_t j = 0; j < scale.size(); ++j)
      result(i, j) = sign(scale[i]) * sign(scale[j]) * items(scale[i].item, scale[j].item);
  return result;
}

double scale_covariance(const Matrix& items, const ScaleItems& a, const ScaleItems& b) {
  double sum = 0;
  for (const KeyedItem& i : a)
    for (const KeyedItem& j : b) sum += sign(i) * sign(j) * items(i.item, j.item);
  return sum;
}

std::optional<double> scale_correlation(const Matrix& items, const ScaleItems& a, const ScaleItems& b) {
  const auto variance_a = variance_of_sum(keyed_covariance(items, a));
  const auto variance_b = variance_of_sum(keyed_covariance(items, b));
  if (!variance_a || !variance_b) return std::nullopt;
  return scale_covariance(items, a, b) / (std::sqrt(*variance_a) * std::sqrt(*variance_b));
}

std::optional<double> corrected_for_attenuation(double r, double alpha_a, double alpha_b) {
  if (!(alpha_a > 0 && alpha_b > 0)) return std::nullopt;
  return r / std::sqrt(alpha_a * alpha_b);
}

std::optional<double> average_correlation_from_alpha(double alpha, std::size_t items) {
  const double k = static_cast<double>(items);
  const double divisor = k - (k - 1) * alpha;
  if (items < 2 || !(divisor > 0)) return std::nullopt;
  return alpha / divisor;
}

std::optional<double> lambda6_within(const Matrix& items, const ScaleItems& scale) {
  const auto correlation = correlation_from_covariance(items);
  if (!correlation) return std::nullopt;
  const auto smc = squared_multiple_correlations(*correlation);
  const auto total = variance_of_sum(keyed_covariance(items, scale));
  if (!smc || !total) return std::nullopt;
  double error = 0;
  for (const KeyedItem& i : scale) error += items(i.item, i.item) * (1 - (*smc)[i.item]);
  return 1 - error / *total;
}

std::optional<double> prorated_mean(std::span<const double> values, std::span<const std::uint8_t> present,
                                    double max_missing_fraction) {
  if (present.size() != values.size())
    throw std::invalid_argument("prorated_mean: one mark of presence per value");
  double sum = 0;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (present[i] == 0) continue;
    sum += values[i];
    ++answered;
  }
  if (answered == 0) return std::nullopt;
  // In items, and with room for the rounding of a fraction such as 1 - 0.8.
  const double missing = static_cast<double>(values.size() - answered);
  if (missing > max_missing_fraction * static_cast<double>(values.size()) + 1e-9) return std::nullopt;
  return sum / static_cast<double>(answered);
}

}  // namespace securebase::stats
