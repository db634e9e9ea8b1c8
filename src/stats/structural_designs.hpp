#pragma once
// Structural models that have a name, as terms one can read, change and add to.

#include <span>
#include <string>
#include <vector>

#include "stats/structural_fit.hpp"
#include "stats/structural_model.hpp"

namespace securebase::stats {

/// A design is a model and what is worth knowing beyond its parameters.
struct StructuralDesign {
  StructuralModel model;
  std::vector<DefinedParameter> defined = {};
};

struct PathEquation {
  std::string outcome;
  std::vector<std::string> predictors;
};

/// Regressions among observed variables. What is never an outcome is given; outcomes have a free intercept
/// and residual variance; residuals of outcomes that predict nothing covary.
[[nodiscard]] StructuralModel path_model(std::span<const PathEquation> equations);

struct Factor {
  std::string name;
  std::vector<std::string> indicators;
};

/// Confirmatory factors: the first loading of each is 1; factors covary; intercepts and residuals are free.
[[nodiscard]] StructuralModel confirmatory_factors(std::span<const Factor> factors);

struct GrowthWave {
  std::string name;
  double time = 0;
};

/// Latent growth: "intercept" and "slope" with free means, variances and their covariance; residuals free;
/// both regress on the covariates, which are given (Meredith & Tisak 1990, Psychometrika 55, 107).
[[nodiscard]] StructuralModel latent_growth(std::span<const GrowthWave> waves,
                                            std::span<const std::string> covariates = {});

/// The columns of a dyad, one row for each.
struct DyadColumns {
  std::string predictor_1, predictor_2, outcome_1, outcome_2;
};

enum class Partners { distinguishable, indistinguishable };

/// Actor-partner interdependence (Kenny 1996, J. Soc. Pers. Relat. 13, 279): labels actor_1, partner_1 (of
/// the outcome of member 1) and so on, or actor and partner where the members cannot be told apart and
/// intercepts and residual variances are equal too; predictors are given. Defined: k = partner / actor (Kenny
/// & Ledermann 2010, J. Fam. Psychol. 24, 359), with "_1" and "_2" for distinguishable members.
[[nodiscard]] StructuralDesign actor_partner(const DyadColumns& columns, Partners partners);

enum class OverTime { free, equal };

/// Random-intercept cross-lagged panel (Hamaker, Kuiper & Grasman 2015, Psychological Methods 20, 102) of two
/// series, three waves or more: labels a<t> x on x, b<t> x on y, c<t> y on x, d<t> y on y from wave t - 1 to
/// t; the same without <t> where effects are equal over time. Fewer waves are a bug of the caller, as are
/// series of different lengths: std::invalid_argument.
[[nodiscard]] StructuralModel random_intercept_cross_lagged(std::span<const std::string> x,
                                                            std::span<const std::string> y,
                                                            OverTime effects = OverTime::free);

/// x acts on y through m: labels a (m on x), b (y on m), direct; defined: indirect = a b and total.
[[nodiscard]] StructuralDesign mediation_design(const std::string& x, const std::string& m,
                                                const std::string& y);

enum class Invariance {
  configural,  ///< the same pattern
  metric,      ///< equal loadings
  scalar,      ///< and intercepts; means of factors free in all groups but the first
  strict       ///< and residual variances
};

/// The same factors in several groups, to be fitted together: one model for each group.
[[nodiscard]] std::vector<StructuralModel> invariant_factors(std::span<const Factor> factors,
                                                             std::size_t groups, Invariance step);

}  // namespace securebase::stats
