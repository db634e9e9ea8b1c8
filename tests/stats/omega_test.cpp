#include "stats/omega.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "planted.hpp"
#include "stats/correlation.hpp"
#include "stats/reliability.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Json one_factor_json(const Matrix& covariance, std::size_t n) {
  const Matrix s = with_divisor_n(covariance, n);
  const auto fit = *one_factor_ml(s, n);
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  return {{"loading", fit.loading},
          {"loading_se", fit.loading_se.value()},
          {"uniqueness", fit.uniqueness},
          {"chisq", fit.chi_square},
          {"df", fit.df},
          {"omega_model_implied", to_json(omega_model_implied(fit))},
          {"omega_observed_variance", to_json(omega_observed_variance(fit, s))},
          {"sem_sum_metric", sem_of_sum(fit)}};
}

Json schmid_leiman_json(const Matrix& correlation, std::size_t factors) {
  const auto report = *omega(correlation, factors);
  EXPECT_EQ(report.convergence.verdict, Verdict::converged);
  return {{"omega_hierarchical", to_json(report.hierarchical)},
          {"omega_total", to_json(report.total)},
          {"omega_lim", to_json(report.limit)},
          {"alpha_std", to_json(standardised_alpha(correlation))},
          {"lambda6", to_json(guttman_lambda6(correlation))},
          {"general_loadings", report.solution.general},
          {"ecv", to_json(report.ecv)}};
}

TEST(Omega, agrees_with_lavaan_and_psych) {
  auto reference = reference::find_case("psychometrics/alliance12_omega");
  ASSERT_TRUE(reference);
  const auto items = reference->model().at("items").get<std::vector<std::string>>();
  const auto rows = rows_of(reference->table(), items, {});
  const Matrix covariance = *moments_of(rows, items.size()).covariance(Missing::complete_cases);
  const Matrix correlation = *correlation_from_covariance(covariance);
  reference->expect({{"n", rows.size()},
                     {"one_factor_ml", one_factor_json(covariance, rows.size())},
                     {"correlation_eigenvalues", eigenvalues(correlation)},
                     {"schmid_leiman", schmid_leiman_json(correlation, reference->model().at("nfactors"))}});
}

// For equal loadings omega is alpha.
RC_GTEST_PROP(Omega, of_parallel_items_is_alpha, ()) {
  const auto k = *rc::gen::inRange<std::size_t>(3, 12);
  const double loading = *rc::gen::inRange(30, 200) / 100.0;
  const double uniqueness = *rc::gen::inRange(30, 300) / 100.0;
  const OneFactor planted{std::vector<double>(k, loading), std::vector<double>(k, uniqueness)};
  const Matrix c = implied_covariance(planted);
  const auto fit = *one_factor_ml(c, 1000);
  RC_ASSERT(std::abs(*omega_model_implied(fit) - *cronbach_alpha(c)) < 1e-7);
  RC_ASSERT(std::abs(*omega_observed_variance(fit, c) - *cronbach_alpha(c)) < 1e-7);
}

// ... and otherwise above it.
RC_GTEST_PROP(Omega, of_unequal_loadings_is_not_below_alpha, ()) {
  OneFactor planted;
  for (int i = 0; i < 5; ++i) {
    planted.loading.push_back(*rc::gen::inRange(30, 150) / 100.0);
    planted.uniqueness.push_back(*rc::gen::inRange(50, 150) / 100.0);
  }
  const Matrix c = implied_covariance(planted);
  RC_ASSERT(*omega_model_implied(*one_factor_ml(c, 1000)) > *cronbach_alpha(c) - 1e-7);
}

// A general factor and group factors planted as Schmid and Leiman's: item = g_i G + s_i F. With
// proportionality g_i = gamma_f l_i, s_i = l_i sqrt(1 - gamma_f^2) every number comes back.
struct Hierarchy {
  std::vector<double> loading{0.8, 0.7, 0.6, 0.75, 0.65, 0.85, 0.5, 0.7, 0.8, 0.6, 0.9, 0.55};
  std::vector<double> gamma{0.8, 0.6, 0.7};
  double general(std::size_t i) const { return gamma[i / 4] * loading[i]; }
  Matrix correlation() const {
    Matrix phi = identity(3);
    for (std::size_t f = 0; f < 3; ++f)
      for (std::size_t g = 0; g < 3; ++g)
        if (f != g) phi(f, g) = gamma[f] * gamma[g];
    return implied_correlation(simple_structure(loading, 3), phi);
  }
};

TEST(Omega, recovers_a_planted_hierarchy) {
  const Hierarchy planted;
  const Matrix r = planted.correlation();
  const auto report = *omega(r, 3);
  ASSERT_EQ(report.convergence.verdict, Verdict::converged);
  double sum = 0, general_squares = 0, common = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_NEAR(report.solution.general[i], planted.general(i), 1e-5);
    EXPECT_NEAR(report.extraction.communality[i], planted.loading[i] * planted.loading[i], 1e-6);
    sum += planted.general(i);
    general_squares += planted.general(i) * planted.general(i);
    common += planted.loading[i] * planted.loading[i];
  }
  const double total = sum_of_elements(r);
  EXPECT_NEAR(report.hierarchical.value(), sum * sum / total, 1e-5);
  EXPECT_NEAR(report.total.value(), 1 - (12 - common) / total, 1e-6);
  EXPECT_NEAR(report.limit.value(), sum * sum / (total - 12 + common), 1e-5);
  EXPECT_NEAR(report.ecv.value(), general_squares / common, 1e-5);
}

TEST(Omega, two_factors_share_their_correlation_equally) {
  ObliqueRotation rotated;
  rotated.loadings = simple_structure({0.8, 0.7, 0.6, 0.5}, 2);
  rotated.correlation = identity(2);
  rotated.correlation(0, 1) = rotated.correlation(1, 0) = 0.36;
  const auto solution = *schmid_leiman(rotated);
  EXPECT_NEAR(solution.second_order[0], 0.6, 1e-15);
  EXPECT_NEAR(solution.second_order[1], 0.6, 1e-15);
  EXPECT_NEAR(solution.general[0], 0.48, 1e-15);
  EXPECT_NEAR(solution.group(0, 0), 0.64, 1e-15);
  EXPECT_EQ(solution.group(0, 1), 0);
  rotated.correlation(0, 1) = rotated.correlation(1, 0) = -0.36;
  const auto opposed = *schmid_leiman(rotated);
  EXPECT_NEAR(opposed.second_order[0] * opposed.second_order[1], -0.36, 1e-15);
  double sum = 0;
  for (const double g : opposed.general) sum += g;
  EXPECT_GE(sum, 0);
}

TEST(Omega, undefined_without_variance_and_for_one_factor) {
  EXPECT_FALSE(omega_hierarchical({0.5, 0.5}, Matrix(2, 2, 0)).has_value());
  EXPECT_FALSE(omega_total({0.5, 0.5}, Matrix(2, 2, 0)).has_value());
  EXPECT_FALSE(omega_limit(0.5, 0).has_value());
  EXPECT_FALSE(explained_common_variance({{0, 0}, Matrix(2, 2), {}, {}, {}}).has_value());
  EXPECT_FALSE(
      omega_observed_variance({{1, 1}, {1, 1}, {}, {}, 0, 0, {}, {}, {}}, Matrix(2, 2, 0)).has_value());
  EXPECT_EQ(omega(identity(6), 1).error().code, "omega.too_few_factors");
  EXPECT_EQ(omega(identity(4), 3).error().code, "factor.too_many_factors");
  EXPECT_EQ(omega(Matrix(6, 6, 2), 2).error().code, "factor.not_a_correlation");
  ObliqueRotation one;
  one.loadings = Matrix(3, 1, 0.5);
  one.correlation = identity(1);
  EXPECT_EQ(schmid_leiman(one).error().code, "omega.too_few_factors");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
