#include "stats/event_alignment.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<TimedCode> any_events(std::size_t most, std::int64_t until) {
  std::vector<TimedCode> events(*rc::gen::inRange<std::size_t>(0, most));
  for (TimedCode& event : events)
    event = {*rc::gen::inRange<std::size_t>(0, 2), *rc::gen::inRange<std::int64_t>(0, until)};
  return events;
}

/// As many pairs of the same code as there can be, trying everything.
std::size_t most_pairs(const std::vector<TimedCode>& a, const std::vector<TimedCode>& b,
                       std::int64_t tolerance) {
  std::function<std::size_t(std::size_t, unsigned)> from = [&](std::size_t i, unsigned taken) -> std::size_t {
    if (i == a.size()) return 0;
    std::size_t best = from(i + 1, taken);
    for (std::size_t j = 0; j < b.size(); ++j)
      if ((taken & (1U << j)) == 0 && a[i].code == b[j].code && std::abs(a[i].at - b[j].at) <= tolerance)
        best = std::max(best, 1 + from(i + 1, taken | (1U << j)));
    return best;
  };
  return from(0, 0);
}

RC_GTEST_PROP(EventAlignment, pairs_as_many_as_there_can_be, ()) {
  const auto a = any_events(7, 20), b = any_events(7, 20);
  const auto tolerance = *rc::gen::inRange<std::int64_t>(0, 8);
  RC_ASSERT(align_events(a, b, tolerance).same.size() == most_pairs(a, b, tolerance));
}

RC_GTEST_PROP(EventAlignment, a_wider_tolerance_never_pairs_fewer, ()) {
  const auto a = any_events(60, 200), b = any_events(60, 200);
  std::size_t before = 0;
  for (std::int64_t tolerance = 0; tolerance < 30; tolerance += 3) {
    const std::size_t now = align_events(a, b, tolerance).same.size();
    RC_ASSERT(now >= before);
    before = now;
  }
}

RC_GTEST_PROP(EventAlignment, everything_is_told_once, ()) {
  const auto a = any_events(40, 100), b = any_events(40, 100);
  const auto aligned = align_events(a, b, 4);
  std::multiset<std::size_t> first(aligned.only_first.begin(), aligned.only_first.end());
  std::multiset<std::size_t> second(aligned.only_second.begin(), aligned.only_second.end());
  for (const auto* pairs : {&aligned.same, &aligned.different})
    for (const EventPair& pair : *pairs) {
      first.insert(pair.first);
      second.insert(pair.second);
      RC_ASSERT(pair.offset == b[pair.second].at - a[pair.first].at);
      RC_ASSERT(std::abs(pair.offset) <= 4);
      RC_ASSERT((a[pair.first].code == b[pair.second].code) == (pairs == &aligned.same));
    }
  RC_ASSERT(first.size() == a.size() && std::set(first.begin(), first.end()).size() == a.size());
  RC_ASSERT(second.size() == b.size() && std::set(second.begin(), second.end()).size() == b.size());
}

// The nearest first would pair 10 with 11 and leave 8 and 13 alone.
TEST(EventAlignment, more_pairs_come_before_nearer_ones) {
  const std::vector<TimedCode> a{{0, 8}, {0, 10}}, b{{0, 10}, {0, 12}};
  const auto aligned = align_events(a, b, 2);
  ASSERT_EQ(aligned.same.size(), 2U);
  EXPECT_EQ(aligned.same[0], (EventPair{0, 0, 2}));
  EXPECT_EQ(aligned.same[1], (EventPair{1, 1, 2}));
}

TEST(EventAlignment, of_as_many_pairs_the_nearest_are_taken) {
  const std::vector<TimedCode> a{{0, 10}}, b{{0, 8}, {0, 11}};
  const auto aligned = align_events(a, b, 3);
  ASSERT_EQ(aligned.same.size(), 1U);
  EXPECT_EQ(aligned.same[0].second, 1U);
  EXPECT_EQ(aligned.only_second, std::vector<std::size_t>{0});
}

TEST(EventAlignment, what_one_called_otherwise_is_paired_after_that) {
  const std::vector<TimedCode> a{{0, 10}, {1, 30}}, b{{1, 11}, {1, 31}};
  const auto aligned = align_events(a, b, 2);
  EXPECT_EQ(aligned.same, (std::vector<EventPair>{{1, 1, 1}}));
  EXPECT_EQ(aligned.different, (std::vector<EventPair>{{0, 0, 1}}));
}

// Long enough that the earliest are taken without looking for the nearest.
TEST(EventAlignment, long_runs_are_paired_too) {
  std::vector<TimedCode> a, b;
  for (std::int64_t k = 0; k < 5000; ++k) {
    a.push_back({0, 10 * k});
    b.push_back({0, 10 * k + 9});
  }
  EXPECT_EQ(align_events(a, b, 15).same.size(), 5000U);
}

TEST(EventAlignment, nothing_and_a_tolerance_below_zero) {
  EXPECT_TRUE(align_events({}, {}, 5).same.empty());
  EXPECT_THROW((void)align_events({}, {}, -1), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
