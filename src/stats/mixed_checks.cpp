// What sums show to be impossible to fit.
#include <Eigen/QR>
#include <algorithm>

#include "stats/eigen_view.hpp"
#include "stats/mixed_data.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What independent rows leave after the fixed columns, as a share of the whole: 0 where clusters say it all.
bool has_residual(const MixedData& data) {
  if (data.sparse || data.shape.correlation != ResidualCorrelation::none) return true;
  PureResidual all{0, MatrixXd::Zero(data.width(), data.width())};
  for (const PureResidual& pure : data.pure) {
    all.rows += pure.rows;
    all.products += pure.products;
  }
  const Index p = data.width() - 1;
  if (all.rows <= static_cast<double>(p)) return true;
  const MatrixXd xx = all.products.topLeftCorner(p, p);
  const VectorXd xy = all.products.col(p).head(p);
  const double yy = all.products(p, p);
  const double left = yy - xy.dot(xx.completeOrthogonalDecomposition().solve(xy));
  return left > 1e-13 * std::max(yy, 1e-3 * data.totals.products(p, p) * all.rows / data.totals.rows);
}

bool response_varies(const MixedData& data) {
  const Index p = data.width() - 1;
  const double mean = data.totals.sums[p] / data.totals.rows;
  const double square = data.totals.products(p, p);
  return square - mean * mean * data.totals.rows > 1e-14 * square;
}

tl::unexpected<Error> bad(const char* code, const char* why, std::string field = {}) {
  return fail(ErrorKind::bad_data, code, why, Place{.name = {}, .field = std::move(field)});
}

}  // namespace

Result<MixedModel> checked_model(MixedData data) {
  if (data.totals.rows <= static_cast<double>(data.width() - 1))
    return bad("lmm.no_rows", "more rows than fixed columns are needed");
  if (data.totals.clusters < 2 && !data.shape.terms.empty() && data.shape.terms.size() < 2)
    return bad("lmm.one_level", "a factor needs two levels at least, better many more");
  for (std::size_t g = 0; g < data.totals.group_rows.size(); ++g)
    if (!(data.totals.group_rows[g] > 0))
      return bad("lmm.empty_group", "a residual group without rows", data.shape.residual_groups[g]);
  if (!response_varies(data))
    return bad("lmm.constant_response", "the outcome is the same in every row", "response");
  if (const auto column = first_collinear_column(data.totals.products))
    return bad("lmm.collinear", "the columns before it already say what it says; leave it out",
               data.shape.fixed_names[*column]);
  if (!has_residual(data))
    return bad("lmm.no_residual_variance",
               "within clusters the outcome does not vary beyond what the fixed columns say");
  return MixedModel(std::make_shared<const MixedData>(std::move(data)));
}

}  // namespace securebase::stats
