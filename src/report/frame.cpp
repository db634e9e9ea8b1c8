#include "report/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace securebase::report {
namespace {

constexpr double letter = 7;

bool begins_letter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// 1, 2 or 5 times a power of ten: steps of which `most` - 1 reach over the range.
double round_step(double range, std::size_t most) {
  const double raw = range / static_cast<double>(std::max<std::size_t>(most, 2) - 1);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double times : {1.0, 2.0, 5.0})
    if (times * power >= raw * (1 - 1e-9)) return times * power;
  return 10 * power;
}

/// A range to draw, whatever the values are.
std::pair<double, double> with_room(double lowest, double highest) {
  if (highest - lowest > 1e-12 * std::max(std::abs(lowest), std::abs(highest))) return {lowest, highest};
  const double room = lowest == 0 ? 1 : std::abs(lowest) * 0.1;
  return {lowest - room, lowest + room};
}

std::vector<double> ticks_between(double lower, double upper, double step) {
  std::vector<double> ticks;
  const auto first = static_cast<long long>(std::ceil(lower / step - 1e-9));
  const auto last = static_cast<long long>(std::floor(upper / step + 1e-9));
  for (auto k = first; k <= last; ++k) ticks.push_back(static_cast<double>(k) * step);
  return ticks;
}

std::string path(const Points& points, const Frame& frame, char begin) {
  std::string text;
  for (const auto& [x, y] : points)
    text += fmt::format("{}{} {}", text.empty() ? begin : 'L', coordinate(frame.x_at(x)),
                        coordinate(frame.y_at(y)));
  return text;
}

std::string styled(std::string_view property, std::string_view colour) {
  return fmt::format("{}:{}", property, colour);
}

}  // namespace

Axis round_axis(std::string label, double lowest, double highest, std::size_t most) {
  const auto [from, to] = with_room(lowest, highest);
  const double step = round_step(to - from, most > 2 ? most - 1 : 2);
  Axis axis{std::move(label), std::floor(from / step + 1e-9) * step, std::ceil(to / step - 1e-9) * step, {}};
  axis.ticks = ticks_between(axis.lower, axis.upper, step);
  return axis;
}

Axis tight_axis(std::string label, double lowest, double highest, std::size_t most) {
  const auto [from, to] = with_room(lowest, highest);
  const double step = round_step(to - from, most);
  Axis axis{std::move(label), from, to, ticks_between(from, to, step)};
  // A first session is worth a tick of its own where there is room.
  constexpr double room = 0.6;
  if (from == std::floor(from) && step >= 1 && axis.ticks.front() - from > room * step)
    axis.ticks.insert(axis.ticks.begin(), from);
  return axis;
}

std::string tick_text(const Axis& axis, double tick) {
  const double step = axis.ticks.size() > 1 ? axis.ticks.back() - axis.ticks[axis.ticks.size() - 2] : 1;
  const double largest = std::max(std::abs(axis.lower), std::abs(axis.upper));
  std::string text;
  if (largest >= 1e6 || step < 1e-5)
    text = fmt::format("{:.3g}", tick);
  else
    text = fmt::format("{:.{}f}", tick, std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9))));
  return text.starts_with('-') ? "\u2212" + text.substr(1) : text;
}

double width_of(std::string_view words) {
  return letter * static_cast<double>(std::count_if(words.begin(), words.end(), begins_letter));
}

std::string cut_to(std::string_view words, double width) {
  if (width_of(words) <= width) return std::string(words);
  std::string text;
  double used = letter;
  for (const char c : words) {
    if (begins_letter(c)) used += letter;
    if (used > width) break;
    text += c;
  }
  return text + "\u2026";
}

std::vector<std::string> broken_at(std::string_view words, double width) {
  std::vector<std::string> lines;
  while (!words.empty()) {
    const auto blank = words.find(' ');
    const std::string word(words.substr(0, blank));
    if (!lines.empty() && width_of(lines.back() + " " + word) <= width)
      lines.back() += " " + word;
    else
      lines.push_back(cut_to(word, width));
    words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
  }
  return lines;
}

Frame::Frame(Svg& svg, Box box, Axis x, Axis y) : svg_(svg), box_(box), x_(std::move(x)), y_(std::move(y)) {}

double Frame::x_at(double value) const {
  return box_.left + (value - x_.lower) / (x_.upper - x_.lower) * (box_.right - box_.left);
}

double Frame::y_at(double value) const {
  return box_.bottom - (value - y_.lower) / (y_.upper - y_.lower) * (box_.bottom - box_.top);
}

void Frame::axes(Axes which) {
  const std::string grid = "stroke:var(--line);stroke-width:1";
  if (which == Axes::both) {
    for (const double tick : y_.ticks) {
      const double y = y_at(tick);
      svg_.element("line", {{"x1", coordinate(box_.left)},
                            {"x2", coordinate(box_.right)},
                            {"y1", coordinate(y)},
                            {"y2", coordinate(y)},
                            {"style", grid}});
      svg_.text(box_.left - 6, y + 4.5, tick_text(y_, tick), {{"text-anchor", "end"}, {"class", "soft"}});
    }
    svg_.text(box_.left, box_.top - 10, cut_to(y_.label, box_.right - box_.left), {{"class", "soft"}});
  }
  for (const double tick : x_.ticks) {
    const double x = x_at(tick);
    svg_.element("line", {{"x1", coordinate(x)},
                          {"x2", coordinate(x)},
                          {"y1", coordinate(which == Axes::both ? box_.bottom : box_.top)},
                          {"y2", coordinate(box_.bottom + 5)},
                          {"style", grid}});
    svg_.text(x, box_.bottom + 19, tick_text(x_, tick), {{"text-anchor", "middle"}, {"class", "soft"}});
  }
  svg_.text((box_.left + box_.right) / 2, box_.bottom + 38, cut_to(x_.label, box_.right - box_.left),
            {{"text-anchor", "middle"}, {"class", "soft"}});
}

void Frame::line(const Points& points, std::string_view colour, std::string_view dash) {
  Attributes attributes{{"d", path(points, *this, 'M')},
                        {"style", "fill:none;stroke-width:" + std::string(dash.empty() ? "2.25" : "1.25") +
                                      ";stroke-linejoin:round;" + styled("stroke", colour)}};
  if (!dash.empty()) attributes.emplace_back("stroke-dasharray", std::string(dash));
  svg_.element("path", attributes);
}

void Frame::band(const Points& lower, const Points& upper, std::string_view colour, double opacity) {
  Points back(lower.rbegin(), lower.rend());
  svg_.element("path", {{"d", path(upper, *this, 'M') + path(back, *this, 'L') + "Z"},
                        {"style", styled("fill", colour)},
                        {"opacity", coordinate(opacity)}});
}

void Frame::dot(double x, double y, std::string_view colour) {
  svg_.element("circle", {{"cx", coordinate(x_at(x))},
                          {"cy", coordinate(y_at(y))},
                          {"r", "4"},
                          {"style", styled("fill", colour)}});
}

std::vector<double> spread(const std::vector<double>& wanted, double gap, double top, double bottom) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return wanted[a] < wanted[b]; });
  std::vector<double> placed(wanted.size());
  double next = top;
  for (const std::size_t i : order) {
    placed[i] = std::max(wanted[i], next);
    next = placed[i] + gap;
  }
  // Back up from the bottom where it went too far.
  double limit = bottom;
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    placed[*at] = std::min(placed[*at], limit);
    limit = placed[*at] - gap;
  }
  return placed;
}

std::string_view colour(std::size_t n) {
  constexpr std::array<std::string_view, 5> colours = {"var(--a)", "var(--b)", "var(--c)", "var(--d)",
                                                       "var(--e)"};
  return colours[n % colours.size()];
}

}  // namespace securebase::report
