#pragma once
// A design taken apart into cells; for the sources of this room only.

#include <memory>
#include <span>

#include "stats/mixed_cells.hpp"
#include "stats/mixed_model.hpp"

namespace securebase::stats {

class SparseSystem;

struct MixedData {
  MixedShape shape;
  CovarianceLayout layout;
  MixedScale scale;
  MixedTotals totals;
  std::vector<Cell> cells;
  std::vector<PureResidual> pure;              ///< one for each residual group
  std::shared_ptr<const SparseSystem> sparse;  ///< instead of cells, where clusters are too large for them

  [[nodiscard]] Eigen::Index width() const { return totals.sums.size(); }
};

/// Rows by cluster: those of cluster i stand from begin[i] to begin[i + 1].
struct Clusters {
  std::vector<std::size_t> rows;
  std::vector<std::size_t> begin;

  [[nodiscard]] std::size_t size() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const std::size_t> of(std::size_t i) const {
    return std::span(rows).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

/// Rows that share a level of any term's factor, or a series; in the order of their first rows.
[[nodiscard]] Clusters clusters_of(const MixedDesign& design);

/// Whether every cluster is small enough for cells.
[[nodiscard]] bool works_densely(const MixedDesign& design);

/// Which cell each cluster falls into, numbered as they come.
[[nodiscard]] std::vector<std::size_t> cells_of_clusters(const MixedDesign& design, const Clusters& clusters);

/// The checked design in cells, in units of `scale`. Error "lmm.too_large" (kind usage): a cluster with
/// correlated residuals that is beyond what is computed densely.
[[nodiscard]] Result<MixedData> reduce(const MixedDesign& design, MixedScale scale);

/// The last checks, on sums. Errors lmm.no_rows, lmm.one_level, lmm.constant_response, lmm.collinear,
/// lmm.no_residual_variance.
[[nodiscard]] Result<MixedModel> checked_model(MixedData data);

/// One cluster as it is, without reduction, in scaled units and weighted. Rows are put in an order that
/// depends on what they hold: by group, series, position, random columns, then the rest.
struct WholeCluster {
  std::vector<std::size_t> rows;  ///< of the MixedDesign
  ClusterDesign design;
  std::vector<std::uint32_t> levels;  ///< of each block, within its term's grouping
  Eigen::MatrixXd w;                  ///< T x (p + 1)
};
[[nodiscard]] WholeCluster whole_cluster(const MixedDesign& design, const MixedScale& scale,
                                         std::span<const std::size_t> rows);

/// Nothing where V is not positive definite at theta.
[[nodiscard]] std::optional<CoreValue> evaluate(const MixedData& data, const Eigen::VectorXd& theta,
                                                Order order);
/// The same by so many threads; their number does not change a bit.
[[nodiscard]] std::optional<CoreValue> evaluate_on(const MixedData& data, const Eigen::VectorXd& theta,
                                                   Order order, unsigned threads);

}  // namespace securebase::stats
