#include "report/interval_plot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/series_plot.hpp"
#include "report/svg.hpp"

namespace securebase::report {
namespace {

constexpr double width = 480;
constexpr double names = 128;  // for the names
constexpr double right = 18;
constexpr double top = 40;
constexpr double row_height = 34;

std::string shortened(const std::string& text, std::size_t most) {
  return text.size() <= most ? text : text.substr(0, most - 1) + "\u2026";
}

}  // namespace

std::string interval_plot(const IntervalPlot& plot) {
  double from = 0, to = 0;
  for (const IntervalRow& row : plot.rows) {
    from = std::min(from, row.lower);
    to = std::max(to, row.upper);
  }
  const double spread = to > from ? to - from : 1;
  from -= 0.05 * spread;
  to += 0.05 * spread;
  const double bottom = top + row_height * static_cast<double>(std::max<std::size_t>(plot.rows.size(), 1));
  const auto x_of = [&](double value) {
    return names + (value - from) / (to - from) * (width - names - right);
  };
  Svg svg(static_cast<int>(width), static_cast<int>(bottom + 50), plot.title, plot.description);
  svg.text(16, 23, shortened(plot.title, 60), {{"font-size", "14"}, {"font-weight", "600"}});
  const auto line = [&](double x1, double y1, double x2, double y2, const char* colour, const char* thick) {
    svg.element("line", {{"x1", coordinate(x1)},
                         {"y1", coordinate(y1)},
                         {"x2", coordinate(x2)},
                         {"y2", coordinate(y2)},
                         {"stroke", colour},
                         {"stroke-width", thick}});
  };
  for (const double tick : round_ticks(from, to, 6)) {
    line(x_of(tick), top - 4, x_of(tick), bottom, "var(--line)", "1");
    svg.text(x_of(tick), bottom + 17, fmt::format("{:g}", tick == 0 ? 0 : tick),
             {{"text-anchor", "middle"}, {"class", "soft"}, {"font-size", "12"}});
  }
  line(x_of(0), top - 4, x_of(0), bottom, "var(--soft)", "1.6");
  double y = top + row_height / 2;
  for (const IntervalRow& row : plot.rows) {
    svg.text(16, y + 4.5, shortened(row.name, 16));
    line(x_of(row.lower), y, x_of(row.upper), y, "var(--a)", "2.4");
    for (const double end : {row.lower, row.upper})
      line(x_of(end), y - 5, x_of(end), y + 5, "var(--a)", "2.4");
    svg.element(
        "circle",
        {{"cx", coordinate(x_of(row.value))}, {"cy", coordinate(y)}, {"r", "5"}, {"fill", "var(--a)"}});
    y += row_height;
  }
  svg.text(16, bottom + 40, plot.caption, {{"class", "soft"}, {"font-size", "11.5"}});
  return std::move(svg).finish();
}

}  // namespace securebase::report
