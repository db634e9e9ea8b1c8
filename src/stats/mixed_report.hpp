#pragma once
// From the optimum to what is told; for the sources of this room only.

#include "stats/mixed_deviance.hpp"

namespace securebase::stats {

/// Sums at a theta that have been computed already.
struct KnownCore {
  Eigen::VectorXd theta;
  CoreValue core;
};

/// `known`, of order second, is used where it is that of the minimum.
[[nodiscard]] Result<MixedFit> report_fit(const MixedData& data, MixedLikelihood likelihood,
                                          const Minimum& minimum, const std::optional<KnownCore>& known);

/// The covariance parameters as one reads them: for each term variances' SDs and correlations in the order of
/// MixedFit::covariance, the SD of each residual group, the residual correlation. Of (theta, ln sigma).
[[nodiscard]] Eigen::VectorXd natural_parameters(const MixedData& data, const Eigen::VectorXd& theta,
                                                 double log_sigma);

/// G_t / sigma^2 in the caller's units.
[[nodiscard]] std::vector<Eigen::MatrixXd> relative_factors(const MixedData& data,
                                                            const Eigen::VectorXd& theta);

/// Sentences about a fit.
[[nodiscard]] std::vector<Finding> read_fit(const MixedFit& fit, bool weakly_identified);

}  // namespace securebase::stats
