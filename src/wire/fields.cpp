#include "wire/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace securebase::wire {

Node Schemas::named(const std::string& name, Way way, std::type_index type, Node (*make)(Schemas&, Way)) {
  const auto [at, is_new] = known_.try_emplace(name, Known{way, type, {}});
  if (!is_new && (at->second.way != way || at->second.type != type))
    throw std::logic_error("two schemas of one name: " + name);
  if (is_new) at->second.schema = make(*this, way);
  return Node::Object{{"$ref", "#/components/schemas/" + name}};
}

Node::Object Schemas::all() const {
  Node::Object object;
  for (const auto& [name, known] : known_) object.push_back({name, known.schema});
  return object;
}

tl::unexpected<Error> refuse_field(const std::string& path, std::string_view wanted) {
  return fail(ErrorKind::bad_data, "json.field", fmt::format("expected: {}", wanted), Place{"", 0, 0, path});
}

tl::unexpected<Error> refuse_unknown(const std::string& path, std::span<const std::string_view> known) {
  return fail(ErrorKind::bad_data, "json.unknown_field",
              fmt::format("a member that is not known here; known: {}", fmt::join(known, ", ")),
              Place{"", 0, 0, path});
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string element_path(const std::string& path, std::size_t index) {
  return fmt::format("{}[{}]", path, index + 1);
}

std::string one_of(std::span<const std::string_view> words) {
  return fmt::format("one of: {}", fmt::join(words, ", "));
}

Node schema_of_words(std::span<const std::string_view> words) {
  Node::Array list;
  for (const std::string_view word : words) list.emplace_back(word);
  return Node::Object{{"type", "string"}, {"enum", std::move(list)}};
}

Node schema_of_object(Node::Object properties, Node::Array required, Way way) {
  Node::Object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema.push_back({"required", std::move(required)});
  if (way == Way::in) schema.push_back({"additionalProperties", false});
  return schema;
}

Node object_of(std::span<const Said> members) {
  Node::Object object;
  object.reserve(members.size());
  for (const Said& one : members) object.push_back({std::string(one.name), one.to_node(one.member)});
  return object;
}

Result<bool> read_object(const Node& node, std::span<const Read> members, const std::string& path) {
  const auto* object = node.as<Node::Object>();
  if (object == nullptr) return refuse_field(path, "an object");
  for (const Member& member : *object) {
    const auto is_it = [&](const Read& one) { return one.name == member.name; };
    if (std::any_of(members.begin(), members.end(), is_it)) continue;
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const Read& one : members) names.push_back(one.name);
    return refuse_unknown(path, names);
  }
  for (const Read& one : members) {
    const std::string at = member_path(path, one.name);
    if (const Node* found = node.find(one.name)) {
      if (auto done = one.read(*found, one.member, at); !done) return done;
    } else if (one.required) {
      return refuse_field(at, one.absence());
    }
  }
  return true;
}

Node schema_of_members(std::span<const Described> members, Schemas& schemas, Way way) {
  Node::Object properties;
  Node::Array needed;
  for (const Described& one : members) {
    properties.push_back({std::string(one.name), one.schema(schemas, way)});
    if (way == Way::out || one.required) needed.push_back(one.name);
  }
  return schema_of_object(std::move(properties), std::move(needed), way);
}

}  // namespace securebase::wire
