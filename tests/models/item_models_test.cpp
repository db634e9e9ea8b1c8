#include "models/item_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/adaptive_simulation.hpp"

namespace securebase::models {
namespace SECUREBASE_THIS_FILE {

using ::testing::Contains;
using ::testing::Field;

std::vector<stats::PolytomousItem> bank(std::size_t items = 8) {
  std::vector<stats::PolytomousItem> all;
  for (std::size_t i = 0; i < items; ++i) {
    const double at = -1.2 + 0.3 * static_cast<double>(i);
    all.push_back(
        {stats::ItemModel::graded_response, 1.2 + 0.15 * static_cast<double>(i), {at - 0.8, at, at + 0.9}});
  }
  return all;
}

ItemAnswers answers_of(std::size_t people, std::uint64_t seed) {
  ItemAnswers answers;
  answers.responses = make_up_people(bank(), people, stats::RandomKey{seed, 0}).responses;
  for (std::size_t i = 0; i < 8; ++i) {
    answers.items.push_back("q" + std::to_string(i + 1));
    answers.answers.push_back(4);
  }
  answers.what = "made up";
  answers.account = {"made up", people, people};
  return answers;
}

const Frame& frame(const FitReport& report, const std::string& id) {
  for (const Frame& frame : report.frames)
    if (frame.id == id) return frame;
  throw std::out_of_range(id);
}

double number(const Cell& cell) {
  return std::get<double>(cell);
}

TEST(ItemQuestion, what_was_planted_is_told) {
  const auto fitted = answer_item_question(answers_of(4000, 5), {});
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  const auto planted = bank();
  const auto& rows = fitted->report.tables.front().rows;
  ASSERT_EQ(rows.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(rows[i].term, "q" + std::to_string(i + 1));
    EXPECT_NEAR(rows[i].estimate, planted[i].discrimination, 4 * *rows[i].std_error);
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(number(frame(fitted->report, "locations").rows[i][k + 1]), planted[i].locations[k],
                  4 * number(frame(fitted->report, "location_errors").rows[i][k + 1]));
  }
  EXPECT_NEAR(fitted->reliability, stats::marginal_reliability(planted, {}, {}), 0.02);
  EXPECT_THAT(fitted->report.findings, Contains(Field(&Finding::code, "irt.converged")));
  EXPECT_THAT(fitted->report.findings, Not(Contains(Field(&Finding::code, "irt.few"))));
}

TEST(ItemQuestion, few_people_are_told) {
  const auto fitted = answer_item_question(answers_of(300, 5), {});
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  EXPECT_THAT(fitted->report.findings, Contains(Field(&Finding::code, "irt.few")));
}

TEST(ItemQuestion, everything_asked_for_is_there) {
  ItemQuestion question;
  question.compare = question.item_fit = question.dependence = true;
  const auto fitted = answer_item_question(answers_of(2000, 6), question);
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  EXPECT_EQ(frame(fitted->report, "item_fit").rows.size(), 8U);
  EXPECT_EQ(frame(fitted->report, "dependence").rows.size(), 28U);
  const auto& models = frame(fitted->report, "comparison").rows;
  // They were made up by the graded response model.
  EXPECT_GT(number(models[0][1]), number(models[1][1]));
  // The data follow the model: no item is far off.
  for (const auto& row : frame(fitted->report, "item_fit").rows) EXPECT_LT(number(row[4]), 0.05);
}

// Many of the second group answer one item a step lower, whatever their state.
TEST(ItemQuestion, an_item_that_differs_between_groups_is_named) {
  ItemAnswers answers = answers_of(1500, 7);
  const ItemAnswers others = answers_of(1500, 8);
  answers.responses.answers.insert(answers.responses.answers.end(), others.responses.answers.begin(),
                                   others.responses.answers.end());
  answers.groups = {"one", "two"};
  answers.responses.group.assign(1500, 0);
  answers.responses.group.resize(3000, 1);
  for (std::size_t p = 1500; p < 3000; ++p) {
    auto& answer = answers.responses.answers[p * 8 + 4];
    if (p % 2 == 0 && (answer == 1 || answer == 2)) --answer;
  }
  ItemQuestion question;
  question.functioning = true;
  const auto fitted = answer_item_question(answers, question);
  ASSERT_TRUE(fitted) << to_text(fitted.error());
  const auto& rows = frame(fitted->report, "functioning").rows;
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_LT(number(rows[4][5]), -0.15);
  EXPECT_LT(number(rows[4][3]), 1e-6);
  for (std::size_t i = 0; i < 8; ++i) {
    if (i != 4) {
      EXPECT_LT(std::abs(number(rows[i][5])), 0.13) << i;
    }
  }
  ItemAnswers one = answers_of(300, 9);
  EXPECT_EQ(answer_item_question(one, question).error().code, "irt.groups");
}

TEST(ItemQuestion, what_is_wrong_is_named_by_its_name) {
  ItemAnswers answers = answers_of(300, 5);
  for (std::size_t p = 0; p < 300; ++p)
    if (answers.responses.answers[p * 8 + 2] == 3) answers.responses.answers[p * 8 + 2] = 2;
  const auto refused = answer_item_question(answers, {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().detail.starts_with("q3: ")) << refused.error().detail;
  answers = answers_of(300, 5);
  answers.groups = {"many", "few"};
  answers.responses.group.assign(300, 0);
  for (std::size_t p = 0; p < 49; ++p) answers.responses.group[p] = 1;
  const auto few = answer_item_question(answers, {});
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().code, "irt.small_group");
  EXPECT_NE(few.error().detail.find("'few'"), std::string::npos);
}

TEST(Precision, is_information_turned_into_error) {
  const auto items = bank();
  const auto all = precision_of(items);
  ASSERT_EQ(all.size(), 81U);
  EXPECT_DOUBLE_EQ(all[40].theta, 0);
  EXPECT_DOUBLE_EQ(all[40].information, stats::test_information(items, 0));
  EXPECT_NEAR(all[40].reliability, 1 - 1 / (1 + all[40].information), 1e-12);
}

// Adaptive trials

stats::AdaptivePlan plan() {
  stats::AdaptivePlan plan;
  plan.stop_error = 0.45;
  plan.least_items = 2;
  plan.most_items = 8;
  return plan;
}

TEST(AdaptiveTrial, ends_at_the_score_from_all_items) {
  const auto people = make_up_people(bank(), 400, stats::RandomKey{3, 0});
  const auto trial = try_adaptive(people.responses, {}, bank(), {}, plan(), 2);
  ASSERT_TRUE(trial);
  ASSERT_EQ(trial->adaptive.size(), 8U);
  EXPECT_NEAR(trial->adaptive[7].r, 1, 1e-9);
  EXPECT_NEAR(trial->fixed[7].r, 1, 1e-9);
  EXPECT_NEAR(trial->adaptive[7].rmse, 0, 1e-9);
  for (std::size_t k = 1; k < 8; ++k) EXPECT_GE(trial->adaptive[k].r, trial->adaptive[k - 1].r - 0.01);
  std::size_t people_counted = 0;
  for (const std::size_t n : trial->lengths) people_counted += n;
  EXPECT_EQ(people_counted, 400U);
  double asked = 0;
  for (const double share : trial->exposure) asked += share;
  EXPECT_NEAR(asked, trial->stopped.items, 1e-9);
}

// In people made up by the model intervals hold the state as often as they say.
TEST(AdaptiveTrial, intervals_hold_the_state) {
  const auto people = make_up_people(bank(), 4000, stats::RandomKey{4, 0});
  const auto trial = try_adaptive(people.responses, people.states, bank(), {}, plan(), 2);
  ASSERT_TRUE(trial);
  EXPECT_NEAR(trial->stopped.coverage, 0.95, 0.0145);  // four standard errors
  EXPECT_NEAR(trial->stopped.bias, 0, 0.04);
  EXPECT_NEAR(trial->stopped.rmse, trial->stopped.error, 0.03);
}

TEST(AdaptiveTrial, people_with_gaps_are_left_out) {
  auto people = make_up_people(bank(), 50, stats::RandomKey{5, 0});
  people.responses.answers[3] = stats::no_answer;
  const auto trial = try_adaptive(people.responses, {}, bank(), {}, plan(), 1);
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->people, 49U);
  stats::ResponseMatrix nobody{8, std::vector<std::uint8_t>(8, stats::no_answer), {}};
  EXPECT_EQ(try_adaptive(nobody, {}, bank(), {}, plan(), 1).error().code, "irt.no_people");
  EXPECT_EQ(try_adaptive(people.responses, {0.5}, bank(), {}, plan(), 1).error().code, "irt.shape");
}

TEST(AdaptiveTrial, threads_change_nothing) {
  const auto people = make_up_people(bank(), 101, stats::RandomKey{6, 0});
  const auto one = try_adaptive(people.responses, {}, bank(), {}, plan(), 1);
  const auto three = try_adaptive(people.responses, {}, bank(), {}, plan(), 3);
  ASSERT_TRUE(one && three);
  EXPECT_EQ(one->stopped.r, three->stopped.r);
  EXPECT_EQ(one->exposure, three->exposure);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::models
