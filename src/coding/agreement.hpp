#pragma once
// How far people who coded the same clips, each without seeing the other's sheet, agree. Consensus is never
// part of it. Puts formulas of stats on sheets: time_unit_agreement.hpp, event_alignment.hpp, kappa.hpp,
// krippendorff.hpp, intraclass.hpp. "Nothing" means undefined. Shares and coefficients have no unit, times
// are milliseconds.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "coding/sheet.hpp"
#include "stats/matrix.hpp"

namespace securebase::coding {

struct AgreementOptions {
  std::int64_t unit_ms = 1000;  ///< time is cut into units of this length; 10 or more
  std::int64_t tolerance_ms =
      2000;             ///< how far apart the same code may be; in time units rounded up; 0 or more
  double level = 0.95;  ///< of intervals
};

/// A coefficient over clips. Its interval leaves out one clip at a time (jackknife; of more than 200, a
/// group), with Student's t, on the scale of the logarithm of its distance to 1 (a share: the logit), so that
/// it stays below 1. It is nothing for fewer than least_clips and where leaving out changes nothing.
struct Coefficient {
  std::optional<double> value;
  std::optional<Interval> interval;
};
inline constexpr std::size_t least_clips = 10;

/// One code against everything else.
struct CodeAgreement {
  std::string code;
  std::size_t first = 0;   ///< events of the first coder
  std::size_t second = 0;  ///< of the second
  std::size_t matched = 0;
  std::optional<double> share;  ///< 2 matched / (first + second)
  Coefficient time_kappa;       ///< of its being on or off, in time units, with tolerance
};

/// Kappa and observed share at a tolerance.
struct ToleranceStep {
  std::int64_t tolerance_ms = 0;
  std::optional<double> kappa;
  double observed = 0;
};

/// Events of one track.
struct TrackAgreement {
  std::string track;
  std::size_t clips = 0;
  std::size_t pairs = 0;             ///< of sheets
  std::vector<CodeAgreement> codes;  ///< by name
  /// Pairs of events in time: code of the first (rows) by code of the second, and at the end of both "seen by
  /// nobody else". Same codes were paired first, so no kappa is taken from it: it would flatter.
  stats::Matrix paired;
  Coefficient matched_share;               ///< 2 matched / all events
  std::optional<double> median_offset_ms;  ///< second less first, of matched events
  std::optional<std::int64_t> largest_offset_ms;
  /// Time units: code of the first by code of the second, "no code" last; mean of both directions. Empty
  /// where codes of one sheet overlap: then only each code alone has a kappa.
  stats::Matrix units;
  Coefficient time_kappa;
  std::optional<double> observed;   ///< share of units that agree
  std::optional<double> by_chance;  ///< share that would, with this tolerance, were one sheet shifted in time
  std::vector<ToleranceStep> curve;  ///< from 0 to the tolerance
  std::size_t hidden = 0;  ///< events that vanish since another of the sheet begins in the same unit
};

/// One question that is answered by a category.
struct QuestionAgreement {
  std::string question;
  std::size_t units = 0;  ///< clips and windows with two judgements or more
  std::vector<std::string> categories;
  Coefficient agreement;  ///< share of equal pairs
  Coefficient kappa;      ///< Cohen's of two coders, Fleiss's otherwise
  bool cohen = false;
  Coefficient ac1;
  Coefficient alpha;  ///< Krippendorff's, nominal; no interval
  std::vector<std::optional<double>>
      specific;             ///< of each category: that one chose it given that another did
  stats::Matrix confusion;  ///< pairs of judgements, symmetric where there are more than two coders
};

/// One scale.
struct ScaleAgreement {
  std::string scale;
  std::size_t units = 0;  ///< clips and windows that every coder in question rated
  std::size_t coders = 0;
  Coefficient single;           ///< ICC(2,1), absolute agreement
  Coefficient average;          ///< ICC(2,k)
  Coefficient consistency;      ///< ICC(3,1)
  std::optional<double> alpha;  ///< Krippendorff's, interval, of all that was rated twice
  std::optional<double> sem;    ///< standard error of one rating, in the scale's unit
};

struct AgreementReport {
  std::vector<std::string> coders;
  std::size_t clips = 0;  ///< with two sheets or more
  std::size_t alone = 0;  ///< with one: they tell nothing
  AgreementOptions options;
  std::vector<TrackAgreement> tracks;
  std::vector<QuestionAgreement> questions;
  std::vector<ScaleAgreement> scales;
  std::vector<Finding> findings;  ///< what it rests on and does not mean
};

/// Errors (bad_data): "coding.not_independent" (a consensus or gold sheet), "coding.twice" (a coder has two
/// sheets of a clip), "coding.too_few_sheets" (no clip has two), "coding.event" (a time below 0, an end
/// before its start, an empty code, a clip of more than a day or its length before a code), "coding.rating"
/// (not finite or beyond 1e14, a scale rated twice in a window), "coding.judgement" (a question answered
/// twice in a window, an empty category), "coding.options".
[[nodiscard]] Result<AgreementReport> agreement(std::span<const CodedSheet> sheets,
                                                const AgreementOptions& options = {});

}  // namespace securebase::coding
