#include "service/episode.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "attachment/episodes.hpp"
#include "catalog/episode_coding.hpp"
#include "service/course.hpp"

namespace securebase::service {
namespace {

using attachment::CodedEpisode;
using catalog::EpisodeCoding;
using catalog::EpisodeComponent;

constexpr std::size_t most_codes = 12;  // of one component in one episode
constexpr const char* limits =
    "It counts what was told and how it was coded. It is no test, no type and no verdict, and whoever codes "
    "alone may see what they expect.";

Place at(std::string name) {
  return {"", 0, 0, std::move(name)};
}

// "c5,c6,11": clusters, then standard categories

std::string text_of(const NewCodes& codes) {
  std::vector<std::string> parts;
  parts.reserve(codes.clusters.size() + codes.standard.size());
  for (const int number : codes.clusters) parts.push_back(fmt::format("c{}", number));
  for (const int number : codes.standard) parts.push_back(std::to_string(number));
  return fmt::format("{}", fmt::join(parts, ","));
}

CodesView codes_of(std::string_view text) {
  CodesView codes;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    const bool is_cluster = part.starts_with('c');
    if (is_cluster) part.remove_prefix(1);
    int number = 0;
    if (std::from_chars(part.data(), part.data() + part.size(), number).ec != std::errc()) continue;
    (is_cluster ? codes.clusters : codes.standard).push_back(number);
  }
  return codes;
}

EpisodeView view_of(const RelationshipEpisode& one) {
  EpisodeView view;
  view.id = one.id;
  view.figure = one.figure;
  view.told_on = one.told_on;
  view.account = one.account;
  view.wish = codes_of(one.wishes);
  view.response_of_other = codes_of(one.responses_of_other);
  view.response_of_self = codes_of(one.responses_of_self);
  view.other_valence = one.other_valence;
  view.self_valence = one.self_valence;
  view.coded_by = one.coded_by;
  view.noted_at = one.noted_at;
  return view;
}

std::optional<attachment::Tone> tone_of(const std::optional<Valence>& valence) {
  if (!valence) return std::nullopt;
  return static_cast<attachment::Tone>(*valence);  // the same words in the same order
}

/// Clusters that the coding of today does not have are left out: a practice's own may have fewer.
CodedEpisode coded(const RelationshipEpisode& one, const EpisodeCoding& coding) {
  CodedEpisode result;
  result.told_on = one.told_on;
  const std::string* texts[] = {&one.wishes, &one.responses_of_other, &one.responses_of_self};
  for (std::size_t part = 0; part < attachment::episode_parts; ++part) {
    const CodesView codes = codes_of(*texts[part]);
    for (const int number : codes.clusters)
      if (number >= 1 && static_cast<std::size_t>(number) <= coding.components[part].clusters.size())
        result.clusters[part].push_back(number);
    result.standard[part] = codes.standard;
  }
  result.other = tone_of(one.other_valence);
  result.self = tone_of(one.self_valence);
  return result;
}

std::array<std::size_t, attachment::episode_parts> sizes_of(const EpisodeCoding& coding) {
  std::array<std::size_t, attachment::episode_parts> sizes{};
  for (std::size_t part = 0; part < sizes.size(); ++part)
    sizes[part] = coding.components[part].clusters.size();
  return sizes;
}

std::string label_of(const EpisodeComponent& component, int number) {
  for (const catalog::EpisodeCluster& cluster : component.clusters)
    if (cluster.number == number) return cluster.label;
  return "";
}

// What is said in words

long percent(double share) {
  return std::lround(100 * share);
}
std::string with_interval(double share, double lower, double upper) {
  return fmt::format("{} %, likely {} to {} %", percent(share), percent(lower), percent(upper));
}

FindingView theme_of(const EpisodeComponent& component, const EpisodeShare& share, std::size_t episodes,
                     std::size_t equally) {
  return {"episodes.theme",
          fmt::format("{}: “{}” in {} of {} episodes ({}){}.", component.name, share.label, share.episodes,
                      episodes, with_interval(share.share, share.lower, share.upper),
                      equally > 1 ? fmt::format("; {} others equally often", equally - 1) : ""),
          "Share of the episodes with Wilson's interval (1927), as if each told something of its own. The "
          "words for "
          "the cluster are ours, the cluster is from memory (unverified).",
          limits};
}

std::string where_of(const EpisodeDifference& one, const EpisodeCoding& coding) {
  if (one.what == EpisodeIndex::positive) return "Positive responses";
  const auto component = std::find_if(coding.components.begin(), coding.components.end(),
                                      [&](const EpisodeComponent& each) { return each.id == one.part; });
  const std::string name = component == coding.components.end() ? one.part : component->name;
  return fmt::format("{}: “{}”", name, one.label);
}

FindingView change_of(const EpisodeDifference& one, const EpisodeCoding& coding) {
  return {"episodes.change",
          fmt::format("{}: {} % of the earlier episodes, {} % of the later ones; {}.", where_of(one, coding),
                      percent(one.earlier), percent(one.later),
                      one.beyond_error ? "more than chance alone would give in 95 of 100 such comparisons"
                                       : "no more than chance alone may give"),
          fmt::format(
              "A difference of {} points, likely {} to {} (Newcombe 1998). What is compared was chosen over "
              "all episodes.",
              percent(one.difference), percent(one.lower.value_or(0)), percent(one.upper.value_or(0))),
          "When, not why: other figures, other situations and another way of coding change it too."};
}

// From values to views

EpisodeShare view_of(const attachment::Pervasiveness& one, std::string label) {
  return {one.number, std::move(label),   static_cast<std::int64_t>(one.episodes),
          one.share,  one.interval.lower, one.interval.upper};
}

EpisodePart view_of(const attachment::PartIndices& part, const EpisodeComponent& component) {
  EpisodePart view;
  view.id = component.id;
  view.name = component.name;
  view.coded = static_cast<std::int64_t>(part.coded);
  view.clusters.reserve(part.clusters.size());
  view.standard.reserve(part.standard.size());
  for (const auto& one : part.clusters)
    view.clusters.push_back(view_of(one, label_of(component, one.number)));
  for (const auto& one : part.standard) view.standard.push_back(view_of(one, ""));
  view.most_often = part.most_often;
  if (const auto& spread = part.flexibility) {
    view.flexibility = FlexibilityView{spread->evenness, spread->effective, {}, {}};
    if (spread->interval) {
      view.flexibility->lower = spread->interval->lower;
      view.flexibility->upper = spread->interval->upper;
    }
  }
  return view;
}

EpisodeDifference view_of(EpisodeIndex what, const attachment::ShareChange& change) {
  EpisodeDifference view;
  view.what = what;
  view.earlier = change.earlier;
  view.later = change.later;
  view.difference = change.difference;
  view.lower = change.interval.lower;
  view.upper = change.interval.upper;
  view.beyond_error = change.interval.lower > 0 || change.interval.upper < 0;
  return view;
}

EpisodeDifference view_of(const attachment::SpreadChange& change) {
  EpisodeDifference view;
  view.what = EpisodeIndex::flexibility;
  view.earlier = change.earlier;
  view.later = change.later;
  view.difference = change.difference;
  if (change.interval) {
    view.lower = change.interval->lower;
    view.upper = change.interval->upper;
    view.beyond_error = change.interval->lower > 0 || change.interval->upper < 0;
  }
  return view;
}

EpisodeHalves view_of(const attachment::EpisodeChange& change, const EpisodeCoding& coding) {
  EpisodeHalves view;
  view.earlier_from = change.earlier_from;
  view.earlier_to = change.earlier_to;
  view.later_from = change.later_from;
  view.later_to = change.later_to;
  view.earlier = static_cast<std::int64_t>(change.earlier);
  view.later = static_cast<std::int64_t>(change.later);
  for (const attachment::ClusterChange& cluster : change.clusters) {
    EpisodeDifference& one = view.differences.emplace_back(view_of(EpisodeIndex::cluster, cluster.change));
    one.part = coding.components[cluster.part].id;
    one.label = label_of(coding.components[cluster.part], cluster.number);
    one.main_negative = cluster.main_negative;
  }
  if (change.positive) view.differences.push_back(view_of(EpisodeIndex::positive, *change.positive));
  for (std::size_t part = 0; part < change.flexibility.size(); ++part)
    if (const auto& spread = change.flexibility[part]) {
      view.differences.push_back(view_of(*spread));
      view.differences.back().part = coding.components[part].id;
    }
  return view;
}

class Booking {
 public:
  Booking(const EpisodeCoding& coding, const std::vector<RelationshipEpisode>& episodes) : coding_(&coding) {
    coded_.reserve(episodes.size());
    for (const RelationshipEpisode& one : episodes) coded_.push_back(coded(one, coding));
  }

  [[nodiscard]] std::int64_t missing() const {
    return std::max<std::int64_t>(0, coding_->fewest - static_cast<std::int64_t>(coded_.size()));
  }

  Result<bool> summarise(EpisodeBook& book) const {
    const auto indices = attachment::episode_indices(coded_, sizes_of(*coding_));
    if (!indices) return tl::unexpected(indices.error());
    EpisodeSummary summary;
    for (std::size_t part = 0; part < attachment::episode_parts; ++part) {
      const EpisodeComponent& component = coding_->components[part];
      summary.parts.push_back(view_of(indices->parts[part], component));
      const EpisodePart& view = summary.parts.back();
      if (!view.clusters.empty())
        book.findings.push_back(
            theme_of(component, view.clusters.front(), coded_.size(), view.most_often.size()));
    }
    if (const auto& positive = indices->positive)
      summary.positive = PositiveView{static_cast<std::int64_t>(positive->positive),
                                      static_cast<std::int64_t>(positive->mixed),
                                      static_cast<std::int64_t>(positive->negative),
                                      positive->share,
                                      positive->interval.lower,
                                      positive->interval.upper};
    book.summary = std::move(summary);
    return true;
  }

  [[nodiscard]] Result<EpisodeComparison> compare(const std::optional<Date>& later_from) const {
    const auto change = attachment::episode_change(coded_, sizes_of(*coding_), later_from);
    if (!change) return tl::unexpected(change.error());
    EpisodeComparison comparison;
    comparison.fewest = static_cast<std::int64_t>(attachment::fewest_in_a_part);
    if (!*change) return comparison;
    comparison.halves = view_of(**change, *coding_);
    for (const EpisodeDifference& one : comparison.halves->differences)
      if (one.what != EpisodeIndex::flexibility) comparison.findings.push_back(change_of(one, *coding_));
    return comparison;
  }

 private:
  const EpisodeCoding* coding_;
  std::vector<CodedEpisode> coded_;
};

ComponentView view_of(const EpisodeComponent& component) {
  ComponentView view{component.id, component.name, component.about, component.standard, {}};
  view.clusters.reserve(component.clusters.size());
  for (const catalog::EpisodeCluster& cluster : component.clusters)
    view.clusters.push_back({cluster.number, cluster.label, cluster.provenance.verified});
  return view;
}

bool is_verified(const EpisodeCoding& coding) {
  return std::all_of(coding.components.begin(), coding.components.end(), [](const EpisodeComponent& one) {
    return one.provenance.verified &&
           std::all_of(one.clusters.begin(), one.clusters.end(),
                       [](const catalog::EpisodeCluster& cluster) { return cluster.provenance.verified; });
  });
}

Result<std::vector<RelationshipEpisode>> episodes_of(Transaction& transaction, const Id<Course>& course,
                                                     const Id<Person>& person) {
  auto episodes = list<RelationshipEpisode>(transaction, {{where(&RelationshipEpisode::course, course),
                                                           where(&RelationshipEpisode::person, person)},
                                                          {by(&RelationshipEpisode::noted_at)},
                                                          {}});
  if (episodes)
    std::stable_sort(
        episodes->begin(), episodes->end(),
        [](const RelationshipEpisode& a, const RelationshipEpisode& b) { return a.told_on < b.told_on; });
  return episodes;
}

Result<EpisodeBook> book_of(Transaction& transaction, const Practice& practice, const Id<Course>& course,
                            const Id<Person>& person) {
  const auto coding = find_episode_coding(practice.library, std::string(episode_coding));
  if (!coding) return tl::unexpected(coding.error());
  const auto episodes = episodes_of(transaction, course, person);
  if (!episodes) return tl::unexpected(episodes.error());
  const Booking booking(**coding, *episodes);
  EpisodeBook book;
  book.coding = (*coding)->name;
  book.about = (*coding)->summary;
  for (const EpisodeComponent& component : (*coding)->components)
    book.components.push_back(view_of(component));
  book.verified = is_verified(**coding);
  book.episodes.reserve(episodes->size());
  for (const RelationshipEpisode& one : *episodes) book.episodes.push_back(view_of(one));
  std::reverse(book.episodes.begin(), book.episodes.end());
  book.fewest = (*coding)->fewest;
  book.missing = booking.missing();
  if (book.missing > 0) return book;
  if (auto told = booking.summarise(book); !told) return tl::unexpected(told.error());
  auto comparison = booking.compare({});
  if (!comparison) return tl::unexpected(comparison.error());
  book.comparison = std::move(*comparison);
  return book;
}

// What comes in

Result<bool> check_codes(const NewCodes& codes, const EpisodeComponent& component) {
  const auto fits = [](const std::vector<int>& numbers, std::size_t most) {
    std::set<int> seen;
    return numbers.size() <= most_codes && std::all_of(numbers.begin(), numbers.end(), [&](int number) {
             return number >= 1 && static_cast<std::size_t>(number) <= most && seen.insert(number).second;
           });
  };
  if (fits(codes.clusters, component.clusters.size()) &&
      fits(codes.standard, static_cast<std::size_t>(component.standard)))
    return true;
  return fail(ErrorKind::bad_data, "episode.codes",
              fmt::format("clusters from 1 to {}, standard categories from 1 to {}, each once, {} at most",
                          component.clusters.size(), component.standard, most_codes),
              at(component.id));
}

bool is_empty(const NewCodes& codes) {
  return codes.clusters.empty() && codes.standard.empty();
}

Result<bool> check(Transaction& transaction, const Practice& practice, const Id<Person>& person,
                   const NewEpisode& input) {
  const auto coding = find_episode_coding(practice.library, std::string(episode_coding));
  if (!coding) return tl::unexpected(coding.error());
  const NewCodes* codes[] = {&input.wish, &input.response_of_other, &input.response_of_self};
  for (std::size_t part = 0; part < attachment::episode_parts; ++part)
    if (auto fits = check_codes(*codes[part], (*coding)->components[part]); !fits) return fits;
  if (!input.account &&
      std::all_of(std::begin(codes), std::end(codes), [](const NewCodes* each) { return is_empty(*each); }))
    return fail(ErrorKind::bad_data, "episode.empty", "what was told, or a code", at("account"));
  if (auto fits = check_words(input.account, "account"); !fits) return fits;
  if (date_of(practice.clock.now() + day_ms) < input.told_on)
    return fail(ErrorKind::bad_data, "episode.day", "a day that has been", at("told_on"));
  auto theirs = is_theirs(transaction, person, input.figure);
  if (!theirs || *theirs) return theirs;
  return fail(ErrorKind::bad_data, "episode.figure", "somebody this person is attached to", at("figure"));
}

void take(RelationshipEpisode& episode, const NewEpisode& input) {
  episode.figure = input.figure;
  episode.told_on = input.told_on;
  episode.account = input.account;
  episode.wishes = text_of(input.wish);
  episode.responses_of_other = text_of(input.response_of_other);
  episode.responses_of_self = text_of(input.response_of_self);
  episode.other_valence = input.other_valence;
  episode.self_valence = input.self_valence;
}

Result<RelationshipEpisode> episode_of(Transaction& transaction, const Id<Course>& course,
                                       const Id<Person>& person, const Id<RelationshipEpisode>& id) {
  auto kept = get<RelationshipEpisode>(transaction, id);
  if (!kept || (kept->course == course && kept->person == person)) return kept;
  return fail(ErrorKind::not_found, "relationship_episode.not_found", "there is no such record");
}

using Write = std::function<Result<bool>(Transaction&)>;

Result<EpisodeBook> write_book(const Practice& practice, const Actor& actor, const Id<Course>& course,
                               const Id<Person>& person, std::string_view name, std::string object,
                               const Write& write) {
  return carry_out<EpisodeBook>(practice, actor,
                                {name, Permission::write_course, course, person, std::move(object)},
                                [&](Transaction& transaction) -> Result<EpisodeBook> {
                                  if (auto may = may_be_written(transaction, course, person); !may)
                                    return tl::unexpected(may.error());
                                  if (auto written = write(transaction); !written)
                                    return tl::unexpected(written.error());
                                  return book_of(transaction, practice, course, person);
                                });
}

}  // namespace

Result<EpisodeBook> read_episodes(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<Person>& person) {
  return look<EpisodeBook>(practice, actor, {"episode.read", Permission::read_course, course, person, ""},
                           [&](Transaction& transaction) -> Result<EpisodeBook> {
                             if (auto member = needs_member(transaction, course, person); !member)
                               return tl::unexpected(member.error());
                             return book_of(transaction, practice, course, person);
                           });
}

Result<EpisodeBook> add_episode(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<Person>& person, const NewEpisode& input) {
  RelationshipEpisode episode;
  episode.id = new_id<RelationshipEpisode>(practice.entropy);
  episode.person = person;
  episode.course = course;
  episode.coded_by = actor.user;
  take(episode, input);
  return write_book(practice, actor, course, person, "episode.add", episode.id.text(),
                    [&](Transaction& transaction) -> Result<bool> {
                      if (auto fits = check(transaction, practice, person, input); !fits) return fits;
                      RelationshipEpisode added = episode;
                      added.noted_at = practice.clock.now();
                      return insert(transaction, added);
                    });
}

Result<EpisodeBook> change_episode(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<Person>& person, const Id<RelationshipEpisode>& episode,
                                   const NewEpisode& input) {
  return write_book(practice, actor, course, person, "episode.change", episode.text(),
                    [&](Transaction& transaction) -> Result<bool> {
                      auto kept = episode_of(transaction, course, person, episode);
                      if (!kept) return tl::unexpected(kept.error());
                      if (auto fits = check(transaction, practice, person, input); !fits) return fits;
                      take(*kept, input);
                      kept->coded_by = actor.user;
                      return replace(transaction, *kept);
                    });
}

Result<EpisodeBook> remove_episode(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<Person>& person, const Id<RelationshipEpisode>& episode) {
  return write_book(
      practice, actor, course, person, "episode.remove", episode.text(),
      [&](Transaction& transaction) -> Result<bool> {
        const auto kept = episode_of(transaction, course, person, episode);
        if (!kept) return tl::unexpected(kept.error());
        const Condition naming[] = {where(&ClaimEvidence::source, EvidenceSource::episode),
                                    where(&ClaimEvidence::source_id, std::optional(episode.text()))};
        const auto used = transaction.count(table_of<ClaimEvidence>(), naming);
        if (!used) return tl::unexpected(used.error());
        if (*used > 0)
          return fail(ErrorKind::conflict, "episode.in_use", "evidence names it: take that back first");
        const Condition which[] = {where(&RelationshipEpisode::id, episode)};
        const auto removed = transaction.remove(table_of<RelationshipEpisode>(), which);
        if (!removed) return tl::unexpected(removed.error());
        return true;
      });
}

Result<EpisodeComparison> compare_episodes(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Person>& person,
                                           const CompareEpisodes& input) {
  return look<EpisodeComparison>(
      practice, actor, {"episode.compare", Permission::read_course, course, person, ""},
      [&](Transaction& transaction) -> Result<EpisodeComparison> {
        if (auto member = needs_member(transaction, course, person); !member)
          return tl::unexpected(member.error());
        const auto coding = find_episode_coding(practice.library, std::string(episode_coding));
        if (!coding) return tl::unexpected(coding.error());
        const auto episodes = episodes_of(transaction, course, person);
        if (!episodes) return tl::unexpected(episodes.error());
        const Booking booking(**coding, *episodes);
        if (booking.missing() > 0)
          return fail(ErrorKind::conflict, "episodes.too_few",
                      fmt::format("{} episodes at least: {} more", (*coding)->fewest, booking.missing()));
        return booking.compare(input.later_from);
      });
}

}  // namespace securebase::service
