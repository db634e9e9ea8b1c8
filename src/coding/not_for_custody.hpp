#pragma once
// What stands on every result about an infant or from an Adult Attachment Interview.

#include <string_view>

#include "base/finding.hpp"

namespace securebase::coding {

inline constexpr std::string_view not_for_custody_text =
    "Not for custody, not evidence of maltreatment, not a diagnosis.";

/// "coding.not_for_custody": the same, with why.
[[nodiscard]] Finding not_for_custody();

}  // namespace securebase::coding
