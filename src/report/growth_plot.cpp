#include "report/growth_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/printable.hpp"
#include "report/frame.hpp"

namespace securebase::report {
namespace {

using models::GrowthCurve;
using models::GrowthCurves;
using models::GrowthPoint;

constexpr std::size_t most_label = 60;

std::string label_of(const GrowthCurves& curves, const GrowthCurve& curve) {
  std::string label;
  if (!curve.group.empty()) label = printable(curves.group + " " + curve.group, most_label);
  if (curve.intake) label += fmt::format("{}from {:.4g}", label.empty() ? "" : ", ", *curve.intake);
  return label;
}

/// Single clients are shown around one course only: around several they would hide each other.
const GrowthCurve* with_clients(const GrowthCurves& curves) {
  if (curves.curves.size() == 1) return &curves.curves.front();
  if (!curves.group.empty()) return nullptr;
  return &curves.curves[curves.curves.size() / 2];
}

template <class Value>
Points points_of(const GrowthCurve& curve, const Value& value) {
  Points points;
  for (const GrowthPoint& p : curve.points) points.emplace_back(p.time, value(p));
  return points;
}

double low_client(const GrowthPoint& p) {
  return p.percentiles.front();
}
double high_client(const GrowthPoint& p) {
  return p.percentiles.back();
}

/// Straight between points of a curved course looks broken; so many points are straight enough.
Axis outcome_axis(const GrowthCurves& curves) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const GrowthCurve& curve : curves.curves)
    for (const GrowthPoint& p : curve.points) {
      const bool clients = &curve == with_clients(curves);
      low = std::min(low, clients ? std::min(p.mean.lower, low_client(p)) : p.mean.lower);
      high = std::max(high, clients ? std::max(p.mean.upper, high_client(p)) : p.mean.upper);
    }
  constexpr std::size_t ticks = 6;
  return round_axis(printable(curves.outcome, most_label), low, high, ticks);
}

std::string explained(const GrowthCurves& curves) {
  std::string words =
      fmt::format("Line: what is expected. Band: {:g} % interval of the mean.", curves.level * 100);
  if (const GrowthCurve* curve = with_clients(curves)) {
    words += " Wide band: 10th to 90th percentile of single clients";
    if (curve->intake) words += fmt::format(" who begin at {:.4g}", *curve->intake);
    words += ".";
  }
  if (!curves.intake.empty())
    words += fmt::format(" Beginnings are those of 10, 25, 50, 75 and 90 % of clients in {}.",
                         printable(curves.intake, most_label));
  return words;
}

}  // namespace

std::string growth_plot(const GrowthCurves& curves) {
  std::vector<std::string> labels;
  double widest = 0;
  const bool labelled = curves.curves.size() > 1 || !label_of(curves, curves.curves.front()).empty();
  constexpr double most_label_width = 130;
  for (const GrowthCurve& curve : curves.curves) {
    labels.push_back(labelled ? cut_to(label_of(curves, curve), most_label_width) : "");
    widest = std::max(widest, width_of(labels.back()));
  }
  const auto caption = broken_at(explained(curves), picture_width - 24);
  constexpr double top = 56;
  constexpr double bottom = 300;
  constexpr double line_height = 17;
  const double below = bottom + 64;
  const int height = static_cast<int>(below + line_height * static_cast<double>(caption.size()));
  const std::string title =
      fmt::format("{} over {}", printable(curves.outcome, most_label), printable(curves.time, most_label));
  Svg svg(picture_width, height, title, explained(curves));
  svg.text(12, 24, cut_to(title, picture_width - 24), {{"style", "font-size:16px;font-weight:600"}});
  const auto& first = curves.curves.front().points;
  constexpr std::size_t ticks = 7;
  const Axis y = outcome_axis(curves);
  double ticks_width = 0;
  for (const double tick : y.ticks) ticks_width = std::max(ticks_width, width_of(tick_text(y, tick)));
  Frame frame(svg, {18 + ticks_width, top, picture_width - 14 - (labelled ? widest + 10 : 0), bottom},
              tight_axis(printable(curves.time, most_label), first.front().time, first.back().time, ticks),
              y);
  frame.axes();
  std::vector<double> ends;
  for (std::size_t i = 0; i < curves.curves.size(); ++i) {
    const GrowthCurve& curve = curves.curves[i];
    if (&curve == with_clients(curves))
      frame.band(points_of(curve, low_client), points_of(curve, high_client), colour(i), 0.12);
    frame.band(points_of(curve, [](const GrowthPoint& p) { return p.mean.lower; }),
               points_of(curve, [](const GrowthPoint& p) { return p.mean.upper; }), colour(i), 0.24);
  }
  for (std::size_t i = 0; i < curves.curves.size(); ++i) {
    const Points line = points_of(curves.curves[i], [](const GrowthPoint& p) { return p.expected; });
    frame.line(line, colour(i));
    ends.push_back(frame.y_at(line.back().second));
  }
  const auto places = spread(ends, line_height, top, bottom);
  for (std::size_t i = 0; labelled && i < labels.size(); ++i) {
    svg.element("line", {{"x1", coordinate(frame.box().right + 1)},
                         {"y1", coordinate(ends[i])},
                         {"x2", coordinate(frame.box().right + 7)},
                         {"y2", coordinate(places[i])},
                         {"style", "stroke:" + std::string(colour(i))}});
    svg.text(frame.box().right + 10, places[i] + 4.5, labels[i],
             {{"style", "fill:" + std::string(colour(i))}});
  }
  for (std::size_t i = 0; i < caption.size(); ++i)
    svg.text(12, below + line_height * static_cast<double>(i), caption[i], {{"class", "soft"}});
  return std::move(svg).finish();
}

}  // namespace securebase::report
