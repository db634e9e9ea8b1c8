#pragma once
// The likelihood where clusters are too large for dense work: crossed factors, clients in a few sites. For
// the sources of this room only.
//
// With all random effects in one vector, Z the sparse design, Lambda = diag of the L_t and D the residual
// variances by group (relative), the penalised form of Bates, Maechler, Bolker & Walker 2015 (J. Stat. Softw.
// 67(1), eq. 12-41):
//   B = Lambda' Z' D^-1 Z Lambda + I,   ln|V| = ln|B| + ln|D|,
//   M = W' D^-1 W - (Lambda' Z' D^-1 W)' B^-1 (Lambda' Z' D^-1 W)
// by sparse Cholesky. Derivatives are central differences of fourth order: theta is short.

#include <Eigen/SparseCore>

#include "stats/mixed_cells.hpp"

namespace securebase::stats {

class SparseSystem {
 public:
  /// Uncorrelated residuals.
  SparseSystem(const MixedDesign& design, const MixedScale& scale, const MixedShape& shape);

  [[nodiscard]] std::optional<CoreValue> evaluate(const CovarianceLayout& layout,
                                                  const Eigen::VectorXd& theta, Order order) const;

  /// The conditional means of all random effects, in scaled units of their columns and of the response:
  /// Lambda B^-1 Lambda' Z' D^-1 (y - X beta).
  [[nodiscard]] Eigen::VectorXd modes(const CovarianceLayout& layout, const Eigen::VectorXd& theta,
                                      const Eigen::VectorXd& scaled_beta) const;

  /// Where in modes() column j of a level of term t stands.
  [[nodiscard]] Eigen::Index place(std::size_t term, std::uint32_t level, std::size_t column) const;

 private:
  struct Group {
    double rows = 0;
    Eigen::SparseMatrix<double> zz;
    Eigen::MatrixXd zw;
    Eigen::MatrixXd ww;
  };
  struct Weighted;  // the groups added up at one theta

  [[nodiscard]] Weighted weighted(const CovarianceLayout& layout, const Eigen::VectorXd& theta) const;
  [[nodiscard]] Eigen::SparseMatrix<double> lambda(const CovarianceLayout& layout,
                                                   const Eigen::VectorXd& theta) const;
  [[nodiscard]] std::optional<CoreValue> value_at(const CovarianceLayout& layout,
                                                  const Eigen::VectorXd& theta) const;

  std::vector<Eigen::Index> begin_;                // of each term's effects; the last is their number
  std::vector<Eigen::Index> columns_;              // of each term
  std::vector<std::vector<Eigen::Index>> number_;  // of each term's levels; -1 where a level has no rows
  std::vector<Group> groups_;
};

}  // namespace securebase::stats
