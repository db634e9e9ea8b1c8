#pragma once
// Protocols a practice can follow: those of the program and those it wrote itself, each with where it comes
// from, how well it is known to help, and warnings where its words describe holding, forced eye contact,
// regression or coercion.
//
// A warning is worked out from the words each time they are read and shown wherever the protocol is: there is
// nothing to override and nothing to put away. Who wrote the words stands beside them and in the audit.

#include <optional>
#include <string>
#include <vector>

#include "catalog/protocol.hpp"
#include "service/plan_record.hpp"
#include "service/practice.hpp"

namespace securebase::service {

template <>
inline constexpr std::array names_of<catalog::TechniqueFamily> = {"early_wounds"sv, "emotion_regulation"sv,
                                                                  "trust"sv, "interpersonal_repair"sv,
                                                                  "reflective_functioning"sv};
template <>
inline constexpr std::array names_of<catalog::HoldScope> = {"person"sv, "couple"sv, "moment"sv};

/// Where an entry comes from. status: "seen" (looked up), "unverified" (from memory), "proposed" (ours).
struct OriginView {
  std::string status;
  std::string citation;
  std::string note;

  static constexpr auto fields(const auto& use) {
    return use(Field{"status", &OriginView::status}, Field{"citation", &OriginView::citation},
               Field{"note", &OriginView::note});
  }
};
[[nodiscard]] OriginView view_of(const catalog::Origin& origin);

struct ProtocolStepView {
  std::string id;
  std::string label;
  std::string about;
  std::string with;
  std::optional<int> sessions_from;
  std::optional<int> sessions_to;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ProtocolStepView::id}, Field{"label", &ProtocolStepView::label},
               Field{"about", &ProtocolStepView::about}, Field{"with", &ProtocolStepView::with},
               Field{"sessions_from", &ProtocolStepView::sessions_from},
               Field{"sessions_to", &ProtocolStepView::sessions_to},
               Field{"origin", &ProtocolStepView::origin});
  }
};

struct ExitMarkerView {
  std::string id;
  std::string text;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ExitMarkerView::id}, Field{"text", &ExitMarkerView::text},
               Field{"origin", &ExitMarkerView::origin});
  }
};

struct ProtocolStageView {
  std::string id;
  std::string label;
  std::string about;
  std::optional<int> sessions_from;
  std::optional<int> sessions_to;
  std::string gate;
  std::vector<std::string> techniques;
  std::vector<ProtocolStepView> steps;
  std::vector<ExitMarkerView> exits;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ProtocolStageView::id}, Field{"label", &ProtocolStageView::label},
               Field{"about", &ProtocolStageView::about},
               Field{"sessions_from", &ProtocolStageView::sessions_from},
               Field{"sessions_to", &ProtocolStageView::sessions_to}, Field{"gate", &ProtocolStageView::gate},
               Field{"techniques", &ProtocolStageView::techniques}, Field{"steps", &ProtocolStageView::steps},
               Field{"exits", &ProtocolStageView::exits}, Field{"origin", &ProtocolStageView::origin});
  }
};

struct GateConditionView {
  std::string id;
  std::string question;
  std::vector<std::string> holds;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &GateConditionView::id}, Field{"question", &GateConditionView::question},
               Field{"holds", &GateConditionView::holds});
  }
};

struct ProtocolGateView {
  std::string id;
  std::string label;
  std::string words;
  std::vector<GateConditionView> conditions;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ProtocolGateView::id}, Field{"label", &ProtocolGateView::label},
               Field{"words", &ProtocolGateView::words}, Field{"conditions", &ProtocolGateView::conditions},
               Field{"origin", &ProtocolGateView::origin});
  }
};

struct ContraindicationView {
  std::string label;  ///< of the hold, where there is one
  std::string words;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"label", &ContraindicationView::label}, Field{"words", &ContraindicationView::words},
               Field{"origin", &ContraindicationView::origin});
  }
};

struct FidelityItemView {
  std::string id;
  std::string text;
  std::vector<std::string> stages;
  bool prohibited = false;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &FidelityItemView::id}, Field{"text", &FidelityItemView::text},
               Field{"stages", &FidelityItemView::stages}, Field{"prohibited", &FidelityItemView::prohibited},
               Field{"origin", &FidelityItemView::origin});
  }
};

struct ShareView {
  catalog::TechniqueFamily family = catalog::TechniqueFamily::trust;
  double share = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"family", &ShareView::family}, Field{"share", &ShareView::share});
  }
};

/// One published number with its interval, or what is known in words.
struct EvidenceView {
  std::string finding;
  std::string design;
  std::string outcome;
  std::string comparison;
  std::string metric;
  std::optional<double> estimate;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<int> n;
  std::optional<int> studies;
  OriginView origin;

  static constexpr auto fields(const auto& use) {
    return use(Field{"finding", &EvidenceView::finding}, Field{"design", &EvidenceView::design},
               Field{"outcome", &EvidenceView::outcome}, Field{"comparison", &EvidenceView::comparison},
               Field{"metric", &EvidenceView::metric}, Field{"estimate", &EvidenceView::estimate},
               Field{"low", &EvidenceView::low}, Field{"high", &EvidenceView::high},
               Field{"n", &EvidenceView::n}, Field{"studies", &EvidenceView::studies},
               Field{"origin", &EvidenceView::origin});
  }
};

struct ProtocolMeasureView {
  std::string instrument;
  std::string name;
  std::vector<std::string> when;
  std::string why;

  static constexpr auto fields(const auto& use) {
    return use(Field{"instrument", &ProtocolMeasureView::instrument},
               Field{"name", &ProtocolMeasureView::name}, Field{"when", &ProtocolMeasureView::when},
               Field{"why", &ProtocolMeasureView::why});
  }
};

struct ProtocolWarningView {
  std::string where;
  std::string rule;  ///< holding, forced_eye_contact, regression or coercion
  std::string words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"where", &ProtocolWarningView::where}, Field{"rule", &ProtocolWarningView::rule},
               Field{"words", &ProtocolWarningView::words});
  }
};

struct ProtocolDifferenceView {
  std::string where;
  std::string before;
  std::string after;

  static constexpr auto fields(const auto& use) {
    return use(Field{"where", &ProtocolDifferenceView::where},
               Field{"before", &ProtocolDifferenceView::before},
               Field{"after", &ProtocolDifferenceView::after});
  }
};

/// That a practice wrote it, from what, and where the two differ.
struct OwnDefinitionView {
  Id<PracticeDefinition> id;
  std::optional<std::string> parent;
  bool parent_changed = false;  ///< the parent's bytes are others than they were, or it is there no longer
  std::string written_by;
  Instant written_at;
  std::optional<Instant> retired_at;
  std::vector<ProtocolDifferenceView> differences;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &OwnDefinitionView::id}, Field{"parent", &OwnDefinitionView::parent},
               Field{"parent_changed", &OwnDefinitionView::parent_changed},
               Field{"written_by", &OwnDefinitionView::written_by},
               Field{"written_at", &OwnDefinitionView::written_at},
               Field{"retired_at", &OwnDefinitionView::retired_at},
               Field{"differences", &OwnDefinitionView::differences});
  }
};

struct ProtocolView {
  std::string id;
  std::string version;
  std::string fingerprint;
  std::string name;
  std::string abbreviation;
  std::string summary;
  std::vector<std::string> units;
  std::string ages;
  std::optional<int> age_from;
  std::optional<int> age_to;
  std::optional<int> sessions_from;
  std::optional<int> sessions_to;
  std::string pace;
  std::string standing;
  std::string terms;
  bool loss_days = false;
  std::vector<ProtocolWarningView> warnings;
  std::vector<ProtocolStageView> stages;
  std::vector<ProtocolGateView> gates;
  std::vector<ContraindicationView> contraindications;
  std::vector<FidelityItemView> fidelity;
  std::vector<ShareView> shares;
  OriginView shares_origin;
  std::vector<EvidenceView> evidence;
  std::vector<ProtocolMeasureView> measures;
  OriginView origin;
  std::optional<OwnDefinitionView> own;  ///< nothing: of the program, or of the practice's definitions folder

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ProtocolView::id}, Field{"version", &ProtocolView::version},
               Field{"fingerprint", &ProtocolView::fingerprint}, Field{"name", &ProtocolView::name},
               Field{"abbreviation", &ProtocolView::abbreviation}, Field{"summary", &ProtocolView::summary},
               Field{"units", &ProtocolView::units}, Field{"ages", &ProtocolView::ages},
               Field{"age_from", &ProtocolView::age_from}, Field{"age_to", &ProtocolView::age_to},
               Field{"sessions_from", &ProtocolView::sessions_from},
               Field{"sessions_to", &ProtocolView::sessions_to}, Field{"pace", &ProtocolView::pace},
               Field{"standing", &ProtocolView::standing}, Field{"terms", &ProtocolView::terms},
               Field{"loss_days", &ProtocolView::loss_days}, Field{"warnings", &ProtocolView::warnings},
               Field{"stages", &ProtocolView::stages}, Field{"gates", &ProtocolView::gates},
               Field{"contraindications", &ProtocolView::contraindications},
               Field{"fidelity", &ProtocolView::fidelity}, Field{"shares", &ProtocolView::shares},
               Field{"shares_origin", &ProtocolView::shares_origin},
               Field{"evidence", &ProtocolView::evidence}, Field{"measures", &ProtocolView::measures},
               Field{"origin", &ProtocolView::origin}, Field{"own", &ProtocolView::own});
  }
};

/// Every protocol there is, those of the practice last, with those that are retired. About nobody, so nothing
/// is in the audit.
[[nodiscard]] Result<std::vector<ProtocolView>> list_protocols(const Practice& practice, const Actor& actor);

struct ProtocolReference {
  std::string protocol;
  std::string version;

  static constexpr auto fields(const auto& use) {
    return use(Field{"protocol", &ProtocolReference::protocol},
               Field{"version", &ProtocolReference::version});
  }
};
struct ProtocolText {
  std::string content;  ///< TOML

  static constexpr auto fields(const auto& use) { return use(Field{"content", &ProtocolText::content}); }
};
/// What a practice may begin its own from. Error "protocol.unknown".
[[nodiscard]] Result<ProtocolText> read_protocol_text(const Practice& practice, const Actor& actor,
                                                      const ProtocolReference& input);

struct DefinitionText {
  std::string content;
  std::optional<std::string> parent;  ///< "abft@1"

  static constexpr auto fields(const auto& use) {
    return use(Field{"content", &DefinitionText::content}, Field{"parent", &DefinitionText::parent});
  }
};
struct DefinitionFault {
  std::optional<int> line;
  std::string field;
  std::string detail;

  static constexpr auto fields(const auto& use) {
    return use(Field{"line", &DefinitionFault::line}, Field{"field", &DefinitionFault::field},
               Field{"detail", &DefinitionFault::detail});
  }
};
struct DefinitionCheck {
  std::vector<DefinitionFault> faults;
  std::vector<ProtocolWarningView> warnings;
  std::vector<ProtocolDifferenceView> differences;

  static constexpr auto fields(const auto& use) {
    return use(Field{"faults", &DefinitionCheck::faults}, Field{"warnings", &DefinitionCheck::warnings},
               Field{"differences", &DefinitionCheck::differences});
  }
};
inline constexpr std::size_t longest_definition = 200'000;  ///< bytes

/// All faults at once, and what would be warned of; nothing is written.
[[nodiscard]] Result<DefinitionCheck> check_definition(const Practice& practice, const Actor& actor,
                                                       const DefinitionText& input);
/// Errors: "definition.too_long", "definition.faults" (names the first), "definition.parent" (not there),
/// "definition.version" (conflict: there is one of this id and version, be it retired).
[[nodiscard]] Result<std::vector<ProtocolView>> write_definition(const Practice& practice, const Actor& actor,
                                                                 const DefinitionText& input);
/// It is offered no longer; courses that follow it keep it. Errors: "practice_definition.not_found",
/// "definition.retired" (conflict).
[[nodiscard]] Result<std::vector<ProtocolView>> retire_definition(const Practice& practice,
                                                                  const Actor& actor,
                                                                  const Id<PracticeDefinition>& id);

// For other use cases of this room

/// Of the practice's own rows, retired ones too, or of the library. Nothing where there is none.
[[nodiscard]] Result<std::optional<catalog::Protocol>> protocol_of(Transaction& transaction,
                                                                   const Practice& practice,
                                                                   const std::string& id,
                                                                   const std::string& version);
[[nodiscard]] ProtocolView view_of(const catalog::Protocol& protocol, const catalog::Library& library);

}  // namespace securebase::service
