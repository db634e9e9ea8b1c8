#pragma once
// The table of the portal, which has a listener and a cookie of its own: a person with a link to one sheet.
// No row of the workbench is in it.

#include <span>
#include <string_view>

#include "http/router.hpp"

namespace securebase::http {

inline constexpr std::string_view portal_cookie = "portal";

[[nodiscard]] std::span<const Route> portal_routes();
/// A Handler for the listener of the portal. What `desk` names outlives it.
[[nodiscard]] Router portal(const Desk& desk);

}  // namespace securebase::http
