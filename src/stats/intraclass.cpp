#include "stats/intraclass.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

/// n / d where d is above zero.
std::optional<double> ratio(double n, double d) {
  return d > 0 && std::isfinite(n / d) ? std::optional(n / d) : std::nullopt;
}

/// The same where d is above what rounding leaves of terms of this size that cancel.
std::optional<double> ratio_beyond(double n, double d, double size) {
  constexpr double rounding = 1e-12;
  return d > rounding * size ? ratio(n, d) : std::nullopt;
}

double mean_of(std::span<const double> values) {
  return pairwise_sum(values) / static_cast<double>(values.size());
}

/// A sum of squares of N residuals that rounding of numbers of this size explains is none.
double beyond_rounding(double sum_of_squares, double size, std::size_t count) {
  const double unit = 8 * std::numeric_limits<double>::epsilon() * size;
  return sum_of_squares > unit * unit * static_cast<double>(count) ? sum_of_squares : 0;
}

Result<RatingTable> usable(const RatingTable& ratings) {
  if (ratings.raters() < 2)
    return fail(ErrorKind::bad_data, "ratings.too_few_raters", "agreement needs at least two raters");
  RatingTable complete = complete_units(ratings);
  if (complete.units() < 2)
    return fail(ErrorKind::bad_data, "ratings.too_few_units",
                "fewer than two units were rated by every rater");
  return complete;
}

/// What the coefficients of one form share.
struct FTest {
  double divisor = 0;
  double df1 = 0;
  double df2 = 0;
};

/// B / divisor as a test, and what an interval starts from.
void add_test(Icc& icc, const RatingMeanSquares& s, const FTest& test) {
  icc.df1 = test.df1;
  icc.df2 = test.df2;
  icc.f = ratio(s.between, test.divisor);
  if (icc.f) icc.p = f_upper_p(*icc.f, test.df1, test.df2);
}

/// (F - 1) / (F + k - 1) for one, 1 - 1 / F for the mean, with F divided by and multiplied with its
/// quantiles.
std::optional<Interval> simple_interval(const Icc& icc, double k, double level) {
  if (!icc.f || !(*icc.f > 0)) return std::nullopt;
  const double lower = *icc.f / f_quantile((1 + level) / 2, icc.df1, icc.df2);
  const double upper = *icc.f * f_quantile((1 + level) / 2, icc.df2, icc.df1);
  if (icc.average) return Interval{1 - 1 / lower, 1 - 1 / upper, level};
  return Interval{(lower - 1) / (lower + k - 1), (upper - 1) / (upper + k - 1), level};
}

/// Satterthwaite's degrees of freedom of k r J + (n (1 + (k-1) r) - k r) E, divided by n, r = ICC(2,1):
///   v = (k-1)(n-1) (k r F + n (1 + (k-1) r) - k r)^2 / ((n-1) k^2 r^2 F^2 + (n (1 + (k-1) r) - k r)^2),
/// F = J / E.
std::optional<Interval> agreement_interval(const RatingMeanSquares& s, double r, double level) {
  if (!(s.error > 0)) return std::nullopt;
  const double n = static_cast<double>(s.units), k = static_cast<double>(s.raters);
  const double fj = s.raters_ms / s.error;
  const double rest = n * (1 + (k - 1) * r) - k * r;
  const double sum = k * r * fj + rest;
  const auto v =
      ratio_beyond((k - 1) * (n - 1) * sum * sum, (n - 1) * k * k * r * r * fj * fj + rest * rest, 1);
  constexpr double no_freedom = 1e-12;  // the terms cancel
  if (!v || !(*v > no_freedom)) return std::nullopt;
  const double fl = f_quantile((1 + level) / 2, n - 1, *v);
  const double fu = f_quantile((1 + level) / 2, *v, n - 1);
  const double others = k * s.raters_ms + (k * n - k - n) * s.error;
  const auto lower = ratio(n * (s.between - fl * s.error), fl * others + n * s.between);
  const auto upper = ratio(n * (fu * s.between - s.error), others + n * fu * s.between);
  if (!lower || !upper) return std::nullopt;
  return Interval{*lower, *upper, level};
}

/// Of the mean of k: L k / (1 + L (k-1)).
std::optional<Interval> stepped_up(const std::optional<Interval>& single, double k) {
  if (!single) return std::nullopt;
  const auto lower = ratio_beyond(single->lower * k, 1 + single->lower * (k - 1), 1);
  const auto upper = ratio_beyond(single->upper * k, 1 + single->upper * (k - 1), 1);
  if (!lower || !upper) return std::nullopt;
  return Interval{*lower, *upper, single->level};
}

Icc icc_of(const RatingMeanSquares& s, IccForm form, bool average, double level) {
  const double n = static_cast<double>(s.units), k = static_cast<double>(s.raters);
  const bool one_way = form == IccForm::one_way;
  const double divisor = one_way ? s.within() : s.error;
  Icc icc{form, average, {}, {}, 0, 0, {}, {}};
  add_test(icc, s, {divisor, n - 1, one_way ? n * (k - 1) : (n - 1) * (k - 1)});
  const double levels = form == IccForm::agreement ? (s.raters_ms - s.error) / n : 0;
  const double top = s.between - divisor;
  const double size = s.between + k * (divisor + s.raters_ms / n);
  const auto single = ratio_beyond(top, s.between + (k - 1) * divisor + k * levels, size);
  icc.icc = average ? ratio_beyond(top, s.between + levels, size) : single;
  if (!icc.icc) return icc;
  if (form != IccForm::agreement) {
    icc.interval = simple_interval(icc, k, level);
    return icc;
  }
  if (single) icc.interval = agreement_interval(s, *single, level);
  if (average) icc.interval = stepped_up(icc.interval, k);
  return icc;
}

/// The ratings of each unit that has one, and all of them.
struct Nested {
  std::vector<std::vector<double>> of_unit;
  std::vector<double> all;
};

Nested gathered(const RatingTable& ratings) {
  Nested nested;
  for (std::size_t unit = 0; unit < ratings.units(); ++unit) {
    auto own = ratings.of_unit(unit);
    if (own.empty()) continue;
    nested.all.insert(nested.all.end(), own.begin(), own.end());
    nested.of_unit.push_back(std::move(own));
  }
  return nested;
}

double largest_size(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

std::optional<double> variance_of(std::span<const double> values) {
  const auto summary = summarise(values);
  if (!summary || !summary->sd) return std::nullopt;
  return *summary->sd * *summary->sd;
}

void check_null(double null_variance) {
  if (!(null_variance > 0 && std::isfinite(null_variance)))
    throw std::domain_error("a variance without agreement is above 0");
}

}  // namespace

double RatingMeanSquares::within() const {
  const double n = static_cast<double>(units);
  return (raters_ms + (n - 1) * error) / n;
}

// x_ij = m + u_i + r_j + e_ij; with means a_i of units, b_j of raters, g of all:
//   B = k sum (a_i - g)^2 / (n-1),  J = n sum (b_j - g)^2 / (k-1),
//   E = sum (x_ij - a_i - b_j + g)^2 / ((n-1)(k-1)).
Result<RatingMeanSquares> rating_mean_squares(const RatingTable& ratings) {
  const auto complete = usable(ratings);
  if (!complete) return tl::unexpected(complete.error());
  const std::size_t n = complete->units(), k = complete->raters();
  const double origin = *complete->at(0, 0);
  std::vector<double> a(n), b(k), column(n);
  Matrix x(n, k);
  double size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      size = std::max(size, std::abs(*complete->at(i, j)));
      x(i, j) = *complete->at(i, j) - origin;
    }
    a[i] = mean_of(x.row(i));
  }
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = 0; i < n; ++i) column[i] = x(i, j);
    b[j] = mean_of(column);
  }
  const double g = mean_of(a);
  std::vector<double> between(n), raters(k), error(n * k);
  for (std::size_t i = 0; i < n; ++i) between[i] = (a[i] - g) * (a[i] - g);
  for (std::size_t j = 0; j < k; ++j) raters[j] = (b[j] - g) * (b[j] - g);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j) {
      const double e = x(i, j) - a[i] - b[j] + g;
      error[i * k + j] = e * e;
    }
  const double nd = static_cast<double>(n), kd = static_cast<double>(k);
  return RatingMeanSquares{n, k, kd * beyond_rounding(pairwise_sum(between), size, n) / (nd - 1),
                           nd * beyond_rounding(pairwise_sum(raters), size, k) / (kd - 1),
                           beyond_rounding(pairwise_sum(error), size, n * k) / ((nd - 1) * (kd - 1))};
}

Result<std::vector<Icc>> intraclass_correlations(const RatingMeanSquares& s, double level) {
  const auto fine = [](double value) { return value >= 0 && std::isfinite(value); };
  if (s.units < 2 || s.raters < 2 || !fine(s.between) || !fine(s.raters_ms) || !fine(s.error))
    return fail(ErrorKind::bad_data, "icc.mean_squares",
                "mean squares are not negative, of at least two units and two raters");
  if (!(level > 0 && level < 1))
    return fail(ErrorKind::bad_data, "icc.level", "the level of an interval lies between 0 and 1");
  std::vector<Icc> six;
  six.reserve(6);
  for (const bool average : {false, true})
    for (const IccForm form : {IccForm::one_way, IccForm::agreement, IccForm::consistency})
      six.push_back(icc_of(s, form, average, level));
  return six;
}

double sem_agreement(const RatingMeanSquares& squares) {
  return std::sqrt(squares.within());
}

double sem_consistency(const RatingMeanSquares& squares) {
  return std::sqrt(squares.error);
}

Result<NestedRatings> nested_ratings(const RatingTable& ratings) {
  const Nested nested = gathered(ratings);
  NestedRatings result;
  result.units = nested.of_unit.size();
  result.ratings = nested.all.size();
  if (result.units < 2)
    return fail(ErrorKind::bad_data, "ratings.too_few_units", "fewer than two units have a rating");
  if (result.ratings == result.units)
    return fail(ErrorKind::bad_data, "ratings.too_few_raters", "no unit has two ratings");
  const double groups = static_cast<double>(result.units), n = static_cast<double>(result.ratings);
  const double mean = mean_of(nested.all), size = largest_size(nested.all);
  double between = 0, within = 0, squares = 0;
  for (const auto& own : nested.of_unit) {
    const double m = static_cast<double>(own.size()), a = mean_of(own);
    between += m * (a - mean) * (a - mean);
    for (const double x : own) within += (x - a) * (x - a);
    squares += m * m;
  }
  result.df1 = groups - 1;
  result.df2 = n - groups;
  result.between = beyond_rounding(between, size, result.ratings) / result.df1;
  result.within = beyond_rounding(within, size, result.ratings) / result.df2;
  result.mean_size = n / groups;
  result.k0 = (n - squares / n) / (groups - 1);
  const double b = result.between, w = result.within;
  result.icc1 = ratio(b - w, b + (result.mean_size - 1) * w);
  result.icc1_k0 = ratio(b - w, b + (result.k0 - 1) * w);
  result.icc2 = ratio(b - w, b);
  result.f = ratio(b, w);
  if (result.f) result.p = f_upper_p(*result.f, result.df1, result.df2);
  return result;
}

std::vector<std::optional<double>> within_unit_agreement(const RatingTable& ratings, double null_variance) {
  check_null(null_variance);
  std::vector<std::optional<double>> agreement(ratings.units());
  for (std::size_t unit = 0; unit < ratings.units(); ++unit)
    if (const auto variance = variance_of(ratings.of_unit(unit)))
      agreement[unit] = 1 - std::min(*variance / null_variance, 1.0);
  return agreement;
}

std::vector<std::optional<double>> within_unit_agreement(std::span<const RatingTable> items,
                                                         double null_variance) {
  check_null(null_variance);
  if (items.empty()) throw std::invalid_argument("agreement over items needs items");
  for (const RatingTable& item : items)
    if (item.units() != items[0].units() || item.raters() != items[0].raters())
      throw std::invalid_argument("items of other units or raters");
  const double j = static_cast<double>(items.size());
  std::vector<std::optional<double>> agreement(items[0].units());
  for (std::size_t unit = 0; unit < agreement.size(); ++unit) {
    std::vector<std::vector<double>> of_item(items.size());
    for (std::size_t rater = 0; rater < items[0].raters(); ++rater) {
      if (!std::all_of(items.begin(), items.end(),
                       [&](const RatingTable& item) { return item.at(unit, rater).has_value(); }))
        continue;
      for (std::size_t i = 0; i < items.size(); ++i) of_item[i].push_back(*items[i].at(unit, rater));
    }
    if (of_item[0].size() < 2) continue;
    double sum = 0;
    for (const auto& own : of_item) sum += *variance_of(own);
    const double v = std::min(sum / j / null_variance, 1.0);
    agreement[unit] = j * (1 - v) / (j * (1 - v) + v);
  }
  return agreement;
}

}  // namespace securebase::stats
