#include "stats/line_update.hpp"

#include <stdexcept>

namespace securebase::stats {

double line_variance(const LineCovariance& g, double x) {
  return g[0] + 2 * x * g[1] + x * x * g[2];
}

LineUpdate::LineUpdate(const LineCovariance& between, double residual_variance)
    : between_(between), residual_variance_(residual_variance) {
  const double rounding = 1e-9 * between[0] * between[2];
  if (!(between[0] >= 0 && between[2] >= 0 && between[0] * between[2] - between[1] * between[1] >= -rounding))
    throw std::domain_error("line update: not a covariance");
  if (!(residual_variance > 0)) throw std::domain_error("line update: residual variance");
}

void LineUpdate::see(double x, double difference) {
  ++seen_;
  sx_ += x;
  sxx_ += x * x;
  sy_ += difference;
  sxy_ += x * difference;
}

// C = (I + G S / s2)^-1 G, which exists for a G without inverse too. With M = I + G S / s2, 2 x 2.
LineCovariance LineUpdate::covariance() const {
  const auto [a, b, d] = between_;
  const auto n = static_cast<double>(seen_);
  const double s2 = residual_variance_;
  const double m00 = 1 + (a * n + b * sx_) / s2;
  const double m01 = (a * sx_ + b * sxx_) / s2;
  const double m10 = (b * n + d * sx_) / s2;
  const double m11 = 1 + (b * sx_ + d * sxx_) / s2;
  const double det = m00 * m11 - m01 * m10;
  return {(m11 * a - m01 * b) / det, (m11 * b - m01 * d) / det, (m00 * d - m10 * b) / det};
}

std::array<double, 2> LineUpdate::mean() const {
  const auto [a, b, d] = covariance();
  return {(a * sy_ + b * sxy_) / residual_variance_, (b * sy_ + d * sxy_) / residual_variance_};
}

}  // namespace securebase::stats
