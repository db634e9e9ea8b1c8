#include "stats/reliability.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/correlation.hpp"
#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

std::vector<double> lower_triangle(const Matrix& m) {
  std::vector<double> values;
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < i; ++j) values.push_back(m(i, j));
  return values;
}

std::vector<std::size_t> all_but(std::size_t k, std::size_t dropped) {
  std::vector<std::size_t> keep;
  for (std::size_t i = 0; i < k; ++i)
    if (i != dropped) keep.push_back(i);
  return keep;
}

double row_sum(const Matrix& m, std::size_t i) {
  const auto row = m.row(i);
  return std::accumulate(row.begin(), row.end(), 0.0);
}

// Everything that several quantities share.
struct Scale {
  Matrix covariance;
  std::optional<Matrix> correlation;
  std::optional<Matrix> reduced;  // R with the squared multiple correlations in the diagonal
  std::size_t n = 0;
};

std::optional<Matrix> with_smc(const std::optional<Matrix>& correlation) {
  if (!correlation) return std::nullopt;
  const auto smc = squared_multiple_correlations(*correlation);
  if (!smc) return std::nullopt;
  Matrix reduced = *correlation;
  for (std::size_t i = 0; i < smc->size(); ++i) reduced(i, i) = (*smc)[i];
  return reduced;
}

std::optional<double> item_total_correlation(const std::optional<Matrix>& r, std::size_t i) {
  if (!r) return std::nullopt;
  const auto total = variance_of_sum(*r);
  if (!total) return std::nullopt;
  return row_sum(*r, i) / std::sqrt(*total);
}

// cov(x_i, sum of the others) = sum_j c_ij - c_ii; var(sum of the others) = sum C - 2 sum_j c_ij + c_ii.
std::optional<double> item_rest_correlation(const Matrix& c, std::size_t i) {
  const auto rest_variance = variance_of_sum(submatrix(c, all_but(c.rows(), i)));
  if (!(c(i, i) > 0) || !rest_variance) return std::nullopt;
  return (row_sum(c, i) - c(i, i)) / std::sqrt(c(i, i) * *rest_variance);
}

ItemStats item_stats(const ItemMoments& moments, Missing missing, const Scale& scale, std::size_t i) {
  const Moments m = moments.item(i, missing);
  ItemStats s;
  s.n = m.n;
  s.raw_r = moments.person_mean_correlation(i, missing);
  s.std_r = item_total_correlation(scale.correlation, i);
  s.r_cor = item_total_correlation(scale.reduced, i);
  s.r_drop = item_rest_correlation(scale.covariance, i);
  s.mean = m.mean.value_or(0);
  s.sd = std::sqrt(m.variance.value_or(0));
  return s;
}

AlphaIfDropped without_item(const Scale& scale, std::size_t i) {
  const auto keep = all_but(scale.covariance.rows(), i);
  const Matrix c = submatrix(scale.covariance, keep);
  AlphaIfDropped a;
  a.raw_alpha = cronbach_alpha(c);
  a.ase = alpha_standard_error(c, scale.n);
  const auto r = correlation_from_covariance(c);
  if (!r) return a;
  a.std_alpha = standardised_alpha(*r);
  a.lambda6 = guttman_lambda6(*r);
  a.average_r = average_correlation(*r);
  return a;
}

void describe_correlations(Reliability& result, const Matrix& r) {
  result.std_alpha = standardised_alpha(r);
  result.lambda6 = guttman_lambda6(r);
  result.average_r = average_correlation(r);
  result.median_r = median_correlation(r);
  if (result.average_r) result.signal_noise = signal_to_noise(result.items, *result.average_r);
}

void describe_alpha(Reliability& result, const Scale& scale, double level) {
  result.raw_alpha = cronbach_alpha(scale.covariance);
  result.ase = alpha_standard_error(scale.covariance, scale.n);
  if (!result.raw_alpha) return;
  result.feldt = feldt_interval(*result.raw_alpha, scale.n, result.items, level);
  if (*result.raw_alpha <= 1) result.sem = result.sd * std::sqrt(1 - *result.raw_alpha);
}

}  // namespace

std::optional<double> cronbach_alpha(const Matrix& covariance) {
  const auto total = variance_of_sum(covariance);
  if (covariance.rows() < 2 || !total) return std::nullopt;
  const double k = static_cast<double>(covariance.rows());
  return k / (k - 1) * (1 - sum_of_diagonal(covariance) / *total);
}

std::optional<double> standardised_alpha(const Matrix& correlation) {
  return cronbach_alpha(correlation);
}

std::optional<double> guttman_lambda6(const Matrix& correlation) {
  if (correlation.rows() < 2) return std::nullopt;
  const auto smc = squared_multiple_correlations(correlation);
  const auto total = variance_of_sum(correlation);
  if (!smc || !total) return std::nullopt;
  const double explained = std::accumulate(smc->begin(), smc->end(), 0.0);
  return 1 - (static_cast<double>(smc->size()) - explained) / *total;
}

std::optional<double> average_correlation(const Matrix& correlation) {
  const auto r = lower_triangle(correlation);
  if (r.empty()) return std::nullopt;
  return std::accumulate(r.begin(), r.end(), 0.0) / static_cast<double>(r.size());
}

std::optional<double> median_correlation(const Matrix& correlation) {
  auto r = lower_triangle(correlation);
  if (r.empty()) return std::nullopt;
  std::sort(r.begin(), r.end());
  const std::size_t half = r.size() / 2;
  return r.size() % 2 == 1 ? r[half] : (r[half - 1] + r[half]) / 2;
}

std::optional<double> signal_to_noise(std::size_t items, double average_r) {
  if (!(average_r < 1)) return std::nullopt;
  return static_cast<double>(items) * average_r / (1 - average_r);
}

std::optional<double> alpha_standard_error(const Matrix& covariance, std::size_t n) {
  const auto total = variance_of_sum(covariance);
  if (covariance.rows() < 2 || n == 0 || !total) return std::nullopt;
  const double k = static_cast<double>(covariance.rows());
  const double s = *total;
  const auto c = eigen_view(covariance);
  const double trace = c.trace();
  const double sum_square = c.colwise().sum().dot(c.rowwise().sum());  // sum of the elements of C C
  const double trace_square = c.cwiseProduct(c.transpose()).sum();     // tr C C
  const double q = 2 * k * k / ((k - 1) * (k - 1) * s * s * s) *
                   (s * (trace_square + trace * trace) - 2 * trace * sum_square);
  return std::sqrt(std::max(q, 0.0) / static_cast<double>(n));
}

std::optional<Interval> feldt_interval(double alpha, std::size_t n, std::size_t items, double level) {
  if (n < 2 || items < 2 || !(level > 0 && level < 1)) return std::nullopt;
  const double df1 = static_cast<double>(n - 1);
  const double df2 = df1 * static_cast<double>(items - 1);
  return Interval{1 - (1 - alpha) * f_quantile((1 + level) / 2, df1, df2),
                  1 - (1 - alpha) * f_quantile((1 - level) / 2, df1, df2), level};
}

Result<Reliability> reliability(const ItemMoments& moments, Missing missing, double level) {
  if (moments.items() < 2)
    return fail(ErrorKind::bad_data, "reliability.too_few_items",
                "internal consistency needs at least two items");
  const auto covariance = moments.covariance(missing);
  if (!covariance) return tl::unexpected(covariance.error());
  Scale scale{*covariance, correlation_from_covariance(*covariance), {}, moments.rows(missing)};
  scale.reduced = with_smc(scale.correlation);

  const Moments person = moments.person_means(missing);
  Reliability result;
  result.rows = scale.n;
  result.items = moments.items();
  result.mean = person.mean.value_or(0);
  result.sd = std::sqrt(person.variance.value_or(0));
  describe_alpha(result, scale, level);
  if (scale.correlation) describe_correlations(result, *scale.correlation);
  for (std::size_t i = 0; i < result.items; ++i) {
    result.if_dropped.push_back(without_item(scale, i));
    result.item_stats.push_back(item_stats(moments, missing, scale, i));
  }
  return result;
}

}  // namespace securebase::stats
