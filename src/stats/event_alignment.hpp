#pragma once
// Which events of one observer are those of another: each is paired with one at most, same code, no further
// apart than a tolerance, and as many as can be. Taking the nearest first would not do: a wider tolerance
// could pair fewer. Here it never does, since every pairing that a narrower one allows is allowed still.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace securebase::stats {

struct TimedCode {
  std::size_t code = 0;
  std::int64_t at = 0;  ///< when it began, in any unit
};

struct EventPair {
  std::size_t first = 0;  ///< places in what was given
  std::size_t second = 0;
  std::int64_t offset = 0;  ///< second less first

  bool operator==(const EventPair&) const = default;
};

struct EventAlignment {
  std::vector<EventPair> same;  ///< by time: as many pairs of the same code as there can be
  std::vector<EventPair>
      different;  ///< of what is left, as many pairs of any codes: what one called otherwise
  std::vector<std::size_t> only_first;
  std::vector<std::size_t> only_second;
};

/// Events in any order; tolerance 0 or more, in their unit, otherwise std::invalid_argument. Of the largest
/// pairings without crossings the one with the smallest sum of distances is taken, where a run of events no
/// further apart than the tolerance is not longer than about 4000 by 4000; beyond that the earliest.
///
/// That pairs of one code need not cross: for a1 <= a2, b1 <= b2, (a1, b2) and (a2, b1) within the tolerance,
/// (a1, b1) and (a2, b2) are within it, too, and their distances are no longer in sum.
[[nodiscard]] EventAlignment align_events(std::span<const TimedCode> first, std::span<const TimedCode> second,
                                          std::int64_t tolerance);

}  // namespace securebase::stats
