#pragma once
// Bootstrap of a structural fit: rows drawn with replacement within each group, the model fitted anew to
// each.

#include <span>
#include <string>
#include <vector>

#include "stats/bootstrap.hpp"
#include "stats/structural_fit.hpp"

namespace securebase::stats {

struct StructuralBootstrap {
  std::vector<std::string> names;     ///< parameters, then defined parameters
  std::vector<Bootstrap> replicates;  ///< of each; resamples whose fit did not converge count as undefined
};

/// `resamples[r][g]` are the rows of group g in resample r (draw_structural_resamples, or given). Threads do
/// not change the result. Errors: those of fit_structural on all rows; "bootstrap.too_few".
[[nodiscard]] Result<StructuralBootstrap> bootstrap_structural(
    std::span<const StructuralGroup> groups, const StructuralOptions& options,
    std::span<const std::vector<Resample>> resamples, unsigned threads = 1);

[[nodiscard]] std::vector<std::vector<Resample>> draw_structural_resamples(
    std::span<const StructuralGroup> groups, std::size_t replicates, const RandomKey& key);

}  // namespace securebase::stats
