#pragma once
// What use cases need from outside: a store, a clock, chance, and cryptography. `store` implements them;
// tests use the same implementations, with a clock and chance of their own where a result must be repeatable.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "base/time_zone.hpp"
#include "service/table.hpp"

namespace securebase::service {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

class TimeZones {
 public:
  virtual ~TimeZones() = default;
  /// By a name of the IANA database, such as "Europe/Berlin". Error "time_zone.unknown" (bad_data).
  [[nodiscard]] virtual Result<TimeZone> find(const std::string& name) const = 0;
};

class Entropy {
 public:
  virtual ~Entropy() = default;
  /// 32 hexadecimal digits, never the same twice.
  [[nodiscard]] virtual std::string id_digits() = 0;
  /// 128 random bits as text that is fit for a link.
  [[nodiscard]] virtual Private<std::string> token() = 0;
};

template <class Kind>
[[nodiscard]] Id<Kind> new_id(Entropy& entropy) {
  return *Id<Kind>::parse(entropy.id_digits());
}

/// Who asks for a passkey: the practice under one of its addresses.
struct RelyingParty {
  std::string id;                    ///< host name, such as "practice.example"
  std::vector<std::string> origins;  ///< exact, such as "https://practice.example"; a port belongs to it
};

/// A browser's clientDataJSON and what stands in it, read from those very bytes by a reader that refuses a
/// member that stands twice.
struct ClientData {
  std::string json;
  std::string type;       ///< "webauthn.create" or "webauthn.get"
  std::string challenge;  ///< base64url
  std::string origin;
  bool cross_origin = false;  ///< true is refused: the page was inside another's
};

/// What navigator.credentials.create() gives. Bytes are base64url without padding, as in a browser's JSON.
struct NewPasskey {
  ClientData client;
  /// response.getAuthenticatorData(). With attestation "none" the attestation object holds nothing more.
  std::string authenticator_data;
};

/// What navigator.credentials.get() gives.
struct PasskeyUse {
  ClientData client;
  std::string credential_id;
  std::string authenticator_data;
  std::string signature;  ///< ASN.1 DER
};

/// What is kept of a passkey. None of it is secret.
struct PasskeyKey {
  std::string credential_id;  ///< of 1 to 1023 bytes; unique among all users, which the caller checks
  std::string public_key;     ///< 64 bytes: x and y on P-256
  std::uint32_t counter = 0;  ///< of the last use
  bool is_backed_up = false;  ///< held by more than one device

  bool operator==(const PasskeyKey&) const = default;
};

/// Passwords, tokens, one-time codes and passkeys. What it returns may be stored.
class Secrets {
 public:
  virtual ~Secrets() = default;
  /// Error "password.weak" says what would be accepted.
  [[nodiscard]] virtual Result<std::string> hash_password(const Private<std::string>& password) = 0;
  /// Takes as long for a user that does not exist (`hash` empty).
  [[nodiscard]] virtual bool is_password(const std::string& hash, const Private<std::string>& password) = 0;
  [[nodiscard]] virtual std::string hash_token(const Private<std::string>& token) = 0;
  /// The time step a one-time code belongs to, or nothing where it is wrong or not later than `last_step`.
  [[nodiscard]] virtual std::optional<std::int64_t> code_step(const Private<std::string>& secret,
                                                              std::string_view code, Instant now,
                                                              std::int64_t last_step) = 0;
  /// A new secret for one-time codes, as authenticator programs take it (Base32).
  [[nodiscard]] virtual Private<std::string> new_code_secret() = 0;
  /// A new passkey, as an answer to the challenge. Errors (unauthenticated) begin with "passkey.".
  [[nodiscard]] virtual Result<PasskeyKey> accept_passkey(const RelyingParty& party,
                                                          std::string_view challenge,
                                                          const NewPasskey& made) = 0;
  /// The passkey with its new counter. The same errors.
  [[nodiscard]] virtual Result<PasskeyKey> check_passkey(const RelyingParty& party,
                                                         std::string_view challenge, const PasskeyKey& stored,
                                                         const PasskeyUse& use) = 0;
  /// 64 hexadecimal digits that depend on all that came before.
  [[nodiscard]] virtual std::string chain_hash(std::string_view previous, std::string_view bytes) = 0;
  /// Where someone may be found by an exact word without the word being stored. What it leaks: docs/vault.md.
  [[nodiscard]] virtual std::string blind_index(std::string_view purpose,
                                                const Private<std::string>& word) = 0;
};

enum class Is { equal, not_equal, less, at_most, greater, at_least, absent, present, one_of };

struct Condition {
  std::string_view column;
  Is is = Is::equal;
  std::vector<Cell> values;  ///< one; as many as there are for one_of; none for absent and present
};

struct Ordering {
  std::string_view column;
  bool descending = false;
};

struct Selection {
  std::vector<Condition> where;    ///< all of them hold
  std::vector<Ordering> ordering;  ///< never by text: engines differ
  std::optional<std::int64_t> most;
};

using Change = std::pair<std::string_view, Cell>;

/// What happens here happens as a whole or not at all. Sealed columns are sealed and opened on the way; a row
/// whose person has been erased opens to absent values.
class Transaction {
 public:
  virtual ~Transaction() = default;
  [[nodiscard]] virtual Result<bool> insert(const Table& table, const Row& row) = 0;
  /// Replaces the whole row with the same key; false where there is none.
  [[nodiscard]] virtual Result<bool> replace(const Table& table, const Row& row) = 0;
  /// Columns in the clear only. How many rows changed.
  [[nodiscard]] virtual Result<std::int64_t> change(const Table& table, std::span<const Change> changes,
                                                    std::span<const Condition> where) = 0;
  [[nodiscard]] virtual Result<std::vector<Row>> select(const Table& table, const Selection& selection) = 0;
  [[nodiscard]] virtual Result<std::int64_t> count(const Table& table, std::span<const Condition> where) = 0;
  [[nodiscard]] virtual Result<std::int64_t> remove(const Table& table, std::span<const Condition> where) = 0;

  /// Before the first sealed value of a person is stored.
  [[nodiscard]] virtual Result<bool> create_key(const std::string& person) = 0;
  /// All that was sealed with it can never be read again.
  [[nodiscard]] virtual Result<bool> destroy_key(const std::string& person) = 0;
};

class Store {
 public:
  using Use = std::function<Result<bool>(Transaction&)>;

  virtual ~Store() = default;
  /// Sees one state of everything. An error of `use` is returned.
  [[nodiscard]] virtual Result<bool> read(const Use& use) = 0;
  /// The only one that writes, from its first look to its end. Durable when it returns true; nothing of it
  /// remains where `use` or the store fails. `use` may run more than once, and in another thread, so it must
  /// not change anything but the store and what it sets anew on each run.
  [[nodiscard]] virtual Result<bool> write(const Use& use) = 0;
};

// Records instead of rows.

template <class Record, class Member, class Value>
[[nodiscard]] Condition where(Member Record::*member, const Value& value, Is is = Is::equal) {
  return {column_of(member), is, {Kept<Member>::to_cell(Member(value))}};
}
template <class Record, class Member>
[[nodiscard]] Condition where(Member Record::*member, Is is) {
  return {column_of(member), is, {}};
}
template <class Record, class Member>
[[nodiscard]] Condition where_one_of(Member Record::*member, const std::vector<Member>& values) {
  Condition condition{column_of(member), Is::one_of, {}};
  for (const Member& value : values) condition.values.push_back(Kept<Member>::to_cell(value));
  return condition;
}
template <class Record, class Member>
[[nodiscard]] Ordering by(Member Record::*member, bool descending = false) {
  return {column_of(member), descending};
}

template <class Record>
[[nodiscard]] Result<bool> insert(Transaction& transaction, const Record& record) {
  return transaction.insert(table_of<Record>(), row_of(record));
}
template <class Record>
[[nodiscard]] Result<bool> replace(Transaction& transaction, const Record& record) {
  return transaction.replace(table_of<Record>(), row_of(record));
}
template <class Record>
[[nodiscard]] Result<std::vector<Record>> list(Transaction& transaction, const Selection& selection = {}) {
  auto rows = transaction.select(table_of<Record>(), selection);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<Record> records;
  records.reserve(rows->size());
  for (const Row& row : *rows) {
    auto record = record_of<Record>(row);
    if (!record) return tl::unexpected(record.error());
    records.push_back(std::move(*record));
  }
  return records;
}
/// The first, or nothing.
template <class Record>
[[nodiscard]] Result<std::optional<Record>> find(Transaction& transaction, Condition condition) {
  auto found = list<Record>(transaction, {{std::move(condition)}, {}, 1});
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<Record>() : std::optional(std::move(found->front()));
}
/// Error "<table>.not_found".
template <class Record>
[[nodiscard]] Result<Record> get(Transaction& transaction, const Id<Record>& id) {
  auto found = find<Record>(transaction, {table_of<Record>().columns.front().name, Is::equal, {id.text()}});
  if (!found) return tl::unexpected(found.error());
  if (!*found)
    return fail(ErrorKind::not_found, std::string(Record::table) + ".not_found", "there is no such record");
  return std::move(**found);
}
template <class Record>
[[nodiscard]] Result<std::int64_t> change(Transaction& transaction, const std::vector<Change>& changes,
                                          const std::vector<Condition>& where) {
  return transaction.change(table_of<Record>(), changes, where);
}
template <class Record, class Member>
[[nodiscard]] Change to(Member Record::*member, const Member& value) {
  return {column_of(member), Kept<Member>::to_cell(value)};
}

}  // namespace securebase::service
