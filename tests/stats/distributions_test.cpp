#include "stats/distributions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr double infinity = std::numeric_limits<double>::infinity();

void expect_relative(double expected, double computed, double tolerance = 1e-13) {
  EXPECT_NEAR(computed / expected, 1, tolerance) << expected << " against " << computed;
}

// Expected values: R 4.2.2.
TEST(Distributions, agree_with_R) {
  expect_relative(9.4795348222033192e-18, normal_cdf(-8.5));
  expect_relative(0.9031995154143897, normal_cdf(1.3));
  expect_relative(-6.3613409024040557, normal_quantile(1e-10));
  expect_relative(3.7190164854557084, normal_quantile(0.9999), 1e-12);
  expect_relative(1.9599639845400536, normal_reach(0.95));
  expect_relative(1.661538417028813, f_quantile(0.975, 29, 174));
  expect_relative(0.86780846257191957, f_quantile(0.025, 499, 1996));
  expect_relative(0.58506027405182048, f_quantile(0.5, 1, 3));
  expect_relative(0.039546948951591138, student_t_cdf(-2.2, 5));
  expect_relative(0.59976390159820758, student_t_cdf(0.3, 1.5));
  expect_relative(1.9842169515864172, student_t_quantile(0.975, 99));
  expect_relative(-12.923978636687483, student_t_quantile(0.0005, 3));
  expect_relative(1.1920175135083298e-19, student_t_two_sided_p(-11.364, 99), 1e-12);
  expect_relative(1.1920175135083298e-19, student_t_two_sided_p(11.364, 99), 1e-12);
  expect_relative(3.2850332023161613e-67, chi_square_upper_p(467.5, 54), 1e-12);
  expect_relative(0.073638270120302773, chi_square_upper_p(3.2, 1));
}

// R: pchisq(x, df, ncp), and uniroot over ncp
TEST(Distributions, noncentral_chi_square_as_in_R) {
  expect_relative(0.80170202820491376, noncentral_chi_square_cdf(20, 10, 5), 1e-11);
  expect_relative(0.85403683448594292, noncentral_chi_square_cdf(3.2, 1, 0.5), 1e-11);
  expect_relative(0.92194448613627811, noncentral_chi_square_cdf(85.3, 24, 40), 1e-11);
  expect_relative(36.842283499621594, chi_square_noncentrality(85.3, 24, 0.95), 1e-10);
  expect_relative(93.346950238772223, chi_square_noncentrality(85.3, 24, 0.05), 1e-10);
  EXPECT_EQ(chi_square_noncentrality(3, 24, 0.95), 0);
  EXPECT_EQ(chi_square_noncentrality(0, 4, 0.05), 0);
  EXPECT_THROW((void)chi_square_noncentrality(3, 24, 1), std::domain_error);
}

TEST(Distributions, ends_of_the_normal) {
  EXPECT_EQ(normal_quantile(0), -infinity);
  EXPECT_EQ(normal_quantile(1), infinity);
  EXPECT_EQ(normal_cdf(-infinity), 0);
  EXPECT_EQ(normal_cdf(infinity), 1);
}

TEST(Distributions, refuse_what_is_no_probability) {
  EXPECT_THROW((void)normal_quantile(1.5), std::domain_error);
  EXPECT_THROW((void)normal_quantile(std::nan("")), std::domain_error);
  EXPECT_THROW((void)normal_reach(1), std::domain_error);
  EXPECT_THROW((void)student_t_quantile(0.5, -1), std::domain_error);
  EXPECT_THROW((void)bivariate_normal_cdf(0, 0, 1.01), std::domain_error);
  EXPECT_THROW((void)bivariate_normal_density(0, 0, 1), std::domain_error);
}

struct Bivariate {
  double h, k, rho, p;
};

// Expected values: 40-digit quadrature (mpmath 1.3) of the density over asin(rho), or of the conditional
// probability.
TEST(BivariateNormal, agrees_with_40_digits) {
  constexpr Bivariate cases[] = {
      {0, 0, 0.5, 0.333333333333333333},
      {1, -1, 0.3, 0.14833820905742245},
      {1.5, 0.7, -0.6, 0.692034810533934412},
      {-2, -2.5, 0.8, 0.00405060071285282769},
      {0.4, 0.4, 0.92, 0.596320283197457406},
      {0.4, 0.4, 0.93, 0.600176963361623366},
      {0.4, 0.41, 0.95, 0.610707132102041608},
      {-1, 1, 0.95, 0.158655253929007856},
      {-1.2, -1.2, 0.999, 0.111605277094207899},
      {-1.2, -1.2000001, 0.999999, 0.11496010277322946},
      {2, -2, -0.95, 0.00672564824391267889},
      {0.3, -0.3, -0.99, 0.0215338539984559373},
      {0.3, -0.29, -0.9999, 0.00458209161393654128},
      {-3, -3, 0.9, 0.000610404385303778687},
      {3, 3, -0.9, 0.997300203936739811},
      {6, -5.5, 0.7, 1.89895624658877194e-8},
      {0, 0, -0.925, 0.0620323472478375107},
      {0, 0.001, 0.999999, 0.49992035467175429},
      {8, 8, 0.97, 0.999999999999998953},
      {-7, -6, 0.97, 1.27956979329144865e-12},
      {0.1, 2.5, 0.9249, 0.539827837274043304},
      {1.1, -0.2, 0.9251, 0.420725918679585933},
      {-4, -4, 0.9999999, 0.0000316473648627850964},
  };
  for (const auto& [h, k, rho, p] : cases)
    EXPECT_NEAR(bivariate_normal_cdf(h, k, rho), p, 1e-15) << h << " " << k << " " << rho;
}

TEST(BivariateNormal, infinite_limits_are_the_margins) {
  EXPECT_EQ(bivariate_normal_cdf(-infinity, 1, 0.4), 0);
  EXPECT_EQ(bivariate_normal_cdf(1, -infinity, -0.99), 0);
  EXPECT_DOUBLE_EQ(bivariate_normal_cdf(infinity, 0.7, 0.4), normal_cdf(0.7));
  EXPECT_DOUBLE_EQ(bivariate_normal_cdf(0.7, infinity, -1), normal_cdf(0.7));
  EXPECT_EQ(bivariate_normal_cdf(infinity, infinity, 0.5), 1);
}

TEST(BivariateNormal, perfect_correlation_is_the_smaller_margin) {
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 1.2, 1), normal_cdf(0.3), 1e-16);
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 1.2, -1), normal_cdf(0.3) + normal_cdf(1.2) - 1, 1e-15);
  EXPECT_NEAR(bivariate_normal_cdf(-0.3, 0.2, -1), 0, 1e-16);
}

double between(double low, double high, int share) {
  return low + (high - low) * share / 1000.0;
}

RC_GTEST_PROP(BivariateNormal, symmetric_in_its_arguments, ()) {
  const double h = between(-5, 5, *rc::gen::inRange(0, 1001));
  const double k = between(-5, 5, *rc::gen::inRange(0, 1001));
  const double rho = between(-1, 1, *rc::gen::inRange(0, 1001));
  RC_ASSERT(std::abs(bivariate_normal_cdf(h, k, rho) - bivariate_normal_cdf(k, h, rho)) < 2e-15);
}

RC_GTEST_PROP(BivariateNormal, mirrored_quadrants_make_a_margin, ()) {
  const double h = between(-5, 5, *rc::gen::inRange(0, 1001));
  const double k = between(-5, 5, *rc::gen::inRange(0, 1001));
  const double rho = between(-1, 1, *rc::gen::inRange(0, 1001));
  RC_ASSERT(std::abs(bivariate_normal_cdf(h, k, rho) + bivariate_normal_cdf(h, -k, -rho) - normal_cdf(h)) <
            2e-15);
}

RC_GTEST_PROP(BivariateNormal, its_slope_in_rho_is_the_density, ()) {
  const double h = between(-3, 3, *rc::gen::inRange(0, 1001));
  const double k = between(-3, 3, *rc::gen::inRange(0, 1001));
  const double rho = between(-0.9, 0.9, *rc::gen::inRange(0, 1001));
  const double slope =
      (bivariate_normal_cdf(h, k, rho + 1e-5) - bivariate_normal_cdf(h, k, rho - 1e-5)) / 2e-5;
  RC_ASSERT(std::abs(slope - bivariate_normal_density(h, k, rho)) < 1e-7);
}

RC_GTEST_PROP(Normal, quantile_undoes_the_distribution_function, ()) {
  const double p = between(0, 1, *rc::gen::inRange(1, 1000));
  RC_ASSERT(std::abs(normal_cdf(normal_quantile(p)) - p) < 1e-15);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
