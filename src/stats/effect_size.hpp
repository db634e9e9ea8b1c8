#pragma once
// Standardised effects with their errors. Differences are second minus first (post - pre, treatment -
// control) in the scale's own sign.
//
// J(df) = Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)) takes the small-sample bias away (Hedges 1981, J. Educ.
// Stat. 6, 107, eq. 6e). Errors are of kind bad_data: "effect.too_few", "effect.not_finite" (or a negative
// SD), "effect.no_variance". Levels outside 0 to 1: std::domain_error.

#include <cstddef>
#include <span>

#include "base/finding.hpp"
#include "base/result.hpp"

namespace securebase::stats {

/// Exact J(df); df > 1, otherwise std::domain_error.
[[nodiscard]] double small_sample_factor(double df);

struct GroupSummary {
  std::size_t n = 0;
  double mean = 0;
  double sd = 0;
};

struct StandardisedEffect {
  double d = 0;         ///< as observed
  double g = 0;         ///< J d
  double variance = 0;  ///< of g, large samples
  Interval interval;    ///< of g, normal
};

/// Cohen's d with the pooled SD, Hedges's g; variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)) (Hedges 1982,
/// Psychol. Bull. 92, 490, eq. 8).
[[nodiscard]] Result<StandardisedEffect> between_groups(const GroupSummary& first, const GroupSummary& second,
                                                        double level = 0.95);

/// Welch's t test of two means (Welch 1938, Biometrika 29, 350; df by Satterthwaite).
struct MeanDifference {
  double difference = 0;
  double std_error = 0;
  double df = 0;
  double t = 0;
  double p = 1;
  Interval interval;
};
[[nodiscard]] Result<MeanDifference> welch_test(const GroupSummary& first, const GroupSummary& second,
                                                double level = 0.95);

struct PrePostSummary {
  std::size_t n = 0;
  double mean_pre = 0;
  double sd_pre = 0;
  double mean_post = 0;
  double sd_post = 0;
  double r = 0;  ///< correlation of pre and post, -1 to 1
};

enum class ChangeStandard {
  pre_sd,          ///< in SDs before: variance 2 (1 - r) / n + g^2 / (2 n) (Becker 1988, Br. J. Math. Stat.
                   ///< Psychol. 41, 257); rests on equal SDs before and after
  pre_sd_unequal,  ///< the same, SDs may differ: J^2 (sd_change^2 / (sd_pre^2 (n - 1)) + g^2 / (2 (n - 1)))
                   ///< (Bonett 2008, Psychological Methods 13, 99)
  change_sd        ///< in SDs of changes: variance 1 / n + g^2 / (2 n) (Gibbons, Hedeker & Davis 1993)
};

/// One group before and after; df of J is n - 1.
[[nodiscard]] Result<StandardisedEffect> within_group(const PrePostSummary& group, ChangeStandard standard,
                                                      double level = 0.95);

/// The change of one group beyond that of another, in pooled SDs before (Morris 2008, Organ. Res. Methods 11,
/// 364, d_ppc2 with its eq. 25; r is that of both groups, weighted by df).
[[nodiscard]] Result<StandardisedEffect> controlled_change(const PrePostSummary& control,
                                                           const PrePostSummary& treated,
                                                           double level = 0.95);

/// Normal with equal SDs. P(one of the second group is above one of the first) = Phi(d / sqrt 2) (McGraw &
/// Wong 1992); share of the first below the mean of the second = Phi(d) (Cohen 1988, U3).
[[nodiscard]] double probability_of_superiority(double d);
[[nodiscard]] double share_below_mean(double d);

}  // namespace securebase::stats
