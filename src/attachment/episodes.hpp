#pragma once
// What a person's coded relationship episodes hold in common: how much of what was told has a wish or a
// response in it, how varied responses are, how many of them are positive, and whether the later episodes
// differ from the earlier ones. Shares of what was told, with their intervals; never a verdict on a person.
//
// Pervasiveness, positive share and the fall of the main negative responses are those of the core conflictual
// relationship theme method (Luborsky & Crits-Christoph 1998); flexibility as entropy is used beside it
// (Cierpka et al. 1998) [M]. Intervals are ours: each episode counts as one observation.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/instant.hpp"
#include "base/result.hpp"
#include "stats/category_spread.hpp"

namespace securebase::attachment {

enum class Tone { positive, negative, mixed };

/// Wish, response of other, response of self: the order everywhere below.
inline constexpr std::size_t episode_parts = 3;

struct CodedEpisode {
  Date told_on;
  std::array<std::vector<int>, episode_parts> clusters;  ///< numbers from 1, each once
  std::array<std::vector<int>, episode_parts> standard;  ///< likewise, of the manual's categories
  std::optional<Tone> other;                             ///< of the response of the other
  std::optional<Tone> self;
};

/// What share of the episodes has a category in it.
struct Pervasiveness {
  int number = 0;
  std::size_t episodes = 0;  ///< that have it
  double share = 0;
  Interval interval;  ///< Wilson's
};

struct PartIndices {
  std::size_t coded = 0;                ///< episodes with a cluster
  std::vector<Pervasiveness> clusters;  ///< those that occur, most often first, then by number
  std::vector<Pervasiveness> standard;  ///< likewise
  std::vector<int> most_often;          ///< clusters: one, or several that are equally often there
  std::optional<stats::CategorySpread> flexibility;  ///< of the clusters; nothing: none is coded
};

/// Of all responses whose tone was noted.
struct PositiveShare {
  std::size_t positive = 0;
  std::size_t mixed = 0;
  std::size_t negative = 0;
  std::size_t episodes = 0;  ///< that they come from
  double share = 0;          ///< positive of all three
  Interval interval;  ///< Wilson's, as of so many episodes: two responses of one episode are one observation
};

struct EpisodeIndices {
  std::size_t episodes = 0;
  std::array<PartIndices, episode_parts> parts;
  std::optional<PositiveShare> positive;  ///< nothing: no tone was noted
  /// The cluster that is most often there where the response was negative: of other, of self.
  std::optional<int> main_negative_other;
  std::optional<int> main_negative_self;
};

/// Later less earlier.
struct ShareChange {
  double earlier = 0;
  double later = 0;
  double difference = 0;
  Interval interval;  ///< Newcombe's (1998, method 10)
};

struct SpreadChange {
  double earlier = 0;  ///< evenness
  double later = 0;
  double difference = 0;
  std::optional<Interval> interval;  ///< normal; nothing where neither part varies
};

struct ClusterChange {
  std::size_t part = 0;  ///< 0 wish, 1 response of other, 2 response of self
  int number = 0;
  bool main_negative = false;
  ShareChange change;
};

struct EpisodeChange {
  Date earlier_from;
  Date earlier_to;
  Date later_from;
  Date later_to;
  std::size_t earlier = 0;  ///< episodes
  std::size_t later = 0;
  /// The cluster that is most often there in each part, and the main negative responses: chosen over all
  /// episodes, since one that was chosen for being frequent among the earlier ones would fall by itself.
  std::vector<ClusterChange> clusters;
  std::optional<ShareChange> positive;
  std::array<std::optional<SpreadChange>, episode_parts> flexibility;
};

inline constexpr std::size_t fewest_in_a_part = 5;  ///< [D]: fewer say nothing about a change

/// `clusters`: how many there are of each part. Whether there are enough episodes is for who asks. Errors
/// (bad_data): "episodes.none"; "episodes.cluster" (a number that is not there).
[[nodiscard]] Result<EpisodeIndices> episode_indices(std::span<const CodedEpisode> episodes,
                                                     const std::array<std::size_t, episode_parts>& clusters);

/// Those told before a day against those from it on; without a day the earlier half against the later, of an
/// odd number the middle one being later. Nothing where a part has fewer than fewest_in_a_part.
[[nodiscard]] Result<std::optional<EpisodeChange>> episode_change(
    std::span<const CodedEpisode> episodes, const std::array<std::size_t, episode_parts>& clusters,
    const std::optional<Date>& later_from);

}  // namespace securebase::attachment
