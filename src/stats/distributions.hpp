#pragma once
// Distribution functions and quantiles. Probabilities lie between 0 and 1, degrees of freedom above 0 (whole
// or not). An argument outside its range, NaN among them, is a bug of the caller: std::domain_error.
// Accuracy: relative 1e-12 or better for the univariate functions, absolute 1e-15 for the bivariate normal.
// Sources: the C library's erfc, and Boost.Math for everything that is not written out here.

namespace securebase::stats {

[[nodiscard]] double normal_density(double x);
[[nodiscard]] double normal_cdf(double x);

/// Inverse of normal_cdf; 0 and 1 give minus and plus infinity.
[[nodiscard]] double normal_quantile(double p);

/// The z within which a normal variable falls with probability `level`, 0 < level < 1: 0.95 gives
/// 1.959963984540...
[[nodiscard]] double normal_reach(double level);

[[nodiscard]] double student_t_cdf(double t, double df);
[[nodiscard]] double student_t_quantile(double p, double df);  ///< 0 < p < 1

/// P(|T| >= |t|).
[[nodiscard]] double student_t_two_sided_p(double t, double df);

[[nodiscard]] double f_quantile(double p, double df1, double df2);  ///< 0 <= p < 1
[[nodiscard]] double f_upper_p(double x, double df1, double df2);   ///< P(X >= x), x >= 0

/// P(X >= x), x >= 0.
[[nodiscard]] double chi_square_upper_p(double x, double df);

/// P(X <= x) of the noncentral chi-square, x >= 0, noncentrality >= 0.
[[nodiscard]] double noncentral_chi_square_cdf(double x, double df, double noncentrality);

/// The noncentrality at which P(X <= x) is p, 0 < p < 1; 0 where even without any it is not above p.
[[nodiscard]] double chi_square_noncentrality(double x, double df, double p);

/// Density of two standard normal variables with correlation rho, |rho| < 1; 0 where h or k is infinite.
[[nodiscard]] double bivariate_normal_density(double h, double k, double rho);

/// P(X <= h, Y <= k) for standard normal X, Y with correlation rho, -1 <= rho <= 1; h and k may be infinite.
/// From d P / d rho = density (Plackett 1954, Biometrika 41, 351), with A = 0 .. asin rho, B = 0 .. acos rho:
///   |rho| < 0.925    Phi(h) Phi(k) + 1/(2 pi) int_A exp(-(h^2 - 2 h k sin t + k^2) / (2 cos^2 t)) dt
///   rho >= 0.925     Phi(min(h, k)) - 1/(2 pi) int_B exp(-(h - k)^2 / (2 sin^2 s) - h k / (1 + cos s)) ds
///   rho <= -0.925    Phi(h) - P(h, -k, -rho)
/// by 20-point Gauss-Legendre; the second integral on intervals halving towards s = 0 (the panel count of the
/// first follows Genz 2004, Statistics and Computing 14, 251).
[[nodiscard]] double bivariate_normal_cdf(double h, double k, double rho);

}  // namespace securebase::stats
