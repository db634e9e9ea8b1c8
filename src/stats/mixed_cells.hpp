#pragma once
// What the likelihood of a mixed model needs of its data, and the sums it takes from it; for the sources of
// this room only.
//
// With w = p + 1 columns W = [X y], the likelihood depends on the data through ln|V| and M = W' V^-1 W alone.
// A cell holds the clusters that have the same V whatever theta is; of their W it needs only
//   C[(a,s),(b,t)] = sum over clusters W_sa W_tb,   (W_sa: column a in row s)
// so that M_ab = sum_st (V^-1)_st C[(a,s),(b,t)] costs the same for one client and for a million. A cell of
// few clusters keeps their rows instead, which takes less room.
//
// Uncorrelated residuals: the rows of one residual group in a cluster are turned by the Q of Z = Q R. The
// first rank rows have the design R; the others see no random effect and join their group's PureResidual.

#include <Eigen/Core>
#include <vector>

#include "stats/mixed_covariance.hpp"
#include "stats/mixed_scale.hpp"

namespace securebase::stats {

struct Cell {
  ClusterDesign design;
  double clusters = 0;
  bool summed = false;
  Eigen::MatrixXd products;  ///< summed: C, (w T)^2, index a T + s; otherwise the clusters' W side by side
};

/// Rows without random effects: independent, of variance sigma^2 exp(2 delta_g).
struct PureResidual {
  double rows = 0;
  Eigen::MatrixXd products;  ///< W'W
};

/// Not weighted, in scaled units: what descriptions need.
struct MixedTotals {
  double rows = 0;
  double clusters = 0;
  double log_weights = 0;
  Eigen::VectorXd sums;                 ///< of W
  Eigen::MatrixXd products;             ///< W'W
  std::vector<Eigen::MatrixXd> random;  ///< Z_t'Z_t of each term
  std::vector<double> group_rows;       ///< of each residual group
};

/// ln|V| and M with derivatives by theta; pairs as in VarianceExpansion.
struct CoreValue {
  double log_det = 0;
  Eigen::MatrixXd m;
  Eigen::VectorXd log_det_first;
  std::vector<Eigen::MatrixXd> m_first;
  std::vector<double> log_det_second;
  std::vector<Eigen::MatrixXd> m_second;

  CoreValue(Eigen::Index width, Eigen::Index parameters, Order order);
};

/// sum over the cell's clusters W' B W, B symmetric.
[[nodiscard]] Eigen::MatrixXd contract(const Cell& cell, const Eigen::MatrixXd& b, Eigen::Index width);

/// Adds a cell's part, V given by its expansion. False where V is not positive definite.
[[nodiscard]] bool add_cell(const Cell& cell, const VarianceExpansion& v, CoreValue& into);

/// Adds independent rows of one variance, an expansion of 1 x 1.
void add_pure(const PureResidual& pure, const VarianceExpansion& v, CoreValue& into);

}  // namespace securebase::stats
