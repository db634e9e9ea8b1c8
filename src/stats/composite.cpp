#include "stats/composite.hpp"

#include <algorithm>
#include <cmath>

namespace securebase::stats {
namespace {

constexpr std::size_t bytes = 256;
// From one item's packed worths to the next: a little more than 256, so that the few entries of every item
// that are in use do not all fall on the same lines of the cache.
constexpr std::size_t packed_stride = bytes + 8;
constexpr std::int64_t one_answered = std::int64_t{1} << 32U;
// Sums of so many of so much still fit the lower half.
constexpr std::size_t most_packed_items = 65536;
constexpr double largest_packed_value = 32767;

bool is_small_whole(double value) {
  return std::abs(value) <= largest_packed_value && value == std::trunc(value);
}

Tally unpack(std::int64_t sum) {
  const std::int64_t value = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
  const std::int64_t answered = (sum - value) / one_answered;
  return {static_cast<double>(value), static_cast<double>(answered), static_cast<std::size_t>(answered)};
}

}  // namespace

void CompositeKey::add_item(std::size_t column, std::span<const Worth> worth, Worth missing) {
  columns_.push_back(column);
  is_packed_ = is_packed_ && columns_.size() <= most_packed_items;
  const std::size_t codes = std::min<std::size_t>(worth.size(), no_answer);
  for (std::size_t byte = 0; byte < bytes; ++byte) {
    entries_.push_back(byte < codes ? Entry{worth[byte], true} : Entry{missing, false});
    pack(entries_.back());
  }
  if (is_packed_) packed_.resize(columns_.size() * packed_stride);
}

void CompositeKey::pack(const Entry& entry) {
  is_packed_ =
      is_packed_ && is_small_whole(entry.worth.value) && entry.worth.weight == (entry.is_answer ? 1 : 0);
  if (is_packed_)
    packed_.push_back(static_cast<std::int64_t>(entry.worth.value) + (entry.is_answer ? one_answered : 0));
  else
    packed_.clear();
}

Tally CompositeKey::tally_weighted(const std::uint8_t* row) const {
  Tally tally;
  const Entry* entries = entries_.data();
  for (const std::size_t column : columns_) {
    const Entry& entry = entries[row[column]];
    tally.value += entry.worth.value;
    tally.weight += entry.worth.weight;
    if (entry.is_answer) ++tally.answered;
    entries += bytes;
  }
  return tally;
}

Tally CompositeKey::tally_packed(const std::uint8_t* row) const {
  std::int64_t sum = 0;
  const std::int64_t* worth = packed_.data();
  for (const std::size_t column : columns_) {
    sum += worth[row[column]];
    worth += packed_stride;
  }
  return unpack(sum);
}

// Four rows side by side share the steps from item to item.
void CompositeKey::tally_four(const std::uint8_t* rows, std::size_t stride, Tally* out) const {
  const std::uint8_t* row[4] = {rows, rows + stride, rows + 2 * stride, rows + 3 * stride};
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t c = 0;
  std::int64_t d = 0;
  const std::int64_t* worth = packed_.data();
  for (const std::size_t column : columns_) {
    a += worth[row[0][column]];
    b += worth[row[1][column]];
    c += worth[row[2][column]];
    d += worth[row[3][column]];
    worth += packed_stride;
  }
  out[0] = unpack(a);
  out[1] = unpack(b);
  out[2] = unpack(c);
  out[3] = unpack(d);
}

Tally CompositeKey::tally(const std::uint8_t* row) const {
  return is_packed_ ? tally_packed(row) : tally_weighted(row);
}

void CompositeKey::tally_rows(const std::uint8_t* rows, std::size_t stride, std::span<Tally> out) const {
  std::size_t i = 0;
  if (is_packed_)
    for (; i + 4 <= out.size(); i += 4) tally_four(rows + i * stride, stride, &out[i]);
  for (; i < out.size(); ++i) out[i] = tally(rows + i * stride);
}

std::size_t count_missing(std::span<const std::uint8_t> row) {
  return static_cast<std::size_t>(
      std::count_if(row.begin(), row.end(), [](std::uint8_t b) { return b >= no_answer; }));
}

}  // namespace securebase::stats
