#include "stats/bland_altman.hpp"

#include <algorithm>
#include <cmath>

#include "stats/change.hpp"
#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> refused(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

Result<void> check_pairs(std::span<const double> first, std::span<const double> second,
                         const BlandAltmanOptions& options) {
  constexpr double largest = 1e100;
  const auto beyond = [](double x) { return !(std::abs(x) <= largest); };
  const auto share = [](double x) { return x > 0 && x < 1; };
  if (first.size() != second.size())
    return refused("bland_altman.unpaired", "every unit needs both measurements");
  if (first.size() < 2) return refused("bland_altman.too_few", "fewer than two units have both measurements");
  if (std::any_of(first.begin(), first.end(), beyond) || std::any_of(second.begin(), second.end(), beyond))
    return refused("bland_altman.range", "a measurement is no number, or too large to compute with");
  if (!share(options.share) || !share(options.level))
    return refused("bland_altman.level", "the level of an interval lies between 0 and 1");
  return {};
}

WithError with_reach(double value, double error, double t, double level) {
  return {value, error, {value - t * error, value + t * error, level}};
}

/// Least squares of y on x; nothing where x does not vary.
std::optional<DifferenceTrend> trend_of(std::span<const double> x, std::span<const double> y, double level) {
  const auto sx = summarise(x), sy = summarise(y);
  if (!sx->sd || !(*sx->sd > 0)) return std::nullopt;
  const std::size_t n = x.size();
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    xx += (x[i] - sx->mean) * (x[i] - sx->mean);
    xy += (x[i] - sx->mean) * (y[i] - sy->mean);
  }
  if (!(xx > 0)) return std::nullopt;
  DifferenceTrend trend;
  trend.slope = xy / xx;
  trend.intercept = sy->mean - trend.slope * sx->mean;
  trend.df = static_cast<double>(n) - 2;
  if (n < 3) return trend;
  double rest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double e = y[i] - sy->mean - trend.slope * (x[i] - sx->mean);
    rest += e * e;
  }
  const double error = std::sqrt(rest / trend.df / xx);
  trend.std_error = error;
  const double reach = student_t_quantile((1 + level) / 2, trend.df) * error;
  trend.interval = Interval{trend.slope - reach, trend.slope + reach, level};
  if (error > 1e-14 * std::abs(trend.slope) && error > 0) {
    trend.t = trend.slope / error;
    trend.p = student_t_two_sided_p(*trend.t, trend.df);
  }
  return trend;
}

std::vector<double> left_by(const DifferenceTrend& trend, std::span<const double> x,
                            std::span<const double> y) {
  std::vector<double> left(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) left[i] = std::abs(y[i] - trend.intercept - trend.slope * x[i]);
  return left;
}

}  // namespace

Result<BlandAltman> bland_altman(std::span<const double> first, std::span<const double> second,
                                 const BlandAltmanOptions& options) {
  if (auto fine = check_pairs(first, second, options); !fine) return tl::unexpected(fine.error());
  const std::size_t n = first.size();
  std::vector<double> difference(n), mean(n);
  for (std::size_t i = 0; i < n; ++i) {
    difference[i] = second[i] - first[i];
    mean[i] = first[i] + difference[i] / 2;
  }
  const auto paired = paired_summary(first, second, options.level);
  if (!paired) return tl::unexpected(paired.error());
  BlandAltman result;
  result.n = n;
  result.sd = paired->sd_change;
  const double nd = static_cast<double>(n);
  const double z = normal_reach(options.share);
  const double t = student_t_quantile((1 + options.level) / 2, nd - 1);
  const double of_limit = result.sd * std::sqrt(1 / nd + z * z / (2 * (nd - 1)));
  result.bias = with_reach(paired->mean_change, result.sd / std::sqrt(nd), t, options.level);
  result.lower = with_reach(result.bias.value - z * result.sd, of_limit, t, options.level);
  result.upper = with_reach(result.bias.value + z * result.sd, of_limit, t, options.level);
  if (result.sd > 0) {
    result.outside =
        static_cast<std::size_t>(std::count_if(difference.begin(), difference.end(), [&](double d) {
          return d < result.lower.value || d > result.upper.value;
        }));
    result.trend = trend_of(mean, difference, options.level);
  } else if (summarise(mean)->sd.value_or(0) > 0) {
    result.trend = DifferenceTrend{result.bias.value, 0, {}, nd - 2, {}, {}, {}};
  }
  if (result.trend && result.sd > 0 && n >= 4)
    result.spread = trend_of(mean, left_by(*result.trend, mean, difference), options.level);
  return result;
}

}  // namespace securebase::stats
