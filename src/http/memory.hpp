#pragma once
// A conversation without sockets, threads and clock: for fuzzing and for tests of what is said.

#include <span>
#include <string>

#include "http/server.hpp"

namespace securebase::http {

/// What the first listener of `options` answers to a client at 127.0.0.1 whose bytes come in these pieces and
/// who then closes its half. Handlers run in the calling thread. Throws invalid_argument on options that are
/// at fault.
[[nodiscard]] std::string converse(const ServerOptions& options, std::span<const std::string> pieces);

}  // namespace securebase::http
