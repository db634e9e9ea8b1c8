// Axes, places of labels, and pictures that say what they show.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/coefficient_plot.hpp"
#include "report/frame.hpp"
#include "report/growth_plot.hpp"

namespace securebase::report {
namespace SECUREBASE_THIS_FILE {

using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Axis, ticks_are_round_and_hold_the_values) {
  const Axis axis = round_axis("score", 13.2, 27.9, 6);
  EXPECT_LE(axis.lower, 13.2);
  EXPECT_GE(axis.upper, 27.9);
  EXPECT_THAT(axis.ticks, ElementsAre(10, 15, 20, 25, 30));
  EXPECT_THAT(tight_axis("session", 1, 20, 7).ticks, ElementsAre(1, 5, 10, 15, 20));
  EXPECT_THAT(tight_axis("week", 0, 5, 7).ticks, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(round_axis("", -0.31, 0.12, 6).ticks,
              ElementsAre(DoubleNear(-0.4, 1e-12), DoubleNear(-0.2, 1e-12), 0, DoubleNear(0.2, 1e-12)));
}

TEST(Axis, one_value_has_room_and_large_numbers_fit) {
  for (const double value : {0.0, 5.0, -3e9, 1e-9}) {
    const Axis axis = round_axis("", value, value, 6);
    EXPECT_LT(axis.lower, value + 1e-300);
    EXPECT_GT(axis.upper, axis.lower);
    EXPECT_GE(axis.ticks.size(), 2U) << value;
    EXPECT_LE(axis.ticks.size(), 8U) << value;
  }
}

TEST(Axis, tick_texts_have_the_decimals_they_need) {
  const Axis axis = round_axis("", -0.31, 0.12, 6);
  EXPECT_EQ(tick_text(axis, axis.ticks.front()), "\u22120.4");
  EXPECT_EQ(tick_text(axis, 0), "0.0");
  EXPECT_EQ(tick_text(round_axis("", 0, 100, 6), 20), "20");
}

TEST(Labels, keep_their_distance) {
  const auto places = spread({100, 101, 50, 99, 101}, 17, 40, 110);
  std::vector<double> sorted = places;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i) EXPECT_GE(sorted[i] - sorted[i - 1], 17 - 1e-9);
  EXPECT_LE(sorted.back(), 110);
  EXPECT_THAT(spread({10, 90}, 17, 0, 100), ElementsAre(10, 90));
}

TEST(Words, are_cut_and_broken_where_they_do_not_fit) {
  EXPECT_EQ(cut_to("distress", 200), "distress");
  EXPECT_EQ(cut_to("größe der Last", 42), "größe\u2026");
  for (const auto& line : broken_at("Line: what is expected. Band: 95 % interval of the mean.", 140))
    EXPECT_LE(width_of(line), 140);
}

models::GrowthCurves given(int groups) {
  models::GrowthCurves curves{"score", "week", groups > 1 ? "arm" : "", "", 0.95, {0.1, 0.9}, {}};
  for (int g = 0; g < groups; ++g) {
    models::GrowthCurve curve{groups > 1 ? std::string(1, static_cast<char>('A' + g)) : "", {}, {}};
    for (int t = 0; t < 5; ++t) {
      const double y = 20 - t * (1 + 0.1 * g);
      curve.points.push_back(
          {static_cast<double>(t), y, 0.5, {y - 1, y + 1}, 4, {y - 8, y + 8}, {y - 5, y + 5}});
    }
    curves.curves.push_back(std::move(curve));
  }
  return curves;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TEST(GrowthPlot, one_course_has_its_clients_around_it) {
  const std::string svg = growth_plot(given(1));
  EXPECT_THAT(svg, AllOf(HasSubstr("score over week"), HasSubstr("10th to 90th percentile"),
                         HasSubstr("</svg>"), Not(HasSubstr("nan")), Not(HasSubstr("inf"))));
  EXPECT_EQ(count(svg, "<path"), 3U);
}

TEST(GrowthPlot, groups_are_named_at_the_ends_of_their_lines) {
  const std::string svg = growth_plot(given(3));
  EXPECT_THAT(svg, AllOf(HasSubstr(">arm A<"), HasSubstr(">arm B<"), HasSubstr(">arm C<"),
                         Not(HasSubstr("percentile"))));
  EXPECT_EQ(count(svg, "<path"), 6U);
}

TEST(GrowthPlot, words_from_outside_cannot_become_markup) {
  auto curves = given(2);
  curves.outcome = "<script>alert(1)</script>";
  curves.curves[0].group = "\"&<x";
  const std::string svg = growth_plot(curves);
  EXPECT_THAT(svg,
              AllOf(Not(HasSubstr("<script")), HasSubstr("&lt;script&gt;"), HasSubstr("&quot;&amp;&lt;x")));
}

TEST(CoefficientPlot, shows_each_estimate_with_its_interval_but_not_the_intercept) {
  models::FitReport report;
  models::EstimateTable table{"estimates", "Fixed effects", "Satterthwaite's degrees of freedom.", {}};
  table.rows.push_back({"(Intercept)", 25, 1, 30, 23, 27, 0.001});
  table.rows.push_back({"week", -0.5, 0.1, 30, -0.7, -0.3, 0.001});
  table.rows.push_back(
      {"a term with a name that is much too long for one line of a telephone's picture", 0.25});
  report.tables.push_back(table);
  const std::string svg = coefficient_plot(report);
  EXPECT_THAT(svg,
              AllOf(HasSubstr(">week<"), HasSubstr("\u22120.500 (\u22120.700 to \u22120.300)"),
                    HasSubstr("The intercept is not shown."), HasSubstr("\u2026"), Not(HasSubstr("nan"))));
  EXPECT_EQ(count(svg, "<circle"), 2U);
  EXPECT_EQ(count(svg, "<path"), 1U);  // an interval only where there is one
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::report
