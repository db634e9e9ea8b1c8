#pragma once
// Databases as a whole: a copy of a SQLite file while it is in use, and rows from one engine to the other.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/database.hpp"

namespace securebase::store {

enum class IfExists { refuse, replace };

/// Copies the committed state of a SQLite file while others read and write. The copy is one file that only
/// its owner may read; it is there under its name only when SQLite has found it whole and it is on the disk.
/// Works while `connection` is in a transaction, and then without that transaction's changes. Errors:
/// "file.exists" (conflict), "database.corrupt" where the copy is not whole, and those of database.hpp.
[[nodiscard]] Result<bool> backup_sqlite(Connection& connection, const std::string& path,
                                         IfExists if_exists = IfExists::refuse);

/// Copies all rows of `tables` into equal tables of `to`, in one transaction there and from one state of
/// `from`; engines may differ. A table comes behind those it points to; a foreign key to its own table is
/// DEFERRABLE. Returns the number of rows. Errors: "copy.not_empty" (conflict) where a target table has rows,
/// "copy.columns" (conflict) where the two have other columns or a table is missing, and those of
/// database.hpp. After an error nothing has been copied.
[[nodiscard]] Result<std::int64_t> copy_database(Connection& from, Connection& to,
                                                 std::span<const std::string_view> tables);

}  // namespace securebase::store
