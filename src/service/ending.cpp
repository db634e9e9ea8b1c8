#include "service/ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "measures/change.hpp"
#include "service/answer_series.hpp"
#include "service/claim.hpp"
#include "service/portal.hpp"
#include "service/session_record.hpp"
#include "therapy/ending.hpp"

namespace securebase::service {
namespace {

/// What is answered so soon after the end still tells of the end.
constexpr int days_of_end = 28;

Place ending_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

Known known_of(therapy::Answer answer) {
  switch (answer) {
    case therapy::Answer::yes:
      return Known::yes;
    case therapy::Answer::no:
      return Known::no;
    case therapy::Answer::unknown:
      break;
  }
  return Known::unknown;
}

std::string_view word_of(therapy::DropoutDefinition definition) {
  static constexpr std::array words = {"therapist_judgement"sv, "missed_last"sv, "below_planned"sv,
                                       "below_median"sv, "unilateral_unimproved"sv};
  return words.at(static_cast<std::size_t>(definition));
}
std::string_view word_of(therapy::AfterKind kind) {
  static constexpr std::array words = {"maintained"sv, "relapse"sv, "late_response"sv};
  return words.at(static_cast<std::size_t>(kind));
}

// Sessions, where they were noted

/// How many were held, and whether the last one was missed; nothing where none was noted.
struct Attended {
  std::optional<int> held;
  std::optional<bool> missed_last;
};
Result<Attended> attended_of(Transaction& transaction, const Id<Course>& course) {
  const auto sessions = list<TherapySession>(
      transaction, {{where(&TherapySession::course, course), where(&TherapySession::withdrawn_at, Is::absent),
                     where(&TherapySession::attendance, Is::present)},
                    {by(&TherapySession::scheduled_at)},
                    {}});
  if (!sessions) return tl::unexpected(sessions.error());
  if (sessions->empty()) return Attended{};
  const auto came = [](const TherapySession& session) {
    return session.attendance == Attendance::attended || session.attendance == Attendance::late;
  };
  const Attendance last = *sessions->back().attendance;
  return Attended{static_cast<int>(std::count_if(sessions->begin(), sessions->end(), came)),
                  last == Attendance::not_come || last == Attendance::cancelled_by_client};
}

Result<std::optional<CourseEnding>> ending_of(Transaction& transaction, const Id<Course>& course) {
  return find<CourseEnding>(transaction, where(&CourseEnding::course, course));
}

// Scores

std::optional<double> change_threshold(const measures::Change& change) {
  if (change.threshold) return change.threshold;
  if (change.published) return change.published->points;
  return std::nullopt;
}

therapy::Readings readings_of(const AnswerSeries& series, Date ended_on) {
  therapy::Readings readings;
  const Date last_of_end = therapy::days_after(ended_on, days_of_end);
  for (const SeriesAnswer& answer : series.answers) {
    if (!answer.is_sent || !answer.value) continue;
    if (date_of(answer.at) > last_of_end) {
      readings.after.push_back(*answer.value);
    } else if (!readings.intake) {
      readings.intake = answer.value;
    } else {
      readings.end = answer.value;
    }
  }
  readings.better = series.scale->direction == catalog::Direction::higher_better ? stats::BetterWhen::higher
                                                                                 : stats::BetterWhen::lower;
  return readings;
}

AfterScale scale_after(const AnswerSeries& series, Date ended_on) {
  therapy::Readings readings = readings_of(series, ended_on);
  const measures::Change change = measures::change_on_scale(
      *series.definition.instrument, *series.scale, *series.definition.order, readings.intake, readings.end);
  readings.reliable_change = change_threshold(change);
  if (change.boundary) readings.cutoff = change.boundary->value;
  AfterScale after{series.key.person,
                   series.definition.instrument->abbreviation,
                   series.scale->id,
                   series.scale->name,
                   readings.intake,
                   readings.end,
                   readings.after,
                   readings.reliable_change,
                   std::string(measures::to_text(change.category)),
                   change.basis,
                   change.verified,
                   {}};
  for (const therapy::AfterAnswer& answer : therapy::after_answers(readings))
    after.answers.push_back({std::string(word_of(answer.kind)), known_of(answer.answer), answer.basis});
  return after;
}

Result<std::vector<AfterScale>> scales_after(Transaction& transaction, const Practice& practice,
                                             const Id<Course>& course, Date ended_on) {
  const auto series =
      answer_series(transaction, practice, {where(&Administration::course, course)}, SeriesUse::outcome);
  if (!series) return tl::unexpected(series.error());
  std::vector<AfterScale> scales;
  for (const AnswerSeries& one : *series)
    if (one.scale != nullptr && one.key.person == one.key.subject)
      scales.push_back(scale_after(one, ended_on));
  return scales;
}

/// On any measure; nothing where no change could be told.
std::optional<bool> reliably_better(const std::vector<AfterScale>& scales) {
  std::optional<bool> better;
  for (const AfterScale& scale : scales) {
    if (scale.change == to_text(measures::ChangeCategory::undetermined) || !scale.end) continue;
    const bool is_better = scale.change == to_text(measures::ChangeCategory::recovered) ||
                           scale.change == to_text(measures::ChangeCategory::improved);
    better = better.value_or(false) || is_better;
  }
  return better;
}

// Drop-out

struct Median {
  std::optional<double> value;
  int courses = 0;
};
Result<Median> median_attended(Transaction& transaction, const Id<Course>& besides) {
  const auto endings =
      list<CourseEnding>(transaction, {{where(&CourseEnding::attended, Is::present)}, {}, {}});
  if (!endings) return tl::unexpected(endings.error());
  std::vector<double> attended;
  for (const CourseEnding& ending : *endings)
    if (ending.course != besides) attended.push_back(*ending.attended);
  if (attended.empty()) return Median{};
  std::sort(attended.begin(), attended.end());
  const std::size_t middle = attended.size() / 2;
  const double value =
      attended.size() % 2 == 1 ? attended[middle] : (attended[middle - 1] + attended[middle]) / 2;
  return Median{value, static_cast<int>(attended.size())};
}

std::vector<DropoutView> dropout_of(const CourseEnding& ending, const Attended& attended,
                                    const Median& median, const std::vector<AfterScale>& scales) {
  therapy::EndingFacts facts;
  facts.judged_dropout = ending.judged_dropout;
  facts.missed_last = ending.missed_last ? ending.missed_last : attended.missed_last;
  facts.attended = ending.attended;
  facts.planned_sessions = ending.planned_sessions;
  facts.median_attended = median.value;
  facts.courses_behind_median = median.courses;
  facts.unilateral = ending.ended_by == EndedBy::client && !ending.planned;
  facts.reliably_better = reliably_better(scales);
  std::vector<DropoutView> views;
  for (const therapy::DropoutAnswer& answer : therapy::dropout_answers(facts))
    views.push_back({std::string(word_of(answer.definition)), std::string(answer.name),
                     known_of(answer.answer), answer.basis});
  return views;
}

// Follow-ups

FollowUpState state_of(const FollowUpPlace& place, Date today) {
  const auto any = [&](FollowUpContact contact) {
    return std::any_of(place.attempts.begin(), place.attempts.end(),
                       [&](const FollowUp& one) { return one.contact == contact; });
  };
  if (any(FollowUpContact::reached) || !place.sheets.empty()) return FollowUpState::done;
  if (any(FollowUpContact::declined)) return FollowUpState::declined;
  if (today < place.opens) return FollowUpState::coming;
  if (today <= place.closes) return FollowUpState::open;
  return any(FollowUpContact::not_reached) ? FollowUpState::not_reached : FollowUpState::missed;
}

struct FollowUpRecord {
  std::vector<FollowUp> attempts;      ///< newest first
  std::vector<Administration> sheets;  ///< that were sent
};

FollowUpPlace place_of(const FollowUpRecord& record, const Id<Person>& person,
                       const therapy::FollowUpWindow& window, Date today) {
  FollowUpPlace place{person,        window.months,         window.day, window.opens,
                      window.closes, FollowUpState::coming, {},         {}};
  for (const FollowUp& attempt : record.attempts)
    if (attempt.person == person && attempt.months == window.months) place.attempts.push_back(attempt);
  for (const Administration& sheet : record.sheets) {
    const Date sent = date_of(*sheet.sent_at);
    if (sheet.respondent == person && window.opens <= sent && sent <= window.closes)
      place.sheets.push_back(sheet.id);
  }
  place.state = state_of(place, today);
  return place;
}

Result<std::vector<FollowUpPlace>> follow_ups_of(Transaction& transaction, const Course& course, Date today) {
  FollowUpRecord record;
  auto attempts = list<FollowUp>(
      transaction, {{where(&FollowUp::course, course.id)}, {by(&FollowUp::written_at, true)}, {}});
  if (!attempts) return tl::unexpected(attempts.error());
  record.attempts = std::move(*attempts);
  auto sheets = list<Administration>(
      transaction,
      {{where(&Administration::course, course.id), where(&Administration::sent_at, Is::present)}, {}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  record.sheets = std::move(*sheets);
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course.id)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::vector<FollowUpPlace> places;
  for (const Member& member : *members)
    for (const therapy::FollowUpWindow& window : therapy::follow_up_windows(*course.ended_on))
      places.push_back(place_of(record, member.person, window, today));
  return places;
}

std::vector<FindingView> ending_findings() {
  return {
      {"ending.dropout",
       "Whether somebody dropped out depends on the definition: five stand side by side, and none is "
       "the answer.",
       "19.7 % over 669 studies with 83,834 clients, and different by definition, setting and age (Swift & "
       "Greenberg 2012).",
       "It does not say why somebody left or that the work failed: some who leave early are well."},
      {"ending.after", "Follow-ups compare scores with those from the end of therapy.",
       "Change beyond the error of each measure (Jacobson & Truax 1991); a relapse is called one only when "
       "two of the last three readings are worse beyond error and past the boundary.",
       "Those who answer after the end differ from those who do not, and what was sought since counts: "
       "nothing here says that therapy caused what is seen."}};
}

Result<EndingPage> ending_page(Transaction& transaction, const Practice& practice, const Id<Course>& id) {
  const auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  EndingPage page;
  page.ended_on = course->ended_on;
  auto ending = ending_of(transaction, id);
  if (!ending) return tl::unexpected(ending.error());
  page.ending = std::move(*ending);
  if (!course->ended_on) return page;
  page.findings = ending_findings();
  auto scales = scales_after(transaction, practice, id, *course->ended_on);
  if (!scales) return tl::unexpected(scales.error());
  page.scales = std::move(*scales);
  auto places = follow_ups_of(transaction, *course, date_of(practice.clock.now()));
  if (!places) return tl::unexpected(places.error());
  page.follow_ups = std::move(*places);
  if (!page.ending) return page;
  const auto attended = attended_of(transaction, id);
  if (!attended) return tl::unexpected(attended.error());
  const auto median = median_attended(transaction, id);
  if (!median) return tl::unexpected(median.error());
  page.dropout = dropout_of(*page.ending, *attended, *median, page.scales);
  return page;
}

// Writing

Result<bool> check_ending(const NewEnding& input, Date today) {
  for (const auto& [name, sessions] :
       {std::pair("attended", input.attended), std::pair("planned_sessions", input.planned_sessions)})
    if (sessions.value_or(0) < 0 || sessions.value_or(0) > most_sessions)
      return fail(ErrorKind::bad_data, "ending.sessions", fmt::format("0 to {} sessions", most_sessions),
                  ending_field(name));
  if (input.ended_on > today)
    return fail(ErrorKind::bad_data, "ending.day", "the day it ended on", ending_field("ended_on"));
  return check_words(input.words, "words");
}

/// Whose key seals the words: the client who is still there.
Result<Id<Person>> sealing_person(Transaction& transaction, const Id<Course>& course) {
  const auto members =
      list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::optional<Id<Person>> found;
  for (const Member& member : *members) {
    if (const auto there = still_there(transaction, member.person); !there) continue;
    if (!found || member.role == MemberRole::client) found = member.person;
  }
  if (found) return *found;
  return fail(ErrorKind::conflict, "person.erased", "everybody of this course was erased");
}

Result<bool> end_it(Transaction& transaction, const Practice& practice, const Id<Course>& id, Date ended_on) {
  auto course = get<Course>(transaction, id);
  if (!course) return tl::unexpected(course.error());
  if (ended_on < course->begun_on)
    return fail(ErrorKind::bad_data, "course.dates", "it cannot end before it began",
                ending_field("ended_on"));
  if (!course->ended_on)
    if (auto stopped = stop_open_sheets(transaction, practice, id); !stopped) return stopped;
  course->ended_on = ended_on;
  return replace(transaction, *course);
}

Result<bool> check_follow_up(const NewFollowUp& input, Date ended_on, Date today) {
  const auto& months = therapy::follow_up_months;
  if (std::find(months.begin(), months.end(), input.months) == months.end())
    return fail(ErrorKind::bad_data, "follow_up.months", "3, 6, 12 or 24", ending_field("months"));
  if (input.on < ended_on || input.on > today)
    return fail(ErrorKind::bad_data, "follow_up.day", "a day after the end, up to today", ending_field("on"));
  if (auto fits = check_words(input.treatment, "treatment"); !fits) return fits;
  return check_words(input.words, "words");
}

}  // namespace

Result<EndingPage> read_ending(const Practice& practice, const Actor& actor, const Id<Course>& course) {
  return look<EndingPage>(
      practice, actor, {"ending.read", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) { return ending_page(transaction, practice, course); });
}

Result<EndingPage> write_ending(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const NewEnding& input) {
  if (auto fits = check_ending(input, date_of(practice.clock.now())); !fits)
    return tl::unexpected(fits.error());
  return carry_out<EndingPage>(
      practice, actor,
      {"ending.write", Permission::write_course, course, {}, std::string(to_text(input.reason))},
      [&](Transaction& transaction) -> Result<EndingPage> {
        if (auto ended = end_it(transaction, practice, course, input.ended_on); !ended)
          return tl::unexpected(ended.error());
        const auto person = sealing_person(transaction, course);
        if (!person) return tl::unexpected(person.error());
        const auto sessions = attended_of(transaction, course);
        if (!sessions) return tl::unexpected(sessions.error());
        const auto before = ending_of(transaction, course);
        if (!before) return tl::unexpected(before.error());
        const CourseEnding ending{*before ? (*before)->id : new_id<CourseEnding>(practice.entropy),
                                  *person,
                                  course,
                                  input.reason,
                                  input.planned,
                                  input.ended_by,
                                  input.judged_dropout,
                                  input.missed_last,
                                  input.attended ? input.attended : sessions->held,
                                  input.planned_sessions,
                                  input.words,
                                  actor.user,
                                  practice.clock.now()};
        const auto kept = *before ? replace(transaction, ending) : insert(transaction, ending);
        if (!kept) return tl::unexpected(kept.error());
        return ending_page(transaction, practice, course);
      });
}

Result<EndingPage> note_follow_up(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<Person>& person, const NewFollowUp& input) {
  return carry_out<EndingPage>(
      practice, actor,
      {"follow_up.note", Permission::write_course, course, person, std::to_string(input.months)},
      [&](Transaction& transaction) -> Result<EndingPage> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        const auto kept = get<Course>(transaction, course);
        if (!kept) return tl::unexpected(kept.error());
        if (!kept->ended_on)
          return fail(ErrorKind::conflict, "follow_up.not_ended", "follow-ups come after the end");
        if (auto fits = check_follow_up(input, *kept->ended_on, date_of(practice.clock.now())); !fits)
          return tl::unexpected(fits.error());
        const FollowUp attempt{new_id<FollowUp>(practice.entropy),
                               person,
                               course,
                               input.months,
                               input.on,
                               input.contact,
                               input.treatment_since,
                               input.treatment,
                               input.words,
                               actor.user,
                               practice.clock.now()};
        if (auto added = insert(transaction, attempt); !added) return tl::unexpected(added.error());
        return ending_page(transaction, practice, course);
      });
}

Result<std::vector<DueFollowUp>> due_follow_ups(const Practice& practice, const Actor& actor) {
  return look<std::vector<DueFollowUp>>(
      practice, actor, {"follow_up.list", Permission::treat, {}, {}, ""},
      [&](Transaction& transaction) -> Result<std::vector<DueFollowUp>> {
        const Date today = date_of(practice.clock.now());
        const auto courses = list<Course>(
            transaction,
            {{where(&Course::therapist, actor.user), where(&Course::ended_on, Is::present)}, {}, {}});
        if (!courses) return tl::unexpected(courses.error());
        std::vector<DueFollowUp> due;
        for (const Course& course : *courses) {
          if (!therapy::window_of(*course.ended_on, today)) continue;
          const auto places = follow_ups_of(transaction, course, today);
          if (!places) return tl::unexpected(places.error());
          for (const FollowUpPlace& place : *places) {
            if (place.state != FollowUpState::open) continue;
            const auto person = get<Person>(transaction, place.person);
            if (!person) return tl::unexpected(person.error());
            if (!person->erased_at) due.push_back({course.id, person->code, place});
          }
        }
        std::stable_sort(due.begin(), due.end(), [](const DueFollowUp& a, const DueFollowUp& b) {
          return a.place.closes < b.place.closes;
        });
        return due;
      });
}

}  // namespace securebase::service
