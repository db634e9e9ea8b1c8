#pragma once
// What a practice has on a machine: a folder with its record, the practice key in a folder of its own, and
// one program at a time that uses them.
//
//   FOLDER/record.db       the record, where it is not in PostgreSQL
//   FOLDER/lock            held by the program that uses the folder
//   KEYS/practice-1.key    the practice key (practice_key.hpp)

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/instant.hpp"
#include "base/private.hpp"
#include "base/result.hpp"
#include "service/practice.hpp"
#include "store/adapters.hpp"
#include "store/database.hpp"
#include "store/practice_key.hpp"
#include "store/record_store.hpp"
#include "store/time_zones.hpp"

namespace securebase::store {

struct PracticePlace {
  std::string folder;
  std::string keys;      ///< empty: FOLDER/keys
  std::string database;  ///< "postgresql://..." or "host=..."; empty: FOLDER/record.db
  std::optional<Private<std::string>> passphrase;
};

[[nodiscard]] std::string keys_of(const PracticePlace& place);
[[nodiscard]] std::string record_file(const PracticePlace& place);
[[nodiscard]] bool is_postgres(const PracticePlace& place);
/// A connection to the place's database, created where it is a file that is not there.
[[nodiscard]] Result<std::unique_ptr<Connection>> connect(const PracticePlace& place);

/// Held until it goes, or the program ends. Error "practice.in_use" (conflict): another program has it.
class FolderLock {
 public:
  [[nodiscard]] static Result<FolderLock> take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// A new practice: the folder with mode 0700, a practice key, and a record without content. Gives the
/// recovery key, which is to be printed. After an error there is no key. Errors: "practice.exists"
/// (conflict), those of KeyRing::create and migrate.
[[nodiscard]] Result<Private<std::string>> create_practice(const PracticePlace& place, Instant now);

/// An open practice. Other programs may read and write the same record meanwhile.
class PracticeData {
 public:
  /// Takes the steps of the schema that are missing, after a backup of the file. Errors:
  /// "practice.not_found", "practice.moved", those of KeyRing::load, open_sqlite, open_postgres and migrate.
  [[nodiscard]] static Result<std::unique_ptr<PracticeData>> open(const PracticePlace& place, Instant now);

  [[nodiscard]] const PracticePlace& place() const { return place_; }
  [[nodiscard]] KeyRing& keys() { return keys_; }
  [[nodiscard]] RecordStore& record() { return *record_; }
  [[nodiscard]] service::Practice practice(const service::Clock& clock, const catalog::Library& library,
                                           std::string portal_address = {}) {
    return {*record_, clock, entropy_, secrets_, library, std::move(portal_address), &time_zones_};
  }

 private:
  PracticeData(PracticePlace place, KeyRing keys);

  PracticePlace place_;
  KeyRing keys_;
  KernelEntropy entropy_;
  VaultSecrets secrets_;
  SystemTimeZones time_zones_;
  std::unique_ptr<RecordStore> record_;
};

}  // namespace securebase::store
