#include "catalog/protocol.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/printable.hpp"
#include "catalog/load.hpp"
#include "catalog/origin_reader.hpp"

namespace securebase::catalog {
namespace {

constexpr std::string_view unit_words[] = {"individual", "couple", "family"};
constexpr std::string_view metrics[] = {"g", "d", "r", "OR", "percent"};
constexpr Timing timings[] = {Timing::start, Timing::every_session, Timing::every_weeks, Timing::middle,
                              Timing::end,   Timing::follow_up,     Timing::when_needed};
constexpr int most_sessions = 500;
constexpr int oldest = 120;
constexpr std::size_t most_entries = 100;  // of a kind
constexpr double share_slack = 1e-9;
constexpr std::size_t longest_text = 2000;  // bytes of one text

std::optional<double> number_of(const toml::table& row, std::string_view key) {
  return row[key].value<double>();
}
std::optional<int> count_of(const toml::table& row, std::string_view key) {
  if (!row.contains(key)) return std::nullopt;
  return whole_of(row, key);
}

/// One file while it is read.
class ProtocolReader : public OriginReader {
 public:
  ProtocolReader(const Document& file, Faults& faults)
      : OriginReader(file, protocol_shape(), "definition.protocol", faults), file_(file) {}

  Protocol read() {
    if (!complete()) return std::move(protocol_);
    read_head();
    each("gates", protocol_.gates, &ProtocolReader::gate);
    each("stages", protocol_.stages, &ProtocolReader::stage);
    each("fidelity", protocol_.fidelity, &ProtocolReader::fidelity);
    read_contraindications();
    read_shares();
    read_evidence();
    read_measures();
    prove();
    warn();
    return std::move(protocol_);
  }

 private:
  void read_head() {
    const toml::table& head = table();
    protocol_.id = text(head, "id");
    protocol_.version = text(head, "version");
    protocol_.name = words(head, "name", "");
    protocol_.abbreviation = words(head, "abbreviation", "");
    protocol_.summary = words(head, "summary", "");
    protocol_.units = texts_of(head, "units");
    protocol_.ages = words(head, "ages", "");
    protocol_.age_from = count_of(head, "age_from");
    protocol_.age_to = count_of(head, "age_to");
    protocol_.sessions = sessions(head, "");
    protocol_.pace = words(head, "pace", "");
    protocol_.standing = words(head, "standing", "");
    protocol_.terms = words(head, "terms", "");
    protocol_.loss_days = flag_of(head, "loss_days");
    protocol_.origin = origin(head, "source");
    protocol_.content = file_.bytes;
    protocol_.fingerprint = fmt::format("{:016x}", fnv1a(fnv1a_begin, file_.bytes));
  }

  /// A text that people read; kept beside its place, to be looked through for harmful practices.
  std::string words(const toml::table& row, std::string_view key, const std::string& path) {
    std::string read = text(row, key);
    const std::string place = path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
    if (read.size() > longest_text) fault(place, "at most 2000 bytes");
    if (!read.empty()) texts_.emplace_back(place, read);
    return read;
  }

  std::optional<Sessions> sessions(const toml::table& row, const std::string& path) {
    if (!row.contains("sessions")) return std::nullopt;
    const auto ends = integers(row, "sessions");
    if (ends.size() == 2 && ends[0] >= 1 && ends[0] <= ends[1] && ends[1] <= most_sessions)
      return Sessions{ends[0], ends[1]};
    fault(path.empty() ? "sessions" : path + ".sessions", "[from, to], from 1 to 500");
    return std::nullopt;
  }

  template <class Entry>
  void each(const std::string& key, std::vector<Entry>& into,
            Entry (ProtocolReader::*read_one)(const toml::table&, const std::string&)) {
    each_of(table(), key, key, into, read_one);
  }

  template <class Entry>
  void each_of(const toml::table& row, const std::string& key, const std::string& prefix,
               std::vector<Entry>& into,
               Entry (ProtocolReader::*read_one)(const toml::table&, const std::string&)) {
    std::set<std::string> ids;
    const auto rows = tables(row, key);
    if (rows.size() > most_entries) return fault(prefix, "at most 100 of a kind");
    for (const toml::table* one : rows) {
      const std::string path = fmt::format("{}[{}]", prefix, into.size() + 1);
      Entry entry = (this->*read_one)(*one, path);
      if (!is_short_name(entry.id)) fault(path + ".id", short_name_words);
      if (!ids.insert(entry.id).second) fault(path + ".id", "stands twice: each has an id of its own");
      into.push_back(std::move(entry));
    }
  }

  ProtocolStage stage(const toml::table& row, const std::string& path) {
    ProtocolStage result;
    result.id = text(row, "id");
    result.label = words(row, "label", path);
    result.about = words(row, "about", path);
    result.sessions = sessions(row, path);
    result.gate = text(row, "gate");
    result.techniques = texts_of(row, "techniques");
    result.origin = origin(row, path);
    each_of(row, "steps", path + ".steps", result.steps, &ProtocolReader::step);
    each_of(row, "exits", path + ".exits", result.exits, &ProtocolReader::marker);
    if (result.exits.empty()) fault(path + ".exits", "says how one sees that it is done: one at least");
    if (!result.gate.empty() && find_gate(protocol_, result.gate) == nullptr)
      fault(path + ".gate", "names a gate that is not there");
    return result;
  }

  ProtocolStep step(const toml::table& row, const std::string& path) {
    return {text(row, "id"),          words(row, "label", path), words(row, "about", path),
            words(row, "with", path), sessions(row, path),       origin(row, path)};
  }
  ExitMarker marker(const toml::table& row, const std::string& path) {
    return {text(row, "id"), words(row, "text", path), origin(row, path)};
  }

  ProtocolGate gate(const toml::table& row, const std::string& path) {
    ProtocolGate result;
    result.id = text(row, "id");
    result.label = words(row, "label", path);
    result.words = words(row, "words", path);
    result.origin = origin(row, path);
    each_of(row, "conditions", path + ".conditions", result.conditions, &ProtocolReader::condition);
    if (result.conditions.empty()) fault(path + ".conditions", "asks one thing at least");
    return result;
  }
  GateCondition condition(const toml::table& row, const std::string& path) {
    return {text(row, "id"), words(row, "question", path), texts_of(row, "holds"), origin(row, path)};
  }

  FidelityItem fidelity(const toml::table& row, const std::string& path) {
    FidelityItem item{text(row, "id"), text(row, "text"), texts_of(row, "stages"), flag_of(row, "prohibited"),
                      origin(row, path)};
    // What must not be done is named there on purpose.
    if (!item.prohibited) texts_.emplace_back(path + ".text", item.text);
    for (const std::string& stage : item.stages)
      if (find_stage(protocol_, stage) == nullptr) fault(path + ".stages", "names a stage that is not there");
    return item;
  }

  void read_contraindications() {
    for (const toml::table* row : tables(table(), "contraindications")) {
      const std::string path = fmt::format("contraindications[{}]", protocol_.contraindications.size() + 1);
      protocol_.contraindications.push_back(
          {text(*row, "hold"), words(*row, "words", path), origin(*row, path)});
      const Contraindication& last = protocol_.contraindications.back();
      if (last.hold.empty() && last.words.empty()) fault(path, "a hold, or words, or both");
    }
  }

  void read_shares() {
    const toml::table& shares = *table()["shares"].as_table();
    double total = 0;
    for (std::size_t i = 0; i < technique_families.size(); ++i) {
      const double share = number_of(shares, to_text(technique_families[i])).value_or(0);
      if (!(share >= 0 && share <= 1))
        fault(fmt::format("shares.{}", to_text(technique_families[i])), "from 0 to 1");
      protocol_.shares[i] = share;
      total += share;
    }
    if (!(std::abs(total - 1) < share_slack)) fault("shares", "the five add up to 1");
    protocol_.shares_origin = origin(shares, "shares");
  }

  void read_evidence() {
    for (const toml::table* row : tables(table(), "evidence")) {
      const std::string path = fmt::format("evidence[{}]", protocol_.evidence.size() + 1);
      EvidenceLine line;
      line.finding = text(*row, "finding");
      line.design = text(*row, "design");
      line.outcome = text(*row, "outcome");
      line.comparison = text(*row, "comparison");
      line.metric = text(*row, "metric");
      line.estimate = number_of(*row, "estimate");
      const auto interval = (*row)["interval"].as_array();
      if (interval != nullptr && interval->size() == 2) {
        line.low = (*interval)[0].value<double>();
        line.high = (*interval)[1].value<double>();
      }
      line.n = count_of(*row, "n");
      line.studies = count_of(*row, "studies");
      line.origin = origin(*row, path);
      prove_evidence(*row, line, path);
      protocol_.evidence.push_back(std::move(line));
    }
  }

  void prove_evidence(const toml::table& row, const EvidenceLine& line, const std::string& path) {
    if (!row.contains("source") || !row.contains("status"))
      fault(path + ".source", "evidence names a source of its own, and whether it has been seen");
    if (line.origin.status == SourceStatus::proposed)
      fault(path + ".status", "evidence is seen or unverified, never proposed");
    if (line.estimate.has_value() == line.metric.empty())
      fault(path + ".metric", "goes with an estimate, and only with one");
    if (!line.metric.empty() &&
        std::find(std::begin(metrics), std::end(metrics), line.metric) == std::end(metrics))
      fault(path + ".metric", fmt::format("one of {}", fmt::join(metrics, ", ")));
    if (row.contains("interval") && !(line.low && line.high && line.estimate && *line.low <= *line.estimate &&
                                      *line.estimate <= *line.high))
      fault(path + ".interval", "[low, high], with the estimate between them");
    if (line.estimate && line.outcome.empty()) fault(path + ".outcome", "an estimate is of something");
  }

  void read_measures() {
    for (const toml::table* row : tables(table(), "measures")) {
      const std::string path = fmt::format("measures[{}]", protocol_.measures.size() + 1);
      ProtocolMeasure measure{text(*row, "instrument"), {}, words(*row, "why", path)};
      for (const std::string& word : texts_of(*row, "when")) {
        const auto* const known = std::find_if(std::begin(timings), std::end(timings),
                                               [&](Timing timing) { return to_text(timing) == word; });
        if (known == std::end(timings))
          fault(path + ".when", "start, every_session, every_weeks, middle, end, follow_up or when_needed");
        else
          measure.when.push_back(*known);
      }
      if (measure.when.empty()) fault(path + ".when", "says no time");
      protocol_.measures.push_back(std::move(measure));
    }
  }

  void prove() {
    if (!file_.name.ends_with(protocol_file_name(protocol_.id, protocol_.version)))
      fault("id", "id and version must be as in protocols/<id>/<version>.toml");
    if (!is_short_name(protocol_.id)) fault("id", short_name_words);
    if (!is_short_name(protocol_.version)) fault("version", short_name_words);
    if (protocol_.units.empty()) fault("units", "one at least: individual, couple, family");
    for (const std::string& unit : protocol_.units)
      if (std::find(std::begin(unit_words), std::end(unit_words), unit) == std::end(unit_words))
        fault("units", "individual, couple or family");
    for (const auto& [key, age] :
         {std::pair("age_from", protocol_.age_from), std::pair("age_to", protocol_.age_to)})
      if (age && (*age < 0 || *age > oldest)) fault(key, "from 0 to 120");
    if (protocol_.age_from && protocol_.age_to && *protocol_.age_from > *protocol_.age_to)
      fault("age_to", "not below age_from");
    if (protocol_.stages.empty()) fault("stages", "one at least");
    if (protocol_.evidence.empty())
      fault("evidence", "one line at least; where nothing is known, it says so");
  }

  void warn() {
    for (const auto& [where, words] : texts_)
      for (ProtocolWarning& found : coercion_in(words, where)) protocol_.warnings.push_back(std::move(found));
  }

  const Document& file_;
  Protocol protocol_;
  std::vector<std::pair<std::string, std::string>> texts_;
};

template <class Entry>
const Entry* with_id(const std::vector<Entry>& entries, std::string_view id) {
  for (const Entry& entry : entries)
    if (entry.id == id) return &entry;
  return nullptr;
}

bool is_later(const Protocol& a, const Protocol& b) {
  return std::pair(a.version.size(), a.version) > std::pair(b.version.size(), b.version);
}

}  // namespace

bool is_protocol_file(std::string_view path) {
  if (!path.ends_with(".toml")) return false;
  const auto version = path.find_last_of('/');
  if (version == std::string_view::npos || version == 0) return false;
  const auto id = path.find_last_of('/', version - 1);
  if (id == std::string_view::npos) return false;
  const auto folder = path.substr(0, id);
  return folder == "protocols" || folder.ends_with("/protocols");
}

std::string protocol_file_name(std::string_view id, std::string_view version) {
  return fmt::format("protocols/{}/{}.toml", id, version);
}

Protocol read_protocol(const Document& file, Faults& faults) {
  return ProtocolReader(file, faults).read();
}

Faults prove_protocol(const Protocol& protocol, const Library& library) {
  Faults faults;
  const auto fault = [&](std::string field, std::string detail) {
    faults.push_back({ErrorKind::definition, "definition.protocol", std::move(detail),
                      Place{protocol_file_name(protocol.id, protocol.version), 0, 0, std::move(field)}});
  };
  for (std::size_t i = 0; i < protocol.stages.size(); ++i)
    for (const std::string& id : protocol.stages[i].techniques)
      if (find_technique(library, id) == nullptr)
        fault(fmt::format("stages[{}].techniques", i + 1),
              fmt::format("'{}' is no technique", printable(id)));
  for (std::size_t i = 0; i < protocol.contraindications.size(); ++i)
    if (const std::string& id = protocol.contraindications[i].hold;
        !id.empty() && find_hold(library, id) == nullptr)
      fault(fmt::format("contraindications[{}].hold", i + 1), fmt::format("'{}' is no hold", printable(id)));
  for (const ProtocolGate& gate : protocol.gates)
    for (const GateCondition& condition : gate.conditions)
      for (const std::string& id : condition.holds)
        if (find_hold(library, id) == nullptr)
          fault(fmt::format("gates.{}.{}", gate.id, condition.id),
                fmt::format("'{}' is no hold", printable(id)));
  for (std::size_t i = 0; i < protocol.measures.size(); ++i)
    if (!find_instrument(library, protocol.measures[i].instrument))
      fault(fmt::format("measures[{}].instrument", i + 1), "is no instrument of the library");
  return faults;
}

Faults prove_protocols(const Library& library) {
  Faults faults;
  for (const Protocol& protocol : library.protocols)
    for (Error& fault : prove_protocol(protocol, library)) faults.push_back(std::move(fault));
  return faults;
}

Result<const Protocol*> find_protocol(const Library& library, std::string_view reference) {
  const auto at = reference.find('@');
  const auto id = reference.substr(0, at);
  const Protocol* found = nullptr;
  for (const Protocol& protocol : library.protocols) {
    if (protocol.id != id) continue;
    if (at != std::string_view::npos && protocol.version != reference.substr(at + 1)) continue;
    if (found == nullptr || is_later(protocol, *found)) found = &protocol;
  }
  if (found != nullptr) return found;
  std::set<std::string> known;
  for (const Protocol& protocol : library.protocols)
    known.insert(fmt::format("{}@{}", protocol.id, protocol.version));
  return fail(ErrorKind::not_found, "protocol.unknown",
              fmt::format("a protocol that is there: {}", fmt::join(known, ", ")));
}

const ProtocolStage* find_stage(const Protocol& protocol, std::string_view id) {
  return with_id(protocol.stages, id);
}
const ExitMarker* find_marker(const ProtocolStage& stage, std::string_view id) {
  return with_id(stage.exits, id);
}
const ProtocolGate* find_gate(const Protocol& protocol, std::string_view id) {
  return with_id(protocol.gates, id);
}

std::vector<const FidelityItem*> fidelity_in(const Protocol& protocol, std::string_view stage) {
  std::vector<const FidelityItem*> items;
  for (const bool prohibited : {false, true})
    for (const FidelityItem& item : protocol.fidelity)
      if (item.prohibited == prohibited &&
          (item.stages.empty() ||
           std::find(item.stages.begin(), item.stages.end(), stage) != item.stages.end()))
        items.push_back(&item);
  return items;
}

}  // namespace securebase::catalog
