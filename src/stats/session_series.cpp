#include "stats/session_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "stats/quantile.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

constexpr double range_of_two_mean = 1.128;    // expected range of two standard normal values
constexpr double range_of_two_median = 0.954;  // its median
constexpr double sigmas = 3;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return sample_quantile(values, 0.5);
}

}  // namespace

std::optional<ChartLimit> individuals_chart(std::span<const double> values, ChartBy by) {
  if (values.size() < 2) return std::nullopt;
  std::vector<double> ranges;
  for (std::size_t i = 1; i < values.size(); ++i) ranges.push_back(std::abs(values[i] - values[i - 1]));
  if (by == ChartBy::mean) {
    const double centre = summarise(values)->mean;
    const double range = summarise(ranges)->mean;
    return ChartLimit{centre, range, centre - sigmas * range / range_of_two_mean};
  }
  const double centre = median({values.begin(), values.end()});
  const double range = median(ranges);
  return ChartLimit{centre, range, centre - sigmas * range / range_of_two_median};
}

std::optional<LevelShift> level_shift(std::span<const double> before, std::span<const double> after) {
  constexpr std::array critical{4.303, 3.182, 2.776};
  const auto fits = [](std::size_t n) { return n == 2 || n == 3; };
  if (!fits(before.size()) || !fits(after.size())) return std::nullopt;
  const SampleSummary first = *summarise(before);
  const SampleSummary second = *summarise(after);
  const auto n1 = static_cast<double>(before.size());
  const auto n2 = static_cast<double>(after.size());
  const double squares = (n1 - 1) * *first.sd * *first.sd + (n2 - 1) * *second.sd * *second.sd;
  const double t = critical[before.size() + after.size() - 4];
  return LevelShift{first.mean, second.mean, t * std::sqrt(squares / (n1 + n2 - 2))};
}

std::optional<LineResiduals> about_own_line(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 3 || x.size() != y.size()) return std::nullopt;
  const double mean_x = summarise(x)->mean;
  const double mean_y = summarise(y)->mean;
  double sxx = 0, sxy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sxx += (x[i] - mean_x) * (x[i] - mean_x);
    sxy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (!(sxx > 0)) return std::nullopt;
  LineResiduals line;
  line.slope = sxy / sxx;
  line.intercept = mean_y - line.slope * mean_x;
  for (std::size_t i = 0; i < x.size(); ++i)
    line.sum_of_squares += std::pow(y[i] - line.intercept - line.slope * x[i], 2);
  return line;
}

}  // namespace securebase::stats
