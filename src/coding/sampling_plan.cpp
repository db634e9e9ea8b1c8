#include "coding/sampling_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

namespace securebase::coding {
namespace {

/// FNV-1a of the id: the key's part for a clip, wherever it stands.
std::uint64_t number_of(const std::string& id) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : id) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash;
}

struct Drawn {
  double number = 0;
  const PlannedClip* clip = nullptr;
  bool kept = false;  ///< drawn earlier
};

bool before(const Drawn& a, const Drawn& b) {
  return a.number != b.number ? a.number < b.number : a.clip->clip < b.clip->clip;
}

Result<void> check_plan(std::span<const PlannedClip> clips, std::span<const std::string> coders,
                        double share) {
  if (clips.empty()) return fail(ErrorKind::bad_data, "coding.no_clips", "there is no clip to draw from");
  if (!(share >= least_double_coded && share <= 1))
    return fail(ErrorKind::bad_data, "coding.share", "the share coded twice lies between 0.20 and 1");
  std::set<std::string> ids;
  for (const PlannedClip& clip : clips)
    if (!ids.insert(clip.clip).second)
      return fail(ErrorKind::bad_data, "coding.twice", "every clip is there once");
  if (std::set<std::string>(coders.begin(), coders.end()).size() != coders.size())
    return fail(ErrorKind::bad_data, "coding.coders", "every coder is there once");
  for (const PlannedClip& clip : clips)
    if (std::none_of(coders.begin(), coders.end(),
                     [&](const std::string& c) { return c != clip.first_coder; }))
      return fail(ErrorKind::bad_data, "coding.coders",
                  "every clip needs somebody other than who coded it first");
  return {};
}

}  // namespace

Result<std::vector<DoubleCoding>> double_coding_plan(std::span<const PlannedClip> clips,
                                                     std::span<const std::string> coders,
                                                     const PlanOptions& options) {
  if (auto fine = check_plan(clips, coders, options.share); !fine) return tl::unexpected(fine.error());
  const std::set<std::string> already(options.already.begin(), options.already.end());
  std::vector<Drawn> drawn;
  drawn.reserve(clips.size());
  for (const PlannedClip& clip : clips)
    drawn.push_back({stats::random_uniform(options.key.part(number_of(clip.clip)), 0), &clip,
                     already.contains(clip.clip)});
  std::sort(drawn.begin(), drawn.end(),
            [](const Drawn& a, const Drawn& b) { return a.kept != b.kept ? a.kept : before(a, b); });
  constexpr double rounding = 1e-9;
  const auto wanted =
      static_cast<std::size_t>(std::ceil(options.share * static_cast<double>(clips.size()) - rounding));
  const auto kept = static_cast<std::size_t>(
      std::count_if(drawn.begin(), drawn.end(), [](const Drawn& d) { return d.kept; }));
  drawn.resize(std::max(wanted, kept));
  std::sort(drawn.begin(), drawn.end(), before);
  std::map<std::string, std::size_t> load;
  std::vector<std::string> sorted(coders.begin(), coders.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<DoubleCoding> plan;
  plan.reserve(drawn.size());
  for (const Drawn& one : drawn) {
    const std::string* least = nullptr;
    for (const std::string& coder : sorted)
      if (coder != one.clip->first_coder && (least == nullptr || load[coder] < load[*least])) least = &coder;
    ++load[*least];
    plan.push_back({one.clip->clip, fmt::format("K-{:04}", plan.size() + 1), *least});
  }
  return plan;
}

}  // namespace securebase::coding
