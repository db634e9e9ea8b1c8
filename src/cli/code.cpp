// securebase code: what observers wrote down about recordings.

#include "cli/code.hpp"

#include <fmt/format.h>

#include <variant>

#include "wire/byte_source.hpp"
#include "wire/csv.hpp"
#include "wire/fit_document.hpp"

namespace securebase::cli {
namespace {

std::string csv_text(const models::Frame& rows) {
  std::string text;
  const auto line = [&](const auto& cells, const auto& write) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) text += ',';
      write(cells[c]);
    }
    text += '\n';
  };
  line(rows.columns, [&](const std::string& name) { wire::append_csv_field(text, name); });
  for (const auto& row : rows.rows)
    line(row, [&](const models::Cell& cell) {
      if (const auto* number = std::get_if<double>(&cell))
        text += fmt::format("{}", *number);
      else if (const auto* words = std::get_if<std::string>(&cell))
        wire::append_csv_field(text, *words);
    });
  return text;
}

}  // namespace

void CodeOutput::add_to(CLI::App& app) {
  app.add_option("--out", out, "Where the result goes; without it, to the terminal")->type_name("FILE");
  auto* as_json = app.add_flag("--json", json, "One JSON document");
  app.add_flag("--csv", csv, "A table of the main numbers, as CSV")->excludes(as_json);
  app.add_option("--level", level, "Of intervals [0.95]")->type_name("SHARE");
}

Outcome CodeOutput::tell(Desk& desk, const models::FitReport& report, const models::Frame& rows,
                         const std::vector<std::string>& inputs) const {
  auto output = Output::open(out, desk.surroundings, inputs);
  if (!output) return tl::unexpected(output.error());
  const auto written = output->write(csv    ? csv_text(rows)
                                     : json ? wire::fit_document(report)
                                            : explain_fit(report, desk.surroundings.width));
  if (!written) return tl::unexpected(written.error());
  if (auto finished = output->finish(); !finished) return tl::unexpected(finished.error());
  return ExitCode::done;
}

models::Frame estimate_rows(const models::FitReport& report) {
  models::Frame frame{
      "estimates", "", {"term", "estimate", "std_error", "df", "lower", "upper", "p"}, {}, false};
  for (const auto& row : report.tables.front().rows)
    frame.rows.push_back({row.term, row.estimate, maybe_cell(row.std_error), maybe_cell(row.df),
                          maybe_cell(row.lower), maybe_cell(row.upper), maybe_cell(row.p)});
  return frame;
}

models::Cell maybe_cell(const std::optional<double>& value) {
  return value ? models::Cell(*value) : models::Cell();
}

Result<std::string> bytes_of(const std::string& path, std::size_t most) {
  auto source = wire::open_file(path);
  if (!source) return tl::unexpected(source.error());
  std::string bytes;
  constexpr std::size_t at_once = std::size_t{1} << 16U;
  std::vector<char> buffer(at_once);
  for (std::size_t n = 1; n > 0 && bytes.size() < most;) {
    const auto read = (*source)(buffer);
    if (!read) return tl::unexpected(read.error());
    n = *read;
    bytes.append(buffer.data(), n);
  }
  return bytes;
}

void add_code(CLI::App& app, Desk& desk, Action& outer) {
  auto inner = std::make_shared<Action>();
  Action& chosen = *inner;
  CLI::App* sub = app.add_subcommand("code", "What observers wrote down about recordings");
  sub->require_subcommand(1);
  sub->footer(std::string(exit_code_help));
  add_code_agreement(*sub, desk, chosen);
  add_code_classify(*sub, desk, chosen);
  guard_numbers(*sub, inner, outer);
}

}  // namespace securebase::cli
