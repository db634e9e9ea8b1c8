#pragma once
// Meetings of a demonstration: one course over many weeks with marks, techniques, notes and next steps, some
// with a few, and what is arranged for today.

#include <cstddef>
#include <vector>

#include "service/demo_formulation.hpp"
#include "service/demo_plan.hpp"

namespace securebase::service {

/// Of a course, `place` in the plan. In the order of time.
[[nodiscard]] std::vector<DemoEntry> demo_sessions(const DemoCourse& course, std::size_t place);

}  // namespace securebase::service
