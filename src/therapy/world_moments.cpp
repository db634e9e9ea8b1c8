#include "therapy/world_moments.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::therapy {
namespace {

constexpr double wide = 3;
constexpr std::size_t draws = 1000;
constexpr stats::RandomKey of_draws{20261130, 9};

/// Covariance of level and gain, of a client whose gain varies `factor` times as much.
double level_with_gain(const PracticeParameters& p, double factor) {
  const double r = p.anxiety_avoidance;
  const double by_anxiety = (p.anxiety_symptoms - r * p.avoidance_symptoms) / (1 - r * r);
  const double by_avoidance = (p.avoidance_symptoms - r * p.anxiety_symptoms) / (1 - r * r);
  const double with_bond = by_anxiety * p.anxiety_alliance + by_avoidance * p.avoidance_alliance;
  return std::sqrt(1 - p.symptom_state_sd * p.symptom_state_sd) * p.gain_sd * std::sqrt(1 - p.therapist_icc) *
         factor * p.alliance_gain * with_bond;
}

stats::Matrix covariance_of(const PracticeParameters& p, double factor) {
  const auto n = static_cast<std::size_t>(p.planned_sessions);
  const double state = p.symptom_state_sd * p.symptom_state_sd;
  const double error = error_sd(p) * error_sd(p);
  const double gain = p.gain_sd * p.gain_sd * (p.therapist_icc + (1 - p.therapist_icc) * factor * factor);
  const double together = level_with_gain(p, factor);
  stats::Matrix s(2 * n, 2 * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < n; ++k) {
      const auto apart = static_cast<double>(i > k ? i - k : k - i);
      const double g = drift_at(p, static_cast<int>(i + 1)), h = drift_at(p, static_cast<int>(k + 1));
      const double states =
          1 - state + g * h * gain - (g + h) * together + state * std::pow(p.symptom_ar, apart);
      s(i, k) = s(i, n + k) = s(n + i, k) = states;
      s(n + i, n + k) = states + error * (apart == 0 ? 1 : std::pow(p.error_ar, apart));
    }
  return s;
}

/// Lower triangle L with L L' the states' covariance; what is rounding is 0.
stats::Matrix factor_of(const stats::GaussianBelief& belief, std::size_t n) {
  stats::Matrix l(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      double sum = belief.covariance(i, k);
      for (std::size_t j = 0; j < k; ++j) sum -= l(i, j) * l(k, j);
      if (i == k)
        l(i, i) = std::sqrt(std::max(0.0, sum));
      else
        l(i, k) = l(k, k) > 1e-12 ? sum / l(k, k) : 0;
    }
  return l;
}

/// How likely what was missing, and coming up to `session`, is under these states.
double chance_of_pattern(const PracticeParameters& p, const SimulatedCourse& course,
                         const std::vector<double>& states, int session) {
  double chance = 1;
  for (int t = 1; t <= session; ++t) {
    const auto i = static_cast<std::size_t>(t - 1);
    if (t > 1) {
      const double missing = chance_of_missing(p, t, states[i]);
      chance *= course.sessions[i].score ? 1 - missing : missing;
    }
    if (t < session) chance *= 1 - chance_of_leaving(p, t, states[i], false);
  }
  return chance;
}

}  // namespace

Oracle::Oracle(const PracticeParameters& parameters)
    : parameters_(parameters),
      rule_(worse_rule_of(parameters)),
      draws_(draws, static_cast<std::size_t>(parameters.planned_sessions)) {
  const auto n = static_cast<std::size_t>(parameters.planned_sessions);
  for (std::size_t i = 0; i < draws * n; ++i) draws_(i / n, i % n) = stats::random_normal(of_draws, i);
  std::vector<double> mean(2 * n);
  for (std::size_t i = 0; i < 2 * n; ++i)
    mean[i] = -parameters.gain * drift_at(parameters, static_cast<int>(i % n) + 1);
  const double share = parameters.wide_share;
  const double narrow = 1 / std::sqrt(1 - share + share * wide * wide);
  components_.push_back({1 - share, mean, covariance_of(parameters, narrow)});
  if (share > 0) components_.push_back({share, mean, covariance_of(parameters, wide * narrow)});
}

double Oracle::plain(const stats::GaussianBelief& belief) const {
  const auto last = static_cast<std::size_t>(parameters_.planned_sessions) - 1;
  const double variance = belief.variance(0) + belief.variance(last) - 2 * belief.covariance(0, last);
  return stats::normal_cdf((belief.mean(last) - belief.mean(0) - rule_.reliable_change) /
                           std::sqrt(variance));
}

double Oracle::weighed(const stats::GaussianBelief& belief, const SimulatedCourse& course,
                       int session) const {
  const auto n = static_cast<std::size_t>(parameters_.planned_sessions);
  const stats::Matrix l = factor_of(belief, n);
  double worse = 0, all = 0;
  std::vector<double> states(n);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    const auto z = draws_.row(draw);
    for (std::size_t i = 0; i < n; ++i) {
      states[i] = belief.mean(i);
      for (std::size_t k = 0; k <= i; ++k) states[i] += l(i, k) * z[k];
    }
    const double chance = chance_of_pattern(parameters_, course, states, session);
    all += chance;
    if (got_worse(states.front(), states.back(), rule_)) worse += chance;
  }
  // The plain probability settles what so few draws cannot.
  return (worse / all * draws + plain(belief)) / (draws + 1);
}

std::vector<double> Oracle::worse_after(const SimulatedCourse& course,
                                        const std::vector<int>& sessions) const {
  const auto n = static_cast<std::size_t>(parameters_.planned_sessions);
  std::vector<stats::GaussianBelief> beliefs;
  std::vector<double> weights;
  for (const Component& c : components_) {
    beliefs.emplace_back(c.mean, c.covariance);
    weights.push_back(c.weight);
  }
  const bool informative = parameters_.missing_worse != 0 || parameters_.dropout_worse != 0;
  std::vector<double> found;
  for (int t = 1; t <= parameters_.planned_sessions && found.size() < sessions.size(); ++t) {
    const auto& score = course.sessions[static_cast<std::size_t>(t - 1)].score;
    for (std::size_t c = 0; score && c < beliefs.size(); ++c)
      weights[c] *= std::exp(beliefs[c].see(n + static_cast<std::size_t>(t - 1), *score));
    if (t != sessions[found.size()]) continue;
    double worse = 0, all = 0;
    for (std::size_t c = 0; c < beliefs.size(); ++c) {
      worse += weights[c] * (informative ? weighed(beliefs[c], course, t) : plain(beliefs[c]));
      all += weights[c];
    }
    found.push_back(worse / all);
  }
  return found;
}

}  // namespace securebase::therapy
