#include "base/printable.hpp"

#include "base/character.hpp"

namespace securebase {

std::string printable(std::string_view bytes, std::size_t most) {
  std::string text;
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    if (text.size() + next.length > most) return text + "...";
    if (next.valid && !next.control)
      text += bytes.substr(0, next.length);
    else
      text += '?';
    bytes.remove_prefix(next.length);
  }
  return text;
}

bool is_plain_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    const bool layout = bytes.front() == '\n' || bytes.front() == '\t';
    if (!next.valid || (next.control && !layout)) return false;
    bytes.remove_prefix(next.length);
  }
  return true;
}

}  // namespace securebase
