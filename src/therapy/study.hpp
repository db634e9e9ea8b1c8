#pragma once
// How often alerts were right in simulated courses, as published in docs/feedback.md: what the program says
// of an alert comes from here and nowhere else. `securebase feedback study --write` makes the table anew.

#include <optional>
#include <span>
#include <string_view>

namespace securebase::therapy {

struct StudyValue {
  std::string_view key;  ///< dotted, such as "feedback.practice.ever.predictive_value"
  double value = 0;
};

[[nodiscard]] std::span<const StudyValue> study_values();
[[nodiscard]] std::optional<double> study_value(std::string_view key);

/// Of the parameters of all worlds, as they were when the table was made.
[[nodiscard]] std::string_view study_fingerprint();

}  // namespace securebase::therapy
