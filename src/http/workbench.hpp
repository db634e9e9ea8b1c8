#pragma once
// The table of the workbench: every use case of those who work with the program, below /api/v1. It is
// additive: a path, a member or a word that is there stays there.

#include <span>
#include <string_view>

#include "http/router.hpp"

namespace securebase::http {

inline constexpr std::string_view workbench_cookie = "session";

[[nodiscard]] std::span<const Route> workbench_routes();
/// A Handler for the listener of the workbench. What `desk` names outlives it.
[[nodiscard]] Router workbench(const Desk& desk);

}  // namespace securebase::http
