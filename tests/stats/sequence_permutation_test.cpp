#include "stats/sequence_permutation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "streams.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<CodeStream> several(const std::vector<std::vector<double>>& transition, std::size_t streams,
                                std::size_t length, const RandomKey& key) {
  std::vector<CodeStream> all;
  for (std::uint64_t s = 0; s < streams; ++s) all.push_back(planted_stream(transition, length, key.part(s)));
  return all;
}

TEST(SequencePermutation, a_planted_transition_is_found) {
  const auto streams = several({{.2, .6, .2}, {.34, .33, .33}, {.34, .33, .33}}, 8, 50, {21, 0});
  const auto found = *permute_within(streams, 3, 1, Repeats::allowed, 499, {22, 0});
  EXPECT_LT(found.p(0, 1), 0.01);
  EXPECT_LT(found.p_adjusted(0, 1), 0.01);
  EXPECT_GT(*found.z[0][1], 4);
  EXPECT_LT(found.p_any, 0.01);
  EXPECT_NEAR(*found.z[0][1], *lag_table(streams, 3, 1)->adjusted[0][1], 0.6);
}

TEST(SequencePermutation, the_same_key_gives_the_same_numbers) {
  const auto streams = several({{.5, .5}, {.5, .5}}, 3, 30, {23, 0});
  const auto one = *permute_within(streams, 2, 1, Repeats::allowed, 199, {24, 0});
  const auto two = *permute_within(streams, 2, 1, Repeats::allowed, 199, {24, 0});
  EXPECT_EQ(one.p, two.p);
  EXPECT_EQ(one.mean, two.mean);
  EXPECT_NE(one.mean, permute_within(streams, 2, 1, Repeats::allowed, 199, {25, 0})->mean);
}

// Streams that differ in what they are made of look dependent when pooled; shuffled within streams they do
// not.
TEST(SequencePermutation, streams_made_of_different_codes_are_no_sequence) {
  auto streams = several({{.9, .1}, {.9, .1}}, 5, 60, {26, 0});
  const auto others = several({{.1, .9}, {.1, .9}}, 5, 60, {27, 0});
  streams.insert(streams.end(), others.begin(), others.end());
  EXPECT_GT(*lag_table(streams, 2, 1)->adjusted[0][0], 5);
  EXPECT_GT(permute_within(streams, 2, 1, Repeats::allowed, 499, {28, 0})->p_any, 0.05);
}

TEST(SequencePermutation, without_repeats_none_are_made) {
  const auto streams = several({{0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}}, 6, 60, {29, 0});
  const auto found = *permute_within(streams, 3, 1, Repeats::impossible, 499, {30, 0});
  const auto table = *lag_table(streams, 3, 1, Repeats::impossible);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.mean(i, i), 0);
    EXPECT_FALSE(found.z[i][i]);
    for (std::size_t j = 0; j < 3; ++j)
      if (i != j) {
        EXPECT_NEAR(found.mean(i, j), table.expected(i, j), 3);
      }
  }
  EXPECT_GT(found.p_any, 0.01);
}

/// How often 5 % is called.
template <class Draw>
double called(std::size_t samples, const Draw& p_of) {
  double count = 0;
  for (std::uint64_t s = 0; s < samples; ++s) count += p_of(s) <= 0.05 ? 1 : 0;
  return count / static_cast<double>(samples);
}

TEST(CoverageOf, permutations_within_streams_call_one_in_twenty_by_chance) {
  const std::size_t n = samples(40);
  for (const Repeats repeats : {Repeats::allowed, Repeats::impossible}) {
    const auto transition = repeats == Repeats::allowed
                                ? std::vector<std::vector<double>>(3, {.5, .3, .2})
                                : std::vector<std::vector<double>>{{0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}};
    const double share = called(n, [&](std::uint64_t s) {
      const auto streams = several(transition, 4, 30, RandomKey{31, 0}.part(s));
      return permute_within(streams, 3, 1, repeats, 99, RandomKey{32, 0}.part(s))->p_any;
    });
    std::printf("[ COVERAGE ] | permutation %s | called by chance %.3f of %zu |\n",
                repeats == Repeats::allowed ? "within streams" : "without repeats", share, n);
    EXPECT_NEAR(share, 0.05, 4 * std::sqrt(0.05 * 0.95 / static_cast<double>(n)));
  }
}

/// Two members who both do less of it as time goes on, and have nothing to do with each other but for `pull`.
struct Members {
  std::vector<CodeStream> first, second;
};
Members members(std::size_t couples, double pull, const RandomKey& key) {
  Members all;
  for (std::uint64_t c = 0; c < couples; ++c) {
    CodeStream a{1}, b{1};
    for (std::uint64_t t = 1; t < 48; ++t) {
      const double trend = 0.8 - 0.05 * static_cast<double>(t);
      const double p = 1 / (1 + std::exp(-trend - 1.0 * a.back()));
      const double q = 1 / (1 + std::exp(-trend - 1.0 * b.back() - pull * a.back()));
      a.push_back(random_uniform(key.part(c), 2 * t) < p ? 1 : 0);
      b.push_back(random_uniform(key.part(c), 2 * t + 1) < q ? 1 : 0);
    }
    all.first.push_back(a);
    all.second.push_back(b);
  }
  return all;
}

TEST(CoverageOf, partners_who_share_nothing_but_the_time_are_called_one_in_twenty) {
  const std::size_t n = samples(40);
  const double share = called(n, [&](std::uint64_t s) {
    const auto m = members(20, 0, RandomKey{33, 0}.part(s));
    return permute_partners(m.first, m.second, 2, 1, 99, RandomKey{34, 0}.part(s))->p_any;
  });
  std::printf("[ COVERAGE ] | permutation of partners | called by chance %.3f of %zu |\n", share, n);
  EXPECT_NEAR(share, 0.05, 4 * std::sqrt(0.05 * 0.95 / static_cast<double>(n)));
}

TEST(SequencePermutation, what_partners_have_to_do_with_each_other_is_found) {
  const auto m = members(40, 1.5, {35, 0});
  const auto found = *permute_partners(m.first, m.second, 2, 1, 499, {36, 0});
  EXPECT_LT(found.p(1, 1), 0.01);
  // The trend that both share makes the plain table say so even of people who have never met.
  const auto strangers = members(40, 0, {37, 0});
  EXPECT_GT(*cross_lag_table(strangers.first, strangers.second, 2, 1)->adjusted[1][1], 3);
  EXPECT_GT(permute_partners(strangers.first, strangers.second, 2, 1, 499, {38, 0})->p_any, 0.05);
}

TEST(SequencePermutation, errors) {
  const std::vector<CodeStream> streams{{0, 1, 0}};
  EXPECT_EQ(permute_within(streams, 2, 1, Repeats::allowed, 10, {}).error().code, "sequence.replicates");
  EXPECT_EQ(permute_within(streams, 2, 9, Repeats::allowed, 99, {}).error().code, "sequence.no_pairs");
  EXPECT_EQ(permute_partners(streams, streams, 2, 1, 99, {}).error().code, "sequence.pairs");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
