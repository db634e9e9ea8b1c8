#pragma once
// Linear mixed models by maximum or restricted maximum likelihood.
//
// A MixedModel is a design reduced to what the likelihood needs (mixed_design.hpp says what a design is): its
// cost depends on how many different clusters there are, not on how many clients share a design. Fitting is
// Newton's method on the profiled deviance with exact derivatives (central differences where clusters are too
// large for dense work: crossed factors with many levels, many clients in few sites).
//
// The log-likelihood is that of lme4 and nlme: restricted,
//   -1/2 [(n - p) ln 2 pi + ln|V| + ln|X' V^-1 X| + (y - X b)' V^-1 (y - X b)]
// Sources: Bates, Maechler, Bolker & Walker 2015, J. Stat. Softw. 67(1); Pinheiro & Bates 2000, Mixed-Effects
// Models in S and S-PLUS, chapters 2 and 5.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/convergence.hpp"
#include "stats/matrix.hpp"
#include "stats/mixed_design.hpp"

namespace securebase::stats {

struct MixedData;

enum class MixedLikelihood {
  maximum,    ///< to compare models that differ in fixed effects
  restricted  ///< less biased variances: the usual choice
};

class MixedModel {
 public:
  explicit MixedModel(std::shared_ptr<const MixedData> data) : data_(std::move(data)) {}
  [[nodiscard]] const MixedData& data() const { return *data_; }
  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] std::size_t clusters() const;  ///< independent ones
  [[nodiscard]] std::size_t cells() const;     ///< different designs among them; 0 where they are not dense

 private:
  std::shared_ptr<const MixedData> data_;
};

/// Errors: those of check(), and
///   lmm.no_residual_variance  within clusters nothing is left to explain
///   lmm.too_large             (usage) correlated residuals in a cluster of more than 1500 rows
[[nodiscard]] Result<MixedModel> make_mixed_model(const MixedDesign& design);

struct FixedEffect {
  std::string name;
  double estimate = 0;
  double std_error = 0;  ///< sqrt of the diagonal of sigma^2 (X' V^-1 X)^-1, for both likelihoods
};

/// An entry of a G_t.
struct CovarianceParameter {
  std::string grouping;
  std::string name;
  std::string other;                        ///< empty: a variance
  double covariance = 0;                    ///< or variance
  std::optional<double> sd_or_correlation;  ///< nothing for a correlation with what does not vary
  std::optional<double> std_error;          ///< of that, observed information; nothing at the boundary
};

struct ResidualParameter {
  std::string name;  ///< of its group; "Residual" where all are equal; "phi" or "rho"
  double value = 0;  ///< an SD, at weight 1; or the correlation
  std::optional<double> std_error;
};

struct MixedFit {
  MixedLikelihood likelihood = MixedLikelihood::restricted;
  double log_likelihood = 0;
  std::size_t rows = 0;
  std::size_t parameters = 0;  ///< p and all of the covariance, under both likelihoods
  double aic = 0;              ///< -2 lnL + 2 parameters
  double bic = 0;              ///< -2 lnL + ln(rows) parameters: lme4's
  std::vector<FixedEffect> fixed;
  Matrix fixed_covariance;                      ///< p x p
  double sigma = 0;                             ///< residual SD of the first group, at weight 1
  std::vector<Matrix> random_covariance;        ///< G_t
  std::vector<Matrix> relative_factor;          ///< L_t with G_t = sigma^2 L_t L_t', lower triangular
  std::vector<CovarianceParameter> covariance;  ///< term by term: variances, then covariances
  std::vector<ResidualParameter> residual;      ///< one SD for each group
  std::optional<ResidualParameter> correlation;
  bool singular = false;         ///< a direction of some G_t has no variance (1e-4 of what it could have)
  Convergence convergence;       ///< gradient: of the deviance per row, by theta
  std::vector<Finding> reading;  ///< what may be read and what not
  std::vector<double> theta;     ///< where the likelihood was evaluated, in this room's own units
};

/// A fit that did not converge is a value with its verdict.
/// Error lmm.not_defined: the likelihood does not exist where the search begins.
[[nodiscard]] Result<MixedFit> fit_mixed_model(const MixedModel& model, MixedLikelihood likelihood);

}  // namespace securebase::stats
