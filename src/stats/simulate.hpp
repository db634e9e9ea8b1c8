#pragma once
// People who do not exist: how someone's state goes over time, and what they then answer. The parameters are
// known, so an estimator can be held against what was planted. All of it follows from the parameters and the
// key, whatever the order of calls. A parameter outside its range is a bug of the caller: std::domain_error.

#include <cstddef>
#include <span>
#include <vector>

#include "stats/random_stream.hpp"

namespace securebase::stats {

/// A state over time: theta(t) = start + slope min(t, levels_off) + deviation(t). The unit of theta is the SD
/// of people, that of time is the caller's.
struct Trajectory {
  double start = 0;
  double slope = 0;           ///< below 0: the state falls; 0: unchanged
  double levels_off = 1e300;  ///< when the slope ends, 0 or later
  double deviation_sd = 0;    ///< of the deviation at any one time, 0 or more
  /// Of two deviations one unit of time apart, 0 <= r < 1; at a distance d it is r^d.
  double autocorrelation = 0;
};

/// The state at each time; `times` never go back. The deviation is the first-order autoregressive process in
/// continuous time (Ornstein & Uhlenbeck 1930, Physical Review 36, 823), stationary from the first time on:
///   e(t + d) = r^d e(t) + sd sqrt(1 - r^(2 d)) z,  z standard normal
[[nodiscard]] std::vector<double> simulate_trajectory(const Trajectory& trajectory,
                                                      std::span<const double> times, const RandomKey& key);

/// An item with ordered answers. An answer at or above the k-th threshold has probability
/// 1 / (1 + exp(-discrimination (theta - thresholds[k]))): the graded response model (Samejima 1969,
/// Psychometrika Monograph 17).
struct GradedItem {
  double discrimination = 1;       ///< above 0
  std::vector<double> thresholds;  ///< ascending, in the unit of theta; one fewer than there are answers
};

/// Items of a questionnaire that people at `difficulty` answer about in the middle.
struct GradedItems {
  std::vector<std::size_t> answers;  ///< how many answers each item has, 2 at least
  double difficulty = 0;
  double discrimination = 1.8;  ///< items lie around it (log-normal, SD 0.25)
  double spread = 2.4;          ///< from an item's first threshold to its last, 0 or more
};
[[nodiscard]] std::vector<GradedItem> simulate_items(const GradedItems& items, const RandomKey& key);

/// Which of its answers, from 0, each item gets at the state `theta`.
[[nodiscard]] std::vector<int> simulate_responses(std::span<const GradedItem> items, double theta,
                                                  const RandomKey& key);

}  // namespace securebase::stats
