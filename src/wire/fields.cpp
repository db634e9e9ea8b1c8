#include "wire/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

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

}  // namespace securebase::wire
