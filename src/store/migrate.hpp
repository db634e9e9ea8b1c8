#pragma once
// Steps of the schema, from the version a database has to the one the program needs. How a step is written:
// migrations/README.md.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "store/database.hpp"

namespace securebase::store {

struct Migration {
  int version = 0;     ///< from 1
  std::string name;    ///< "record" of "0001_record.sql"
  std::string sql;     ///< with tokens
  std::string sha256;  ///< of the file's bytes
};

/// Reads "NNNN_name.sql": four digits, then lower-case letters, digits and underscores.
/// Error "migration.name" (definition).
[[nodiscard]] Result<Migration> parse_migration(std::string_view file_name, std::string_view bytes);

/// All the program carries, in order. Errors: those of parse_migration, "content.damaged", and
/// "migration.numbering" (definition) where a number is missing or there twice.
[[nodiscard]] Result<std::vector<Migration>> program_migrations();

/// The SQL of one engine. Errors (definition): "migration.token" names an unknown or unclosed token and its
/// line; "migration.statement" names a word that a step must not hold.
[[nodiscard]] Result<std::string> render_migration(const Migration& migration, Engine engine);

/// Called before each step on a database that has content; an error keeps the step from being taken.
using BeforeStep = std::function<Result<bool>(const Migration& migration)>;

struct MigrationOptions {
  Instant now;  ///< kept beside each step
  /// PostgreSQL: says that the caller has seen to a backup. Without it, a database with content is left
  /// alone.
  BeforeStep before_step;
};

struct MigrationReport {
  int from = 0;  ///< 0: empty
  int to = 0;
  std::string backup;  ///< the copy made of a SQLite file, or empty
};

/// Takes every step that is missing, each in one transaction: it is taken as a whole or not at all. Who comes
/// second waits and finds it done. Before the first step on a SQLite file with content, a checked copy is
/// made beside it
/// (`<file>.before-NNNN`, replacing one of that name).
/// Errors: those of render_migration and database.hpp;
///   migration.newer      conflict  the database is of a newer program
///   migration.differs    conflict  a step was another when it was taken
///   migration.no_backup  usage     PostgreSQL with content, and no before_step
///   migration.step       internal  the step's SQL failed; the old version is unchanged
[[nodiscard]] Result<MigrationReport> migrate(Connection& connection,
                                              const std::vector<Migration>& migrations,
                                              const MigrationOptions& options);

/// The version a database has; 0 where it is empty.
[[nodiscard]] Result<int> schema_version(Connection& connection);

}  // namespace securebase::store
