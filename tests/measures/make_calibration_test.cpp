#include "measures/make_calibration.hpp"

#include <gmock/gmock.h>

#include "stats/random_stream.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::size_t items_of_scale = 5;

/// People who do not exist, half of them women, of 20 to 59 years.
CalibratedSample made_up(std::size_t people) {
  CalibratedSample of;
  of.scale = "calm";
  of.order = "written";
  of.sample = "people who do not exist";
  of.bands = {40};
  for (std::size_t i = 0; i < items_of_scale; ++i) of.positions.push_back(static_cast<int>(2 * i) + 1);
  for (std::size_t p = 0; p < people; ++p) {
    const stats::RandomKey own = stats::RandomKey{7, 1}.part(p);
    const double theta = stats::random_normal(own, 0);
    for (std::size_t i = 0; i < items_of_scale; ++i) {
      const stats::PolytomousItem item{stats::ItemModel::graded_response, 1.5, {-0.5, 0.7}};
      of.answers.push_back(stats::answer_at(item, theta, stats::random_uniform(own, i + 1)));
    }
    of.people.push_back({p % 2 == 0 ? "female" : "male", 20 + static_cast<int>(p % 40)});
  }
  return of;
}

Result<stats::Calibration> fit(const CalibratedSample& of) {
  stats::CalibrationPlan plan;
  plan.answers.assign(items_of_scale, 3);
  plan.models.assign(items_of_scale, of.model);
  return stats::calibrate_items({items_of_scale, of.answers, {}}, plan);
}

TEST(MakeCalibration, keeps_items_at_their_positions_and_norms_of_large_groups) {
  const CalibratedSample of = made_up(600);
  const auto fitted = fit(of);
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  const auto made = make_calibration(of, *fitted, 0.8123456789);
  ASSERT_TRUE(made) << to_text(made.error());
  EXPECT_EQ(made->people, 600);
  EXPECT_EQ(made->reliability, 0.812346);
  ASSERT_THAT(made->items, SizeIs(items_of_scale));
  EXPECT_EQ(made->items[2].item, 5);
  EXPECT_NEAR(made->items[2].discrimination, fitted->items[0][2].item.discrimination, 5e-7);
  EXPECT_THAT(made->items[2].dependence, SizeIs(items_of_scale));
  EXPECT_EQ(made->items[2].dependence[2], 0);
  EXPECT_EQ(made->items[2].dependence[4], made->items[4].dependence[2]);
  ASSERT_THAT(made->norms, SizeIs(9)) << "everyone, two bands, two genders, and both; nobody is 'other'";
  EXPECT_EQ(made->norms[0].n, 600);
  EXPECT_NEAR(made->norms[0].mean, 0, 0.05);
  EXPECT_NEAR(made->norms[0].sd, 1, 0.05);
  EXPECT_EQ(made->norms[1].age_to, 39);
  EXPECT_EQ(made->norms[2].age_from, 40);
  int in_bands = 0;
  for (const auto& norm : made->norms) in_bands += norm.gender && norm.age_from ? norm.n : 0;
  for (const auto& norm : made->norms) in_bands += norm.gender && norm.age_to ? norm.n : 0;
  EXPECT_EQ(in_bands, 600);
}

TEST(MakeCalibration, leaves_out_groups_that_are_too_small_for_a_norm) {
  CalibratedSample of = made_up(600);
  for (std::size_t p = 0; p < of.people.size(); ++p) of.people[p].gender = p < 99 ? "female" : "male";
  of.bands.clear();
  const auto made = make_calibration(of, *fit(of), 0.8);
  ASSERT_TRUE(made) << to_text(made.error());
  ASSERT_THAT(made->norms, SizeIs(2));
  EXPECT_EQ(made->norms[1].gender, "male");
}

TEST(MakeCalibration, keeps_nothing_that_cannot_score_others) {
  const CalibratedSample of = made_up(600);
  const auto fitted = fit(of);
  ASSERT_TRUE(fitted);
  const auto refused = [&](const stats::Calibration& bad) {
    const auto made = make_calibration(of, bad, 0.8);
    return made ? std::string("done") : made.error().code + ": " + made.error().detail;
  };
  auto bad = *fitted;
  bad.convergence.verdict = stats::Verdict::not_converged;
  EXPECT_THAT(refused(bad), HasSubstr("calibration.unusable"));
  bad = *fitted;
  bad.people = fewest_calibrated - 1;
  EXPECT_THAT(refused(bad), HasSubstr("calibration.too_few: 499"));
  bad = *fitted;
  bad.items[0][1].item.discrimination *= -1;
  EXPECT_THAT(refused(bad), HasSubstr("item 3 measures the other way round"));
  bad = *fitted;
  bad.items[0][4].discrimination_error.reset();
  EXPECT_THAT(refused(bad), HasSubstr("errors of the parameters"));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
