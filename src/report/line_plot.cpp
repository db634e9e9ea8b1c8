#include "report/line_plot.hpp"

#include <algorithm>
#include <limits>

namespace securebase::report {
namespace {

constexpr double top = 56;
constexpr double bottom = 300;
constexpr double line_height = 17;
constexpr double most_name_width = 130;
constexpr double title_share =
    13.0 / 16 * 0.95;  // letters of the title are larger than those cut_to counts, and bold

std::pair<Axis, Axis> axes_of(const LinePlot& plot) {
  double left = std::numeric_limits<double>::infinity();
  double right = -left;
  double low = left;
  double high = -left;
  for (const NamedLine& line : plot.lines)
    for (const auto& [x, y] : line.points) {
      left = std::min(left, x);
      right = std::max(right, x);
      low = std::min(low, y);
      high = std::max(high, y);
    }
  for (const auto& [y, word] : plot.levels) {
    low = std::min(low, y);
    high = std::max(high, y);
  }
  constexpr std::size_t ticks = 7;
  return {tight_axis(plot.x_label, left, right, ticks), round_axis(plot.y_label, low, high, ticks - 1)};
}

}  // namespace

std::string line_plot(const LinePlot& plot) {
  const auto [x, y] = axes_of(plot);
  const auto caption = broken_at(plot.caption, picture_width - 24);
  const double below = bottom + 64;
  const int height = static_cast<int>(below + line_height * static_cast<double>(caption.size()));
  Svg svg(picture_width, height, plot.title, plot.caption);
  svg.text(12, 24, cut_to(plot.title, (picture_width - 24) * title_share),
           {{"style", "font-size:16px;font-weight:600"}});
  double widest = 0;
  std::vector<std::string> names;
  for (const NamedLine& line : plot.lines) {
    names.push_back(cut_to(line.name, most_name_width));
    widest = std::max(widest, width_of(names.back()));
  }
  double ticks_width = 0;
  for (const double tick : y.ticks) ticks_width = std::max(ticks_width, width_of(tick_text(y, tick)));
  Frame frame(svg, {18 + ticks_width, top, picture_width - 14 - (widest > 0 ? widest + 10 : 0), bottom}, x,
              y);
  frame.axes();
  for (const auto& [level, word] : plot.levels) {
    frame.line({{x.lower, level}, {x.upper, level}}, "var(--soft)", "2 4");
    svg.text((frame.box().left + frame.box().right) / 2, frame.y_at(level) - 4, word,
             {{"class", "soft"}, {"text-anchor", "middle"}});
  }
  std::vector<double> ends;
  for (const NamedLine& line : plot.lines) {
    if (line.points.size() == 1)
      frame.dot(line.points[0].first, line.points[0].second, colour(line.hue));
    else
      frame.line(line.points, colour(line.hue), line.dashed ? "6 4" : "");
    ends.push_back(frame.y_at(line.points.back().second));
  }
  const auto places = spread(ends, line_height, top, bottom);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) continue;
    svg.element("line", {{"x1", coordinate(frame.box().right + 1)},
                         {"y1", coordinate(ends[i])},
                         {"x2", coordinate(frame.box().right + 7)},
                         {"y2", coordinate(places[i])},
                         {"style", "stroke:" + std::string(colour(plot.lines[i].hue))}});
    svg.text(frame.box().right + 10, places[i] + 4.5, names[i],
             {{"style", "fill:" + std::string(colour(plot.lines[i].hue))}});
  }
  for (std::size_t i = 0; i < caption.size(); ++i)
    svg.text(12, below + line_height * static_cast<double>(i), caption[i], {{"class", "soft"}});
  return std::move(svg).finish();
}

}  // namespace securebase::report
