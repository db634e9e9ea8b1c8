#pragma once
// SQLite's result codes as errors of database.hpp. For sqlite.cpp and copy.cpp.

#include <string_view>

#include "base/result.hpp"

struct sqlite3;

namespace securebase::store {

/// `code` is an extended result code. Of `message` only names of constraints, tables and columns are taken.
[[nodiscard]] tl::unexpected<Error> sqlite_error(int code, std::string_view message = {}, int offset = -1);
/// The same for the last call on a connection.
[[nodiscard]] tl::unexpected<Error> last_sqlite_error(sqlite3* database);

/// Creates an empty file that only its owner may read, unless there is a file.
[[nodiscard]] Result<bool> create_private_file(const char* path);

}  // namespace securebase::store
