#include "wire/answer_table.hpp"

#include <fmt/format.h>

#include "measures/responses.hpp"
#include "wire/csv.hpp"

namespace securebase::wire {
namespace {

std::string answer_field(const measures::Response& response) {
  if (response.status == measures::ResponseStatus::answered) return std::to_string(response.code);
  if (response.status == measures::ResponseStatus::skipped) return "";
  return std::string(measures::to_text(response.status));
}

}  // namespace

std::string answer_table(const service::ExportedAnswers& answers) {
  std::string table = "row,age,gender";
  for (std::size_t item = 1; item <= answers.definition.instrument->items.size(); ++item)
    table += fmt::format(",Q{}", item);
  table += '\n';
  std::size_t row = 0;
  for (const service::AnswersOfOne& one : answers.people) {
    table += fmt::format("{},{},", ++row, one.age ? std::to_string(*one.age) : "");
    append_csv_field(table, one.gender.value_or(""));
    for (const measures::Response& response : one.responses) table += "," + answer_field(response);
    table += '\n';
  }
  return table;
}

}  // namespace securebase::wire
