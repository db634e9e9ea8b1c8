#include "report/bland_altman_plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace securebase::report {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::Not;

std::string drawn(const std::vector<double>& first, const std::vector<double>& second) {
  BlandAltmanPlot plot{
      "Limits of <b>", "Mean of a and b", "b less a", *stats::bland_altman(first, second), 0.95, {}};
  for (std::size_t i = 0; i < first.size(); ++i)
    plot.points.emplace_back((first[i] + second[i]) / 2, second[i] - first[i]);
  return bland_altman_plot(plot);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(BlandAltmanPlot, says_and_shows_what_it_is) {
  const auto svg = drawn({10, 12, 15, 17, 20}, {11, 13, 13, 19, 19});
  EXPECT_THAT(svg, HasSubstr("5 units. Mean difference 0.2"));
  EXPECT_THAT(svg, HasSubstr("Mean of a and b"));
  EXPECT_THAT(svg, HasSubstr("b less a"));
  EXPECT_THAT(svg, Not(HasSubstr("<b>")));
  EXPECT_THAT(svg, Not(HasSubstr("Sloping line")));
  EXPECT_EQ(count_of(svg, "<circle"), 5U);
}

TEST(BlandAltmanPlot, a_clear_trend_is_drawn) {
  EXPECT_THAT(drawn({1, 2, 3, 4, 5, 6}, {2.1, 4, 5.9, 8.1, 10, 11.9}), HasSubstr("Sloping line"));
}

TEST(BlandAltmanPlot, equal_or_very_many_measurements_can_be_drawn) {
  const auto equal = drawn({3, 3}, {3, 3});
  EXPECT_THAT(equal, Not(HasSubstr("nan")));
  EXPECT_THAT(equal, Not(HasSubstr("inf")));
  std::vector<double> first, second;
  for (int i = 0; i < 10000; ++i) {
    first.push_back(i % 97);
    second.push_back(i % 89);
  }
  EXPECT_LE(count_of(drawn(first, second), "<circle"), 3000U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::report
