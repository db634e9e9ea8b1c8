#include "stats/mediation.hpp"

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Rows = std::span<const std::size_t>;

VectorXd chosen(const std::vector<double>& column, Rows rows) {
  VectorXd result(eigen_index(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) result[eigen_index(i)] = column[rows[i]];
  return result;
}

// Ones, the predictors, the covariates.
MatrixXd design(const MediationData& data, std::initializer_list<const std::vector<double>*> predictors,
                Rows rows) {
  const std::size_t columns = 1 + predictors.size() + data.covariates.size();
  MatrixXd X = MatrixXd::Ones(eigen_index(rows.size()), eigen_index(columns));
  Index at = 1;
  for (const auto* column : predictors) X.col(at++) = chosen(*column, rows);
  for (const auto& column : data.covariates) X.col(at++) = chosen(column, rows);
  return X;
}

struct Regression {
  VectorXd coefficients;
  VectorXd errors;
};

// Columns are centred and scaled to length 1 first, so that rank does not depend on units.
std::optional<Regression> regress(MatrixXd X, const VectorXd& y) {
  const Index n = X.rows(), p = X.cols();
  if (n <= p) return std::nullopt;
  VectorXd length = VectorXd::Ones(p);
  for (Index j = 1; j < p; ++j) {
    const double largest = X.col(j).cwiseAbs().maxCoeff();
    X.col(j).array() -= X.col(j).mean();
    length[j] = X.col(j).norm();
    if (!(length[j] > 1e-13 * largest * std::sqrt(static_cast<double>(n)))) return std::nullopt;
    X.col(j) /= length[j];
  }
  Eigen::ColPivHouseholderQR<MatrixXd> qr(X);
  qr.setThreshold(1e-10);
  if (qr.rank() < p) return std::nullopt;
  Regression result{qr.solve(y), {}};
  const double variance = (y - X * result.coefficients).squaredNorm() / static_cast<double>(n - p);
  const MatrixXd inverse = Eigen::LLT<MatrixXd>(X.transpose() * X).solve(MatrixXd::Identity(p, p));
  result.errors = (variance * inverse.diagonal()).cwiseSqrt().cwiseQuotient(length);
  result.coefficients = result.coefficients.cwiseQuotient(length).eval();
  return result;
}

Slope slope(const Regression& regression, Index at) {
  return {regression.coefficients[at], regression.errors[at]};
}

bool finite(const std::vector<double>& column) {
  return std::all_of(column.begin(), column.end(), [](double v) { return std::isfinite(v); });
}

std::optional<Error> fault_of(const MediationData& data) {
  const auto fault = [](const char* code, const char* detail) {
    return fail(ErrorKind::bad_data, code, detail).value();
  };
  std::vector<const std::vector<double>*> columns{&data.x, &data.m, &data.y};
  for (const auto& column : data.covariates) columns.push_back(&column);
  for (const auto* column : columns) {
    if (column->size() != data.x.size()) return fault("mediation.shape", "columns must be of one length");
    if (!finite(*column)) return fault("mediation.not_finite", "values must be finite");
  }
  if (data.x.size() <= 3 + data.covariates.size())
    return fault("mediation.too_few", "more rows than coefficients are needed");
  return std::nullopt;
}

struct ThreeRegressions {
  Regression of_m, of_y, total;
};

std::optional<ThreeRegressions> regressions(const MediationData& data, Rows rows) {
  const auto of_m = regress(design(data, {&data.x}, rows), chosen(data.m, rows));
  const auto of_y = regress(design(data, {&data.x, &data.m}, rows), chosen(data.y, rows));
  const auto total = regress(design(data, {&data.x}, rows), chosen(data.y, rows));
  if (!of_m || !of_y || !total) return std::nullopt;
  return ThreeRegressions{*of_m, *of_y, *total};
}

}  // namespace

ProductError sobel_error(const Slope& a, const Slope& b) {
  ProductError error;
  error.std_error = std::hypot(a.estimate * b.std_error, b.estimate * a.std_error);
  if (!(error.std_error > 0)) return error;
  error.z = a.estimate * b.estimate / error.std_error;
  error.p = 2 * normal_cdf(-std::abs(*error.z));
  return error;
}

Result<Mediation> mediate(const MediationData& data) {
  if (auto fault = fault_of(data)) return tl::unexpected<Error>(*fault);
  std::vector<std::size_t> rows(data.x.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto fitted = regressions(data, rows);
  if (!fitted)
    return fail(ErrorKind::bad_data, "mediation.collinear",
                "a predictor does not vary or is a combination of others");
  Mediation m{data.x.size(),
              slope(fitted->of_m, 1),
              slope(fitted->of_y, 2),
              slope(fitted->of_y, 1),
              slope(fitted->total, 1),
              0,
              {},
              0,
              {}};
  m.indirect = m.a.estimate * m.b.estimate;
  m.sobel = sobel_error(m.a, m.b);
  const double both = m.a.std_error * m.b.std_error;
  const double square = m.sobel.std_error * m.sobel.std_error;
  m.aroian_error = std::sqrt(square + both * both);
  if (square >= both * both) m.goodman_error = std::sqrt(square - both * both);
  return m;
}

RowEstimator indirect_effect(const MediationData& data) {
  return [&data](std::span<const std::size_t> rows) -> std::optional<double> {
    const auto of_m = regress(design(data, {&data.x}, rows), chosen(data.m, rows));
    const auto of_y = regress(design(data, {&data.x, &data.m}, rows), chosen(data.y, rows));
    if (!of_m || !of_y) return std::nullopt;
    return of_m->coefficients[1] * of_y->coefficients[2];
  };
}

}  // namespace securebase::stats
