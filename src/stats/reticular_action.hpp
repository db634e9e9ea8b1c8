#pragma once
// The moments a structural model implies, with first and second derivatives; for the sources of this room
// only. Reticular action form (McArdle & McDonald 1984, Brit. J. Math. Stat. Psychol. 37, 234), all variables
// observed first, F picks the observed:
//
//   B = (I - A)^-1     C = B S B'     Sigma = F C F'     c = B m     mu = F c
//
// Derivatives by a cell, b_i = B e_i:
//   A_ij   dC = b_i (C e_j)' + (C e_j) b_i'     dc = b_i c_j
//   S_ij   dC = b_i b_j' + b_j b_i' (i = j: b_i b_i')
//   m_i    dc = b_i

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "stats/moment_patterns.hpp"

namespace securebase::stats {

// NOLINTBEGIN(readability-identifier-naming): matrices are called as in the formula
enum class RamMatrix { A, S, m };

struct RamCell {
  RamMatrix matrix = RamMatrix::A;
  Eigen::Index i = 0;
  Eigen::Index j = 0;
  std::optional<Eigen::Index> parameter;
  double value = 0;  // where not a parameter
};

struct RamModel {
  Eigen::Index observed = 0;
  Eigen::Index all = 0;
  std::vector<RamCell> cells;
};

/// The model at one point.
struct RamPoint {
  Eigen::MatrixXd A, S, B, C;
  Eigen::VectorXd m, c;

  [[nodiscard]] Moments moments(Eigen::Index observed) const;
};
// NOLINTEND(readability-identifier-naming)

/// Nothing where I - A has no inverse.
[[nodiscard]] std::optional<RamPoint> ram_at(const RamModel& model, const Eigen::VectorXd& theta);

/// d (lower triangle of Sigma, mu) / d theta.
[[nodiscard]] Eigen::MatrixXd ram_jacobian(const RamModel& model, const RamPoint& at,
                                           Eigen::Index parameters);

/// tr(G d2Sigma) + g' d2mu by pairs of parameters.
[[nodiscard]] Eigen::MatrixXd ram_bend(const RamModel& model, const RamPoint& at, const MomentExpansion& e,
                                       Eigen::Index parameters);

}  // namespace securebase::stats
