#pragma once
// Signs in a text that a reader would not see, or that show it otherwise than it stands.

#include <optional>
#include <string>
#include <string_view>

namespace securebase {

/// The first of them and where it stands, for a message: "U+200B, character 7"; "a byte that is not UTF-8,
/// character 7". Nothing where all can be seen.
///
/// These are control characters but line feed and tab, those for the direction of text, line separators, all
/// that Unicode says to show as nothing (Default_Ignorable_Code_Point, DerivedCoreProperties.txt) or has as
/// no character, the blank of Braille. The joiners U+200C and U+200D are letters' own behind a letter of a
/// script that joins (U+0600 to U+1CFF), and so are variation selectors behind a symbol (from U+2000).
[[nodiscard]] std::optional<std::string> unseen_sign(std::string_view text);

}  // namespace securebase
