#include "store/sealed_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "store/entropy.hpp"

namespace securebase::store {
namespace {

constexpr std::string_view magic = "SBSEAL";
constexpr unsigned char sealed_version = 1;
constexpr std::size_t prefix_bytes = magic.size() + 2 + std::tuple_size_v<KeyId>;
constexpr std::size_t stream_header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t chunk_overhead = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::string_view purpose_files = "sb.files";

tl::unexpected<Error> trouble(std::string code, std::string detail, const std::string& path,
                              ErrorKind kind = ErrorKind::io) {
  return fail(kind, std::move(code), std::move(detail), Place{path, 0, 0, {}});
}

std::string last_error() {
  return std::error_code(errno, std::generic_category()).message();
}

tl::unexpected<Error> cannot_write(const std::string& path) {
  return trouble("file.write", last_error(), path);
}

tl::unexpected<Error> exists(const std::string& path) {
  return trouble("file.exists", "there is a file of this name: it is not replaced", path,
                 ErrorKind::conflict);
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// Moves `from` to `to` unless there is something: 0, or -1 and errno.
int move_to_free_name(const std::string& from, const std::string& to) {
  const int moved = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (moved == 0 || (errno != EINVAL && errno != ENOSYS)) return moved;
  // A file system that cannot do this can link, which replaces nothing either.
  return link(from.c_str(), to.c_str()) == 0 ? unlink(from.c_str()) : -1;
}

/// An open file, closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<Descriptor> open_to_read(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    const bool absent = errno == ENOENT;
    return trouble(absent ? "file.not_found" : "file.read", last_error(), path,
                   absent ? ErrorKind::not_found : ErrorKind::io);
  }
  return file;
}

/// As many bytes as there are, up to the size of the buffer.
Result<std::size_t> read_into(const Descriptor& file, std::span<char> buffer, const std::string& path) {
  std::size_t count = 0;
  while (count < buffer.size()) {
    const ssize_t got = ::read(file.number(), buffer.data() + count, buffer.size() - count);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return trouble("file.read", last_error(), path);
    if (got == 0) break;
    count += static_cast<std::size_t>(got);
  }
  return count;
}

std::string prefix_of(SealedKind kind, const KeyId& id) {
  std::string prefix(magic);
  prefix += static_cast<char>(sealed_version);
  prefix += static_cast<char>(kind);
  prefix += as_text(id);
  return prefix;
}

KeyId id_in(std::string_view prefix) {
  KeyId id{};
  std::copy_n(octets(prefix) + magic.size() + 2, id.size(), id.begin());
  return id;
}

struct Opened {
  Descriptor file;
  std::string prefix;
};

Result<Opened> open_sealed(const std::string& path) {
  auto file = open_to_read(path);
  if (!file) return tl::unexpected(file.error());
  std::string prefix(prefix_bytes, '\0');
  const auto count = read_into(*file, prefix, path);
  if (!count) return tl::unexpected(count.error());
  if (*count < prefix_bytes || !prefix.starts_with(magic))
    return trouble("sealed.not_sealed", "not a sealed file: it does not begin as one", path);
  if (prefix[magic.size()] != static_cast<char>(sealed_version))
    return trouble("sealed.version", "sealed by another version of the program: this one opens version 1",
                   path);
  return Opened{std::move(*file), std::move(prefix)};
}

}  // namespace

Result<bool> sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // EINVAL: a file system that has nothing to sync for a folder.
  if (opened.number() < 0 || (fsync(opened.number()) != 0 && errno != EINVAL)) return cannot_write(folder);
  return true;
}

NewFile::NewFile(std::string path, std::string part, int descriptor)
    : path_(std::move(path)), part_(std::move(part)), descriptor_(descriptor) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::move(other.part_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

NewFile::~NewFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(part_.c_str());
}

Result<NewFile> NewFile::create(const std::string& path) {
  // commit() makes sure; this saves the work.
  struct stat found {};
  if (lstat(path.c_str(), &found) == 0) return exists(path);
  std::string part = path + "." + random_id_text().substr(0, 8) + ".part";
  const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return cannot_write(path);
  return NewFile(path, std::move(part), descriptor);
}

Result<bool> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot_write(path_);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Result<bool> NewFile::commit() {
  // What fsync says is said once: a second try after a failure would claim success.
  if (fsync(descriptor_) != 0) return cannot_write(path_);
  if (move_to_free_name(part_, path_) != 0) return errno == EEXIST ? exists(path_) : cannot_write(path_);
  close(std::exchange(descriptor_, -1));
  return sync_folder(folder_of(path_));
}

struct SealedWriter::State {
  NewFile file;
  std::string prefix;
  std::string clear;  ///< not yet written; at most a chunk
  std::string sealed = std::string(sealed_chunk_bytes + chunk_overhead, '\0');
  crypto_secretstream_xchacha20poly1305_state stream{};

  State(NewFile new_file, std::string begin) : file(std::move(new_file)), prefix(std::move(begin)) {
    clear.reserve(sealed_chunk_bytes);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    clear.resize(sealed_chunk_bytes);
    sodium_memzero(clear.data(), clear.size());
    sodium_memzero(&stream, sizeof stream);
  }

  Result<bool> put_chunk(unsigned char tag) {
    crypto_secretstream_xchacha20poly1305_push(&stream, octets(sealed), nullptr, octets(clear), clear.size(),
                                               octets(prefix), prefix.size(), tag);
    const std::size_t size = clear.size() + chunk_overhead;
    clear.clear();
    return file.write(std::string_view(sealed).substr(0, size));
  }
};

SealedWriter::SealedWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedWriter::SealedWriter(SealedWriter&&) noexcept = default;
SealedWriter::~SealedWriter() = default;

Result<SealedWriter> SealedWriter::create(const SecretKey& practice_key, SealedKind kind,
                                          const std::string& path) {
  auto file = NewFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto state = std::make_unique<State>(std::move(*file), prefix_of(kind, practice_key.id()));
  std::array<unsigned char, stream_header_bytes> header{};
  const SecretKey key = practice_key.derive(purpose_files);
  crypto_secretstream_xchacha20poly1305_init_push(&state->stream, header.data(), key.reveal().data());
  const auto written = state->file.write(state->prefix + std::string(as_text(header)));
  if (!written) return tl::unexpected(written.error());
  return SealedWriter(std::move(state));
}

Result<bool> SealedWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    // A full chunk waits for a byte after it: it may be the last.
    if (state_->clear.size() == sealed_chunk_bytes) {
      auto put = state_->put_chunk(crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
      if (!put) return put;
    }
    const std::size_t count = std::min(bytes.size(), sealed_chunk_bytes - state_->clear.size());
    state_->clear += bytes.substr(0, count);
    bytes.remove_prefix(count);
  }
  return true;
}

Result<bool> SealedWriter::commit() {
  auto put = state_->put_chunk(crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  if (!put) return put;
  return state_->file.commit();
}

struct SealedReader::State {
  Descriptor file;
  std::string path;
  std::string prefix;
  std::string sealed = std::string(sealed_chunk_bytes + chunk_overhead, '\0');
  std::string clear = std::string(sealed_chunk_bytes, '\0');
  crypto_secretstream_xchacha20poly1305_state stream{};
  bool ended = false;
  std::optional<Error> broken;

  State(Descriptor opened, std::string name, std::string begin)
      : file(std::move(opened)), path(std::move(name)), prefix(std::move(begin)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    sodium_memzero(clear.data(), clear.size());
    sodium_memzero(&stream, sizeof stream);
  }

  tl::unexpected<Error> damaged(std::string detail) const {
    return trouble("sealed.damaged", std::move(detail), path);
  }

  Result<std::string_view> next() {
    const auto count = read_into(file, sealed, path);
    if (!count) return tl::unexpected(count.error());
    if (*count < chunk_overhead) return damaged("the file is cut off");
    unsigned char tag = 0;
    unsigned long long size = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&stream, octets(clear), &size, &tag, octets(sealed),
                                                   *count, octets(prefix), prefix.size()) != 0)
      return damaged("the file was changed, cut off or put together from parts");
    ended = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (ended) {
      std::array<char, 1> more{};
      const auto left = read_into(file, more, path);
      if (!left) return tl::unexpected(left.error());
      if (*left != 0) return damaged("bytes were added at the end of the file");
    }
    return std::string_view(clear).substr(0, size);
  }
};

SealedReader::SealedReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SealedReader::SealedReader(SealedReader&&) noexcept = default;
SealedReader::~SealedReader() = default;

Result<SealedReader> SealedReader::open(const SecretKey& practice_key, SealedKind kind,
                                        const std::string& path) {
  auto opened = open_sealed(path);
  if (!opened) return tl::unexpected(opened.error());
  if (opened->prefix[magic.size() + 1] != static_cast<char>(kind))
    return trouble("sealed.kind", "a sealed file, but of another kind than is asked for", path);
  const KeyId id = id_in(opened->prefix);
  if (id != practice_key.id())
    return trouble("sealed.wrong_key",
                   "sealed with key " + to_text(id) + ", not with key " + to_text(practice_key.id()), path);
  auto state = std::make_unique<State>(std::move(opened->file), path, std::move(opened->prefix));
  std::string header(stream_header_bytes, '\0');
  const auto count = read_into(state->file, header, path);
  if (!count) return tl::unexpected(count.error());
  const SecretKey key = practice_key.derive(purpose_files);
  if (*count < header.size() || crypto_secretstream_xchacha20poly1305_init_pull(
                                    &state->stream, octets(header), key.reveal().data()) != 0)
    return state->damaged("the file is cut off");
  return SealedReader(std::move(state));
}

Result<std::string_view> SealedReader::read() {
  if (state_->broken) return tl::unexpected(*state_->broken);
  if (state_->ended) return std::string_view();
  auto chunk = state_->next();
  if (!chunk) state_->broken = chunk.error();
  return chunk;
}

Result<KeyId> sealed_file_key(const std::string& path) {
  const auto opened = open_sealed(path);
  if (!opened) return tl::unexpected(opened.error());
  return id_in(opened->prefix);
}

Result<bool> seal_file(const SecretKey& practice_key, SealedKind kind, const std::string& from,
                       const std::string& to) {
  const auto file = open_to_read(from);
  if (!file) return tl::unexpected(file.error());
  auto writer = SealedWriter::create(practice_key, kind, to);
  if (!writer) return tl::unexpected(writer.error());
  std::vector<char> buffer(sealed_chunk_bytes);
  for (;;) {
    const auto count = read_into(*file, buffer, from);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    auto written = writer->write({buffer.data(), *count});
    if (!written) return written;
  }
  sodium_memzero(buffer.data(), buffer.size());
  return writer->commit();
}

Result<bool> unseal_file(const SecretKey& practice_key, SealedKind kind, const std::string& from,
                         const std::string& to) {
  auto reader = SealedReader::open(practice_key, kind, from);
  if (!reader) return tl::unexpected(reader.error());
  auto file = NewFile::create(to);
  if (!file) return tl::unexpected(file.error());
  for (;;) {
    const auto chunk = reader->read();
    if (!chunk) return tl::unexpected(chunk.error());
    if (chunk->empty()) break;
    auto written = file->write(*chunk);
    if (!written) return written;
  }
  return file->commit();
}

}  // namespace securebase::store
