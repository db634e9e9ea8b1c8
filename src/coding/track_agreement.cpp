// Agreement of events in time: pairs of events, and time units with tolerance.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "coding/agreement_parts.hpp"
#include "stats/event_alignment.hpp"
#include "stats/time_unit_agreement.hpp"

namespace securebase::coding {
namespace {

using stats::TimeLine;
using stats::TimeUnitTally;

/// Two sheets of a clip.
struct SheetPair {
  std::size_t clip = 0;  ///< its place
  const CodedSheet* first = nullptr;
  const CodedSheet* second = nullptr;
  std::int64_t length_ms = 0;
};

std::int64_t end_of(const CodedEvent& event) {
  return event.end_ms.value_or(event.start_ms);
}

/// Of all sheets of a clip: the longest that one says, or the last that was coded.
std::int64_t length_of(const ClipSheets& clip) {
  std::int64_t length = 1;
  for (const CodedSheet* sheet : clip.sheets) {
    length = std::max(length, sheet->length_ms.value_or(0));
    for (const CodedEvent& event : sheet->events)
      length = std::max(length, end_of(event) + (event.end_ms ? 0 : 1));
  }
  return length;
}

/// Pairs in which something was coded in time.
std::vector<SheetPair> pairs_of(std::span<const ClipSheets> clips) {
  std::vector<SheetPair> pairs;
  for (std::size_t c = 0; c < clips.size(); ++c) {
    const auto& sheets = clips[c].sheets;
    const std::int64_t length = length_of(clips[c]);
    for (std::size_t i = 0; i < sheets.size(); ++i)
      for (std::size_t j = i + 1; j < sheets.size(); ++j)
        if (!sheets[i]->events.empty() || !sheets[j]->events.empty())
          pairs.push_back({c, sheets[i], sheets[j], length});
  }
  return pairs;
}

std::vector<const CodedEvent*> events_in(const CodedSheet& sheet, const std::string& track) {
  std::vector<const CodedEvent*> events;
  for (const CodedEvent& event : sheet.events)
    if (event.track == track) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(), [](const auto* a, const auto* b) {
    return a->start_ms != b->start_ms ? a->start_ms < b->start_ms : a->code < b->code;
  });
  return events;
}

/// Whether two codes hold at once.
bool overlap(const CodedSheet& sheet, const std::string& track) {
  const auto events = events_in(sheet, track);
  std::int64_t until = -1;
  for (const CodedEvent* event : events) {
    if (event->start_ms < until) return true;
    // Moments at one time are at once.
    until = std::max(
        until, event->end_ms && *event->end_ms > event->start_ms ? *event->end_ms : event->start_ms + 1);
  }
  return false;
}

/// Everything about one track.
class Track {
 public:
  Track(std::string name, std::span<const SheetPair> pairs, const AgreementOptions& options)
      : pairs_(pairs), options_(options) {
    result_.track = std::move(name);
    std::set<std::string> codes;
    for (const SheetPair& pair : pairs)
      for (const CodedSheet* sheet : {pair.first, pair.second}) {
        for (const CodedEvent* event : events_in(*sheet, result_.track)) codes.insert(event->code);
        exclusive_ = exclusive_ && !overlap(*sheet, result_.track);
      }
    std::set<std::size_t> different;
    for (const SheetPair& pair : pairs) different.insert(pair.clip);
    result_.clips = different.size();
    result_.pairs = pairs.size();
    codes_.assign(codes.begin(), codes.end());
    for (std::size_t k = 0; k < codes_.size(); ++k) place_[codes_[k]] = k;
  }

  TrackAgreement agreement() {
    align();
    count_units();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::size_t widest() const {
    return static_cast<std::size_t>((options_.tolerance_ms + options_.unit_ms - 1) / options_.unit_ms);
  }

  [[nodiscard]] std::vector<stats::TimedCode> timed(const CodedSheet& sheet) const {
    std::vector<stats::TimedCode> events;
    for (const CodedEvent* event : events_in(sheet, result_.track))
      events.push_back({place_.at(event->code), event->start_ms});
    return events;
  }

  void align() {
    const std::size_t q = codes_.size();
    result_.paired = stats::Matrix(q + 1, q + 1);
    result_.codes.resize(q);
    for (std::size_t k = 0; k < q; ++k) result_.codes[k].code = codes_[k];
    std::vector<double> offsets;
    std::map<std::size_t, std::pair<double, double>> by_clip;  // matched twice, all events
    for (const SheetPair& pair : pairs_) {
      const auto a = timed(*pair.first), b = timed(*pair.second);
      const auto aligned = stats::align_events(a, b, options_.tolerance_ms);
      for (const auto& event : a) ++result_.codes[event.code].first;
      for (const auto& event : b) ++result_.codes[event.code].second;
      for (const auto* found : {&aligned.same, &aligned.different})
        for (const auto& one : *found) result_.paired(a[one.first].code, b[one.second].code) += 1;
      for (const auto& one : aligned.same) {
        ++result_.codes[a[one.first].code].matched;
        offsets.push_back(static_cast<double>(one.offset));
      }
      for (const std::size_t k : aligned.only_first) result_.paired(a[k].code, q) += 1;
      for (const std::size_t k : aligned.only_second) result_.paired(q, b[k].code) += 1;
      by_clip[pair.clip].first += 2 * static_cast<double>(aligned.same.size());
      by_clip[pair.clip].second += static_cast<double>(a.size() + b.size());
    }
    tell_shares(by_clip, std::move(offsets));
  }

  void tell_shares(const std::map<std::size_t, std::pair<double, double>>& by_clip,
                   std::vector<double> offsets) {
    for (CodeAgreement& code : result_.codes)
      if (const std::size_t all = code.first + code.second; all > 0)
        code.share = 2 * static_cast<double>(code.matched) / static_cast<double>(all);
    std::vector<std::pair<double, double>> counts;
    counts.reserve(by_clip.size());
    for (const auto& [clip, count] : by_clip) counts.push_back(count);
    result_.matched_share = over_clips(
        counts.size(),
        [&](std::span<const std::size_t> clips) -> std::optional<double> {
          double matched = 0, all = 0;
          for (const std::size_t c : clips) {
            matched += counts[c].first;
            all += counts[c].second;
          }
          return all > 0 ? std::optional(matched / all) : std::nullopt;
        },
        share_range, options_.level);
    if (offsets.empty()) return;
    std::sort(offsets.begin(), offsets.end());
    const std::size_t n = offsets.size();
    result_.median_offset_ms = (offsets[(n - 1) / 2] + offsets[n / 2]) / 2;
    result_.largest_offset_ms =
        static_cast<std::int64_t>(std::max(std::abs(offsets.front()), std::abs(offsets.back())));
  }

  /// The code of each unit; `only`: that code alone is 1, everything else 0. "No code" comes last.
  [[nodiscard]] TimeLine line(const CodedSheet& sheet, std::int64_t length_ms, const std::string* only,
                              std::size_t* hidden) const {
    const std::int64_t unit = options_.unit_ms;
    const auto units = static_cast<std::size_t>((length_ms + unit - 1) / unit);
    const auto none = static_cast<std::uint16_t>(only != nullptr ? 0 : codes_.size());
    TimeLine codes(units, none);
    std::vector<const CodedEvent*> seen(units, nullptr);
    for (const CodedEvent* event : events_in(sheet, result_.track)) {
      if (only != nullptr && event->code != *only) continue;
      // What lasts covers the units that are more than half its own; a moment, and what is shorter, its own
      // unit.
      const auto first = static_cast<std::size_t>(event->end_ms ? (event->start_ms + unit / 2) / unit : 0);
      const auto last = static_cast<std::size_t>(event->end_ms ? (*event->end_ms + unit / 2) / unit : 0);
      const bool lasts = last > first;
      const std::size_t begin = lasts ? first : static_cast<std::size_t>(event->start_ms / unit);
      for (std::size_t u = begin; u < std::min(units, lasts ? last : begin + 1); ++u) {
        codes[u] = only != nullptr ? std::uint16_t{1} : static_cast<std::uint16_t>(place_.at(event->code));
        seen[u] = event;
      }
    }
    if (hidden != nullptr) {
      const std::set<const CodedEvent*> left(seen.begin(), seen.end());
      *hidden += events_in(sheet, result_.track).size() - (left.size() - left.count(nullptr));
    }
    return codes;
  }

  /// Tallies of all pairs, by the place of their clip among those with pairs.
  [[nodiscard]] std::vector<std::vector<TimeUnitTally>> tallies(const std::string* only,
                                                                std::size_t* hidden) const {
    std::map<std::size_t, std::vector<TimeUnitTally>> by_clip;
    const std::size_t categories = only != nullptr ? 2 : codes_.size() + 1;
    for (const SheetPair& pair : pairs_) {
      const auto a = line(*pair.first, pair.length_ms, only, hidden);
      const auto b = line(*pair.second, pair.length_ms, only, hidden);
      auto tally = stats::time_unit_tally(a, b, categories, widest());
      if (tally) by_clip[pair.clip].push_back(std::move(*tally));
    }
    std::vector<std::vector<TimeUnitTally>> all;
    all.reserve(by_clip.size());
    for (auto& [clip, of_clip] : by_clip) all.push_back(std::move(of_clip));
    return all;
  }

  static std::optional<stats::TimeUnitAgreement> pooled(
      const std::vector<std::vector<TimeUnitTally>>& tallies, std::span<const std::size_t> clips) {
    std::vector<const TimeUnitTally*> some;
    for (const std::size_t c : clips)
      for (const TimeUnitTally& tally : tallies[c]) some.push_back(&tally);
    if (some.empty()) return std::nullopt;
    return stats::time_unit_agreement(some);
  }

  [[nodiscard]] Coefficient time_kappa(const std::vector<std::vector<TimeUnitTally>>& tallies) const {
    return over_clips(
        tallies.size(),
        [&](std::span<const std::size_t> clips) -> std::optional<double> {
          const auto all = pooled(tallies, clips);
          return all ? all->curve.back().kappa : std::nullopt;
        },
        beyond_chance, options_.level);
  }

  void count_units() {
    for (CodeAgreement& code : result_.codes) code.time_kappa = time_kappa(tallies(&code.code, nullptr));
    if (!exclusive_) return;
    const auto all = tallies(nullptr, &result_.hidden);
    std::vector<std::size_t> every(all.size());
    for (std::size_t c = 0; c < every.size(); ++c) every[c] = c;
    const auto agreement = pooled(all, every);
    if (!agreement) return;
    result_.time_kappa = time_kappa(all);
    result_.units = agreement->table;
    result_.observed = agreement->curve.back().observed;
    result_.by_chance = agreement->by_chance;
    for (const auto& step : agreement->curve)
      result_.curve.push_back(
          {std::min(static_cast<std::int64_t>(step.tolerance) * options_.unit_ms, options_.tolerance_ms),
           step.kappa, step.observed});
  }

  std::span<const SheetPair> pairs_;
  const AgreementOptions& options_;
  TrackAgreement result_;
  std::vector<std::string> codes_;
  std::map<std::string, std::size_t> place_;
  bool exclusive_ = true;
};

}  // namespace

std::vector<TrackAgreement> track_agreements(std::span<const ClipSheets> clips,
                                             const AgreementOptions& options) {
  const auto pairs = pairs_of(clips);
  std::set<std::string> tracks;
  for (const SheetPair& pair : pairs)
    for (const CodedSheet* sheet : {pair.first, pair.second})
      for (const CodedEvent& event : sheet->events) tracks.insert(event.track);
  std::vector<TrackAgreement> all;
  all.reserve(tracks.size());
  for (const std::string& track : tracks) all.push_back(Track(track, pairs, options).agreement());
  return all;
}

}  // namespace securebase::coding
