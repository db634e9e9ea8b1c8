#include "coding/certification.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stats/distributions.hpp"
#include "stats/event_alignment.hpp"
#include "stats/numbers_needed.hpp"
#include "stats/sample.hpp"

namespace securebase::coding {
namespace {

constexpr const char* from_memory = "figures from memory, not checked against a source";

tl::unexpected<Error> bad(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

Result<void> check_level_of(double level) {
  if (level > 0 && level < 1) return {};
  return bad("coding.options", "the level of an interval lies between 0 and 1");
}

using ByClip = std::map<std::string, const CodedSheet*>;

Result<ByClip> sheets_by_clip(std::span<const CodedSheet> sheets) {
  ByClip clips;
  for (const CodedSheet& sheet : sheets)
    if (!clips.try_emplace(sheet.clip, &sheet).second)
      return fail(ErrorKind::bad_data, "coding.twice", "one sheet of a clip on either side",
                  Place{sheet.id, 0, 0, {}});
  return clips;
}

Result<stats::Matrix> confusion_with_gold(std::span<const JudgedClip> clips,
                                          const std::vector<std::string>& classes) {
  stats::Matrix confusion(classes.size(), classes.size());
  for (const JudgedClip& clip : clips) {
    const auto row = std::find(classes.begin(), classes.end(), clip.gold);
    const auto col = std::find(classes.begin(), classes.end(), clip.given);
    if (row == classes.end() || col == classes.end())
      return fail(ErrorKind::bad_data, "coding.category", "every judgement is one of the classes",
                  Place{clip.clip, 0, 0, {}});
    confusion(static_cast<std::size_t>(row - classes.begin()),
              static_cast<std::size_t>(col - classes.begin())) += 1;
  }
  return confusion;
}

std::vector<std::string> classes_in(std::span<const JudgedClip> clips) {
  std::set<std::string> classes;
  for (const JudgedClip& clip : clips) {
    classes.insert(clip.gold);
    classes.insert(clip.given);
  }
  return {classes.begin(), classes.end()};
}

void decide(Certification& result) {
  for (std::size_t k = 0; k < result.classes.size(); ++k) {
    const auto& one = result.accuracy.classes[k];
    if (!one.sensitivity)
      result.absent.push_back(result.classes[k]);
    else if (*one.sensitivity < result.rule.least_sensitivity)
      result.missed.push_back(result.classes[k]);
  }
  result.outcome = result.accuracy.cases < result.rule.least_clips || !result.absent.empty()
                       ? CertificationOutcome::too_few
                   : result.missed.empty() ? CertificationOutcome::certified
                                           : CertificationOutcome::not_certified;
}

void tell(Certification& result) {
  const auto& rule = result.rule;
  const char* outcome = result.outcome == CertificationOutcome::certified       ? "Certified"
                        : result.outcome == CertificationOutcome::not_certified ? "Not certified"
                                                                                : "Not decided";
  std::string why =
      fmt::format("{} of {} gold clips right",
                  std::lround(result.accuracy.accuracy * static_cast<double>(result.accuracy.cases)),
                  result.accuracy.cases);
  if (!result.missed.empty()) why += fmt::format("; too seldom: {}", fmt::join(result.missed, ", "));
  if (!result.absent.empty()) why += fmt::format("; no gold clip: {}", fmt::join(result.absent, ", "));
  if (result.accuracy.cases < rule.least_clips) why += fmt::format("; fewer than {} clips", rule.least_clips);
  result.findings.push_back({"coding.certification", fmt::format("{}: {}.", outcome, why),
                             fmt::format("at least {} gold clips, and of every class {:.0f} % as gold has it "
                                         "({}); judged before any consensus",
                                         rule.least_clips, 100 * rule.least_sensitivity, from_memory),
                             fmt::format("A share of few clips is uncertain: read its interval. It holds for "
                                         "clips like these, and is tested "
                                         "again after {} months.",
                                         rule.months_valid)});
  if (result.outcome == CertificationOutcome::certified) {
    std::vector<std::string> open;
    for (std::size_t k = 0; k < result.classes.size(); ++k)
      if (result.accuracy.classes[k].interval->lower < rule.least_sensitivity)
        open.push_back(result.classes[k]);
    if (!open.empty())
      result.findings.push_back(
          {"coding.certification_open",
           fmt::format("That the true share is as high as the rule asks is not shown for: {}.",
                       fmt::join(open, ", ")),
           "the interval of the share reaches below it", "More gold clips of these classes would tell."});
  }
}

}  // namespace

Result<std::vector<JudgedClip>> judged_clips(std::span<const CodedSheet> gold,
                                             std::span<const CodedSheet> given, const std::string& question) {
  const auto expert = sheets_by_clip(gold), coder = sheets_by_clip(given);
  if (!expert) return tl::unexpected(expert.error());
  if (!coder) return tl::unexpected(coder.error());
  std::vector<JudgedClip> clips;
  for (const auto& [clip, sheet] : *expert) {
    const auto other = coder->find(clip);
    if (other == coder->end()) continue;
    for (const Judgement& right : sheet->judgements)
      for (const Judgement& given_one : other->second->judgements)
        if (right.question == question && given_one.question == question && right.window == given_one.window)
          clips.push_back({clip, right.category, given_one.category, {}});
  }
  return clips;
}

Result<std::vector<EventSensitivity>> event_sensitivity(std::span<const CodedSheet> gold,
                                                        std::span<const CodedSheet> given,
                                                        std::int64_t tolerance_ms) {
  if (tolerance_ms < 0) return bad("coding.options", "a tolerance is 0 or more");
  const auto expert = sheets_by_clip(gold), coder = sheets_by_clip(given);
  if (!expert) return tl::unexpected(expert.error());
  if (!coder) return tl::unexpected(coder.error());
  std::map<std::string, std::size_t> place;
  std::vector<EventSensitivity> all;
  const auto timed = [&](const CodedSheet& sheet) {
    std::vector<stats::TimedCode> events;
    for (const CodedEvent& event : sheet.events) {
      const std::string name = event.track.empty() ? event.code : event.track + ": " + event.code;
      const auto [at, fresh] = place.try_emplace(name, all.size());
      if (fresh) all.push_back({name, 0, 0, 0, {}, {}});
      events.push_back({at->second, event.start_ms});
    }
    return events;
  };
  for (const auto& [clip, sheet] : *expert) {
    const auto other = coder->find(clip);
    if (other == coder->end()) continue;
    const auto a = timed(*sheet), b = timed(*other->second);
    for (const auto& event : a) ++all[event.code].gold;
    for (const auto& event : b) ++all[event.code].given;
    for (const auto& pair : stats::align_events(a, b, tolerance_ms).same) ++all[a[pair.first].code].matched;
  }
  for (EventSensitivity& one : all) {
    if (one.gold > 0) one.sensitivity = static_cast<double>(one.matched) / static_cast<double>(one.gold);
    if (one.given > 0) one.precision = static_cast<double>(one.matched) / static_cast<double>(one.given);
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  return all;
}

Result<Certification> certify(std::span<const JudgedClip> clips, std::vector<std::string> classes,
                              const CertificationRule& rule, double level) {
  if (auto fine = check_level_of(level); !fine) return tl::unexpected(fine.error());
  if (clips.empty()) return bad("coding.no_clips", "no clip has both a gold judgement and one of the coder");
  Certification result;
  result.rule = rule;
  result.classes = classes.empty() ? classes_in(clips) : std::move(classes);
  if (result.classes.size() < 2) return bad("coding.one_class", "two classes or more are told apart");
  auto confusion = confusion_with_gold(clips, result.classes);
  if (!confusion) return tl::unexpected(confusion.error());
  auto accuracy = stats::classification_accuracy(*confusion, level);
  if (!accuracy) return tl::unexpected(accuracy.error());
  result.confusion = std::move(*confusion);
  result.accuracy = std::move(*accuracy);
  decide(result);
  tell(result);
  return result;
}

Result<Drift> drift(std::span<const JudgedClip> clips, double level) {
  if (auto fine = check_level_of(level); !fine) return tl::unexpected(fine.error());
  if (clips.empty()) return bad("coding.no_clips", "no clip has both judgements");
  std::map<std::string, std::vector<JudgedClip>> by_period;
  for (const JudgedClip& clip : clips) by_period[clip.period].push_back(clip);
  const auto classes = classes_in(clips);
  Drift result;
  stats::Proportion before, last;
  for (const auto& [period, of_period] : by_period) {
    const auto right = static_cast<std::size_t>(std::count_if(
        of_period.begin(), of_period.end(), [](const JudgedClip& clip) { return clip.gold == clip.given; }));
    before = {before.with + last.with, before.of + last.of};
    last = {right, of_period.size()};
    DriftPeriod one{period,
                    of_period.size(),
                    static_cast<double>(right) / static_cast<double>(of_period.size()),
                    stats::wilson_interval(last, level),
                    {},
                    {}};
    if (classes.size() > 1) {
      const auto confusion = confusion_with_gold(of_period, classes);
      const auto accuracy = stats::classification_accuracy(*confusion, level);
      if (accuracy) {
        one.kappa = accuracy->kappa.kappa.value;
        if (one.kappa) one.kappa_interval = accuracy->kappa.kappa.interval;
      }
    }
    result.periods.push_back(std::move(one));
  }
  if (before.of > 0) {
    // Newcombe 1998, method 10: from the Wilson intervals of both.
    const double p = static_cast<double>(last.with) / static_cast<double>(last.of);
    const double q = static_cast<double>(before.with) / static_cast<double>(before.of);
    const Interval a = stats::wilson_interval(last, level), b = stats::wilson_interval(before, level);
    result.change = p - q;
    result.change_interval = Interval{p - q - std::hypot(p - a.lower, b.upper - q),
                                      p - q + std::hypot(a.upper - p, q - b.lower), level};
    result.fallen = result.change_interval->upper < 0;
    result.findings.push_back(
        {"coding.drift",
         result.fallen ? "Agreement in the last period is lower than before, beyond chance."
                       : "Agreement in the last period is not lower than before beyond chance.",
         fmt::format("{} clips in the last period, {} before; Newcombe's interval of the difference", last.of,
                     before.of),
         "Few clips a month find only a large fall. A fall can lie in harder clips as well as in the "
         "coder."});
  }
  return result;
}

Result<std::vector<ScaleDriftPeriod>> scale_drift(std::span<const RatedClip> clips, double level) {
  if (auto fine = check_level_of(level); !fine) return tl::unexpected(fine.error());
  std::map<std::string, std::vector<double>> by_period;
  for (const RatedClip& clip : clips) {
    const double difference = clip.given - clip.gold;
    if (!(std::abs(difference) < 1e100)) return bad("coding.rating", "ratings are finite numbers");
    by_period[clip.period].push_back(difference);
  }
  if (by_period.empty()) return bad("coding.no_clips", "no clip has both ratings");
  std::vector<ScaleDriftPeriod> periods;
  for (const auto& [period, differences] : by_period) {
    const auto summary = *stats::summarise(differences);
    ScaleDriftPeriod one{period, differences.size(), summary.mean, {}};
    if (summary.sd && *summary.sd > 0) {
      const double n = static_cast<double>(differences.size());
      const double reach = stats::student_t_quantile(0.5 + level / 2, n - 1) * *summary.sd / std::sqrt(n);
      one.interval = Interval{summary.mean - reach, summary.mean + reach, level};
    }
    periods.push_back(std::move(one));
  }
  return periods;
}

const std::vector<AgreementTarget>& agreement_targets() {
  static const std::vector<AgreementTarget> targets{
      {"Strange Situation, four classes", "share of agreement", 0.80, false},
      {"Strange Situation, four classes", "kappa", 0.60, false},
      {"Disorganization, yes or no", "kappa", 0.60, false},
      {"Interactive scales", "ICC", 0.75, false},
      {"Reflective functioning", "ICC", 0.70, false},
      {"Attachment Q-sort, two sorts", "correlation", 0.80, false},
      {"Fidelity of a therapy", "ICC", 0.60, false}};
  return targets;
}

}  // namespace securebase::coding
