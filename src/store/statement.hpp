#pragma once
// What both engines ask of a statement and its values before the engine sees them. For sqlite.cpp and
// postgres.cpp.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "store/database.hpp"

namespace securebase::store {

/// Prepared statements kept for each connection; at the limit all are dropped.
inline constexpr std::size_t most_statements = 256;

struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the name unordered_map looks for
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
template <class Statement>
using StatementCache = std::unordered_map<std::string, Statement, TextHash, std::equal_to<>>;

/// "database.value" for a text that is not UTF-8 or holds NUL, for NaN, and for what is larger than
/// largest_value; "database.statement" where there are not `needed` values.
[[nodiscard]] Result<bool> check_parameters(std::span<const Value> parameters, std::size_t needed);

/// "database.statement" unless `row_major` is whole rows of `columns` and all names are plain: letters,
/// digits and underscores.
[[nodiscard]] Result<bool> check_bulk(std::string_view table, std::span<const std::string_view> columns,
                                      std::span<const Value> row_major);

/// Quoted and separated by commas.
[[nodiscard]] std::string list_of(std::span<const std::string_view> columns);

/// Whether it is letters, digits and underscores, not beginning with a digit.
[[nodiscard]] bool is_plain_name(std::string_view name);

[[nodiscard]] tl::unexpected<Error> wrong_statement(std::string detail);
[[nodiscard]] tl::unexpected<Error> earlier_failure();

/// A connection on which a statement that fails inside a transaction fails the transaction, whatever the
/// engine does by itself: SQLite goes on, or after a full disk rolls back and would keep each statement that
/// follows.
class WatchedConnection : public Connection {
 public:
  using Connection::query;
  [[nodiscard]] Result<Rows> query(std::string_view sql, std::span<const Value> parameters) final;
  [[nodiscard]] Result<bool> read_in_parts(std::string_view sql, std::span<const Value> parameters,
                                           std::size_t rows, const Sink& sink) final;
  [[nodiscard]] Result<bool> bulk(std::string_view table, std::span<const std::string_view> columns,
                                  std::span<const Value> row_major) final;
  [[nodiscard]] Result<bool> script(std::string_view sql) final;
  [[nodiscard]] TransactionState transaction_state() const noexcept final;

 protected:
  virtual Result<Rows> run(std::string_view sql, std::span<const Value> parameters) = 0;
  virtual Result<bool> read(std::string_view sql, std::span<const Value> parameters, std::size_t rows,
                            const Sink& sink) = 0;
  virtual Result<bool> insert(std::string_view table, std::span<const std::string_view> columns,
                              std::span<const Value> row_major) = 0;
  virtual Result<bool> execute(const std::string& sql) = 0;
  [[nodiscard]] virtual TransactionState engine_state() const noexcept = 0;

 private:
  template <class T, class Call>
  Result<T> watched(const Call& call);

  bool failed_ = false;
};

}  // namespace securebase::store
