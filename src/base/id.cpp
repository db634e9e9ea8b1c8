#include "base/id.hpp"

#include <algorithm>

namespace securebase {

bool is_id(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == id_digits && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace securebase
