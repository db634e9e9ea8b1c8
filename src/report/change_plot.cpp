#include "report/change_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/series_plot.hpp"
#include "report/svg.hpp"

namespace securebase::report {
namespace {

constexpr double width = 480;
constexpr double left = 52, top = 40, side = 408;
constexpr std::size_t most_people = 3000;

struct Look {
  const char* word;
  const char* colour;
};

Look look_of(ChangePoint change) {
  switch (change) {
    case ChangePoint::recovered:
      return {"recovered", "var(--a)"};
    case ChangePoint::improved:
      return {"improved", "var(--c)"};
    case ChangePoint::deteriorated:
      return {"deteriorated", "var(--b)"};
    case ChangePoint::unchanged:
      break;
  }
  return {"unchanged", "var(--soft)"};
}

class Drawing {
 public:
  explicit Drawing(const ChangePlot& plot)
      : plot_(plot),
        svg_(static_cast<int>(width), static_cast<int>(top + side + 92), plot.title, plot.description) {
    from_ = plot.cutoff.value_or(plot.people.empty() ? 0 : plot.people.front().pre);
    to_ = from_;
    for (const ChangedPerson& person : plot.people) {
      from_ = std::min({from_, person.pre, person.post});
      to_ = std::max({to_, person.pre, person.post});
    }
    const double spread = to_ > from_ ? to_ - from_ : 2;
    from_ -= 0.05 * spread;
    to_ += 0.05 * spread;
  }

  std::string draw() && {
    svg_.text(16, 23, plot_.title, {{"font-size", "15"}, {"font-weight", "600"}});
    draw_axes();
    draw_band();
    draw_people();
    draw_legend();
    return std::move(svg_).finish();
  }

 private:
  [[nodiscard]] double x_of(double pre) const { return left + (pre - from_) / (to_ - from_) * side; }
  [[nodiscard]] double y_of(double post) const { return top + (to_ - post) / (to_ - from_) * side; }

  void line(double x1, double y1, double x2, double y2, const char* colour, const char* dash = "") {
    Attributes look = {{"x1", coordinate(x1)},
                       {"y1", coordinate(y1)},
                       {"x2", coordinate(x2)},
                       {"y2", coordinate(y2)},
                       {"stroke", colour}};
    if (*dash != '\0') look.emplace_back("stroke-dasharray", dash);
    svg_.element("line", look);
  }

  void draw_axes() {
    for (const double tick : round_ticks(from_, to_, 6)) {
      const std::string text = fmt::format("{:g}", tick == 0 ? 0 : tick);
      line(left, y_of(tick), left + side, y_of(tick), "var(--line)");
      line(x_of(tick), top, x_of(tick), top + side, "var(--line)");
      svg_.text(left - 7, y_of(tick) + 4, text,
                {{"text-anchor", "end"}, {"class", "soft"}, {"font-size", "12"}});
      svg_.text(x_of(tick), top + side + 17, text,
                {{"text-anchor", "middle"}, {"class", "soft"}, {"font-size", "12"}});
    }
    svg_.text(left + side, top + side + 35, plot_.pre_label, {{"text-anchor", "end"}, {"font-size", "12"}});
    svg_.text(left + side, 23, plot_.post_label,
              {{"text-anchor", "end"}, {"class", "soft"}, {"font-size", "12"}});
  }

  /// Where after lies within the threshold of before.
  void draw_band() {
    const double t = std::min(plot_.threshold, to_ - from_);
    svg_.element(
        "path",
        {{"d", fmt::format("M{} {}L{} {}L{} {}L{} {}L{} {}L{} {}Z", coordinate(x_of(from_)),
                           coordinate(y_of(from_)), coordinate(x_of(from_)), coordinate(y_of(from_ + t)),
                           coordinate(x_of(to_ - t)), coordinate(y_of(to_)), coordinate(x_of(to_)),
                           coordinate(y_of(to_)), coordinate(x_of(to_)), coordinate(y_of(to_ - t)),
                           coordinate(x_of(from_ + t)), coordinate(y_of(from_)))},
         {"fill", "var(--soft)"},
         {"fill-opacity", "0.16"}});
    line(x_of(from_), y_of(from_), x_of(to_), y_of(to_), "var(--soft)");
    if (plot_.cutoff && *plot_.cutoff > from_ && *plot_.cutoff < to_) {
      line(left, y_of(*plot_.cutoff), left + side, y_of(*plot_.cutoff), "var(--ink)", "6 4");
      svg_.text(left + side - 4, y_of(*plot_.cutoff) - 5, fmt::format("cut-off {:.4g}", *plot_.cutoff),
                {{"text-anchor", "end"},
                 {"font-size", "12"},
                 {"style", "paint-order:stroke;stroke:var(--paper);stroke-width:4px"}});
    }
  }

  void draw_people() {
    const std::size_t step = (plot_.people.size() + most_people - 1) / most_people;
    for (std::size_t i = 0; i < plot_.people.size(); i += std::max<std::size_t>(step, 1)) {
      const ChangedPerson& person = plot_.people[i];
      svg_.element("circle", {{"cx", coordinate(x_of(person.pre))},
                              {"cy", coordinate(y_of(person.post))},
                              {"r", plot_.people.size() > 300 ? "2" : "3.6"},
                              {"fill", look_of(person.change).colour},
                              {"fill-opacity", "0.85"}});
    }
  }

  void draw_legend() {
    double x = 16;
    const double y = top + side + 58;
    for (const ChangePoint change :
         {ChangePoint::recovered, ChangePoint::improved, ChangePoint::unchanged, ChangePoint::deteriorated}) {
      const auto n = std::count_if(plot_.people.begin(), plot_.people.end(),
                                   [&](const ChangedPerson& person) { return person.change == change; });
      const std::string words = fmt::format("{} {}", look_of(change).word, n);
      svg_.element("circle", {{"cx", coordinate(x + 4)},
                              {"cy", coordinate(y - 4)},
                              {"r", "4.5"},
                              {"fill", look_of(change).colour}});
      svg_.text(x + 13, y, words, {{"font-size", "12"}});
      x += 26 + 6.7 * static_cast<double>(words.size());
    }
    svg_.text(16, y + 20, "Grey band: change no larger than error alone would produce.",
              {{"class", "soft"}, {"font-size", "11.5"}});
  }

  const ChangePlot& plot_;
  Svg svg_;
  double from_ = 0, to_ = 1;
};

}  // namespace

std::string change_plot(const ChangePlot& plot) {
  return Drawing(plot).draw();
}

}  // namespace securebase::report
