#pragma once
// What both listeners say at the door: whether somebody is in, and how a session's token is kept by a browser
// and forgotten.

#include "http/router.hpp"

namespace securebase::http {

struct Health {
  std::string status = "ok";

  static constexpr auto fields(const auto& use) { return use(service::Field{"status", &Health::status}); }
};
[[nodiscard]] Result<Health> health(Visit& visit);

/// Whose attempts are counted together.
[[nodiscard]] std::string asked_from(const Visit& visit);

/// The token goes into the session's cookie, which no script can read and which the browser forgets when it
/// closes.
void keep_token(Visit& visit, const Private<std::string>& token);

/// What a user is told when a session begins, and when a page was loaded anew.
struct Welcome {
  Private<std::string> csrf;  ///< for X-CSRF-Token
  service::UserView user;
  bool demo = false;  ///< everybody in this practice is invented

  static constexpr auto fields(const auto& use) {
    return use(service::Field{"csrf", &Welcome::csrf}, service::Field{"user", &Welcome::user},
               service::Field{"demo", &Welcome::demo});
  }
};
/// A user's session begins: its token goes into the cookie.
[[nodiscard]] Result<Welcome> welcome(Visit& visit, service::SignedIn given);

/// Ends the session, if there is one, and has the cookie forgotten.
[[nodiscard]] Result<bool> end_session(Visit& visit);
/// What the session's changes must carry; empty without a session.
[[nodiscard]] Private<std::string> csrf_of(const Visit& visit);

}  // namespace securebase::http
