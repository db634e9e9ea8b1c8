#include "stats/time_unit_agreement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <tuple>

namespace securebase::stats {
namespace {

constexpr std::size_t most_codes_of_time = 1000;
constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

/// For each unit of `line`, how far the nearest unit of `other` with its code is; nowhere beyond `widest`.
std::vector<std::uint32_t> distances(std::span<const std::uint16_t> line,
                                     std::span<const std::uint16_t> other, std::size_t categories,
                                     std::size_t widest) {
  const std::size_t n = line.size();
  std::vector<std::uint32_t> nearest(n, nowhere);
  std::vector<std::size_t> seen(categories, n);  // the last unit with a code; n: none yet
  const auto note = [&](std::size_t unit) {
    const std::size_t at = seen[line[unit]];
    if (at == n) return;
    const std::size_t apart = at > unit ? at - unit : unit - at;
    if (apart <= widest) nearest[unit] = std::min(nearest[unit], static_cast<std::uint32_t>(apart));
  };
  for (std::size_t unit = 0; unit < n; ++unit) {
    seen[other[unit]] = unit;
    note(unit);
  }
  std::fill(seen.begin(), seen.end(), n);
  for (std::size_t unit = n; unit-- > 0;) {
    seen[other[unit]] = unit;
    note(unit);
  }
  return nearest;
}

/// Units within `widest` of one with each code, on a circle.
std::vector<double> widened(std::span<const std::uint16_t> line, std::size_t categories, std::size_t widest) {
  const std::size_t n = line.size();
  std::vector<std::size_t> first(categories, n), last(categories, n);
  std::vector<double> reach(categories, 0);
  const auto gap = [&](std::size_t from, std::size_t to) {  // what (from, to] adds
    return static_cast<double>(std::min(to - from, 2 * widest + 1));
  };
  for (std::size_t unit = 0; unit < n; ++unit) {
    const std::size_t code = line[unit];
    if (first[code] == n)
      first[code] = unit;
    else
      reach[code] += gap(last[code], unit);
    last[code] = unit;
  }
  for (std::size_t code = 0; code < categories; ++code)
    if (first[code] != n) reach[code] += gap(last[code], first[code] + n);
  return reach;
}

std::vector<double> counted(std::span<const std::uint16_t> line, std::size_t categories) {
  std::vector<double> counts(categories, 0);
  for (const std::uint16_t code : line) counts[code] += 1;
  return counts;
}

/// Averaged over all shifts, a unit of one line meets every unit of the other equally often.
double chance_units(std::span<const std::uint16_t> first, std::span<const std::uint16_t> second,
                    std::size_t q, std::size_t widest) {
  const std::size_t w = std::min(widest, first.size());
  const auto a = counted(first, q), b = counted(second, q);
  const auto wide_a = widened(first, q, w), wide_b = widened(second, q, w);
  double sum = 0;
  for (std::size_t c = 0; c < q; ++c) sum += a[c] * wide_b[c] + b[c] * wide_a[c];
  return sum / (2 * static_cast<double>(first.size()));
}

/// 1 - D / E of a table of n units; nothing where only one code is in it.
std::optional<double> kappa_of(const Matrix& table, double n) {
  double observed = 0, expected = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    double row = 0, col = 0;
    for (std::size_t j = 0; j < table.rows(); ++j) {
      row += table(i, j);
      col += table(j, i);
    }
    observed += table(i, i) / n;
    expected += row / n * (col / n);
  }
  constexpr double certain = 1 - 1e-12;
  if (!(expected < certain)) return std::nullopt;
  return (observed - expected) / (1 - expected);
}

}  // namespace

Result<TimeUnitTally> time_unit_tally(std::span<const std::uint16_t> first,
                                      std::span<const std::uint16_t> second, std::size_t categories,
                                      std::size_t widest) {
  if (categories < 2 || categories > most_codes_of_time)
    return fail(ErrorKind::bad_data, "time_units.categories", "time is coded with 2 to 1000 codes");
  if (first.empty() || first.size() != second.size() || first.size() >= nowhere)
    return fail(ErrorKind::bad_data, "time_units.lines",
                "both lines have the same number of units, one at least");
  const auto beyond = [&](std::uint16_t code) { return code >= categories; };
  if (std::any_of(first.begin(), first.end(), beyond) || std::any_of(second.begin(), second.end(), beyond))
    return fail(ErrorKind::bad_data, "time_units.code", "every code is one of the categories");
  TimeUnitTally tally{categories, widest, Matrix(categories, categories), {}, 0};
  const auto from_first = distances(first, second, categories, widest);
  const auto from_second = distances(second, first, categories, widest);
  std::map<std::tuple<std::uint32_t, std::uint16_t, std::uint16_t, std::uint16_t>, double> moved;
  for (std::size_t unit = 0; unit < first.size(); ++unit) {
    const std::uint16_t a = first[unit], b = second[unit];
    tally.strict(a, b) += 1;
    if (a == b) continue;
    if (from_first[unit] != nowhere) moved[{from_first[unit], a, b, a}] += 0.5;
    if (from_second[unit] != nowhere) moved[{from_second[unit], a, b, b}] += 0.5;
  }
  tally.agreeing.reserve(moved.size());
  for (const auto& [move, units] : moved)
    tally.agreeing.push_back(
        {std::get<0>(move), std::get<1>(move), std::get<2>(move), std::get<3>(move), units});
  tally.by_chance = chance_units(first, second, categories, widest);
  return tally;
}

TimeUnitAgreement time_unit_agreement(std::span<const TimeUnitTally* const> recordings) {
  if (recordings.empty()) throw std::invalid_argument("time_unit_agreement: no recording");
  const std::size_t q = recordings.front()->categories, widest = recordings.front()->widest;
  TimeUnitAgreement all;
  all.table = Matrix(q, q);
  std::vector<const TimeUnitTally::Agreeing*> moves;
  for (const TimeUnitTally* tally : recordings) {
    if (tally->categories != q || tally->widest != widest)
      throw std::invalid_argument("time_unit_agreement: tallies of different codes or tolerance");
    for (std::size_t i = 0; i < q; ++i)
      for (std::size_t j = 0; j < q; ++j) all.table(i, j) += tally->strict(i, j);
    all.by_chance += tally->by_chance;
    for (const auto& move : tally->agreeing) moves.push_back(&move);
  }
  std::stable_sort(moves.begin(), moves.end(),
                   [](const auto* a, const auto* b) { return a->distance < b->distance; });
  double agreed = 0;
  for (std::size_t i = 0; i < q; ++i) {
    agreed += all.table(i, i);
    for (std::size_t j = 0; j < q; ++j) all.units += all.table(i, j);
  }
  all.by_chance /= all.units;
  auto move = moves.begin();
  std::optional<double> greatest;
  all.curve.reserve(widest + 1);
  for (std::size_t t = 0; t <= widest; ++t) {
    const bool changes = move != moves.end() && (*move)->distance == t;
    for (; move != moves.end() && (*move)->distance == t; ++move) {
      all.table((*move)->first, (*move)->second) -= (*move)->units;
      all.table((*move)->agreed, (*move)->agreed) += (*move)->units;
      agreed += (*move)->units;
    }
    if (t == 0 || changes)
      if (const auto kappa = kappa_of(all.table, all.units); kappa && (!greatest || *kappa > *greatest))
        greatest = kappa;
    all.curve.push_back({t, agreed / all.units, greatest});
  }
  return all;
}

}  // namespace securebase::stats
