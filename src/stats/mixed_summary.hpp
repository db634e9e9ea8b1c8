#pragma once
// A mixed model's data as sums that hold no client's row: computed at several sites, added, fitted as one.
//
// Clusters with the same design form a cell (mixed_model.hpp), of which the sum of second moments of [X y]
// over its rows is kept, with how many clusters there were. Cells of fewer clusters than `smallest_cell` are
// withheld whole, their rows being left out everywhere; how many were is told. A fit from merged summaries is
// the fit of all rows that were not withheld, to rounding.
//
// What a summary still tells: designs (which visits, which random columns) that at least `smallest_cell`
// clusters share, and sums over them. It is not proof against somebody who knows all of a cell's clusters but
// one.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/mixed_model.hpp"
#include "stats/mixed_shape.hpp"

namespace securebase::stats {

inline constexpr int mixed_summary_version = 1;

/// Where numbers come from.
struct SummarySource {
  std::string site;
  std::string engine;  ///< version of the program that made it
  std::uint64_t rows = 0;
  std::uint64_t clusters = 0;
  std::uint64_t withheld_rows = 0;
  std::uint64_t withheld_clusters = 0;

  bool operator==(const SummarySource&) const = default;
};

/// Clusters of one design: T rows after reduction, w = p + 1 columns.
struct SummaryCell {
  struct Block {
    std::size_t term = 0;
    Matrix z;  ///< T x q_t
    bool operator==(const Block&) const = default;
  };
  std::size_t rows = 0;  ///< T
  std::vector<Block> blocks;
  std::vector<std::uint32_t> group;
  std::vector<std::uint32_t> series;
  std::vector<double> position;
  double clusters = 0;
  Matrix products;  ///< (w T)^2, entry (a T + s, b T + t) the sum of W_sa W_tb

  bool operator==(const SummaryCell&) const = default;
};

struct SummaryResidual {
  double rows = 0;
  Matrix products;  ///< w x w

  bool operator==(const SummaryResidual&) const = default;
};

struct MixedSummary {
  int version = mixed_summary_version;
  std::uint64_t smallest_cell = 0;  ///< the smallest of the sites'
  std::vector<SummarySource> sources;
  MixedShape shape;
  MixedScale scale;  ///< of every number below
  std::vector<SummaryCell> cells;
  std::vector<SummaryResidual> residual;  ///< of each residual group
  double rows = 0;
  double clusters = 0;
  double log_weights = 0;
  std::vector<double> sums;  ///< w
  Matrix products;           ///< w x w
  std::vector<Matrix> random;
  std::vector<double> group_rows;

  bool operator==(const MixedSummary&) const = default;

  /// Numbers it holds, a symmetric matrix counted by its half.
  [[nodiscard]] std::size_t numbers() const;
};

struct SummaryPlan {
  std::string site;
  std::uint64_t smallest_cell = 10;  ///< 5 at least
};

/// Errors: those of check(); lmm.smallest_cell (usage: below 5); lmm.too_large (usage: clusters that are not
/// worked on densely); lmm.nothing_to_share (bad_data: every cell is too small). One site need not have what
/// a fit needs, so a constant outcome, a single level or a collinear column is no error here.
[[nodiscard]] Result<MixedSummary> summarise_mixed(const MixedDesign& design, const SummaryPlan& plan);

/// The sums of all. Errors lmm.summary_version, lmm.summary_mismatch (the models differ; the detail says in
/// what), lmm.site_twice, lmm.no_rows (nothing to merge).
[[nodiscard]] Result<MixedSummary> merge(const std::vector<MixedSummary>& summaries);

/// Errors lmm.summary_invalid (a length, an index or a number that cannot be), lmm.collinear,
/// lmm.constant_response, lmm.no_residual_variance, lmm.no_rows.
[[nodiscard]] Result<MixedModel> make_mixed_model(const MixedSummary& summary);

}  // namespace securebase::stats
