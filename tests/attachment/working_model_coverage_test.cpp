// How often ellipses and intervals hold the place that a course was made from. SECUREBASE_SAMPLES says how
// many courses a cell has: few by default; a release asks for many (ctest -L slow). What is printed are rows
// of docs/measurements.md.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "attachment/place.hpp"
#include "simulated_course.hpp"

namespace securebase::attachment {
namespace SECUREBASE_THIS_FILE {

std::size_t courses_a_cell(std::size_t otherwise) {
  const char* asked = std::getenv("SECUREBASE_SAMPLES");
  return asked == nullptr ? otherwise : std::strtoul(asked, nullptr, 10);
}

struct Count {
  std::size_t n = 0;
  std::size_t held = 0;

  void add(bool holds) {
    ++n;
    held += holds ? 1 : 0;
  }
  [[nodiscard]] double share() const { return static_cast<double>(held) / static_cast<double>(n); }
};

/// Of one cell, or of several together.
struct Held {
  Count ellipses;   ///< of places
  Count intervals;  ///< of either axis
  Count changes;    ///< ellipses of change

  void add(const Held& other) {
    for (auto part : {&Held::ellipses, &Held::intervals, &Held::changes}) {
      (this->*part).n += (other.*part).n;
      (this->*part).held += (other.*part).held;
    }
  }
};

bool within_ellipse(const Place& place, const Position& truth) {
  const auto belief = belief_of(place);
  const auto distance = stats::mahalanobis_square(
      {truth.anxiety - belief.mean[0], truth.avoidance - belief.mean[1]}, belief.covariance);
  return distance && *distance <= -2 * std::log(0.05);
}

bool within_interval(const Interval& interval, double truth) {
  return interval.lower <= truth && truth <= interval.upper;
}

/// One node of a course, drawn, so that what is counted is independent; at its first and its last moment.
void count(Held& held, const SimulatedCourse& made, const Hyperparameters& hyperparameters,
           std::size_t pick) {
  const auto model = working_model(made.course, hyperparameters);
  ASSERT_TRUE(model) << to_text(model.error());
  const Node& node = model->nodes[pick % model->nodes.size()];
  const auto& truth = made.truth.at(node.key);
  const auto at = [&](double month) {
    return truth[static_cast<std::size_t>(std::find(made.months.begin(), made.months.end(), month) -
                                          made.months.begin())];
  };
  const Position now = at(node.now.month);
  const Position then = at(node.then.month);
  held.ellipses.add(within_ellipse(node.now.place, now));
  held.intervals.add(within_interval(node.now.place.anxiety_interval(), now.anxiety));
  held.intervals.add(within_interval(node.now.place.avoidance_interval(), now.avoidance));
  if (!node.change) return;
  held.ellipses.add(within_ellipse(node.then.place, then));
  held.changes.add(
      within_ellipse(node.change->by, {now.anxiety - then.anxiety, now.avoidance - then.avoidance}));
}

void tell(const char* what, const Plan& plan, const Held& held) {
  std::printf("[ COVERAGE ] | %s | %zu | %zu | %.0f %% | %zu | %.4f | %.4f | %.4f |\n", what, plan.figures,
              plan.occasions, 100 * plan.missing, held.intervals.n / 2, held.ellipses.share(),
              held.intervals.share(), held.changes.n == 0 ? std::nan("") : held.changes.share());
}

void tell_all(const char* what, const Held& held) {
  std::printf("[ COVERAGE ] | %s | all | all | all | %zu | %.4f | %.4f | %.4f |\n", what,
              held.intervals.n / 2, held.ellipses.share(), held.intervals.share(), held.changes.share());
}

void expect_near(const Count& count, double slack) {
  if (count.n == 0) return;
  const double error = std::sqrt(0.95 * 0.05 / static_cast<double>(count.n));
  EXPECT_NEAR(count.share(), 0.95, slack + 4 * error);
}

/// On average within 94.5 and 95.5 %, as far as so many courses can tell.
void expect_known(const Held& held) {
  for (const Count* part : {&held.ellipses, &held.intervals, &held.changes}) {
    const double error = std::sqrt(0.95 * 0.05 / static_cast<double>(part->n));
    EXPECT_NEAR(part->share(), 0.95, 0.005 + 2 * error);
  }
}

std::vector<Plan> cells() {
  std::vector<Plan> all;
  for (const std::size_t figures : {2U, 3U, 5U, 8U})
    for (const std::size_t occasions : {1U, 3U, 8U, 20U})
      for (const double missing : {0.0, 0.3, 0.6}) all.push_back({figures, occasions, missing});
  return all;
}

void known_cells(const char* what, const Hyperparameters& planted, const Hyperparameters& used,
                 std::uint64_t seed, Held& together) {
  const std::size_t n = courses_a_cell(16);
  for (const Plan& plan : cells()) {
    Held held;
    for (std::size_t i = 0; i < n; ++i) {
      const stats::RandomKey key = stats::RandomKey{seed, plan.figures * 1000 + plan.occasions * 10}
                                       .part(static_cast<std::uint64_t>(10 * plan.missing))
                                       .part(i);
      count(held, simulated_course(plan, planted, key), used, stats::random_below(key.part(1), 0, 1000));
    }
    tell(what, plan, held);
    if (planted.overall == used.overall && planted.mean == used.mean)
      for (const Count* part : {&held.ellipses, &held.intervals, &held.changes}) expect_near(*part, 0);
    together.add(held);
  }
  tell_all(what, together);
}

Hyperparameters prototype() {
  Hyperparameters h;
  h.dynamics = Dynamics::prototype;
  return h;
}

TEST(WorkingModelCoverage, known_random_walk) {
  Held together;
  known_cells("random walk, known", {}, {}, 701, together);
  expect_known(together);
}

TEST(WorkingModelCoverage, known_prototype) {
  Held together;
  known_cells("prototype, known", prototype(), prototype(), 702, together);
  expect_known(together);
}

/// People of a practice differ otherwise than the sheet says: a single course read with the defaults. No bar:
/// what comes out is told.
TEST(WorkingModelCoverage, single_courses_with_the_defaults) {
  Hyperparameters planted;
  planted.mean = {0.7, 0.5};
  planted.overall = 0.4;
  planted.domain = 0.1;
  planted.relation = 0.6;
  planted.correlation = 0.2;
  planted.relation_drift *= 2;
  Held together;
  known_cells("other people, defaults", planted, {}, 703, together);
  EXPECT_GT(together.ellipses.share(), 0.80);
}

/// Fitted on 200 courses, read with what was fitted.
void fitted_cells(const char* what, const Hyperparameters& planted, const Hyperparameters& start,
                  std::uint64_t seed) {
  constexpr std::size_t courses = 200;
  const std::size_t fits = std::max<std::size_t>(1, courses_a_cell(courses) / courses);
  std::vector<Plan> plans{{2, 3, 0.3}};
  if (fits > 1)
    plans = {{2, 3, 0},   {2, 3, 0.6},  {2, 20, 0}, {2, 20, 0.6}, {5, 3, 0},  {5, 3, 0.6},
             {5, 8, 0.3}, {5, 20, 0.6}, {8, 3, 0},  {8, 3, 0.6},  {8, 20, 0}, {8, 20, 0.6}};
  Held together;
  for (const Plan& plan : plans) {
    Held held;
    for (std::size_t fit = 0; fit < fits; ++fit) {
      std::vector<SimulatedCourse> made;
      std::vector<Course> given;
      for (std::size_t i = 0; i < courses; ++i) {
        made.push_back(simulated_course(
            plan, planted, stats::RandomKey{seed, plan.figures * 100 + plan.occasions}.part(fit).part(i)));
        given.push_back(made.back().course);
      }
      const auto fitted = fit_hyperparameters(given, start, 10, 2);
      ASSERT_TRUE(fitted) << to_text(fitted.error());
      ASSERT_NE(fitted->convergence.verdict, stats::Verdict::not_converged) << fitted->convergence.gradient;
      EXPECT_GE(fitted->log_likelihood, fitted->log_likelihood_before);
      for (std::size_t i = 0; i < courses; ++i)
        count(held, made[i], fitted->hyperparameters, stats::random_below({seed, fit}, i, 1000));
    }
    tell(what, plan, held);
    for (const Count* part : {&held.ellipses, &held.intervals, &held.changes}) {
      if (part->n == 0) continue;
      const double error = std::sqrt(0.95 * 0.05 / static_cast<double>(part->n));
      EXPECT_GT(part->share(), 0.90 - 3 * error);
      EXPECT_LT(part->share(), 0.98 + 3 * error);
    }
    together.add(held);
  }
  tell_all(what, together);
}

Hyperparameters other_people() {
  Hyperparameters planted;
  planted.mean = {0.7, 0.5};
  planted.overall = 0.4;
  planted.domain = 0.15;
  planted.relation = 0.6;
  planted.correlation = 0.2;
  planted.relation_drift *= 2;
  planted.domain_drift *= 2;
  planted.overall_drift *= 2;
  return planted;
}

TEST(WorkingModelCoverage, fitted_random_walk) {
  fitted_cells("random walk, fitted on 200", other_people(), {}, 704);
}

TEST(WorkingModelCoverage, fitted_prototype) {
  Hyperparameters planted = other_people();
  planted.dynamics = Dynamics::prototype;
  planted.staying = 0.5;
  planted.monthly_stability = 0.3;
  fitted_cells("prototype, fitted on 200", planted, prototype(), 705);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::attachment
