#include "stats/full_information.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "stats/random_stream.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// x on y and back, a factor of three, one parameter in two places, means.
RamModel some_model() {
  return {3,
          4,
          {{RamMatrix::A, 0, 3, {}, 1},
           {RamMatrix::A, 1, 3, 0, 0},
           {RamMatrix::A, 2, 3, 1, 0},
           {RamMatrix::A, 1, 0, 2, 0},
           {RamMatrix::A, 0, 2, 2, 0},
           {RamMatrix::S, 0, 0, 3, 0},
           {RamMatrix::S, 1, 1, 4, 0},
           {RamMatrix::S, 2, 2, 4, 0},
           {RamMatrix::S, 3, 3, 5, 0},
           {RamMatrix::S, 2, 1, 6, 0},
           {RamMatrix::m, 0, 0, 7, 0},
           {RamMatrix::m, 1, 0, 8, 0},
           {RamMatrix::m, 3, 0, 9, 0}}};
}

std::vector<DataRow> some_rows(std::size_t n, double missing) {
  std::vector<DataRow> rows;
  for (std::size_t r = 0; r < n; ++r) {
    const RandomKey key = RandomKey{11, 0}.part(r);
    DataRow row(3);
    for (std::size_t j = 0; j < 3; ++j)
      if (random_uniform(key, 10 + j) >= missing)
        row[j] = 1 + 0.7 * random_normal(key, 9) + random_normal(key, j);
    rows.push_back(row);
  }
  return rows;
}

FullInformation some_problem(double missing) {
  const auto one = collapse(some_rows(80, missing), 3), two = collapse(some_rows(50, missing / 2), 3);
  return {{{some_model(), one}, {some_model(), two}},
          10,
          count_rows(one) + count_rows(two),
          count_values(one) + count_values(two)};
}

VectorXd some_theta() {
  VectorXd theta(10);
  theta << 0.8, 1.1, 0.2, 0.9, 1.2, 0.7, 0.1, 0.3, -0.2, 0.9;
  return theta;
}

TEST(FullInformationOf, a_model_has_the_derivatives_of_its_value) {
  constexpr double step = 1e-5;
  for (const double missing : {0.0, 0.3}) {
    const auto problem = some_problem(missing);
    const VectorXd theta = some_theta();
    const auto e = *expand_fit(problem, theta, Information::observed);
    for (Index k = 0; k < 10; ++k) {
      const auto up = *expand_fit(problem, theta + step * VectorXd::Unit(10, k), Information::observed);
      const auto down = *expand_fit(problem, theta - step * VectorXd::Unit(10, k), Information::observed);
      EXPECT_NEAR(e.gradient[k], (up.value - down.value) / (2 * step), 1e-8) << k;
      for (Index l = 0; l < 10; ++l)
        EXPECT_NEAR(e.curvature(k, l), (up.gradient[l] - down.gradient[l]) / (2 * step), 1e-7)
            << k << " " << l;
    }
  }
}

// The mean over rows of -log of a normal density, without its constant.
double by_rows(const std::vector<DataRow>& rows, const Moments& at) {
  double sum = 0;
  for (const DataRow& row : rows) {
    std::vector<Index> present;
    for (Index j = 0; j < 3; ++j)
      if (row[static_cast<std::size_t>(j)]) present.push_back(j);
    if (present.empty()) continue;
    const MatrixXd sigma = at.covariance(present, present);
    VectorXd d(present.size());
    for (std::size_t i = 0; i < present.size(); ++i)
      d[static_cast<Index>(i)] = *row[static_cast<std::size_t>(present[i])] - at.mean[present[i]];
    sum += (std::log(sigma.determinant()) + d.dot(sigma.inverse() * d)) / 2;
  }
  return sum;
}

TEST(FullInformationOf, patterns_is_that_of_single_rows) {
  const auto rows = some_rows(60, 0.4);
  const auto at = ram_at(some_model(), some_theta())->moments(3);
  const auto patterns = collapse(rows, 3);
  EXPECT_LE(patterns.size(), 7U);
  EXPECT_NEAR(*moment_value(patterns, at, 1), by_rows(rows, at), 1e-10);
}

TEST(FullInformationOf, no_model_has_the_moments_of_complete_data_and_a_zero_gradient_of_others) {
  const auto complete = collapse(some_rows(60, 0), 3);
  EXPECT_EQ(unrestricted_moments(complete, 3)->mean, complete[0].mean);
  const auto patterns = collapse(some_rows(200, 0.3), 3);
  const auto best = *unrestricted_moments(patterns, 3);
  const auto e = *expand_moments(patterns, best, count_rows(patterns), Information::observed);
  EXPECT_LT(e.G.cwiseAbs().maxCoeff(), 1e-10);
  EXPECT_LT(e.g.cwiseAbs().maxCoeff(), 1e-10);
  const std::vector<DataRow> apart{{1, {}, {}}, {{}, 2, 3}, {2, {}, {}}, {{}, 1, 5}};
  EXPECT_FALSE(unrestricted_moments(collapse(apart, 3), 3));
}

TEST(FullInformationOf, impossible_moments_is_nothing) {
  Moments at{MatrixXd::Identity(3, 3), VectorXd::Zero(3)};
  at.covariance(0, 1) = at.covariance(1, 0) = 2;
  EXPECT_FALSE(moment_value(collapse(some_rows(5, 0), 3), at, 5));
  RamModel circle{2, 2, {{RamMatrix::A, 0, 1, {}, 1}, {RamMatrix::A, 1, 0, {}, 1}}};
  EXPECT_FALSE(ram_at(circle, VectorXd()));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
