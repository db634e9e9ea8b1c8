#pragma once
// Internal to the use cases of meetings: what a meeting's page is made of.

#include "service/session.hpp"

namespace securebase::service {

[[nodiscard]] Result<SessionPage> gather_session(Transaction& transaction, const Practice& practice,
                                                 const Actor& actor, const TherapySession& session);

}  // namespace securebase::service
