// Which rows belong together, and one cluster's design and values.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/eigen_view.hpp"
#include "stats/mixed_data.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Sets that are joined (Tarjan 1975, J. ACM 22, 215), the smaller number being the root.
class Union {
 public:
  explicit Union(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

std::vector<bool> factors_in_use(const MixedDesign& design) {
  std::vector<bool> used(design.groupings.size());
  for (const RandomTerm& term : design.terms) used[term.grouping] = true;
  if (design.residual.correlation != ResidualCorrelation::none) used[design.residual.within] = true;
  return used;
}

void join_levels(const Grouping& grouping, Union& rows) {
  const auto largest = *std::max_element(grouping.level.begin(), grouping.level.end());
  constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> first(std::size_t{largest} + 1, none);
  for (std::size_t i = 0; i < grouping.level.size(); ++i) {
    std::size_t& of_level = first[grouping.level[i]];
    if (of_level == none)
      of_level = i;
    else
      rows.join(of_level, i);
  }
}

// Three-way: -1, 0, 1.
int compare(double a, double b) {
  return static_cast<int>(a > b) - static_cast<int>(a < b);
}

class RowOrder {
 public:
  explicit RowOrder(const MixedDesign& design) : d_(design) {}

  bool operator()(std::size_t a, std::size_t b) const {
    if (const int c = by_design(a, b); c != 0) return c < 0;
    for (std::size_t j = 0; j < d_.fixed.cols(); ++j)
      if (const int c = compare(d_.fixed(a, j), d_.fixed(b, j)); c != 0) return c < 0;
    if (!d_.weights.empty() && d_.weights[a] != d_.weights[b]) return d_.weights[a] < d_.weights[b];
    return d_.response[a] < d_.response[b];
  }

 private:
  [[nodiscard]] int by_design(std::size_t a, std::size_t b) const {
    const auto& r = d_.residual;
    // Series stay together; without them groups do.
    if (r.correlation != ResidualCorrelation::none) {
      const auto& series = d_.groupings[r.within].level;
      if (series[a] != series[b]) return series[a] < series[b] ? -1 : 1;
      if (!r.position.empty())
        if (const int c = compare(r.position[a], r.position[b]); c != 0) return c;
    }
    if (!r.group.empty() && r.group[a] != r.group[b]) return r.group[a] < r.group[b] ? -1 : 1;
    for (const RandomTerm& t : d_.terms)
      for (std::size_t j = 0; j < t.columns.cols(); ++j)
        if (const int c = compare(t.columns(a, j), t.columns(b, j)); c != 0) return c;
    return 0;
  }

  const MixedDesign& d_;
};

double root_weight(const MixedDesign& design, std::size_t row) {
  return design.weights.empty() ? 1 : std::sqrt(design.weights[row]);
}

void add_residual(const MixedDesign& design, WholeCluster& cluster) {
  const auto& r = design.residual;
  double first = 0;
  for (std::size_t i = 0; i < cluster.rows.size(); ++i) {
    const std::size_t row = cluster.rows[i];
    cluster.design.group.push_back(r.group.empty() ? 0 : r.group[row]);
    if (r.correlation == ResidualCorrelation::none) continue;
    // Series are numbered as they come, and only distances matter: equal patterns then look equal.
    const auto& level = design.groupings[r.within].level;
    const bool opens = i == 0 || level[row] != level[cluster.rows[i - 1]];
    const std::uint32_t before = i == 0 ? 0 : cluster.design.series.back();
    cluster.design.series.push_back(i == 0 ? 0 : before + (opens ? 1 : 0));
    if (r.position.empty()) continue;
    if (opens) first = r.position[row];
    cluster.design.position.push_back(r.position[row] - first);
  }
}

void add_blocks(const MixedDesign& design, const MixedScale& scale, WholeCluster& cluster) {
  const Index rows = cluster.design.rows;
  for (std::size_t t = 0; t < design.terms.size(); ++t) {
    const RandomTerm& term = design.terms[t];
    const std::size_t begin = cluster.levels.size();
    for (Index i = 0; i < rows; ++i) {
      const std::size_t row = cluster.rows[plain_index(i)];
      const std::uint32_t level = design.groupings[term.grouping].level[row];
      std::size_t b = begin;
      while (b < cluster.levels.size() && cluster.levels[b] != level) ++b;
      if (b == cluster.levels.size()) {
        cluster.levels.push_back(level);
        cluster.design.blocks.push_back({t, MatrixXd::Zero(rows, eigen_index(term.columns.cols()))});
      }
      for (std::size_t j = 0; j < term.columns.cols(); ++j)
        cluster.design.blocks[b].z(i, eigen_index(j)) =
            root_weight(design, row) * term.columns(row, j) / scale.random[t][j];
    }
  }
}

}  // namespace

Clusters clusters_of(const MixedDesign& design) {
  const std::size_t n = design.rows();
  Union rows(n);
  const auto used = factors_in_use(design);
  for (std::size_t g = 0; g < used.size(); ++g)
    if (used[g]) join_levels(design.groupings[g], rows);
  std::vector<std::size_t> number(n);
  Clusters clusters{std::vector<std::size_t>(n), {0}};
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t root = rows.root(i);
    if (root == i) {
      number[i] = sizes.size();
      sizes.push_back(0);
    }
    number[i] = number[root];
    ++sizes[number[i]];
  }
  for (const std::size_t size : sizes) clusters.begin.push_back(clusters.begin.back() + size);
  std::vector<std::size_t> next(clusters.begin.begin(), clusters.begin.end() - 1);
  for (std::size_t i = 0; i < n; ++i) clusters.rows[next[number[i]]++] = i;
  return clusters;
}

WholeCluster whole_cluster(const MixedDesign& design, const MixedScale& scale,
                           std::span<const std::size_t> rows) {
  WholeCluster cluster;
  cluster.rows.assign(rows.begin(), rows.end());
  std::sort(cluster.rows.begin(), cluster.rows.end(), RowOrder(design));
  cluster.design.rows = eigen_index(rows.size());
  add_residual(design, cluster);
  add_blocks(design, scale, cluster);
  cluster.w.resize(eigen_index(rows.size()), eigen_index(design.fixed.cols() + 1));
  Eigen::RowVectorXd row(cluster.w.cols());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    scaled_row(design, scale, cluster.rows[i], root_weight(design, cluster.rows[i]), row);
    cluster.w.row(eigen_index(i)) = row;
  }
  return cluster;
}

}  // namespace securebase::stats
