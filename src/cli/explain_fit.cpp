// A fitted model told in words and tables.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "cli/explain.hpp"
#include "cli/fit.hpp"

namespace securebase::cli {
namespace {

using models::EstimateRow;
using models::EstimateTable;
using models::FitReport;
using Cells = std::vector<std::string>;

/// Four significant digits at least, and no more decimals than they need.
std::string number(double value) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 1e9 || size < 1e-4) return fmt::format("{:.3g}", value);
  const int decimals = std::clamp(3 - static_cast<int>(std::floor(std::log10(size))), 1, 6);
  return fmt::format("{:.{}f}", value, decimals);
}

std::string maybe(const std::optional<double>& value) {
  return value ? number(*value) : "";
}

std::string p_value(const std::optional<double>& p) {
  if (!p) return "";
  return *p < 0.001 ? "<.001" : fmt::format("{:.3f}", *p).substr(*p < 1 ? 1 : 0);
}

std::string degrees(const std::optional<double>& df) {
  return df ? fmt::format("{:.1f}", *df) : "";
}

std::size_t shown_width(std::string_view words) {
  return static_cast<std::size_t>(std::count_if(
      words.begin(), words.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Columns as wide as they need to be, the first to the left, numbers to the right; empty columns left out.
std::string aligned(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  std::vector<bool> used(rows.front().size(), false);
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      widths[c] = std::max(widths[c], shown_width(rows[r][c]));
      if (r > 0 && !rows[r][c].empty()) used[c] = true;
    }
  std::string text;
  for (const Cells& row : rows) {
    std::string line = "  ";
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (!used[c]) continue;
      const std::string pad(widths[c] - shown_width(row[c]), ' ');
      line += c == 0 ? row[c] + pad : "  " + pad + row[c];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string heading(const std::string& title) {
  return fmt::format("\n{}\n{:-<{}}\n", title, "", shown_width(title));
}

std::string table_text(const EstimateTable& table, double level, int width) {
  const std::string percent = fmt::format("{:g} %", level * 100);
  std::vector<Cells> rows = {{"", "estimate", "error", "df", percent + " from", "to", "p"}};
  for (const EstimateRow& row : table.rows)
    rows.push_back({printable(row.term), number(row.estimate), maybe(row.std_error), degrees(row.df),
                    maybe(row.lower), maybe(row.upper), p_value(row.p)});
  std::string text = heading(table.title) + aligned(rows);
  if (!table.basis.empty()) text += "  " + wrap(table.basis, width - 2, 2) + "\n";
  return text;
}

/// A whole number as it is: lines, counts.
std::string number_or_count(double value) {
  const bool whole = value == std::floor(value) && std::abs(value) < 1e9;
  return whole ? fmt::format("{:.0f}", value) : number(value);
}

std::string cell_text(const models::Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) return number_or_count(*value);
  if (const auto* text = std::get_if<std::string>(&cell)) return printable(*text);
  return "";
}

/// Texts shorter, and columns on the right left out, until the lines fit.
std::string frame_text(const models::Frame& frame, int width) {
  constexpr std::size_t most_rows = 60;
  std::vector<Cells> rows = {frame.columns};
  for (const auto& cells : frame.rows) {
    if (rows.size() > most_rows) break;
    Cells row;
    for (const auto& cell : cells) row.push_back(cell_text(cell));
    rows.push_back(std::move(row));
  }
  constexpr std::size_t most_text = 24;
  std::size_t used = 0;
  std::size_t fit = 0;
  for (; fit < frame.columns.size(); ++fit) {
    std::size_t widest = 0;
    for (Cells& row : rows) {
      row[fit] = printable(row[fit], most_text);
      widest = std::max(widest, shown_width(row[fit]));
    }
    used += widest + 2;
    if (used > static_cast<std::size_t>(width) && fit > 0) break;
  }
  std::string left_out;
  for (std::size_t c = fit; c < frame.columns.size(); ++c)
    left_out += (left_out.empty() ? "" : ", ") + frame.columns[c];
  for (Cells& row : rows) row.resize(fit);
  std::string text = heading(frame.title) + aligned(rows);
  if (!left_out.empty()) text += "  " + wrap("With --json also: " + left_out, width - 2, 2) + "\n";
  if (frame.rows.size() > most_rows) text += fmt::format("  With --json all {} rows.\n", frame.rows.size());
  return text;
}

/// What is not printed, and where it is.
std::string unseen_text(const FitReport& report, int width) {
  std::string names;
  for (const auto& frame : report.frames)
    if (!frame.shown && !frame.rows.empty())
      names +=
          fmt::format("{}{} ({})", names.empty() ? "" : "; ", printable(frame.title, 200), frame.rows.size());
  return names.empty() ? "" : "\n" + wrap("With --json also: " + names + ".", width, 0) + "\n";
}

std::string data_text(const models::DataAccount& data, int width) {
  if (data.file.empty()) return "";
  std::string words = fmt::format("{} of {} rows of {}", data.used, data.rows, printable(data.file, 4096));
  for (const auto& [unit, n] : data.units) words += fmt::format("; {}: {}", printable(unit), n);
  for (const auto& reason : data.left_out)
    words += fmt::format("; {} left out: {}", reason.rows, printable(reason.reason));
  return wrap(words + ".", width, 0) + "\n";
}

std::string measures_text(const FitReport& report) {
  if (report.measures.empty()) return "";
  std::vector<Cells> rows = {{"", ""}};
  for (const auto& measure : report.measures)
    rows.push_back({measure.title, measure.value ? number_or_count(*measure.value) : "not defined"});
  std::string text = aligned(rows);
  return heading("The whole fit") + text.substr(text.find('\n') + 1);
}

std::string finding_text(const Finding& finding) {
  std::string basis = finding.basis;
  if (basis.ends_with('.')) basis.pop_back();
  return fmt::format("{} Rests on: {}. {}", finding.statement, basis, finding.limits);
}

}  // namespace

std::string explain_fit(const FitReport& report, int width) {
  std::string text = wrap(printable(report.model, 4096), width, 2) + "\n";
  if (!report.method.empty()) text += wrap(report.method + ".", width, 0) + "\n";
  text += data_text(report.data, width);
  if (report.convergence && report.convergence->verdict != stats::Verdict::converged)
    text += "\n" + wrap(stats::to_text(report.convergence->verdict), width, 0) + "\n";
  for (const EstimateTable& table : report.tables)
    if (!table.rows.empty()) text += table_text(table, report.level, width);
  text += measures_text(report);
  for (const auto& frame : report.frames)
    if (frame.shown && !frame.rows.empty()) text += frame_text(frame, width);
  text += unseen_text(report, width);
  if (!report.findings.empty()) text += "\n";
  for (const Finding& finding : report.findings)
    text += "- " + wrap(finding_text(finding), width - 2, 2) + "\n";
  return text;
}

}  // namespace securebase::cli
