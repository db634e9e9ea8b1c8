#pragma once
// Comma-separated values (RFC 4180), read as a stream: memory does not grow with the file. Understands quoted
// fields with line breaks and doubled quotes, CR LF, LF, and a UTF-8 byte-order mark. Where the first record
// has no comma outside quotes, but semicolons or tabs, these separate the fields, as Excel writes them.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "wire/byte_source.hpp"

namespace securebase::wire {

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
  /// of the source, an unclosed quote, and a record over the limits end the reading; so does a workbook.
  [[nodiscard]] Result<bool> next(CsvRecord& record);
  /// Whether an error has ended the reading: nothing behind it is read.
  [[nodiscard]] bool ended() const;

  [[nodiscard]] const std::string& name() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// Quotes a field where RFC 4180 asks for it.
void append_csv_field(std::string& line, std::string_view field);

}  // namespace securebase::wire
