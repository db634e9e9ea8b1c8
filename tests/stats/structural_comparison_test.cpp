#include "stats/structural_comparison.hpp"

#include <gtest/gtest.h>

#include "stats/distributions.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

StructuralFit fit_of(double log_likelihood, std::size_t df, std::optional<double> scaling) {
  StructuralFit fit;
  fit.log_likelihood = log_likelihood;
  fit.df = df;
  fit.measures = FitMeasures{};
  fit.measures->scaling = scaling;
  return fit;
}

TEST(StructuralComparison, divides_by_the_scaling_of_the_difference) {
  // (26 * 1.3 - 24 * 1.1) / 2 = 3.7
  const auto test = compare_scaled(fit_of(-110, 26, 1.3), fit_of(-100, 24, 1.1));
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->chi_square, 20 / 3.7, 1e-12);
  EXPECT_EQ(test->df, 2U);
  EXPECT_NEAR(test->p, chi_square_upper_p(20 / 3.7, 2), 1e-15);
  // A saturated model has no scaling.
  EXPECT_NEAR(compare_scaled(fit_of(-110, 2, 1.3), fit_of(-100, 0, {}))->chi_square, 20 / 1.3, 1e-12);
}

TEST(StructuralComparison, nothing_where_it_is_not_defined) {
  EXPECT_FALSE(compare_scaled(fit_of(-100, 24, 1.1), fit_of(-110, 26, 1.3)));
  EXPECT_FALSE(compare_scaled(fit_of(-110, 26, {}), fit_of(-100, 24, 1.1)));
  EXPECT_FALSE(compare_scaled(fit_of(-110, 26, 1.0), fit_of(-100, 24, 1.2)));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
