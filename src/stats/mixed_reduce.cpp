// From rows to cells.
#include <Eigen/QR>
#include <algorithm>
#include <bit>
#include <cmath>
#include <thread>
#include <unordered_map>

#include "stats/eigen_view.hpp"
#include "stats/mixed_data.hpp"
#include "stats/mixed_sparse.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Beyond these a cluster is not worked on densely.
constexpr std::size_t most_reduced_rows = 250;
constexpr std::size_t most_entries = 4'000'000;
constexpr std::size_t most_correlated_rows = 1500;

std::vector<double> signature(const ClusterDesign& c) {
  std::vector<double> s{static_cast<double>(c.rows), static_cast<double>(c.blocks.size())};
  s.insert(s.end(), c.group.begin(), c.group.end());
  s.insert(s.end(), c.series.begin(), c.series.end());
  s.insert(s.end(), c.position.begin(), c.position.end());
  for (const auto& block : c.blocks) {
    s.push_back(static_cast<double>(block.term));
    s.insert(s.end(), block.z.data(), block.z.data() + block.z.size());
  }
  return s;
}

struct SignatureHash {
  std::size_t operator()(const std::vector<double>& s) const {
    std::uint64_t h = 0x9E3779B97F4A7C15ULL;
    for (const double v : s) {
      h = (h ^ std::bit_cast<std::uint64_t>(v + 0.0)) * 0xFF51AFD7ED558CCDULL;  // -0 and 0 are equal
      h ^= h >> 32U;
    }
    return h;
  }
};

// Rows of one residual group in a cluster, next to each other.
struct GroupRows {
  Index first = 0;
  Index count = 0;
  std::uint32_t group = 0;
};

std::vector<GroupRows> group_rows(const ClusterDesign& cluster) {
  std::vector<GroupRows> groups;
  for (Index i = 0; i < cluster.rows; ++i) {
    const std::uint32_t g = cluster.group[plain_index(i)];
    if (groups.empty() || groups.back().group != g) groups.push_back({i, 0, g});
    ++groups.back().count;
  }
  return groups;
}

// Turns the rows of one group by Q, where that makes them fewer.
class Turn {
 public:
  Turn(const GroupRows& rows, const MatrixXd& z)
      : rows_(rows), kept_(std::min(rows.count, z.cols())), turned_(rows.count > z.cols()) {
    if (!turned_ || z.cols() == 0) return;
    qr_.compute(z.middleRows(rows.first, rows.count));
    sign_ = qr_.matrixQR().diagonal().unaryExpr([](double d) { return d < 0 ? -1.0 : 1.0; });
  }

  [[nodiscard]] Index kept() const { return kept_; }
  [[nodiscard]] std::uint32_t group() const { return rows_.group; }

  [[nodiscard]] MatrixXd design(const MatrixXd& z) const {
    if (!turned_) return z.middleRows(rows_.first, rows_.count);
    if (kept_ == 0) return MatrixXd(0, z.cols());
    const MatrixXd r = qr_.matrixQR().topRows(kept_).triangularView<Eigen::Upper>();
    return sign_.asDiagonal() * r;
  }

  // The kept rows; what is left joins the pure residual.
  [[nodiscard]] MatrixXd apply(const MatrixXd& w, PureResidual& pure) const {
    MatrixXd all = w.middleRows(rows_.first, rows_.count);
    if (!turned_) return all;
    if (kept_ > 0) {
      all.applyOnTheLeft(qr_.householderQ().adjoint());
      all.topRows(kept_) = sign_.asDiagonal() * all.topRows(kept_);
    }
    const auto rest = all.bottomRows(all.rows() - kept_);
    pure.products.noalias() += rest.transpose() * rest;
    pure.rows += static_cast<double>(rest.rows());
    return all.topRows(kept_);
  }

 private:
  GroupRows rows_;
  Index kept_;
  bool turned_;
  Eigen::HouseholderQR<MatrixXd> qr_;
  Eigen::VectorXd sign_;
};

MatrixXd all_columns(const ClusterDesign& cluster) {
  Index cols = 0;
  for (const auto& block : cluster.blocks) cols += block.z.cols();
  MatrixXd z(cluster.rows, cols);
  Index at = 0;
  for (const auto& block : cluster.blocks) {
    z.middleCols(at, block.z.cols()) = block.z;
    at += block.z.cols();
  }
  return z;
}

std::vector<Turn> turns_of(const ClusterDesign& cluster) {
  if (!cluster.series.empty()) return {};
  const MatrixXd z = all_columns(cluster);
  std::vector<Turn> turns;
  for (const GroupRows& rows : group_rows(cluster)) turns.emplace_back(rows, z);
  return turns;
}

ClusterDesign reduced(const ClusterDesign& cluster, const std::vector<Turn>& turns) {
  if (turns.empty()) return cluster;
  ClusterDesign result;
  for (const Turn& turn : turns) {
    result.rows += turn.kept();
    result.group.insert(result.group.end(), plain_index(turn.kept()), turn.group());
  }
  const MatrixXd z = all_columns(cluster);
  MatrixXd r(result.rows, z.cols());
  Index at = 0;
  for (const Turn& turn : turns) {
    r.middleRows(at, turn.kept()) = turn.design(z);
    at += turn.kept();
  }
  Index col = 0;
  for (const auto& block : cluster.blocks) {
    result.blocks.push_back({block.term, r.middleCols(col, block.z.cols())});
    col += block.z.cols();
  }
  return result;
}

// Sums of a part of the clusters are made one by one and then added, which keeps rounding small.
class CellBuilder {
 public:
  explicit CellBuilder(const ClusterDesign& whole) : turns_(turns_of(whole)) {
    cell_.design = reduced(whole, turns_);
  }

  void add(const MatrixXd& w, std::vector<PureResidual>& pure) {
    ++cell_.clusters;
    if (turns_.empty()) {
      waiting_.insert(waiting_.end(), w.data(), w.data() + w.size());
    } else {
      MatrixXd kept(cell_.design.rows, w.cols());
      Index at = 0;
      for (const Turn& turn : turns_) {
        kept.middleRows(at, turn.kept()) = turn.apply(w, pure[turn.group()]);
        at += turn.kept();
      }
      waiting_.insert(waiting_.end(), kept.data(), kept.data() + kept.size());
    }
    const Index entries = cell_.design.rows * w.cols();
    if (entries > 0 && eigen_index(waiting_.size()) >= entries * std::max<Index>(entries, 8)) sum(entries);
  }

  [[nodiscard]] Cell finish(Index width) {
    const Index entries = cell_.design.rows * width;
    if (cell_.summed) {
      sum(entries);
    } else {
      cell_.products =
          Eigen::Map<const MatrixXd>(waiting_.data(), cell_.design.rows,
                                     eigen_index(waiting_.size()) / std::max<Index>(cell_.design.rows, 1));
    }
    return std::move(cell_);
  }

 private:
  void sum(Index entries) {
    if (!cell_.summed) cell_.products = MatrixXd::Zero(entries, entries);
    cell_.summed = true;
    const Eigen::Map<const MatrixXd> f(waiting_.data(), entries, eigen_index(waiting_.size()) / entries);
    cell_.products.noalias() += f * f.transpose();
    waiting_.clear();
  }

  Cell cell_;
  std::vector<Turn> turns_;
  std::vector<double> waiting_;
};

class Reducer {
 public:
  Reducer(const MixedDesign& design, const MixedScale& scale, std::size_t groups)
      : design_(design), scale_(scale), width_(eigen_index(design.fixed.cols() + 1)) {
    pure_.assign(groups, {0, MatrixXd::Zero(width_, width_)});
    recent_ = pure_;
  }

  void add(std::span<const std::size_t> rows) {
    const WholeCluster cluster = whole_cluster(design_, scale_, rows);
    const auto [at, fresh] = known_.try_emplace(signature(cluster.design), cells_.size());
    if (fresh) cells_.emplace_back(cluster.design);
    cells_[at->second].add(cluster.w, recent_);
    if (++count_ % 256 == 0) settle();
  }

  void finish(MixedData& data) {
    settle();
    known_.clear();
    for (CellBuilder& builder : cells_) data.cells.push_back(builder.finish(width_));
    data.pure = std::move(pure_);
  }

 private:
  void settle() {
    for (std::size_t g = 0; g < pure_.size(); ++g) {
      pure_[g].rows += recent_[g].rows;
      pure_[g].products += recent_[g].products;
      recent_[g] = {0, MatrixXd::Zero(width_, width_)};
    }
  }

  const MixedDesign& design_;
  const MixedScale& scale_;
  Index width_;
  std::vector<PureResidual> pure_;
  std::vector<PureResidual> recent_;
  std::size_t count_ = 0;
  std::vector<CellBuilder> cells_;
  std::unordered_map<std::vector<double>, std::size_t, SignatureHash> known_;
};

enum class Size { dense, large };

Size size_of(const MixedDesign& design, std::span<const std::size_t> rows) {
  if (design.residual.correlation != ResidualCorrelation::none)
    return rows.size() > most_correlated_rows ? Size::large : Size::dense;
  std::size_t effects = 0;
  std::vector<std::uint32_t> levels(rows.size());
  for (const RandomTerm& term : design.terms) {
    std::transform(rows.begin(), rows.end(), levels.begin(),
                   [&](std::size_t r) { return design.groupings[term.grouping].level[r]; });
    std::sort(levels.begin(), levels.end());
    const auto distinct = std::unique(levels.begin(), levels.end()) - levels.begin();
    effects += static_cast<std::size_t>(distinct) * term.columns.cols();
  }
  const std::size_t groups = std::max<std::size_t>(design.residual.group_names.size(), 1);
  const bool many = std::min(rows.size(), groups * effects) > most_reduced_rows;
  return many || rows.size() * effects > most_entries ? Size::large : Size::dense;
}

MixedTotals totals_of(const MixedDesign& design, const MixedScale& scale, std::size_t groups) {
  const Index width = eigen_index(design.fixed.cols() + 1);
  MixedTotals totals;
  totals.rows = static_cast<double>(design.rows());
  totals.sums = Eigen::VectorXd::Zero(width);
  totals.products = MatrixXd::Zero(width, width);
  totals.group_rows.assign(groups, 0);
  for (const RandomTerm& t : design.terms)
    totals.random.push_back(MatrixXd::Zero(eigen_index(t.columns.cols()), eigen_index(t.columns.cols())));
  Eigen::RowVectorXd row(width);
  for (std::size_t i = 0; i < design.rows(); ++i) {
    scaled_row(design, scale, i, 1, row);
    totals.sums += row.transpose();
    totals.products.noalias() += row.transpose() * row;
    totals.group_rows[design.residual.group.empty() ? 0 : design.residual.group[i]] += 1;
    if (!design.weights.empty()) totals.log_weights += std::log(design.weights[i]);
    for (std::size_t t = 0; t < design.terms.size(); ++t) {
      Eigen::RowVectorXd z(totals.random[t].cols());
      for (Index j = 0; j < z.size(); ++j)
        z[j] = design.terms[t].columns(i, plain_index(j)) / scale.random[t][plain_index(j)];
      totals.random[t].noalias() += z.transpose() * z;
    }
  }
  return totals;
}

VarianceExpansion of_group(const CovarianceLayout& layout, const Eigen::VectorXd& theta, std::size_t group,
                           Order order) {
  ClusterDesign one;
  one.rows = 1;
  one.group = {static_cast<std::uint32_t>(group)};
  one.series = {0};
  return expand_variance(one, layout, theta, order);
}

}  // namespace

bool works_densely(const MixedDesign& design) {
  const Clusters clusters = clusters_of(design);
  for (std::size_t i = 0; i < clusters.size(); ++i)
    if (size_of(design, clusters.of(i)) == Size::large) return false;
  return true;
}

std::vector<std::size_t> cells_of_clusters(const MixedDesign& design, const Clusters& clusters) {
  const MixedScale scale = scale_of(design);
  std::unordered_map<std::vector<double>, std::size_t, SignatureHash> known;
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const WholeCluster cluster = whole_cluster(design, scale, clusters.of(i));
    cells.push_back(known.try_emplace(signature(cluster.design), known.size()).first->second);
  }
  return cells;
}

Result<MixedData> reduce(const MixedDesign& design, MixedScale scale) {
  const MixedShape shape = shape_of(design);
  MixedData data{shape, CovarianceLayout(shape), std::move(scale), {}, {}, {}, {}};
  data.totals = totals_of(design, data.scale, shape.groups());
  const Clusters clusters = clusters_of(design);
  data.totals.clusters = static_cast<double>(clusters.size());
  const bool large = !works_densely(design);
  if (large && shape.correlation != ResidualCorrelation::none)
    return fail(ErrorKind::usage, "lmm.too_large",
                "correlated residuals are supported in clusters of at most 1500 rows");
  if (large) {
    data.sparse = std::make_shared<SparseSystem>(design, data.scale, shape);
    return data;
  }
  Reducer reducer(design, data.scale, shape.groups());
  for (std::size_t i = 0; i < clusters.size(); ++i) reducer.add(clusters.of(i));
  reducer.finish(data);
  return data;
}

namespace {

/// Cells from one to another in their order; nothing where some V is not positive definite.
std::optional<CoreValue> sum_of_cells(const MixedData& data, const Eigen::VectorXd& theta, Order order,
                                      std::size_t begin, std::size_t end) {
  CoreValue core(data.width(), data.layout.size(), order);
  for (std::size_t c = begin; c < end; ++c) {
    const Cell& cell = data.cells[c];
    if (cell.design.rows == 0) continue;
    if (!add_cell(cell, expand_variance(cell.design, data.layout, theta, order), core)) return std::nullopt;
  }
  return core;
}

void add(CoreValue& to, const CoreValue& part) {
  to.log_det += part.log_det;
  to.m += part.m;
  if (part.log_det_first.size() > 0) to.log_det_first += part.log_det_first;
  for (std::size_t i = 0; i < part.m_first.size(); ++i) to.m_first[i] += part.m_first[i];
  for (std::size_t i = 0; i < part.m_second.size(); ++i) {
    to.log_det_second[i] += part.log_det_second[i];
    to.m_second[i] += part.m_second[i];
  }
}

/// Many cells in pieces whose number depends on the cells alone, added in their order: how many threads share
/// them does not change a bit.
std::optional<CoreValue> sum_in_pieces(const MixedData& data, const Eigen::VectorXd& theta, Order order,
                                       unsigned threads) {
  constexpr std::size_t pieces = 64;
  std::vector<std::optional<CoreValue>> parts(pieces);
  const auto every = [&](std::size_t first) {
    for (std::size_t i = first; i < pieces; i += threads)
      parts[i] = sum_of_cells(data, theta, order, data.cells.size() * i / pieces,
                              data.cells.size() * (i + 1) / pieces);
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(every, t);
  every(0);
  for (std::thread& other : others) other.join();
  for (std::size_t i = 0; i < pieces; ++i) {
    if (!parts[i]) return std::nullopt;
    if (i > 0) add(*parts[0], *parts[i]);
  }
  return std::move(parts[0]);
}

}  // namespace

std::optional<CoreValue> evaluate(const MixedData& data, const Eigen::VectorXd& theta, Order order) {
  return evaluate_on(data, theta, order, std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
}

std::optional<CoreValue> evaluate_on(const MixedData& data, const Eigen::VectorXd& theta, Order order,
                                     unsigned threads) {
  constexpr std::size_t many_cells = 2048;
  if (!theta.allFinite()) return std::nullopt;
  if (data.sparse) return data.sparse->evaluate(data.layout, theta, order);
  auto core = data.cells.size() < many_cells ? sum_of_cells(data, theta, order, 0, data.cells.size())
                                             : sum_in_pieces(data, theta, order, threads);
  if (!core) return std::nullopt;
  for (std::size_t g = 0; g < data.pure.size(); ++g)
    if (data.pure[g].rows > 0) add_pure(data.pure[g], of_group(data.layout, theta, g, order), *core);
  return core;
}

}  // namespace securebase::stats
