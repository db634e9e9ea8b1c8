// What agreement between observers may be read as, and what not.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "coding/agreement_parts.hpp"

namespace securebase::coding {
namespace {

std::string seconds(std::int64_t ms) {
  return fmt::format("{:g} s", static_cast<double>(ms) / 1000);
}

void tell_basis(const AgreementReport& report, std::vector<Finding>& findings) {
  findings.push_back(
      {"coding.blind",
       fmt::format("{} {} coded by two or more of {} coders {} compared.", report.clips,
                   report.clips == 1 ? "clip" : "clips", report.coders.size(),
                   report.clips == 1 ? "was" : "were"),
       "independent sheets only; what was settled on together afterwards, and gold sheets, are never part of "
       "it",
       "That sheets were blind to each other is what their kind says: no number can show it."});
  findings.push_back({"coding.not_truth", "Observers who agree can be wrong together.",
                      "what observers wrote down, not what was so",
                      "Agreement bounds how valid codes can be; it does not show that they are."});
  if (report.alone > 0)
    findings.push_back({"coding.alone",
                        fmt::format("{} with one sheet alone {} nothing here.",
                                    report.alone == 1 ? "A clip" : fmt::format("{} clips", report.alone),
                                    report.alone == 1 ? "tells" : "tell"),
                        "agreement needs two sheets of a clip",
                        "They were not looked at in any other way either."});
  if (report.clips < least_clips)
    findings.push_back(
        {"coding.few_clips",
         fmt::format("Fewer than {} clips: coefficients over clips stand without an interval.", least_clips),
         "intervals leave out one clip at a time",
         "A coefficient of few clips can be far from what many would give."});
}

void tell_events(const AgreementReport& report, const TrackAgreement& track, std::vector<Finding>& findings) {
  const std::string of = track.track.empty() ? "" : fmt::format(" ({})", track.track);
  findings.push_back(
      {"coding.events",
       fmt::format("Events{} were paired one to one by code, beginnings {} apart at most, as many as can be.",
                   of, seconds(report.options.tolerance_ms)),
       "a largest matching on the time line; a wider tolerance never pairs fewer",
       "The share has no correction for chance: codes that are frequent meet by accident."});
  if (!track.observed) {
    findings.push_back(
        {"coding.at_once",
         fmt::format("Codes{} of one sheet hold at the same time: each has a kappa of its own, on or off.",
                     of),
         "kappa over all codes needs one code at a time",
         "Give codes that do not exclude each other tracks of their own."});
    return;
  }
  findings.push_back(
      {"coding.time_kappa",
       fmt::format(
           "In time units of {}{}, {:.1f} % agree within {}; were one sheet shifted in time, {:.1f} % would.",
           seconds(report.options.unit_ms), of, 100 * *track.observed, seconds(report.options.tolerance_ms),
           100 * *track.by_chance),
       "Bakeman, Quera and Gnisci (2009): the same code within the tolerance, from either sheet; kappa's own "
       "correction "
       "is of the table, the share under shifts is of chance with this very tolerance",
       "A wide tolerance makes agreement out of little: read kappa beside its curve from 0 on. Units next to "
       "each other "
       "are not independent, so no error is taken from their number."});
  if (track.hidden > 0)
    findings.push_back(
        {"coding.hidden",
         fmt::format("{} events{} share a time unit with a later one of their sheet and are hidden by it.",
                     track.hidden, of),
         "one code in each unit", "Shorter units would show them; the pairs of events have them all."});
}

void tell_others(const AgreementReport& report, std::vector<Finding>& findings) {
  const bool constant = std::any_of(report.questions.begin(), report.questions.end(),
                                    [](const QuestionAgreement& q) { return !q.kappa.value; });
  if (constant)
    findings.push_back({"coding.one_category",
                        "Where only one category was ever given, no coefficient beyond chance is defined.",
                        "that observers can tell categories apart was not tried",
                        "Full agreement there is neither good nor bad."});
  const bool incomplete = std::any_of(report.scales.begin(), report.scales.end(),
                                      [](const ScaleAgreement& s) { return s.units < 2; });
  if (incomplete)
    findings.push_back({"coding.incomplete",
                        "For some scales fewer than two parts were rated by every coder: no ICC.",
                        "ICC takes units that all raters rated; Krippendorff's alpha takes what there is",
                        "Compare two coders at a time for an ICC of theirs."});
  if (!report.scales.empty())
    findings.push_back({"coding.icc",
                        "ICC(2,1) is of one coder's rating, ICC(2,k) of the mean of all who rated.",
                        "two-way, absolute agreement, coders taken as drawn from many",
                        "It depends on how much the clips differ: the same coders give a lower ICC where "
                        "everybody is alike."});
}

}  // namespace

std::vector<Finding> agreement_findings(const AgreementReport& report) {
  std::vector<Finding> findings;
  tell_basis(report, findings);
  for (const TrackAgreement& track : report.tracks) tell_events(report, track, findings);
  tell_others(report, findings);
  return findings;
}

}  // namespace securebase::coding
