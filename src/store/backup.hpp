#pragma once
// Backups: one sealed file with the whole record, whichever engine it is on, made while the program runs and
// read back before it counts. Beside it, in the clear and without anything of anybody's life:
//
//   NAME.sbk        the record, a SQLite file sealed by the practice key (sealed_file.hpp)
//   NAME.sbk.head   where the audit stood (heads.hpp): a chain that is cut off later no longer reaches it
//   erasures.txt    everyone who was erased (erasures.hpp): an older backup that is restored forgets them
//   again
//
// On the way the record is unsealed only in the practice's own folder (scratch.hpp).
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
#include "store/erasures.hpp"
#include "store/heads.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

struct BackupReport {
  std::string file;
  std::uintmax_t bytes = 0;
  service::AuditHead head;
};

/// "securebase-20261125-144210.sbk" in `folder`, or with -2 and so on where that is taken. The folder is made
/// where it is not there. What was committed before the call is in it. Errors: "file.write", "database.*",
/// "sealed.*", and those of note_erasures, when the backup itself is there.
[[nodiscard]] Result<BackupReport> back_up(PracticeData& data, const std::string& folder, Instant now);

/// Reads a backup to its end, opens what is in it, in the practice's folder, and asks SQLite whether it is
/// whole.
[[nodiscard]] Result<bool> check_backup(const KeyRing& keys, const std::string& file,
                                        const std::string& practice_folder);
/// Whether a key that is here opens all of it. Writes nothing.
[[nodiscard]] Result<bool> read_backup(const KeyRing& keys, const std::string& file);
/// The key a backup needs. Error "sealed.wrong_key" where it is not here.
[[nodiscard]] Result<const PracticeKey*> key_of_backup(const KeyRing& keys, const std::string& file);

/// The newest of a folder, by the time in its name.
struct BackupFile {
  std::string file;
  Instant made;
};
[[nodiscard]] std::optional<BackupFile> newest_backup(const std::string& folder);
/// Removes what killed backups left in `folder` a day ago and before.
void remove_unfinished_backups(const std::string& folder);

/// All steps of the schema that are missing.
[[nodiscard]] Result<bool> bring_up_to_date(Connection& connection, Instant now);
/// SQLite's own check. Error "database.corrupt".
[[nodiscard]] Result<bool> check_whole(Connection& connection, const std::string& path);

}  // namespace securebase::store
