#pragma once
// A CSV file as a table of data: only the columns that are wanted are kept.

#include <functional>
#include <span>

#include "models/table.hpp"
#include "wire/byte_source.hpp"
#include "wire/csv.hpp"

namespace securebase::wire {

/// Reads all rows. A field that is empty or NA is missing; blanks around a field do not count. `at`, if
/// given, is told how many rows have been read, now and then. Errors: those of the CSV reader;
/// "models.column" (a wanted column is not in the header), "table.column_twice" (it is there twice),
/// "table.fields" (a row of another length than the header), "models.not_a_number", "table.not_finite"
/// (NaN, infinity or beyond what a number can hold), "table.no_rows", "table.too_long" (2^32 rows).
[[nodiscard]] Result<models::Table> read_table(CsvReader& reader,
                                               std::span<const models::WantedColumn> wanted,
                                               const std::function<void(std::size_t)>& at = {});

}  // namespace securebase::wire
