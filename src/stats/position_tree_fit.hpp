#pragma once
// Laws of position trees by marginal likelihood: many trees (one of each person) that share their laws. The
// likelihood of a person is the density of all that was seen of them, positions integrated out
// (position_tree.hpp); people are independent. Maximised with a weak prior, so that few people and flat
// directions do no harm, by Newton's method within bounds with the sum of products of people's scores as
// curvature (Berndt, Hall, Hall & Hausman 1974, Annals of Economic and Social Measurement 3, 653); scores by
// central differences.

#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"
#include "stats/position_tree.hpp"

namespace securebase::stats {

/// What is fitted: numbers without natural scale (logarithms and the like) between bounds, and the laws that
/// follow from them.
struct TreeLawSpace {
  std::vector<double> start;
  std::vector<double> lower;
  std::vector<double> upper;
  /// How far each is held near its start: the SD of a normal prior about it; 0: not at all. What people do
  /// not tell stays where it was.
  std::vector<double> spread;
  std::function<TreeLaws(std::span<const double>)> laws;  ///< valid laws for all between the bounds
};

struct TreeLawFit {
  std::vector<double> at;
  TreeLaws laws;
  double log_likelihood = 0;  ///< without the prior
  double log_likelihood_at_start = 0;
  Matrix covariance;  ///< of `at`, prior included; rows and columns of what is held at a bound are 0
  /// The gradient is that of the mean of people's log-likelihoods and the prior.
  Convergence convergence;
};

/// Bit-identical for any number of threads. Errors (bad_data): "position_tree.nothing" (no tree),
/// "position_tree.start" (no likelihood at the start).
[[nodiscard]] Result<TreeLawFit> fit_tree_laws(std::span<const TreeLikelihood> trees,
                                               const TreeLawSpace& space, unsigned threads = 1);

}  // namespace securebase::stats
