#pragma once
// Tests and intervals about the fixed effects of a mixed model. L is a matrix of contrasts, one in each row
// (p columns, caller's units); H0: L beta = 0. Degrees of freedom that are not defined (a variance that did
// not come out of the fit) are nothing.

#include <optional>
#include <string>
#include <vector>

#include "stats/mixed_model.hpp"

namespace securebase::stats {

struct ContrastTest {
  double estimate = 0;
  double std_error = 0;
  double df = 0;
  double t = 0;
  double p = 0;  ///< two-sided
};

struct JointTest {
  double f = 0;
  double df1 = 0;
  double df2 = 0;
  double p = 0;
};

/// Degrees of freedom after Satterthwaite, as lmerTest (Kuznetsova, Brockhoff & Christensen 2017, J. Stat.
/// Softw. 82(13)): with C = Var(beta) at the variance parameters eta = (theta, ln sigma) and A = 2 H^-1, H
/// the Hessian of the deviance (eigenvalues below 1e-8 of the largest are left out),
///   df = 2 (l' C l)^2 / (g' A g),   g = d(l' C l) / d eta
/// For residuals of any structure. Error lmm.contrast: not p columns, or a row of zeros.
[[nodiscard]] Result<std::vector<ContrastTest>> satterthwaite(const MixedModel& model, const MixedFit& fit,
                                                              const Matrix& contrasts);

/// The same for all contrasts at once (Fai & Cornelius 1996, J. Stat. Comput. Simul. 54, 363):
/// eigenvectors of L C L', df_m of each, E = sum df_m / (df_m - 2), df2 = 2 E / (E - q).
/// Error lmm.contrast also where rows of L depend on each other.
[[nodiscard]] Result<JointTest> satterthwaite_joint(const MixedModel& model, const MixedFit& fit,
                                                    const Matrix& contrasts);

struct KenwardRoger {
  Matrix fixed_covariance;          ///< adjusted for small samples
  std::vector<ContrastTest> tests;  ///< of each row of L; standard errors are adjusted
  JointTest joint;                  ///< of all rows
};

/// Kenward & Roger 1997, Biometrics 53, 983, with the covariance in its variances and covariances, in which V
/// is linear: what pbkrtest (Halekoh & Hojsgaard 2014, J. Stat. Softw. 59(9)) computes.
/// Errors, kind usage: lmm.kenward_roger_needs_reml, lmm.kenward_roger_residuals (correlated residuals),
/// lmm.kenward_roger_too_large (clusters that are not worked on densely); bad_data: lmm.contrast,
/// lmm.kenward_roger_singular (the information about the variances has no inverse).
[[nodiscard]] Result<KenwardRoger> kenward_roger(const MixedModel& model, const MixedFit& fit,
                                                 const Matrix& contrasts);

/// estimate -+ normal_reach(level) std_error of each fixed effect.
[[nodiscard]] std::vector<Interval> wald_intervals(const MixedFit& fit, double level);
/// With a t distribution of `df` for each test.
[[nodiscard]] std::vector<Interval> t_intervals(const std::vector<ContrastTest>& tests, double level);

/// Where the profile of the maximum likelihood (under either fit) falls by half the chi-square quantile, for
/// one fixed effect: every other parameter is fitted again at each step. Error lmm.profile: the deviance does
/// not rise that far within 20 standard errors, or a fit on the way did not converge.
[[nodiscard]] Result<Interval> profile_interval(const MixedModel& model, const MixedFit& fit,
                                                std::size_t effect, double level);

/// The p x p identity: every fixed effect by itself.
[[nodiscard]] Matrix each_effect(const MixedFit& fit);

}  // namespace securebase::stats
