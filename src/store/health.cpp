#include "store/health.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "store/backup.hpp"
#include "store/entropy.hpp"
#include "store/migrate.hpp"
#include "store/moved.hpp"

namespace securebase::store {
namespace {

constexpr std::uint64_t little_room = std::uint64_t{1} << 30U;  // 1 GiB
constexpr std::int64_t old_backup_ms = 26 * hour_ms;            // a day, and some grace
constexpr Instant program_is_newer{1'764'000'000'000};  // 2025-11-24: no clock that is right is before

HealthFinding good(std::string name, std::string words) {
  return {Health::good, std::move(name), std::move(words)};
}
HealthFinding warning(std::string name, std::string words) {
  return {Health::warning, std::move(name), std::move(words)};
}
HealthFinding bad(std::string name, std::string words) {
  return {Health::bad, std::move(name), std::move(words)};
}

HealthFinding disk(const PracticePlace& place) {
  struct statvfs status {};
  if (statvfs(place.folder.c_str(), &status) != 0)
    return bad("disk", "the folder of the practice cannot be looked at");
  const std::uint64_t free = std::uint64_t{status.f_bavail} * status.f_frsize;
  const std::string words =
      fmt::format("{:.1f} GiB free", static_cast<double>(free) / (1024.0 * 1024.0 * 1024.0));
  if (free < little_room) return bad("disk", words + ": nothing can be written once it is full");
  return good("disk", words);
}

bool is_private(const std::string& path, bool& there) {
  struct stat status {};
  there = stat(path.c_str(), &status) == 0;
  return !there || (status.st_mode & 077U) == 0;
}

HealthFinding permissions(const PracticePlace& place) {
  for (const std::string& path :
       {place.folder, record_file(place), record_file(place) + "-wal", keys_of(place)}) {
    bool there = false;
    if (!is_private(path, there))
      return bad("permissions", fmt::format("others may read {}: chmod go= {}", path, path));
  }
  return good("permissions", "folder, record and keys are open to this user only");
}

HealthFinding key(const Result<KeyRing>& keys) {
  if (!keys) return bad("key", to_text(keys.error()));
  if (keys->is_rotating())
    return warning("key", "a replacement was begun and not finished: securebase key rotate goes on with it");
  return good("key", fmt::format("generation {} can be used; is the recovery key on paper?",
                                 keys->current().generation));
}

std::optional<std::int64_t> last_entry(Connection& connection) {
  const auto rows = connection.query("SELECT at_ms FROM audit ORDER BY number DESC LIMIT 1");
  if (!rows || rows->empty()) return std::nullopt;
  const auto at = rows->get<std::int64_t>(0, 0);
  return at ? std::optional(*at) : std::nullopt;
}

HealthFinding clock(Connection* connection, Instant now) {
  if (now < program_is_newer)
    return bad("clock", fmt::format("it says {}, which is in the past", to_text(now)));
  const auto last = connection == nullptr ? std::nullopt : last_entry(*connection);
  if (last && *last > now.ms + minute_ms)
    return bad("clock", fmt::format("it says {}, and the audit has an entry of {}: it was or is wrong",
                                    to_text(now), to_text(Instant{*last})));
  return good("clock", fmt::format("{} (UTC); look whether that is so", to_text(now)));
}

HealthFinding record(const PracticePlace& place, Connection* connection, const std::string& trouble) {
  if (connection == nullptr) return bad("record", trouble);
  const auto version = schema_version(*connection);
  if (!version) return bad("record", to_text(version.error()));
  const auto steps = program_migrations();
  if (!steps) return bad("record", to_text(steps.error()));
  if (*version != static_cast<int>(steps->size()))
    return warning("record", fmt::format("schema {} of {}: the server brings it up to date when it starts",
                                         *version, steps->size()));
  if (const auto moved = where_moved(*connection); moved && *moved)
    return bad("record", fmt::format("it was copied to {}, and is used there", **moved));
  if (is_postgres(place)) return good("record", fmt::format("in PostgreSQL, schema {}", *version));
  const auto rows = connection->query("PRAGMA quick_check(1)");
  if (!rows || rows->get<std::string>(0, 0).value_or("") != "ok")
    return bad("record", "SQLite finds the file damaged: restore a backup");
  return good("record", fmt::format("the file is whole, schema {}", *version));
}

std::string count(std::int64_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string age_of(Instant made, Instant now) {
  const std::int64_t hours = (now.ms - made.ms) / hour_ms;
  return hours < 48 ? count(hours, "hour") : count(hours / 24, "day");
}

HealthFinding newest(const std::string& backups, const Result<KeyRing>& keys, Instant now) {
  const auto newest = newest_backup(backups);
  if (!newest) return bad("backups", "there is none in " + backups + ": securebase backup makes one");
  if (keys)
    if (const auto opened = read_backup(*keys, newest->file); !opened)
      return bad(
          "backups",
          fmt::format("the newest cannot be opened with the practice key that is here: securebase backup "
                      "makes a new one ({})",
                      to_text(opened.error())));
  if (newest->made.ms > now.ms + minute_ms)
    return warning("backups",
                   fmt::format("the newest, {}, is from the future: is the clock right?", newest->file));
  if (now.ms - newest->made.ms > old_backup_ms)
    return warning("backups", fmt::format("the newest is {} old; serve --backup-every 24 makes one each day",
                                          age_of(newest->made, now)));
  return good("backups", fmt::format("the newest is {} old and {}; keep a copy where this machine is not",
                                     age_of(newest->made, now), keys ? "can be opened" : "was not opened"));
}

/// Records that a restore kept: with the key, everything in them can be read, whoever was erased since too.
std::vector<HealthFinding> kept_records(const PracticePlace& place) {
  std::vector<HealthFinding> found;
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator(place.folder, trouble)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("record.db.before-restore-") || name.ends_with("-wal") || name.ends_with("-shm"))
      continue;
    found.push_back(
        warning("old record", fmt::format("{} still holds who was erased since: delete it when the "
                                          "restored record is right",
                                          entry.path().string())));
  }
  return found;
}

HealthFinding memory() {
  const ProcessProtection granted = protect_process();
  if (granted.no_core_dump && granted.locked_memory)
    return good("memory", "no core dumps; keys stay out of the swap area");
  return warning("memory", granted.no_core_dump
                               ? "keys may reach the swap area: raise the limit of locked memory"
                               : "core dumps cannot be switched off");
}

}  // namespace

std::vector<HealthFinding> examine(const PracticePlace& place, const std::string& backups, Instant now) {
  struct stat status {};
  if (stat(place.folder.c_str(), &status) != 0)
    return {bad("folder", "there is no practice in " + place.folder + ": securebase setup makes one")};
  std::unique_ptr<Connection> connection;
  std::string trouble = "there is no record in this folder";
  if (is_postgres(place) || stat(record_file(place).c_str(), &status) == 0) {
    auto opened = is_postgres(place) ? open_postgres(place.database)
                                     : open_sqlite(record_file(place), {.read_only = true, .create = false});
    if (opened)
      connection = std::move(*opened);
    else
      trouble = to_text(opened.error());
  }
  const auto keys = KeyRing::load(keys_of(place), place.passphrase);
  std::vector<HealthFinding> found{record(place, connection.get(), trouble),
                                   key(keys),
                                   permissions(place),
                                   newest(backups, keys, now),
                                   disk(place),
                                   clock(connection.get(), now),
                                   memory()};
  for (HealthFinding& kept : kept_records(place)) found.push_back(std::move(kept));
  return found;
}

}  // namespace securebase::store
