#include "stats/effect_size.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "reference/reference_case.hpp"
#include "stats/sample.hpp"
#include "stats/simulate_models.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

PrePostSummary summary_of(const PrePostScores& scores) {
  const auto pre = *summarise(scores.pre), post = *summarise(scores.post);
  return {pre.n, pre.mean, *pre.sd, post.mean, *post.sd, *pearson_r(scores.pre, scores.post)};
}

TEST(EffectSize, pre_post_as_reference) {
  const auto reference = reference::find_case("meta/escalc_pre_post");
  const auto table = reference->table();
  const auto column = [&](const char* name) { return table.complete(name); };
  const std::pair<const char*, ChangeStandard> sets[] = {{"SMCC", ChangeStandard::change_sd},
                                                         {"SMCR", ChangeStandard::pre_sd},
                                                         {"SMCRH", ChangeStandard::pre_sd_unequal}};
  for (const auto& [name, standard] : sets)
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const PrePostSummary group{static_cast<std::size_t>(column("ni")[i]),
                                 column("m_pre")[i],
                                 column("sd_pre")[i],
                                 column("m_post")[i],
                                 column("sd_post")[i],
                                 column("ri")[i]};
      const auto effect = *within_group(group, standard);
      EXPECT_NEAR(effect.g, reference->results().at(name).at("yi")[i].get<double>(), 1e-10) << name;
      EXPECT_NEAR(effect.variance, reference->results().at(name).at("vi")[i].get<double>(), 1e-11) << name;
    }
}

TEST(EffectSize, of_two_groups_by_hand) {
  const auto effect = *between_groups({10, 20, 4}, {10, 16, 4});
  EXPECT_DOUBLE_EQ(effect.d, -1);
  EXPECT_NEAR(effect.g, -small_sample_factor(18), 1e-15);
  EXPECT_NEAR(small_sample_factor(18), 1 - 3 / (4 * 18.0 - 1), 2e-4);
  EXPECT_NEAR(effect.variance, 0.2 + effect.g * effect.g / 40, 1e-15);
  const auto t = *welch_test({10, 20, 4}, {10, 16, 4});
  EXPECT_NEAR(t.df, 18, 1e-12);
  EXPECT_NEAR(t.t, -4 / (4 * std::sqrt(0.2)), 1e-12);
}

// The mean of g over samples is the planted effect, its variance that of the formula.
TEST(EffectSize, is_unbiased_and_its_variance_holds_over_samples) {
  constexpr std::size_t samples = 3000;
  const PrePostSummary planted{20, 25, 6, 20, 6, 0.6};
  for (const auto standard : {ChangeStandard::pre_sd, ChangeStandard::change_sd}) {
    std::vector<double> g;
    double variance = 0;
    for (std::size_t s = 0; s < samples; ++s) {
      const auto effect =
          *within_group(summary_of(simulate_pre_post(planted, RandomKey{17, 0}.part(s))), standard);
      g.push_back(effect.g);
      variance += effect.variance / samples;
    }
    const auto spread = *summarise(g);
    const double sd = standard == ChangeStandard::pre_sd ? 6 : 6 * std::sqrt(2 * (1 - 0.6));
    EXPECT_NEAR(spread.mean, -5 / sd, 4 * *spread.sd / std::sqrt(samples));
    EXPECT_NEAR(variance / (*spread.sd * *spread.sd), 1, 0.12);
  }
}

TEST(EffectSize, of_a_controlled_change_is_unbiased_and_its_variance_holds) {
  constexpr std::size_t samples = 3000;
  std::vector<double> g;
  double variance = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    const RandomKey key = RandomKey{19, 0}.part(s);
    const auto control = summary_of(simulate_pre_post({18, 25, 6, 24, 6, 0.5}, key.part(0)));
    const auto treated = summary_of(simulate_pre_post({22, 25, 6, 20, 6, 0.5}, key.part(1)));
    const auto effect = *controlled_change(control, treated);
    g.push_back(effect.g);
    variance += effect.variance / samples;
  }
  const auto spread = *summarise(g);
  EXPECT_NEAR(spread.mean, -4.0 / 6, 4 * *spread.sd / std::sqrt(samples));
  EXPECT_NEAR(variance / (*spread.sd * *spread.sd), 1, 0.12);
}

TEST(EffectSize, in_plain_words) {
  EXPECT_DOUBLE_EQ(probability_of_superiority(0), 0.5);
  EXPECT_NEAR(probability_of_superiority(0.8), 0.7142, 1e-4);
  EXPECT_NEAR(share_below_mean(0.8), 0.7881, 1e-4);
}

TEST(EffectSize, names_what_is_missing) {
  EXPECT_EQ(between_groups({1, 20, 4}, {10, 16, 4}).error().code, "effect.too_few");
  EXPECT_EQ(between_groups({10, 20, nan}, {10, 16, 4}).error().code, "effect.not_finite");
  EXPECT_EQ(between_groups({10, 20, 0}, {10, 16, 0}).error().code, "effect.no_variance");
  EXPECT_EQ(welch_test({10, 20, 0}, {10, 16, 0}).error().code, "effect.no_variance");
  EXPECT_EQ(within_group({2, 1, 1, 1, 1, 0}, ChangeStandard::pre_sd).error().code, "effect.too_few");
  EXPECT_EQ(within_group({9, 1, 1, 1, 1, 2}, ChangeStandard::pre_sd).error().code, "effect.not_finite");
  EXPECT_EQ(within_group({9, 1, 1, 2, 1, 1}, ChangeStandard::change_sd).error().code, "effect.no_variance");
  EXPECT_EQ(controlled_change({9, 1, 0, 2, 1, 0}, {9, 1, 0, 2, 1, 0}).error().code, "effect.no_variance");
  EXPECT_THROW((void)small_sample_factor(1), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
