#pragma once
// Clients who do not exist, for mixed models.

#include <string>
#include <vector>

#include "stats/mixed_simulate.hpp"

namespace securebase::stats {

/// `clients` with visits at 0 .. visits - 1, arm by turns, a random intercept and slope.
inline MixedDesign growth_design(std::size_t clients, std::size_t visits) {
  MixedDesign d;
  const std::size_t n = clients * visits;
  d.response.assign(n, 0);
  d.fixed = Matrix(n, 4);
  d.fixed_names = {"(Intercept)", "time", "arm", "time:arm"};
  Matrix z(n, 2);
  Grouping client{"client", {}};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t who = i / visits;
    const auto time = static_cast<double>(i % visits);
    const double arm = who % 2 == 0 ? 0 : 1;
    const double row[] = {1, time, arm, time * arm};
    for (std::size_t j = 0; j < 4; ++j) d.fixed(i, j) = row[j];
    z(i, 0) = 1;
    z(i, 1) = time;
    client.level.push_back(static_cast<std::uint32_t>(who));
  }
  d.groupings.push_back(std::move(client));
  d.terms.push_back({0, std::move(z), {"(Intercept)", "time"}, CovarianceShape::full});
  return d;
}

inline MixedTruth growth_truth() {
  Matrix g(2, 2);
  g(0, 0) = 9;
  g(0, 1) = g(1, 0) = -0.6;
  g(1, 1) = 0.25;
  return {{20, -0.6, 0.5, -0.4}, {g}, {2}, 0};
}

/// Only these rows.
inline MixedDesign rows_of(const MixedDesign& d, const std::vector<std::size_t>& rows) {
  const auto pick = [&](const auto& from) {
    auto to = from;
    to.clear();
    for (const std::size_t i : rows)
      if (!from.empty()) to.push_back(from[i]);
    return to;
  };
  const auto pick_matrix = [&](const Matrix& from) {
    Matrix to(rows.size(), from.cols());
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t j = 0; j < from.cols(); ++j) to(i, j) = from(rows[i], j);
    return to;
  };
  MixedDesign result = d;
  result.response = pick(d.response);
  result.fixed = pick_matrix(d.fixed);
  for (auto& g : result.groupings) g.level = pick(g.level);
  for (auto& t : result.terms) t.columns = pick_matrix(t.columns);
  result.residual.position = pick(d.residual.position);
  result.residual.group = pick(d.residual.group);
  result.weights = pick(d.weights);
  return result;
}

inline MixedDesign planted_growth(std::size_t clients, std::size_t visits, std::uint64_t seed) {
  MixedDesign d = growth_design(clients, visits);
  d.response = simulate_mixed(d, growth_truth(), {seed, 0});
  return d;
}

/// Every visit after the first is there with probability `kept`.
inline MixedDesign with_gaps(const MixedDesign& d, double kept, std::uint64_t seed) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < d.rows(); ++i)
    if (d.terms[0].columns(i, 1) == 0 || random_uniform({seed, 7}, i) < kept) rows.push_back(i);
  return rows_of(d, rows);
}

}  // namespace securebase::stats
