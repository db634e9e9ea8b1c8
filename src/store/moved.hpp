#pragma once
// A record that was copied elsewhere and is used there: the old one says so, in its settings, and is not
// opened again by mistake.

#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"
#include "store/practice_data.hpp"

namespace securebase::store {

/// Error "practice.moved" (conflict): the record says that it was copied elsewhere.
[[nodiscard]] Result<bool> check_not_moved(Connection& record, const std::string& folder);
/// Where to and when, in words; nothing where it was not moved.
[[nodiscard]] Result<std::optional<std::string>> where_moved(Connection& record);

/// All rows into another, empty database; the record they come from is marked as moved. The number of rows.
/// Errors: "practice.in_use", "practice.moved", those of copy_database.
[[nodiscard]] Result<std::int64_t> move_record(const PracticePlace& from, const PracticePlace& to,
                                               Instant now);
/// Takes the mark away. False: there was none.
[[nodiscard]] Result<bool> reopen_record(const PracticePlace& place);

}  // namespace securebase::store
