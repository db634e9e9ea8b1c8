#include "base/character.hpp"

namespace securebase {
namespace {

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// How many bytes the character that begins with `first` has by RFC 3629; 0 where none begins with it.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

/// Controls that show text in another order than it stands in (Unicode Bidi_Control), and separators that
/// end a line.
bool steers_layout(std::uint32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

Character first_character(std::string_view bytes) {
  const unsigned char first = byte_at(bytes, 0);
  const std::size_t length = length_of(first);
  if (length == 1) return {1, first < 0x20 || first == 0x7F, true, first};
  if (length == 0 || length > bytes.size()) return {};
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(bytes, i) & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (byte_at(bytes, i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {length, code < 0xA0 || steers_layout(code), true, code};
}

}  // namespace securebase
