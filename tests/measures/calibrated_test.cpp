// Scales whose items are calibrated: any of the items tell the state, and what was not asked is not guessed.

#include "measures/calibrated.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "catalog/load.hpp"
#include "measures/adaptive.hpp"
#include "measures/change.hpp"
#include "measures/scoring.hpp"
#include "stats/random_stream.hpp"

namespace securebase::measures {
namespace SECUREBASE_THIS_FILE {

using ::testing::HasSubstr;

/// Two scales of ten items with answers 1 to 5; odd items and even items; every fourth of each is reversed.
catalog::Instrument two_scales(bool simulated = false) {
  catalog::Instrument instrument;
  instrument.id = "twain";
  instrument.version = "1";
  instrument.abbreviation = "TW";
  instrument.sources = {{"own", "These answers.", ""}};
  instrument.orders = {{"first", "First", {1, 5}, {}, true, "", {"own", true, ""}}};
  for (int number = 1; number <= 20; ++number) instrument.items.push_back({number, {1, 5}, false, false, ""});
  for (int s = 0; s < 2; ++s) {
    catalog::Scale scale;
    scale.id = s == 0 ? "odd" : "even";
    scale.name = scale.id;
    scale.verb = catalog::Verb::mean;
    scale.range_min = 1;
    scale.range_max = 5;
    catalog::Calibration calibration;
    calibration.scale = scale.id;
    calibration.order = "first";
    calibration.simulated = simulated;
    calibration.sample = "people of a test";
    calibration.people = 1000;
    calibration.provenance = {"own", true, ""};
    for (int i = 0; i < 10; ++i) {
      const int number = 2 * i + 1 + s;
      scale.key.items.push_back(number);
      if (i % 4 == 3) scale.key.reversed.push_back(number);
      const double middle = -1.5 + i / 3.0;
      calibration.items.push_back({number,
                                   1.4 + 0.1 * i,
                                   0.1,
                                   {middle - 1, middle - 0.3, middle + 0.4, middle + 1.2},
                                   {0.1, 0.1, 0.1, 0.1},
                                   {}});
    }
    calibration.norms = {{"people", {}, {}, {}, 1000, 0, 1},
                         {"people", "female", {}, {}, 500, 0.2, 0.9},
                         {"people", "female", 18, 24, 200, 0.4, 1.1}};
    instrument.scales.push_back(scale);
    instrument.calibrations.push_back(calibration);
  }
  return instrument;
}

const catalog::Order& order_of(const catalog::Instrument& instrument) {
  return instrument.orders.front();
}

CalibratedScale opened(const catalog::Instrument& instrument, const std::string& scale = "odd") {
  auto result = CalibratedScale::open(instrument, order_of(instrument), scale, AnswersOf::people);
  if (!result) throw std::logic_error(to_text(result.error()));
  return std::move(*result);
}

std::vector<AnswerByte> unasked() {
  return std::vector<AnswerByte>(20, not_asked_byte);
}

TEST(CalibratedScale, reversed_items_are_turned) {
  const auto instrument = two_scales();
  const auto scale = opened(instrument);
  EXPECT_EQ(scale.keyed(0, 1), 1);
  EXPECT_EQ(scale.keyed(3, 1), 3);  // item 7 is reversed
  EXPECT_EQ(scale.keyed(3, skipped_byte), skipped_byte);
  auto low = unasked();
  auto high = unasked();
  low[6] = 4;
  high[6] = 0;
  EXPECT_LT(scale.estimate(low.data()).state.theta, -0.3);
  EXPECT_GT(scale.estimate(high.data()).state.theta, 0.3);
}

TEST(CalibratedScale, the_full_score_follows_from_the_state) {
  const auto instrument = two_scales();
  const auto scale = opened(instrument);
  EXPECT_NEAR(scale.expected_score(-9), 1, 0.01);
  EXPECT_NEAR(scale.expected_score(9), 5, 0.01);
  double before = 0;
  for (double theta = -4; theta <= 4; theta += 0.5) {
    EXPECT_GT(scale.expected_score(theta), before);
    before = scale.expected_score(theta);
  }
  const auto nothing = scale.estimate(unasked().data());
  EXPECT_EQ(nothing.answered, 0);
  EXPECT_NEAR(nothing.state.theta, 0, 1e-9);
  EXPECT_NEAR(nothing.state.error, 1, 1e-6);
}

TEST(CalibratedScale, parameters_of_nobody_score_nobody) {
  const auto instrument = two_scales(true);
  const auto refused = CalibratedScale::open(instrument, order_of(instrument), "odd", AnswersOf::people);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "calibration.simulated");
  EXPECT_TRUE(CalibratedScale::open(instrument, order_of(instrument), "odd", AnswersOf::nobody));
  EXPECT_EQ(AdaptiveMeasure::open(instrument, order_of(instrument), {}, AnswersOf::people).error().code,
            "adaptive.none");
  EXPECT_TRUE(calibrated_scales(instrument, order_of(instrument), AnswersOf::people).empty());
  Responses responses(20, Response::not_asked());
  for (std::size_t i = 0; i < 16; ++i) responses[i] = Response::answered(3);
  const auto scores = score(instrument, order_of(instrument), responses);
  ASSERT_TRUE(scores);
  for (const Score& score : scores->scores) EXPECT_EQ(score.state, ScoreState::no_score);
}

TEST(CalibratedScale, what_is_not_calibrated_is_said) {
  auto instrument = two_scales();
  instrument.calibrations.pop_back();
  const auto refused = CalibratedScale::open(instrument, order_of(instrument), "even", AnswersOf::people);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "calibration.none");
  EXPECT_THAT(refused.error().detail, HasSubstr("odd in the order first"));
}

TEST(StateNorm, the_most_specific_holds) {
  const auto instrument = two_scales();
  const auto& calibration = instrument.calibrations.front();
  EXPECT_EQ(state_norm(calibration, "male", 30)->n, 1000);
  EXPECT_EQ(state_norm(calibration, "female", {})->n, 500);
  EXPECT_EQ(state_norm(calibration, "female", 20)->n, 200);
  EXPECT_EQ(state_norm(calibration, "female", 25)->n, 500);
  EXPECT_EQ(state_norm(catalog::Calibration{}, {}, {}), nullptr);
}

TEST(EstimatedScore, is_in_the_unit_of_the_score_with_an_error_of_its_own) {
  const auto instrument = two_scales();
  Responses responses(20, Response::not_asked());
  for (const std::size_t i : {0U, 4U, 8U, 12U}) responses[i] = Response::answered(4);
  const auto scores = score(instrument, order_of(instrument), responses);
  ASSERT_TRUE(scores);
  const Score& odd = scores->scores[0];
  EXPECT_EQ(odd.state, ScoreState::estimated);
  EXPECT_EQ(odd.answered, 4);
  EXPECT_EQ(odd.items, 10);
  ASSERT_TRUE(odd.value && odd.error);
  EXPECT_GT(*odd.value, 3);
  EXPECT_LT(odd.error->interval.lower, *odd.value);
  EXPECT_GE(odd.error->interval.lower, 1);
  EXPECT_THAT(odd.error->basis, HasSubstr("4 of 10 items"));
  EXPECT_EQ(scores->scores[1].state, ScoreState::no_score);  // nothing of it was asked
  ASSERT_FALSE(scores->findings.empty());
  EXPECT_EQ(scores->findings[0].code, "score.estimated");
}

// Someone who leaves questions out that were asked has no score by this: the rule for missing answers holds.
TEST(EstimatedScore, skipped_questions_make_none) {
  const auto instrument = two_scales();
  Responses responses(20, Response::skipped());
  for (const std::size_t i : {0U, 4U, 8U, 12U}) responses[i] = Response::answered(4);
  const auto scores = score(instrument, order_of(instrument), responses);
  ASSERT_TRUE(scores);
  EXPECT_EQ(scores->scores[0].state, ScoreState::no_score);
}

TEST(EstimatedScore, two_answers_are_too_few) {
  const auto instrument = two_scales();
  Responses responses(20, Response::not_asked());
  responses[0] = responses[4] = Response::answered(4);
  EXPECT_EQ(score(instrument, order_of(instrument), responses)->scores[0].state, ScoreState::no_score);
}

// A full score keeps its own error; the state stands beside it.
TEST(StateFinding, tells_the_t_score) {
  const auto instrument = two_scales();
  Responses responses(20, Response::skipped());
  for (std::size_t i = 0; i < 10; ++i) responses[2 * i] = Response::answered(i % 4 == 3 ? 2 : 4);
  const auto scores = score(instrument, order_of(instrument), responses, {"female", 20});
  ASSERT_TRUE(scores);
  const auto found = std::find_if(scores->findings.begin(), scores->findings.end(),
                                  [](const Finding& finding) { return finding.code == "score.state"; });
  ASSERT_NE(found, scores->findings.end());
  const auto state =
      opened(instrument).estimate(encode(instrument, order_of(instrument), responses)->data()).state;
  char t[32];
  std::snprintf(t, sizeof t, "T %.1f", 50 + 10 * state.theta);
  EXPECT_THAT(found->statement, HasSubstr(t));
  EXPECT_THAT(found->statement, HasSubstr("of this gender and age"));
  EXPECT_EQ(std::count_if(scores->findings.begin(), scores->findings.end(),
                          [](const Finding& finding) { return finding.code == "score.state"; }),
            1);  // not of the scale without a score
  auto normed = instrument;
  normed.scales[0].norms = {{"community",
                             "a sample",
                             {},
                             {},
                             {},
                             100,
                             3,
                             1,
                             catalog::PercentileBasis::none,
                             {},
                             {},
                             {"own", true, ""}}};
  const auto beside = score(normed, order_of(normed), responses);
  ASSERT_TRUE(beside);
  for (const Finding& finding : beside->findings) EXPECT_NE(finding.code, "score.state");
}

// Change between two of them is held against the errors of both.
TEST(EstimatedScore, change_is_held_against_both_errors) {
  const auto instrument = two_scales();
  const auto of = [&](int answer, std::size_t asked) {
    Responses responses(20, Response::not_asked());
    for (std::size_t i = 0; i < asked; ++i)
      responses[2 * i] = Response::answered(i % 4 == 3 ? 6 - answer : answer);
    return *score(instrument, order_of(instrument), responses);
  };
  const Scores before = of(5, 5);
  const Scores after = of(1, 6);
  const auto report = change(instrument, before, after);
  ASSERT_TRUE(report);
  const Change& odd = report->changes[0];
  ASSERT_TRUE(odd.standard_error);
  EXPECT_NEAR(*odd.standard_error, std::hypot(before.scores[0].error->value, after.scores[0].error->value),
              1e-12);
  EXPECT_EQ(odd.category, ChangeCategory::improved);
  EXPECT_TRUE(odd.one_sitting);
  EXPECT_EQ(change(instrument, of(3, 5), of(3, 6))->changes[0].category, ChangeCategory::unchanged);
  EXPECT_EQ(report->changes[1].category, ChangeCategory::undetermined);
}

// The more is asked the nearer to the full score, which is then what counts.
TEST(EstimatedScore, comes_near_the_full_score) {
  const auto instrument = two_scales();
  const auto scale = opened(instrument);
  double off_by_four = 0;
  double off_by_eight = 0;
  for (std::uint64_t person = 0; person < 200; ++person) {
    const stats::RandomKey key{77, person};
    const double theta = stats::random_normal(key, 0);
    Responses full(20, Response::skipped());
    for (std::size_t i = 0; i < 10; ++i) {
      const int answer = stats::answer_at(scale.items()[i], theta, stats::random_uniform(key, i + 1));
      full[2 * i] = Response::answered(i % 4 == 3 ? 5 - answer : 1 + answer);
    }
    const double all = *score(instrument, order_of(instrument), full)->scores[0].value;
    for (const std::size_t asked : {4U, 8U}) {
      Responses some(20, Response::not_asked());
      for (std::size_t i = 0; i < asked; ++i) some[2 * ((i * 7) % 10)] = full[2 * ((i * 7) % 10)];
      const double off = *score(instrument, order_of(instrument), some)->scores[0].value - all;
      (asked == 4 ? off_by_four : off_by_eight) += off * off / 200;
    }
  }
  EXPECT_LT(std::sqrt(off_by_eight), 0.25);
  EXPECT_LT(off_by_eight, off_by_four / 2);
}

// Adaptive

AdaptiveMeasure adaptive(const catalog::Instrument& instrument, const AdaptiveRule& rule = {}) {
  auto measure = AdaptiveMeasure::open(instrument, order_of(instrument), rule, AnswersOf::people);
  if (!measure) throw std::logic_error(to_text(measure.error()));
  return std::move(*measure);
}

std::vector<AdaptiveAnswer> asked_to_the_end(const AdaptiveMeasure& measure, AnswerByte answer) {
  std::vector<AdaptiveAnswer> asked;
  for (auto progress = measure.next(asked); progress && progress->next; progress = measure.next(asked))
    asked.push_back({*progress->next, answer});
  return asked;
}

TEST(AdaptiveMeasure, scales_take_turns) {
  const auto instrument = two_scales();
  AdaptiveRule rule;
  rule.stop_error = 0;
  rule.least_gain = 0;
  rule.most_items = 5;
  const auto asked = asked_to_the_end(adaptive(instrument, rule), 2);
  ASSERT_EQ(asked.size(), 10U);
  for (std::size_t i = 0; i < asked.size(); i += 2)
    EXPECT_NE(asked[i].position % 2, asked[i + 1].position % 2) << i;
}

TEST(AdaptiveMeasure, never_more_than_the_client_wants) {
  const auto instrument = two_scales();
  AdaptiveRule rule;
  rule.stop_error = 0;
  rule.least_gain = 0;
  rule.most_in_all = 3;
  const auto measure = adaptive(instrument, rule);
  EXPECT_EQ(measure.next({})->most_left, 3U);
  EXPECT_EQ(asked_to_the_end(measure, 2).size(), 3U);
}

TEST(AdaptiveMeasure, ends_each_scale_when_it_is_known) {
  const auto instrument = two_scales();
  AdaptiveRule rule;
  rule.stop_error = 0.5;
  rule.least_items = 2;
  const auto measure = adaptive(instrument, rule);
  const auto asked = asked_to_the_end(measure, 2);
  const auto progress = measure.next(asked);
  ASSERT_TRUE(progress);
  for (const ScaleProgress& scale : progress->scales) {
    EXPECT_EQ(scale.stop, stats::AdaptiveStop::error_reached);
    EXPECT_LT(scale.state.error, 0.5);
    EXPECT_LT(scale.asked, 8U);
  }
}

// Whoever skips is not asked the same again, and is not asked for ever.
TEST(AdaptiveMeasure, skipped_questions_count) {
  const auto instrument = two_scales();
  AdaptiveRule rule;
  rule.most_items = 4;
  EXPECT_EQ(asked_to_the_end(adaptive(instrument, rule), skipped_byte).size(), 8U);
}

TEST(AdaptiveMeasure, refuses_what_is_no_answer) {
  const auto instrument = two_scales();
  const auto measure = adaptive(instrument);
  for (const std::vector<AdaptiveAnswer>& wrong :
       {std::vector<AdaptiveAnswer>{{21, 1}}, {{0, 1}}, {{1, 5}}, {{1, 2}, {1, 2}}}) {
    const auto refused = measure.next(wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "adaptive.answer");
  }
  AdaptiveRule senseless;
  senseless.least_items = 11;
  senseless.most_items = 10;
  EXPECT_EQ(
      AdaptiveMeasure::open(instrument, order_of(instrument), senseless, AnswersOf::people).error().code,
      "adaptive.rule");
}

// An item that repeats what was asked is left for later.
TEST(AdaptiveMeasure, what_pairs_share_is_minded) {
  auto instrument = two_scales();
  instrument.calibrations.pop_back();
  AdaptiveRule rule;
  const auto plain = asked_to_the_end(adaptive(instrument, rule), 2);
  auto& items = instrument.calibrations.front().items;
  for (auto& item : items) item.dependence.assign(items.size(), 0);
  std::size_t first = 0;
  std::size_t second = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].item == plain[0].position) first = i;
    if (items[i].item == plain[1].position) second = i;
  }
  items[first].dependence[second] = items[second].dependence[first] = 0.9;
  const auto minded = asked_to_the_end(adaptive(instrument, rule), 2);
  EXPECT_EQ(minded[0].position, plain[0].position);
  EXPECT_NE(minded[1].position, plain[1].position);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::measures
