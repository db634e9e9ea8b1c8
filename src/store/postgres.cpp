#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "base/printable.hpp"
#include "store/database.hpp"
#include "store/statement.hpp"

namespace securebase::store {
namespace {

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Answer = std::unique_ptr<PGresult, Clear>;
using Handle = std::unique_ptr<PGconn, Finish>;

// pg_type.dat; libpq's headers do not have them.
enum Type : Oid {
  type_bool = 16,
  type_bytea = 17,
  type_name = 19,
  type_int8 = 20,
  type_int2 = 21,
  type_int4 = 23,
  type_text = 25,
  type_float4 = 700,
  type_float8 = 701,
  type_bpchar = 1042,
  type_varchar = 1043,
  type_void = 2278
};

constexpr int binary = 1;

// Errors

struct Meaning {
  std::string_view state;  ///< SQLSTATE, or its first two characters for all others of the class
  ErrorKind kind;
  std::string_view name;
  std::string_view detail;
};

constexpr std::array meanings{
    Meaning{"23505", ErrorKind::conflict, "database.unique", "there is such a row already"},
    Meaning{"23P01", ErrorKind::conflict, "database.unique", "it excludes a row that is there"},
    Meaning{"23503", ErrorKind::conflict, "database.foreign_key",
            "a row that is pointed to is missing, or still pointed to"},
    Meaning{"23", ErrorKind::bad_data, "database.check", "a rule of the schema refuses the values"},
    Meaning{"22", ErrorKind::bad_data, "database.check", "a column takes another type or range of values"},
    Meaning{"P0001", ErrorKind::bad_data, "database.check", "a rule of the schema refuses it"},
    Meaning{"25P02", ErrorKind::conflict, "database.rolled_back",
            "an earlier statement of this transaction failed; nothing of it is kept"},
    Meaning{"25006", ErrorKind::io, "database.read_only", "it may only be read here"},
    Meaning{"40", ErrorKind::conflict, "database.busy", "somebody else was faster; try again"},
    Meaning{"55P03", ErrorKind::conflict, "database.busy", "somebody else holds it; try again"},
    Meaning{"57014", ErrorKind::conflict, "database.busy", "it took longer than is allowed; try again"},
    Meaning{"53100", ErrorKind::io, "database.full", "the server's disk is full; nothing was changed"},
    Meaning{"53300", ErrorKind::conflict, "database.busy", "the server has too many connections; try again"},
    Meaning{"53", ErrorKind::io, "database.full", "the server is out of room or memory; nothing was changed"},
    Meaning{"08", ErrorKind::io, "database.connection", "the server was lost"},
    Meaning{"57P", ErrorKind::io, "database.connection", "the server is stopping or starting"},
    Meaning{"28", ErrorKind::io, "database.connection", "the server does not let this user in"},
    Meaning{"3D", ErrorKind::io, "database.connection", "the server has no database of this name"},
    Meaning{"25P03", ErrorKind::io, "database.connection",
            "the transaction was idle for too long and was ended"},
    Meaning{"58", ErrorKind::io, "database.io", "the server could not read or write its files"},
    Meaning{"XX001", ErrorKind::io, "database.corrupt", "the server's files are damaged; restore a backup"},
    Meaning{"XX002", ErrorKind::io, "database.corrupt", "the server's files are damaged; restore a backup"},
    Meaning{"42", ErrorKind::internal, "database.statement", "the statement is wrong"},
};

/// The entry that says most about a state, or nothing.
const Meaning* meaning_of(std::string_view state) {
  const Meaning* best = nullptr;
  for (const Meaning& meaning : meanings) {
    const bool fits = state.substr(0, meaning.state.size()) == meaning.state;
    if (fits && (best == nullptr || meaning.state.size() > best->state.size())) best = &meaning;
  }
  return best;
}

std::string_view field_of(const PGresult* answer, int field) {
  const char* text = answer == nullptr ? nullptr : PQresultErrorField(answer, field);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// " (constraint person_code of table person)". Messages and details of the server quote values.
std::string names_in(const PGresult* answer) {
  std::string names;
  for (const auto& [field, what] : {std::pair{PG_DIAG_CONSTRAINT_NAME, "constraint"},
                                    {PG_DIAG_COLUMN_NAME, "column"},
                                    {PG_DIAG_TABLE_NAME, "table"}})
    if (const auto name = field_of(answer, field); is_plain_name(name))
      names += fmt::format("{}{} {}", names.empty() ? "" : " of ", what, name);
  return names.empty() ? names : fmt::format(" ({})", names);
}

tl::unexpected<Error> error_of(const PGconn* connection, const PGresult* answer) {
  const auto state = field_of(answer, PG_DIAG_SQLSTATE);
  if (PQstatus(connection) != CONNECTION_OK)
    return fail(
        ErrorKind::io, "database.connection",
        fmt::format("the server was lost{}", state.empty() ? "" : fmt::format(" (SQLSTATE {})", state)));
  const Meaning* meaning = meaning_of(state);
  std::string detail(meaning == nullptr ? "PostgreSQL refused" : meaning->detail);
  detail += names_in(answer);
  if (const auto at = field_of(answer, PG_DIAG_STATEMENT_POSITION); !at.empty())
    detail += fmt::format(" near character {}", at);
  if (!state.empty()) detail += fmt::format(" (SQLSTATE {})", state);
  return fail(meaning == nullptr ? ErrorKind::internal : meaning->kind,
              std::string(meaning == nullptr ? "database.other" : meaning->name), std::move(detail));
}

// Values out of an answer. Numbers are big-endian.

template <class T>
T number_at(const char* bytes) {
  T number;
  std::memcpy(&number, bytes, sizeof number);
  if constexpr (sizeof(T) == 8) return be64toh(number);
  if constexpr (sizeof(T) == 4) return be32toh(number);
  if constexpr (sizeof(T) == 2) return be16toh(number);
}

bool is_text(Oid type) {
  return type == type_text || type == type_varchar || type == type_bpchar || type == type_name;
}

/// Nothing where the type is none of ours.
std::optional<Value> cell_of(Oid type, const char* bytes, std::size_t size) {
  if (is_text(type)) return std::string(bytes, size);
  switch (type) {
    case type_int8:
      return static_cast<std::int64_t>(number_at<std::uint64_t>(bytes));
    case type_int4:
      return std::int64_t{static_cast<std::int32_t>(number_at<std::uint32_t>(bytes))};
    case type_int2:
      return std::int64_t{static_cast<std::int16_t>(number_at<std::uint16_t>(bytes))};
    case type_bool:
      return std::int64_t{*bytes != 0};
    case type_float8:
      return std::bit_cast<double>(number_at<std::uint64_t>(bytes));
    case type_float4:
      return static_cast<double>(std::bit_cast<float>(number_at<std::uint32_t>(bytes)));
    case type_bytea: {
      const auto* begin = reinterpret_cast<const std::byte*>(bytes);
      return Blob(begin, begin + size);
    }
    case type_void:
      return Value();
    default:
      return std::nullopt;
  }
}

Result<bool> append_cells(const PGresult* answer, std::vector<Value>& cells) {
  const int columns = PQnfields(answer);
  for (int row = 0; row < PQntuples(answer); ++row)
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(answer, row, column) != 0) {
        cells.emplace_back();
        continue;
      }
      auto cell = cell_of(PQftype(answer, column), PQgetvalue(answer, row, column),
                          static_cast<std::size_t>(PQgetlength(answer, row, column)));
      if (!cell)
        return wrong_statement(fmt::format(
            "column {} of the result is no bigint, double precision, text or bytea; cast it", column + 1));
      cells.push_back(*std::move(cell));
    }
  return true;
}

std::int64_t affected_by(PGresult* answer) {
  if (std::string_view(PQcmdStatus(answer)).substr(0, 6) == "SELECT") return 0;
  const std::string_view digits(PQcmdTuples(answer));
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

// Values into a statement

/// What libpq takes. Numbers go as text, so that the server turns them into the column's type; bytes as they
/// are.
class Arguments {
 public:
  Arguments(std::span<const Value> values, std::span<const Oid> types) : types_(types) {
    addresses_.reserve(values.size());
    lengths_.reserve(values.size());
    formats_.reserve(values.size());
    numbers_.resize(values.size());
    for (const Value& value : values) std::visit([this](const auto& held) { add(held); }, value);
  }

  /// The first value of a kind that the statement does not take, counted from 1; 0 where all fit. The server
  /// would read a text as an escaped notation of bytes.
  [[nodiscard]] std::size_t misfit() const { return misfit_; }
  [[nodiscard]] int count() const { return static_cast<int>(addresses_.size()); }
  [[nodiscard]] const char* const* addresses() const { return addresses_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void put(const char* address, std::size_t length, int format) {
    addresses_.push_back(address);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }
  void fit(bool fits) {
    if (!fits && misfit_ == 0) misfit_ = addresses_.size() + 1;
  }
  void add(std::monostate) { put(nullptr, 0, 0); }
  void add(const std::string& text) {
    fit(types_[addresses_.size()] != type_bytea);
    put(text.c_str(), text.size(), 0);
  }
  void add(const Blob& blob) {
    fit(types_[addresses_.size()] == type_bytea);
    put(blob.empty() ? "" : reinterpret_cast<const char*>(blob.data()), blob.size(), binary);
  }
  template <class Number>
  void add(Number number) {
    fit(types_[addresses_.size()] != type_bytea);
    auto& text = numbers_[addresses_.size()];  // long enough for any, and ends in NUL
    const auto end = std::to_chars(text.data(), text.data() + text.size() - 1, number).ptr;
    put(text.data(), static_cast<std::size_t>(end - text.data()), 0);
  }

  std::span<const Oid> types_;
  std::vector<const char*> addresses_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 40>> numbers_;
  std::size_t misfit_ = 0;
};

// COPY in its binary form (PostgreSQL manual, COPY, "Binary Format"): no conversion by the server, so that
// every value must have exactly the column's type.

class CopyText {
 public:
  CopyText() { bytes_.assign("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19); }

  void begin_row(std::size_t columns) { append(htons(static_cast<std::uint16_t>(columns))); }
  /// False where the column takes no such value.
  bool add(const Value& value, Oid type) {
    return std::visit([&](const auto& held) { return put(held, type); }, value);
  }
  void end() { append(std::uint16_t{0xFFFF}); }
  [[nodiscard]] std::string& bytes() { return bytes_; }

 private:
  template <class T>
  void append(T number) {
    std::array<char, sizeof(T)> raw{};
    std::memcpy(raw.data(), &number, sizeof number);
    bytes_.append(raw.data(), raw.size());
  }
  void length(std::size_t bytes) { append(htonl(static_cast<std::uint32_t>(bytes))); }

  bool put(std::monostate, Oid) {
    append(std::uint32_t{0xFFFFFFFF});
    return true;
  }
  bool put(double number, Oid type) {
    if (type != type_float8) return false;
    length(8);
    append(htobe64(std::bit_cast<std::uint64_t>(number)));
    return true;
  }
  bool put(std::int64_t whole, Oid type) {
    if (type == type_float8) return put(static_cast<double>(whole), type);
    if (type == type_int8) {
      length(8);
      append(htobe64(static_cast<std::uint64_t>(whole)));
      return true;
    }
    if (type != type_int4 || whole != static_cast<std::int32_t>(whole)) return false;
    length(4);
    append(htonl(static_cast<std::uint32_t>(whole)));
    return true;
  }
  bool put(const std::string& text, Oid type) {
    if (!is_text(type)) return false;
    length(text.size());
    bytes_ += text;
    return true;
  }
  bool put(const Blob& blob, Oid type) {
    if (type != type_bytea) return false;
    length(blob.size());
    bytes_.append(reinterpret_cast<const char*>(blob.data()), blob.size());
    return true;
  }

  std::string bytes_;
};

struct Statement {
  std::string name;
  std::vector<Oid> parameters;
  std::vector<Oid> columns;
};

class PostgresConnection final : public WatchedConnection {
 public:
  explicit PostgresConnection(Handle connection) : connection_(std::move(connection)) {}

  [[nodiscard]] Engine engine() const noexcept override { return Engine::postgres; }
  [[nodiscard]] bool usable() const noexcept override;

 protected:
  [[nodiscard]] TransactionState engine_state() const noexcept override;
  Result<Rows> run(std::string_view sql, std::span<const Value> parameters) override;
  Result<bool> read(std::string_view sql, std::span<const Value> parameters, std::size_t rows,
                    const Sink& sink) override;
  Result<bool> insert(std::string_view table, std::span<const std::string_view> columns,
                      std::span<const Value> row_major) override;
  Result<bool> execute(const std::string& sql) override;

 private:
  [[nodiscard]] tl::unexpected<Error> trouble(const PGresult* answer = nullptr) const {
    return error_of(connection_.get(), answer);
  }
  Result<Answer> checked(PGresult* result);
  Result<const Statement*> prepared(std::string_view sql);
  Result<Answer> answer_to(std::string_view sql, std::span<const Value> parameters);
  /// A prepared statement outlives the schema it was made for. Whether that is what was wrong.
  bool forget_stale(std::string_view sql, const PGresult* answer);
  Result<bool> send_rows(const Statement& target, std::span<const Value> row_major);
  Result<bool> send(std::string& bytes);
  /// Reads all that is left of the answers. The first error, or true.
  Result<bool> drain();
  Result<bool> take(PGresult* raw, std::size_t rows, std::vector<Value>& cells, const Sink& sink);
  void cancel();

  Handle connection_;
  StatementCache<Statement> statements_;
  std::size_t names_ = 0;
};

bool PostgresConnection::usable() const noexcept {
  // Notices without waiting when the server has closed the connection.
  return PQstatus(connection_.get()) == CONNECTION_OK && PQconsumeInput(connection_.get()) == 1 &&
         PQstatus(connection_.get()) == CONNECTION_OK;
}

TransactionState PostgresConnection::engine_state() const noexcept {
  switch (PQtransactionStatus(connection_.get())) {
    case PQTRANS_INERROR:
      return TransactionState::failed;
    case PQTRANS_INTRANS:
    case PQTRANS_ACTIVE:
      return TransactionState::open;
    default:
      return TransactionState::none;
  }
}

Result<Answer> PostgresConnection::checked(PGresult* result) {
  Answer answer(result);
  const auto status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN) return answer;
  return trouble(result);
}

Result<const Statement*> PostgresConnection::prepared(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return &known->second;
  if (sql.find('\0') != std::string_view::npos) return wrong_statement("a statement holds no NUL");
  if (statements_.size() >= most_statements) {
    statements_.clear();
    if (const auto dropped = execute("DEALLOCATE ALL"); !dropped) return tl::unexpected(dropped.error());
  }
  Statement statement{fmt::format("s{}", names_++), {}, {}};
  std::string text(sql);
  auto made = checked(PQprepare(connection_.get(), statement.name.c_str(), text.c_str(), 0, nullptr));
  if (!made) return tl::unexpected(std::move(made).error());
  auto described = checked(PQdescribePrepared(connection_.get(), statement.name.c_str()));
  if (!described) return tl::unexpected(std::move(described).error());
  const PGresult* shape = described->get();
  for (int i = 0; i < PQnparams(shape); ++i) statement.parameters.push_back(PQparamtype(shape, i));
  for (int i = 0; i < PQnfields(shape); ++i) statement.columns.push_back(PQftype(shape, i));
  return &statements_.emplace(std::move(text), std::move(statement)).first->second;
}

bool PostgresConnection::forget_stale(std::string_view sql, const PGresult* answer) {
  const auto state = field_of(answer, PG_DIAG_SQLSTATE);
  // "cached plan must not change result type", and a statement the server no longer has
  if (state != "0A000" && state != "26000") return false;
  if (const auto known = statements_.find(sql); known != statements_.end()) statements_.erase(known);
  return true;
}

Result<Answer> PostgresConnection::answer_to(std::string_view sql, std::span<const Value> parameters) {
  for (;;) {
    const bool may_be_stale = statements_.find(sql) != statements_.end();
    const bool alone = engine_state() == TransactionState::none;
    const auto statement = prepared(sql);
    if (!statement) return tl::unexpected(statement.error());
    const Statement& known = **statement;
    if (const auto fit = check_parameters(parameters, known.parameters.size()); !fit)
      return tl::unexpected(fit.error());
    const Arguments arguments(parameters, known.parameters);
    if (arguments.misfit() > 0)
      return fail(ErrorKind::bad_data, "database.check",
                  fmt::format("value {} has another type than its column", arguments.misfit()));
    Answer answer(PQexecPrepared(connection_.get(), known.name.c_str(), arguments.count(),
                                 arguments.addresses(), arguments.lengths(), arguments.formats(), binary));
    if (!may_be_stale || !forget_stale(sql, answer.get())) return checked(answer.release());
    // Prepared anew it is right, but a transaction has failed by now.
    if (!alone) return fail(ErrorKind::conflict, "database.busy", "the schema has just changed; try again");
  }
}

Result<Rows> PostgresConnection::run(std::string_view sql, std::span<const Value> parameters) {
  auto answer = answer_to(sql, parameters);
  if (!answer) return tl::unexpected(std::move(answer).error());
  std::vector<Value> cells;
  const auto columns = static_cast<std::size_t>(PQnfields(answer->get()));
  cells.reserve(columns * static_cast<std::size_t>(PQntuples(answer->get())));
  if (const auto read = append_cells(answer->get(), cells); !read) return tl::unexpected(read.error());
  return Rows(columns, std::move(cells), affected_by(answer->get()));
}

void PostgresConnection::cancel() {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(connection_.get()),
                                                                   &PQfreeCancel);
  std::array<char, 256> reason{};
  if (request) PQcancel(request.get(), reason.data(), static_cast<int>(reason.size()));
}

Result<bool> PostgresConnection::drain() {
  Result<bool> outcome = true;
  while (PGresult* raw = PQgetResult(connection_.get())) {
    const Answer answer(raw);
    const auto status = PQresultStatus(raw);
    if (outcome && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
      outcome = trouble(raw);
    if (PQstatus(connection_.get()) != CONNECTION_OK) break;
  }
  return outcome;
}

Result<bool> PostgresConnection::take(PGresult* raw, std::size_t rows, std::vector<Value>& cells,
                                      const Sink& sink) {
  const Answer answer(raw);
  const auto status = PQresultStatus(raw);
  if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    return trouble(raw);
  if (auto read = append_cells(raw, cells); !read) return read;
  const auto columns = static_cast<std::size_t>(PQnfields(raw));
  const bool full = cells.size() >= std::max(rows, std::size_t{1}) * columns || status != PGRES_SINGLE_TUPLE;
  if (cells.empty() || !full) return true;
  return sink(Rows(columns, std::exchange(cells, {}), 0));
}

Result<bool> PostgresConnection::read(std::string_view sql, std::span<const Value> parameters,
                                      std::size_t rows, const Sink& sink) {
  const auto statement = prepared(sql);
  if (!statement) return tl::unexpected(statement.error());
  if (auto fit = check_parameters(parameters, (*statement)->parameters.size()); !fit) return fit;
  const Arguments arguments(parameters, (*statement)->parameters);
  if (PQsendQueryPrepared(connection_.get(), (*statement)->name.c_str(), arguments.count(),
                          arguments.addresses(), arguments.lengths(), arguments.formats(), binary) != 1 ||
      PQsetSingleRowMode(connection_.get()) != 1)
    return trouble();
  std::vector<Value> cells;
  while (PGresult* raw = PQgetResult(connection_.get())) {
    auto taken = take(raw, rows, cells, sink);
    if (taken) continue;
    cancel();
    (void)drain();  // its error is that it was cancelled
    return taken;
  }
  return true;
}

Result<bool> PostgresConnection::send(std::string& bytes) {
  if (PQputCopyData(connection_.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) return trouble();
  bytes.clear();
  return true;
}

Result<bool> PostgresConnection::send_rows(const Statement& target, std::span<const Value> row_major) {
  constexpr std::size_t part = 1U << 16U;
  CopyText text;
  const std::size_t columns = target.columns.size();
  for (std::size_t i = 0; i < row_major.size(); ++i) {
    if (i % columns == 0) text.begin_row(columns);
    if (!text.add(row_major[i], target.columns[i % columns]))
      return fail(ErrorKind::bad_data, "database.check",
                  fmt::format("value {} of row {} has another type than its column", i % columns + 1,
                              i / columns + 1));
    if (text.bytes().size() < part) continue;
    if (auto sent = send(text.bytes()); !sent) return sent;
  }
  text.end();
  return send(text.bytes());
}

Result<bool> PostgresConnection::insert(std::string_view table, std::span<const std::string_view> columns,
                                        std::span<const Value> row_major) {
  const auto names = list_of(columns);
  // Described, never run: the types of the columns.
  const auto target = prepared(fmt::format("SELECT {} FROM \"{}\"", names, table));
  if (!target) return tl::unexpected(target.error());
  const Statement types = **target;
  const auto begun = checked(PQexec(
      connection_.get(), fmt::format("COPY \"{}\" ({}) FROM STDIN (FORMAT binary)", table, names).c_str()));
  if (!begun) return tl::unexpected(begun.error());
  auto sent = send_rows(types, row_major);
  PQputCopyEnd(connection_.get(), sent ? nullptr : "given up");
  auto kept = drain();
  return sent ? kept : sent;
}

Result<bool> PostgresConnection::execute(const std::string& sql) {
  const auto done = checked(PQexec(connection_.get(), sql.c_str()));
  if (!done) return tl::unexpected(done.error());
  return true;
}

// Opening

/// What the server says about a connection holds its address and the user's name, neither password nor
/// content.
std::string refusal(const PGconn* connection) {
  std::string_view message(PQerrorMessage(connection));
  while (!message.empty() && message.back() == '\n') message.remove_suffix(1);
  return fmt::format("cannot connect to PostgreSQL: {}", printable(message, 400));
}

constexpr std::string_view settings =
    "SET TIME ZONE 'UTC'; SET statement_timeout = '30s'; SET lock_timeout = '5s';"
    "SET idle_in_transaction_session_timeout = '60s'; SET standard_conforming_strings = on;"
    "SET client_min_messages = error";

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& conninfo) {
  char* fault = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), &fault), &PQconninfoFree);
  PQfreemem(fault);  // it may quote a password
  if (!options)
    return fail(ErrorKind::usage, "database.connection",
                "not as libpq takes it, such as host=db.example dbname=securebase user=securebase");
  // Later ones win: what stands before dbname may be changed by conninfo, what stands behind may not.
  const std::array<const char*, 8> names{"connect_timeout", "tcp_user_timeout", "sslmode", "dbname",
                                         "client_encoding", "application_name", nullptr,   nullptr};
  const std::array<const char*, 8> values{"10",   "15000",      "verify-full", conninfo.c_str(),
                                          "UTF8", "securebase", nullptr,       nullptr};
  Handle handle(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(handle.get()) != CONNECTION_OK)
    return fail(ErrorKind::io, "database.connection", refusal(handle.get()));
  // By default libpq writes what the server remarks to standard error.
  PQsetNoticeProcessor(
      handle.get(), [](void*, const char*) {}, nullptr);
  auto connection = std::make_unique<PostgresConnection>(std::move(handle));
  if (const auto set = connection->script(settings); !set) return tl::unexpected(set.error());
  return connection;
}

}  // namespace securebase::store
