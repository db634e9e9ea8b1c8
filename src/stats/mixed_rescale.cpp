#include "stats/mixed_rescale.hpp"

#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

double power_of_two(double size) {
  return size > 0 && std::isfinite(size) ? std::exp2(std::round(std::log2(size))) : 1;
}

template <class At>
ColumnScale mean_and_sd(std::size_t n, bool moved, const At& at) {
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) mean += at(i) / static_cast<double>(n);
  if (!moved) mean = 0;
  double square = 0;
  for (std::size_t i = 0; i < n; ++i) square += (at(i) - mean) * (at(i) - mean) / static_cast<double>(n);
  return {mean, power_of_two(std::sqrt(square))};
}

MatrixXd change_of(const MixedScale& from, const MixedScale& to) {
  const Index p = eigen_index(from.fixed.size());
  MatrixXd k = MatrixXd::Zero(p + 1, p + 1);
  for (Index j = 0; j <= p; ++j) {
    const ColumnScale& a = j < p ? from.fixed[plain_index(j)] : from.response;
    const ColumnScale& b = j < p ? to.fixed[plain_index(j)] : to.response;
    k(j, j) = a.unit / b.unit;
    if (from.constant && eigen_index(*from.constant) != j)
      k(eigen_index(*from.constant), j) += (a.origin - b.origin) / (b.unit * from.constant_value);
  }
  return k;
}

// kron(K, I_t)
MatrixXd by_rows(const MatrixXd& k, Index t) {
  MatrixXd result = MatrixXd::Zero(k.rows() * t, k.cols() * t);
  for (Index i = 0; i < k.rows(); ++i)
    for (Index j = 0; j < k.cols(); ++j) result.block(i * t, j * t, t, t).diagonal().setConstant(k(i, j));
  return result;
}

Matrix turned(const Matrix& m, const MatrixXd& k) {
  return to_matrix(MatrixXd(k.transpose() * eigen_view(m) * k));
}

bool is_square(const Matrix& m, std::size_t n) {
  return m.rows() == n && m.cols() == n && eigen_view(m).allFinite();
}

template <class T>
bool below(const std::vector<T>& values, std::size_t limit) {
  return std::all_of(values.begin(), values.end(), [limit](T v) { return v < limit; });
}

bool counts(double v) {
  return std::isfinite(v) && v >= 0 && v == std::floor(v);
}

bool is_valid(const SummaryCell& cell, const MixedShape& shape, std::size_t width, std::uint64_t smallest) {
  const bool correlated = shape.correlation != ResidualCorrelation::none;
  const bool placed = correlated && shape.correlation != ResidualCorrelation::compound_symmetry;
  if (cell.rows == 0 || cell.rows > 100'000 || !counts(cell.clusters) ||
      cell.clusters < static_cast<double>(smallest))
    return false;
  if (cell.group.size() != cell.rows || !below(cell.group, shape.groups())) return false;
  if (cell.series.size() != (correlated ? cell.rows : 0) || cell.position.size() != (placed ? cell.rows : 0))
    return false;
  for (const auto& block : cell.blocks) {
    if (block.term >= shape.terms.size() || block.z.rows() != cell.rows) return false;
    if (block.z.cols() != shape.terms[block.term].names.size() || !eigen_view(block.z).allFinite())
      return false;
  }
  return is_square(cell.products, cell.rows * width);
}

bool is_valid(const MixedScale& scale, const MixedShape& shape) {
  const auto usable = [&](const ColumnScale& c) {
    return std::isfinite(c.origin) && c.unit > 0 && std::isfinite(c.unit) &&
           (scale.constant || c.origin == 0);
  };
  if (scale.fixed.size() != shape.fixed_names.size() || scale.random.size() != shape.terms.size())
    return false;
  if (!std::all_of(scale.fixed.begin(), scale.fixed.end(), usable) || !usable(scale.response)) return false;
  if (scale.constant && (*scale.constant >= scale.fixed.size() || scale.constant_value == 0)) return false;
  for (std::size_t t = 0; t < shape.terms.size(); ++t) {
    if (scale.random[t].size() != shape.terms[t].names.size() || scale.random[t].empty()) return false;
    for (const double unit : scale.random[t])
      if (!(unit > 0) || !std::isfinite(unit)) return false;
  }
  return true;
}

bool totals_are_valid(const MixedSummary& s, std::size_t width) {
  if (s.sums.size() != width || !is_square(s.products, width) || !counts(s.rows) || !counts(s.clusters))
    return false;
  if (s.residual.size() != s.shape.groups() || s.group_rows.size() != s.shape.groups()) return false;
  if (s.random.size() != s.shape.terms.size() || !std::isfinite(s.log_weights)) return false;
  for (std::size_t t = 0; t < s.random.size(); ++t)
    if (!is_square(s.random[t], s.shape.terms[t].names.size())) return false;
  return std::all_of(
             s.residual.begin(), s.residual.end(),
             [&](const SummaryResidual& r) { return counts(r.rows) && is_square(r.products, width); }) &&
         std::all_of(s.sums.begin(), s.sums.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

MatrixXd second_moments(const Cell& cell, Index width) {
  if (cell.summed) return cell.products;
  const Index entries = cell.design.rows * width;
  const Eigen::Map<const MatrixXd> f(cell.products.data(), entries, cell.products.size() / entries);
  return f * f.transpose();
}

MixedScale shareable_scale(const MixedDesign& design) {
  const std::size_t n = design.rows();
  const MixedScale ranges = scale_of(design);
  MixedScale scale = ranges;
  for (std::size_t j = 0; j < scale.fixed.size(); ++j)
    if (scale.constant != j)
      scale.fixed[j] =
          mean_and_sd(n, scale.constant.has_value(), [&](std::size_t i) { return design.fixed(i, j); });
  scale.response =
      mean_and_sd(n, scale.constant.has_value(), [&](std::size_t i) { return design.response[i]; });
  for (std::size_t t = 0; t < scale.random.size(); ++t)
    for (std::size_t j = 0; j < scale.random[t].size(); ++j)
      scale.random[t][j] =
          mean_and_sd(n, false, [&](std::size_t i) { return design.terms[t].columns(i, j); }).unit;
  return scale;
}

MixedSummary rescaled(const MixedSummary& summary, const MixedScale& scale) {
  MixedSummary s = summary;
  const MatrixXd k = change_of(summary.scale, scale);
  s.scale = scale;
  for (SummaryCell& cell : s.cells) {
    cell.products = turned(cell.products, by_rows(k, eigen_index(cell.rows)));
    for (auto& block : cell.blocks)
      for (std::size_t i = 0; i < cell.rows; ++i)
        for (std::size_t j = 0; j < block.z.cols(); ++j)
          block.z(i, j) *= summary.scale.random[block.term][j] / scale.random[block.term][j];
  }
  for (SummaryResidual& r : s.residual) r.products = turned(r.products, k);
  const Eigen::VectorXd sums =
      k.transpose() * Eigen::Map<const Eigen::VectorXd>(summary.sums.data(), k.rows());
  s.sums = to_vector(sums);
  s.products = turned(s.products, k);
  for (std::size_t t = 0; t < s.random.size(); ++t)
    for (std::size_t i = 0; i < s.random[t].rows(); ++i)
      for (std::size_t j = 0; j < s.random[t].cols(); ++j)
        s.random[t](i, j) *=
            summary.scale.random[t][i] / scale.random[t][i] * summary.scale.random[t][j] / scale.random[t][j];
  return s;
}

namespace {

/// Rows and clusters are as many as its sites say.
bool counts_fit(const MixedSummary& summary) {
  constexpr double most = 1e100;
  double rows = 0;
  double clusters = 0;
  for (const SummarySource& source : summary.sources) {
    rows += static_cast<double>(source.rows);
    clusters += static_cast<double>(source.clusters);
  }
  return summary.rows == rows && summary.clusters == clusters && rows >= clusters && clusters > 0 &&
         std::abs(summary.log_weights) < most;
}

}  // namespace

Result<void> check_summary(const MixedSummary& summary) {
  const std::size_t width = summary.shape.fixed_names.size() + 1;
  bool valid = width > 1 && counts_fit(summary) && is_valid(summary.scale, summary.shape) &&
               totals_are_valid(summary, width);
  for (const SummaryCell& cell : summary.cells)
    valid = valid && is_valid(cell, summary.shape, width, summary.smallest_cell);
  if (valid) return {};
  return fail(ErrorKind::bad_data, "lmm.summary_invalid", "the summary's parts do not fit each other");
}

}  // namespace securebase::stats
