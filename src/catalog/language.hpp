#pragma once
// The language of a wording, as a tag of BCP 47 (RFC 5646): a language, and where needed a script, a region
// and variants ("en", "de-CH", "sr-Latn", "ca-ES-valencia").

#include <optional>
#include <string>
#include <string_view>

namespace securebase::catalog {

/// The tag as RFC 5646, 2.1.1, recommends to write it: "DE-ch" is "de-CH", "eng" is "en". Nothing where it is
/// ill-formed, or holds a language, script or region that is not known (those with an English name in CLDR,
/// and languages that ISO 639-3 sets apart within them), and for private use, extensions and "no language".
[[nodiscard]] std::optional<std::string> language_tag(std::string_view text);

/// What is valid, for an error's detail.
inline constexpr std::string_view valid_language =
    "a language as BCP 47 has it, such as en, de-CH or zh-Hant; case does not matter";

}  // namespace securebase::catalog
