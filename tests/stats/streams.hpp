#pragma once
// Streams of codes for tests: read from a case, or drawn from planted transitions.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reference/reference_case.hpp"
#include "stats/lag_sequential.hpp"
#include "stats/random_stream.hpp"

namespace securebase::stats {

inline std::vector<CodeStream> streams_of(const reference::Table& table, const std::string& stream,
                                          const std::string& code, const std::vector<std::string>& codes) {
  std::map<std::string, CodeStream> by_stream;  // positions rise in the file
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto at = std::find(codes.begin(), codes.end(), table.text(code)[row]);
    by_stream[table.text(stream)[row]].push_back(
        at == codes.end() ? no_code : static_cast<std::uint16_t>(at - codes.begin()));
  }
  std::vector<CodeStream> streams;
  for (auto& [name, codes_of] : by_stream) streams.push_back(std::move(codes_of));
  return streams;
}

/// A stream by its transition shares.
inline CodeStream planted_stream(const std::vector<std::vector<double>>& transition, std::size_t length,
                                 const RandomKey& key) {
  CodeStream stream{static_cast<std::uint16_t>(random_below(key, 0, transition.size()))};
  while (stream.size() < length) {
    double left = random_uniform(key, stream.size());
    const auto& row = transition[stream.back()];
    std::size_t next = 0;
    while (next + 1 < row.size() && left >= row[next]) left -= row[next++];
    while (row[next] == 0) --next;
    stream.push_back(static_cast<std::uint16_t>(next));
  }
  return stream;
}

}  // namespace securebase::stats
