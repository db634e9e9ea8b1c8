#pragma once
// What is written about safety, endings and supervision in a demonstration. Everybody is invented, and so is
// every word.

#include <vector>

#include "service/demo_formulation.hpp"
#include "service/demo_plan.hpp"

namespace securebase::service {

/// Staffed hours, who is told, and what is done; by somebody who works there.
[[nodiscard]] Result<bool> demo_safety_settings(const Practice& practice, const Actor& by);
[[nodiscard]] std::vector<DemoEntry> demo_safety_entries(const DemoCourse& course);

}  // namespace securebase::service
