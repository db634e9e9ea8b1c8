// Goal attainment scaling: worked by hand, and what holds whatever the goals.

#include "stats/goal_attainment.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

std::vector<GoalLevel> any_goals() {
  return *rc::gen::nonEmpty(rc::gen::container<std::vector<GoalLevel>>(rc::gen::map(
      rc::gen::pair(rc::gen::inRange(-2, 3), rc::gen::inRange(1, 10)), [](std::pair<int, int> one) {
        return GoalLevel{static_cast<double>(one.first), static_cast<double>(one.second)};
      })));
}

TEST(GoalAttainment, is_fifty_where_all_came_out_as_expected) {
  const std::vector<GoalLevel> goals = {{0, 1}, {0, 3}};
  EXPECT_DOUBLE_EQ(*goal_attainment_t(goals), 50);
  EXPECT_FALSE(goal_attainment_t({}));
}

/// By hand: w = 1, 2, 3; x = 1, 0, -1: sum(w x) = -2; 0.7 * 14 + 0.3 * 36 = 20.6; 50 - 20 / sqrt(20.6).
TEST(GoalAttainment, is_as_worked_out_by_hand) {
  const std::vector<GoalLevel> goals = {{1, 1}, {0, 2}, {-1, 3}};
  EXPECT_NEAR(*goal_attainment_t(goals), 45.59347350760768, 1e-9);
  // One goal: 50 + 10 x. Two alike at +1: 50 + 20 / sqrt(1.4 + 1.2).
  EXPECT_NEAR(*goal_attainment_t(std::vector<GoalLevel>{{2, 5}}), 70, 1e-12);
  EXPECT_NEAR(*goal_attainment_t(std::vector<GoalLevel>{{1, 1}, {1, 1}}), 62.40347345892084, 1e-9);
  // With rho 1 the weights share out one goal.
  EXPECT_NEAR(*goal_attainment_t(std::vector<GoalLevel>{{1, 1}, {1, 4}}, 1), 60, 1e-12);
}

RC_GTEST_PROP(GoalAttainment, does_not_depend_on_the_unit_of_weights, ()) {
  const auto goals = any_goals();
  auto scaled = goals;
  for (GoalLevel& goal : scaled) goal.weight *= 3.5;
  RC_ASSERT(std::abs(*goal_attainment_t(goals) - *goal_attainment_t(scaled)) < 1e-9);
}

RC_GTEST_PROP(GoalAttainment, turns_about_fifty_and_rises_with_each_level, ()) {
  auto goals = any_goals();
  auto turned = goals;
  for (GoalLevel& goal : turned) goal.level = -goal.level;
  RC_ASSERT(std::abs(*goal_attainment_t(goals) + *goal_attainment_t(turned) - 100) < 1e-9);
  if (goals.front().level < 2) {
    const double before = *goal_attainment_t(goals);
    goals.front().level += 1;
    RC_ASSERT(*goal_attainment_t(goals) > before);
  }
}

TEST(GoalAttainment, takes_no_weight_or_level_that_is_none) {
  EXPECT_THROW((void)goal_attainment_t(std::vector<GoalLevel>{{0, 0}}), std::domain_error);
  EXPECT_THROW((void)goal_attainment_t(std::vector<GoalLevel>{{3, 1}}), std::domain_error);
  EXPECT_THROW((void)goal_attainment_t(std::vector<GoalLevel>{{0, 1}}, 1.1), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
