// CSV: any bytes give records and errors, the same ones however the bytes come, and what was read can be
// written and read again. The first two bytes choose the limits and the sizes of the chunks.

#include "wire/csv.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/printable.hpp"
#include "demand.hpp"

namespace {

using namespace securebase;

struct Outcome {
  std::vector<std::string> entries;  ///< records and errors as text, in order
  std::vector<std::vector<std::string>> records;
  bool wrong = false;

  void clear() {
    entries.clear();
    records.clear();
    wrong = false;
  }
};

/// Chunks of 1 to `most` bytes.
wire::ByteSource in_chunks(std::string_view bytes, std::size_t most) {
  return [bytes, most, size = std::size_t{0}](std::span<char> buffer) mutable -> Result<std::size_t> {
    size = size % most + 1;
    const std::size_t n = std::min({size, bytes.size(), buffer.size()});
    std::copy_n(bytes.begin(), n, buffer.begin());
    bytes.remove_prefix(n);
    return n;
  };
}

void read(wire::ByteSource source, wire::CsvLimits limits, std::size_t most_calls, Outcome& outcome) {
  outcome.clear();
  wire::CsvReader reader("input", std::move(source), limits);
  wire::CsvRecord record;
  std::size_t line = 0;
  for (std::size_t calls = 0;; ++calls) {
    DEMAND(calls <= most_calls);  // every record and every error takes at least one byte
    const auto more = reader.next(record);
    if (!more) {
      DEMAND(is_plain_text(to_text(more.error())));
      DEMAND(more.error().where.line >= 1 && more.error().where.column >= 1);
      outcome.entries.push_back(to_text(more.error()));
      outcome.wrong = true;
      continue;
    }
    if (!*more) break;
    DEMAND(record.line > line);
    line = record.line;
    DEMAND(!record.fields.empty() && record.fields.size() <= limits.most_fields);
    outcome.records.emplace_back(record.fields.begin(), record.fields.end());
    outcome.entries.push_back(std::to_string(line));
  }
  const auto again = reader.next(record);
  DEMAND(again && !*again);
}

void write_and_read_again(const Outcome& first, Outcome& second) {
  std::string text;
  for (const auto& record : first.records) {
    // One empty field would be a blank line, and semicolons in the header's only one would separate.
    const bool alone = record.size() == 1 && record[0].find_first_of(",\"\r\n") == std::string::npos;
    if (alone) text += '"' + record[0] + '"';
    for (std::size_t i = 0; i < record.size() && !alone; ++i) {
      if (i > 0) text += ',';
      wire::append_csv_field(text, record[i]);
    }
    text += '\n';
  }
  // A field may begin like a byte-order mark.
  const std::string marked = "\xEF\xBB\xBF" + text;
  read(wire::from_memory(marked), {marked.size(), 1000}, marked.size(), second);
  DEMAND(!second.wrong);
  DEMAND(second.records == first.records);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name libFuzzer looks for
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const wire::CsvLimits limits{data[0] < 128 ? std::size_t{4096} : data[0] - 127U,
                               data[1] < 128 ? std::size_t{1000} : (data[1] & 15U) + 1U};
  static Outcome whole;
  static Outcome chunked;
  read(wire::from_memory(bytes), limits, size + 2, whole);
  read(in_chunks(bytes, data[1] % 9U + 1U), limits, size + 2, chunked);
  DEMAND(whole.entries == chunked.entries);
  DEMAND(whole.records == chunked.records);
  write_and_read_again(whole, chunked);
  return 0;
}
