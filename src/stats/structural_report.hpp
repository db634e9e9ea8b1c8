#pragma once
// Parts of the report on a structural fit; for the sources of this room only.

#include <optional>
#include <span>
#include <vector>

#include "stats/structural_problem.hpp"

namespace securebase::stats {

/// The unrestricted moments of each group and the log-likelihood they have, given what is given.
struct Unrestricted {
  std::vector<Moments> moments;
  double log_likelihood = 0;
};
[[nodiscard]] std::optional<Unrestricted> unrestricted(const StructuralProblem& problem);

[[nodiscard]] FitMeasures fit_measures(const StructuralProblem& problem, const Eigen::VectorXd& theta,
                                       const Unrestricted& best, double log_likelihood);

/// Of one term: with all variables of variance 1.
[[nodiscard]] std::optional<double> standardised(const PlacedTerm& placed, const RamPoint& at,
                                                 double estimate);

/// Negative variances and impossible correlations.
[[nodiscard]] std::vector<std::string> improper_estimates(const StructuralProblem& problem,
                                                          std::span<const StructuralGroup> groups,
                                                          const Eigen::VectorXd& theta);

/// Cross-products of the scores of all rows by theta, divided by the number of rows.
[[nodiscard]] Eigen::MatrixXd score_products(const StructuralProblem& problem,
                                             std::span<const StructuralGroup> groups,
                                             const Eigen::VectorXd& theta);

/// Yuan & Bentler 2000, Sociol. Methodol. 30, 165, as Mplus and lavaan compute it:
/// (tr(B1 A1^-1) - tr(B0 A0^-1)) / df, with information A and score products B of the unrestricted moments
/// (1) and of the model (0). `model` is the second trace. Nothing where A1 has no inverse or df is 0.
[[nodiscard]] std::optional<double> chi_square_scaling(const StructuralProblem& problem,
                                                       std::span<const StructuralGroup> groups,
                                                       const Unrestricted& best, double model,
                                                       std::size_t df);

}  // namespace securebase::stats
