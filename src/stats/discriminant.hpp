#pragma once
// Linear discriminant analysis: classes of cases that experts have classified, from measurements. With the
// pooled within-class covariance S (divisor n - g), means m_k and priors pi_k:
//   score_k(x) = m_k' S^-1 x - m_k' S^-1 m_k / 2 + ln pi_k,    P(k | x) proportional to exp score_k
// and canonical functions from the generalised eigenvectors of the between covariance (weighted by priors)
// and S, with variance 1 within classes (Fisher 1936; Venables & Ripley 2002, Modern Applied Statistics with
// S, section 12.1, as MASS::lda). How well it classifies is told by leaving out each case in turn, never by
// the cases it was fitted on.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/kappa.hpp"
#include "stats/matrix.hpp"

namespace securebase::stats {

/// What a discriminant is: enough to classify with.
struct Discriminant {
  std::vector<double> priors;  ///< of g classes, above 0, sum 1
  Matrix means;                ///< g x p
  Matrix within;               ///< S, p x p
};

struct CanonicalFunctions {
  Matrix scaling;  ///< p x r, r at most min(p, g - 1); the largest entry of each column is positive
  std::vector<double> singular;  ///< MASS's svd: square roots of between over within variance
  std::vector<double> share;     ///< of the variance between
};

struct DiscriminantFit {
  Discriminant discriminant;
  std::vector<std::size_t> counts;  ///< cases of each class
  CanonicalFunctions canonical;
};

/// X n x p, finite; class of each case from 0 to g - 1, 2 to 50 classes of two cases or more, n > g + p.
/// `priors`: of each class, or empty for their shares. Errors (bad_data): "discriminant.shape",
/// "discriminant.classes" (one class, or one with fewer than two cases), "discriminant.few_cases",
/// "discriminant.priors", "discriminant.singular" (a measurement does not vary within classes or follows from
/// the others).
[[nodiscard]] Result<DiscriminantFit> fit_discriminant(const Matrix& x, std::span<const std::size_t> classes,
                                                       std::size_t groups,
                                                       std::span<const double> priors = {});

struct Allocation {
  std::size_t chosen = 0;
  std::vector<double> posterior;  ///< of each class, sum 1
  double distance = 0;            ///< squared Mahalanobis distance from the nearest class's mean
  double typicality = 0;  ///< share of that class that is at least as far from its mean, were it normal
};

/// x of p numbers, finite: otherwise std::invalid_argument, as for a discriminant whose parts do not fit.
/// Error "discriminant.singular".
[[nodiscard]] Result<std::vector<Allocation>> allocate(const Discriminant& discriminant, const Matrix& x);

struct ClassSensitivity {
  std::size_t cases = 0;
  std::size_t right = 0;
  std::optional<double> sensitivity;  ///< right / cases; nothing without cases
  std::optional<Interval> interval;   ///< Wilson's
};

/// Classes given against classes right, as a g x g table of counts, right in rows.
struct ClassificationAccuracy {
  std::size_t cases = 0;
  double accuracy = 0;
  Interval interval;  ///< Wilson's
  CohenKappa kappa;
  std::vector<ClassSensitivity> classes;
};
/// Errors: those of cohen_kappa; "discriminant.shape" without a case.
[[nodiscard]] Result<ClassificationAccuracy> classification_accuracy(const Matrix& confusion,
                                                                     double level = 0.95);

struct LeaveOneOut {
  std::vector<std::size_t> chosen;  ///< for each case, by the others alone; priors stay
  Matrix confusion;                 ///< experts' classes in rows, chosen ones in columns
  ClassificationAccuracy accuracy;
};
/// Errors: those of fit_discriminant, of any of the fits.
[[nodiscard]] Result<LeaveOneOut> leave_one_out(const Matrix& x, std::span<const std::size_t> classes,
                                                std::size_t groups, std::span<const double> priors = {},
                                                double level = 0.95);

}  // namespace securebase::stats
