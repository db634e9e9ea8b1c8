// What a fit says about itself in plain words.
#include <fmt/format.h>

#include "stats/mixed_report.hpp"

namespace securebase::stats {
namespace {

Finding convergence_of(const MixedFit& fit) {
  const std::string basis = fmt::format("Largest gradient of the deviance per row: {:.1e} after {} steps.",
                                        fit.convergence.gradient, fit.convergence.iterations);
  if (fit.convergence.verdict == Verdict::not_converged)
    return {"lmm.not_converged", "The fit did not converge: its numbers are not estimates.", basis,
            "Nothing may be read from it. Fewer random columns or more clusters may help."};
  return {"lmm.converged", "The fit converged.", basis,
          "It says nothing about whether the model is the right one."};
}

std::string vanished(const MixedFit& fit) {
  std::string names;
  for (const CovarianceParameter& p : fit.covariance)
    if (p.other.empty() && p.covariance == 0)
      names += (names.empty() ? "" : ", ") + p.name + " of " + p.grouping;
  return names;
}

Finding boundary_of(const MixedFit& fit) {
  const std::string names = vanished(fit);
  return {
      "lmm.boundary",
      names.empty() ? "A combination of the random effects has no variance in the best fit."
                    : fmt::format("The variance of {} is 0 in the best fit.", names),
      "The likelihood is largest on the edge of what a covariance can be.",
      "Fixed effects may be read. Not seen is not the same as not there: with few clusters a real variance "
      "is often estimated as 0. Standard errors of covariance parameters are not given."};
}

Finding weak() {
  return {
      "lmm.weakly_identified", "Some of the covariance parameters are hardly determined by these data.",
      "In one direction the deviance is nearly flat.",
      "Fixed effects may be read; single variances and correlations may not. A simpler covariance says as "
      "much."};
}

}  // namespace

std::vector<Finding> read_fit(const MixedFit& fit, bool weakly_identified) {
  std::vector<Finding> reading{convergence_of(fit)};
  if (fit.convergence.verdict == Verdict::not_converged) return reading;
  if (fit.singular) reading.push_back(boundary_of(fit));
  if (weakly_identified && !fit.singular) reading.push_back(weak());
  return reading;
}

}  // namespace securebase::stats
