#include "stats/jet.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using J = Jet<2>;

// f(x, y) = log(x y + x / y) - y^3 x^0.5
template <class S>
S f(const S& x, const S& y) {
  using std::log;
  return log(x * y + x / y) - power(y, 3) * power(x, 0.5);
}

TEST(JetOf, two_parameters_has_the_derivatives_by_hand) {
  const double x = 1.7, y = 0.6, root = std::sqrt(x), s = y + 1 / y, slope = 1 - 1 / (y * y);
  const J value = f(J::parameter(x, 0, 1), J::parameter(y, 1, 1));
  EXPECT_NEAR(value.value, f(x, y), 1e-15);
  EXPECT_NEAR(value.first[0], 1 / x - y * y * y / (2 * root), 1e-14);
  EXPECT_NEAR(value.first[1], slope / s - 3 * y * y * root, 1e-14);
  EXPECT_NEAR(value.second[0], -1 / (x * x) + y * y * y / (4 * x * root), 1e-14);
  EXPECT_NEAR(value.second[1], -3 * y * y / (2 * root), 1e-14);
  EXPECT_NEAR(value.second[2], 2 / (y * y * y * s) - slope * slope / (s * s) - 6 * y * root, 1e-13);
}

TEST(JetOf, a_parameter_in_other_units_scales_its_derivatives) {
  const J one = f(J::parameter(2, 0, 1), J(0.5)), ten = f(J::parameter(2, 0, 10), J(0.5));
  EXPECT_NEAR(ten.first[0], 10 * one.first[0], 1e-13);
  EXPECT_NEAR(ten.second[0], 100 * one.second[0], 1e-12);
}

TEST(JetOf, powers_at_zero_are_finite_for_whole_exponents) {
  const J zero = J::parameter(0, 0, 1);
  EXPECT_EQ(power(zero, 1).first[0], 1);
  EXPECT_EQ(power(zero, 1).second[0], 0);
  EXPECT_EQ(power(zero, 2).second[0], 2);
  EXPECT_EQ(power(zero, 0).first[0], 0);
}

TEST(JetOf, comparisons_look_at_the_value) {
  EXPECT_TRUE(J::parameter(1, 0, 1) == J(1));
  EXPECT_TRUE(J(1) < J(2));
  EXPECT_TRUE(J(2) > J(1));
  EXPECT_EQ((-J::parameter(1, 0, 1)).first[0], -1);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
