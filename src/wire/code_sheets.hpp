#pragma once
// Coded sheets from CSV: codes in time, one row an event; or ratings and judgements, one row a part of a
// clip.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "coding/sheet.hpp"
#include "wire/csv.hpp"

namespace securebase::wire {

/// What a file of ratings holds. A file of events needs nothing: its columns have fixed names.
struct SheetColumns {
  std::vector<std::string> scales;      ///< columns of numbers
  std::vector<std::string> judgements;  ///< columns of categories
};

/// Reads a file onto `sheets`, one sheet a clip and coder; those that are there already go on. Columns: coder
/// and clip, both needed; kind (independent, consensus or gold; without it independent). Of events, where
/// there is a column code:
///   code     empty: this coder coded the clip and saw nothing
///   start    seconds ("12.4"), or "1:02.5", "0:01:02"
///   end      the same; empty or absent: a moment
///   track, length (of the clip, in seconds)     may be absent
/// Otherwise the columns of `columns`, and `window`, which may be absent; an empty field is no rating. Blanks
/// around fields do not count. Errors (bad_data): those of the CSV reader, "sheets.column" (one that is
/// needed is missing; the detail names it), "sheets.fields", "sheets.time", "sheets.number", "sheets.kind",
/// "sheets.name" (no coder or clip), "sheets.no_rows"; each says file, line and column. What a sheet must be
/// besides is checked where it is used.
[[nodiscard]] Result<bool> read_code_sheets(CsvReader& reader, const SheetColumns& columns,
                                            std::vector<coding::CodedSheet>& sheets);

/// "12.4", "1:02.5", "0:01:02" as milliseconds, at most a day; nothing otherwise.
[[nodiscard]] std::optional<std::int64_t> parse_clip_time(std::string_view text);

}  // namespace securebase::wire
