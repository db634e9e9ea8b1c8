#pragma once
// Estimates with their intervals as a picture.

#include <string>

#include "models/fit_report.hpp"

namespace securebase::report {

/// The first table of a report, a line for each estimate, the first 40 of them; without the intercept, which
/// has another size than the rest.
[[nodiscard]] std::string coefficient_plot(const models::FitReport& report);

}  // namespace securebase::report
