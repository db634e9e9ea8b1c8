#include "base/private.hpp"

#include <cstring>

namespace securebase {

void clear_memory(void* bytes, std::size_t count) noexcept {
  if (count > 0) explicit_bzero(bytes, count);
}

}  // namespace securebase
