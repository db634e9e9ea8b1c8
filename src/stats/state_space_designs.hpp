#pragma once
// Named state space models of one series at any times, and what their parameters are called.
//
//   local_level         y = level + noise; the level is a random walk: variance level_variance * gap
//   local_linear_trend  the level rises by a slope that walks too, in whole steps of time:
//                       level' = level + slope + N(0, level_variance), slope' = slope + N(0, slope_variance);
//                       between them nothing is defined: gaps are whole numbers
//   continuous_trend    the same walking all the time (Wecker & Ansley 1983, JASA 78, 81): over a gap d
//                       Q = level_variance [d 0; 0 0] + slope_variance [d^3/3 d^2/2; d^2/2 d]
//   autoregression      y = mean + deviation + noise, deviation' = phi deviation + N(0, innovation_variance),
//                       stationary; over a gap d phi^d (0 < phi < 1 where gaps are not whole)
//   prototype           y = level + deviation + noise: a level that stays, and a deviation that returns, with
//                       correlation stability^d over a gap d, 0 < stability < 1, and deviation_variance at
//                       any one time (Fraley & Roberts 2005, Psychological Review 112, 60; in continuous time
//                       Uhlenbeck & Ornstein 1930)
//
// noise_variance belongs to every design. Levels and slopes are exactly diffuse at the first time, unless a
// start is given.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/state_space.hpp"

namespace securebase::stats {

enum class StateDesignKind { local_level, local_linear_trend, continuous_trend, autoregression, prototype };

/// Where the level of a prototype comes from.
enum class PrototypeLevel {
  own,     ///< each person's own, nothing known beforehand: diffuse
  shared,  ///< one for all: parameter level_mean
  varying  ///< normally distributed over persons: level_mean, level_between_variance
};

struct NamedValue {
  std::string name;
  double value = 0;
};

/// The state one unit of time before the first occasion, where it is roughly known; for designs with a
/// diffuse start. In the order of the states: level, slope.
struct KnownStart {
  std::vector<double> mean;
  std::vector<double> variance;
};

struct StateDesign {
  StateDesignKind kind = StateDesignKind::local_level;
  PrototypeLevel level = PrototypeLevel::own;  ///< for a prototype
  std::vector<NamedValue> fixed;               ///< parameters that are known, such as noise_variance = SEM^2
  std::optional<KnownStart> start;
};

/// One person's series. Times ascend strictly, in any unit; a missing value is nothing.
struct TimeSeries {
  std::vector<double> times;
  std::vector<std::optional<double>> values;
};

/// The names of all parameters of a design, in the order in which they are reported.
[[nodiscard]] std::vector<std::string> parameter_names(const StateDesign& design);

/// The matrices of a design. `parameters` are all of parameter_names, in any order. Errors (bad_data):
/// "state_space.parameters" (one missing, unknown, or out of its range), "state_space.times" (not ascending
/// or not finite), "state_space.whole_steps", "state_space.start" (a known start that does not fit).
[[nodiscard]] Result<StateSpaceModel> make_state_space(const StateDesign& design,
                                                       std::span<const NamedValue> parameters,
                                                       std::span<const double> times);

/// make_state_space and run_state_space in one; occasions at `ahead`, later than the series, are predicted.
/// Further errors: those of run_state_space, and "state_space.shape" where times and values differ in number.
[[nodiscard]] Result<StateSpaceRun> run_state_design(const StateDesign& design,
                                                     std::span<const NamedValue> parameters,
                                                     const TimeSeries& series,
                                                     std::span<const double> ahead = {});

}  // namespace securebase::stats
