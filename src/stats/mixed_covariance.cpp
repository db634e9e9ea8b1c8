#include "stats/mixed_covariance.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

std::size_t longest_series(const MixedDesign& design) {
  if (design.residual.correlation == ResidualCorrelation::none) return 1;
  std::map<std::uint32_t, std::size_t> rows;
  std::size_t longest = 1;
  for (const std::uint32_t level : design.groupings[design.residual.within].level)
    longest = std::max(longest, ++rows[level]);
  return longest;
}

Index pair_index(Index i, Index j) {
  return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
}

// rho^d and its derivatives by z; compound symmetry is d = 1.
Correlation power(const Correlation& rho, double d) {
  if (d == 0) return {1, 0, 0};
  const double one_less = d == 1 ? 1 : std::pow(rho.value, d - 1);
  const double two_less = d == 1 ? 0 : d == 2 ? 1 : std::pow(rho.value, d - 2);
  const double first = d * one_less;
  return {one_less * rho.value, first * rho.first,
          d * (d - 1) * two_less * rho.first * rho.first + first * rho.second};
}

// Adds what the random effects give.
class RandomPart {
 public:
  RandomPart(const CovarianceLayout& layout, const VectorXd& theta, VarianceExpansion& into)
      : layout_(layout), factors_(layout.factors(theta)), into_(into) {}

  void add(const ClusterDesign::Block& block, Order order) {
    const MatrixXd zl = block.z * factors_[block.term];
    into_.value.noalias() += zl * zl.transpose();
    if (order == Order::value) return;
    const auto& entries = layout_.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].term != block.term) continue;
      add_pair(into_.first[i], block.z.col(entries[i].row), zl.col(entries[i].col));
      for (std::size_t j = 0; order == Order::second && j <= i; ++j)
        if (entries[j].term == block.term && entries[j].col == entries[i].col)
          add_pair(into_.second[plain_index(pair_index(eigen_index(i), eigen_index(j)))],
                   block.z.col(entries[i].row), block.z.col(entries[j].row));
    }
  }

 private:
  // a b' + b a'
  template <class A, class B>
  static void add_pair(MatrixXd& into, const A& a, const B& b) {
    if (into.size() == 0) into = MatrixXd::Zero(a.size(), a.size());
    into.noalias() += a * b.transpose();
    into.noalias() += b * a.transpose();
  }

  const CovarianceLayout& layout_;
  std::vector<MatrixXd> factors_;
  VarianceExpansion& into_;
};

// Adds the residual's part, entry by entry.
class ResidualPart {
 public:
  ResidualPart(const ClusterDesign& cluster, const CovarianceLayout& layout, const VectorXd& theta,
               VarianceExpansion& into)
      : cluster_(cluster), layout_(layout), into_(into) {
    for (std::size_t g = 0; g < layout.shape().groups(); ++g)
      sd_.push_back(std::exp(layout.delta_value(theta, g)));
    if (layout.z()) rho_ = correlation_at(layout.shape(), theta[*layout.z()]);
  }

  void add(Order order) {
    for (Index i = 0; i < cluster_.rows; ++i) {
      add(i, i, {1, 0, 0}, order);
      for (Index j = 0; layout_.z() && j < i; ++j)
        if (cluster_.series[plain_index(i)] == cluster_.series[plain_index(j)])
          add(i, j, power(rho_, distance(i, j)), order);
    }
  }

 private:
  [[nodiscard]] double distance(Index i, Index j) const {
    if (cluster_.position.empty()) return 1;
    return std::abs(cluster_.position[plain_index(i)] - cluster_.position[plain_index(j)]);
  }

  void add(Index i, Index j, const Correlation& rho, Order order) {
    const std::uint32_t gi = cluster_.group[plain_index(i)];
    const std::uint32_t gj = cluster_.group[plain_index(j)];
    const double scale = sd_[gi] * sd_[gj];
    put(into_.value, i, j, scale * rho.value);
    if (order == Order::value) return;
    // Derivatives by delta_a multiply by how often group a occurs in (g_i, g_j).
    const Index a = layout_.delta(gi);
    const Index b = layout_.delta(gj);
    const bool same = a == b;
    by_delta(a, same ? 2 : 1, i, j, scale, rho, order);
    if (!same) by_delta(b, 1, i, j, scale, rho, order);
    if (!same && a >= 0 && b >= 0 && order == Order::second)
      put(into_.second[plain_index(pair_index(a, b))], i, j, scale * rho.value);
    if (!layout_.z() || i == j) return;
    put(into_.first[plain_index(*layout_.z())], i, j, scale * rho.first);
    if (order == Order::second)
      put(into_.second[plain_index(pair_index(*layout_.z(), *layout_.z()))], i, j, scale * rho.second);
  }

  void by_delta(Index a, double times, Index i, Index j, double scale, const Correlation& rho, Order order) {
    if (a < 0) return;
    put(into_.first[plain_index(a)], i, j, times * scale * rho.value);
    if (order != Order::second) return;
    put(into_.second[plain_index(pair_index(a, a))], i, j, times * times * scale * rho.value);
    if (layout_.z() && i != j)
      put(into_.second[plain_index(pair_index(*layout_.z(), a))], i, j, times * scale * rho.first);
  }

  void put(MatrixXd& into, Index i, Index j, double value) const {
    if (into.size() == 0) into = MatrixXd::Zero(cluster_.rows, cluster_.rows);
    into(i, j) += value;
    if (i != j) into(j, i) += value;
  }

  const ClusterDesign& cluster_;
  const CovarianceLayout& layout_;
  VarianceExpansion& into_;
  std::vector<double> sd_;
  Correlation rho_;
};

}  // namespace

MixedShape shape_of(const MixedDesign& design) {
  MixedShape shape;
  shape.fixed_names = design.fixed_names;
  for (const RandomTerm& term : design.terms)
    shape.terms.push_back({design.groupings[term.grouping].name, term.names, term.shape});
  shape.correlation = design.residual.correlation;
  shape.residual_groups = design.residual.group_names;
  shape.longest_series = longest_series(design);
  return shape;
}

Correlation correlation_at(const MixedShape& shape, double z) {
  if (shape.correlation == ResidualCorrelation::none) return {};
  return {z, 1, 0};
}

CovarianceLayout::CovarianceLayout(const MixedShape& shape) : shape_(shape), groups_(shape.groups()) {
  for (std::size_t t = 0; t < shape.terms.size(); ++t) {
    const Index q = eigen_index(shape.terms[t].names.size());
    for (Index col = 0; col < q; ++col)
      for (Index row = col; row < (shape.terms[t].shape == CovarianceShape::diagonal ? col + 1 : q); ++row)
        entries_.push_back({t, row, col});
  }
  size_ = eigen_index(entries_.size() + groups_ - 1);
  if (shape.correlation != ResidualCorrelation::none) z_ = size_++;
}

Index CovarianceLayout::delta(std::size_t group) const {
  return group == 0 ? -1 : eigen_index(entries_.size() + group - 1);
}

double CovarianceLayout::delta_value(const VectorXd& theta, std::size_t group) const {
  return group == 0 ? 0 : theta[delta(group)];
}

std::vector<MatrixXd> CovarianceLayout::factors(const VectorXd& theta) const {
  std::vector<MatrixXd> factors;
  for (const auto& term : shape_.terms) {
    const Index q = eigen_index(term.names.size());
    factors.push_back(MatrixXd::Zero(q, q));
  }
  for (std::size_t i = 0; i < entries_.size(); ++i)
    factors[entries_[i].term](entries_[i].row, entries_[i].col) = theta[eigen_index(i)];
  return factors;
}

VectorXd CovarianceLayout::start() const {
  VectorXd theta = VectorXd::Zero(size_);
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].row == entries_[i].col) theta[eigen_index(i)] = 1;
  if (shape_.correlation == ResidualCorrelation::continuous_autoregressive) theta[*z_] = 0.5;
  return theta;
}

VarianceExpansion expand_variance(const ClusterDesign& cluster, const CovarianceLayout& layout,
                                  const VectorXd& theta, Order order) {
  VarianceExpansion v;
  v.value = MatrixXd::Zero(cluster.rows, cluster.rows);
  if (order != Order::value) v.first.resize(plain_index(layout.size()));
  if (order == Order::second) v.second.resize(plain_index(layout.size() * (layout.size() + 1) / 2));
  RandomPart random(layout, theta, v);
  for (const auto& block : cluster.blocks) random.add(block, order);
  ResidualPart(cluster, layout, theta, v).add(order);
  return v;
}

std::vector<MatrixXd> linear_directions(const ClusterDesign& cluster, const CovarianceLayout& layout) {
  const auto& entries = layout.entries();
  std::vector<MatrixXd> directions(entries.size() + layout.shape().groups(),
                                   MatrixXd::Zero(cluster.rows, cluster.rows));
  for (const auto& block : cluster.blocks)
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].term != block.term) continue;
      const auto a = block.z.col(entries[i].row);
      const auto b = block.z.col(entries[i].col);
      directions[i].noalias() += a * b.transpose();
      if (entries[i].row != entries[i].col) directions[i].noalias() += b * a.transpose();
    }
  for (Index i = 0; i < cluster.rows; ++i)
    directions[entries.size() + cluster.group[plain_index(i)]](i, i) += 1;
  return directions;
}

}  // namespace securebase::stats
