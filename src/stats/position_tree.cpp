#include "stats/position_tree.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "stats/kalman_smoother.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

tl::unexpected<Error> refuse_tree(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

// ---- What is seen, sorted ------------------------------------------------------------------------------

auto order_key(const TreeObservation& o) {
  return std::tie(o.time, o.node, o.value[0], o.value[1], o.error[0], o.error[1], o.error_correlation);
}

bool is_tree(const PositionTree& tree) {
  if (tree.parent.empty() || tree.parent.size() != tree.level.size()) return false;
  for (std::size_t v = 0; v < tree.parent.size(); ++v)
    if (tree.parent[v] != no_parent && tree.parent[v] >= v) return false;
  return true;
}

bool is_seen(const TreeObservation& o) {
  const auto fine = [&](std::size_t k) {
    return !o.value[k] || (std::isfinite(*o.value[k]) && std::isfinite(o.error[k]) && o.error[k] > 0);
  };
  return std::isfinite(o.time) && (o.value[0] || o.value[1]) && fine(0) && fine(1) &&
         std::abs(o.error_correlation) < 1;
}

Result<std::vector<TreeObservation>> sorted_observations(const PositionTree& tree,
                                                         std::span<const TreeObservation> observations) {
  if (!is_tree(tree))
    return refuse_tree("position_tree.shape", "a node's parent stands before it, and every node has a level");
  std::vector<TreeObservation> sorted(observations.begin(), observations.end());
  for (const TreeObservation& o : sorted) {
    if (o.node >= tree.parent.size())
      return refuse_tree("position_tree.shape", "an observation is about a node of the tree");
    if (!is_seen(o))
      return refuse_tree("position_tree.value",
                         "times and values are finite, errors above 0, their correlation within -1 and 1");
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return order_key(a) < order_key(b); });
  return sorted;
}

// ---- The state -----------------------------------------------------------------------------------------

/// Where the parts of a tree lie in a state of one or two axes.
struct Layout {
  Index axes = 2;
  Index states = 0;
  std::vector<Index> level_at;                 ///< of each node's part
  std::vector<Index> deviation_at;             ///< -1: has none
  std::vector<std::vector<Index>> first_axis;  ///< of each node: the states that add up to its position

  Layout(const PositionTree& tree, const TreeLaws& laws, Index axes) : axes(axes) {
    const std::size_t n = tree.parent.size();
    level_at.reserve(n);
    deviation_at.reserve(n);
    first_axis.resize(n);
    for (std::size_t v = 0; v < n; ++v) {
      level_at.push_back(states);
      states += axes;
      const bool deviates = laws.levels[tree.level[v]].staying < 1;
      deviation_at.push_back(deviates ? states : -1);
      if (deviates) states += axes;
      if (tree.parent[v] != no_parent) first_axis[v] = first_axis[tree.parent[v]];
      first_axis[v].push_back(level_at[v]);
      if (deviates) first_axis[v].push_back(deviation_at[v]);
    }
  }
};

/// Values of one node on the axes of the filter.
struct AxisValue {
  std::size_t node = 0;
  std::array<bool, 2> there{false, false};
  Pair value{0, 0};
  Covariance2 noise;
};

struct AxisOccasions {
  std::vector<double> times;
  std::vector<std::vector<AxisValue>> seen;
};

/// Rows of an occasion, independent of each other: the second value of a pair without what the first tells.
kalman::Turned<double> turned_values(const Layout& layout, const std::vector<AxisValue>& values) {
  Index rows = 0;
  for (const AxisValue& value : values) rows += (value.there[0] ? 1 : 0) + (value.there[1] ? 1 : 0);
  kalman::Turned<double> turned;
  turned.series.assign(plain_index(rows), 0);
  turned.Z = MatrixXd::Zero(rows, layout.states);
  turned.y.resize(rows);
  turned.h.resize(rows);
  Index row = 0;
  for (const AxisValue& value : values) {
    const auto& places = layout.first_axis[value.node];
    if (value.there[0]) {
      for (const Index at : places) turned.Z(row, at) = 1;
      turned.y[row] = value.value[0];
      turned.h[row++] = value.noise.first;
    }
    if (!value.there[1]) continue;
    const double told = value.there[0] ? value.noise.cross / value.noise.first : 0;
    for (const Index at : places) {
      turned.Z(row, at + 1) = 1;
      if (told != 0) turned.Z(row, at) = -told;
    }
    turned.y[row] = value.value[1] - told * value.value[0];
    turned.h[row++] = value.noise.second - told * value.noise.cross;
  }
  return turned;
}

/// Adds variance x R, or variance on one axis, to the block of a part.
void add_block(MatrixXd& m, Index at, Index axes, double variance, double correlation) {
  m(at, at) += variance;
  if (axes == 1) return;
  m(at + 1, at + 1) += variance;
  m(at, at + 1) += variance * correlation;
  m(at + 1, at) += variance * correlation;
}

/// One filter: a tree on one axis or two.
class TreeFilter {
 public:
  TreeFilter(const PositionTree& tree, const TreeLaws& laws, Pair mean, Index axes,
             const AxisOccasions& occasions)
      : tree_(tree), laws_(laws), layout_(tree, laws, axes), times_(occasions.times) {
    belief_.a = VectorXd::Zero(layout_.states);
    belief_.P = MatrixXd::Zero(layout_.states, layout_.states);
    for (std::size_t v = 0; v < tree.parent.size(); ++v) {
      const PartLaw& law = law_of(v);
      if (tree.parent[v] == no_parent)
        for (Index k = 0; k < axes; ++k) belief_.a[layout_.level_at[v] + k] = mean[plain_index(k)];
      add_block(belief_.P, layout_.level_at[v], axes, law.staying * law.variance, laws.correlation);
      if (layout_.deviation_at[v] < 0) continue;
      deviates_ = true;
      add_block(belief_.P, layout_.deviation_at[v], axes, (1 - law.staying) * law.variance, laws.correlation);
    }
    turned_.reserve(occasions.seen.size());
    for (const auto& values : occasions.seen) turned_.push_back(turned_values(layout_, values));
  }

  template <class Recorder>
  [[nodiscard]] std::optional<double> filter(Recorder& recorder) const {
    return kalman::filter_occasions(
        belief_, times_.size(), [&](std::size_t t) -> const kalman::Turned<double>& { return turned_[t]; },
        [&](kalman::Belief<double>& belief, std::size_t t) { move_on(belief, t); }, recorder);
  }

  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] const std::vector<kalman::Turned<double>>& turned() const { return turned_; }
  [[nodiscard]] bool deviates() const { return deviates_; }

  /// The diagonal of the transition from t to t + 1.
  [[nodiscard]] VectorXd left_after(std::size_t t) const {
    VectorXd left = VectorXd::Ones(layout_.states);
    for (std::size_t v = 0; v < tree_.parent.size(); ++v)
      if (layout_.deviation_at[v] >= 0)
        left.segment(layout_.deviation_at[v], layout_.axes)
            .setConstant(std::pow(law_of(v).stability, times_[t + 1] - times_[t]));
    return left;
  }

 private:
  [[nodiscard]] const PartLaw& law_of(std::size_t v) const { return laws_.levels[tree_.level[v]]; }

  void move_on(kalman::Belief<double>& belief, std::size_t t) const {
    const double dt = times_[t + 1] - times_[t];
    if (deviates_) {
      const VectorXd left = left_after(t);
      belief.a.array() *= left.array();
      belief.P = (left.asDiagonal() * belief.P * left.asDiagonal()).eval();
    }
    for (std::size_t v = 0; v < tree_.parent.size(); ++v) {
      const PartLaw& law = law_of(v);
      if (law.drift > 0)
        add_block(belief.P, layout_.level_at[v], layout_.axes, law.drift * dt, laws_.correlation);
      if (layout_.deviation_at[v] < 0) continue;
      const double left = std::pow(law.stability, dt);
      add_block(belief.P, layout_.deviation_at[v], layout_.axes,
                (1 - law.staying) * law.variance * (1 - left * left), laws_.correlation);
    }
  }

  const PositionTree& tree_;
  const TreeLaws& laws_;
  Layout layout_;
  const std::vector<double>& times_;
  kalman::Belief<double> belief_;
  std::vector<kalman::Turned<double>> turned_;
  bool deviates_ = false;
};

// ---- Smoothing -----------------------------------------------------------------------------------------

/// What the backward pass needs of a filter.
struct Steps {
  struct Value {
    VectorXd K;  // NOLINT(readability-identifier-naming): as in the formula
    double v = 0;
    double F = 0;  // NOLINT(readability-identifier-naming): as in the formula
  };
  std::vector<VectorXd> mean;
  std::vector<MatrixXd> covariance;
  std::vector<std::vector<Value>> values;

  void before(const kalman::Belief<double>& belief) {
    mean.push_back(belief.a);
    covariance.push_back(belief.P);
    values.emplace_back();
  }
  void update(const kalman::Update<double>& u) { values.back().push_back({u.K, u.v, u.F}); }
  void after(const kalman::Belief<double>& /*belief*/) {}
};

/// Beliefs about every node on the axes of one filter; of a filter of one axis `mean[1]`, `cross` and
/// `second` are 0.
struct AxisRun {
  double log_likelihood = 0;
  std::vector<std::vector<Belief2>> nodes;
  std::vector<Belief2> change;
  std::vector<Belief2> parts;
};

/// C': column axes v + k adds up the states of node v on axis k.
MatrixXd node_columns(const Layout& layout) {
  MatrixXd columns = MatrixXd::Zero(layout.states, eigen_index(layout.first_axis.size()) * layout.axes);
  for (std::size_t v = 0; v < layout.first_axis.size(); ++v)
    for (const Index at : layout.first_axis[v])
      for (Index k = 0; k < layout.axes; ++k) columns(at + k, eigen_index(v) * layout.axes + k) = 1;
  return columns;
}

/// P C'
MatrixXd times_columns(const Layout& layout, const MatrixXd& P) {
  MatrixXd sum = MatrixXd::Zero(P.rows(), eigen_index(layout.first_axis.size()) * layout.axes);
  for (std::size_t v = 0; v < layout.first_axis.size(); ++v)
    for (const Index at : layout.first_axis[v])
      for (Index k = 0; k < layout.axes; ++k) sum.col(eigen_index(v) * layout.axes + k) += P.col(at + k);
  return sum;
}

class TreeSmoother {
 public:
  TreeSmoother(const TreeFilter& filter, const Steps& steps, const std::vector<std::size_t>& since)
      : filter_(filter), layout_(filter.layout()), steps_(steps), since_(since) {}

  AxisRun run() {
    const std::size_t n = steps_.mean.size();
    const std::size_t nodes = layout_.first_axis.size();
    result_.nodes.assign(nodes, std::vector<Belief2>(n));
    result_.change.resize(nodes);
    result_.parts.resize(nodes);
    later_ = kalman::nothing_later(layout_.states);
    MatrixXd back;  // then P times it is the covariance with the last occasion
    const bool wants_change = std::any_of(since_.begin(), since_.end(), [n](auto s) { return s + 1 < n; });
    for (std::size_t t = n; t-- > 0;) {
      const auto& values = steps_.values[t];
      for (std::size_t i = values.size(); i-- > 0;)
        kalman::back_over_value(later_, filter_.turned()[t].Z.row(eigen_index(i)).transpose(), values[i].K,
                                values[i].v, values[i].F, back.size() > 0 ? &back : nullptr);
      tell(t);
      if (t + 1 == n) {
        tell_parts(t);
        if (wants_change) back = node_columns(layout_) - told_;
      }
      tell_changes(t, back);
      if (t > 0) back_over_move(t - 1, back);
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] double sum_of(const VectorXd& x, std::size_t node, Index axis) const {
    double sum = 0;
    for (const Index at : layout_.first_axis[node]) sum += x[at + axis];
    return sum;
  }

  /// Smoothed: a + P r, P - P N P, for each node's sums.
  void tell(std::size_t t) {
    const Index axes = layout_.axes;
    spread_ = times_columns(layout_, steps_.covariance[t]);
    told_.noalias() = later_.N0 * spread_;
    const VectorXd state = steps_.mean[t] + steps_.covariance[t] * later_.r0;
    for (std::size_t v = 0; v < result_.nodes.size(); ++v) {
      const Index c = eigen_index(v) * axes;
      Belief2& belief = result_.nodes[v][t];
      belief.mean[0] = sum_of(state, v, 0);
      belief.covariance.first = sum_of(spread_.col(c), v, 0) - spread_.col(c).dot(told_.col(c));
      if (axes == 1) continue;
      belief.mean[1] = sum_of(state, v, 1);
      belief.covariance.cross = sum_of(spread_.col(c), v, 1) - spread_.col(c + 1).dot(told_.col(c));
      belief.covariance.second = sum_of(spread_.col(c + 1), v, 1) - spread_.col(c + 1).dot(told_.col(c + 1));
    }
  }

  /// Each node's own part, at the last occasion.
  void tell_parts(std::size_t t) {
    const MatrixXd& P = steps_.covariance[t];
    const VectorXd state = steps_.mean[t] + P * later_.r0;
    for (std::size_t v = 0; v < result_.parts.size(); ++v) {
      Belief2& part = result_.parts[v];
      std::array<VectorXd, 2> weights;
      for (Index k = 0; k < layout_.axes; ++k) {
        VectorXd& w = weights[plain_index(k)];
        w = VectorXd::Zero(layout_.states);
        w[layout_.level_at[v] + k] = 1;
        if (layout_.deviation_at[v] >= 0) w[layout_.deviation_at[v] + k] = 1;
        part.mean[plain_index(k)] = w.dot(state);
      }
      const auto between = [&](const VectorXd& a, const VectorXd& b) {
        const VectorXd pa = P * a;
        const VectorXd pb = P * b;
        return a.dot(pb) - pa.dot(later_.N0 * pb);
      };
      part.covariance.first = between(weights[0], weights[0]);
      if (layout_.axes == 1) continue;
      part.covariance.cross = between(weights[0], weights[1]);
      part.covariance.second = between(weights[1], weights[1]);
    }
  }

  /// now - then, for the nodes whose `since` is here.
  void tell_changes(std::size_t t, const MatrixXd& back) {
    const std::size_t last = steps_.mean.size() - 1;
    for (std::size_t v = 0; v < since_.size(); ++v) {
      if (since_[v] != t || t == last) continue;
      const Belief2& then = result_.nodes[v][t];
      const Belief2& now = result_.nodes[v][last];
      Belief2& change = result_.change[v];
      // cov(then on axis i, now on axis j)
      const auto lag = [&](Index i, Index j) {
        const Index c = eigen_index(v) * layout_.axes;
        return spread_.col(c + i).dot(back.col(c + j));
      };
      change.mean = {now.mean[0] - then.mean[0], now.mean[1] - then.mean[1]};
      change.covariance.first = then.covariance.first + now.covariance.first - 2 * lag(0, 0);
      if (layout_.axes == 1) continue;
      change.covariance.cross = then.covariance.cross + now.covariance.cross - lag(0, 1) - lag(1, 0);
      change.covariance.second = then.covariance.second + now.covariance.second - 2 * lag(1, 1);
    }
  }

  void back_over_move(std::size_t t, MatrixXd& back) {
    if (!filter_.deviates()) return;
    const VectorXd left = filter_.left_after(t);
    later_.r0.array() *= left.array();
    later_.N0 = (left.asDiagonal() * later_.N0 * left.asDiagonal()).eval();
    if (back.size() > 0) back = (left.asDiagonal() * back).eval();
  }

  const TreeFilter& filter_;
  const Layout& layout_;
  const Steps& steps_;
  const std::vector<std::size_t>& since_;
  kalman::Later later_;
  MatrixXd spread_;  // P C'
  MatrixXd told_;    // N P C'
  AxisRun result_;
};

// ---- Axes ----------------------------------------------------------------------------------------------

/// A takes (anxiety, avoidance) to axes on which R is the identity and the errors' covariance is diagonal.
struct Axes {
  std::array<Pair, 2> to{};    ///< A, row by row
  std::array<Pair, 2> from{};  ///< its inverse
  Pair noise{1, 1};            ///< diagonal of A E A'
  double log_determinant = 0;  ///< of A
};

Covariance2 error_of(const TreeObservation& o) {
  return {o.error[0] * o.error[0], o.error_correlation * o.error[0] * o.error[1], o.error[1] * o.error[1]};
}

/// Of how much larger an error is than another of the same form; nothing where the form differs.
std::optional<double> multiple_of(const Covariance2& error, const Covariance2& unit) {
  const double size = error.first / unit.first;
  const auto same = [&](double a, double b) {
    return std::abs(a - size * b) <= 1e-13 * size * std::abs(unit.second);
  };
  if (!same(error.cross, unit.cross) || !same(error.second, unit.second)) return std::nullopt;
  return size;
}

/// Nothing where the axes hang together.
std::optional<std::vector<double>> alike_but_for_size(const std::vector<TreeObservation>& sorted) {
  std::vector<double> sizes;
  sizes.reserve(sorted.size());
  for (const TreeObservation& o : sorted) {
    if (!o.value[0] || !o.value[1]) return std::nullopt;
    const auto size = multiple_of(error_of(o), error_of(sorted.front()));
    if (!size) return std::nullopt;
    sizes.push_back(*size);
  }
  return sizes;
}

/// With S the symmetric root of R^-1 and Q the eigenvectors of S E S: A = Q' S.
Axes axes_for(double correlation, const Covariance2& error) {
  const double plus = 1 / std::sqrt(1 + correlation);
  const double minus = 1 / std::sqrt(1 - correlation);
  const double same = (plus + minus) / 2;
  const double other = (plus - minus) / 2;
  const double ee = same * error.first + other * error.cross;
  const double ec = same * error.cross + other * error.second;
  const double ce = other * error.first + same * error.cross;
  const double cc = other * error.cross + same * error.second;
  const Covariance2 e{ee * same + ec * other, ee * other + ec * same, ce * other + cc * same};
  const double angle = std::atan2(2 * e.cross, e.first - e.second) / 2;
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  Axes axes;
  axes.to = {Pair{c * same + s * other, c * other + s * same},
             Pair{-s * same + c * other, -s * other + c * same}};
  const double det = axes.to[0][0] * axes.to[1][1] - axes.to[0][1] * axes.to[1][0];
  axes.from = {Pair{axes.to[1][1] / det, -axes.to[0][1] / det},
               Pair{-axes.to[1][0] / det, axes.to[0][0] / det}};
  axes.noise = {c * c * e.first + 2 * c * s * e.cross + s * s * e.second,
                s * s * e.first - 2 * c * s * e.cross + c * c * e.second};
  axes.log_determinant = std::log(std::abs(det));
  return axes;
}

double along(const Pair& row, double first, double second) {
  return row[0] * first + row[1] * second;
}

/// The belief on both axes, from one on each.
Belief2 joined(const Axes& axes, const Belief2& one, const Belief2& other) {
  const auto& b = axes.from;
  const double v = one.covariance.first;
  const double w = other.covariance.first;
  return {{b[0][0] * one.mean[0] + b[0][1] * other.mean[0], b[1][0] * one.mean[0] + b[1][1] * other.mean[0]},
          {b[0][0] * b[0][0] * v + b[0][1] * b[0][1] * w, b[0][0] * b[1][0] * v + b[0][1] * b[1][1] * w,
           b[1][0] * b[1][0] * v + b[1][1] * b[1][1] * w}};
}

std::vector<Belief2> joined(const Axes& axes, const std::vector<Belief2>& one,
                            const std::vector<Belief2>& other) {
  std::vector<Belief2> both;
  both.reserve(one.size());
  for (std::size_t i = 0; i < one.size(); ++i) both.push_back(joined(axes, one[i], other[i]));
  return both;
}

// ---- Putting it together -------------------------------------------------------------------------------

/// Occasions of the given times and, of each observation, what `value_of` makes of it.
template <class ValueOf>
AxisOccasions occasions_of(const std::vector<double>& times, const std::vector<TreeObservation>& sorted,
                           const ValueOf& value_of) {
  AxisOccasions result{times, std::vector<std::vector<AxisValue>>(times.size())};
  std::size_t t = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    while (times[t] < sorted[i].time) ++t;
    result.seen[t].push_back(value_of(i));
  }
  return result;
}

AxisOccasions both_axes(const std::vector<double>& times, const std::vector<TreeObservation>& sorted) {
  return occasions_of(times, sorted, [&](std::size_t i) {
    const TreeObservation& o = sorted[i];
    return AxisValue{o.node,
                     {o.value[0].has_value(), o.value[1].has_value()},
                     {o.value[0].value_or(0), o.value[1].value_or(0)},
                     error_of(o)};
  });
}

AxisOccasions one_axis(const std::vector<double>& times, const std::vector<TreeObservation>& sorted,
                       const std::vector<double>& sizes, const Axes& axes, std::size_t axis) {
  return occasions_of(times, sorted, [&](std::size_t i) {
    const TreeObservation& o = sorted[i];
    return AxisValue{o.node,
                     {true, false},
                     {along(axes.to[axis], *o.value[0], *o.value[1]), 0},
                     {sizes[i] * axes.noise[axis], 0, 0}};
  });
}

std::vector<double> times_of(const std::vector<TreeObservation>& sorted, std::vector<double> also) {
  also.reserve(also.size() + sorted.size());
  for (const TreeObservation& o : sorted) also.push_back(o.time);
  std::sort(also.begin(), also.end());
  also.erase(std::unique(also.begin(), also.end()), also.end());
  return also;
}

Result<std::vector<std::size_t>> since_of(const TreeRequest& request, const std::vector<double>& times,
                                          std::size_t nodes) {
  std::vector<std::size_t> since(nodes, 0);
  if (request.since.empty()) return since;
  const auto refusal = [] {
    return refuse_tree("position_tree.times", "a change is reckoned from one of the times, for each node");
  };
  if (request.since.size() != nodes) return refusal();
  for (std::size_t v = 0; v < nodes; ++v) {
    const auto at = std::lower_bound(times.begin(), times.end(), request.since[v]);
    if (at == times.end() || *at != request.since[v]) return refusal();
    since[v] = plain_index(at - times.begin());
  }
  return since;
}

std::optional<AxisRun> run_axes(const PositionTree& tree, const TreeLaws& laws, const Pair& mean, Index axes,
                                const AxisOccasions& occasions, const std::vector<std::size_t>& since) {
  const TreeFilter filter(tree, laws, mean, axes, occasions);
  Steps steps;
  const auto log_likelihood = filter.filter(steps);
  if (!log_likelihood) return std::nullopt;
  AxisRun run = TreeSmoother(filter, steps, since).run();
  run.log_likelihood = *log_likelihood;
  return run;
}

/// How the axes are chosen for observations; sizes empty: both at once.
struct Plan {
  std::vector<double> sizes;
  Axes axes;
};

Plan plan_for(const std::vector<TreeObservation>& sorted, double correlation) {
  Plan plan;
  if (sorted.empty()) return plan;
  if (auto sizes = alike_but_for_size(sorted)) {
    plan.sizes = std::move(*sizes);
    plan.axes = axes_for(correlation, error_of(sorted.front()));
  }
  return plan;
}

std::optional<AxisRun> run_joined(const PositionTree& tree, const TreeLaws& laws,
                                  const std::vector<double>& times,
                                  const std::vector<TreeObservation>& sorted, const Plan& plan,
                                  const std::vector<std::size_t>& since) {
  std::array<AxisRun, 2> runs;
  for (std::size_t k = 0; k < 2; ++k) {
    const Pair mean{along(plan.axes.to[k], laws.mean[0], laws.mean[1]), 0};
    auto run = run_axes(tree, laws, mean, 1, one_axis(times, sorted, plan.sizes, plan.axes, k), since);
    if (!run) return std::nullopt;
    runs[k] = std::move(*run);
  }
  AxisRun both;
  both.log_likelihood = runs[0].log_likelihood + runs[1].log_likelihood +
                        static_cast<double>(sorted.size()) * plan.axes.log_determinant;
  both.nodes.reserve(runs[0].nodes.size());
  for (std::size_t v = 0; v < runs[0].nodes.size(); ++v)
    both.nodes.push_back(joined(plan.axes, runs[0].nodes[v], runs[1].nodes[v]));
  both.change = joined(plan.axes, runs[0].change, runs[1].change);
  both.parts = joined(plan.axes, runs[0].parts, runs[1].parts);
  return both;
}

bool has_law_for_every_level(const PositionTree& tree, const TreeLaws& laws) {
  return std::all_of(tree.level.begin(), tree.level.end(),
                     [&](std::size_t level) { return level < laws.levels.size(); });
}

bool is_law(const PartLaw& law) {
  return std::isfinite(law.variance) && law.variance >= 0 && std::isfinite(law.drift) && law.drift >= 0 &&
         law.staying >= 0 && law.staying <= 1 && law.stability >= 0 && law.stability < 1;
}

}  // namespace

bool are_laws(const TreeLaws& laws) {
  return std::abs(laws.correlation) < 1 && std::isfinite(laws.mean[0]) && std::isfinite(laws.mean[1]) &&
         std::all_of(laws.levels.begin(), laws.levels.end(), is_law);
}

Result<TreeRun> run_position_tree(const PositionTree& tree, const TreeLaws& laws,
                                  std::span<const TreeObservation> observations, const TreeRequest& request) {
  const auto sorted = sorted_observations(tree, observations);
  if (!sorted) return tl::unexpected(sorted.error());
  if (!has_law_for_every_level(tree, laws))
    return refuse_tree("position_tree.shape", "every level of the tree has a law");
  if (!are_laws(laws))
    return refuse_tree("position_tree.laws",
                       "variances and drifts are at least 0, shares 0 to 1, stabilities 0 to below 1, the "
                       "correlation within -1 and 1");
  TreeRun run;
  run.times = times_of(*sorted, request.also_at);
  const bool finite =
      std::all_of(run.times.begin(), run.times.end(), [](double t) { return std::isfinite(t); });
  if (run.times.empty() || !finite)
    return refuse_tree("position_tree.times", "there is at least one time, and all are finite");
  const auto since = since_of(request, run.times, tree.parent.size());
  if (!since) return tl::unexpected(since.error());
  const Plan plan = plan_for(*sorted, laws.correlation);
  auto done = plan.sizes.empty() ? run_axes(tree, laws, laws.mean, 2, both_axes(run.times, *sorted), *since)
                                 : run_joined(tree, laws, run.times, *sorted, plan, *since);
  if (!done || !std::isfinite(done->log_likelihood))
    return refuse_tree("position_tree.value", "times and values lie too far apart to be reckoned with");
  run.log_likelihood = done->log_likelihood;
  for (const TreeObservation& o : *sorted)
    run.values += (o.value[0] ? std::size_t{1} : 0) + (o.value[1] ? std::size_t{1} : 0);
  run.nodes = std::move(done->nodes);
  run.change = std::move(done->change);
  run.parts = std::move(done->parts);
  return run;
}

namespace {

/// Sums of weighted means and second moments.
class Mixture {
 public:
  explicit Mixture(TreeRun like) : sum_(std::move(like)) {
    each([](Belief2& sum, const Belief2&) { sum = {}; }, sum_);
  }

  void add(const TreeRun& run, double weight) {
    each(
        [weight](Belief2& sum, const Belief2& b) {
          sum.mean[0] += weight * b.mean[0];
          sum.mean[1] += weight * b.mean[1];
          sum.covariance.first += weight * (b.covariance.first + b.mean[0] * b.mean[0]);
          sum.covariance.cross += weight * (b.covariance.cross + b.mean[0] * b.mean[1]);
          sum.covariance.second += weight * (b.covariance.second + b.mean[1] * b.mean[1]);
        },
        run);
  }

  TreeRun finish(double log_likelihood) && {
    each(
        [](Belief2& sum, const Belief2&) {
          sum.covariance.first -= sum.mean[0] * sum.mean[0];
          sum.covariance.cross -= sum.mean[0] * sum.mean[1];
          sum.covariance.second -= sum.mean[1] * sum.mean[1];
        },
        sum_);
    sum_.log_likelihood = log_likelihood;
    return std::move(sum_);
  }

 private:
  template <class Work>
  void each(const Work& work, const TreeRun& run) {
    for (std::size_t v = 0; v < sum_.nodes.size(); ++v) {
      for (std::size_t t = 0; t < sum_.nodes[v].size(); ++t) work(sum_.nodes[v][t], run.nodes[v][t]);
      work(sum_.change[v], run.change[v]);
      work(sum_.parts[v], run.parts[v]);
    }
  }
  TreeRun sum_;
};

}  // namespace

Result<TreeRun> run_position_tree_over(const PositionTree& tree, std::span<const WeightedLaws> laws,
                                       std::span<const TreeObservation> observations,
                                       const TreeRequest& request) {
  double all = 0;
  for (const WeightedLaws& one : laws) all += one.weight > 0 ? one.weight : HUGE_VAL;
  if (laws.empty() || !std::isfinite(all))
    return refuse_tree("position_tree.laws", "there is at least one law, and weights are above 0");
  std::vector<TreeRun> runs;
  runs.reserve(laws.size());
  double best = -HUGE_VAL;
  for (const WeightedLaws& one : laws) {
    auto run = run_position_tree(tree, one.laws, observations, request);
    if (!run) return run;
    best = std::max(best, run->log_likelihood);
    runs.push_back(std::move(*run));
  }
  if (runs.size() == 1) return std::move(runs.front());
  double sum = 0;
  for (std::size_t i = 0; i < runs.size(); ++i)
    sum += laws[i].weight / all * std::exp(runs[i].log_likelihood - best);
  Mixture mixture(runs.front());
  for (std::size_t i = 0; i < runs.size(); ++i)
    mixture.add(runs[i], laws[i].weight / all * std::exp(runs[i].log_likelihood - best) / sum);
  return std::move(mixture).finish(best + std::log(sum));
}

Result<TreeLikelihood> TreeLikelihood::prepare(const PositionTree& tree,
                                               std::span<const TreeObservation> observations) {
  auto sorted = sorted_observations(tree, observations);
  if (!sorted) return tl::unexpected(sorted.error());
  if (sorted->empty()) return refuse_tree("position_tree.times", "there is at least one observation");
  TreeLikelihood prepared;
  prepared.tree_ = tree;
  prepared.observations_ = std::move(*sorted);
  return prepared;
}

std::size_t TreeLikelihood::levels() const {
  return *std::max_element(tree_.level.begin(), tree_.level.end()) + 1;
}

std::optional<double> TreeLikelihood::log_likelihood(const TreeLaws& laws) const {
  const auto times = times_of(observations_, {});
  const Plan plan = plan_for(observations_, laws.correlation);
  double sum = 0;
  kalman::NoRecord nothing;
  const auto add = [&](const AxisOccasions& occasions, const Pair& mean, Index axes) {
    const auto part = TreeFilter(tree_, laws, mean, axes, occasions).filter(nothing);
    if (part) sum += *part;
    return part.has_value();
  };
  if (plan.sizes.empty()) {
    if (!add(both_axes(times, observations_), laws.mean, 2)) return std::nullopt;
  } else {
    for (std::size_t k = 0; k < 2; ++k)
      if (!add(one_axis(times, observations_, plan.sizes, plan.axes, k),
               {along(plan.axes.to[k], laws.mean[0], laws.mean[1]), 0}, 1))
        return std::nullopt;
    sum += static_cast<double>(observations_.size()) * plan.axes.log_determinant;
  }
  return std::isfinite(sum) ? std::optional(sum) : std::nullopt;
}

}  // namespace securebase::stats
