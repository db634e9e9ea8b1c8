#include "report/series_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/frame.hpp"
#include "report/svg.hpp"

namespace securebase::report {
namespace {

constexpr std::size_t most_panels = 6;
constexpr std::size_t most_places = 2000;
constexpr double width = 520;
constexpr double left = 54, right = 14;
constexpr double line_height = 15;

struct Range {
  double from = 0, to = 0;
  bool any = false;

  void add(double value) {
    from = any ? std::min(from, value) : value;
    to = any ? std::max(to, value) : value;
    any = true;
  }
};

Range widened(Range range, double share) {
  if (!range.any) return {0, 1, true};
  const double spread = range.to - range.from;
  const double more = spread > 0 ? share * spread : std::max(1.0, 0.1 * std::abs(range.from));
  return {range.from - more, range.to + more, true};
}

/// A line of figures as short as their step allows.
std::string figure_of(double value, double step) {
  const int decimals = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  if (std::abs(value) >= 1e6 || decimals > 5) return fmt::format("{:g}", value);
  const std::string text = fmt::format("{:.{}f}", value, decimals);
  return text == "-0" ? "0" : text;
}

template <class Item>
std::vector<Item> thinned(const std::vector<Item>& items) {
  if (items.size() <= most_places) return items;
  std::vector<Item> kept;
  const std::size_t step = (items.size() + most_places - 1) / most_places;
  for (std::size_t i = 0; i < items.size(); i += step) kept.push_back(items[i]);
  if ((items.size() - 1) % step != 0) kept.push_back(items.back());
  return kept;
}

class Drawing {
 public:
  explicit Drawing(const SeriesPlot& plot)
      : plot_(plot),
        panels_(std::max<std::size_t>(1, std::min(plot.panels.size(), most_panels))),
        panel_height_(panels_ == 1   ? 270
                      : panels_ == 2 ? 190
                                     : 140),
        caption_(caption_lines()),
        svg_(static_cast<int>(width), static_cast<int>(height()), plot.title, plot.description) {
    Range times, values;
    for (std::size_t i = 0; i < panels_ && i < plot.panels.size(); ++i)
      take_in(plot.panels[i], times, values);
    times_ = widened(times, 0.02);
    values_ = widened(values, 0.06);
  }

  std::string draw() && {
    svg_.text(left, 22, plot_.title, {{"font-size", "15"}, {"font-weight", "600"}});
    for (std::size_t i = 0; i < panels_; ++i)
      draw_panel(i < plot_.panels.size() ? plot_.panels[i] : SeriesPanel{}, top_of(i), i + 1 == panels_);
    double y = top_of(panels_) + 34;
    for (const std::string& line : caption_) {
      svg_.text(16, y, line, {{"class", "soft"}, {"font-size", "11.5"}});
      y += line_height;
    }
    return std::move(svg_).finish();
  }

 private:
  static void take_in(const SeriesPanel& panel, Range& times, Range& values) {
    for (const SeriesPoint& point : panel.points) times.add(point.time), values.add(point.value);
    for (const auto* line : {&panel.line, &panel.ahead})
      for (const SeriesEstimate& e : *line) times.add(e.time), values.add(e.lower), values.add(e.upper);
  }

  [[nodiscard]] double top_of(std::size_t panel) const {
    return 34 + static_cast<double>(panel) * (panel_height_ + 14);
  }
  [[nodiscard]] double height() const {
    return top_of(panels_) + 34 + line_height * static_cast<double>(caption_.size()) + 4;
  }

  [[nodiscard]] std::vector<std::string> caption_lines() const {
    std::string text = plot_.caption;
    if (plot_.panels.size() > most_panels)
      text += fmt::format(" The first {} of {}.", most_panels, plot_.panels.size());
    if (std::any_of(plot_.panels.begin(), plot_.panels.end(), [](const SeriesPanel& panel) {
          return panel.points.size() > most_places || panel.line.size() > most_places;
        }))
      text += " Of very many places, not all are drawn.";
    constexpr double small = 13 / 11.5;  // letters are smaller than what broken_at counts with
    return broken_at(text, (width - 32) * small);
  }

  [[nodiscard]] double x_of(double time) const {
    return left + (time - times_.from) / (times_.to - times_.from) * (width - left - right);
  }
  [[nodiscard]] double y_of(double value, double top) const {
    return top + (values_.to - value) / (values_.to - values_.from) * panel_height_;
  }

  void draw_panel(const SeriesPanel& panel, double top, bool last) {
    draw_axes(top, last);
    draw_band(panel.line, top, "var(--a)", "");
    draw_band(panel.ahead, top, "var(--b)", "6 4");
    const auto points = thinned(panel.points);
    const std::string radius = points.size() > 200 ? "1.6" : "2.8";
    for (const SeriesPoint& point : points)
      svg_.element("circle", {{"cx", coordinate(x_of(point.time))},
                              {"cy", coordinate(y_of(point.value, top))},
                              {"r", radius},
                              {"fill", "var(--ink)"},
                              {"fill-opacity", "0.75"}});
    if (!panel.title.empty())
      svg_.text(left + 6, top + 15, panel.title,
                {{"font-size", "12"},
                 {"font-weight", "600"},
                 {"style", "paint-order:stroke;stroke:var(--paper);stroke-width:4px"}});
  }

  void draw_axes(double top, bool last) {
    const auto values = round_ticks(values_.from, values_.to, panels_ == 1 ? 6 : 4);
    const double step = values.size() > 1 ? values[1] - values[0] : 1;
    for (const double value : values) {
      const double y = y_of(value, top);
      rule(left, y, width - right, y);
      svg_.text(left - 7, y + 4, figure_of(value, step),
                {{"text-anchor", "end"}, {"class", "soft"}, {"font-size", "12"}});
    }
    const auto times = round_ticks(times_.from, times_.to, 7);
    const double time_step = times.size() > 1 ? times[1] - times[0] : 1;
    const double bottom = top + panel_height_;
    rule(left, bottom, width - right, bottom);
    for (const double time : times) {
      rule(x_of(time), bottom, x_of(time), bottom + 4);
      if (last)
        svg_.text(x_of(time), bottom + 17, figure_of(time, time_step),
                  {{"text-anchor", "middle"}, {"class", "soft"}, {"font-size", "12"}});
    }
    if (last)
      svg_.text(width - right, bottom + 33, plot_.time_label, {{"text-anchor", "end"}, {"font-size", "12"}});
    if (top < 40 && !plot_.value_label.empty())
      svg_.text(width - right, 22, plot_.value_label,
                {{"text-anchor", "end"}, {"class", "soft"}, {"font-size", "12"}});
  }

  void rule(double x1, double y1, double x2, double y2) {
    svg_.element("line", {{"x1", coordinate(x1)},
                          {"y1", coordinate(y1)},
                          {"x2", coordinate(x2)},
                          {"y2", coordinate(y2)},
                          {"stroke", "var(--line)"}});
  }

  void draw_band(const std::vector<SeriesEstimate>& all, double top, const char* colour, const char* dash) {
    if (all.empty()) return;
    const auto line = thinned(all);
    std::string band, middle;
    for (const SeriesEstimate& e : line) {
      const char* step = band.empty() ? "M" : "L";
      band += fmt::format("{}{} {}", step, coordinate(x_of(e.time)), coordinate(y_of(e.upper, top)));
      middle += fmt::format("{}{} {}", step, coordinate(x_of(e.time)), coordinate(y_of(e.value, top)));
    }
    for (auto e = line.rbegin(); e != line.rend(); ++e)
      band += fmt::format("L{} {}", coordinate(x_of(e->time)), coordinate(y_of(e->lower, top)));
    svg_.element("path", {{"d", band + "Z"}, {"fill", colour}, {"fill-opacity", "0.2"}});
    Attributes look = {{"d", middle}, {"fill", "none"}, {"stroke", colour}, {"stroke-width", "2.2"}};
    if (*dash != '\0') look.emplace_back("stroke-dasharray", dash);
    svg_.element("path", look);
  }

  const SeriesPlot& plot_;
  std::size_t panels_;
  double panel_height_;
  std::vector<std::string> caption_;
  Svg svg_;
  Range times_, values_;
};

}  // namespace

std::vector<double> round_ticks(double from, double to, int wanted) {
  if (!(to > from)) return {from};
  const double rough = (to - from) / std::max(wanted, 1);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double part = rough / power;
  const double step = power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
  std::vector<double> ticks;
  constexpr std::size_t most = 100;
  const double first = std::ceil(from / step - 1e-9);
  while (ticks.size() < most) {
    const double tick = (first + static_cast<double>(ticks.size())) * step;
    if (tick > to + 1e-9 * step) break;
    ticks.push_back(tick);
  }
  if (ticks.empty()) ticks.push_back(from);
  return ticks;
}

std::string series_plot(const SeriesPlot& plot) {
  return Drawing(plot).draw();
}

}  // namespace securebase::report
