#include "wire/position_document.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/version.hpp"
#include "wire/csv.hpp"
#include "wire/csv_number.hpp"

namespace securebase::wire {
namespace {

using Json = nlohmann::ordered_json;
// All but Place, which base has too: there it is where in a file something stands.
using namespace attachment;  // NOLINT(google-build-using-namespace): this file is about it alone
using attachment::Place;

std::string written(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const QuadrantProbabilities& q);
Json to_json(const Moment& moment);
Json to_json(const RawScore& raw);
Json to_json(const Change& change);
Json to_json(const SecurityGain& gain);
Json to_json(const Node& node);
Json to_json(const Direction& direction);

Json to_json(double value) {
  return value;
}
Json to_json(const std::string& value) {
  return value;
}

Json to_json(const Position& position) {
  return {{"anxiety", position.anxiety}, {"avoidance", position.avoidance}};
}

Json to_json(const Place& place) {
  return {{"anxiety", place.at.anxiety},
          {"avoidance", place.at.avoidance},
          {"anxiety_error", place.anxiety_error},
          {"avoidance_error", place.avoidance_error},
          {"correlation", place.correlation},
          {"ellipse",
           {{"level", place.ellipse.level},
            {"semi_major", place.ellipse.semi_major},
            {"semi_minor", place.ellipse.semi_minor},
            {"angle", place.ellipse.angle}}}};
}

Json to_json(const Finding& finding) {
  return {{"code", finding.code},
          {"statement", finding.statement},
          {"basis", finding.basis},
          {"limits", finding.limits}};
}

Json to_json(const AxisScale& axis) {
  return {{"origin", axis.origin},
          {"unit", axis.unit},
          {"lowest", axis.lowest},
          {"highest", axis.highest},
          {"reliability", axis.reliability}};
}

Json to_json(const Shares& shares) {
  return {{"overall", shares.overall}, {"domain", shares.domain}, {"relation", shares.relation}};
}

template <class T>
Json maybe(const std::optional<T>& value) {
  return value ? to_json(*value) : Json(nullptr);
}

template <class T>
Json all_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(to_json(value));
  return array;
}

Json to_json(const Reference& reference) {
  return {{"instrument", reference.instrument},
          {"name", reference.name},
          {"order", reference.order},
          {"about", to_text(reference.feeds)},
          {"anxiety", to_json(reference.anxiety)},
          {"avoidance", to_json(reference.avoidance)},
          {"correlation", reference.correlation},
          {"stand_in", reference.stand_in},
          {"group", reference.group},
          {"basis", reference.basis},
          {"verified", reference.verified}};
}

Json to_json(const QuadrantProbabilities& q) {
  return {{"cut", q.cut},
          {"from", to_json(q.from)},
          {"to", to_json(q.to)},
          {"secure", q.secure},
          {"preoccupied", q.preoccupied},
          {"dismissing", q.dismissing},
          {"fearful", q.fearful},
          {"limits", q.limits}};
}

Json to_json(const ProfessionalReading& reading) {
  const LandmarkMembership& near = reading.landmarks;
  return {{"quadrants", all_of(reading.quadrants)},
          {"landmarks",
           {{"tau", near.tau},
            {"secure", near.secure},
            {"preoccupied", near.preoccupied},
            {"dismissing", near.dismissing},
            {"fearful", near.fearful}}},
          {"findings", all_of(reading.findings)}};
}

Json to_json(const Moment& moment) {
  return {{"month", moment.month},
          {"asked", moment.asked},
          {"standard", to_json(moment.place)},
          {"points", maybe(moment.points)}};
}

Json to_json(const RawScore& raw) {
  return {{"month", raw.month},
          {"instrument", raw.instrument},
          {"anxiety", maybe(raw.anxiety)},
          {"avoidance", maybe(raw.avoidance)},
          {"anxiety_error", raw.anxiety_error},
          {"avoidance_error", raw.avoidance_error},
          {"stand_in", raw.stand_in}};
}

Json to_json(const Change& change) {
  return {{"by", to_json(change.by)},
          {"length", change.length},
          {"chi_square", change.chi_square},
          {"p", change.p},
          {"exceeds_error", change.exceeds},
          {"anxiety_exceeds", change.anxiety_exceeds},
          {"avoidance_exceeds", change.avoidance_exceeds},
          {"security", change.security},
          {"security_error", change.security_error},
          {"security_exceeds", change.security_exceeds}};
}

Json to_json(const SecurityGain& gain) {
  return {{"before", gain.before},
          {"after", gain.after},
          {"gain", gain.gain},
          {"threshold", gain.threshold},
          {"beyond_error", gain.beyond_error},
          {"crossed_norm_mean", gain.crossed},
          {"reported_security_gain", gain.reported}};
}

const char* word_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::overall:
      return "overall";
    case NodeKind::domain:
      return "domain";
    case NodeKind::figure:
      return "figure";
  }
  return "";
}

Json to_json(const Node& node) {
  return {{"node", node.key},
          {"kind", word_of(node.kind)},
          {"with", node.label},
          {"domain", node.kind == NodeKind::overall ? Json(nullptr) : Json(to_text(node.domain))},
          {"asked", node.asked},
          {"occasions", node.occasions},
          {"first_asked", maybe(node.first_asked)},
          {"last_asked", maybe(node.last_asked)},
          {"then", to_json(node.then)},
          {"now", to_json(node.now)},
          {"change", maybe(node.change)},
          {"security_gain", maybe(node.gain)},
          {"path", all_of(node.path)},
          {"raw", all_of(node.raw)},
          {"findings", all_of(node.findings)}};
}

Json to_json(const Direction& direction) {
  Json points = Json::array();
  for (const auto& at : direction.points) points.push_back({{"month", at.month}, {"value", at.value}});
  return {{"figure", direction.figure},
          {"with", direction.label},
          {"instrument", direction.instrument},
          {"name", direction.name},
          {"axis", direction.axis == Axis::anxiety ? "anxiety" : "avoidance"},
          {"lowest", direction.lowest},
          {"highest", direction.highest},
          {"points", std::move(points)},
          {"middle", direction.middle},
          {"heading", to_text(direction.heading)}};
}

const char* word_of(Origin origin) {
  switch (origin) {
    case Origin::sheet:
      return "defaults";
    case Origin::given:
      return "given";
    case Origin::fitted:
      return "fitted";
  }
  return "";
}

Json to_json(const Hyperparameters& h) {
  return {{"dynamics", to_text(h.dynamics)},
          {"origin", word_of(h.origin)},
          {"courses", h.courses},
          {"mean", to_json(h.mean)},
          {"overall", h.overall},
          {"domain", h.domain},
          {"relation", h.relation},
          {"correlation", h.correlation},
          {"overall_drift", h.overall_drift},
          {"domain_drift", h.domain_drift},
          {"relation_drift", h.relation_drift},
          {"staying", h.staying},
          {"monthly_stability", h.monthly_stability},
          {"speed_error", h.speed_error}};
}

Json begun(const char* schema) {
  return {{"schema", schema}, {"engine_version", engine_version()}};
}

}  // namespace

std::string position_document(const Located& located, const std::optional<ProfessionalReading>& reading) {
  Json json = begun("securebase.position/1");
  json["reference"] = to_json(located.reference);
  json["raw"] = {{"standard", to_json(located.raw)}, {"points", to_json(located.raw_points)}};
  json["shrunken"] = located.shrunken ? Json{{"standard", to_json(*located.shrunken)},
                                             {"points", to_json(*located.shrunken_points)}}
                                      : Json(nullptr);
  json["pull"] = {{located.pull[0][0], located.pull[0][1]}, {located.pull[1][0], located.pull[1][1]}};
  json["security"] = located.security;
  json["hyperactivating"] = located.hyperactivating;
  json["least_reliable_change"] = {{"anxiety", located.least_reliable_anxiety},
                                   {"avoidance", located.least_reliable_avoidance}};
  json["findings"] = all_of(located.findings);
  if (reading) json["professional"] = to_json(*reading);
  return written(json);
}

std::string working_model_document(const WorkingModel& model,
                                   const std::optional<std::vector<NodeReading>>& readings) {
  Json json = begun("securebase.working_model/1");
  json["now"] = model.now;
  json["occasions"] = model.occasions;
  json["stand_in"] = model.stand_in;
  json["changed_most"] = maybe(model.changed_most);
  json["changed_most_exceeds_error"] = model.changed_most_exceeds;
  json["changed_most_exceeds_among_all"] = model.changed_most_exceeds_among_all;
  json["changed_beyond_error"] = model.changed;
  json["shares"] = {{"expected", to_json(model.expected)}, {"person", maybe(model.person)}};
  json["nodes"] = all_of(model.nodes);
  json["directions"] = all_of(model.directions);
  json["hyperparameters"] = to_json(model.hyperparameters);
  json["findings"] = all_of(model.findings);
  if (readings) {
    Json all = Json::array();
    for (const NodeReading& reading : *readings)
      all.push_back({{"node", reading.key}, {"then", to_json(reading.then)}, {"now", to_json(reading.now)}});
    json["professional"] = std::move(all);
  }
  return written(json);
}

std::string place_columns(const std::string& prefix) {
  return fmt::format(
      "{0}anxiety,{0}avoidance,{0}anxiety_error,{0}avoidance_error,{0}correlation,{0}semi_major,{0}semi_"
      "minor,"
      "{0}angle",
      prefix);
}

void append_place(std::string& row, const Place& place) {
  for (const double value :
       {place.at.anxiety, place.at.avoidance, place.anxiety_error, place.avoidance_error, place.correlation,
        place.ellipse.semi_major, place.ellipse.semi_minor, place.ellipse.angle})
    append_csv_number(row += ',', value);
}

std::string working_model_csv(const WorkingModel& model) {
  std::string text = "node,kind,with,month,asked," + place_columns("") + "\n";
  for (const Node& node : model.nodes)
    for (const Moment& moment : node.path) {
      append_csv_field(text, node.key);
      text += fmt::format(",{},", word_of(node.kind));
      append_csv_field(text, node.label);
      append_csv_number(text += ',', moment.month);
      text += moment.asked ? ",1" : ",0";
      append_place(text, moment.place);
      text += '\n';
    }
  return text;
}

}  // namespace securebase::wire
