#include <algorithm>
#include <cmath>

#include "stats/eigen_view.hpp"
#include "stats/structural_problem.hpp"

namespace securebase::stats {
namespace {

using Eigen::Index;

struct Present {
  double mean = 0;
  double variance = 0;
};

// Mean and variance of what is present of an observed variable.
std::optional<Present> present_of(const std::string& name, const StructuralModel& model,
                                  const std::vector<MomentPattern>& patterns) {
  const auto at = std::find(model.observed.begin(), model.observed.end(), name);
  if (at == model.observed.end()) return std::nullopt;
  const Index column = at - model.observed.begin();
  double n = 0, sum = 0, squares = 0;
  for (const bool second : {false, true})
    for (const MomentPattern& pattern : patterns) {
      const auto own = std::find(pattern.present.begin(), pattern.present.end(), column);
      if (own == pattern.present.end()) continue;
      const Index i = own - pattern.present.begin();
      if (second)
        squares += pattern.n * (pattern.covariance(i, i) + std::pow(pattern.mean[i] - sum / n, 2));
      else
        n += pattern.n, sum += pattern.n * pattern.mean[i];
    }
  return Present{sum / n, squares / n};
}

bool is_acted_on(const std::string& name, const StructuralModel& model) {
  return std::any_of(model.terms.begin(), model.terms.end(), [&](const Term& term) {
    return (term.relation == Relation::predicts && term.left == name) ||
           (term.relation == Relation::loads && term.right == name);
  });
}

// Of a latent variable: a third of what its strongest fixed loading could bring to its indicator.
double latent_variance(const std::string& name, const StructuralModel& model,
                       const std::vector<MomentPattern>& patterns) {
  double strongest = 0, variance = 1;
  for (const Term& term : model.terms) {
    if (term.relation != Relation::loads || term.left != name || !term.fixed) continue;
    const auto indicator = present_of(term.right, model, patterns);
    if (!indicator || std::abs(*term.fixed) <= strongest) continue;
    strongest = std::abs(*term.fixed);
    variance = 0.35 * indicator->variance / (strongest * strongest);
  }
  return variance;
}

double variance_guess(const std::string& name, const StructuralModel& model,
                      const std::vector<MomentPattern>& patterns) {
  const auto observed = present_of(name, model, patterns);
  if (!observed) return latent_variance(name, model, patterns);
  return (is_acted_on(name, model) ? 0.5 : 1) * observed->variance;
}

// In the units of the indicator with a fixed loading; without one, of a factor of variance 1.
double loading_guess(const Term& term, const StructuralModel& model,
                     const std::vector<MomentPattern>& patterns) {
  const auto indicator = present_of(term.right, model, patterns);
  if (!indicator) return 1;
  return 0.6 * std::sqrt(indicator->variance / latent_variance(term.left, model, patterns));
}

}  // namespace

double first_guess(const Term& term, const StructuralModel& model,
                   const std::vector<MomentPattern>& patterns) {
  if (term.relation == Relation::loads) return loading_guess(term, model, patterns);
  if (term.relation == Relation::covaries && term.left == term.right)
    return variance_guess(term.left, model, patterns);
  if (term.relation != Relation::mean) return 0;
  const auto observed = present_of(term.left, model, patterns);
  return observed ? observed->mean : 0;
}

}  // namespace securebase::stats
