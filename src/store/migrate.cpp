#include "store/migrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include "base/printable.hpp"
#include "store/content.hpp"
#include "store/copy.hpp"
#include "store/embedded.hpp"

namespace securebase::store {
namespace {

std::string file_name(const Migration& migration) {
  return fmt::format("{:04}_{}.sql", migration.version, migration.name);
}

tl::unexpected<Error> faulty(std::string code, std::string detail, std::string name, std::size_t line = 0) {
  return fail(ErrorKind::definition, std::move(code), std::move(detail), Place{std::move(name), line, 0, {}});
}

std::size_t line_at(std::string_view text, std::size_t position) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + std::ptrdiff_t(position), '\n'));
}

// Tokens

struct Token {
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;
};

constexpr std::array tokens{
    Token{"integer", "INTEGER", "bigint"},
    Token{"real", "REAL", "double precision"},
    Token{"text", "TEXT", "text COLLATE \"C\""},
    Token{"blob", "BLOB", "bytea"},
    Token{"strict", "STRICT", ""},
    Token{"keyed", "STRICT, WITHOUT ROWID", ""},
};

/// Replaces tokens from front to back; `kept_` says whether the text at this place is for this engine.
class Rendering {
 public:
  Rendering(const Migration& migration, Engine engine) : migration_(migration), engine_(engine) {}

  Result<std::string> text() {
    const std::string_view sql = migration_.sql;
    std::size_t at = 0;
    for (auto open = sql.find("{{"); open != std::string_view::npos; open = sql.find("{{", at)) {
      keep(sql.substr(at, open - at));
      const auto close = sql.find("}}", open);
      if (close == std::string_view::npos || !replace(sql.substr(open + 2, close - open - 2)))
        return fault(open, "no such token here");
      at = close + 2;
    }
    if (block_) return fault(sql.size(), "{{if ...}} without {{end}}");
    keep(sql.substr(at));
    return std::move(text_);
  }

 private:
  // Lines left out stay as empty ones, so that an engine's line numbers are those of the file.
  static std::string lines_of(std::string_view text) {
    return std::string(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), '\n');
  }
  void keep(std::string_view text) { text_ += kept_ ? std::string(text) : lines_of(text); }

  bool replace(std::string_view name) {
    if (name == "end") {
      kept_ = true;
      return std::exchange(block_, false);
    }
    if (name == "if sqlite" || name == "if postgres") {
      kept_ = (name == "if sqlite") == (engine_ == Engine::sqlite);
      return !std::exchange(block_, true);
    }
    const auto* token =
        std::find_if(tokens.begin(), tokens.end(), [&](const Token& known) { return known.name == name; });
    if (token == tokens.end()) return false;
    if (kept_) text_ += engine_ == Engine::sqlite ? token->sqlite : token->postgres;
    return true;
  }
  [[nodiscard]] tl::unexpected<Error> fault(std::size_t position, std::string detail) const {
    return faulty("migration.token", std::move(detail) + "; which there are: migrations/README.md",
                  file_name(migration_), line_at(migration_.sql, position));
  }

  const Migration& migration_;
  Engine engine_;
  std::string text_;
  bool kept_ = true;
  bool block_ = false;
};

// Statements. A step must not end its own transaction.

/// What would end the transaction, or reach past it, at the front of a statement.
constexpr std::array<std::string_view, 14> refused_words{
    "abort",   "attach",  "begin",    "commit",    "detach", "end",   "pragma",
    "prepare", "release", "rollback", "savepoint", "set",    "start", "vacuum"};

/// Splits SQL into statements as far as is needed to see their first words. Quoted text and comments are
/// passed over.
class FirstWords {
 public:
  FirstWords(std::string_view sql, Engine engine) : sql_(sql), engine_(engine) {}

  /// Where a refused word stands, if anywhere.
  std::optional<std::size_t> refused() {
    while (at_ < sql_.size()) {
      if (pass_over()) continue;
      const char c = sql_[at_];
      if (c == ';') {
        word_ = 0;
        ++at_;
      } else if (is_of_word(c)) {
        const std::size_t begin = at_;
        if (!take_word()) return begin;
      } else {
        ++at_;
      }
    }
    return std::nullopt;
  }

 private:
  static bool is_of_word(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_';
  }
  [[nodiscard]] bool here(std::string_view text) const { return sql_.substr(at_, text.size()) == text; }
  bool skip(std::string_view open, std::string_view close) {
    if (!here(open)) return false;
    const auto end = sql_.find(close, at_ + open.size());
    at_ = end == std::string_view::npos ? sql_.size() : end + close.size();
    return true;
  }
  bool pass_over() {
    if (skip("--", "\n") || skip("/*", "*/") || skip("'", "'") || skip("\"", "\"")) return true;
    return engine_ == Engine::sqlite ? skip("[", "]") || skip("`", "`") : skip("$$", "$$");
  }

  /// False for a word that is refused.
  bool take_word() {
    std::string word;
    for (; at_ < sql_.size() && is_of_word(sql_[at_]); ++at_)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql_[at_])));
    const int place = ++word_;
    if (in_trigger_) {  // its statements stand between BEGIN and END
      if (place == 1 && word == "end") in_trigger_ = false;
      return true;
    }
    if (place == 1) {
      created_ = word == "create";
      trigger_ = false;
      return std::find(refused_words.begin(), refused_words.end(), word) == refused_words.end();
    }
    if (place == 2 && (word == "temp" || word == "temporary")) word_ = 1;
    if (place == 2 && created_ && word == "trigger") trigger_ = true;
    if (trigger_ && word == "begin") {
      in_trigger_ = true;
      word_ = 0;
    }
    return true;
  }

  std::string_view sql_;
  Engine engine_;
  std::size_t at_ = 0;
  int word_ = 0;  ///< of this statement, from 1
  bool created_ = false;
  bool trigger_ = false;
  bool in_trigger_ = false;
};

// Steps taken

struct Step {
  int version = 0;
  std::string sha256;
};

std::string_view engine_query(Engine engine, std::string_view sqlite, std::string_view postgres) {
  return engine == Engine::sqlite ? sqlite : postgres;
}

Result<bool> is_positive(Connection& connection, std::string_view count) {
  const auto rows = connection.query(count);
  if (!rows) return tl::unexpected(rows.error());
  const auto number = rows->get<std::int64_t>(0, 0);
  if (!number) return tl::unexpected(number.error());
  return *number > 0;
}

Result<std::vector<Step>> steps_taken(Connection& connection) {
  const auto kept = is_positive(
      connection,
      engine_query(connection.engine(), "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'",
                   "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
                   " AND tablename = 'schema_migration'"));
  if (!kept) return tl::unexpected(kept.error());
  std::vector<Step> steps;
  if (!*kept) return steps;
  const auto rows = connection.query("SELECT version, sha256 FROM schema_migration ORDER BY version");
  if (!rows) return tl::unexpected(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto version = rows->get<std::int64_t>(i, 0);
    const auto sha256 = rows->get<std::string>(i, 1);
    if (!version || !sha256) return tl::unexpected(version ? sha256.error() : version.error());
    steps.push_back({static_cast<int>(*version), *sha256});
  }
  return steps;
}

/// Whether the steps taken are the first ones of the program's.
Result<bool> check_steps(const std::vector<Step>& taken, const std::vector<Migration>& migrations) {
  if (taken.size() > migrations.size())
    return fail(ErrorKind::conflict, "migration.newer",
                fmt::format("the database has schema version {}, this program knows {}: use a newer program",
                            taken.back().version, migrations.size()));
  for (std::size_t i = 0; i < taken.size(); ++i)
    if (taken[i].version != migrations[i].version || taken[i].sha256 != migrations[i].sha256)
      return fail(
          ErrorKind::conflict, "migration.differs",
          fmt::format("step {} was another when this database took it; use the program that made it, or "
                      "restore a backup",
                      taken[i].version),
          Place{file_name(migrations[i]), 0, 0, {}});
  return true;
}

Result<bool> has_content(Connection& connection) {
  return is_positive(
      connection,
      engine_query(connection.engine(), "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'",
                   "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"));
}

// Locking

/// While a step is taken nobody is hurried. SQLite: how long BEGIN IMMEDIATE waits for another process.
class Patience {
 public:
  explicit Patience(Connection& connection) : connection_(connection) {
    if (connection.engine() != Engine::sqlite) return;
    const auto before = connection.query("PRAGMA busy_timeout");
    if (before)
      if (const auto ms = before->get<std::int64_t>(0, 0)) before_ = *ms;
    (void)connection.query("PRAGMA busy_timeout = 3600000");  // ms
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;
  Patience(Patience&&) = delete;
  Patience& operator=(Patience&&) = delete;
  ~Patience() {
    if (before_) (void)connection_.script(fmt::format("PRAGMA busy_timeout = {}", *before_));
  }

 private:
  Connection& connection_;
  std::optional<std::int64_t> before_;
};

Result<DatabaseTransaction> begin_alone(Connection& connection) {
  auto transaction = DatabaseTransaction::begin(connection, Access::write);
  if (!transaction || connection.engine() == Engine::sqlite) return transaction;
  // The number is ours; whoever migrates takes it.
  const auto locked = connection.script(
      "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;"
      "SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_advisory_xact_lock(7305808869229538670)");
  if (!locked) return tl::unexpected(locked.error());
  return transaction;
}

// Taking a step

/// What tells one transaction of PostgreSQL from the next.
Result<std::string> transaction_name(Connection& connection) {
  if (connection.engine() == Engine::sqlite) return std::string();
  const auto rows = connection.query("SELECT pg_current_xact_id()::text");
  if (!rows) return tl::unexpected(rows.error());
  return rows->get<std::string>(0, 0);
}

Result<bool> run_script(Connection& connection, const Migration& migration) {
  const auto sql = render_migration(migration, connection.engine());
  if (!sql) return tl::unexpected(sql.error());
  const auto before = transaction_name(connection);
  if (!before) return tl::unexpected(before.error());
  auto done = connection.script(*sql);
  if (!done && done.error().kind == ErrorKind::io) return done;
  if (!done)
    return fail(ErrorKind::internal, "migration.step",
                fmt::format("{} [{}]", done.error().detail, done.error().code),
                Place{file_name(migration), 0, 0, {}});
  const auto after = transaction_name(connection);
  if (!after) return tl::unexpected(after.error());
  if (!connection.in_transaction() || *after != *before)
    return fail(ErrorKind::internal, "migration.step", "the step ended its own transaction",
                Place{file_name(migration), 0, 0, {}});
  return true;
}

Result<bool> note_step(Connection& connection, const Migration& migration, Instant now) {
  const auto noted =
      connection.query("INSERT INTO schema_migration (version, name, sha256, at) VALUES ($1, $2, $3, $4)",
                       {std::int64_t{migration.version}, migration.name, migration.sha256, now.ms});
  if (!noted) return tl::unexpected(noted.error());
  return true;
}

Result<bool> create_list(Connection& connection) {
  const Migration list{
      0,
      "schema_migration",
      "CREATE TABLE IF NOT EXISTS schema_migration (version {{integer}} PRIMARY KEY, name {{text}} "
      "NOT NULL, sha256 {{text}} NOT NULL, at {{integer}} NOT NULL) {{strict}}",
      {}};
  const auto sql = render_migration(list, connection.engine());
  if (!sql) return tl::unexpected(sql.error());
  return connection.script(*sql);
}

/// The file of a SQLite database; empty for one in memory.
Result<std::string> file_of(Connection& connection) {
  const auto rows = connection.query("SELECT file FROM pragma_database_list WHERE name = 'main'");
  if (!rows) return tl::unexpected(rows.error());
  return rows->get<std::string>(0, 0);
}

/// One run over the steps.
class Run {
 public:
  Run(Connection& connection, const std::vector<Migration>& migrations, const MigrationOptions& options)
      : connection_(connection), migrations_(migrations), options_(options) {}

  /// Takes the next step, if there is one.
  Result<bool> take_step(MigrationReport& report) {
    auto transaction = begin_alone(connection_);
    if (!transaction) return tl::unexpected(transaction.error());
    const auto next = next_step(report);
    if (!next) return tl::unexpected(next.error());
    if (*next == nullptr) return false;
    const Migration& migration = **next;
    if (auto safe = make_safe(migration, report); !safe) return safe;
    if (auto made = create_list(connection_); !made) return made;
    if (auto run = run_script(connection_, migration); !run) return run;
    if (auto noted = note_step(connection_, migration, options_.now); !noted) return noted;
    if (auto kept = transaction->commit(); !kept) return kept;
    report.to = migration.version;
    return true;
  }

 private:
  Result<const Migration*> next_step(MigrationReport& report) {
    const auto taken = steps_taken(connection_);
    if (!taken) return tl::unexpected(taken.error());
    if (const auto fit = check_steps(*taken, migrations_); !fit) return tl::unexpected(fit.error());
    report.to = static_cast<int>(taken->size());
    if (!content_) {
      report.from = report.to;
      const auto content = has_content(connection_);
      if (!content) return tl::unexpected(content.error());
      content_ = *content;
    }
    return taken->size() == migrations_.size() ? nullptr : &migrations_[taken->size()];
  }

  /// A way back, where there is something to lose.
  Result<bool> make_safe(const Migration& migration, MigrationReport& report) {
    if (!*content_) return true;
    if (connection_.engine() == Engine::postgres && !options_.before_step)
      return fail(ErrorKind::usage, "migration.no_backup",
                  "back up this PostgreSQL database (pg_dump) before its schema changes, and say so");
    if (connection_.engine() == Engine::sqlite && report.backup.empty())
      if (auto copied = back_up(migration, report); !copied) return copied;
    return options_.before_step ? options_.before_step(migration) : Result<bool>(true);
  }

  Result<bool> back_up(const Migration& migration, MigrationReport& report) {
    const auto file = file_of(connection_);
    if (!file) return tl::unexpected(file.error());
    if (file->empty()) return true;
    const auto path = fmt::format("{}.before-{:04}", *file, migration.version);
    auto copied = backup_sqlite(connection_, path, IfExists::replace);
    if (copied) report.backup = path;
    return copied;
  }

  Connection& connection_;
  const std::vector<Migration>& migrations_;
  const MigrationOptions& options_;
  std::optional<bool> content_;  ///< whether there was something before this run
};

}  // namespace

Result<Migration> parse_migration(std::string_view name, std::string_view bytes) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto of_name = [&](char c) { return (c >= 'a' && c <= 'z') || c == '_' || digit(c); };
  constexpr std::string_view ending = ".sql";
  const std::string shown = printable(name);
  if (name.size() <= 5 + ending.size() || name.substr(name.size() - ending.size()) != ending ||
      name[4] != '_' || !std::all_of(name.begin(), name.begin() + 4, digit))
    return faulty("migration.name", "named as 0001_record.sql", shown);
  const auto words = name.substr(5, name.size() - 5 - ending.size());
  int version = 0;
  for (const char c : name.substr(0, 4)) version = version * 10 + (c - '0');
  if (!std::all_of(words.begin(), words.end(), of_name) || version == 0)
    return faulty("migration.name", "named as 0001_record.sql", shown);
  if (!is_plain_text(bytes))
    return faulty("migration.name", "a step is UTF-8 without control characters", shown);
  return Migration{version, std::string(words), std::string(bytes), sha256(bytes)};
}

Result<std::vector<Migration>> program_migrations() {
  const auto files = verify(embedded_migrations());
  if (!files) return tl::unexpected(files.error());
  std::vector<Migration> migrations;
  for (const auto& file : *files) {
    auto migration = parse_migration(file.name, file.bytes);
    if (!migration) return tl::unexpected(std::move(migration).error());
    if (migration->version != static_cast<int>(migrations.size()) + 1)
      return faulty("migration.numbering", "numbers go up by one from 0001", file.name);
    migrations.push_back(*std::move(migration));
  }
  return migrations;
}

Result<std::string> render_migration(const Migration& migration, Engine engine) {
  auto sql = Rendering(migration, engine).text();
  if (!sql) return sql;
  if (const auto at = FirstWords(*sql, engine).refused())
    return faulty(
        "migration.statement",
        "a step does not begin or end transactions, nor does it SET, VACUUM, ATTACH or use a PRAGMA",
        file_name(migration), line_at(*sql, *at));
  return sql;
}

Result<int> schema_version(Connection& connection) {
  const auto taken = steps_taken(connection);
  if (!taken) return tl::unexpected(taken.error());
  return taken->empty() ? 0 : taken->back().version;
}

Result<MigrationReport> migrate(Connection& connection, const std::vector<Migration>& migrations,
                                const MigrationOptions& options) {
  const auto taken = steps_taken(connection);
  if (!taken) return tl::unexpected(taken.error());
  if (const auto fit = check_steps(*taken, migrations); !fit) return tl::unexpected(fit.error());
  MigrationReport report;
  report.from = report.to = static_cast<int>(taken->size());
  if (taken->size() == migrations.size()) return report;
  const Patience patience(connection);
  Run run(connection, migrations, options);
  for (;;) {
    const auto more = run.take_step(report);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return report;
  }
}

}  // namespace securebase::store
