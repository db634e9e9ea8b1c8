#include "therapy/deterioration.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

TEST(Deterioration, is_worse_by_more_than_the_reliable_change) {
  const WorseRule rule = worse_rule(10, 0.9);
  EXPECT_NEAR(rule.reliable_change, 1.959963984540054 * std::sqrt(2.0) * 10 * std::sqrt(0.1), 1e-12);
  EXPECT_FALSE(got_worse(20, 20 + rule.reliable_change, rule));
  EXPECT_TRUE(got_worse(20, 20 + rule.reliable_change * 1.001, rule));
  EXPECT_FALSE(got_worse(20, 0, rule));
}

TEST(Deterioration, follows_the_direction_of_the_scale) {
  const WorseRule rule{5, stats::BetterWhen::higher};
  EXPECT_TRUE(got_worse(20, 14, rule));
  EXPECT_FALSE(got_worse(20, 26, rule));
  EXPECT_EQ(worsening(20, 14, rule.better), 6);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
