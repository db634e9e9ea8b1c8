#include "stats/mixed_report.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/mixed_box.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double singular_below = 1e-4;

void put_fixed(const MixedData& data, const MixedPoint& point, MixedFit& fit) {
  const BackTransform back = back_transform(data.scale);
  const VectorXd beta = back.t * point.beta + back.shift;
  const MatrixXd covariance = point.sigma2() * back.t * point.c * back.t.transpose();
  for (Index j = 0; j < beta.size(); ++j)
    fit.fixed.push_back({data.shape.fixed_names[plain_index(j)], beta[j], std::sqrt(covariance(j, j))});
  fit.fixed_covariance = to_matrix(covariance);
}

// Derivatives of the natural parameters by (theta, ln sigma), by central differences of closed formulas.
MatrixXd jacobian(const MixedData& data, const VectorXd& theta, double log_sigma) {
  constexpr double step = 1e-5;
  const VectorXd here = natural_parameters(data, theta, log_sigma);
  MatrixXd j(here.size(), theta.size() + 1);
  for (Index i = 0; i <= theta.size(); ++i) {
    VectorXd up = theta;
    VectorXd down = theta;
    const double h = i < theta.size() ? 0 : step;
    if (i < theta.size()) {
      up[i] += step;
      down[i] -= step;
    }
    j.col(i) = (natural_parameters(data, up, log_sigma + h) - natural_parameters(data, down, log_sigma - h)) /
               (2 * step);
  }
  return j;
}

// Nothing for all of them where the information is singular.
std::vector<std::optional<double>> standard_errors(const MixedData& data, const VectorXd& theta,
                                                   double log_sigma, const MatrixXd& curvature,
                                                   bool singular) {
  const MatrixXd j = jacobian(data, theta, log_sigma);
  std::vector<std::optional<double>> errors(plain_index(j.rows()));
  const Eigen::LLT<MatrixXd> llt(curvature / 2);
  if (singular || llt.info() != Eigen::Success) return errors;
  const MatrixXd covariance = j * llt.solve(j.transpose());
  for (Index i = 0; i < j.rows(); ++i)
    if (std::isfinite(covariance(i, i)) && covariance(i, i) >= 0)
      errors[plain_index(i)] = std::sqrt(covariance(i, i));
  return errors;
}

void put_term(const MixedShape::Term& term, const Matrix& g, std::vector<CovarianceParameter>& into) {
  const std::size_t q = term.names.size();
  for (std::size_t a = 0; a < q; ++a)
    into.push_back({term.grouping, term.names[a], "", g(a, a), std::sqrt(g(a, a)), {}});
  for (std::size_t a = 0; a < q && term.shape == CovarianceShape::full; ++a)
    for (std::size_t b = a + 1; b < q; ++b) {
      CovarianceParameter parameter{term.grouping, term.names[a], term.names[b], g(a, b), {}, {}};
      const double size = std::sqrt(g(a, a) * g(b, b));
      if (size > 0) parameter.sd_or_correlation = g(a, b) / size;
      into.push_back(std::move(parameter));
    }
}

void put_covariance(const MixedData& data, const VectorXd& theta, double sigma, MixedFit& fit) {
  const auto factors = relative_factors(data, theta);
  for (std::size_t t = 0; t < factors.size(); ++t) {
    fit.relative_factor.push_back(to_matrix(factors[t]));
    fit.random_covariance.push_back(to_matrix(sigma * sigma * factors[t] * factors[t].transpose()));
    put_term(data.shape.terms[t], fit.random_covariance.back(), fit.covariance);
  }
  for (std::size_t g = 0; g < data.shape.groups(); ++g)
    fit.residual.push_back({data.shape.residual_groups.empty() ? "Residual" : data.shape.residual_groups[g],
                            sigma * std::exp(data.layout.delta_value(theta, g)),
                            {}});
  if (data.layout.z())
    fit.correlation =
        ResidualParameter{data.shape.correlation == ResidualCorrelation::compound_symmetry ? "rho" : "phi",
                          correlation_at(data.shape, theta[*data.layout.z()]).value,
                          {}};
}

void put_errors(const std::vector<std::optional<double>>& errors, MixedFit& fit) {
  std::size_t at = 0;
  for (CovarianceParameter& parameter : fit.covariance) {
    parameter.std_error = errors[at++];
    if (!parameter.sd_or_correlation || *parameter.sd_or_correlation == 0) parameter.std_error.reset();
  }
  for (ResidualParameter& parameter : fit.residual) parameter.std_error = errors[at++];
  if (fit.correlation) fit.correlation->std_error = errors[at];
}

bool is_singular(const MixedData& data, const VectorXd& theta) {
  const auto& entries = data.layout.entries();
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].row == entries[i].col && theta[eigen_index(i)] < singular_below) return true;
  return false;
}

// Some direction of theta changes the deviance by less than a thousandth of a unit within one unit.
bool is_weak(const MatrixXd& curvature) {
  if (curvature.rows() <= 1) return false;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(curvature, Eigen::EigenvaluesOnly);
  return pairs.eigenvalues()[0] < 2e-3;
}

Verdict verdict_of(const MixedData& data, const Minimum& minimum, bool singular) {
  if (minimum.convergence.verdict == Verdict::not_converged) return Verdict::not_converged;
  return singular || at_edge(data.layout, minimum.at) ? Verdict::at_boundary : minimum.convergence.verdict;
}

}  // namespace

std::vector<MatrixXd> relative_factors(const MixedData& data, const VectorXd& theta) {
  auto factors = data.layout.factors(theta);
  for (std::size_t t = 0; t < factors.size(); ++t)
    for (Index i = 0; i < factors[t].rows(); ++i) factors[t].row(i) /= data.scale.random[t][plain_index(i)];
  return factors;
}

VectorXd natural_parameters(const MixedData& data, const VectorXd& theta, double log_sigma) {
  const double sigma = std::exp(log_sigma);
  std::vector<double> values;
  std::vector<CovarianceParameter> parameters;
  const auto factors = relative_factors(data, theta);
  for (std::size_t t = 0; t < factors.size(); ++t)
    put_term(data.shape.terms[t], to_matrix(sigma * sigma * factors[t] * factors[t].transpose()), parameters);
  values.reserve(parameters.size() + data.shape.groups() + 1);
  for (const CovarianceParameter& p : parameters) values.push_back(p.sd_or_correlation.value_or(0));
  for (std::size_t g = 0; g < data.shape.groups(); ++g)
    values.push_back(sigma * std::exp(data.layout.delta_value(theta, g)));
  if (data.layout.z()) values.push_back(correlation_at(data.shape, theta[*data.layout.z()]).value);
  return Eigen::Map<const VectorXd>(values.data(), eigen_index(values.size()));
}

Result<MixedFit> report_fit(const MixedData& data, MixedLikelihood likelihood, const Minimum& minimum,
                            const std::optional<KnownCore>& known) {
  auto core = known && known->theta == minimum.at ? std::optional(known->core)
                                                  : evaluate(data, minimum.at, Order::second);
  auto point = core ? point_of(std::move(*core), data.totals.rows, likelihood) : std::nullopt;
  if (!point)
    return fail(ErrorKind::internal, "lmm.not_defined", "the likelihood cannot be evaluated at its optimum");
  const double sigma = std::sqrt(point->sigma2()) * data.scale.response.unit;
  MixedFit fit;
  fit.likelihood = likelihood;
  fit.rows = static_cast<std::size_t>(data.totals.rows);
  fit.parameters = plain_index(data.width() + minimum.at.size());
  fit.log_likelihood = -(point->deviance(likelihood) + deviance_of_units(data, likelihood)) / 2;
  const auto k = static_cast<double>(fit.parameters);
  fit.aic = -2 * fit.log_likelihood + 2 * k;
  fit.bic = -2 * fit.log_likelihood + std::log(data.totals.rows) * k;
  put_fixed(data, *point, fit);
  fit.sigma = sigma;
  put_covariance(data, minimum.at, sigma, fit);
  fit.singular = is_singular(data, minimum.at);
  fit.convergence = minimum.convergence;
  fit.convergence.verdict = verdict_of(data, minimum, fit.singular);
  const MatrixXd curvature = joint_curvature(*point, likelihood);
  put_errors(standard_errors(data, minimum.at, std::log(sigma), curvature, fit.singular), fit);
  fit.theta = to_vector(minimum.at);
  fit.reading = read_fit(fit, is_weak(curvature));
  return fit;
}

}  // namespace securebase::stats
