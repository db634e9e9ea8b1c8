// Bias and coverage of mixed models over many samples.

#include <gtest/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "mixed_planted.hpp"
#include "stats/bounded_interval.hpp"
#include "stats/mixed_inference.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr std::size_t few = 60;
constexpr std::size_t fewer = 10;  // of what takes long
constexpr std::size_t fewest = 5;  // of what takes longest: a release asks for many

std::optional<Interval> of_sd(double sd, const std::optional<double>& std_error) {
  if (!std_error) return std::nullopt;
  return bounded_interval(sd, *std_error, {0.0, {}}, 0.95);
}

std::optional<Interval> of_correlation(double r, const std::optional<double>& std_error) {
  if (!std_error) return std::nullopt;
  return bounded_interval(r, *std_error, {-1.0, 1.0}, 0.95);
}

void cover_fixed(Coverage& coverage, const MixedModel& model, const MixedFit& fit,
                 const std::vector<double>& planted) {
  const auto tests = *satterthwaite(model, fit, each_effect(fit));
  const auto intervals = t_intervals(tests, 0.95);
  for (std::size_t j = 0; j < planted.size(); ++j)
    coverage.add(fit.fixed[j].name, planted[j], tests[j].estimate, intervals[j]);
}

void cover_covariance(Coverage& coverage, const MixedFit& fit, const std::vector<Matrix>& planted) {
  std::size_t at = 0;
  for (const Matrix& g : planted) {
    for (std::size_t i = 0; i < g.rows(); ++i, ++at)
      coverage.add("SD " + fit.covariance[at].name, std::sqrt(g(i, i)), *fit.covariance[at].sd_or_correlation,
                   of_sd(*fit.covariance[at].sd_or_correlation, fit.covariance[at].std_error));
    for (std::size_t j = 0; j < g.rows(); ++j)
      for (std::size_t i = j + 1; i < g.rows(); ++i, ++at) {
        const auto& entry = fit.covariance[at];
        if (entry.sd_or_correlation)
          coverage.add("correlation", g(i, j) / std::sqrt(g(i, i) * g(j, j)), *entry.sd_or_correlation,
                       of_correlation(*entry.sd_or_correlation, entry.std_error));
      }
  }
}

void cover_residual(Coverage& coverage, const MixedFit& fit, const MixedTruth& truth) {
  for (std::size_t g = 0; g < truth.residual_sd.size(); ++g)
    coverage.add("residual SD " + std::to_string(g), truth.residual_sd[g], fit.residual[g].value,
                 of_sd(fit.residual[g].value, fit.residual[g].std_error));
  if (fit.correlation)
    coverage.add("residual correlation", truth.correlation, fit.correlation->value,
                 of_correlation(fit.correlation->value, fit.correlation->std_error));
}

// 24 clients, 5 visits with gaps, a random slope: few enough for degrees of freedom to matter.
TEST(MixedCoverage, few_clients) {
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    const auto model = *make_mixed_model(with_gaps(planted_growth(24, 5, 1000 + s), 0.85, 1000 + s));
    cover_fixed(coverage, model, *fit_mixed_model(model, MixedLikelihood::restricted), growth_truth().fixed);
  }
  coverage.expect("fixed effects of 24 clients, 5 visits with gaps, random slope, Satterthwaite", 0.01);
}

TEST(MixedCoverage, many_clients_and_their_variances) {
  Coverage coverage;
  for (std::size_t s = 0; s < samples(fewer); ++s) {
    const auto model = *make_mixed_model(with_gaps(planted_growth(300, 8, 5000 + s), 0.85, 5000 + s));
    const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
    cover_fixed(coverage, model, fit, growth_truth().fixed);
    cover_covariance(coverage, fit, growth_truth().random_covariance);
    cover_residual(coverage, fit, growth_truth());
  }
  coverage.expect("growth of 300 clients, 8 visits with gaps, random slope", 0.01);
}

TEST(MixedCoverage, residuals_that_hang_together) {
  MixedTruth truth = growth_truth();
  Matrix g(1, 1);
  g(0, 0) = 9;
  truth.random_covariance = {g};
  truth.correlation = 0.4;
  Coverage coverage;
  for (std::size_t s = 0; s < samples(fewer); ++s) {
    MixedDesign design = growth_design(200, 8);
    Matrix ones(design.rows(), 1, 1);
    design.terms[0] = {0, ones, {"(Intercept)"}, CovarianceShape::full};
    design.residual.correlation = ResidualCorrelation::autoregressive;
    for (std::size_t i = 0; i < design.rows(); ++i) design.residual.position.push_back(design.fixed(i, 1));
    design.response = simulate_mixed(design, truth, {7000 + s, 0});
    const auto model = *make_mixed_model(design);
    const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
    cover_fixed(coverage, model, fit, truth.fixed);
    cover_covariance(coverage, fit, truth.random_covariance);
    cover_residual(coverage, fit, truth);
  }
  coverage.expect("200 clients, 8 visits, AR(1) residuals", 0.01);
}

// Clients of 40 therapists, and residuals of two arms.
TEST(MixedCoverage, therapists_and_arms) {
  MixedTruth truth = growth_truth();
  Matrix therapists(1, 1);
  therapists(0, 0) = 4;
  truth.random_covariance.push_back(therapists);
  truth.residual_sd = {2, 3};
  Coverage coverage;
  for (std::size_t s = 0; s < samples(fewest); ++s) {
    MixedDesign design = growth_design(400, 5);
    Grouping therapist{"therapist", {}};
    for (std::size_t i = 0; i < design.rows(); ++i) {
      therapist.level.push_back(design.groupings[0].level[i] / 10);
      design.residual.group.push_back(design.fixed(i, 2) > 0 ? 1 : 0);
    }
    design.residual.group_names = {"0", "1"};
    design.groupings.push_back(std::move(therapist));
    design.terms.push_back({1, Matrix(design.rows(), 1, 1), {"therapist"}, CovarianceShape::full});
    design.response = simulate_mixed(design, truth, {9000 + s, 0});
    const auto model = *make_mixed_model(design);
    const auto fit = *fit_mixed_model(model, MixedLikelihood::restricted);
    cover_fixed(coverage, model, fit, truth.fixed);
    cover_covariance(coverage, fit, truth.random_covariance);
    cover_residual(coverage, fit, truth);
  }
  coverage.expect("400 clients of 40 therapists, residual variance by arm", 0.015);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
