#include "report/bland_altman_plot.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.hpp"
#include "report/frame.hpp"

namespace securebase::report {
namespace {

constexpr std::size_t most_points = 3000;
constexpr double line_height = 17;

std::string signed_number(double value) {
  std::string text = fmt::format("{:.3g}", value);
  return text.starts_with('-') ? "\u2212" + text.substr(1) : text;
}

struct Extent {
  double low;
  double high;

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

/// Whether the trend is clear enough to be drawn.
bool leans(const stats::BlandAltman& result) {
  return result.trend && result.trend->interval &&
         (result.trend->interval->lower > 0 || result.trend->interval->upper < 0);
}

class AgreementDrawing {
 public:
  explicit AgreementDrawing(const BlandAltmanPlot& plot)
      : plot_(plot),
        means_{plot.points.empty() ? 0 : plot.points.front().first,
               plot.points.empty() ? 0 : plot.points.front().first},
        differences_{std::min(0.0, plot.result.lower.interval.lower),
                     std::max(0.0, plot.result.upper.interval.upper)} {
    for (const auto& [mean, difference] : plot.points) {
      means_.take(mean);
      differences_.take(difference);
    }
    const auto& r = plot.result;
    caption_ = broken_at(
        fmt::format(
            "Dot: one unit. Lines: mean difference and limits that hold {:g} % of normal differences. "
            "Bands: {:g} % intervals.{}",
            100 * plot.share, 100 * r.bias.interval.level,
            leans(r) ? " Sloping line: differences change with size." : ""),
        picture_width - 24);
  }

  std::string draw() {
    constexpr double top = 58, bottom = 330, below = bottom + 62;
    const auto& r = plot_.result;
    const std::string description = fmt::format(
        "{} units. Mean difference {:.3g}, limits of agreement {:.3g} and {:.3g}. {} outside the limits.",
        r.n, r.bias.value, r.lower.value, r.upper.value, r.outside);
    Svg svg(picture_width, static_cast<int>(below + line_height * static_cast<double>(caption_.size())),
            plot_.title, description);
    svg.text(12, 24, cut_to(plot_.title, picture_width - 24), {{"style", "font-size:16px;font-weight:600"}});
    svg.text(12, 46, cut_to(plot_.difference_label, picture_width - 24), {{"class", "soft"}});
    constexpr std::size_t ticks = 6;
    Frame frame(svg, {62, top, picture_width - 70, bottom},
                round_axis(cut_to(plot_.mean_label, picture_width - 140), means_.low, means_.high, ticks),
                round_axis("", differences_.low, differences_.high, ticks));
    frame.axes();
    const Axis axis = round_axis("", means_.low, means_.high, ticks);
    draw_lines(frame, axis);
    draw_points(frame);
    draw_labels(svg, frame);
    for (std::size_t i = 0; i < caption_.size(); ++i)
      svg.text(12, below + line_height * static_cast<double>(i), caption_[i], {{"class", "soft"}});
    return std::move(svg).finish();
  }

 private:
  void draw_lines(Frame& frame, const Axis& x) const {
    const auto& r = plot_.result;
    frame.line({{x.lower, 0}, {x.upper, 0}}, "var(--soft)");
    for (const stats::WithError* level : {&r.lower, &r.bias, &r.upper}) {
      const auto colour_of = colour(level == &r.bias ? 0 : 1);
      frame.band({{x.lower, level->interval.lower}, {x.upper, level->interval.lower}},
                 {{x.lower, level->interval.upper}, {x.upper, level->interval.upper}}, colour_of, 0.16);
      frame.line({{x.lower, level->value}, {x.upper, level->value}}, colour_of,
                 level == &r.bias ? "" : "6 4");
    }
    if (!leans(r)) return;
    const auto at = [&](double mean) { return r.trend->intercept + r.trend->slope * mean; };
    frame.line({{means_.low, at(means_.low)}, {means_.high, at(means_.high)}}, "var(--ink)", "2 3");
  }

  void draw_points(Frame& frame) const {
    const std::size_t step = std::max<std::size_t>(1, (plot_.points.size() + most_points - 1) / most_points);
    for (std::size_t i = 0; i < plot_.points.size(); i += step)
      frame.dot(plot_.points[i].first, plot_.points[i].second, "var(--ink)");
  }

  void draw_labels(Svg& svg, const Frame& frame) const {
    const auto& r = plot_.result;
    const std::vector<double> values{r.upper.value, r.bias.value, r.lower.value};
    std::vector<double> wanted;
    wanted.reserve(values.size());
    for (const double value : values) wanted.push_back(frame.y_at(value) + 4);
    const auto places = spread(wanted, 17, frame.box().top, frame.box().bottom);
    for (std::size_t i = 0; i < values.size(); ++i)
      svg.text(frame.box().right + 6, places[i], signed_number(values[i]), {{"class", "soft"}});
  }

  const BlandAltmanPlot& plot_;
  Extent means_, differences_;
  std::vector<std::string> caption_;
};

}  // namespace

std::string bland_altman_plot(const BlandAltmanPlot& plot) {
  return AgreementDrawing(plot).draw();
}

}  // namespace securebase::report
