#include "stats/effect_size.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

bool usable(double mean, double sd) {
  return std::isfinite(mean) && std::isfinite(sd) && sd >= 0;
}

std::optional<Error> fault_of(const GroupSummary& group) {
  if (group.n < 2) return refuse("effect.too_few", "at least two people in each group").value();
  if (!usable(group.mean, group.sd))
    return refuse("effect.not_finite", "means and SDs must be finite").value();
  return std::nullopt;
}

std::optional<Error> fault_of(const PrePostSummary& group) {
  if (group.n < 3) return refuse("effect.too_few", "at least three people in a group").value();
  if (!usable(group.mean_pre, group.sd_pre) || !usable(group.mean_post, group.sd_post) ||
      !(group.r >= -1 && group.r <= 1))
    return refuse("effect.not_finite", "means, SDs and a correlation are needed").value();
  return std::nullopt;
}

double squared(double x) {
  return x * x;
}

StandardisedEffect effect_of(double d, double factor, double level) {
  StandardisedEffect effect;
  effect.d = d;
  effect.g = factor * d;
  effect.interval.level = level;
  return effect;
}

StandardisedEffect with_variance(StandardisedEffect effect, double variance) {
  const double reach = normal_reach(effect.interval.level) * std::sqrt(variance);
  effect.variance = variance;
  effect.interval.lower = effect.g - reach;
  effect.interval.upper = effect.g + reach;
  return effect;
}

struct GroupSizes {
  double n1 = 0, n2 = 0;

  [[nodiscard]] double df() const { return n1 + n2 - 2; }
};

GroupSizes sizes_of(std::size_t n1, std::size_t n2) {
  return {static_cast<double>(n1), static_cast<double>(n2)};
}

double pooled_sd(const GroupSizes& n, double sd1, double sd2) {
  return std::sqrt(((n.n1 - 1) * sd1 * sd1 + (n.n2 - 1) * sd2 * sd2) / n.df());
}

}  // namespace

double small_sample_factor(double df) {
  if (!(df > 1)) throw std::domain_error("small_sample_factor: df must be above 1");
  return std::exp(std::lgamma(df / 2) - std::log(std::sqrt(df / 2)) - std::lgamma((df - 1) / 2));
}

Result<StandardisedEffect> between_groups(const GroupSummary& first, const GroupSummary& second,
                                          double level) {
  for (const auto* group : {&first, &second})
    if (auto fault = fault_of(*group)) return tl::unexpected<Error>(*fault);
  const GroupSizes n = sizes_of(first.n, second.n);
  const double sd = pooled_sd(n, first.sd, second.sd);
  if (!(sd > 0)) return refuse("effect.no_variance", "nobody differs within the groups");
  const auto effect = effect_of((second.mean - first.mean) / sd, small_sample_factor(n.df()), level);
  return with_variance(effect, 1 / n.n1 + 1 / n.n2 + squared(effect.g) / (2 * (n.n1 + n.n2)));
}

Result<MeanDifference> welch_test(const GroupSummary& first, const GroupSummary& second, double level) {
  for (const auto* group : {&first, &second})
    if (auto fault = fault_of(*group)) return tl::unexpected<Error>(*fault);
  const GroupSizes n = sizes_of(first.n, second.n);
  const double v1 = squared(first.sd) / n.n1, v2 = squared(second.sd) / n.n2;
  if (!(v1 + v2 > 0)) return refuse("effect.no_variance", "nobody differs within the groups");
  MeanDifference m;
  m.difference = second.mean - first.mean;
  m.std_error = std::sqrt(v1 + v2);
  m.df = squared(v1 + v2) / (v1 * v1 / (n.n1 - 1) + v2 * v2 / (n.n2 - 1));
  m.t = m.difference / m.std_error;
  m.p = student_t_two_sided_p(m.t, m.df);
  const double reach = student_t_quantile((1 + level) / 2, m.df) * m.std_error;
  m.interval = {m.difference - reach, m.difference + reach, level};
  return m;
}

Result<StandardisedEffect> within_group(const PrePostSummary& group, ChangeStandard standard, double level) {
  if (auto fault = fault_of(group)) return tl::unexpected<Error>(*fault);
  const auto n = static_cast<double>(group.n);
  const double change = group.mean_post - group.mean_pre;
  const double change_variance = std::max(
      0.0, squared(group.sd_pre) + squared(group.sd_post) - 2 * group.r * group.sd_pre * group.sd_post);
  const double sd = standard == ChangeStandard::change_sd ? std::sqrt(change_variance) : group.sd_pre;
  if (!(sd > 0)) return refuse("effect.no_variance", "nobody differs before, or all changes are equal");
  const double factor = small_sample_factor(n - 1);
  const auto effect = effect_of(change / sd, factor, level);
  const double g_square = squared(effect.g);
  switch (standard) {
    case ChangeStandard::pre_sd:
      return with_variance(effect, 2 * (1 - group.r) / n + g_square / (2 * n));
    case ChangeStandard::pre_sd_unequal:
      return with_variance(effect,
                           squared(factor) * (change_variance / squared(sd) + g_square / 2) / (n - 1));
    case ChangeStandard::change_sd:
      break;
  }
  return with_variance(effect, 1 / n + g_square / (2 * n));
}

// Morris 2008, eq. 25: with c = J, N = n_T + n_C,
//   2 (1 - r) c^2 (N / (n_T n_C)) ((N - 2) / (N - 4)) (1 + delta^2 n_T n_C / (2 (1 - r) N)) - delta^2
Result<StandardisedEffect> controlled_change(const PrePostSummary& control, const PrePostSummary& treated,
                                             double level) {
  for (const auto* group : {&control, &treated})
    if (auto fault = fault_of(*group)) return tl::unexpected<Error>(*fault);
  const GroupSizes n = sizes_of(control.n, treated.n);
  const double sd = pooled_sd(n, control.sd_pre, treated.sd_pre);
  if (!(sd > 0)) return refuse("effect.no_variance", "nobody differs before");
  const double change = (treated.mean_post - treated.mean_pre) - (control.mean_post - control.mean_pre);
  const double factor = small_sample_factor(n.df());
  const auto effect = effect_of(change / sd, factor, level);
  const double r = ((n.n1 - 1) * control.r + (n.n2 - 1) * treated.r) / n.df();
  const double both = n.n1 + n.n2, share = n.n1 * n.n2 / both;
  const double spread = 2 * (1 - r) / share + squared(effect.g);
  return with_variance(effect,
                       std::max(0.0, squared(factor) * n.df() / (both - 4) * spread - squared(effect.g)));
}

double probability_of_superiority(double d) {
  return normal_cdf(d / std::numbers::sqrt2);
}

double share_below_mean(double d) {
  return normal_cdf(d);
}

}  // namespace securebase::stats
