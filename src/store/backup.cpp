#include "store/backup.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "store/copy.hpp"
#include "store/migrate.hpp"
#include "store/scratch.hpp"
#include "store/sealed_file.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;
using service::AuditHead;

constexpr std::string_view first_part = "securebase-";
constexpr std::string_view last_part = ".sbk";
constexpr int most_of_one_second = 100;

Place at(const std::string& path) {
  return {path, 0, 0, {}};
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

Result<AuditHead> head_in(const std::string& path) {
  auto connection = open_sqlite(path, {.read_only = true});
  if (!connection) return tl::unexpected(connection.error());
  return head_of(**connection);
}

/// One SQLite file with all that is committed.
Result<bool> copy_out(PracticeData& data, const ScratchRoom& room, const std::string& path, Instant now) {
  auto connection = connect(data.place());
  if (!connection) return tl::unexpected(connection.error());
  if (!is_postgres(data.place())) return backup_sqlite(**connection, path);
  const Scratch between(room.name());
  auto file = open_sqlite(between.path());
  if (!file) return tl::unexpected(file.error());
  if (auto ready = bring_up_to_date(**file, now); !ready) return ready;
  if (const auto copied = copy_database(**connection, **file, record_tables()); !copied)
    return tl::unexpected(copied.error());
  return backup_sqlite(**file, path);
}

/// Two backups of one second get two names.
Result<std::string> seal_under_free_name(const PracticeKey& key, const std::string& from,
                                         const std::string& folder, Instant now) {
  for (int number = 1;; ++number) {
    std::string file = fmt::format("{}/{}{}{}{}", folder, first_part, stamp(now),
                                   number == 1 ? "" : fmt::format("-{}", number), last_part);
    const auto sealed = seal_file(key.key, SealedKind::backup, from, file);
    if (sealed) return file;
    if (sealed.error().code != "file.exists" || number == most_of_one_second)
      return tl::unexpected(sealed.error());
  }
}

Result<bool> check_in(const ScratchRoom& room, const KeyRing& keys, const std::string& file) {
  const auto key = key_of_backup(keys, file);
  if (!key) return tl::unexpected(key.error());
  const Scratch copy(room.name());
  if (auto opened = unseal_file((*key)->key, SealedKind::backup, file, copy.path()); !opened) return opened;
  auto connection = open_sqlite(copy.path(), {.read_only = true});
  if (!connection) return tl::unexpected(connection.error());
  return check_whole(**connection, file);
}

bool is_backup(const std::string& name) {
  return name.starts_with(first_part) && name.ends_with(last_part);
}

}  // namespace

Result<bool> check_whole(Connection& connection, const std::string& path) {
  const auto rows = connection.query("PRAGMA integrity_check(1)");
  if (!rows) return tl::unexpected(rows.error());
  const auto verdict = rows->get<std::string>(0, 0);
  if (verdict && *verdict == "ok") return true;
  return fail(ErrorKind::io, "database.corrupt", "the record in this file is damaged", at(path));
}

Result<bool> bring_up_to_date(Connection& connection, Instant now) {
  const auto steps = program_migrations();
  if (!steps) return tl::unexpected(steps.error());
  const auto report = migrate(connection, *steps, {now, {}});
  if (!report) return tl::unexpected(report.error());
  return true;
}

Result<const PracticeKey*> key_of_backup(const KeyRing& keys, const std::string& file) {
  const auto id = sealed_file_key(file);
  if (!id) return tl::unexpected(id.error());
  const PracticeKey* key = keys.find(*id);
  if (key != nullptr) return key;
  return fail(
      ErrorKind::io, "sealed.wrong_key",
      fmt::format("it needs the practice key {}, which is not here; restore it with --recovery-key and "
                  "the recovery key of its time",
                  to_text(*id)),
      at(file));
}

Result<BackupReport> back_up(PracticeData& data, const std::string& folder, Instant now) {
  if (auto made = make_private_folder(folder); !made) return tl::unexpected(made.error());
  const auto room = ScratchRoom::enter(data.place().folder);
  if (!room) return tl::unexpected(room.error());
  BackupReport report;
  const Scratch copy(room->name());
  if (auto copied = copy_out(data, *room, copy.path(), now); !copied) return tl::unexpected(copied.error());
  const auto head = head_in(copy.path());
  if (!head) return tl::unexpected(head.error());
  report.head = *head;
  const PracticeKey& key = data.keys().current();
  auto file = seal_under_free_name(key, copy.path(), folder, now);
  if (!file) return tl::unexpected(file.error());
  report.file = *std::move(file);
  if (auto checked = check_in(*room, data.keys(), report.file); !checked)
    return tl::unexpected(checked.error());
  if (auto written = write_head(key.key, report.file, *head); !written)
    return tl::unexpected(written.error());
  if (auto noted = note_erasures(data, folder); !noted) return tl::unexpected(noted.error());
  std::error_code trouble;
  report.bytes = fs::file_size(report.file, trouble);
  return report;
}

Result<bool> check_backup(const KeyRing& keys, const std::string& file, const std::string& practice_folder) {
  const auto room = ScratchRoom::enter(practice_folder);
  if (!room) return tl::unexpected(room.error());
  return check_in(*room, keys, file);
}

Result<bool> read_backup(const KeyRing& keys, const std::string& file) {
  const auto key = key_of_backup(keys, file);
  if (!key) return tl::unexpected(key.error());
  auto reader = SealedReader::open((*key)->key, SealedKind::backup, file);
  if (!reader) return tl::unexpected(reader.error());
  for (;;) {
    const auto part = reader->read();
    if (!part) return tl::unexpected(part.error());
    if (part->empty()) return true;
  }
}

std::optional<BackupFile> newest_backup(const std::string& folder) {
  std::optional<BackupFile> newest;
  std::error_code trouble;
  for (const auto& entry : fs::directory_iterator(folder, trouble)) {
    const std::string name = entry.path().filename().string();
    if (!is_backup(name)) continue;
    const auto made = moment_of(std::string_view(name).substr(first_part.size()));
    if (made && (!newest || *made > newest->made)) newest = BackupFile{entry.path().string(), *made};
  }
  return newest;
}

void remove_unfinished_backups(const std::string& folder) {
  std::error_code ignored;
  const auto yesterday = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(first_part) && name.ends_with(".part") && entry.last_write_time(ignored) < yesterday)
      fs::remove(entry.path(), ignored);
  }
}

}  // namespace securebase::store
