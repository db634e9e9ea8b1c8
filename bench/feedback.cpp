// The measuring half of bench/feedback.sh: feedback for many courses of sixteen sessions.
//
//   feedback COURSES   an expected course learned from 2000 others; then status, outlook, sudden changes and
//   words of
//                      each course, and dips of its alliance, by two threads
//
// Results are lines "name value"; seconds of the processor are of all threads together.

#include <chrono>
#include <ctime>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "therapy/feedback.hpp"
#include "therapy/practice_simulation.hpp"
#include "therapy/rupture.hpp"
#include "timing.hpp"

namespace {

using namespace securebase::therapy;  // NOLINT(google-build-using-namespace): this file is about it alone

constexpr std::size_t learned = 2000;
constexpr std::size_t threads = 2;

struct Client {
  ScoredCourse course;
  std::vector<AllianceRating> ratings;
};

Client client_of(std::uint64_t number) {
  std::vector<Visit> visits;
  Client client;
  for (const SimulatedSession& s : simulate_course({}, number, {1, 1}).sessions) {
    if (!s.attended) continue;
    visits.push_back({s.number, s.score});
    client.ratings.push_back({s.number, s.alliance, {}});
  }
  client.course = course_from_visits(std::to_string(number), visits);
  return client;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t courses = argc > 1 ? std::stoul(argv[1]) : 10000;
  std::vector<ScoredCourse> others;
  for (std::size_t i = 0; i < learned; ++i) others.push_back(client_of(courses + i).course);
  std::vector<Client> clients;
  for (std::size_t i = 0; i < courses; ++i) clients.push_back(client_of(i));
  const WorseRule rule = worse_rule_of({});
  WithinError error;
  error.sd = 0.5;
  error.stated = true;

  const double start = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const auto expected = learn_expected_course(others, "simulated");
  if (!expected) return 1;
  const double learning = processor_seconds() - start;
  std::vector<std::size_t> said(threads);
  {
    std::vector<std::jthread> workers;
    for (std::size_t w = 0; w < threads; ++w)
      workers.emplace_back([&, w] {
        for (std::size_t i = w; i < courses; i += threads) {
          FeedbackInput input;
          input.course = &clients[i].course;
          input.expected = &*expected;
          input.worse = rule;
          said[w] += feedback(input).reasons.size();
          said[w] += read_alliance({clients[i].ratings, error, {}, {}, {}})->findings.size();
        }
      });
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  std::cout << "learning_seconds " << learning << "\nprocessor_seconds " << processor_seconds() - start
            << "\nwall_seconds " << wall.count() << "\nfindings " << said[0] + said[1] << '\n';
  return 0;
}
