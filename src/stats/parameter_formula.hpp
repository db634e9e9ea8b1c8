#pragma once
// Formulas of named parameters with their gradient, such as "a*b + c"; for the sources of this room only.

#include <Eigen/Core>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace securebase::stats {

/// A value and its derivatives by the parameters.
struct Differentiated {
  double value = 0;
  Eigen::VectorXd gradient;
};

/// Numbers, names, + - * / and parentheses. Errors (bad_data): "structural.formula" (not well formed, or a
/// name that is not known), "structural.formula_undefined" (a division by zero).
[[nodiscard]] Result<Differentiated> evaluate_formula(std::string_view formula,
                                                      const std::map<std::string, Differentiated>& known,
                                                      Eigen::Index parameters);

}  // namespace securebase::stats
