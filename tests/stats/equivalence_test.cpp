#include "stats/equivalence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr IndifferenceZone zone{-0.2, 0.2};

RC_GTEST_PROP(Equivalence, holds_where_the_interval_lies_within_the_zone, ()) {
  const double value = *rc::gen::inRange(-40, 41) / 100.0;
  const double error = *rc::gen::inRange(1, 30) / 100.0;
  const auto df = *rc::gen::element<std::optional<double>>(std::nullopt, 5.0, 40.0);
  const auto test = *two_one_sided_tests({value, error, df}, zone);
  const bool within = test.interval.lower > zone.lower && test.interval.upper < zone.upper;
  RC_ASSERT(test.equivalent == within);
  RC_ASSERT(std::abs(test.interval.level - 0.9) < 1e-12);
}

TEST(Equivalence, by_hand) {
  const auto test = *two_one_sided_tests({0.05, 0.1, {}}, zone);
  EXPECT_NEAR(test.p_above_lower, 0.006209665325776159, 1e-12);  // 1 - Phi(2.5)
  EXPECT_NEAR(test.p_below_upper, 0.06680720126885809, 1e-12);   // 1 - Phi(1.5)
  EXPECT_EQ(test.p, test.p_below_upper);
  EXPECT_FALSE(test.equivalent);
}

BenchmarkPlace place(double observed, double error) {
  return compare_with_benchmark({observed, error, {}}, {0.8, 0, {}}, zone)->place;
}

TEST(Benchmark, stands_where_the_interval_of_the_difference_lies) {
  EXPECT_EQ(place(0.8, 0.05), BenchmarkPlace::equivalent);
  EXPECT_EQ(place(1.2, 0.05), BenchmarkPlace::above);
  EXPECT_EQ(place(0.4, 0.05), BenchmarkPlace::below);
  EXPECT_EQ(place(0.95, 0.1), BenchmarkPlace::at_least);
  EXPECT_EQ(place(0.65, 0.1), BenchmarkPlace::at_most);
  EXPECT_EQ(place(0.8, 0.3), BenchmarkPlace::unclear);
  EXPECT_NE(std::string(to_text(BenchmarkPlace::unclear)), to_text(BenchmarkPlace::above));
}

TEST(Benchmark, errors_of_both_count) {
  const auto c =
      *compare_with_benchmark({1, 0.3, {}}, {0.5, error_behind({0.5 - 0.784, 0.5 + 0.784, 0.95}), {}}, zone);
  EXPECT_NEAR(c.difference, 0.5, 1e-15);
  EXPECT_NEAR(c.std_error, 0.5, 1e-4);
  EXPECT_NEAR(c.z, 1, 1e-4);
  EXPECT_NEAR(c.p, 0.3173, 1e-3);
}

TEST(Benchmark, names_what_is_wrong) {
  const double nan = std::nan("");
  EXPECT_EQ(two_one_sided_tests({0, 0, {}}, zone).error().code, "equivalence.error");
  EXPECT_EQ(two_one_sided_tests({nan, 1, {}}, zone).error().code, "equivalence.error");
  EXPECT_EQ(two_one_sided_tests({0, 1, 0}, zone).error().code, "equivalence.error");
  EXPECT_EQ(two_one_sided_tests({0, 1, {}}, {0, 0}).error().code, "equivalence.zone");
  EXPECT_EQ(two_one_sided_tests({0, 1, {}}, {1, 2}).error().code, "equivalence.zone");
  EXPECT_EQ(compare_with_benchmark({0, 0, {}}, {0, 1, {}}, zone).error().code, "equivalence.error");
  EXPECT_EQ(compare_with_benchmark({0, 1, {}}, {0, nan, {}}, zone).error().code, "equivalence.error");
  EXPECT_THROW((void)two_one_sided_tests({0, 1, {}}, zone, 0.5), std::domain_error);
  EXPECT_THROW((void)error_behind({1, 1, 0.95}), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
