#pragma once
// What is done about alerts in a demonstration practice: a dip of the alliance that was asked about and
// repaired, and a course off track with what was tried. All of it invented.

#include <vector>

#include "service/demo_formulation.hpp"
#include "service/demo_plan.hpp"

namespace securebase::service {

/// Ratings that dip once, of Bond.
[[nodiscard]] std::vector<std::string> demo_bond_answers(std::size_t session, std::size_t dip);

/// What is written about the alerts of a course, and when. Where answers raised none, nothing is.
[[nodiscard]] std::vector<DemoEntry> demo_alert_entries(const DemoCourse& course);

}  // namespace securebase::service
