#pragma once
// Which clips somebody else codes again, drawn at random by a key, so that the draw can be repeated and
// nobody chose. The plan knows clips by an opaque number and who coded them, and nothing else: it cannot look
// at arms or occasions, and neither can who codes by it, since each clip gets a label that says nothing.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/random_stream.hpp"

namespace securebase::coding {

struct PlannedClip {
  std::string clip;         ///< an opaque id
  std::string first_coder;  ///< who has coded it or will
  bool operator==(const PlannedClip&) const = default;
};

struct DoubleCoding {
  std::string clip;
  std::string label;         ///< what the second coder is shown: "K-0042"
  std::string second_coder;  ///< not the first
  bool operator==(const DoubleCoding&) const = default;
};

inline constexpr double least_double_coded = 0.20;

struct PlanOptions {
  double share = least_double_coded;  ///< of clips, rounded up; from 0.20 to 1
  stats::RandomKey key;
  std::vector<std::string> already = {};  ///< clips drawn earlier: they stay, and count
};

/// Clips to code again, in the random order in which to do so. Each clip has its number by key and id alone,
/// and the smallest are taken: the order of the input does not matter. Second coders are dealt out evenly
/// among those who are not the first. Errors (bad_data): "coding.no_clips", "coding.twice" (a clip is there
/// twice), "coding.share", "coding.coders" (a clip has nobody else to code it; a coder is there twice).
[[nodiscard]] Result<std::vector<DoubleCoding>> double_coding_plan(std::span<const PlannedClip> clips,
                                                                   std::span<const std::string> coders,
                                                                   const PlanOptions& options);

}  // namespace securebase::coding
