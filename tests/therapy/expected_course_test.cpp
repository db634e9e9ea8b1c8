#include "therapy/expected_course.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "reference/reference_case.hpp"
#include "stats/distributions.hpp"
#include "therapy/practice_simulation.hpp"

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

using Json = nlohmann::json;

std::vector<ScoredCourse> courses_of(const reference::Table& table) {
  std::vector<ScoredCourse> courses;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (courses.empty() || courses.back().id != table.text("id")[i])
      courses.push_back({table.text("id")[i], table.complete("intake")[i], {}});
    courses.back().visits.push_back(
        {static_cast<int>(table.complete("visit")[i]), table.numbers("score")[i]});
  }
  return courses;
}

void near(double computed, double expected, double rel = 2e-6, double abs = 1e-6) {
  EXPECT_NEAR(computed, expected, std::max(abs, rel * std::abs(expected)));
}

class ExpectedCourseReference : public ::testing::Test {
 protected:
  const reference::Case reference_ = *reference::find_case("etr/expected_response");
  const Json expected_ = reference_.results();
  const ExpectedCourse course_ = *learn_expected_course(courses_of(reference_.table()), "simulated");
};

TEST_F(ExpectedCourseReference, the_model_is_that_of_R) {
  const Json& fixed = expected_["model"]["fixed"];
  const double log10 = std::log(10.0);
  near(course_.mean_intake, expected_["mean_intake"]);
  near(course_.fixed[0], fixed[0]["estimate"]);
  near(course_.fixed[1] * log10, fixed[1]["estimate"]);
  near(course_.fixed[2], fixed[2]["estimate"]);
  near(course_.fixed[3] * log10, fixed[3]["estimate"]);
  near(course_.residual_sd, expected_["model"]["sigma"]);
  near(course_.between[0], expected_["model"]["varcomp"][0]["vcov"], 2e-5);
  near(course_.between[2] * log10 * log10, expected_["model"]["varcomp"][1]["vcov"], 2e-5);
  near(course_.between[1] * log10,
       expected_["model"]["varcomp"][2]["sdcor"].get<double>() *
           std::sqrt(course_.between[0] * course_.between[2]) * log10,
       2e-5);
}

TEST_F(ExpectedCourseReference, curves_and_their_percentiles_are_those_of_R) {
  for (const Json& row : expected_["expected_curves"]) {
    const ExpectedAt at = expected_at(course_, row["intake"], row["visit"]);
    near(at.expected, row["expected"]);
    near(at.std_error, row["se_mean"]);
    near(at.sd, row["sd_client"]);
    near(at.expected + stats::normal_quantile(0.85) * at.sd, row["p85"]);
    EXPECT_NEAR(percentile(at, row["p90"]), 0.90, 1e-6);
    const Interval limits = tolerance_limits(at, 0.8);
    near(limits.upper - at.expected, stats::normal_quantile(0.9) * std::hypot(at.sd, at.std_error));
  }
}

TEST_F(ExpectedCourseReference, new_clients_are_forecast_as_in_R) {
  const auto clients = courses_of(reference_.table("newdata.csv"));
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const Json& expected = expected_["new_clients"][i];
    const OwnLine line = own_line(course_, clients[i]);
    near(line.level, expected["intercept_deviation"], 1e-5);
    near(line.slope * std::log(10.0), expected["slope_deviation"], 1e-5);
    for (const Json& row : expected["forecast"]) {
      const OwnForecast f = forecast_at(course_, *clients[i].intake, line, row["visit"]);
      near(f.mean, row["mean"]);
      near(f.sd, row["sd"]);
      near(f.interval.upper, row["upper80"]);
    }
    for (const Json& row : expected["seen"])
      near(percentile(expected_at(course_, *clients[i].intake, row["visit"]), row["score"]),
           row["percentile"]);
  }
}

std::vector<ScoredCourse> simulated(std::size_t n) {
  const PracticeParameters p = parameters_of(World::as_modelled);
  std::vector<ScoredCourse> all;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<Visit> visits;
    for (const SimulatedSession& s : simulate_course(p, i, {7, 1}).sessions)
      if (s.attended) visits.push_back({s.number, s.score});
    all.push_back(course_from_visits(std::to_string(i), visits));
  }
  return all;
}

TEST(ExpectedCourse, needs_enough_courses_and_says_how_many) {
  const auto too_few = learn_expected_course(simulated(60), "own");
  ASSERT_FALSE(too_few);
  EXPECT_EQ(too_few.error().code, "expected_course.too_few");
  EXPECT_NE(too_few.error().detail.find("100 are needed"), std::string::npos);
  EXPECT_NE(no_band(60).statement.find("60 courses"), std::string::npos);
}

TEST(ExpectedCourse, holds_eighty_of_a_hundred_within_its_outer_limits) {
  const auto all = simulated(1500);
  const auto course = learn_expected_course(std::span(all).first(1000), "own");
  ASSERT_TRUE(course) << course.error().detail;
  EXPECT_EQ(course->last_visit, 16);
  double inside = 0, seen = 0;
  for (const ScoredCourse& c : std::span(all).subspan(1000))
    for (const Visit& v : c.visits) {
      if (!v.score) continue;
      const Interval limits = tolerance_limits(expected_at(*course, *c.intake, v.number), 0.8);
      inside += *v.score >= limits.lower && *v.score <= limits.upper ? 1 : 0;
      ++seen;
    }
  EXPECT_NEAR(inside / seen, 0.80, 0.03);
  EXPECT_TRUE(band(*course, course->highest_intake + 1).empty());
  EXPECT_EQ(band(*course, 0).size(), 16U);
}

TEST(ExpectedCourse, what_is_not_finite_is_refused) {
  auto all = simulated(120);
  all[3].visits[1].score = std::nan("");
  EXPECT_EQ(learn_expected_course(all, "own").error().code, "expected_course.not_finite");
}

RC_GTEST_PROP(ExpectedCourse, what_is_seen_never_widens_a_forecast, ()) {
  ExpectedCourse e;
  const double a = *rc::gen::inRange(1, 50), d = *rc::gen::inRange(1, 50);
  const double r = *rc::gen::inRange(-9, 10) / 10.0;
  e.between = {a, r * std::sqrt(a * d), d};
  e.residual_sd = *rc::gen::inRange(1, 20);
  ScoredCourse client{"", 10.0, {}};
  const int visits = *rc::gen::inRange(1, 12);
  double before = forecast_at(e, 10, own_line(e, client), 16).sd;
  for (int v = 2; v <= visits; ++v) {
    client.visits.push_back({v, static_cast<double>(*rc::gen::inRange(-50, 50))});
    const double now = forecast_at(e, 10, own_line(e, client), 16).sd;
    RC_ASSERT(now <= before + 1e-9);
    before = now;
  }
}

TEST(ExpectedCourse, the_first_score_is_that_at_intake) {
  const std::vector<Visit> visits{{1, std::nullopt}, {2, 5.0}, {3, std::nullopt}, {4, 3.0}};
  const ScoredCourse course = course_from_visits("a", visits);
  EXPECT_EQ(course.intake, 5.0);
  ASSERT_EQ(course.visits.size(), 2U);
  EXPECT_EQ(course.visits[1].number, 4);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
