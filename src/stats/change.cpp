#include "stats/change.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

// +1 where a higher score is better, -1 where a lower one is.
double towards_better(BetterWhen better) {
  return better == BetterWhen::higher ? 1 : -1;
}

std::optional<double> ratio(double numerator, double divisor) {
  if (!(divisor > 0)) return std::nullopt;
  return numerator / divisor;
}

std::vector<double> differences(std::span<const double> pre, std::span<const double> post) {
  std::vector<double> result(pre.size());
  for (std::size_t i = 0; i < pre.size(); ++i) result[i] = post[i] - pre[i];
  return result;
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

double largest(std::span<const double> values) {
  double result = 0;
  for (const double v : values) result = std::max(result, std::abs(v));
  return result;
}

// A difference of two scores carries the rounding of each, half a unit in its last place.
double sd_beyond_rounding(double sd, std::span<const double> pre, std::span<const double> post) {
  const double rounding = 4 * std::numeric_limits<double>::epsilon() * std::max(largest(pre), largest(post));
  return sd > rounding ? sd : 0;
}

void infer_from_t(PairedSummary& s, double level) {
  const double error = s.sd_change / std::sqrt(static_cast<double>(s.n));
  const double reach = student_t_quantile((1 + level) / 2, s.df) * error;
  s.interval = {s.mean_change - reach, s.mean_change + reach, level};
  s.t = ratio(s.mean_change, error);
  if (s.t) s.p = student_t_two_sided_p(*s.t, s.df);
}

}  // namespace

double standard_error_of_measurement(double sd, double reliability) {
  if (!(sd >= 0) || !(reliability >= 0 && reliability <= 1))
    throw std::domain_error("standard_error_of_measurement: sd >= 0 and reliability between 0 and 1");
  return sd * std::sqrt(1 - reliability);
}

double standard_error_of_difference(double sem) {
  return std::numbers::sqrt2 * sem;
}

std::optional<double> reliable_change_index(double pre, double post, double s_diff) {
  return ratio(post - pre, s_diff);
}

double reliable_change_threshold(double s_diff, double level) {
  return normal_reach(level) * s_diff;
}

std::optional<double> score_step(std::span<const double> summed, double multiply) {
  const auto whole = [](double value) { return value == std::round(value); };
  return std::all_of(summed.begin(), summed.end(), whole) ? std::optional(multiply) : std::nullopt;
}

double least_beyond(double threshold, double step) {
  return (std::floor(threshold / step) + 1) * step;
}

Interval change_interval(double pre, double post, double s_diff, double level) {
  const double reach = reliable_change_threshold(s_diff, level);
  return {post - pre - reach, post - pre + reach, level};
}

double cutoff_a(const TwoPopulations& populations, BetterWhen better) {
  return populations.mean_clinical + towards_better(better) * 2 * populations.sd_clinical;
}

double cutoff_b(const TwoPopulations& populations, BetterWhen better) {
  return populations.mean_norm - towards_better(better) * 2 * populations.sd_norm;
}

std::optional<double> cutoff_c(const TwoPopulations& p) {
  return ratio(p.sd_clinical * p.mean_norm + p.sd_norm * p.mean_clinical, p.sd_clinical + p.sd_norm);
}

ChangeClass classify_change(double pre, double post, const ChangeRule& rule) {
  const double up = towards_better(rule.better);
  const double gain = up * (post - pre);
  if (gain < -rule.threshold) return ChangeClass::deteriorated;
  if (!(gain > rule.threshold)) return ChangeClass::unchanged;
  const bool from_clinical_side = up * (pre - rule.cutoff) <= 0;
  const bool beyond_cutoff = up * (post - rule.cutoff) > 0;
  return from_clinical_side && beyond_cutoff ? ChangeClass::recovered : ChangeClass::improved;
}

double estimated_true_score(double pre, const ScoreSource& source) {
  return source.reliability * (pre - source.mean) + source.mean;
}

Interval edwards_nunnally_interval(double pre, const ScoreSource& source, double errors) {
  const double centre = estimated_true_score(pre, source);
  const double reach = errors * standard_error_of_measurement(source.sd, source.reliability);
  return {centre - reach, centre + reach, 2 * normal_cdf(errors) - 1};
}

std::optional<double> gulliksen_lord_novick_index(double pre, double post, const ScoreSource& source) {
  if (!(source.sd >= 0) || !(source.reliability >= 0 && source.reliability <= 1))
    throw std::domain_error("gulliksen_lord_novick_index: sd >= 0 and reliability between 0 and 1");
  const double prediction_error = source.sd * std::sqrt(1 - source.reliability * source.reliability);
  return ratio(post - estimated_true_score(pre, source), prediction_error);
}

Result<PairedSummary> paired_summary(std::span<const double> pre, std::span<const double> post,
                                     double level) {
  if (pre.size() != post.size())
    return fail(ErrorKind::bad_data, "change.unpaired", "every score before needs one after");
  if (pre.size() < 2)
    return fail(ErrorKind::bad_data, "change.too_few_pairs", "at least two pairs of scores");
  if (!all_finite(pre) || !all_finite(post))
    return fail(ErrorKind::bad_data, "change.not_finite", "every score must be a finite number");
  if (!(level > 0 && level < 1)) throw std::domain_error("paired_summary: level must lie between 0 and 1");
  const auto before = *summarise(pre);
  const auto after = *summarise(post);
  const auto change = *summarise(differences(pre, post));
  PairedSummary s;
  s.n = pre.size();
  s.mean_pre = before.mean;
  s.sd_pre = *before.sd;
  s.mean_post = after.mean;
  s.sd_post = *after.sd;
  s.mean_change = change.mean;
  s.sd_change = sd_beyond_rounding(*change.sd, pre, post);
  s.df = static_cast<double>(s.n - 1);
  s.r_pre_post = pearson_r(pre, post);
  s.d_z = ratio(s.mean_change, s.sd_change);
  s.d_pre_sd = ratio(s.mean_change, s.sd_pre);
  s.d_av = ratio(s.mean_change, std::sqrt((s.sd_pre * s.sd_pre + s.sd_post * s.sd_post) / 2));
  infer_from_t(s, level);
  return s;
}

}  // namespace securebase::stats
