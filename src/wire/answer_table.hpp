#pragma once
// Answers of many people as a table that `describe` and `calibrate` read.

#include <string>

#include "service/norms.hpp"

namespace securebase::wire {

/// One row a person: row (a number, from 1), age, gender, and Q1 to the last item. Empty: not known, not
/// answered; not_applicable and not_asked stand as words.
[[nodiscard]] std::string answer_table(const service::ExportedAnswers& answers);

}  // namespace securebase::wire
