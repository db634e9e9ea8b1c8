#include "coding/sampling_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace securebase::coding {
namespace SECUREBASE_THIS_FILE {

const std::vector<std::string> coders{"a", "b", "c"};

std::vector<PlannedClip> clips(std::size_t n) {
  std::vector<PlannedClip> all;
  for (std::size_t k = 0; k < n; ++k) all.push_back({"clip" + std::to_string(k), coders[k % 3]});
  return all;
}

PlanOptions by(std::uint64_t seed, double share = 0.2) {
  PlanOptions options;
  options.share = share;
  options.key = {seed, 0};
  return options;
}

std::set<std::string> drawn(const std::vector<DoubleCoding>& plan) {
  std::set<std::string> ids;
  for (const auto& one : plan) ids.insert(one.clip);
  return ids;
}

RC_GTEST_PROP(SamplingPlan, at_least_the_share_by_somebody_else, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 80);
  const double share = *rc::gen::element(0.2, 0.25, 0.5, 1.0);
  const auto all = clips(n);
  const auto plan =
      double_coding_plan(all, coders, by(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1000)), share));
  RC_ASSERT(plan.has_value());
  RC_ASSERT(static_cast<double>(plan->size()) >= share * static_cast<double>(n) - 1e-9);
  RC_ASSERT(static_cast<double>(plan->size()) < share * static_cast<double>(n) + 1);
  std::set<std::string> labels;
  for (const auto& one : *plan) {
    const auto clip = std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.clip == one.clip; });
    RC_ASSERT(clip->first_coder != one.second_coder);
    RC_ASSERT(labels.insert(one.label).second);
  }
  RC_ASSERT(drawn(*plan).size() == plan->size());
}

TEST(SamplingPlan, the_same_key_draws_the_same_whatever_the_order) {
  auto all = clips(50);
  const auto one = *double_coding_plan(all, coders, by(7));
  std::reverse(all.begin(), all.end());
  EXPECT_EQ(*double_coding_plan(all, coders, by(7)), one);
  EXPECT_NE(drawn(*double_coding_plan(all, coders, by(8))), drawn(one));
}

// Every clip is as likely as any other: 2,000 keys, 20 of 100.
TEST(SamplingPlan, every_clip_is_as_likely) {
  const auto all = clips(100);
  std::map<std::string, std::size_t> often;
  for (std::uint64_t key = 0; key < 2000; ++key)
    for (const auto& id : drawn(*double_coding_plan(all, coders, by(key)))) ++often[id];
  ASSERT_EQ(often.size(), 100U);
  for (const auto& [id, n] : often) EXPECT_NEAR(static_cast<double>(n), 400, 5 * 17.9) << id;
}

TEST(SamplingPlan, clips_drawn_earlier_stay) {
  const auto first = *double_coding_plan(clips(40), coders, by(9));
  auto options = by(9);
  for (const auto& one : first) options.already.push_back(one.clip);
  const auto later = drawn(*double_coding_plan(clips(90), coders, options));
  EXPECT_EQ(later.size(), 18U);
  for (const auto& one : first) EXPECT_TRUE(later.contains(one.clip));
}

TEST(SamplingPlan, second_coders_have_about_as_much_to_do) {
  std::map<std::string, std::size_t> load;
  const auto plan = *double_coding_plan(clips(90), coders, by(10, 1));
  for (const auto& one : plan) ++load[one.second_coder];
  for (const auto& [coder, n] : load) EXPECT_NEAR(static_cast<double>(n), 30, 2) << coder;
}

TEST(SamplingPlan, errors) {
  EXPECT_EQ(double_coding_plan({}, coders, by(1)).error().code, "coding.no_clips");
  EXPECT_EQ(double_coding_plan(clips(5), coders, by(1, 0.1)).error().code, "coding.share");
  EXPECT_EQ(double_coding_plan(clips(5), std::vector<std::string>{"a"}, by(1)).error().code, "coding.coders");
  EXPECT_EQ(double_coding_plan(clips(5), std::vector<std::string>{"a", "b", "b"}, by(1)).error().code,
            "coding.coders");
  auto twice = clips(2);
  twice[1].clip = twice[0].clip;
  EXPECT_EQ(double_coding_plan(twice, coders, by(1)).error().code, "coding.twice");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::coding
