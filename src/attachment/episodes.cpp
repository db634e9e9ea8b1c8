#include "attachment/episodes.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"
#include "stats/numbers_needed.hpp"

namespace securebase::attachment {
namespace {

using Sizes = std::array<std::size_t, episode_parts>;

constexpr double level = 0.95;
constexpr stats::RandomKey resampling{20, 11};  // fixed: the same episodes give the same interval

bool holds(const std::vector<int>& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

template <class Has>
stats::Proportion proportion(std::span<const CodedEpisode> episodes, const Has& has) {
  return {static_cast<std::size_t>(std::count_if(episodes.begin(), episodes.end(), has)), episodes.size()};
}

double share(const stats::Proportion& proportion) {
  return static_cast<double>(proportion.with) / static_cast<double>(proportion.of);
}

using Codes = std::array<std::vector<int>, episode_parts> CodedEpisode::*;

std::vector<Pervasiveness> pervasiveness(std::span<const CodedEpisode> episodes, Codes codes,
                                         std::size_t part) {
  std::map<int, std::size_t> counts;
  for (const CodedEpisode& episode : episodes)
    for (const int number : (episode.*codes)[part]) ++counts[number];
  std::vector<Pervasiveness> found;
  found.reserve(counts.size());
  for (const auto& [number, count] : counts) {
    const stats::Proportion of{count, episodes.size()};
    found.push_back({number, count, share(of), stats::wilson_interval(of, level)});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Pervasiveness& a, const Pervasiveness& b) { return a.episodes > b.episodes; });
  return found;
}

std::optional<stats::CategorySpread> spread(std::span<const CodedEpisode> episodes, std::size_t part,
                                            std::size_t clusters) {
  std::vector<std::vector<std::size_t>> occasions;
  occasions.reserve(episodes.size());
  for (const CodedEpisode& episode : episodes) {
    std::vector<std::size_t>& occasion = occasions.emplace_back();
    occasion.reserve(episode.clusters[part].size());
    for (const int number : episode.clusters[part]) occasion.push_back(static_cast<std::size_t>(number - 1));
  }
  const auto found = stats::category_spread(occasions, clusters, resampling.part(part), level);
  return found ? std::optional(*found) : std::nullopt;
}

PartIndices part_indices(std::span<const CodedEpisode> episodes, std::size_t part, std::size_t clusters) {
  PartIndices indices;
  indices.coded =
      proportion(episodes, [&](const CodedEpisode& one) { return !one.clusters[part].empty(); }).with;
  indices.clusters = pervasiveness(episodes, &CodedEpisode::clusters, part);
  indices.standard = pervasiveness(episodes, &CodedEpisode::standard, part);
  for (const Pervasiveness& cluster : indices.clusters)
    if (cluster.episodes == indices.clusters.front().episodes) indices.most_often.push_back(cluster.number);
  indices.flexibility = spread(episodes, part, clusters);
  return indices;
}

std::optional<PositiveShare> positive_share(std::span<const CodedEpisode> episodes) {
  PositiveShare found;
  for (const CodedEpisode& episode : episodes) {
    if (episode.other || episode.self) ++found.episodes;
    for (const auto& tone : {episode.other, episode.self}) {
      if (!tone) continue;
      ++(*tone == Tone::positive ? found.positive : *tone == Tone::mixed ? found.mixed : found.negative);
    }
  }
  const std::size_t all = found.positive + found.mixed + found.negative;
  if (all == 0) return std::nullopt;
  found.share = share({found.positive, all});
  // As if each episode had one response: what two responses of one encounter share is not counted twice.
  const auto as_episodes =
      static_cast<std::size_t>(std::lround(found.share * static_cast<double>(found.episodes)));
  found.interval = stats::wilson_interval({as_episodes, found.episodes}, level);
  found.interval.lower = std::min(found.interval.lower, found.share);
  found.interval.upper = std::max(found.interval.upper, found.share);
  return found;
}

/// Most often there where the response was negative; the lowest number of several.
std::optional<int> main_negative(std::span<const CodedEpisode> episodes, std::size_t part,
                                 std::optional<Tone> CodedEpisode::*tone) {
  std::map<int, std::size_t> counts;
  for (const CodedEpisode& episode : episodes)
    if (episode.*tone == Tone::negative)
      for (const int number : episode.clusters[part]) ++counts[number];
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? std::nullopt : std::optional(most->first);
}

Result<bool> check(std::span<const CodedEpisode> episodes, const Sizes& clusters) {
  if (episodes.empty()) return fail(ErrorKind::bad_data, "episodes.none", "one episode at least");
  for (const CodedEpisode& episode : episodes)
    for (std::size_t part = 0; part < episode_parts; ++part)
      for (const int number : episode.clusters[part])
        if (number < 1 || static_cast<std::size_t>(number) > clusters[part])
          return fail(ErrorKind::bad_data, "episodes.cluster", "the number of a cluster that is there");
  return true;
}

ShareChange share_change(const stats::Proportion& earlier, const stats::Proportion& later) {
  ShareChange change{share(earlier), share(later), 0, {}};
  change.difference = change.later - change.earlier;
  if (const auto found = stats::number_needed(earlier, later, level)) change.interval = found->risk_interval;
  return change;
}

struct Halves {
  std::vector<CodedEpisode> earlier;
  std::vector<CodedEpisode> later;
};

Halves halves(std::span<const CodedEpisode> episodes, const std::optional<Date>& later_from) {
  std::vector<CodedEpisode> sorted(episodes.begin(), episodes.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const CodedEpisode& a, const CodedEpisode& b) { return a.told_on < b.told_on; });
  auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  if (later_from)
    middle = std::find_if(sorted.begin(), sorted.end(),
                          [&](const CodedEpisode& one) { return !(one.told_on < *later_from); });
  return {{sorted.begin(), middle}, {middle, sorted.end()}};
}

ClusterChange cluster_change(const Halves& of, std::size_t part, int number, bool main_negative) {
  const auto has = [&](const CodedEpisode& one) { return holds(one.clusters[part], number); };
  return {part, number, main_negative, share_change(proportion(of.earlier, has), proportion(of.later, has))};
}

std::vector<ClusterChange> cluster_changes(const Halves& of, const EpisodeIndices& all) {
  std::vector<ClusterChange> changes;
  for (std::size_t part = 0; part < episode_parts; ++part) {
    const std::optional<int> negative = part == 1   ? all.main_negative_other
                                        : part == 2 ? all.main_negative_self
                                                    : std::nullopt;
    const std::vector<int>& most = all.parts[part].most_often;
    if (!most.empty()) changes.push_back(cluster_change(of, part, most.front(), negative == most.front()));
    if (negative && (most.empty() || *negative != most.front()))
      changes.push_back(cluster_change(of, part, *negative, true));
  }
  return changes;
}

std::optional<ShareChange> positive_change(const Halves& of) {
  const auto earlier = positive_share(of.earlier);
  const auto later = positive_share(of.later);
  if (!earlier || !later) return std::nullopt;
  const auto as_episodes = [](const PositiveShare& one) {
    return stats::Proportion{
        static_cast<std::size_t>(std::lround(one.share * static_cast<double>(one.episodes))), one.episodes};
  };
  ShareChange change = share_change(as_episodes(*earlier), as_episodes(*later));
  change.earlier = earlier->share;
  change.later = later->share;
  change.difference = change.later - change.earlier;
  change.interval.lower = std::min(change.interval.lower, change.difference);
  change.interval.upper = std::max(change.interval.upper, change.difference);
  return change;
}

std::optional<SpreadChange> spread_change(const Halves& of, std::size_t part, std::size_t clusters) {
  const auto earlier = spread(of.earlier, part, clusters);
  const auto later = spread(of.later, part, clusters);
  if (!earlier || !later) return std::nullopt;
  SpreadChange change{earlier->evenness, later->evenness, later->evenness - earlier->evenness, {}};
  const double error = std::hypot(earlier->std_error.value_or(0), later->std_error.value_or(0));
  if (error > 0) {
    const double reach = stats::normal_quantile(0.5 + level / 2) * error;
    change.interval =
        Interval{std::max(-1.0, change.difference - reach), std::min(1.0, change.difference + reach), level};
  }
  return change;
}

}  // namespace

Result<EpisodeIndices> episode_indices(std::span<const CodedEpisode> episodes, const Sizes& clusters) {
  if (auto fits = check(episodes, clusters); !fits) return tl::unexpected(fits.error());
  EpisodeIndices indices;
  indices.episodes = episodes.size();
  for (std::size_t part = 0; part < episode_parts; ++part)
    indices.parts[part] = part_indices(episodes, part, clusters[part]);
  indices.positive = positive_share(episodes);
  indices.main_negative_other = main_negative(episodes, 1, &CodedEpisode::other);
  indices.main_negative_self = main_negative(episodes, 2, &CodedEpisode::self);
  return indices;
}

Result<std::optional<EpisodeChange>> episode_change(std::span<const CodedEpisode> episodes,
                                                    const Sizes& clusters,
                                                    const std::optional<Date>& later_from) {
  const auto all = episode_indices(episodes, clusters);
  if (!all) return tl::unexpected(all.error());
  const Halves of = halves(episodes, later_from);
  if (of.earlier.size() < fewest_in_a_part || of.later.size() < fewest_in_a_part)
    return std::optional<EpisodeChange>();
  EpisodeChange change;
  change.earlier_from = of.earlier.front().told_on;
  change.earlier_to = of.earlier.back().told_on;
  change.later_from = of.later.front().told_on;
  change.later_to = of.later.back().told_on;
  change.earlier = of.earlier.size();
  change.later = of.later.size();
  change.clusters = cluster_changes(of, *all);
  change.positive = positive_change(of);
  for (std::size_t part = 0; part < episode_parts; ++part)
    change.flexibility[part] = spread_change(of, part, clusters[part]);
  return std::optional(change);
}

}  // namespace securebase::attachment
