#include "stats/regression_change.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/sample.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

AdjustedChange normal_change(double expected, double error, double post, double level) {
  AdjustedChange change;
  change.expected = expected;
  change.index = (post - expected) / error;
  change.p = 2 * normal_cdf(-std::abs(change.index));
  const double reach = normal_reach(level) * error;
  change.usual = {expected - reach, expected + reach, level};
  return change;
}

double expected_post(double pre, const ReferenceChange& reference) {
  return reference.intercept + reference.slope * pre;
}

// Variance of the difference of two scores that each have an error.
double error_variance(const ReferenceChange& r, const Reliabilities& of) {
  return r.sd_pre * r.sd_pre * (1 - of.pre) + r.sd_post * r.sd_post * (1 - of.post);
}

}  // namespace

Result<ReferenceChange> reference_change(std::size_t n, double mean_pre, double sd_pre, double mean_post,
                                         double sd_post, double r) {
  if (n < 4) return refuse("change.too_few_pairs", "at least four pairs of scores");
  const double numbers[] = {mean_pre, sd_pre, mean_post, sd_post};
  if (!all_finite(numbers)) return refuse("change.not_finite", "every number must be finite");
  if (!(sd_pre > 0) || !(sd_post > 0) || !(r > -1 && r < 1))
    return refuse("change.no_variance", "people must differ, and not all change by one rule");
  ReferenceChange reference{n, mean_pre, sd_pre, mean_post, sd_post, r, 0, r * sd_post / sd_pre, 0};
  reference.intercept = mean_post - reference.slope * mean_pre;
  const auto people = static_cast<double>(n);
  reference.residual_sd = sd_post * std::sqrt((1 - r) * (1 + r) * (people - 1) / (people - 2));
  return reference;
}

Result<ReferenceChange> reference_change(std::span<const double> pre, std::span<const double> post) {
  if (pre.size() != post.size()) return refuse("change.unpaired", "every score before needs one after");
  if (!all_finite(pre) || !all_finite(post))
    return refuse("change.not_finite", "every score must be a finite number");
  const auto before = summarise(pre), after = summarise(post);
  if (pre.size() < 4) return refuse("change.too_few_pairs", "at least four pairs of scores");
  const auto r = pearson_r(pre, post);
  if (!r) return refuse("change.no_variance", "people must differ, and not all change by one rule");
  return reference_change(pre.size(), before->mean, *before->sd, after->mean, *after->sd, *r);
}

AdjustedChange regression_based_change(double pre, double post, const ReferenceChange& reference,
                                       double level) {
  return normal_change(expected_post(pre, reference), reference.residual_sd, post, level);
}

AdjustedChange predicted_change(double pre, double post, const ReferenceChange& reference, double level) {
  const auto n = static_cast<double>(reference.n);
  const double away = (pre - reference.mean_pre) / reference.sd_pre;
  const double error = reference.residual_sd * std::sqrt(1 + 1 / n + away * away / (n - 1));
  AdjustedChange change;
  change.expected = expected_post(pre, reference);
  change.index = (post - change.expected) / error;
  change.p = student_t_two_sided_p(change.index, n - 2);
  const double reach = student_t_quantile((1 + level) / 2, n - 2) * error;
  change.usual = {change.expected - reach, change.expected + reach, level};
  return change;
}

std::optional<AdjustedChange> practice_adjusted_change(double pre, double post,
                                                       const ReferenceChange& reference, double level) {
  const double variance = error_variance(reference, {reference.r, reference.r});
  if (!(variance > 0)) return std::nullopt;
  return normal_change(pre + reference.mean_post - reference.mean_pre, std::sqrt(variance), post, level);
}

std::optional<double> hageman_arrindell_index(double pre, double post, const ReferenceChange& reference,
                                              const Reliabilities& reliabilities) {
  const double errors = error_variance(reference, reliabilities);
  const double changes = reference.sd_pre * reference.sd_pre + reference.sd_post * reference.sd_post -
                         2 * reference.sd_pre * reference.sd_post * reference.r;
  const double reliability = (changes - errors) / changes;
  if (!(errors > 0) || !(changes > 0) || !(reliability > 0)) return std::nullopt;
  const double drawn =
      (post - pre) * reliability + (reference.mean_post - reference.mean_pre) * (1 - reliability);
  return drawn / std::sqrt(reliability * errors);
}

}  // namespace securebase::stats
