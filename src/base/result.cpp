#include "base/result.hpp"

#include <fmt/format.h>

#include "base/printable.hpp"

namespace securebase {

std::string to_text(const Error& error) {
  const auto& [name, line, column, field] = error.where;
  std::string text = name;
  if (line > 0) text += fmt::format("{}{}", text.empty() ? "line " : ":", line);
  if (line > 0 && column > 0) text += fmt::format(":{}", column);
  if (!field.empty()) text += fmt::format("{}{}", text.empty() ? "" : ": ", field);
  constexpr std::size_t most = 8192;  // bytes; a path has at most 4096
  return printable(fmt::format("{}{}{} [{}]", text, text.empty() ? "" : ": ", error.detail, error.code),
                   most);
}

}  // namespace securebase
