#pragma once
// The vault: what is sealed in the database, and how. Every person has a key of their own; fields are sealed
// with it, and it is itself wrapped by the practice key (practice_key.hpp), which is never in the database.
// Destroying a person's wrapped key erases what was sealed with it.
//
// An envelope is
//   version (1 byte, 1) | key id (4) | nonce (24, random) | ciphertext | tag (16)
// by XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under a key derived from the person's for fields
// (crypto_kdf, number 1, context "sb.field"). Authenticated with it are, each after its length in 8 bytes,
// least significant first:
//   "securebase.field.1" | version and key id | table | column | row | person
// None of the place is stored in the envelope: a value copied to another place does not open.
//
// What an envelope tells without the key: which key it needs, and the length of the value in steps of 32
// bytes. A value of up to 31 bytes, such as the answer to a risk question, has always the same length. The
// key id is 32 bits of a one-way function of a random key and helps nobody find it.
//
// What is sealed and what is not, and why: docs/vault.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/private.hpp"
#include "base/result.hpp"

namespace securebase::store {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t padding_step =
    32;  ///< a value is padded to the next multiple, at least one byte

/// Which key an envelope needs.
using KeyId = std::array<unsigned char, 4>;
/// Eight hexadecimal digits.
[[nodiscard]] std::string to_text(const KeyId& id);

/// 32 secret bytes in memory that is locked, guarded and left out of core dumps, and overwritten when it
/// goes. It is moved, never copied. Using one that was moved from is a bug (std::logic_error).
class SecretKey {
 public:
  [[nodiscard]] static SecretKey random();
  /// The caller clears its own copy.
  [[nodiscard]] static SecretKey from_bytes(std::span<const unsigned char, key_bytes> bytes);

  SecretKey(SecretKey&&) noexcept = default;
  SecretKey& operator=(SecretKey&&) noexcept = default;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey() = default;

  [[nodiscard]] KeyId id() const;
  /// A key for one purpose, named by eight characters (crypto_kdf, BLAKE2b). It tells nothing about this one.
  [[nodiscard]] SecretKey derive(std::string_view purpose) const;
  /// For the cryptography of this room only.
  [[nodiscard]] std::span<const unsigned char, key_bytes> reveal() const;

 private:
  struct Release {
    void operator()(unsigned char* bytes) const noexcept;
  };

  SecretKey();
  void name();

  std::unique_ptr<unsigned char, Release> bytes_;
  KeyId id_{};
};

/// Where a sealed value stands. All four are authenticated with their lengths, so that no two places look
/// alike.
struct SealPlace {
  std::string_view table;
  std::string_view column;
  std::string_view row;
  std::string_view person;
};

/// The same value sealed twice gives two different envelopes.
[[nodiscard]] std::string seal(const SecretKey& key, const SealPlace& place, std::string_view bytes);

/// Errors, all of kind io; `where.name` is the table, `where.field` the column:
/// - "vault.version": made by another version of the program
/// - "vault.wrong_key": it needs a key with another id
/// - "vault.damaged": changed, cut off, or moved here from another place
[[nodiscard]] Result<Private<std::string>> open(const SecretKey& key, const SealPlace& place,
                                                std::string_view envelope);

/// The id of the key an envelope or a wrapped key needs. Errors: "vault.version", "vault.damaged".
[[nodiscard]] Result<KeyId> key_id_of(std::string_view envelope);

/// A person's key as the database keeps it.
struct PersonKeyName {
  std::string_view person;    ///< id of the person
  std::uint32_t version = 1;  ///< of this person's key
};

[[nodiscard]] SecretKey new_person_key();

/// An envelope of its own kind: it cannot be mistaken for a sealed value. Person and version are
/// authenticated.
[[nodiscard]] std::string wrap(const SecretKey& practice_key, const PersonKeyName& name,
                               const SecretKey& person_key);
/// Errors as of open(), with `where.name` "person key".
[[nodiscard]] Result<SecretKey> unwrap(const SecretKey& practice_key, const PersonKeyName& name,
                                       std::string_view wrapped);

/// The text two spellings have in common, for looking someone up:
/// - letters in lower case, by simple mappings (Unicode 15): all of Latin-1, Latin Extended-A (0100-017F) and
/// Latin
///   Extended Additional (1E00-1EFF), of Latin Extended-B (0180-024F) those of living alphabets of Europe and
///   of Azerbaijani and Vietnamese, modern Greek, and Cyrillic (0400-052F). "ß" and "ẞ" are one, "ß" and "ss"
///   are two. Other letters stay as they are.
/// - a letter followed by a combining accent becomes the letter with the accent, where Latin-1 or Latin
/// Extended-A
///   has it. Accents are not removed.
/// - any run of white space is one space, none at the ends. Soft hyphens and zero-width characters are left
/// out. It is not full Unicode normalisation. Error: "vault.not_utf8" (bad_data).
[[nodiscard]] Result<Private<std::string>> look_up_text(std::string_view text);

/// Finds a value by equality without storing it: 16 bytes of keyed BLAKE2b over column and look_up_text.
///
/// The leak. Whoever has the database and no key sees which rows have the same value, and how often each
/// occurs: with a list of common names that is a good guess for the commonest. Whoever also has the practice
/// key can try values. So use it for values that are mostly different (a full name, a contact), never for a
/// date of birth, a sex or a diagnosis alone.
///
/// A new practice key gives other values: rotation writes all of them anew.
class BlindIndex {
 public:
  static constexpr std::size_t bytes = 16;

  /// Equal values in two columns have different indexes.
  BlindIndex(const SecretKey& practice_key, std::string column);

  /// Error: "vault.not_utf8".
  [[nodiscard]] Result<std::string> of(std::string_view text) const;

 private:
  SecretKey key_;
  std::string column_;
};

/// What one entry of the audit adds to the chain: BLAKE2b-256 over
///   "securebase.chain.1" | previous | bytes
/// where each of the three is preceded by its length in 8 bytes, least significant first. `previous` is the
/// text the entry before gave, empty for the first. 64 hexadecimal digits.
[[nodiscard]] std::string chain_hash(std::string_view previous, std::string_view bytes);

}  // namespace securebase::store
