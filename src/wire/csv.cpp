#include "wire/csv.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace securebase::wire {
namespace {

struct GzClose {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

Error io_error(const std::string& path, std::string detail) {
  return {ErrorKind::io, "file.read", std::move(detail), Place{path, 0, 0, {}}};
}

/// What zlib says went wrong, or nothing.
std::optional<Error> gzip_trouble(gzFile file, const std::string& path) {
  int code = Z_OK;
  const char* text = gzerror(file, &code);
  if (code == Z_OK || code == Z_STREAM_END) return std::nullopt;
  if (code == Z_ERRNO) return io_error(path, std::strerror(errno));
  if (code == Z_BUF_ERROR) return io_error(path, "the gzip data end too early: the file is cut off");
  return io_error(path, fmt::format("damaged gzip data: {}", text));
}

}  // namespace

Result<ByteSource> open_file(const std::string& path, std::size_t* read_bytes) {
  const int descriptor = path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const bool absent = errno == ENOENT;
    return tl::unexpected(Error{absent ? ErrorKind::not_found : ErrorKind::io,
                                absent ? "file.not_found" : "file.open", std::strerror(errno),
                                Place{path, 0, 0, {}}});
  }
  std::shared_ptr<gzFile_s> file(gzdopen(descriptor, "rb"), GzClose{});
  if (file == nullptr) return tl::unexpected(io_error(path, "not enough memory"));
  gzbuffer(file.get(), 1U << 17U);
  return ByteSource([file, path, read_bytes](std::span<char> buffer) -> Result<std::size_t> {
    const auto wanted = static_cast<unsigned>(std::min<std::size_t>(buffer.size(), 1U << 30U));
    const int got = gzread(file.get(), buffer.data(), wanted);
    if (got <= 0)
      if (const auto trouble = gzip_trouble(file.get(), path)) return tl::unexpected(*trouble);
    if (read_bytes != nullptr)
      *read_bytes = static_cast<std::size_t>(std::max<z_off_t>(0, gzoffset(file.get())));
    return static_cast<std::size_t>(std::max(got, 0));
  });
}

ByteSource from_memory(std::string_view bytes) {
  return [bytes](std::span<char> buffer) mutable -> Result<std::size_t> {
    const std::size_t n = std::min(bytes.size(), buffer.size());
    std::copy_n(bytes.begin(), n, buffer.begin());
    bytes.remove_prefix(n);
    return n;
  };
}

class CsvReader::State {
 public:
  State(std::string name, ByteSource source, CsvLimits limits)
      : name_(std::move(name)), source_(std::move(source)), limits_(limits), buffer_(std::size_t{1} << 18U) {}

  Result<bool> next(CsvRecord& record) {
    if (failed_) return false;
    for (;;) {
      skip_blank_lines();
      record_line_ = line_;
      const Outcome outcome = parse();
      switch (outcome) {
        case Outcome::record:
          return finish(record);
        case Outcome::end:
          return false;
        case Outcome::malformed:
          return malformed();
        case Outcome::more:
          if (auto filled = refill(); !filled) return tl::unexpected(filled.error());
      }
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  enum class Outcome { record, end, more, malformed };
  struct Range {
    char* begin;
    char* end;
    bool escaped;
  };

  void skip_blank_lines() {
    skip_byte_order_mark();
    while (begin_ < end_ && (buffer_[begin_] == '\n' ||
                             (buffer_[begin_] == '\r' && begin_ + 1 < end_ && buffer_[begin_ + 1] == '\n'))) {
      begin_ += buffer_[begin_] == '\n' ? 1U : 2U;
      ++line_;
    }
  }

  void skip_byte_order_mark() {
    if (started_ || end_ - begin_ < 3) return;
    started_ = true;
    if (std::memcmp(buffer_.data() + begin_, "\xEF\xBB\xBF", 3) == 0) begin_ += 3;
  }

  /// Finds the fields of the record at begin_. Touches nothing but ranges_, cursor_ and the lines within.
  Outcome parse() {
    if (!at_end_of_source_ && end_ - begin_ < 3) return Outcome::more;
    if (begin_ == end_) return at_end_of_source_ ? Outcome::end : Outcome::more;
    ranges_.clear();
    lines_within_ = 0;
    cursor_ = buffer_.data() + begin_;
    line_start_ = cursor_;
    char* const stop = buffer_.data() + end_;
    for (;;) {
      const Outcome outcome = *cursor_ == '"' ? parse_quoted(stop) : parse_plain(stop);
      if (outcome != Outcome::record) return outcome;
      // cursor_ stands on the separator, on a line break, or at the end.
      if (cursor_ == stop) return at_end_of_source_ ? Outcome::record : Outcome::more;
      if (*cursor_ != ',') return Outcome::record;
      ++cursor_;
      if (ranges_.size() >= limits_.most_fields)
        return blame("csv.too_many_fields",
                     fmt::format("more than {} fields in a record", limits_.most_fields), cursor_);
      if (cursor_ == stop) {
        if (!at_end_of_source_) return Outcome::more;
        ranges_.push_back({cursor_, cursor_, false});
        return Outcome::record;
      }
    }
  }

  Outcome parse_plain(char* stop) {
    char* at = cursor_;
    while (at != stop && *at != ',' && *at != '\n' && *at != '"' && *at != '\r' && *at != '\0') ++at;
    if (at != stop) {
      if (*at == '"')
        return blame(
            "csv.stray_quote",
            "a quote inside a field that does not begin with one; quote the whole field and double the quote",
            at);
      if (*at == '\0') return blame("csv.nul", "a NUL byte: this is not a text file", at);
      if (*at == '\r') {
        if (at + 1 == stop && !at_end_of_source_) return Outcome::more;
        if (at + 1 == stop || at[1] != '\n')
          return blame("csv.stray_carriage_return", "a carriage return without a line feed", at);
      }
    }
    ranges_.push_back({cursor_, at, false});
    cursor_ = at;
    return Outcome::record;
  }

  Outcome parse_quoted(char* stop) {
    char* const open = cursor_;
    const std::size_t open_lines = lines_within_;
    char* const open_line_start = line_start_;
    bool escaped = false;
    for (char* at = open + 1;; ++at) {
      at = find_quote(at, stop);
      if (at == stop) {
        if (!at_end_of_source_) return Outcome::more;
        lines_within_ = open_lines;
        line_start_ = open_line_start;
        unclosed_ = true;
        return blame("csv.unclosed_quote", "this quote is never closed", open);
      }
      if (at + 1 == stop && !at_end_of_source_) return Outcome::more;
      if (at + 1 != stop && at[1] == '"') {
        escaped = true;
        ++at;
        continue;
      }
      ranges_.push_back({open + 1, at, escaped});
      cursor_ = at + 1;
      return after_quoted(stop);
    }
  }

  char* find_quote(char* at, char* stop) {
    for (; at != stop && *at != '"'; ++at)
      if (*at == '\n') {
        ++lines_within_;
        line_start_ = at + 1;
      }
    return at;
  }

  Outcome after_quoted(char* stop) {
    if (cursor_ == stop || *cursor_ == ',' || *cursor_ == '\n') return Outcome::record;
    if (*cursor_ == '\r') {
      if (cursor_ + 1 == stop) return at_end_of_source_ ? Outcome::record : Outcome::more;
      if (cursor_[1] == '\n') return Outcome::record;
    }
    return blame("csv.text_after_quote",
                 "text after a closing quote; a quote inside a quoted field is written twice", cursor_);
  }

  Outcome blame(std::string code, std::string detail, const char* at) {
    error_ = {ErrorKind::bad_data, std::move(code), std::move(detail),
              Place{name_, line_ + lines_within_, static_cast<std::size_t>(at - line_start_) + 1, {}}};
    cursor_ =
        const_cast<char*>(at);  // NOLINT(cppcoreguidelines-pro-type-const-cast): points into our own buffer
    return Outcome::malformed;
  }

  Result<bool> malformed() {
    failed_ = unclosed_ || error_.code == "csv.too_many_fields";
    if (failed_) return tl::unexpected(error_);
    // Go on behind the line on which it went wrong.
    line_ += lines_within_;
    begin_ = static_cast<std::size_t>(cursor_ - buffer_.data());
    for (;;) {
      const auto* found = static_cast<const char*>(std::memchr(buffer_.data() + begin_, '\n', end_ - begin_));
      if (found != nullptr) {
        begin_ = static_cast<std::size_t>(found - buffer_.data()) + 1;
        ++line_;
        return tl::unexpected(error_);
      }
      begin_ = end_;
      if (at_end_of_source_) return tl::unexpected(error_);
      const Error blamed = error_;
      if (auto filled = refill(); !filled) return tl::unexpected(filled.error());
      error_ = blamed;
    }
  }

  Result<bool> finish(CsvRecord& record) {
    fields_.clear();
    for (Range& range : ranges_) fields_.push_back(range.escaped ? unescape(range) : view(range));
    record = {record_line_, fields_};
    line_ += lines_within_;
    char* const stop = buffer_.data() + end_;
    if (cursor_ != stop && *cursor_ == '\r') ++cursor_;
    if (cursor_ != stop && *cursor_ == '\n') {
      ++cursor_;
      ++line_;
    }
    begin_ = static_cast<std::size_t>(cursor_ - buffer_.data());
    return true;
  }

  static std::string_view view(const Range& range) {
    return {range.begin, static_cast<std::size_t>(range.end - range.begin)};
  }

  /// Halves doubled quotes in place.
  static std::string_view unescape(const Range& range) {
    char* to = range.begin;
    for (const char* from = range.begin; from != range.end; ++from) {
      *to++ = *from;
      if (*from == '"') ++from;
    }
    return {range.begin, static_cast<std::size_t>(to - range.begin)};
  }

  Result<bool> refill() {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == buffer_.size()) {
      if (end_ >= limits_.longest_record) return too_long();
      buffer_.resize(std::min(buffer_.size() * 2, limits_.longest_record));
    }
    const auto got = source_({buffer_.data() + end_, buffer_.size() - end_});
    if (!got) {
      failed_ = true;
      return tl::unexpected(got.error());
    }
    end_ += *got;
    at_end_of_source_ = *got == 0;
    return true;
  }

  Result<bool> too_long() {
    failed_ = true;
    return fail(ErrorKind::bad_data, "csv.record_too_long",
                fmt::format("a record of more than {} bytes; is a quote left open?", limits_.longest_record),
                Place{name_, line_, 1, {}});
  }

  std::string name_;
  ByteSource source_;
  CsvLimits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_of_source_ = false;
  bool started_ = false;
  bool failed_ = false;
  bool unclosed_ = false;
  std::size_t line_ = 1;
  std::size_t record_line_ = 1;
  std::size_t lines_within_ = 0;
  char* cursor_ = nullptr;
  char* line_start_ = nullptr;
  Error error_;
  std::vector<Range> ranges_;
  std::vector<std::string_view> fields_;
};

CsvReader::CsvReader(std::string name, ByteSource source, CsvLimits limits)
    : state_(std::make_unique<State>(std::move(name), std::move(source), limits)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

Result<bool> CsvReader::next(CsvRecord& record) {
  return state_->next(record);
}
const std::string& CsvReader::name() const {
  return state_->name();
}

void append_csv_field(std::string& line, std::string_view field) {
  const bool plain = field.find_first_of(",\"\r\n") == std::string_view::npos;
  if (plain) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace securebase::wire
