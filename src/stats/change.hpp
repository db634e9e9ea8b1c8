#pragma once
// Change of one person between two occasions, and of a group. All scores, SDs and errors are finite and in
// the scale's own units; a difference is always post - pre, in the scale's own sign, whichever direction is
// better. Levels lie between 0 and 1, both excluded; another is a bug of the caller (std::domain_error).

#include <cstddef>
#include <optional>
#include <span>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/distributions.hpp"

namespace securebase::stats {

/// sd sqrt(1 - reliability), sd >= 0, reliability between 0 and 1; otherwise a bug of the caller
/// (std::domain_error). Lord & Novick 1968, Statistical Theories of Mental Test Scores, eq. 3.6.3.
[[nodiscard]] double standard_error_of_measurement(double sd, double reliability);

/// sqrt(2) sem: of the difference of two scores with the same standard error (Jacobson & Truax 1991, J.
/// Consult. Clin. Psychol. 59, p. 14).
[[nodiscard]] double standard_error_of_difference(double sem);

/// (post - pre) / s_diff (Jacobson & Truax 1991, p. 14). Nothing where s_diff is not above zero.
[[nodiscard]] std::optional<double> reliable_change_index(double pre, double post, double s_diff);

/// Points a difference must exceed: normal_reach(level) s_diff.
[[nodiscard]] double reliable_change_threshold(double s_diff, double level = 0.95);

/// The distance between neighbouring values of `multiply` times a sum, where all that is summed is whole;
/// nothing where it is not.
[[nodiscard]] std::optional<double> score_step(std::span<const double> summed, double multiply);

/// The least multiple of `step` above `threshold`; step > 0, threshold >= 0.
[[nodiscard]] double least_beyond(double threshold, double step);

/// One person's difference, plus and minus normal_reach(level) s_diff.
[[nodiscard]] Interval change_interval(double pre, double post, double s_diff, double level = 0.95);

enum class BetterWhen { higher, lower };

/// Means and SDs of those in need of help and of those who are not.
struct TwoPopulations {
  double mean_clinical = 0;
  double sd_clinical = 0;
  double mean_norm = 0;
  double sd_norm = 0;
};

/// Jacobson & Truax 1991, p. 13. a: two SDs from the clinical mean in the better direction. b: within two SDs
/// of the norm's mean. c: equally likely from both, (sd_clinical mean_norm + sd_norm mean_clinical) /
/// (sd_clinical + sd_norm); nothing where both SDs are zero.
[[nodiscard]] double cutoff_a(const TwoPopulations& populations, BetterWhen better);
[[nodiscard]] double cutoff_b(const TwoPopulations& populations, BetterWhen better);
[[nodiscard]] std::optional<double> cutoff_c(const TwoPopulations& populations);

enum class ChangeClass {
  recovered,    ///< reliably better, from the clinical side (the cut-off included) to beyond the cut-off
  improved,     ///< reliably better
  unchanged,    ///< not beyond the threshold
  deteriorated  ///< reliably worse
};

struct ChangeRule {
  double threshold = 0;  ///< points; a change is reliable when it is strictly larger
  double cutoff = 0;
  BetterWhen better = BetterWhen::lower;
};

[[nodiscard]] ChangeClass classify_change(double pre, double post, const ChangeRule& rule);

/// The sample the score comes from.
struct ScoreSource {
  double mean = 0;
  double sd = 0;
  double reliability = 0;  ///< between 0 and 1; outside it is a bug of the caller (std::domain_error)
};

/// reliability (pre - mean) + mean: the score regressed to the mean of its sample (Kelley 1947).
[[nodiscard]] double estimated_true_score(double pre, const ScoreSource& source);

/// Estimated true pre score -+ `errors` sem; a post score outside is reliable change (Speer 1992, J. Consult.
/// Clin. Psychol. 60, 402, after Edwards & Nunnally). `level` of the interval is that of -+ `errors` normal
/// SDs.
[[nodiscard]] Interval edwards_nunnally_interval(double pre, const ScoreSource& source, double errors = 2);

/// (post - estimated true pre score) / (sd sqrt(1 - reliability^2)) (Hsu 1989, Behav. Assess. 11, 459, after
/// Gulliksen, Lord & Novick: the standard error of prediction). Nothing where the divisor is zero.
[[nodiscard]] std::optional<double> gulliksen_lord_novick_index(double pre, double post,
                                                                const ScoreSource& source);

/// A group before and after. Standardised changes keep the sign of post - pre.
struct PairedSummary {
  std::size_t n = 0;
  double mean_pre = 0;
  double sd_pre = 0;
  double mean_post = 0;
  double sd_post = 0;
  double mean_change = 0;
  double sd_change = 0;
  double df = 0;                     ///< n - 1
  Interval interval;                 ///< of the mean change, Student's t
  std::optional<double> r_pre_post;  ///< nothing where a variance is zero
  std::optional<double> t;           ///< nothing where all changes are equal; so p and d_z
  std::optional<double> p;           ///< two-sided
  std::optional<double> d_z;         ///< mean change / sd of changes
  std::optional<double> d_pre_sd;    ///< mean change / sd_pre (Becker 1988, without the small-sample factor)
  std::optional<double> d_av;        ///< mean change / sqrt((sd_pre^2 + sd_post^2) / 2) (Cumming 2012)
};

/// Changes that differ by no more than the rounding of the scores (0.7 - 0.6 and 0.3 - 0.2) count as equal:
/// sd_change is then 0. Errors (kind bad_data): "change.unpaired" (lengths differ), "change.too_few_pairs"
/// (fewer than two), "change.not_finite" (a score is not a finite number).
[[nodiscard]] Result<PairedSummary> paired_summary(std::span<const double> pre, std::span<const double> post,
                                                   double level = 0.95);

}  // namespace securebase::stats
