#pragma once
// Change of one person against what people who begin at the same score usually do next: alternatives to the
// reliable change of change.hpp that take regression to the mean, practice and the spread of change into
// account. Differences are post - pre in the scale's own units and sign.

#include <cstddef>
#include <optional>
#include <span>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::stats {

/// What a comparison sample did between two occasions: post = intercept + slope pre + N(0, residual_sd^2).
struct ReferenceChange {
  std::size_t n = 0;
  double mean_pre = 0;
  double sd_pre = 0;
  double mean_post = 0;
  double sd_post = 0;
  double r = 0;  ///< of pre and post
  double intercept = 0;
  double slope = 0;
  double residual_sd = 0;  ///< divisor n - 2
};

/// From the scores of the sample. Errors (bad_data): "change.unpaired", "change.too_few_pairs" (fewer than
/// four), "change.not_finite", "change.no_variance" (nobody differs before, or pre says exactly what
/// follows).
[[nodiscard]] Result<ReferenceChange> reference_change(std::span<const double> pre,
                                                       std::span<const double> post);

/// The same from published numbers. Errors: the same, r outside -1 to 1 among "change.no_variance".
[[nodiscard]] Result<ReferenceChange> reference_change(std::size_t n, double mean_pre, double sd_pre,
                                                       double mean_post, double sd_post, double r);

struct AdjustedChange {
  double expected = 0;  ///< post score of people who begin here
  double index = 0;     ///< (post - expected) / error
  double p = 1;         ///< two-sided
  Interval usual;       ///< post scores within which `level` of such people end
};

/// Regression-based change (McSweeny, Naugle, Chelune & Luders 1993, Clin. Neuropsychol. 7, 300): error
/// residual_sd, normal.
[[nodiscard]] AdjustedChange regression_based_change(double pre, double post,
                                                     const ReferenceChange& reference, double level = 0.95);

/// The same with the error of a prediction, residual_sd sqrt(1 + 1/n + (pre - mean)^2 / ((n - 1) sd_pre^2)),
/// Student's t with n - 2 df (Crawford & Garthwaite 2006, Neuropsychology 20, 259): for small samples.
[[nodiscard]] AdjustedChange predicted_change(double pre, double post, const ReferenceChange& reference,
                                              double level = 0.95);

/// Practice-adjusted reliable change (Chelune et al. 1993, Neuropsychology 7, 41; Iverson 2001, Arch. Clin.
/// Neuropsychol. 16, 183): expected is pre + mean change, error sqrt(sem_pre^2 + sem_post^2) with the
/// test-retest correlation as reliability. Nothing where that is 1.
[[nodiscard]] std::optional<AdjustedChange> practice_adjusted_change(double pre, double post,
                                                                     const ReferenceChange& reference,
                                                                     double level = 0.95);

/// Hageman & Arrindell 1999, Behav. Res. Ther. 37, 1169 (RC_INDIV): the difference drawn to the mean
/// difference by its reliability r_dd,
///   r_dd = (sd_pre^2 r_pre + sd_post^2 r_post - 2 sd_pre sd_post r) / (sd_pre^2 + sd_post^2 - 2 sd_pre
///   sd_post r) index = ((post - pre) r_dd + mean_change (1 - r_dd)) / (sqrt(r_dd) sqrt(sem_pre^2 +
///   sem_post^2))
/// with sem = sd sqrt(1 - reliability). Nothing where r_dd or the errors are not above 0.
struct Reliabilities {
  double pre = 0;   ///< 0 to 1
  double post = 0;  ///< 0 to 1
};
[[nodiscard]] std::optional<double> hageman_arrindell_index(double pre, double post,
                                                            const ReferenceChange& reference,
                                                            const Reliabilities& reliabilities);

}  // namespace securebase::stats
