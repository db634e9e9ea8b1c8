#include "stats/mixed_scale.hpp"

#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

struct Range {
  double low;
  double high;
};

template <class At>
Range range_of(std::size_t n, const At& at) {
  Range range{at(0), at(0)};
  for (std::size_t i = 1; i < n; ++i) {
    range.low = std::min(range.low, at(i));
    range.high = std::max(range.high, at(i));
  }
  return range;
}

double power_of_two(double size) {
  return size > 0 ? std::exp2(std::ceil(std::log2(size))) : 1;
}

ColumnScale scale_of(const Range& range, bool moved) {
  const double origin = moved ? range.low / 2 + range.high / 2 : 0;
  return {origin, power_of_two(std::max(range.high - origin, origin - range.low))};
}

std::vector<double> units_of(const Matrix& columns) {
  std::vector<double> units;
  for (std::size_t j = 0; j < columns.cols(); ++j) {
    const Range range = range_of(columns.rows(), [&](std::size_t i) { return std::abs(columns(i, j)); });
    units.push_back(power_of_two(range.high));
  }
  return units;
}

// X'X of the scaled rows, in blocks so that rounding stays small.
MatrixXd cross_products(const MixedDesign& design, const MixedScale& scale) {
  const Index width = eigen_index(design.fixed.cols() + 1);
  constexpr std::size_t block = 512;
  MatrixXd sum = MatrixXd::Zero(width, width);
  for (std::size_t first = 0; first < design.rows(); first += block) {
    const std::size_t count = std::min(block, design.rows() - first);
    EigenRowMajor rows(eigen_index(count), width);
    for (std::size_t i = 0; i < count; ++i) scaled_row(design, scale, first + i, 1, rows.row(eigen_index(i)));
    sum.noalias() += rows.transpose() * rows;
  }
  return sum;
}

}  // namespace

MixedScale scale_of(const MixedDesign& design) {
  const std::size_t n = design.rows();
  std::vector<Range> ranges;
  MixedScale scale;
  for (std::size_t j = 0; j < design.fixed.cols(); ++j) {
    ranges.push_back(range_of(n, [&](std::size_t i) { return design.fixed(i, j); }));
    const bool constant = ranges[j].low == ranges[j].high && ranges[j].low != 0;
    // At one site an arm may be constant too: the intercept is the one that is called so.
    if (!constant || (scale.constant && design.fixed_names[j] != "(Intercept)")) continue;
    scale.constant = j;
    scale.constant_value = ranges[j].low;
  }
  for (std::size_t j = 0; j < ranges.size(); ++j)
    scale.fixed.push_back(scale_of(ranges[j], scale.constant.has_value() && scale.constant != j));
  if (scale.constant) scale.fixed[*scale.constant].unit = 1;
  scale.response =
      scale_of(range_of(n, [&](std::size_t i) { return design.response[i]; }), scale.constant.has_value());
  for (const RandomTerm& term : design.terms) scale.random.push_back(units_of(term.columns));
  return scale;
}

void scaled_row(const MixedDesign& design, const MixedScale& scale, std::size_t row, double factor,
                Eigen::Ref<Eigen::RowVectorXd> into) {
  const std::size_t p = scale.fixed.size();
  const auto x = design.fixed.row(row);
  for (std::size_t j = 0; j < p; ++j) into[eigen_index(j)] = factor * scale.fixed[j].scaled(x[j]);
  into[eigen_index(p)] = factor * scale.response.scaled(design.response[row]);
}

// y = oy + uy (sum_j s_j (x_j - o_j) / u_j + s_c v), so beta_j = uy s_j / u_j and the constant takes
// (oy - sum_j beta_j o_j) / v.
BackTransform back_transform(const MixedScale& scale) {
  const Index p = eigen_index(scale.fixed.size());
  BackTransform back{MatrixXd::Zero(p, p), Eigen::VectorXd::Zero(p)};
  for (Index j = 0; j < p; ++j) back.t(j, j) = scale.response.unit / scale.fixed[plain_index(j)].unit;
  if (!scale.constant) return back;
  const Index c = eigen_index(*scale.constant);
  for (Index j = 0; j < p; ++j)
    if (j != c) back.t(c, j) = -back.t(j, j) * scale.fixed[plain_index(j)].origin / scale.constant_value;
  back.shift[c] = scale.response.origin / scale.constant_value;
  return back;
}

std::optional<std::size_t> first_collinear_column(const MixedDesign& design) {
  return first_collinear_column(cross_products(design, scale_of(design)));
}

std::optional<std::size_t> first_collinear_column(Eigen::MatrixXd left) {
  constexpr double least = 1e-13;  // share of a column's square that must be its own
  const Index p = left.rows() - 1;
  const Eigen::VectorXd whole = left.diagonal();
  for (Index j = 0; j < p; ++j) {
    if (!(left(j, j) > least * whole[j])) return plain_index(j);
    const Index rest = p - j - 1;
    const Eigen::VectorXd column = left.col(j).segment(j + 1, rest);
    left.block(j + 1, j + 1, rest, rest) -= column * column.transpose() / left(j, j);
  }
  return std::nullopt;
}

}  // namespace securebase::stats
