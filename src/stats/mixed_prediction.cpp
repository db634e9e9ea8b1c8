#include "stats/mixed_prediction.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/mixed_deviance.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

tl::unexpected<Error> lengths(const char* what) {
  return fail(ErrorKind::bad_data, "lmm.lengths", what);
}

double residual_correlation(const MixedShape& shape, const MixedFit& fit, const NewClient& client, Index i,
                            Index j) {
  if (i == j) return 1;
  if (!fit.correlation) return 0;
  if (shape.correlation == ResidualCorrelation::compound_symmetry) return fit.correlation->value;
  return std::pow(fit.correlation->value,
                  std::abs(client.position[plain_index(i)] - client.position[plain_index(j)]));
}

// Covariances of the client's k responses in the caller's units.
struct ClientCovariance {
  MatrixXd random;    ///< sum of Z G Z'
  MatrixXd residual;  ///< R
};

ClientCovariance covariance_of(const MixedShape& shape, const MixedFit& fit, const NewClient& client) {
  const Index k = eigen_index(client.fixed.rows());
  ClientCovariance v{MatrixXd::Zero(k, k), MatrixXd(k, k)};
  for (std::size_t t = 0; t < client.random.size(); ++t) {
    const auto z = eigen_view(client.random[t]);
    v.random += z * eigen_view(fit.random_covariance[t]) * z.transpose();
  }
  const auto sd = [&](Index i) {
    return fit.residual[client.group.empty() ? 0 : client.group[plain_index(i)]].value;
  };
  for (Index i = 0; i < k; ++i)
    for (Index j = 0; j < k; ++j)
      v.residual(i, j) = sd(i) * sd(j) * residual_correlation(shape, fit, client, i, j);
  return v;
}

Result<void> check_client(const MixedShape& shape, const MixedFit& fit, const NewClient& client) {
  const std::size_t k = client.fixed.rows();
  const bool placed = shape.correlation == ResidualCorrelation::autoregressive ||
                      shape.correlation == ResidualCorrelation::continuous_autoregressive;
  if (client.fixed.cols() != fit.fixed.size() || client.response.size() != k)
    return lengths("fixed or response");
  if (client.random.size() != shape.terms.size()) return lengths("one matrix for each random term");
  if (client.position.size() != (placed ? k : 0)) return lengths("position");
  if (!client.group.empty() && client.group.size() != k) return lengths("group");
  for (const std::uint32_t g : client.group)
    if (g >= fit.residual.size()) return lengths("group");
  for (std::size_t t = 0; t < client.random.size(); ++t) {
    if (client.random[t].rows() != k || client.random[t].cols() != shape.terms[t].names.size())
      return lengths("a random term");
    if (!eigen_view(client.random[t]).allFinite())
      return fail(ErrorKind::bad_data, "lmm.not_finite", "a random column");
  }
  for (const auto& y : client.response)
    if (y && !std::isfinite(*y)) return fail(ErrorKind::bad_data, "lmm.not_finite", "a response");
  if (!eigen_view(client.fixed).allFinite())
    return fail(ErrorKind::bad_data, "lmm.not_finite", "a fixed column");
  return {};
}

std::vector<Index> seen_rows(const NewClient& client) {
  std::vector<Index> seen;
  for (std::size_t i = 0; i < client.response.size(); ++i)
    if (client.response[i]) seen.push_back(eigen_index(i));
  return seen;
}

// A row that is seen stands for a new response at its place: it shares the random effects, and of the
// residual what is correlated with the other rows.
MatrixXd with_seen(const ClientCovariance& v, const std::vector<Index>& seen) {
  MatrixXd cross = (v.random + v.residual)(Eigen::all, seen);
  for (std::size_t s = 0; s < seen.size(); ++s)
    cross(seen[s], eigen_index(s)) -= v.residual(seen[s], seen[s]);
  return cross;
}

}  // namespace

Result<ClientForecast> forecast(const MixedModel& model, const MixedFit& fit, const NewClient& client) {
  const MixedShape& shape = model.data().shape;
  if (auto checked = check_client(shape, fit, client); !checked) return tl::unexpected(checked.error());
  const auto x = eigen_view(client.fixed);
  VectorXd beta(eigen_index(fit.fixed.size()));
  for (Index j = 0; j < beta.size(); ++j) beta[j] = fit.fixed[plain_index(j)].estimate;
  const VectorXd expected = x * beta;
  const auto covariance = eigen_view(fit.fixed_covariance);
  const ClientCovariance v = covariance_of(shape, fit, client);
  const auto seen = seen_rows(client);
  const MatrixXd total = v.random + v.residual;
  const Eigen::LLT<MatrixXd> llt(total(seen, seen));
  if (!seen.empty() && llt.info() != Eigen::Success)
    return fail(ErrorKind::bad_data, "lmm.residual", "two rows at the same place cannot both be seen");
  VectorXd residual(eigen_index(seen.size()));
  for (std::size_t s = 0; s < seen.size(); ++s)
    residual[eigen_index(s)] = *client.response[plain_index(seen[s])] - expected[seen[s]];
  const MatrixXd cross = with_seen(v, seen);
  const MatrixXd weights =
      seen.empty() ? MatrixXd(cross) : MatrixXd(llt.solve(cross.transpose()).transpose());
  ClientForecast result;
  for (std::size_t t = 0; t < client.random.size(); ++t) {
    const MatrixXd gz = eigen_view(fit.random_covariance[t]) * eigen_view(client.random[t]).transpose();
    const VectorXd b =
        seen.empty() ? VectorXd::Zero(gz.rows()).eval() : (gz(Eigen::all, seen) * llt.solve(residual)).eval();
    result.deviations.push_back(to_vector(b));
  }
  for (Index i = 0; i < expected.size(); ++i) {
    const Eigen::RowVectorXd moved = x.row(i) - weights.row(i) * x(seen, Eigen::all);
    const double conditional = std::max(total(i, i) - weights.row(i).dot(cross.row(i)), 0.0);
    result.rows.push_back({expected[i], std::sqrt(x.row(i).dot(covariance * x.row(i).transpose())),
                           std::sqrt(total(i, i)), expected[i] + weights.row(i).dot(residual),
                           std::sqrt(conditional),
                           std::sqrt(conditional + moved.dot(covariance * moved.transpose()))});
  }
  return result;
}

Interval predictive_limits(const RowForecast& row, double level) {
  const double reach = normal_reach(level) * row.predictive_sd;
  return {row.mean - reach, row.mean + reach, level};
}

RSquared r_squared(const MixedModel& model, const MixedFit& fit) {
  const MixedData& data = model.data();
  const MixedTotals& totals = data.totals;
  const Index p = data.width() - 1;
  const BackTransform back = back_transform(data.scale);
  VectorXd beta(p);
  for (Index j = 0; j < p; ++j)  // origins do not change a variance
    beta[j] = fit.fixed[plain_index(j)].estimate * data.scale.fixed[plain_index(j)].unit;
  const VectorXd sums = totals.sums.head(p);
  const MatrixXd about = totals.products.topLeftCorner(p, p) - sums * sums.transpose() / totals.rows;
  // The intercept's column does not vary where it is one.
  if (data.scale.constant) beta[eigen_index(*data.scale.constant)] = 0;
  const double fixed = beta.dot(about * beta) / (totals.rows - 1);
  double random = 0;
  for (std::size_t t = 0; t < totals.random.size(); ++t) {
    MatrixXd zz = totals.random[t];
    for (Index i = 0; i < zz.rows(); ++i)
      for (Index j = 0; j < zz.cols(); ++j)
        zz(i, j) *= data.scale.random[t][plain_index(i)] * data.scale.random[t][plain_index(j)];
    random += (eigen_view(fit.random_covariance[t]) * zz).trace() / totals.rows;
  }
  double residual = 0;
  for (std::size_t g = 0; g < fit.residual.size(); ++g)
    residual += fit.residual[g].value * fit.residual[g].value * totals.group_rows[g] / totals.rows;
  const double all = fixed + random + residual;
  return {fixed / all, (fixed + random) / all};
}

}  // namespace securebase::stats
