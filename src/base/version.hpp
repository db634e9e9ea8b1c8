#pragma once
// Which engine computed a number.

#include <string_view>

namespace securebase {

/// The version of the engine, as in "0.1.0". Scores carry it beside the version of the definition.
[[nodiscard]] std::string_view engine_version();

}  // namespace securebase
