#pragma once
// A position on two dimensions measured with error: what two scores say, how sure that is, and how it lies to
// lines and landmarks. Dimension 0 and dimension 1 are two scores of one person; in this program anxiety and
// avoidance. Units are the caller's: those of the scores, or standard ones.

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace securebase::stats {

using Pair = std::array<double, 2>;

/// A symmetric 2 x 2 matrix.
struct Covariance2 {
  double first = 0;   ///< variance of dimension 0
  double cross = 0;   ///< covariance
  double second = 0;  ///< variance of dimension 1

  bool operator==(const Covariance2&) const = default;
};

/// A position as it is known: normal with this mean and covariance.
struct Belief2 {
  Pair mean{0, 0};
  Covariance2 covariance;

  bool operator==(const Belief2&) const = default;
};

/// Variances at least 0 and, beyond rounding, no correlation beyond -1 and 1.
[[nodiscard]] bool is_covariance(const Covariance2& covariance);
/// 0 where a variance is 0.
[[nodiscard]] double correlation_of(const Covariance2& covariance);

/// Of two scores over people, and of their error within people.
struct ScorePair {
  Pair mean{0, 0};
  Pair sd{1, 1};           ///< above 0
  Pair reliability{1, 1};  ///< 0 to 1
  double correlation = 0;  ///< of the observed scores, within -1 and 1
};

/// E = diag(sd^2 (1 - reliability)).
[[nodiscard]] Covariance2 error_covariance(const ScorePair& scores);

struct RegressedPosition {
  std::array<Pair, 2> gain{};  ///< K, row by row
  Belief2 position;
};

/// The multivariate regression of true on observed scores (Kelley 1947, Fundamentals of Statistics; the Bayes
/// posterior of a normal model):
///   Sigma = D R D, E as above, T = Sigma - E, K = T Sigma^-1, m = mean + K (x - mean), V = T - K T.
/// Nothing where Sigma is singular or T is no covariance: reliabilities and correlation contradict each
/// other.
[[nodiscard]] std::optional<RegressedPosition> regress_position(const ScorePair& scores,
                                                                const Pair& observed);

/// The same for a covariance of error that is known otherwise: T is the true scores' covariance.
[[nodiscard]] std::optional<RegressedPosition> regress_position(const Pair& mean,
                                                                const Covariance2& true_scores,
                                                                const Covariance2& error,
                                                                const Pair& observed);

/// The ellipse that holds a normal position with probability `level`: eigenvalues of the covariance times
/// -2 ln(1 - level), the chi-square quantile with 2 degrees of freedom.
struct EllipseAxes {
  double semi_major = 0;
  double semi_minor = 0;
  double angle = 0;  ///< of the major axis, radians from dimension 0 towards 1, in (-pi/2, pi/2]
};
[[nodiscard]] EllipseAxes ellipse_of(const Covariance2& covariance, double level = 0.95);

/// d' V^-1 d; nothing where V is singular. Chi-square with 2 degrees of freedom where d is noise.
[[nodiscard]] std::optional<double> mahalanobis_square(const Pair& d, const Covariance2& covariance);

/// How much of a normal position lies in each quadrant about a cut; the four add up to 1.
struct Quadrants {
  double low_low = 0;
  double high_low = 0;  ///< dimension 0 above, dimension 1 below
  double low_high = 0;  ///< dimension 0 below, dimension 1 above
  double high_high = 0;
};
[[nodiscard]] Quadrants quadrants(const Belief2& position, const Pair& cut);
/// Averaged over cuts from + u (to - from), u uniform between 0 and 1 (20-point Gauss-Legendre on 8 pieces).
[[nodiscard]] Quadrants quadrants_over(const Belief2& position, const Pair& from, const Pair& to);

/// exp(-|z - c|^2 / (2 tau^2)) for c = (-1, -1), (1, -1), (-1, 1), (1, 1), made to add up to 1: a similarity
/// to landmarks. tau above 0.
[[nodiscard]] Quadrants landmark_memberships(const Pair& z, double tau = 1);

/// A level that stays and deviations that return to it (after Fraley & Roberts 2005, Psychological Review
/// 112, 60; own parametrisation): A_t = beta A_{t-1} + lambda P + e_t, P standard normal and fixed, e_t with
/// SD s_e. With g = lambda / (1 - beta):
///   rho = g^2 / (g^2 + s_e^2 / (1 - beta^2)),    r(k) = rho + (1 - rho) beta^k.
struct PrototypeProcess {
  double beta = 0;    ///< 0 to below 1
  double lambda = 0;  ///< any
  double sd = 0;      ///< s_e, at least 0
};
/// Nothing where neither part varies.
[[nodiscard]] std::optional<double> staying_share(const PrototypeProcess& process);
/// Correlation of two moments `lag` apart.
[[nodiscard]] std::optional<double> stability_at(const PrototypeProcess& process, double lag);
/// The revisionist process A_t = A_{t-1} + b (E_t - A_{t-1}) with independent E: (1 - b)^lag, 0 <= b <= 1.
[[nodiscard]] double revised_stability_at(double b, double lag);

}  // namespace securebase::stats
