#pragma once
// Where bytes come from: a file, standard input or memory. gzip is unpacked on the way.

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace securebase::wire {

/// Returns how many bytes were put into `buffer`; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

/// A file, or standard input for "-"; gzip (RFC 1952, also several members one behind the other) is
/// recognised by its first bytes and unpacked. Bytes behind it that are not gzip are an error: they would be
/// lost. `read_bytes`, if given, is kept at the number of bytes read from the file, for progress.
[[nodiscard]] Result<ByteSource> open_file(const std::string& path, std::size_t* read_bytes = nullptr);
[[nodiscard]] ByteSource from_memory(std::string_view bytes);

}  // namespace securebase::wire
