#pragma once
// The expected course over time as a picture.

#include <string>

#include "models/growth.hpp"

namespace securebase::report {

/// Lines with the interval of their means and a label at their ends. Of one course alone, and of the middle
/// one of several intakes, the 10th to 90th percentile of single clients too.
[[nodiscard]] std::string growth_plot(const models::GrowthCurves& curves);

}  // namespace securebase::report
