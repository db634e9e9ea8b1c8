#include "therapy/study.hpp"

#include <algorithm>
#include <array>

namespace securebase::therapy {
namespace {

#include "therapy/study_table.inc"

}  // namespace

std::span<const StudyValue> study_values() {
  return table;
}

std::optional<double> study_value(std::string_view key) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const StudyValue& row) { return row.key == key; });
  if (found == std::end(table)) return std::nullopt;
  return found->value;
}

std::string_view study_fingerprint() {
  return fingerprint_of_table;
}

}  // namespace securebase::therapy
