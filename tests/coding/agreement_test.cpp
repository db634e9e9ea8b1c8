#include "coding/agreement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "sheets.hpp"
#include "stats/kappa.hpp"

namespace securebase::coding {
namespace SECUREBASE_THIS_FILE {

using stats::random_uniform;
using stats::RandomKey;

bool finds(const AgreementReport& report, const std::string& code) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const Finding& finding) { return finding.code == code; });
}

// The bar of the issue: codes 0.2 to 1.3 s apart with 2 s tolerance agree.
TEST(CodingAgreement, codes_up_to_1300_ms_apart_agree_with_a_tolerance_of_2_s) {
  std::vector<CodedSheet> sheets{sheet("c", "a"), sheet("c", "b")};
  const std::vector<std::string> codes{"bid", "turn", "smile"};
  for (std::int64_t k = 0; k < 40; ++k) {
    const std::int64_t apart = 200 + (k * 137) % 1101;  // 200 to 1300
    const std::string& code = codes[static_cast<std::size_t>(k) % 3];
    sheets[0].events.push_back(moment(code, 6000 * k + 700));
    sheets[1].events.push_back(moment(code, 6000 * k + 700 + (k % 2 == 0 ? apart : -apart)));
  }
  const auto report = *agreement(sheets);
  const auto& track = report.tracks.at(0);
  EXPECT_EQ(*track.matched_share.value, 1);
  EXPECT_EQ(*track.observed, 1);
  EXPECT_EQ(*track.time_kappa.value, 1);
  for (const auto& code : track.codes) {
    EXPECT_EQ(*code.share, 1);
    EXPECT_EQ(*code.time_kappa.value, 1);
  }
  EXPECT_LE(*track.largest_offset_ms, 1300);
  // Without tolerance they do not.
  EXPECT_LT(*track.curve.front().kappa, 0.6);
}

RC_GTEST_PROP(CodingAgreement, a_wider_tolerance_never_lowers_any_agreement, ()) {
  const auto key = RandomKey{static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000000)), 1};
  std::vector<CodedSheet> sheets{sheet("c", "a"), sheet("c", "b")};
  std::uint64_t n = 0;
  for (CodedSheet& one : sheets)
    for (int k = 0; k < 15; ++k) {
      const auto at = static_cast<std::int64_t>(60'000 * random_uniform(key, n++));
      one.events.push_back(moment(random_uniform(key, n++) < 0.5 ? "x" : "y", at));
    }
  std::vector<double> before;
  for (const std::int64_t tolerance : {0, 700, 1000, 2500, 6000, 20000}) {
    AgreementOptions options;
    options.tolerance_ms = tolerance;
    const auto report = agreement(sheets, options);
    RC_ASSERT(report.has_value());
    const auto& track = report->tracks[0];
    std::vector<double> now{*track.matched_share.value};
    if (track.observed) now.push_back(*track.observed);
    for (const auto& code : track.codes) {
      now.push_back(code.share.value_or(0));
      now.push_back(code.time_kappa.value.value_or(-2));
    }
    now.push_back(track.time_kappa.value.value_or(-2));
    for (std::size_t k = 0; k < before.size(); ++k) RC_ASSERT(now[k] >= before[k] - 1e-12);
    before = now;
  }
}

TEST(CodingAgreement, events_are_told_by_code_and_who_saw_what_alone) {
  const std::vector<CodedSheet> sheets{
      sheet("c", "a", {moment("x", 1000), moment("x", 9000), moment("y", 30000)}),
      sheet("c", "b", {moment("x", 1500), moment("y", 9100)})};
  const auto track = agreement(sheets)->tracks.at(0);
  EXPECT_EQ(track.codes[0].first, 2U);
  EXPECT_EQ(track.codes[0].second, 1U);
  EXPECT_EQ(track.codes[0].matched, 1U);
  EXPECT_NEAR(*track.codes[0].share, 2.0 / 3, 1e-15);
  EXPECT_EQ(track.paired(0, 0), 1);
  EXPECT_EQ(track.paired(0, 1), 1);  // what the first called x and the second y
  EXPECT_EQ(track.paired(1, 2), 1);  // y, seen by the first alone
  EXPECT_NEAR(*track.matched_share.value, 2.0 / 5, 1e-15);
  EXPECT_EQ(*track.median_offset_ms, 500);
}

TEST(CodingAgreement, codes_at_once_have_a_kappa_each_and_none_together) {
  const std::vector<CodedSheet> sheets{sheet("c", "a", {lasting("hold", 0, 20000), moment("smile", 5000)}),
                                       sheet("c", "b", {lasting("hold", 0, 20500), moment("smile", 5200)})};
  const auto report = *agreement(sheets);
  EXPECT_FALSE(report.tracks[0].time_kappa.value);
  EXPECT_TRUE(finds(report, "coding.at_once"));
  EXPECT_EQ(*report.tracks[0].codes[1].time_kappa.value, 1);
}

TEST(CodingAgreement, tracks_are_kept_apart) {
  const std::vector<CodedSheet> sheets{
      sheet("c", "a", {moment("look", 1000, "mother"), moment("look", 1000, "infant")}),
      sheet("c", "b", {moment("look", 1000, "mother"), moment("look", 40000, "infant")})};
  const auto report = *agreement(sheets);
  ASSERT_EQ(report.tracks.size(), 2U);
  EXPECT_EQ(report.tracks[0].track, "infant");
  EXPECT_EQ(*report.tracks[0].matched_share.value, 0);
  EXPECT_EQ(*report.tracks[1].matched_share.value, 1);
}

TEST(CodingAgreement, consensus_and_gold_are_never_part_of_it) {
  std::vector<CodedSheet> sheets{sheet("c", "a", {moment("x", 0)}), sheet("c", "b", {moment("x", 0)}),
                                 sheet("c", "both", {moment("x", 0)})};
  for (const SheetKind kind : {SheetKind::consensus, SheetKind::gold}) {
    sheets[2].kind = kind;
    EXPECT_EQ(agreement(sheets).error().code, "coding.not_independent");
  }
}

std::vector<CodedSheet> judged(std::size_t clips, const std::vector<std::string>& coders, double right,
                               const RandomKey& key, const std::vector<double>& shares = {.55, .15, .1, .2}) {
  const std::vector<std::string> classes{"B", "A", "C", "D"};
  std::vector<CodedSheet> sheets;
  std::uint64_t n = 0;
  const auto drawn = [&] {
    double left = random_uniform(key, n++);
    std::size_t k = 0;
    while (k + 1 < shares.size() && left >= shares[k]) left -= shares[k++];
    return k;
  };
  for (std::size_t c = 0; c < clips; ++c) {
    const std::size_t truth = drawn();
    for (const std::string& coder : coders) {
      CodedSheet one = sheet("clip" + std::to_string(c), coder);
      const bool sees = random_uniform(key, n++) < right;
      const std::size_t otherwise = drawn();
      one.judgements.push_back({"four_way", "", classes[sees ? truth : otherwise]});
      one.ratings.push_back({"avoidance", "reunion 2",
                             4 + static_cast<double>(truth) + stats::random_normal(key.part(9), n++)});
      sheets.push_back(std::move(one));
    }
  }
  return sheets;
}

TEST(CodingAgreement, categories_are_those_of_kappa_and_gwet) {
  const auto sheets = judged(60, {"a", "b"}, 0.85, {61, 0});
  const auto report = *agreement(sheets);
  const auto& question = report.questions.at(0);
  EXPECT_EQ(question.categories, (std::vector<std::string>{"A", "B", "C", "D"}));
  EXPECT_TRUE(question.cohen);
  stats::Matrix counts(4, 4);
  for (std::size_t c = 0; c < 60; ++c) {
    const auto place = [&](std::size_t s) {
      return static_cast<std::size_t>(sheets[s].judgements[0].category[0] - 'A');
    };
    counts(place(2 * c), place(2 * c + 1)) += 1;
  }
  EXPECT_EQ(question.confusion, counts);
  const auto cohen =
      *stats::cohen_kappa(counts, stats::agreement_weights(4, stats::AgreementWeights::unweighted));
  EXPECT_NEAR(*question.kappa.value, *cohen.kappa.value, 1e-12);
  EXPECT_NEAR(*question.agreement.value, cohen.kappa.observed, 1e-12);
  // The jackknife over clips is close to the large-sample error.
  EXPECT_NEAR(question.kappa.interval->upper - question.kappa.interval->lower,
              cohen.kappa.interval->upper - cohen.kappa.interval->lower, 0.05);
  EXPECT_TRUE(question.alpha.value.has_value());
  const auto& scale = report.scales.at(0);
  EXPECT_EQ(scale.units, 60U);
  EXPECT_GT(*scale.average.value, *scale.single.value);
  EXPECT_TRUE(scale.single.interval.has_value());
}

TEST(CodingAgreement, three_coders_have_fleiss_and_a_symmetric_table) {
  const auto question = agreement(judged(40, {"a", "b", "c"}, 0.8, {62, 0}))->questions.at(0);
  EXPECT_FALSE(question.cohen);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) EXPECT_EQ(question.confusion(i, j), question.confusion(j, i));
}

RC_GTEST_PROP(CodingAgreement, the_order_of_sheets_does_not_matter, ()) {
  auto sheets = judged(14, {"a", "b"}, 0.8, {63, 0});
  for (std::uint64_t c = 0; c < 3; ++c)
    for (auto& one : two_observers("clip" + std::to_string(c), RandomKey{64, 0}.part(c)))
      for (auto& there : sheets)
        if (there.clip == one.clip && there.coder == one.coder) there.events = one.events;
  const auto before = *agreement(sheets);
  const auto order = static_cast<std::size_t>(*rc::gen::inRange(1, 27));
  std::rotate(sheets.begin(), sheets.begin() + static_cast<std::ptrdiff_t>(order), sheets.end());
  for (auto& one : sheets) std::reverse(one.events.begin(), one.events.end());
  const auto after = *agreement(sheets);
  RC_ASSERT(before.questions[0].kappa.value == after.questions[0].kappa.value);
  RC_ASSERT(before.scales[0].single.value == after.scales[0].single.value);
  RC_ASSERT(before.tracks[0].time_kappa.value == after.tracks[0].time_kappa.value);
  RC_ASSERT(before.tracks[0].matched_share.value == after.tracks[0].matched_share.value);
}

TEST(CodingAgreement, few_clips_have_no_interval_and_are_told_so) {
  const auto report = *agreement(judged(5, {"a", "b"}, 0.9, {65, 0}));
  EXPECT_FALSE(report.questions[0].kappa.interval);
  EXPECT_TRUE(finds(report, "coding.few_clips"));
}

TEST(CodingAgreement, errors) {
  const auto code_of = [](std::vector<CodedSheet> sheets, const AgreementOptions& options = {}) {
    const auto report = agreement(sheets, options);
    return report ? std::string("none") : report.error().code;
  };
  const CodedSheet a = sheet("c", "a", {moment("x", 0)}), b = sheet("c", "b", {moment("x", 0)});
  EXPECT_EQ(code_of({a, b}), "none");
  EXPECT_EQ(code_of({}), "coding.too_few_sheets");
  EXPECT_EQ(code_of({a}), "coding.too_few_sheets");
  EXPECT_EQ(code_of({a, a}), "coding.twice");
  EXPECT_EQ(code_of({a, b}, {0, 2000, 0.95}), "coding.options");
  EXPECT_EQ(code_of({a, b}, {1000, -1, 0.95}), "coding.options");
  EXPECT_EQ(code_of({a, b}, {10, 3'600'000, 0.95}), "coding.options");
  EXPECT_EQ(code_of({a, b}, {1000, 2000, 1}), "coding.options");
  EXPECT_EQ(code_of({a, sheet("c", "b", {moment("", 0)})}), "coding.event");
  EXPECT_EQ(code_of({a, sheet("c", "b", {moment("x", -1)})}), "coding.event");
  EXPECT_EQ(code_of({a, sheet("c", "b", {lasting("x", 10, 9)})}), "coding.event");
  EXPECT_EQ(code_of({a, sheet("c", "b", {moment("x", 90'000'000)})}), "coding.event");
  CodedSheet rated = b;
  rated.ratings = {{"s", "", 1}, {"s", "", 2}};
  EXPECT_EQ(code_of({a, rated}), "coding.rating");
  rated.ratings = {{"s", "", std::nan("")}};
  EXPECT_EQ(code_of({a, rated}), "coding.rating");
  CodedSheet answered = b;
  answered.judgements = {{"q", "", "A"}, {"q", "", "B"}};
  EXPECT_EQ(code_of({a, answered}), "coding.judgement");
}

// How often intervals hold what many clips give. SECUREBASE_SAMPLES: how many samples (ctest -L slow).
std::size_t samples(std::size_t otherwise) {
  const char* asked = std::getenv("SECUREBASE_SAMPLES");
  return asked == nullptr ? otherwise : std::strtoul(asked, nullptr, 10);
}

struct Held {
  std::size_t n = 0, held = 0;
  void add(const std::optional<Interval>& interval, double truth) {
    if (!interval) return;
    ++n;
    held += interval->lower <= truth && truth <= interval->upper ? 1U : 0U;
  }
  void expect(const char* what, std::size_t clips, double slack) const {
    const double share = static_cast<double>(held) / static_cast<double>(n);
    std::printf("[ COVERAGE ] | %s, %zu clips | %.3f of %zu |\n", what, clips, share, n);
    EXPECT_NEAR(share, 0.95, 4 * std::sqrt(0.95 * 0.05 / static_cast<double>(n)) + slack) << what;
  }
};

// Both see the truth with probability r, and otherwise draw from the same shares s: they agree with
// probability r^2 + (1 - r^2) sum s^2, and kappa is r^2.
TEST(CoverageOf, kappa_and_ac1_over_clips) {
  constexpr double right = 0.85;
  const std::vector<double> shares{.55, .15, .1, .2};
  double same = 0;
  for (const double share : shares) same += share * share;
  const double observed = right * right + (1 - right * right) * same;
  const double by_gwet = (1 - same) / 3;
  for (const std::size_t clips : {30U, 60U}) {
    Held kappa, ac1, share;
    for (std::uint64_t s = 0; s < samples(100); ++s) {
      const auto q =
          agreement(judged(clips, {"a", "b"}, right, RandomKey{72, clips}.part(s), shares))->questions[0];
      kappa.add(q.kappa.interval, right * right);
      ac1.add(q.ac1.interval, (observed - by_gwet) / (1 - by_gwet));
      share.add(q.agreement.interval, observed);
    }
    kappa.expect("kappa", clips, 0.02);
    ac1.expect("AC1", clips, 0.02);
    share.expect("share of agreement", clips, 0.02);
  }
}

TEST(CoverageOf, time_unit_kappa_and_matched_events_over_clips) {
  const auto many = [](std::size_t clips, const RandomKey& key) {
    std::vector<CodedSheet> sheets;
    for (std::uint64_t c = 0; c < clips; ++c)
      for (auto& one : two_observers("clip" + std::to_string(c), key.part(c)))
        sheets.push_back(std::move(one));
    return sheets;
  };
  // What many clips give: 250 of them, one behind the other, as a single one that needs no interval.
  std::vector<CodedSheet> one{sheet("all", "a"), sheet("all", "b")};
  const auto all = many(250, {73, 0});
  std::int64_t begin = 0;
  for (std::size_t c = 0; c < all.size(); c += 2) {
    std::int64_t end = begin;
    for (std::size_t s = 0; s < 2; ++s)
      for (CodedEvent event : all[c + s].events) {
        event.start_ms += begin;
        *event.end_ms += begin;
        end = std::max(end, *event.end_ms);
        one[s].events.push_back(std::move(event));
      }
    begin = (end / 1000 + 1) * 1000;
  }
  const auto report = *agreement(one);
  const auto& truth = report.tracks[0];
  for (const std::size_t clips : {10U, 20U}) {
    Held kappa, matched;
    for (std::uint64_t s = 0; s < samples(24); ++s) {
      const auto track = agreement(many(clips, RandomKey{74, clips}.part(s)))->tracks[0];
      kappa.add(track.time_kappa.interval, *truth.time_kappa.value);
      matched.add(track.matched_share.interval, *truth.matched_share.value);
    }
    kappa.expect("time-unit kappa with tolerance", clips, 0.03);
    matched.expect("share of events matched", clips, 0.03);
  }
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::coding
