#include <Eigen/Cholesky>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/mixed_box.hpp"
#include "stats/mixed_deviance.hpp"
#include "stats/mixed_inference.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr MixedLikelihood ml = MixedLikelihood::maximum;

// The deviance with gamma_j = (beta_j - shift_j) / T_jj held at v: the outcome is y - v x_j, column j is left
// out. Where j is the intercept gamma_j mixes the scaled coefficients, so the other columns take their part
// of its column.
class HeldEffect {
 public:
  HeldEffect(const MixedData& data, const MatrixXd& back, Index effect, VectorXd theta)
      : data_(data),
        columns_(MatrixXd::Identity(data.width(), data.width())),
        effect_(effect),
        theta_(std::move(theta)),
        box_(box_of(data.layout)) {
    for (Index j = 0; j < back.cols(); ++j)
      if (j != effect) columns_(effect, j) = -back(effect, j) / back(effect, effect);
    // A variance that is 0 may grow: it starts a little above, where the deviance has a slope.
    for (std::size_t i = 0; i < data.layout.entries().size(); ++i)
      if (theta_[eigen_index(i)] == 0 && data.layout.entries()[i].row == data.layout.entries()[i].col)
        theta_[eigen_index(i)] = 0.01;
  }

  // Minimised over theta from where the last one ended.
  std::optional<double> at(double v) {
    const Index p = data_.width() - 1;
    MatrixXd t = MatrixXd::Zero(p + 1, p);
    for (Index j = 0, to = 0; j <= p; ++j)
      if (j != effect_) t(j, to++) = 1;
    t(effect_, p - 1) = -v;
    const auto objective = [&](const VectorXd& theta) -> std::optional<Expansion> {
      const auto core = evaluate(data_, theta, Order::second);
      if (!core) return std::nullopt;
      const auto point = point_of(transformed(*core, columns_ * t), data_.totals.rows, ml);
      if (!point) return std::nullopt;
      Expansion e = expand_deviance(*point, ml);
      e.value /= data_.totals.rows;
      e.gradient /= data_.totals.rows;
      e.curvature /= data_.totals.rows;
      return e;
    };
    const auto minimum = minimise(objective, theta_, box_, {100, 1e-11, 1e-6});
    if (!minimum || minimum->convergence.verdict == Verdict::not_converged) return std::nullopt;
    theta_ = minimum->at;
    return minimum->expansion.value * data_.totals.rows;
  }

 private:
  const MixedData& data_;
  MatrixXd columns_;
  Index effect_;
  VectorXd theta_;
  Box box_;
};

struct Best {
  double deviance;
  double beta;
  double std_error;
};

// Where signed sqrt(D(v) - D_min) reaches `rise`, on the side of `sign`: secant steps within a bracket.
std::optional<double> crossing(HeldEffect held, const Best& best, double rise, double sign) {
  double inside = 0;  // in standard errors
  double z_inside = 0;
  double outside = 0;
  double z_outside = 0;
  double step = rise;
  for (int i = 0; i < 60; ++i) {
    const auto d = held.at(best.beta + sign * step * best.std_error);
    if (!d) return std::nullopt;
    const double z = std::sqrt(std::max(*d - best.deviance, 0.0));
    if (std::abs(z - rise) < 1e-10 * rise) return best.beta + sign * step * best.std_error;
    (z < rise ? inside : outside) = step;
    (z < rise ? z_inside : z_outside) = z;
    if (outside == 0) {
      step = z > 0 ? std::min(step * std::max(1.001 * rise / z, 1.02), 2 * step) : 2 * step;
      if (step > 20 * rise) return std::nullopt;
      continue;
    }
    if (outside - inside < 1e-12 * outside) return best.beta + sign * step * best.std_error;
    const double share = (rise - z_inside) / (z_outside - z_inside);
    step = inside + (i % 4 == 3 ? 0.5 : share) * (outside - inside);
  }
  return best.beta + sign * step * best.std_error;
}

}  // namespace

Result<Interval> profile_interval(const MixedModel& model, const MixedFit& fit, std::size_t effect,
                                  double level) {
  const MixedData& data = model.data();
  const auto failed = [](const char* why) { return fail(ErrorKind::bad_data, "lmm.profile", why); };
  if (effect >= fit.fixed.size()) return failed("there is no such fixed effect");
  const auto best_fit = fit.likelihood == ml ? Result<MixedFit>(fit) : fit_mixed_model(model, ml);
  if (!best_fit) return tl::unexpected(best_fit.error());
  const VectorXd theta =
      Eigen::Map<const VectorXd>(best_fit->theta.data(), eigen_index(best_fit->theta.size()));
  auto core = evaluate(data, theta, Order::value);
  const auto point = core ? point_of(std::move(*core), data.totals.rows, ml) : std::nullopt;
  if (!point) return failed("the likelihood cannot be evaluated at its optimum");
  const BackTransform back = back_transform(data.scale);
  const Index j = eigen_index(effect);
  const double unit = back.t(j, j);
  const FixedEffect& estimate = best_fit->fixed[effect];
  const Best best{point->deviance(ml), (estimate.estimate - back.shift[j]) / unit, estimate.std_error / unit};
  const double rise = normal_reach(level);
  const HeldEffect held(data, back.t, j, theta);
  const auto lower = crossing(held, best, rise, -1);
  const auto upper = crossing(held, best, rise, 1);
  if (!lower || !upper)
    return failed("the profile does not rise far enough, or a fit on the way did not converge");
  return Interval{*lower * unit + back.shift[j], *upper * unit + back.shift[j], level};
}

}  // namespace securebase::stats
