#pragma once
// Internal to cli: what `locate` and `working-model` share.

#include <string>
#include <vector>

#include "attachment/position.hpp"
#include "base/finding.hpp"

namespace securebase::cli {

/// Findings as a list, broken at `width`: statement, basis, limits.
[[nodiscard]] std::string told_findings(const std::vector<Finding>& findings, int width);

/// Quadrants and landmarks, under a line that says for whom they are.
[[nodiscard]] std::string told_reading(const attachment::ProfessionalReading& reading, int width);

/// "A,B": two numbers. Error "usage.number" names the option.
[[nodiscard]] Result<attachment::Position> two_numbers(const char* option, const std::string& text);

}  // namespace securebase::cli
