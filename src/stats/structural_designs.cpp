#include "stats/structural_designs.hpp"

#include <algorithm>
#include <stdexcept>

namespace securebase::stats {
namespace {

using Names = std::vector<std::string>;

Term free_term(Relation relation, const std::string& left, const std::string& right = "",
               const std::string& label = "") {
  return {relation, left, right, {}, label, {}};
}

Term fixed_term(Relation relation, const std::string& left, const std::string& right, double value) {
  return {relation, left, right, value, "", {}};
}

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_new(Names& names, const std::string& name) {
  if (!contains(names, name)) names.push_back(name);
}

void add_mean_and_variance(StructuralModel& model, const std::string& name) {
  model.terms.push_back(free_term(Relation::covaries, name, name));
  model.terms.push_back(free_term(Relation::mean, name));
}

void add_covariances(StructuralModel& model, const Names& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      model.terms.push_back(free_term(Relation::covaries, names[j], names[i]));
}

}  // namespace

StructuralModel path_model(std::span<const PathEquation> equations) {
  StructuralModel model;
  Names outcomes, predictors;
  for (const PathEquation& equation : equations) {
    add_new(outcomes, equation.outcome);
    for (const std::string& predictor : equation.predictors) {
      add_new(predictors, predictor);
      model.terms.push_back(free_term(Relation::predicts, equation.outcome, predictor));
    }
  }
  Names last;
  for (const std::string& outcome : outcomes) {
    model.observed.push_back(outcome);
    add_mean_and_variance(model, outcome);
    if (!contains(predictors, outcome)) last.push_back(outcome);
  }
  add_covariances(model, last);
  for (const std::string& predictor : predictors)
    if (!contains(outcomes, predictor)) {
      model.observed.push_back(predictor);
      model.given.push_back(predictor);
    }
  return model;
}

StructuralModel confirmatory_factors(std::span<const Factor> factors) {
  StructuralModel model;
  for (const Factor& factor : factors) {
    model.latent.push_back(factor.name);
    for (std::size_t i = 0; i < factor.indicators.size(); ++i) {
      Term loading = free_term(Relation::loads, factor.name, factor.indicators[i]);
      if (i == 0) loading.fixed = 1;
      model.terms.push_back(loading);
      add_new(model.observed, factor.indicators[i]);
    }
  }
  for (const std::string& name : model.observed) add_mean_and_variance(model, name);
  for (const std::string& name : model.latent)
    model.terms.push_back(free_term(Relation::covaries, name, name));
  add_covariances(model, model.latent);
  return model;
}

StructuralModel latent_growth(std::span<const GrowthWave> waves, std::span<const std::string> covariates) {
  StructuralModel model{{}, {"intercept", "slope"}, {}, {covariates.begin(), covariates.end()}};
  for (const GrowthWave& wave : waves) {
    model.observed.push_back(wave.name);
    model.terms.push_back(fixed_term(Relation::loads, "intercept", wave.name, 1));
    model.terms.push_back(fixed_term(Relation::loads, "slope", wave.name, wave.time));
    model.terms.push_back(free_term(Relation::covaries, wave.name, wave.name));
  }
  for (const std::string& latent : model.latent) {
    add_mean_and_variance(model, latent);
    for (const std::string& covariate : covariates)
      model.terms.push_back(free_term(Relation::predicts, latent, covariate));
  }
  add_covariances(model, model.latent);
  model.observed.insert(model.observed.end(), covariates.begin(), covariates.end());
  return model;
}

StructuralDesign actor_partner(const DyadColumns& columns, Partners partners) {
  const bool equal = partners == Partners::indistinguishable;
  const std::string one = equal ? "" : "_1", two = equal ? "" : "_2";
  const auto& [x1, x2, y1, y2] = columns;
  StructuralDesign design{{{y1, y2, x1, x2}, {}, {}, {x1, x2}}, {}};
  design.model.terms = {free_term(Relation::predicts, y1, x1, "actor" + one),
                        free_term(Relation::predicts, y1, x2, "partner" + one),
                        free_term(Relation::predicts, y2, x2, "actor" + two),
                        free_term(Relation::predicts, y2, x1, "partner" + two),
                        free_term(Relation::mean, y1, "", "intercept" + one),
                        free_term(Relation::mean, y2, "", "intercept" + two),
                        free_term(Relation::covaries, y1, y1, "residual" + one),
                        free_term(Relation::covaries, y2, y2, "residual" + two),
                        free_term(Relation::covaries, y1, y2, "residual_covariance")};
  design.defined.push_back({"k" + one, "partner" + one + " / actor" + one});
  if (!equal) design.defined.push_back({"k" + two, "partner" + two + " / actor" + two});
  return design;
}

namespace {

struct Panel {
  std::string x, y;  // of one wave
};

void add_within(StructuralModel& model, const Panel& names, const std::string& wave) {
  for (const auto& [series, observed] : {std::pair("x", names.x), std::pair("y", names.y)}) {
    const std::string within = std::string("within_") + series + wave;
    model.latent.push_back(within);
    model.terms.push_back(fixed_term(Relation::loads, within, observed, 1));
    model.terms.push_back(free_term(Relation::covaries, within, within));
    model.terms.push_back(free_term(Relation::mean, observed));
    model.terms.push_back(fixed_term(Relation::loads, std::string("intercept_") + series, observed, 1));
  }
  model.terms.push_back(free_term(Relation::covaries, "within_x" + wave, "within_y" + wave));
}

void add_lag(StructuralModel& model, const std::string& from, const std::string& to,
             const std::string& label) {
  const auto effect = [&](const char* on, const char* of, const char* name) {
    model.terms.push_back(free_term(Relation::predicts, on + to, of + from, name + label));
  };
  effect("within_x", "within_x", "a");
  effect("within_x", "within_y", "b");
  effect("within_y", "within_x", "c");
  effect("within_y", "within_y", "d");
}

}  // namespace

StructuralModel random_intercept_cross_lagged(std::span<const std::string> x, std::span<const std::string> y,
                                              OverTime effects) {
  if (x.size() != y.size() || x.size() < 3)
    throw std::invalid_argument("random_intercept_cross_lagged: two series of three waves at least");
  StructuralModel model{{}, {"intercept_x", "intercept_y"}, {}, {}};
  for (std::size_t t = 0; t < x.size(); ++t) {
    const std::string wave = std::to_string(t + 1);
    add_within(model, {x[t], y[t]}, wave);
    if (t > 0) add_lag(model, std::to_string(t), wave, effects == OverTime::equal ? "" : wave);
  }
  model.observed.assign(x.begin(), x.end());
  model.observed.insert(model.observed.end(), y.begin(), y.end());
  for (const std::string name : {"intercept_x", "intercept_y"})
    model.terms.push_back(free_term(Relation::covaries, name, name));
  model.terms.push_back(free_term(Relation::covaries, "intercept_x", "intercept_y"));
  return model;
}

StructuralDesign mediation_design(const std::string& x, const std::string& m, const std::string& y) {
  StructuralDesign design{{{m, y, x}, {}, {}, {x}}, {{"indirect", "a * b"}, {"total", "a * b + direct"}}};
  design.model.terms = {free_term(Relation::predicts, m, x, "a"), free_term(Relation::predicts, y, m, "b"),
                        free_term(Relation::predicts, y, x, "direct")};
  add_mean_and_variance(design.model, m);
  add_mean_and_variance(design.model, y);
  return design;
}

std::vector<StructuralModel> invariant_factors(std::span<const Factor> factors, std::size_t groups,
                                               Invariance step) {
  std::vector<StructuralModel> models(groups, confirmatory_factors(factors));
  for (std::size_t g = 0; g < groups; ++g) {
    StructuralModel& model = models[g];
    for (Term& term : model.terms) {
      const bool observed = contains(model.observed, term.left);
      const bool equal = (term.relation == Relation::loads && step >= Invariance::metric) ||
                         (term.relation == Relation::mean && step >= Invariance::scalar) ||
                         (term.relation == Relation::covaries && observed && step >= Invariance::strict);
      if (equal && !term.fixed) term.label = to_text(term);
    }
    if (step < Invariance::scalar || g == 0) continue;
    for (const std::string& factor : model.latent) model.terms.push_back(free_term(Relation::mean, factor));
  }
  return models;
}

}  // namespace securebase::stats
