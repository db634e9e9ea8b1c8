#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

#include "store/database.hpp"
#include "store/sqlite_error.hpp"
#include "store/statement.hpp"

namespace securebase::store {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::vector<std::size_t> values;  ///< which value stands at each place; "$2 ... $1" has {1, 0}
  std::size_t needed = 0;
};

/// A statement holds locks until it is reset.
class Running {
 public:
  explicit Running(sqlite3_stmt* statement) : statement_(statement) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  Running(Running&&) = delete;
  Running& operator=(Running&&) = delete;
  ~Running() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

struct Bind {
  sqlite3_stmt* statement;
  int place;

  int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }
  int operator()(std::int64_t whole) const { return sqlite3_bind_int64(statement, place, whole); }
  int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
  // The values outlive the run, so SQLite need not copy them (no destructor is SQLITE_STATIC).
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, place, text.data(), text.size(), nullptr, SQLITE_UTF8);
  }
  int operator()(const Blob& blob) const {
    // Without an address SQLite would store NULL.
    const void* bytes = blob.empty() ? static_cast<const void*>("") : blob.data();
    return sqlite3_bind_blob64(statement, place, bytes, blob.size(), nullptr);
  }
};

Value cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement, column));
      return Blob(bytes, bytes + sqlite3_column_bytes(statement, column));
    }
    default:
      return std::monostate{};
  }
}

/// Only "$1", "$2", ... are values; the number of one, or nothing.
std::optional<std::size_t> value_number(const char* name) {
  if (name == nullptr || *name != '$') return std::nullopt;
  const std::string_view digits(name + 1);
  std::size_t number = 0;
  const auto end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc{} || at != end || number == 0) return std::nullopt;
  return number;
}

class SqliteConnection final : public WatchedConnection {
 public:
  explicit SqliteConnection(Handle database) : database_(std::move(database)) {}

  [[nodiscard]] Engine engine() const noexcept override { return Engine::sqlite; }
  [[nodiscard]] bool usable() const noexcept override { return true; }

 protected:
  [[nodiscard]] TransactionState engine_state() const noexcept override {
    return sqlite3_get_autocommit(database_.get()) != 0 ? TransactionState::none : TransactionState::open;
  }
  Result<Rows> run(std::string_view sql, std::span<const Value> parameters) override;
  Result<bool> read(std::string_view sql, std::span<const Value> parameters, std::size_t rows,
                    const Sink& sink) override;
  Result<bool> insert(std::string_view table, std::span<const std::string_view> columns,
                      std::span<const Value> row_major) override;
  Result<bool> execute(const std::string& sql) override;

 private:
  Result<bool> insert_rows(Statement& statement, std::size_t columns, std::span<const Value> row_major);
  Result<Statement> prepare(std::string_view sql);
  Result<Statement*> prepared(std::string_view sql);
  Result<bool> bind(const Statement& statement, std::span<const Value> values);
  /// Whether there is a row; it is put behind the others.
  Result<bool> step(const Statement& statement, std::vector<Value>& cells);
  [[nodiscard]] tl::unexpected<Error> trouble() const { return last_sqlite_error(database_.get()); }

  Handle database_;
  StatementCache<Statement> statements_;
};

Result<Statement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, &rest);
  if (code != SQLITE_OK) return trouble();
  Statement statement{decltype(Statement::handle)(handle), {}, 0};
  // SQLite would leave out what follows the first statement.
  const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (handle == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return wrong_statement("one statement at a time; a script may hold several");
  for (int i = 1; i <= sqlite3_bind_parameter_count(handle); ++i) {
    const auto number = value_number(sqlite3_bind_parameter_name(handle, i));
    if (!number) return wrong_statement("values stand as $1, $2, ...");
    statement.values.push_back(*number - 1);
    statement.needed = std::max(statement.needed, *number);
  }
  return statement;
}

Result<Statement*> SqliteConnection::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return &known->second;
  auto statement = prepare(sql);
  if (!statement) return tl::unexpected(std::move(statement).error());
  if (statements_.size() >= most_statements) statements_.clear();
  return &statements_.emplace(std::string(sql), *std::move(statement)).first->second;
}

Result<bool> SqliteConnection::bind(const Statement& statement, std::span<const Value> values) {
  int place = 0;
  for (const std::size_t value : statement.values)
    if (std::visit(Bind{statement.handle.get(), ++place}, values[value]) != SQLITE_OK) return trouble();
  return true;
}

Result<bool> SqliteConnection::step(const Statement& statement, std::vector<Value>& cells) {
  const int code = sqlite3_step(statement.handle.get());
  if (code == SQLITE_DONE) return false;
  if (code != SQLITE_ROW) return trouble();
  const int columns = sqlite3_column_count(statement.handle.get());
  for (int column = 0; column < columns; ++column) cells.push_back(cell_of(statement.handle.get(), column));
  return true;
}

Result<Rows> SqliteConnection::run(std::string_view sql, std::span<const Value> parameters) {
  const auto found = prepared(sql);
  if (!found) return tl::unexpected(found.error());
  const Statement& statement = **found;
  if (const auto fit = check_parameters(parameters, statement.needed); !fit)
    return tl::unexpected(fit.error());
  const Running running(statement.handle.get());
  if (const auto bound = bind(statement, parameters); !bound) return tl::unexpected(bound.error());
  // SQLite keeps the count of the last change through statements that change nothing.
  const auto before = sqlite3_total_changes64(database_.get());
  std::vector<Value> cells;
  for (;;) {
    const auto more = step(statement, cells);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
  }
  const bool changed = sqlite3_total_changes64(database_.get()) != before;
  return Rows(static_cast<std::size_t>(sqlite3_column_count(statement.handle.get())), std::move(cells),
              changed ? sqlite3_changes64(database_.get()) : 0);
}

Result<bool> SqliteConnection::read(std::string_view sql, std::span<const Value> parameters, std::size_t rows,
                                    const Sink& sink) {
  const auto statement = prepare(sql);
  if (!statement) return tl::unexpected(statement.error());
  if (auto fit = check_parameters(parameters, statement->needed); !fit) return fit;
  if (auto bound = bind(*statement, parameters); !bound) return bound;
  const auto columns = static_cast<std::size_t>(sqlite3_column_count(statement->handle.get()));
  for (bool going = true; going;) {
    std::vector<Value> cells;
    while (going && cells.size() < std::max(rows, std::size_t{1}) * columns) {
      auto more = step(*statement, cells);
      if (!more) return more;
      going = *more;
    }
    if (cells.empty()) break;
    if (auto taken = sink(Rows(columns, std::move(cells), 0)); !taken) return taken;
  }
  return true;
}

Result<bool> SqliteConnection::insert_rows(Statement& statement, std::size_t columns,
                                           std::span<const Value> row_major) {
  std::vector<Value> none;
  for (std::size_t at = 0; at < row_major.size(); at += columns) {
    const Running running(statement.handle.get());
    if (auto bound = bind(statement, row_major.subspan(at, columns)); !bound) return bound;
    if (auto done = step(statement, none); !done) return done;
  }
  return true;
}

Result<bool> SqliteConnection::insert(std::string_view table, std::span<const std::string_view> columns,
                                      std::span<const Value> row_major) {
  std::string places;
  for (std::size_t i = 1; i <= columns.size(); ++i) places += fmt::format("{}${}", i > 1 ? ", " : "", i);
  const auto statement =
      prepared(fmt::format("INSERT INTO \"{}\" ({}) VALUES ({})", table, list_of(columns), places));
  if (!statement) return tl::unexpected(statement.error());
  const bool alone = engine_state() == TransactionState::none;
  if (auto begun = execute(alone ? "BEGIN IMMEDIATE" : "SAVEPOINT bulk"); !begun) return begun;
  auto inserted = insert_rows(**statement, columns.size(), row_major);
  if (inserted) inserted = execute(alone ? "COMMIT" : "RELEASE SAVEPOINT bulk");
  if (!inserted && engine_state() == TransactionState::open)
    (void)execute(alone ? "ROLLBACK" : "ROLLBACK TO SAVEPOINT bulk; RELEASE SAVEPOINT bulk");
  return inserted;
}

Result<bool> SqliteConnection::execute(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return trouble();
  return true;
}

// Opening

int open_flags(const SqliteOptions& options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.create && !options.read_only) flags |= SQLITE_OPEN_CREATE;
  return flags;
}

bool harden(sqlite3* database) {
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_DQS_DML, 0},
                                      {SQLITE_DBCONFIG_DQS_DDL, 0},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_FKEY, 1}})
    if (sqlite3_db_config(database, option, value, nullptr) != SQLITE_OK) return false;
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, static_cast<int>(largest_value) + 4096);
  return true;
}

/// Temporary tables and sorts stay in memory: what is private must not reach a temporary folder.
constexpr std::string_view settings =
    "PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA synchronous "
    "= EXTRA";

/// While the file changes over to its log, EXTRA also brings to the disk that the old journal is gone: back
/// after a power cut, it would undo everything. In the log FULL does all that EXTRA does.
Result<bool> use_write_ahead_log(Connection& connection) {
  const auto mode = connection.query("PRAGMA journal_mode = WAL");
  if (!mode) return tl::unexpected(mode.error());
  const auto name = mode->get<std::string>(0, 0);
  if (name && (*name == "wal" || *name == "memory")) return connection.script("PRAGMA synchronous = FULL");
  return fail(ErrorKind::io, "database.io",
              "this file system cannot keep a write-ahead log; use a local disk");
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, const SqliteOptions& options) {
  if (options.create && !options.read_only && path != ":memory:")
    if (const auto created = create_private_file(path.c_str()); !created)
      return tl::unexpected(created.error());
  sqlite3* raw = nullptr;
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  const int code = sqlite3_open_v2(path.c_str(), &raw, open_flags(options), vfs);
  Handle database(raw);
  if (code != SQLITE_OK || !harden(raw)) return sqlite_error(code == SQLITE_OK ? SQLITE_ERROR : code);
  sqlite3_busy_timeout(raw, static_cast<int>(std::clamp<std::int64_t>(options.patience.count(), 0, 1 << 30)));
  auto connection = std::make_unique<SqliteConnection>(std::move(database));
  if (const auto set = connection->script(settings); !set) return tl::unexpected(set.error());
  if (!options.read_only) {
    if (const auto logged = use_write_ahead_log(*connection); !logged) return tl::unexpected(logged.error());
  } else if (const auto read = connection->query("SELECT count(*) FROM sqlite_schema", {}); !read) {
    return tl::unexpected(read.error());
  }
  return connection;
}

Result<bool> create_private_file(const char* path) {
  const int file = ::open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    ::close(file);
    return true;
  }
  if (errno == EEXIST) return true;
  return fail(ErrorKind::io, errno == ENOSPC ? "database.full" : "database.connection",
              "the file cannot be created: does its folder exist, and may it be written?",
              Place{path, 0, 0, {}});
}

// Errors

namespace {

/// What follows the colon of "UNIQUE constraint failed: person.code", if it is made of names only: a CHECK
/// without a name is quoted with its expression.
std::string names_in(std::string_view message) {
  const auto colon = message.find(": ");
  if (colon == std::string_view::npos) return {};
  const auto names = message.substr(colon + 2);
  const auto of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ',' || c == ' ';
  };
  return std::all_of(names.begin(), names.end(), of_name) ? std::string(names) : std::string();
}

struct Meaning {
  int code;  ///< extended, or primary for all others of its family
  ErrorKind kind;
  std::string_view name;
  std::string_view detail;
};

constexpr std::array meanings{
    Meaning{SQLITE_CONSTRAINT_UNIQUE, ErrorKind::conflict, "database.unique", "there is such a row already"},
    Meaning{SQLITE_CONSTRAINT_PRIMARYKEY, ErrorKind::conflict, "database.unique",
            "there is such a row already"},
    Meaning{SQLITE_CONSTRAINT_ROWID, ErrorKind::conflict, "database.unique", "there is such a row already"},
    Meaning{SQLITE_CONSTRAINT_FOREIGNKEY, ErrorKind::conflict, "database.foreign_key",
            "a row that is pointed to is missing, or still pointed to"},
    Meaning{SQLITE_CONSTRAINT, ErrorKind::bad_data, "database.check",
            "a rule of the schema refuses the values"},
    Meaning{SQLITE_MISMATCH, ErrorKind::bad_data, "database.check", "a column takes another type of value"},
    Meaning{SQLITE_TOOBIG, ErrorKind::bad_data, "database.value", "a value is over 64 MiB"},
    Meaning{SQLITE_BUSY, ErrorKind::conflict, "database.busy", "somebody else is writing; try again"},
    Meaning{SQLITE_LOCKED, ErrorKind::conflict, "database.busy", "somebody else is writing; try again"},
    Meaning{SQLITE_FULL, ErrorKind::io, "database.full", "the disk is full; nothing was changed"},
    Meaning{SQLITE_CORRUPT, ErrorKind::io, "database.corrupt",
            "the file is damaged; restore a backup, and check the disk"},
    Meaning{SQLITE_NOTADB, ErrorKind::io, "database.corrupt", "the file is no SQLite database"},
    Meaning{SQLITE_CANTOPEN, ErrorKind::io, "database.connection", "the file cannot be opened"},
    Meaning{SQLITE_PERM, ErrorKind::io, "database.connection", "the file may not be opened"},
    Meaning{SQLITE_AUTH, ErrorKind::io, "database.connection", "the file may not be opened"},
    Meaning{SQLITE_READONLY, ErrorKind::io, "database.read_only", "it may only be read here"},
    Meaning{SQLITE_IOERR, ErrorKind::io, "database.io", "reading or writing the file failed"},
    Meaning{SQLITE_PROTOCOL, ErrorKind::conflict, "database.busy", "too many at once; try again"},
    Meaning{SQLITE_SCHEMA, ErrorKind::conflict, "database.busy", "the schema has just changed; try again"},
    Meaning{SQLITE_ERROR, ErrorKind::internal, "database.statement", "the statement is wrong"},
};

}  // namespace

tl::unexpected<Error> sqlite_error(int code, std::string_view message, int offset) {
  const auto* meaning = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& m) {
    return m.code == code || m.code == (code & 0xff);
  });
  const bool known = meaning != meanings.end();
  std::string detail(known ? meaning->detail : "SQLite refused");
  const int family = code & 0xff;
  const std::string names = family == SQLITE_CONSTRAINT ? names_in(message) : std::string();
  if (!names.empty()) detail += fmt::format(" ({})", names);
  if (offset >= 0) detail += fmt::format(" near character {}", offset + 1);
  detail += fmt::format(" (SQLite {})", code);
  return fail(known ? meaning->kind : ErrorKind::internal,
              std::string(known ? meaning->name : "database.other"), std::move(detail));
}

tl::unexpected<Error> last_sqlite_error(sqlite3* database) {
  return sqlite_error(sqlite3_extended_errcode(database), sqlite3_errmsg(database),
                      sqlite3_error_offset(database));
}

}  // namespace securebase::store
