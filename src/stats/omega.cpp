#include "stats/omega.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "stats/correlation.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {
namespace {

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

double squared(double x) {
  return x * x;
}

std::optional<double> ratio(double numerator, double divisor) {
  if (!(divisor > 0)) return std::nullopt;
  return numerator / divisor;
}

// One correlation leaves the sizes of two gammas open: the same for both.
FactorFit second_order_of_two(double phi) {
  const double size = std::sqrt(std::abs(phi));
  FactorFit fit;
  fit.loadings = Matrix(2, 1);
  fit.loadings(0, 0) = size;
  fit.loadings(1, 0) = phi < 0 ? -size : size;
  fit.convergence.verdict = Verdict::converged;
  return fit;
}

Result<FactorFit> second_order(const Matrix& phi) {
  if (phi.rows() < 2)
    return fail(ErrorKind::bad_data, "omega.too_few_factors", "at least two factors are needed");
  return phi.rows() == 2 ? second_order_of_two(phi(0, 1)) : minres(phi, 1);
}

int rank(Verdict verdict) {
  return static_cast<int>(verdict);
}

Convergence worse(const Convergence& a, const Convergence& b) {
  return {rank(a.verdict) > rank(b.verdict) ? a.verdict : b.verdict, std::max(a.iterations, b.iterations),
          std::max(a.gradient, b.gradient)};
}

}  // namespace

std::optional<double> omega_model_implied(const OneFactorFit& fit) {
  const double common = squared(sum(fit.loading));
  return ratio(common, common + sum(fit.uniqueness));
}

std::optional<double> omega_observed_variance(const OneFactorFit& fit, const Matrix& covariance) {
  return ratio(squared(sum(fit.loading)), variance_of_sum(covariance).value_or(0));
}

double sem_of_sum(const OneFactorFit& fit) {
  return std::sqrt(sum(fit.uniqueness));
}

Result<SchmidLeiman> schmid_leiman(const ObliqueRotation& rotated) {
  auto fit = second_order(rotated.correlation);
  if (!fit) return tl::unexpected(fit.error());
  const Eigen::MatrixXd pattern = eigen_view(rotated.loadings);
  Eigen::VectorXd gamma = eigen_view(fit->loadings).col(0);
  if ((pattern * gamma).sum() < 0) gamma = -gamma;
  const Eigen::VectorXd rest = (1 - gamma.array().square()).max(0.0).sqrt();
  return SchmidLeiman{to_vector(pattern * gamma), to_matrix(pattern * rest.asDiagonal()), to_vector(gamma),
                      std::move(fit->heywood), fit->convergence};
}

std::optional<double> omega_hierarchical(const std::vector<double>& general, const Matrix& correlation) {
  return ratio(squared(sum(general)), variance_of_sum(correlation).value_or(0));
}

std::optional<double> omega_total(const std::vector<double>& communality, const Matrix& correlation) {
  const auto unique = ratio(static_cast<double>(communality.size()) - sum(communality),
                            variance_of_sum(correlation).value_or(0));
  if (!unique) return std::nullopt;
  return 1 - *unique;
}

std::optional<double> omega_limit(double hierarchical, double total) {
  return ratio(hierarchical, total);
}

std::optional<double> explained_common_variance(const SchmidLeiman& solution) {
  double general = 0;
  for (double g : solution.general) general += g * g;
  return ratio(general, general + eigen_view(solution.group).squaredNorm());
}

Result<OmegaReport> omega(const Matrix& correlation, std::size_t factors) {
  if (factors < 2)
    return fail(ErrorKind::bad_data, "omega.too_few_factors", "at least two factors are needed");
  auto extraction = minres(correlation, factors);
  if (!extraction) return tl::unexpected(extraction.error());
  OmegaReport report;
  report.extraction = std::move(*extraction);
  report.rotation = rotate_oblimin(rotate_varimax(report.extraction.loadings));
  auto solution = schmid_leiman(report.rotation);
  if (!solution) return tl::unexpected(solution.error());
  report.solution = std::move(*solution);
  report.hierarchical = omega_hierarchical(report.solution.general, correlation);
  report.total = omega_total(report.extraction.communality, correlation);
  if (report.hierarchical && report.total) report.limit = omega_limit(*report.hierarchical, *report.total);
  report.ecv = explained_common_variance(report.solution);
  report.convergence =
      worse(worse(report.extraction.convergence, report.rotation.convergence), report.solution.convergence);
  return report;
}

}  // namespace securebase::stats
