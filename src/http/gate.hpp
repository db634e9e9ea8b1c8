#pragma once
// Who asks, and whether someone of their kind and role may ask at all: before a body is read. Whether the
// record is theirs is checked again by the use case, in its own transaction.

#include <optional>
#include <string>

#include "http/message.hpp"
#include "service/passkey.hpp"

namespace securebase::http {

/// What every handler works with. All of it outlives it.
struct Desk {
  const service::Practice& practice;
  service::Attempts& attempts;
  service::Challenges& challenges;
};

using Token = std::optional<Private<std::string>>;

/// What the cookie holds.
[[nodiscard]] Token token_of(const Request& request, std::string_view cookie);

/// The actor behind the token, where one is needed: whoever asks for what anyone may is a stranger, signed in
/// or not. A method that is not safe must carry the session's own token in X-CSRF-Token. Errors as those of
/// service::check_role, "session.unknown", "session.locked" and "session.csrf".
[[nodiscard]] Result<service::Actor> admit(const Desk& desk, service::Permission permission,
                                           const Request& request, const Token& token);

}  // namespace securebase::http
