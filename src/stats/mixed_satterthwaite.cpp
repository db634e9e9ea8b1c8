#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/mixed_contrast.hpp"
#include "stats/mixed_deviance.hpp"
#include "stats/mixed_inference.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// 2 H^-1 without the directions in which the deviance does not curve.
MatrixXd covariance_of_parameters(const MatrixXd& curvature) {
  constexpr double flat = 1e-8;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(curvature);
  const VectorXd& values = pairs.eigenvalues();
  VectorXd inverse = VectorXd::Zero(values.size());
  for (Index i = 0; i < values.size(); ++i)
    if (values[i] > flat * std::min(1.0, values.cwiseAbs().maxCoeff())) inverse[i] = 2 / values[i];
  return pairs.eigenvectors() * inverse.asDiagonal() * pairs.eigenvectors().transpose();
}

// Contrasts on scaled coefficients and how their covariance depends on the variance parameters.
class Satterthwaite {
 public:
  static std::optional<Satterthwaite> at(const MixedData& data, const MixedFit& fit) {
    auto core = evaluate(data, Eigen::Map<const VectorXd>(fit.theta.data(), eigen_index(fit.theta.size())),
                         Order::second);
    auto point = core ? point_of(std::move(*core), data.totals.rows, fit.likelihood) : std::nullopt;
    if (!point) return std::nullopt;
    return Satterthwaite(data, std::move(*point), fit.likelihood);
  }

  [[nodiscard]] MatrixXd covariance(const MatrixXd& l) const {
    const MatrixXd scaled = l * back_;
    return point_.sigma2() * scaled * point_.c * scaled.transpose();
  }

  // g_i = -sigma^2 l' C M_i C l for theta_i, 2 l' Cov l for ln sigma.
  [[nodiscard]] double df(const VectorXd& contrast) const {
    const VectorXd cl = point_.c * back_.transpose() * contrast;
    const double variance = point_.sigma2() * (back_.transpose() * contrast).dot(cl);
    const Index k = point_.core.log_det_first.size();
    VectorXd g(k + 1);
    for (Index i = 0; i < k; ++i) {
      const MatrixXd& m = point_.core.m_first[plain_index(i)];
      g[i] = -point_.sigma2() * cl.dot(m.topLeftCorner(cl.size(), cl.size()) * cl);
    }
    g[k] = 2 * variance;
    return 2 * variance * variance / g.dot(a_ * g);
  }

 private:
  Satterthwaite(const MixedData& data, MixedPoint point, MixedLikelihood likelihood)
      : point_(std::move(point)),
        back_(back_transform(data.scale).t),
        a_(covariance_of_parameters(joint_curvature(point_, likelihood))) {}

  MixedPoint point_;
  MatrixXd back_;
  MatrixXd a_;
};

tl::unexpected<Error> not_there() {
  return fail(ErrorKind::internal, "lmm.not_defined", "the likelihood cannot be evaluated at this fit");
}

// The denominator's degrees of freedom from those of independent contrasts.
double joint_df(const std::vector<double>& df) {
  if (df.size() == 1) return df.front();
  if (std::any_of(df.begin(), df.end(), [](double v) { return v <= 2; })) return 2;
  const auto [low, high] = std::minmax_element(df.begin(), df.end());
  double mean = 0;
  double e = 0;
  for (const double v : df) {
    mean += v / static_cast<double>(df.size());
    e += v / (v - 2);
  }
  if (*high - *low < 1e-8) return mean;
  return 2 * e / (e - static_cast<double>(df.size()));
}

}  // namespace

Result<std::vector<ContrastTest>> satterthwaite(const MixedModel& model, const MixedFit& fit,
                                                const Matrix& contrasts) {
  if (auto checked = check_contrasts(fit, contrasts); !checked) return tl::unexpected(checked.error());
  const auto at = Satterthwaite::at(model.data(), fit);
  if (!at) return not_there();
  std::vector<ContrastTest> tests;
  const MatrixXd l = eigen_view(contrasts);
  for (Index i = 0; i < l.rows(); ++i) {
    const double variance = at->covariance(l.row(i))(0, 0);
    tests.push_back(t_test(estimate_of(fit, l.row(i)), std::sqrt(variance), at->df(l.row(i).transpose())));
  }
  return tests;
}

Result<JointTest> satterthwaite_joint(const MixedModel& model, const MixedFit& fit, const Matrix& contrasts) {
  if (auto checked = check_contrasts(fit, contrasts); !checked) return tl::unexpected(checked.error());
  const auto at = Satterthwaite::at(model.data(), fit);
  if (!at) return not_there();
  const MatrixXd l = eigen_view(contrasts);
  const Eigen::SelfAdjointEigenSolver<MatrixXd> pairs(at->covariance(l));
  const VectorXd& values = pairs.eigenvalues();
  const Index q = values.size();
  if (!(values[0] > 1e-12 * values[q - 1]))
    return fail(ErrorKind::bad_data, "lmm.contrast", "the contrasts depend on each other");
  std::vector<double> df;
  JointTest test{0, static_cast<double>(q), 0, 0};
  for (Index i = 0; i < q; ++i) {
    const Eigen::RowVectorXd contrast = pairs.eigenvectors().col(i).transpose() * l;
    const double estimate = estimate_of(fit, contrast);
    test.f += estimate * estimate / values[i] / static_cast<double>(q);
    df.push_back(at->df(contrast.transpose()));
  }
  test.df2 = joint_df(df);
  test.p = f_upper_p(test.f, test.df1, test.df2);
  return test;
}

}  // namespace securebase::stats
