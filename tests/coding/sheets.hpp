#pragma once
// Sheets for tests: what two observers make of clips that are drawn.

#include <string>
#include <vector>

#include "coding/sheet.hpp"
#include "stats/random_stream.hpp"

namespace securebase::coding {

inline CodedSheet sheet(const std::string& clip, const std::string& coder,
                        std::vector<CodedEvent> events = {}) {
  return {clip + "/" + coder, clip, coder, SheetKind::independent, {}, std::move(events), {}, {}};
}

inline CodedEvent moment(const std::string& code, std::int64_t at_ms, const std::string& track = "") {
  return {code, at_ms, std::nullopt, track};
}

inline CodedEvent lasting(const std::string& code, std::int64_t from_ms, std::int64_t to_ms) {
  return {code, from_ms, to_ms, ""};
}

/// Two observers of one clip of five minutes: states that follow each other; each sees a state rightly with
/// probability .85, its beginning up to 2 s off.
inline std::vector<CodedSheet> two_observers(const std::string& clip, const stats::RandomKey& key) {
  const std::vector<std::string> codes{"play", "cry", "look"};
  std::vector<CodedSheet> sheets{sheet(clip, "a"), sheet(clip, "b")};
  std::uint64_t n = 0;
  const auto draw = [&] { return stats::random_uniform(key, n++); };
  std::int64_t at = 0;
  std::vector<std::int64_t> begin{0, 0};
  while (at < 300'000) {
    const std::int64_t end = at + 4000 + static_cast<std::int64_t>(20'000 * draw());
    const auto truth = static_cast<std::size_t>(3 * draw());
    for (std::size_t o = 0; o < 2; ++o) {
      const std::size_t seen = draw() < 0.85 ? truth : static_cast<std::size_t>(3 * draw());
      const std::int64_t until = end + static_cast<std::int64_t>(2000 * (2 * draw() - 1));
      sheets[o].events.push_back(lasting(codes[seen], begin[o], until));
      begin[o] = until;
    }
    at = end;
  }
  return sheets;
}

}  // namespace securebase::coding
