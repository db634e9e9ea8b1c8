#pragma once
// The study's values as the program's own table, and as the tables of docs/feedback.md.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "therapy/feedback_study.hpp"

namespace securebase::therapy {

/// study_table.inc.
[[nodiscard]] std::string study_include(const std::vector<NamedValue>& values, std::string_view fingerprint);

/// Tables in Markdown; "-" where a value is not there.
[[nodiscard]] std::string study_markdown(const std::function<std::optional<double>(std::string_view)>& value);

inline constexpr std::string_view tables_begin = "<!-- tables: securebase feedback study --write -->\n";
inline constexpr std::string_view tables_end = "<!-- end of tables -->\n";

}  // namespace securebase::therapy
