#pragma once
// Heads of the audit kept beside the backups: NAME.sbk.head holds "number hash" and a proof that this
// practice wrote it (proven_file.hpp). A restore leaves a branch of the audit; the heads of that branch are
// put aside as NAME.sbk.head.abandoned-STAMP.

#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "service/audit.hpp"
#include "store/database.hpp"
#include "store/practice_key.hpp"

namespace securebase::store {

/// Those of a folder.
struct KnownHeads {
  std::vector<service::AuditHead> heads;
  std::vector<std::string> notes;  ///< on those that say nothing of this chain, and why
};

/// Beside `backup`. Errors: "file.exists", "file.write".
[[nodiscard]] Result<bool> write_head(const SecretKey& practice_key, const std::string& backup,
                                      const service::AuditHead& head);
/// One by name, which may be a note without a proof. Errors: "file.not_found", "file.read", "backup.head",
/// "proof.key", "proof.wrong".
[[nodiscard]] Result<service::AuditHead> read_head(const KeyRing& keys, const std::string& file);
/// All of a folder. Errors: "file.read", "backup.head", "proof.missing", "proof.wrong".
[[nodiscard]] Result<KnownHeads> known_heads(const KeyRing& keys, const std::string& folder);

/// Files of heads that this record does not hold.
[[nodiscard]] Result<std::vector<std::string>> strange_heads(Connection& record, const std::string& folder);
/// Puts them aside.
[[nodiscard]] Result<bool> abandon_heads(const std::vector<std::string>& files, Instant now);

/// "20261125-144210"
[[nodiscard]] std::string stamp(Instant now);
/// The moment of a stamp.
[[nodiscard]] std::optional<Instant> moment_of(std::string_view stamp);

}  // namespace securebase::store
