#include "stats/session_series.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// ../shared clinical.md 5.2 and 6.3
TEST(IndividualsChart, has_the_limits_worked_out_by_hand) {
  const std::vector<double> series{5.0, 5.2, 5.1, 5.3, 3.0, 5.2};
  EXPECT_NEAR(individuals_chart(series, ChartBy::mean)->lower, 4.80 - 3 * 1.0 / 1.128, 1e-9);
  EXPECT_NEAR(individuals_chart(series, ChartBy::median)->lower, 5.15 - 3 * 0.2 / 0.954, 1e-9);
  EXPECT_FALSE(individuals_chart(std::vector<double>{1}, ChartBy::mean));
}

TEST(LevelShift, needs_t_pooled_sds) {
  const std::vector<double> before{32, 31, 33}, after{5, 6, 7};
  const auto shift = *level_shift(before, after);
  EXPECT_NEAR(shift.mean_before - shift.mean_after, 26, 1e-12);
  EXPECT_NEAR(shift.needed, 2.776, 1e-12);
  const std::vector<double> two{32, 31};
  EXPECT_NEAR(level_shift(two, after)->needed, 3.182 * std::sqrt((0.5 + 2) / 3), 1e-12);
  EXPECT_NEAR(level_shift(two, std::vector<double>{5, 6})->needed, 4.303 * std::sqrt(0.5), 1e-12);
  EXPECT_FALSE(level_shift(std::vector<double>{1}, after));
}

TEST(OwnLine, leaves_nothing_of_a_line) {
  const std::vector<double> x{1, 2, 4}, y{3, 5, 9};
  const auto line = *about_own_line(x, y);
  EXPECT_NEAR(line.slope, 2, 1e-12);
  EXPECT_NEAR(line.intercept, 1, 1e-12);
  EXPECT_NEAR(line.sum_of_squares, 0, 1e-12);
  EXPECT_FALSE(about_own_line(std::vector<double>{1, 1, 1}, y));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
