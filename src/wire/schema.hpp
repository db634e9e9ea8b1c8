#pragma once
// JSON Schema (draft 2020-12) of the definition files, for editors that check and complete TOML by it.
// Emitted from the same table as the loader's structural check; the proofs behind that check are not in it.

#include <string>
#include <utility>
#include <vector>

namespace securebase::wire {

/// File name and text of each schema: instrument, golden and text. What is committed in content/schema/.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> definition_schemas();

}  // namespace securebase::wire
