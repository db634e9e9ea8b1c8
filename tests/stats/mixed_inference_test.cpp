#include "stats/mixed_inference.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "mixed_case.hpp"
#include "mixed_planted.hpp"
#include "stats/distributions.hpp"
#include "stats/mixed_comparison.hpp"
#include "stats/mixed_robust.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

struct Fitted {
  MixedDesign design;
  MixedModel model;
  MixedFit fit;
};

Fitted fitted(MixedDesign design, MixedLikelihood likelihood = MixedLikelihood::restricted) {
  auto model = make_mixed_model(design);
  EXPECT_TRUE(model) << to_text(model.error());
  auto fit = *fit_mixed_model(*model, likelihood);
  return {std::move(design), std::move(*model), std::move(fit)};
}

MixedDesign random_intercepts(std::size_t clients, std::size_t visits, std::uint64_t seed) {
  MixedDesign d = growth_design(clients, visits);
  d.terms[0] = {0, Matrix(d.rows(), 1, 1), {"(Intercept)"}, CovarianceShape::full};
  d.response = simulate_mixed(d, {{1, 2, 3, 4}, {Matrix(1, 1, 4)}, {1}, 0}, {seed, 0});
  return d;
}

// Balanced, random intercepts: a contrast between clients has clients - 2 degrees of freedom, one within has
// those of the residual. Both methods are exact.
TEST(MixedInference, degrees_of_freedom_are_exact_in_a_balanced_design) {
  const Fitted f = fitted(random_intercepts(20, 4, 1));
  Matrix l(2, 4);
  l(0, 2) = 1;  // arm, at mean time
  l(0, 3) = 1.5;
  l(1, 3) = 1;
  const auto satterthwaite_tests = *satterthwaite(f.model, f.fit, l);
  const auto kenward = *kenward_roger(f.model, f.fit, l);
  EXPECT_NEAR(satterthwaite_tests[0].df, 18, 1e-4);
  EXPECT_NEAR(satterthwaite_tests[1].df, 20 * 3 - 2, 1e-4);
  EXPECT_NEAR(kenward.tests[0].df, 18, 1e-6);
  EXPECT_NEAR(kenward.tests[1].df, 58, 1e-6);
  EXPECT_NEAR(kenward.tests[0].std_error, satterthwaite_tests[0].std_error, 1e-8);
}

TEST(MixedInference, one_contrast_tested_jointly_is_its_t_squared) {
  const Fitted f = fitted(with_gaps(planted_growth(20, 5, 2), 0.8, 2));
  Matrix l(1, 4);
  l(0, 3) = 1;
  const auto one = (*satterthwaite(f.model, f.fit, l))[0];
  const auto joint = *satterthwaite_joint(f.model, f.fit, l);
  EXPECT_NEAR(joint.f, one.t * one.t, 1e-9);
  EXPECT_NEAR(joint.df2, one.df, 1e-9);
  EXPECT_NEAR(joint.p, one.p, 1e-9);
  const auto kenward = *kenward_roger(f.model, f.fit, l);
  EXPECT_NEAR(kenward.joint.f, kenward.tests[0].t * kenward.tests[0].t, 1e-6);
}

TEST(MixedInference, a_profile_reaches_where_the_deviance_has_risen) {
  const Fitted f = fitted(with_gaps(planted_growth(25, 5, 3), 0.8, 3), MixedLikelihood::maximum);
  for (const std::size_t j : {std::size_t{0}, std::size_t{3}}) {
    const auto interval = profile_interval(f.model, f.fit, j, 0.95);
    ASSERT_TRUE(interval) << to_text(interval.error());
    for (const double end : {interval->lower, interval->upper}) {
      MixedDesign held = f.design;  // y - end x_j, without x_j
      Matrix x(held.rows(), 3);
      for (std::size_t i = 0; i < held.rows(); ++i) {
        held.response[i] -= end * held.fixed(i, j);
        for (std::size_t k = 0, to = 0; k < 4; ++k)
          if (k != j) x(i, to++) = held.fixed(i, k);
      }
      held.fixed = x;
      held.fixed_names.pop_back();
      const auto other = fitted(held, MixedLikelihood::maximum);
      EXPECT_NEAR(2 * (f.fit.log_likelihood - other.fit.log_likelihood), std::pow(normal_reach(0.95), 2),
                  1e-6);
    }
  }
}

TEST(MixedInference, sandwich_as_in_clubSandwich) {
  auto reference = reference::find_case("lmm/three_level_therapists");
  const auto table = reference->table();
  const Fitted f =
      fitted(design_of(table, "score", {"1", "week", "arm", "week:arm"}, {{"client", {"1", "week"}}}));
  // R 4.2.2, lme4 1.1-31, clubSandwich 0.5.8:
  // coef_test(lmer(score ~ week * arm + (week | client)), "CR2", cluster = client, test = "Satterthwaite")
  const double se[] = {0.71178083036115, 0.14098321171103, 1.05717532393238, 0.20545180256065};
  const double df[] = {52.994525490627, 52.762513676556, 105.974742876222, 105.224037800441};
  const auto robust = cluster_robust(f.design, f.model, f.fit, each_effect(f.fit));
  ASSERT_TRUE(robust) << to_text(robust.error());
  for (std::size_t j = 0; j < 4; ++j) {
    EXPECT_NEAR(robust->tests[j].std_error / se[j], 1, 1e-6);
    EXPECT_NEAR(robust->tests[j].df / df[j], 1, 1e-5);
  }
}

TEST(MixedInference, a_variance_more_is_half_and_half) {
  const MixedDesign alternative = random_intercepts(15, 4, 4);
  MixedDesign null = alternative;
  null.terms.clear();
  const auto ratio = *likelihood_ratio(fitted(null).fit, fitted(alternative).fit);
  EXPECT_EQ(ratio.df, 1U);
  EXPECT_NEAR(ratio.p_mixture.value(), chi_square_upper_p(ratio.chi_square, 1) / 2, 1e-12);
  const MixedDesign slopes = with_gaps(planted_growth(30, 5, 5), 0.9, 5);
  MixedDesign intercepts = slopes;
  intercepts.terms[0] = {0, Matrix(slopes.rows(), 1, 1), {"(Intercept)"}, CovarianceShape::full};
  const auto two = *likelihood_ratio(fitted(intercepts).fit, fitted(slopes).fit);
  EXPECT_EQ(two.df, 2U);
  EXPECT_NEAR(two.p_mixture.value(),
              (chi_square_upper_p(two.chi_square, 1) + chi_square_upper_p(two.chi_square, 2)) / 2, 1e-12);
}

TEST(MixedInference, names_what_cannot_be_done) {
  const Fitted f = fitted(random_intercepts(12, 4, 6));
  const Fitted ml = fitted(f.design, MixedLikelihood::maximum);
  const auto code = [](const auto& result) { return result ? std::string("done") : result.error().code; };
  EXPECT_EQ(code(satterthwaite(f.model, f.fit, Matrix(1, 3, 1))), "lmm.contrast");
  EXPECT_EQ(code(satterthwaite(f.model, f.fit, Matrix(1, 4, 0))), "lmm.contrast");
  EXPECT_EQ(code(satterthwaite_joint(f.model, f.fit, Matrix(2, 4, 1))), "lmm.contrast");
  EXPECT_EQ(code(kenward_roger(f.model, f.fit, Matrix(2, 4, 1))), "lmm.contrast");
  EXPECT_EQ(code(kenward_roger(ml.model, ml.fit, each_effect(ml.fit))), "lmm.kenward_roger_needs_reml");
  EXPECT_EQ(code(profile_interval(f.model, f.fit, 9, 0.95)), "lmm.profile");
  EXPECT_EQ(code(likelihood_ratio(f.fit, ml.fit)), "lmm.comparison");
  EXPECT_EQ(code(likelihood_ratio(f.fit, f.fit)), "lmm.comparison");
  EXPECT_EQ(code(cluster_robust(random_intercepts(12, 4, 7), f.model, f.fit, each_effect(f.fit))),
            "lmm.other_design");
  MixedDesign series = f.design;
  series.residual.correlation = ResidualCorrelation::autoregressive;
  for (std::size_t i = 0; i < series.rows(); ++i) series.residual.position.push_back(series.fixed(i, 1));
  const Fitted correlated = fitted(series);
  EXPECT_EQ(code(kenward_roger(correlated.model, correlated.fit, each_effect(f.fit))),
            "lmm.kenward_roger_residuals");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
