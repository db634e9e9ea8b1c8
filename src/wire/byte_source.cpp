#include "wire/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace securebase::wire {
namespace {

/// An open file, unpacked where it is gzip.
class File {
 public:
  File(std::string path, int descriptor, std::size_t* read_bytes)
      : path_(std::move(path)), descriptor_(descriptor), read_bytes_(read_bytes) {}
  ~File() {
    close(descriptor_);
    if (format_ == Format::gzip) inflateEnd(&stream_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Result<std::size_t> read(std::span<char> buffer) {
    if (format_ == Format::unknown)
      if (auto seen = recognise(); !seen) return tl::unexpected(seen.error());
    if (format_ == Format::gzip) return unpack(buffer);
    if (begin_ == end_) return from_descriptor(buffer);
    const std::size_t n = std::min(buffer.size(), end_ - begin_);
    std::copy_n(packed_.begin() + static_cast<std::ptrdiff_t>(begin_), n, buffer.begin());
    begin_ += n;
    return n;
  }

 private:
  enum class Format { unknown, plain, gzip };

  [[nodiscard]] tl::unexpected<Error> trouble(std::string detail) const {
    return fail(ErrorKind::io, "file.read", std::move(detail), Place{path_, 0, 0, {}});
  }

  Result<std::size_t> from_descriptor(std::span<char> buffer) {
    for (;;) {
      const ssize_t got = ::read(descriptor_, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return trouble(std::strerror(errno));
      if (read_bytes_ != nullptr) *read_bytes_ += static_cast<std::size_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

  /// Reads behind the bytes that are waiting until there are `wanted` of them, or the file ends.
  Result<bool> wait_for(std::size_t wanted) {
    std::copy(packed_.begin() + static_cast<std::ptrdiff_t>(begin_),
              packed_.begin() + static_cast<std::ptrdiff_t>(end_), packed_.begin());
    end_ -= begin_;
    begin_ = 0;
    while (end_ < wanted) {
      const auto got = from_descriptor(std::span(packed_).subspan(end_));
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) break;
      end_ += *got;
    }
    return true;
  }

  [[nodiscard]] bool gzip_begins() const {
    return end_ - begin_ >= 2 && packed_[begin_] == '\x1f' && packed_[begin_ + 1] == '\x8b';
  }

  Result<bool> recognise() {
    if (auto waited = wait_for(2); !waited) return waited;
    if (!gzip_begins()) {
      format_ = Format::plain;
      return true;
    }
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) return trouble("not enough memory");
    format_ = Format::gzip;
    return true;
  }

  Result<std::size_t> unpack(std::span<char> buffer) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), 1U << 30U));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (begin_ == end_ || member_ended_)
        if (auto waited = wait_for(2); !waited) return tl::unexpected(waited.error());
      if (member_ended_) {
        if (begin_ == end_) return 0;
        if (!gzip_begins()) return trouble("bytes behind the end of the gzip data: they would be lost");
        inflateReset(&stream_);
        member_ended_ = false;
      }
      if (begin_ == end_) return trouble("the gzip data end too early: the file is cut off");
      if (auto done = inflate_some(); !done) return tl::unexpected(done.error());
    }
    return room - stream_.avail_out;
  }

  Result<bool> inflate_some() {
    stream_.next_in = reinterpret_cast<Bytef*>(packed_.data() + begin_);
    stream_.avail_in = static_cast<uInt>(end_ - begin_);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    begin_ = end_ - stream_.avail_in;
    member_ended_ = code == Z_STREAM_END;
    if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) return true;
    return trouble(
        fmt::format("damaged gzip data: {}", stream_.msg != nullptr ? stream_.msg : "not understood"));
  }

  std::string path_;
  int descriptor_;
  std::size_t* read_bytes_;
  Format format_ = Format::unknown;
  bool member_ended_ = false;  ///< the gzip data ended; others may follow
  z_stream stream_{};
  std::vector<char> packed_ = std::vector<char>(std::size_t{1} << 16U);  ///< as read, used up to begin_
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace

Result<ByteSource> open_file(const std::string& path, std::size_t* read_bytes) {
  const int descriptor =
      path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const bool absent = errno == ENOENT;
    return fail(absent ? ErrorKind::not_found : ErrorKind::io, absent ? "file.not_found" : "file.open",
                std::strerror(errno), Place{path, 0, 0, {}});
  }
  auto file = std::make_shared<File>(path, descriptor, read_bytes);
  return ByteSource([file](std::span<char> buffer) { return file->read(buffer); });
}

ByteSource from_memory(std::string_view bytes) {
  return [bytes](std::span<char> buffer) mutable -> Result<std::size_t> {
    const std::size_t n = std::min(bytes.size(), buffer.size());
    std::copy_n(bytes.begin(), n, buffer.begin());
    bytes.remove_prefix(n);
    return n;
  };
}

}  // namespace securebase::wire
