// Intervals of structural models, state spaces and effects over many samples.

#include <gtest/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "stats/bounded_interval.hpp"
#include "stats/change.hpp"
#include "stats/mediation.hpp"
#include "stats/sample.hpp"
#include "stats/simulate_models.hpp"
#include "stats/state_space_fit.hpp"
#include "stats/structural_designs.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr std::size_t few = 24;
/// Maximum likelihood makes residual variances too small by about (coefficients / n) of themselves: seen in
/// many samples.
constexpr double of_maximum_likelihood = 8;

std::optional<Interval> told(const StructuralEstimate& estimate) {
  return estimate.std_error ? std::optional(estimate.interval) : std::nullopt;
}

void cover(Coverage& coverage, const StructuralModel& planted, const StructuralFit& fit) {
  if (fit.convergence.verdict != Verdict::converged) return;
  for (std::size_t i = 0; i < planted.terms.size(); ++i)
    coverage.add(to_text(planted.terms[i]), *planted.terms[i].fixed, fit.estimates[i].estimate,
                 told(fit.estimates[i]));
}

StructuralFit fit_one(const StructuralModel& model, std::vector<DataRow> rows,
                      const std::vector<DefinedParameter>& defined = {}) {
  return *fit_structural(std::vector<StructuralGroup>{{model, std::move(rows), ""}},
                         {StandardErrors::automatic, 0.95, defined});
}

bool is_variance(const Term& term) {
  return term.relation == Relation::covaries && term.left == term.right;
}

TEST(CoverageOf, latent_growth_with_missing_waves) {
  const std::vector<GrowthWave> waves{{"y0", 0}, {"y1", 1}, {"y2", 2}, {"y3", 3}};
  const auto model = latent_growth(waves);
  auto planted = model;
  for (Term& term : planted.terms) {
    if (term.fixed) continue;
    term.fixed = term.relation == Relation::mean ? 2
                 : !is_variance(term)            ? 0.2
                 : term.left == "slope"          ? 0.5
                                                 : 1.5;
  }
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    const RandomKey key = RandomKey{101, 0}.part(s);
    cover(coverage, planted,
          fit_one(model, lose_values(simulate_rows(planted, 400, key.part(0)), 0.15, 0, key.part(1))));
  }
  coverage.expect("latent growth, 400 people, four waves, 15 % missing", 0.01, of_maximum_likelihood);
}

TEST(CoverageOf, actor_and_partner_effects) {
  const auto design = actor_partner({"x1", "x2", "y1", "y2"}, Partners::distinguishable);
  auto planted = design.model;
  for (Term& term : planted.terms)
    term.fixed = term.relation == Relation::predicts   ? 0.3
                 : term.relation == Relation::covaries ? (is_variance(term) ? 1 : 0.3)
                                                       : 1;
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s)
    cover(coverage, planted, fit_one(design.model, simulate_rows(planted, 1000, RandomKey{102, 0}.part(s))));
  coverage.expect("actor and partner, 1000 dyads", 0.01, of_maximum_likelihood);
}

// Variances and effects of a panel that is stationary enough to be told from its intercepts.
double planted_panel(const Term& term) {
  if (term.relation == Relation::mean) return 3;
  if (term.relation == Relation::predicts) return term.label[0] == 'a' || term.label[0] == 'd' ? 0.4 : 0.15;
  if (is_variance(term)) return 1;
  return 0.3;
}

TEST(CoverageOf, a_panel_with_random_intercepts) {
  const std::vector<std::string> x{"x1", "x2", "x3", "x4"};
  const std::vector<std::string> y{"y1", "y2", "y3", "y4"};
  const auto model = random_intercept_cross_lagged(x, y);
  auto planted = model;
  for (Term& term : planted.terms)
    if (!term.fixed) term.fixed = planted_panel(term);
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few) / 2; ++s) {
    const RandomKey key = RandomKey{104, 0}.part(s);
    cover(coverage, planted,
          fit_one(model, lose_values(simulate_rows(planted, 800, key.part(0)), 0.1, 0, key.part(1))));
  }
  coverage.expect("panel with random intercepts, 800 people, four waves, 10 % missing", 0.015,
                  of_maximum_likelihood);
}

TEST(CoverageOf, factors_and_their_loadings) {
  const std::vector<Factor> factors{{"f", {"a", "b", "c"}}, {"g", {"d", "e", "h"}}};
  const auto model = confirmatory_factors(factors);
  auto planted = model;
  for (Term& term : planted.terms)
    if (!term.fixed) term.fixed = term.relation == Relation::loads ? 0.8 : is_variance(term) ? 1 : 0.4;
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s)
    cover(coverage, planted, fit_one(model, simulate_rows(planted, 600, RandomKey{105, 0}.part(s))));
  coverage.expect("two factors of three items, 600 people", 0.01, of_maximum_likelihood);
}

TEST(CoverageOf, an_indirect_effect) {
  const auto design = mediation_design("x", "m", "y");
  auto planted = design.model;
  for (Term& term : planted.terms)
    if (!term.fixed) term.fixed = term.relation == Relation::predicts ? 0.4 : is_variance(term) ? 1 : 0;
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    const auto fit =
        fit_one(design.model, simulate_rows(planted, 400, RandomKey{106, 0}.part(s)), design.defined);
    cover(coverage, planted, fit);
    for (const DefinedEstimate& defined : fit.defined)
      coverage.add(defined.name, defined.name == "total" ? 0.56 : 0.16, defined.estimate, defined.interval);
  }
  coverage.expect("indirect effect, 400 people", 0.01, of_maximum_likelihood);
}

void cover(Coverage& coverage, const std::vector<NamedValue>& planted, const StateSpaceFit& fit) {
  if (fit.convergence.verdict != Verdict::converged) return;
  for (std::size_t k = 0; k < planted.size(); ++k) {
    const StateParameter& parameter = fit.parameters[k];
    if (parameter.std_error)
      coverage.add(planted[k].name, planted[k].value, parameter.estimate,
                   bounded_interval(parameter.estimate, *parameter.std_error, parameter.range, 0.95));
  }
}

std::vector<TimeSeries> people_of(const StateDesign& design, const std::vector<NamedValue>& planted,
                                  const std::vector<double>& times, std::size_t n, const RandomKey& key) {
  const auto model = *make_state_space(design, planted, times);
  std::vector<TimeSeries> people;
  for (std::size_t i = 0; i < n; ++i) {
    people.push_back({times, {}});
    for (const auto& seen : simulate_state_space(model, times.size(), key.part(i)).occasions)
      people.back().values.push_back(seen[0]);
  }
  return people;
}

TEST(CoverageOf, a_prototype_of_many_people) {
  const StateDesign design{StateDesignKind::prototype, PrototypeLevel::varying, {}, {}};
  const std::vector<NamedValue> planted{{"stability", 0.6},
                                        {"deviation_variance", 1.5},
                                        {"level_mean", 4},
                                        {"level_between_variance", 2},
                                        {"noise_variance", 0.5}};
  const std::vector<double> times{0, 0.5, 1, 2, 2.5, 3.5, 4, 5, 6, 6.5, 7, 8, 9, 9.5, 10};
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few) / 4; ++s)
    cover(coverage, planted, *fit_state_space(design, people_of(design, planted, times, 60, {103, s})));
  // A variance's estimate is skewed: smaller by what 60 people leave.
  coverage.expect("prototype, 60 people, 15 irregular occasions", 0.015, of_maximum_likelihood);
}

TEST(CoverageOf, a_level_that_walks) {
  const StateDesign design{StateDesignKind::local_level, PrototypeLevel::own, {}, {}};
  const std::vector<NamedValue> planted{{"level_variance", 0.5}, {"noise_variance", 1}};
  std::vector<double> times;
  for (int t = 0; t < 20; ++t) times.push_back(t);
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few) / 4; ++s)
    cover(coverage, planted, *fit_state_space(design, people_of(design, planted, times, 60, {107, s})));
  coverage.expect("local level, 60 people, 20 occasions", 0.01);
}

PrePostSummary summary_of(const PrePostScores& scores) {
  const auto paired = *paired_summary(scores.pre, scores.post);
  return {paired.n, paired.mean_pre, paired.sd_pre, paired.mean_post, paired.sd_post, *paired.r_pre_post};
}

TEST(CoverageOf, standardised_effects) {
  const PrePostSummary control{60, 20, 5, 18, 5, 0.6};
  const PrePostSummary treated{60, 20, 5, 15, 5, 0.6};
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    const RandomKey key = RandomKey{108, 0}.part(s);
    const auto one = summary_of(simulate_pre_post(control, key.part(0)));
    const auto other = summary_of(simulate_pre_post(treated, key.part(1)));
    const auto between =
        *between_groups({one.n, one.mean_post, one.sd_post}, {other.n, other.mean_post, other.sd_post});
    coverage.add("between groups", -0.6, between.g, between.interval);
    const auto within = *within_group(other, ChangeStandard::pre_sd);
    coverage.add("within, SD before", -1, within.g, within.interval);
    const auto unequal = *within_group(other, ChangeStandard::pre_sd_unequal);
    coverage.add("within, SDs may differ", -1, unequal.g, unequal.interval);
    const auto change = *within_group(other, ChangeStandard::change_sd);
    coverage.add("within, SD of changes", -1 / std::sqrt(0.8), change.g, change.interval);
    const auto controlled = *controlled_change(one, other);
    coverage.add("controlled change", -0.6, controlled.g, controlled.interval);
  }
  coverage.expect("standardised effects, 60 people a group", 0.01);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
