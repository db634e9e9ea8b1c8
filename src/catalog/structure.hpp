#pragma once
// Internal to catalog: reads TOML text against a Shape, keeping the place of every field.

#include <toml++/toml.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/shape.hpp"

namespace securebase::catalog {

/// A parsed file whose structure agrees with its shape as far as `faults` do not say otherwise.
struct Structure {
  toml::table table;
  std::map<std::string, Place> places;  ///< dotted path, such as "scales[2].reversed", counted from 1
  Faults faults;
  bool complete = false;  ///< every required field is there and every field has its type
};

inline constexpr std::size_t most_bytes = std::size_t{4} << 20U;  ///< of a definition file
inline constexpr std::size_t most_faults = 1000;                  ///< reported for one file

/// Adds a fault, or says once that there are more.
void add_fault(Faults& faults, Error fault);

/// A file over `most_bytes`, with a key of very many parts or with a syntax error has one fault and no table.
[[nodiscard]] Structure read_structure(const std::string& name, const std::string& bytes, const Shape& shape);

/// The place of a path, or of the nearest table around it.
[[nodiscard]] Place place_of(const Structure& structure, const std::string& name, const std::string& path);

// Getters for tables whose structure has been checked; an absent field is empty.
[[nodiscard]] std::string text(const toml::table& table, std::string_view key);
[[nodiscard]] std::vector<int> integers(const toml::table& table, std::string_view key);

/// An item's number where it is the key of a field; 0, which no item has, where it is too large for one.
[[nodiscard]] int item_number(const toml::key& key);

/// FNV-1a (Fowler, Noll & Vo), 64 bits: tells versions of a file apart; it is no protection against intent.
[[nodiscard]] std::uint64_t fnv1a(std::uint64_t hash, std::string_view bytes);
inline constexpr std::uint64_t fnv1a_begin = 0xcbf29ce484222325ULL;

/// The tables of a field of type `tables`.
[[nodiscard]] std::vector<const toml::table*> tables(const toml::table& table, std::string_view key);

}  // namespace securebase::catalog
