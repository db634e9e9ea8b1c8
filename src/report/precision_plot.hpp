#pragma once
// Where a scale is precise: the error of the state over the state.

#include <string>
#include <utility>
#include <vector>

#include "models/item_models.hpp"

namespace securebase::report {

/// A line for each scale, named at its end; one alone needs no name. Dotted: where reliability is .90 and
/// .80.
[[nodiscard]] std::string precision_plot(
    const std::string& title,
    const std::vector<std::pair<std::string, std::vector<models::Precision>>>& scales);

}  // namespace securebase::report
