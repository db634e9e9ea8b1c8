#include "stats/polychoric.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <set>

#include "fixed_random.hpp"
#include "reference/reference_case.hpp"
#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;
using reference::to_json;

Matrix table_of(const std::vector<double>& x, const std::vector<double>& y) {
  const std::set<double> rows(x.begin(), x.end());
  const std::set<double> cols(y.begin(), y.end());
  Matrix counts(rows.size(), cols.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    counts(static_cast<std::size_t>(std::distance(rows.begin(), rows.find(x[i]))),
           static_cast<std::size_t>(std::distance(cols.begin(), cols.find(y[i])))) += 1;
  return counts;
}

Json json_of(const PolychoricFit& fit) {
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  return {{"rho", fit.rho},
          {"row_cuts", fit.row_cuts},
          {"col_cuts", fit.col_cuts},
          {"logLik_kernel", fit.log_likelihood},
          {"se_rho", to_json(fit.se_rho)}};
}

Json json_of(const Matrix& counts) {
  Json json{{"rows", Json::array()}, {"cols", Json::array()}, {"values", Json::array()}};
  for (std::size_t i = 0; i < counts.rows(); ++i) {
    json["rows"].push_back(std::to_string(i + 1));
    json["values"].push_back(std::vector<double>(counts.row(i).begin(), counts.row(i).end()));
  }
  for (std::size_t j = 0; j < counts.cols(); ++j) json["cols"].push_back(std::to_string(j + 1));
  return json;
}

TEST(Polychoric, two_step_and_maximum_likelihood_as_in_R) {
  auto reference = reference::find_case("psychometrics/polychoric_pair");
  if (!reference) GTEST_SKIP() << reference::absent("psychometrics/polychoric_pair");
  const auto table = reference->table();
  const auto x = table.complete(reference->model().at("var1"));
  const auto y = table.complete(reference->model().at("var2"));
  const Matrix counts = table_of(x, y);
  reference->expect({{"table", json_of(counts)},
                     {"two_step", json_of(*fit_polychoric(counts, PolychoricMethod::two_step))},
                     {"ml", json_of(*fit_polychoric(counts, PolychoricMethod::maximum_likelihood))},
                     {"pearson", to_json(pearson_r(x, y))}});
}

Matrix table(std::size_t cols, const std::vector<double>& counts) {
  Matrix result(counts.size() / cols, cols);
  std::copy(counts.begin(), counts.end(), result.data());
  return result;
}

// Medians as thresholds: Sheppard's P(++) = 1/4 + asin(rho) / 2 pi gives rho in closed form.
TEST(Polychoric, at_the_medians_it_is_sheppards_formula) {
  for (const double both : {0.1, 0.25, 0.3, 0.4, 0.45}) {
    const Matrix counts = table(2, {1000 * both, 1000 * (0.5 - both), 1000 * (0.5 - both), 1000 * both});
    const double rho = std::sin(2 * std::numbers::pi * (both - 0.25));
    for (const auto method : {PolychoricMethod::two_step, PolychoricMethod::maximum_likelihood}) {
      const auto fit = *fit_polychoric(counts, method);
      EXPECT_NEAR(fit.rho, rho, 1e-9);
      EXPECT_NEAR(fit.row_cuts[0], 0, 1e-9);
    }
  }
}

// Expected counts under a planted model give back the model.
RC_GTEST_PROP(Polychoric, exact_counts_give_back_what_was_planted, ()) {
  const double rho = *rc::gen::inRange(-85, 86) / 100.0;
  std::vector<double> a{*rc::gen::inRange(-150, -20) / 100.0, *rc::gen::inRange(10, 150) / 100.0};
  std::vector<double> b{*rc::gen::inRange(-120, 120) / 100.0};
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> rows{-infinity, a[0], a[1], infinity};
  const std::vector<double> cols{-infinity, b[0], infinity};
  const auto f = [&](std::size_t i, std::size_t j) { return bivariate_normal_cdf(rows[i], cols[j], rho); };
  Matrix counts(3, 2);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      counts(i, j) = std::max(0.0, 1e4 * (f(i + 1, j + 1) - f(i, j + 1) - f(i + 1, j) + f(i, j)));
  const auto fit = *fit_polychoric(counts, PolychoricMethod::maximum_likelihood);
  RC_ASSERT(fit.convergence.verdict == Verdict::converged);
  RC_ASSERT(std::abs(fit.rho - rho) < 1e-6);
  RC_ASSERT(std::abs(fit.row_cuts[0] - a[0]) < 1e-6);
  RC_ASSERT(std::abs(fit.row_cuts[1] - a[1]) < 1e-6);
  RC_ASSERT(std::abs(fit.col_cuts[0] - b[0]) < 1e-6);
}

Matrix gen_table() {
  Matrix counts(3, 4);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j) counts(i, j) = *rc::gen::inRange(1, 40);
  return counts;
}

RC_GTEST_PROP(Polychoric, the_other_way_round_it_is_the_same, ()) {
  const Matrix counts = gen_table();
  Matrix turned(4, 3);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j) turned(j, i) = counts(i, j);
  const auto a = *fit_polychoric(counts, PolychoricMethod::maximum_likelihood);
  const auto b = *fit_polychoric(turned, PolychoricMethod::maximum_likelihood);
  RC_ASSERT(std::abs(a.rho - b.rho) < 1e-8);
  RC_ASSERT(std::abs(a.log_likelihood - b.log_likelihood) < 1e-8);
}

RC_GTEST_PROP(Polychoric, reversing_a_variable_turns_the_sign, ()) {
  const Matrix counts = gen_table();
  Matrix reversed(3, 4);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 4; ++j) reversed(i, 3 - j) = counts(i, j);
  const auto a = *fit_polychoric(counts, PolychoricMethod::two_step);
  const auto b = *fit_polychoric(reversed, PolychoricMethod::two_step);
  RC_ASSERT(std::abs(a.rho + b.rho) < 1e-9);
}

RC_GTEST_PROP(Polychoric, maximum_likelihood_is_no_worse_than_two_steps, ()) {
  const Matrix counts = gen_table();
  RC_ASSERT(fit_polychoric(counts, PolychoricMethod::maximum_likelihood)->log_likelihood >=
            fit_polychoric(counts, PolychoricMethod::two_step)->log_likelihood - 1e-9);
}

// Two variables cut at -0.7, 0.2, 1.1 and at 0, 0.8.
Matrix sampled_table(double rho, int n, std::uint64_t seed) {
  FixedRandom random(seed);
  Matrix counts(4, 3);
  for (int i = 0; i < n; ++i) {
    const double x = random.normal();
    const double y = rho * x + std::sqrt(1 - rho * rho) * random.normal();
    const std::size_t row = (x > -0.7 ? 1U : 0U) + (x > 0.2 ? 1U : 0U) + (x > 1.1 ? 1U : 0U);
    counts(row, (y > 0 ? 1U : 0U) + (y > 0.8 ? 1U : 0U)) += 1;
  }
  return counts;
}

TEST(Polychoric, recovers_what_was_planted_and_its_error_is_the_spread_over_samples) {
  constexpr double planted = 0.55;
  constexpr int samples = 200;
  std::vector<double> rho;
  double se = 0;
  for (int s = 0; s < samples; ++s) {
    const auto fit = *fit_polychoric(sampled_table(planted, 400, 900 + static_cast<std::uint64_t>(s)),
                                     PolychoricMethod::maximum_likelihood);
    rho.push_back(fit.rho);
    se += fit.se_rho.value() / samples;
  }
  const auto spread = *summarise(rho);
  EXPECT_NEAR(spread.mean, planted, 4 * *spread.sd / std::sqrt(samples));
  EXPECT_NEAR(se / *spread.sd, 1, 0.2);
}

TEST(Polychoric, a_perfect_order_lies_on_the_boundary_without_an_error) {
  const auto fit =
      *fit_polychoric(table(3, {20, 0, 0, 0, 20, 0, 0, 0, 20}), PolychoricMethod::maximum_likelihood);
  EXPECT_GT(fit.rho, 0.999);
  EXPECT_NE(fit.convergence.verdict, Verdict::converged);
  EXPECT_FALSE(fit.se_rho.has_value());
}

TEST(Polychoric, names_what_is_wrong_with_a_table) {
  const auto code = [](const Matrix& counts) {
    return fit_polychoric(counts, PolychoricMethod::two_step).error().code;
  };
  EXPECT_EQ(code(Matrix()), "polychoric.too_few_categories");
  EXPECT_EQ(code(Matrix(1, 3, 2)), "polychoric.too_few_categories");
  EXPECT_EQ(code(table(2, {1, -1, 2, 3})), "polychoric.bad_count");
  EXPECT_EQ(code(table(2, {1, std::nan(""), 2, 3})), "polychoric.bad_count");
  EXPECT_EQ(code(table(2, {1, 2, 0, 0})), "polychoric.empty_category");
  EXPECT_EQ(code(table(2, {1, 0, 2, 0})), "polychoric.empty_category");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
