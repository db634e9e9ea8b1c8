#pragma once
// Linear mixed models from a formula and a table, or from the summaries of several sites, told as a report.

#include <optional>
#include <string>
#include <vector>

#include "models/design.hpp"
#include "models/fit_report.hpp"
#include "stats/mixed_model.hpp"
#include "stats/mixed_summary.hpp"

namespace securebase::models {

/// Where degrees of freedom of fixed effects come from.
enum class DegreesOfFreedom {
  satterthwaite,
  kenward_roger,
  normal  ///< none: z tests, Wald intervals
};

enum class ErrorsFrom {
  model,          ///< the fitted covariance
  cluster_robust  ///< CR2: holds where that covariance is wrong
};

struct MixedRequest {
  ModelPlan plan;
  stats::MixedLikelihood likelihood = stats::MixedLikelihood::restricted;
  DegreesOfFreedom df = DegreesOfFreedom::satterthwaite;
  ErrorsFrom errors = ErrorsFrom::model;
  double level = 0.95;             ///< of intervals, between 0 and 1
  bool profile = false;            ///< profile intervals of the fixed effects
  bool random_effects = false;     ///< those of each level, with their SDs
  bool rows = false;               ///< what the model says of each row
  std::optional<Formula> compare;  ///< a model to compare with, by maximum likelihood, on the same rows
  std::string test;                ///< terms or coefficients, between commas, to be tested together
};

/// The report and what further questions need.
struct MixedResult {
  FitReport report;
  std::optional<ModelDesign> data;  ///< nothing where only summaries were read
  stats::MixedModel model;
  stats::MixedFit fit;
  Coding coding;
};

/// What an R user would write after lmer(): one line.
[[nodiscard]] std::string plan_text(const ModelPlan& plan);

/// Report tables: "estimates", "variances" (SDs and correlations), "residual", and "profile" where asked for.
/// Frames: "covariance" (variances too), "theta" (relative Cholesky factors, as lme4), "centres" (means taken
/// away), and as asked for "joint_test", "comparison", "random_effects", "rows". Matrices:
/// "fixed_covariance", "random_covariance:<factor>". Measures: log_likelihood, minus_2_log_likelihood,
/// parameters, aic, bic, r2_marginal, r2_conditional, sigma. Errors: of make_design and of stats
/// (docs/mixed-models.md); usage models.test (no such term), models.robust_joint (no joint test with robust
/// errors).
[[nodiscard]] Result<MixedResult> fit_linear_mixed(const MixedRequest& request, const Table& table);

/// Adds the frames "forecasts" and "forecast_effects": for each new row the expected outcome with its error,
/// the SD of single outcomes about it, the percentile of an outcome that was seen, and given what was seen of
/// the same client the mean, SDs and the limits at `limits` in which a new outcome falls.
[[nodiscard]] Result<void> add_forecasts(MixedResult& result, const ModelPlan& plan, const Table& new_rows,
                                         double limits);

/// One site's sums without anybody's rows, with what other sites must agree in.
struct SiteSummary {
  std::string formula;  ///< plan_text
  std::map<std::string, std::vector<std::string>> levels;
  stats::MixedSummary sums;

  bool operator==(const SiteSummary&) const = default;
};

/// Errors: of make_design, stats::summarise_mixed; usage models.centre_of_site: centre() takes away another
/// mean at each site, so the sums would not go together.
[[nodiscard]] Result<SiteSummary> summarise_site(const ModelPlan& plan, const Table& table,
                                                 const stats::SummaryPlan& summary);

/// The fit of all sites' rows. What needs rows (compare, random_effects, rows, robust errors) is refused:
/// usage models.needs_rows. Errors: of stats::merge; bad_data models.sites_differ (in formula or levels).
[[nodiscard]] Result<MixedResult> fit_summaries(const MixedRequest& request,
                                                const std::vector<SiteSummary>& sites);

}  // namespace securebase::models
