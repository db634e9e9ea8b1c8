#include "wire/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalog/shape.hpp"

namespace securebase::wire {
namespace {

using catalog::Field;
using catalog::FieldType;
using catalog::Shape;
using Json = nlohmann::ordered_json;

Json integer() {
  return {{"type", "integer"}, {"minimum", -catalog::largest_integer}, {"maximum", catalog::largest_integer}};
}

Json number() {
  return {{"type", "number"}, {"minimum", -catalog::largest_number}, {"maximum", catalog::largest_number}};
}

Json text() {
  return {{"type", "string"}};
}

Json one_of_words(std::span<const std::string_view> words) {
  Json list = Json::array();
  for (const auto word : words) list.push_back(std::string(word));
  return {{"enum", list}};
}

Json either(Json a, Json b) {
  return {{"anyOf", Json::array({std::move(a), std::move(b)})}};
}

Json answer() {
  return either(integer(), one_of_words(catalog::no_answer_words));
}

Json list_of(Json element) {
  return {{"type", "array"}, {"items", std::move(element)}};
}

Json map_to(Json value) {
  return {{"type", "object"}, {"additionalProperties", std::move(value)}};
}

/// Keys are whole numbers of at most six digits, each written in one way.
Json numbered_map_to(Json value) {
  return {{"type", "object"},
          {"patternProperties", {{"^(0|-?[1-9][0-9]{0,5})$", std::move(value)}}},
          {"additionalProperties", false}};
}

std::string definition_name(const Shape& shape) {
  std::string name(shape.name);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

Json reference_to(const Shape& shape) {
  return {{"$ref", "#/$defs/" + definition_name(shape)}};
}

Json non_empty_text(const Field& field) {
  if (!field.allowed.empty()) return one_of_words(field.allowed);
  return {{"type", "string"}, {"minLength", 1}};
}

Json schema_of(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return non_empty_text(field);
    case FieldType::integer:
      return integer();
    case FieldType::number:
      return number();
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::integers:
      return list_of(integer());
    case FieldType::numbers:
      return list_of(number());
    case FieldType::texts:
      return list_of(text());
    case FieldType::number_pairs:
      return list_of({{"type", "array"}, {"items", number()}, {"minItems", 2}, {"maxItems", 2}});
    case FieldType::answers:
      return list_of(answer());
    case FieldType::number_map:
      return numbered_map_to(number());
    case FieldType::text_map:
      return map_to(text());
    case FieldType::item_texts:
      return numbered_map_to(text());
    case FieldType::answer_map:
      return numbered_map_to(answer());
    case FieldType::score_map:
      return map_to(either(number(), {{"const", std::string(catalog::no_score_word)}}));
    case FieldType::table:
      return reference_to(*field.shape);
    case FieldType::tables:
      return list_of(reference_to(*field.shape));
  }
  return true;
}

Json object_of(const Shape& shape) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : shape.fields) {
    Json schema = schema_of(field);
    schema["description"] = std::string(field.help);
    properties[std::string(field.key)] = std::move(schema);
    if (field.need == catalog::Need::required) required.push_back(std::string(field.key));
  }
  return {{"description", std::string(shape.help)},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

/// The shapes below a shape, each once.
void collect(const Shape& shape, Json& definitions) {
  for (const Field& field : shape.fields) {
    if (field.shape == nullptr || definitions.contains(definition_name(*field.shape))) continue;
    definitions[definition_name(*field.shape)] = object_of(*field.shape);
    collect(*field.shape, definitions);
  }
}

std::string schema_text(const Shape& shape) {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", std::string(shape.name)}};
  schema.update(object_of(shape));
  Json definitions = Json::object();
  collect(shape, definitions);
  schema["$defs"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> definition_schemas() {
  return {{"instrument.schema.json", schema_text(catalog::instrument_shape())},
          {"golden.schema.json", schema_text(catalog::golden_shape())},
          {"text.schema.json", schema_text(catalog::text_shape())},
          {"calibration.schema.json", schema_text(catalog::calibration_shape())},
          {"battery.schema.json", schema_text(catalog::battery_shape())},
          {"coding.schema.json", schema_text(catalog::coding_shape())},
          {"episodes.schema.json", schema_text(catalog::episodes_shape())},
          {"positions.schema.json", schema_text(catalog::positions_shape())},
          {"holds.schema.json", schema_text(catalog::holds_shape())},
          {"techniques.schema.json", schema_text(catalog::techniques_shape())},
          {"exercises.schema.json", schema_text(catalog::exercises_shape())},
          {"protocol.schema.json", schema_text(catalog::protocol_shape())}};
}

}  // namespace securebase::wire
