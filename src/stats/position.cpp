#include "stats/position.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

double determinant(const Covariance2& m) {
  return m.first * m.second - m.cross * m.cross;
}

// Below this share of the product of variances a determinant is rounding.
constexpr double singular = 1e-14;

bool is_regular(const Covariance2& m) {
  return m.first > 0 && m.second > 0 && determinant(m) > singular * m.first * m.second;
}

// a b^-1, row by row.
std::array<Pair, 2> divide(const Covariance2& a, const Covariance2& b) {
  const double det = determinant(b);
  return {
      Pair{(a.first * b.second - a.cross * b.cross) / det, (a.cross * b.first - a.first * b.cross) / det},
      Pair{(a.cross * b.second - a.second * b.cross) / det, (a.second * b.first - a.cross * b.cross) / det}};
}

Quadrants normalised(const std::array<double, 4>& logs) {
  const double top = *std::max_element(logs.begin(), logs.end());
  std::array<double, 4> weights{};
  double sum = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) sum += weights[i] = std::exp(logs[i] - top);
  return {weights[0] / sum, weights[1] / sum, weights[2] / sum, weights[3] / sum};
}

// Points and weights of Gauss-Legendre with 20 points, the half above 0 (Abramowitz & Stegun 1964,
// table 25.4).
constexpr double nodes[] = {0.0765265211334973, 0.2277858511416451, 0.3737060887154195, 0.5108670019508271,
                            0.6360536807265150, 0.7463319064601508, 0.8391169718222188, 0.9122344282513259,
                            0.9639719272779138, 0.9931285991850949};
constexpr double weights[] = {0.1527533871307258, 0.1491729864726037, 0.1420961093183820, 0.1316886384491766,
                              0.1181945319615184, 0.1019301198172404, 0.0832767415767048, 0.0626720483341091,
                              0.0406014298003869, 0.0176140071391521};

void add(Quadrants& sum, const Quadrants& part, double weight) {
  sum.low_low += weight * part.low_low;
  sum.high_low += weight * part.high_low;
  sum.low_high += weight * part.low_high;
  sum.high_high += weight * part.high_high;
}

}  // namespace

bool is_covariance(const Covariance2& covariance) {
  if (!(std::isfinite(covariance.first) && std::isfinite(covariance.cross) &&
        std::isfinite(covariance.second)))
    return false;
  const double product = covariance.first * covariance.second;
  return covariance.first >= 0 && covariance.second >= 0 &&
         covariance.cross * covariance.cross <= product * (1 + 1e-12);
}

double correlation_of(const Covariance2& covariance) {
  const double scale = std::sqrt(covariance.first * covariance.second);
  return scale > 0 ? std::clamp(covariance.cross / scale, -1.0, 1.0) : 0;
}

Covariance2 error_covariance(const ScorePair& scores) {
  return {scores.sd[0] * scores.sd[0] * (1 - scores.reliability[0]), 0,
          scores.sd[1] * scores.sd[1] * (1 - scores.reliability[1])};
}

std::optional<RegressedPosition> regress_position(const ScorePair& scores, const Pair& observed) {
  const Covariance2 error = error_covariance(scores);
  const Covariance2 true_scores{scores.sd[0] * scores.sd[0] - error.first,
                                scores.correlation * scores.sd[0] * scores.sd[1],
                                scores.sd[1] * scores.sd[1] - error.second};
  return regress_position(scores.mean, true_scores, error, observed);
}

std::optional<RegressedPosition> regress_position(const Pair& mean, const Covariance2& true_scores,
                                                  const Covariance2& error, const Pair& observed) {
  const Covariance2 both{true_scores.first + error.first, true_scores.cross + error.cross,
                         true_scores.second + error.second};
  if (!is_covariance(true_scores) || !is_covariance(error) || !is_regular(both)) return std::nullopt;
  RegressedPosition result;
  result.gain = divide(true_scores, both);
  const auto& k = result.gain;
  const Pair d{observed[0] - mean[0], observed[1] - mean[1]};
  result.position.mean = {mean[0] + k[0][0] * d[0] + k[0][1] * d[1],
                          mean[1] + k[1][0] * d[0] + k[1][1] * d[1]};
  const Covariance2& t = true_scores;
  result.position.covariance = {t.first - (k[0][0] * t.first + k[0][1] * t.cross),
                                t.cross - (k[0][0] * t.cross + k[0][1] * t.second),
                                t.second - (k[1][0] * t.cross + k[1][1] * t.second)};
  return result;
}

EllipseAxes ellipse_of(const Covariance2& covariance, double level) {
  if (!(level > 0 && level < 1)) throw std::domain_error("level must lie between 0 and 1");
  const double half_sum = (covariance.first + covariance.second) / 2;
  const double half_difference = (covariance.first - covariance.second) / 2;
  const double spread = std::hypot(half_difference, covariance.cross);
  const double quantile = -2 * std::log1p(-level);
  EllipseAxes axes;
  axes.semi_major = std::sqrt(quantile * (half_sum + spread));
  axes.semi_minor = std::sqrt(quantile * std::max(0.0, half_sum - spread));
  if (spread > 0) axes.angle = std::atan2(covariance.cross, half_difference) / 2;
  return axes;
}

std::optional<double> mahalanobis_square(const Pair& d, const Covariance2& covariance) {
  if (!is_regular(covariance)) return std::nullopt;
  return (d[0] * d[0] * covariance.second - 2 * d[0] * d[1] * covariance.cross +
          d[1] * d[1] * covariance.first) /
         determinant(covariance);
}

Quadrants quadrants(const Belief2& position, const Pair& cut) {
  const auto z = [&](std::size_t i, double variance) {
    const double distance = cut[i] - position.mean[i];
    if (variance > 0) return distance / std::sqrt(variance);
    return distance > 0 ? HUGE_VAL : -HUGE_VAL;  // on the line counts as above
  };
  const double h = z(0, position.covariance.first);
  const double k = z(1, position.covariance.second);
  const double rho = correlation_of(position.covariance);
  Quadrants result;
  result.low_low = bivariate_normal_cdf(h, k, rho);
  result.high_low = bivariate_normal_cdf(-h, k, -rho);
  result.low_high = bivariate_normal_cdf(h, -k, -rho);
  result.high_high = bivariate_normal_cdf(-h, -k, rho);
  return result;
}

Quadrants quadrants_over(const Belief2& position, const Pair& from, const Pair& to) {
  constexpr int pieces = 8;
  Quadrants sum;
  const auto at = [&](double u) {
    return quadrants(position, {from[0] + u * (to[0] - from[0]), from[1] + u * (to[1] - from[1])});
  };
  for (int piece = 0; piece < pieces; ++piece)
    for (std::size_t i = 0; i < std::size(nodes); ++i) {
      const double middle = (piece + 0.5) / pieces;
      const double reach = nodes[i] / (2 * pieces);
      add(sum, at(middle - reach), weights[i] / (2 * pieces));
      add(sum, at(middle + reach), weights[i] / (2 * pieces));
    }
  return sum;
}

Quadrants landmark_memberships(const Pair& z, double tau) {
  if (!(tau > 0)) throw std::domain_error("tau must be above 0");
  const auto log_weight = [&](double a, double b) {
    return -((z[0] - a) * (z[0] - a) + (z[1] - b) * (z[1] - b)) / (2 * tau * tau);
  };
  return normalised({log_weight(-1, -1), log_weight(1, -1), log_weight(-1, 1), log_weight(1, 1)});
}

std::optional<double> staying_share(const PrototypeProcess& process) {
  if (!(process.beta >= 0 && process.beta < 1 && process.sd >= 0))
    throw std::domain_error("beta must lie from 0 to below 1, the SD at or above 0");
  const double level = process.lambda / (1 - process.beta);
  const double moving = process.sd * process.sd / (1 - process.beta * process.beta);
  const double all = level * level + moving;
  if (!(all > 0)) return std::nullopt;
  return level * level / all;
}

std::optional<double> stability_at(const PrototypeProcess& process, double lag) {
  const auto rho = staying_share(process);
  if (!rho) return std::nullopt;
  return *rho + (1 - *rho) * std::pow(process.beta, lag);
}

double revised_stability_at(double b, double lag) {
  if (!(b >= 0 && b <= 1)) throw std::domain_error("b must lie between 0 and 1");
  return std::pow(1 - b, lag);
}

}  // namespace securebase::stats
