#include "stats/event_alignment.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <stdexcept>

namespace securebase::stats {
namespace {

/// An event by its time, and where it stood.
struct Placed {
  std::int64_t at = 0;
  std::size_t place = 0;
  [[nodiscard]] bool operator<(const Placed& other) const {
    return at != other.at ? at < other.at : place < other.place;
  }
};
using Run = std::span<const Placed>;

constexpr std::size_t most_cells_of_pairs = 16'000'000;

/// Two pointers: the earliest of one that can meet the earliest of the other does. As many pairs as there can
/// be.
void pair_earliest(Run a, Run b, std::int64_t tolerance, std::vector<EventPair>& pairs) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::int64_t offset = b[j].at - a[i].at;
    if (offset > tolerance) {
      ++i;
    } else if (offset < -tolerance) {
      ++j;
    } else {
      pairs.push_back({a[i].place, b[j].place, offset});
      ++i;
      ++j;
    }
  }
}

/// Most pairs, then the smallest sum of distances: an alignment by dynamic programming.
struct Worth {
  std::uint32_t pairs = 0;
  std::int64_t distance = 0;
  [[nodiscard]] bool better_than(const Worth& other) const {
    return pairs != other.pairs ? pairs > other.pairs : distance < other.distance;
  }
};

void pair_closest(Run a, Run b, std::int64_t tolerance, std::vector<EventPair>& pairs) {
  enum Step : std::uint8_t { skip_first, skip_second, both };
  const std::size_t width = b.size() + 1;
  std::vector<std::uint8_t> step((a.size() + 1) * width, skip_first);
  std::vector<Worth> above(width), row(width);
  for (std::size_t j = 1; j < width; ++j) step[j] = skip_second;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = {};
    for (std::size_t j = 1; j < width; ++j) {
      row[j] = above[j];
      std::uint8_t taken = skip_first;
      if (row[j - 1].better_than(row[j])) {
        row[j] = row[j - 1];
        taken = skip_second;
      }
      const std::int64_t apart = std::abs(b[j - 1].at - a[i - 1].at);
      if (apart <= tolerance) {
        const Worth with{above[j - 1].pairs + 1, above[j - 1].distance + apart};
        if (with.better_than(row[j])) {
          row[j] = with;
          taken = both;
        }
      }
      step[i * width + j] = taken;
    }
    std::swap(row, above);
  }
  const std::size_t begin = pairs.size();
  for (std::size_t i = a.size(), j = b.size(); i > 0 && j > 0;) {
    const std::uint8_t taken = step[i * width + j];
    if (taken == both) pairs.push_back({a[i - 1].place, b[j - 1].place, b[j - 1].at - a[i - 1].at});
    if (taken != skip_second) --i;
    if (taken != skip_first) --j;
  }
  std::reverse(pairs.begin() + static_cast<std::ptrdiff_t>(begin), pairs.end());
}

/// Cuts both, sorted, where a gap is longer than the tolerance: nothing is paired across it.
void pair_runs(std::vector<Placed> a, std::vector<Placed> b, std::int64_t tolerance,
               std::vector<EventPair>& pairs) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const std::size_t from_i = i, from_j = j;
    std::int64_t last = std::min(a[i].at, b[j].at);
    for (bool grew = true; grew;) {
      grew = false;
      for (; i < a.size() && a[i].at - last <= tolerance; ++i, grew = true) last = std::max(last, a[i].at);
      for (; j < b.size() && b[j].at - last <= tolerance; ++j, grew = true) last = std::max(last, b[j].at);
    }
    const Run x(a.data() + from_i, i - from_i), y(b.data() + from_j, j - from_j);
    if (x.empty() || y.empty()) continue;
    if ((x.size() + 1) * (y.size() + 1) <= most_cells_of_pairs)
      pair_closest(x, y, tolerance, pairs);
    else
      pair_earliest(x, y, tolerance, pairs);
  }
}

std::vector<Placed> left_of(std::span<const TimedCode> events, const std::vector<bool>& taken) {
  std::vector<Placed> left;
  for (std::size_t k = 0; k < events.size(); ++k)
    if (!taken[k]) left.push_back({events[k].at, k});
  return left;
}

}  // namespace

EventAlignment align_events(std::span<const TimedCode> first, std::span<const TimedCode> second,
                            std::int64_t tolerance) {
  if (tolerance < 0) throw std::invalid_argument("align_events: tolerance below 0");
  std::map<std::size_t, std::pair<std::vector<Placed>, std::vector<Placed>>> by_code;
  for (std::size_t k = 0; k < first.size(); ++k) by_code[first[k].code].first.push_back({first[k].at, k});
  for (std::size_t k = 0; k < second.size(); ++k) by_code[second[k].code].second.push_back({second[k].at, k});
  EventAlignment aligned;
  for (auto& [code, events] : by_code)
    pair_runs(std::move(events.first), std::move(events.second), tolerance, aligned.same);
  const auto earlier = [&](const EventPair& a, const EventPair& b) {
    return first[a.first].at != first[b.first].at ? first[a.first].at < first[b.first].at : a.first < b.first;
  };
  std::sort(aligned.same.begin(), aligned.same.end(), earlier);
  std::vector<bool> of_first(first.size(), false), of_second(second.size(), false);
  const auto take = [&](const std::vector<EventPair>& pairs) {
    for (const EventPair& pair : pairs) of_first[pair.first] = of_second[pair.second] = true;
  };
  take(aligned.same);
  pair_runs(left_of(first, of_first), left_of(second, of_second), tolerance, aligned.different);
  take(aligned.different);
  for (std::size_t k = 0; k < first.size(); ++k)
    if (!of_first[k]) aligned.only_first.push_back(k);
  for (std::size_t k = 0; k < second.size(); ++k)
    if (!of_second[k]) aligned.only_second.push_back(k);
  return aligned;
}

}  // namespace securebase::stats
