#pragma once
// A site's summary for mixed models as a file: sums, and nobody's rows.

#include <string>
#include <string_view>

#include "models/linear_mixed.hpp"

namespace securebase::wire {

/// "securebase.mixed_summary/1": the formula, levels of factors, where the numbers come from, and the sums.
/// Numbers read back as the same doubles; of a symmetric matrix the lower half is written. Ends in a line
/// feed.
[[nodiscard]] std::string mixed_summary_document(const models::SiteSummary& summary);

/// Reads it back, strictly. `name` is the file's. Errors, kind bad_data: "json.malformed", "json.field"
/// (a member that is not what it must be), "json.unknown_field", "mixed_summary.schema" (another document or
/// version), "mixed_summary.too_large" (64 MB). What the sums must be besides is checked where they are
/// merged.
[[nodiscard]] Result<models::SiteSummary> read_mixed_summary(std::string_view bytes, const std::string& name);

}  // namespace securebase::wire
