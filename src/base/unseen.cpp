#include "base/unseen.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/character.hpp"

namespace securebase {
namespace {

struct Range {
  std::uint32_t first, last;
};
// Default_Ignorable_Code_Point of Unicode 15, with interlinear marks, the byte-order mark and tags.
constexpr Range ignorable[] = {{0x00AD, 0x00AD},   {0x034F, 0x034F},  {0x115F, 0x1160}, {0x17B4, 0x17B5},
                               {0x180B, 0x180F},   {0x200B, 0x200D},  {0x2060, 0x206F}, {0x2800, 0x2800},
                               {0x3164, 0x3164},   {0xFDD0, 0xFDEF},  {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
                               {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},  {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3},
                               {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

bool is_ignorable(std::uint32_t code) {
  for (const Range& range : ignorable)
    if (code >= range.first && code <= range.last) return true;
  return (code & 0xFFFEU) == 0xFFFEU;  // the last two of each plane are no characters
}

/// Part of what stands before it.
bool belongs(std::uint32_t code, std::uint32_t before) {
  if (code == 0x200C || code == 0x200D)
    return (before >= 0x0600 && before <= 0x1CFF) || (code == 0x200D && before >= 0x2000);
  return (code == 0xFE0E || code == 0xFE0F) && before >= 0x2000;
}

}  // namespace

std::optional<std::string> unseen_sign(std::string_view text) {
  std::uint32_t before = 0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const Character one = first_character(text);
    if (!one.valid) return fmt::format("a byte that is not UTF-8, character {}", number);
    const bool layout = one.code == '\n' || one.code == '\t';
    if ((one.control && !layout) || (is_ignorable(one.code) && !belongs(one.code, before)))
      return fmt::format("U+{:04X}, character {}", one.code, number);
    before = one.code;
    text.remove_prefix(one.length);
  }
  return std::nullopt;
}

}  // namespace securebase
