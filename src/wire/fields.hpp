#pragma once
// Any struct that names its fields (service/table.hpp) as JSON, and back, and as JSON Schema. One table of
// fields gives columns, answers, requests and the API document.
//
//   text, Private<std::string>, Id<>     a string; an id has 32 digits 0-9 a-f
//   bool, whole numbers, double          true or false, a number without fraction or exponent, a number
//   an enum                              one of its words (names_of)
//   Instant, Date                        "2026-11-25T10:42:00.123Z", "2026-11-25"
//   std::optional<T>                     T or null
//   std::vector<T>, a struct             an array; an object, its members in the order of the fields
//   Node                                 any JSON, as it is
//
// What goes out has every member. Of what comes in, a member may be left out where its type has a value that
// says nothing: an optional is empty; a bool or number stays at what the struct gives it. Words, text, ids,
// days, moments, lists and structs must be there. A member that no field has is refused.
//
// A Private is revealed here, to whoever the answer is for; the tree clears it when it goes.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/private.hpp"
#include "base/result.hpp"
#include "service/table.hpp"
#include "wire/node.hpp"

namespace securebase::wire {

template <class T>
concept HasFields = requires {
  T::fields([](const auto&... field) { return sizeof...(field); });
};

/// Whether a schema is of what comes in or of what goes out: they differ in which members are required.
enum class Way { in, out };

/// The named schemas of a document: each struct once, under its own name.
class Schemas {
 public:
  /// {"$ref": "#/components/schemas/<name>"}. `make` is called where the name is new. Throws logic_error on a
  /// name that goes both in and out, or has two meanings.
  Node named(const std::string& name, Way way, std::type_index type, Node (*make)(Schemas&, Way));
  /// By name.
  [[nodiscard]] Node::Object all() const;

 private:
  struct Known {
    Way way;
    std::type_index type;
    Node schema;
  };
  std::map<std::string, Known> known_;
};

// Errors and schemas of the plain types. `path` is where: "members[2].role", elements counted from 1.

/// "json.field" (bad_data): `wanted` is what would be valid.
[[nodiscard]] tl::unexpected<Error> refuse_field(const std::string& path, std::string_view wanted);
/// "json.unknown_field" (bad_data), at the object: its name is not repeated.
[[nodiscard]] tl::unexpected<Error> refuse_unknown(const std::string& path,
                                                   std::span<const std::string_view> known);
[[nodiscard]] std::string member_path(const std::string& path, std::string_view name);
[[nodiscard]] std::string element_path(const std::string& path, std::size_t index);
/// "one of: a, b"
[[nodiscard]] std::string one_of(std::span<const std::string_view> words);
[[nodiscard]] Node schema_of_words(std::span<const std::string_view> words);
/// Of what comes in, nothing else is taken; what goes out may gain members.
[[nodiscard]] Node schema_of_object(Node::Object properties, Node::Array required, Way way);

/// How a C++ type is spoken: to_node, read (over `value`, which keeps what it was on an error), schema, and
/// whether it must be there.
template <class T>
struct Spoken;

template <class T>
[[nodiscard]] Node to_node(const T& value) {
  return Spoken<T>::to_node(value);
}

/// Errors "json.field" and "json.unknown_field" say where, and what would be valid.
template <class T>
[[nodiscard]] Result<T> from_node(const Node& node) {
  T value{};
  if (auto read = Spoken<T>::read(node, value, ""); !read) return tl::unexpected(read.error());
  return value;
}

template <class T>
[[nodiscard]] Node schema_of(Schemas& schemas, Way way) {
  return Spoken<T>::schema(schemas, way);
}

/// What the compiler calls a type or function, without its namespaces.
template <class T>
[[nodiscard]] constexpr std::string_view type_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  name = name.substr(name.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]"));
  return name.substr(name.rfind(':') + 1);
}

template <>
struct Spoken<std::string> {
  static constexpr bool required = true;
  static Node to_node(const std::string& value) { return value; }
  static Result<bool> read(const Node& node, std::string& value, const std::string& path) {
    const auto* text = node.as<Private<std::string>>();
    if (text == nullptr) return refuse_field(path, "a text");
    value = text->reveal();
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{{"type", "string"}}; }
};

template <>
struct Spoken<Private<std::string>> {
  static constexpr bool required = true;
  static Node to_node(const Private<std::string>& value) { return value; }
  static Result<bool> read(const Node& node, Private<std::string>& value, const std::string& path) {
    const auto* text = node.as<Private<std::string>>();
    if (text == nullptr) return refuse_field(path, "a text");
    value = *text;
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{{"type", "string"}}; }
};

/// Any JSON, as it is.
template <>
struct Spoken<Node> {
  static constexpr bool required = true;
  static Node to_node(const Node& value) { return value; }
  static Result<bool> read(const Node& node, Node& value, const std::string& /*path*/) {
    value = node;
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{}; }
};

template <>
struct Spoken<bool> {
  static constexpr bool required = false;
  static Node to_node(bool value) { return value; }
  static Result<bool> read(const Node& node, bool& value, const std::string& path) {
    const auto* truth = node.as<bool>();
    if (truth == nullptr) return refuse_field(path, "true or false");
    value = *truth;
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{{"type", "boolean"}}; }
};

template <std::integral T>
struct Spoken<T> {
  static constexpr bool required = false;
  static Node to_node(T value) { return value; }
  static Result<bool> read(const Node& node, T& value, const std::string& path) {
    const auto* number = node.as<std::int64_t>();
    if (number == nullptr || !std::in_range<T>(*number)) return refuse_field(path, "a whole number");
    value = static_cast<T>(*number);
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{{"type", "integer"}}; }
};

template <>
struct Spoken<double> {
  static constexpr bool required = false;
  static Node to_node(double value) { return value; }
  static Result<bool> read(const Node& node, double& value, const std::string& path) {
    if (const auto* number = node.as<double>())
      value = *number;
    else if (const auto* whole = node.as<std::int64_t>())
      value = static_cast<double>(*whole);
    else
      return refuse_field(path, "a number");
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return Node::Object{{"type", "number"}}; }
};

/// What is written as text and parsed by `parse`.
template <class T>
struct SpokenText {
  static constexpr bool required = true;
  static Result<bool> read_by(std::optional<T> (*parse)(std::string_view), std::string_view wanted,
                              const Node& node, T& value, const std::string& path) {
    const auto* text = node.as<Private<std::string>>();
    auto parsed = text == nullptr ? std::nullopt : parse(text->reveal());
    if (!parsed) return refuse_field(path, wanted);
    value = std::move(*parsed);
    return true;
  }
};

template <class Kind>
struct Spoken<Id<Kind>> : SpokenText<Id<Kind>> {
  static Node to_node(const Id<Kind>& value) { return value.text(); }
  static Result<bool> read(const Node& node, Id<Kind>& value, const std::string& path) {
    return Spoken::read_by(&Id<Kind>::parse, "an id: 32 digits 0-9 a-f", node, value, path);
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) {
    return Node::Object{{"type", "string"}, {"pattern", "^[0-9a-f]{32}$"}};
  }
};

template <>
struct Spoken<Instant> : SpokenText<Instant> {
  static Node to_node(Instant value) { return securebase::to_text(value); }
  static Result<bool> read(const Node& node, Instant& value, const std::string& path) {
    return read_by(&parse_instant, "a moment in UTC, such as 2026-11-25T10:42:00.123Z", node, value, path);
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) {
    return Node::Object{{"type", "string"}, {"format", "date-time"}};
  }
};

template <>
struct Spoken<Date> : SpokenText<Date> {
  static Node to_node(Date value) { return securebase::to_text(value); }
  static Result<bool> read(const Node& node, Date& value, const std::string& path) {
    return read_by(&parse_date, "a day, such as 2026-11-25", node, value, path);
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) {
    return Node::Object{{"type", "string"}, {"format", "date"}};
  }
};

template <class Enum>
requires std::is_enum_v<Enum>
struct Spoken<Enum> {
  static constexpr bool required = true;
  static Node to_node(Enum value) { return service::to_text(value); }
  static Result<bool> read(const Node& node, Enum& value, const std::string& path) {
    const auto* text = node.as<Private<std::string>>();
    const auto word = text == nullptr ? std::nullopt : service::parse_word<Enum>(text->reveal());
    if (!word) return refuse_field(path, one_of(service::names_of<Enum>));
    value = *word;
    return true;
  }
  static Node schema(Schemas& /*schemas*/, Way /*way*/) { return schema_of_words(service::names_of<Enum>); }
};

template <class T>
struct Spoken<std::optional<T>> {
  static constexpr bool required = false;
  static Node to_node(const std::optional<T>& value) { return value ? Spoken<T>::to_node(*value) : Node(); }
  static Result<bool> read(const Node& node, std::optional<T>& value, const std::string& path) {
    if (node.is_null()) {
      value.reset();
      return true;
    }
    T inner{};
    auto done = Spoken<T>::read(node, inner, path);
    if (done) value = std::move(inner);
    return done;
  }
  static Node schema(Schemas& schemas, Way way) {
    return Node::Object{
        {"anyOf", Node::Array{Spoken<T>::schema(schemas, way), Node::Object{{"type", "null"}}}}};
  }
};

template <class T>
struct Spoken<std::vector<T>> {
  static constexpr bool required = true;
  static Node to_node(const std::vector<T>& values) {
    Node::Array array;
    array.reserve(values.size());
    for (const T& value : values) array.push_back(Spoken<T>::to_node(value));
    return array;
  }
  static Result<bool> read(const Node& node, std::vector<T>& values, const std::string& path) {
    const auto* array = node.as<Node::Array>();
    if (array == nullptr) return refuse_field(path, "a list");
    std::vector<T> taken;
    for (const Node& element : *array) {
      T value{};
      if (auto done = Spoken<T>::read(element, value, element_path(path, taken.size())); !done) return done;
      taken.push_back(std::move(value));
    }
    values = std::move(taken);
    return true;
  }
  static Node schema(Schemas& schemas, Way way) {
    return Node::Object{{"type", "array"}, {"items", Spoken<T>::schema(schemas, way)}};
  }
};

/// What is said where something is not there.
template <class T>
[[nodiscard]] std::string absence() {
  if constexpr (std::is_enum_v<T>)
    return "this must be there, " + one_of(service::names_of<T>);
  else
    return "this must be there";
}

// Members of a struct, whatever the struct: what these three take is the same for all, so that the compiler
// writes the work once and not once a struct.

struct Said {
  std::string_view name;
  const void* member;
  Node (*to_node)(const void* member);
};
struct Read {
  std::string_view name;
  void* member;
  bool required;
  Result<bool> (*read)(const Node& node, void* member, const std::string& path);
  std::string (*absence)();
};
struct Described {
  std::string_view name;
  bool required;
  Node (*schema)(Schemas& schemas, Way way);
};

[[nodiscard]] Node object_of(std::span<const Said> members);
/// Members before one that is refused are taken.
[[nodiscard]] Result<bool> read_object(const Node& node, std::span<const Read> members,
                                       const std::string& path);
[[nodiscard]] Node schema_of_members(std::span<const Described> members, Schemas& schemas, Way way);

template <class M>
[[nodiscard]] Node member_to_node(const void* member) {
  return Spoken<M>::to_node(*static_cast<const M*>(member));
}
template <class M>
[[nodiscard]] Result<bool> read_member(const Node& node, void* member, const std::string& path) {
  return Spoken<M>::read(node, *static_cast<M*>(member), path);
}

template <HasFields T>
struct Spoken<T> {
  static constexpr bool required = true;

  static Node to_node(const T& value) {
    return T::fields([&]<class... Record, class... M>(const service::Field<Record, M>&... field) {
      const Said members[] = {{field.name, std::addressof(value.*field.member), &member_to_node<M>}...};
      return object_of(members);
    });
  }

  static Result<bool> read(const Node& node, T& value, const std::string& path) {
    return T::fields([&]<class... Record, class... M>(const service::Field<Record, M>&... field) {
      const Read members[] = {{field.name, std::addressof(value.*field.member), Spoken<M>::required,
                               &read_member<M>, &absence<M>}...};
      return read_object(node, members, path);
    });
  }

  static Node schema(Schemas& schemas, Way way) {
    return schemas.named(std::string(type_name<T>()), way, typeid(T), &object_schema);
  }

 private:
  static Node object_schema(Schemas& schemas, Way way) {
    return T::fields([&]<class... Record, class... M>(const service::Field<Record, M>&... field) {
      const Described members[] = {{field.name, Spoken<M>::required, &Spoken<M>::schema}...};
      return schema_of_members(members, schemas, way);
    });
  }
};

}  // namespace securebase::wire
