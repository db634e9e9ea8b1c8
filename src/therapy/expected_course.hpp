#pragma once
// The expected course by severity at intake, with its limits, and what it says for one client.
//
//   score_it = (b0 + u0_i) + (b1 + u1_i) ln t + b2 x_i + b3 x_i ln t + e_it,   x = intake - mean intake
//
// t counts visits from 1, e is independent with SD sigma, (u0, u1) ~ N(0, G) (Finch, Lambert & Schaalje 2001,
// Clin. Psychol. Psychother. 8, 231; fitted by restricted maximum likelihood, stats/mixed_model.hpp). Limits
// hold the score of one client of that intake:
//   expected -+ z sqrt(var(expected) + z'Gz + sigma^2)
// For this client: (u0, u1) given the scores seen, variances and fixed effects taken as known.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/finding.hpp"
#include "base/result.hpp"
#include "stats/change.hpp"

namespace securebase::therapy {

/// One visit, with its score or without.
struct Visit {
  int number = 1;  ///< from 1, rising
  std::optional<double> score;
};

/// What was measured of one client. Where the intake score is that of visit 1, visits begin at 2.
struct ScoredCourse {
  std::string id;
  std::optional<double> intake;
  std::vector<Visit> visits;
};

/// Intake and the visits after it from visits alone: the first score is the intake score.
[[nodiscard]] ScoredCourse course_from_visits(std::string id, std::span<const Visit> visits);

/// Everything a band rests on; plain numbers, to be kept as they are.
struct ExpectedCourse {
  double mean_intake = 0;
  std::array<double, 4> fixed{};              ///< 1, ln t, x, x ln t
  std::array<double, 16> fixed_covariance{};  ///< row by row
  std::array<double, 3> between{};            ///< var u0, cov, var u1
  double residual_sd = 0;
  std::size_t courses = 0;
  std::size_t readings = 0;
  double lowest_intake = 0;
  double highest_intake = 0;
  int last_visit = 0;       ///< up to which at least 20 courses were measured: no band beyond
  std::string source;       ///< whose courses, in words
  bool own_courses = true;  ///< the practice's own; otherwise from a stated source for the same instrument
};

/// Our proposal: below it a practice gets no band.
inline constexpr std::size_t courses_for_a_band = 100;
inline constexpr std::size_t courses_at_a_visit = 20;

/// Courses with an intake score and two scores after it count. Errors (bad_data): "expected_course.too_few"
/// (the detail says how many there are and how many are needed), "expected_course.not_finite",
/// "expected_course.not_fitted" (the fit did not converge); those of stats/mixed_model.hpp.
[[nodiscard]] Result<ExpectedCourse> learn_expected_course(std::span<const ScoredCourse> courses,
                                                           std::string source);

/// At one visit for clients of one intake score.
struct ExpectedAt {
  int visit = 1;
  double expected = 0;
  double std_error = 0;  ///< of expected
  double sd = 0;         ///< of one client's score about it: sqrt(z'Gz + sigma^2)
};
[[nodiscard]] ExpectedAt expected_at(const ExpectedCourse& course, double intake, int visit);

/// expected -+ normal_reach(level) sqrt(std_error^2 + sd^2).
[[nodiscard]] Interval tolerance_limits(const ExpectedAt& at, double level);

/// Share of such clients expected below a score.
[[nodiscard]] double percentile(const ExpectedAt& at, double score);

struct BandPoint {
  int visit = 1;
  double expected = 0;
  Interval inner;  ///< level .68
  Interval outer;  ///< level .80
};
/// From visit 1 (or 2) to the last the courses reach; empty where the intake score lies outside those the
/// course was learned from.
[[nodiscard]] std::vector<BandPoint> band(const ExpectedCourse& course, double intake);
[[nodiscard]] bool covers(const ExpectedCourse& course, double intake);

/// This client's own line, given scores up to now.
struct OwnLine {
  double level = 0;  ///< u0, points from what is expected
  double slope = 0;  ///< u1, points per ln t
  std::array<double, 3> covariance{};
  std::size_t readings = 0;
};
[[nodiscard]] OwnLine own_line(const ExpectedCourse& course, const ScoredCourse& client);

/// A score of this client at a later visit.
struct OwnForecast {
  int visit = 1;
  double mean = 0;
  double sd = 0;      ///< of the score, error and all
  Interval interval;  ///< level .80
};
[[nodiscard]] OwnForecast forecast_at(const ExpectedCourse& course, double intake, const OwnLine& line,
                                      int visit);

/// Says whose courses, how many, and what a band does not mean.
[[nodiscard]] Finding about(const ExpectedCourse& course);
/// Why there is no band: how many courses there are and how many are needed.
[[nodiscard]] Finding no_band(std::size_t courses);

}  // namespace securebase::therapy
