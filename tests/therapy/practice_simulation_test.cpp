#include "therapy/practice_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include "stats/sample.hpp"

namespace securebase::therapy {
namespace SECUREBASE_THIS_FILE {

constexpr stats::RandomKey key{20261130, 8};
constexpr std::size_t courses = 4000;

std::vector<SimulatedCourse> practice(const PracticeParameters& p, std::size_t n = courses) {
  std::vector<SimulatedCourse> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(simulate_course(p, i, key));
  return all;
}

TEST(PracticeSimulation, follows_from_the_key_alone) {
  const PracticeParameters p;
  const SimulatedCourse late = simulate_course(p, 41, key);
  for (std::uint64_t i = 0; i < 41; ++i) (void)simulate_course(p, i, key);
  const SimulatedCourse again = simulate_course(p, 41, key);
  ASSERT_EQ(late.sessions.size(), again.sessions.size());
  for (std::size_t t = 0; t < late.sessions.size(); ++t)
    EXPECT_EQ(late.sessions[t].state, again.sessions[t].state);
  EXPECT_NE(simulate_course(p, 42, key).sessions[0].state, late.sessions[0].state);
}

TEST(PracticeSimulation, gives_back_what_was_planted) {
  const PracticeParameters p = parameters_of(World::as_modelled);
  std::vector<double> intake, gains, errors, anxiety;
  for (const SimulatedCourse& c : practice(p)) {
    intake.push_back(c.sessions.front().state);
    anxiety.push_back(c.anxiety);
    gains.push_back(c.sessions.front().state - c.sessions.back().state);
    errors.push_back(*c.sessions.front().score - c.sessions.front().state);
  }
  EXPECT_NEAR(*stats::summarise(intake)->sd, 1, 0.04);
  EXPECT_NEAR(stats::summarise(gains)->mean, p.gain, 0.05);
  EXPECT_NEAR(*stats::summarise(gains)->sd, std::sqrt(0.49 + 2 * 0.35 * 0.35), 0.04);
  EXPECT_NEAR(*stats::summarise(errors)->sd, error_sd(p), 0.02);
  EXPECT_NEAR(*stats::pearson_r(anxiety, intake), 0.40 * std::sqrt(1 - 0.35 * 0.35), 0.05);
}

TEST(PracticeSimulation, has_the_published_rates) {
  const PracticeParameters p;
  const WorseRule rule = worse_rule_of(p);
  double left = 0, worse = 0, missing = 0, attended = 0, jumps = 0;
  for (const SimulatedCourse& c : practice(p)) {
    left += c.left_after ? 1 : 0;
    worse += seen_to_get_worse(c, rule) ? 1 : 0;
    jumps += c.sudden_gain_at ? 1 : 0;
    for (const SimulatedSession& s : c.sessions) {
      attended += s.attended ? 1 : 0;
      missing += s.attended && !s.score ? 1 : 0;
      EXPECT_TRUE(s.attended || !s.score);
      if (s.alliance) {
        EXPECT_GE(*s.alliance, 1);
        EXPECT_LE(*s.alliance, 7);
      }
    }
  }
  EXPECT_NEAR(left / courses, 0.197, 0.04);
  EXPECT_NEAR(missing / attended, 0.235, 0.02);  // the first is always there
  EXPECT_NEAR(jumps / courses, p.sudden_gain, 0.03);
  EXPECT_GT(worse / courses, 0.03);
  EXPECT_LT(worse / courses, 0.10);
}

TEST(PracticeSimulation, shares_what_therapists_share) {
  PracticeParameters p = parameters_of(World::therapist_differences);
  p.gain_sd = 1;
  p.symptom_state_sd = 0.01;
  std::vector<double> means, within;
  const auto all = practice(p);
  for (std::size_t i = 0; i + 20 <= all.size(); i += 20) {
    std::vector<double> gains;
    for (std::size_t j = i; j < i + 20; ++j) {
      EXPECT_EQ(all[j].therapist, i / 20);
      gains.push_back(all[j].sessions.front().state - all[j].sessions.back().state);
    }
    means.push_back(stats::summarise(gains)->mean);
    within.push_back(std::pow(*stats::summarise(gains)->sd, 2));
  }
  const double w = stats::summarise(within)->mean;
  const double b = std::pow(*stats::summarise(means)->sd, 2) - w / 20;
  EXPECT_NEAR(b / (b + w), 0.3, 0.06);
}

TEST(PracticeSimulation, repairs_as_often_as_it_says) {
  PracticeParameters p;
  p.dropout = 0;
  double begun = 0, repaired = 0;
  for (const SimulatedCourse& c : practice(p))
    for (const SimulatedSession& s : c.sessions) {
      begun += s.rupture_begins && s.number <= 12 ? 1 : 0;
      repaired += s.repaired && s.number <= 13 ? 1 : 0;
    }
  EXPECT_NEAR(repaired / begun, p.repair, 0.06);
}

TEST(PracticeSimulation, names_every_parameter_once_with_its_mark) {
  std::set<std::string> names;
  for (const ParameterNote& note : practice_parameters({})) {
    EXPECT_TRUE(names.insert(note.name).second) << note.name;
    EXPECT_TRUE(note.mark == "V" || note.mark == "M" || note.mark == "C" || note.mark == "D") << note.name;
    EXPECT_FALSE(note.source.empty());
  }
  std::set<std::string> prints;
  for (const World world : all_worlds) EXPECT_TRUE(prints.insert(fingerprint(parameters_of(world))).second);
}

TEST(PracticeSimulation, refuses_what_cannot_be) {
  PracticeParameters p;
  p.dropout = 1;
  EXPECT_THROW((void)simulate_course(p, 0, key), std::domain_error);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::therapy
