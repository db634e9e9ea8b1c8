#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/structural_report.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool is_given(const std::vector<Index>& given, Index variable) {
  return std::find(given.begin(), given.end(), variable) != given.end();
}

// Independent normal variables: the likelihood falls apart into one for each.
double independent_log_likelihood(const FullInformationGroup& group, const std::vector<Index>& given) {
  double sum = 0;
  for (Index variable = 0; variable < group.model.observed; ++variable) {
    if (is_given(given, variable)) continue;
    double n = 0, mean = 0, squares = 0;
    for (const bool second : {false, true})
      for (const MomentPattern& pattern : group.patterns) {
        const auto at = std::find(pattern.present.begin(), pattern.present.end(), variable);
        if (at == pattern.present.end()) continue;
        const Index i = at - pattern.present.begin();
        if (second)
          squares += pattern.n * (pattern.covariance(i, i) + std::pow(pattern.mean[i] - mean / n, 2));
        else
          n += pattern.n, mean += pattern.n * pattern.mean[i];
      }
    sum -= n / 2 * (std::log(2 * std::numbers::pi * squares / n) + 1);
  }
  return sum;
}

struct Baseline {
  double log_likelihood = 0;
  std::size_t parameters = 0;
};

Baseline baseline_of(const StructuralProblem& problem) {
  Baseline baseline;
  for (std::size_t g = 0; g < problem.fit.groups.size(); ++g) {
    const auto& group = problem.fit.groups[g];
    baseline.log_likelihood += independent_log_likelihood(group, problem.given[g]);
    baseline.parameters += 2 * (plain_index(group.model.observed) - problem.given[g].size());
  }
  return baseline;
}

// Bentler 1995: root mean square of residuals, each in units of the unrestricted SDs.
double srmr_of(const Moments& best, const Moments& implied) {
  const Index p = best.mean.size();
  const VectorXd sd = best.covariance.diagonal().cwiseSqrt();
  double squares = 0;
  for (Index a = 0; a < p; ++a) {
    squares += std::pow((best.mean[a] - implied.mean[a]) / sd[a], 2);
    for (Index b = 0; b <= a; ++b)
      squares += std::pow((best.covariance(a, b) - implied.covariance(a, b)) / (sd[a] * sd[b]), 2);
  }
  const Index moments = p * (p + 1) / 2 + p;
  return std::sqrt(squares / static_cast<double>(moments));
}

double weighted_srmr(const StructuralProblem& problem, const VectorXd& theta, const Unrestricted& best) {
  double sum = 0;
  for (std::size_t g = 0; g < problem.fit.groups.size(); ++g) {
    const auto& group = problem.fit.groups[g];
    const Moments implied = ram_at(group.model, theta)->moments(group.model.observed);
    sum += count_rows(group.patterns) / problem.fit.rows * srmr_of(best.moments[g], implied);
  }
  return sum;
}

void tell_rmsea(FitMeasures& m, double df, double rows, double groups) {
  const double scale = rows * df / groups;
  const auto from_noncentrality = [&](double lambda) { return std::sqrt(lambda / scale); };
  m.rmsea = from_noncentrality(std::max(m.chi_square - df, 0.0));
  m.rmsea_interval = Interval{from_noncentrality(chi_square_noncentrality(m.chi_square, df, 0.95)),
                              from_noncentrality(chi_square_noncentrality(m.chi_square, df, 0.05)), 0.90};
  m.rmsea_close_p = 1 - noncentral_chi_square_cdf(m.chi_square, df, scale * 0.05 * 0.05);
}

void tell_comparison(FitMeasures& m, double df) {
  const auto base_df = static_cast<double>(m.baseline_df);
  const double excess = m.chi_square - df;
  const double base_excess = m.baseline_chi_square - base_df;
  const double worst = std::max({excess, base_excess, 0.0});
  if (worst > 0) m.cfi = 1 - std::max(excess, 0.0) / worst;
  if (df > 0 && base_df > 0 && base_excess != 0) m.tli = 1 - excess * base_df / (base_excess * df);
}

bool impossible_correlations(const MatrixXd& covariance) {
  if (covariance.rows() < 2 || covariance.diagonal().minCoeff() < 0) return false;
  VectorXd scale = covariance.diagonal();
  for (Index i = 0; i < scale.size(); ++i) scale[i] = scale[i] > 0 ? 1 / std::sqrt(scale[i]) : 0;
  const MatrixXd correlation = scale.asDiagonal() * covariance * scale.asDiagonal();
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(correlation, Eigen::EigenvaluesOnly).eigenvalues()[0] <
         -1e-8;
}

}  // namespace

std::optional<Unrestricted> unrestricted(const StructuralProblem& problem) {
  Unrestricted result;
  double value = 0;
  for (const FullInformationGroup& group : problem.fit.groups) {
    auto moments = unrestricted_moments(group.patterns, group.model.observed);
    if (!moments) return std::nullopt;
    const auto one = moment_value(group.patterns, *moments, problem.fit.rows);
    if (!one) return std::nullopt;
    value += *one;
    result.moments.push_back(std::move(*moments));
  }
  result.log_likelihood = log_likelihood_of(problem.fit, value) - problem.given_log_likelihood;
  return result;
}

FitMeasures fit_measures(const StructuralProblem& problem, const VectorXd& theta, const Unrestricted& best,
                         double log_likelihood) {
  FitMeasures m;
  const std::size_t df = problem.moments - problem.parameters.size();
  const Baseline baseline = baseline_of(problem);
  m.unrestricted_log_likelihood = best.log_likelihood;
  m.chi_square = std::max(0.0, 2 * (best.log_likelihood - log_likelihood));
  m.baseline_chi_square = std::max(0.0, 2 * (best.log_likelihood - baseline.log_likelihood));
  m.baseline_df = problem.moments - baseline.parameters;
  const auto degrees = static_cast<double>(df);
  tell_comparison(m, degrees);
  m.srmr = weighted_srmr(problem, theta, best);
  if (df == 0) return m;
  m.p = chi_square_upper_p(m.chi_square, degrees);
  tell_rmsea(m, degrees, problem.fit.rows, static_cast<double>(problem.fit.groups.size()));
  return m;
}

std::optional<double> standardised(const PlacedTerm& placed, const RamPoint& at, double estimate) {
  const RamCell& cell = placed.cell;
  const auto ratio = [](double numerator, double square) -> std::optional<double> {
    if (!(square > 0)) return std::nullopt;
    return numerator / std::sqrt(square);
  };
  if (cell.matrix == RamMatrix::m) return ratio(estimate, at.C(cell.i, cell.i));
  if (cell.matrix == RamMatrix::A) {
    const auto per_target = ratio(estimate, at.C(cell.i, cell.i));
    if (!per_target || !(at.C(cell.j, cell.j) > 0)) return std::nullopt;
    return *per_target * std::sqrt(at.C(cell.j, cell.j));
  }
  if (cell.i == cell.j) return ratio(estimate, at.C(cell.i, cell.i) * at.C(cell.i, cell.i));
  if (!(at.S(cell.i, cell.i) > 0)) return std::nullopt;
  return ratio(estimate, at.S(cell.i, cell.i) * at.S(cell.j, cell.j));
}

std::vector<std::string> improper_estimates(const StructuralProblem& problem,
                                            std::span<const StructuralGroup> groups, const VectorXd& theta) {
  std::vector<std::string> result;
  for (const PlacedTerm& placed : problem.terms)
    if (placed.cell.matrix == RamMatrix::S && placed.cell.i == placed.cell.j && placed.cell.parameter &&
        theta[*placed.cell.parameter] < 0)
      result.push_back(problem.parameters[plain_index(*placed.cell.parameter)]);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto at = ram_at(problem.fit.groups[g].model, theta);
    const Index observed = problem.fit.groups[g].model.observed, latent = at->C.rows() - observed;
    if (impossible_correlations(at->S) || impossible_correlations(at->C.bottomRightCorner(latent, latent)))
      result.push_back("correlations beyond 1" + (groups.size() > 1 ? " (" + groups[g].name + ")" : ""));
  }
  return result;
}

}  // namespace securebase::stats
