#include "stats/mixed_comparison.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace {

bool same_fixed(const MixedFit& a, const MixedFit& b) {
  return std::equal(a.fixed.begin(), a.fixed.end(), b.fixed.begin(), b.fixed.end(),
                    [](const FixedEffect& x, const FixedEffect& y) { return x.name == y.name; });
}

const char* what_is_wrong(const MixedFit& null, const MixedFit& alternative) {
  if (null.rows != alternative.rows) return "the two models rest on different rows";
  if (null.likelihood != alternative.likelihood) return "one likelihood is restricted, the other is not";
  if (null.likelihood == MixedLikelihood::restricted && !same_fixed(null, alternative))
    return "restricted likelihoods of models with different fixed effects cannot be compared; take maximum "
           "likelihood";
  if (alternative.parameters <= null.parameters)
    return "the second model has no parameter more than the first";
  for (const MixedFit* fit : {&null, &alternative})
    if (fit->convergence.verdict == Verdict::not_converged) return "one of the fits did not converge";
  return nullptr;
}

struct Counted {
  std::ptrdiff_t variances = 0;
  std::ptrdiff_t covariances = 0;
};
Counted count(const MixedFit& fit) {
  Counted counted;
  for (const CovarianceParameter& p : fit.covariance)
    ++(p.other.empty() ? counted.variances : counted.covariances);
  return counted;
}

double upper_p(double chi_square, std::size_t df) {
  if (df == 0) return chi_square > 0 ? 0 : 1;
  return chi_square_upper_p(chi_square, static_cast<double>(df));
}

// sum_k C(r, k) 2^-r P(chi-square with df - r + k >= x)
double mixture(double chi_square, std::size_t df, std::size_t r) {
  double weight = std::exp2(-static_cast<double>(r));
  double p = 0;
  for (std::size_t k = 0; k <= r; ++k) {
    p += weight * upper_p(chi_square, df - r + k);
    weight *= static_cast<double>(r - k) / static_cast<double>(k + 1);
  }
  return p;
}

}  // namespace

Result<LikelihoodRatio> likelihood_ratio(const MixedFit& null, const MixedFit& alternative) {
  if (const char* wrong = what_is_wrong(null, alternative))
    return fail(ErrorKind::bad_data, "lmm.comparison", wrong);
  LikelihoodRatio ratio;
  ratio.chi_square = std::max(2 * (alternative.log_likelihood - null.log_likelihood), 0.0);
  ratio.df = alternative.parameters - null.parameters;
  ratio.p = upper_p(ratio.chi_square, ratio.df);
  const Counted before = count(null);
  const Counted after = count(alternative);
  const auto more = after.variances - before.variances;
  if (more == 1 || (more > 1 && after.covariances == before.covariances))
    ratio.p_mixture = mixture(ratio.chi_square, ratio.df, static_cast<std::size_t>(more));
  return ratio;
}

}  // namespace securebase::stats
