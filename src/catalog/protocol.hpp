#pragma once
// Protocols: what a kind of therapy does in which order, how one sees that a stage is done, what speaks
// against it, what observers check in a session, and how well it is known to help. Plain values, read from
// protocols/<id>/<version>.toml; what a practice writes goes through the same loader.
//
// Descriptions are short and ours: no manual is here, and a protocol does not replace training in it.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/battery.hpp"
#include "catalog/technique.hpp"

namespace securebase::catalog {

/// From so many to so many sessions.
struct Sessions {
  int from = 0;
  int to = 0;
};

struct ProtocolStep {
  std::string id;
  std::string label;
  std::string about;
  std::string with;  ///< who is in the room, where it is not everybody
  std::optional<Sessions> sessions;
  Origin origin;
};

/// How one sees that a stage is done. Ticked by the therapist; nothing follows by itself.
struct ExitMarker {
  std::string id;
  std::string text;
  Origin origin;
};

struct ProtocolStage {
  std::string id;
  std::string label;
  std::string about;
  std::optional<Sessions> sessions;
  std::string gate;  ///< id of the gate before it; may be empty
  std::vector<std::string> techniques;
  std::vector<ProtocolStep> steps;
  std::vector<ExitMarker> exits;
  Origin origin;
};

/// What a clinician answers before a stage is entered.
struct GateCondition {
  std::string id;
  std::string question;
  std::vector<std::string> holds;  ///< in force, they close the gate whatever the answer
  Origin origin;
};

struct ProtocolGate {
  std::string id;
  std::string label;
  std::string words;  ///< what to do while it is closed
  std::vector<GateCondition> conditions;
  Origin origin;
};

struct Contraindication {
  std::string hold;   ///< id of a hold; may be empty where there is none for it
  std::string words;  ///< where it is empty, what the hold says
  Origin origin;
};

/// What an observer looks for in a session: 0 absent, 1 partial, 2 clear.
struct FidelityItem {
  std::string id;
  std::string text;
  std::vector<std::string> stages;  ///< in which it is required; empty: in all
  bool prohibited = false;          ///< a sign that something else was done
  Origin origin;
};

/// One published number, or what is known in words.
struct EvidenceLine {
  std::string finding;  ///< what it says, its limits included
  std::string design;   ///< "meta-analysis of 4 RCTs"
  std::string outcome;
  std::string comparison;
  std::string metric;  ///< "g", "d", "r"; empty without a number
  std::optional<double> estimate;
  std::optional<double> low;  ///< of the 95 % interval, where it has been seen
  std::optional<double> high;
  std::optional<int> n;
  std::optional<int> studies;
  Origin origin;
};

/// A measure that goes with it.
struct ProtocolMeasure {
  std::string instrument;
  std::vector<Timing> when;
  std::string why;
};

/// Words that describe holding, forced eye contact, regression or coercion. A warning is shown wherever the
/// protocol is; it is worked out anew from the words each time, so nobody can put it away.
struct ProtocolWarning {
  std::string where;  ///< the field
  std::string rule;   ///< "holding", "forced_eye_contact", "regression", "coercion"
  std::string words;  ///< what was found
};

struct Protocol {
  std::string id;
  std::string version;
  std::string name;
  std::string abbreviation;
  std::string summary;
  std::vector<std::string> units;  ///< individual, couple, family
  std::string ages;                ///< whom it is for, in words
  std::optional<int> age_from;     ///< years, of the client or child
  std::optional<int> age_to;
  std::optional<Sessions> sessions;
  std::string pace;        ///< how often and how long, in words
  std::string standing;    ///< how well it is known to help, in a sentence
  std::string terms;       ///< what training and rights it takes
  bool loss_days = false;  ///< dates of loss and their anniversaries belong to it
  std::vector<ProtocolStage> stages;
  std::vector<ProtocolGate> gates;
  std::vector<Contraindication> contraindications;
  std::vector<FidelityItem> fidelity;
  std::array<double, technique_families.size()> shares{};  ///< of the families, in their order; add up to 1
  Origin shares_origin;
  std::vector<EvidenceLine> evidence;
  std::vector<ProtocolMeasure> measures;
  Origin origin;
  std::string fingerprint;  ///< of the file's bytes
  std::string content;      ///< those bytes: what a practice begins its own from
  std::vector<ProtocolWarning> warnings;
};

/// Whether a path is that of a protocol: protocols/<id>/<version>.toml.
[[nodiscard]] bool is_protocol_file(std::string_view path);
[[nodiscard]] std::string protocol_file_name(std::string_view id, std::string_view version);

/// Held against itself. Faults have the code "definition.protocol".
[[nodiscard]] Protocol read_protocol(const Document& file, Faults& faults);
/// And against techniques, holds and instruments.
[[nodiscard]] Faults prove_protocol(const Protocol& protocol, const Library& library);
[[nodiscard]] Faults prove_protocols(const Library& library);

/// By "abft" (the latest version) or "abft@1". Error "protocol.unknown" names those there are.
[[nodiscard]] Result<const Protocol*> find_protocol(const Library& library, std::string_view reference);

// Nothing where there is none of this id.
[[nodiscard]] const ProtocolStage* find_stage(const Protocol& protocol, std::string_view id);
[[nodiscard]] const ExitMarker* find_marker(const ProtocolStage& stage, std::string_view id);
[[nodiscard]] const ProtocolGate* find_gate(const Protocol& protocol, std::string_view id);

/// What is required of an observer's checklist in a stage; `prohibited` items come last.
[[nodiscard]] std::vector<const FidelityItem*> fidelity_in(const Protocol& protocol, std::string_view stage);

/// What one version says and another does not.
struct ProtocolDifference {
  std::string where;   ///< "stages.t1.exits.reframe_agreed.text"
  std::string before;  ///< empty: it was not there
  std::string after;   ///< empty: it is not there any more
};
/// In the order in which they stand in the later version, then what has gone. Sources and notes are left out.
[[nodiscard]] std::vector<ProtocolDifference> differences(const Protocol& before, const Protocol& after);

/// Harmful practices that a text describes. A sentence that rules one out ("never hold the child down") is no
/// description of it.
[[nodiscard]] std::vector<ProtocolWarning> coercion_in(std::string_view text, std::string_view where);

}  // namespace securebase::catalog
