#pragma once
// Small texts in the clear that only this practice can have written. The last line is
//   proof KEYID HEX
// where HEX is BLAKE2b-256 over kind and all lines before, each after its length in 8 bytes, least
// significant first, under a key derived from the practice key for proofs (crypto_kdf, number 1, context
// "sb.proof"). A line that was changed, planted or cut off is found. An older text of the same kind, put back
// whole, is not.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/practice_key.hpp"

namespace securebase::store {

/// `lines` end in a line break.
[[nodiscard]] std::string with_proof(const SecretKey& practice_key, std::string_view kind,
                                     const std::string& lines);

/// The lines before the proof. Errors (bad_data); `where.name` is the file:
/// - "proof.missing": the last line is no proof
/// - "proof.key": by a practice key that is not here; the detail names it
/// - "proof.wrong": changed, planted or cut off
[[nodiscard]] Result<std::string> without_proof(const KeyRing& keys, std::string_view kind,
                                                const std::string& text, const std::string& file);

/// All of a small file; nothing where there is none. Error "file.read".
[[nodiscard]] Result<std::optional<std::string>> read_small_file(const std::string& path);
/// Replaces it as a whole. Errors "file.exists", "file.write".
[[nodiscard]] Result<bool> replace_small_file(const std::string& path, const std::string& text);

}  // namespace securebase::store
