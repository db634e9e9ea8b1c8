#include "store/restore.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <utility>

#include "service/course.hpp"
#include "service/erase.hpp"
#include "store/backup.hpp"
#include "store/copy.hpp"
#include "store/scratch.hpp"
#include "store/sealed_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;
using service::AuditHead;

Place at(const std::string& path) {
  return {path, 0, 0, {}};
}

class FixedClock : public service::Clock {
 public:
  explicit FixedClock(Instant now) : now_(now) {}
  [[nodiscard]] Instant now() const override { return now_; }

 private:
  Instant now_;
};

std::string backups_of(const Restore& what) {
  return what.backups.empty() ? what.place.folder + "/backups" : what.backups;
}

// The keys: those of the place, and the one on paper.

struct Keys {
  KeyRing ring;
  bool to_save = false;  ///< the newest is not in the place yet
};

Result<Keys> keys_for(const Restore& what) {
  const std::string folder = keys_of(what.place);
  std::error_code trouble;
  const bool has_keys = fs::exists(folder, trouble) && !fs::is_empty(folder, trouble);
  if (!what.recovery) {
    auto ring = KeyRing::load(folder, what.place.passphrase);
    if (ring) return Keys{*std::move(ring), false};
    Error error = ring.error();
    if (error.code == "key.not_found") error.detail += ": give the recovery key with --recovery-key";
    return tl::unexpected(std::move(error));
  }
  auto paper = parse_recovery_text(what.recovery->reveal());
  if (!paper) return tl::unexpected(paper.error());
  if (!has_keys) return Keys{KeyRing::holding(*std::move(paper)), true};
  auto ring = KeyRing::load(folder, what.place.passphrase);
  if (!ring) return tl::unexpected(ring.error());
  const std::uint32_t newest = ring->current().generation;
  if (auto added = ring->add(*std::move(paper)); !added) return tl::unexpected(added.error());
  const bool to_save = ring->current().generation != newest;
  return Keys{*std::move(ring), to_save};
}

// Who was erased

Result<Erased> erased_beside(const Restore& what, const KeyRing& keys) {
  if (what.without_erasures) return Erased();
  const fs::path above = fs::path(what.file).parent_path();
  const std::string folder = above.empty() ? "." : above.string();
  auto erased = read_erasures(keys, folder);
  if (erased && *erased) return **std::move(erased);
  if (erased)
    return fail(ErrorKind::not_found, "erasures.missing",
                "it says who was erased after the backup, and belongs beside it: copy the newest there. "
                "--without-erasures restores all the same, and brings back who was erased",
                at(folder + "/erasures.txt"));
  Error error = erased.error();
  error.detail +=
      ". Copy the newest from the practice's backups, or restore with --without-erasures, which "
      "brings back who was erased";
  return tl::unexpected(std::move(error));
}

/// From the record that is replaced. False: it cannot be read.
bool add_erasures_of_old(const Restore& what, const KeyRing& keys, Erased& erased) {
  std::error_code trouble;
  if (is_postgres(what.place) || !fs::exists(record_file(what.place), trouble)) return true;
  const auto record = RecordStore::start([&] { return connect(what.place); }, keys, 1);
  return record && add_erasures(**record, erased);
}

// What was unsealed becomes fit for use.

Result<bool> erase_all_again(service::Transaction& transaction, const Erased& erased, RestoreReport& report) {
  report.erased_again = 0;
  for (const auto& [id, tombstone] : erased) {
    const auto here =
        service::find<service::Person>(transaction, service::where(&service::Person::id, tombstone.id));
    if (!here) return tl::unexpected(here.error());
    report.erased_again += *here && !(*here)->erased_at ? 1 : 0;
    if (auto gone = service::erase_again(transaction, tombstone); !gone) return gone;
  }
  return true;
}

Result<bool> end_sign_ins(service::Transaction& transaction, Instant now) {
  const service::Condition any[] = {service::where(&service::Session::created_at, service::Is::present)};
  const auto ended = transaction.remove(service::table_of<service::Session>(), any);
  if (!ended) return tl::unexpected(ended.error());
  const auto revoked = service::change<service::Ticket>(
      transaction, {service::to(&service::Ticket::revoked_at, std::optional(now))},
      {service::where(&service::Ticket::revoked_at, service::Is::absent)});
  if (!revoked) return tl::unexpected(revoked.error());
  return true;
}

Result<bool> list_users(service::Transaction& transaction, RestoreReport& report) {
  const auto users = service::list<service::User>(transaction);
  if (!users) return tl::unexpected(users.error());
  report.users.clear();
  for (const service::User& user : *users)
    if (!user.disabled_at) report.users.push_back(user.login);
  return true;
}

/// Sign-ins and links of the time of the backup end, who was erased since is erased again, and the audit says
/// where it left off.
Result<bool> settle(RecordStore& record, const service::Practice& practice, const Erased& erased,
                    RestoreReport& report) {
  return record.write([&](service::Transaction& transaction) -> Result<bool> {
    if (auto gone = erase_all_again(transaction, erased, report); !gone) return gone;
    if (auto ended = end_sign_ins(transaction, practice.clock.now()); !ended) return ended;
    if (auto listed = list_users(transaction, report); !listed) return listed;
    const auto from = service::audit_head(transaction);
    if (!from) return tl::unexpected(from.error());
    report.from = *from;
    const std::string object = from->number == 0 ? "" : fmt::format("{} {}", from->number, from->hash);
    if (auto said = service::append_audit(transaction, practice, service::the_program(),
                                          {"record.restore", service::Permission::anyone, {}, {}, object});
        !said)
      return said;
    const auto head = service::audit_head(transaction);
    if (!head) return tl::unexpected(head.error());
    report.head = *head;
    return true;
  });
}

/// What an older practice key wrapped, and indexed, comes under the newest.
Result<bool> take_newest_key(RecordStore& record, const service::Practice& practice, const KeyRing& keys) {
  if (!keys.is_rotating()) return true;
  if (const auto rewrapped = rewrap(keys, record.rewrap_steps()); !rewrapped)
    return tl::unexpected(rewrapped.error());
  if (const auto indexed = service::reindex_names(practice); !indexed) return tl::unexpected(indexed.error());
  return true;
}

Result<bool> prepare_rows(const std::string& path, const KeyRing& keys, const Erased& erased, Instant now,
                          RestoreReport& report) {
  auto record = RecordStore::start([&] { return open_sqlite(path); }, keys, 1);
  if (!record) return tl::unexpected(record.error());
  const FixedClock clock(now);
  KernelEntropy entropy;
  VaultSecrets secrets(keys);
  const catalog::Library no_library;
  const service::Practice practice{**record, clock, entropy, secrets, no_library};
  if (auto settled = settle(**record, practice, erased, report); !settled) return settled;
  return take_newest_key(**record, practice, keys);
}

/// Still under its own name.
Result<bool> prepare(const std::string& path, const KeyRing& keys, const Erased& erased, Instant now,
                     RestoreReport& report) {
  {
    auto connection = open_sqlite(path);
    if (!connection) return tl::unexpected(connection.error());
    if (auto whole = check_whole(**connection, path); !whole) return whole;
    if (auto ready = bring_up_to_date(**connection, now); !ready) return ready;
  }
  if (auto ready = prepare_rows(path, keys, erased, now, report); !ready) return ready;
  auto connection = open_sqlite(path);
  if (!connection) return tl::unexpected(connection.error());
  return (*connection)->script("PRAGMA journal_mode = DELETE");  // one file, without a log beside it
}

// Its place

/// A folder that was made for the restore, and a key in it, go again unless the restore is done.
class NewPlace {
 public:
  static Result<NewPlace> at(const PracticePlace& place) {
    std::error_code trouble;
    const bool was_there = fs::exists(place.folder, trouble);
    if (auto made = make_private_folder(place.folder); !made) return tl::unexpected(made.error());
    if (chmod(place.folder.c_str(), 0700) != 0)
      return fail(ErrorKind::io, "file.write", "the folder is not this user's",
                  securebase::Place{place.folder, 0, 0, {}});
    return NewPlace(place, !was_there);
  }
  NewPlace(NewPlace&& other) noexcept
      : place_(std::move(other.place_)),
        is_new_(std::exchange(other.is_new_, false)),
        key_file_(std::exchange(other.key_file_, {})) {}
  NewPlace& operator=(NewPlace&&) = delete;
  NewPlace(const NewPlace&) = delete;
  NewPlace& operator=(const NewPlace&) = delete;
  ~NewPlace() {
    if (!key_file_.empty()) unlink(key_file_.c_str());
    if (!is_new_) return;
    std::error_code ignored;
    for (const char* name : {"/lock", "/scratch.lock"}) fs::remove(place_.folder + name, ignored);
    for (const std::string& folder : {keys_of(place_), place_.folder}) (void)rmdir(folder.c_str());
  }
  Result<bool> save_key(const Keys& keys) {
    if (!keys.to_save) return true;
    auto saved = keys.ring.save_current(keys_of(place_), {place_.passphrase, {}});
    if (!saved) return tl::unexpected(saved.error());
    key_file_ = *std::move(saved);
    return true;
  }
  /// Gives the key file that was made.
  std::string keep() {
    is_new_ = false;
    return std::exchange(key_file_, {});
  }

 private:
  NewPlace(PracticePlace place, bool is_new) : place_(std::move(place)), is_new_(is_new) {}
  PracticePlace place_;
  bool is_new_;
  std::string key_file_;
};

/// The record that is there, under another name.
Result<std::string> keep_old(const std::string& path, Instant now) {
  std::error_code trouble;
  if (!fs::exists(path, trouble)) return std::string();
  const std::string kept = path + ".before-restore-" + stamp(now);
  for (const char* end : {"-wal", "-shm", ""}) {
    if (*end != '\0' && !fs::exists(path + end, trouble)) continue;
    if (std::rename((path + end).c_str(), (kept + end).c_str()) != 0)
      return fail(ErrorKind::io, "file.write", "the record that is there cannot be renamed", at(path + end));
  }
  return kept;
}

Result<bool> copy_into_postgres(const Restore& what, const std::string& path, Instant now) {
  auto from = open_sqlite(path);
  if (!from) return tl::unexpected(from.error());
  auto to = connect(what.place);
  if (!to) return tl::unexpected(to.error());
  if (auto ready = bring_up_to_date(**to, now); !ready) return ready;
  const auto copied = copy_database(**from, **to, record_tables());
  if (copied) return true;
  if (copied.error().code != "copy.not_empty") return tl::unexpected(copied.error());
  return fail(ErrorKind::conflict, "restore.not_empty",
              "this database has a record, and a record in PostgreSQL is never replaced: make a new database "
              "(createdb NAME), give it as --database, and drop the old one when the new one is right");
}

Result<bool> put_in_place(const Restore& what, const std::string& path, Instant now, RestoreReport& report) {
  if (is_postgres(what.place)) return copy_into_postgres(what, path, now);
  auto kept = keep_old(record_file(what.place), now);
  if (!kept) return tl::unexpected(kept.error());
  report.kept = *kept;
  if (std::rename(path.c_str(), record_file(what.place).c_str()) != 0)
    return fail(ErrorKind::io, "file.write", "the restored record cannot be put in its place",
                at(record_file(what.place)));
  return sync_folder(what.place.folder);
}

Result<std::vector<std::string>> heads_to_leave(const Restore& what, const std::string& path) {
  auto connection = open_sqlite(path, {.read_only = true});
  if (!connection) return tl::unexpected(connection.error());
  return strange_heads(**connection, backups_of(what));
}

Result<RestoreReport> restore_into(NewPlace& place, const Restore& what, const Keys& keys, Erased erased,
                                   Instant now) {
  const auto lock = FolderLock::take(what.place.folder);
  if (!lock) return tl::unexpected(lock.error());
  const auto room = ScratchRoom::enter(what.place.folder);
  if (!room) return tl::unexpected(room.error());
  const auto key = key_of_backup(keys.ring, what.file);
  if (!key) return tl::unexpected(key.error());
  RestoreReport report;
  report.old_was_unreadable = !add_erasures_of_old(what, keys.ring, erased);
  const Scratch fresh(room->name());
  if (auto opened = unseal_file((*key)->key, SealedKind::backup, what.file, fresh.path()); !opened)
    return tl::unexpected(opened.error());
  if (auto ready = prepare(fresh.path(), keys.ring, erased, now, report); !ready)
    return tl::unexpected(ready.error());
  const auto left = heads_to_leave(what, fresh.path());
  if (!left) return tl::unexpected(left.error());
  if (auto saved = place.save_key(keys); !saved) return tl::unexpected(saved.error());
  if (auto placed = put_in_place(what, fresh.path(), now, report); !placed)
    return tl::unexpected(placed.error());
  const std::string key_file = place.keep();
  if (!key_file.empty() && !what.place.passphrase) report.open_key = key_file;
  if (auto aside = abandon_heads(*left, now); !aside) return tl::unexpected(aside.error());
  report.heads_left = static_cast<std::int64_t>(left->size());
  return report;
}

}  // namespace

Result<RestoreReport> restore(const Restore& what, Instant now) {
  if (const auto sealed = sealed_file_key(what.file); !sealed) return tl::unexpected(sealed.error());
  std::error_code trouble;
  if (!what.replace && !is_postgres(what.place) && fs::exists(record_file(what.place), trouble))
    return fail(ErrorKind::conflict, "practice.exists",
                "there is a record here already: choose another folder, or keep it aside with --replace",
                at(what.place.folder));
  const auto keys = keys_for(what);
  if (!keys) return tl::unexpected(keys.error());
  if (const auto key = key_of_backup(keys->ring, what.file); !key) return tl::unexpected(key.error());
  auto erased = erased_beside(what, keys->ring);
  if (!erased) return tl::unexpected(erased.error());
  auto place = NewPlace::at(what.place);
  if (!place) return tl::unexpected(place.error());
  return restore_into(*place, what, *keys, *std::move(erased), now);
}

}  // namespace securebase::store
