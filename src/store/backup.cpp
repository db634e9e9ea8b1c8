#include "store/backup.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "service/erase.hpp"
#include "store/copy.hpp"
#include "store/migrate.hpp"
#include "store/sealed_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;
using service::AuditHead;
using service::Tombstone;

constexpr std::string_view erasures_name = "/erasures.txt";
constexpr std::string_view first_part = "securebase-";
constexpr std::string_view last_part = ".sbk";

Place at(const std::string& path, std::size_t line = 0) {
  return {path, line, 0, {}};
}

/// Files of a work in between, gone when it is over. SQLite keeps two more beside its file.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { remove(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void remove() const {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path_ + end, ignored);
  }
  std::string path_;
};

class FixedClock : public service::Clock {
 public:
  explicit FixedClock(Instant now) : now_(now) {}
  [[nodiscard]] Instant now() const override { return now_; }

 private:
  Instant now_;
};

/// "20261125-144210"
std::string stamp(Instant now) {
  std::string digits;
  for (const char c : to_text(now)) {
    if (c == '.') break;
    if (c >= '0' && c <= '9') digits += c;
    if (c == 'T') digits += '-';
  }
  return digits;
}

Result<bool> make_folder(const std::string& folder) {
  std::error_code trouble;
  fs::create_directories(folder, trouble);
  if (trouble) return fail(ErrorKind::io, "file.write", "the folder cannot be made", at(folder));
  return true;
}

/// Replaces a small file as a whole.
Result<bool> put(const std::string& path, const std::string& text) {
  const Scratch fresh(path + ".new");
  auto file = NewFile::create(fresh.path());
  if (!file) return tl::unexpected(file.error());
  if (auto written = file->write(text); !written) return written;
  if (auto committed = file->commit(); !committed) return committed;
  if (std::rename(fresh.path().c_str(), path.c_str()) != 0)
    return fail(ErrorKind::io, "file.write", "the file cannot be replaced", at(path));
  return sync_folder(fs::path(path).parent_path().string());
}

Result<bool> check_whole(Connection& connection, const std::string& path) {
  const auto rows = connection.query("PRAGMA integrity_check(1)");
  if (!rows) return tl::unexpected(rows.error());
  const auto verdict = rows->get<std::string>(0, 0);
  if (verdict && *verdict == "ok") return true;
  return fail(ErrorKind::io, "database.corrupt", "the record in this file is damaged", at(path));
}

Result<AuditHead> head_of(Connection& connection) {
  const auto rows = connection.query("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return AuditHead{};
  const auto number = rows->get<std::int64_t>(0, 0);
  const auto hash = rows->get<std::string>(0, 1);
  if (!number || !hash) return tl::unexpected(number ? hash.error() : number.error());
  return AuditHead{*number, *hash};
}

Result<bool> take_steps(Connection& connection, Instant now) {
  const auto steps = program_migrations();
  if (!steps) return tl::unexpected(steps.error());
  const auto report = migrate(connection, *steps, {now, {}});
  if (!report) return tl::unexpected(report.error());
  return true;
}

/// One SQLite file with all that is committed.
Result<bool> copy_out(PracticeData& data, const std::string& path, Instant now) {
  auto connection = connect(data.place());
  if (!connection) return tl::unexpected(connection.error());
  if (!is_postgres(data.place())) return backup_sqlite(**connection, path);
  const Scratch between(path + ".rows");
  auto file = open_sqlite(between.path());
  if (!file) return tl::unexpected(file.error());
  if (auto ready = take_steps(**file, now); !ready) return ready;
  if (const auto copied = copy_database(**connection, **file, record_tables()); !copied)
    return tl::unexpected(copied.error());
  return backup_sqlite(**file, path);
}

/// The practice key a sealed file needs.
Result<const PracticeKey*> key_for(const KeyRing& keys, const std::string& file) {
  const auto id = sealed_file_key(file);
  if (!id) return tl::unexpected(id.error());
  const PracticeKey* key = keys.find(*id);
  if (key != nullptr) return key;
  return fail(ErrorKind::io, "sealed.wrong_key",
              fmt::format("it needs the practice key {}, which is not here", to_text(*id)), at(file));
}

// Who was erased

using Erased = std::map<std::string, Tombstone>;

Result<Tombstone> parse_erasure(const std::string& line, const Place& place) {
  std::istringstream words(line);
  std::string id;
  std::int64_t ms = 0;
  std::string ground;
  words >> id >> ms >> ground;
  const auto person = Id<service::Person>::parse(id);
  if (!words || !person || !service::parse_word<service::Ground>(ground))
    return fail(ErrorKind::bad_data, "erasures.line",
                "an id, a moment in milliseconds, and request or retention", place);
  return Tombstone{*person, Instant{ms}, ground};
}

Result<Erased> read_erasures(const std::string& folder) {
  Erased erased;
  const std::string path = folder + std::string(erasures_name);
  std::ifstream in(path);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    auto tombstone = parse_erasure(line, at(path, ++number));
    if (!tombstone) return tl::unexpected(tombstone.error());
    erased.emplace(tombstone->id.text(), *tombstone);
  }
  return erased;
}

Result<bool> add_erasures(service::Store& store, Erased& erased) {
  return store.read([&](service::Transaction& transaction) -> Result<bool> {
    const auto tombstones = service::list<Tombstone>(transaction);
    if (!tombstones) return tl::unexpected(tombstones.error());
    for (const Tombstone& tombstone : *tombstones) erased.emplace(tombstone.id.text(), tombstone);
    return true;
  });
}

Result<bool> put_erasures(const std::string& folder, const Erased& erased) {
  std::string text;
  for (const auto& [id, tombstone] : erased)
    text += fmt::format("{} {} {}\n", id, tombstone.erased_at.ms, tombstone.ground);
  return put(folder + std::string(erasures_name), text);
}

// Restoring

Result<KeyRing> keys_for(const Restore& what) {
  const std::string folder = keys_of(what.place);
  std::error_code trouble;
  const bool has_keys = fs::exists(folder, trouble) && !fs::is_empty(folder, trouble);
  if (has_keys || !what.recovery) return KeyRing::load(folder, what.place.passphrase);
  auto key = parse_recovery_text(what.recovery->reveal());
  if (!key) return tl::unexpected(key.error());
  const auto needed = sealed_file_key(what.file);
  if (!needed) return tl::unexpected(needed.error());
  if (*needed != key->key.id())
    return fail(ErrorKind::io, "sealed.wrong_key",
                "this backup was sealed with another key than the recovery key", at(what.file));
  return KeyRing::restore(folder, *std::move(key), {what.place.passphrase, {}});
}

/// Sign-ins and links of the time of the backup end; who was erased since is erased again.
Result<bool> settle(RecordStore& record, const service::Practice& practice, const Erased& erased,
                    RestoreReport& report) {
  return record.write([&](service::Transaction& transaction) -> Result<bool> {
    report.erased_again = 0;
    for (const auto& [id, tombstone] : erased) {
      const auto here =
          service::find<service::Person>(transaction, service::where(&service::Person::id, tombstone.id));
      if (!here) return tl::unexpected(here.error());
      report.erased_again += *here && !(*here)->erased_at ? 1 : 0;
      if (auto gone = service::erase_again(transaction, tombstone); !gone) return gone;
    }
    const service::Condition any[] = {service::where(&service::Session::created_at, service::Is::present)};
    const auto ended = transaction.remove(service::table_of<service::Session>(), any);
    if (!ended) return tl::unexpected(ended.error());
    const auto revoked = service::change<service::Ticket>(
        transaction, {service::to(&service::Ticket::revoked_at, std::optional(practice.clock.now()))},
        {service::where(&service::Ticket::revoked_at, service::Is::absent)});
    if (!revoked) return tl::unexpected(revoked.error());
    return service::append_audit(transaction, practice, service::the_program(),
                                 {"record.restore", service::Permission::anyone, {}, {}, ""});
  });
}

/// What was unsealed becomes fit for use, still under its own name.
Result<bool> prepare(const std::string& path, const KeyRing& keys, const Erased& erased, Instant now,
                     RestoreReport& report) {
  {
    auto connection = open_sqlite(path);
    if (!connection) return tl::unexpected(connection.error());
    if (auto whole = check_whole(**connection, path); !whole) return whole;
    if (auto ready = take_steps(**connection, now); !ready) return ready;
  }
  {
    auto record = RecordStore::start([&] { return open_sqlite(path); }, keys, 1);
    if (!record) return tl::unexpected(record.error());
    const FixedClock clock(now);
    KernelEntropy entropy;
    VaultSecrets secrets(keys);
    const catalog::Library no_library;
    const service::Practice practice{**record, clock, entropy, secrets, no_library};
    if (auto settled = settle(**record, practice, erased, report); !settled) return settled;
  }
  auto connection = open_sqlite(path);
  if (!connection) return tl::unexpected(connection.error());
  const auto head = head_of(**connection);
  if (!head) return tl::unexpected(head.error());
  report.head = *head;
  return (*connection)->script("PRAGMA journal_mode = DELETE");  // one file, without a log beside it
}

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

Result<bool> put_in_place(const Restore& what, const std::string& path, Instant now, RestoreReport& report) {
  if (is_postgres(what.place)) {
    auto from = open_sqlite(path);
    if (!from) return tl::unexpected(from.error());
    auto to = connect(what.place);
    if (!to) return tl::unexpected(to.error());
    if (auto ready = take_steps(**to, now); !ready) return ready;
    const auto copied = copy_database(**from, **to, record_tables());
    if (!copied) return tl::unexpected(copied.error());
    return true;
  }
  auto kept = keep_old(record_file(what.place), now);
  if (!kept) return tl::unexpected(kept.error());
  report.kept = *kept;
  if (std::rename(path.c_str(), record_file(what.place).c_str()) != 0)
    return fail(ErrorKind::io, "file.write", "the restored record cannot be put in its place",
                at(record_file(what.place)));
  return sync_folder(what.place.folder);
}

/// From the record that is replaced. False: it cannot be read.
bool add_erasures_of_old(const Restore& what, const KeyRing& keys, Erased& erased) {
  std::error_code trouble;
  if (is_postgres(what.place) || !fs::exists(record_file(what.place), trouble)) return true;
  const auto record = RecordStore::start([&] { return connect(what.place); }, keys, 1);
  return record && add_erasures(**record, erased);
}

}  // namespace

Result<BackupReport> back_up(PracticeData& data, const std::string& folder, Instant now) {
  if (auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  BackupReport report;
  report.file = fmt::format("{}/{}{}{}", folder, first_part, stamp(now), last_part);
  const Scratch copy(report.file + ".copy.part");
  if (auto copied = copy_out(data, copy.path(), now); !copied) return tl::unexpected(copied.error());
  {
    auto connection = open_sqlite(copy.path(), {.read_only = true});
    if (!connection) return tl::unexpected(connection.error());
    const auto head = head_of(**connection);
    if (!head) return tl::unexpected(head.error());
    report.head = *head;
  }
  if (auto sealed = seal_file(data.keys().current().key, SealedKind::backup, copy.path(), report.file);
      !sealed)
    return tl::unexpected(sealed.error());
  if (auto checked = check_backup(data.keys(), report.file); !checked) return tl::unexpected(checked.error());
  if (auto written = put(report.file + ".head", fmt::format("{} {}\n", report.head.number, report.head.hash));
      !written)
    return tl::unexpected(written.error());
  if (auto noted = note_erasures(data, folder); !noted) return tl::unexpected(noted.error());
  std::error_code trouble;
  report.bytes = fs::file_size(report.file, trouble);
  return report;
}

Result<bool> check_backup(const KeyRing& keys, const std::string& file) {
  const auto key = key_for(keys, file);
  if (!key) return tl::unexpected(key.error());
  const Scratch copy(file + ".check.part");
  if (auto opened = unseal_file((*key)->key, SealedKind::backup, file, copy.path()); !opened) return opened;
  auto connection = open_sqlite(copy.path(), {.read_only = true});
  if (!connection) return tl::unexpected(connection.error());
  return check_whole(**connection, file);
}

Result<AuditHead> read_head(const std::string& file) {
  std::ifstream in(file);
  AuditHead head;
  in >> head.number >> head.hash;
  if (!in || head.number < 0 || (head.number > 0 && head.hash.size() != 64))
    return fail(ErrorKind::bad_data, "backup.head",
                "a number and a hash of 64 digits, as a backup writes them", at(file, 1));
  return head;
}

Result<std::optional<AuditHead>> newest_head(const std::string& folder) {
  std::optional<AuditHead> newest;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) {
    if (entry.path().extension() != ".head") continue;
    const auto head = read_head(entry.path().string());
    if (!head) return tl::unexpected(head.error());
    if (!newest || head->number > newest->number) newest = *head;
  }
  return newest;
}

std::optional<Instant> newest_backup(const std::string& folder) {
  std::optional<Instant> newest;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(first_part) || !name.ends_with(last_part)) continue;
    struct stat status {};
    if (stat(entry.path().c_str(), &status) != 0) continue;
    const Instant made{status.st_mtime * second_ms};
    if (!newest || made > *newest) newest = made;
  }
  return newest;
}

Result<bool> note_erasures(PracticeData& data, const std::string& folder) {
  if (auto made = make_folder(folder); !made) return made;
  auto erased = read_erasures(folder);
  if (!erased) return tl::unexpected(erased.error());
  const std::size_t known = erased->size();
  if (auto added = add_erasures(data.record(), *erased); !added) return added;
  if (erased->size() == known) return true;
  return put_erasures(folder, *erased);
}

Result<RestoreReport> restore(const Restore& what, Instant now) {
  std::error_code trouble;
  const bool is_there = !is_postgres(what.place) && fs::exists(record_file(what.place), trouble);
  if (is_there && !what.replace)
    return fail(ErrorKind::conflict, "practice.exists", "there is a record here already",
                at(what.place.folder));
  if (auto made = make_folder(what.place.folder); !made) return tl::unexpected(made.error());
  if (chmod(what.place.folder.c_str(), 0700) != 0)
    return fail(ErrorKind::io, "file.write", "the folder is not this user's", at(what.place.folder));
  const auto lock = FolderLock::take(what.place.folder);
  if (!lock) return tl::unexpected(lock.error());
  const auto keys = keys_for(what);
  if (!keys) return tl::unexpected(keys.error());
  const auto key = key_for(*keys, what.file);
  if (!key) return tl::unexpected(key.error());
  auto erased = read_erasures(
      fs::path(what.file).parent_path().empty() ? "." : fs::path(what.file).parent_path().string());
  if (!erased) return tl::unexpected(erased.error());
  RestoreReport report;
  report.old_was_unreadable = !add_erasures_of_old(what, *keys, *erased);
  const Scratch fresh(record_file(what.place) + ".restoring");
  if (auto opened = unseal_file((*key)->key, SealedKind::backup, what.file, fresh.path()); !opened)
    return tl::unexpected(opened.error());
  if (auto ready = prepare(fresh.path(), *keys, *erased, now, report); !ready)
    return tl::unexpected(ready.error());
  if (auto placed = put_in_place(what, fresh.path(), now, report); !placed)
    return tl::unexpected(placed.error());
  return report;
}

Result<std::int64_t> copy_record(const PracticePlace& from, const PracticePlace& to, Instant now) {
  auto source = connect(from);
  if (!source) return tl::unexpected(source.error());
  auto target = connect(to);
  if (!target) return tl::unexpected(target.error());
  if (auto ready = take_steps(**target, now); !ready) return tl::unexpected(ready.error());
  return copy_database(**source, **target, record_tables());
}

}  // namespace securebase::store
