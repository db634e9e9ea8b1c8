#pragma once
// Nested structural models compared by scaled chi-squares.

#include <optional>

#include "stats/structural_fit.hpp"

namespace securebase::stats {

/// For fits with robust errors: the likelihood ratio divided by its own scaling,
/// c = (df_n c_n - df_w c_w) / (df_n - df_w) (Satorra & Bentler 2001, Psychometrika 66, 507). A model without
/// df has no scaling and counts 0. Nothing where the nested one does not have more df, a scaling is missing,
/// or c is not above 0.
[[nodiscard]] std::optional<ModelComparison> compare_scaled(const StructuralFit& nested,
                                                            const StructuralFit& wider);

}  // namespace securebase::stats
