#include "stats/random_stream.hpp"

#include <stdexcept>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

constexpr int rounds = 10;
constexpr std::uint32_t multiplier_0 = 0xD2511F53;
constexpr std::uint32_t multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9;               // golden ratio
constexpr std::uint32_t weyl_1 = 0xBB67AE85;               // sqrt(3) - 1
constexpr std::uint64_t of_parts = 0x5EC0'4EBA'5E00'0001;  // keeps names of streams apart from their numbers

constexpr std::uint32_t low(std::uint64_t value) {
  return static_cast<std::uint32_t>(value);
}
constexpr std::uint32_t high(std::uint64_t value) {
  return static_cast<std::uint32_t>(value >> 32U);
}

std::uint64_t bits(std::uint64_t seed, std::uint64_t stream, std::uint64_t n) {
  const auto words = philox4x32({low(n), high(n), low(stream), high(stream)}, {low(seed), high(seed)});
  return std::uint64_t{words[1]} << 32U | words[0];
}

}  // namespace

// A round, L and R of Salmon et al. (2011), section 4.3:
//   (hi0, lo0) = M0 c0,  (hi1, lo1) = M1 c2
//   c' = (hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0),  k' = (k0 + W0, k1 + W1)
PhiloxCounter philox4x32(PhiloxCounter counter, PhiloxKey key) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t product_0 = std::uint64_t{multiplier_0} * counter[0];
    const std::uint64_t product_1 = std::uint64_t{multiplier_1} * counter[2];
    counter = {high(product_1) ^ counter[1] ^ key[0], low(product_1), high(product_0) ^ counter[3] ^ key[1],
               low(product_0)};
    key = {low(std::uint64_t{key[0]} + weyl_0), low(std::uint64_t{key[1]} + weyl_1)};
  }
  return counter;
}

RandomKey RandomKey::part(std::uint64_t n) const {
  return {seed, bits(seed ^ of_parts, stream, n)};
}

double random_uniform(const RandomKey& key, std::uint64_t n) {
  constexpr double steps = 4503599627370496.0;  // 2^52: adding one half stays exact
  return (static_cast<double>(bits(key.seed, key.stream, n) >> 12U) + 0.5) / steps;
}

double random_normal(const RandomKey& key, std::uint64_t n) {
  return normal_quantile(random_uniform(key, n));
}

std::uint64_t random_below(const RandomKey& key, std::uint64_t n, std::uint64_t below) {
  if (below == 0) throw std::domain_error("random_below: nothing is below 0");
  return bits(key.seed, key.stream, n) % below;
}

}  // namespace securebase::stats
