#include "stats/split_half.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "stats/correlation.hpp"
#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

/// How many ways there are to choose, or more than `most`.
std::size_t choices(std::size_t k, std::size_t chosen, std::size_t most) {
  double ways = 1;
  for (std::size_t i = 1; i <= chosen; ++i) {
    ways = ways * static_cast<double>(k - chosen + i) / static_cast<double>(i);
    if (ways > 4.0 * static_cast<double>(most) + 4) return most + 1;
  }
  return static_cast<std::size_t>(std::llround(ways));
}

/// Even k: the first item is always in the first half, so that no split comes twice.
std::size_t splits_of(std::size_t k, std::size_t most) {
  return k % 2 == 0 ? choices(k - 1, k / 2 - 1, most) : choices(k, k / 2, most);
}

class Range {
 public:
  void add(const std::optional<double>& value) {
    if (!value) return;
    lowest_ = n_ == 0 ? *value : std::min(lowest_, *value);
    highest_ = n_ == 0 ? *value : std::max(highest_, *value);
    sum_ += *value;
    ++n_;
  }
  [[nodiscard]] std::optional<SplitRange> told() const {
    if (n_ == 0) return std::nullopt;
    return SplitRange{sum_ / static_cast<double>(n_), lowest_, highest_};
  }

 private:
  std::size_t n_ = 0;
  double sum_ = 0, lowest_ = 0, highest_ = 0;
};

/// Adds up what splits give.
class Splits {
 public:
  explicit Splits(const Matrix& covariance) : covariance_(covariance) {}

  void add(const Half& first) {
    const SplitHalf split = split_half(covariance_, first);
    ++result_.splits;
    if (!split.guttman) ++result_.undefined;
    if (split.guttman && (result_.best.empty() || *split.guttman > highest_)) {
      highest_ = *split.guttman;
      result_.best = first;
    }
    spearman_brown_.add(split.spearman_brown);
    guttman_.add(split.guttman);
  }

  [[nodiscard]] SplitHalves told(bool every) {
    result_.every = every;
    result_.spearman_brown = spearman_brown_.told();
    result_.guttman = guttman_.told();
    return std::move(result_);
  }

 private:
  const Matrix& covariance_;
  SplitHalves result_;
  Range spearman_brown_, guttman_;
  double highest_ = 0;
};

/// Every choice of k/2 of k in turn, by rising patterns.
void every_split(std::size_t k, Splits& splits) {
  Half first(k, false);
  const bool fixed = k % 2 == 0;
  std::fill(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(k / 2), true);
  do splits.add(first);
  while (std::prev_permutation(first.begin() + (fixed ? 1 : 0), first.end()));
}

/// k/2 of k by drawing without replacement.
Half drawn_split(std::size_t k, const RandomKey& key) {
  std::vector<std::size_t> items(k);
  for (std::size_t i = 0; i < k; ++i) items[i] = i;
  Half first(k, false);
  for (std::size_t i = 0; i < k / 2; ++i) {
    std::swap(items[i], items[i + random_below(key, i, k - i)]);
    first[items[i]] = true;
  }
  return first;
}

}  // namespace

Half odd_items(std::size_t items) {
  Half half(items, false);
  for (std::size_t i = 0; i < items; i += 2) half[i] = true;
  return half;
}

Half first_items(std::size_t items) {
  Half half(items, false);
  for (std::size_t i = 0; 2 * i < items; ++i) half[i] = true;
  return half;
}

SplitHalf split_half(const Matrix& c, const Half& first) {
  const auto in_first = std::count(first.begin(), first.end(), true);
  if (first.size() != c.rows() || !c.is_square() || in_first == 0 ||
      static_cast<std::size_t>(in_first) == first.size())
    throw std::invalid_argument("a split takes every item, and leaves one for both halves");
  double a = 0, b = 0, ab = 0, trace_a = 0, trace_b = 0;
  for (std::size_t i = 0; i < c.rows(); ++i) {
    (first[i] ? trace_a : trace_b) += c(i, i);
    for (std::size_t j = 0; j < c.rows(); ++j) {
      if (first[i] != first[j])
        ab += c(i, j) / 2;
      else
        (first[i] ? a : b) += c(i, j);
    }
  }
  constexpr double rounding = 1e-12;  // as variance_of_sum has it
  const double total = a + b + 2 * ab;
  SplitHalf split;
  if (a > rounding * trace_a && b > rounding * trace_b) {
    split.r = ab / std::sqrt(a * b);
    if (1 + *split.r > rounding) split.spearman_brown = 2 * *split.r / (1 + *split.r);
  }
  if (total > rounding * (trace_a + trace_b)) split.guttman = 4 * ab / total;
  return split;
}

std::optional<Interval> spearman_brown_interval(double r, std::size_t n, double level) {
  if (n < 4 || !(std::abs(r) < 1) || !(level > 0 && level < 1)) return std::nullopt;
  const double reach = normal_reach(level) / std::sqrt(static_cast<double>(n) - 3);
  const auto stepped_up = [](double z) {
    const double end = std::tanh(z);
    return 2 * end / (1 + end);
  };
  return Interval{stepped_up(std::atanh(r) - reach), stepped_up(std::atanh(r) + reach), level};
}

Result<SplitHalves> all_split_halves(const Matrix& covariance, std::size_t most, const RandomKey& key) {
  const std::size_t k = covariance.rows();
  if (k < 2)
    return fail(ErrorKind::bad_data, "reliability.too_few_items", "a split needs at least two items");
  if (most == 0) return fail(ErrorKind::bad_data, "split_half.none", "at least one split is looked at");
  Splits splits(covariance);
  const bool every = splits_of(k, most) <= most;
  if (every)
    every_split(k, splits);
  else
    for (std::size_t i = 0; i < most; ++i) splits.add(drawn_split(k, key.part(i)));
  return splits.told(every);
}

}  // namespace securebase::stats
