#pragma once
// One way to speak to SQLite and PostgreSQL: statements with $1..$n, five kinds of value, errors as values.
// What differs between the two engines ends here.
//
// Alike on both: a statement that fails inside a transaction fails the transaction (a Savepoint confines it);
// text is UTF-8 without NUL; there is no NaN; a value takes 64 MiB at most.
//
// Errors. Their detail is made of codes and of names of constraints, tables and columns, never of values.
//   database.busy         conflict  somebody else holds it or was faster; the same again may succeed
//   database.unique       conflict  such a row exists
//   database.foreign_key  conflict  a row that is pointed to is missing, or still pointed to
//   database.rolled_back  conflict  an earlier statement failed, so that nothing of the transaction was kept
//   database.check        bad_data  a rule of the schema refuses the values
//   database.value        bad_data  no engine-independent value, or a column's value has another type
//   database.connection   io        cannot be reached, or was lost; what was not committed is gone
//   database.full         io        no room left
//   database.read_only    io        opened for reading, or the file may not be written
//   database.io           io        reading or writing failed
//   database.corrupt      io        damaged, or no database
//   database.statement    internal  the statement itself is wrong, or its parameters do not fit it
//   database.other        internal  anything else, with the engine's code

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace securebase::store {

using Blob = std::vector<std::byte>;
/// Absent, whole number, number, text, bytes.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

inline constexpr std::size_t largest_value = std::size_t{64} << 20U;  ///< bytes of a text or blob

enum class Engine { sqlite, postgres };

/// What a statement gave. Rows and columns count from 0; outside them is a bug (std::out_of_range).
class Rows {
 public:
  Rows() = default;
  Rows(std::size_t columns, std::vector<Value> cells, std::int64_t affected)
      : columns_(columns), cells_(std::move(cells)), affected_(affected) {}

  [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  [[nodiscard]] bool empty() const { return cells_.empty(); }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// Rows inserted, updated or deleted; 0 for a statement that reads.
  [[nodiscard]] std::int64_t affected() const { return affected_; }
  [[nodiscard]] const Value& at(std::size_t row, std::size_t column) const;
  [[nodiscard]] bool absent(std::size_t row, std::size_t column) const;
  /// All cells, row by row.
  [[nodiscard]] std::span<const Value> cells() const { return cells_; }
  [[nodiscard]] std::vector<Value>& cells() { return cells_; }

  /// T: std::int64_t, double, std::string or Blob. A whole number is also a double: SQLite gives 2 for 2.0 in
  /// places. Error "database.value" where it is absent or of another type.
  template <class T>
  [[nodiscard]] Result<T> get(std::size_t row, std::size_t column) const;
  /// The same, and nothing where it is absent.
  template <class T>
  [[nodiscard]] Result<std::optional<T>> find(std::size_t row, std::size_t column) const;

 private:
  std::size_t columns_ = 0;
  std::vector<Value> cells_;
  std::int64_t affected_ = 0;
};

enum class TransactionState { none, open, failed };

/// One connection, for one thread at a time.
class Connection {
 public:
  /// What takes rows as they come.
  using Sink = std::function<Result<bool>(const Rows&)>;

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;
  virtual ~Connection() = default;

  [[nodiscard]] virtual Engine engine() const noexcept = 0;
  /// One statement; its values stand as $1..$n, as many as are given. It stays prepared for the next time, so
  /// its text must not vary with values.
  [[nodiscard]] virtual Result<Rows> query(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  [[nodiscard]] Result<Rows> query(std::string_view sql, std::initializer_list<Value> parameters) {
    return query(sql, std::span<const Value>(parameters.begin(), parameters.size()));
  }
  /// The same for results that should not be in memory as a whole: at most `rows` at a time reach `sink`,
  /// which must not use this connection. An error of `sink` ends the reading and is returned.
  [[nodiscard]] virtual Result<bool> read_in_parts(std::string_view sql, std::span<const Value> parameters,
                                                   std::size_t rows, const Sink& sink) = 0;
  /// Inserts many rows, all or none. `row_major` holds columns.size() values for each. Whole numbers become
  /// double where the column is one.
  [[nodiscard]] virtual Result<bool> bulk(std::string_view table, std::span<const std::string_view> columns,
                                          std::span<const Value> row_major) = 0;
  /// Several statements without values. Where one fails, what the ones before it did is undone only inside a
  /// transaction.
  [[nodiscard]] virtual Result<bool> script(std::string_view sql) = 0;
  [[nodiscard]] virtual TransactionState transaction_state() const noexcept = 0;
  [[nodiscard]] bool in_transaction() const noexcept { return transaction_state() != TransactionState::none; }
  /// False once the server or file is lost: only a new connection helps.
  [[nodiscard]] virtual bool usable() const noexcept = 0;
};

/// How a transaction is used.
///   read          one state of everything from first to last statement; changes are refused by PostgreSQL
///   write         SQLite: the only writer. PostgreSQL: sees what others commit meanwhile (read committed)
///   serializable  as if nobody else were there, on both; PostgreSQL may answer "database.busy" at any
///   statement
///                 and at commit, and the whole transaction is to be repeated
enum class Access { read, write, serializable };

/// From BEGIN to COMMIT. Rolled back unless committed. Must not outlive its connection.
class DatabaseTransaction {
 public:
  /// Error "database.statement" where a transaction is open already.
  [[nodiscard]] static Result<DatabaseTransaction> begin(Connection& connection,
                                                         Access access = Access::write);
  DatabaseTransaction(DatabaseTransaction&& other) noexcept;
  DatabaseTransaction& operator=(DatabaseTransaction&&) = delete;
  DatabaseTransaction(const DatabaseTransaction&) = delete;
  DatabaseTransaction& operator=(const DatabaseTransaction&) = delete;
  ~DatabaseTransaction();

  /// Durable when it returns true. After "database.connection" it is not known whether the change was kept;
  /// after any other error it was not.
  [[nodiscard]] Result<bool> commit();
  void rollback() noexcept;

 private:
  explicit DatabaseTransaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

/// A part of a transaction that may fail alone. Undone unless kept. Inner ones end before outer ones.
class Savepoint {
 public:
  [[nodiscard]] static Result<Savepoint> begin(Connection& connection);
  Savepoint(Savepoint&& other) noexcept;
  Savepoint& operator=(Savepoint&&) = delete;
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();

  [[nodiscard]] Result<bool> keep();
  void undo() noexcept;

 private:
  explicit Savepoint(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

struct SqliteOptions {
  bool read_only = false;
  bool create = true;                        ///< where there is no file
  std::chrono::milliseconds patience{5000};  ///< how long to wait for another writer
  std::string vfs = {};                      ///< SQLite's layer below; its own by default
};

/// A new file may be read by its owner only. Commits are durable (write-ahead log, synchronous = FULL);
/// foreign keys hold; deleted content is overwritten; the schema cannot be tampered with by statements.
[[nodiscard]] Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path,
                                                              const SqliteOptions& options = {});

/// `conninfo` as libpq takes it ("host=... dbname=..." or "postgresql://..."). Over a network the server's
/// certificate and name are checked unless it says otherwise (sslmode). Times are UTC; a statement may take
/// 30 s and wait 5 s for a lock; an idle transaction ends after 60 s.
[[nodiscard]] Result<std::unique_ptr<Connection>> open_postgres(const std::string& conninfo);

/// Connections lent to one thread at a time, opened when first needed. One that was lost is replaced by a new
/// one the next time; the call that lost it gets the error. Leases must not outlive the pool.
class ConnectionPool {
 public:
  using Open = std::function<Result<std::unique_ptr<Connection>>()>;

  class Lease {
   public:
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    [[nodiscard]] Connection& operator*() const { return *connection_; }
    [[nodiscard]] Connection* operator->() const { return connection_.get(); }

   private:
    friend class ConnectionPool;
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// At most `most` (1 or more) connections at a time.
  ConnectionPool(std::size_t most, Open open);

  /// Waits for one to become free; "database.busy" when `patience` is over.
  [[nodiscard]] Result<Lease> lease(std::chrono::milliseconds patience = std::chrono::seconds(5));

 private:
  void give_back(std::unique_ptr<Connection> connection) noexcept;

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t free_;  ///< how many more may be lent
  Open open_;
};

}  // namespace securebase::store
