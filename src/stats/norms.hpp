#pragma once
// Where a score stands in a group. Scores, means and SDs are in the scale's own unit and finite; percentiles
// run from 0 to 100.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "stats/sample.hpp"

namespace securebase::stats {

/// (value - mean) / sd. An sd not above zero is a bug of the caller (std::domain_error): definitions are
/// proved to have one.
[[nodiscard]] double standardise(double value, double mean, double sd);

/// 100 Phi(z): the percentile in a group whose scores are normally distributed.
[[nodiscard]] double percentile_normal(double z);

/// Percentile from published points (score, percent at or below), in ascending order of score, by linear
/// interpolation; below the first point and above the last their percents stand. Nothing for an empty table.
[[nodiscard]] std::optional<double> percentile_from_table(double value,
                                                          std::span<const std::pair<double, double>> table);

/// How many people had a score.
struct ScoreCount {
  double score = 0;
  std::uint64_t count = 0;
};

/// Ascending scores, each once; a score nobody had may stand there with count 0.
using Histogram = std::span<const ScoreCount>;

/// n, mean and SD (divisor n - 1) of everybody counted. Nothing where nobody is.
[[nodiscard]] std::optional<SampleSummary> summarise_histogram(Histogram histogram);

/// Standard error of the mean of n people: sd / sqrt(n). No people are a bug of the caller
/// (std::domain_error).
[[nodiscard]] double standard_error_of_mean(double sd, std::size_t n);

/// Standard error of the SD, whatever the shape of the distribution: the variance s^2 of n scores varies by
/// (m4 - s^4 (n - 3) / (n - 1)) / n, m4 the fourth central moment (Cramer 1946, Mathematical methods of
/// statistics, 27.4), and the SD by its root over 2 s. Nothing for fewer than four people or without spread.
[[nodiscard]] std::optional<double> standard_error_of_sd(Histogram histogram);

/// Quantile of order p, 0 <= p <= 1 (std::domain_error otherwise): type 7 of Hyndman & Fan (1996, Am. Stat.
/// 50, 361), R's default. With the n scores in order x_0 ... x_{n-1} and h = (n - 1) p:
/// x_floor(h) + (h - floor(h)) (x_{floor(h)+1} - x_floor(h)). Nothing where nobody is counted.
[[nodiscard]] std::optional<double> histogram_quantile(Histogram histogram, double p);

/// Standard error of a percentile that n people were counted for, in points: 100 sqrt(p (1 - p) / n). No
/// people and a percentile outside 0 to 100 are a bug of the caller (std::domain_error).
[[nodiscard]] double standard_error_of_percentile(double percentile, std::size_t n);

/// Percent of people with a score at or below. Nothing where nobody is counted.
[[nodiscard]] std::optional<double> percentile_from_histogram(double value, Histogram histogram);

}  // namespace securebase::stats
