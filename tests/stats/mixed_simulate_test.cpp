#include "stats/mixed_simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "mixed_planted.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// Outcomes of each visit over clients, about what is expected.
std::vector<std::vector<double>> by_visit(const MixedDesign& d, const std::vector<double>& y,
                                          std::size_t visits) {
  std::vector<std::vector<double>> result(visits);
  for (std::size_t i = 0; i < d.rows(); ++i) result[i % visits].push_back(y[i]);
  return result;
}

TEST(MixedSimulate, has_the_mean_and_the_covariance_that_it_was_told) {
  MixedDesign d = growth_design(20'000, 3);
  const MixedTruth truth{{5, 1, 0, 0}, growth_truth().random_covariance, {2}, 0};
  const auto visits = by_visit(d, simulate_mixed(d, truth, {1, 0}), 3);
  for (std::size_t t = 0; t < 3; ++t) {
    const double variance = 9 - 1.2 * static_cast<double>(t) + 0.25 * static_cast<double>(t * t) + 4;
    EXPECT_NEAR(summarise(visits[t])->mean, 5 + static_cast<double>(t), 4 * std::sqrt(variance / 20'000));
    EXPECT_NEAR(*summarise(visits[t])->sd, std::sqrt(variance), 0.08);
  }
  EXPECT_NEAR(*pearson_r(visits[0], visits[2]), (9 - 1.2) / std::sqrt(13 * (9 - 2.4 + 1 + 4)), 0.025);
}

TEST(MixedSimulate, residuals_of_a_series_are_correlated_as_told) {
  MixedDesign d = growth_design(20'000, 3);
  d.terms.clear();
  d.residual.correlation = ResidualCorrelation::autoregressive;
  for (std::size_t i = 0; i < d.rows(); ++i) d.residual.position.push_back(d.fixed(i, 1) * 2);
  const auto visits = by_visit(d, simulate_mixed(d, {{0, 0, 0, 0}, {}, {3}, 0.7}, {2, 0}), 3);
  EXPECT_NEAR(*pearson_r(visits[0], visits[1]), std::pow(0.7, 2), 0.025);
  EXPECT_NEAR(*pearson_r(visits[0], visits[2]), std::pow(0.7, 4), 0.03);
  EXPECT_NEAR(*summarise(visits[1])->sd, 3, 0.06);
}

TEST(MixedSimulate, a_client_stays_the_same_whoever_else_there_is) {
  const MixedDesign many = growth_design(10, 4);
  const MixedDesign few = growth_design(5, 4);
  const auto a = simulate_mixed(many, growth_truth(), {3, 1});
  const auto b = simulate_mixed(few, growth_truth(), {3, 1});
  for (std::size_t i = 0; i < b.size(); ++i) EXPECT_EQ(a[i], b[i]);
}

TEST(MixedSimulate, refuses_what_makes_no_sense) {
  const MixedDesign d = growth_design(3, 3);
  MixedTruth truth = growth_truth();
  truth.fixed.pop_back();
  EXPECT_THROW((void)simulate_mixed(d, truth, {}), std::domain_error);
  truth = growth_truth();
  truth.random_covariance[0](1, 1) = -1;
  EXPECT_THROW((void)simulate_mixed(d, truth, {}), std::domain_error);
  truth = growth_truth();
  truth.residual_sd.clear();
  EXPECT_THROW((void)simulate_mixed(d, truth, {}), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
