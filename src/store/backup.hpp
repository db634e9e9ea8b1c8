#pragma once
// Backups: one sealed file with the whole record, whichever engine it is on, made while the program runs and
// read back before it counts. Beside it, in the clear and without anything of anybody's life:
//
//   NAME.sbk        the record, a SQLite file sealed by the practice key (sealed_file.hpp)
//   NAME.sbk.head   where the audit stood: "number hash". A chain that is cut off later no longer reaches it.
//   erasures.txt    "id instant ground" of everyone who was erased: an older backup that is restored forgets
//                   them again
//
// The key is not in it. Without the practice key or the recovery key on paper nobody can read a backup.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "service/audit.hpp"
#include "service/record.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

struct BackupReport {
  std::string file;
  std::uintmax_t bytes = 0;
  service::AuditHead head;
};

/// "securebase-20261125-144210.sbk" in `folder`, which is made where it is not there. What was committed
/// before the call is in it. Errors: "file.exists", "file.write", "database.*", "sealed.*".
[[nodiscard]] Result<BackupReport> back_up(PracticeData& data, const std::string& folder, Instant now);

/// Reads a backup to its end, opens what is in it and asks SQLite whether it is whole.
[[nodiscard]] Result<bool> check_backup(const KeyRing& keys, const std::string& file);

/// The newest head kept in a folder of backups; nothing where there is none.
[[nodiscard]] Result<std::optional<service::AuditHead>> newest_head(const std::string& folder);
[[nodiscard]] Result<service::AuditHead> read_head(const std::string& file);

/// When the newest backup of a folder was made, by its name.
[[nodiscard]] std::optional<Instant> newest_backup(const std::string& folder);

/// Adds those who were erased to `folder`/erasures.txt, which holds each once.
[[nodiscard]] Result<bool> note_erasures(PracticeData& data, const std::string& folder);

struct Restore {
  std::string file;     ///< the backup
  PracticePlace place;  ///< where it goes
  /// Where the place has no key: the recovery key as printed.
  std::optional<Private<std::string>> recovery;
  bool replace = false;  ///< a record that is there is kept under another name; otherwise it is an error
};
struct RestoreReport {
  service::AuditHead head;          ///< where the audit goes on from
  std::int64_t erased_again = 0;    ///< people erased after the backup was made
  std::string kept;                 ///< the record that was there before
  bool old_was_unreadable = false;  ///< it could not be asked who was erased: only erasures.txt was
};

/// The record as it was, under this place's key: sign-ins and open links of that time no longer work, and who
/// was erased since (known from erasures.txt beside the backup, and from the record that is replaced) is
/// erased again. Nothing changes in the place before all of the backup has been found whole. Errors:
/// "practice.in_use", "practice.exists", "sealed.wrong_key", "sealed.damaged", "database.corrupt",
/// "key.not_found" (no key here, and no recovery key given), "recovery.*", "copy.not_empty" (PostgreSQL).
[[nodiscard]] Result<RestoreReport> restore(const Restore& what, Instant now);

/// All rows into another, empty database. The number of rows. Errors: those of copy_database.
[[nodiscard]] Result<std::int64_t> copy_record(const PracticePlace& from, const PracticePlace& to,
                                               Instant now);

}  // namespace securebase::store
