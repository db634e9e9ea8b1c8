#pragma once
// A backup becomes the record of a practice again.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/private.hpp"
#include "base/result.hpp"
#include "service/audit.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

struct Restore {
  std::string file;     ///< the backup
  PracticePlace place;  ///< where it goes
  /// The recovery key as printed: where the place has no key, and for a backup from before a rotation.
  std::optional<Private<std::string>> recovery;
  bool replace = false;  ///< a record that is there is kept under another name; otherwise it is an error
  bool without_erasures = false;  ///< erasures.txt beside the backup is not asked for
  std::string backups = {};       ///< of the place: where its heads of the audit are; empty: FOLDER/backups
};
struct RestoreReport {
  service::AuditHead from;              ///< where the audit of the backup ended
  service::AuditHead head;              ///< where the audit goes on from
  std::int64_t erased_again = 0;        ///< people erased after the backup was made
  std::string kept;                     ///< the record that was there before
  bool old_was_unreadable = false;      ///< it could not be asked who was erased: only erasures.txt was
  std::vector<std::string> users;       ///< logins that can sign in now
  std::int64_t heads_left = 0;          ///< heads of the branch of the audit that was left
  std::optional<std::string> open_key;  ///< the key file that was made, where no passphrase protects it
};

/// The record as it was, under this place's key: sign-ins and open links of that time no longer work, and who
/// was erased since (known from erasures.txt beside the backup, and from the record that is replaced) is
/// erased again. Nothing changes in the place before all of the backup has been found whole, and a place that
/// was made for it goes again after an error. Errors: "practice.in_use", "practice.exists",
/// "erasures.missing", those of read_erasures, "sealed.wrong_key", "sealed.damaged", "database.corrupt",
/// "key.not_found" (no key here, and no recovery key given), "recovery.*", "restore.not_empty" (PostgreSQL).
[[nodiscard]] Result<RestoreReport> restore(const Restore& what, Instant now);

}  // namespace securebase::store
