#pragma once
// What stands on every result about an infant or from an Adult Attachment Interview.

#include <string_view>

#include "base/finding.hpp"
#include "catalog/coding.hpp"

namespace securebase::coding {

/// The same words as on screens.
inline constexpr std::string_view not_for_custody_text = catalog::guard_words;

/// "coding.not_for_custody": the same, with why.
[[nodiscard]] Finding not_for_custody();

}  // namespace securebase::coding
