#pragma once
// Whether somebody codes as the experts of a gold set do, class by class; and whether that lasts. "Nothing"
// means undefined. Figures taken as targets are from memory, not checked against a source: every finding says
// so.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "coding/sheet.hpp"
#include "stats/discriminant.hpp"

namespace securebase::coding {

/// A clip as the gold set has it and as somebody judged it.
struct JudgedClip {
  std::string clip;
  std::string gold;
  std::string given;
  std::string period = {};  ///< when it was judged, such as "2026-03"; periods sort as text
};

/// One question of two sets of sheets; a clip with several parts gives one of each. Clips without both are
/// left out. Error (bad_data) "coding.twice": a clip has two gold sheets, or two of the coder.
[[nodiscard]] Result<std::vector<JudgedClip>> judged_clips(std::span<const CodedSheet> gold,
                                                           std::span<const CodedSheet> given,
                                                           const std::string& question);

/// Events of gold and of a coder, paired within a tolerance: each gold event is a case of its code, right
/// where the coder has it. What the coder saw beyond gold counts against precision, not sensitivity.
struct EventSensitivity {
  std::string code;
  std::size_t gold = 0;
  std::size_t given = 0;
  std::size_t matched = 0;
  std::optional<double> sensitivity;  ///< matched / gold
  std::optional<double> precision;    ///< matched / given
};
/// By track and code ("track: code"), over all clips that have both sheets. Errors: those of judged_clips.
[[nodiscard]] Result<std::vector<EventSensitivity>> event_sensitivity(std::span<const CodedSheet> gold,
                                                                      std::span<const CodedSheet> given,
                                                                      std::int64_t tolerance_ms);

struct CertificationRule {
  std::size_t least_clips = 30;     ///< of the gold set
  double least_sensitivity = 0.70;  ///< of every class
  std::size_t months_valid = 6;     ///< until the next test
};

enum class CertificationOutcome {
  certified,      ///< every class as often as the rule asks
  not_certified,  ///< a class less often
  too_few         ///< clips, or a class of which gold has none: nothing is decided
};

struct Certification {
  CertificationOutcome outcome = CertificationOutcome::too_few;
  CertificationRule rule;
  std::vector<std::string> classes;
  stats::ClassificationAccuracy accuracy;  ///< in the order of the classes
  stats::Matrix confusion;                 ///< gold in rows
  std::vector<std::string> missed;         ///< classes below the rule
  std::vector<std::string> absent;         ///< classes of which gold has none
  std::vector<Finding> findings;
};

/// `classes`: all that could be given, in their order; empty: those that were. Judged before any consensus.
/// Errors (bad_data): "coding.no_clips", "coding.category" (none of the classes), "coding.one_class" (fewer
/// than two), "coding.options" (level).
[[nodiscard]] Result<Certification> certify(std::span<const JudgedClip> clips,
                                            std::vector<std::string> classes = {},
                                            const CertificationRule& rule = {}, double level = 0.95);

/// Agreement with gold or with consensus in one period.
struct DriftPeriod {
  std::string period;
  std::size_t clips = 0;
  double agreement = 0;
  Interval interval;            ///< Wilson's
  std::optional<double> kappa;  ///< Cohen's
  std::optional<Interval> kappa_interval;
};

struct Drift {
  std::vector<DriftPeriod> periods;  ///< rising
  /// Agreement of the last period less that of all before it, with Newcombe's interval; nothing with one
  /// period.
  std::optional<double> change;
  std::optional<Interval> change_interval;
  bool fallen = false;  ///< the whole interval lies below 0
  std::vector<Finding> findings;
};

/// Errors: "coding.no_clips", "coding.options".
[[nodiscard]] Result<Drift> drift(std::span<const JudgedClip> clips, double level = 0.95);

/// Scores beside gold or consensus, by period: how much higher the coder rates.
struct RatedClip {
  std::string clip;
  double gold = 0;
  double given = 0;
  std::string period = {};
};
struct ScaleDriftPeriod {
  std::string period;
  std::size_t clips = 0;
  double bias = 0;                   ///< mean of given less gold
  std::optional<Interval> interval;  ///< Student's t; nothing for one clip, or where all differ alike
};
[[nodiscard]] Result<std::vector<ScaleDriftPeriod>> scale_drift(std::span<const RatedClip> clips,
                                                                double level = 0.95);

/// What laboratories aim at.
struct AgreementTarget {
  std::string what;
  std::string coefficient;
  double at_least = 0;
  bool verified = false;  ///< whether a source was seen; none of these was
};
[[nodiscard]] const std::vector<AgreementTarget>& agreement_targets();

}  // namespace securebase::coding
