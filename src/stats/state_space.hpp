#pragma once
// Linear Gaussian state space: a state that is not seen moves from occasion to occasion, and what is seen
// depends on it with noise.
//
//   y_t = d + Z a_t + e_t,  e_t ~ N(0, H)      a_{t+1} = c_t + T_t a_t + u_t,  u_t ~ N(0, Q_t)
//
// k series, m states, n occasions. Any value may be missing. State elements of which nothing is known at the
// first occasion are exactly diffuse (Koopman 1997, JASA 92, 1630); the series of an occasion are taken one
// after another (Koopman & Durbin 2000, J. Time Series Analysis 21, 281); smoothing as Durbin & Koopman 2012,
// Time Series Analysis by State Space Methods, eq. 5.19 ff. and 6.4.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// The values of one occasion, one for each series; nothing where it is missing.
using Occasion = std::vector<std::optional<double>>;

/// From one occasion to the next.
struct StateStep {
  Matrix transition;          ///< T, m x m
  std::vector<double> shift;  ///< c, m
  Matrix disturbance;         ///< Q, m x m covariance
};

/// The state at the first occasion, before its values.
struct StateStart {
  std::vector<double> mean;   ///< m; of no account where diffuse
  Matrix covariance;          ///< m x m; so are rows and columns of what is diffuse
  std::vector<bool> diffuse;  ///< m
};

struct StateSpaceModel {
  Matrix loading;                 ///< Z, k x m
  std::vector<double> intercept;  ///< d, k
  Matrix noise;                   ///< H, k x k covariance, need not be diagonal
  StateStart start;
  std::vector<StateStep> steps;  ///< one for each pair of neighbouring occasions, or one for all
};

/// A state, or what is seen, as known at some time.
struct StateBelief {
  std::vector<double> mean;
  Matrix covariance;
};

/// What is expected of one value before it is seen: of the first series of an occasion given all earlier
/// occasions, of each further one given also the series before it.
struct Prediction {
  double mean = 0;
  double variance = 0;
  std::optional<double> standardised_innovation;  ///< (value - mean) / sd; nothing where the value is missing
};

struct StateSpaceRun {
  double log_likelihood = 0;       ///< diffuse values count -1/2 ln Finf, without ln 2 pi (KFAS's convention)
  std::size_t values = 0;          ///< seen
  std::size_t diffuse_values = 0;  ///< of them, used up to settle the start; values - these bring ln 2 pi
  std::vector<std::optional<StateBelief>> filtered;  ///< given all up to each occasion; nothing while diffuse
  std::vector<StateBelief> smoothed;                 ///< given all there is
  std::vector<StateBelief> signal;                   ///< d + Z a, k values, given all there is, without noise
  std::vector<std::vector<std::optional<Prediction>>> predicted;  ///< n x k; nothing while diffuse
};

/// Filters and smooths. To predict, append occasions of missing values. A missing value is predicted without
/// the noise of other series of its occasion. Errors (bad_data): "state_space.shape",
/// "state_space.not_finite" (a number of the model or a value), "state_space.no_occasions",
/// "state_space.not_a_covariance" (negative variance or not symmetric), "state_space.no_variance" (a value
/// that could only be one number), "state_space.unsettled" (too few values to settle the diffuse start).
[[nodiscard]] Result<StateSpaceRun> run_state_space(const StateSpaceModel& model,
                                                    std::span<const Occasion> occasions);

/// mean -+ normal_reach(level) sd.
[[nodiscard]] Interval prediction_interval(const Prediction& prediction, double level = 0.95);

}  // namespace securebase::stats
