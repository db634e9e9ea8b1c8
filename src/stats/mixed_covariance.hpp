#pragma once
// The covariance of one cluster, as a function of few parameters; for the sources of this room only.
//
//   V(theta) = sum_t sum_l Z_tl L_t L_t' Z_tl' + R(theta),   in units of the residual variance sigma^2
//   R_ij = exp(delta_g(i) + delta_g(j)) rho(|s_i - s_j|)      within a series, 0 between series
// theta = (entries of the lower triangular L_t, column by column; delta of residual groups 2, 3 ...; z).
// The sd of group g is sigma exp(delta_g), delta of the first is 0. z is the correlation phi or rho itself:
// on a free scale such as atanh the deviance is flat at the edges, and a search that oversteps stays there.
//

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "stats/mixed_design.hpp"
#include "stats/mixed_shape.hpp"

namespace securebase::stats {

[[nodiscard]] MixedShape shape_of(const MixedDesign& design);

/// Which entry of which L_t a parameter is.
struct FactorEntry {
  std::size_t term;
  Eigen::Index row;
  Eigen::Index col;
};

/// A power of z: value, first and second derivative by z.
struct Correlation {
  double value = 0;
  double first = 0;
  double second = 0;
};
[[nodiscard]] Correlation correlation_at(const MixedShape& shape, double z);

/// theta taken apart.
class CovarianceLayout {
 public:
  explicit CovarianceLayout(const MixedShape& shape);

  [[nodiscard]] Eigen::Index size() const { return size_; }
  [[nodiscard]] const std::vector<FactorEntry>& entries() const { return entries_; }
  [[nodiscard]] Eigen::Index delta(std::size_t group) const;  ///< index of delta_g, -1 for the first
  [[nodiscard]] std::optional<Eigen::Index> z() const { return z_; }
  [[nodiscard]] std::vector<Eigen::MatrixXd> factors(const Eigen::VectorXd& theta) const;
  [[nodiscard]] double delta_value(const Eigen::VectorXd& theta, std::size_t group) const;
  [[nodiscard]] Eigen::VectorXd start() const;
  [[nodiscard]] const MixedShape& shape() const { return shape_; }

 private:
  MixedShape shape_;
  std::vector<FactorEntry> entries_;
  std::size_t groups_ = 1;
  std::optional<Eigen::Index> z_;
  Eigen::Index size_ = 0;
};

/// What V depends on in one cluster (T rows, or fewer after reduction).
struct ClusterDesign {
  struct Block {
    std::size_t term;
    Eigen::MatrixXd z;  ///< T x q_t, of one level
  };
  Eigen::Index rows = 0;
  std::vector<Block> blocks;
  std::vector<std::uint32_t> group;   ///< T
  std::vector<std::uint32_t> series;  ///< T where residuals are correlated, otherwise empty
  std::vector<double> position;       ///< T for the autoregressive ones, otherwise empty
};

enum class Order { value, first, second };

/// V and its derivatives; an empty matrix is zero. second holds pairs (i, j <= i) at i (i + 1) / 2 + j.
struct VarianceExpansion {
  Eigen::MatrixXd value;
  std::vector<Eigen::MatrixXd> first;
  std::vector<Eigen::MatrixXd> second;
};
[[nodiscard]] VarianceExpansion expand_variance(const ClusterDesign& cluster, const CovarianceLayout& layout,
                                                const Eigen::VectorXd& theta, Order order);

/// Derivatives of V by what it is linear in: the entries (row >= col) of G_t = L_t L_t', term by term as in
/// entries(), then the variance of each residual group. For uncorrelated residuals.
[[nodiscard]] std::vector<Eigen::MatrixXd> linear_directions(const ClusterDesign& cluster,
                                                             const CovarianceLayout& layout);

}  // namespace securebase::stats
