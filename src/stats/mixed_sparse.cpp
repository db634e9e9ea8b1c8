#include "stats/mixed_sparse.hpp"

#include <Eigen/SparseCholesky>
#include <array>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Sparse = Eigen::SparseMatrix<double>;
using Factor = Eigen::SimplicialLLT<Sparse>;

Sparse identity_of(Index n) {
  Sparse one(n, n);
  one.setIdentity();
  return one;
}

VectorXd flat(const CoreValue& core) {
  VectorXd v(1 + core.m.size());
  v << core.log_det, core.m.reshaped();
  return v;
}

// f at theta + a e_i + b e_j, flattened; nothing where it is not defined.
template <class Evaluate>
class Differences {
 public:
  Differences(const Evaluate& evaluate, const VectorXd& theta, CoreValue& into)
      : evaluate_(evaluate),
        theta_(theta),
        into_(into),
        here_(flat(into)),
        alone_(plain_index(theta.size())) {}

  bool first(Order order) {
    for (Index i = 0; i < theta_.size(); ++i) {
      auto& f = alone_[plain_index(i)];
      const double places[] = {-2, -1, 1, 2};
      for (std::size_t k = 0; k < 4; ++k)
        if (!at(i, places[k], i, 0, f[k])) return false;
      put(into_.log_det_first[i], into_.m_first[plain_index(i)],
          (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step));
      if (order == Order::second)
        put_pair(i, i, (-f[0] + 16 * f[1] - 30 * here_ + 16 * f[2] - f[3]) / (12 * step * step));
    }
    return true;
  }

  // Mixed derivatives from two distances, extrapolated to fourth order.
  bool second() {
    for (Index i = 0; i < theta_.size(); ++i)
      for (Index j = 0; j < i; ++j) {
        VectorXd narrow;
        VectorXd wide;
        if (!mixed(i, j, 1, narrow) || !mixed(i, j, 2, wide)) return false;
        put_pair(i, j, (4 * narrow - wide) / 3);
      }
    return true;
  }

 private:
  static constexpr double step = 2e-3;

  bool at(Index i, double a, Index j, double b, VectorXd& f) const {
    VectorXd theta = theta_;
    theta[i] += a * step;
    theta[j] += b * step;
    const auto core = evaluate_(theta);
    if (core) f = flat(*core);
    return core.has_value();
  }

  // (f(k, k) + f(-k, -k) - f(k, 0) - f(-k, 0) - f(0, k) - f(0, -k) + 2 f(0, 0)) / (2 k^2), k steps each.
  bool mixed(Index i, Index j, int k, VectorXd& result) const {
    VectorXd up;
    VectorXd down;
    if (!at(i, k, j, k, up) || !at(i, -k, j, -k, down)) return false;
    result = up + down + 2 * here_;
    for (const Index one : {i, j}) {
      const auto& f = alone_[plain_index(one)];
      if (k == 1)
        result -= f[1] + f[2];
      else
        result -= f[0] + f[3];
    }
    result /= 2 * k * k * step * step;
    return true;
  }

  static void put(double& log_det, MatrixXd& m, const VectorXd& f) {
    log_det = f[0];
    m = f.tail(m.size()).reshaped(m.rows(), m.cols());
  }
  void put_pair(Index i, Index j, const VectorXd& f) {
    const auto pair = plain_index(i * (i + 1) / 2 + j);
    put(into_.log_det_second[pair], into_.m_second[pair], f);
  }

  const Evaluate& evaluate_;
  const VectorXd& theta_;
  CoreValue& into_;
  VectorXd here_;
  std::vector<std::array<VectorXd, 4>> alone_;  // at -2, -1, 1, 2 steps of each parameter
};

}  // namespace

struct SparseSystem::Weighted {
  double log_det = 0;
  Sparse zz;
  MatrixXd zw;
  MatrixXd ww;
};

SparseSystem::SparseSystem(const MixedDesign& design, const MixedScale& scale, const MixedShape& shape) {
  begin_.push_back(0);
  for (const RandomTerm& term : design.terms) {
    std::vector<Index> number;
    Index levels = 0;
    for (const std::uint32_t level : design.groupings[term.grouping].level) {
      if (level >= number.size()) number.resize(std::size_t{level} + 1, -1);
      if (number[level] < 0) number[level] = levels++;
    }
    number_.push_back(std::move(number));
    columns_.push_back(eigen_index(term.columns.cols()));
    begin_.push_back(begin_.back() + levels * columns_.back());
  }
  const Index width = eigen_index(design.fixed.cols() + 1);
  for (std::size_t g = 0; g < shape.groups(); ++g) {
    std::vector<Eigen::Triplet<double>> entries;
    std::vector<Eigen::RowVectorXd> rows;
    for (std::size_t i = 0; i < design.rows(); ++i) {
      if (!design.residual.group.empty() && design.residual.group[i] != g) continue;
      const double factor = design.weights.empty() ? 1 : std::sqrt(design.weights[i]);
      const Index row = eigen_index(rows.size());
      rows.emplace_back(width);
      scaled_row(design, scale, i, factor, rows.back());
      for (std::size_t t = 0; t < design.terms.size(); ++t)
        for (std::size_t j = 0; j < design.terms[t].columns.cols(); ++j)
          entries.emplace_back(row, place(t, design.groupings[design.terms[t].grouping].level[i], j),
                               factor * design.terms[t].columns(i, j) / scale.random[t][j]);
    }
    MatrixXd w(eigen_index(rows.size()), width);
    for (Index i = 0; i < w.rows(); ++i) w.row(i) = rows[plain_index(i)];
    Sparse z(w.rows(), begin_.back());
    if (z.rows() > 0) z.setFromTriplets(entries.begin(), entries.end());
    groups_.push_back(
        {static_cast<double>(w.rows()), z.transpose() * z, z.transpose() * w, w.transpose() * w});
  }
}

Index SparseSystem::place(std::size_t term, std::uint32_t level, std::size_t column) const {
  return begin_[term] + number_[term][level] * columns_[term] + eigen_index(column);
}

SparseSystem::Weighted SparseSystem::weighted(const CovarianceLayout& layout, const VectorXd& theta) const {
  Weighted sum{0, groups_[0].zz, groups_[0].zw, groups_[0].ww};
  for (std::size_t g = 1; g < groups_.size(); ++g) {
    const double delta = layout.delta_value(theta, g);
    const double weight = std::exp(-2 * delta);
    sum.log_det += 2 * delta * groups_[g].rows;
    sum.zz += weight * groups_[g].zz;
    sum.zw += weight * groups_[g].zw;
    sum.ww += weight * groups_[g].ww;
  }
  return sum;
}

Sparse SparseSystem::lambda(const CovarianceLayout& layout, const VectorXd& theta) const {
  const auto factors = layout.factors(theta);
  std::vector<Eigen::Triplet<double>> entries;
  for (std::size_t t = 0; t < factors.size(); ++t)
    for (Index first = begin_[t]; first < begin_[t + 1]; first += columns_[t])
      for (Index j = 0; j < columns_[t]; ++j)
        for (Index i = j; i < columns_[t]; ++i) entries.emplace_back(first + i, first + j, factors[t](i, j));
  Sparse result(begin_.back(), begin_.back());
  result.setFromTriplets(entries.begin(), entries.end());
  return result;
}

std::optional<CoreValue> SparseSystem::value_at(const CovarianceLayout& layout, const VectorXd& theta) const {
  const Weighted sum = weighted(layout, theta);
  const Sparse l = lambda(layout, theta);
  const Sparse b = Sparse(l.transpose() * sum.zz * l) + identity_of(begin_.back());
  const Factor factor(b);
  if (factor.info() != Eigen::Success) return std::nullopt;
  const MatrixXd right = l.transpose() * sum.zw;
  CoreValue core(sum.ww.rows(), 0, Order::value);
  const Sparse lower = factor.matrixL();
  core.log_det = sum.log_det + 2 * VectorXd(lower.diagonal()).array().log().sum();
  core.m = sum.ww - right.transpose() * MatrixXd(factor.solve(right));
  return core;
}

std::optional<CoreValue> SparseSystem::evaluate(const CovarianceLayout& layout, const VectorXd& theta,
                                                Order order) const {
  auto here = value_at(layout, theta);
  if (!here || order == Order::value) return here;
  CoreValue core(here->m.rows(), theta.size(), order);
  core.log_det = here->log_det;
  core.m = here->m;
  const auto f = [&](const VectorXd& at) { return value_at(layout, at); };
  Differences differences(f, theta, core);
  if (!differences.first(order)) return std::nullopt;
  if (order == Order::second && !differences.second()) return std::nullopt;
  return core;
}

VectorXd SparseSystem::modes(const CovarianceLayout& layout, const VectorXd& theta,
                             const VectorXd& scaled_beta) const {
  const Weighted sum = weighted(layout, theta);
  const Sparse l = lambda(layout, theta);
  const Sparse b = Sparse(l.transpose() * sum.zz * l) + identity_of(begin_.back());
  const Factor factor(b);
  VectorXd q(scaled_beta.size() + 1);
  q << -scaled_beta, 1;
  const VectorXd right = l.transpose() * (sum.zw * q);
  return l * VectorXd(factor.solve(right));
}

}  // namespace securebase::stats
