#include "catalog/position_rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/load.hpp"
#include "catalog/structure.hpp"

namespace securebase::catalog {
namespace {

constexpr PositionLevel position_levels[] = {PositionLevel::figure, PositionLevel::romance,
                                             PositionLevel::overall};

std::optional<double> given(const toml::table& row, std::string_view key) {
  return row[key].value<double>();
}

std::vector<std::string> words(const toml::table& row, std::string_view key) {
  std::vector<std::string> all;
  const auto* array = row[key].as_array();
  if (array == nullptr) return all;
  all.reserve(array->size());
  for (const auto& node : *array) all.push_back(*node.value<std::string>());
  return all;
}

/// One file while it is read.
class PositionsLoad {
 public:
  PositionsLoad(const Document& file, Faults& faults)
      : file_(file), faults_(faults), structure_(read_structure(file.name, file.bytes, positions_shape())) {
    for (const Error& fault : structure_.faults) add_fault(faults_, fault);
  }

  std::vector<PositionRule> load() {
    std::vector<PositionRule> rules;
    if (!structure_.complete) return rules;
    const auto rows = tables(structure_.table, "measures");
    rules.reserve(rows.size());
    for (const toml::table* row : rows) {
      path_ = fmt::format("measures[{}]", rules.size() + 1);
      rules.push_back(rule(*row));
    }
    return rules;
  }

 private:
  PositionRule rule(const toml::table& row) {
    PositionRule result;
    result.instrument = text(row, "instrument");
    result.orders = words(row, "orders");
    for (const PositionLevel level : position_levels)
      if (to_text(level) == text(row, "about")) result.level = level;
    result.anxiety = axis(row, "anxiety");
    result.avoidance = axis(row, "avoidance");
    result.norm = text(row, "norm");
    result.borrowed = text(row, "borrowed");
    result.reliability = text(row, "reliability");
    result.correlation = given(row, "correlation").value_or(0);
    result.provenance = {text(row, "source"), row["verified"].value<bool>().value_or(false),
                         text(row, "note")};
    result.where = place_of(structure_, file_.name, path_);
    result.direction_only = result.norm.empty() && result.borrowed.empty();
    cite(result);
    prove(row, result);
    return result;
  }

  static PositionAxis axis(const toml::table& row, const std::string& name) {
    return {text(row, name), given(row, name + "_origin"), given(row, name + "_unit"),
            given(row, name + "_reliability")};
  }

  void cite(PositionRule& rule) {
    for (const toml::table* source : tables(structure_.table, "sources"))
      if (text(*source, "id") == rule.provenance.source) rule.citation = text(*source, "citation");
    if (rule.citation.empty()) fault("source", "is the id of a row of [[sources]]");
  }

  void prove(const toml::table& row, const PositionRule& rule) {
    if (rule.orders.empty()) fault("orders", "names no order");
    if (!rule.norm.empty() && !rule.borrowed.empty()) fault("borrowed", "goes without a norm only");
    prove_axis("anxiety", rule.anxiety, rule);
    prove_axis("avoidance", rule.avoidance, rule);
    if (row.contains("correlation") == rule.direction_only)
      fault("correlation", "stands where there are norm or stand-in, and only there");
    if (!(rule.correlation > -1 && rule.correlation < 1)) fault("correlation", "lies between -1 and 1");
  }

  void prove_axis(const std::string& name, const PositionAxis& axis, const PositionRule& rule) {
    const bool stands_in = axis.origin.has_value() && axis.unit.has_value();
    if (stands_in == rule.borrowed.empty() || axis.origin.has_value() != axis.unit.has_value())
      fault(name + "_origin", "origin and unit stand together, where they are borrowed, and only there");
    if (axis.unit && !(*axis.unit > 0)) fault(name + "_unit", "is above 0");
    if (axis.reliability && !(*axis.reliability > 0 && *axis.reliability < 1))
      fault(name + "_reliability", "lies between 0 and 1");
    if ((axis.reliability ? 1 : 0) + (rule.reliability.empty() ? 0 : 1) != (rule.direction_only ? 0 : 1))
      fault(name + "_reliability", "is written here or named from the definition, one of the two");
  }

  void fault(const std::string& field, std::string detail) {
    add_fault(faults_, {ErrorKind::definition, "definition.positions", std::move(detail),
                        place_of(structure_, file_.name, path_ + "." + field)});
  }

  const Document& file_;
  Faults& faults_;
  Structure structure_;
  std::string path_;
};

/// Of everybody in a group: neither gender nor age.
const Norm* norm_of(const Scale& scale, const Order& order, const std::string& group) {
  for (const Norm& norm : scale.norms)
    if (norm.group == group && !norm.gender && !norm.age_from && !norm.age_to &&
        holds_in_order(norm.orders, order))
      return &norm;
  return nullptr;
}

const Reliability* reliability_of(const Scale& scale, const Order& order, const std::string& kind) {
  for (const Reliability& reliability : scale.reliabilities)
    if (reliability.kind == kind && holds_in_order(reliability.orders, order)) return &reliability;
  return nullptr;
}

bool has_order(const PositionRule& rule, const std::string& order) {
  return std::find(rule.orders.begin(), rule.orders.end(), order) != rule.orders.end();
}

/// The instrument in the version that scores are usually of: the latest.
const Instrument* instrument_of(const PositionRule& rule, const Library& library) {
  const auto found = find_instrument(library, rule.instrument);
  return found ? *found : nullptr;
}

void prove_against(const PositionRule& rule, const Instrument& instrument, Faults& faults) {
  const auto fault = [&](std::string detail) {
    faults.push_back({ErrorKind::definition, "definition.positions", std::move(detail), rule.where});
  };
  for (const auto* axis : {&rule.anxiety, &rule.avoidance})
    if (find_scale(instrument, axis->scale) == nullptr)
      return fault(fmt::format("{} has no scale of this id", instrument.id));
  if (rule.direction_only != (instrument.calibration_needed > 0))
    fault("a measure that still needs calibration gives a direction only, every other one a position");
  const auto& respondents = instrument.respondents;
  const bool named =
      std::any_of(respondents.begin(), respondents.end(), [](const auto& r) { return r.names_figure; });
  if (named != (rule.level == PositionLevel::figure))
    fault("a measure that is asked about one named person gives the position with a figure, and no other");
  for (const std::string& id : rule.orders) {
    const Order* order = find_order(instrument, id);
    if (order == nullptr)
      fault(fmt::format("{} has no order of this id", instrument.id));
    else if (!rule.direction_only &&
             (!position_numbers(rule, PositionAxisName::anxiety, instrument, *order) ||
              !position_numbers(rule, PositionAxisName::avoidance, instrument, *order)))
      fault(fmt::format("{} has no such norm or reliability in the order {}", instrument.id, id));
  }
}

}  // namespace

std::string_view to_text(PositionLevel level) {
  switch (level) {
    case PositionLevel::figure:
      return "figure";
    case PositionLevel::romance:
      return "romance";
    case PositionLevel::overall:
      return "overall";
  }
  return "";
}

bool is_positions_file(std::string_view name) {
  return name == "positions.toml";
}

std::vector<PositionRule> read_positions(const Document& file, Faults& faults) {
  return PositionsLoad(file, faults).load();
}

const PositionRule* find_position_rule(const Library& library, const std::string& instrument,
                                       const std::string& order) {
  for (std::size_t i = library.positions.size(); i-- > 0;)
    if (library.positions[i].instrument == instrument && has_order(library.positions[i], order))
      return &library.positions[i];
  return nullptr;
}

std::optional<PositionNumbers> position_numbers(const PositionRule& rule, PositionAxisName axis,
                                                const Instrument& instrument, const Order& order) {
  if (rule.direction_only) return std::nullopt;
  const PositionAxis& from = axis == PositionAxisName::anxiety ? rule.anxiety : rule.avoidance;
  const Scale* scale = find_scale(instrument, from.scale);
  if (scale == nullptr) return std::nullopt;
  PositionNumbers numbers;
  numbers.verified = rule.provenance.verified;
  if (rule.norm.empty()) {
    if (!from.origin || !from.unit) return std::nullopt;
    numbers.origin = *from.origin;
    numbers.unit = *from.unit;
    numbers.stand_in = true;
    numbers.verified = false;
    numbers.group = rule.borrowed;
    numbers.basis = fmt::format("origin {:.2f}, unit {:.2f}, borrowed from {}", numbers.origin, numbers.unit,
                                rule.borrowed);
  } else {
    const Norm* norm = norm_of(*scale, order, rule.norm);
    if (norm == nullptr) return std::nullopt;
    numbers.origin = norm->mean;
    numbers.unit = norm->sd;
    numbers.verified = numbers.verified && norm->provenance.verified;
    numbers.group = norm->sample;
    numbers.basis = fmt::format("mean {:.2f}, SD {:.2f} of {}", norm->mean, norm->sd, norm->sample);
  }
  const Reliability* known =
      rule.reliability.empty() ? nullptr : reliability_of(*scale, order, rule.reliability);
  if (known == nullptr && !from.reliability) return std::nullopt;
  numbers.reliability = known == nullptr ? *from.reliability : known->value;
  numbers.verified = numbers.verified && (known == nullptr || known->provenance.verified);
  numbers.basis += known == nullptr
                       ? fmt::format("; reliability {:.2f}", numbers.reliability)
                       : fmt::format("; {} {:.2f} ({})", known->kind, known->value, known->group);
  return numbers;
}

Faults prove_positions(const Library& library) {
  Faults faults;
  for (const PositionRule& rule : library.positions)
    if (const Instrument* instrument = instrument_of(rule, library)) prove_against(rule, *instrument, faults);
  return faults;
}

}  // namespace securebase::catalog
