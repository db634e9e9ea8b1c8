#include "stats/structural_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"
#include "stats/identification.hpp"
#include "stats/parameter_formula.hpp"
#include "stats/structural_report.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

bool is_complete(const StructuralProblem& problem) {
  return std::all_of(problem.fit.groups.begin(), problem.fit.groups.end(), [](const auto& group) {
    return group.patterns.size() == 1 && group.patterns[0].mean.size() == group.model.observed;
  });
}

StandardErrors chosen(const StructuralProblem& problem, StandardErrors asked) {
  if (asked != StandardErrors::automatic) return asked;
  return is_complete(problem) ? StandardErrors::expected : StandardErrors::observed;
}

std::optional<MatrixXd> inverse_of(const MatrixXd& information) {
  const Eigen::LLT<MatrixXd> llt(information);
  if (llt.info() != Eigen::Success) return std::nullopt;
  return llt.solve(MatrixXd::Identity(information.rows(), information.cols()));
}

// What follows from the minimum before any report: covariance of theta, and which parameters have none.
struct Uncertainty {
  std::optional<MatrixXd> covariance;
  std::vector<Index> unidentified;
  double robust_trace = 0;  // tr(B0 A0^-1)
};

Uncertainty uncertainty_of(const StructuralProblem& problem, std::span<const StructuralGroup> groups,
                           const Minimum& m, StandardErrors kind) {
  const MatrixXd expected = expand_fit(problem.fit, m.at, Information::expected)->curvature;
  Uncertainty result{{}, unidentified(expected), 0};
  if (!result.unidentified.empty()) return result;
  const auto inverse = inverse_of(kind == StandardErrors::expected ? expected : m.expansion.curvature);
  if (!inverse) return result;
  result.covariance = *inverse / problem.fit.rows;
  if (kind != StandardErrors::robust) return result;
  const MatrixXd products = score_products(problem, groups, m.at);
  result.covariance = *inverse * products * *inverse / problem.fit.rows;
  result.robust_trace = (products * *inverse).trace();
  return result;
}

template <class Told>
void tell_error(Told& told, std::optional<double> variance, double level) {
  told.interval = {told.estimate, told.estimate, level};
  if (!variance || !(*variance >= 0)) return;
  told.std_error = std::sqrt(*variance);
  const double reach = normal_reach(level) * *told.std_error;
  told.interval = {told.estimate - reach, told.estimate + reach, level};
  if (!(*told.std_error > 0)) return;
  told.z = told.estimate / *told.std_error;
  told.p = 2 * normal_cdf(-std::abs(*told.z));
}

void tell_estimates(StructuralFit& fit, const StructuralProblem& problem, const VectorXd& theta,
                    const std::optional<MatrixXd>& covariance, double level) {
  std::vector<RamPoint> points;
  points.reserve(problem.fit.groups.size());
  for (const auto& group : problem.fit.groups) points.push_back(*ram_at(group.model, theta));
  for (const PlacedTerm& placed : problem.terms) {
    StructuralEstimate told;
    told.group = placed.group;
    told.term = placed.term;
    const auto& parameter = placed.cell.parameter;
    told.estimate = parameter ? theta[*parameter] : placed.cell.value;
    std::optional<double> variance;
    if (parameter && covariance) variance = (*covariance)(*parameter, *parameter);
    tell_error(told, variance, level);
    told.standardised = standardised(placed, points[placed.group], told.estimate);
    fit.estimates.push_back(std::move(told));
  }
}

std::optional<Error> tell_defined(StructuralFit& fit, const StructuralProblem& problem, const VectorXd& theta,
                                  const std::optional<MatrixXd>& covariance,
                                  const StructuralOptions& options) {
  std::map<std::string, Differentiated> known;
  for (Index k = 0; k < theta.size(); ++k)
    known[problem.parameters[plain_index(k)]] = {theta[k], VectorXd::Unit(theta.size(), k)};
  for (const DefinedParameter& defined : options.defined) {
    const auto value = evaluate_formula(defined.formula, known, theta.size());
    if (!value) {
      Error error = value.error();
      error.detail = defined.name + ": " + error.detail;
      return error;
    }
    known[defined.name] = *value;
    DefinedEstimate told;
    told.name = defined.name;
    told.estimate = value->value;
    std::optional<double> variance;
    if (covariance) variance = value->gradient.dot(*covariance * value->gradient);
    tell_error(told, variance, options.level);
    fit.defined.push_back(told);
  }
  return std::nullopt;
}

void tell_information_criteria(StructuralFit& fit) {
  const auto k = static_cast<double>(fit.parameters.size()), n = static_cast<double>(fit.rows);
  fit.aic = -2 * fit.log_likelihood + 2 * k;
  fit.bic = -2 * fit.log_likelihood + std::log(n) * k;
  fit.bic_adjusted = -2 * fit.log_likelihood + std::log((n + 2) / 24) * k;
}

void tell_measures(StructuralFit& fit, const StructuralProblem& problem,
                   std::span<const StructuralGroup> groups, const Minimum& m, const Uncertainty& uncertainty,
                   StandardErrors kind) {
  const auto best = unrestricted(problem);
  if (!best) return;
  fit.measures = fit_measures(problem, m.at, *best, fit.log_likelihood);
  if (kind == StandardErrors::robust && uncertainty.covariance)
    fit.measures->scaling = chi_square_scaling(problem, groups, *best, uncertainty.robust_trace, fit.df);
}

void tell_verdict(StructuralFit& fit, const StructuralProblem& problem,
                  std::span<const StructuralGroup> groups, const Minimum& m,
                  const std::vector<Index>& unidentified_at) {
  fit.convergence = m.convergence;
  for (const Index i : unidentified_at) fit.unidentified.push_back(problem.parameters[plain_index(i)]);
  fit.improper = improper_estimates(problem, groups, m.at);
  if (!fit.improper.empty() && fit.convergence.verdict == Verdict::converged)
    fit.convergence.verdict = Verdict::at_boundary;
}

Result<StructuralFit> report(const StructuralProblem& problem, std::span<const StructuralGroup> groups,
                             const Minimum& m, const StructuralOptions& options) {
  StructuralFit fit;
  const StandardErrors kind = chosen(problem, options.errors);
  const Uncertainty uncertainty = uncertainty_of(problem, groups, m, kind);
  fit.parameters = problem.parameters;
  fit.theta = to_vector(m.at);
  if (uncertainty.covariance) fit.covariance = to_matrix(*uncertainty.covariance);
  fit.log_likelihood = log_likelihood_of(problem.fit, m.expansion.value) - problem.given_log_likelihood;
  fit.rows = static_cast<std::size_t>(problem.fit.rows);
  fit.df = problem.moments - problem.parameters.size();
  tell_estimates(fit, problem, m.at, uncertainty.covariance, options.level);
  if (auto fault = tell_defined(fit, problem, m.at, uncertainty.covariance, options))
    return tl::unexpected<Error>(*fault);
  tell_information_criteria(fit);
  tell_measures(fit, problem, groups, m, uncertainty, kind);
  tell_verdict(fit, problem, groups, m, uncertainty.unidentified);
  return fit;
}

}  // namespace

Result<StructuralFit> fit_structural(std::span<const StructuralGroup> groups,
                                     const StructuralOptions& options) {
  const auto problem = make_structural_problem(groups);
  if (!problem) return tl::unexpected<Error>(problem.error());
  const auto minimum = minimise_fit(problem->fit, problem->start);
  if (!minimum)
    return fail(
        ErrorKind::bad_data, "structural.start",
        "no likelihood where the search begins: variances of 0, or starts that do not fit each other");
  return report(*problem, groups, *minimum, options);
}

std::optional<ModelComparison> compare_models(const StructuralFit& nested, const StructuralFit& wider) {
  if (nested.df <= wider.df) return std::nullopt;
  ModelComparison comparison{std::max(0.0, 2 * (wider.log_likelihood - nested.log_likelihood)),
                             nested.df - wider.df, 1};
  comparison.p = chi_square_upper_p(comparison.chi_square, static_cast<double>(comparison.df));
  return comparison;
}

}  // namespace securebase::stats
