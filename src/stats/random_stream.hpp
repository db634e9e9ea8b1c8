#pragma once
// Random numbers by their place: each is computed from a key and its number alone, so that nothing depends on
// who asks first or on threads. Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror & Shaw 2011,
// Parallel random numbers: as easy as 1, 2, 3, SC11, section 4.3). For simulations; not for secrets.

#include <array>
#include <cstdint>

namespace securebase::stats {

using PhiloxCounter = std::array<std::uint32_t, 4>;
using PhiloxKey = std::array<std::uint32_t, 2>;

/// Ten rounds of Philox on four 32-bit words.
[[nodiscard]] PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key);

/// A stream of random numbers, from 0 to 2^64 - 1. `seed` is Philox's key, `stream` half of its counter.
struct RandomKey {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;

  /// A stream of its own for the n-th part of what this one is for. Two parts have the same by chance alone
  /// (64 bits).
  [[nodiscard]] RandomKey part(std::uint64_t n) const;

  bool operator==(const RandomKey&) const = default;
};

/// The n-th of the stream, uniform, strictly between 0 and 1, with 52 random bits.
[[nodiscard]] double random_uniform(const RandomKey& key, std::uint64_t n);
/// The n-th of the stream, standard normal, by inversion.
[[nodiscard]] double random_normal(const RandomKey& key, std::uint64_t n);
/// The n-th of the stream, from 0 to below - 1, each as often but for 1 part in 2^64 / below. `below` is not
/// 0: std::domain_error.
[[nodiscard]] std::uint64_t random_below(const RandomKey& key, std::uint64_t n, std::uint64_t below);

}  // namespace securebase::stats
