// Positions on two dimensions: the worked numbers of the sources, and what must hold whatever they are.

#include "stats/position.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

#include "stats/change.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

// The ECR-R's web norm as it is remembered, with reliabilities .92 and .93.
constexpr ScorePair web{{3.56, 2.92}, {1.12, 1.19}, {0.92, 0.93}, 0.41};

double total(const Quadrants& q) {
  return q.low_low + q.high_low + q.low_high + q.high_high;
}

void expect_quadrants(const Quadrants& q, double secure, double preoccupied, double dismissing,
                      double fearful, double within) {
  EXPECT_NEAR(q.low_low, secure, within);
  EXPECT_NEAR(q.high_low, preoccupied, within);
  EXPECT_NEAR(q.low_high, dismissing, within);
  EXPECT_NEAR(q.high_high, fearful, within);
}

TEST(Position, regresses_towards_the_mean_of_both_scores) {
  const auto far = regress_position(web, {4.8, 4.2});
  ASSERT_TRUE(far);
  EXPECT_NEAR(far->gain[0][0], 0.9038, 5e-5);
  EXPECT_NEAR(far->gain[0][1], 0.0371, 5e-5);
  EXPECT_NEAR(far->gain[1][0], 0.0367, 5e-5);
  EXPECT_NEAR(far->gain[1][1], 0.9159, 5e-5);
  EXPECT_NEAR(std::sqrt(far->position.covariance.first), 0.301, 5e-4);
  EXPECT_NEAR(std::sqrt(far->position.covariance.second), 0.301, 5e-4);
  EXPECT_NEAR(correlation_of(far->position.covariance), 0.041, 5e-4);
  EXPECT_NEAR(far->position.mean[0], 4.728, 5e-4);
  EXPECT_NEAR(far->position.mean[1], 4.138, 5e-4);
  const auto near = regress_position(web, {3.7, 2.9});
  ASSERT_TRUE(near);
  EXPECT_NEAR(near->position.mean[0], 3.686, 5e-4);
  EXPECT_NEAR(near->position.mean[1], 2.907, 5e-4);
}

TEST(Position, change_beyond_error_in_scale_points) {
  const double anxiety = standard_error_of_measurement(1.12, 0.92);
  const double avoidance = standard_error_of_measurement(1.19, 0.93);
  EXPECT_NEAR(anxiety, 0.317, 5e-4);
  EXPECT_NEAR(avoidance, 0.315, 5e-4);
  const auto threshold = [](double sem) {
    return reliable_change_threshold(standard_error_of_difference(sem));
  };
  EXPECT_NEAR(threshold(anxiety), 0.88, 5e-3);
  EXPECT_NEAR(threshold(avoidance), 0.87, 5e-3);
  EXPECT_NEAR(threshold(standard_error_of_measurement(1.12, 0.90)), 0.98, 5e-3);
  EXPECT_NEAR(threshold(standard_error_of_measurement(1.19, 0.90)), 1.04, 5e-3);
}

TEST(Position, quadrants_about_the_norm_means) {
  const auto at = [](Pair x) { return quadrants(regress_position(web, x)->position, web.mean); };
  expect_quadrants(at({3.7, 2.9}), 0.181, 0.337, 0.157, 0.325, 5e-4);
  EXPECT_NEAR(at({5.0, 2.0}).high_low, 0.996, 5e-4);
  EXPECT_NEAR(at({2.0, 1.8}).low_low, 1.000, 5e-4);
}

TEST(Position, how_many_people_lie_in_each_quadrant_depends_on_the_cut) {
  const auto people = [](double r, Pair cut) {
    return quadrants({web.mean, {1.12 * 1.12, r * 1.12 * 1.19, 1.19 * 1.19}}, cut);
  };
  expect_quadrants(people(0.41, web.mean), 0.32, 0.18, 0.18, 0.32, 5e-3);
  expect_quadrants(people(0.41, {3.5, 3.5}), 0.39, 0.30, 0.09, 0.22, 5e-3);
  expect_quadrants(people(0.41, {4, 4}), 0.58, 0.24, 0.075, 0.11, 5e-3);
  expect_quadrants(people(0.15, web.mean), 0.27, 0.23, 0.23, 0.27, 5e-3);
  expect_quadrants(people(0.15, {4, 4}), 0.55, 0.27, 0.10, 0.08, 5e-3);
}

TEST(Position, quadrants_over_a_range_of_cuts_are_their_mean) {
  const Belief2 position = regress_position(web, {3.7, 2.9})->position;
  const Quadrants over = quadrants_over(position, web.mean, {4, 4});
  Quadrants sum;
  constexpr int steps = 20000;
  for (int i = 0; i < steps; ++i) {
    const double u = (i + 0.5) / steps;
    const Quadrants q = quadrants(position, {3.56 + u * (4 - 3.56), 2.92 + u * (4 - 2.92)});
    sum.low_low += q.low_low / steps;
    sum.high_high += q.high_high / steps;
  }
  EXPECT_NEAR(over.low_low, sum.low_low, 1e-8);
  EXPECT_NEAR(over.high_high, sum.high_high, 1e-8);
  EXPECT_NEAR(total(over), 1, 1e-12);
}

TEST(Position, a_place_without_error_lies_in_one_quadrant) {
  expect_quadrants(quadrants({{1, -1}, {}}, {0, 0}), 0, 1, 0, 0, 0);
  expect_quadrants(quadrants({{0, 0}, {}}, {0, 0}), 0, 0, 0, 1, 0);  // on the line: above
}

TEST(Position, nearness_to_landmarks) {
  const Quadrants middle = landmark_memberships({0, 0});
  expect_quadrants(middle, 0.25, 0.25, 0.25, 0.25, 1e-15);
  const Quadrants secure = landmark_memberships({-1, -1});
  // exp(0), exp(-2), exp(-2), exp(-4)
  const double sum = 1 + 2 * std::exp(-2.0) + std::exp(-4.0);
  expect_quadrants(secure, 1 / sum, std::exp(-2.0) / sum, std::exp(-2.0) / sum, std::exp(-4.0) / sum, 1e-15);
  EXPECT_NEAR(total(landmark_memberships({1e6, -1e6})), 1, 1e-12);
  EXPECT_THROW((void)landmark_memberships({0, 0}, 0), std::domain_error);
}

TEST(Position, an_ellipse_has_its_axes_along_the_eigenvectors) {
  const double reach = std::sqrt(-2 * std::log(0.05));
  const EllipseAxes tilted = ellipse_of({1, 0.5, 1});
  EXPECT_NEAR(tilted.semi_major, reach * std::sqrt(1.5), 1e-12);
  EXPECT_NEAR(tilted.semi_minor, reach * std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(tilted.angle, std::numbers::pi / 4, 1e-12);
  EXPECT_NEAR(ellipse_of({1, 0, 2}).angle, std::numbers::pi / 2, 1e-12);
  EXPECT_NEAR(ellipse_of({1, -0.5, 1}).angle, -std::numbers::pi / 4, 1e-12);
  EXPECT_EQ(ellipse_of({1, 0, 1}).angle, 0);
  EXPECT_THROW((void)ellipse_of({1, 0, 1}, 1), std::domain_error);
}

TEST(Position, scores_that_contradict_each_other_have_no_position) {
  EXPECT_FALSE(regress_position(ScorePair{{0, 0}, {1, 1}, {0.1, 0.1}, 0.9}, {0, 0}));
  EXPECT_FALSE(regress_position(ScorePair{{0, 0}, {1, 1}, {1, 1}, 1}, {0, 0}));
}

TEST(Position, prototype_process) {
  const PrototypeProcess process{0.6, 0.32, 0.5};
  EXPECT_NEAR(*staying_share(process), 0.621, 5e-4);
  const double expected[] = {0.848, 0.757, 0.703, 0.670, 0.650, 0.639, 0.632, 0.627};
  for (int k = 0; k < 8; ++k) EXPECT_NEAR(*stability_at(process, k + 1), expected[k], 5e-4) << k + 1;
  EXPECT_FALSE(staying_share({0.6, 0, 0}));
  EXPECT_THROW((void)staying_share({1, 0, 1}), std::domain_error);
  EXPECT_NEAR(revised_stability_at(0.2, 3), 0.512, 1e-15);
}

double between(double lower, double upper) {
  return lower + (upper - lower) * static_cast<double>(*rc::gen::inRange(0, 10001)) / 10000;
}

RC_GTEST_PROP(PositionProperties, regressing_narrows_and_quadrants_add_up, ()) {
  const ScorePair scores{{between(-3, 3), between(-3, 3)},
                         {between(0.2, 3), between(0.2, 3)},
                         {between(0.6, 0.99), between(0.6, 0.99)},
                         between(-0.5, 0.5)};
  const Pair x{between(-6, 6), between(-6, 6)};
  const auto regressed = regress_position(scores, x);
  RC_ASSERT(regressed.has_value());
  const Covariance2 error = error_covariance(scores);
  const Covariance2& v = regressed->position.covariance;
  RC_ASSERT(is_covariance(v));
  RC_ASSERT(v.first <= error.first * (1 + 1e-12) && v.second <= error.second * (1 + 1e-12));
  const Pair cut{between(-3, 3), between(-3, 3)};
  RC_ASSERT(std::abs(total(quadrants(regressed->position, cut)) - 1) < 1e-12);
  // The regression onto the mean is the identity for a score at the mean.
  const auto still = regress_position(scores, scores.mean);
  RC_ASSERT(std::abs(still->position.mean[0] - scores.mean[0]) < 1e-12);
}

RC_GTEST_PROP(PositionProperties, a_point_of_the_ellipse_is_as_far_as_the_level_says, ()) {
  const double a = between(0.1, 3);
  const double b = between(0.1, 3);
  const Covariance2 v{a, between(-0.95, 0.95) * std::sqrt(a * b), b};
  const EllipseAxes axes = ellipse_of(v, 0.95);
  const double turn = between(0, 6.28);
  const double x = axes.semi_major * std::cos(turn);
  const double y = axes.semi_minor * std::sin(turn);
  const Pair d{x * std::cos(axes.angle) - y * std::sin(axes.angle),
               x * std::sin(axes.angle) + y * std::cos(axes.angle)};
  RC_ASSERT(std::abs(*mahalanobis_square(d, v) + 2 * std::log(0.05)) < 1e-8);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
