#include "report/path_diagram.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/frame.hpp"
#include "report/path_layout.hpp"
#include "report/svg.hpp"

namespace securebase::report {
namespace {

using stats::Relation;

struct Point {
  double x = 0, y = 0;
};

struct Rectangle {
  double left = 0, top = 0, right = 0, bottom = 0;
};

double overlap(const Rectangle& a, const Rectangle& b) {
  const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

Point between(const Point& a, const Point& b, double t) {
  return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/// Where the line from the middle of a node to `towards` leaves it, a little outside.
Point border(const PlacedNode& node, bool latent, const Point& towards) {
  const double dx = towards.x - node.x, dy = towards.y - node.y;
  const double length = std::hypot(dx, dy);
  if (!(length > 0)) return {node.x, node.y};
  const double a = node.width / 2, b = node.height / 2;
  const double reach = latent ? 1 / std::sqrt(dx * dx / (a * a) + dy * dy / (b * b))
                              : std::min(dx == 0 ? 1e9 : a / std::abs(dx), dy == 0 ? 1e9 : b / std::abs(dy));
  const double t = reach + 2 / length;
  return {node.x + t * dx, node.y + t * dy};
}

/// A cubic curve.
struct Curve {
  Point a, p, q, b;

  [[nodiscard]] Point at(double t) const {
    const Point u = between(a, p, t), v = between(p, q, t), w = between(q, b, t);
    return between(between(u, v, t), between(v, w, t), t);
  }
};

Curve line(const Point& a, const Point& b) {
  return {a, between(a, b, 1.0 / 3), between(a, b, 2.0 / 3), b};
}

class Drawing {
 public:
  explicit Drawing(const PathDiagram& diagram)
      : diagram_(diagram),
        layout_(lay_out(diagram)),
        svg_(static_cast<int>(std::ceil(std::max(layout_.width, 320.0))),
             static_cast<int>(
                 std::ceil(layout_.height + 10 + caption_line * static_cast<double>(caption().size()))),
             diagram.title, diagram.description) {
    const double spare = std::max(layout_.width, 320.0) - layout_.width;
    for (PlacedNode& node : layout_.nodes) node.x += spare / 2;
    for (const PlacedNode& node : layout_.nodes)
      taken_.push_back({node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2,
                        node.y + node.height / 2});
  }

  std::string draw() && {
    for (const DiagramArrow& arrow : diagram_.arrows) draw_arrow(arrow);
    for (std::size_t i = 0; i < diagram_.nodes.size(); ++i) draw_node(diagram_.nodes[i], layout_.nodes[i]);
    draw_labels();
    draw_caption();
    return std::move(svg_).finish();
  }

 private:
  static constexpr double caption_line = 15;

  [[nodiscard]] std::vector<std::string> caption() const {
    constexpr double small = 13 / 11.5;  // letters are smaller than what broken_at counts with
    return broken_at(diagram_.caption, (std::max(layout_.width, 320.0) - 32) * small);
  }

  void draw_node(const DiagramNode& node, const PlacedNode& at) {
    const Attributes look = {{"fill", "var(--paper)"}, {"stroke", "var(--ink)"}, {"stroke-width", "1.4"}};
    Attributes shape = look;
    if (node.latent) {
      shape.insert(shape.begin(), {{"cx", coordinate(at.x)},
                                   {"cy", coordinate(at.y)},
                                   {"rx", coordinate(at.width / 2)},
                                   {"ry", coordinate(at.height / 2)}});
      svg_.element("ellipse", shape);
    } else {
      shape.insert(shape.begin(), {{"x", coordinate(at.x - at.width / 2)},
                                   {"y", coordinate(at.y - at.height / 2)},
                                   {"width", coordinate(at.width)},
                                   {"height", coordinate(at.height)},
                                   {"rx", "3"}});
      svg_.element("rect", shape);
    }
    const bool two = !node.note.empty();
    svg_.text(at.x, at.y + (two ? -2 : 4.5), node_text(node.name), {{"text-anchor", "middle"}});
    if (two)
      svg_.text(at.x, at.y + 13, node.note,
                {{"text-anchor", "middle"}, {"class", "soft"}, {"font-size", "11"}});
  }

  [[nodiscard]] Curve curve_of(const DiagramArrow& arrow) const {
    const PlacedNode& a = layout_.nodes[arrow.from];
    const PlacedNode& b = layout_.nodes[arrow.to];
    const bool la = diagram_.nodes[arrow.from].latent, lb = diagram_.nodes[arrow.to].latent;
    if (arrow.kind != ArrowKind::covaries) return line(border(a, la, {b.x, b.y}), border(b, lb, {a.x, a.y}));
    const std::size_t ca = layout_.column[arrow.from], cb = layout_.column[arrow.to];
    const bool inside = ca > 0 && ca + 1 < layout_.columns;
    if (ca == cb && inside && are_neighbours(arrow))
      return line(border(a, la, {b.x, b.y}), border(b, lb, {a.x, a.y}));
    if (ca == cb) return beside(a, b, 2 * ca >= layout_.columns && layout_.columns > 1 ? 1 : -1);
    if (std::max(ca, cb) - std::min(ca, cb) > 1) return above(a, b);
    return arched(a, la, b, lb);
  }

  /// Whether nothing stands between two of one column.
  [[nodiscard]] bool are_neighbours(const DiagramArrow& arrow) const {
    const double a = layout_.nodes[arrow.from].y, b = layout_.nodes[arrow.to].y;
    for (std::size_t i = 0; i < layout_.nodes.size(); ++i)
      if (layout_.column[i] == layout_.column[arrow.from] && layout_.nodes[i].y > std::min(a, b) &&
          layout_.nodes[i].y < std::max(a, b))
        return false;
    return true;
  }

  /// Two in one column: round the outside.
  static Curve beside(const PlacedNode& a, const PlacedNode& b, double side) {
    const double bulge = 30 + 0.16 * std::abs(a.y - b.y);
    const Point from{a.x + side * (a.width / 2 + 2), a.y}, to{b.x + side * (b.width / 2 + 2), b.y};
    const double x = side * std::max(side * from.x, side * to.x) + side * bulge;
    return {from, {x, from.y}, {x, to.y}, to};
  }

  static Curve above(const PlacedNode& a, const PlacedNode& b) {
    const Point from{a.x, a.y - a.height / 2 - 2}, to{b.x, b.y - b.height / 2 - 2};
    // Its height is a quarter of its ends and three quarters of its handles.
    constexpr double highest = 16;
    const double y = (highest - (from.y + to.y) / 8) / 0.75;
    const double out = from.x < to.x ? -12 : 12;
    return {from, {from.x + out, y}, {to.x - out, y}, to};
  }

  /// Two in neighbouring columns: a shallow arc.
  static Curve arched(const PlacedNode& a, bool la, const PlacedNode& b, bool lb) {
    const Point middle = between({a.x, a.y}, {b.x, b.y}, 0.5);
    const Point over{middle.x, middle.y - 30};
    const Point from = border(a, la, over), to = border(b, lb, over);
    return {from, between(from, over, 0.8), between(to, over, 0.8), to};
  }

  void draw_arrow(const DiagramArrow& arrow) {
    const Curve curve = curve_of(arrow);
    const bool both = arrow.kind == ArrowKind::covaries;
    const char* colour = arrow.weight == ArrowWeight::fixed ? "var(--soft)" : both ? "var(--b)" : "var(--a)";
    Attributes look = {
        {"d", fmt::format("M{} {}C{} {} {} {} {} {}", coordinate(curve.a.x), coordinate(curve.a.y),
                          coordinate(curve.p.x), coordinate(curve.p.y), coordinate(curve.q.x),
                          coordinate(curve.q.y), coordinate(curve.b.x), coordinate(curve.b.y))},
        {"fill", "none"},
        {"stroke", colour},
        {"stroke-width", arrow.weight == ArrowWeight::clear ? "2" : "1.2"}};
    if (arrow.weight == ArrowWeight::unclear) look.emplace_back("stroke-dasharray", "5 3");
    svg_.element("path", look);
    draw_head(curve.b, curve.at(0.97), colour);
    if (both) draw_head(curve.a, curve.at(0.03), colour);
    if (!arrow.label.empty()) labels_.push_back({&arrow, curve});
  }

  void draw_head(const Point& tip, const Point& before, const char* colour) {
    const double dx = tip.x - before.x, dy = tip.y - before.y, length = std::hypot(dx, dy);
    if (!(length > 0)) return;
    constexpr double size = 9, half = 3.8;
    const double ux = dx / length, uy = dy / length;
    const Point base{tip.x - size * ux, tip.y - size * uy};
    svg_.element("path", {{"d", fmt::format("M{} {}L{} {}L{} {}Z", coordinate(tip.x), coordinate(tip.y),
                                            coordinate(base.x - half * uy), coordinate(base.y + half * ux),
                                            coordinate(base.x + half * uy), coordinate(base.y - half * ux))},
                          {"fill", colour}});
  }

  /// Labels one by one, each where it covers least of what stands already.
  void draw_labels() {
    for (const auto& [arrow, curve] : labels_) {
      const double width = 7 * static_cast<double>(arrow->label.size()) + 6;
      const bool loads = arrow->kind == ArrowKind::loads;
      const bool slanted = std::abs(curve.a.y - curve.b.y) > 20 && arrow->kind == ArrowKind::predicts;
      Rectangle best;
      double least = 1e18;
      for (const double t : slanted ? std::vector{0.27, 0.3, 0.7, 0.4, 0.6, 0.22, 0.78, 0.5, 0.35, 0.65}
                            : loads ? std::vector{0.6, 0.7, 0.5, 0.42, 0.78, 0.34, 0.26}
                                    : std::vector{0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74}) {
        const Point at = curve.at(t);
        const Rectangle place{at.x - width / 2, at.y - 8, at.x + width / 2, at.y + 8};
        double covered = 0;
        for (const Rectangle& other : taken_) covered += overlap(place, other);
        if (covered >= least) continue;
        least = covered;
        best = place;
        if (covered == 0) break;
      }
      taken_.push_back(best);
      svg_.element("rect", {{"x", coordinate(best.left)},
                            {"y", coordinate(best.top)},
                            {"width", coordinate(best.right - best.left)},
                            {"height", coordinate(best.bottom - best.top)},
                            {"rx", "4"},
                            {"fill", "var(--paper)"}});
      svg_.text((best.left + best.right) / 2, best.bottom - 3.5, arrow->label,
                {{"text-anchor", "middle"}, {"font-size", "12.5"}});
    }
  }

  void draw_caption() {
    double y = layout_.height + 8;
    for (const std::string& line : caption()) {
      svg_.text(16, y, line, {{"class", "soft"}, {"font-size", "11.5"}});
      y += caption_line;
    }
  }

  const PathDiagram& diagram_;
  PathLayout layout_;
  Svg svg_;
  std::vector<Rectangle> taken_;
  std::vector<std::pair<const DiagramArrow*, Curve>> labels_;
};

std::string short_number(double value) {
  const std::string text = fmt::format("{:.{}f}", value,
                                       std::abs(value) >= 100  ? 0
                                       : std::abs(value) >= 10 ? 1
                                                               : 2);
  return text == "-0.00" ? "0.00" : text;
}

ArrowWeight weight_of(const stats::StructuralEstimate& e) {
  if (e.term.fixed) return ArrowWeight::fixed;
  const bool clear = e.std_error && (e.interval.lower > 0 || e.interval.upper < 0);
  return clear ? ArrowWeight::clear : ArrowWeight::unclear;
}

/// Loadings that are all 1 say nothing; among others, such as 0, 1, 2, they do.
bool only_ones(const stats::StructuralFit& fit, const std::string& factor) {
  return std::all_of(fit.estimates.begin(), fit.estimates.end(), [&](const stats::StructuralEstimate& e) {
    return e.term.relation != Relation::loads || e.term.left != factor || !e.term.fixed || *e.term.fixed == 1;
  });
}

std::string label_of(const stats::StructuralFit& fit, const stats::StructuralEstimate& e) {
  if (!e.term.fixed) return short_number(e.estimate);
  return e.term.relation == Relation::loads && only_ones(fit, e.term.left)
             ? ""
             : fmt::format("{:g}", *e.term.fixed);
}

}  // namespace

PathDiagram diagram_of(const stats::StructuralFit& fit, std::span<const stats::StructuralGroup> groups,
                       const std::string& title) {
  PathDiagram diagram;
  diagram.title = title + (groups.size() > 1 ? ": " + groups[0].name : "");
  diagram.caption = "Estimates in the units of the data; dashed: its interval holds 0; grey: fixed.";
  std::map<std::string, std::size_t> at;
  for (const auto& [names, latent] :
       {std::pair(&groups[0].model.latent, true), std::pair(&groups[0].model.observed, false)})
    for (const std::string& name : *names) {
      at[name] = diagram.nodes.size();
      diagram.nodes.push_back({name, latent, ""});
    }
  for (const auto& e : fit.estimates) {
    if (e.group != 0) continue;
    const auto left = at.find(e.term.left);
    if (left == at.end()) continue;
    DiagramNode& node = diagram.nodes[left->second];
    if (e.term.relation == Relation::mean) {
      if (node.latent && !e.term.fixed) node.note = "mean " + short_number(e.estimate);
      continue;
    }
    const auto right = at.find(e.term.right);
    const bool variance = e.term.left == e.term.right;
    if (right == at.end() || variance) continue;
    if (e.term.relation == Relation::covaries && e.term.fixed && *e.term.fixed == 0) continue;
    const bool predicts = e.term.relation == Relation::predicts;
    const ArrowKind kind = predicts                                ? ArrowKind::predicts
                           : e.term.relation == Relation::covaries ? ArrowKind::covaries
                                                                   : ArrowKind::loads;
    const auto& given = groups[0].model.given;
    if (kind == ArrowKind::covaries && std::find(given.begin(), given.end(), e.term.left) != given.end())
      continue;
    diagram.arrows.push_back({kind, predicts ? right->second : left->second,
                              predicts ? left->second : right->second, label_of(fit, e), weight_of(e)});
    diagram.description += fmt::format("{} {:.3g}. ", stats::to_text(e.term), e.estimate);
  }
  return diagram;
}

std::string path_diagram(const PathDiagram& diagram) {
  return Drawing(diagram).draw();
}

}  // namespace securebase::report
