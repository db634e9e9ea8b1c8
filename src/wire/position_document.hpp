#pragma once
// Places and working models as JSON and CSV. What is for therapists and researchers only (quadrants,
// landmarks) is written where it is given, under "professional", and is left out otherwise.

#include <optional>
#include <string>
#include <vector>

#include "attachment/working_model.hpp"

namespace securebase::wire {

/// "securebase.position/1"
[[nodiscard]] std::string position_document(const attachment::Located& located,
                                            const std::optional<attachment::ProfessionalReading>& reading);

/// "securebase.working_model/1"
[[nodiscard]] std::string working_model_document(
    const attachment::WorkingModel& model,
    const std::optional<std::vector<attachment::NodeReading>>& readings);

/// A row for each moment of each node: node, kind, with, month, asked, place, errors, correlation, ellipse,
/// in standard units.
[[nodiscard]] std::string working_model_csv(const attachment::WorkingModel& model);

/// Columns of a place in a CSV row, without and with a comma before each; numbers as told.
[[nodiscard]] std::string place_columns(const std::string& prefix);
void append_place(std::string& row, const attachment::Place& place);

}  // namespace securebase::wire
