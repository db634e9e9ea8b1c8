#include "stats/simulate_models.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "stats/sample.hpp"
#include "stats/state_space_designs.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TEST(SimulateModels, a_prototype_has_the_planted_moments) {
  const StateDesign design{StateDesignKind::prototype, PrototypeLevel::shared, {}, {}};
  const std::vector<NamedValue> p{
      {"stability", 0.7}, {"deviation_variance", 2}, {"level_mean", 5}, {"noise_variance", 0.5}};
  std::vector<double> times;
  for (int t = 0; t < 40000; ++t) times.push_back(t);
  const auto model = *make_state_space(design, p, std::vector<double>(times.begin(), times.begin() + 2));
  const auto made = simulate_state_space(model, times.size(), {3, 3});
  std::vector<double> y, before, after;
  for (std::size_t t = 0; t < times.size(); ++t) y.push_back(*made.occasions[t][0]);
  before.assign(y.begin(), y.end() - 1);
  after.assign(y.begin() + 1, y.end());
  EXPECT_NEAR(summarise(y)->mean, 5, 0.08);
  EXPECT_NEAR(std::pow(*summarise(y)->sd, 2), 2.5, 0.12);
  EXPECT_NEAR(*pearson_r(before, after), 0.7 * 2 / 2.5, 0.03);
}

TEST(SimulateModels, fewer_people_are_the_first_of_more) {
  StructuralModel model{{"x", "y"}, {}, {}, {}};
  model.terms = {{Relation::predicts, "y", "x", 0.5, "", {}},
                 {Relation::covaries, "x", "x", 1, "", {}},
                 {Relation::covaries, "y", "y", {}, "", 2}};
  const auto few = simulate_rows(model, 3, {1, 1}), many = simulate_rows(model, 30, {1, 1});
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  const auto lost = lose_values(many, 0.5, 1, {2, 2});
  std::size_t missing = 0;
  for (const DataRow& row : lost) {
    EXPECT_TRUE(row[0]);
    if (!row[1]) ++missing;
  }
  EXPECT_GT(missing, 5U);
  EXPECT_LT(missing, 25U);
}

TEST(SimulateModels, scores_before_and_after) {
  const auto scores = simulate_pre_post({20000, 20, 5, 15, 6, 0.6}, {9, 9});
  EXPECT_NEAR(summarise(scores.post)->mean, 15, 0.2);
  EXPECT_NEAR(*summarise(scores.post)->sd, 6, 0.15);
  EXPECT_NEAR(*pearson_r(scores.pre, scores.post), 0.6, 0.02);
}

TEST(SimulateModels, refuses_what_cannot_be) {
  StructuralModel model{{"x"}, {}, {{Relation::covaries, "x", "x", -1, "", {}}}, {}};
  EXPECT_THROW((void)simulate_rows(model, 1, {}), std::invalid_argument);
  model.terms[0].fixed.reset();
  EXPECT_THROW((void)simulate_rows(model, 1, {}), std::invalid_argument);
  EXPECT_THROW((void)lose_values({}, 2, 0, {}), std::invalid_argument);
  EXPECT_THROW((void)simulate_pre_post({1, 0, -1, 0, 1, 0}, {}), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
