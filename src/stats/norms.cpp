#include "stats/norms.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

std::uint64_t people(Histogram histogram) {
  std::uint64_t n = 0;
  for (const ScoreCount& bin : histogram) n += bin.count;
  return n;
}

// sum of count * f(score), by halves.
template <class Function>
double weighted_sum(Histogram histogram, Function f) {
  std::vector<double> terms;
  terms.reserve(histogram.size());
  for (const ScoreCount& bin : histogram) terms.push_back(static_cast<double>(bin.count) * f(bin.score));
  return pairwise_sum(terms);
}

// The score at a rank counted from 0.
double score_at_rank(Histogram histogram, std::uint64_t rank) {
  std::uint64_t up_to = 0;
  for (const ScoreCount& bin : histogram) {
    up_to += bin.count;
    if (rank < up_to) return bin.score;
  }
  return histogram.back().score;
}

}  // namespace

double standardise(double value, double mean, double sd) {
  if (!(sd > 0)) throw std::domain_error("standardise: sd must be above zero");
  return (value - mean) / sd;
}

double percentile_normal(double z) {
  return 100 * normal_cdf(z);
}

std::optional<double> percentile_from_table(double value, std::span<const std::pair<double, double>> table) {
  if (table.empty()) return std::nullopt;
  const auto above = std::upper_bound(table.begin(), table.end(), value,
                                      [](double v, const auto& point) { return v < point.first; });
  if (above == table.begin()) return table.front().second;
  const auto& [score, percent] = *std::prev(above);
  if (above == table.end()) return percent;
  return percent + (value - score) / (above->first - score) * (above->second - percent);
}

std::optional<SampleSummary> summarise_histogram(Histogram histogram) {
  SampleSummary s;
  s.n = people(histogram);
  if (s.n == 0) return std::nullopt;
  const double n = static_cast<double>(s.n);
  // From the lowest score anybody had, so that equal scores have exactly their own mean and no spread.
  const double lowest = score_at_rank(histogram, 0);
  s.mean = lowest + weighted_sum(histogram, [&](double x) { return x - lowest; }) / n;
  if (s.n < 2) return s;
  s.sd = std::sqrt(weighted_sum(histogram, [&](double x) { return (x - s.mean) * (x - s.mean); }) / (n - 1));
  return s;
}

double standard_error_of_mean(double sd, std::size_t n) {
  if (n == 0) throw std::domain_error("standard_error_of_mean: nobody");
  return sd / std::sqrt(static_cast<double>(n));
}

std::optional<double> standard_error_of_sd(Histogram histogram) {
  const auto summary = summarise_histogram(histogram);
  if (!summary || summary->n < 4 || !(*summary->sd > 0)) return std::nullopt;
  const double n = static_cast<double>(summary->n);
  const double variance = *summary->sd * *summary->sd;
  const double m4 = weighted_sum(histogram,
                                 [&](double x) {
                                   const double square = (x - summary->mean) * (x - summary->mean);
                                   return square * square;
                                 }) /
                    n;
  // Below zero only by rounding and in the smallest samples of two equal halves.
  const double of_variance = std::max(0.0, (m4 - variance * variance * (n - 3) / (n - 1)) / n);
  return std::sqrt(of_variance) / (2 * *summary->sd);
}

double standard_error_of_percentile(double percentile, std::size_t n) {
  if (n == 0 || !(percentile >= 0 && percentile <= 100))
    throw std::domain_error("standard_error_of_percentile: people, and a percentile from 0 to 100");
  const double p = percentile / 100;
  return 100 * std::sqrt(p * (1 - p) / static_cast<double>(n));
}

std::optional<double> histogram_quantile(Histogram histogram, double p) {
  if (!(p >= 0 && p <= 1)) throw std::domain_error("histogram_quantile: p must lie between 0 and 1");
  const std::uint64_t n = people(histogram);
  if (n == 0) return std::nullopt;
  const double h = static_cast<double>(n - 1) * p;
  const double whole = std::floor(h);
  const auto rank = static_cast<std::uint64_t>(whole);
  const double below = score_at_rank(histogram, rank);
  return below + (h - whole) * (score_at_rank(histogram, rank + 1) - below);
}

std::optional<double> percentile_from_histogram(double value, Histogram histogram) {
  const std::uint64_t n = people(histogram);
  if (n == 0) return std::nullopt;
  const auto above =
      std::find_if(histogram.begin(), histogram.end(), [&](const ScoreCount& b) { return b.score > value; });
  const std::uint64_t at_or_below =
      people(histogram.first(static_cast<std::size_t>(above - histogram.begin())));
  return 100 * static_cast<double>(at_or_below) / static_cast<double>(n);
}

}  // namespace securebase::stats
