#include "catalog/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/printable.hpp"
#include "catalog/prove.hpp"
#include "catalog/structure.hpp"

namespace securebase::catalog {
namespace {

// Getters for tables whose structure has been checked: required fields are there, types are right.

int integer(const toml::table& table, std::string_view key, int otherwise = 0) {
  return static_cast<int>(table[key].value<std::int64_t>().value_or(otherwise));
}
double number(const toml::table& table, std::string_view key, double otherwise = 0) {
  return table[key].value<double>().value_or(otherwise);
}
bool boolean(const toml::table& table, std::string_view key) {
  return table[key].value<bool>().value_or(false);
}

std::optional<int> optional_integer(const toml::table& table, std::string_view key) {
  if (!table.contains(key)) return std::nullopt;
  return integer(table, key);
}

std::optional<double> optional_number(const toml::table& table, std::string_view key) {
  if (!table.contains(key)) return std::nullopt;
  return number(table, key);
}

template <class Value>
std::vector<Value> list(const toml::table& table, std::string_view key) {
  std::vector<Value> values;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) values.push_back(*node.value<Value>());
  return values;
}
std::vector<double> numbers(const toml::table& table, std::string_view key) {
  return list<double>(table, key);
}
std::vector<std::string> texts(const toml::table& table, std::string_view key) {
  return list<std::string>(table, key);
}

template <class Read>
auto rows(const toml::table& table, std::string_view key, Read read) {
  std::vector<decltype(read(table))> values;
  for (const toml::table* row : tables(table, key)) values.push_back(read(*row));
  return values;
}

/// The value of a word in a list of words that stand in the order of the enum.
template <class Enum>
Enum word(const toml::table& table, std::string_view key, std::initializer_list<std::string_view> words) {
  const auto found = std::find(words.begin(), words.end(), text(table, key));
  return static_cast<Enum>(found == words.end() ? 0 : found - words.begin());
}

Provenance provenance(const toml::table& table) {
  return {text(table, "source"), boolean(table, "verified"), text(table, "note")};
}

Source source(const toml::table& table) {
  return {text(table, "id"), text(table, "citation"), text(table, "url")};
}

Respondent respondent(const toml::table& table) {
  return {text(table, "who"), text(table, "about"), boolean(table, "names_figure")};
}

Licence licence(const toml::table& table) {
  return {word<Wording>(table, "wording", {"shipped", "imported", "score_entry_only"}), text(table, "terms"),
          text(table, "holder"), text(table, "attribution"), provenance(table)};
}

Recode recode(const toml::table& table) {
  Recode result{integers(table, "items"), {}};
  for (const auto& [code, value] : *table["table"].as_table())
    result.table[std::stoi(std::string(code.str()))] = *value.value<double>();
  return result;
}

Key key(const toml::table& table) {
  return {integers(table, "items"), integers(table, "reversed"), numbers(table, "weights"),
          rows(table, "recodes", recode)};
}

Missing missing(const toml::table& table) {
  return {word<MissingRule>(table, "rule", {"complete", "prorate", "zero"}), integer(table, "max_missing"),
          text(table, "counted_over") == "form", boolean(table, "published"), provenance(table)};
}

Reliability reliability(const toml::table& table) {
  return {text(table, "kind"),  number(table, "value"), optional_integer(table, "interval_days"),
          text(table, "group"), texts(table, "orders"), provenance(table)};
}

std::vector<std::pair<double, double>> pairs(const toml::table& table, std::string_view key) {
  std::vector<std::pair<double, double>> result;
  if (const auto* array = table[key].as_array())
    for (const auto& node : *array) {
      const auto& pair = *node.as_array();
      result.emplace_back(*pair[0].value<double>(), *pair[1].value<double>());
    }
  return result;
}

Norm norm(const toml::table& table) {
  Norm result;
  result.group = text(table, "group");
  result.sample = text(table, "sample");
  if (table.contains("gender")) result.gender = text(table, "gender");
  result.age_from = optional_integer(table, "age_from");
  result.age_to = optional_integer(table, "age_to");
  result.n = optional_integer(table, "n");
  result.mean = number(table, "mean");
  result.sd = number(table, "sd");
  result.basis = word<PercentileBasis>(table, "percentile", {"normal", "table", "none"});
  result.percentiles = pairs(table, "percentiles");
  result.orders = texts(table, "orders");
  result.provenance = provenance(table);
  return result;
}

Band band(const toml::table& table) {
  return {number(table, "from"), text(table, "label")};
}

Bands bands(const toml::table& table) {
  return {rows(table, "levels", band), text(table, "meaning"), texts(table, "orders"), provenance(table)};
}

Cutoff cutoff(const toml::table& table) {
  return {text(table, "label"),
          number(table, "value"),
          word<Side>(table, "side", {"at_or_above", "below"}),
          boolean(table, "clinical_boundary"),
          texts(table, "orders"),
          provenance(table),
          text(table, "as_published")};
}

PublishedChange published_change(const toml::table& table) {
  return {word<ChangeKind>(table, "kind", {"reliable", "important"}), number(table, "points"),
          text(table, "basis"), texts(table, "orders"), provenance(table)};
}

Scale scale(const toml::table& table) {
  Scale result;
  result.id = text(table, "id");
  result.name = text(table, "name");
  result.description = text(table, "description");
  result.verb = word<Verb>(table, "verb", {"sum", "mean", "count"});
  if (table.contains("threshold")) result.threshold = number(table, "threshold");
  result.multiply = number(table, "multiply", 1);
  result.direction = word<Direction>(table, "direction", {"higher_worse", "higher_better", "contested"});
  const auto range = numbers(table, "range");
  if (range.size() == 2) std::tie(result.range_min, result.range_max) = std::pair(range[0], range[1]);
  result.key = key(table);
  for (auto& [order, own] :
       rows(table, "orders", [](const toml::table& t) { return std::pair(text(t, "order"), key(t)); }))
    result.order_keys[order] = own;
  if (const auto* rule = table["missing"].as_table())
    result.missing = missing(*rule);
  else
    result.missing.provenance = {text(table, "source"), boolean(table, "verified"),
                                 "no published rule: complete answers required"};
  result.reliabilities = rows(table, "reliabilities", reliability);
  result.norms = rows(table, "norms", norm);
  result.bands = rows(table, "bands", bands);
  result.cutoffs = rows(table, "cutoffs", cutoff);
  result.changes = rows(table, "changes", published_change);
  result.provenance = provenance(table);
  return result;
}

Condition condition(const toml::table& table) {
  return {integers(table, "items"), integer(table, "at_least"), integer(table, "count", 1)};
}

Criterion criterion(const toml::table& table) {
  return {text(table, "id"),        text(table, "name"),      rows(table, "conditions", condition),
          texts(table, "requires"), texts(table, "excludes"), text(table, "meaning"),
          provenance(table)};
}

Risk risk(const toml::table& table) {
  return {integers(table, "items"), integer(table, "at_least"), text(table, "topic"), provenance(table)};
}

Rule rule(const toml::table& table) {
  return {word<Action>(table, "action", {"show_help_if", "show_item_if"}), integers(table, "target_items"),
          integer(table, "item"), integer(table, "at_least")};
}

Order order(const toml::table& table, AnswerRange range) {
  Order result;
  result.id = text(table, "id");
  result.name = text(table, "name");
  result.default_range = !table.contains("min") && !table.contains("max");
  result.range = {integer(table, "min", range.min), integer(table, "max", range.max)};
  result.missing_codes = integers(table, "missing_codes");
  result.provenance = provenance(table);
  result.note = result.provenance.note;
  return result;
}

bool is_item(int number, const std::vector<Item>& items) {
  return number >= 1 && static_cast<std::size_t>(number) <= items.size();
}

/// Item numbers outside the form are left alone here; prove_instrument() reports them.
template <class Change>
void for_items(std::vector<Item>& items, const std::vector<int>& wanted, Change change) {
  for (const int number : wanted)
    if (is_item(number, items)) change(items[static_cast<std::size_t>(number - 1)]);
}

std::vector<Item> items(const toml::table& table, AnswerRange range) {
  std::vector<Item> result(static_cast<std::size_t>(std::clamp(integer(table, "count"), 0, most_items)));
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = {static_cast<int>(i + 1), range, false, false, ""};
  for_items(result, integers(table, "filler"), [](Item& item) { item.filler = true; });
  for_items(result, integers(table, "optional"), [](Item& item) { item.optional = true; });
  for (const auto& own : rows(table, "ranges", [](const toml::table& t) { return t; }))
    for_items(result, integers(own, "items"), [&](Item& item) {
      item.range = {integer(own, "min"), integer(own, "max")};
    });
  if (const auto* gists = table["gists"].as_table())
    for (const auto& entry : *gists)
      for_items(result, {item_number(entry.first)},
                [&](Item& item) { item.gist = entry.second.value_or(std::string()); });
  return result;
}

Instrument instrument(const toml::table& table) {
  Instrument result;
  result.id = text(table, "id");
  result.version = text(table, "version");
  result.name = text(table, "name");
  result.abbreviation = text(table, "abbreviation");
  result.family = text(table, "family");
  result.summary = text(table, "summary");
  result.recall = text(table, "recall");
  result.caution = text(table, "caution");
  result.calibration_needed = integer(table, "calibration_needed");
  result.sources = rows(table, "sources", source);
  result.respondents = rows(table, "respondents", respondent);
  result.licence = licence(*table["licence"].as_table());
  const auto& responses = *table["responses"].as_table();
  const AnswerRange range{integer(responses, "min"), integer(responses, "max")};
  result.items = items(*table["items"].as_table(), range);
  result.orders = rows(table, "orders", [&](const toml::table& t) { return order(t, range); });
  result.scales = rows(table, "scales", scale);
  result.criteria = rows(table, "criteria", criterion);
  result.risks = rows(table, "risks", risk);
  result.rules = rows(table, "rules", rule);
  return result;
}

GoldenAnswer golden_answer(const toml::node& node) {
  if (const auto code = node.value<std::int64_t>()) return static_cast<int>(*code);
  return node.value_or(std::string());
}

std::vector<GoldenAnswer> golden_answers(const toml::table& table, const Instrument& instrument,
                                         const Order* order) {
  std::vector<GoldenAnswer> answers;
  if (const auto* given = table["answers"].as_array())
    for (const auto& node : *given) answers.push_back(golden_answer(node));
  if (!table.contains("fill") || order == nullptr) return answers;
  for (const Item& item : instrument.items) {
    const AnswerRange range = range_in_order(instrument, *order, item.number);
    answers.emplace_back(range.min <= range.max ? std::clamp(integer(table, "fill"), range.min, range.max)
                                                : range.min);
  }
  if (const auto* changed = table["set"].as_table())
    for (const auto& [number, node] : *changed) {
      const int item = item_number(number);
      if (is_item(item, instrument.items)) answers[static_cast<std::size_t>(item - 1)] = golden_answer(node);
    }
  return answers;
}

std::map<std::string, std::string> text_map(const toml::table& table, std::string_view key) {
  std::map<std::string, std::string> result;
  if (const auto* entries = table[key].as_table())
    for (const auto& [name, node] : *entries) result[std::string(name.str())] = node.value_or(std::string());
  return result;
}

GoldenCase golden_case(const toml::table& table, const Instrument& instrument) {
  GoldenCase result;
  result.name = text(table, "name");
  result.order = text(table, "order");
  if (result.order.empty() && !instrument.orders.empty()) result.order = instrument.orders.front().id;
  result.answers = golden_answers(table, instrument, find_order(instrument, result.order));
  for (const auto& [name, node] : *table["scores"].as_table())
    result.scores[std::string(name.str())] = node.is_string() ? std::nullopt : node.value<double>();
  result.bands = text_map(table, "bands");
  result.criteria = text_map(table, "criteria");
  if (table.contains("risk")) result.risk = integers(table, "risk");
  result.source = text(table, "source");
  return result;
}

Text wording(const toml::table& table) {
  Text result{
      text(table, "locale"), text(table, "title"), text(table, "instruction"), texts(table, "options"), {}};
  const auto listed = rows(table, "items", [](const toml::table& t) {
    return std::pair(integer(t, "number"), ItemText{text(t, "text"), texts(t, "options")});
  });
  int highest = 0;
  for (const auto& [number, item] : listed) highest = std::max(highest, std::min(number, most_items));
  result.items.resize(static_cast<std::size_t>(highest));
  for (const auto& [number, item] : listed)
    if (number >= 1 && number <= highest) result.items[static_cast<std::size_t>(number - 1)] = item;
  return result;
}

ItemCalibration item_calibration(const toml::table& table) {
  return {integer(table, "item"),
          number(table, "discrimination"),
          optional_number(table, "discrimination_error"),
          numbers(table, "locations"),
          numbers(table, "location_errors"),
          numbers(table, "dependence")};
}

StateNorm state_norm(const toml::table& table) {
  StateNorm result;
  result.group = text(table, "group");
  if (table.contains("gender")) result.gender = text(table, "gender");
  result.age_from = optional_integer(table, "age_from");
  result.age_to = optional_integer(table, "age_to");
  result.n = integer(table, "n");
  result.mean = number(table, "mean");
  result.sd = number(table, "sd");
  return result;
}

Calibration calibration(const toml::table& table) {
  Calibration result;
  result.scale = text(table, "scale");
  result.order = text(table, "order");
  result.model = word<ItemResponseModel>(table, "model", {"graded_response", "generalized_partial_credit"});
  result.simulated = text(table, "answers") == "simulated";
  result.sample = text(table, "sample");
  result.people = integer(table, "people");
  result.reliability = optional_number(table, "reliability");
  result.engine = text(table, "engine");
  result.items = rows(table, "items", item_calibration);
  result.norms = rows(table, "norms", state_norm);
  result.provenance = provenance(table);
  return result;
}

/// The calibrations of a file beside those the instrument has.
Faults read_calibrations(Instrument& instrument, const Document& file) {
  const Structure structure = read_structure(file.name, file.bytes, calibration_shape());
  if (!structure.complete) return structure.faults;
  for (Source& more : rows(structure.table, "sources", source)) {
    const auto same = [&](const Source& known) {
      return known.id == more.id && known.citation == more.citation && known.url == more.url;
    };
    if (std::none_of(instrument.sources.begin(), instrument.sources.end(), same))
      instrument.sources.push_back(std::move(more));
  }
  for (Calibration& more : rows(structure.table, "scales", calibration))
    instrument.calibrations.push_back(std::move(more));
  Faults faults = structure.faults;
  for (const Error& fault : prove_calibrations(instrument, file.name, structure)) add_fault(faults, fault);
  return faults;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}
std::string_view folder_name(std::string_view path) {
  const auto cut = path.find_last_of('/');
  return cut == std::string_view::npos ? "" : path.substr(0, cut);
}

bool is_text_file(std::string_view name) {
  return name.starts_with("text.") && name.ends_with(".toml");
}

/// calibration.toml, calibration.<anything>.toml
bool is_calibration_file(std::string_view name) {
  return name.starts_with("calibration.") && name.ends_with(".toml");
}

bool is_definition_file(std::string_view path) {
  const auto name = file_name(path);
  return name == "instrument.toml" || name == "golden.toml" || is_calibration_file(name) ||
         is_text_file(name);
}

/// One version's folder while it is being read.
class Folder {
 public:
  Folder(std::span<const Document> files, GoldenFiles golden) : files_(files), golden_(golden) {}

  Result<Instrument, Faults> load() {
    const Document* main = find("instrument.toml");
    if (main == nullptr) return missing_main();
    each_once();
    read_main(*main);
    for (const Document& file : files_)
      if (is_text_file(file_name(file.name))) read_text(file);
    for (const Document& file : files_)
      if (is_calibration_file(file_name(file.name)) && sound_) append(read_calibrations(instrument_, file));
    if (golden_ == GoldenFiles::needed) read_golden_of(*main);
    if (!faults_.empty()) return tl::unexpected(faults_);
    instrument_.fingerprint = fingerprint();
    return instrument_;
  }

 private:
  const Document* find(std::string_view name) const {
    for (const Document& file : files_)
      if (file_name(file.name) == name) return &file;
    return nullptr;
  }

  Result<Instrument, Faults> missing_main() const {
    const std::string where = files_.empty() ? "" : std::string(folder_name(files_.front().name));
    return tl::unexpected(
        Faults{{ErrorKind::definition, "definition.no_instrument",
                "a version's folder needs a file instrument.toml", Place{where, 0, 0, {}}}});
  }

  void read_golden_of(const Document& main) {
    if (const Document* golden = find("golden.toml"))
      read_golden(*golden);
    else
      no_golden(folder_name(main.name));
  }

  void no_golden(std::string_view folder) {
    const std::string name = fmt::format("{}{}golden.toml", folder, folder.empty() ? "" : "/");
    faults_.push_back({ErrorKind::definition, "definition.no_golden",
                       "a definition needs cases with known scores: this file beside instrument.toml",
                       Place{name, 0, 0, {}}});
  }

  void each_once() {
    std::set<std::string_view> seen;
    for (const Document& file : files_)
      if (!seen.insert(file_name(file.name)).second)
        faults_.push_back({ErrorKind::definition, "definition.file_twice",
                           "the folder has two files of this name", Place{file.name, 0, 0, {}}});
  }

  /// Adds the faults of one file in the order in which they stand in it.
  void append(Faults of_file, const Faults& more = {}) {
    for (const Error& fault : more) add_fault(of_file, fault);
    std::stable_sort(of_file.begin(), of_file.end(), [](const Error& a, const Error& b) {
      const auto unknown_last = std::numeric_limits<std::size_t>::max();
      return (a.where.line > 0 ? a.where.line : unknown_last) <
             (b.where.line > 0 ? b.where.line : unknown_last);
    });
    faults_.insert(faults_.end(), of_file.begin(), of_file.end());
  }

  void read_main(const Document& file) {
    const Structure structure = read_structure(file.name, file.bytes, instrument_shape());
    if (!structure.complete) return append(structure.faults);
    instrument_ = instrument(structure.table);
    Faults proof = prove_instrument(instrument_, file.name, structure);
    const bool any_text = std::any_of(files_.begin(), files_.end(), [](const Document& other) {
      return is_text_file(file_name(other.name));
    });
    sound_ = proof.empty();
    if (const auto fault = prove_wording(instrument_, any_text, file.name, structure))
      add_fault(proof, *fault);
    append(structure.faults, proof);
  }

  void read_text(const Document& file) {
    const Structure structure = read_structure(file.name, file.bytes, text_shape());
    if (!structure.complete || !sound_) return append(structure.faults);
    instrument_.texts.push_back(wording(structure.table));
    append(structure.faults, prove_text(instrument_, instrument_.texts.back(), file.name, structure));
  }

  void read_golden(const Document& file) {
    const Structure structure = read_structure(file.name, file.bytes, golden_shape());
    if (!structure.complete || !sound_) return append(structure.faults);
    instrument_.golden_cases =
        rows(structure.table, "cases", [&](const toml::table& t) { return golden_case(t, instrument_); });
    for (std::size_t i = 0; i < instrument_.golden_cases.size(); ++i)
      instrument_.golden_cases[i].where = place_of(structure, file.name, fmt::format("cases[{}]", i + 1));
    append(structure.faults, prove_golden_cases(instrument_, file.name, structure));
  }

  std::string fingerprint() const {
    std::map<std::string_view, std::string_view> sorted;
    for (const Document& file : files_) sorted[file_name(file.name)] = file.bytes;
    std::uint64_t hash = fnv1a_begin;
    for (const auto& [name, bytes] : sorted) hash = fnv1a(fnv1a(hash, name), bytes);
    return fmt::format("{:016x}", hash);
  }

  std::span<const Document> files_;
  GoldenFiles golden_;
  Instrument instrument_;
  bool sound_ = false;  ///< proven, so that wording and golden cases can be held against it
  Faults faults_;
};

bool is_battery_file(std::string_view name) {
  return name.starts_with("battery.") && name.ends_with(".toml");
}

constexpr Timing timings[] = {Timing::start, Timing::every_session, Timing::every_weeks, Timing::middle,
                              Timing::end,   Timing::follow_up,     Timing::when_needed};

std::optional<Timing> timing(const std::string& word) {
  for (const Timing known : timings)
    if (to_text(known) == word) return known;
  return std::nullopt;
}

bool has_twice(std::vector<Timing> when) {
  std::sort(when.begin(), when.end());
  return std::adjacent_find(when.begin(), when.end()) != when.end();
}

/// A battery, and what is wrong with it by itself.
Battery battery(const Document& file, Faults& faults) {
  const Structure structure = read_structure(file.name, file.bytes, battery_shape());
  for (const Error& fault : structure.faults) add_fault(faults, fault);
  Battery result;
  if (!structure.complete) return result;
  const toml::table& table = structure.table;
  const auto fault = [&](const std::string& path, std::string detail) {
    add_fault(faults, {ErrorKind::definition, "definition.battery", std::move(detail),
                       place_of(structure, file.name, path)});
  };
  constexpr int most_weeks = 520;
  constexpr int most_figures = 12;
  result.id = text(table, "id");
  result.name = text(table, "name");
  result.summary = text(table, "summary");
  result.weeks = integer(table, "weeks");
  result.sessions = integer(table, "sessions");
  if (file_name(file.name) != "battery." + result.id + ".toml") fault("id", "must be as in the file's name");
  if (result.weeks < 1 || result.weeks > most_weeks) fault("weeks", "must lie between 1 and 520");
  if (result.sessions < 1 || result.sessions > 7 * most_weeks)
    fault("sessions", "must lie between 1 and 3640");
  std::size_t number = 0;
  for (const toml::table* row : tables(table, "measures")) {
    const std::string path = fmt::format("measures[{}]", ++number);
    BatteryMeasure measure{text(*row, "instrument"),
                           text(*row, "who"),
                           {},
                           integer(*row, "weeks"),
                           integer(*row, "figures", 1),
                           text(*row, "note"),
                           place_of(structure, file.name, path)};
    for (const std::string& word : texts(*row, "when")) {
      if (const auto known = timing(word))
        measure.when.push_back(*known);
      else
        fault(path + ".when",
              fmt::format("'{}' is none of start, every_session, every_weeks, middle, end, follow_up, "
                          "when_needed",
                          printable(word)));
    }
    const bool weekly =
        std::find(measure.when.begin(), measure.when.end(), Timing::every_weeks) != measure.when.end();
    if (measure.when.empty()) fault(path + ".when", "says no time");
    if (weekly != (measure.weeks > 0)) fault(path + ".weeks", "goes with every_weeks, and is above 0");
    if (measure.figures < 1 || measure.figures > most_figures)
      fault(path + ".figures", "must lie between 1 and 12");
    if (has_twice(measure.when)) fault(path + ".when", "names a time twice");
    if (std::any_of(result.measures.begin(), result.measures.end(), [&](const BatteryMeasure& known) {
          return known.instrument == measure.instrument && known.who == measure.who;
        }))
      fault(path + ".instrument",
            "stands there for the same respondent already: put all its times into one entry");
    result.measures.push_back(std::move(measure));
  }
  return result;
}

bool is_episodes_file(std::string_view name) {
  return name.starts_with("episodes.") && name.ends_with(".toml");
}

/// A coding of episodes, held against itself: its components, clusters without gaps, sources that are there.
class EpisodesLoad {
 public:
  EpisodesLoad(const Document& file, Faults& faults)
      : file_(&file), faults_(&faults), structure_(read_structure(file.name, file.bytes, episodes_shape())) {}

  EpisodeCoding load() {
    for (const Error& fault : structure_.faults) add_fault(*faults_, fault);
    EpisodeCoding coding;
    if (!structure_.complete) return coding;
    const toml::table& table = structure_.table;
    coding = {text(table, "id"),
              text(table, "name"),
              text(table, "summary"),
              integer(table, "fewest"),
              text(table, "fewest_note"),
              rows(table, "sources", source),
              {}};
    for (const toml::table* row : tables(table, "components"))
      coding.components.push_back(component(*row, coding.components.size(), coding.sources));
    if (file_name(file_->name) != "episodes." + coding.id + ".toml")
      fault("id", "must be as in the file's name");
    if (coding.fewest < 2 || coding.fewest > 1000) fault("fewest", "must lie between 2 and 1000");
    if (coding.components.size() != episode_components.size())
      fault("components", "are wish, response_of_other and response_of_self, each once and in this order");
    return coding;
  }

 private:
  EpisodeComponent component(const toml::table& row, std::size_t place, const std::vector<Source>& sources) {
    const std::string path = fmt::format("components[{}]", place + 1);
    EpisodeComponent result{
        text(row, "id"), text(row, "name"), text(row, "about"), integer(row, "standard"), {},
        provenance(row)};
    if (place >= episode_components.size() || result.id != episode_components[place])
      fault(path + ".id", "wish, response_of_other and response_of_self come in this order");
    if (result.standard < 1 || result.standard > 999) fault(path + ".standard", "must lie between 1 and 999");
    prove(result.provenance, path, sources);
    for (const toml::table* cluster : tables(row, "clusters")) {
      const std::string here = fmt::format("{}.clusters[{}]", path, result.clusters.size() + 1);
      result.clusters.push_back({integer(*cluster, "number"), text(*cluster, "label"), provenance(*cluster)});
      if (result.clusters.back().number != static_cast<int>(result.clusters.size()))
        fault(here + ".number", "clusters are numbered from 1, without gaps");
      prove(result.clusters.back().provenance, here, sources);
    }
    if (result.clusters.size() < 2 || result.clusters.size() > 99)
      fault(path + ".clusters", "there are 2 to 99");
    return result;
  }
  void prove(const Provenance& from, const std::string& path, const std::vector<Source>& sources) {
    if (std::none_of(sources.begin(), sources.end(),
                     [&](const Source& known) { return known.id == from.source; }))
      fault(path + ".source", "is the id of a row of [[sources]]");
  }
  void fault(const std::string& path, std::string detail) {
    add_fault(*faults_, {ErrorKind::definition, "definition.episodes", std::move(detail),
                         place_of(structure_, file_->name, path)});
  }

  const Document* file_;
  Faults* faults_;
  Structure structure_;
};

std::vector<CodingSystem> coding_systems(std::span<const Document> documents, Faults& faults) {
  std::vector<CodingSystem> systems;
  for (const Document& document : documents) {
    if (!is_coding_file(document.name)) continue;
    CodingSystem read = read_coding(document, faults);
    const auto same = [&](const CodingSystem& known) {
      return known.id == read.id && known.version == read.version;
    };
    if (std::any_of(systems.begin(), systems.end(), same))
      faults.push_back({ErrorKind::definition, "definition.id_twice",
                        "this coding system is defined in another file too: keep one of the two",
                        Place{document.name, 0, 0, "id"}});
    systems.push_back(std::move(read));
  }
  return systems;
}

/// Entries of the same id are replaced.
template <class Entry>
void put(std::vector<Entry>& into, std::vector<Entry> added) {
  for (Entry& entry : added) {
    const auto present =
        std::find_if(into.begin(), into.end(), [&](const Entry& other) { return other.id == entry.id; });
    if (present == into.end())
      into.push_back(std::move(entry));
    else
      *present = std::move(entry);
  }
}

std::vector<Protocol> protocols_in(std::span<const Document> documents, Faults& faults) {
  std::vector<Protocol> protocols;
  for (const Document& document : documents) {
    if (!is_protocol_file(document.name)) continue;
    Protocol read = read_protocol(document, faults);
    const auto same = [&](const Protocol& known) {
      return known.id == read.id && known.version == read.version;
    };
    if (std::any_of(protocols.begin(), protocols.end(), same))
      faults.push_back({ErrorKind::definition, "definition.id_twice",
                        "this protocol is defined in another file too: keep one of the two",
                        Place{document.name, 0, 0, "id"}});
    protocols.push_back(std::move(read));
  }
  return protocols;
}

void add_techniques(Library& library, const Document& document, Faults& faults) {
  const auto name = file_name(document.name);
  if (is_holds_file(name)) put(library.holds, read_holds(document, faults));
  if (is_techniques_file(name)) put(library.techniques, read_techniques(document, faults));
  if (!is_exercises_file(name)) return;
  ExerciseSet set = read_exercises(document, faults);
  library.exercise_rules = std::move(set.rules);
  put(library.exercises, std::move(set.exercises));
}

std::map<std::string, std::vector<Document>> by_folder(std::span<const Document> documents) {
  std::map<std::string, std::vector<Document>> folders;
  for (const Document& document : documents)
    if (is_definition_file(document.name))
      folders[std::string(folder_name(document.name))].push_back(document);
  return folders;
}

/// Folders in the order in which their first file came.
std::vector<std::string> folder_order(std::span<const Document> documents) {
  std::vector<std::string> order;
  std::set<std::string_view> seen;
  for (const Document& document : documents)
    if (is_definition_file(document.name) && seen.insert(folder_name(document.name)).second)
      order.emplace_back(folder_name(document.name));
  return order;
}

std::string name_of(const Instrument& instrument) {
  return fmt::format("{}@{}", instrument.id, instrument.version);
}

/// Versions are years or counting numbers: the longer is the later, then the greater.
bool newer(const Instrument& a, const Instrument& b) {
  return std::pair(a.version.size(), a.version) > std::pair(b.version.size(), b.version);
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

/// "ecr, ecr-r, ecr-rs": those that begin alike, at most three.
std::string near(const Library& library, std::string_view id) {
  constexpr std::size_t most = 3;
  std::set<std::pair<std::size_t, std::string_view>> close;  // by what differs
  for (const Instrument& instrument : library.instruments)
    if (const auto shared = common_prefix(instrument.id, id);
        shared >= std::clamp<std::size_t>(id.size(), 1, 3))
      close.emplace(id.size() - shared, instrument.id);
  std::vector<std::string_view> ids;
  for (const auto& [differs, known] : close)
    if (ids.size() < most) ids.push_back(known);
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string versions_of(const Library& library, std::string_view id) {
  std::vector<std::string_view> versions;
  for (const Instrument& instrument : library.instruments)
    if (instrument.id == id) versions.push_back(instrument.version);
  return fmt::format("{}", fmt::join(versions, ", "));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

Result<Instrument, Faults> load_instrument(std::span<const Document> files, GoldenFiles golden) {
  return Folder(files, golden).load();
}

Result<Instrument, Faults> with_calibration(Instrument instrument, const Document& file) {
  instrument.calibrations.clear();
  if (auto faults = read_calibrations(instrument, file); !faults.empty()) return tl::unexpected(faults);
  return instrument;
}

Result<Library, Faults> load_library(std::span<const Document> documents, GoldenFiles golden) {
  auto folders = by_folder(documents);
  Library library;
  Faults faults;
  std::map<std::string, std::string> folder_of;
  for (const std::string& folder : folder_order(documents)) {
    auto loaded = load_instrument(folders[folder], golden);
    if (!loaded) {
      faults.insert(faults.end(), loaded.error().begin(), loaded.error().end());
      continue;
    }
    const auto [first, is_new] = folder_of.try_emplace(name_of(*loaded), folder);
    if (is_new)
      library.instruments.push_back(std::move(*loaded));
    else
      faults.push_back({ErrorKind::definition, "definition.id_twice",
                        fmt::format("{} is also defined in {}: keep one of the two", first->first,
                                    printable(first->second, 200)),
                        Place{folder + "/instrument.toml", 0, 0, {}}});
  }
  for (const Document& document : documents)
    if (is_battery_file(file_name(document.name))) {
      Battery read = battery(document, faults);
      const auto same = [&](const Battery& known) { return known.id == read.id; };
      if (std::any_of(library.batteries.begin(), library.batteries.end(), same))
        faults.push_back({ErrorKind::definition, "definition.id_twice",
                          "a battery of this id is defined in another file too: keep one of the two",
                          Place{document.name, 0, 0, "id"}});
      library.batteries.push_back(std::move(read));
    }
  for (const Document& document : documents)
    if (is_episodes_file(file_name(document.name))) {
      EpisodeCoding read = EpisodesLoad(document, faults).load();
      const auto same = [&](const EpisodeCoding& known) { return known.id == read.id; };
      if (std::any_of(library.episode_codings.begin(), library.episode_codings.end(), same))
        faults.push_back({ErrorKind::definition, "definition.id_twice",
                          "a coding of this id is defined in another file too: keep one of the two",
                          Place{document.name, 0, 0, "id"}});
      library.episode_codings.push_back(std::move(read));
    }
  library.codings = coding_systems(documents, faults);
  for (const Document& document : documents) {
    if (!is_positions_file(file_name(document.name))) continue;
    auto rules = read_positions(document, faults);
    library.positions.insert(library.positions.end(), rules.begin(), rules.end());
  }
  for (const Document& document : documents) add_techniques(library, document, faults);
  library.protocols = protocols_in(documents, faults);
  if (!faults.empty()) return tl::unexpected(faults);
  return library;
}

std::vector<std::string> add_to(Library& library, Library added) {
  std::vector<std::string> replaced;
  for (Battery& battery : added.batteries) {
    const auto present = std::find_if(library.batteries.begin(), library.batteries.end(),
                                      [&](const Battery& other) { return other.id == battery.id; });
    if (present == library.batteries.end()) {
      library.batteries.push_back(std::move(battery));
      continue;
    }
    replaced.push_back("battery " + battery.id);
    *present = std::move(battery);
  }
  for (EpisodeCoding& coding : added.episode_codings) {
    const auto present = std::find_if(library.episode_codings.begin(), library.episode_codings.end(),
                                      [&](const EpisodeCoding& other) { return other.id == coding.id; });
    if (present == library.episode_codings.end())
      library.episode_codings.push_back(std::move(coding));
    else
      *present = std::move(coding);
  }
  library.positions.insert(library.positions.end(), added.positions.begin(), added.positions.end());
  put(library.holds, std::move(added.holds));
  put(library.techniques, std::move(added.techniques));
  if (!added.exercises.empty()) library.exercise_rules = std::move(added.exercise_rules);
  put(library.exercises, std::move(added.exercises));
  for (Protocol& protocol : added.protocols) {
    const auto present = std::find_if(
        library.protocols.begin(), library.protocols.end(),
        [&](const Protocol& other) { return other.id == protocol.id && other.version == protocol.version; });
    if (present == library.protocols.end()) {
      library.protocols.push_back(std::move(protocol));
      continue;
    }
    replaced.push_back(fmt::format("protocol {}@{}", protocol.id, protocol.version));
    *present = std::move(protocol);
  }
  for (CodingSystem& system : added.codings) {
    const auto present = std::find_if(
        library.codings.begin(), library.codings.end(),
        [&](const CodingSystem& other) { return other.id == system.id && other.version == system.version; });
    if (present == library.codings.end()) {
      library.codings.push_back(std::move(system));
      continue;
    }
    replaced.push_back(fmt::format("coding {}@{}", system.id, system.version));
    *present = std::move(system);
  }
  for (Instrument& instrument : added.instruments) {
    const auto present =
        std::find_if(library.instruments.begin(), library.instruments.end(),
                     [&](const Instrument& other) { return name_of(other) == name_of(instrument); });
    if (present == library.instruments.end()) {
      library.instruments.push_back(std::move(instrument));
      continue;
    }
    *present = std::move(instrument);
    replaced.push_back(name_of(*present));
  }
  return replaced;
}

std::vector<std::string> ignored_files(std::span<const Document> documents) {
  std::set<std::string_view> folders;
  for (const Document& document : documents)
    if (file_name(document.name) == "instrument.toml") folders.insert(folder_name(document.name));
  std::vector<std::string> names;
  for (const Document& document : documents)
    if (!is_definition_file(document.name) && document.name.ends_with(".toml") &&
        folders.contains(folder_name(document.name)))
      names.push_back(document.name);
  return names;
}

Result<const Instrument*> find_instrument(const Library& library, std::string_view reference) {
  const std::string in_lower_case = lower(reference);
  const std::string_view wanted = in_lower_case;
  const auto at = wanted.find('@');
  const auto id = wanted.substr(0, at);
  const auto version = at == std::string_view::npos ? std::string_view() : wanted.substr(at + 1);
  const Instrument* latest = nullptr;
  for (const Instrument& instrument : library.instruments) {
    if (instrument.id != id || (!version.empty() && instrument.version != version)) continue;
    if (latest == nullptr || !newer(*latest, instrument)) latest = &instrument;
  }
  if (latest != nullptr) return latest;
  const auto unknown = [&](std::string detail) {
    return fail(ErrorKind::not_found, "instrument.unknown", std::move(detail));
  };
  if (const auto versions = versions_of(library, id); !versions.empty())
    return unknown(fmt::format("{} has no version '{}'; it has {}", id, printable(version), versions));
  const auto close = near(library, id);
  return unknown(
      fmt::format("no instrument '{}'; {}", printable(reference),
                  close.empty() ? "'securebase instruments list' has those there are" : "near it: " + close));
}

}  // namespace securebase::catalog
