#include "stats/bootstrap.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t fewest = 20;

std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

// One place for each resample, so that it does not matter who fills it.
std::vector<std::optional<double>> all_estimates(const RowEstimator& estimator,
                                                 std::span<const Resample> resamples, unsigned threads) {
  std::vector<std::optional<double>> results(resamples.size());
  const auto every = [&](std::size_t from, std::size_t step) {
    for (std::size_t r = from; r < resamples.size(); r += step) results[r] = finite(estimator(resamples[r]));
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(every, t, threads);
  every(0, std::max(threads, 1U));
  for (std::thread& other : others) other.join();
  return results;
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

struct Rank {
  std::size_t below = 0;  // from 0 to R
  double beyond = 0;      // rank - below
};

Rank rank_of(std::size_t count, double probability) {
  const double rank = static_cast<double>(count + 1) * probability;
  const double whole = std::floor(rank);
  return {static_cast<std::size_t>(std::clamp(whole, 0.0, static_cast<double>(count))), rank - whole};
}

double quantile(const std::vector<double>& ordered, double probability) {
  const auto [k, beyond] = rank_of(ordered.size(), probability);
  if (k == 0) return ordered.front();
  if (k == ordered.size() || beyond == 0) return ordered[k - 1];
  const auto at = [&](std::size_t i) {
    return normal_quantile(static_cast<double>(i) / static_cast<double>(ordered.size() + 1));
  };
  const double share = (normal_quantile(probability) - at(k)) / (at(k + 1) - at(k));
  return ordered[k - 1] + share * (ordered[k] - ordered[k - 1]);
}

double linear_quantile(const std::vector<double>& ordered, double probability) {
  const auto [k, beyond] = rank_of(ordered.size(), probability);
  if (k == 0) return ordered.front();
  if (k == ordered.size()) return ordered.back();
  return ordered[k - 1] + beyond * (ordered[k] - ordered[k - 1]);
}

void need_level(double level) {
  if (!(level > 0 && level < 1)) throw std::domain_error("bootstrap: level must lie between 0 and 1");
}

std::vector<std::size_t> all_but(std::size_t n, std::size_t left_out) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < n; ++i)
    if (i != left_out) rows.push_back(i);
  return rows;
}

// A column of ones, then how often each row but the first was drawn, as a share of n.
MatrixXd frequencies(std::size_t rows, const Bootstrap& bootstrap, std::span<const Resample> resamples) {
  MatrixXd X = MatrixXd::Zero(eigen_index(bootstrap.used.size()), eigen_index(rows));
  for (std::size_t r = 0; r < bootstrap.used.size(); ++r)
    for (const std::size_t row : resamples[bootstrap.used[r]])
      X(eigen_index(r), eigen_index(row)) += 1 / static_cast<double>(rows);
  X.col(0).setOnes();
  return X;
}

}  // namespace

std::vector<Resample> draw_resamples(std::size_t n, std::size_t replicates, const RandomKey& key) {
  if (n == 0) throw std::invalid_argument("draw_resamples: there is nobody");
  std::vector<Resample> resamples(replicates, Resample(n));
  for (std::size_t r = 0; r < replicates; ++r) {
    const RandomKey own = key.part(r);
    for (std::size_t i = 0; i < n; ++i) resamples[r][i] = random_below(own, i, n);
  }
  return resamples;
}

Result<Bootstrap> bootstrap(std::size_t rows, const RowEstimator& estimator,
                            std::span<const Resample> resamples, unsigned threads) {
  Resample all(rows);
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto estimate = finite(estimator(all));
  if (!estimate)
    return fail(ErrorKind::bad_data, "bootstrap.undefined", "the estimate is not defined for these rows");
  Bootstrap result;
  result.estimate = *estimate;
  const auto estimates = all_estimates(estimator, resamples, threads);
  for (std::size_t r = 0; r < estimates.size(); ++r) {
    if (!estimates[r]) continue;
    result.replicates.push_back(*estimates[r]);
    result.used.push_back(r);
  }
  result.undefined = resamples.size() - result.used.size();
  if (result.used.size() < fewest)
    return fail(ErrorKind::bad_data, "bootstrap.too_few", "the estimate is defined for too few resamples");
  return result;
}

BootstrapSummary summarise_bootstrap(const Bootstrap& bootstrap, double level) {
  need_level(level);
  const auto ordered = sorted(bootstrap.replicates);
  const double lower = (1 - level) / 2, upper = (1 + level) / 2;
  const auto spread = summarise(bootstrap.replicates).value();
  BootstrapSummary s;
  s.mean = spread.mean;
  s.sd = spread.sd.value_or(0);
  s.bias = s.mean - bootstrap.estimate;
  s.percentile = {quantile(ordered, lower), quantile(ordered, upper), level};
  s.basic = {2 * bootstrap.estimate - s.percentile.upper, 2 * bootstrap.estimate - s.percentile.lower, level};
  const double reach = normal_reach(level) * s.sd;
  s.normal = {bootstrap.estimate - s.bias - reach, bootstrap.estimate - s.bias + reach, level};
  s.linear = {linear_quantile(ordered, lower), linear_quantile(ordered, upper), level};
  return s;
}

std::optional<AcceleratedInterval> accelerated_interval(const Bootstrap& bootstrap,
                                                        std::span<const double> influence, double level) {
  need_level(level);
  double squares = 0, cubes = 0;
  for (const double value : influence) squares += value * value, cubes += value * value * value;
  const auto below = std::count_if(bootstrap.replicates.begin(), bootstrap.replicates.end(),
                                   [&](double t) { return t < bootstrap.estimate; });
  const auto n = std::ssize(bootstrap.replicates);
  if (below == 0 || below == n || !(squares > 0)) return std::nullopt;
  AcceleratedInterval a;
  a.z0 = normal_quantile(static_cast<double>(below) / static_cast<double>(n));
  a.acceleration = cubes / (6 * std::pow(squares, 1.5));
  const auto adjusted = [&](double z) {
    return normal_cdf(a.z0 + (a.z0 + z) / (1 - a.acceleration * (a.z0 + z)));
  };
  a.lower_probability = adjusted(-normal_reach(level));
  a.upper_probability = adjusted(normal_reach(level));
  const auto ordered = sorted(bootstrap.replicates);
  a.interval = {quantile(ordered, a.lower_probability), quantile(ordered, a.upper_probability), level};
  return a;
}

std::optional<std::vector<double>> jackknife_influence(std::size_t rows, const RowEstimator& estimator) {
  std::vector<double> without;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto estimate = finite(estimator(all_but(rows, i)));
    if (!estimate) return std::nullopt;
    without.push_back(*estimate);
  }
  const auto summary = summarise(without);
  if (!summary) return std::nullopt;
  for (double& value : without) value = static_cast<double>(rows - 1) * (summary->mean - value);
  return without;
}

std::optional<std::vector<double>> regression_influence(std::size_t rows, const Bootstrap& bootstrap,
                                                        std::span<const Resample> resamples) {
  if (bootstrap.used.size() <= rows || rows < 2) return std::nullopt;
  const Eigen::ColPivHouseholderQR<MatrixXd> qr(frequencies(rows, bootstrap, resamples));
  if (qr.rank() < eigen_index(rows)) return std::nullopt;
  VectorXd slopes = qr.solve(
      Eigen::Map<const VectorXd>(bootstrap.replicates.data(), eigen_index(bootstrap.replicates.size())));
  slopes[0] = 0;
  slopes.array() -= slopes.mean();
  return to_vector(slopes);
}

}  // namespace securebase::stats
