#pragma once
// Internal to catalog: a file whose entries say where they come from; what an entry leaves out is that of the
// file.

#include <string>
#include <string_view>
#include <vector>

#include "catalog/load.hpp"
#include "catalog/structure.hpp"
#include "catalog/technique.hpp"

namespace securebase::catalog {

inline constexpr std::string_view status_words[] = {"seen", "unverified", "proposed"};
inline constexpr std::string_view short_name_words =
    "1 to 40 of the signs a-z, A-Z, 0-9, hyphen, underscore and dot";

// Of tables whose structure has been checked.
[[nodiscard]] std::vector<std::string> texts_of(const toml::table& table, std::string_view key);
[[nodiscard]] int whole_of(const toml::table& table, std::string_view key);
[[nodiscard]] bool flag_of(const toml::table& table, std::string_view key);
[[nodiscard]] bool is_short_name(std::string_view id);

/// A word that has been held against the shape.
template <class Enum, std::size_t count>
[[nodiscard]] Enum word_of(const std::string_view (&words)[count], const std::string& word) {
  for (std::size_t i = 0; i < count; ++i)
    if (words[i] == word) return static_cast<Enum>(i);
  return Enum{};
}

/// One file while it is read.
class OriginReader {
 public:
  OriginReader(const Document& file, const Shape& shape, std::string code, Faults& faults);

  [[nodiscard]] const toml::table& table() const { return structure_.table; }
  [[nodiscard]] bool complete() const { return structure_.complete; }
  void fault(const std::string& path, std::string_view detail);
  /// An entry's own source, status and note, or those of the file.
  [[nodiscard]] Origin origin(const toml::table& row, const std::string& path);

 private:
  const std::string* citation(const std::string& id) const;

  const Document& file_;
  std::string code_;
  Faults& faults_;
  Structure structure_;
  std::vector<Source> sources_;
  std::string source_;
  SourceStatus status_ = SourceStatus::unverified;
  std::string note_;
};

}  // namespace securebase::catalog
