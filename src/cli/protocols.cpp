// securebase protocols list | show

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

#include "base/printable.hpp"
#include "cli/explain.hpp"
#include "cli/fit.hpp"

namespace securebase::cli {
namespace {

using catalog::EvidenceLine;
using catalog::Protocol;

/// " (from memory)", " (proposed here)", or nothing where it has been seen.
std::string_view mark_of(const catalog::Origin& origin) {
  switch (origin.status) {
    case catalog::SourceStatus::seen:
      return "";
    case catalog::SourceStatus::unverified:
      return " (from memory)";
    case catalog::SourceStatus::proposed:
      return " (proposed here)";
  }
  return "";
}

std::string sessions_of(const std::optional<catalog::Sessions>& sessions) {
  if (!sessions) return "";
  return sessions->from == sessions->to ? fmt::format(", {} sessions", sessions->from)
                                        : fmt::format(", {} to {} sessions", sessions->from, sessions->to);
}

std::string number_of(const EvidenceLine& line) {
  if (!line.estimate) return "";
  std::string words = fmt::format("{} {:.2f}", line.metric, *line.estimate);
  words += line.low && line.high ? fmt::format(" [{:.2f}, {:.2f}]", *line.low, *line.high)
                                 : " (interval not seen)";
  if (line.n) words += fmt::format(", {} people", *line.n);
  return fmt::format("{}, {}. ", words, line.outcome);
}

/// One entry of a list, told in the width of the terminal; `deep`: below another.
std::string entry(const std::string& words, int width, int deep = 0) {
  const int indent = 2 + 2 * deep;
  return std::string(static_cast<std::size_t>(2 * deep), ' ') + "- " + wrap(words, width - indent, indent) +
         "\n";
}

std::string warnings_of(const Protocol& protocol, int width) {
  std::string text;
  for (const catalog::ProtocolWarning& warning : protocol.warnings)
    text += entry(fmt::format("WARNING: {} describes what nobody should do ({}): \"{}\"", warning.where,
                              warning.rule, printable(warning.words)),
                  width);
  return text;
}

std::string stages_of(const Protocol& protocol, int width) {
  std::string text;
  for (const catalog::ProtocolStage& stage : protocol.stages) {
    text += entry(fmt::format("{}{}{}. {}{}", stage.label, sessions_of(stage.sessions), mark_of(stage.origin),
                              stage.about, stage.gate.empty() ? "" : " Behind a gate."),
                  width);
    for (const catalog::ExitMarker& exit : stage.exits)
      text += entry(fmt::format("done when: {}{}", exit.text, mark_of(exit.origin)), width, 1);
  }
  for (const catalog::ProtocolGate& gate : protocol.gates) {
    text += fmt::format("\n{}{}\n", gate.label, mark_of(gate.origin));
    for (const catalog::GateCondition& condition : gate.conditions) text += entry(condition.question, width);
  }
  return text;
}

std::string against_of(const Protocol& protocol, const catalog::Library& library, int width) {
  std::string text;
  for (const catalog::Contraindication& one : protocol.contraindications) {
    const catalog::Hold* hold = catalog::find_hold(library, one.hold);
    const std::string label = hold == nullptr ? "" : hold->label + ". ";
    text += entry(label + (one.words.empty() && hold != nullptr ? hold->instead : one.words) +
                      std::string(mark_of(one.origin)),
                  width);
  }
  return text;
}

std::string told(const Protocol& protocol, const catalog::Library& library, int width) {
  std::string text =
      fmt::format("{} ({}), version {}{}\n{}\n\n", protocol.name, protocol.abbreviation, protocol.version,
                  sessions_of(protocol.sessions), wrap(protocol.summary, width, 0));
  text += warnings_of(protocol, width);
  text += "How well it is known to help\n" + wrap(protocol.standing, width, 0) + "\n";
  for (const EvidenceLine& line : protocol.evidence)
    text += entry(fmt::format("{}{} {}{} {}", number_of(line), line.finding, line.design,
                              mark_of(line.origin), line.origin.citation),
                  width);
  text += "\nStages\n" + stages_of(protocol, width);
  text += "\nWhat speaks against it\n" + against_of(protocol, library, width);
  text += "\nChecklist: 0 absent, 1 partial, 2 clear; ours, not a published scale\n";
  for (const catalog::FidelityItem& item : protocol.fidelity)
    text += entry((item.prohibited ? "NOT: " : "") + item.text, width);
  text += "\nShares of the families, a proposal of ours\n";
  for (std::size_t i = 0; i < protocol.shares.size(); ++i)
    text += fmt::format("  {:<22} {:>3.0f} %\n", to_text(catalog::technique_families[i]),
                        100 * protocol.shares[i]);
  return text + "\n" + wrap(protocol.terms, width, 0) + "\n";
}

std::string list_of(const catalog::Library& library, int width) {
  constexpr int before_name = 36;
  std::string text;
  for (const Protocol& protocol : library.protocols)
    text += fmt::format(
        "{:<22} {:<12} {}{}\n", protocol.id, fmt::format("{}", fmt::join(protocol.units, ", ")),
        protocol.warnings.empty() ? "" : "WARNING ",
        wrap(protocol.name + ". " + protocol.standing, std::max(20, width - before_name), before_name));
  return text;
}

struct ProtocolsList {
  void add_to(CLI::App& /*app*/) {}

  Outcome act(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    desk.surroundings.out << list_of(**library, desk.surroundings.width);
    return ExitCode::done;
  }
};

struct ProtocolsShow {
  std::string id;

  void add_to(CLI::App& app) {
    app.add_option("ID", id, "An id such as abft, or with a version, abft@1")->required();
  }

  Outcome act(Desk& desk) const {
    const auto library = desk.library();
    if (!library) return tl::unexpected(library.error());
    const auto protocol = catalog::find_protocol(**library, id);
    if (!protocol) return tl::unexpected(protocol.error());
    desk.surroundings.out << told(**protocol, **library, desk.surroundings.width);
    return ExitCode::done;
  }
};

}  // namespace

void add_protocols(CLI::App& app, Desk& desk, Action& chosen) {
  CLI::App* sub = app.add_subcommand(
      "protocols", "What a kind of therapy does in which order, and how well it is known to help");
  sub->require_subcommand(1);
  add_command<ProtocolsList>(*sub, desk, chosen, "list", "A line on each", "");
  add_command<ProtocolsShow>(*sub, desk, chosen, "show",
                             "Evidence, stages, checklist, what speaks against it", "");
}

}  // namespace securebase::cli
