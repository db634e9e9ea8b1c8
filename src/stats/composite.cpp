#include "stats/composite.hpp"

#include <algorithm>

namespace securebase::stats {

void CompositeKey::add_item(std::size_t column, std::span<const Worth> worth, Worth missing) {
  columns_.push_back(column);
  const std::size_t begin = worth_.size();
  worth_.resize(begin + bytes, missing);
  std::copy_n(worth.begin(), std::min<std::size_t>(worth.size(), no_answer),
              worth_.begin() + static_cast<std::ptrdiff_t>(begin));
}

Tally CompositeKey::tally(const std::uint8_t* row) const {
  // Two chains of additions, so that one need not wait for the other.
  double value[2] = {0, 0};
  double weight[2] = {0, 0};
  const Worth* worth = worth_.data();
  const std::size_t n = columns_.size();
  for (std::size_t i = 0; i < n; ++i, worth += bytes) {
    const Worth& item = worth[row[columns_[i]]];
    value[i & 1U] += item.value;
    weight[i & 1U] += item.weight;
  }
  return {value[0] + value[1], weight[0] + weight[1]};
}

std::size_t CompositeKey::answered(const std::uint8_t* row) const {
  return static_cast<std::size_t>(std::count_if(columns_.begin(), columns_.end(),
                                                [&](std::size_t column) { return row[column] < no_answer; }));
}

std::optional<double> composite_score(const Tally& tally, const CompositeRule& rule) {
  if (rule.composite == Composite::sum && !rule.prorate) return rule.multiply * tally.value;
  const double divisor = rule.prorate ? tally.weight : rule.full_weight;
  if (!(divisor > 0)) return std::nullopt;
  const double mean = tally.value / divisor;
  return rule.multiply * (rule.composite == Composite::mean ? mean : mean * rule.full_weight);
}

std::size_t count_missing(std::span<const std::uint8_t> row) {
  return static_cast<std::size_t>(
      std::count_if(row.begin(), row.end(), [](std::uint8_t b) { return b >= no_answer; }));
}

}  // namespace securebase::stats
