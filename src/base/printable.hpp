#pragma once
// Text from outside made fit for a message: what a file holds may not be UTF-8, may steer a terminal, or may
// be megabytes long.

#include <cstddef>
#include <string>
#include <string_view>

namespace securebase {

/// The first `most` bytes at most, cut between characters, with "..." where something is left out. Control
/// characters (C0, DEL, C1, those for the direction of text, line separators) and bytes that are not UTF-8
/// are shown as "?", so the result is valid UTF-8 on one line.
[[nodiscard]] std::string printable(std::string_view bytes, std::size_t most = 60);

/// Whether all of it is well-formed UTF-8 (RFC 3629) without the same control characters, line feed and tab
/// excepted.
[[nodiscard]] bool is_plain_text(std::string_view bytes);

}  // namespace securebase
