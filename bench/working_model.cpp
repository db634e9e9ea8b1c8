// The measuring half of bench/working_model.sh: places of figures over time.
//
//   working_model RUNS COURSES   one course of 8 figures and 60 occasions, everything answered: median
//   seconds of the
//                                whole (tree, places, words), by dynamics and by errors; then COURSES such
//                                courses on all cores
//
// Results are lines "name value".

#include <atomic>
#include <cmath>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "attachment/working_model.hpp"
#include "stats/random_stream.hpp"
#include "timing.hpp"

namespace {

using namespace securebase::attachment;  // NOLINT(google-build-using-namespace): this file is about it alone
using namespace securebase::bench;       // NOLINT(google-build-using-namespace): this file is about it alone
using securebase::stats::random_normal;
using securebase::stats::random_uniform;
using securebase::stats::RandomKey;

constexpr std::size_t figures = 8;
constexpr std::size_t occasions = 60;

enum class Errors { alike, own };

Course course_of(std::uint64_t seed, Errors errors) {
  Course course;
  for (std::size_t f = 0; f < figures; ++f) {
    const std::string key = "figure " + std::to_string(f);
    course.figures.push_back({key, key, all_domains[f % std::size(all_domains)]});
    const RandomKey own{seed, f};
    double anxiety = random_normal(own, 0);
    double avoidance = random_normal(own, 1);
    for (std::size_t t = 0; t < occasions; ++t) {
      const RandomKey key_of{seed, 1000 + f * occasions + t};
      anxiety += 0.1 * random_normal(key_of, 0);
      avoidance += 0.1 * random_normal(key_of, 1);
      Observation o;
      o.month = 0.25 * static_cast<double>(t);
      o.figure = key;
      o.anxiety_error = 0.387;
      o.avoidance_error = errors == Errors::own ? 0.3 + 0.2 * random_uniform(key_of, 4) : 0.387;
      o.anxiety = anxiety + o.anxiety_error * random_normal(key_of, 2);
      o.avoidance = avoidance + o.avoidance_error * random_normal(key_of, 3);
      o.instrument = "ecr-rs";
      course.observations.push_back(o);
    }
  }
  return course;
}

void run(const Course& course, const Hyperparameters& hyperparameters) {
  const auto model = working_model(course, hyperparameters);
  if (!model || model->nodes.size() != 14) throw std::runtime_error("no working model");
}

void measure(const std::string& name, int runs, Dynamics dynamics, Errors errors) {
  Hyperparameters hyperparameters;
  hyperparameters.dynamics = dynamics;
  const Course course = course_of(1, errors);
  tell(name, median_seconds(runs, [&] { run(course, hyperparameters); }));
}

/// Courses are made beforehand, a few again and again.
double all_courses(std::size_t courses, unsigned threads) {
  std::vector<Course> made;
  for (std::uint64_t seed = 0; seed < 32; ++seed) made.push_back(course_of(seed, Errors::alike));
  std::atomic<std::size_t> next{0};
  return seconds_of([&] {
    std::vector<std::thread> all;
    for (unsigned t = 0; t < threads; ++t)
      all.emplace_back([&] {
        for (std::size_t i = next++; i < courses; i = next++) run(made[i % made.size()], {});
      });
    for (std::thread& one : all) one.join();
  });
}

}  // namespace

int main(int count, char** words) try {
  if (count != 3) throw std::runtime_error("usage: working_model RUNS COURSES");
  const int runs = std::stoi(words[1]);
  measure("walk_alike_seconds", runs, Dynamics::random_walk, Errors::alike);
  measure("walk_own_seconds", runs, Dynamics::random_walk, Errors::own);
  measure("prototype_alike_seconds", runs, Dynamics::prototype, Errors::alike);
  measure("prototype_own_seconds", runs, Dynamics::prototype, Errors::own);
  tell("all_seconds", all_courses(std::stoul(words[2]), 2));
  tell("peak_bytes", peak_bytes());
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
