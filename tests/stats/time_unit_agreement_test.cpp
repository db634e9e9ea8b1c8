#include "stats/time_unit_agreement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "stats/kappa.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

TimeUnitAgreement of(const TimeLine& a, const TimeLine& b, std::size_t codes, std::size_t widest) {
  const auto tally = time_unit_tally(a, b, codes, widest);
  const TimeUnitTally* one = &*tally;
  return time_unit_agreement(std::span(&one, 1));
}

struct Lines {
  TimeLine first, second;
  std::size_t codes = 2;
};

Lines any_lines() {
  Lines lines;
  lines.codes = *rc::gen::inRange<std::size_t>(2, 5);
  const auto n = *rc::gen::inRange<std::size_t>(1, 40);
  const auto line = rc::gen::container<TimeLine>(
      n, rc::gen::inRange<std::uint16_t>(0, static_cast<std::uint16_t>(lines.codes)));
  lines.first = *line;
  lines.second = *line;
  return lines;
}

TEST(TimeUnitAgreement, without_tolerance_it_is_cohens_kappa) {
  const TimeLine a{0, 0, 1, 1, 2, 2, 0, 1, 1, 0}, b{0, 1, 1, 1, 2, 0, 0, 1, 2, 0};
  const auto agreement = of(a, b, 3, 0);
  Matrix counts(3, 3);
  for (std::size_t u = 0; u < a.size(); ++u) counts(a[u], b[u]) += 1;
  const auto cohen = *cohen_kappa(counts, agreement_weights(3, AgreementWeights::unweighted));
  EXPECT_NEAR(*agreement.curve[0].kappa, *cohen.kappa.value, 1e-14);
  EXPECT_NEAR(agreement.by_chance, cohen.kappa.expected, 1e-14);
  EXPECT_EQ(agreement.units, 10);
}

TEST(TimeUnitAgreement, by_hand_with_a_tolerance_of_one) {
  // Unit 2: the first's 1 meets a 1 at unit 3; the second's 0 meets a 0 at unit 1. Unit 5: the first's 1 is
  // nowhere near; the second's 0 meets a 0 at unit 4 or 6.
  const TimeLine a{0, 0, 1, 1, 0, 1, 0, 0}, b{0, 0, 0, 1, 0, 0, 0, 0};
  const auto agreement = of(a, b, 2, 1);
  EXPECT_EQ(agreement.table(0, 0), 5 + 0.5 + 0.5);
  EXPECT_EQ(agreement.table(1, 1), 1 + 0.5);
  EXPECT_EQ(agreement.table(1, 0), 0.5);
  EXPECT_NEAR(agreement.curve[1].observed, 7.5 / 8, 1e-15);
  const double expected = (6.0 * 6.5 + 2.0 * 1.5) / 64;
  EXPECT_NEAR(*agreement.curve[1].kappa, (7.5 / 8 - expected) / (1 - expected), 1e-14);
}

RC_GTEST_PROP(TimeUnitAgreement, a_wider_tolerance_never_lowers_agreement, ()) {
  const Lines lines = any_lines();
  const auto agreement = of(lines.first, lines.second, lines.codes, 12);
  for (std::size_t t = 1; t < agreement.curve.size(); ++t) {
    RC_ASSERT(agreement.curve[t].observed >= agreement.curve[t - 1].observed);
    if (!agreement.curve[t - 1].kappa) continue;
    RC_ASSERT(agreement.curve[t].kappa.has_value());
    RC_ASSERT(*agreement.curve[t].kappa >= *agreement.curve[t - 1].kappa);
  }
}

// From 0 on the greatest so far is kappa itself: the proof in the header.
RC_GTEST_PROP(TimeUnitAgreement, above_chance_kappa_is_that_of_its_own_table, ()) {
  Lines lines = any_lines();
  for (std::size_t u = 0; u < lines.first.size(); ++u)  // mostly the same, so that kappa is above 0
    if (*rc::gen::inRange(0, 4) != 0) lines.second[u] = lines.first[u];
  const auto widest = *rc::gen::inRange<std::size_t>(0, 8);
  const auto agreement = of(lines.first, lines.second, lines.codes, widest);
  if (!agreement.curve.front().kappa || *agreement.curve.front().kappa < 0) return;
  double observed = 0, expected = 0;
  for (std::size_t i = 0; i < lines.codes; ++i) {
    double row = 0, col = 0;
    for (std::size_t j = 0; j < lines.codes; ++j) {
      row += agreement.table(i, j);
      col += agreement.table(j, i);
    }
    observed += agreement.table(i, i) / agreement.units;
    expected += row * col / (agreement.units * agreement.units);
  }
  if (expected > 1 - 1e-9) return;
  RC_ASSERT(std::abs(*agreement.curve.back().kappa - (observed - expected) / (1 - expected)) < 1e-12);
}

RC_GTEST_PROP(TimeUnitAgreement, who_is_first_does_not_matter, ()) {
  const Lines lines = any_lines();
  const auto one = of(lines.first, lines.second, lines.codes, 3),
             other = of(lines.second, lines.first, lines.codes, 3);
  for (std::size_t t = 0; t < one.curve.size(); ++t) {
    RC_ASSERT(std::abs(one.curve[t].observed - other.curve[t].observed) < 1e-12);
    RC_ASSERT(one.curve[t].kappa.has_value() == other.curve[t].kappa.has_value());
    if (one.curve[t].kappa) RC_ASSERT(std::abs(*one.curve[t].kappa - *other.curve[t].kappa) < 1e-12);
  }
}

/// Units of `a` that agree with `b` shifted by `shift` in a circle.
double agreeing_in_circle(const TimeLine& a, const TimeLine& b, std::size_t shift, std::size_t tolerance) {
  const std::size_t n = a.size();
  double agreeing = 0;
  for (std::size_t u = 0; u < n; ++u) {
    bool found = false;
    for (std::size_t v = 0; v < n; ++v) {
      const std::size_t apart = std::min((u + n - v) % n, (v + n - u) % n);
      found = found || (apart <= tolerance && b[(v + shift) % n] == a[u]);
    }
    agreeing += found ? 1 : 0;
  }
  return agreeing;
}

RC_GTEST_PROP(TimeUnitAgreement, chance_is_the_mean_over_all_shifts, ()) {
  const Lines lines = any_lines();
  const auto tolerance = *rc::gen::inRange<std::size_t>(0, 6);
  double sum = 0;
  const std::size_t n = lines.first.size();
  for (std::size_t shift = 0; shift < n; ++shift)
    sum += agreeing_in_circle(lines.first, lines.second, shift, tolerance) +
           agreeing_in_circle(lines.second, lines.first, shift, tolerance);
  const double size = static_cast<double>(n);
  RC_ASSERT(std::abs(of(lines.first, lines.second, lines.codes, tolerance).by_chance -
                     sum / (2 * size * size)) < 1e-12);
}

TEST(TimeUnitAgreement, one_code_alone_says_nothing_of_kappa) {
  const TimeLine line(20, 1);
  const auto agreement = of(line, line, 2, 2);
  EXPECT_EQ(agreement.curve[2].observed, 1);
  EXPECT_FALSE(agreement.curve[2].kappa);
}

TEST(TimeUnitAgreement, recordings_are_pooled) {
  const TimeLine a{0, 0, 1, 1}, b{0, 1, 1, 1};
  const auto tally = *time_unit_tally(a, b, 2, 1);
  const std::vector<const TimeUnitTally*> twice{&tally, &tally};
  const auto one = of(a, b, 2, 1), two = time_unit_agreement(twice);
  EXPECT_EQ(two.units, 2 * one.units);
  EXPECT_NEAR(*two.curve[1].kappa, *one.curve[1].kappa, 1e-15);
  EXPECT_NEAR(two.by_chance, one.by_chance, 1e-15);
}

TEST(TimeUnitAgreement, errors) {
  const TimeLine two{0, 1}, three{0, 1, 2};
  EXPECT_EQ(time_unit_tally(two, three, 3, 0).error().code, "time_units.lines");
  EXPECT_EQ(time_unit_tally({}, {}, 3, 0).error().code, "time_units.lines");
  EXPECT_EQ(time_unit_tally(three, three, 2, 0).error().code, "time_units.code");
  EXPECT_EQ(time_unit_tally(two, two, 1, 0).error().code, "time_units.categories");
  EXPECT_THROW((void)time_unit_agreement({}), std::invalid_argument);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
