#include "stats/differential_functioning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace securebase::stats {
namespace {

FunctioningSize size_of(const Calibration& own, std::size_t item, std::size_t group,
                        const Quadrature& quadrature) {
  const PolytomousItem& here = own.items[group][item].item;
  const PolytomousItem& first = own.items[0][item].item;
  const LatentGroup& people = own.groups[group];
  FunctioningSize size{group, 0, 0, {}};
  const auto nodes = quadrature_nodes(quadrature);
  const auto weights = normal_on(nodes, 0, 1);
  double mean = 0;
  double square = 0;
  for (std::size_t q = 0; q < nodes.size(); ++q) {
    const double theta = people.mean + people.sd * nodes[q];
    const double answer = expected_answer(here, theta);
    const double difference = answer - expected_answer(first, theta);
    mean += weights[q] * answer;
    square += weights[q] * answer * answer;
    size.signed_difference += weights[q] * difference;
    size.unsigned_difference += weights[q] * std::abs(difference);
  }
  const double variance = square - mean * mean;
  if (variance > 0) size.standardised = size.signed_difference / std::sqrt(variance);
  return size;
}

}  // namespace

std::vector<double> benjamini_hochberg(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  for (std::size_t r = 0; r < order.size(); ++r) {
    const auto rank = static_cast<double>(order.size() - r);
    least = std::min(least, p[order[r]] * static_cast<double>(order.size()) / rank);
    adjusted[order[r]] = least;
  }
  return adjusted;
}

Result<std::vector<DifferentialFunctioning>> differential_functioning(const ResponseMatrix& responses,
                                                                      CalibrationPlan plan) {
  if (responses.group.empty() || *std::max_element(responses.group.begin(), responses.group.end()) == 0)
    return fail(ErrorKind::usage, "irt.one_group", "two groups of people are needed, to compare them");
  if (!plan.own_in_group.empty())
    return fail(ErrorKind::usage, "irt.plan",
                "which items are each group's own is what is looked for: leave own_in_group empty");
  plan.errors = ErrorsOf::nothing;
  const auto shared = calibrate_items(responses, plan);
  if (!shared) return tl::unexpected(shared.error());
  std::vector<DifferentialFunctioning> all;
  std::vector<double> p;
  for (std::size_t i = 0; i < plan.answers.size(); ++i) {
    plan.own_in_group.assign(plan.answers.size(), false);
    plan.own_in_group[i] = true;
    const auto own = calibrate_items(responses, plan);
    if (!own) return tl::unexpected(own.error());
    DifferentialFunctioning told{i,
                                 compare_calibrations(*shared, *own).value_or(CalibrationComparison{}),
                                 1,
                                 {},
                                 own->convergence.verdict};
    for (std::size_t g = 1; g < own->groups.size(); ++g)
      told.sizes.push_back(size_of(*own, i, g, plan.quadrature));
    p.push_back(told.test.p);
    all.push_back(std::move(told));
  }
  const auto adjusted = benjamini_hochberg(p);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].adjusted_p = adjusted[i];
  return all;
}

}  // namespace securebase::stats
