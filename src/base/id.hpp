#pragma once
// Names of records: 128 random bits as 32 hexadecimal digits, of a type of their own for each kind of record.

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace securebase {

inline constexpr std::size_t id_digits = 32;

/// Whether text is 32 digits 0-9 a-f.
[[nodiscard]] bool is_id(std::string_view text);

template <class Kind>
class Id {
 public:
  /// Names nothing.
  Id() = default;

  /// Nothing where the text is no id.
  [[nodiscard]] static std::optional<Id> parse(std::string_view text) {
    if (!is_id(text)) return std::nullopt;
    Id id;
    id.text_ = text;
    return id;
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] explicit operator bool() const { return !text_.empty(); }
  auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr): takes <=> for a 0

 private:
  std::string text_;
};

}  // namespace securebase

template <class Kind>
struct std::hash<securebase::Id<Kind>> {
  std::size_t operator()(const securebase::Id<Kind>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
