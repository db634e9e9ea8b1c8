#include "wire/change_table.hpp"

#include <fmt/format.h>

#include "wire/csv.hpp"

namespace securebase::wire {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

}  // namespace

std::string change_table(const std::vector<PersonChange>& changes) {
  std::string text =
      "person,scale,before,after,difference,lower,upper,reliable_change_index,threshold,category,verified\n";
  for (const PersonChange& person : changes)
    for (const measures::Change& change : person.report.changes) {
      append_csv_field(text, person.person);
      text += fmt::format(",{},{},{},{},{},{},{},{},{},{}\n", change.scale, number(change.before),
                          number(change.after), number(change.difference),
                          change.interval ? fmt::format("{}", change.interval->lower) : "",
                          change.interval ? fmt::format("{}", change.interval->upper) : "",
                          number(change.reliable_change_index), number(change.threshold),
                          to_text(change.category), change.verified);
    }
  return text;
}

}  // namespace securebase::wire
