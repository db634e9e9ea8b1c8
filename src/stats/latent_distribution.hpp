#pragma once
// How a state is spread in a group of people, their items' parameters being known: the normal distribution of
// largest marginal likelihood, by EM (Mislevy 1984, Psychometrika 49, 359). Scores of single people are drawn
// towards the middle and would make groups too alike; this is not.
//
//   m = mean of E(theta | answers), s^2 = mean of Var(theta | answers) + (E(theta | answers) - m)^2
//
// Standard errors from the cross products of the people's scores.

#include <optional>
#include <span>

#include "base/result.hpp"
#include "stats/item_calibration.hpp"
#include "stats/state_scores.hpp"

namespace securebase::stats {

struct LatentDistribution {
  double mean = 0;
  double sd = 1;
  std::optional<double> mean_error;  ///< nothing where there are too few people for both
  std::optional<double> sd_error;
  std::size_t people = 0;   ///< with an answer
  Convergence convergence;  ///< gradient: the last step in SDs
};

/// Groups of `responses` are not looked at. Errors (bad_data): "irt.shape", "irt.people" (fewer than 2 people
/// with an answer).
[[nodiscard]] Result<LatentDistribution> latent_distribution(const ResponseMatrix& responses,
                                                             std::span<const PolytomousItem> items,
                                                             const Quadrature& quadrature, unsigned threads);

}  // namespace securebase::stats
