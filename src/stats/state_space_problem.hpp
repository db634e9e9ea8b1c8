#pragma once
// What is optimised when a state space design is fitted: people with their values, parameters free and fixed;
// for the sources of this room only.

#include <span>
#include <vector>

#include "stats/state_design_model.hpp"
#include "stats/state_design_start.hpp"

namespace securebase::stats {

/// From the first value to the last.
struct SeriesOfPerson {
  std::vector<double> times;
  std::vector<Occasion> occasions;
};

/// Everything the likelihood is made of. What is optimised are the free parameters in units of `unit`.
struct StateSpaceProblem {
  StateDesign design;
  std::vector<SeriesOfPerson> persons;
  std::vector<DesignParameter> parameters;
  std::vector<double> fixed_at;   // of all parameters; of account where not free
  std::vector<std::size_t> free;  // indices into parameters
  std::vector<double> unit;       // of all parameters
  std::size_t values = 0;
};

/// Without units. Errors: those of fit_state_space but for the last.
[[nodiscard]] Result<StateSpaceProblem> make_state_space_problem(const StateDesign& design,
                                                                 std::span<const TimeSeries> persons);

[[nodiscard]] SeriesShape shape_of(const StateSpaceProblem& problem);

/// Used up to settle where each person begins.
[[nodiscard]] std::size_t diffuse_values(const StateSpaceProblem& problem);

}  // namespace securebase::stats
