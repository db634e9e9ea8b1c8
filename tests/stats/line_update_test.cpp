#include "stats/line_update.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "stats/gaussian_update.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(LineUpdate, is_the_normal_vector_of_level_slope_and_values) {
  const LineCovariance g{4, 0.6, 1};
  const double s2 = 2;
  const double x[] = {0, 0.7, 1.4}, y[] = {1.5, -0.3, 2.2};
  Matrix s(5, 5);
  const auto z = [&](std::size_t i, std::size_t k) {  // cov of level or slope with level or slope
    return i == 0 && k == 0 ? g[0] : i == 1 && k == 1 ? g[2] : g[1];
  };
  const auto with_value = [&](std::size_t i, double at) { return z(i, 0) + at * z(i, 1); };
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < 2; ++k) s(i, k) = z(i, k);
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t i = 0; i < 2; ++i) s(i, t + 2) = s(t + 2, i) = with_value(i, x[t]);
    for (std::size_t u = 0; u < 3; ++u)
      s(t + 2, u + 2) = g[0] + (x[t] + x[u]) * g[1] + x[t] * x[u] * g[2] + (t == u ? s2 : 0);
  }
  GaussianBelief belief({0, 0, 0, 0, 0}, s);
  LineUpdate update(g, s2);
  for (std::size_t t = 0; t < 3; ++t) {
    belief.see(t + 2, y[t]);
    update.see(x[t], y[t]);
    EXPECT_NEAR(update.mean()[0], belief.mean(0), 1e-12);
    EXPECT_NEAR(update.mean()[1], belief.mean(1), 1e-12);
    EXPECT_NEAR(update.covariance()[0], belief.variance(0), 1e-12);
    EXPECT_NEAR(update.covariance()[1], belief.covariance(0, 1), 1e-12);
    EXPECT_NEAR(update.covariance()[2], belief.variance(1), 1e-12);
  }
}

TEST(LineUpdate, works_where_people_do_not_differ) {
  LineUpdate update({0, 0, 0}, 1);
  update.see(1, 5);
  EXPECT_EQ(update.mean()[0], 0);
  EXPECT_THROW(LineUpdate({1, 2, 1}, 1), std::domain_error);
  EXPECT_THROW(LineUpdate({1, 0, 1}, 0), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
