#pragma once
// Internal to base: one character of UTF-8 (RFC 3629).

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace securebase {

struct Character {
  std::size_t length = 1;  ///< bytes
  bool control = false;    ///< C0, DEL, C1, for the direction of text, or a separator of lines
  bool valid = false;
  std::uint32_t code = 0;
};

/// Of bytes that are not empty; what begins no character is one byte that is not valid.
[[nodiscard]] Character first_character(std::string_view bytes);

}  // namespace securebase
