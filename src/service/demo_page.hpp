#pragma once
// Of a demonstration: one person who agreed to reminders, has a page of their own and has asked for a copy.
// No message is sent: a demonstration sends no mail.

#include <vector>

#include "service/demo_formulation.hpp"
#include "service/demo_plan.hpp"

namespace securebase::service {

/// Of the whole life; none of other courses. In the order of time.
[[nodiscard]] std::vector<DemoEntry> demo_page_entries(const DemoCourse& course);

}  // namespace securebase::service
