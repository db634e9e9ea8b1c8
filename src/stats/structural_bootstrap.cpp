#include "stats/structural_bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include "stats/eigen_view.hpp"
#include "stats/full_information.hpp"
#include "stats/parameter_formula.hpp"
#include "stats/structural_problem.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Values = std::optional<std::vector<double>>;

// Parameters, then what is defined by them.
Values with_defined(const VectorXd& theta, const std::vector<std::string>& names,
                    const std::vector<DefinedParameter>& defined) {
  std::map<std::string, Differentiated> known;
  std::vector<double> values = to_vector(theta);
  for (std::size_t k = 0; k < names.size(); ++k) known[names[k]] = {theta[eigen_index(k)], VectorXd(0)};
  for (const DefinedParameter& parameter : defined) {
    const auto value = evaluate_formula(parameter.formula, known, 0);
    if (!value) return std::nullopt;
    known[parameter.name] = *value;
    values.push_back(value->value);
  }
  return values;
}

std::vector<StructuralGroup> drawn(std::span<const StructuralGroup> groups,
                                   const std::vector<Resample>& resample) {
  std::vector<StructuralGroup> result;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    result.push_back({groups[g].model, {}, groups[g].name});
    for (const std::size_t row : resample.at(g)) result.back().rows.push_back(groups[g].rows.at(row));
  }
  return result;
}

Values refit(std::span<const StructuralGroup> groups, const std::vector<Resample>& resample,
             const VectorXd& start, const std::vector<DefinedParameter>& defined) {
  const auto problem = make_structural_problem(drawn(groups, resample));
  if (!problem) return std::nullopt;
  auto minimum = minimise_fit(problem->fit, start);
  if (!minimum) minimum = minimise_fit(problem->fit, problem->start);
  if (!minimum || minimum->convergence.verdict == Verdict::not_converged) return std::nullopt;
  return with_defined(minimum->at, problem->parameters, defined);
}

std::vector<Values> refit_all(std::span<const StructuralGroup> groups, const StructuralFit& fit,
                              const StructuralOptions& options,
                              std::span<const std::vector<Resample>> resamples, unsigned threads) {
  const VectorXd start = Eigen::Map<const VectorXd>(fit.theta.data(), eigen_index(fit.theta.size()));
  std::vector<Values> results(resamples.size());
  const auto every = [&](std::size_t from, std::size_t step) {
    for (std::size_t r = from; r < resamples.size(); r += step)
      results[r] = refit(groups, resamples[r], start, options.defined);
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(every, t, threads);
  every(0, std::max(threads, 1U));
  for (std::thread& other : others) other.join();
  return results;
}

Bootstrap one_parameter(double estimate, std::size_t at, const std::vector<Values>& all) {
  Bootstrap bootstrap;
  bootstrap.estimate = estimate;
  for (std::size_t r = 0; r < all.size(); ++r) {
    if (!all[r] || !std::isfinite((*all[r])[at])) continue;
    bootstrap.replicates.push_back((*all[r])[at]);
    bootstrap.used.push_back(r);
  }
  bootstrap.undefined = all.size() - bootstrap.used.size();
  return bootstrap;
}

}  // namespace

Result<StructuralBootstrap> bootstrap_structural(std::span<const StructuralGroup> groups,
                                                 const StructuralOptions& options,
                                                 std::span<const std::vector<Resample>> resamples,
                                                 unsigned threads) {
  const auto fit = fit_structural(groups, options);
  if (!fit) return tl::unexpected<Error>(fit.error());
  const auto all = refit_all(groups, *fit, options, resamples, threads);
  StructuralBootstrap result;
  std::vector<double> estimates = fit->theta;
  result.names = fit->parameters;
  for (const DefinedEstimate& defined : fit->defined) {
    result.names.push_back(defined.name);
    estimates.push_back(defined.estimate);
  }
  for (std::size_t k = 0; k < estimates.size(); ++k) {
    result.replicates.push_back(one_parameter(estimates[k], k, all));
    if (result.replicates.back().used.size() < 20)
      return fail(ErrorKind::bad_data, "bootstrap.too_few", "too few resamples have a fit that converged");
  }
  return result;
}

std::vector<std::vector<Resample>> draw_structural_resamples(std::span<const StructuralGroup> groups,
                                                             std::size_t replicates, const RandomKey& key) {
  std::vector<std::vector<Resample>> resamples(replicates);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto drawn_rows = draw_resamples(groups[g].rows.size(), replicates, key.part(g));
    for (std::size_t r = 0; r < replicates; ++r) resamples[r].push_back(std::move(drawn_rows[r]));
  }
  return resamples;
}

}  // namespace securebase::stats
