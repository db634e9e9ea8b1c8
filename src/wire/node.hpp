#pragma once
// A JSON value as a tree: what comes in over the API and what goes out. Text is Private, because any text of
// a request may be somebody's words: it cannot be printed by chance, and its memory is cleared.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/private.hpp"
#include "base/result.hpp"

namespace securebase::wire {

struct Member;

struct Node {
  using Array = std::vector<Node>;
  using Object = std::vector<Member>;  ///< in the order in which it was written, each name once
  /// monostate is null.
  using Value = std::variant<std::monostate, bool, std::int64_t, double, Private<std::string>, Array, Object>;

  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();
  // NOLINTBEGIN(google-explicit-constructor): so that a tree is written down as it looks
  template <std::same_as<bool> Boolean>
  Node(Boolean truth);
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) Node(Number number);
  Node(double number);
  Node(const char* text);
  Node(std::string_view text);
  Node(const std::string& text);
  Node(Private<std::string> text);
  Node(Array elements);
  Node(Object members);
  // NOLINTEND(google-explicit-constructor)

  /// nullptr where the value is of another kind.
  template <class Kind>
  [[nodiscard]] const Kind* as() const {
    return std::get_if<Kind>(&value);
  }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value); }
  /// The member of that name; nullptr where there is none, or this is no object.
  [[nodiscard]] const Node* find(std::string_view name) const;

  bool operator==(const Node&) const;

  Value value;
};

struct Member {
  std::string name;
  Node value;

  bool operator==(const Member&) const = default;
};

// Here, where Member is whole.
template <std::same_as<bool> Boolean>
Node::Node(Boolean truth) : value(truth) {}
template <std::integral Number>
requires(!std::same_as<Number, bool>) Node::Node(Number number) : value(static_cast<std::int64_t>(number)) {}

inline constexpr std::size_t most_json_depth = 32;
/// Values in one document: a megabyte of "[[],[],..." would take a hundred as a tree.
inline constexpr std::size_t most_json_values = 50'000;

/// Error "json.malformed" (usage) with line and column: not JSON (RFC 8259) in UTF-8, a member twice, deeper
/// than `most_json_depth`, more than `most_values`, a number too large for a double, U+0000 in a text, or
/// bytes after the end. A whole number that fits becomes an int64; one with a fraction or an exponent, or too
/// large, a double.
[[nodiscard]] Result<Node> parse_json(std::string_view bytes, std::size_t most_values = most_json_values);

/// On one line. Text that is not UTF-8 gets replacement characters; what is not finite becomes null. A double
/// reads back as the same double.
[[nodiscard]] std::string to_json(const Node& node);

}  // namespace securebase::wire
