#include "store/copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite_error.hpp"
#include "store/statement.hpp"

namespace securebase::store {
namespace {

// A SQLite file

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Result<Handle> open_handle(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return sqlite_error(code);
  sqlite3_busy_timeout(raw, 5000);  // ms
  return handle;
}

Result<bool> run(const Handle& handle, const char* sql) {
  if (sqlite3_exec(handle.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return last_sqlite_error(handle.get());
  return true;
}

/// Copies page by page, letting others in between.
Result<bool> copy_pages(const Handle& from, const Handle& to) {
  constexpr int pages = 1024;
  // In one transaction: otherwise each change by somebody else would begin the copy anew.
  if (auto begun = run(from, "BEGIN; SELECT count(*) FROM sqlite_schema"); !begun) return begun;
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) return last_sqlite_error(to.get());
  int code = SQLITE_OK;
  for (int waits = 0; code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED;) {
    code = sqlite3_backup_step(backup, pages);
    if (code != SQLITE_BUSY && code != SQLITE_LOCKED) continue;
    if (++waits > 100) break;
    sqlite3_sleep(50);  // ms
  }
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return sqlite_error(code);
  return run(from, "COMMIT");
}

/// "ok" is the only row where nothing is wrong.
Result<bool> check_whole(const Handle& copy) {
  bool whole = false;
  const auto row = [](void* is_whole, int, char** cells, char**) {
    *static_cast<bool*>(is_whole) = cells[0] != nullptr && std::string_view(cells[0]) == "ok";
    return 0;
  };
  if (sqlite3_exec(copy.get(), "PRAGMA integrity_check(1)", row, &whole, nullptr) != SQLITE_OK)
    return last_sqlite_error(copy.get());
  if (!whole)
    return fail(ErrorKind::io, "database.corrupt", "the copy is damaged; check the database and the disk");
  return true;
}

tl::unexpected<Error> file_trouble(const std::string& path, std::string detail) {
  return fail(ErrorKind::io, "database.io", std::move(detail), Place{path, 0, 0, {}});
}

Result<bool> sync(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!synced) return file_trouble(path, "cannot be brought to the disk");
  return true;
}

Result<bool> copy_to(const std::string& source, const std::string& path) {
  if (auto created = create_private_file(path.c_str()); !created) return created;
  const auto from = open_handle(source);
  if (!from) return tl::unexpected(from.error());
  const auto to = open_handle(path);
  if (!to) return tl::unexpected(to.error());
  if (auto copied = copy_pages(*from, *to); !copied) return copied;
  // The copy is one file, without a log beside it.
  if (auto single = run(*to, "PRAGMA journal_mode = DELETE"); !single) return single;
  return check_whole(*to);
}

Result<bool> put_in_place(const std::string& part, const std::string& path, IfExists if_exists) {
  if (auto synced = sync(part, O_RDONLY); !synced) return synced;
  // link() does not replace, whoever else may have made a file of that name by now
  const bool placed = if_exists == IfExists::replace ? std::rename(part.c_str(), path.c_str()) == 0
                                                     : ::link(part.c_str(), path.c_str()) == 0;
  if (!placed) return file_trouble(path, "the copy cannot be put there");
  const auto folder = std::filesystem::path(path).parent_path();
  return sync(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

// Rows

constexpr std::size_t rows_at_once = 1000;

Result<std::vector<std::string>> columns_of(Connection& connection, std::string_view table) {
  const auto rows = connection.query(
      connection.engine() == Engine::sqlite
          ? "SELECT name FROM pragma_table_info($1)"
          : "SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE c.relname = $1 AND n.nspname = current_schema()"
            " AND a.attnum > 0 AND NOT a.attisdropped",
      {std::string(table)});
  if (!rows) return tl::unexpected(rows.error());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    auto name = rows->get<std::string>(i, 0);
    if (!name) return tl::unexpected(name.error());
    names.push_back(*std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> equal_columns(Connection& from, Connection& to, std::string_view table) {
  if (!is_plain_name(table)) return wrong_statement("names of tables are letters, digits and underscores");
  auto ours = columns_of(from, table);
  if (!ours) return ours;
  auto theirs = columns_of(to, table);
  if (!theirs) return theirs;
  if (ours->empty() || *ours != *theirs)
    return fail(ErrorKind::conflict, "copy.columns",
                "both databases need this table with the same columns: bring both to one version first",
                Place{std::string(table), 0, 0, {}});
  return ours;
}

Result<bool> demand_empty(Connection& to, std::string_view table) {
  const auto rows = to.query(fmt::format("SELECT 1 FROM \"{}\" LIMIT 1", table));
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return true;
  return fail(ErrorKind::conflict, "copy.not_empty", "the target has rows already; copy into an empty one",
              Place{std::string(table), 0, 0, {}});
}

Result<std::int64_t> copy_table(Connection& from, Connection& to, std::string_view table) {
  const auto columns = equal_columns(from, to, table);
  if (!columns) return tl::unexpected(columns.error());
  if (const auto empty = demand_empty(to, table); !empty) return tl::unexpected(empty.error());
  const std::vector<std::string_view> names(columns->begin(), columns->end());
  std::int64_t count = 0;
  const auto copied = from.read_in_parts(fmt::format("SELECT {} FROM \"{}\"", list_of(names), table), {},
                                         rows_at_once, [&](const Rows& rows) {
                                           count += static_cast<std::int64_t>(rows.size());
                                           return to.bulk(table, names, rows.cells());
                                         });
  if (!copied) return tl::unexpected(copied.error());
  return count;
}

/// A copy takes as long as it takes, and foreign keys within a table are looked at when it is done.
Result<bool> settle_in(Connection& connection) {
  return connection.script(connection.engine() == Engine::sqlite
                               ? "PRAGMA defer_foreign_keys = ON"
                               : "SET LOCAL statement_timeout = 0;"
                                 "SET LOCAL idle_in_transaction_session_timeout = 0;"
                                 "SET CONSTRAINTS ALL DEFERRED");
}

}  // namespace

Result<bool> backup_sqlite(Connection& connection, const std::string& path, IfExists if_exists) {
  if (connection.engine() != Engine::sqlite) return wrong_statement("only a SQLite file is copied this way");
  const auto rows = connection.query("SELECT file FROM pragma_database_list WHERE name = 'main'");
  if (!rows) return tl::unexpected(rows.error());
  const auto source = rows->get<std::string>(0, 0);
  if (!source) return tl::unexpected(source.error());
  if (source->empty()) return wrong_statement("a database in memory has no file to copy");
  std::error_code ignored;
  if (if_exists == IfExists::refuse && std::filesystem::exists(path, ignored))
    return fail(ErrorKind::conflict, "file.exists", "there is a file of this name", Place{path, 0, 0, {}});
  const std::string part = path + ".part";
  std::filesystem::remove(part, ignored);
  auto done = copy_to(*source, part);
  if (done) done = put_in_place(part, path, if_exists);
  for (const std::string_view ending : {"", "-journal", "-wal", "-shm"})
    std::filesystem::remove(part + std::string(ending), ignored);
  return done;
}

Result<std::int64_t> copy_database(Connection& from, Connection& to,
                                   std::span<const std::string_view> tables) {
  auto reading = DatabaseTransaction::begin(from, Access::read);
  if (!reading) return tl::unexpected(reading.error());
  auto writing = DatabaseTransaction::begin(to, Access::write);
  if (!writing) return tl::unexpected(writing.error());
  for (Connection* connection : {&from, &to})
    if (const auto settled = settle_in(*connection); !settled) return tl::unexpected(settled.error());
  std::int64_t count = 0;
  for (const std::string_view table : tables) {
    auto copied = copy_table(from, to, table);
    if (!copied) return copied;
    count += *copied;
  }
  if (const auto kept = writing->commit(); !kept) return tl::unexpected(kept.error());
  return count;
}

}  // namespace securebase::store
