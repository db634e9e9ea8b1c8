#pragma once
// Numbers in the tables that go out.

#include <string>

namespace securebase::wire {

/// Rounded to four decimals: more would say nothing about a score.
void append_csv_number(std::string& line, double value);

}  // namespace securebase::wire
