#include "wire/csv_number.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace securebase::wire {

void append_csv_number(std::string& line, double value) {
  constexpr double places = 1e4;
  constexpr double most = 1e9;  // beyond it a double has no four decimals to spare
  const double rounded = std::abs(value) < most ? std::round(value * places) / places + 0.0 : value;
  std::array<char, 32> buffer{};
  line.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded).ptr);
}

}  // namespace securebase::wire
