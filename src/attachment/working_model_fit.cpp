// Hyper-parameters from many courses.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "attachment/working_model_tree.hpp"
#include "stats/position_tree_fit.hpp"

namespace securebase::attachment {
namespace {

// Bounds: variances of a share of a standard unit squared up to far beyond what people differ by.
const double least_variance = std::log(1e-4);
const double largest_variance = std::log(25.0);
constexpr double farthest_correlation = 0.95;
constexpr double farthest_mean = 5;
const double slowest = std::log(1e-3);
const double fastest = std::log(1e3);

double between_0_and_1(double x) {
  return 1 / (1 + std::exp(-x));
}
double to_line(double share) {
  constexpr double edge = 1e-3;
  const double p = std::clamp(share, edge, 1 - edge);
  return std::log(p / (1 - p));
}

enum At : std::size_t {
  overall,
  domain,
  relation,
  correlation,
  mean_anxiety,
  mean_avoidance,
  speed,
  stability
};

Hyperparameters hyperparameters_at(std::span<const double> x, const Hyperparameters& start) {
  Hyperparameters h = start;
  h.origin = Origin::fitted;
  h.overall = std::exp(x[overall]);
  h.domain = std::exp(x[domain]);
  h.relation = std::exp(x[relation]);
  h.correlation = std::tanh(x[correlation]);
  h.mean = {x[mean_anxiety], x[mean_avoidance]};
  if (start.dynamics == Dynamics::random_walk) {
    const double factor = std::exp(x[speed]);
    h.overall_drift = start.overall_drift * factor;
    h.domain_drift = start.domain_drift * factor;
    h.relation_drift = start.relation_drift * factor;
  } else {
    h.staying = between_0_and_1(x[speed]);
    h.monthly_stability = between_0_and_1(x[stability]);
  }
  return h;
}

stats::TreeLawSpace space_for(const Hyperparameters& start) {
  const auto variance = [](double v) { return std::log(std::max(v, 1e-3)); };
  const double farthest = std::atanh(farthest_correlation);
  stats::TreeLawSpace space;
  space.start = {variance(start.overall),  variance(start.domain),
                 variance(start.relation), std::atanh(std::clamp(start.correlation, -0.9, 0.9)),
                 start.mean.anxiety,       start.mean.avoidance};
  space.lower = {least_variance, least_variance, least_variance, -farthest, -farthest_mean, -farthest_mean};
  space.upper = {largest_variance, largest_variance, largest_variance,
                 farthest,         farthest_mean,    farthest_mean};
  // Of logarithms and the like: a factor of three and more is nothing unusual. The mean is free.
  space.spread = {1, 1, 1, 1, 0, 0};
  const auto add = [&](double at, double lower, double upper) {
    space.spread.push_back(1.5);  // how fast things move is least known beforehand
    space.start.push_back(at);
    space.lower.push_back(lower);
    space.upper.push_back(upper);
  };
  if (start.dynamics == Dynamics::random_walk) {
    add(0, slowest, fastest);
  } else {
    add(to_line(start.staying), to_line(0), to_line(1));
    add(to_line(start.monthly_stability), to_line(0), to_line(1));
  }
  space.laws = [start](std::span<const double> x) { return laws_of(hyperparameters_at(x, start), false); };
  return space;
}

/// By the delta method; 0 where a parameter was held.
Hyperparameters errors_of(const stats::TreeLawFit& fit, const Hyperparameters& h) {
  const auto error = [&](std::size_t i) { return std::sqrt(std::max(0.0, fit.covariance(i, i))); };
  Hyperparameters e = h;
  e.overall = h.overall * error(overall);
  e.domain = h.domain * error(domain);
  e.relation = h.relation * error(relation);
  e.correlation = (1 - h.correlation * h.correlation) * error(correlation);
  e.mean = {error(mean_anxiety), error(mean_avoidance)};
  e.overall_drift = e.domain_drift = e.relation_drift = e.staying = e.monthly_stability = 0;
  if (h.dynamics == Dynamics::random_walk) {
    e.overall_drift = h.overall_drift * error(speed);
    e.domain_drift = h.domain_drift * error(speed);
    e.relation_drift = h.relation_drift * error(speed);
  } else {
    e.staying = h.staying * (1 - h.staying) * error(speed);
    e.monthly_stability = h.monthly_stability * (1 - h.monthly_stability) * error(stability);
  }
  e.origin_variance = e.speed_error = 0;
  return e;
}

std::vector<Finding> fit_findings(const FittedHyperparameters& fitted) {
  const Hyperparameters& h = fitted.hyperparameters;
  std::vector<Finding> findings;
  findings.push_back(
      {"working_model.fitted",
       fmt::format(
           "Of what people of this practice differ by, {:.2f} is general, {:.2f} of a domain, {:.2f} of "
           "a single relationship (variances in standard units).",
           h.overall, h.domain, h.relation),
       fmt::format(
           "Marginal likelihood of {} courses with a weak pull towards the defaults, where a factor of "
           "three is nothing unusual; {}",
           h.courses, stats::to_text(fitted.convergence.verdict)),
       "The people of this practice, with the forms they answered; not people in general."});
  if (fitted.convergence.verdict == stats::Verdict::at_boundary)
    findings.push_back(
        {"working_model.at_boundary",
         "These courses do not tell all of the numbers: one lies at the edge of what is possible.",
         "A variance near 0, a speed or a stability at its bound.",
         "More courses, more occasions or more figures would tell."});
  return findings;
}

}  // namespace

bool tells_hyperparameters(const Course& course) {
  std::set<std::string> figures;
  std::set<double> months;
  for (const Observation& o : course.observations) {
    if (o.about == catalog::PositionLevel::figure) figures.insert(o.figure);
    months.insert(o.month);
  }
  return figures.size() >= 2 && months.size() >= 2;
}

Result<FittedHyperparameters> fit_hyperparameters(std::span<const Course> courses,
                                                  const Hyperparameters& start, std::size_t least,
                                                  unsigned threads) {
  if (!are_hyperparameters(start))
    return fail(
        ErrorKind::bad_data, "working_model.hyperparameters",
        "variances are at least 0, the correlation within -1 and 1, shares and stability from 0 to 1");
  std::vector<stats::TreeLikelihood> trees;
  trees.reserve(courses.size());
  std::size_t telling = 0;
  for (const Course& course : courses) {
    if (course.observations.empty()) continue;
    const auto tree = tree_of(course);
    if (!tree) return tl::unexpected(tree.error());
    auto prepared = stats::TreeLikelihood::prepare(tree->tree, tree->seen);
    if (!prepared) return tl::unexpected(prepared.error());
    trees.push_back(std::move(*prepared));
    if (tells_hyperparameters(course)) ++telling;
  }
  if (telling < least || telling == 0)
    return fail(ErrorKind::bad_data, "working_model.too_few",
                fmt::format("courses with two figures and two occasions are needed, {} at least", least));
  const auto fit = stats::fit_tree_laws(trees, space_for(start), threads);
  if (!fit) return tl::unexpected(fit.error());
  FittedHyperparameters result;
  result.hyperparameters = hyperparameters_at(fit->at, start);
  result.hyperparameters.courses = trees.size();
  result.hyperparameters.speed_error = std::sqrt(std::max(0.0, fit->covariance(speed, speed)));
  result.errors = errors_of(*fit, result.hyperparameters);
  result.log_likelihood = fit->log_likelihood;
  result.log_likelihood_before = fit->log_likelihood_at_start;
  result.convergence = fit->convergence;
  result.findings = fit_findings(result);
  return result;
}

}  // namespace securebase::attachment
