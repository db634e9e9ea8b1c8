#include "coding/classes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "coding/distributions.hpp"
#include "coding/not_for_custody.hpp"
#include "stats/random_stream.hpp"

namespace securebase::coding {
namespace SECUREBASE_THIS_FILE {

using stats::random_normal;
using stats::random_uniform;
using stats::RandomKey;

StrangeSituationScales any_case(const RandomKey& key) {
  std::uint64_t n = 0;
  const auto rated = [&] { return 1 + 6 * random_uniform(key, n++); };
  return {rated(), rated(), rated(), rated(), rated(), rated(), rated(), rated(), rated(), rated(), 3.0};
}

std::vector<StrangeSituationScales> cases(std::size_t n, std::uint64_t seed = 1) {
  std::vector<StrangeSituationScales> all;
  for (std::uint64_t k = 0; k < n; ++k) all.push_back(any_case(RandomKey{seed, 0}.part(k)));
  return all;
}

bool warns(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.statement == not_for_custody_text; });
}

TEST(Composites, of_the_reference_sample_are_centred) {
  const auto all = cases(50);
  const auto sample = *reference_sample("lab 2026", all);
  double seeking = 0, resistance = 0, security = 0;
  for (const auto& one : all) {
    const auto c = *composites(one, sample);
    EXPECT_EQ(c.sample, "lab 2026");
    seeking += *c.seeking;
    resistance += *c.resistance;
    security += *c.security;
  }
  EXPECT_NEAR(seeking, 0, 1e-9);
  EXPECT_NEAR(resistance, 0, 1e-9);
  EXPECT_NEAR(security, 0, 1e-9);
  EXPECT_TRUE(warns(composite_findings(sample)));
}

TEST(Composites, by_hand) {
  auto sample = *reference_sample("s", cases(40));
  sample.scales.assign(8, {4, 2});
  sample.seeking = {16, 4};
  sample.avoidance = {8, 2};
  sample.resistance = {8, 4};
  const StrangeSituationScales one{6, 6, 2, 2, 6, 6, 2, 4, {}, {}, {}};
  const auto c = *composites(one, sample);
  EXPECT_NEAR(*c.seeking, 1, 1e-15);        // six z of 1
  EXPECT_NEAR(*c.resistance, -0.5, 1e-15);  // -1 and 0
  EXPECT_NEAR(*c.security, (2.0 + 2.0) / 2 + 0.5, 1e-15);
}

TEST(Composites, crying_is_used_only_where_it_is_in_the_sample) {
  const auto sample = *reference_sample("s", cases(40), Crying::included);
  EXPECT_EQ(sample.scales.size(), 10U);
  auto one = cases(1, 5)[0];
  one.cry8.reset();
  EXPECT_FALSE(composites(one, sample)->resistance);
  EXPECT_TRUE(composites(one, sample)->seeking);
  EXPECT_TRUE(composites(one, *reference_sample("s", cases(40)))->resistance);
}

TEST(Composites, are_never_compared_across_samples) {
  const auto one = cases(2, 3);
  const auto here = *reference_sample("here", cases(40)), there = *reference_sample("there", cases(40, 2));
  const auto a = *composites(one[0], here), b = *composites(one[1], here), c = *composites(one[1], there);
  EXPECT_NEAR(*difference(a, b)->security, *b.security - *a.security, 1e-15);
  EXPECT_EQ(difference(a, c).error().code, "coding.other_sample");
}

TEST(Composites, errors) {
  EXPECT_EQ(reference_sample("", cases(40)).error().code, "coding.sample_name");
  EXPECT_EQ(reference_sample("s", cases(29)).error().code, "coding.few_cases");
  auto all = cases(40);
  for (auto& one : all) one.av5 = 3;
  EXPECT_EQ(reference_sample("s", all).error().code, "coding.constant");
  all[0].ps5 = 8;
  EXPECT_EQ(reference_sample("s", all).error().code, "coding.scale_range");
  all = cases(35);
  for (std::size_t k = 0; k < 6; ++k) all[k].cm8.reset();
  EXPECT_EQ(reference_sample("s", all).error().code, "coding.few_cases");
}

StrangeSituationScales second_reunion(double ps, double cm, double av, double res, double d) {
  StrangeSituationScales scales;
  scales.ps8 = ps;
  scales.cm8 = cm;
  scales.av8 = av;
  scales.res8 = res;
  scales.disorganization = d;
  return scales;
}

TEST(ScreeningRule, never_a_person_in_the_record) {
  const auto refused = screening_rule(second_reunion(5, 5, 1, 1, 1), Purpose::person_in_record);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::forbidden);
  EXPECT_EQ(refused.error().code, "coding.never_a_person");
}

TEST(ScreeningRule, every_branch) {
  const auto suggested = [](const StrangeSituationScales& s) {
    const auto result = *screening_rule(s, Purpose::training_clip);
    EXPECT_EQ(result.findings[0].statement, "Screening rule, unvalidated.");
    EXPECT_TRUE(warns(result.findings));
    return result.suggestion.value_or("coder");
  };
  EXPECT_EQ(suggested(second_reunion(5, 5, 1, 1, 5.5)), "D");
  EXPECT_EQ(suggested(second_reunion(5, 5, 1, 1, 5)), "coder");
  EXPECT_EQ(suggested(second_reunion(3, 4, 4.5, 3, 1)), "A");
  EXPECT_EQ(suggested(second_reunion(4, 4, 4.5, 3, 1)), "B");
  EXPECT_EQ(suggested(second_reunion(1, 1, 4.5, 3.5, 1)), "B");
  EXPECT_EQ(suggested(second_reunion(1, 1, 6, 4, 1)), "C");
  EXPECT_EQ(suggested(second_reunion(6, 6, 1, 1, 2)), "B");
}

TEST(ScreeningRule, needs_what_it_needs) {
  auto scales = second_reunion(5, 5, 1, 1, 1);
  scales.disorganization.reset();
  EXPECT_EQ(screening_rule(scales, Purpose::training_clip).error().code, "coding.incomplete");
  EXPECT_EQ(screening_rule(second_reunion(5, 9, 1, 1, 1), Purpose::training_clip).error().code,
            "coding.scale_range");
}

// A laboratory -------------------------------------------------------------------------------------------

struct Coded {
  stats::Matrix x{90, 3};
  std::vector<std::string> labels;
};

Coded coded() {
  Coded all;
  for (std::size_t i = 0; i < 90; ++i) {
    all.labels.emplace_back(i % 3 == 0 ? "A" : i % 3 == 1 ? "B" : "C");
    for (std::size_t j = 0; j < 3; ++j)
      all.x(i, j) = random_normal({81, 0}, 3 * i + j) + (j == i % 3 ? 2.5 : 0);
  }
  return all;
}

TEST(Laboratory, fits_keeps_its_training_set_and_says_how_well_it_does) {
  const auto all = coded();
  const auto model = *fit_laboratory("lab 2026, coders k1 k2", {"ps", "av", "res"}, all.labels, all.x);
  EXPECT_EQ(model.cases, 90U);
  EXPECT_EQ(model.counts, (std::vector<std::size_t>{30, 30, 30}));
  EXPECT_GT(model.accuracy.accuracy, 0.8);
  const auto findings = laboratory_findings(model);
  EXPECT_TRUE(warns(findings));
  EXPECT_NE(findings[1].statement.find("lab 2026"), std::string::npos);
  const auto placed = *place(model, all.x);
  std::size_t same = 0;
  for (std::size_t i = 0; i < 90; ++i) same += placed[i].nearest == all.labels[i] ? 1U : 0U;
  EXPECT_GE(static_cast<double>(same) / 90, model.accuracy.accuracy);
}

TEST(Laboratory, what_is_read_back_is_checked) {
  const auto all = coded();
  const auto model = *fit_laboratory("set", {"ps", "av", "res"}, all.labels, all.x);
  EXPECT_TRUE(checked(model));
  const auto code_of = [&](const auto& change) {
    auto other = model;
    change(other);
    const auto result = checked(other);
    return result ? std::string("none") : result.error().code;
  };
  EXPECT_EQ(code_of([](auto& m) { m.training_set.clear(); }), "coding.sample_name");
  EXPECT_EQ(code_of([](auto& m) { m.classes[0] = "B"; }), "coding.names");
  EXPECT_EQ(code_of([](auto& m) { m.discriminant.priors[0] = 0.9; }), "coding.model");
  EXPECT_EQ(code_of([](auto& m) { m.discriminant.within(0, 1) += 1; }), "coding.model");
  EXPECT_EQ(code_of([](auto& m) { m.discriminant.within = stats::Matrix(3, 3); }), "coding.model");
  EXPECT_EQ(code_of([](auto& m) { m.confusion(0, 0) += 1; }), "coding.model");
  EXPECT_EQ(code_of([](auto& m) { m.discriminant.means(0, 0) = std::nan(""); }), "coding.model");
  EXPECT_EQ(code_of([](auto& m) { m.counts.pop_back(); }), "coding.model");
}

TEST(Laboratory, errors) {
  const auto all = coded();
  EXPECT_EQ(fit_laboratory("", {"a", "b", "c"}, all.labels, all.x).error().code, "coding.sample_name");
  EXPECT_EQ(fit_laboratory("s", {"a", "a", "c"}, all.labels, all.x).error().code, "coding.names");
  EXPECT_EQ(fit_laboratory("s", {"a", "b"}, all.labels, all.x).error().code, "coding.names");
  const std::vector<std::string> one(90, "A");
  EXPECT_EQ(fit_laboratory("s", {"a", "b", "c"}, one, all.x).error().code, "discriminant.classes");
  const auto model = *fit_laboratory("s", {"a", "b", "c"}, all.labels, all.x);
  EXPECT_EQ(place(model, stats::Matrix(1, 2)).error().code, "coding.measurements");
}

TEST(Distributions, have_a_source_and_say_whether_it_was_seen) {
  std::size_t unseen = 0;
  for (const auto& one : class_distributions()) {
    EXPECT_FALSE(one.source.empty());
    EXPECT_FALSE(one.limits.empty());
    double sum = 0;
    for (const auto& share : one.shares) sum += share.percent;
    EXPECT_NEAR(sum, 100, 1.1) << one.id;
    unseen += one.verified ? 0U : 1U;
  }
  EXPECT_EQ(unseen, 1U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::coding
