#pragma once
// Where definitions come from: those embedded in the program and those in a practice's own folder. Bytes
// only; what they mean is for catalog.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/load.hpp"
#include "store/embedded.hpp"

namespace securebase::store {

/// The embedded definitions. Each file is held against the SHA-256 the build stored beside it.
/// Error: "content.damaged" (kind internal) names the first file whose bytes have changed.
[[nodiscard]] Result<std::vector<catalog::Document>> embedded_documents();

/// The same for any files.
[[nodiscard]] Result<std::vector<catalog::Document>> verify(std::span<const EmbeddedFile> files);

/// Every *.toml below a folder, in the order of their paths, named by the path as given.
/// Errors: "file.not_found", "file.read", "file.too_large" (over 4 MiB: not a definition).
[[nodiscard]] Result<std::vector<catalog::Document>> documents_below(const std::string& folder);

/// SHA-256 in lower-case hexadecimal (FIPS 180-4).
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace securebase::store
