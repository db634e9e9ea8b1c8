#include "therapy/feedback.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/distributions.hpp"
#include "therapy/study.hpp"
#include "therapy/sudden.hpp"

namespace securebase::therapy {
namespace {

constexpr double inner_level = 0.68;
constexpr double outer_level = 0.80;
constexpr std::size_t plateau_scores = 4;
constexpr std::size_t leaving_window = 3;
constexpr int early_visits = 4;

const char* const size_of_feedback =
    "It is no prognosis. Feedback of this kind changes outcome by about d = .15 (.10 to .20; 58 studies).";

std::vector<Visit> scored(const std::vector<Visit>& visits) {
  std::vector<Visit> found;
  for (const Visit& v : visits)
    if (v.score) found.push_back(v);
  return found;
}

double chance_of_worse(const OwnForecast& f, double intake, const WorseRule& rule) {
  const double needed = rule.reliable_change - worsening(intake, f.mean, rule.better);
  return stats::normal_cdf(-needed / f.sd);
}

const char* in_words(Status status) {
  switch (status) {
    case Status::off_track:
      return "Off track";
    case Status::watch:
      return "Watch";
    case Status::on_track:
      return "On track";
    case Status::undetermined:
      break;
  }
  return "Undetermined";
}

Finding by_expected(const FeedbackInput& input, const Feedback& f) {
  const Standing& s = *f.standing;
  const OwnForecast& end = f.outlook->at_end;
  const double worse = input.worse->better == stats::BetterWhen::lower ? s.percentile : 1 - s.percentile;
  return {
      fmt::format("feedback.{}", to_text(f.status)),
      fmt::format(
          "{}: by this client's own scores the chance of ending reliably worse than at intake (visit {}) is "
          "{:.0f} "
          "in a hundred. The last score, {:.4g}, is worse than that of {:.0f} in a hundred clients who began "
          "alike.",
          in_words(f.status), end.visit, 100 * f.outlook->worse_probability, s.score, 100 * worse),
      fmt::format(
          "{} score{} after intake against {} courses ({}). Off track from {:.0f}, watch from {:.0f} in a "
          "hundred or beyond the limits of 80 in a hundred: our proposal.",
          f.scores, f.scores == 1 ? "" : "s", input.expected->courses, input.expected->source,
          100 * off_track_probability, 100 * watch_probability),
      size_of_feedback};
}

Finding by_rational(const FeedbackInput& input, const Feedback& f, const Visit& last) {
  const double points = worsening(*input.course->intake, *last.score, input.worse->better);
  return {fmt::format("feedback.{}", to_text(f.status)),
          fmt::format(
              "{}: {:.4g} {} {} than at intake at visit {}, {}.", in_words(f.status), std::abs(points),
              std::abs(points) == 1 ? "point" : "points", points > 0 ? "worse" : "better", last.number,
              std::abs(points) >= input.worse->reliable_change ? "more than error" : "which may be error"),
          fmt::format("Change since intake by stage of therapy, in reliable changes ({:.3g} points). Stages "
                      "from memory of "
                      "others' practice, unverified; thresholds are our proposal.",
                      input.worse->reliable_change),
          std::string("Nothing is known here of the course to expect. ") + size_of_feedback};
}

std::optional<Finding> how_often(Status status, StatusRule rule) {
  if (status != Status::off_track) return std::nullopt;
  const bool expected = rule == StatusRule::expected_course;
  const auto value = study_value(expected ? "feedback.practice.off_track.predictive_value"
                                          : "feedback.practice.rational.predictive_value");
  const auto base = study_value("feedback.practice.worse");
  if (!value || !base || !(*value > 0) || !(*base > 0)) return std::nullopt;
  return Finding{
      "feedback.how_often",
      fmt::format(
          "In simulated courses about one in {:.0f} flagged this way got worse, and one in {:.0f} of all.",
          1 / *value, 1 / *base),
      fmt::format(
          "Invented courses with known parameters (docs/feedback.md); of all of them {:.0f} in a hundred got "
          "worse.",
          100 * *base),
      "Simulated courses are no clients; how often it is so in this practice is not known."};
}

Standing standing_at(const ExpectedCourse& expected, double intake, const Visit& last) {
  Standing s;
  s.visit = last.number;
  s.score = *last.score;
  s.at = expected_at(expected, intake, last.number);
  s.limits68 = tolerance_limits(s.at, inner_level);
  s.limits80 = tolerance_limits(s.at, outer_level);
  s.percentile = percentile(s.at, s.score);
  return s;
}

bool beyond_limits(const Standing& s, stats::BetterWhen better) {
  return better == stats::BetterWhen::lower ? s.score > s.limits80.upper : s.score < s.limits80.lower;
}

void judge(const FeedbackInput& input, const Visit& last, Feedback& f) {
  const ScoredCourse& course = *input.course;
  if (input.expected && covers(*input.expected, *course.intake)) {
    f.rule = StatusRule::expected_course;
    f.standing = standing_at(*input.expected, *course.intake, last);
    const Outlook outlook = outlook_of(*input.expected, course, *input.worse, input.planned_visits);
    f.status = status_at(outlook.worse_probability, beyond_limits(*f.standing, input.worse->better));
    f.outlook = outlook;
    f.reasons.push_back(by_expected(input, f));
    f.reasons.push_back(about(*input.expected));
  } else {
    f.rule = StatusRule::rational;
    f.status = rational_rule(*course.intake, last.number, *last.score, *input.worse, input.cutoff).status;
    f.reasons.push_back(by_rational(input, f, last));
  }
  f.how_often = how_often(f.status, f.rule);
}

bool plateau(double intake, std::span<const Visit> seen, const WorseRule& rule) {
  if (seen.size() < plateau_scores) return false;
  double low = *seen.back().score, high = low;
  for (const Visit& v : seen.last(plateau_scores)) {
    low = std::min(low, *v.score);
    high = std::max(high, *v.score);
  }
  const double gain = -worsening(intake, *seen.back().score, rule.better);
  return high - low <= rule.reliable_change / 2 && gain < rule.reliable_change;
}

LeavingSigns leaving_signs(const ScoredCourse& course, std::span<const Visit> seen,
                           stats::BetterWhen better) {
  LeavingSigns signs;
  const std::size_t n = course.visits.size();
  for (std::size_t i = n > leaving_window ? n - leaving_window : 0; i < n; ++i)
    if (!course.visits[i].score) ++signs.missed_last_three;
  signs.early = n > 0 && course.visits.back().number <= early_visits;
  signs.no_gain =
      course.intake && !seen.empty() && worsening(*course.intake, *seen.back().score, better) >= 0;
  const int count = (signs.missed_last_three > 0 ? 1 : 0) + (signs.early ? 1 : 0) + (signs.no_gain ? 1 : 0);
  signs.worth_asking = signs.missed_last_three >= 2 || count >= 2;
  return signs;
}

void add_rest(Feedback& f) {
  if (f.plateau)
    f.reasons.push_back({"feedback.plateau",
                         "The last four scores hardly differ, and are not reliably better than at intake.",
                         "Four scores in a row within half a reliable change: our proposal.",
                         "A plateau may be a rest, an end reached, or a question of what to do next."});
  if (f.missed > 0)
    f.reasons.push_back(
        {"feedback.missed",
         fmt::format("{} of {} visits after intake have no score.", f.missed, f.missed + f.scores),
         "What was not measured is missing more often when someone is worse (from memory, unverified).",
         "A missing score says nothing by itself; ask."});
  if (f.leaving.worth_asking)
    f.reasons.push_back(
        {"feedback.leaving", "Signs that often come before leaving early: worth asking how coming is.",
         fmt::format(
             "{} of the last three visits without a score; {}; {}. Our proposal; about 20 in a hundred "
             "leave early over all studies.",
             f.leaving.missed_last_three, f.leaving.early ? "early in therapy" : "not early",
             f.leaving.no_gain ? "no better than at intake" : "better than at intake"),
         "No chance is known for this client."});
}

}  // namespace

std::string_view to_text(Status status) {
  switch (status) {
    case Status::undetermined:
      return "undetermined";
    case Status::on_track:
      return "on_track";
    case Status::watch:
      return "watch";
    case Status::off_track:
      return "off_track";
  }
  return "";
}

std::string_view to_text(OutcomeClass outcome) {
  switch (outcome) {
    case OutcomeClass::recovered:
      return "recovered";
    case OutcomeClass::improved:
      return "improved";
    case OutcomeClass::unchanged:
      return "unchanged";
    case OutcomeClass::deteriorated:
      return "deteriorated";
    case OutcomeClass::functional_at_intake:
      return "functional_at_intake";
    case OutcomeClass::undetermined:
      return "undetermined";
  }
  return "";
}

Outlook outlook_of(const ExpectedCourse& expected, const ScoredCourse& client, const WorseRule& rule,
                   int planned_visits) {
  Outlook outlook;
  outlook.line = own_line(expected, client);
  const int next = client.visits.empty() ? 1 : client.visits.back().number + 1;
  outlook.at_end = forecast_at(expected, *client.intake, outlook.line, std::max(planned_visits, next));
  outlook.worse_probability = chance_of_worse(outlook.at_end, *client.intake, rule);
  return outlook;
}

Status status_at(double probability, bool beyond_limits) {
  if (probability >= off_track_probability) return Status::off_track;
  return beyond_limits || probability >= watch_probability ? Status::watch : Status::on_track;
}

OutcomeClass jacobson_truax(double intake, double later, const WorseRule& rule,
                            std::optional<double> cutoff) {
  const double worse = worsening(intake, later, rule.better);
  if (worse > rule.reliable_change) return OutcomeClass::deteriorated;
  if (-worse <= rule.reliable_change) return OutcomeClass::unchanged;
  if (!cutoff) return OutcomeClass::improved;
  if (worsening(*cutoff, intake, rule.better) < 0) return OutcomeClass::functional_at_intake;
  switch (stats::classify_change(intake, later, {rule.reliable_change, *cutoff, rule.better})) {
    case stats::ChangeClass::recovered:
      return OutcomeClass::recovered;
    default:
      return OutcomeClass::improved;
  }
}

RationalRead rational_rule(double intake, int visit, double score, const WorseRule& rule,
                           std::optional<double> cutoff) {
  const double worse = worsening(intake, score, rule.better) / rule.reliable_change;
  const double spared = cutoff && worsening(*cutoff, intake, rule.better) < 0 ? 0.5 : 0;
  const double off = (visit <= 4 ? 1.0 : visit <= 9 ? 0.5 : 0.0) + spared;
  RationalRead read;
  read.beyond = worse - off;
  read.status = read.beyond >= 0 ? Status::off_track : read.beyond >= -0.5 ? Status::watch : Status::on_track;
  return read;
}

Feedback feedback(const FeedbackInput& input) {
  Feedback f;
  const ScoredCourse& course = *input.course;
  const std::vector<Visit> seen = scored(course.visits);
  f.scores = seen.size();
  f.missed = course.visits.size() - seen.size();
  const auto better = input.worse ? input.worse->better : stats::BetterWhen::lower;
  f.leaving = leaving_signs(course, seen, better);
  if (!course.intake || seen.empty() || !input.worse) {
    f.reasons.push_back({"feedback.undetermined",
                         !input.worse ? "No status: what change exceeds error is not known for this scale."
                                      : "No status: a score at intake and one after it are needed.",
                         "", ""});
  } else {
    judge(input, seen.back(), f);
    f.outcome = jacobson_truax(*course.intake, *seen.back().score, *input.worse, input.cutoff);
    f.plateau = plateau(*course.intake, seen, *input.worse);
    f.sudden =
        sudden_changes_of(course, {input.sudden_cut.value_or(input.worse->reliable_change), 0.25, better});
  }
  add_rest(f);
  return f;
}

}  // namespace securebase::therapy
