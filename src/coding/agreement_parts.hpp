#pragma once
// Internal to coding: the parts that agreement() is put together from.

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "coding/agreement.hpp"
#include "stats/bounded_interval.hpp"

namespace securebase::coding {

/// The sheets of one clip, by coder.
struct ClipSheets {
  std::string clip;
  std::vector<const CodedSheet*> sheets;
};

/// Of some clips, by their places; nothing where it is undefined for them.
using OfClips = std::function<std::optional<double>(std::span<const std::size_t>)>;
/// What shares and coefficients beyond chance can be.
inline const stats::ParameterRange share_range{0, 1};
inline const stats::ParameterRange beyond_chance{{}, 1};
/// Its value for all `clips`, with the interval of Coefficient.
[[nodiscard]] Coefficient over_clips(std::size_t clips, const OfClips& value,
                                     const stats::ParameterRange& range, double level);

[[nodiscard]] std::vector<TrackAgreement> track_agreements(std::span<const ClipSheets> clips,
                                                           const AgreementOptions& options);
[[nodiscard]] Result<std::vector<QuestionAgreement>> question_agreements(std::span<const ClipSheets> clips,
                                                                         double level);
[[nodiscard]] std::vector<ScaleAgreement> scale_agreements(std::span<const ClipSheets> clips, double level);
/// What may be read from it, and what not.
[[nodiscard]] std::vector<Finding> agreement_findings(const AgreementReport& report);

}  // namespace securebase::coding
