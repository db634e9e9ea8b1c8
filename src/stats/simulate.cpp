#include "stats/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace securebase::stats {
namespace {

constexpr double discrimination_sd = 0.25;  // of its logarithm
constexpr double difficulty_sd = 0.4;       // of items about the questionnaire's

void need(bool holds, const char* what) {
  if (!holds) throw std::domain_error(what);
}

void check(const Trajectory& trajectory) {
  need(std::isfinite(trajectory.start) && std::isfinite(trajectory.slope), "trajectory: start and slope");
  need(trajectory.levels_off >= 0, "trajectory: levels_off");
  need(trajectory.deviation_sd >= 0 && std::isfinite(trajectory.deviation_sd), "trajectory: deviation_sd");
  need(trajectory.autocorrelation >= 0 && trajectory.autocorrelation < 1, "trajectory: autocorrelation");
}

GradedItem simulate_item(const GradedItems& items, std::size_t answers, const RandomKey& key) {
  need(answers >= 2, "items: two answers at least");
  GradedItem item;
  item.discrimination = items.discrimination * std::exp(discrimination_sd * random_normal(key, 0));
  const double middle = items.difficulty + difficulty_sd * random_normal(key, 1);
  const auto last = static_cast<double>(answers - 2);
  for (std::size_t k = 0; k + 1 < answers; ++k) {
    const double place = last > 0 ? static_cast<double>(k) / last - 0.5 : 0;  // -0.5 to 0.5
    item.thresholds.push_back(middle + place * items.spread);
  }
  return item;
}

}  // namespace

std::vector<double> simulate_trajectory(const Trajectory& trajectory, std::span<const double> times,
                                        const RandomKey& key) {
  check(trajectory);
  need(std::is_sorted(times.begin(), times.end()), "trajectory: times go back");
  std::vector<double> states;
  states.reserve(times.size());
  double deviation = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double kept = i == 0 ? 0 : std::pow(trajectory.autocorrelation, times[i] - times[i - 1]);
    deviation =
        kept * deviation + trajectory.deviation_sd * std::sqrt(1 - kept * kept) * random_normal(key, i);
    states.push_back(trajectory.start + trajectory.slope * std::min(times[i], trajectory.levels_off) +
                     deviation);
  }
  return states;
}

std::vector<GradedItem> simulate_items(const GradedItems& items, const RandomKey& key) {
  need(items.discrimination > 0 && items.spread >= 0, "items: discrimination and spread");
  std::vector<GradedItem> made;
  made.reserve(items.answers.size());
  for (std::size_t i = 0; i < items.answers.size(); ++i)
    made.push_back(simulate_item(items, items.answers[i], key.part(i)));
  return made;
}

std::vector<int> simulate_responses(std::span<const GradedItem> items, double theta, const RandomKey& key) {
  std::vector<int> responses;
  responses.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const GradedItem& item = items[i];
    need(item.discrimination > 0 && std::is_sorted(item.thresholds.begin(), item.thresholds.end()),
         "items: discrimination above 0, thresholds ascending");
    // u < P(at or above k)  <=>  threshold k < theta - logit(u) / a: one number answers for every threshold.
    const double u = random_uniform(key, i);
    const double reach = theta - std::log(u / (1 - u)) / item.discrimination;
    const auto above = std::lower_bound(item.thresholds.begin(), item.thresholds.end(), reach);
    responses.push_back(static_cast<int>(above - item.thresholds.begin()));
  }
  return responses;
}

}  // namespace securebase::stats
