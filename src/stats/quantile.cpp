#include "stats/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace securebase::stats {

double sample_quantile(std::span<const double> rising, double p, QuantileType type) {
  if (rising.empty() || !(p >= 0 && p <= 1))
    throw std::domain_error("sample_quantile: no values, or no order");
  const auto last = static_cast<double>(rising.size() - 1);
  const double position = type == QuantileType::linear ? last * p : (last + 2) * p - 1;
  const double h = std::clamp(position, 0.0, last);
  const auto low = static_cast<std::size_t>(h);
  const double high = rising[std::min(low + 1, rising.size() - 1)];
  return rising[low] + (h - std::floor(h)) * (high - rising[low]);
}

}  // namespace securebase::stats
