#include "stats/factor.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "planted.hpp"
#include "stats/correlation.hpp"
#include "stats/distributions.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

OneFactor gen_one_factor() {
  OneFactor planted;
  const auto k = *rc::gen::inRange<std::size_t>(3, 9);
  for (std::size_t i = 0; i < k; ++i) {
    planted.loading.push_back(*rc::gen::inRange(30, 150) / 100.0);
    planted.uniqueness.push_back(*rc::gen::inRange(30, 200) / 100.0);
  }
  return planted;
}

RC_GTEST_PROP(OneFactor, an_exact_covariance_gives_back_its_model, ()) {
  const auto planted = gen_one_factor();
  const auto fit = one_factor_ml(implied_covariance(planted), 500);
  RC_ASSERT(fit.has_value());
  RC_ASSERT(fit->convergence.verdict == Verdict::converged);
  RC_ASSERT(fit->chi_square < 1e-6);
  for (std::size_t i = 0; i < planted.loading.size(); ++i) {
    RC_ASSERT(std::abs(fit->loading[i] - planted.loading[i]) < 1e-5);
    RC_ASSERT(std::abs(fit->uniqueness[i] - planted.uniqueness[i]) < 1e-5);
  }
}

RC_GTEST_PROP(OneFactor, units_of_the_variables_scale_the_loadings, ()) {
  const auto planted = gen_one_factor();
  Matrix c = sampled_covariance(planted, 200, *rc::gen::inRange<std::uint64_t>(0, 1000));
  const auto before = *one_factor_ml(c, 200);
  const double unit = *rc::gen::element(0.01, 10.0, 1000.0);
  for (std::size_t i = 0; i < c.rows(); ++i) c(0, i) *= unit, c(i, 0) *= unit;
  const auto after = *one_factor_ml(c, 200);
  RC_PRE(before.convergence.verdict == Verdict::converged);
  RC_ASSERT(std::abs(after.loading[0] / unit - before.loading[0]) < 1e-7);
  RC_ASSERT(std::abs(after.loading[1] - before.loading[1]) < 1e-7);
  RC_ASSERT(std::abs(after.chi_square - before.chi_square) < 1e-7);
}

TEST(OneFactor, recovers_what_was_planted_within_its_errors) {
  const OneFactor planted{{1.2, 0.9, 0.5, 0.8, 1.0, 0.3}, {1.0, 0.6, 0.4, 1.5, 0.7, 0.9}};
  constexpr std::size_t n = 8000;
  const auto fit = *one_factor_ml(with_divisor_n(sampled_covariance(planted, n, 5), n), n);
  ASSERT_EQ(fit.convergence.verdict, Verdict::converged);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(fit.loading[i], planted.loading[i], 4 * (*fit.loading_se)[i]);
    EXPECT_NEAR(fit.uniqueness[i], planted.uniqueness[i], 4 * (*fit.uniqueness_se)[i]);
    EXPECT_LT((*fit.loading_se)[i], 0.03);
  }
  EXPECT_EQ(fit.df, 9U);
  EXPECT_NEAR(fit.p.value(), chi_square_upper_p(fit.chi_square, 9), 1e-15);
}

// Over samples: the standard error is the spread of the estimate, and chi-square has the mean df.
TEST(OneFactor, its_standard_error_and_chi_square_hold_over_samples) {
  const OneFactor planted{{1, 0.8, 0.7, 0.9, 0.6}, {1, 1, 0.5, 0.8, 0.7}};
  constexpr std::size_t n = 300;
  constexpr int samples = 300;
  double sum = 0, squares = 0, se = 0, chi_square = 0;
  for (int s = 0; s < samples; ++s) {
    const auto fit = *one_factor_ml(
        with_divisor_n(sampled_covariance(planted, n, 100 + static_cast<std::uint64_t>(s)), n), n);
    sum += fit.loading[0];
    squares += fit.loading[0] * fit.loading[0];
    se += (*fit.loading_se)[0] / samples;
    chi_square += fit.chi_square / samples;
  }
  const double spread = std::sqrt((squares - sum * sum / samples) / (samples - 1));
  EXPECT_NEAR(sum / samples, 1, 4 * spread / std::sqrt(samples));
  EXPECT_NEAR(se / spread, 1, 0.15);
  EXPECT_NEAR(chi_square, 5, 4 * std::sqrt(2 * 5.0 / samples));
}

TEST(OneFactor, a_heywood_case_is_named) {
  // r12 r13 / r23 = 1.28: the first variable would need a negative uniqueness
  Matrix r(3, 3, 1);
  r(0, 1) = r(1, 0) = 0.8;
  r(0, 2) = r(2, 0) = 0.8;
  r(1, 2) = r(2, 1) = 0.5;
  const auto fit = *one_factor_ml(r, 100);
  EXPECT_EQ(fit.convergence.verdict, Verdict::at_boundary);
  EXPECT_EQ(fit.heywood, std::vector<std::size_t>{0});
  EXPECT_NEAR(fit.uniqueness[0], smallest_uniqueness, 1e-12);
  EXPECT_EQ(fit.df, 0U);
  EXPECT_FALSE(fit.p.has_value());
  ASSERT_TRUE(fit.uniqueness_se.has_value());
  EXPECT_EQ((*fit.uniqueness_se)[0], 0);
}

TEST(OneFactor, names_what_is_missing) {
  EXPECT_EQ(one_factor_ml(identity(2), 100).error().code, "factor.too_few_variables");
  EXPECT_EQ(one_factor_ml(Matrix(3, 4), 100).error().code, "factor.too_few_variables");
  EXPECT_EQ(one_factor_ml(identity(3), 3).error().code, "factor.too_few_persons");
  EXPECT_EQ(one_factor_ml(Matrix(3, 3, 1), 100).error().code, "factor.not_positive_definite");
  EXPECT_EQ(one_factor_ml(Matrix(3, 3, 0), 100).error().code, "factor.not_positive_definite");
  EXPECT_EQ(one_factor_ml(Matrix(3, 3, std::nan("")), 100).error().code, "factor.not_positive_definite");
  EXPECT_THROW((void)with_divisor_n(identity(2), 0), std::invalid_argument);
}

TEST(OneFactor, nothing_in_common_still_ends_in_a_verdict) {
  const auto fit = one_factor_ml(identity(5), 100);
  ASSERT_TRUE(fit.has_value());
  for (const double x : fit->loading) EXPECT_TRUE(std::isfinite(x));
  EXPECT_LT(fit->chi_square, 1e-6);
}

std::vector<double> gen_loadings(std::size_t k) {
  std::vector<double> loading;
  for (std::size_t i = 0; i < k; ++i) loading.push_back(*rc::gen::inRange(45, 90) / 100.0);
  return loading;
}

RC_GTEST_PROP(Minres, an_exact_correlation_leaves_no_residual, ()) {
  const auto m = *rc::gen::inRange<std::size_t>(1, 4);
  const auto r = implied_correlation(simple_structure(gen_loadings(4 * m), m), identity(m));
  const auto fit = minres(r, m);
  RC_ASSERT(fit.has_value());
  RC_ASSERT(fit->convergence.verdict != Verdict::not_converged);
  RC_ASSERT(fit->objective < 1e-14);
  for (std::size_t f = 0; f < m; ++f) {
    double sum = 0;
    for (std::size_t i = 0; i < 4 * m; ++i) sum += fit->loadings(i, f);
    RC_ASSERT(sum >= -1e-9);
  }
}

// Harman & Jones's definition: no other uniqueness leaves smaller residuals.
RC_GTEST_PROP(Minres, no_neighbour_is_better, ()) {
  const OneFactor planted{{1, 0.8, 0.7, 0.9, 0.6}, {1, 1, 0.5, 0.8, 0.7}};
  const auto c = sampled_covariance(planted, 60, *rc::gen::inRange<std::uint64_t>(0, 1000));
  const auto r = *correlation_from_covariance(c);
  const auto fit = *minres(r, 1);
  RC_PRE(fit.convergence.verdict == Verdict::converged);
  const auto residuals = [&](std::size_t changed, double by) {
    double sum = 0;
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double li = fit.loadings(i, 0) + (i == changed ? by : 0);
        const double lj = fit.loadings(j, 0) + (j == changed ? by : 0);
        sum += std::pow(r(i, j) - li * lj, 2);
      }
    return sum;
  };
  RC_ASSERT(std::abs(residuals(9, 0) - fit.objective) < 1e-12);
  for (std::size_t i = 0; i < 5; ++i)
    for (const double by : {-1e-3, 1e-3}) RC_ASSERT(residuals(i, by) >= fit.objective);
}

TEST(Minres, a_variable_that_shares_nothing_is_no_heywood_case) {
  Matrix r = implied_correlation(simple_structure({0.7, 0.6, 0.8, 0.5, 0.0}, 1), identity(1));
  const auto fit = *minres(r, 1);
  EXPECT_TRUE(fit.heywood.empty());
  EXPECT_NEAR(fit.communality[4], 0, 1e-8);
  EXPECT_NEAR(fit.communality[0], 0.49, 1e-8);
}

TEST(Minres, names_what_is_missing) {
  EXPECT_EQ(minres(identity(4), 0).error().code, "factor.too_many_factors");
  EXPECT_EQ(minres(identity(4), 2).error().code, "factor.too_many_factors");
  EXPECT_EQ(minres(identity(4), 4).error().code, "factor.too_many_factors");
  EXPECT_EQ(minres(Matrix(4, 3, 1), 1).error().code, "factor.not_a_correlation");
  EXPECT_EQ(minres(Matrix(), 1).error().code, "factor.not_a_correlation");
  Matrix r = identity(4);
  r(0, 1) = 0.5;
  EXPECT_EQ(minres(r, 1).error().code, "factor.not_a_correlation");  // not symmetric
  r(1, 0) = r(0, 1) = 1.5;
  EXPECT_EQ(minres(r, 1).error().code, "factor.not_a_correlation");
  r(1, 0) = r(0, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(minres(r, 1).error().code, "factor.not_a_correlation");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
