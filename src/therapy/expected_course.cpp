#include "therapy/expected_course.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"
#include "stats/line_update.hpp"
#include "stats/mixed_model.hpp"
#include "stats/sample.hpp"

namespace securebase::therapy {
namespace {

constexpr double inner_level = 0.68;
constexpr double outer_level = 0.80;

std::size_t scores_of(const ScoredCourse& course) {
  return static_cast<std::size_t>(std::count_if(course.visits.begin(), course.visits.end(),
                                                [](const Visit& v) { return v.score.has_value(); }));
}

std::array<double, 4> fixed_row(double log_visit, double deviation) {
  return {1, log_visit, deviation, deviation * log_visit};
}

/// What of the courses enters the fit.
struct Fitted {
  std::vector<const ScoredCourse*> courses;
  std::vector<double> intakes;
  std::map<int, std::size_t> at_visit;
  std::size_t readings = 0;
};

Result<Fitted> fitted(std::span<const ScoredCourse> courses) {
  Fitted f;
  for (const ScoredCourse& course : courses) {
    if (!course.intake || scores_of(course) == 0) continue;
    f.courses.push_back(&course);
    f.intakes.push_back(*course.intake);
    for (const Visit& v : course.visits) {
      if (!v.score) continue;
      if (!std::isfinite(*v.score) || !std::isfinite(*course.intake) || v.number < 1)
        return fail(ErrorKind::bad_data, "expected_course.not_finite",
                    "scores must be finite and visits count from 1");
      ++f.at_visit[v.number];
      ++f.readings;
    }
  }
  if (f.courses.size() < courses_for_a_band)
    return fail(ErrorKind::bad_data, "expected_course.too_few",
                fmt::format("{} courses have a score at intake and one after it; {} are needed",
                            f.courses.size(), courses_for_a_band));
  return f;
}

stats::MixedDesign design_of(const Fitted& f, double mean_intake) {
  stats::MixedDesign d;
  d.fixed = stats::Matrix(f.readings, 4);
  d.fixed_names = {"(Intercept)", "ln visit", "intake", "ln visit:intake"};
  d.groupings = {{"client", {}}};
  d.terms = {{0, stats::Matrix(f.readings, 2), {"(Intercept)", "ln visit"}, stats::CovarianceShape::full}};
  std::size_t row = 0;
  for (std::size_t i = 0; i < f.courses.size(); ++i)
    for (const Visit& v : f.courses[i]->visits) {
      if (!v.score) continue;
      const double log_visit = std::log(v.number);
      const auto values = fixed_row(log_visit, f.intakes[i] - mean_intake);
      for (std::size_t k = 0; k < 4; ++k) d.fixed(row, k) = values[k];
      d.terms[0].columns(row, 0) = 1;
      d.terms[0].columns(row, 1) = log_visit;
      d.response.push_back(*v.score);
      d.groupings[0].level.push_back(static_cast<std::uint32_t>(i));
      ++row;
    }
  return d;
}

ExpectedCourse expected_of(const Fitted& f, double mean_intake, const stats::MixedFit& fit) {
  ExpectedCourse e;
  e.mean_intake = mean_intake;
  for (std::size_t i = 0; i < 4; ++i) {
    e.fixed[i] = fit.fixed[i].estimate;
    for (std::size_t k = 0; k < 4; ++k) e.fixed_covariance[4 * i + k] = fit.fixed_covariance(i, k);
  }
  const stats::Matrix& g = fit.random_covariance[0];
  e.between = {g(0, 0), g(1, 0), g(1, 1)};
  e.residual_sd = fit.sigma;
  e.courses = f.courses.size();
  e.readings = f.readings;
  const auto [low, high] = std::minmax_element(f.intakes.begin(), f.intakes.end());
  e.lowest_intake = *low;
  e.highest_intake = *high;
  for (const auto& [visit, count] : f.at_visit)
    if (count >= courses_at_a_visit) e.last_visit = visit;
  return e;
}

double expected_score(const ExpectedCourse& e, double intake, int visit) {
  const auto row = fixed_row(std::log(visit), intake - e.mean_intake);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) sum += row[i] * e.fixed[i];
  return sum;
}

}  // namespace

ScoredCourse course_from_visits(std::string id, std::span<const Visit> visits) {
  ScoredCourse course{std::move(id), std::nullopt, {}};
  for (const Visit& v : visits) {
    if (course.intake)
      course.visits.push_back(v);
    else
      course.intake = v.score;
  }
  return course;
}

Result<ExpectedCourse> learn_expected_course(std::span<const ScoredCourse> courses, std::string source) {
  const auto f = fitted(courses);
  if (!f) return tl::unexpected(f.error());
  const double mean_intake = stats::summarise(f->intakes)->mean;
  const auto model = stats::make_mixed_model(design_of(*f, mean_intake));
  if (!model) return tl::unexpected(model.error());
  const auto fit = stats::fit_mixed_model(*model, stats::MixedLikelihood::restricted);
  if (!fit) return tl::unexpected(fit.error());
  if (fit->convergence.verdict == stats::Verdict::not_converged)
    return fail(ErrorKind::bad_data, "expected_course.not_fitted",
                std::string(to_text(fit->convergence.verdict)));
  ExpectedCourse e = expected_of(*f, mean_intake, *fit);
  e.source = std::move(source);
  return e;
}

ExpectedAt expected_at(const ExpectedCourse& e, double intake, int visit) {
  const double log_visit = std::log(visit);
  const auto row = fixed_row(log_visit, intake - e.mean_intake);
  double variance = 0;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t k = 0; k < 4; ++k) variance += row[i] * row[k] * e.fixed_covariance[4 * i + k];
  const double one = stats::line_variance(e.between, log_visit) + e.residual_sd * e.residual_sd;
  return {visit, expected_score(e, intake, visit), std::sqrt(std::max(0.0, variance)), std::sqrt(one)};
}

Interval tolerance_limits(const ExpectedAt& at, double level) {
  const double reach = stats::normal_reach(level) * std::hypot(at.std_error, at.sd);
  return {at.expected - reach, at.expected + reach, level};
}

double percentile(const ExpectedAt& at, double score) {
  return stats::normal_cdf((score - at.expected) / at.sd);
}

bool covers(const ExpectedCourse& e, double intake) {
  return intake >= e.lowest_intake && intake <= e.highest_intake;
}

std::vector<BandPoint> band(const ExpectedCourse& e, double intake) {
  std::vector<BandPoint> points;
  if (!covers(e, intake)) return points;
  for (int visit = 1; visit <= e.last_visit; ++visit) {
    const ExpectedAt at = expected_at(e, intake, visit);
    points.push_back(
        {visit, at.expected, tolerance_limits(at, inner_level), tolerance_limits(at, outer_level)});
  }
  return points;
}

OwnLine own_line(const ExpectedCourse& e, const ScoredCourse& client) {
  stats::LineUpdate update(e.between, e.residual_sd * e.residual_sd);
  if (client.intake)
    for (const Visit& v : client.visits)
      if (v.score) update.see(std::log(v.number), *v.score - expected_score(e, *client.intake, v.number));
  const auto mean = update.mean();
  return {mean[0], mean[1], update.covariance(), update.seen()};
}

OwnForecast forecast_at(const ExpectedCourse& e, double intake, const OwnLine& line, int visit) {
  const double log_visit = std::log(visit);
  OwnForecast f;
  f.visit = visit;
  f.mean = expected_score(e, intake, visit) + line.level + line.slope * log_visit;
  f.sd = std::sqrt(stats::line_variance(line.covariance, log_visit) + e.residual_sd * e.residual_sd);
  const double reach = stats::normal_reach(outer_level) * f.sd;
  f.interval = {f.mean - reach, f.mean + reach, outer_level};
  return f;
}

Finding about(const ExpectedCourse& e) {
  return {
      "expected_course.rests_on",
      fmt::format(
          "The band is where scores of clients with the same score at intake are expected: 68 and 80 of a "
          "hundred inside. {} courses with {} scores.",
          e.courses, e.readings),
      fmt::format(
          "{}: {}. Mean course by ln(visit) and intake with limits for one client, mixed model (method of "
          "Finch, Lambert & Schaalje 2001).",
          e.own_courses ? "Learned from the practice's own courses" : "From a stated source", e.source),
      "It describes these courses; it is no target, and being outside it says nothing about why. Clients who "
      "left "
      "early are in it only as long as they came."};
}

Finding no_band(std::size_t courses) {
  return {
      "expected_course.none",
      fmt::format("No expected course: {} courses have a score at intake and one after it; a band needs {}.",
                  courses, courses_for_a_band),
      "The number a band needs is our proposal.",
      "Without it a course can only be held against its own start."};
}

}  // namespace securebase::therapy
