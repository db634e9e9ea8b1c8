#pragma once
// One transaction of the record on an open connection: tables to SQL, sealed values through the vault. For
// record_store.cpp.

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/ports.hpp"
#include "store/database.hpp"
#include "store/practice_key.hpp"

namespace securebase::store {

/// Whose key seals what belongs to no person (secrets of one-time codes). No id looks like it.
inline constexpr std::string_view practice_itself = "practice";

class RecordTransaction : public service::Transaction {
 public:
  RecordTransaction(Connection& connection, const KeyRing& keys) : connection_(&connection), keys_(&keys) {}

  [[nodiscard]] Result<bool> insert(const service::Table& table, const service::Row& row) override;
  [[nodiscard]] Result<bool> replace(const service::Table& table, const service::Row& row) override;
  [[nodiscard]] Result<std::int64_t> change(const service::Table& table,
                                            std::span<const service::Change> changes,
                                            std::span<const service::Condition> where) override;
  [[nodiscard]] Result<std::vector<service::Row>> select(const service::Table& table,
                                                         const service::Selection& selection) override;
  [[nodiscard]] Result<std::int64_t> count(const service::Table& table,
                                           std::span<const service::Condition> where) override;
  [[nodiscard]] Result<std::int64_t> remove(const service::Table& table,
                                            std::span<const service::Condition> where) override;
  [[nodiscard]] Result<bool> create_key(const std::string& person) override;
  [[nodiscard]] Result<bool> destroy_key(const std::string& person) override;

  /// Whether a key was destroyed: what the engine keeps of it elsewhere has to go too.
  [[nodiscard]] bool destroyed_a_key() const { return destroyed_a_key_; }

 private:
  /// The key of a person; null where the person was erased. Error "vault.no_key" (io).
  Result<const SecretKey*> key_of(const std::string& person);
  Result<std::vector<Value>> values_of(const service::Table& table, const service::Row& row);
  Result<service::Row> row_at(const service::Table& table, const Rows& rows, std::size_t at);
  Result<service::Cell> opened(const service::Table& table, const service::Column& column,
                               std::string_view row, const std::string& person, const Value& sealed);

  Connection* connection_;
  const KeyRing* keys_;
  bool destroyed_a_key_ = false;
  std::map<std::string, std::optional<SecretKey>> opened_keys_;  ///< of this transaction's people
};

[[nodiscard]] Blob blob_of(std::string_view bytes);

/// For an index over keys: the id of the practice key that wraps them.
[[nodiscard]] std::int64_t number_of(const KeyId& id);

}  // namespace securebase::store
