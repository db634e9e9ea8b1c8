#include "stats/sample.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

namespace securebase::stats {
namespace {

std::vector<double> centred(std::span<const double> values) {
  const double mean = pairwise_sum(values) / static_cast<double>(values.size());
  std::vector<double> result(values.begin(), values.end());
  for (double& v : result) v -= mean;
  return result;
}

double sum_of_products(std::span<const double> x, std::span<const double> y) {
  std::vector<double> products(x.size());
  std::transform(x.begin(), x.end(), y.begin(), products.begin(), [](double a, double b) { return a * b; });
  return pairwise_sum(products);
}

bool is_constant(std::span<const double> values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

}  // namespace

double pairwise_sum(std::span<const double> values) {
  if (values.size() <= 16) return std::accumulate(values.begin(), values.end(), 0.0);
  const std::size_t half = values.size() / 2;
  return pairwise_sum(values.first(half)) + pairwise_sum(values.subspan(half));
}

std::optional<SampleSummary> summarise(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  SampleSummary result{values.size(), pairwise_sum(values) / static_cast<double>(values.size()),
                       std::nullopt};
  if (result.n < 2) return result;
  if (is_constant(values)) {  // whose mean, rounded, may differ from each of them
    result.mean = values.front();
    result.sd = 0;
    return result;
  }
  const auto deviations = centred(values);
  result.sd = std::sqrt(sum_of_products(deviations, deviations) / static_cast<double>(result.n - 1));
  return result;
}

std::optional<double> pearson_r(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size() || x.size() < 2) return std::nullopt;
  if (is_constant(x) || is_constant(y)) return std::nullopt;
  const auto dx = centred(x);
  const auto dy = centred(y);
  const double scale = std::sqrt(sum_of_products(dx, dx)) * std::sqrt(sum_of_products(dy, dy));
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(sum_of_products(dx, dy) / scale, -1.0, 1.0);
}

}  // namespace securebase::stats
