// What coded episodes hold in common, by hand.

#include "attachment/episodes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "stats/numbers_needed.hpp"

namespace securebase::attachment {
namespace SECUREBASE_THIS_FILE {

constexpr std::array<std::size_t, episode_parts> eight = {8, 8, 8};

Date day(int n) {
  return {2026, 1 + n / 28, 1 + n % 28};
}

/// Twelve: in the first six the other turns away (5), in four of the last six the other helps (6).
std::vector<CodedEpisode> twelve() {
  std::vector<CodedEpisode> episodes;
  for (int i = 0; i < 12; ++i) {
    CodedEpisode one;
    one.told_on = day(7 * i);
    const bool turns_away = i < 6 || i >= 10;
    one.clusters = {{{5}, {turns_away ? 5 : 6}, {turns_away ? 2 : 3}}};
    if (i == 0) one.clusters[0].push_back(6);
    one.other = turns_away ? Tone::negative : Tone::positive;
    one.self = i == 11 ? Tone::mixed : one.other;
    episodes.push_back(one);
  }
  return episodes;
}

TEST(Episodes, shares_are_of_all_episodes) {
  const auto indices = episode_indices(twelve(), eight);
  ASSERT_TRUE(indices);
  EXPECT_EQ(indices->episodes, 12U);
  const PartIndices& wish = indices->parts[0];
  ASSERT_EQ(wish.clusters.size(), 2U);
  EXPECT_EQ(wish.clusters[0].number, 5);
  EXPECT_EQ(wish.clusters[0].share, 1);
  EXPECT_EQ(wish.clusters[1].episodes, 1U);
  EXPECT_NEAR(wish.clusters[1].share, 1.0 / 12, 1e-12);
  EXPECT_EQ(wish.clusters[1].interval, stats::wilson_interval({1, 12}));
  EXPECT_EQ(wish.most_often, std::vector<int>{5});
  const PartIndices& other = indices->parts[1];
  EXPECT_EQ(other.clusters[0].number, 5);
  EXPECT_EQ(other.clusters[0].episodes, 8U);
  EXPECT_EQ(indices->main_negative_other, 5);
  EXPECT_EQ(indices->main_negative_self, 2);
}

TEST(Episodes, positive_responses_are_counted_with_the_error_of_episodes) {
  const auto indices = episode_indices(twelve(), eight);
  ASSERT_TRUE(indices && indices->positive);
  const PositiveShare& positive = *indices->positive;
  EXPECT_EQ(positive.positive, 8U);
  EXPECT_EQ(positive.mixed, 1U);
  EXPECT_EQ(positive.negative, 15U);
  EXPECT_EQ(positive.episodes, 12U);
  EXPECT_NEAR(positive.share, 8.0 / 24, 1e-12);
  EXPECT_EQ(positive.interval, stats::wilson_interval({4, 12}));  // wider than that of 8 of 24
}

TEST(Episodes, halves_are_compared_on_what_is_chosen_over_both) {
  const auto change = episode_change(twelve(), eight, {});
  ASSERT_TRUE(change);
  ASSERT_TRUE(*change);
  const EpisodeChange& found = **change;
  EXPECT_EQ(found.earlier, 6U);
  EXPECT_EQ(found.later, 6U);
  EXPECT_EQ(found.earlier_to, day(35));
  EXPECT_EQ(found.later_from, day(42));
  ASSERT_EQ(found.clusters.size(), 3U);  // the main negative responses are those most often there
  const ClusterChange& other = found.clusters[1];
  EXPECT_EQ(other.part, 1U);
  EXPECT_EQ(other.number, 5);
  EXPECT_TRUE(other.main_negative);
  EXPECT_EQ(other.change.earlier, 1);
  EXPECT_NEAR(other.change.later, 2.0 / 6, 1e-12);
  EXPECT_NEAR(other.change.difference, -4.0 / 6, 1e-12);
  const auto newcombe = stats::number_needed({6, 6}, {2, 6});
  ASSERT_TRUE(newcombe);
  EXPECT_EQ(other.change.interval, newcombe->risk_interval);
  EXPECT_LT(other.change.interval.upper, 0);
  ASSERT_TRUE(found.positive);
  EXPECT_EQ(found.positive->earlier, 0);
  EXPECT_NEAR(found.positive->later, 8.0 / 12, 1e-12);
  ASSERT_TRUE(found.flexibility[1]);
  EXPECT_EQ(found.flexibility[1]->earlier, 0);
  EXPECT_GT(found.flexibility[1]->later, 0);
}

TEST(Episodes, a_chosen_day_parts_them_and_few_say_nothing) {
  const auto change = episode_change(twelve(), eight, day(35));
  ASSERT_TRUE(change && *change);
  EXPECT_EQ((*change)->earlier, 5U);
  EXPECT_EQ((*change)->later_from, day(35));
  const auto few = episode_change(twelve(), eight, day(28));
  ASSERT_TRUE(few);
  EXPECT_FALSE(*few);
}

TEST(Episodes, refuses_none_and_a_cluster_that_is_not_there) {
  EXPECT_EQ(episode_indices({}, eight).error().code, "episodes.none");
  auto episodes = twelve();
  episodes[3].clusters[2] = {9};
  EXPECT_EQ(episode_indices(episodes, eight).error().code, "episodes.cluster");
}

TEST(Episodes, what_is_not_coded_is_not_zero) {
  std::vector<CodedEpisode> episodes(10);
  for (CodedEpisode& one : episodes) one.told_on = day(1);
  const auto indices = episode_indices(episodes, eight);
  ASSERT_TRUE(indices);
  EXPECT_EQ(indices->parts[0].coded, 0U);
  EXPECT_FALSE(indices->parts[0].flexibility);
  EXPECT_FALSE(indices->positive);
  EXPECT_FALSE(indices->main_negative_other);
}

RC_GTEST_PROP(Episodes, do_not_depend_on_the_order_they_come_in, ()) {
  auto episodes = twelve();
  const auto before = episode_change(episodes, eight, {});
  const auto by = *rc::gen::inRange<std::size_t>(0, episodes.size());
  std::rotate(episodes.begin(), episodes.begin() + static_cast<std::ptrdiff_t>(by), episodes.end());
  const auto after = episode_change(episodes, eight, {});
  RC_ASSERT(after->has_value());
  RC_ASSERT((*before)->clusters[1].change.difference == (*after)->clusters[1].change.difference);
  RC_ASSERT((*before)->later_from == (*after)->later_from);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::attachment
