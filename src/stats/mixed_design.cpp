#include "stats/mixed_design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "stats/mixed_scale.hpp"

namespace securebase::stats {
namespace {

using Checked = Result<void>;

Checked refuse(const char* code, std::string detail, std::string field = {}) {
  return fail(ErrorKind::bad_data, code, std::move(detail), Place{.name = {}, .field = std::move(field)});
}

Checked lengths(bool right, const std::string& what) {
  if (right) return {};
  return refuse("lmm.lengths", "one value for each row, one name for each column", what);
}

Checked finite(std::span<const double> values, const std::string& what) {
  constexpr double largest = 1e100;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](double v) { return !(std::abs(v) <= largest); });
  if (bad == values.end()) return {};
  if (std::isfinite(*bad))
    return refuse("lmm.too_large_number", "numbers beyond 1e100 are not worked with", what);
  return refuse("lmm.not_finite", "every number must be finite; leave rows with missing values out", what);
}

// The first that fails.
template <class... Checks>
Checked all_of(Checks&&... checks) {
  Checked result;
  (void)((result = checks(), result.has_value()) && ...);
  return result;
}

Checked check_lengths(const MixedDesign& d) {
  const std::size_t n = d.rows();
  const auto& r = d.residual;
  const bool placed = r.correlation == ResidualCorrelation::autoregressive ||
                      r.correlation == ResidualCorrelation::continuous_autoregressive;
  for (const Grouping& g : d.groupings) {
    if (g.level.size() != n) return lengths(false, g.name);
    if (*std::max_element(g.level.begin(), g.level.end()) >= 4 * n + 1000)
      return refuse("lmm.lengths", "levels are numbered from 0 without large gaps", g.name);
  }
  for (const RandomTerm& t : d.terms)
    if (t.grouping >= d.groupings.size() || t.columns.rows() != n || t.columns.cols() == 0 ||
        t.names.size() != t.columns.cols())
      return lengths(false, t.names.empty() ? "a random term" : t.names.front());
  return all_of([&] { return lengths(d.fixed.rows() == n, "fixed"); },
                [&] { return lengths(d.fixed.cols() == d.fixed_names.size(), "fixed_names"); },
                [&] { return lengths(d.weights.empty() || d.weights.size() == n, "weights"); },
                [&] { return lengths(r.position.size() == (placed ? n : 0), "position"); },
                [&] { return lengths(r.group.empty() || r.group.size() == n, "residual group"); },
                [&] { return lengths(r.group.empty() == r.group_names.empty(), "residual group names"); },
                [&] {
                  return lengths(r.correlation == ResidualCorrelation::none || r.within < d.groupings.size(),
                                 "residual series");
                });
}

Checked check_finite(const MixedDesign& d) {
  const std::size_t n = d.rows();
  const auto all = [n](const Matrix& m) { return std::span<const double>(m.data(), n * m.cols()); };
  for (const RandomTerm& t : d.terms)
    if (auto r = finite(all(t.columns), t.names.front()); !r) return r;
  return all_of([&] { return finite(d.response, "response"); }, [&] { return finite(all(d.fixed), "fixed"); },
                [&] { return finite(d.weights, "weights"); },
                [&] { return finite(d.residual.position, "position"); });
}

Checked check_values(const MixedDesign& d) {
  if (std::any_of(d.weights.begin(), d.weights.end(), [](double w) { return !(w > 0); }))
    return refuse("lmm.bad_weight", "every weight must be above 0", "weights");
  if (d.fixed.cols() == 0)
    return refuse("lmm.no_fixed_columns", "a model has at least an intercept", "fixed");
  return {};
}

// What has to differ between rows.
Checked check_variation(const MixedDesign& d) {
  const auto [low, high] = std::minmax_element(d.response.begin(), d.response.end());
  if (*low == *high)
    return refuse("lmm.constant_response", "the outcome is the same in every row", "response");
  for (const RandomTerm& t : d.terms)
    for (std::size_t j = 0; j < t.columns.cols(); ++j) {
      bool any = false;
      for (std::size_t i = 0; i < d.rows() && !any; ++i) any = t.columns(i, j) != 0;
      if (!any) return refuse("lmm.zero_column", "a random column that is 0 in every row", t.names[j]);
    }
  return {};
}

std::size_t used_levels(const Grouping& grouping) {
  std::vector<std::uint32_t> levels = grouping.level;
  std::sort(levels.begin(), levels.end());
  return static_cast<std::size_t>(std::unique(levels.begin(), levels.end()) - levels.begin());
}

Checked check_levels(const MixedDesign& d) {
  const bool plain = d.residual.correlation == ResidualCorrelation::none && d.residual.group.empty();
  for (const RandomTerm& t : d.terms) {
    const Grouping& g = d.groupings[t.grouping];
    const std::size_t levels = used_levels(g);
    if (levels < 2)
      return refuse("lmm.one_level", "a factor needs two levels at least, better many more", g.name);
    if (plain && d.weights.empty() && levels * t.columns.cols() >= d.rows())
      return refuse("lmm.level_per_row",
                    fmt::format("{} random effects for {} rows: they cannot be told from the residual",
                                levels * t.columns.cols(), d.rows()),
                    g.name);
  }
  return {};
}

Checked check_groups(const MixedDesign& d) {
  for (const std::uint32_t g : d.residual.group)
    if (g >= d.residual.group_names.size()) return lengths(false, "residual group");
  return {};
}

Checked check_group_rows(const MixedDesign& d) {
  std::vector<std::size_t> rows(d.residual.group_names.size());
  for (const std::uint32_t g : d.residual.group) ++rows[g];
  for (std::size_t g = 0; g < rows.size(); ++g)
    if (rows[g] == 0)
      return refuse("lmm.empty_group", "a residual group without rows", d.residual.group_names[g]);
  return {};
}

bool is_constant(const RandomTerm& t) {
  for (std::size_t i = 0; i < t.columns.rows(); ++i)
    if (t.columns.cols() != 1 || t.columns(i, 0) != t.columns(0, 0)) return false;
  return true;
}

// Rows by series and position.
std::vector<std::size_t> by_series(const MixedDesign& d) {
  std::vector<std::size_t> order(d.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& series = d.groupings[d.residual.within].level;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (series[a] != series[b]) return series[a] < series[b];
    return !d.residual.position.empty() && d.residual.position[a] < d.residual.position[b];
  });
  return order;
}

Checked check_positions(const MixedDesign& d) {
  if (d.residual.position.empty()) return {};
  const auto& series = d.groupings[d.residual.within].level;
  const auto order = by_series(d);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double at = d.residual.position[order[i]];
    if (series[order[i]] == series[order[i - 1]] && at == d.residual.position[order[i - 1]])
      return refuse("lmm.repeated_position",
                    fmt::format("two rows of one series (rows {} and {}) at the same position",
                                order[i - 1] + 1, order[i] + 1),
                    d.groupings[d.residual.within].name);
  }
  return {};
}

Checked check_correlation(const MixedDesign& d) {
  const auto& r = d.residual;
  if (r.correlation == ResidualCorrelation::none) return {};
  if (r.correlation == ResidualCorrelation::autoregressive)
    for (const double v : r.position)
      if (v != std::round(v) || std::abs(v) > 1e9)
        return refuse("lmm.position_not_whole", "visits are whole numbers; take time for anything else",
                      "position");
  if (r.correlation == ResidualCorrelation::compound_symmetry)
    for (const RandomTerm& t : d.terms)
      if (t.grouping == r.within && is_constant(t))
        return fail(ErrorKind::usage, "lmm.intercept_and_compound_symmetry",
                    "a random intercept and compound symmetry within the same factor say the same twice");
  return check_positions(d);
}

Checked check_pairs(const MixedDesign& d) {
  if (d.residual.correlation == ResidualCorrelation::none) return {};
  const Grouping& series = d.groupings[d.residual.within];
  if (used_levels(series) == d.rows())
    return refuse("lmm.no_series", "no series has two rows: their correlation cannot be known", series.name);
  return {};
}

Checked check_rank(const MixedDesign& d) {
  const auto column = first_collinear_column(d);
  if (!column) return {};
  return refuse("lmm.collinear", "the columns before it already say what it says; leave it out",
                d.fixed_names[*column]);
}

}  // namespace

Result<void> check_rows(const MixedDesign& design) {
  if (design.rows() == 0) return refuse("lmm.no_rows", "there is nothing to fit");
  return all_of([&] { return check_lengths(design); }, [&] { return check_finite(design); },
                [&] { return check_values(design); }, [&] { return check_groups(design); },
                [&] { return check_correlation(design); });
}

Result<void> check(const MixedDesign& design) {
  if (design.rows() <= design.fixed.cols())
    return refuse("lmm.no_rows", "more rows than fixed columns are needed");
  return all_of([&] { return check_rows(design); }, [&] { return check_variation(design); },
                [&] { return check_group_rows(design); }, [&] { return check_levels(design); },
                [&] { return check_pairs(design); }, [&] { return check_rank(design); });
}

}  // namespace securebase::stats
