#include "report/place_map.hpp"

#include <gtest/gtest.h>

namespace securebase::report {
namespace SECUREBASE_THIS_FILE {

PlaceMap two_marks() {
  PlaceMap map{"Then and now", "two places", "worry", "distance", "A caption.", {}};
  map.marks.push_back({"with father",
                       MapPlace{0, 1, {{-1, 1}, {0, 2}, {1, 1}}},
                       {0.5, 0.5, {}},
                       {{0, 1}, {0.5, 0.5}},
                       false});
  map.marks.push_back({"with <b>", std::nullopt, {2, -1, {}}, {}, false});
  return map;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

TEST(PlaceMap, draws_then_as_a_ring_now_as_a_dot_and_the_way_between) {
  const auto svg = place_map(two_marks());
  EXPECT_EQ(count(svg, "<circle"), 3U);  // a ring, two dots
  EXPECT_EQ(count(svg, "<polygon"), 1U);
  EXPECT_NE(svg.find("stroke-dasharray=\"6 4\""), std::string::npos);
  EXPECT_NE(svg.find("with father"), std::string::npos);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(PlaceMap, both_axes_are_drawn_alike) {
  PlaceMap map = two_marks();
  map.marks = {{"", std::nullopt, {0, 0, {{0, 0}, {1, 0}, {1, 1}, {0, 1}}}, {}, false}};
  const auto svg = place_map(map);
  // A square stays one: its corners are as far apart across as up.
  const auto at = svg.find("points=\"");
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  ASSERT_EQ(std::sscanf(svg.c_str() + at, "points=\"%lf,%lf %lf,%lf %lf,%lf", &x0, &y0, &x1, &y1, &x2, &y2),
            6);
  EXPECT_NEAR(x1 - x0, y1 - y2, 0.02);
}

TEST(PlaceMap, says_what_it_leaves_out) {
  PlaceMap map = two_marks();
  while (map.marks.size() < 13) map.marks.push_back(map.marks.back());
  EXPECT_NE(place_map(map).find("3 more marks are left out"), std::string::npos);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::report
