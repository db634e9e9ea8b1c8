#include "stats/gaussian_update.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

namespace securebase::stats {
namespace {

/// From the highest score down, those who have it and those who have not, ties together.
struct Step {
  double with = 0, without = 0;
};
std::optional<std::vector<Step>> steps_down(std::span<const double> scores, const std::vector<bool>& has) {
  if (scores.size() != has.size()) throw std::domain_error("receiver operating characteristic: lengths");
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<Step> steps;
  Step all;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || scores[order[i]] != scores[order[i - 1]]) steps.emplace_back();
    (has[order[i]] ? steps.back().with : steps.back().without) += 1;
    (has[order[i]] ? all.with : all.without) += 1;
  }
  if (all.with == 0 || all.without == 0) return std::nullopt;
  for (Step& s : steps) {
    s.with /= all.with;
    s.without /= all.without;
  }
  return steps;
}

}  // namespace

GaussianBelief::GaussianBelief(std::vector<double> mean, Matrix covariance)
    : mean_(std::move(mean)), covariance_(std::move(covariance)) {
  if (!covariance_.is_square() || covariance_.rows() != mean_.size())
    throw std::domain_error("gaussian belief: shapes");
}

double GaussianBelief::see(std::size_t k, double value) {
  const double variance = covariance_(k, k);
  if (!(variance > 0)) throw std::domain_error("gaussian belief: what is seen has no variance");
  const double off = value - mean_[k];
  const std::vector<double> column(covariance_.row(k).begin(), covariance_.row(k).end());
  for (std::size_t i = 0; i < mean_.size(); ++i) {
    mean_[i] += column[i] * off / variance;
    for (std::size_t j = 0; j < mean_.size(); ++j) covariance_(i, j) -= column[i] * column[j] / variance;
  }
  return -0.5 * (std::log(2 * std::numbers::pi * variance) + off * off / variance);
}

std::optional<double> area_under_roc(std::span<const double> scores, const std::vector<bool>& has) {
  const auto steps = steps_down(scores, has);
  if (!steps) return std::nullopt;
  double area = 0, seen = 0;
  for (const Step& s : *steps) {
    area += s.without * (seen + s.with / 2);
    seen += s.with;
  }
  return area;
}

std::optional<double> sensitivity_at(std::span<const double> scores, const std::vector<bool>& has,
                                     double specificity) {
  const auto steps = steps_down(scores, has);
  if (!steps) return std::nullopt;
  double with = 0, without = 0;
  for (const Step& s : *steps) {
    const double room = 1 - specificity - without;
    if (s.without > room) return with + s.with * std::max(0.0, room) / s.without;
    with += s.with;
    without += s.without;
  }
  return with;
}

}  // namespace securebase::stats
