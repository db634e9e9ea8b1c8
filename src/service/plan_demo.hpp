#pragma once
// What is planned in a demonstration: an individual course in its third stage with goals that were rated, one
// before the stabilisation gate, couples in their first stage.

#include <vector>

#include "service/demo_formulation.hpp"
#include "service/demo_plan.hpp"

namespace securebase::service {

/// In the order of time; empty for most.
[[nodiscard]] std::vector<DemoEntry> planned_course(const DemoCourse& plan);

}  // namespace securebase::service
