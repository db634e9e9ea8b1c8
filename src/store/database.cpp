#include "store/database.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "store/statement.hpp"

namespace securebase::store {
namespace {

template <class T>
constexpr std::string_view name_of() {
  if constexpr (std::is_same_v<T, std::int64_t>) return "a whole number";
  if constexpr (std::is_same_v<T, double>) return "a number";
  if constexpr (std::is_same_v<T, std::string>) return "text";
  return "bytes";
}

/// The length of the UTF-8 character at the front (RFC 3629), or 0 where there is none.
std::size_t character_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0 ? 2 : first >= 0xE0 && first < 0xF0 ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xC0U) != 0x80) return 0;
  const bool out_of_range = (first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F) ||
                            (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F);
  return out_of_range ? 0 : length;
}

bool is_storable_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view fault_of(const Value& value) {
  if (const auto* number = std::get_if<double>(&value))
    return std::isnan(*number) ? "is not a number; what is not known is absent" : "";
  if (const auto* blob = std::get_if<Blob>(&value))
    return blob->size() > largest_value ? "is over 64 MiB" : "";
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return "";
  if (text->size() > largest_value) return "is over 64 MiB";
  return is_storable_text(*text) ? ""
                                 : "is text with a NUL or bytes that are not UTF-8; such bytes are a blob";
}

std::string_view begin_statement(Engine engine, Access access) {
  if (engine == Engine::sqlite) return access == Access::read ? "BEGIN" : "BEGIN IMMEDIATE";
  switch (access) {
    case Access::read:
      return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    case Access::write:
      return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    case Access::serializable:
      break;
  }
  return "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";
}

constexpr std::string_view rollback = "ROLLBACK";

/// Of a transaction or a part of it.
bool is_rollback(std::string_view sql) {
  return sql.substr(0, rollback.size()) == rollback && sql.find(';') == std::string_view::npos;
}

/// What cannot be undone on a connection that is gone needs no undoing.
void try_script(Connection& connection, std::string_view sql) noexcept {
  try {
    (void)connection.script(sql);
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace

// Statements and values

bool is_plain_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), fits);
}

tl::unexpected<Error> wrong_statement(std::string detail) {
  return fail(ErrorKind::internal, "database.statement", std::move(detail));
}

tl::unexpected<Error> earlier_failure() {
  return fail(ErrorKind::conflict, "database.rolled_back",
              "an earlier statement of this transaction failed; nothing of it is kept");
}

Result<bool> check_parameters(std::span<const Value> parameters, std::size_t needed) {
  if (parameters.size() != needed)
    return wrong_statement(fmt::format("takes {} values, {} were given", needed, parameters.size()));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (const auto fault = fault_of(parameters[i]); !fault.empty())
      return fail(ErrorKind::bad_data, "database.value", fmt::format("value {} {}", i + 1, fault));
  return true;
}

Result<bool> check_bulk(std::string_view table, std::span<const std::string_view> columns,
                        std::span<const Value> row_major) {
  if (!is_plain_name(table) || columns.empty() || !std::all_of(columns.begin(), columns.end(), is_plain_name))
    return wrong_statement("names of tables and columns are letters, digits and underscores");
  if (row_major.size() % columns.size() != 0)
    return wrong_statement(
        fmt::format("{} values are no whole rows of {} columns", row_major.size(), columns.size()));
  return check_parameters(row_major, row_major.size());
}

std::string list_of(std::span<const std::string_view> columns) {
  std::string list;
  for (const std::string_view column : columns)
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", column);
  return list;
}

// What both engines do alike

template <class T, class Call>
Result<T> WatchedConnection::watched(const Call& call) {
  if (failed_) return earlier_failure();
  const bool inside = engine_state() != TransactionState::none;
  Result<T> result = call();
  failed_ = inside && !result;
  return result;
}

Result<Rows> WatchedConnection::query(std::string_view sql, std::span<const Value> parameters) {
  return watched<Rows>([&] { return run(sql, parameters); });
}

Result<bool> WatchedConnection::read_in_parts(std::string_view sql, std::span<const Value> parameters,
                                              std::size_t rows, const Sink& sink) {
  return watched<bool>([&] { return read(sql, parameters, rows, sink); });
}

Result<bool> WatchedConnection::bulk(std::string_view table, std::span<const std::string_view> columns,
                                     std::span<const Value> row_major) {
  return watched<bool>([&]() -> Result<bool> {
    if (auto fit = check_bulk(table, columns, row_major); !fit) return fit;
    return insert(table, columns, row_major);
  });
}

Result<bool> WatchedConnection::script(std::string_view sql) {
  const auto call = [&]() -> Result<bool> {
    if (sql.find('\0') != std::string_view::npos) return wrong_statement("a script holds no NUL");
    return execute(std::string(sql));
  };
  if (!is_rollback(sql)) return watched<bool>(call);
  const bool rolled_back_already = sql == rollback && engine_state() == TransactionState::none;
  auto undone = rolled_back_already ? Result<bool>(true) : call();
  if (undone) failed_ = false;
  return undone;
}

TransactionState WatchedConnection::transaction_state() const noexcept {
  return failed_ ? TransactionState::failed : engine_state();
}

// Rows

const Value& Rows::at(std::size_t row, std::size_t column) const {
  if (column >= columns_) throw std::out_of_range("no such column");
  return cells_.at(row * columns_ + column);
}

bool Rows::absent(std::size_t row, std::size_t column) const {
  return std::holds_alternative<std::monostate>(at(row, column));
}

template <class T>
Result<T> Rows::get(std::size_t row, std::size_t column) const {
  const Value& value = at(row, column);
  if (const T* held = std::get_if<T>(&value)) return *held;
  if constexpr (std::is_same_v<T, double>)
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return fail(ErrorKind::bad_data, "database.value",
              fmt::format("column {} of the result is {} here; {} is needed", column + 1,
                          absent(row, column) ? "absent" : "of another type", name_of<T>()));
}

template <class T>
Result<std::optional<T>> Rows::find(std::size_t row, std::size_t column) const {
  if (absent(row, column)) return std::optional<T>();
  auto value = get<T>(row, column);
  if (!value) return tl::unexpected(std::move(value).error());
  return std::optional<T>(*std::move(value));
}

template Result<std::int64_t> Rows::get(std::size_t, std::size_t) const;
template Result<double> Rows::get(std::size_t, std::size_t) const;
template Result<std::string> Rows::get(std::size_t, std::size_t) const;
template Result<Blob> Rows::get(std::size_t, std::size_t) const;
template Result<std::optional<std::int64_t>> Rows::find(std::size_t, std::size_t) const;
template Result<std::optional<double>> Rows::find(std::size_t, std::size_t) const;
template Result<std::optional<std::string>> Rows::find(std::size_t, std::size_t) const;
template Result<std::optional<Blob>> Rows::find(std::size_t, std::size_t) const;

// Transactions

Result<DatabaseTransaction> DatabaseTransaction::begin(Connection& connection, Access access) {
  if (connection.in_transaction()) return wrong_statement("a transaction is open already");
  const auto begun = connection.script(begin_statement(connection.engine(), access));
  if (!begun) return tl::unexpected(begun.error());
  return DatabaseTransaction(connection);
}

DatabaseTransaction::DatabaseTransaction(DatabaseTransaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

DatabaseTransaction::~DatabaseTransaction() {
  rollback();
}

Result<bool> DatabaseTransaction::commit() {
  if (connection_ == nullptr) return wrong_statement("this transaction has ended already");
  // PostgreSQL answers COMMIT of a failed transaction with success, and rolls back.
  if (connection_->transaction_state() != TransactionState::open) {
    rollback();
    return earlier_failure();
  }
  auto committed = connection_->script("COMMIT");
  if (!committed) rollback();
  connection_ = nullptr;
  return committed;
}

void DatabaseTransaction::rollback() noexcept {
  if (connection_ != nullptr && connection_->in_transaction()) try_script(*connection_, store::rollback);
  connection_ = nullptr;
}

Result<Savepoint> Savepoint::begin(Connection& connection) {
  if (!connection.in_transaction()) return wrong_statement("a savepoint is part of a transaction");
  // One name for all: the newest of that name is meant, on both engines.
  const auto begun = connection.script("SAVEPOINT part");
  if (!begun) return tl::unexpected(begun.error());
  return Savepoint(connection);
}

Savepoint::Savepoint(Savepoint&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

Savepoint::~Savepoint() {
  undo();
}

Result<bool> Savepoint::keep() {
  if (connection_ == nullptr) return wrong_statement("this savepoint has ended already");
  if (connection_->transaction_state() != TransactionState::open) {
    undo();
    return earlier_failure();
  }
  auto kept = connection_->script("RELEASE SAVEPOINT part");
  if (!kept) undo();
  connection_ = nullptr;
  return kept;
}

void Savepoint::undo() noexcept {
  if (connection_ != nullptr && connection_->in_transaction()) {
    try_script(*connection_, "ROLLBACK TO SAVEPOINT part");
    try_script(*connection_, "RELEASE SAVEPOINT part");
  }
  connection_ = nullptr;
}

// Pool

ConnectionPool::ConnectionPool(std::size_t most, Open open)
    : free_(std::max(most, std::size_t{1})), open_(std::move(open)) {
  idle_.reserve(free_);  // so that giving back cannot fail
}

Result<ConnectionPool::Lease> ConnectionPool::lease(std::chrono::milliseconds patience) {
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, patience, [this] { return free_ > 0; }))
      return fail(ErrorKind::conflict, "database.busy", "all connections are in use");
    --free_;
    while (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->usable()) return Lease(*this, std::move(connection));
    }
  }
  auto opened = open_();
  if (!opened) {
    give_back(nullptr);
    return tl::unexpected(std::move(opened).error());
  }
  return Lease(*this, *std::move(opened));
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  if (connection && connection->in_transaction()) try_script(*connection, rollback);
  if (connection && (connection->in_transaction() || !connection->usable())) connection.reset();
  {
    const std::lock_guard lock(mutex_);
    if (connection) idle_.push_back(std::move(connection));
    ++free_;
  }
  freed_.notify_one();
}

ConnectionPool::Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_));
}

}  // namespace securebase::store
