#include "stats/gaussian_update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(GaussianBelief, is_the_regression_on_what_is_seen) {
  Matrix s(2, 2);
  s(0, 0) = 4;
  s(1, 1) = 1;
  s(0, 1) = s(1, 0) = 1;
  GaussianBelief belief({1, 2}, s);
  EXPECT_NEAR(belief.see(1, 3), -0.5 * (std::log(2 * M_PI) + 1), 1e-12);
  EXPECT_NEAR(belief.mean(0), 2, 1e-12);
  EXPECT_NEAR(belief.variance(0), 3, 1e-12);
  EXPECT_NEAR(belief.variance(1), 0, 1e-12);
  EXPECT_THROW((void)belief.see(1, 3), std::domain_error);
}

TEST(AreaUnderRoc, counts_pairs_with_ties_half) {
  const std::vector<double> scores{3, 2, 2, 1};
  EXPECT_NEAR(*area_under_roc(scores, {true, true, false, false}), (2 + 0.5 + 1) / 4, 1e-12);
  EXPECT_NEAR(*area_under_roc(scores, {false, false, true, true}), 0.125, 1e-12);
  EXPECT_FALSE(area_under_roc(scores, {true, true, true, true}));
}

TEST(SensitivityAt, lies_on_the_curve) {
  const std::vector<double> scores{4, 3, 2, 1};
  const std::vector<bool> has{true, false, true, false};
  EXPECT_NEAR(*sensitivity_at(scores, has, 1), 0.5, 1e-12);
  EXPECT_NEAR(*sensitivity_at(scores, has, 0.5), 1, 1e-12);
  EXPECT_NEAR(*sensitivity_at(scores, has, 0), 1, 1e-12);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
