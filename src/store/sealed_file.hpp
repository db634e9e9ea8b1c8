#pragma once
// Files that appear whole or not at all, and whole files encrypted, for backups.
//
// A sealed file is
//   magic "SBSEAL" | version (1 byte, 1) | kind (1) | key id (4) | stream header (24) | chunk | chunk | ...
// by crypto_secretstream_xchacha20poly1305 of libsodium, under a key derived from the practice key for files
// (crypto_kdf, number 1, context "sb.files"). A chunk is 64 KiB of the file and 17 bytes; the last, and only
// the last, is marked as final and may be shorter, down to nothing. The first 12 bytes are authenticated with
// every chunk. A changed byte, a chunk left out, repeated, moved or taken from another file, a file cut off
// anywhere and bytes added at the end are all found. Visible without the key: kind, key id, and the length of
// the file.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/vault.hpp"

namespace securebase::store {

/// A file that only its owner may read (mode 0600), written beside its place under a name that ends in
/// ".part" and moved there by commit(). Whoever looks sees all of it or nothing; it replaces no other. Where
/// commit() was not called, nothing stays behind, but a process that is killed may leave a ".part" file,
/// which means nothing.
class NewFile {
 public:
  /// Errors: "file.exists" (conflict), "file.write" (io).
  [[nodiscard]] static Result<NewFile> create(const std::string& path);

  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  /// Error: "file.write".
  [[nodiscard]] Result<bool> write(std::string_view bytes);
  /// When it returns true, file and folder are on the disk. Once. Errors: "file.exists", "file.write".
  [[nodiscard]] Result<bool> commit();

 private:
  NewFile(std::string path, std::string part, int descriptor);

  std::string path_;
  std::string part_;
  int descriptor_ = -1;
};

/// Makes names that were added to or removed from a folder durable. Error: "file.write".
[[nodiscard]] Result<bool> sync_folder(const std::string& folder);

/// What a sealed file holds. The numbers are in files: they never change.
enum class SealedKind : std::uint8_t { backup = 1, copy_of_record = 2 };

inline constexpr std::size_t sealed_chunk_bytes = std::size_t{64} * 1024;

/// Writes a sealed file as its bytes come. Memory: one chunk.
class SealedWriter {
 public:
  /// Errors as of NewFile::create.
  [[nodiscard]] static Result<SealedWriter> create(const SecretKey& practice_key, SealedKind kind,
                                                   const std::string& path);
  SealedWriter(SealedWriter&&) noexcept;
  SealedWriter& operator=(SealedWriter&&) = delete;
  ~SealedWriter();

  /// Error: "file.write".
  [[nodiscard]] Result<bool> write(std::string_view bytes);
  /// As NewFile::commit().
  [[nodiscard]] Result<bool> commit();

 private:
  struct State;
  explicit SealedWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads one chunk at a time. Each is authentic when it is given out, but only the end tells that none is
/// missing: nothing read may take effect before read() has returned 0.
class SealedReader {
 public:
  /// Errors:
  /// - "file.not_found", "file.read" (io)
  /// - "sealed.not_sealed": no sealed file; "sealed.version", "sealed.kind": not of this program, or another
  /// kind
  /// - "sealed.wrong_key": `where.name` is the file, the detail names the key id it needs
  [[nodiscard]] static Result<SealedReader> open(const SecretKey& practice_key, SealedKind kind,
                                                 const std::string& path);
  SealedReader(SealedReader&&) noexcept;
  SealedReader& operator=(SealedReader&&) = delete;
  ~SealedReader();

  /// The next bytes, valid until the next call; none at the end of a file that is whole. After an error: the
  /// same error. Errors: "file.read", "sealed.damaged" (changed, cut off, put in another order or added to).
  [[nodiscard]] Result<std::string_view> read();

 private:
  struct State;
  explicit SealedReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Which key a sealed file needs. Errors: as of SealedReader::open.
[[nodiscard]] Result<KeyId> sealed_file_key(const std::string& path);

/// `to` appears when all of `from` is in it. Errors: "file.not_found", "file.read", and as of SealedWriter.
[[nodiscard]] Result<bool> seal_file(const SecretKey& practice_key, SealedKind kind, const std::string& from,
                                     const std::string& to);
/// `to` appears when all of `from` has been found authentic. Errors as of SealedReader and NewFile.
[[nodiscard]] Result<bool> unseal_file(const SecretKey& practice_key, SealedKind kind,
                                       const std::string& from, const std::string& to);

}  // namespace securebase::store
