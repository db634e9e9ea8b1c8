#pragma once
// What both listeners say at the door: whether somebody is in, and how a session's token is kept by a browser
// and forgotten.

#include "http/router.hpp"

namespace securebase::http {

struct Health {
  std::string status = "ok";

  static constexpr auto fields() { return std::tuple(service::Field{"status", &Health::status}); }
};
[[nodiscard]] Result<Health> health(Visit& visit);

/// The token goes into the session's cookie, which no script can read and which the browser forgets when it
/// closes.
void keep_token(Visit& visit, const Private<std::string>& token);
/// Ends the session, if there is one, and has the cookie forgotten.
[[nodiscard]] Result<bool> end_session(Visit& visit);
/// What the session's changes must carry; empty without a session.
[[nodiscard]] Private<std::string> csrf_of(const Visit& visit);

}  // namespace securebase::http
