#include <gtest/gtest.h>

#include <algorithm>

#include "report/change_plot.hpp"
#include "report/coefficient_plot.hpp"
#include "report/path_diagram.hpp"
#include "report/path_layout.hpp"
#include "report/series_plot.hpp"

namespace securebase::report {
namespace SECUREBASE_THIS_FILE {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

bool apart(const PlacedNode& a, const PlacedNode& b) {
  return std::abs(a.x - b.x) >= (a.width + b.width) / 2 || std::abs(a.y - b.y) >= (a.height + b.height) / 2;
}

void all_apart(const PathDiagram& diagram) {
  const auto layout = lay_out(diagram);
  for (std::size_t i = 0; i < layout.nodes.size(); ++i) {
    const PlacedNode& node = layout.nodes[i];
    EXPECT_GE(node.x - node.width / 2, 0) << diagram.nodes[i].name;
    EXPECT_LE(node.x + node.width / 2, layout.width) << diagram.nodes[i].name;
    EXPECT_GE(node.y - node.height / 2, 0);
    EXPECT_LE(node.y + node.height / 2, layout.height);
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_TRUE(apart(node, layout.nodes[j])) << diagram.nodes[i].name << " on " << diagram.nodes[j].name;
  }
}

PathDiagram factors(std::size_t n, std::size_t items) {
  PathDiagram diagram{"Factors", "", "", {}, {}};
  for (std::size_t f = 0; f < n; ++f) diagram.nodes.push_back({"f" + std::to_string(f), true});
  for (std::size_t f = 0; f < n; ++f)
    for (std::size_t i = 0; i < items; ++i) {
      diagram.arrows.push_back({ArrowKind::loads, f, diagram.nodes.size(), "0.80"});
      diagram.nodes.push_back({"x" + std::to_string(f) + std::to_string(i), false});
    }
  for (std::size_t f = 1; f < n; ++f) diagram.arrows.push_back({ArrowKind::covaries, f - 1, f, "0.30"});
  return diagram;
}

PathDiagram panel(std::size_t waves) {
  PathDiagram diagram{"Panel", "", "", {{"intercept_x", true}, {"intercept_y", true}}, {}};
  for (std::size_t t = 0; t < waves; ++t)
    for (const std::size_t series : {0U, 1U}) {
      const std::string name = series == 0 ? "x" : "y";
      diagram.nodes.push_back({"within_" + name + std::to_string(t), true});
      diagram.nodes.push_back({name + std::to_string(t), false});
      const std::size_t within = 2 + 4 * t + 2 * series;
      diagram.arrows.push_back({ArrowKind::loads, within, within + 1});
      diagram.arrows.push_back({ArrowKind::loads, series, within + 1});
      if (t == 0) continue;
      for (const std::size_t from : {0U, 1U})
        diagram.arrows.push_back({ArrowKind::predicts, 2 + 4 * (t - 1) + 2 * from, within, "0.25"});
    }
  diagram.arrows.push_back({ArrowKind::covaries, 0, 1, "0.40"});
  return diagram;
}

TEST(PathDiagramOf, nothing_stands_on_anything_else) {
  all_apart(factors(1, 3));
  all_apart(factors(3, 3));
  all_apart(factors(5, 7));
  all_apart(panel(3));
  all_apart(panel(6));
  all_apart({"Mediation",
             "",
             "",
             {{"x"}, {"m"}, {"y"}},
             {{ArrowKind::predicts, 0, 1}, {ArrowKind::predicts, 1, 2}, {ArrowKind::predicts, 0, 2}}});
  all_apart({"Nothing", "", "", {}, {}});
  all_apart({"Circle", "", "", {{"a"}, {"b"}}, {{ArrowKind::predicts, 0, 1}, {ArrowKind::predicts, 1, 0}}});
}

TEST(PathDiagramOf, an_effect_past_a_mediator_does_not_run_through_it) {
  const PathDiagram diagram{
      "",
      "",
      "",
      {{"x"}, {"m"}, {"y"}},
      {{ArrowKind::predicts, 0, 1}, {ArrowKind::predicts, 1, 2}, {ArrowKind::predicts, 0, 2}}};
  const auto layout = lay_out(diagram);
  EXPECT_LT(layout.nodes[1].y + layout.nodes[1].height / 2 + 10, layout.nodes[0].y);
  EXPECT_LT(layout.nodes[0].x, layout.nodes[1].x);
  EXPECT_LT(layout.nodes[1].x, layout.nodes[2].x);
}

TEST(PathDiagramOf, draws_every_part_and_escapes_names) {
  auto diagram = factors(2, 3);
  diagram.nodes[0].name = "<script>";
  const auto svg = path_diagram(diagram);
  EXPECT_EQ(count(svg, "<ellipse"), 2U);
  EXPECT_EQ(count(svg, "<rect"), 6U + 7U);  // boxes, and the ground of each label
  EXPECT_EQ(count(svg, "<script"), 0U);
  EXPECT_EQ(count(svg, ">0.80<"), 6U);
  EXPECT_EQ(count(svg, "<path"), 6U * 2 + 3U);
}

TEST(NodeText, is_short_and_whole_letters) {
  EXPECT_EQ(node_text("abc"), "abc");
  EXPECT_EQ(node_text("abcdefghijklmn"), "abcdefghijk\u2026");
  EXPECT_EQ(node_text("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"),
            "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u2026");
}

TEST(RoundTicks, are_round_and_inside) {
  EXPECT_EQ(round_ticks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(round_ticks(3, 3, 5), std::vector<double>{3});
  const auto ticks = round_ticks(-0.013, 0.021, 5);
  EXPECT_GE(ticks.front(), -0.013);
  EXPECT_LE(ticks.back(), 0.0211);
  EXPECT_GE(ticks.size(), 3U);
}

TEST(SeriesPlotOf, thins_what_is_long_and_says_so) {
  SeriesPlot plot{"Many", "", "t", "y", "Points.", {{}}};
  for (int t = 0; t < 10'000; ++t)
    plot.panels[0].points.push_back({static_cast<double>(t), static_cast<double>(t % 7)});
  const auto svg = series_plot(plot);
  EXPECT_LE(count(svg, "<circle"), 2001U);
  EXPECT_EQ(count(svg, "not all are drawn"), 1U);
  EXPECT_EQ(count(series_plot({"None", "", "t", "y", "", {}}), "<circle"), 0U);
}

models::FitReport effects(const std::vector<models::EstimateRow>& rows) {
  models::FitReport report;
  report.tables.push_back({"estimates", "Effects", "", rows});
  return report;
}

TEST(CoefficientPlotOf, shows_every_row) {
  const auto svg =
      coefficient_plot(effects({{"g", -0.5, 0.2, {}, -0.9, -0.1, {}}, {"d", 0, 0.1, {}, 0, 0, {}}}));
  EXPECT_EQ(count(svg, "<circle"), 2U);
  EXPECT_EQ(count(coefficient_plot(effects({})), "<circle"), 0U);
}

// Letters of several bytes are never cut in the middle: the picture would be no XML.
TEST(CoefficientPlotOf, cuts_long_names_between_letters) {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "\u00e4\u20ac";
  const auto svg = coefficient_plot(effects({{name, 1, 0.2, {}, 0.6, 1.4, {}}}));
  for (std::size_t i = 0; i < svg.size(); ++i) {
    const auto byte = static_cast<unsigned char>(svg[i]);
    const std::size_t more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
    for (std::size_t k = 1; k <= more; ++k)
      ASSERT_EQ(static_cast<unsigned char>(svg.at(i + k)) & 0xC0U, 0x80U) << i;
    if (more == 0) {
      ASSERT_LT(byte, 0x80U) << i;
    }
    i += more;
  }
}

TEST(ChangePlotOf, counts_what_it_shows) {
  const auto svg = change_plot({"Change",
                                "",
                                "before",
                                "after",
                                3,
                                10.0,
                                {{20, 5, ChangePoint::recovered},
                                 {20, 15, ChangePoint::improved},
                                 {20, 25, ChangePoint::deteriorated}}});
  EXPECT_EQ(count(svg, "recovered 1"), 1U);
  EXPECT_EQ(count(svg, "unchanged 0"), 1U);
  EXPECT_EQ(count(change_plot({"None", "", "", "", 0, {}, {}}), "recovered 0"), 1U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::report
