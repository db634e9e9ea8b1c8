#include "report/coefficient_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/printable.hpp"
#include "report/frame.hpp"

namespace securebase::report {
namespace {

using models::EstimateRow;

constexpr std::size_t most_rows = 40;
constexpr double row_height = 44;

std::string number(double value) {
  std::string text = fmt::format("{:#.3g}", value);
  if (text.ends_with('.')) text.pop_back();
  return text.starts_with('-') ? "\u2212" + text.substr(1) : text;
}

std::vector<EstimateRow> shown_rows(const models::FitReport& report) {
  std::vector<EstimateRow> rows;
  if (report.tables.empty()) return rows;
  for (const EstimateRow& row : report.tables.front().rows)
    if (row.term != "(Intercept)" && rows.size() < most_rows) rows.push_back(row);
  if (rows.empty()) rows = report.tables.front().rows;
  return rows;
}

Axis axis_of(const std::vector<EstimateRow>& rows) {
  double low = 0;
  double high = 0;
  for (const EstimateRow& row : rows) {
    low = std::min(low, row.lower.value_or(row.estimate));
    high = std::max(high, row.upper.value_or(row.estimate));
  }
  constexpr std::size_t ticks = 6;
  return round_axis("Estimate", low, high, ticks);
}

}  // namespace

std::string coefficient_plot(const models::FitReport& report) {
  const auto rows = shown_rows(report);
  const auto caption = broken_at(fmt::format("Dot: estimate. Line: {:g} % interval. {}{}", report.level * 100,
                                             report.tables.empty() ? "" : report.tables.front().basis,
                                             rows.size() > 1 ? " The intercept is not shown." : ""),
                                 picture_width - 24);
  constexpr double top = 44;
  constexpr double line_height = 17;
  const double bottom = top + row_height * static_cast<double>(rows.size()) + 6;
  const double below = bottom + 64;
  const int height = static_cast<int>(below + line_height * static_cast<double>(caption.size()));
  std::string description;
  for (const EstimateRow& row : rows)
    description += fmt::format("{}: {:.3g}. ", printable(row.term), row.estimate);
  constexpr std::string_view title = "Estimates with their intervals";
  Svg svg(picture_width, height, title, description);
  svg.text(12, 24, title, {{"style", "font-size:16px;font-weight:600"}});
  Frame frame(svg, {22, top, picture_width - 22, bottom}, axis_of(rows),
              {"", 0, static_cast<double>(rows.size()), {}});
  frame.axes(Frame::Axes::only_x);
  svg.element("line", {{"x1", coordinate(frame.x_at(0))},
                       {"x2", coordinate(frame.x_at(0))},
                       {"y1", coordinate(top)},
                       {"y2", coordinate(bottom)},
                       {"style", "stroke:var(--soft);stroke-width:1.5"}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const EstimateRow& row = rows[i];
    const double y = top + row_height * (static_cast<double>(i) + 1) - 10;
    std::string said = number(row.estimate);
    if (row.lower && row.upper) said += fmt::format(" ({} to {})", number(*row.lower), number(*row.upper));
    const double room = picture_width - 24 - width_of(said) - 14;
    // What is read stands clear of the grid behind it.
    constexpr std::string_view halo =
        "paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round";
    svg.text(12, y - 12, cut_to(printable(row.term, 200), room), {{"style", std::string(halo)}});
    svg.text(picture_width - 12, y - 12, said,
             {{"text-anchor", "end"}, {"class", "soft"}, {"style", std::string(halo)}});
    const double at =
        static_cast<double>(rows.size()) - (y - top) / (bottom - top) * static_cast<double>(rows.size());
    if (row.lower && row.upper) frame.line({{*row.lower, at}, {*row.upper, at}}, colour(0));
    frame.dot(row.estimate, at, colour(0));
  }
  for (std::size_t i = 0; i < caption.size(); ++i)
    svg.text(12, below + line_height * static_cast<double>(i), caption[i], {{"class", "soft"}});
  return std::move(svg).finish();
}

}  // namespace securebase::report
