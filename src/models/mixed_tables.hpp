#pragma once
// A fitted mixed model in tables, frames and matrices; for the sources of this room only.

#include <string>
#include <vector>

#include "models/design.hpp"
#include "models/fit_report.hpp"
#include "stats/mixed_comparison.hpp"
#include "stats/mixed_inference.hpp"
#include "stats/mixed_model.hpp"
#include "stats/mixed_prediction.hpp"

namespace securebase::models {

/// A random term as the fit lists it; `label` is lme4's: the second term of a factor g is "g.1".
struct FittedTerm {
  std::string grouping;
  std::string label;
  std::vector<std::string> names;
  std::size_t first = 0;  ///< its first variance among the fit's covariance parameters
};
[[nodiscard]] std::vector<FittedTerm> fitted_terms(const stats::MixedFit& fit);

[[nodiscard]] NamedMatrix named(std::string id, const std::vector<std::string>& names,
                                const stats::Matrix& values);
[[nodiscard]] std::vector<NamedMatrix> random_covariances(const stats::MixedFit& fit);

[[nodiscard]] EstimateTable variances_table(const stats::MixedFit& fit, double level);
[[nodiscard]] EstimateTable residual_table(const stats::MixedFit& fit, double level);
[[nodiscard]] std::vector<Measure> measures_of(const stats::MixedModel& model, const stats::MixedFit& fit);

[[nodiscard]] Frame covariance_frame(const stats::MixedFit& fit);
[[nodiscard]] Frame theta_frame(const stats::MixedFit& fit);
[[nodiscard]] Frame centres_frame(const Coding& coding);
[[nodiscard]] Frame joint_frame(const std::string& what, const stats::JointTest& test,
                                const std::string& method);
[[nodiscard]] Frame comparison_frame(const std::string& null_model, const stats::MixedFit& null,
                                     const std::string& model, const stats::MixedFit& fit,
                                     const stats::LikelihoodRatio& ratio);
[[nodiscard]] Frame random_effects_frame(const ModelDesign& data,
                                         const std::vector<stats::RandomEffects>& effects);
/// `lines` of the table the design was made of.
[[nodiscard]] Frame rows_frame(const ModelDesign& data, const std::vector<stats::RandomEffects>& effects,
                               const stats::MixedFit& fit, const std::vector<std::uint32_t>& lines);

/// Forecasts of new clients, one after the other.
class ForecastFrames {
 public:
  ForecastFrames(const stats::MixedFit& fit, double limits);
  void add(const NewClients::Client& client, const stats::ClientForecast& forecast, const Table& table);
  void add_to(FitReport& report) &&;

 private:
  std::vector<FittedTerm> terms_;
  double limits_;
  Frame forecasts_;
  Frame effects_;
};

}  // namespace securebase::models
