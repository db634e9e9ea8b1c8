#pragma once
// Internal to catalog: reads TOML text against a Shape, keeping the place of every field.

#include <toml++/toml.h>
#include <map>
#include <string>

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

[[nodiscard]] Structure read_structure(const std::string& name, const std::string& bytes, const Shape& shape);

/// The place of a path, or of the nearest table around it.
[[nodiscard]] Place place_of(const Structure& structure, const std::string& name, const std::string& path);

}  // namespace securebase::catalog
