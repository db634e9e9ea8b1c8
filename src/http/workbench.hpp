#pragma once
// The table of the workbench: every use case of those who work with the program, below /api/v1. It is
// additive: a path, a member or a word that is there stays there.

#include <span>
#include <string_view>

#include "http/router.hpp"

namespace securebase::http {

inline constexpr std::string_view workbench_cookie = "session";

[[nodiscard]] std::span<const Route> workbench_routes();
// Its parts, a source each: what a row makes of its use case is work for the compiler.
[[nodiscard]] std::span<const Route> practice_routes();  ///< signing in, users, settings, measures, mail
[[nodiscard]] std::span<const Route> people_routes();    ///< courses, people, sheets, reminders, risk answers
[[nodiscard]] std::span<const Route> attachment_routes();  ///< claims, map, episodes, observers' desk
[[nodiscard]] std::span<const Route>
therapy_routes();  ///< sessions, plan, alerts, safety, ending, supervision
/// A Handler for the listener of the workbench. What `desk` names outlives it.
[[nodiscard]] Router workbench(const Desk& desk);

}  // namespace securebase::http
