#include "stats/distributions.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

namespace securebase::stats {
namespace {

namespace bm = boost::math;
// In double throughout, so that no result depends on how a platform widens it.
using Policy = bm::policies::policy<bm::policies::promote_double<false>>;
using Normal = bm::normal_distribution<double, Policy>;
using StudentT = bm::students_t_distribution<double, Policy>;
using FisherF = bm::fisher_f_distribution<double, Policy>;
using ChiSquared = bm::chi_squared_distribution<double, Policy>;
using NoncentralChiSquared = bm::non_central_chi_squared_distribution<double, Policy>;
using Gauss20 = bm::quadrature::gauss<double, 20>;

constexpr double infinity = std::numeric_limits<double>::infinity();
// |rho| from which the integrand of the plain form is too steep for 20 points
constexpr double steep = 0.925;

void refuse_nan(double x, const char* function) {
  if (std::isnan(x)) throw std::domain_error(std::string(function) + ": an argument is not a number");
}

double density_integral_from_zero(double h, double k, double rho) {
  const auto integrand = [&](double t) {
    const double c = std::cos(t);
    return std::exp(-(h * h - 2 * h * k * std::sin(t) + k * k) / (2 * c * c));
  };
  return Gauss20::integrate(integrand, 0.0, std::asin(rho)) / (2 * std::numbers::pi);
}

// The integrand falls from its value at s = acos(rho) to nothing where sin s is far below |h - k|.
double density_integral_to_one(double h, double k, double rho) {
  const double gap = h - k;
  const auto integrand = [&](double s) {
    const double sine = std::sin(s);
    return std::exp(-gap * gap / (2 * sine * sine) - h * k / (1 + std::cos(s)));
  };
  double sum = 0;
  double right = std::acos(rho);
  const double negligible = std::max(std::abs(gap) / 9, 1e-18);  // exp(-81/2) is below 1e-17
  while (right > negligible) {
    sum += Gauss20::integrate(integrand, right / 2, right);
    right /= 2;
  }
  return sum / (2 * std::numbers::pi);
}

double steep_positive(double h, double k, double rho) {
  return std::clamp(normal_cdf(std::min(h, k)) - density_integral_to_one(h, k, rho), 0.0, 1.0);
}

double finite_bivariate(double h, double k, double rho) {
  if (rho >= steep) return steep_positive(h, k, rho);
  if (rho <= -steep) return std::max(0.0, normal_cdf(h) - steep_positive(h, -k, -rho));
  return std::clamp(normal_cdf(h) * normal_cdf(k) + density_integral_from_zero(h, k, rho), 0.0, 1.0);
}

}  // namespace

double normal_density(double x) {
  refuse_nan(x, "normal_density");
  return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi);
}

double normal_cdf(double x) {
  refuse_nan(x, "normal_cdf");
  return std::erfc(-x / std::numbers::sqrt2) / 2;
}

double normal_quantile(double p) {
  if (p == 0) return -infinity;
  if (p == 1) return infinity;
  return bm::quantile(Normal(), p);
}

double normal_reach(double level) {
  if (!(level > 0 && level < 1)) throw std::domain_error("normal_reach: level must lie between 0 and 1");
  return bm::quantile(bm::complement(Normal(), (1 - level) / 2));
}

double student_t_cdf(double t, double df) {
  return bm::cdf(StudentT(df), t);
}

double student_t_quantile(double p, double df) {
  return bm::quantile(StudentT(df), p);
}

double student_t_two_sided_p(double t, double df) {
  return 2 * bm::cdf(StudentT(df), -std::abs(t));
}

double f_quantile(double p, double df1, double df2) {
  return bm::quantile(FisherF(df1, df2), p);
}

double f_upper_p(double x, double df1, double df2) {
  return bm::cdf(bm::complement(FisherF(df1, df2), x));
}

double chi_square_upper_p(double x, double df) {
  return bm::cdf(bm::complement(ChiSquared(df), x));
}

double noncentral_chi_square_cdf(double x, double df, double noncentrality) {
  return bm::cdf(NoncentralChiSquared(df, noncentrality), x);
}

double chi_square_noncentrality(double x, double df, double p) {
  if (!(p > 0 && p < 1)) throw std::domain_error("chi_square_noncentrality: p must lie between 0 and 1");
  if (noncentral_chi_square_cdf(x, df, 0) <= p) return 0;
  double low = 0, high = x + 1;
  while (noncentral_chi_square_cdf(x, df, high) > p) high *= 2;
  for (int halving = 0; halving < 200 && high - low > 1e-13 * high; ++halving) {
    const double middle = (low + high) / 2;
    (noncentral_chi_square_cdf(x, df, middle) > p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double bivariate_normal_density(double h, double k, double rho) {
  const double q = (1 - rho) * (1 + rho);
  if (!(q > 0)) throw std::domain_error("bivariate_normal_density: rho must lie strictly between -1 and 1");
  refuse_nan(h, "bivariate_normal_density");
  refuse_nan(k, "bivariate_normal_density");
  if (!std::isfinite(h) || !std::isfinite(k)) return 0;
  return std::exp(-(h * h - 2 * rho * h * k + k * k) / (2 * q)) / (2 * std::numbers::pi * std::sqrt(q));
}

double bivariate_normal_cdf(double h, double k, double rho) {
  if (!(std::abs(rho) <= 1)) throw std::domain_error("bivariate_normal_cdf: rho must lie between -1 and 1");
  refuse_nan(h, "bivariate_normal_cdf");
  refuse_nan(k, "bivariate_normal_cdf");
  if (h == -infinity || k == -infinity) return 0;
  if (h == infinity) return normal_cdf(k);
  if (k == infinity) return normal_cdf(h);
  return finite_bivariate(h, k, rho);
}

}  // namespace securebase::stats
