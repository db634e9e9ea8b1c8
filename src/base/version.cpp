#include "base/version.hpp"

namespace securebase {

std::string_view engine_version() {
  return SECUREBASE_VERSION;
}

}  // namespace securebase
