#include "stats/mixed_model.hpp"
#include "stats/mixed_data.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "mixed_planted.hpp"
#include "stats/mixed_prediction.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MixedFit fitted(const MixedDesign& design, MixedLikelihood likelihood = MixedLikelihood::restricted) {
  const auto model = make_mixed_model(design);
  EXPECT_TRUE(model) << to_text(model.error());
  auto fit = fit_mixed_model(*model, likelihood);
  EXPECT_TRUE(fit) << to_text(fit.error());
  return *fit;
}

// Every number of a fit that an order of rows or a way of computing could change.
std::vector<double> numbers(const MixedFit& fit) {
  std::vector<double> all{fit.log_likelihood, fit.sigma};
  for (const auto& f : fit.fixed) all.insert(all.end(), {f.estimate, f.std_error});
  for (const auto& p : fit.covariance) all.push_back(p.covariance);
  for (const auto& r : fit.residual) all.push_back(r.value);
  if (fit.correlation) all.push_back(fit.correlation->value);
  return all;
}

void expect_same(const MixedFit& a, const MixedFit& b, double relative) {
  const auto x = numbers(a);
  const auto y = numbers(b);
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], y[i], relative * (1 + std::abs(x[i]))) << i;
}

// The likelihood as it is defined, with an n x n covariance from the fit's own parameters.
double dense_log_likelihood(const MixedDesign& d, const MixedFit& fit) {
  const auto n = static_cast<Index>(d.rows());
  MatrixXd v = MatrixXd::Zero(n, n);
  const auto at = [](Index i) { return static_cast<std::size_t>(i); };
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      for (std::size_t t = 0; t < d.terms.size(); ++t) {
        const auto& level = d.groupings[d.terms[t].grouping].level;
        if (level[at(i)] != level[at(j)]) continue;
        for (std::size_t a = 0; a < d.terms[t].columns.cols(); ++a)
          for (std::size_t b = 0; b < d.terms[t].columns.cols(); ++b)
            v(i, j) +=
                d.terms[t].columns(at(i), a) * fit.random_covariance[t](a, b) * d.terms[t].columns(at(j), b);
      }
      const auto sd = [&](Index k) {
        const double weight = d.weights.empty() ? 1 : d.weights[at(k)];
        return fit.residual[d.residual.group.empty() ? 0 : d.residual.group[at(k)]].value / std::sqrt(weight);
      };
      double r = i == j ? 1 : 0;
      if (i != j && fit.correlation) {
        const auto& series = d.groupings[d.residual.within].level;
        if (series[at(i)] == series[at(j)])
          r = d.residual.position.empty()
                  ? fit.correlation->value
                  : std::pow(fit.correlation->value,
                             std::abs(d.residual.position[at(i)] - d.residual.position[at(j)]));
      }
      v(i, j) += sd(i) * sd(j) * r;
    }
  const Eigen::LLT<MatrixXd> llt(v);
  MatrixXd x(n, static_cast<Index>(d.fixed.cols()));
  VectorXd e(n);
  for (Index i = 0; i < n; ++i) {
    e[i] = d.response[at(i)];
    for (Index j = 0; j < x.cols(); ++j) {
      x(i, j) = d.fixed(at(i), at(j));
      e[i] -= x(i, j) * fit.fixed[at(j)].estimate;
    }
  }
  double value = 2 * llt.matrixLLT().diagonal().array().log().sum() + e.dot(llt.solve(e));
  auto rows = static_cast<double>(n);
  if (fit.likelihood == MixedLikelihood::restricted) {
    const MatrixXd xvx = x.transpose() * llt.solve(x);
    value += std::log(xvx.determinant());
    rows -= static_cast<double>(x.cols());
  }
  return -0.5 * (value + rows * std::log(2 * std::numbers::pi));
}

// Structures, one by one

MixedDesign uneven(std::uint64_t seed) {
  return with_gaps(planted_growth(14, 6, seed), 0.8, seed);
}

std::vector<MixedDesign> structures() {
  std::vector<MixedDesign> designs{uneven(1)};
  designs.push_back(uneven(2));  // diagonal
  designs.back().terms[0].shape = CovarianceShape::diagonal;
  designs.push_back(uneven(3));  // residual by arm, weights
  auto& by_arm = designs.back();
  by_arm.residual.group_names = {"control", "treated"};
  for (std::size_t i = 0; i < by_arm.rows(); ++i) {
    by_arm.residual.group.push_back(by_arm.fixed(i, 2) == 0 ? 0 : 1);
    by_arm.weights.push_back(0.5 + random_uniform({3, 1}, i));
  }
  for (const auto correlation :
       {ResidualCorrelation::autoregressive, ResidualCorrelation::continuous_autoregressive}) {
    designs.push_back(uneven(4));
    auto& d = designs.back();
    d.terms[0].shape = CovarianceShape::diagonal;
    d.residual.correlation = correlation;
    for (std::size_t i = 0; i < d.rows(); ++i) d.residual.position.push_back(d.terms[0].columns(i, 1));
  }
  designs.push_back(uneven(5));  // compound symmetry, by visit early or late
  auto& compound = designs.back();
  compound.terms.clear();
  compound.residual.correlation = ResidualCorrelation::compound_symmetry;
  compound.residual.group_names = {"early", "late"};
  for (std::size_t i = 0; i < compound.rows(); ++i)
    compound.residual.group.push_back(compound.fixed(i, 1) < 3 ? 0 : 1);
  designs.push_back(uneven(6));  // crossed with therapists
  auto& crossed = designs.back();
  crossed.groupings.push_back({"therapist", {}});
  Matrix ones(crossed.rows(), 1, 1);
  for (std::size_t i = 0; i < crossed.rows(); ++i)
    crossed.groupings[1].level.push_back(static_cast<std::uint32_t>(i % 4));
  crossed.terms.push_back({1, ones, {"(Intercept)"}, CovarianceShape::full});
  return designs;
}

TEST(MixedModel, its_likelihood_is_that_of_the_definition_for_every_structure) {
  for (const auto& design : structures())
    for (const auto likelihood : {MixedLikelihood::maximum, MixedLikelihood::restricted}) {
      const MixedFit fit = fitted(design, likelihood);
      EXPECT_NE(fit.convergence.verdict, Verdict::not_converged);
      EXPECT_NEAR(fit.log_likelihood, dense_log_likelihood(design, fit), 1e-8);
    }
}

TEST(MixedModel, no_parameters_nearby_are_better) {
  for (const auto& design : structures()) {
    const MixedFit fit = fitted(design);
    const double best = dense_log_likelihood(design, fit);
    for (const double step : {-0.03, 0.03}) {
      MixedFit other = fit;
      for (auto& residual : other.residual) residual.value *= 1 + step;
      EXPECT_LT(dense_log_likelihood(design, other), best);
      other = fit;
      if (!other.correlation) continue;
      other.correlation->value += step;
      const bool positive = design.residual.correlation == ResidualCorrelation::continuous_autoregressive;
      if (positive && other.correlation->value <= 0) continue;
      EXPECT_LT(dense_log_likelihood(design, other), best);
    }
  }
}

TEST(MixedModel, clients_with_one_design_make_one_cell) {
  EXPECT_EQ(make_mixed_model(planted_growth(60, 5, 1))->cells(), 1U);
  const auto few = make_mixed_model(planted_growth(3, 5, 1));  // rows are kept, not sums
  EXPECT_EQ(few->cells(), 1U);
  EXPECT_EQ(few->clusters(), 3U);
}

TEST(MixedModel, the_order_of_rows_does_not_matter) {
  for (const auto& design : structures()) {
    std::vector<std::size_t> order(design.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_below({9, 9}, i, i)]);
    expect_same(fitted(design), fitted(rows_of(design, order)), 1e-10);
  }
}

TEST(MixedModel, the_same_arguments_give_the_same_bits) {
  const auto design = uneven(8);
  EXPECT_EQ(numbers(fitted(design)), numbers(fitted(design)));
}

RC_GTEST_PROP(MixedModel, units_and_origins_move_what_they_should_and_nothing_else, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 40);
  const double unit = *rc::gen::element(1e-6, 0.3, 1e5);
  const double origin = unit * *rc::gen::element(-1000.0, 0.0, 1e5);
  MixedDesign design = uneven(seed);
  const MixedFit fit = fitted(design);
  for (double& y : design.response) y = origin + unit * y;
  const MixedFit moved = fitted(design);
  RC_ASSERT(std::abs(moved.fixed[1].estimate / unit / fit.fixed[1].estimate - 1) < 1e-6);
  RC_ASSERT(std::abs(moved.sigma / unit / fit.sigma - 1) < 1e-6);
  RC_ASSERT(std::abs((moved.fixed[0].estimate - origin) / unit - fit.fixed[0].estimate) < 1e-4 * 20);
  RC_ASSERT(std::abs(moved.relative_factor[0](0, 0) / fit.relative_factor[0](0, 0) - 1) < 1e-5);
}

TEST(MixedModel, years_as_time_lose_no_digits) {
  MixedDesign design = uneven(3);
  const MixedFit fit = fitted(design);
  for (std::size_t i = 0; i < design.rows(); ++i) {
    design.fixed(i, 1) += 2026;
    design.fixed(i, 3) = design.fixed(i, 1) * design.fixed(i, 2);
  }
  EXPECT_NEAR(fitted(design).fixed[3].estimate, fit.fixed[3].estimate, 1e-8);
}

// Large clusters, by sparse factors

MixedDesign crossed_large() {
  MixedDesign d = planted_growth(150, 5, 11);
  d.groupings.push_back({"therapist", {}});
  for (std::size_t i = 0; i < d.rows(); ++i)
    d.groupings[1].level.push_back(static_cast<std::uint32_t>((i * 7) % 12));
  d.terms.push_back({1, Matrix(d.rows(), 1, 1), {"(Intercept)"}, CovarianceShape::full});
  Matrix one(1, 1, 1);
  MixedTruth truth = growth_truth();
  truth.random_covariance.push_back(one);
  d.response = simulate_mixed(d, truth, {11, 3});
  return d;
}

TEST(MixedModel, large_crossed_clusters_have_the_likelihood_of_the_definition_too) {
  const MixedDesign design = crossed_large();
  const auto model = make_mixed_model(design);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->cells(), 0U);
  const auto fit = *fit_mixed_model(*model, MixedLikelihood::restricted);
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  EXPECT_NEAR(fit.log_likelihood, dense_log_likelihood(design, fit), 1e-7);
  const auto effects = random_effects(design, *model, fit);
  ASSERT_TRUE(effects);
  EXPECT_EQ((*effects)[1].mean.rows(), 12U);
  EXPECT_EQ((*effects)[1].sd.rows(), 0U);
}

// What was planted

TEST(MixedModel, gives_back_what_was_planted) {
  const MixedFit fit = fitted(with_gaps(planted_growth(3000, 8, 5), 0.85, 5));
  const MixedTruth truth = growth_truth();
  for (std::size_t j = 0; j < 4; ++j)
    EXPECT_NEAR(fit.fixed[j].estimate, truth.fixed[j], 4 * fit.fixed[j].std_error) << j;
  const double planted[] = {3, 0.5, -0.6 / 1.5};
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(*fit.covariance[k].sd_or_correlation, planted[k], 4 * fit.covariance[k].std_error.value())
        << k;
  EXPECT_NEAR(fit.sigma, 2, 4 * fit.residual[0].std_error.value());
}

TEST(MixedModel, gives_back_a_planted_correlation_of_residuals) {
  for (const auto correlation :
       {ResidualCorrelation::autoregressive, ResidualCorrelation::continuous_autoregressive,
        ResidualCorrelation::compound_symmetry}) {
    MixedDesign design = growth_design(600, 5);
    design.terms.clear();
    design.residual.correlation = correlation;
    for (std::size_t i = 0; correlation != ResidualCorrelation::compound_symmetry && i < design.rows(); ++i)
      design.residual.position.push_back(design.fixed(i, 1));
    const double planted = correlation == ResidualCorrelation::continuous_autoregressive ? 0.5 : -0.15;
    design.response = simulate_mixed(design, {{1, 2, 3, 4}, {}, {1.5}, planted}, {31, 0});
    const MixedFit fit = fitted(design);
    EXPECT_NEAR(fit.correlation->value, planted, 4 * fit.correlation->std_error.value());
    EXPECT_NEAR(fit.sigma, 1.5, 0.15);
  }
}

// Verdicts

TEST(MixedModel, says_that_a_variance_came_out_as_nothing) {
  MixedDesign design = growth_design(12, 4);
  MixedTruth truth = growth_truth();
  truth.random_covariance[0] = Matrix(2, 2);
  design.terms[0].shape = CovarianceShape::diagonal;
  bool seen = false;
  for (std::uint64_t seed = 1; seed < 12 && !seen; ++seed) {
    design.response = simulate_mixed(design, truth, {seed, 0});
    const MixedFit fit = fitted(design);
    seen = fit.singular;
    if (!seen) continue;
    EXPECT_EQ(fit.convergence.verdict, Verdict::at_boundary);
    EXPECT_EQ(fit.reading.back().code, "lmm.boundary");
    EXPECT_FALSE(fit.covariance[0].std_error.has_value());
  }
  EXPECT_TRUE(seen);
}

// Hostile input

std::string code_of(const MixedDesign& design) {
  const auto model = make_mixed_model(design);
  if (!model) return model.error().code;
  const auto fit = fit_mixed_model(*model, MixedLikelihood::restricted);
  return fit ? "fitted" : fit.error().code;
}

TEST(MixedModel, names_what_is_wrong_with_numbers) {
  const MixedDesign good = uneven(1);
  EXPECT_EQ(code_of(good), "fitted");
  EXPECT_EQ(code_of({}), "lmm.no_rows");
  EXPECT_EQ(code_of(rows_of(good, {0, 1, 2})), "lmm.no_rows");
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    MixedDesign d = good;
    d.response[3] = bad;
    EXPECT_EQ(code_of(d), "lmm.not_finite");
    d = good;
    d.fixed(2, 1) = bad;
    EXPECT_EQ(code_of(d), "lmm.not_finite");
    d = good;
    d.terms[0].columns(2, 1) = bad;
    EXPECT_EQ(code_of(d), "lmm.not_finite");
  }
  MixedDesign d = good;
  d.response[0] = 1e200;
  EXPECT_EQ(code_of(d), "lmm.too_large_number");
  d = good;
  d.weights.assign(d.rows(), 1);
  d.weights[4] = 0;
  EXPECT_EQ(code_of(d), "lmm.bad_weight");
  d = good;
  std::fill(d.response.begin(), d.response.end(), 7);
  EXPECT_EQ(code_of(d), "lmm.constant_response");
}

TEST(MixedModel, names_what_is_wrong_with_columns) {
  MixedDesign d = uneven(1);
  for (std::size_t i = 0; i < d.rows(); ++i) d.fixed(i, 3) = d.fixed(i, 1) + 2 * d.fixed(i, 2) + 5;
  const auto model = make_mixed_model(d);
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().code, "lmm.collinear");
  EXPECT_EQ(model.error().where.field, "time:arm");
  d = uneven(1);
  for (std::size_t i = 0; i < d.rows(); ++i) d.terms[0].columns(i, 1) = 0;
  EXPECT_EQ(code_of(d), "lmm.zero_column");
  d = uneven(1);
  d.terms[0].names.pop_back();
  EXPECT_EQ(code_of(d), "lmm.lengths");
  d = uneven(1);
  d.terms[0].grouping = 3;
  EXPECT_EQ(code_of(d), "lmm.lengths");
  d = uneven(1);
  d.fixed = Matrix(d.rows(), 0);
  d.fixed_names.clear();
  EXPECT_EQ(code_of(d), "lmm.no_fixed_columns");
}

TEST(MixedModel, names_what_is_wrong_with_factors) {
  MixedDesign d = uneven(1);
  std::fill(d.groupings[0].level.begin(), d.groupings[0].level.end(), 0);
  EXPECT_EQ(code_of(d), "lmm.one_level");
  d = uneven(1);
  std::iota(d.groupings[0].level.begin(), d.groupings[0].level.end(), 0);
  EXPECT_EQ(code_of(d), "lmm.level_per_row");
  d = uneven(1);
  d.groupings[0].level[2] = std::numeric_limits<std::uint32_t>::max();
  EXPECT_EQ(code_of(d), "lmm.lengths");
  d = uneven(1);
  for (std::size_t i = 0; i < d.rows(); ++i) d.response[i] = d.groupings[0].level[i];
  EXPECT_EQ(code_of(d), "lmm.no_residual_variance");
  d = uneven(1);
  d.residual.group.assign(d.rows(), 0);
  d.residual.group_names = {"a", "b"};
  EXPECT_EQ(code_of(d), "lmm.empty_group");
  d.residual.group[1] = 5;
  EXPECT_EQ(code_of(d), "lmm.lengths");
}

TEST(MixedModel, names_what_is_wrong_with_series) {
  MixedDesign d = uneven(1);
  d.residual.correlation = ResidualCorrelation::autoregressive;
  EXPECT_EQ(code_of(d), "lmm.lengths");
  d.residual.position.assign(d.rows(), 1);
  EXPECT_EQ(code_of(d), "lmm.repeated_position");
  d.residual.position[0] = 0.5;
  EXPECT_EQ(code_of(d), "lmm.position_not_whole");
  d = uneven(1);
  d.terms[0] = {0, Matrix(d.rows(), 1, 1), {"(Intercept)"}, CovarianceShape::full};
  d.residual.correlation = ResidualCorrelation::compound_symmetry;
  EXPECT_EQ(code_of(d), "lmm.intercept_and_compound_symmetry");
  d.terms.clear();
  d.residual.within = 0;
  std::iota(d.groupings[0].level.begin(), d.groupings[0].level.end(), 0);
  EXPECT_EQ(code_of(d), "lmm.no_series");
}

// 3000 clients, each with times of their own: cells enough to be shared among threads.
TEST(MixedModel, threads_do_not_change_a_bit) {
  MixedDesign d = planted_growth(3000, 3, 77);
  for (std::size_t i = 0; i < d.rows(); ++i) {
    const double time = d.fixed(i, 1) + 0.001 * static_cast<double>(random_below({78, 0}, i, 900));
    d.fixed(i, 1) = d.terms[0].columns(i, 1) = time;
    d.fixed(i, 3) = time * d.fixed(i, 2);
  }
  const auto model = *make_mixed_model(d);
  ASSERT_GT(model.cells(), 2500U);
  const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
  const Eigen::VectorXd theta =
      Eigen::Map<const Eigen::VectorXd>(fit.theta.data(), static_cast<Eigen::Index>(fit.theta.size()));
  const auto one = *evaluate_on(model.data(), theta, Order::second, 1);
  for (const unsigned threads : {2U, 3U, 7U, 64U}) {
    const auto many = *evaluate_on(model.data(), theta, Order::second, threads);
    EXPECT_EQ(one.log_det, many.log_det);
    EXPECT_EQ(one.m, many.m);
    EXPECT_EQ(one.log_det_first, many.log_det_first);
    EXPECT_EQ(one.log_det_second, many.log_det_second);
    EXPECT_EQ(one.m_second.back(), many.m_second.back());
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
