#include "base/result.hpp"

#include <fmt/format.h>

namespace securebase {

std::string to_text(const Error& error) {
  const auto& [name, line, column, field] = error.where;
  std::string text = name;
  if (line > 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  if (!field.empty()) text += fmt::format("{}{}", text.empty() ? "" : ": ", field);
  return fmt::format("{}{}{} [{}]", text, text.empty() ? "" : ": ", error.detail, error.code);
}

}  // namespace securebase
