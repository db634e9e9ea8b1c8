#include "stats/mixed_summary.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/version.hpp"
#include "stats/eigen_view.hpp"
#include "stats/mixed_rescale.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// Rows [first, last) of a design by index.
Matrix rows_of(const Matrix& m, const std::vector<std::size_t>& rows) {
  Matrix result(rows.size(), m.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy(m.row(rows[i]).begin(), m.row(rows[i]).end(), result.data() + i * m.cols());
  return result;
}

template <class T>
std::vector<T> rows_of(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
  std::vector<T> result;
  for (std::size_t i = 0; i < (values.empty() ? 0 : rows.size()); ++i) result.push_back(values[rows[i]]);
  return result;
}

MixedDesign select(const MixedDesign& design, const std::vector<std::size_t>& rows) {
  MixedDesign d = design;
  d.response = rows_of(design.response, rows);
  d.fixed = rows_of(design.fixed, rows);
  for (Grouping& grouping : d.groupings) grouping.level = rows_of(grouping.level, rows);
  for (RandomTerm& term : d.terms) term.columns = rows_of(term.columns, rows);
  d.residual.position = rows_of(design.residual.position, rows);
  d.residual.group = rows_of(design.residual.group, rows);
  d.weights = rows_of(design.weights, rows);
  return d;
}

SummaryCell plain_cell(const Cell& cell, Index width) {
  SummaryCell plain;
  plain.rows = plain_index(cell.design.rows);
  for (const auto& block : cell.design.blocks) plain.blocks.push_back({block.term, to_matrix(block.z)});
  plain.group = cell.design.group;
  plain.series = cell.design.series;
  plain.position = cell.design.position;
  plain.clusters = cell.clusters;
  plain.products = to_matrix(second_moments(cell, width));
  return plain;
}

MixedSummary plain(const MixedData& data) {
  MixedSummary s;
  s.shape = data.shape;
  s.scale = data.scale;
  for (const Cell& cell : data.cells)
    if (cell.design.rows > 0) s.cells.push_back(plain_cell(cell, data.width()));
  for (const PureResidual& pure : data.pure) s.residual.push_back({pure.rows, to_matrix(pure.products)});
  s.rows = data.totals.rows;
  s.clusters = data.totals.clusters;
  s.log_weights = data.totals.log_weights;
  s.sums = to_vector(data.totals.sums);
  s.products = to_matrix(data.totals.products);
  for (const MatrixXd& zz : data.totals.random) s.random.push_back(to_matrix(zz));
  s.group_rows = data.totals.group_rows;
  return s;
}

std::size_t half(std::size_t n) {
  return n * (n + 1) / 2;
}

bool same_design(const SummaryCell& a, const SummaryCell& b) {
  return a.rows == b.rows && a.blocks == b.blocks && a.group == b.group && a.series == b.series &&
         a.position == b.position;
}

void add(Matrix& into, const Matrix& more) {
  for (std::size_t i = 0; i < into.rows() * into.cols(); ++i) into.data()[i] += more.data()[i];
}

void add(MixedSummary& into, const MixedSummary& more) {
  into.smallest_cell = std::min(into.smallest_cell, more.smallest_cell);
  into.sources.insert(into.sources.end(), more.sources.begin(), more.sources.end());
  into.shape.longest_series = std::max(into.shape.longest_series, more.shape.longest_series);
  for (const SummaryCell& cell : more.cells) {
    const auto known = std::find_if(into.cells.begin(), into.cells.end(),
                                    [&](const SummaryCell& c) { return same_design(c, cell); });
    if (known == into.cells.end()) {
      into.cells.push_back(cell);
      continue;
    }
    known->clusters += cell.clusters;
    add(known->products, cell.products);
  }
  for (std::size_t g = 0; g < into.residual.size(); ++g) {
    into.residual[g].rows += more.residual[g].rows;
    add(into.residual[g].products, more.residual[g].products);
    into.group_rows[g] += more.group_rows[g];
  }
  into.rows += more.rows;
  into.clusters += more.clusters;
  into.log_weights += more.log_weights;
  for (std::size_t i = 0; i < into.sums.size(); ++i) into.sums[i] += more.sums[i];
  add(into.products, more.products);
  for (std::size_t t = 0; t < into.random.size(); ++t) add(into.random[t], more.random[t]);
}

tl::unexpected<Error> mismatch(const char* what) {
  return fail(ErrorKind::bad_data, "lmm.summary_mismatch", std::string("the summaries differ in ") + what);
}

Result<void> check_same(const MixedSummary& a, const MixedSummary& b) {
  if (a.shape.fixed_names != b.shape.fixed_names) return mismatch("their fixed columns");
  if (a.shape.terms != b.shape.terms) return mismatch("their random terms");
  if (a.shape.correlation != b.shape.correlation) return mismatch("the correlation of residuals");
  if (a.shape.residual_groups != b.shape.residual_groups) return mismatch("their residual groups");
  if (a.scale.constant != b.scale.constant ||
      (a.scale.constant && a.scale.constant_value != b.scale.constant_value))
    return mismatch("the intercept");
  return {};
}

// Clusters of cells that are large enough.
std::vector<std::size_t> shared_rows(const MixedDesign& design, std::uint64_t smallest) {
  const Clusters clusters = clusters_of(design);
  const auto cell_of = cells_of_clusters(design, clusters);
  std::vector<std::uint64_t> size;
  for (const std::size_t c : cell_of) {
    if (c >= size.size()) size.resize(c + 1);
    ++size[c];
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < clusters.size(); ++i)
    if (size[cell_of[i]] >= smallest)
      rows.insert(rows.end(), clusters.rows.begin() + static_cast<std::ptrdiff_t>(clusters.begin[i]),
                  clusters.rows.begin() + static_cast<std::ptrdiff_t>(clusters.begin[i + 1]));
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

std::size_t MixedSummary::numbers() const {
  std::size_t count = sums.size() + half(products.rows()) + group_rows.size() + 3;
  for (const SummaryCell& cell : cells) {
    count += half(cell.products.rows()) + cell.group.size() + cell.series.size() + cell.position.size() + 2;
    for (const auto& block : cell.blocks) count += block.z.rows() * block.z.cols() + 1;
  }
  for (const SummaryResidual& r : residual) count += half(r.products.rows()) + 1;
  for (const Matrix& zz : random) count += half(zz.rows());
  return count;
}

Result<MixedSummary> summarise_mixed(const MixedDesign& design, const SummaryPlan& plan) {
  if (plan.smallest_cell < 5)
    return fail(ErrorKind::usage, "lmm.smallest_cell", "a summary shares no cell of fewer than 5 clusters");
  if (auto checked = check_rows(design); !checked) return tl::unexpected(checked.error());
  if (!works_densely(design))
    return fail(ErrorKind::usage, "lmm.too_large", "clusters of this size cannot be summarised");
  const auto rows = shared_rows(design, plan.smallest_cell);
  if (rows.empty())
    return fail(ErrorKind::bad_data, "lmm.nothing_to_share", "no design is shared by enough clusters");
  const MixedDesign shared = select(design, rows);
  const auto data = reduce(shared, shareable_scale(shared));
  if (!data) return tl::unexpected(data.error());
  MixedSummary summary = plain(*data);
  summary.smallest_cell = plan.smallest_cell;
  const std::size_t all = clusters_of(design).size();
  const auto kept = static_cast<std::uint64_t>(data->totals.clusters);
  summary.sources = {
      {plan.site, std::string(engine_version()), rows.size(), kept, design.rows() - rows.size(), all - kept}};
  return summary;
}

Result<MixedSummary> merge(const std::vector<MixedSummary>& summaries) {
  if (summaries.empty()) return fail(ErrorKind::bad_data, "lmm.no_rows", "there is no summary to merge");
  for (const MixedSummary& s : summaries) {
    if (s.version != mixed_summary_version)
      return fail(ErrorKind::bad_data, "lmm.summary_version", "a summary of another version of the format");
    if (auto valid = check_summary(s); !valid) return tl::unexpected(valid.error());
    if (auto same = check_same(summaries.front(), s); !same) return tl::unexpected(same.error());
  }
  std::set<std::string> sites;
  for (const MixedSummary& s : summaries)
    for (const SummarySource& source : s.sources)
      if (!sites.insert(source.site).second)
        return fail(ErrorKind::bad_data, "lmm.site_twice",
                    "two summaries of one site: its clients would count twice");
  MixedSummary sum = summaries.front();
  for (std::size_t i = 1; i < summaries.size(); ++i) add(sum, rescaled(summaries[i], sum.scale));
  return sum;
}

Result<MixedModel> make_mixed_model(const MixedSummary& summary) {
  if (summary.version != mixed_summary_version)
    return fail(ErrorKind::bad_data, "lmm.summary_version", "a summary of another version of the format");
  if (auto valid = check_summary(summary); !valid) return tl::unexpected(valid.error());
  MixedData data{summary.shape, CovarianceLayout(summary.shape), summary.scale, {}, {}, {}, {}};
  data.totals.rows = summary.rows;
  data.totals.clusters = summary.clusters;
  data.totals.log_weights = summary.log_weights;
  data.totals.sums = Eigen::Map<const Eigen::VectorXd>(summary.sums.data(), eigen_index(summary.sums.size()));
  data.totals.products = eigen_view(summary.products);
  for (const Matrix& zz : summary.random) data.totals.random.emplace_back(eigen_view(zz));
  data.totals.group_rows = summary.group_rows;
  for (const SummaryCell& plain : summary.cells) {
    Cell cell;
    cell.design.rows = eigen_index(plain.rows);
    for (const auto& block : plain.blocks) cell.design.blocks.push_back({block.term, eigen_view(block.z)});
    cell.design.group = plain.group;
    cell.design.series = plain.series;
    cell.design.position = plain.position;
    cell.clusters = plain.clusters;
    cell.summed = true;
    cell.products = eigen_view(plain.products);
    data.cells.push_back(std::move(cell));
  }
  for (const SummaryResidual& pure : summary.residual)
    data.pure.push_back({pure.rows, eigen_view(pure.products)});
  return checked_model(std::move(data));
}

}  // namespace securebase::stats
