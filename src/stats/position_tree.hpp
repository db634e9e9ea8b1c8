#pragma once
// Positions that hang together as a tree and move over irregular time: what one is known by tells something
// of the others. Every node v has a part of its own, two numbers x_v(t); its position is the sum of the parts
// on the way to its root:
//
//   p_v(t) = sum over u from v up to its root of x_u(t),    x_u = level + deviation
//   level:      starts at N(mean_u, s w R), gains drift R a unit of time          (a random walk)
//   deviation:  stationary N(0, (1 - s) w R), stability^dt of it is left after dt (returns to the level)
//
// with w the variance of the part, s its staying share, R = [[1, correlation], [correlation, 1]] and mean_u
// that of the laws for a root, 0 for others. s = 1: a random walk (of drift 0: a constant); drift = 0: the
// prototype process of position.hpp, whose stability is s + (1 - s) stability^lag.
//
// What is seen of a node is its position with an error of its own. Filtered and smoothed by the Kalman filter
// of kalman_filter.hpp; the covariance of two moments from its backward pass (Durbin & Koopman 2012,
// section 4.7). Where every observation has both numbers and all errors are alike but for size, two axes are
// found on which nothing hangs together (R to the identity, the errors to diagonal matrices): two filters of
// half the size, with the same results but for rounding.

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/position.hpp"

namespace securebase::stats {

inline constexpr std::size_t no_parent = std::numeric_limits<std::size_t>::max();

struct PositionTree {
  std::vector<std::size_t> parent;  ///< of each node: an earlier node, or no_parent
  std::vector<std::size_t> level;   ///< of each node: which law its part follows
};

/// How a part is spread at the start and how it moves.
struct PartLaw {
  double variance = 0;   ///< w, at least 0
  double drift = 0;      ///< variance gained in a unit of time, at least 0
  double staying = 1;    ///< s, 0 to 1
  double stability = 0;  ///< what is left of a deviation after a unit of time, 0 to below 1
};

struct TreeLaws {
  std::vector<PartLaw> levels;
  double correlation = 0;  ///< within -1 and 1
  Pair mean{0, 0};         ///< of the roots
};

struct TreeObservation {
  double time = 0;
  std::size_t node = 0;
  std::array<std::optional<double>, 2> value;  ///< one at least
  Pair error{0, 0};                            ///< standard errors, above 0 where there is a value
  double error_correlation = 0;                ///< within -1 and 1
};

struct TreeRequest {
  std::vector<double> also_at;  ///< times to be told of besides those of observations
  /// For each node the time its change is reckoned from, one of the times there are; empty: the first.
  std::vector<double> since;
};

struct TreeRun {
  double log_likelihood = 0;
  std::size_t values = 0;                   ///< seen
  std::vector<double> times;                ///< ascending, each once
  std::vector<std::vector<Belief2>> nodes;  ///< [node][time]: position given all there is
  std::vector<Belief2> change;  ///< [node]: position at the last time minus that at its `since`, jointly
  std::vector<Belief2> parts;   ///< [node]: its own part at the last time
};

/// The order of observations is of no account: not a bit of the result depends on it. Errors (bad_data):
/// "position_tree.shape" (parents after children, a level without a law, a node that is not there),
/// "position_tree.laws" (outside the ranges above), "position_tree.value" (not finite, no value, an error not
/// above 0), "position_tree.times" (nothing at all to tell of; `since` at a time that is not there).
[[nodiscard]] Result<TreeRun> run_position_tree(const PositionTree& tree, const TreeLaws& laws,
                                                std::span<const TreeObservation> observations,
                                                const TreeRequest& request = {});

/// Laws that are not known for sure: how likely each was before the observations.
struct WeightedLaws {
  TreeLaws laws;
  double weight = 1;  ///< above 0; all together count as 1
};

/// Averaged over laws, each weighed by its weight times the likelihood of the observations under it: means of
/// means, and of covariances the mean and what the means differ by. Errors as above, and "position_tree.laws"
/// where there is none or a weight is not above 0. Under known laws more observations never widen a belief;
/// here they may, by making slower laws less likely.
[[nodiscard]] Result<TreeRun> run_position_tree_over(const PositionTree& tree,
                                                     std::span<const WeightedLaws> laws,
                                                     std::span<const TreeObservation> observations,
                                                     const TreeRequest& request = {});

/// Observations sorted and held against the tree once, for many likelihoods.
class TreeLikelihood {
 public:
  /// Errors as above, but for the laws.
  [[nodiscard]] static Result<TreeLikelihood> prepare(const PositionTree& tree,
                                                      std::span<const TreeObservation> observations);
  /// The laws must be valid, and there must be one for every level. Nothing where it is not finite.
  [[nodiscard]] std::optional<double> log_likelihood(const TreeLaws& laws) const;

  [[nodiscard]] std::size_t levels() const;  ///< laws it takes

 private:
  TreeLikelihood() = default;
  PositionTree tree_;
  std::vector<TreeObservation> observations_;  ///< sorted
};

[[nodiscard]] bool are_laws(const TreeLaws& laws);

}  // namespace securebase::stats
