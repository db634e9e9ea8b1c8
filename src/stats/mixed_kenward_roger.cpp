// Phi = (X' V^-1 X)^-1;  P_i = -X' V^-1 V_i V^-1 X;  Q_ij = X' V^-1 V_i V^-1 V_j V^-1 X
// W = 2 I^-1,  I_ij = tr(V^-1 V_i V^-1 V_j) - 2 tr(Phi Q_ij) + tr(Phi P_i Phi P_j)
// Phi_A = Phi + 2 Phi [sum_ij W_ij (Q_ij - P_i Phi P_j)] Phi
// All in units of sigma^2, which cancels.
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/mixed_contrast.hpp"
#include "stats/mixed_deviance.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double trace_of_product(const MatrixXd& a, const MatrixXd& b) {
  return a.cwiseProduct(b.transpose()).sum();
}

// The sums at theta with derivatives by the entries of G_t / sigma^2 and the groups' variances / sigma^2.
std::optional<CoreValue> linear_core(const MixedData& data, const VectorXd& theta) {
  const std::size_t entries = data.layout.entries().size();
  const std::size_t groups = data.shape.groups();
  CoreValue core(data.width(), eigen_index(entries + groups), Order::second);
  for (const Cell& cell : data.cells) {
    if (cell.design.rows == 0) continue;
    VarianceExpansion v = expand_variance(cell.design, data.layout, theta, Order::value);
    v.first = linear_directions(cell.design, data.layout);
    if (!add_cell(cell, v, core)) return std::nullopt;
  }
  for (std::size_t g = 0; g < groups; ++g) {
    if (data.pure[g].rows == 0) continue;
    VarianceExpansion v;
    v.value = MatrixXd::Constant(1, 1, std::exp(2 * data.layout.delta_value(theta, g)));
    v.first.resize(entries + groups);
    v.first[entries + g] = MatrixXd::Ones(1, 1);
    add_pure(data.pure[g], v, core);
  }
  return core;
}

struct Adjustment {
  MatrixXd phi;
  MatrixXd adjusted;
  std::vector<MatrixXd> p;
  MatrixXd w;
};

std::optional<Adjustment> adjust(const CoreValue& core, const MatrixXd& phi) {
  const Index x = phi.rows();
  const Index k = core.log_det_first.size();
  Adjustment a{phi, phi, {}, {}};
  for (const MatrixXd& m : core.m_first) a.p.push_back(m.topLeftCorner(x, x));
  const auto q = [&](Index i, Index j) -> MatrixXd {
    const Index pair = i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
    return core.m_second[plain_index(pair)].topLeftCorner(x, x) / 2;  // (Q_ij + Q_ji) / 2
  };
  MatrixXd information(k, k);
  for (Index i = 0; i < k; ++i)
    for (Index j = 0; j < k; ++j) {
      const Index pair = i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
      information(i, j) = -core.log_det_second[plain_index(pair)] - 2 * trace_of_product(phi, q(i, j)) +
                          trace_of_product(phi * a.p[plain_index(i)], phi * a.p[plain_index(j)]);
    }
  const Eigen::FullPivLU<MatrixXd> lu(information);
  if (!lu.isInvertible()) return std::nullopt;
  a.w = 2 * lu.inverse();
  MatrixXd u = MatrixXd::Zero(x, x);
  for (Index i = 0; i < k; ++i)
    for (Index j = 0; j < k; ++j)
      u += a.w(i, j) * (q(i, j) - a.p[plain_index(i)] * phi * a.p[plain_index(j)]);
  a.adjusted = phi + 2 * phi * (u + u.transpose()) / 2 * phi;
  return a;
}

struct Denominator {
  double df = 0;
  double scale = 1;  // of F
};

double ratio(double a, double b) {
  return std::abs(a) < 1e-14 && std::abs(b) < 1e-14 ? 1 : a / b;
}

// Kenward & Roger's two moments of F and the F distribution that has them.
Denominator denominator(const Adjustment& a, const MatrixXd& l) {
  const MatrixXd lpl = l * a.phi * l.transpose();
  const MatrixXd theta = l.transpose() * lpl.inverse() * l * a.phi;
  double a1 = 0;
  double a2 = 0;
  std::vector<MatrixXd> u;
  for (const MatrixXd& p : a.p) u.push_back(theta * p * a.phi);
  for (std::size_t i = 0; i < u.size(); ++i)
    for (std::size_t j = 0; j < u.size(); ++j) {
      const double w = a.w(eigen_index(i), eigen_index(j));
      a1 += w * u[i].trace() * u[j].trace();
      a2 += w * trace_of_product(u[i], u[j]);
    }
  const auto q = static_cast<double>(l.rows());
  const double b = (a1 + 6 * a2) / (2 * q);
  const double g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const double d = 3 * q + 2 * (1 - g);
  const auto kept = [](double v) { return std::abs(v) < 1e-10 ? 0 : v; };
  const double v0 = kept(1 + g / d * b);
  const double v1 = kept(1 - (q - g) / d * b);
  const double v2 = kept(1 - (q + 2 - g) / d * b);
  const double one = ratio(1 - a2 / q, v1);
  const double rho = one * one * v0 / v2 / q;
  Denominator result;
  result.df = 4 + (q + 2) / (q * rho - 1);
  result.scale = std::abs(result.df - 2) < 1e-2 ? 1 : result.df * (1 - a2 / q) / (result.df - 2);
  return result;
}

tl::unexpected<Error> refuse(const char* code, const char* why) {
  return fail(ErrorKind::usage, code, why);
}

// Everything in the caller's units.
Result<Adjustment> adjusted_covariance(const MixedData& data, const MixedFit& fit) {
  const VectorXd theta = Eigen::Map<const VectorXd>(fit.theta.data(), eigen_index(fit.theta.size()));
  auto core = linear_core(data, theta);
  auto point = core ? point_of(std::move(*core), data.totals.rows, fit.likelihood) : std::nullopt;
  auto a = point ? adjust(point->core, point->c) : std::nullopt;
  if (!a)
    return fail(ErrorKind::bad_data, "lmm.kenward_roger_singular",
                "these data do not determine every variance; take Satterthwaite");
  // Phi -> T Phi T', P -> T^-T P T^-1; sigma^2 comes in at the end.
  const MatrixXd back = back_transform(data.scale).t;
  const MatrixXd inverse = back.inverse();
  a->phi = back * a->phi * back.transpose();
  a->adjusted = back * a->adjusted * back.transpose();
  for (MatrixXd& p : a->p) p = inverse.transpose() * p * inverse;
  return std::move(*a);
}

Result<void> check_supported(const MixedData& data, const MixedFit& fit) {
  if (fit.likelihood != MixedLikelihood::restricted)
    return refuse("lmm.kenward_roger_needs_reml", "Kenward-Roger goes with a restricted likelihood");
  if (data.shape.correlation != ResidualCorrelation::none)
    return refuse("lmm.kenward_roger_residuals",
                  "Kenward-Roger is not defined here for correlated residuals; take Satterthwaite");
  if (data.sparse)
    return refuse("lmm.kenward_roger_too_large",
                  "clusters are too large for Kenward-Roger; take Satterthwaite");
  return {};
}

}  // namespace

Result<KenwardRoger> kenward_roger(const MixedModel& model, const MixedFit& fit, const Matrix& contrasts) {
  const MixedData& data = model.data();
  if (auto supported = check_supported(data, fit); !supported) return tl::unexpected(supported.error());
  if (auto checked = check_contrasts(fit, contrasts); !checked) return tl::unexpected(checked.error());
  const auto a = adjusted_covariance(data, fit);
  if (!a) return tl::unexpected(a.error());
  const double sigma2 = fit.sigma * fit.sigma / (data.scale.response.unit * data.scale.response.unit);
  const MatrixXd covariance = sigma2 * a->adjusted;
  const MatrixXd l = eigen_view(contrasts);
  const MatrixXd joint = l * covariance * l.transpose();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(joint, Eigen::EigenvaluesOnly);
  if (!(pairs.eigenvalues()[0] > 1e-12 * pairs.eigenvalues()[l.rows() - 1]))
    return fail(ErrorKind::bad_data, "lmm.contrast", "the contrasts depend on each other");
  KenwardRoger result;
  result.fixed_covariance = to_matrix(covariance);
  VectorXd estimates(l.rows());
  for (Index i = 0; i < l.rows(); ++i) {
    estimates[i] = estimate_of(fit, l.row(i));
    result.tests.push_back(t_test(estimates[i], std::sqrt(joint(i, i)), denominator(*a, l.row(i)).df));
  }
  const Denominator d = denominator(*a, l);
  const auto q = static_cast<double>(l.rows());
  result.joint = {d.scale * estimates.dot(joint.inverse() * estimates) / q, q, d.df, 0};
  result.joint.p = f_upper_p(result.joint.f, q, d.df);
  return result;
}

}  // namespace securebase::stats
