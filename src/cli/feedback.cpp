// securebase feedback, securebase alliance: how courses go, from a file or in simulated worlds.

#include "cli/feedback.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "wire/csv.hpp"

namespace securebase::cli {

void CourseOutput::add_to(CLI::App& app) {
  app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
  auto* as_json = app.add_flag("--json", json, "One JSON document");
  app.add_flag("--csv", csv, "A table of the main numbers, as CSV")->excludes(as_json);
}

void CourseFile::add_to(CLI::App& app) {
  app.add_option("file", path, "CSV; one row a session")->type_name("FILE")->required();
  app.add_option("--client", client, "Column that says whose session it is [client]")->type_name("NAME");
  app.add_option("--session", session, "Column of the session's number [session]")->type_name("NAME");
}

Result<CourseFile::Read> CourseFile::read(const std::string& file,
                                          const std::vector<std::string>& values) const {
  auto source = wire::open_file(file);
  if (!source) return tl::unexpected(source.error());
  wire::CsvReader reader(file == "-" ? "standard input" : file, std::move(*source));
  std::vector<models::WantedColumn> wanted{{client, models::ColumnUse::label},
                                           {session, models::ColumnUse::number}};
  for (const std::string& value : values) wanted.push_back({value, models::ColumnUse::number});
  const auto table = wire::read_table(reader, wanted);
  if (!table) return tl::unexpected(table.error());
  const auto whose = table->labels_of(client);
  const auto number = table->numeric_column(session);
  if (!whose) return tl::unexpected(whose.error());
  if (!number) return tl::unexpected(number.error());
  std::vector<const models::Column*> columns;
  for (const std::string& value : values) {
    const auto column = table->numeric_column(value);
    if (!column) return tl::unexpected(column.error());
    columns.push_back(*column);
  }
  Read read;
  read.clients = (*whose)->labels;
  read.rows.resize(read.clients.size());
  constexpr double most_sessions = 100'000;
  std::size_t left_out = 0;
  for (std::size_t row = 0; row < table->rows; ++row) {
    if ((*whose)->missing[row] || (*number)->missing[row]) {
      ++left_out;
      continue;
    }
    const double at = (*number)->numbers[row];
    if (!(at >= 0 && at <= most_sessions) || at != std::floor(at))
      return fail(ErrorKind::bad_data, "courses.session", "sessions are whole numbers from 0",
                  Place{table->name, table->line[row], 0, session});
    Row one{static_cast<int>(at), {}};
    for (const models::Column* column : columns)
      one.values.push_back(column->missing[row] ? std::nullopt : std::optional(column->numbers[row]));
    read.rows[(*whose)->label[row]].push_back(std::move(one));
  }
  for (auto& rows : read.rows) {
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.session < b.session; });
    for (std::size_t i = 1; i < rows.size(); ++i)
      if (rows[i].session == rows[i - 1].session)
        return fail(ErrorKind::bad_data, "courses.twice", "a client has one row for a session",
                    Place{table->name, 0, 0, session});
  }
  read.account = {table->name, table->rows, table->rows - left_out, {}, {{"clients", read.clients.size()}}};
  if (left_out > 0) read.account.left_out.push_back({"client or session is missing", left_out});
  return read;
}

void add_feedback(CLI::App& app, Desk& desk, Action& outer) {
  auto inner = std::make_shared<Action>();
  CLI::App* sub = app.add_subcommand("feedback", "How courses go against what is expected");
  sub->require_subcommand(1);
  sub->footer(std::string(exit_code_help));
  add_feedback_check(*sub, desk, *inner);
  add_feedback_study(*sub, desk, *inner);
  guard_numbers(*sub, inner, outer);
}

void add_alliance(CLI::App& app, Desk& desk, Action& outer) {
  auto inner = std::make_shared<Action>();
  CLI::App* sub = app.add_subcommand("alliance", "Dips of the alliance in ratings");
  sub->require_subcommand(1);
  sub->footer(std::string(exit_code_help));
  add_alliance_check(*sub, desk, *inner);
  add_alliance_study(*sub, desk, *inner);
  guard_numbers(*sub, inner, outer);
}

}  // namespace securebase::cli
