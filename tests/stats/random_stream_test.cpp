#include "stats/random_stream.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <vector>

#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// The known answers that come with the authors' library Random123 (kat_vectors, philox4x32 10).
TEST(RandomStream, is_philox_as_published) {
  constexpr std::uint32_t ones = 0xFFFFFFFF;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (PhiloxCounter{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}));
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (PhiloxCounter{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}));
  EXPECT_EQ(philox4x32({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, {0xA4093822, 0x299F31D0}),
            (PhiloxCounter{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}));
}

TEST(RandomStream, gives_the_same_whatever_came_before) {
  const RandomKey key{7, 0};
  const double later = random_uniform(key, 1000);
  for (std::uint64_t n = 0; n < 1000; ++n) (void)random_uniform(key, n);
  EXPECT_EQ(random_uniform(key, 1000), later);
  EXPECT_NE(random_uniform(key, 999), later);
  EXPECT_NE(random_uniform({8, 0}, 1000), later);
}

TEST(RandomStream, has_parts_of_their_own) {
  const RandomKey key{7, 0};
  std::set<std::uint64_t> streams;
  for (std::uint64_t n = 0; n < 1000; ++n) {
    streams.insert(key.part(n).stream);
    streams.insert(key.part(0).part(n).stream);
  }
  EXPECT_EQ(streams.size(), 2000U);
  EXPECT_EQ(key.part(3), key.part(3));
}

TEST(RandomStream, is_uniform_and_normal) {
  const std::size_t n = 100'000;
  std::vector<double> uniform(n);
  std::vector<double> before(n);
  std::vector<double> normal(n);
  std::vector<double> part(n);
  for (std::size_t i = 0; i < n; ++i) {
    uniform[i] = random_uniform({1, 2}, i);
    before[i] = random_uniform({1, 2}, i + 1);
    normal[i] = random_normal({1, 3}, i);
    part[i] = random_uniform(RandomKey{1, 2}.part(0), i);
    ASSERT_GT(uniform[i], 0);
    ASSERT_LT(uniform[i], 1);
  }
  // Four standard errors and more.
  EXPECT_NEAR(summarise(uniform)->mean, 0.5, 0.004);
  EXPECT_NEAR(*summarise(uniform)->sd, 0.288675, 0.002);
  EXPECT_NEAR(summarise(normal)->mean, 0, 0.013);
  EXPECT_NEAR(*summarise(normal)->sd, 1, 0.009);
  EXPECT_NEAR(*pearson_r(uniform, before), 0, 0.013);
  EXPECT_NEAR(*pearson_r(uniform, part), 0, 0.013);
}

TEST(RandomStream, counts_from_0_to_below) {
  std::vector<int> seen(6);
  for (std::uint64_t n = 0; n < 6000; ++n) ++seen.at(random_below({5, 5}, n, 6));
  for (const int times : seen) EXPECT_NEAR(times, 1000, 130);
  EXPECT_THROW((void)random_below({5, 5}, 0, 0), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
