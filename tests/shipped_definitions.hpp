#pragma once
// The definitions of content/, as they lie in the source tree.

#include <stdexcept>
#include <string>

#include "catalog/load.hpp"
#include "store/content.hpp"

namespace securebase::testing {

inline catalog::Library load_shipped() {
  const auto documents = store::documents_below(SECUREBASE_SOURCE_DIR "/content");
  if (!documents) throw std::runtime_error(to_text(documents.error()));
  auto library = catalog::load_library(*documents);
  if (library) return *library;
  std::string faults;
  for (const Error& fault : library.error()) faults += to_text(fault) + "\n";
  throw std::runtime_error(faults);
}

inline const catalog::Library& shipped() {
  static const catalog::Library library = load_shipped();
  return library;
}

/// A copy, to be broken at will.
inline catalog::Instrument shipped(const std::string& id) {
  const auto found = catalog::find_instrument(shipped(), id);
  if (!found) throw std::runtime_error(to_text(found.error()));
  return **found;
}

inline catalog::Scale& scale_of(catalog::Instrument& instrument, const std::string& id) {
  for (catalog::Scale& scale : instrument.scales)
    if (scale.id == id) return scale;
  throw std::runtime_error("no scale " + id);
}

}  // namespace securebase::testing
