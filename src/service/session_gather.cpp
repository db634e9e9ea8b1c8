#include "service/session_gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "service/course.hpp"
#include "service/measure.hpp"
#include "service/plan_record.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t most_score_lines = 12;

/// Puts what was read where it belongs; after an error nothing more is read.
class Reading {
 public:
  template <class T, class Read>
  Reading& take(T& into, const Read& read) {
    if (trouble_) return *this;
    auto result = read();
    if (result)
      into = std::move(*result);
    else
      trouble_ = result.error();
    return *this;
  }
  [[nodiscard]] const std::optional<Error>& trouble() const { return trouble_; }

 private:
  std::optional<Error> trouble_;
};

Result<std::optional<TherapySession>> held_before(Transaction& transaction, const TherapySession& session) {
  const auto sessions = sessions_of(transaction, session.course);
  if (!sessions) return tl::unexpected(sessions.error());
  std::optional<TherapySession> last;
  for (const TherapySession& one : *sessions)
    if (one.id != session.id && was_held(one) &&
        *one.began_at < session.began_at.value_or(session.scheduled_at))
      last = one;
  return last;
}

bool is_about(const TherapySession& session, const Id<Person>& person) {
  return !session.alone_with || *session.alone_with == person;
}

/// Claims in the order in which they are worked on: those a goal is tied to, then those last written about.
Result<std::vector<Claim>> claims_in_order(Transaction& transaction, const TherapySession& session) {
  auto claims = list<Claim>(transaction,
                            {{where(&Claim::course, session.course), where(&Claim::retired_at, Is::absent)},
                             {by(&Claim::created_at)},
                             {}});
  if (!claims) return claims;
  claims->erase(std::remove_if(claims->begin(), claims->end(),
                               [&](const Claim& claim) { return !is_about(session, claim.person); }),
                claims->end());
  std::vector<Id<Claim>> ids;
  for (const Claim& claim : *claims) ids.push_back(claim.id);
  const auto evidence =
      list<ClaimEvidence>(transaction, {{where_one_of(&ClaimEvidence::claim, ids)}, {}, {}});
  if (!evidence) return tl::unexpected(evidence.error());
  const auto goals = list<Goal>(
      transaction, {{where(&Goal::course, session.course), where(&Goal::ended_at, Is::absent)}, {}, {}});
  if (!goals) return tl::unexpected(goals.error());
  std::map<Id<Claim>, std::pair<bool, Instant>> order;  // whether a goal is tied to it, when last touched
  for (const Claim& claim : *claims) order[claim.id].second = claim.reviewed_at;
  for (const ClaimEvidence& one : *evidence)
    order[one.claim].second = std::max(order[one.claim].second, one.noted_at);
  for (const Goal& goal : *goals)
    if (goal.claim && order.contains(*goal.claim)) order[*goal.claim].first = true;
  std::stable_sort(claims->begin(), claims->end(),
                   [&](const Claim& a, const Claim& b) { return order[a.id] > order[b.id]; });
  return claims;
}

std::string with_error(const ScaleView& scale) {
  if (!scale.value) return fmt::format("{}: no score, too much was left out", scale.name);
  if (!scale.lower || !scale.upper)
    return fmt::format("{}: {:.4g} of {:g} (error not known)", scale.name, *scale.value, scale.range_max);
  return fmt::format("{}: {:.4g} of {:g} (likely {:.3g} to {:.3g})", scale.name, *scale.value,
                     scale.range_max, *scale.lower, *scale.upper);
}

Result<ScoreLine> line_of(Transaction& transaction, const Practice& practice,
                          const Administration& administration) {
  const auto definition = definition_of(practice, administration);
  if (!definition) return tl::unexpected(definition.error());
  const auto sheet = sheet_of(transaction, practice, administration);
  if (!sheet) return tl::unexpected(sheet.error());
  ScoreLine line{administration.id, *administration.sent_at,
                 fmt::format("{}, {}.", definition->instrument->abbreviation,
                             to_text(date_of(*administration.sent_at)))};
  for (const ScaleView& scale : sheet->scales) line.words += " " + with_error(scale) + ".";
  return line;
}

/// Sheets of those who were there: not sent, and with scores since the meeting before.
Result<bool> read_sheets(Transaction& transaction, const Practice& practice, SessionPage& page) {
  const auto sheets = list<Administration>(
      transaction,
      {{where(&Administration::course, page.session.course)}, {by(&Administration::given_at, true)}, {}});
  if (!sheets) return tl::unexpected(sheets.error());
  for (const Administration& sheet : *sheets) {
    if (!is_about(page.session, sheet.respondent)) continue;
    if (page.session.occasion == sheet.occasion) page.given.push_back(sheet);
    if (sheet.progress == Progress::given || sheet.progress == Progress::begun) page.open.push_back(sheet);
    const bool is_new = sheet.progress == Progress::sent && sheet.sent_at &&
                        page.scores.size() < most_score_lines &&
                        *sheet.sent_at >= page.since.value_or(Instant{});
    if (!is_new) continue;
    auto line = line_of(transaction, practice, sheet);
    if (!line) return tl::unexpected(line.error());
    page.scores.push_back(std::move(*line));
  }
  return true;
}

/// What was agreed and what happened since the meeting before, or in this one.
Result<bool> read_steps(Transaction& transaction, SessionPage& page) {
  const auto steps = steps_of(transaction, page.session.course);
  if (!steps) return tl::unexpected(steps.error());
  const Instant since = page.since.value_or(Instant{});
  for (const NextStep& step : *steps)
    if (is_about(page.session, step.person) &&
        (!step.done_at || *step.done_at >= since || step.session == page.session.id))
      page.steps.push_back(step);
  const auto events = course_events(transaction, page.session.course);
  if (!events) return tl::unexpected(events.error());
  for (const CourseEvent& event : *events)
    if (is_about(page.session, event.person) && (event.noted_at >= since || event.session == page.session.id))
      page.events.push_back(event);
  return true;
}

std::vector<TechniqueChoice> choices_of(const catalog::Library& library) {
  std::vector<TechniqueChoice> choices;
  for (const catalog::Technique& one : library.techniques)
    choices.push_back({one.id, one.name, one.purpose, std::string(catalog::to_text(one.families.front())),
                       one.minutes ? std::optional(one.minutes->from) : std::nullopt,
                       one.minutes ? std::optional(one.minutes->to) : std::nullopt});
  return choices;
}

Result<std::vector<SessionMark>> marks_of(Transaction& transaction, const Id<TherapySession>& session) {
  return list<SessionMark>(
      transaction, {{where(&SessionMark::session, session), where(&SessionMark::withdrawn_at, Is::absent)},
                    {by(&SessionMark::offset_ms)},
                    {}});
}

Result<std::vector<TechniqueUse>> techniques_of(Transaction& transaction, const Id<TherapySession>& session) {
  return list<TechniqueUse>(transaction,
                            {{where(&TechniqueUse::session, session)}, {by(&TechniqueUse::noted_at)}, {}});
}

Result<std::vector<ClaimEvidence>> evidence_of(Transaction& transaction, const Id<TherapySession>& session) {
  return list<ClaimEvidence>(transaction, {{where(&ClaimEvidence::source, EvidenceSource::session),
                                            where(&ClaimEvidence::source_id, std::optional(session.text()))},
                                           {by(&ClaimEvidence::noted_at)},
                                           {}});
}

// Copy and erasure

Result<bool> has_others(Transaction& transaction, const Id<Course>& course, const Id<Person>& person) {
  const auto members = list<Member>(transaction, {{where(&Member::course, course)}, {}, {}});
  if (!members) return tl::unexpected(members.error());
  for (const Member& member : *members) {
    if (member.person == person) continue;
    const auto other = get<Person>(transaction, member.person);
    if (!other) return tl::unexpected(other.error());
    if (!other->erased_at) return true;
  }
  return false;
}

Result<SessionOfPerson> copy_of(Transaction& transaction, const TherapySession& session, bool alone) {
  SessionOfPerson copy;
  copy.session = session;
  const auto trouble = Reading()
                           .take(copy.marks, [&] { return marks_of(transaction, session.id); })
                           .take(copy.techniques, [&] { return techniques_of(transaction, session.id); })
                           .take(copy.notes, [&] { return signed_versions(transaction, session.id); })
                           .trouble();
  if (trouble) return tl::unexpected(*trouble);
  if (alone) return copy;
  copy.words_withheld = session.focus || !copy.notes.empty() || !copy.marks.empty();
  copy.session.focus.reset();
  copy.notes.clear();
  copy.marks.clear();
  return copy;
}

template <class Record, class Member, class Value>
Result<bool> remove_where(Transaction& transaction, Member Record::*member, const Value& value) {
  const Condition which[] = {where(member, Member(value))};
  const auto removed = transaction.remove(table_of<Record>(), which);
  if (!removed) return tl::unexpected(removed.error());
  return true;
}

template <class Record>
Result<bool> forget_session(Transaction& transaction, const Id<TherapySession>& session) {
  const std::optional<Id<TherapySession>> none;
  const auto forgotten = change<Record>(transaction, {to(&Record::session, none)},
                                        {where(&Record::session, std::optional(session))});
  if (!forgotten) return tl::unexpected(forgotten.error());
  return true;
}

Result<bool> erase_session(Transaction& transaction, TherapySession session, bool stays) {
  const auto& id = session.id;
  if (auto removed = remove_notes(transaction, id); !removed) return removed;
  if (auto removed = remove_where(transaction, &SessionMark::session, id); !removed) return removed;
  if (stays) {
    session.focus.reset();
    return replace(transaction, session);
  }
  for (const auto& done :
       {remove_where(transaction, &TechniqueUse::session, id),
        remove_where(transaction, &FidelityRating::session, id), forget_session<CourseEvent>(transaction, id),
        forget_session<NextStep>(transaction, id), remove_where(transaction, &TherapySession::id, id)})
    if (!done) return done;
  return true;
}

/// All there are of the person's courses, withdrawn ones too, that they were or might have been in.
Result<std::vector<TherapySession>> with_person(Transaction& transaction, const Id<Person>& person) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  std::vector<Id<Course>> courses;
  for (const Member& member : *memberships) courses.push_back(member.course);
  auto sessions = list<TherapySession>(
      transaction,
      {{where_one_of(&TherapySession::course, courses)}, {by(&TherapySession::scheduled_at)}, {}});
  if (!sessions) return sessions;
  sessions->erase(std::remove_if(sessions->begin(), sessions->end(),
                                 [&](const TherapySession& one) { return !is_about(one, person); }),
                  sessions->end());
  return sessions;
}

}  // namespace

namespace {

/// Whoever treats; somebody else only where every client of the course agreed to supervision.
Result<bool> may_see_fidelity(Transaction& transaction, const Actor& actor, const TherapySession& session) {
  const auto course = get<Course>(transaction, session.course);
  if (!course) return tl::unexpected(course.error());
  if (course->therapist == actor.user) return true;
  const auto members = list<Member>(transaction, {{where(&Member::course, session.course)}, {}, {}});
  if (!members) return tl::unexpected(members.error());
  for (const Member& member : *members) {
    auto agreed = consents(transaction, member.person, session.course, ConsentKind::supervision);
    if (!agreed || !*agreed) return agreed;
  }
  return !members->empty();
}

}  // namespace

Result<SessionPage> gather_session(Transaction& transaction, const Practice& practice, const Actor& actor,
                                   const TherapySession& session) {
  SessionPage page;
  page.session = session;
  const auto last = held_before(transaction, session);
  if (!last) return tl::unexpected(last.error());
  if (*last) {
    page.last = (*last)->id;
    page.since = (*last)->began_at;
  }
  page.choices = choices_of(practice.library);
  page.layouts = note_layouts();
  const auto trouble = Reading()
                           .take(page.claims, [&] { return claims_in_order(transaction, session); })
                           .take(page.marks, [&] { return marks_of(transaction, session.id); })
                           .take(page.techniques, [&] { return techniques_of(transaction, session.id); })
                           .take(page.evidence, [&] { return evidence_of(transaction, session.id); })
                           .take(page.notes, [&] { return notes_of(transaction, actor, session.id); })
                           .take(page.fidelity, [&] { return fidelity_of(transaction, practice, session); })
                           .trouble();
  if (trouble) return tl::unexpected(*trouble);
  const auto may = may_see_fidelity(transaction, actor, session);
  if (!may) return tl::unexpected(may.error());
  if (!*may) page.fidelity.reset();
  if (page.claims.size() > most_worked_on) {
    const auto rest = page.claims.begin() + static_cast<std::ptrdiff_t>(most_worked_on);
    page.other_claims.assign(rest, page.claims.end());
    page.claims.erase(rest, page.claims.end());
  }
  if (auto read = read_sheets(transaction, practice, page); !read) return tl::unexpected(read.error());
  if (auto read = read_steps(transaction, page); !read) return tl::unexpected(read.error());
  return page;
}

Result<std::vector<SessionOfPerson>> copy_sessions(Transaction& transaction, const Id<Person>& person) {
  const auto sessions = with_person(transaction, person);
  if (!sessions) return tl::unexpected(sessions.error());
  std::map<Id<Course>, bool> alone;  // whether nobody else was ever in the course
  std::vector<SessionOfPerson> copies;
  for (const TherapySession& session : *sessions) {
    if (session.withdrawn_at) continue;
    if (!alone.contains(session.course)) {
      const Condition members[] = {where(&Member::course, session.course)};
      const auto count = transaction.count(table_of<Member>(), members);
      if (!count) return tl::unexpected(count.error());
      alone[session.course] = *count <= 1;
    }
    auto copy = copy_of(transaction, session, alone[session.course] || session.alone_with.has_value());
    if (!copy) return tl::unexpected(copy.error());
    copies.push_back(std::move(*copy));
  }
  return copies;
}

Result<bool> erase_sessions(Transaction& transaction, const Id<Person>& person) {
  const auto sessions = with_person(transaction, person);
  if (!sessions) return tl::unexpected(sessions.error());
  for (const TherapySession& session : *sessions) {
    auto others = session.alone_with ? Result<bool>(false) : has_others(transaction, session.course, person);
    if (!others) return others;
    if (auto erased = erase_session(transaction, session, *others); !erased) return erased;
  }
  if (auto removed = remove_where(transaction, &CourseEvent::person, person); !removed) return removed;
  return remove_where(transaction, &NextStep::person, person);
}

}  // namespace securebase::service
