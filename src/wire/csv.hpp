#pragma once
// Comma-separated values (RFC 4180), read as a stream: memory does not grow with the file. Understands quoted
// fields with line breaks and doubled quotes, CR LF, LF, a UTF-8 byte-order mark, and gzip.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace securebase::wire {

/// Where bytes come from. Returns how many were put into `buffer`; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

/// A file, or standard input for "-"; gzip is recognised by its first bytes and unpacked. `read_bytes`, if
/// given, is kept at the number of bytes read from the file, for progress.
[[nodiscard]] Result<ByteSource> open_file(const std::string& path, std::size_t* read_bytes = nullptr);
[[nodiscard]] ByteSource from_memory(std::string_view bytes);

struct CsvLimits {
  std::size_t longest_record = std::size_t{16} << 20U;  ///< bytes
  std::size_t most_fields = 100'000;
};

/// One record. The fields are valid until the next is read.
struct CsvRecord {
  std::size_t line = 0;  ///< on which the record begins, from 1
  std::span<const std::string_view> fields;
};

class CsvReader {
 public:
  CsvReader(std::string name, ByteSource source, CsvLimits limits = {});
  ~CsvReader();
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;

  /// The next record; false at the end. A malformed record (a quote inside an unquoted field, text after a
  /// closing quote, a NUL byte) is an error at its line and column; the next call goes on behind it. An error
  /// of the source, an unclosed quote, and a record over the limits end the reading.
  [[nodiscard]] Result<bool> next(CsvRecord& record);

  [[nodiscard]] const std::string& name() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// Quotes a field where RFC 4180 asks for it.
void append_csv_field(std::string& line, std::string_view field);

}  // namespace securebase::wire
