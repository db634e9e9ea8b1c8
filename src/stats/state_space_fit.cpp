#include "stats/state_space_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "stats/bounded_newton.hpp"
#include "stats/identification.hpp"
#include "stats/state_space_problem.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t most_parameters = 5;
constexpr int most_iterations = 100;
using ParameterJet = Jet<most_parameters>;

tl::unexpected<Error> refuse(const char* code, const char* detail) {
  return fail(ErrorKind::bad_data, code, detail);
}

template <class S>
std::optional<S> log_likelihood(const StateSpaceProblem& problem, std::span<const S> p) {
  S sum(0);
  kalman::NoRecord record;
  for (const SeriesOfPerson& person : problem.persons) {
    const auto model = design_model<S>(problem.design, p, person.times);
    const auto one = kalman::filter(model, person.occasions, record);
    if (!one || !std::isfinite(plain(*one))) return std::nullopt;
    sum += *one;
  }
  return sum;
}

std::vector<ParameterJet> jets_at(const StateSpaceProblem& problem, const VectorXd& x) {
  std::vector<ParameterJet> p(problem.fixed_at.begin(), problem.fixed_at.end());
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    const std::size_t at = problem.free[k];
    p[at] = ParameterJet::parameter(x[eigen_index(k)] * problem.unit[at], k, problem.unit[at]);
  }
  return p;
}

std::optional<Expansion> expand(const StateSpaceProblem& problem, const VectorXd& x) {
  const auto p = jets_at(problem, x);
  const auto ll = log_likelihood<ParameterJet>(problem, p);
  if (!ll) return std::nullopt;
  const double scale = -1 / static_cast<double>(problem.values);
  Expansion e{scale * ll->value, VectorXd(x.size()), MatrixXd(x.size(), x.size())};
  std::size_t at = 0;
  for (Index i = 0; i < x.size(); ++i) {
    e.gradient[i] = scale * ll->first[plain_index(i)];
    for (Index j = 0; j <= i; ++j, ++at) e.curvature(i, j) = e.curvature(j, i) = scale * ll->second[at];
  }
  if (!e.gradient.allFinite() || !e.curvature.allFinite()) return std::nullopt;
  return e;
}

Box box_of(const StateSpaceProblem& problem) {
  Box box{VectorXd(problem.free.size()), VectorXd(problem.free.size())};
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    const DesignParameter& parameter = problem.parameters[problem.free[k]];
    box.lower[eigen_index(k)] = parameter.lower / problem.unit[problem.free[k]];
    box.upper[eigen_index(k)] = parameter.upper / problem.unit[problem.free[k]];
  }
  return box;
}

// Starts by their likelihood, best first.
std::vector<VectorXd> ranked_starts(const StateSpaceProblem& problem, const SeriesShape& shape) {
  std::vector<std::pair<double, VectorXd>> ranked;
  for (std::vector<double> p : starts(problem.parameters, shape)) {
    VectorXd x(problem.free.size());
    for (std::size_t k = 0; k < problem.free.size(); ++k)
      x[eigen_index(k)] = p[problem.free[k]] / problem.unit[problem.free[k]];
    for (std::size_t i = 0; i < p.size(); ++i)
      if (std::find(problem.free.begin(), problem.free.end(), i) == problem.free.end())
        p[i] = problem.fixed_at[i];
    if (const auto ll = log_likelihood<double>(problem, p)) ranked.emplace_back(-*ll, x);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<VectorXd> result;
  result.reserve(ranked.size());
  for (auto& [value, x] : ranked) result.push_back(x);
  return result;
}

// From the best starts; of the minima the lowest.
std::optional<Minimum> best_minimum(const StateSpaceProblem& problem, const SeriesShape& shape) {
  constexpr std::size_t tries = 3;
  std::optional<Minimum> best;
  const auto from = ranked_starts(problem, shape);
  for (std::size_t i = 0; i < std::min(tries, from.size()); ++i) {
    auto found = minimise([&](const VectorXd& x) { return expand(problem, x); }, from[i], box_of(problem),
                          {most_iterations, 1e-13, 1e-8});
    if (found && (!best || found->expansion.value < best->expansion.value - 1e-12)) best = std::move(found);
  }
  return best;
}

double estimate_of(const StateSpaceProblem& problem, const Minimum& m, std::size_t parameter) {
  const auto at = std::find(problem.free.begin(), problem.free.end(), parameter);
  if (at == problem.free.end()) return problem.fixed_at[parameter];
  return m.at[at - problem.free.begin()] * problem.unit[parameter];
}

// The free parameters that are not held, in the order of x.
std::vector<Index> moving(const Minimum& m) {
  std::vector<Index> result;
  for (std::size_t k = 0; k < m.held.size(); ++k)
    if (!m.held[k]) result.push_back(eigen_index(k));
  return result;
}

ParameterRange range_of(const DesignParameter& parameter) {
  ParameterRange range;
  if (std::isfinite(parameter.lower)) range.lower = parameter.lower;
  if (std::isfinite(parameter.upper)) range.upper = parameter.upper;
  return range;
}

void tell_parameters(StateSpaceFit& fit, const StateSpaceProblem& problem, const Minimum& m) {
  for (std::size_t i = 0; i < problem.parameters.size(); ++i) {
    StateParameter parameter{
        std::string(problem.parameters[i].name), estimate_of(problem, m, i), {}, true, false,
        range_of(problem.parameters[i])};
    fit.parameters.push_back(parameter);
  }
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    fit.parameters[problem.free[k]].fixed = false;
    fit.parameters[problem.free[k]].at_bound = m.held[k];
  }
}

void tell_errors(StateSpaceFit& fit, const StateSpaceProblem& problem, const Minimum& m) {
  const auto moves = moving(m);
  const MatrixXd information = static_cast<double>(problem.values) * m.expansion.curvature(moves, moves);
  const double negligible = moves.empty() ? 0 : 1e-12 * information.diagonal().maxCoeff();
  for (const Index i : unidentified(information, negligible))
    fit.unidentified.push_back(fit.parameters[problem.free[plain_index(moves[plain_index(i)])]].name);
  const Eigen::LLT<MatrixXd> llt(information);
  if (!fit.unidentified.empty() || llt.info() != Eigen::Success || moves.empty()) return;
  const VectorXd variances = llt.solve(MatrixXd::Identity(information.rows(), information.rows())).diagonal();
  for (std::size_t i = 0; i < moves.size(); ++i) {
    const std::size_t at = problem.free[plain_index(moves[i])];
    fit.parameters[at].std_error = std::sqrt(variances[eigen_index(i)]) * problem.unit[at];
  }
}

StateSpaceFit report(const StateSpaceProblem& problem, const Minimum& m) {
  StateSpaceFit fit;
  const auto n = static_cast<double>(problem.values);
  fit.log_likelihood = -n * m.expansion.value;
  fit.persons = problem.persons.size();
  fit.values = problem.values;
  fit.diffuse_values = diffuse_values(problem);
  const auto counted = static_cast<double>(problem.free.size() + fit.diffuse_values);
  fit.aic = -2 * fit.log_likelihood + 2 * counted;
  fit.bic = -2 * fit.log_likelihood + std::log(n) * counted;
  fit.convergence = m.convergence;
  tell_parameters(fit, problem, m);
  tell_errors(fit, problem, m);
  return fit;
}

// Squares of variances must stay within the range of a double.
bool can_be_computed(double variance) {
  return variance > 1e-60 && variance < 1e60;
}

// All variances next to nothing: the likelihood has no upper end.
bool repeats_exactly(const StateSpaceProblem& problem, const Minimum& m) {
  for (std::size_t i = 0; i < problem.parameters.size(); ++i)
    if (problem.parameters[i].kind == ParameterKind::variance &&
        problem.parameters[i].name != "level_between_variance" &&
        estimate_of(problem, m, i) > 1e-10 * problem.unit[i])
      return false;
  return true;
}

}  // namespace

std::vector<NamedValue> StateSpaceFit::values_of_parameters() const {
  std::vector<NamedValue> result;
  result.reserve(parameters.size());
  for (const StateParameter& parameter : parameters) result.push_back({parameter.name, parameter.estimate});
  return result;
}

Result<StateSpaceFit> fit_state_space(const StateDesign& design, std::span<const TimeSeries> persons) {
  auto problem = make_state_space_problem(design, persons);
  if (!problem) return tl::unexpected<Error>(problem.error());
  const SeriesShape shape = shape_of(*problem);
  if (!can_be_computed(shape.variance) || !can_be_computed(shape.roughness))
    return refuse("state_space.no_variance",
                  "the values do not vary, or too little or much for a computation");
  problem->unit = units(problem->parameters, shape);
  const auto minimum = best_minimum(*problem, shape);
  if (!minimum || repeats_exactly(*problem, *minimum))
    return refuse("state_space.no_variance",
                  "the design could repeat the values exactly: nothing to estimate");
  return report(*problem, *minimum);
}

}  // namespace securebase::stats
