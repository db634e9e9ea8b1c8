#pragma once
// The frame of a plot: two axes with round ticks, and lines, bands and dots between them. Pictures are drawn
// 460 pixels wide, so that they can be read on a phone.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/svg.hpp"

namespace securebase::report {

inline constexpr int picture_width = 460;

/// Numbers along one direction. `lower` is below `upper`; ticks lie between them.
struct Axis {
  std::string label;
  double lower = 0;
  double upper = 1;
  std::vector<double> ticks;
};

/// From the values that are to be seen: ends and ticks are 1, 2 or 5 times a power of ten, `most` ticks at
/// most (2 at least). One value alone gets some room.
[[nodiscard]] Axis round_axis(std::string label, double lowest, double highest, std::size_t most);
/// Ends at the values themselves: for time.
[[nodiscard]] Axis tight_axis(std::string label, double lowest, double highest, std::size_t most);

/// As many decimals as the ticks of an axis need, with a true minus.
[[nodiscard]] std::string tick_text(const Axis& axis, double tick);

/// How wide words are at 13 pixels, roughly and rather too much.
[[nodiscard]] double width_of(std::string_view words);
/// Cut to a width, with an ellipsis where something is left out.
[[nodiscard]] std::string cut_to(std::string_view words, double width);
/// Broken at blanks into lines of a width.
[[nodiscard]] std::vector<std::string> broken_at(std::string_view words, double width);

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

using Points = std::vector<std::pair<double, double>>;  ///< in the units of the axes

class Frame {
 public:
  Frame(Svg& svg, Box box, Axis x, Axis y);

  /// Grid, ticks and labels; nothing of y where `only_x`.
  enum class Axes { both, only_x };
  void axes(Axes which = Axes::both);
  void line(const Points& points, std::string_view colour, std::string_view dash = "");
  /// Between two lines.
  void band(const Points& lower, const Points& upper, std::string_view colour, double opacity);
  void dot(double x, double y, std::string_view colour);

  [[nodiscard]] double x_at(double value) const;
  [[nodiscard]] double y_at(double value) const;
  [[nodiscard]] const Box& box() const { return box_; }

 private:
  Svg& svg_;
  Box box_;
  Axis x_;
  Axis y_;
};

/// Places for labels that want to stand at `wanted`, `gap` apart at least and within [top, bottom] as far as
/// there is room.
[[nodiscard]] std::vector<double> spread(const std::vector<double>& wanted, double gap, double top,
                                         double bottom);

/// The nth colour of lines: "var(--a)" and so on.
[[nodiscard]] std::string_view colour(std::size_t n);

}  // namespace securebase::report
