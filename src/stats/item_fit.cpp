#include "stats/item_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

using Table = std::vector<std::vector<double>>;

Result<void> check(const ResponseMatrix& responses, std::span<const PolytomousItem> items) {
  if (responses.items != items.size() || responses.answers.size() != responses.people() * items.size())
    return fail(ErrorKind::bad_data, "irt.shape", "answers are not people times items");
  for (std::size_t c = 0; c < responses.answers.size(); ++c) {
    const std::uint8_t answer = responses.answers[c];
    const std::size_t i = c % items.size();
    if (answer < no_answer && answer >= items[i].answers())
      return fail(ErrorKind::bad_data, "irt.answer",
                  fmt::format("item {} has {} answers, counted from 0", i + 1, items[i].answers()));
  }
  return {};
}

/// [item][node][answer]
std::vector<Table> curves_of(std::span<const PolytomousItem> items, std::span<const double> nodes) {
  std::vector<Table> curves;
  for (const PolytomousItem& item : items) {
    Table curve(nodes.size(), std::vector<double>(item.answers()));
    for (std::size_t q = 0; q < nodes.size(); ++q) answer_probabilities(item, nodes[q], curve[q]);
    curves.push_back(std::move(curve));
  }
  return curves;
}

/// P(sum of all items but `without`) at a node (Lord & Wingersky).
std::vector<double> sums_without(const std::vector<Table>& curves, std::size_t without, std::size_t node) {
  std::vector<double> sums{1};
  for (std::size_t i = 0; i < curves.size(); ++i) {
    if (i == without) continue;
    const auto& p = curves[i][node];
    std::vector<double> next(sums.size() + p.size() - 1, 0);
    for (std::size_t s = 0; s < sums.size(); ++s)
      for (std::size_t k = 0; k < p.size(); ++k) next[s + k] += sums[s] * p[k];
    sums = std::move(next);
  }
  return sums;
}

/// Joint probability of the sum over all items and the answer to one: [sum][answer].
Table joint_of(const std::vector<Table>& curves, std::size_t item, std::span<const double> weights,
               std::size_t highest) {
  Table joint(highest + 1, std::vector<double>(curves[item][0].size(), 0));
  for (std::size_t q = 0; q < weights.size(); ++q) {
    const auto rest = sums_without(curves, item, q);
    for (std::size_t s = 0; s < rest.size(); ++s)
      for (std::size_t k = 0; k < joint[0].size(); ++k)
        joint[s + k][k] += weights[q] * rest[s] * curves[item][q][k];
  }
  return joint;
}

struct Cells {
  std::vector<double> expected;
  std::vector<double> observed;

  void add(const Cells& other) {
    for (std::size_t k = 0; k < expected.size(); ++k) {
      expected[k] += other.expected[k];
      observed[k] += other.observed[k];
    }
  }
};

/// Neighbouring answers together until each cell expects 1.
Cells joined(const Cells& cells) {
  Cells result;
  double expected = 0;
  double observed = 0;
  for (std::size_t k = 0; k < cells.expected.size(); ++k) {
    expected += cells.expected[k];
    observed += cells.observed[k];
    if (expected < 1) continue;
    result.expected.push_back(expected);
    result.observed.push_back(observed);
    expected = observed = 0;
  }
  if (result.expected.empty()) return {{expected}, {observed}};
  result.expected.back() += expected;
  result.observed.back() += observed;
  return result;
}

struct PearsonSum {
  double chi_square = 0;
  std::size_t cells = 0;
  std::size_t rows = 0;

  void add(const Cells& row) {
    if (row.expected.size() < 2) return;
    ++rows;
    cells += row.expected.size();
    for (std::size_t k = 0; k < row.expected.size(); ++k)
      chi_square += std::pow(row.observed[k] - row.expected[k], 2) / row.expected[k];
  }
};

/// Sums with too few people for two cells are put together with the next.
PearsonSum compare(const Table& joint, const Table& observed) {
  PearsonSum sum;
  Cells pending{std::vector<double>(joint[0].size(), 0), std::vector<double>(joint[0].size(), 0)};
  const Cells nothing = pending;
  for (std::size_t s = 0; s < joint.size(); ++s) {
    double people = 0;
    double probability = 0;
    for (std::size_t k = 0; k < joint[s].size(); ++k) {
      people += observed[s][k];
      probability += joint[s][k];
    }
    if (people == 0 || probability <= 0) continue;
    Cells row = nothing;
    for (std::size_t k = 0; k < joint[s].size(); ++k) {
      row.expected[k] = people * joint[s][k] / probability;
      row.observed[k] = observed[s][k];
    }
    pending.add(row);
    const Cells ready = joined(pending);
    if (ready.expected.size() < 2) continue;
    sum.add(ready);
    pending = nothing;
  }
  return sum;
}

ItemFit told(const PearsonSum& sum, std::size_t parameters, std::size_t people) {
  ItemFit fit;
  fit.chi_square = sum.chi_square;
  fit.people = people;
  if (sum.cells <= sum.rows + parameters) return fit;
  fit.df = sum.cells - sum.rows - parameters;
  const auto df = static_cast<double>(fit.df);
  fit.p = chi_square_upper_p(fit.chi_square, df);
  fit.rmsea = std::sqrt(std::max(0.0, (fit.chi_square - df) / (static_cast<double>(people) * df)));
  return fit;
}

/// Answers of people who left nothing out, row by row.
std::vector<std::uint8_t> complete_answers(const ResponseMatrix& responses) {
  std::vector<std::uint8_t> complete;
  for (std::size_t p = 0; p < responses.people(); ++p) {
    const std::uint8_t* row = responses.answers.data() + p * responses.items;
    if (std::find(row, row + responses.items, no_answer) == row + responses.items)
      complete.insert(complete.end(), row, row + responses.items);
  }
  return complete;
}

/// Pearson's chi-square of a pair's table and the sign of what is left over.
PairDependence pair_of(std::size_t first, std::size_t second, const Table& expected, const Table& observed,
                       double n) {
  PairDependence pair{first, second, 0, 0, 0, 0};
  double left_over = 0;
  double mean_first = 0;
  double mean_second = 0;
  for (std::size_t k = 0; k < expected.size(); ++k)
    for (std::size_t l = 0; l < expected[k].size(); ++l) {
      mean_first += expected[k][l] * static_cast<double>(k);
      mean_second += expected[k][l] * static_cast<double>(l);
    }
  for (std::size_t k = 0; k < expected.size(); ++k)
    for (std::size_t l = 0; l < expected[k].size(); ++l) {
      const double e = n * expected[k][l];
      if (e > 0) pair.chi_square += (observed[k][l] - e) * (observed[k][l] - e) / e;
      left_over += (observed[k][l] - e) * (static_cast<double>(k) - mean_first) *
                   (static_cast<double>(l) - mean_second);
    }
  const auto rows = static_cast<double>(expected.size() - 1);
  const auto cols = static_cast<double>(expected[0].size() - 1);
  pair.df = rows * cols;
  pair.standardised = (pair.chi_square - pair.df) / std::sqrt(2 * pair.df);
  pair.cramers_v = std::sqrt(pair.chi_square / (n * std::min(rows, cols)));
  if (left_over < 0) pair.cramers_v = -pair.cramers_v;
  return pair;
}

}  // namespace

Result<std::vector<ItemFit>> item_fit(const ResponseMatrix& responses, std::span<const PolytomousItem> items,
                                      const Quadrature& quadrature, bool estimated_here) {
  if (auto checked = check(responses, items); !checked) return tl::unexpected(checked.error());
  const auto answers = complete_answers(responses);
  const std::size_t people = answers.size() / items.size();
  if (people == 0) return fail(ErrorKind::bad_data, "irt.no_people", "nobody answered every item");
  const auto nodes = quadrature_nodes(quadrature);
  const auto weights = normal_on(nodes, 0, 1);
  const auto curves = curves_of(items, nodes);
  std::size_t highest = 0;
  for (const PolytomousItem& item : items) highest += item.answers() - 1;
  std::vector<std::size_t> sums(people, 0);
  for (std::size_t p = 0; p < people; ++p)
    for (std::size_t i = 0; i < items.size(); ++i) sums[p] += answers[p * items.size() + i];
  std::vector<ItemFit> fits;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Table observed(highest + 1, std::vector<double>(items[i].answers(), 0));
    for (std::size_t p = 0; p < people; ++p) observed[sums[p]][answers[p * items.size() + i]] += 1;
    fits.push_back(told(compare(joint_of(curves, i, weights, highest), observed),
                        estimated_here ? items[i].answers() : 0, people));
  }
  return fits;
}

Result<std::vector<PairDependence>> local_dependence(const ResponseMatrix& responses,
                                                     std::span<const PolytomousItem> items,
                                                     const Quadrature& quadrature) {
  if (auto checked = check(responses, items); !checked) return tl::unexpected(checked.error());
  const auto nodes = quadrature_nodes(quadrature);
  const auto weights = normal_on(nodes, 0, 1);
  const auto curves = curves_of(items, nodes);
  std::vector<PairDependence> pairs;
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = i + 1; j < items.size(); ++j) {
      Table expected(items[i].answers(), std::vector<double>(items[j].answers(), 0));
      Table observed = expected;
      for (std::size_t q = 0; q < nodes.size(); ++q)
        for (std::size_t k = 0; k < expected.size(); ++k)
          for (std::size_t l = 0; l < expected[k].size(); ++l)
            expected[k][l] += weights[q] * curves[i][q][k] * curves[j][q][l];
      double n = 0;
      for (std::size_t p = 0; p < responses.people(); ++p) {
        const std::uint8_t a = responses.answers[p * items.size() + i];
        const std::uint8_t b = responses.answers[p * items.size() + j];
        if (a >= no_answer || b >= no_answer) continue;
        observed[a][b] += 1;
        n += 1;
      }
      if (n > 0) pairs.push_back(pair_of(i, j, expected, observed, n));
    }
  return pairs;
}

}  // namespace securebase::stats
