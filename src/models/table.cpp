#include "models/table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/printable.hpp"

namespace securebase::models {

Result<const Column*> Table::column(std::string_view wanted) const {
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [&](const Column& candidate) { return candidate.name == wanted; });
  if (at != columns.end()) return &*at;
  constexpr std::size_t most_shown = 200;
  return fail(ErrorKind::bad_data, "models.column",
              fmt::format("no column '{}'; the file has {}", printable(wanted),
                          printable(fmt::format("{}", fmt::join(header, ", ")), most_shown)),
              Place{name, 1, 0, {}});
}

Result<const Column*> Table::numeric_column(std::string_view wanted) const {
  auto found = column(wanted);
  if (!found || (*found)->is_numeric()) return found;
  return fail(ErrorKind::bad_data, "models.not_a_number",
              "a number is needed here, with a point for decimals; nothing or NA where it is missing",
              Place{name, line[(*found)->first_text_row], 0, std::string(wanted)});
}

Result<const Column*> Table::labels_of(std::string_view wanted) const {
  auto found = column(wanted);
  if (!found || !(*found)->label.empty() || rows == 0) return found;
  return fail(ErrorKind::bad_data, "models.too_many_labels",
              "more than 1000 different values: that is no set of groups",
              Place{name, 0, 0, std::string(wanted)});
}

}  // namespace securebase::models
