#pragma once
// What a mixed model says about clients: those it was fitted on, and new ones.

#include <optional>
#include <string>
#include <vector>

#include "stats/mixed_model.hpp"

namespace securebase::stats {

/// The conditional modes (best linear unbiased predictors) of one term.
struct RandomEffects {
  std::string grouping;
  std::vector<std::string> names;
  Matrix mean;  ///< levels x q_t; 0 for a level without rows
  /// Conditional SDs given the covariance parameters, without the uncertainty of the fixed effects (lme4's
  /// condVar); empty where clusters are not worked on densely.
  Matrix sd;
};

/// G Z' V^-1 (y - X beta) of every level, G - G Z' V^-1 Z G (Henderson 1975, Biometrics 31, 423). `design` is
/// the one the model was made of. Error lmm.other_design: it does not fit the model.
[[nodiscard]] Result<std::vector<RandomEffects>> random_effects(const MixedDesign& design,
                                                                const MixedModel& model, const MixedFit& fit);

/// k rows of one client (or whatever the levels are) that the model has not seen: one new level of each term.
struct NewClient {
  Matrix fixed;                                 ///< k x p
  std::vector<Matrix> random;                   ///< k x q_t of each term
  std::vector<std::optional<double>> response;  ///< k; nothing: to be forecast
  std::vector<double> position;                 ///< k for autoregressive residuals, otherwise empty
  std::vector<std::uint32_t> group;             ///< k; empty: the first
};

struct RowForecast {
  double expected = 0;   ///< x' beta
  double std_error = 0;  ///< of expected, as an estimate of the mean of such clients
  double sd = 0;         ///< of one client's response about expected, variances taken as known
  /// Given the responses seen; for a row that is seen itself, of a new response at the same place.
  double mean = 0;
  double conditional_sd = 0;
  /// The same with the uncertainty of the fixed effects: for predictive limits.
  double predictive_sd = 0;
};

struct ClientForecast {
  std::vector<std::vector<double>> deviations;  ///< expected random effects given what is seen, by term
  std::vector<RowForecast> rows;
};

/// Error lmm.lengths, lmm.not_finite, lmm.residual (with the rows seen the covariance is not positive
/// definite).
[[nodiscard]] Result<ClientForecast> forecast(const MixedModel& model, const MixedFit& fit,
                                              const NewClient& client);

/// Where a response of such a client falls with probability `level`: mean -+ z predictive_sd. Variances are
/// taken as known, so with few clusters it is too narrow.
[[nodiscard]] Interval predictive_limits(const RowForecast& row, double level);

/// Share of variance that the fixed effects, and that fixed and random effects account for (Nakagawa &
/// Schielzeth 2013, Methods Ecol. Evol. 4, 133; random slopes by the mean of z' G z, Johnson 2014, ibid. 5,
/// 944; residual variances of groups by the mean over rows). Fixed: variance of X beta over rows, divisor n
/// - 1.
struct RSquared {
  double marginal = 0;
  double conditional = 0;
};
[[nodiscard]] RSquared r_squared(const MixedModel& model, const MixedFit& fit);

}  // namespace securebase::stats
