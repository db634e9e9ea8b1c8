#pragma once
// Whether a portal answers under its public name as it should: reached as a client's phone would reach it,
// but from this machine.

#include <string>

#include "base/result.hpp"

namespace securebase::http {

/// `url`: "https://practice.example" or with a port. True where the certificate is that of the name, and
/// /api/v1/health says ok and /api/v1/courses is not there: the workbench must not be reachable. Waits ten
/// seconds at most. Errors: "probe.url" (usage); "probe.name", "probe.connect", "probe.certificate",
/// "probe.answer", "probe.workbench" (io).
[[nodiscard]] Result<bool> probe_portal(const std::string& url);

}  // namespace securebase::http
