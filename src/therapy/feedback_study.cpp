#include "therapy/feedback_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/gaussian_update.hpp"
#include "therapy/feedback.hpp"
#include "therapy/world_moments.hpp"

namespace securebase::therapy {
namespace {

constexpr std::array cuts{0.02, 0.03, 0.05, 0.08, 0.10, 0.12, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.65, 0.80};
constexpr double equal_specificity = 0.90;
constexpr double least = -1e9;  // of somebody never measured
constexpr std::uint64_t of_learning = 1, of_trying = 2;
enum Alarm : std::size_t { off_track, watch, limits80, rational, alarms };
constexpr std::array<const char*, alarms> alarm_names{"off_track", "watch", "limits80", "rational"};

ScoredCourse seen_of(const SimulatedCourse& course) {
  std::vector<Visit> visits;
  for (const SimulatedSession& s : course.sessions)
    if (s.attended) visits.push_back({s.number, s.score});
  return course_from_visits("", visits);
}

/// The course as it was after each session, with all that is read of it.
struct Reading {
  double probability = 0, standing = 0, change = 0, beyond = 0;
  std::array<bool, alarms> flagged{};
};

/// What one course adds.
struct Followed {
  bool worse = false, seen_worse = false;
  int planned = 0;
  std::vector<std::optional<Reading>> at;              // by the study's sessions
  std::array<int, alarms> first{};                     // session of the first flag, 0: none
  double highest = least, half = least;                // probability: at any session, in the first half
  double highest_beyond = least, half_beyond = least;  // of the rational rule

  void raise(const Reading& r, int session) {
    highest = std::max(highest, r.probability);
    highest_beyond = std::max(highest_beyond, r.beyond);
    if (2 * session > planned) return;
    half = highest;
    half_beyond = highest_beyond;
  }
};

Reading read_of(const ExpectedCourse& expected, const ScoredCourse& so_far, const Visit& last,
                const WorseRule& rule, int planned) {
  Reading r;
  const double intake = *so_far.intake;
  r.probability = outlook_of(expected, so_far, rule, planned).worse_probability;
  const ExpectedAt at = expected_at(expected, intake, last.number);
  r.standing = (*last.score - at.expected) / at.sd;
  r.change = worsening(intake, *last.score, rule.better);
  const RationalRead by_rule = rational_rule(intake, last.number, *last.score, rule, std::nullopt);
  r.beyond = by_rule.beyond;
  const bool beyond = *last.score > tolerance_limits(at, 0.80).upper;
  const Status status = status_at(r.probability, beyond);
  r.flagged = {status == Status::off_track, status >= Status::watch, beyond,
               by_rule.status == Status::off_track};
  return r;
}

Followed follow(const SimulatedCourse& course, const ExpectedCourse& expected, const WorseRule& rule,
                const std::vector<int>& sessions) {
  Followed f;
  f.worse = truly_got_worse(course, rule);
  f.seen_worse = seen_to_get_worse(course, rule);
  f.planned = static_cast<int>(course.sessions.size());
  f.at.resize(sessions.size());
  const ScoredCourse all = seen_of(course);
  ScoredCourse so_far{"", all.intake, {}};
  std::optional<Visit> last;
  for (const Visit& v : all.visits) {
    so_far.visits.push_back(v);
    if (v.score) last = v;
    if (!last) continue;
    const Reading r = read_of(expected, so_far, *last, rule, f.planned);
    if (v.score) f.raise(r, v.number);
    for (std::size_t a = 0; a < alarms; ++a)
      if (v.score && r.flagged[a] && f.first[a] == 0) f.first[a] = v.number;
    const auto here = std::find(sessions.begin(), sessions.end(), v.number);
    if (here != sessions.end()) f.at[static_cast<std::size_t>(here - sessions.begin())] = r;
  }
  return f;
}

double share(double part, double whole) {
  return whole > 0 ? part / whole : 0;
}

AlarmResult alarm_result(const std::vector<Followed>& all, std::size_t a) {
  double flagged = 0, right = 0, worse = 0, seen = 0;
  std::vector<int> leads;
  for (const Followed& f : all) {
    worse += f.worse ? 1 : 0;
    if (f.first[a] == 0) continue;
    flagged += 1;
    seen += f.seen_worse ? 1 : 0;
    if (!f.worse) continue;
    right += 1;
    leads.push_back(f.planned - f.first[a]);
  }
  const auto n = static_cast<double>(all.size());
  std::sort(leads.begin(), leads.end());
  AlarmResult r;
  r.alarm = alarm_names[a];
  r.flagged = share(flagged, n);
  r.sensitivity = share(right, worse);
  r.specificity = 1 - share(flagged - right, n - worse);
  r.predictive_value = share(right, flagged);
  r.negative_value = 1 - share(worse - right, n - flagged);
  r.seen_predictive_value = share(seen, flagged);
  r.lead = leads.empty() ? 0 : leads[leads.size() / 2];
  return r;
}

SessionResult session_result(const std::vector<Followed>& all, const std::vector<std::vector<double>>& oracle,
                             std::size_t k, int session) {
  std::vector<double> probability, standing, change, beyond, best;
  std::vector<bool> worse;
  double negatives = 0, right = 0, flagged_right = 0, positives = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].at[k]) continue;
    const Reading& r = *all[i].at[k];
    probability.push_back(r.probability);
    standing.push_back(r.standing);
    change.push_back(r.change);
    if (!oracle.empty()) best.push_back(oracle[i][k]);
    worse.push_back(all[i].worse);
    (all[i].worse ? positives : negatives) += 1;
    if (!all[i].worse && r.beyond < 0) right += 1;
    if (all[i].worse && r.beyond >= 0) flagged_right += 1;
  }
  SessionResult s;
  s.session = session;
  s.courses = worse.size();
  s.worse = share(positives, static_cast<double>(worse.size()));
  s.auc = stats::area_under_roc(probability, worse).value_or(0);
  if (!best.empty()) s.auc_oracle = stats::area_under_roc(best, worse);
  s.auc_standing = stats::area_under_roc(standing, worse).value_or(0);
  s.auc_change = stats::area_under_roc(change, worse).value_or(0);
  s.rational_specificity = share(right, negatives);
  s.rational_sensitivity = share(flagged_right, positives);
  s.sensitivity_there = stats::sensitivity_at(probability, worse, s.rational_specificity).value_or(0);
  s.standing_there = stats::sensitivity_at(standing, worse, s.rational_specificity).value_or(0);
  return s;
}

std::vector<RocPoint> roc(const std::vector<Followed>& all) {
  std::vector<RocPoint> points;
  for (const double cut : cuts) {
    double right = 0, worse = 0, spared = 0;
    for (const Followed& f : all) {
      worse += f.worse ? 1 : 0;
      right += f.worse && f.highest >= cut ? 1 : 0;
      spared += !f.worse && f.highest < cut ? 1 : 0;
    }
    points.push_back({cut, share(right, worse), share(spared, static_cast<double>(all.size()) - worse)});
  }
  return points;
}

double sensitivity_of(const std::vector<Followed>& all, double Followed::*highest) {
  std::vector<double> scores;
  std::vector<bool> worse;
  for (const Followed& f : all) {
    scores.push_back(f.*highest);
    worse.push_back(f.worse);
  }
  return stats::sensitivity_at(scores, worse, equal_specificity).value_or(0);
}

Result<WorldResult> study_world(const FeedbackStudyPlan& plan, World world) {
  const PracticeParameters p = parameters_of(world);
  const WorseRule rule = worse_rule_of(p);
  std::vector<ScoredCourse> learned;
  for (std::size_t i = 0; i < plan.learned; ++i)
    learned.push_back(seen_of(simulate_course(p, i, plan.key.part(of_learning))));
  const auto expected = learn_expected_course(learned, "simulated courses");
  if (!expected) return tl::unexpected(expected.error());
  std::vector<Followed> all;
  std::vector<std::vector<double>> oracle;
  const Oracle knows(p);
  for (std::size_t i = 0; i < plan.courses; ++i) {
    const SimulatedCourse course = simulate_course(p, i, plan.key.part(of_trying));
    all.push_back(follow(course, *expected, rule, plan.sessions));
    if (world != World::practice) oracle.push_back(knows.worse_after(course, plan.sessions));
  }
  WorldResult result;
  result.world = world;
  result.parameters = fingerprint(p);
  for (const Followed& f : all) {
    result.worse += f.worse ? 1.0 / static_cast<double>(all.size()) : 0;
    result.seen_worse += f.seen_worse ? 1.0 / static_cast<double>(all.size()) : 0;
  }
  for (std::size_t k = 0; k < plan.sessions.size(); ++k)
    result.sessions.push_back(session_result(all, oracle, k, plan.sessions[k]));
  for (std::size_t a = 0; a < alarms; ++a) result.alarms.push_back(alarm_result(all, a));
  result.half = sensitivity_of(all, &Followed::half);
  result.half_rational = sensitivity_of(all, &Followed::half_beyond);
  result.any = sensitivity_of(all, &Followed::highest);
  result.any_rational = sensitivity_of(all, &Followed::highest_beyond);
  result.roc = roc(all);
  return result;
}

}  // namespace

std::string worlds_fingerprint() {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const World world : all_worlds)
    for (const char c : fingerprint(parameters_of(world))) {
      hash ^= static_cast<unsigned char>(c);
      hash *= 0x100000001b3ULL;
    }
  return fmt::format("{:016x}", hash);
}

Result<FeedbackStudy> study_feedback(const FeedbackStudyPlan& plan) {
  FeedbackStudy study;
  study.learned = plan.learned;
  study.courses = plan.courses;
  study.fingerprint = worlds_fingerprint();
  for (std::size_t i = 0; i < plan.worlds.size(); ++i) {
    if (plan.progress) plan.progress(i, plan.worlds.size());
    auto result = study_world(plan, plan.worlds[i]);
    if (!result) return tl::unexpected(result.error());
    study.worlds.push_back(std::move(*result));
  }
  if (plan.progress) plan.progress(plan.worlds.size(), plan.worlds.size());
  return study;
}

std::vector<NamedValue> values_of(const FeedbackStudy& study) {
  std::vector<NamedValue> values{{"feedback.learned", static_cast<double>(study.learned)},
                                 {"feedback.courses", static_cast<double>(study.courses)}};
  for (const WorldResult& w : study.worlds) {
    const std::string at = fmt::format("feedback.{}.", to_text(w.world));
    values.push_back({at + "worse", w.worse});
    values.push_back({at + "seen_worse", w.seen_worse});
    values.push_back({at + "half", w.half});
    values.push_back({at + "half_rational", w.half_rational});
    values.push_back({at + "any", w.any});
    values.push_back({at + "any_rational", w.any_rational});
    for (const AlarmResult& a : w.alarms) {
      values.push_back({at + a.alarm + ".flagged", a.flagged});
      values.push_back({at + a.alarm + ".sensitivity", a.sensitivity});
      values.push_back({at + a.alarm + ".specificity", a.specificity});
      values.push_back({at + a.alarm + ".predictive_value", a.predictive_value});
      values.push_back({at + a.alarm + ".negative_value", a.negative_value});
      values.push_back({at + a.alarm + ".seen_predictive_value", a.seen_predictive_value});
      values.push_back({at + a.alarm + ".lead", a.lead});
    }
    for (const SessionResult& s : w.sessions) {
      const std::string session = fmt::format("{}session_{}.", at, s.session);
      values.push_back({session + "auc", s.auc});
      if (s.auc_oracle) values.push_back({session + "auc_oracle", *s.auc_oracle});
      values.push_back({session + "auc_standing", s.auc_standing});
      values.push_back({session + "auc_change", s.auc_change});
      values.push_back({session + "rational_specificity", s.rational_specificity});
      values.push_back({session + "rational_sensitivity", s.rational_sensitivity});
      values.push_back({session + "sensitivity_there", s.sensitivity_there});
    }
  }
  return values;
}

}  // namespace securebase::therapy
