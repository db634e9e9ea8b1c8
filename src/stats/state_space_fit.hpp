#pragma once
// Maximum likelihood for the named state space designs: one person, or several who share the parameters
// (their likelihoods are multiplied; what is diffuse is each person's own).
//
// Gradient and Hessian of the log-likelihood are exact (derivatives carried through the filter). Newton's
// method within the bounds of the parameters, from the best of several starts. Standard errors from the
// observed information; a variance estimated at 0 is at its bound, has no standard error and is held there
// for the others.

#include <span>
#include <string>
#include <vector>

#include "stats/bounded_interval.hpp"
#include "stats/convergence.hpp"
#include "stats/state_space_designs.hpp"

namespace securebase::stats {

struct StateParameter {
  std::string name;
  double estimate = 0;
  std::optional<double>
      std_error;  ///< nothing for what is fixed or at a bound, or where some is unidentified
  bool fixed = false;
  bool at_bound = false;
  ParameterRange range;  ///< for bounded_interval
};

struct StateSpaceFit {
  std::vector<StateParameter> parameters;  ///< in the order of parameter_names
  double log_likelihood = 0;               ///< exact diffuse, in the convention of StateSpaceRun
  std::size_t persons = 0;
  std::size_t values = 0;
  std::size_t diffuse_values = 0;
  double aic = 0;  ///< -2 log L + 2 (free parameters + diffuse values): Durbin & Koopman 2012, section 7.4
  double bic = 0;  ///< with ln(values) for 2
  std::vector<std::string> unidentified;  ///< parameters the data do not tell apart
  Convergence
      convergence;  ///< gradient of -log L / values by parameters in units of the data's variance or SD

  /// All parameters, as run_state_design takes them.
  [[nodiscard]] std::vector<NamedValue> values_of_parameters() const;
};

/// Errors (bad_data): those of make_state_space; "state_space.not_finite", "state_space.shape",
/// "state_space.no_values", "state_space.too_few_values" (not more values than free parameters and diffuse
/// states), "state_space.no_variance" (values that do not vary, or that the design could repeat exactly),
/// "state_space.one_person" (how persons vary needs several).
[[nodiscard]] Result<StateSpaceFit> fit_state_space(const StateDesign& design,
                                                    std::span<const TimeSeries> persons);

}  // namespace securebase::stats
