#include "service/feedback.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "measures/change.hpp"
#include "service/course.hpp"
#include "service/feedback_parts.hpp"
#include "service/learned_course.hpp"

namespace securebase::service {
namespace {

using therapy::Feedback;

constexpr std::size_t courses_at_once = 500;    // in one statement
constexpr std::size_t answers_until_again = 4;  // still off track after an alert was closed
constexpr std::size_t recent_answers = 4;       // a sudden loss before these is no news
constexpr const char* no_prognosis =
    "It says where the answers stand, not why, not what will come, and nothing about the therapist. A low or "
    "a "
    "high answer can have many reasons: ask.";

stats::BetterWhen better_when(const catalog::Scale& scale) {
  return scale.direction == catalog::Direction::higher_better ? stats::BetterWhen::higher
                                                              : stats::BetterWhen::lower;
}

/// Everything that a status of one series rests on.
class Reading {
 public:
  Reading(const AnswerSeries& series, std::optional<LearnedExpected> expected)
      : series_(&series), expected_(std::move(expected)), course_(scored_course(series)) {
    const auto basis =
        measures::error_basis(*series.scale, *series.definition.order, measures::ErrorUse::change);
    if (basis) worse_ = therapy::worse_rule(basis->sd, basis->reliability, better_when(*series.scale));
    change_ = measures::change_on_scale(*series.definition.instrument, *series.scale,
                                        *series.definition.order, course_.intake, last_score());
  }

  [[nodiscard]] Feedback now() const { return upto(course_.visits.size()); }
  [[nodiscard]] const therapy::ScoredCourse& course() const { return course_; }
  [[nodiscard]] const std::optional<LearnedExpected>& expected() const { return expected_; }
  [[nodiscard]] const measures::Change& change() const { return change_; }
  [[nodiscard]] const AnswerSeries& series() const { return *series_; }
  [[nodiscard]] const std::optional<therapy::WorseRule>& worse() const { return worse_; }

  /// When the answers first stood off track, of those that do now without a break.
  [[nodiscard]] Instant off_track_from() const {
    std::size_t visits = course_.visits.size();
    Instant from = series_->answers.back().at;
    for (; visits > 0; --visits) {
      if (!course_.visits[visits - 1].score) continue;
      if (upto(visits).status != therapy::Status::off_track) break;
      from = at(course_.visits[visits - 1].number);
    }
    return from;
  }
  [[nodiscard]] Instant at(int number) const {
    return series_->answers.at(static_cast<std::size_t>(number - 1)).at;
  }
  [[nodiscard]] std::optional<double> last_score() const {
    for (auto visit = course_.visits.rbegin(); visit != course_.visits.rend(); ++visit)
      if (visit->score) return visit->score;
    return std::nullopt;
  }

 private:
  [[nodiscard]] Feedback upto(std::size_t visits) const {
    therapy::ScoredCourse part = course_;
    part.visits.resize(visits);
    therapy::FeedbackInput input;
    input.course = &part;
    input.expected = expected_ ? &expected_->course : nullptr;
    input.worse = worse_;
    if (change_.boundary) input.cutoff = change_.boundary->value;
    return therapy::feedback(input);
  }

  const AnswerSeries* series_;
  std::optional<LearnedExpected> expected_;
  therapy::ScoredCourse course_;
  std::optional<therapy::WorseRule> worse_;
  measures::Change change_;
};

/// What was learned is read once for each form.
class Readings {
 public:
  explicit Readings(Transaction& transaction) : transaction_(&transaction) {}

  Result<Reading> of(const AnswerSeries& series) {
    const std::tuple key(series.key.instrument, series.key.version, series.key.item_order);
    auto known = expected_.find(key);
    if (known == expected_.end()) {
      auto read = learned_expected(*transaction_, series);
      if (!read) return tl::unexpected(read.error());
      known = expected_.emplace(key, std::move(*read)).first;
    }
    return Reading(series, known->second);
  }

 private:
  Transaction* transaction_;
  std::map<std::tuple<std::string, std::string, std::string>, std::optional<LearnedExpected>> expected_;
};

TrackStatus status_of(therapy::Status status) {
  switch (status) {
    case therapy::Status::on_track:
      return TrackStatus::on_track;
    case therapy::Status::watch:
      return TrackStatus::watch;
    case therapy::Status::off_track:
      return TrackStatus::off_track;
    case therapy::Status::undetermined:
      break;
  }
  return TrackStatus::undetermined;
}

Result<bool> keep_status(Transaction& transaction, const Practice& practice, const AnswerSeries& series,
                         TrackStatus status) {
  const SeriesKey& key = series.key;
  const Condition same[] = {
      where(&FeedbackStatus::course, key.course),   where(&FeedbackStatus::person, key.person),
      where(&FeedbackStatus::subject, key.subject), where(&FeedbackStatus::instrument, key.instrument),
      where(&FeedbackStatus::version, key.version), where(&FeedbackStatus::item_order, key.item_order)};
  if (const auto removed = transaction.remove(table_of<FeedbackStatus>(), same); !removed)
    return tl::unexpected(removed.error());
  if (series.answers.empty()) return true;
  FeedbackStatus row;
  row.id = new_id<FeedbackStatus>(practice.entropy);
  row.course = key.course;
  row.person = key.person;
  row.subject = key.subject;
  row.instrument = key.instrument;
  row.version = key.version;
  row.item_order = key.item_order;
  row.scale = series.scale_id;
  row.status = status;
  row.answers = static_cast<int>(series.answers.size());
  row.answered_at = series.answers.back().at;
  row.computed_at = practice.clock.now();
  return insert(transaction, row);
}

// What an alert says

Raising raising_of(const Reading& reading, const Feedback& feedback) {
  const AnswerSeries& series = reading.series();
  Raising raising;
  raising.kind = AlertKind::off_track;
  raising.scale = series.scale_id;
  raising.answer = static_cast<int>(series.answers.size());
  raising.observed = reading.last_score();
  if (feedback.standing) {
    raising.expected = feedback.standing->at.expected;
    const bool lower = better_when(*series.scale) == stats::BetterWhen::lower;
    raising.limit = lower ? feedback.standing->limits80.upper : feedback.standing->limits80.lower;
    raising.error = feedback.standing->at.sd;
  } else {
    raising.expected = reading.course().intake;
    if (reading.worse()) raising.error = reading.worse()->reliable_change;
  }
  const Finding first = feedback.reasons.empty() ? Finding{} : feedback.reasons.front();
  raising.finding = {"feedback.off_track",
                     series.definition.instrument->abbreviation + ": " + first.statement, first.basis,
                     first.limits.empty() ? no_prognosis : first.limits};
  if (feedback.how_often) {
    raising.finding.statement += " " + feedback.how_often->statement;
    raising.finding.basis += " " + feedback.how_often->basis;
  }
  raising.episode_from = reading.off_track_from();
  if (series.answers.size() > answers_until_again)
    raising.again_from = series.answers[series.answers.size() - answers_until_again].at;
  return raising;
}

Raising raising_of(const Reading& reading, const therapy::SuddenChange& loss) {
  Raising raising;
  raising.kind = AlertKind::sudden_loss;
  raising.scale = reading.series().scale_id;
  raising.answer = loss.after;
  raising.observed = loss.mean_after;
  raising.expected = loss.mean_before;
  raising.limit = loss.needed;
  raising.finding = {
      "feedback.sudden_loss",
      fmt::format("{}: clearly worse from answer {} to answer {}, by {:.1f} points, and it has stayed so.",
                  reading.series().definition.instrument->abbreviation, loss.before, loss.after,
                  std::abs(loss.change)),
      loss.reason, no_prognosis};
  raising.episode_from = reading.at(loss.before);
  return raising;
}

Result<bool> raise_what_stands(Transaction& transaction, const Practice& practice,
                               const Administration& sheet, const Reading& reading,
                               const Feedback& feedback) {
  if (feedback.status == therapy::Status::off_track)
    if (auto raised = raise_alert(transaction, practice, sheet, raising_of(reading, feedback)); !raised)
      return raised;
  for (const therapy::SuddenChange& one : feedback.sudden) {
    if (one.kind != therapy::SuddenKind::loss || one.reversed_at) continue;
    if (static_cast<std::size_t>(one.after) + recent_answers <= reading.series().answers.size()) continue;
    if (auto raised = raise_alert(transaction, practice, sheet, raising_of(reading, one)); !raised)
      return raised;
  }
  return true;
}

std::vector<Condition> of_series(const Administration& sheet) {
  return {
      where(&Administration::course, sheet.course),   where(&Administration::respondent, sheet.respondent),
      where(&Administration::subject, sheet.subject), where(&Administration::instrument, sheet.instrument),
      where(&Administration::version, sheet.version), where(&Administration::item_order, sheet.item_order)};
}

Result<bool> reckon(Transaction& transaction, const Practice& practice, const AnswerSeries& series,
                    Readings& readings, const Administration* sheet) {
  const auto reading = readings.of(series);
  if (!reading) return tl::unexpected(reading.error());
  const Feedback feedback = reading->now();
  if (auto kept = keep_status(transaction, practice, series, status_of(feedback.status)); !kept) return kept;
  return sheet == nullptr ? Result<bool>(true)
                          : raise_what_stands(transaction, practice, *sheet, *reading, feedback);
}

// What the page says

FindingView risk_is_open() {
  return {"feedback.risk_open", "A risk answer is open: whatever these numbers say, it comes first.",
          "While one is open, nothing here says that anything is better.",
          "It does not mean that anything is worse."};
}

/// Change since intake against the error of the measure.
std::optional<FindingView> change_finding(const measures::Change& change) {
  if (!change.difference || !change.threshold) return std::nullopt;
  const auto category = measures::to_text(change.category);
  std::string words;
  switch (change.category) {
    case measures::ChangeCategory::recovered:
      words = "better than at the first answer by more than error, and across the boundary";
      break;
    case measures::ChangeCategory::improved:
      words = "better than at the first answer by more than error";
      break;
    case measures::ChangeCategory::deteriorated:
      words = "worse than at the first answer by more than error";
      break;
    case measures::ChangeCategory::unchanged:
      words = "no change beyond error since the first answer";
      break;
    default:
      return std::nullopt;
  }
  return FindingView{
      fmt::format("feedback.change.{}", category),
      fmt::format("{:+.1f} points: {}.", *change.difference, words),
      fmt::format("More than {:.1f} points is more than error at 95 % (Jacobson and Truax 1991). "
                  "{}{}",
                  *change.threshold, change.basis, change.verified ? "" : " (unverified)"),
      "It compares two answers of one person; it does not say what brought it about."};
}

bool says_better(const measures::Change& change) {
  return change.category == measures::ChangeCategory::recovered ||
         change.category == measures::ChangeCategory::improved;
}

std::vector<FindingView> findings_of(const Reading& reading, const Feedback& feedback, bool risk_open) {
  std::vector<FindingView> findings;
  if (risk_open) findings.push_back(risk_is_open());
  const bool holds_back = risk_open && feedback.status == therapy::Status::on_track;
  for (const Finding& reason : feedback.reasons)
    if (!holds_back || reason.code == "feedback.missed") findings.push_back(finding_view(reason));
  // What a band rests on stands beside it.
  if (reading.expected())
    std::erase_if(findings, [about = therapy::about(reading.expected()->course)](const FindingView& one) {
      return one.code == about.code;
    });
  if (feedback.how_often) findings.push_back(finding_view(*feedback.how_often));
  if (!risk_open || !says_better(reading.change()))
    if (auto change = change_finding(reading.change())) findings.push_back(std::move(*change));
  return findings;
}

std::vector<AnswerView> answers_view(const AnswerSeries& series) {
  std::vector<AnswerView> views;
  int number = 0;
  for (const SeriesAnswer& one : series.answers)
    views.push_back({++number, one.at, one.is_sent ? std::optional(one.sheet) : std::nullopt, one.value});
  return views;
}

std::vector<ExpectedPoint> band_view(const Reading& reading) {
  std::vector<ExpectedPoint> points;
  if (!reading.expected() || !reading.course().intake) return points;
  for (const therapy::BandPoint& one : therapy::band(reading.expected()->course, *reading.course().intake))
    points.push_back(
        {one.visit, one.expected, one.inner.lower, one.inner.upper, one.outer.lower, one.outer.upper});
  return points;
}

/// Courses with a score at the beginning and two after it, on this form.
Result<std::size_t> telling_courses(Transaction& transaction, const AnswerSeries& series) {
  const Condition telling[] = {where(&FeedbackStatus::instrument, series.key.instrument),
                               where(&FeedbackStatus::version, series.key.version),
                               where(&FeedbackStatus::item_order, series.key.item_order),
                               where(&FeedbackStatus::answers, 3, Is::at_least)};
  const auto found = transaction.count(table_of<FeedbackStatus>(), telling);
  if (!found) return tl::unexpected(found.error());
  return static_cast<std::size_t>(*found);
}

Result<FindingView> band_finding(Transaction& transaction, const Reading& reading) {
  if (reading.expected()) return finding_view(therapy::about(reading.expected()->course));
  const auto courses = telling_courses(transaction, reading.series());
  if (!courses) return tl::unexpected(courses.error());
  return finding_view(therapy::no_band(*courses));
}

std::vector<SuddenView> sudden_view(const Feedback& feedback, bool risk_open) {
  std::vector<SuddenView> views;
  for (const therapy::SuddenChange& one : feedback.sudden) {
    const bool is_gain = one.kind == therapy::SuddenKind::gain;
    if (is_gain && risk_open) continue;
    views.push_back({is_gain ? SuddenWay::gain : SuddenWay::loss, one.before, one.after, one.change,
                     one.reversed_at, one.reason});
  }
  return views;
}

MeasureFeedback view_of(const Reading& reading, bool risk_open) {
  const AnswerSeries& series = reading.series();
  const Feedback feedback = reading.now();
  MeasureFeedback view;
  view.person = series.key.person;
  view.subject = series.key.subject;
  view.instrument = series.key.instrument;
  view.title = series.definition.instrument->name;
  view.scale = series.scale->name;
  view.min = series.scale->range_min;
  view.max = series.scale->range_max;
  view.direction = better_when(*series.scale) == stats::BetterWhen::higher ? ChartDirection::higher_is_better
                                                                           : ChartDirection::lower_is_better;
  const TrackStatus status = status_of(feedback.status);
  if (!risk_open || status != TrackStatus::on_track) view.status = status;
  view.by_expected_course = feedback.rule == therapy::StatusRule::expected_course;
  view.findings = findings_of(reading, feedback, risk_open);
  view.answers = answers_view(series);
  view.band = band_view(reading);
  if (feedback.outlook && !risk_open)
    view.outlook =
        OutlookView{feedback.outlook->at_end.visit, feedback.outlook->at_end.mean,
                    feedback.outlook->at_end.interval.lower, feedback.outlook->at_end.interval.upper};
  view.sudden = sudden_view(feedback, risk_open);
  view.open = series.open;
  view.open_since = series.open_since;
  return view;
}

Result<std::set<Id<Person>>> people_at_risk(Transaction& transaction, const Id<Course>& course) {
  const auto open = list<RiskEntry>(
      transaction, {{where(&RiskEntry::course, course), where(&RiskEntry::closed_at, Is::absent)}, {}, {}});
  if (!open) return tl::unexpected(open.error());
  std::set<Id<Person>> people;
  for (const RiskEntry& entry : *open) people.insert(entry.person);
  return people;
}

Result<std::vector<MeasureFeedback>> measures_of(Transaction& transaction, const Practice& practice,
                                                 const Id<Course>& course) {
  const auto series =
      answer_series(transaction, practice, {where(&Administration::course, course)}, SeriesUse::outcome);
  if (!series) return tl::unexpected(series.error());
  const auto risks = people_at_risk(transaction, course);
  if (!risks) return tl::unexpected(risks.error());
  Readings readings(transaction);
  std::vector<MeasureFeedback> views;
  for (const AnswerSeries& one : *series) {
    if (one.answers.empty()) continue;
    const auto reading = readings.of(one);
    if (!reading) return tl::unexpected(reading.error());
    views.push_back(view_of(*reading, risks->contains(one.key.person)));
    auto about = band_finding(transaction, *reading);
    if (!about) return tl::unexpected(about.error());
    views.back().about_band = std::move(*about);
  }
  std::stable_sort(views.begin(), views.end(), [](const MeasureFeedback& a, const MeasureFeedback& b) {
    return a.answers.size() > b.answers.size();
  });
  return views;
}

FindingView promise() {
  return {"feedback.promise",
          "Feedback of this kind changes outcomes a little: about .15 of a standard deviation on average.",
          "58 studies, 21,699 people: d = .15, 95 % .10 to .20 (verified in its abstract).",
          "What helps is what is done about it: a chart alone changes nothing."};
}

/// The less favourable of two.
TrackStatus worse_of(TrackStatus a, TrackStatus b) {
  const auto rank = [](TrackStatus status) {
    return status == TrackStatus::undetermined ? -1 : static_cast<int>(status);
  };
  return rank(a) >= rank(b) ? a : b;
}

}  // namespace

therapy::ScoredCourse scored_course(const AnswerSeries& series) {
  std::vector<therapy::Visit> visits;
  int number = 0;
  for (const SeriesAnswer& one : series.answers) visits.push_back({++number, one.value});
  return therapy::course_from_visits(series.key.course.text(), visits);
}

Result<bool> take_feedback(Transaction& transaction, const Practice& practice, const Administration& sheet) {
  if (sheet.figure) return true;
  const auto definition = definition_of(practice, sheet);
  if (!definition) return tl::unexpected(definition.error());
  if (is_rating(*definition->instrument)) return take_rating(transaction, practice, sheet);
  if (outcome_scale(*definition->instrument, *definition->order) == nullptr) return true;
  const auto series = answer_series(transaction, practice, of_series(sheet), SeriesUse::outcome);
  if (!series) return tl::unexpected(series.error());
  Readings readings(transaction);
  for (const AnswerSeries& one : *series)
    if (!one.answers.empty())
      if (auto done = reckon(transaction, practice, one, readings, &sheet); !done) return done;
  return true;
}

Result<bool> feedback_moved_away(Transaction& transaction, const Practice& practice,
                                 const Administration& before) {
  if (auto closed = close_moved_alerts(transaction, practice, before.course, before.id); !closed)
    return closed;
  const auto definition = definition_of(practice, before);
  if (!definition) return tl::unexpected(definition.error());
  if (outcome_scale(*definition->instrument, *definition->order) == nullptr) return true;
  const auto series = answer_series(transaction, practice, of_series(before), SeriesUse::outcome);
  if (!series) return tl::unexpected(series.error());
  if (series->empty()) {
    AnswerSeries none;
    none.key = series_key(before);
    return keep_status(transaction, practice, none, TrackStatus::undetermined);
  }
  Readings readings(transaction);
  for (const AnswerSeries& one : *series) {
    auto done = one.answers.empty() ? keep_status(transaction, practice, one, TrackStatus::undetermined)
                                    : reckon(transaction, practice, one, readings, nullptr);
    if (!done) return done;
  }
  return true;
}

Result<bool> reckon_statuses(Transaction& transaction, const Practice& practice) {
  const auto series = answer_series(transaction, practice, {}, SeriesUse::outcome);
  if (!series) return tl::unexpected(series.error());
  Readings readings(transaction);
  for (const AnswerSeries& one : *series)
    if (!one.answers.empty())
      if (auto done = reckon(transaction, practice, one, readings, nullptr); !done) return done;
  return true;
}

Result<std::map<Id<Course>, CourseStatus>> course_statuses(Transaction& transaction,
                                                           const std::vector<Id<Course>>& courses) {
  std::map<Id<Course>, CourseStatus> statuses;
  for (std::size_t begin = 0; begin < courses.size(); begin += courses_at_once) {
    const auto end = std::min(courses.size(), begin + courses_at_once);
    const std::vector<Id<Course>> some(courses.begin() + static_cast<std::ptrdiff_t>(begin),
                                       courses.begin() + static_cast<std::ptrdiff_t>(end));
    const auto rows =
        list<FeedbackStatus>(transaction, {{where_one_of(&FeedbackStatus::course, some)}, {}, {}});
    if (!rows) return tl::unexpected(rows.error());
    for (const FeedbackStatus& row : *rows) {
      auto& status = statuses[row.course].status;
      status = status ? worse_of(*status, row.status) : row.status;
    }
  }
  const auto open = alerts_open_in(transaction, courses);
  if (!open) return tl::unexpected(open.error());
  for (const Alert& alert : *open) statuses[alert.course].open_alerts.push_back(alert.kind);
  return statuses;
}

Result<FeedbackPage> read_feedback(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return look<FeedbackPage>(practice, actor, {"feedback.read", Permission::read_course, course, {}, ""},
                            [&](Transaction& transaction) -> Result<FeedbackPage> {
                              FeedbackPage page;
                              auto alerts = alerts_of(transaction, course);
                              if (!alerts) return tl::unexpected(alerts.error());
                              page.alerts = std::move(*alerts);
                              auto measures = measures_of(transaction, practice, course);
                              if (!measures) return tl::unexpected(measures.error());
                              page.measures = std::move(*measures);
                              auto alliance = alliance_of(transaction, practice, course);
                              if (!alliance) return tl::unexpected(alliance.error());
                              page.alliance = std::move(*alliance);
                              page.reasons = reasons_to_consider();
                              page.moves = repair_moves();
                              page.promise = promise();
                              return page;
                            });
}

}  // namespace securebase::service
