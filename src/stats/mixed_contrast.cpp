#include "stats/mixed_contrast.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/eigen_view.hpp"

namespace securebase::stats {

Result<void> check_contrasts(const MixedFit& fit, const Matrix& contrasts) {
  const auto wrong = [](const char* why) { return fail(ErrorKind::bad_data, "lmm.contrast", why); };
  if (contrasts.cols() != fit.fixed.size() || contrasts.rows() == 0)
    return wrong("a contrast has one number for each fixed effect");
  for (std::size_t i = 0; i < contrasts.rows(); ++i) {
    const auto row = contrasts.row(i);
    if (!std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); }))
      return wrong("the numbers of a contrast are finite");
    if (std::all_of(row.begin(), row.end(), [](double v) { return v == 0; }))
      return wrong("a contrast of zeros says nothing");
  }
  return {};
}

double estimate_of(const MixedFit& fit, const Eigen::RowVectorXd& contrast) {
  double sum = 0;
  for (std::size_t j = 0; j < fit.fixed.size(); ++j) sum += contrast[eigen_index(j)] * fit.fixed[j].estimate;
  return sum;
}

ContrastTest t_test(double estimate, double std_error, double df) {
  ContrastTest test{estimate, std_error, df, estimate / std_error, 1};
  test.p = student_t_two_sided_p(test.t, df);
  return test;
}

std::vector<Interval> wald_intervals(const MixedFit& fit, double level) {
  const double reach = normal_reach(level);
  std::vector<Interval> intervals;
  for (const FixedEffect& effect : fit.fixed)
    intervals.push_back(
        {effect.estimate - reach * effect.std_error, effect.estimate + reach * effect.std_error, level});
  return intervals;
}

std::vector<Interval> t_intervals(const std::vector<ContrastTest>& tests, double level) {
  std::vector<Interval> intervals;
  for (const ContrastTest& test : tests) {
    const double reach = student_t_quantile((1 + level) / 2, test.df) * test.std_error;
    intervals.push_back({test.estimate - reach, test.estimate + reach, level});
  }
  return intervals;
}

Matrix each_effect(const MixedFit& fit) {
  Matrix identity(fit.fixed.size(), fit.fixed.size());
  for (std::size_t j = 0; j < fit.fixed.size(); ++j) identity(j, j) = 1;
  return identity;
}

}  // namespace securebase::stats
