#pragma once
// A fitted model as JSON.

#include <string>

#include "models/fit_report.hpp"

namespace securebase::wire {

/// "securebase.fit/1": estimates as {term, estimate, std_error, df, lower, upper, p}; further tables,
/// measures, frames and matrices by name; how the fit ended; what may be read of it. Ends in a line feed.
[[nodiscard]] std::string fit_document(const models::FitReport& report);

}  // namespace securebase::wire
