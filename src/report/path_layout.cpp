#include "report/path_layout.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace securebase::report {
namespace {

using Indices = std::vector<std::size_t>;

constexpr double margin = 16;  // around everything
constexpr double box_height = 32;
constexpr double ellipse_height = 46;
constexpr double row = 54;           // from one box to the next below
constexpr double gap_of_paths = 98;  // between columns with labelled arrows
constexpr double gap_of_ones = 28;   // where loadings are all 1
constexpr std::size_t longest_text = 12;

std::size_t letters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// What the arrows say about each node.
struct Roles {
  std::vector<bool> indicator;  // only measured
  std::vector<bool> outer;  // a factor that takes no part in paths, while its indicators belong to others too
  std::vector<std::size_t> rank;  // longest way of paths to it
  std::size_t ranks = 1;
};

std::vector<std::size_t> ranks_of(const PathDiagram& diagram, const std::vector<bool>& indicator) {
  std::vector<std::size_t> rank(diagram.nodes.size(), 0);
  for (std::size_t pass = 0; pass < diagram.nodes.size(); ++pass) {
    bool changed = false;
    for (const DiagramArrow& arrow : diagram.arrows) {
      if (arrow.kind == ArrowKind::covaries || indicator[arrow.from] || indicator[arrow.to]) continue;
      if (rank[arrow.to] > rank[arrow.from] || rank[arrow.from] + 1 >= diagram.nodes.size()) continue;
      rank[arrow.to] = rank[arrow.from] + 1;
      changed = true;
    }
    if (!changed) break;
  }
  return rank;
}

Roles roles_of(const PathDiagram& diagram) {
  const std::size_t n = diagram.nodes.size();
  std::vector<bool> measured(n), predicts(n), takes_part(n);
  std::vector<std::size_t> factors(n, 0);
  for (const DiagramArrow& arrow : diagram.arrows) {
    if (arrow.kind == ArrowKind::loads && !diagram.nodes[arrow.to].latent)
      measured[arrow.to] = true, ++factors[arrow.to];
    if (arrow.kind == ArrowKind::predicts)
      predicts[arrow.from] = true, takes_part[arrow.from] = takes_part[arrow.to] = true;
  }
  Roles roles;
  for (std::size_t i = 0; i < n; ++i) roles.indicator.push_back(measured[i] && !predicts[i]);
  const bool any_path =
      std::any_of(diagram.arrows.begin(), diagram.arrows.end(), [&](const DiagramArrow& arrow) {
        return arrow.kind == ArrowKind::predicts && diagram.nodes[arrow.from].latent;
      });
  roles.outer.assign(n, false);
  for (const DiagramArrow& arrow : diagram.arrows)
    if (any_path && arrow.kind == ArrowKind::loads && !takes_part[arrow.from] && factors[arrow.to] > 1)
      roles.outer[arrow.from] = true;
  roles.rank = ranks_of(diagram, roles.indicator);
  for (std::size_t i = 0; i < n; ++i)
    if (!roles.indicator[i]) roles.ranks = std::max(roles.ranks, roles.rank[i] + 1);
  return roles;
}

class Layouter {
 public:
  explicit Layouter(const PathDiagram& diagram) : diagram_(diagram), roles_(roles_of(diagram)) {
    layout_.nodes.resize(diagram.nodes.size());
    layout_.column.resize(diagram.nodes.size(), 0);
    for (std::size_t i = 0; i < diagram.nodes.size(); ++i) layout_.nodes[i] = size_of(diagram.nodes[i]);
  }

  PathLayout lay_out() {
    const bool any_indicator =
        std::find(roles_.indicator.begin(), roles_.indicator.end(), true) != roles_.indicator.end();
    if (any_indicator && !measured_last())
      in_blocks();
    else
      in_columns();
    finish();
    return std::move(layout_);
  }

 private:
  static PlacedNode size_of(const DiagramNode& node) {
    const auto n = static_cast<double>(std::max(letters(node_text(node.name)), letters(node.note)));
    return {0, 0, std::max(node.latent ? 56.0 : 44.0, (node.latent ? 26 : 16) + 7.6 * n),
            node.latent ? ellipse_height : box_height};
  }

  /// Whether all measured factors stand in the last rank.
  [[nodiscard]] bool measured_last() const {
    return std::all_of(diagram_.arrows.begin(), diagram_.arrows.end(), [&](const DiagramArrow& arrow) {
      return arrow.kind != ArrowKind::loads || !roles_.indicator[arrow.to] ||
             roles_.rank[arrow.from] + 1 == roles_.ranks;
    });
  }

  [[nodiscard]] Indices indicators_of(std::size_t factor) const {
    Indices found;
    for (const DiagramArrow& arrow : diagram_.arrows)
      if (arrow.kind == ArrowKind::loads && arrow.from == factor && roles_.indicator[arrow.to])
        found.push_back(arrow.to);
    return found;
  }

  /// Columns from left to right, each in the middle.
  void in_columns() {
    std::vector<Indices> columns(roles_.ranks + 1);
    for (std::size_t i = 0; i < diagram_.nodes.size(); ++i)
      columns[roles_.indicator[i] ? roles_.ranks : roles_.rank[i]].push_back(i);
    std::erase_if(columns, [](const Indices& column) { return column.empty(); });
    std::size_t most = 0;
    for (const Indices& column : columns) most = std::max(most, column.size());
    // Arrows that cross need room for their labels.
    const bool any_indicator =
        std::find(roles_.indicator.begin(), roles_.indicator.end(), true) != roles_.indicator.end();
    const double step = any_indicator ? row : 1.8 * row;
    for (std::size_t c = 0; c < columns.size(); ++c)
      stack(columns[c], c, static_cast<double>(most) * step, step);
    settle_factors(columns);
    place_columns(columns);
    lift_over_skips(columns);
  }

  void stack(const Indices& column, std::size_t c, double height, double least) {
    const auto n = static_cast<double>(column.size());
    const double step = std::max(column.size() > 1 ? std::min(height / n, 2.4 * row) : 0, least);
    for (std::size_t i = 0; i < column.size(); ++i) {
      layout_.nodes[column[i]].y = (static_cast<double>(i) - (n - 1) / 2) * step;
      layout_.column[column[i]] = c;
    }
  }

  /// A factor stands beside the middle of its indicators, and no nearer to the next than it can.
  void settle_factors(const std::vector<Indices>& columns) {
    for (const Indices& column : columns) {
      std::vector<std::pair<double, std::size_t>> wanted;
      for (const std::size_t i : column) {
        const auto own = indicators_of(i);
        if (own.empty()) return;
        double sum = 0;
        for (const std::size_t j : own) sum += layout_.nodes[j].y;
        wanted.emplace_back(sum / static_cast<double>(own.size()), i);
      }
      spread(wanted);
    }
  }

  void spread(std::vector<std::pair<double, std::size_t>>& wanted) {
    constexpr double least = 1.6 * row;
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    double shift = 0;
    for (std::size_t k = 1; k < wanted.size(); ++k)
      if (wanted[k].first < wanted[k - 1].first + least) {
        shift += (wanted[k - 1].first + least - wanted[k].first) / 2;
        wanted[k].first = wanted[k - 1].first + least;
      }
    for (const auto& [y, i] : wanted) layout_.nodes[i].y = y - shift;
  }

  [[nodiscard]] double width_of(const Indices& column) const {
    double width = 0;
    for (const std::size_t i : column) width = std::max(width, layout_.nodes[i].width);
    return width;
  }

  /// Whether no loading between two columns has a label.
  [[nodiscard]] bool plain_between(const Indices& a, const Indices& b) const {
    const auto in = [](const Indices& column, std::size_t i) {
      return std::find(column.begin(), column.end(), i) != column.end();
    };
    return std::all_of(diagram_.arrows.begin(), diagram_.arrows.end(), [&](const DiagramArrow& arrow) {
      const bool between = (in(a, arrow.from) && in(b, arrow.to)) || (in(b, arrow.from) && in(a, arrow.to));
      return !between || arrow.label.empty();
    });
  }

  void place_columns(const std::vector<Indices>& columns) {
    double x = 0;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double width = width_of(columns[c]);
      if (c > 0) x += plain_between(columns[c - 1], columns[c]) ? gap_of_ones : gap_of_paths;
      for (const std::size_t i : columns[c]) layout_.nodes[i].x = x + width / 2;
      x += width;
    }
    layout_.columns = columns.size();
  }

  /// An arrow that passes over a column must not run through what stands there: a single node goes up.
  void lift_over_skips(const std::vector<Indices>& columns) {
    for (const DiagramArrow& arrow : diagram_.arrows) {
      const std::size_t from = layout_.column[arrow.from], to = layout_.column[arrow.to];
      for (std::size_t c = std::min(from, to) + 1; c < std::max(from, to); ++c)
        for (const std::size_t i : columns[c])
          if (is_on(arrow, layout_.nodes[i])) layout_.nodes[i].y -= 1.5 * row;
    }
  }

  [[nodiscard]] bool is_on(const DiagramArrow& arrow, const PlacedNode& node) const {
    const PlacedNode& a = layout_.nodes[arrow.from];
    const PlacedNode& b = layout_.nodes[arrow.to];
    const double t = (node.x - a.x) / (b.x - a.x);
    return std::abs(a.y + t * (b.y - a.y) - node.y) < node.height / 2 + 14;
  }

  /// Ranks from top to bottom; the members of a rank left and right, their indicators outside.
  void in_blocks() {
    Indices sides[2], outer[2], boxes[2];
    double y = 0;
    std::size_t turn = 0;
    for (std::size_t rank = 0; rank < roles_.ranks; ++rank) {
      Indices members;
      for (std::size_t i = 0; i < diagram_.nodes.size(); ++i)
        if (!roles_.indicator[i] && !roles_.outer[i] && roles_.rank[i] == rank) members.push_back(i);
      if (members.empty()) continue;
      double heights[2] = {0, 0};
      for (std::size_t k = 0; k < members.size(); ++k) {
        const std::size_t side = members.size() == 1 ? turn++ % 2 : k % 2;
        sides[side].push_back(members[k]);
        heights[side] += add_member(members[k], boxes[side], y + heights[side]);
      }
      y += std::max(heights[0], heights[1]) + 12;
    }
    add_outer(outer, boxes, y);
    std::vector<Indices> columns = {outer[0], boxes[0], sides[0], sides[1], boxes[1], outer[1]};
    std::erase_if(columns, [](const Indices& column) { return column.empty(); });
    for (std::size_t c = 0; c < columns.size(); ++c)
      for (const std::size_t i : columns[c]) layout_.column[i] = c;
    place_columns(columns);
  }

  /// Places a node and what only it measures; the height they take.
  double add_member(std::size_t member, Indices& boxes, double top) {
    Indices own;
    for (const std::size_t i : indicators_of(member))
      if (!placed(i)) own.push_back(i);
    const double height = std::max(1.7 * row, static_cast<double>(own.size()) * (box_height + 10) + 14);
    layout_.nodes[member].y = top + height / 2;
    for (std::size_t k = 0; k < own.size(); ++k) {
      layout_.nodes[own[k]].y =
          top + height / 2 +
          (static_cast<double>(k) - static_cast<double>(own.size() - 1) / 2) * (box_height + 10);
      boxes.push_back(own[k]);
      done_.push_back(own[k]);
    }
    return height;
  }

  [[nodiscard]] bool placed(std::size_t i) const {
    return std::find(done_.begin(), done_.end(), i) != done_.end();
  }

  /// Factors beside the paths: on the side where their indicators are.
  void add_outer(Indices (&outer)[2], const Indices (&boxes)[2], double bottom) {
    for (std::size_t i = 0; i < diagram_.nodes.size(); ++i) {
      if (!roles_.outer[i]) continue;
      const auto own = indicators_of(i);
      std::size_t right = 0;
      double sum = 0;
      for (const std::size_t j : own) {
        sum += layout_.nodes[j].y;
        if (std::find(boxes[1].begin(), boxes[1].end(), j) != boxes[1].end()) ++right;
      }
      layout_.nodes[i].y = own.empty() ? bottom : sum / static_cast<double>(own.size());
      outer[2 * right > own.size() ? 1 : 0].push_back(i);
    }
  }

  /// From (0, 0), with margins, and room for curves at the sides and above.
  void finish() {
    double left = 0, top = 0, right = 0, bottom = 0;
    for (std::size_t i = 0; i < layout_.nodes.size(); ++i) {
      const PlacedNode& node = layout_.nodes[i];
      left = i == 0 ? node.x - node.width / 2 : std::min(left, node.x - node.width / 2);
      right = i == 0 ? node.x + node.width / 2 : std::max(right, node.x + node.width / 2);
      top = i == 0 ? node.y - node.height / 2 : std::min(top, node.y - node.height / 2);
      bottom = i == 0 ? node.y + node.height / 2 : std::max(bottom, node.y + node.height / 2);
    }
    double room[3] = {0, 0, 0};  // left, right, above
    for (const DiagramArrow& arrow : diagram_.arrows) {
      if (arrow.kind != ArrowKind::covaries) continue;
      const auto& a = layout_.nodes[arrow.from];
      const auto& b = layout_.nodes[arrow.to];
      const std::size_t ca = layout_.column[arrow.from], cb = layout_.column[arrow.to];
      if (ca == cb)
        room[2 * ca >= layout_.columns && layout_.columns > 1 ? 1 : 0] = std::max(
            room[2 * ca >= layout_.columns && layout_.columns > 1 ? 1 : 0], 46 + 0.16 * std::abs(a.y - b.y));
      else if (std::max(ca, cb) - std::min(ca, cb) > 1)
        room[2] = std::max(room[2], 60.0);
    }
    for (PlacedNode& node : layout_.nodes) {
      node.x += margin + room[0] - left;
      node.y += margin + room[2] - top;
    }
    layout_.width = right - left + 2 * margin + room[0] + room[1];
    layout_.height = bottom - top + 2 * margin + room[2];
  }

  const PathDiagram& diagram_;
  Roles roles_;
  PathLayout layout_;
  Indices done_;
};

}  // namespace

std::string node_text(const std::string& name) {
  if (letters(name) <= longest_text) return name;
  std::string text;
  std::size_t kept = 0;
  for (const char c : name) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && kept++ == longest_text - 1) break;
    text += c;
  }
  return text + "\u2026";
}

PathLayout lay_out(const PathDiagram& diagram) {
  return Layouter(diagram).lay_out();
}

}  // namespace securebase::report
