#include "stats/state_space_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "stats/bounded_newton.hpp"
#include "stats/identification.hpp"
#include "stats/state_design_model.hpp"
#include "stats/state_design_start.hpp"

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

struct Person {
  std::vector<double> times;
  std::vector<Occasion> occasions;
};

// Everything the likelihood is made of. x holds the free parameters in units of `unit`.
struct Problem {
  StateDesign design;
  std::vector<Person> persons;
  std::vector<DesignParameter> parameters;
  std::vector<double> fixed_at;   // of all parameters; of account where not free
  std::vector<std::size_t> free;  // indices into parameters
  std::vector<double> unit;       // of all parameters
  std::size_t values = 0;
};

template <class S>
std::optional<S> log_likelihood(const Problem& problem, std::span<const S> p) {
  S sum(0);
  kalman::NoRecord record;
  for (const Person& person : problem.persons) {
    const auto model = design_model<S>(problem.design, p, person.times);
    const auto one = kalman::filter(model, person.occasions, record);
    if (!one || !std::isfinite(plain(*one))) return std::nullopt;
    sum += *one;
  }
  return sum;
}

std::vector<ParameterJet> jets_at(const Problem& problem, const VectorXd& x) {
  std::vector<ParameterJet> p(problem.fixed_at.begin(), problem.fixed_at.end());
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    const std::size_t at = problem.free[k];
    p[at] = ParameterJet::parameter(x[eigen_index(k)] * problem.unit[at], k, problem.unit[at]);
  }
  return p;
}

std::optional<Expansion> expand(const Problem& problem, const VectorXd& x) {
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

Box box_of(const Problem& problem) {
  Box box{VectorXd(problem.free.size()), VectorXd(problem.free.size())};
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    const DesignParameter& parameter = problem.parameters[problem.free[k]];
    box.lower[eigen_index(k)] = parameter.lower / problem.unit[problem.free[k]];
    box.upper[eigen_index(k)] = parameter.upper / problem.unit[problem.free[k]];
  }
  return box;
}

// Starts by their likelihood, best first.
std::vector<VectorXd> ranked_starts(const Problem& problem, const SeriesShape& shape) {
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
  for (auto& [value, x] : ranked) result.push_back(x);
  return result;
}

// From the best starts; of the minima the lowest.
std::optional<Minimum> best_minimum(const Problem& problem, const SeriesShape& shape) {
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

std::optional<Error> fault_of_series(const StateDesign& design, std::span<const TimeSeries> persons) {
  for (const TimeSeries& person : persons) {
    if (person.times.size() != person.values.size())
      return refuse("state_space.shape", "every time needs a value, which may be missing").value();
    for (const auto& value : person.values)
      if (value && !std::isfinite(*value))
        return refuse("state_space.not_finite", "values must be finite").value();
    if (auto fault = fault_of(design, person.times)) return fault;
  }
  const bool varying = design.kind == StateDesignKind::prototype && design.level == PrototypeLevel::varying;
  if (varying && persons.size() < 2)
    return refuse("state_space.one_person", "how the level varies over persons needs several persons")
        .value();
  return std::nullopt;
}

// Persons without any value say nothing; occasions after the last value and before the first neither.
std::vector<Person> with_values(std::span<const TimeSeries> persons) {
  std::vector<Person> result;
  for (const TimeSeries& series : persons) {
    Person person;
    std::size_t last = 0;
    for (std::size_t t = 0; t < series.values.size(); ++t) {
      if (!series.values[t] && person.times.empty()) continue;
      person.times.push_back(series.times[t]);
      person.occasions.push_back({series.values[t]});
      if (series.values[t]) last = person.times.size();
    }
    person.times.resize(last);
    person.occasions.resize(last);
    if (last > 0) result.push_back(std::move(person));
  }
  return result;
}

std::optional<Error> hold_fixed(Problem& problem) {
  problem.fixed_at.assign(problem.parameters.size(), 0);
  std::size_t known = 0;
  for (std::size_t i = 0; i < problem.parameters.size(); ++i) {
    const DesignParameter& parameter = problem.parameters[i];
    const auto at = std::find_if(problem.design.fixed.begin(), problem.design.fixed.end(),
                                 [&](const NamedValue& v) { return v.name == parameter.name; });
    if (at == problem.design.fixed.end()) {
      problem.free.push_back(i);
      continue;
    }
    ++known;
    if (!(at->value >= parameter.lower && at->value <= parameter.upper) || !std::isfinite(at->value))
      return refuse("state_space.parameters", "a fixed parameter lies outside its range").value();
    problem.fixed_at[i] = at->value;
  }
  if (known != problem.design.fixed.size())
    return refuse("state_space.parameters", "a fixed parameter the design does not have, or one twice")
        .value();
  return std::nullopt;
}

std::size_t diffuse_values(const Problem& problem) {
  if (problem.design.start) return 0;
  return problem.persons.size() * plain_index(states_of(problem.design).diffuse);
}

Result<Problem> make_problem(const StateDesign& design, std::span<const TimeSeries> persons) {
  if (auto fault = fault_of_series(design, persons)) return tl::unexpected<Error>(*fault);
  Problem problem{design, with_values(persons), {}, {}, {}, {}, 0};
  if (problem.persons.empty()) return refuse("state_space.no_values", "there is no value at all");
  const bool whole = std::all_of(problem.persons.begin(), problem.persons.end(),
                                 [](const Person& p) { return gaps_are_whole(p.times); });
  problem.parameters = design_parameters(design, whole);
  if (auto fault = hold_fixed(problem)) return tl::unexpected<Error>(*fault);
  for (const Person& person : problem.persons)
    problem.values += plain_index(std::count_if(person.occasions.begin(), person.occasions.end(),
                                                [](const Occasion& o) { return o[0].has_value(); }));
  if (problem.values <= problem.free.size() + diffuse_values(problem))
    return refuse("state_space.too_few_values", "more values than parameters and unknown starts are needed");
  return problem;
}

SeriesShape shape_of(const Problem& problem) {
  SeriesShapeSums sums;
  for (const Person& person : problem.persons) {
    sums.next_person();
    for (std::size_t t = 0; t < person.times.size(); ++t)
      if (person.occasions[t][0]) sums.add(person.times[t], *person.occasions[t][0]);
  }
  return sums.shape();
}

double estimate_of(const Problem& problem, const Minimum& m, std::size_t parameter) {
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

void tell_parameters(StateSpaceFit& fit, const Problem& problem, const Minimum& m) {
  for (std::size_t i = 0; i < problem.parameters.size(); ++i) {
    StateParameter parameter{
        std::string(problem.parameters[i].name), estimate_of(problem, m, i), {}, true, false};
    fit.parameters.push_back(parameter);
  }
  for (std::size_t k = 0; k < problem.free.size(); ++k) {
    fit.parameters[problem.free[k]].fixed = false;
    fit.parameters[problem.free[k]].at_bound = m.held[k];
  }
}

void tell_errors(StateSpaceFit& fit, const Problem& problem, const Minimum& m) {
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

StateSpaceFit report(const Problem& problem, const Minimum& m) {
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
bool repeats_exactly(const Problem& problem, const Minimum& m) {
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
  for (const StateParameter& parameter : parameters) result.push_back({parameter.name, parameter.estimate});
  return result;
}

Result<StateSpaceFit> fit_state_space(const StateDesign& design, std::span<const TimeSeries> persons) {
  auto problem = make_problem(design, persons);
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
