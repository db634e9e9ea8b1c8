#include "service/plan_protocol.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/printable.hpp"

namespace securebase::service {
namespace {

using catalog::Protocol;

/// The definition a row or a text holds, and what is wrong with it.
struct ReadDefinition {
  Protocol protocol;
  Faults faults;
};

/// Its id and version are those it says it has: where they lie is for the program alone.
ReadDefinition read(const std::string& content, const catalog::Library& library) {
  ReadDefinition result;
  Faults once;
  const Protocol named = catalog::read_protocol({"protocol.toml", content}, once);
  const std::string name = catalog::protocol_file_name(printable(named.id), printable(named.version));
  result.protocol = catalog::read_protocol({name, content}, result.faults);
  if (result.faults.empty()) result.faults = catalog::prove_protocol(result.protocol, library);
  return result;
}

const Protocol* in_library(const catalog::Library& library, const std::string& id,
                           const std::string& version) {
  for (const Protocol& protocol : library.protocols)
    if (protocol.id == id && protocol.version == version) return &protocol;
  return nullptr;
}

Result<std::optional<PracticeDefinition>> row_of(Transaction& transaction, const std::string& id,
                                                 const std::string& version) {
  auto rows = list<PracticeDefinition>(
      transaction,
      {{where(&PracticeDefinition::kind, DefinitionKind::protocol),
        where(&PracticeDefinition::definition, id), where(&PracticeDefinition::version, version)},
       {},
       1});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::optional<PracticeDefinition>();
  return std::optional(std::move(rows->front()));
}

/// "abft@1" as id and version.
std::pair<std::string, std::string> parts_of(const std::string& reference) {
  const auto at = reference.find('@');
  if (at == std::string::npos) return {reference, ""};
  return {reference.substr(0, at), reference.substr(at + 1)};
}

Result<std::optional<Protocol>> parent_of(Transaction& transaction, const Practice& practice,
                                          const std::optional<std::string>& parent) {
  if (!parent) return std::optional<Protocol>();
  const auto [id, version] = parts_of(*parent);
  return protocol_of(transaction, practice, id, version);
}

std::vector<ProtocolWarningView> views_of(const std::vector<catalog::ProtocolWarning>& warnings) {
  std::vector<ProtocolWarningView> views;
  views.reserve(warnings.size());
  for (const catalog::ProtocolWarning& one : warnings) views.push_back({one.where, one.rule, one.words});
  return views;
}

std::vector<ProtocolDifferenceView> difference_views(const std::optional<Protocol>& before,
                                                     const Protocol& after) {
  std::vector<ProtocolDifferenceView> views;
  if (!before) return views;
  for (const catalog::ProtocolDifference& one : catalog::differences(*before, after))
    views.push_back({one.where, one.before, one.after});
  return views;
}

template <class Sessions, class View>
void put_sessions(const Sessions& sessions, View& view) {
  if (!sessions) return;
  view.sessions_from = sessions->from;
  view.sessions_to = sessions->to;
}

ProtocolStageView stage_view(const catalog::ProtocolStage& stage) {
  ProtocolStageView view;
  view.id = stage.id;
  view.label = stage.label;
  view.about = stage.about;
  put_sessions(stage.sessions, view);
  view.gate = stage.gate;
  view.techniques = stage.techniques;
  for (const catalog::ProtocolStep& step : stage.steps) {
    ProtocolStepView one{step.id, step.label, step.about, step.with, {}, {}, view_of(step.origin)};
    put_sessions(step.sessions, one);
    view.steps.push_back(std::move(one));
  }
  for (const catalog::ExitMarker& exit : stage.exits)
    view.exits.push_back({exit.id, exit.text, view_of(exit.origin)});
  view.origin = view_of(stage.origin);
  return view;
}

ProtocolGateView gate_view(const catalog::ProtocolGate& gate) {
  ProtocolGateView view{gate.id, gate.label, gate.words, {}, view_of(gate.origin)};
  for (const catalog::GateCondition& condition : gate.conditions)
    view.conditions.push_back({condition.id, condition.question, condition.holds});
  return view;
}

ContraindicationView contraindication_view(const catalog::Contraindication& against,
                                           const catalog::Library& library) {
  const catalog::Hold* hold = catalog::find_hold(library, against.hold);
  const bool own_words = !against.words.empty() || hold == nullptr;
  return {hold == nullptr ? "" : hold->label, own_words ? against.words : hold->instead,
          view_of(against.origin)};
}

EvidenceView evidence_view(const catalog::EvidenceLine& line) {
  return {line.finding, line.design, line.outcome, line.comparison, line.metric,         line.estimate,
          line.low,     line.high,   line.n,       line.studies,    view_of(line.origin)};
}

ProtocolMeasureView measure_view(const catalog::ProtocolMeasure& measure, const catalog::Library& library) {
  ProtocolMeasureView view{measure.instrument, "", {}, measure.why};
  const auto instrument = catalog::find_instrument(library, measure.instrument);
  if (instrument) view.name = (*instrument)->abbreviation;
  for (const catalog::Timing timing : measure.when) view.when.emplace_back(to_text(timing));
  return view;
}

Result<OwnDefinitionView> own_view(Transaction& transaction, const Practice& practice,
                                   const PracticeDefinition& row, const Protocol& protocol) {
  OwnDefinitionView view;
  view.id = row.id;
  view.parent = row.parent;
  view.written_at = row.written_at;
  view.retired_at = row.retired_at;
  const auto writer = find<User>(transaction, where(&User::id, row.written_by));
  if (!writer) return tl::unexpected(writer.error());
  if (*writer) view.written_by = (*writer)->display_name;
  const auto parent = parent_of(transaction, practice, row.parent);
  if (!parent) return tl::unexpected(parent.error());
  view.parent_changed = row.parent && (!*parent || (*parent)->fingerprint != row.parent_fingerprint);
  view.differences = difference_views(*parent, protocol);
  return view;
}

Result<std::vector<ProtocolView>> views(Transaction& transaction, const Practice& practice) {
  std::vector<ProtocolView> all;
  for (const Protocol& protocol : practice.library.protocols)
    all.push_back(view_of(protocol, practice.library));
  const auto rows = list<PracticeDefinition>(transaction, {{}, {by(&PracticeDefinition::written_at)}, {}});
  if (!rows) return tl::unexpected(rows.error());
  for (const PracticeDefinition& row : *rows) {
    const Protocol protocol = read(row.content, practice.library).protocol;
    ProtocolView view = view_of(protocol, practice.library);
    auto own = own_view(transaction, practice, row, protocol);
    if (!own) return tl::unexpected(own.error());
    view.own = std::move(*own);
    all.push_back(std::move(view));
  }
  return all;
}

Error faulty(const Faults& faults) {
  const Error& first = faults.front();
  return {
      ErrorKind::bad_data, "definition.faults",
      fmt::format("{}{}", first.detail, faults.size() > 1 ? fmt::format(" ({} faults)", faults.size()) : ""),
      first.where};
}

Result<bool> is_free(Transaction& transaction, const Practice& practice, const Protocol& protocol) {
  const auto row = row_of(transaction, protocol.id, protocol.version);
  if (!row) return tl::unexpected(row.error());
  if (!*row && in_library(practice.library, protocol.id, protocol.version) == nullptr) return true;
  return fail(ErrorKind::conflict, "definition.version",
              "a version of its own: a definition never changes once it is there",
              Place{"", 0, 0, "version"});
}

Result<bool> fits(const DefinitionText& input) {
  if (input.content.size() <= longest_definition) return true;
  return fail(ErrorKind::bad_data, "definition.too_long", fmt::format("{} bytes at most", longest_definition),
              Place{"", 0, 0, "content"});
}

Result<bool> keep(Transaction& transaction, const Practice& practice, const Actor& actor,
                  const Id<PracticeDefinition>& id, const DefinitionText& input) {
  const auto read_now = read(input.content, practice.library);
  if (!read_now.faults.empty()) return tl::unexpected(faulty(read_now.faults));
  if (auto is_new = is_free(transaction, practice, read_now.protocol); !is_new) return is_new;
  const auto parent = parent_of(transaction, practice, input.parent);
  if (!parent) return tl::unexpected(parent.error());
  if (input.parent && !*parent)
    return fail(ErrorKind::bad_data, "definition.parent",
                "id and version of a protocol that is there, \"abft@1\"", Place{"", 0, 0, "parent"});
  PracticeDefinition row;
  row.id = id;
  row.definition = read_now.protocol.id;
  row.version = read_now.protocol.version;
  row.parent = input.parent;
  if (*parent) row.parent_fingerprint = (*parent)->fingerprint;
  row.content = input.content;
  row.fingerprint = read_now.protocol.fingerprint;
  row.written_by = actor.user;
  row.written_at = practice.clock.now();
  return insert(transaction, row);
}

}  // namespace

OriginView view_of(const catalog::Origin& origin) {
  return {std::string(catalog::to_text(origin.status)), origin.citation, origin.note};
}

ProtocolView view_of(const Protocol& protocol, const catalog::Library& library) {
  ProtocolView view;
  view.id = protocol.id;
  view.version = protocol.version;
  view.fingerprint = protocol.fingerprint;
  view.name = protocol.name;
  view.abbreviation = protocol.abbreviation;
  view.summary = protocol.summary;
  view.units = protocol.units;
  view.ages = protocol.ages;
  view.age_from = protocol.age_from;
  view.age_to = protocol.age_to;
  put_sessions(protocol.sessions, view);
  view.pace = protocol.pace;
  view.standing = protocol.standing;
  view.terms = protocol.terms;
  view.loss_days = protocol.loss_days;
  view.warnings = views_of(protocol.warnings);
  for (const catalog::ProtocolStage& stage : protocol.stages) view.stages.push_back(stage_view(stage));
  for (const catalog::ProtocolGate& gate : protocol.gates) view.gates.push_back(gate_view(gate));
  for (const catalog::Contraindication& one : protocol.contraindications)
    view.contraindications.push_back(contraindication_view(one, library));
  for (const catalog::FidelityItem& item : protocol.fidelity)
    view.fidelity.push_back({item.id, item.text, item.stages, item.prohibited, view_of(item.origin)});
  for (std::size_t i = 0; i < protocol.shares.size(); ++i)
    view.shares.push_back({catalog::technique_families[i], protocol.shares[i]});
  view.shares_origin = view_of(protocol.shares_origin);
  for (const catalog::EvidenceLine& line : protocol.evidence) view.evidence.push_back(evidence_view(line));
  for (const catalog::ProtocolMeasure& one : protocol.measures)
    view.measures.push_back(measure_view(one, library));
  view.origin = view_of(protocol.origin);
  return view;
}

Result<std::optional<Protocol>> protocol_of(Transaction& transaction, const Practice& practice,
                                            const std::string& id, const std::string& version) {
  if (const Protocol* known = in_library(practice.library, id, version)) return std::optional(*known);
  const auto row = row_of(transaction, id, version);
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::optional<Protocol>();
  return std::optional(read((*row)->content, practice.library).protocol);
}

Result<std::vector<ProtocolView>> list_protocols(const Practice& practice, const Actor& actor) {
  return glance<std::vector<ProtocolView>>(
      practice, actor, {"protocol.list", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) { return views(transaction, practice); });
}

Result<ProtocolText> read_protocol_text(const Practice& practice, const Actor& actor,
                                        const ProtocolReference& input) {
  return glance<ProtocolText>(
      practice, actor, {"protocol.read", Permission::signed_in, {}, {}, ""},
      [&](Transaction& transaction) -> Result<ProtocolText> {
        auto protocol = protocol_of(transaction, practice, input.protocol, input.version);
        if (!protocol) return tl::unexpected(protocol.error());
        if (!*protocol)
          return fail(ErrorKind::not_found, "protocol.unknown", "id and version of a protocol that is there");
        return ProtocolText{(*protocol)->content};
      });
}

Result<DefinitionCheck> check_definition(const Practice& practice, const Actor& actor,
                                         const DefinitionText& input) {
  return glance<DefinitionCheck>(
      practice, actor, {"definition.check", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<DefinitionCheck> {
        if (auto short_enough = fits(input); !short_enough) return tl::unexpected(short_enough.error());
        const auto read_now = read(input.content, practice.library);
        const auto parent = parent_of(transaction, practice, input.parent);
        if (!parent) return tl::unexpected(parent.error());
        DefinitionCheck check;
        for (const Error& fault : read_now.faults) {
          const auto line =
              fault.where.line > 0 ? std::optional(static_cast<int>(fault.where.line)) : std::nullopt;
          check.faults.push_back({line, fault.where.field, fault.detail});
        }
        check.warnings = views_of(read_now.protocol.warnings);
        if (check.faults.empty()) check.differences = difference_views(*parent, read_now.protocol);
        return check;
      });
}

Result<std::vector<ProtocolView>> write_definition(const Practice& practice, const Actor& actor,
                                                   const DefinitionText& input) {
  const auto id = new_id<PracticeDefinition>(practice.entropy);
  return carry_out<std::vector<ProtocolView>>(
      practice, actor, {"definition.write", Permission::manage_practice, {}, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<ProtocolView>> {
        if (auto short_enough = fits(input); !short_enough) return tl::unexpected(short_enough.error());
        if (auto kept = keep(transaction, practice, actor, id, input); !kept)
          return tl::unexpected(kept.error());
        return views(transaction, practice);
      });
}

Result<std::vector<ProtocolView>> retire_definition(const Practice& practice, const Actor& actor,
                                                    const Id<PracticeDefinition>& id) {
  return carry_out<std::vector<ProtocolView>>(
      practice, actor, {"definition.retire", Permission::manage_practice, {}, {}, id.text()},
      [&](Transaction& transaction) -> Result<std::vector<ProtocolView>> {
        auto row = get<PracticeDefinition>(transaction, id);
        if (!row) return tl::unexpected(row.error());
        if (row->retired_at)
          return fail(ErrorKind::conflict, "definition.retired", "one that is offered still");
        row->retired_at = practice.clock.now();
        row->retired_by = actor.user;
        if (auto kept = replace(transaction, *row); !kept) return tl::unexpected(kept.error());
        return views(transaction, practice);
      });
}

}  // namespace securebase::service
