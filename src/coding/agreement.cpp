#include "coding/agreement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "coding/agreement_parts.hpp"
#include "stats/bootstrap.hpp"
#include "stats/distributions.hpp"
#include "stats/rating_table.hpp"

namespace securebase::coding {
namespace {

constexpr std::int64_t longest_clip_ms = 24LL * 3600 * 1000;
constexpr std::int64_t shortest_unit_ms = 10;
constexpr std::int64_t most_units_of_time = 1'000'000;
constexpr std::int64_t widest_in_units = 3600;
constexpr std::size_t most_left_out = 200;

tl::unexpected<Error> bad_sheet(const CodedSheet& sheet, const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail, Place{sheet.id, 0, 0, {}});
}

Result<void> check_options(const AgreementOptions& options) {
  const bool fine = options.unit_ms >= shortest_unit_ms && options.unit_ms <= longest_clip_ms &&
                    options.tolerance_ms >= 0 && options.tolerance_ms <= longest_clip_ms &&
                    options.tolerance_ms / options.unit_ms < widest_in_units && options.level > 0 &&
                    options.level < 1;
  if (fine) return {};
  return fail(ErrorKind::bad_data, "coding.options",
              "a time unit of 10 milliseconds or more, a tolerance of 0 or more and of fewer than 3600 "
              "units, a level "
              "between 0 and 1");
}

Result<void> check_events(const CodedSheet& sheet, const AgreementOptions& options) {
  const auto fault = [&](const char* detail) { return bad_sheet(sheet, "coding.event", detail); };
  if (sheet.length_ms && (*sheet.length_ms <= 0 || *sheet.length_ms > longest_clip_ms))
    return fault("a clip is longer than 0 and not longer than a day");
  for (const CodedEvent& event : sheet.events) {
    const std::int64_t end = event.end_ms.value_or(event.start_ms);
    if (event.code.empty()) return fault("every event has a code");
    if (event.start_ms < 0 || end < event.start_ms)
      return fault("times are 0 or more, and an end not before its start");
    if (end > sheet.length_ms.value_or(longest_clip_ms))
      return fault("an event ends within the clip, and within a day");
    if (end / options.unit_ms >= most_units_of_time)
      return bad_sheet(sheet, "coding.options",
                       "the clip has more than a million time units: take longer ones");
  }
  return {};
}

Result<void> check_values(const CodedSheet& sheet) {
  std::set<std::pair<std::string, std::string>> rated, answered;
  for (const ScaleRating& rating : sheet.ratings) {
    if (rating.scale.empty() || !(std::abs(rating.value) <= stats::largest_rating))
      return bad_sheet(sheet, "coding.rating", "a rating names its scale and is a number within 1e14 of 0");
    if (!rated.insert({rating.scale, rating.window}).second)
      return bad_sheet(sheet, "coding.rating", "a scale is rated once in each part of a clip");
  }
  for (const Judgement& judgement : sheet.judgements) {
    if (judgement.question.empty() || judgement.category.empty())
      return bad_sheet(sheet, "coding.judgement", "a judgement names its question and a category");
    if (!answered.insert({judgement.question, judgement.window}).second)
      return bad_sheet(sheet, "coding.judgement", "a question is answered once in each part of a clip");
  }
  return {};
}

Result<std::map<std::string, ClipSheets>> by_clip(std::span<const CodedSheet> sheets,
                                                  const AgreementOptions& options) {
  std::map<std::string, ClipSheets> clips;
  for (const CodedSheet& sheet : sheets) {
    if (sheet.kind != SheetKind::independent)
      return bad_sheet(sheet, "coding.not_independent",
                       "agreement is of independent sheets: consensus and gold are never part of it");
    if (auto fine = check_events(sheet, options); !fine) return tl::unexpected(fine.error());
    if (auto fine = check_values(sheet); !fine) return tl::unexpected(fine.error());
    ClipSheets& of = clips[sheet.clip];
    of.clip = sheet.clip;
    for (const CodedSheet* other : of.sheets)
      if (other->coder == sheet.coder)
        return bad_sheet(sheet, "coding.twice",
                         "a coder has one sheet of a clip: agreement is between people");
    of.sheets.push_back(&sheet);
  }
  return clips;
}

}  // namespace

Coefficient over_clips(std::size_t clips, const OfClips& value, const stats::ParameterRange& range,
                       double level) {
  std::vector<std::size_t> all(clips);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Coefficient coefficient{value(all), {}};
  if (!coefficient.value || clips < least_clips) return coefficient;
  // Of many clips, groups are left out: the time grows with clips, not with their square.
  const std::size_t groups = std::min(clips, most_left_out);
  const auto of_groups = [&](std::span<const std::size_t> kept) {
    std::vector<bool> in(groups, false);
    for (const std::size_t group : kept) in[group] = true;
    std::vector<std::size_t> some;
    some.reserve(clips);
    for (std::size_t c = 0; c < clips; ++c)
      if (in[c % groups]) some.push_back(c);
    return value(some);
  };
  const auto influence = stats::jackknife_influence(groups, of_groups);
  if (!influence) return coefficient;
  double squares = 0;
  for (const double one : *influence) squares += one * one;
  const double n = static_cast<double>(groups);
  const double error = std::sqrt(squares / (n * (n - 1)));
  if (!(error > 0)) return coefficient;
  const double student = stats::student_t_quantile(0.5 + level / 2, n - 1) / stats::normal_reach(level);
  coefficient.interval = stats::bounded_interval(*coefficient.value, error * student, range, level);
  return coefficient;
}

Result<AgreementReport> agreement(std::span<const CodedSheet> sheets, const AgreementOptions& options) {
  if (auto fine = check_options(options); !fine) return tl::unexpected(fine.error());
  auto grouped = by_clip(sheets, options);
  if (!grouped) return tl::unexpected(grouped.error());
  AgreementReport report;
  report.options = options;
  std::vector<ClipSheets> clips;
  std::set<std::string> coders;
  for (auto& [name, clip] : *grouped) {
    if (clip.sheets.size() < 2) {
      ++report.alone;
      continue;
    }
    std::sort(clip.sheets.begin(), clip.sheets.end(),
              [](const CodedSheet* a, const CodedSheet* b) { return a->coder < b->coder; });
    for (const CodedSheet* sheet : clip.sheets) coders.insert(sheet->coder);
    clips.push_back(std::move(clip));
  }
  if (clips.empty())
    return fail(ErrorKind::bad_data, "coding.too_few_sheets", "no clip has two independent sheets");
  report.clips = clips.size();
  report.coders.assign(coders.begin(), coders.end());
  report.tracks = track_agreements(clips, options);
  auto questions = question_agreements(clips, options.level);
  if (!questions) return tl::unexpected(questions.error());
  report.questions = std::move(*questions);
  report.scales = scale_agreements(clips, options.level);
  report.findings = agreement_findings(report);
  return report;
}

}  // namespace securebase::coding
