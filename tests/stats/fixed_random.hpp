#pragma once
// Random numbers that are the same everywhere: SplitMix64 (Steele, Lea & Flood 2014), normals by inversion.

#include <cstdint>

#include "stats/distributions.hpp"

namespace securebase::stats {

class FixedRandom {
 public:
  explicit FixedRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }

  /// Strictly between 0 and 1.
  double uniform() { return (static_cast<double>(bits() >> 11U) + 0.5) / 9007199254740992.0; }
  double normal() { return normal_quantile(uniform()); }

 private:
  std::uint64_t state_;
};

}  // namespace securebase::stats
