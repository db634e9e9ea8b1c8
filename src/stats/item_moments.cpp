#include "stats/item_moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace securebase::stats {

struct ItemMoments::Sums {
  double n = 0;
  double x = 0, y = 0;
  double xx = 0, yy = 0, xy = 0;
};

namespace {

// S - a b / n, with the product a b and the remainder of the division carried exactly (Dekker 1971, by fma).
double about_means(double s, double a, double b, double n) {
  const double product = a * b;
  const double product_rest = std::fma(a, b, -product);
  const double quotient = product / n;
  const double quotient_rest = std::fma(-quotient, n, product);
  return (s - quotient) - (quotient_rest + product_rest) / n;
}

// The same for a variance. Equal fractions (0.1, 0.1 ...) leave a few units in the last place of xx, whatever
// their number, because the sums are compensated; so little counts as nothing.
double squares_about_mean(double xx, double x, double n) {
  constexpr double rounding = 1e-14;
  const double s = about_means(xx, x, x, n);
  return s > rounding * xx ? s : 0;
}

Moments moments_of(double n, double x, double xx, double origin) {
  Moments result;
  result.n = static_cast<std::size_t>(n);
  if (n >= 1) result.mean = origin + x / n;
  if (n >= 2) result.variance = squares_about_mean(xx, x, n) / (n - 1);
  return result;
}

void add_to(std::vector<CompensatedSum>& sums, const std::vector<CompensatedSum>& more) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(more[i]);
}

}  // namespace

ItemMoments::ItemMoments(std::size_t items, double origin) : items_(items), origin_(origin) {
  if (items == 0) throw std::invalid_argument("ItemMoments: at least one item");
  for (auto& part : sums_) part.resize(items * items);
  for (Part part : {complete_sum, count_n, count_total, count_square}) sums_[part].resize(items);
  shifted_.reserve(items);
  answered_.reserve(items);
}

void ItemMoments::add_row(std::span<const double> values, std::span<const std::uint8_t> present) {
  if (values.size() != items_ || present.size() != items_)
    throw std::invalid_argument("ItemMoments::add_row: a row of another length");
  gather(values, present);
  ++rows_;
  if (answered_.size() == items_)
    add_complete();
  else if (!answered_.empty())
    add_incomplete();
}

void ItemMoments::gather(std::span<const double> values, std::span<const std::uint8_t> present) {
  shifted_.clear();
  answered_.clear();
  for (std::size_t i = 0; i < items_; ++i) {
    if (present[i] == 0) continue;
    if (!std::isfinite(values[i]))
      throw std::invalid_argument("ItemMoments::add_row: an answer that is not a finite number");
    shifted_.push_back(values[i] - origin_);
    answered_.push_back(i);
  }
}

void ItemMoments::add_complete() {
  ++complete_rows_;
  const double* x = shifted_.data();
  CompensatedSum* product = sums_[complete_product].data();
  for (std::size_t i = 0; i < items_; ++i, product += items_) {
    sums_[complete_sum][i].add(x[i]);
    const double xi = x[i];
    for (std::size_t j = 0; j <= i; ++j) product[j].add(xi * x[j]);
  }
}

void ItemMoments::add_incomplete() {
  const std::size_t count = answered_.size();
  const double total = std::accumulate(shifted_.begin(), shifted_.end(), 0.0);
  sums_[count_n][count].add(1);
  sums_[count_total][count].add(total);
  sums_[count_square][count].add(total * total);
  for (std::size_t a = 0; a < count; ++a) {
    const std::size_t i = answered_[a];
    const std::size_t by_count = count * items_ + i;
    sums_[item_total][by_count].add(total);
    sums_[item_square][by_count].add(total * total);
    sums_[item_cross][by_count].add(shifted_[a] * total);
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t pair = i * items_ + answered_[b];
      sums_[pair_n][pair].add(1);
      sums_[pair_sum][pair].add(shifted_[a]);
      sums_[pair_product][pair].add(shifted_[a] * shifted_[b]);
    }
  }
}

void ItemMoments::merge(const ItemMoments& other) {
  if (other.items_ != items_ || other.origin_ != origin_)
    throw std::invalid_argument("ItemMoments::merge: other items or another origin");
  rows_ += other.rows_;
  complete_rows_ += other.complete_rows_;
  for (std::size_t part = 0; part < parts; ++part) add_to(sums_[part], other.sums_[part]);
}

std::size_t ItemMoments::rows(Missing missing) const {
  return missing == Missing::complete_cases ? complete_rows_ : rows_;
}

ItemMoments::Sums ItemMoments::pair_sums(std::size_t i, std::size_t j, Missing missing) const {
  Sums s;
  s.n = static_cast<double>(complete_rows_);
  s.x = sums_[complete_sum][i].value();
  s.y = sums_[complete_sum][j].value();
  s.xy = at(complete_product, std::max(i, j), std::min(i, j));
  if (missing == Missing::complete_cases) return s;
  s.n += at(pair_n, i, j);
  s.x += at(pair_sum, i, j);
  s.y += at(pair_sum, j, i);
  s.xy += at(pair_product, i, j);
  return s;
}

Moments ItemMoments::item(std::size_t i, Missing missing) const {
  const Sums s = pair_sums(i, i, missing);
  return moments_of(s.n, s.x, s.xy, origin_);
}

// In a complete row the person mean is t / k, and sum x_i t = sum_j sum x_i x_j: nothing more need be kept.
ItemMoments::Sums ItemMoments::complete_item_and_mean(std::size_t i) const {
  const double k = static_cast<double>(items_);
  Sums s = pair_sums(i, i, Missing::complete_cases);
  CompensatedSum t;
  CompensatedSum xt;
  CompensatedSum tt;
  for (std::size_t a = 0; a < items_; ++a) {
    t.add(sums_[complete_sum][a]);
    xt.add(sums_[complete_product][std::max(i, a) * items_ + std::min(i, a)]);
    for (std::size_t b = 0; b < items_; ++b)
      tt.add(sums_[complete_product][std::max(a, b) * items_ + std::min(a, b)]);
  }
  s.xx = s.xy;
  s.y = t.value() / k;
  s.xy = xt.value() / k;
  s.yy = tt.value() / (k * k);
  return s;
}

ItemMoments::Sums ItemMoments::item_and_mean(std::size_t i, Missing missing) const {
  Sums s = complete_item_and_mean(i);
  if (missing == Missing::complete_cases) return s;
  s.n += at(pair_n, i, i);
  s.x += at(pair_sum, i, i);
  s.xx += at(pair_product, i, i);
  for (std::size_t count = 1; count < items_; ++count) {
    const double c = static_cast<double>(count);
    s.y += at(item_total, count, i) / c;
    s.yy += at(item_square, count, i) / (c * c);
    s.xy += at(item_cross, count, i) / c;
  }
  return s;
}

ItemMoments::Sums ItemMoments::means(Missing missing) const {
  Sums s = complete_item_and_mean(0);
  if (missing == Missing::complete_cases) return s;
  for (std::size_t count = 1; count < items_; ++count) {
    const double c = static_cast<double>(count);
    s.n += sums_[count_n][count].value();
    s.y += sums_[count_total][count].value() / c;
    s.yy += sums_[count_square][count].value() / (c * c);
  }
  return s;
}

Moments ItemMoments::person_means(Missing missing) const {
  const Sums s = means(missing);
  return moments_of(s.n, s.y, s.yy, origin_);
}

std::optional<double> ItemMoments::person_mean_correlation(std::size_t i, Missing missing) const {
  const Sums s = item_and_mean(i, missing);
  if (s.n < 2) return std::nullopt;
  const double scale =
      std::sqrt(squares_about_mean(s.xx, s.x, s.n)) * std::sqrt(squares_about_mean(s.yy, s.y, s.n));
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(about_means(s.xy, s.x, s.y, s.n) / scale, -1.0, 1.0);
}

Result<Matrix> ItemMoments::covariance(Missing missing) const {
  Matrix c(items_, items_);
  for (std::size_t i = 0; i < items_; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      const Sums s = pair_sums(i, j, missing);
      if (s.n < 2)
        return fail(ErrorKind::bad_data, "moments.too_few_rows",
                    "items " + std::to_string(i + 1) + " and " + std::to_string(j + 1) +
                        ": a covariance needs at least two rows that answered both");
      const double about = i == j ? squares_about_mean(s.xy, s.x, s.n) : about_means(s.xy, s.x, s.y, s.n);
      c(i, j) = c(j, i) = about / (s.n - 1);
    }
  }
  return c;
}

}  // namespace securebase::stats
