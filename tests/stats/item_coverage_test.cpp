// Intervals of item parameters and states over many samples, and bias in large ones.

#include <gtest/gtest.h>

#include <cmath>

#include "coverage.hpp"
#include "item_people.hpp"
#include "stats/adaptive_test.hpp"
#include "stats/latent_distribution.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

constexpr std::size_t few = 24;
constexpr double reach = 1.959963984540054;

std::vector<PolytomousItem> planted(ItemModel model) {
  std::vector<PolytomousItem> items;
  for (int i = 0; i < 8; ++i) {
    const double at = -1.05 + 0.3 * i;
    items.push_back({model, 0.9 + 0.2 * i, {at - 0.9, at + 0.1, at + 1}});
  }
  return items;
}

std::optional<Interval> around(double estimate, const std::optional<double>& error) {
  if (!error) return std::nullopt;
  return Interval{estimate - reach * *error, estimate + reach * *error, 0.95};
}

void cover(Coverage& coverage, const std::vector<PolytomousItem>& items, const Calibration& fit) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const CalibratedItem& found = fit.items[0][i];
    coverage.add("a" + std::to_string(i + 1), items[i].discrimination, found.item.discrimination,
                 around(found.item.discrimination, found.discrimination_error));
    for (std::size_t k = 0; k < items[i].locations.size(); ++k)
      coverage.add("b" + std::to_string(i + 1) + "." + std::to_string(k + 1), items[i].locations[k],
                   found.item.locations[k], around(found.item.locations[k], found.location_errors[k]));
  }
}

void cover_parameters(ItemModel model, const char* name, std::uint64_t seed) {
  const auto items = planted(model);
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    ResponseMatrix responses;
    add_people(responses, items, {1000, 0, 1, 0.05}, RandomKey{seed, 0}.part(s));
    const auto fit = calibrate_items(responses, plan_for(items));
    ASSERT_TRUE(fit);
    if (fit->convergence.verdict == Verdict::converged) cover(coverage, items, *fit);
  }
  // Estimates of a thousand people are not yet without bias.
  constexpr double bias_errors = 12;
  coverage.expect(name, 0.012, bias_errors);
}

TEST(CoverageOf, graded_response_parameters) {
  cover_parameters(ItemModel::graded_response, "graded response, 8 items, 1,000 people, 5 % missing", 301);
}

TEST(CoverageOf, partial_credit_parameters) {
  cover_parameters(ItemModel::generalized_partial_credit,
                   "partial credit, 8 items, 1,000 people, 5 % missing", 302);
}

TEST(CoverageOf, the_spread_of_a_group) {
  const auto items = planted(ItemModel::graded_response);
  Coverage coverage;
  for (std::size_t s = 0; s < samples(few); ++s) {
    ResponseMatrix responses;
    add_people(responses, items, {400, 0.5, 0.8, 0}, RandomKey{303, 0}.part(s));
    const auto found = latent_distribution(responses, items, {}, 1);
    ASSERT_TRUE(found);
    coverage.add("mean", 0.5, found->mean, around(found->mean, found->mean_error));
    coverage.add("SD", 0.8, found->sd, around(found->sd, found->sd_error));
  }
  coverage.expect("mean and SD of a group of 400, known items", 0.01);
}

// EAP and its SD, after all items and after an adaptive test: the state is drawn from the prior, as in people
// whom the items were calibrated on.
TEST(CoverageOf, states) {
  const auto items = planted(ItemModel::graded_response);
  AdaptivePlan plan;
  plan.stop_error = 0.5;
  plan.least_items = 3;
  plan.most_items = 6;
  const AdaptiveTest test(items, plan);
  const StateScorer scorer(items, {}, {121, -6, 6});
  Coverage coverage;
  for (std::size_t s = 0; s < 40 * samples(few); ++s) {
    const RandomKey own = RandomKey{304, 0}.part(s);
    const double theta = random_normal(own, 0);
    std::vector<std::uint8_t> answers;
    for (std::size_t i = 0; i < items.size(); ++i)
      answers.push_back(answer_at(items[i], theta, random_uniform(own, i + 1)));
    const auto full = scorer.score(answers);
    coverage.add("all items", theta, full.theta, around(full.theta, full.sd));
    std::vector<AskedItem> asked;
    for (auto step = test.next(asked); step.stop == AdaptiveStop::going_on; step = test.next(asked))
      asked.push_back({step.item, answers[step.item]});
    const auto some = test.estimate(asked);
    coverage.add("adaptive", theta, some.theta, around(some.theta, some.sd));
  }
  coverage.expect("states of people, all items and adaptive", 0.01);
}

// Bias below .02 at 10,000 people.
TEST(CoverageOf, parameters_of_ten_thousand_people) {
  for (const ItemModel model : {ItemModel::graded_response, ItemModel::generalized_partial_credit}) {
    const auto items = planted(model);
    const std::size_t runs = std::max<std::size_t>(4, samples(few) / 20);
    std::vector<double> off(32, 0);
    for (std::size_t s = 0; s < runs; ++s) {
      ResponseMatrix responses;
      add_people(responses, items, {10'000, 0, 1, 0}, RandomKey{305, 0}.part(s));
      CalibrationPlan plan = plan_for(items);
      plan.errors = ErrorsOf::nothing;
      plan.threads = 2;
      const auto fit = calibrate_items(responses, plan);
      ASSERT_TRUE(fit);
      for (std::size_t i = 0; i < 8; ++i) {
        off[i] +=
            (fit->items[0][i].item.discrimination - items[i].discrimination) / static_cast<double>(runs);
        for (std::size_t k = 0; k < 3; ++k)
          off[8 + 3 * i + k] +=
              (fit->items[0][i].item.locations[k] - items[i].locations[k]) / static_cast<double>(runs);
      }
    }
    double worst = 0;
    for (const double bias : off) worst = std::max(worst, std::abs(bias));
    std::printf("[ COVERAGE ] bias at 10,000 people, %zu samples: %.4f at most\n", runs, worst);
    // Few samples leave chance: the largest of 32 with errors of up to .06 of one sample.
    EXPECT_LT(worst, runs >= 100 ? 0.02 : 0.02 + 0.2 / std::sqrt(static_cast<double>(runs)));
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
