#include "stats/rotation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "planted.hpp"
#include "stats/factor.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

Matrix gen_loadings() {
  Matrix a(8, 3);
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 3; ++j) a(i, j) = *rc::gen::inRange(-80, 90) / 100.0;
  return a;
}

double largest_difference(const Matrix& a, const Matrix& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.cols(); ++j) largest = std::max(largest, std::abs(a(i, j) - b(i, j)));
  return largest;
}

// Sum over factors of the variance of squared loadings, times k.
double varimax_criterion(const Matrix& a) {
  double sum = 0;
  for (std::size_t j = 0; j < a.cols(); ++j) {
    double squares = 0, fourth = 0;
    for (std::size_t i = 0; i < a.rows(); ++i) {
      squares += a(i, j) * a(i, j);
      fourth += std::pow(a(i, j), 4);
    }
    sum += fourth - squares * squares / static_cast<double>(a.rows());
  }
  return sum;
}

Matrix turned(Matrix a, std::size_t x, std::size_t y, double angle) {
  for (std::size_t i = 0; i < a.rows(); ++i) {
    const double u = a(i, x);
    const double v = a(i, y);
    a(i, x) = std::cos(angle) * u + std::sin(angle) * v;
    a(i, y) = std::cos(angle) * v - std::sin(angle) * u;
  }
  return a;
}

RC_GTEST_PROP(Varimax, keeps_what_is_reproduced_and_no_turn_is_better, ()) {
  const auto a = gen_loadings();
  const auto rotated = rotate_varimax(a);
  RC_ASSERT(largest_difference(implied_correlation(a, identity(3)),
                               implied_correlation(rotated, identity(3))) < 1e-12);
  const double best = varimax_criterion(rotated);
  for (const auto& [x, y] :
       {std::pair<std::size_t, std::size_t>(0, 1), std::pair<std::size_t, std::size_t>(0, 2),
        std::pair<std::size_t, std::size_t>(1, 2)})
    for (const double angle : {-0.5, -1e-3, 1e-3, 0.5, 0.785})
      RC_ASSERT(varimax_criterion(turned(rotated, x, y, angle)) <= best + 1e-12);
}

double quartimin_criterion(const Matrix& l) {
  double sum = 0;
  for (std::size_t i = 0; i < l.rows(); ++i)
    for (std::size_t j = 0; j < l.cols(); ++j)
      for (std::size_t q = 0; q < l.cols(); ++q)
        if (j != q) sum += std::pow(l(i, j) * l(i, q), 2);
  return sum / 4;
}

RC_GTEST_PROP(Oblimin, keeps_what_is_reproduced_and_lowers_its_criterion, ()) {
  const auto a = rotate_varimax(gen_loadings());
  const auto r = rotate_oblimin(a);
  RC_ASSERT(largest_difference(implied_correlation(a, identity(3)),
                               implied_correlation(r.loadings, r.correlation)) < 1e-9);
  RC_ASSERT(std::abs(r.criterion - quartimin_criterion(r.loadings)) < 1e-12);
  RC_ASSERT(r.criterion <= quartimin_criterion(a) + 1e-12);
  for (std::size_t j = 0; j < 3; ++j) RC_ASSERT(std::abs(r.correlation(j, j) - 1) < 1e-12);
  if (r.convergence.verdict == Verdict::converged) RC_ASSERT(r.convergence.gradient <= 1e-7);
}

// Correlated factors of items that each load on one: extraction and rotation give back both, in some order.
TEST(Oblimin, recovers_planted_factors) {
  const auto planted = simple_structure({0.8, 0.7, 0.6, 0.75, 0.65, 0.85, 0.5, 0.7, 0.8, 0.6, 0.9, 0.55}, 3);
  Matrix phi = identity(3);
  phi(0, 1) = phi(1, 0) = 0.4;
  phi(0, 2) = phi(2, 0) = 0.2;
  phi(1, 2) = phi(2, 1) = -0.3;
  const auto r = rotate_oblimin(rotate_varimax(minres(implied_correlation(planted, phi), 3)->loadings));
  ASSERT_EQ(r.convergence.verdict, Verdict::converged);
  EXPECT_LT(r.criterion, 1e-12);
  std::vector<std::size_t> place;  // the factor on which each planted one came out
  for (std::size_t f = 0; f < 3; ++f)
    for (std::size_t j = 0; j < 3; ++j)
      if (std::abs(r.loadings(4 * f, j)) > 0.3) place.push_back(j);
  ASSERT_EQ(place.size(), 3U);
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t f = 0; f < 3; ++f) EXPECT_NEAR(r.loadings(i, place[f]), planted(i, f), 1e-5) << i << f;
  for (std::size_t f = 0; f < 3; ++f)
    for (std::size_t g = 0; g < 3; ++g) EXPECT_NEAR(r.correlation(place[f], place[g]), phi(f, g), 1e-5);
}

TEST(Rotation, one_factor_stays_as_it_is) {
  Matrix a(3, 1);
  a(0, 0) = 0.5;
  a(1, 0) = 0.7;
  a(2, 0) = -0.2;
  EXPECT_EQ(rotate_varimax(a), a);
  const auto r = rotate_oblimin(a);
  EXPECT_EQ(r.loadings, a);
  EXPECT_EQ(r.convergence.verdict, Verdict::converged);
  EXPECT_EQ(r.correlation(0, 0), 1);
}

TEST(Rotation, refuses_what_is_no_loadings) {
  const Matrix odd(3, 2, std::numeric_limits<double>::quiet_NaN());
  for (const Matrix& m : {Matrix(), Matrix(3, 0), odd}) {
    EXPECT_THROW((void)rotate_varimax(m), std::invalid_argument);
    EXPECT_THROW((void)rotate_oblimin(m), std::invalid_argument);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
