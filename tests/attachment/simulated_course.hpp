#pragma once
// Courses of people who do not exist, with the places they were made from.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "attachment/working_model.hpp"
#include "attachment/working_model_tree.hpp"
#include "stats/random_stream.hpp"

namespace securebase::attachment {

struct Plan {
  std::size_t figures = 2;
  std::size_t occasions = 1;
  double missing = 0;  ///< of sheets, or of values one by one in every other course
};

struct SimulatedCourse {
  Course course;
  std::vector<double> months;
  /// By node's key, at each of `months`.
  std::map<std::string, std::vector<Position>> truth;
};

/// Two numbers with the correlation, variance 1.
class Draws {
 public:
  explicit Draws(stats::RandomKey key) : key_(key) {}
  double uniform() { return stats::random_uniform(key_, next_++); }
  double normal() { return stats::random_normal(key_, next_++); }
  Position pair(double correlation) {
    const double a = normal();
    return {a, correlation * a + std::sqrt(1 - correlation * correlation) * normal()};
  }

 private:
  stats::RandomKey key_;
  std::uint64_t next_ = 0;
};

/// A part at each of the months, by its law.
inline std::vector<Position> simulated_part(const stats::PartLaw& law, double correlation, Position mean,
                                            const std::vector<double>& months, Draws& draws) {
  const auto add = [](Position& to, const Position& by, double sd) {
    to.anxiety += sd * by.anxiety;
    to.avoidance += sd * by.avoidance;
  };
  Position level = mean;
  Position deviation;
  add(level, draws.pair(correlation), std::sqrt(law.staying * law.variance));
  add(deviation, draws.pair(correlation), std::sqrt((1 - law.staying) * law.variance));
  std::vector<Position> all;
  for (std::size_t t = 0; t < months.size(); ++t) {
    if (t > 0) {
      const double dt = months[t] - months[t - 1];
      const double left = std::pow(law.stability, dt);
      add(level, draws.pair(correlation), std::sqrt(law.drift * dt));
      deviation = {left * deviation.anxiety, left * deviation.avoidance};
      add(deviation, draws.pair(correlation),
          std::sqrt((1 - law.staying) * law.variance * (1 - left * left)));
    }
    all.push_back({level.anxiety + deviation.anxiety, level.avoidance + deviation.avoidance});
  }
  return all;
}

inline std::vector<Position> sum_of(std::vector<Position> a, const std::vector<Position>& b) {
  for (std::size_t t = 0; t < a.size(); ++t) {
    a[t].anxiety += b[t].anxiety;
    a[t].avoidance += b[t].avoidance;
  }
  return a;
}

inline SimulatedCourse simulated_course(const Plan& plan, const Hyperparameters& planted,
                                        stats::RandomKey key) {
  constexpr Domain domains[] = {Domain::family, Domain::romance, Domain::friends,   Domain::family,
                                Domain::other,  Domain::friends, Domain::therapist, Domain::family};
  Draws draws(key);
  SimulatedCourse made;
  double month = 0;
  for (std::size_t t = 0; t < plan.occasions; ++t) {
    made.months.push_back(month);
    month += 0.5 + 1.5 * draws.uniform();
  }
  const auto laws = laws_of(planted, false);
  const auto part = [&](std::size_t level, Position mean = {}) {
    return simulated_part(laws.levels[level], laws.correlation, mean, made.months, draws);
  };
  made.truth["overall"] = part(0, planted.mean);
  for (std::size_t f = 0; f < plan.figures; ++f) {
    const Domain domain = domains[f % std::size(domains)];
    const std::string of_domain(to_text(domain));
    if (!made.truth.contains(of_domain)) made.truth[of_domain] = sum_of(part(1), made.truth["overall"]);
    const std::string figure = "figure " + std::to_string(f + 1);
    made.truth[figure] = sum_of(part(2), made.truth[of_domain]);
    made.course.figures.push_back({figure, figure, domain});
  }
  const bool by_value = draws.uniform() < 0.5;
  do {
    made.course.observations.clear();
    for (std::size_t t = 0; t < plan.occasions; ++t)
      for (const CourseFigure& figure : made.course.figures) {
        Observation o;
        o.month = made.months[t];
        o.figure = figure.key;
        o.anxiety_error = o.avoidance_error = 0.39;
        const Position at = made.truth[figure.key][t];
        o.anxiety = at.anxiety + o.anxiety_error * draws.normal();
        o.avoidance = at.avoidance + o.avoidance_error * draws.normal();
        if (draws.uniform() < plan.missing && !by_value) continue;
        if (by_value && draws.uniform() < plan.missing) o.anxiety.reset();
        if (by_value && draws.uniform() < plan.missing) o.avoidance.reset();
        if (o.anxiety || o.avoidance) made.course.observations.push_back(o);
      }
  } while (made.course.observations.empty());
  return made;
}

}  // namespace securebase::attachment
