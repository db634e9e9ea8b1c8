#pragma once
// A description as CSV, one figure a row, for spreadsheets and R.

#include <string>

#include "measures/describe.hpp"

namespace securebase::wire {

/// Columns scale,item,gender,age_from,age_to,figure,value; empty where they do not apply. Figures that could
/// not be had have no row.
[[nodiscard]] std::string description_table(const measures::Description& description);

}  // namespace securebase::wire
