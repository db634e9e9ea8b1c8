#pragma once
// The practice key: 32 random bytes that wrap the key of every person. It is kept outside the database, in a
// file of its own, open to its owner only, or sealed by a passphrase. A practice that loses it, and the
// recovery key printed at set-up, has lost its record: nobody can open it.
//
// A folder holds one file for each generation of the key, "practice-<generation>.key"; a file is never
// written twice. As a rule there is one. During a rotation there are two.
//
// A key file is
//   magic "SBKEY" | version (1 byte, 1) | protection (1) | generation (4, least significant byte first) | key
//   id (4)
// and then
//   protection 0, none:        key (32) | BLAKE2b-128 of all before (16)
//   protection 1, passphrase:  passes (4) | memory in KiB (4) | salt (16) | nonce (24) | sealed key (32 + 16)
// where the key is sealed by XChaCha20-Poly1305 under Argon2id of the passphrase, and all before the nonce is
// authenticated with it.
//
// Rotation, safe to stop anywhere (at each step, what is said of the step before holds):
//   1. begin_rotation    writes the next generation. Old and new are both loaded from now on; new keys are
//   wrapped
//                        by the new one. Print the recovery key of the new generation.
//   2. rewrap            has the caller replace what the old generations still wrap, a portion at a time,
//   each
//                        portion in one transaction. Stopped, it goes on where it was: what a wrapped key
//                        needs is in its key id. The caller replaces blind indexes too.
//   3. finish_rotation   asks once more, refuses while anything is left, and then removes the old files.
// Backups sealed under the old generation need its recovery key afterwards.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/private.hpp"
#include "base/result.hpp"
#include "store/vault.hpp"

namespace securebase::store {

struct PracticeKey {
  SecretKey key;
  std::uint32_t generation = 1;  ///< 1 to latest_generation
};
inline constexpr std::uint32_t latest_generation = (1U << 20U) - 1;

/// What Argon2id costs. Default: 256 MiB and three passes, libsodium's MODERATE: about 0.6 s once at a start.
struct PassphraseCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 256 * 1024;
};

/// How a new key file is protected: by a passphrase where there is one; by its mode alone otherwise.
struct KeyProtection {
  std::optional<Private<std::string>> passphrase;
  PassphraseCost cost;
};

/// Writes a key file. Errors: "file.exists", "file.write", "key.cost" (Argon2id refuses it, or too little
/// memory).
[[nodiscard]] Result<bool> save_key_file(const std::string& path, const PracticeKey& key,
                                         const KeyProtection& protection);

/// Errors; `where.name` is the file:
/// - "key.not_found", "key.read" (io)
/// - "key.open_to_others" (forbidden): group or others may read or write it, or it belongs to another user;
/// or it is
///   no plain file
/// - "key.damaged", "key.version" (io)
/// - "key.passphrase_needed", "key.passphrase" (unauthenticated): wrong, or the file was changed
[[nodiscard]] Result<PracticeKey> load_key_file(const std::string& path,
                                                const std::optional<Private<std::string>>& passphrase);

/// The practice keys of a folder, in the order of their generations.
class KeyRing {
 public:
  /// The first key of a practice. The folder is made, with mode 0700, where there is none.
  /// Errors: "key.exists" (conflict) where the folder has a key, and as of save_key_file.
  [[nodiscard]] static Result<KeyRing> create(const std::string& folder, const KeyProtection& protection);
  /// Every generation; one passphrase opens all. Errors: as of load_key_file.
  [[nodiscard]] static Result<KeyRing> load(const std::string& folder,
                                            const std::optional<Private<std::string>>& passphrase);

  /// In memory only.
  [[nodiscard]] static KeyRing holding(PracticeKey key);
  /// Another generation, in memory only. Error "key.exists" (conflict) where that generation is another key.
  [[nodiscard]] Result<bool> add(PracticeKey key);
  /// The newest, into a folder without it. Gives the file. Errors as of create().
  [[nodiscard]] Result<std::string> save_current(const std::string& folder,
                                                 const KeyProtection& protection) const;

  /// Removes its newest file: of a practice that could not be made.
  void forget() const;

  /// The newest: what is wrapped or sealed now is wrapped by it.
  [[nodiscard]] const PracticeKey& current() const { return keys_.back(); }
  /// Nothing where no generation has this id.
  [[nodiscard]] const PracticeKey* find(const KeyId& id) const;
  [[nodiscard]] const std::vector<PracticeKey>& all() const { return keys_; }
  [[nodiscard]] bool is_rotating() const { return keys_.size() > 1; }

  /// unwrap() with the generation that wrapped it. Error where it is not there: "vault.wrong_key".
  [[nodiscard]] Result<SecretKey> unwrap_person_key(const PersonKeyName& name,
                                                    std::string_view wrapped) const;

 private:
  friend Result<bool> begin_rotation(KeyRing& ring, const KeyProtection& protection);
  friend struct RotationEnd;

  KeyRing(std::string folder, std::vector<PracticeKey> keys);

  std::string folder_;
  std::vector<PracticeKey> keys_;  ///< never empty
};

/// One wrapped key, as the database has it.
struct WrappedKey {
  std::string person;
  std::uint32_t version = 1;
  std::string wrapped;
};

/// What the caller does for a rotation.
struct RewrapSteps {
  /// Up to `most` keys that are not wrapped by `current`; none where none is left.
  std::function<Result<std::vector<WrappedKey>>(const KeyId& current, std::size_t most)> left;
  /// Replaces them in one transaction; durable when it returns true. A key that was destroyed meanwhile stays
  /// so.
  std::function<Result<bool>(const std::vector<WrappedKey>& keys)> replace;
};

inline constexpr std::size_t rewrap_portion = 256;

/// Step 1. A rotation that has begun is taken up again: nothing is written. Protection may be another than
/// before, but one passphrase must open both generations until the end. Errors: as of save_key_file,
/// "key.generations".
[[nodiscard]] Result<bool> begin_rotation(KeyRing& ring, const KeyProtection& protection);
/// Step 2. How many were rewrapped. Errors: those of the steps; "vault.*" for a key that does not unwrap;
/// "key.no_progress" (internal) where `left` gives again what `replace` has replaced.
[[nodiscard]] Result<std::size_t> rewrap(const KeyRing& ring, const RewrapSteps& steps);
/// Step 3. Errors: those of `left`; "key.still_needed" (conflict); "file.write".
[[nodiscard]] Result<bool> finish_rotation(KeyRing& ring, const RewrapSteps& steps);

/// The key on paper: 15 groups of five letters and digits in three lines (Crockford's Base32, no I, L, O, U).
/// Four characters of a group are data, the fifth checks them and the group's place: one wrong character, or
/// two neighbours or two groups exchanged, are always found. The first group is the generation, the last
/// checks all.
[[nodiscard]] Private<std::string> recovery_text(const PracticeKey& key);

/// Capital or small letters; O for 0, I or L for 1; any spaces, lines and hyphens between.
/// Errors (bad_data); `where.line` and `where.column` name the line and the group in it:
/// - "recovery.group": a group is wrong; the detail names all that are
/// - "recovery.length": not 15 groups of five
/// - "recovery.checksum": every group fits, the whole does not
/// - "recovery.version"
[[nodiscard]] Result<PracticeKey> parse_recovery_text(std::string_view text);

}  // namespace securebase::store
