#include "service/alliance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "service/alert.hpp"
#include "service/feedback_parts.hpp"
#include "service/learned_course.hpp"
#include "service/session_record.hpp"

namespace securebase::service {
namespace {

using therapy::AllianceRead;
using therapy::Confirmation;
using therapy::Confirmed;

constexpr const char* no_mark =
    "A dip is no rupture: most ratings vary, and an answer can have many reasons. It is no mark for the "
    "therapist. Ask.";

RatingFlag flag_of(therapy::DipFlag flag) {
  return static_cast<RatingFlag>(flag);  // the same words in the same order
}
DipStage stage_of(therapy::DipStage stage) {
  return static_cast<DipStage>(stage);
}
DipCourse course_of(therapy::DipCourse course) {
  return static_cast<DipCourse>(course);
}

/// The first rating at or after a moment; where there is none yet, the one to come.
int number_at(const AnswerSeries& series, Instant when) {
  int number = 1;
  for (const SeriesAnswer& one : series.answers) {
    if (one.at >= when) return number;
    ++number;
  }
  return number;
}

std::optional<Confirmation> confirmation_of(AlertStepKind kind) {
  switch (kind) {
    case AlertStepKind::asked_and_so:
    case AlertStepKind::not_so:
      return Confirmation::direct_question;
    case AlertStepKind::marker_seen:
      return Confirmation::marker;
    case AlertStepKind::noted:
      return Confirmation::note;
    default:
      return std::nullopt;
  }
}

/// What is known besides ratings, of a course.
struct Known {
  std::vector<AlertView> alerts;
  std::vector<TherapySession> sessions;  ///< that were held, oldest first
  std::vector<SessionMark> ruptures;
  std::vector<NextStep> steps;
};

Result<Known> known_of(Transaction& transaction, const Id<Course>& course) {
  Known known;
  auto alerts = alerts_of(transaction, course);
  if (!alerts) return tl::unexpected(alerts.error());
  known.alerts = std::move(*alerts);
  auto sessions = list<TherapySession>(
      transaction, {{where(&TherapySession::course, course), where(&TherapySession::began_at, Is::present),
                     where(&TherapySession::withdrawn_at, Is::absent)},
                    {by(&TherapySession::scheduled_at)},
                    {}});
  if (!sessions) return tl::unexpected(sessions.error());
  known.sessions = std::move(*sessions);
  std::vector<Id<TherapySession>> ids;
  for (const TherapySession& session : known.sessions) ids.push_back(session.id);
  auto marks = list<SessionMark>(
      transaction, {{where_one_of(&SessionMark::session, ids), where(&SessionMark::kind, MarkKind::rupture),
                     where(&SessionMark::withdrawn_at, Is::absent)},
                    {by(&SessionMark::put_at)},
                    {}});
  if (!marks) return tl::unexpected(marks.error());
  known.ruptures = std::move(*marks);
  auto steps = list<NextStep>(transaction,
                              {{where(&NextStep::course, course), where(&NextStep::withdrawn_at, Is::absent)},
                               {by(&NextStep::agreed_at)},
                               {}});
  if (!steps) return tl::unexpected(steps.error());
  known.steps = std::move(*steps);
  return known;
}

std::vector<Confirmed> confirmed_of(const AnswerSeries& series, const Known& known) {
  std::vector<Confirmed> confirmed;
  for (const AlertView& alert : known.alerts) {
    if (alert.person != series.key.person || alert.instrument != series.key.instrument) continue;
    if (alert.kind != AlertKind::alliance_dip && alert.kind != AlertKind::alliance_soft) continue;
    for (const AlertStepView& step : alert.steps)
      if (const auto how = confirmation_of(step.kind))
        confirmed.push_back({alert.answer, *how, step.kind != AlertStepKind::not_so});
  }
  for (const SessionMark& mark : known.ruptures)
    if (!mark.person || *mark.person == series.key.person) {
      const int number = number_at(series, mark.put_at);
      if (number <= static_cast<int>(series.answers.size()))
        confirmed.push_back({number, Confirmation::marker, true});
    }
  std::stable_sort(confirmed.begin(), confirmed.end(),
                   [](const Confirmed& a, const Confirmed& b) { return a.session < b.session; });
  return confirmed;
}

/// Of what a client took on in one meeting, the share that was done by the next.
std::vector<therapy::Engagement> engagement_of(const AnswerSeries& series, const Known& known) {
  std::map<int, therapy::Engagement> by_number;
  for (std::size_t at = 1; at < known.sessions.size(); ++at) {
    const TherapySession& before = known.sessions[at - 1];
    const Instant now = *known.sessions[at].began_at;
    double taken = 0;
    double done = 0;
    for (const NextStep& step : known.steps) {
      if (step.session != before.id || step.person != series.key.person) continue;
      if (step.whose == StepOwner::therapist) continue;
      taken += 1;
      if (step.done_at && *step.done_at <= now + day_ms) done += 1;
    }
    if (taken == 0) continue;
    const int number = number_at(series, now);
    by_number[number] = {number, done / taken, {}, {}};
  }
  std::vector<therapy::Engagement> engagement;
  engagement.reserve(by_number.size());
  for (const auto& [number, one] : by_number) engagement.push_back(one);
  return engagement;
}

struct Alliance {
  therapy::WithinError error;
  AllianceRead read;
};

Result<Alliance> read_series(Transaction& transaction, const AnswerSeries& series, const Known& known) {
  const auto error = rating_error(transaction, series);
  if (!error) return tl::unexpected(error.error());
  const auto ratings = ratings_of(series);
  const auto confirmed = confirmed_of(series, known);
  const auto engagement = engagement_of(series, known);
  therapy::AllianceInput input;
  input.unit = "Rating";
  input.ratings = ratings;
  input.error = *error;
  input.confirmed = confirmed;
  input.engagement = engagement;
  auto read = therapy::read_alliance(input);
  if (!read) return tl::unexpected(read.error());
  return Alliance{*error, std::move(*read)};
}

std::string where_from(const therapy::WithinError& error) {
  return fmt::format("Ratings of one person lie {:.2f} points about their own level: {}.", error.sd,
                     error.source);
}

const SeriesAnswer& answer_at(const AnswerSeries& series, int number) {
  return series.answers.at(static_cast<std::size_t>(number - 1));
}

Raising raising_of(const AnswerSeries& series, const Alliance& alliance, const therapy::RatingRead& last,
                   const therapy::Dip& dip) {
  const bool is_dip = last.flag == therapy::DipFlag::dip;
  Raising raising;
  raising.kind = is_dip ? AlertKind::alliance_dip : AlertKind::alliance_soft;
  raising.scale = series.scale_id;
  raising.answer = last.session;
  raising.observed = last.rating;
  raising.expected = last.level;
  raising.error = alliance.error.sd;
  raising.finding.code = is_dip ? "alliance.dip" : "alliance.soft";
  const std::string name = series.definition.instrument->abbreviation;
  raising.finding.statement =
      last.by_item
          ? fmt::format("{}: an answer about the bond or what matters is at its lowest.", name)
          : fmt::format("{}: {:.1f}, {} this client's own level of {:.1f}.", name, last.rating.value_or(0),
                        is_dip ? "clearly below" : "somewhat below", last.level.value_or(0));
  raising.finding.basis = where_from(alliance.error);
  if (last.z)
    raising.finding.basis += fmt::format(" This one is {:.1f} of these errors below.", std::abs(*last.z));
  raising.finding.limits = no_mark;
  raising.episode_from = answer_at(series, dip.session).at;
  return raising;
}

Raising raising_of(const AnswerSeries& series, const therapy::WithdrawalRead& fall) {
  Raising raising;
  raising.kind = AlertKind::withdrawal_risk;
  raising.scale = series.scale_id;
  raising.answer = static_cast<int>(series.answers.size());
  raising.observed = fall.now;
  raising.expected = fall.usual;
  raising.finding = {
      "alliance.withdrawal",
      fmt::format("Of what was agreed, {:.0f} % was done; usual were {:.0f} %. No rating fell.",
                  100 * fall.now, 100 * fall.usual),
      "A fall of 40 % or more against the three before, without a dip in ratings: a proposal of "
      "ours.",
      "Some people step back without a word; others had a full week. Ask."};
  raising.episode_from =
      answer_at(series, std::min(fall.session, static_cast<int>(series.answers.size()))).at;
  return raising;
}

std::vector<RatingView> ratings_view(const AnswerSeries& series, const AllianceRead& read) {
  std::vector<RatingView> views;
  for (const therapy::RatingRead& one : read.ratings) {
    const SeriesAnswer& answer = answer_at(series, one.session);
    views.push_back({one.session, answer.at, answer.is_sent ? std::optional(answer.sheet) : std::nullopt,
                     one.rating, one.level, flag_of(one.flag), one.by_item});
  }
  return views;
}

std::vector<DipView> dips_view(const AnswerSeries& series, const AllianceRead& read) {
  std::vector<DipView> views;
  for (const therapy::Dip& one : read.dips) {
    DipView view;
    view.number = one.session;
    view.at = answer_at(series, one.session).at;
    view.flag = flag_of(one.flag);
    view.stage = stage_of(one.stage);
    view.level_before = one.level_before;
    view.course = course_of(one.course);
    view.repaired_at = one.repaired_at;
    views.push_back(view);
  }
  return views;
}

AllianceView view_of(const AnswerSeries& series, const Alliance& alliance) {
  const auto form = *rating_form(*series.definition.instrument);
  AllianceView view;
  view.person = series.key.person;
  view.instrument = series.key.instrument;
  view.title = series.definition.instrument->name;
  view.how = form.words;
  view.min = form.min;
  view.max = form.max;
  view.error = alliance.error.sd;
  view.error_basis = {
      "alliance.error", where_from(alliance.error),
      alliance.error.courses > 0
          ? fmt::format("Pooled over {} ratings, about each person's own line.", alliance.error.readings)
          : "No courses to pool yet: an assumption, not published.",
      "With another error, other ratings would be flagged."};
  view.ratings = ratings_view(series, alliance.read);
  view.dips = dips_view(series, alliance.read);
  for (const Finding& finding : alliance.read.findings) view.findings.push_back(finding_view(finding));
  return view;
}

}  // namespace

std::vector<therapy::AllianceRating> ratings_of(const AnswerSeries& series) {
  const auto form = *rating_form(*series.definition.instrument);
  std::vector<therapy::AllianceRating> ratings;
  int number = 0;
  for (const SeriesAnswer& one : series.answers) {
    therapy::AllianceRating rating{++number, one.value, {}};
    // The detector counts items from 1 to 7: the lowest of these, or well above it.
    if (one.value)
      rating.lowest_item = one.at_floor ? 1 : 1 + 6 * (*one.value - form.min) / (form.max - form.min);
    if (rating.lowest_item && !one.at_floor) rating.lowest_item = std::max(3.0, *rating.lowest_item);
    ratings.push_back(rating);
  }
  return ratings;
}

Result<std::vector<AllianceView>> alliance_of(Transaction& transaction, const Practice& practice,
                                              const Id<Course>& course) {
  const auto series =
      answer_series(transaction, practice, {where(&Administration::course, course)}, SeriesUse::rating);
  if (!series) return tl::unexpected(series.error());
  std::vector<AllianceView> views;
  if (series->empty()) return views;
  const auto known = known_of(transaction, course);
  if (!known) return tl::unexpected(known.error());
  for (const AnswerSeries& one : *series) {
    if (one.answers.empty()) continue;
    const auto alliance = read_series(transaction, one, *known);
    if (!alliance) return tl::unexpected(alliance.error());
    views.push_back(view_of(one, *alliance));
  }
  return views;
}

Result<bool> take_rating(Transaction& transaction, const Practice& practice, const Administration& sheet) {
  const auto series = answer_series(
      transaction, practice,
      {where(&Administration::course, sheet.course), where(&Administration::respondent, sheet.respondent),
       where(&Administration::subject, sheet.subject), where(&Administration::instrument, sheet.instrument),
       where(&Administration::version, sheet.version), where(&Administration::item_order, sheet.item_order)},
      SeriesUse::rating);
  if (!series) return tl::unexpected(series.error());
  if (series->empty() || series->front().answers.empty()) return true;
  const AnswerSeries& one = series->front();
  const auto known = known_of(transaction, sheet.course);
  if (!known) return tl::unexpected(known.error());
  const auto alliance = read_series(transaction, one, *known);
  // Answers are kept whatever becomes of their reading.
  if (!alliance && alliance.error().kind == ErrorKind::bad_data) return true;
  if (!alliance) return tl::unexpected(alliance.error());
  const AllianceRead& read = alliance->read;
  if (!read.ratings.empty() && read.ratings.back().flag != therapy::DipFlag::none && !read.dips.empty())
    return raise_alert(transaction, practice, sheet,
                       raising_of(one, *alliance, read.ratings.back(), read.dips.back()));
  const int last = static_cast<int>(one.answers.size());
  for (const therapy::WithdrawalRead& fall : read.withdrawal)
    if (fall.session == last) return raise_alert(transaction, practice, sheet, raising_of(one, fall));
  return true;
}

}  // namespace securebase::service
