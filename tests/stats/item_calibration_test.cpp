#include "stats/item_calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "item_people.hpp"
#include "item_tables.hpp"
#include "stats/item_parameters.hpp"

namespace securebase::stats {
namespace SECUREBASE_THIS_FILE {

using reference::Json;

std::vector<PolytomousItem> planted_items(ItemModel model = ItemModel::graded_response) {
  return {{model, 1.2, {-1.5, -0.4, 0.8}},
          {model, 2.0, {-1, 0.1, 1.2}},
          {model, 1.6, {-0.5, 0.6, 1.8}},
          {model, 0.9, {-2, -0.5, 1}},
          {model, 2.4, {-0.8, 0.2, 1}}};
}

TEST(ItemCalibration, graded_response_like_the_reference) {
  auto reference = *reference::find_case("irt/grm_fit");
  std::vector<std::string> items = reference.model().at("items");
  CalibrationPlan plan;
  plan.answers.assign(items.size(), 5);
  plan.quadrature = {161, -8, 8};
  const auto responses = responses_of(reference.table(), items);
  const auto fit = *calibrate_items(responses, plan);
  Json parameters = Json::array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const CalibratedItem& told = fit.items[0][i];
    parameters.push_back({{"item", items[i]},
                          {"a", told.item.discrimination},
                          {"se_a", reference::to_json(told.discrimination_error)},
                          {"c", told.intercepts},
                          {"se_c", reference::to_json(told.intercept_errors)},
                          {"b", told.item.locations},
                          {"se_b", reference::to_json(told.location_errors)}});
  }
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  reference.expect({{"n", responses.people()},
                    {"items", items.size()},
                    {"categories", 5},
                    {"logLik", fit.log_likelihood},
                    {"npar", fit.parameters},
                    {"AIC", fit.aic},
                    {"BIC", fit.bic},
                    {"max_abs_gradient", fit.convergence.gradient},
                    {"parameters", parameters}});
}

// Gradient and information against differences, away from the optimum, with two groups and an item of each
// one's own.
TEST(ItemCalibration, derivatives_are_those_of_the_likelihood) {
  for (const ItemModel model : {ItemModel::graded_response, ItemModel::generalized_partial_credit}) {
    ResponseMatrix responses;
    add_people(responses, planted_items(model), {200, 0, 1, 0.1}, {1, 0});
    add_people(responses, planted_items(model), {150, 0.5, 1.3, 0.1}, {2, 0});
    responses.group.assign(200, 0);
    responses.group.resize(350, 1);
    auto plan = plan_for(planted_items(model));
    plan.own_in_group = {false, true, false, false, false};
    const ItemProblem problem(responses, plan, 2);
    Eigen::VectorXd x = problem.start(responses);
    x[x.size() - 2] = 0.3;
    x[x.size() - 1] = 1.2;
    const auto here = *problem.at(x);
    const Eigen::MatrixXd information = problem.observed_information(here);
    constexpr double step = 1e-5;
    for (Eigen::Index j = 0; j < x.size(); ++j) {
      Eigen::VectorXd up = x, down = x;
      up[j] += step;
      down[j] -= step;
      const auto above = *problem.at(up);
      const auto below = *problem.at(down);
      EXPECT_NEAR(here.gradient[j], (above.log_likelihood - below.log_likelihood) / (2 * step), 2e-4) << j;
      const Eigen::VectorXd column = (below.gradient - above.gradient) / (2 * step);
      for (Eigen::Index i = 0; i < x.size(); ++i)
        EXPECT_NEAR(information(i, j), column[i], 1e-6 * information.diagonal().maxCoeff()) << i << ' ' << j;
    }
  }
}

TEST(ItemCalibration, what_was_planted_comes_back) {
  for (const ItemModel model : {ItemModel::graded_response, ItemModel::generalized_partial_credit}) {
    ResponseMatrix responses;
    const auto planted = planted_items(model);
    add_people(responses, planted, {6000, 0, 1, 0.15}, {3, 0});
    const auto fit = *calibrate_items(responses, plan_for(planted));
    EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
    for (std::size_t i = 0; i < planted.size(); ++i) {
      const CalibratedItem& told = fit.items[0][i];
      EXPECT_NEAR(told.item.discrimination, planted[i].discrimination, 4.5 * *told.discrimination_error) << i;
      for (std::size_t k = 0; k < 3; ++k)
        EXPECT_NEAR(told.item.locations[k], planted[i].locations[k], 4.5 * *told.location_errors[k])
            << i << ' ' << k;
    }
  }
}

TEST(ItemCalibration, groups_differ_in_mean_and_spread) {
  ResponseMatrix responses;
  const auto planted = planted_items();
  add_people(responses, planted, {3000, 0, 1, 0}, {4, 0});
  add_people(responses, planted, {3000, 0.7, 1.4, 0}, {5, 0});
  responses.group.assign(3000, 0);
  responses.group.resize(6000, 1);
  const auto fit = *calibrate_items(responses, plan_for(planted));
  EXPECT_NEAR(fit.groups[1].mean, 0.7, 4 * *fit.groups[1].mean_error);
  EXPECT_NEAR(fit.groups[1].sd, 1.4, 4 * *fit.groups[1].sd_error);
  EXPECT_EQ(fit.items[0][2].item, fit.items[1][2].item);
  EXPECT_FALSE(fit.groups[0].mean_error);
}

TEST(ItemCalibration, an_item_of_its_own_in_a_group_shows_what_differs) {
  ResponseMatrix responses;
  const auto planted = planted_items();
  auto other = planted;
  for (double& b : other[1].locations) b += 0.8;
  add_people(responses, planted, {2500, 0, 1, 0}, {6, 0});
  add_people(responses, other, {2500, 0, 1, 0}, {7, 0});
  responses.group.assign(2500, 0);
  responses.group.resize(5000, 1);
  auto plan = plan_for(planted);
  plan.errors = ErrorsOf::nothing;
  const auto equal = *calibrate_items(responses, plan);
  plan.own_in_group = {false, true, false, false, false};
  const auto own = *calibrate_items(responses, plan);
  const auto test = *compare_calibrations(equal, own);
  EXPECT_EQ(test.df, 4U);
  EXPECT_LT(test.p, 1e-10);
  EXPECT_NEAR(own.items[1][1].item.locations[1] - own.items[0][1].item.locations[1], 0.8, 0.15);
  plan.own_in_group = {false, false, true, false, false};
  EXPECT_GT(compare_calibrations(equal, *calibrate_items(responses, plan))->chi_square, 0);
  EXPECT_FALSE(compare_calibrations(own, equal));
}

TEST(ItemCalibration, threads_and_the_order_of_people_change_nothing) {
  ResponseMatrix responses;
  add_people(responses, planted_items(), {3000, 0, 1, 0.1}, {8, 0});
  auto plan = plan_for(planted_items());
  const auto one = *calibrate_items(responses, plan);
  plan.threads = 3;
  const auto three = *calibrate_items(responses, plan);
  EXPECT_EQ(one.log_likelihood, three.log_likelihood);
  EXPECT_EQ(one.items[0][3].item, three.items[0][3].item);
  EXPECT_EQ(one.covariance, three.covariance);
  ResponseMatrix turned{responses.items, {}, {}};
  for (std::size_t p = responses.people(); p-- > 0;)
    turned.answers.insert(turned.answers.end(),
                          responses.answers.begin() + static_cast<std::ptrdiff_t>(p * 5),
                          responses.answers.begin() + static_cast<std::ptrdiff_t>(p * 5 + 5));
  const auto back = *calibrate_items(turned, plan);
  EXPECT_NEAR(back.log_likelihood, one.log_likelihood, 1e-10 * std::abs(one.log_likelihood));
  EXPECT_NEAR(back.items[0][3].item.discrimination, one.items[0][3].item.discrimination, 1e-7);
}

TEST(ItemCalibration, reversed_items_have_a_slope_below_zero) {
  ResponseMatrix responses;
  add_people(responses, planted_items(), {2000, 0, 1, 0}, {9, 0});
  for (std::size_t p = 0; p < responses.people(); ++p)
    responses.answers[p * 5] = static_cast<std::uint8_t>(3 - responses.answers[p * 5]);
  const auto fit = *calibrate_items(responses, plan_for(planted_items()));
  EXPECT_EQ(fit.convergence.verdict, Verdict::converged);
  EXPECT_LT(fit.items[0][0].item.discrimination, 0);
  EXPECT_GT(fit.items[0][1].item.discrimination, 0);
}

TEST(ItemCalibration, what_cannot_be_calibrated_is_named) {
  ResponseMatrix responses;
  add_people(responses, planted_items(), {200, 0, 1, 0}, {10, 0});
  const auto plan = plan_for(planted_items());
  const auto code = [](const ResponseMatrix& r, const CalibrationPlan& p) {
    const auto fit = calibrate_items(r, p);
    return fit ? std::string("fitted") : fit.error().code;
  };
  EXPECT_EQ(code(responses, plan), "fitted");
  auto broken = responses;
  broken.answers[3] = 9;
  EXPECT_EQ(code(broken, plan), "irt.answer");
  broken = responses;
  broken.answers.pop_back();
  EXPECT_EQ(code(broken, plan), "irt.shape");
  broken = responses;
  for (std::size_t p = 0; p < broken.people(); ++p) broken.answers[p * 5 + 2] = 1;
  EXPECT_EQ(code(broken, plan), "irt.constant");
  broken = responses;
  for (std::size_t p = 0; p < broken.people(); ++p)
    if (broken.answers[p * 5 + 2] == 3) broken.answers[p * 5 + 2] = 2;
  EXPECT_EQ(code(broken, plan), "irt.empty_answer");
  EXPECT_EQ(code({5, {}, {}}, plan), "irt.constant");
  broken = responses;
  broken.group.assign(200, 2);
  EXPECT_EQ(code(broken, plan), "irt.group");
  broken.group.assign(100, 0);
  broken.group.resize(200, 1);
  auto own = plan;
  own.own_in_group.assign(5, true);
  EXPECT_EQ(code(broken, own), "irt.not_tied");
  auto bad = plan;
  bad.quadrature = {5, -4, 4};
  EXPECT_EQ(code(responses, bad), "irt.quadrature");
  bad = plan;
  bad.models.pop_back();
  EXPECT_EQ(code(responses, bad), "irt.plan");
  bad = plan;
  bad.answers[0] = 1;
  EXPECT_EQ(code(responses, bad), "irt.plan");
}

TEST(ItemCalibration, people_without_answers_count_for_nothing) {
  ResponseMatrix responses;
  add_people(responses, planted_items(), {500, 0, 1, 0}, {11, 0});
  const auto without = *calibrate_items(responses, plan_for(planted_items()));
  responses.answers.insert(responses.answers.end(), 50, no_answer);
  const auto with = *calibrate_items(responses, plan_for(planted_items()));
  EXPECT_EQ(with.people, 500U);
  EXPECT_EQ(with.log_likelihood, without.log_likelihood);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::stats
