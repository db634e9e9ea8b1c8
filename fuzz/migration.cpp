// Migrations: any bytes as a step give an error, or a step taken as a whole. After an error the database is
// as it was.

#include "store/migrate.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;
using store::Value;

const std::string before_sql =
    "CREATE TABLE a (i {{integer}} PRIMARY KEY, t {{text}}) {{strict}};\n"
    "INSERT INTO a VALUES (1, 'one');";

/// Whether SQLite may be busy with it for ever, or need all memory.
bool takes_long(std::string sql) {
  std::transform(sql.begin(), sql.end(), sql.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array words{"recursive", "blob(", "printf", "format", "replace", "join"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return sql.find(word) != std::string::npos; });
}

/// Schema and rows, as far as the step before made them.
std::vector<Value> all_of(store::Connection& connection) {
  std::vector<Value> all;
  for (const char* sql : {"SELECT type, name, sql FROM sqlite_schema ORDER BY rowid", "SELECT i, t FROM a",
                          "SELECT version, sha256 FROM schema_migration"}) {
    const auto rows = connection.query(sql);
    DEMAND(rows);
    all.insert(all.end(), rows->cells().begin(), rows->cells().end());
  }
  return all;
}

void take(const store::Migration& step) {
  const auto opened = store::open_sqlite(":memory:");
  DEMAND(opened);
  store::Connection& connection = **opened;
  const auto before = store::parse_migration("0001_before.sql", before_sql);
  DEMAND(before);
  DEMAND(store::migrate(connection, {*before}, {}));
  const auto state = all_of(connection);
  const auto report = store::migrate(connection, {*before, step}, {});
  DEMAND(!connection.in_transaction());
  if (report) {
    DEMAND(report->from == 1 && report->to == 2);
    DEMAND(store::schema_version(connection) == 2);
    return;
  }
  DEMAND(is_plain_text(to_text(report.error())));
  DEMAND(all_of(connection) == state);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 2000) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view name = bytes.substr(0, bytes.find('\n'));
  if (const auto named = store::parse_migration(name, "")) {
    DEMAND(named->version >= 1 && named->version <= 9999);
    DEMAND(!named->name.empty());
  }
  const auto step = store::parse_migration("0002_step.sql", bytes);
  if (!step) {
    DEMAND(step.error().kind == ErrorKind::definition);
    return 0;
  }
  const auto postgres = store::render_migration(*step, store::Engine::postgres);
  const auto sqlite = store::render_migration(*step, store::Engine::sqlite);
  const auto lines = [](std::string_view text) { return std::count(text.begin(), text.end(), '\n'); };
  DEMAND(!postgres || lines(*postgres) == lines(bytes));
  DEMAND(!sqlite || lines(*sqlite) == lines(bytes));
  if (!takes_long(step->sql)) take(*step);
  return 0;
}
