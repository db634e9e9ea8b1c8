// Golden cases: what a definition says its answers score, held against what the scorer makes of them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "measures/scoring.hpp"

namespace securebase::measures {
namespace {

Response to_response(const catalog::GoldenAnswer& answer) {
  if (const auto* code = std::get_if<int>(&answer)) return Response::answered(*code);
  const auto& word = std::get<std::string>(answer);
  if (word == "skipped") return Response::skipped();
  return word == "not_applicable" ? Response::not_applicable() : Response::not_asked();
}

std::string shown(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "no score";
}

bool same(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::abs(*a - *b) <= 1e-9 * std::max(1.0, std::abs(*b));
}

class Case {
 public:
  Case(const catalog::Instrument& instrument, const catalog::GoldenCase& golden)
      : instrument_(instrument), golden_(golden) {}

  Faults prove() {
    Responses responses;
    for (const auto& answer : golden_.answers) responses.push_back(to_response(answer));
    const auto scores = score(instrument_, *find_order(instrument_, golden_.order), responses);
    if (!scores) {
      fault(scores.error().detail);
      return faults_;
    }
    for (const Score& score : scores->scores) prove_score(score);
    for (const CriterionResult& criterion : scores->criteria) prove_criterion(criterion);
    if (golden_.risk) prove_risk(*scores);
    return faults_;
  }

 private:
  void fault(const std::string& detail) {
    faults_.push_back({ErrorKind::definition, "definition.golden",
                       fmt::format("case '{}': {}", golden_.name, detail), golden_.where});
  }

  void prove_score(const Score& score) {
    const auto expected = golden_.scores.find(score.scale);
    if (expected != golden_.scores.end() && !same(score.value, expected->second))
      fault(fmt::format("{} should be {}, is {}", score.scale, shown(expected->second), shown(score.value)));
    const auto band = golden_.bands.find(score.scale);
    if (band == golden_.bands.end()) return;
    const auto& named = score.band ? score.band : score.band_left_out;
    const std::string actual = named ? named->label : "none";
    if (actual != band->second)
      fault(fmt::format("the band of {} should be '{}', is '{}'", score.scale, band->second, actual));
  }

  void prove_criterion(const CriterionResult& criterion) {
    const auto expected = golden_.criteria.find(criterion.id);
    if (expected != golden_.criteria.end() && expected->second != to_text(criterion.state))
      fault(fmt::format("the criterion {} should be {}, is {}", criterion.id, expected->second,
                        to_text(criterion.state)));
  }

  void prove_risk(const Scores& scores) {
    std::vector<int> flagged;
    for (const RiskAnswer& risk : scores.risks)
      if (risk.flagged) flagged.push_back(risk.item);
    if (flagged != *golden_.risk)
      fault(fmt::format("risk items flagged should be [{}], are [{}]", fmt::join(*golden_.risk, ", "),
                        fmt::join(flagged, ", ")));
  }

  const catalog::Instrument& instrument_;
  const catalog::GoldenCase& golden_;
  Faults faults_;
};

}  // namespace

Faults prove_golden(const catalog::Instrument& instrument) {
  Faults faults;
  for (const auto& golden : instrument.golden_cases) {
    const Faults found = Case(instrument, golden).prove();
    faults.insert(faults.end(), found.begin(), found.end());
  }
  return faults;
}

}  // namespace securebase::measures
