#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "catalog/protocol.hpp"

namespace securebase::catalog {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

/// Everything a protocol says, each at a place that its ids name.
class Flat {
 public:
  explicit Flat(const Protocol& protocol) {
    head(protocol);
    for (const ProtocolStage& stage : protocol.stages) add(stage);
    for (const ProtocolGate& gate : protocol.gates) add(gate);
    for (const Contraindication& against : protocol.contraindications)
      say("contraindications." + (against.hold.empty() ? against.words.substr(0, 20) : against.hold),
          against.words.empty() ? "as the hold says" : against.words);
    for (const FidelityItem& item : protocol.fidelity) add(item);
    for (std::size_t i = 0; i < protocol.shares.size(); ++i)
      say(fmt::format("shares.{}", to_text(technique_families[i])),
          fmt::format("{:.2f}", protocol.shares[i]));
    for (const EvidenceLine& line : protocol.evidence) add(line);
    for (const ProtocolMeasure& measure : protocol.measures) add(measure);
  }

  Lines lines;

 private:
  /// Of two entries alike the second is told apart by its place.
  void say(const std::string& where, std::string words) {
    if (words.empty()) return;
    const auto alike = std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
      return line.first == where || line.first.starts_with(where + "#");
    });
    lines.emplace_back(alike == 0 ? where : fmt::format("{}#{}", where, alike + 1), std::move(words));
  }
  static std::string text_of(const std::optional<Sessions>& sessions) {
    return sessions ? fmt::format("{} to {}", sessions->from, sessions->to) : "";
  }
  static std::string text_of(const std::optional<int>& number) {
    return number ? fmt::format("{}", *number) : "";
  }

  void head(const Protocol& protocol) {
    say("name", protocol.name);
    say("abbreviation", protocol.abbreviation);
    say("summary", protocol.summary);
    say("units", fmt::format("{}", fmt::join(protocol.units, ", ")));
    say("ages", protocol.ages);
    say("age_from", text_of(protocol.age_from));
    say("age_to", text_of(protocol.age_to));
    say("sessions", text_of(protocol.sessions));
    say("pace", protocol.pace);
    say("standing", protocol.standing);
    say("terms", protocol.terms);
    say("loss_days", protocol.loss_days ? "yes" : "");
  }
  void add(const ProtocolStage& stage) {
    const std::string at = "stages." + stage.id;
    say(at + ".label", stage.label);
    say(at + ".about", stage.about);
    say(at + ".sessions", text_of(stage.sessions));
    say(at + ".gate", stage.gate);
    say(at + ".techniques", fmt::format("{}", fmt::join(stage.techniques, ", ")));
    for (const ProtocolStep& step : stage.steps) {
      const std::string of_step = fmt::format("{}.steps.{}", at, step.id);
      say(of_step + ".label", step.label);
      say(of_step + ".about", step.about);
      say(of_step + ".with", step.with);
      say(of_step + ".sessions", text_of(step.sessions));
    }
    for (const ExitMarker& marker : stage.exits) say(fmt::format("{}.exits.{}", at, marker.id), marker.text);
  }
  void add(const ProtocolGate& gate) {
    say(fmt::format("gates.{}.label", gate.id), gate.label);
    say(fmt::format("gates.{}.words", gate.id), gate.words);
    for (const GateCondition& condition : gate.conditions) {
      say(fmt::format("gates.{}.{}", gate.id, condition.id), condition.question);
      say(fmt::format("gates.{}.{}.holds", gate.id, condition.id),
          fmt::format("{}", fmt::join(condition.holds, ", ")));
    }
  }
  void add(const FidelityItem& item) {
    const std::string at = "fidelity." + item.id;
    say(at, item.text);
    say(at + ".stages", fmt::format("{}", fmt::join(item.stages, ", ")));
    say(at + ".prohibited", item.prohibited ? "yes" : "");
  }
  void add(const EvidenceLine& line) {
    std::string words = line.finding;
    if (line.estimate) words += fmt::format(" {} {:.2f}", line.metric, *line.estimate);
    if (line.low && line.high) words += fmt::format(" [{:.2f}, {:.2f}]", *line.low, *line.high);
    if (line.n) words += fmt::format(", n {}", *line.n);
    say(fmt::format("evidence.{}.{}", line.design, line.outcome), words);
  }
  void add(const ProtocolMeasure& measure) {
    std::vector<std::string_view> when;
    for (const Timing timing : measure.when) when.push_back(to_text(timing));
    say("measures." + measure.instrument, fmt::format("{}: {}", fmt::join(when, ", "), measure.why));
  }
};

const std::string* at(const Lines& lines, const std::string& where) {
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.first == where; });
  return found == lines.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<ProtocolDifference> differences(const Protocol& before, const Protocol& after) {
  const Lines earlier = Flat(before).lines;
  const Lines later = Flat(after).lines;
  std::vector<ProtocolDifference> found;
  for (const auto& [where, words] : later) {
    const std::string* was = at(earlier, where);
    if (was == nullptr || *was != words) found.push_back({where, was == nullptr ? "" : *was, words});
  }
  for (const auto& [where, words] : earlier)
    if (at(later, where) == nullptr) found.push_back({where, words, ""});
  return found;
}

}  // namespace securebase::catalog
