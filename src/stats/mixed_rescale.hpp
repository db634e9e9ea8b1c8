#pragma once
// Between a summary and the sums of this room; for the sources of this room only.

#include "stats/mixed_data.hpp"
#include "stats/mixed_summary.hpp"

namespace securebase::stats {

/// C of a cell, whether it keeps C or rows.
[[nodiscard]] Eigen::MatrixXd second_moments(const Cell& cell, Eigen::Index width);

/// Origins at means and units by SDs: unlike the middle of a range they do not show one client's value.
[[nodiscard]] MixedScale shareable_scale(const MixedDesign& design);

/// The same sums in other units: [X y] becomes [X y] K.
[[nodiscard]] MixedSummary rescaled(const MixedSummary& summary, const MixedScale& scale);

/// Lengths, indices and numbers that a summary may have. Error lmm.summary_invalid.
[[nodiscard]] Result<void> check_summary(const MixedSummary& summary);

}  // namespace securebase::stats
