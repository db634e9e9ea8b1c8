#include "report/place_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace securebase::report {
namespace {

constexpr double map_top = 62;
constexpr double map_left = 44;
constexpr double names_width = 112;
constexpr double line_height = 17;
constexpr std::size_t most_marks = 10;

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

void take(const MapPlace& place, Extent& x, Extent& y) {
  x.take(place.x);
  y.take(place.y);
  for (const auto& [px, py] : place.outline) {
    x.take(px);
    y.take(py);
  }
}

/// Both axes as long as each other, so that distances are alike in every direction.
std::pair<Axis, Axis> axes_of(const PlaceMap& map) {
  Extent x;
  Extent y;
  for (const MapMark& mark : map.marks) {
    if (mark.then) take(*mark.then, x, y);
    take(mark.now, x, y);
    for (const auto& [px, py] : mark.path) {
      x.take(px);
      y.take(py);
    }
  }
  const double half = std::max({x.high - x.low, y.high - y.low, 1e-6}) / 2;
  const double mx = (x.low + x.high) / 2;
  const double my = (y.low + y.high) / 2;
  constexpr std::size_t ticks = 7;
  Axis across = tight_axis(map.x_label, mx - half, mx + half, ticks);
  Axis up = tight_axis(map.y_label, my - half, my + half, ticks);
  return {std::move(across), std::move(up)};
}

/// A closed line; filled where it is of now.
void region(Svg& svg, const Frame& frame, const Points& outline, std::string_view hue, bool of_now) {
  if (outline.empty()) return;
  std::string corners;
  for (const auto& [x, y] : outline)
    corners += fmt::format("{},{} ", coordinate(frame.x_at(x)), coordinate(frame.y_at(y)));
  corners.pop_back();
  Attributes attributes{{"points", corners},
                        {"style", fmt::format("stroke:{0};stroke-width:{1};fill:{0};fill-opacity:{2}", hue,
                                              of_now ? "1.5" : "1", of_now ? "0.14" : "0")}};
  if (!of_now) attributes.emplace_back("stroke-dasharray", "3 3");
  svg.element("polygon", attributes);
}

void ring(Svg& svg, const Frame& frame, const MapPlace& place, std::string_view hue) {
  svg.element("circle", {{"cx", coordinate(frame.x_at(place.x))},
                         {"cy", coordinate(frame.y_at(place.y))},
                         {"r", "4"},
                         {"style", fmt::format("fill:var(--paper);stroke:{};stroke-width:1.5", hue)}});
}

void draw(Svg& svg, Frame& frame, const MapMark& mark, std::string_view hue) {
  if (mark.then) region(svg, frame, mark.then->outline, hue, false);
  region(svg, frame, mark.now.outline, hue, true);
  if (mark.path.size() > 1) frame.line(mark.path, hue, "6 4");
  if (mark.faint) return;
  if (mark.then) ring(svg, frame, *mark.then, hue);
  frame.dot(mark.now.x, mark.now.y, hue);
}

}  // namespace

std::string place_map(const PlaceMap& map) {
  PlaceMap shown = map;
  if (shown.marks.size() > most_marks) {
    shown.caption += fmt::format(" {} more marks are left out.", shown.marks.size() - most_marks);
    shown.marks.resize(most_marks);
  }
  const auto [x, y] = axes_of(shown);
  const double side = picture_width - map_left - names_width - 14;
  const double bottom = map_top + side;
  const auto caption = broken_at(shown.caption, picture_width - 24);
  const double below = bottom + 64;
  Svg svg(picture_width, static_cast<int>(below + line_height * static_cast<double>(caption.size())),
          map.title, map.description);
  svg.text(12, 24, cut_to(map.title, (picture_width - 24) * 0.77),
           {{"style", "font-size:16px;font-weight:600"}});
  Frame frame(svg, {map_left, map_top, map_left + side, bottom}, x, y);
  frame.axes();
  std::vector<double> wanted;
  wanted.reserve(shown.marks.size());
  for (std::size_t i = 0; i < shown.marks.size(); ++i) {
    draw(svg, frame, shown.marks[i], colour(i));
    wanted.push_back(frame.y_at(shown.marks[i].now.y));
  }
  const auto places = spread(wanted, line_height, map_top + 6, bottom);
  for (std::size_t i = 0; i < shown.marks.size(); ++i) {
    const auto hue = std::string(colour(i));
    svg.element("line", {{"x1", coordinate(frame.x_at(shown.marks[i].now.x) + 5)},
                         {"y1", coordinate(wanted[i])},
                         {"x2", coordinate(frame.box().right + 6)},
                         {"y2", coordinate(places[i])},
                         {"style", "stroke:" + hue + ";stroke-width:0.75;opacity:0.6"}});
    svg.text(frame.box().right + 9, places[i] + 4.5, cut_to(shown.marks[i].name, names_width),
             {{"style", "fill:" + hue}});
  }
  for (std::size_t i = 0; i < caption.size(); ++i)
    svg.text(12, below + line_height * static_cast<double>(i), caption[i], {{"class", "soft"}});
  return std::move(svg).finish();
}

}  // namespace securebase::report
