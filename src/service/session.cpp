#include "service/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "service/course.hpp"
#include "service/plan_record.hpp"
#include "service/session_gather.hpp"

namespace securebase::service {
namespace {

constexpr int longest_minutes = 600;
constexpr std::int64_t around_now_ms = 36 * hour_ms;

Place field(std::string_view name) {
  return {"", 0, 0, std::string(name)};
}

tl::unexpected<Error> conflict(std::string code, std::string detail) {
  return fail(ErrorKind::conflict, std::move(code), std::move(detail));
}

Result<bool> check_minutes(const std::optional<int>& minutes) {
  if (!minutes || (*minutes >= 1 && *minutes <= longest_minutes)) return true;
  return fail(ErrorKind::bad_data, "session.minutes",
              fmt::format("a whole number from 1 to {}", longest_minutes), field("minutes"));
}

Result<bool> check_member(Transaction& transaction, const Id<Course>& course,
                          const std::optional<Id<Person>>& person, std::string_view name) {
  if (!person) return true;
  auto member = is_member(transaction, course, *person);
  if (!member || *member) return member;
  return fail(ErrorKind::bad_data, "session.member", "a member of the course", field(name));
}

bool was_cancelled(const TherapySession& session) {
  return session.attendance && *session.attendance != Attendance::attended &&
         *session.attendance != Attendance::late;
}

/// The one who was alone there, or the course's first client.
Result<Id<Person>> seal_of(Transaction& transaction, const Id<Course>& course,
                           const std::optional<Id<Person>>& alone_with) {
  if (alone_with) return *alone_with;
  auto members = list<Member>(transaction, {{where(&Member::course, course)}, {by(&Member::since)}, {}});
  if (!members) return tl::unexpected(members.error());
  std::stable_sort(members->begin(), members->end(),
                   [](const Member& a, const Member& b) { return a.role < b.role; });
  if (members->empty()) return fail(ErrorKind::conflict, "session.member", "a course that has members");
  return members->front().person;
}

Result<int> next_number(Transaction& transaction, const Id<Course>& course) {
  const auto last = list<TherapySession>(
      transaction, {{where(&TherapySession::course, course)}, {by(&TherapySession::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  return last->empty() ? 1 : last->front().number + 1;
}

using ChangeSession = std::function<Result<bool>(Transaction&, TherapySession&)>;

/// The meeting as `change` leaves it, and its page.
Result<SessionPage> write_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<TherapySession>& id, std::string_view name,
                                  const ChangeSession& change) {
  return carry_out<SessionPage>(practice, actor, {name, Permission::write_course, course, {}, id.text()},
                                [&](Transaction& transaction) -> Result<SessionPage> {
                                  auto session = session_of(transaction, course, id);
                                  if (!session) return tl::unexpected(session.error());
                                  if (auto there = still_there(transaction, session->sealed_for); !there)
                                    return tl::unexpected(there.error());
                                  if (auto changed = change(transaction, *session); !changed)
                                    return tl::unexpected(changed.error());
                                  if (auto replaced = replace(transaction, *session); !replaced)
                                    return tl::unexpected(replaced.error());
                                  return gather_session(transaction, practice, actor, *session);
                                });
}

Result<bool> take(TherapySession& session, const SessionChange& input) {
  const bool keeps_time = !input.scheduled_at && !input.minutes;
  const bool keeps_held =
      !input.attendance || *input.attendance == Attendance::attended || *input.attendance == Attendance::late;
  if ((session.began_at || session.noted_at) && (!keeps_time || !keeps_held))
    return conflict("session.begun", "it was held: its time stays, and it was not cancelled");
  if (input.scheduled_at) session.scheduled_at = *input.scheduled_at;
  if (input.minutes) session.minutes = *input.minutes;
  if (input.format) session.format = *input.format;
  if (input.attendance) session.attendance = input.attendance;
  if (input.focus) session.focus = input.focus;
  return true;
}

Result<bool> begin(TherapySession& session, Instant now) {
  if (was_cancelled(session)) return conflict("session.cancelled", "it was cancelled, or nobody came");
  if (session.began_at) return conflict("session.begun", "it has begun");
  session.began_at = now;
  return true;
}

Result<bool> finish(TherapySession& session, Instant now) {
  if (was_cancelled(session)) return conflict("session.cancelled", "it was cancelled, or nobody came");
  if (session.ended_at) return conflict("session.ended", "it is over");
  const bool begun = session.began_at.has_value();
  if (!begun && now < session.scheduled_at)
    return conflict("session.not_yet", "begin it first: its time has not come");
  if (!begun) session.began_at = session.scheduled_at;
  session.ended_at = begun ? now : std::min(now, session.scheduled_at + session.minutes * minute_ms);
  if (!session.attendance) session.attendance = Attendance::attended;
  return true;
}

Result<bool> needs_begun(const TherapySession& session) {
  if (session.began_at) return true;
  return conflict("session.not_begun", "begin it first, or say that it was held");
}

/// Of a meeting; error "<table>.not_found".
template <class Record>
Result<Record> part_of(Transaction& transaction, const TherapySession& session, const Id<Record>& id) {
  auto part = get<Record>(transaction, id);
  if (!part || part->session == session.id) return part;
  return fail(ErrorKind::not_found, std::string(Record::table) + ".not_found", "there is no such record");
}

Result<SessionMark> mark_of(Transaction& transaction, const TherapySession& session,
                            const Id<SessionMark>& id) {
  auto mark = part_of(transaction, session, id);
  if (!mark || !mark->withdrawn_at) return mark;
  return fail(ErrorKind::not_found, "session_mark.not_found", "there is no such record");
}

Result<bool> insert_mark(Transaction& transaction, const Practice& practice, const TherapySession& session,
                         const NewMark& input) {
  if (auto begun = needs_begun(session); !begun) return begun;
  if (auto fits = check_words(input.words, "words"); !fits) return fits;
  if (auto member = check_member(transaction, session.course, input.person, "person"); !member) return member;
  const Instant now = practice.clock.now();
  const std::int64_t offset = input.offset_ms.value_or(now.ms - session.began_at->ms);
  if (offset < 0 || offset > day_ms)
    return fail(ErrorKind::bad_data, "session.offset", "milliseconds since it began, a day at most",
                field("offset_ms"));
  return insert(transaction, SessionMark{new_id<SessionMark>(practice.entropy),
                                         session.id,
                                         session.sealed_for,
                                         input.kind,
                                         offset,
                                         input.person,
                                         input.words,
                                         now,
                                         {}});
}

Result<bool> keep_technique(Transaction& transaction, const Practice& practice, const TherapySession& session,
                            const TechniqueDone& input) {
  if (auto begun = needs_begun(session); !begun) return begun;
  if (auto fits = check_minutes(input.minutes); !fits) return fits;
  const auto& known = practice.library.techniques;
  if (std::none_of(known.begin(), known.end(), [&](const auto& one) { return one.id == input.technique; }))
    return fail(ErrorKind::bad_data, "technique.unknown", "one of those that the session's page lists",
                field("technique"));
  const Condition same[] = {where(&TechniqueUse::session, session.id),
                            where(&TechniqueUse::technique, input.technique)};
  const auto before = transaction.remove(table_of<TechniqueUse>(), same);
  if (!before) return tl::unexpected(before.error());
  return insert(transaction, TechniqueUse{new_id<TechniqueUse>(practice.entropy), session.id, input.technique,
                                          input.minutes, practice.clock.now()});
}

template <class Record, class Member, class Value>
Result<std::map<Id<TherapySession>, std::int64_t>> count_by_session(
    Transaction& transaction, const std::vector<TherapySession>& sessions, Member Record::*member,
    const Value& counts) {
  std::vector<Id<TherapySession>> ids;
  ids.reserve(sessions.size());
  for (const TherapySession& session : sessions) ids.push_back(session.id);
  const auto records = list<Record>(transaction, {{where_one_of(member, ids)}, {}, {}});
  if (!records) return tl::unexpected(records.error());
  std::map<Id<TherapySession>, std::int64_t> number;
  for (const Record& record : *records)
    if (counts(record)) ++number[record.*member];
  return number;
}

Result<std::vector<SessionItem>> items_of(Transaction& transaction, const Id<Course>& course) {
  auto sessions = sessions_of(transaction, course);
  if (!sessions) return tl::unexpected(sessions.error());
  const auto marks = count_by_session(transaction, *sessions, &SessionMark::session,
                                      [](const SessionMark& mark) { return !mark.withdrawn_at; });
  if (!marks) return tl::unexpected(marks.error());
  const auto techniques = count_by_session(transaction, *sessions, &TechniqueUse::session,
                                           [](const TechniqueUse&) { return true; });
  if (!techniques) return tl::unexpected(techniques.error());
  const auto notes =
      count_by_session(transaction, *sessions, &SessionNote::session,
                       [](const SessionNote& note) { return note.compartment == NoteCompartment::record; });
  if (!notes) return tl::unexpected(notes.error());
  const auto of = [](const auto& counts, const Id<TherapySession>& id) {
    const auto found = counts.find(id);
    return found == counts.end() ? 0 : found->second;
  };
  std::vector<SessionItem> items;
  for (auto session = sessions->rbegin(); session != sessions->rend(); ++session)
    items.push_back(
        {*session, of(*marks, session->id), of(*techniques, session->id), of(*notes, session->id) > 0});
  return items;
}

ComingSession without_words(const TherapySession& session) {
  return {session.id,           session.course,   session.number,  session.alone_with,
          session.scheduled_at, session.minutes,  session.format,  session.attendance,
          session.began_at,     session.ended_at, session.noted_at};
}

}  // namespace

bool was_held(const TherapySession& session) {
  return session.ended_at && !session.withdrawn_at && !was_cancelled(session);
}

Result<TherapySession> session_of(Transaction& transaction, const Id<Course>& course,
                                  const Id<TherapySession>& id) {
  auto session = get<TherapySession>(transaction, id);
  if (!session || (session->course == course && !session->withdrawn_at)) return session;
  return fail(ErrorKind::not_found, "therapy_session.not_found", "there is no such record");
}

Result<std::vector<TherapySession>> sessions_of(Transaction& transaction, const Id<Course>& course) {
  return list<TherapySession>(transaction, {{where(&TherapySession::course, course),
                                             where(&TherapySession::withdrawn_at, Is::absent)},
                                            {by(&TherapySession::scheduled_at)},
                                            {}});
}

Result<std::vector<SessionItem>> list_sessions(const Practice& practice, const Actor& actor,
                                               const Id<Course>& course) {
  return look<std::vector<SessionItem>>(
      practice, actor, {"session.list", Permission::read_course, course, {}, ""},
      [&](Transaction& transaction) { return items_of(transaction, course); });
}

Result<SessionPage> read_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                 const Id<TherapySession>& id) {
  return look<SessionPage>(practice, actor, {"session.read", Permission::read_course, course, {}, id.text()},
                           [&](Transaction& transaction) -> Result<SessionPage> {
                             const auto session = session_of(transaction, course, id);
                             if (!session) return tl::unexpected(session.error());
                             return gather_session(transaction, practice, actor, *session);
                           });
}

Result<SessionPage> arrange_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                    const NewSession& input) {
  const auto id = new_id<TherapySession>(practice.entropy);
  return carry_out<SessionPage>(
      practice, actor, {"session.add", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction) -> Result<SessionPage> {
        if (auto fits = check_minutes(input.minutes); !fits) return tl::unexpected(fits.error());
        if (auto member = check_member(transaction, course, input.alone_with, "alone_with"); !member)
          return tl::unexpected(member.error());
        const auto seal = seal_of(transaction, course, input.alone_with);
        if (!seal) return tl::unexpected(seal.error());
        if (auto there = still_there(transaction, *seal); !there) return tl::unexpected(there.error());
        const auto number = next_number(transaction, course);
        if (!number) return tl::unexpected(number.error());
        TherapySession session;
        session.id = id;
        session.course = course;
        session.number = *number;
        session.alone_with = input.alone_with;
        session.sealed_for = *seal;
        session.scheduled_at = input.scheduled_at;
        session.minutes = input.minutes;
        session.format = input.format;
        session.made_by = actor.user;
        session.made_at = practice.clock.now();
        if (auto added = insert(transaction, session); !added) return tl::unexpected(added.error());
        return gather_session(transaction, practice, actor, session);
      });
}

Result<SessionPage> change_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session, const SessionChange& input) {
  return write_session(practice, actor, course, session, "session.change",
                       [&](Transaction&, TherapySession& kept) -> Result<bool> {
                         if (auto fits = check_minutes(input.minutes); !fits) return fits;
                         if (input.focus && letters_in(input.focus->reveal()) > 0)
                           if (auto fits = check_words(input.focus, "focus"); !fits) return fits;
                         return take(kept, input);
                       });
}

namespace {

bool is_written(const SessionNote& note) {
  return note.signed_at || note.draft;
}
bool is_signed(const SessionNote& note) {
  return note.signed_at.has_value();
}

/// Of anybody.
Result<bool> has_note(Transaction& transaction, const Id<TherapySession>& session,
                      bool (*which)(const SessionNote&)) {
  const auto notes = list<SessionNote>(transaction, {{where(&SessionNote::session, session)}, {}, {}});
  if (!notes) return tl::unexpected(notes.error());
  return std::any_of(notes->begin(), notes->end(), which);
}

}  // namespace

Result<bool> withdraw_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                              const Id<TherapySession>& id) {
  return carry_out<bool>(
      practice, actor, {"session.withdraw", Permission::write_course, course, {}, id.text()},
      [&](Transaction& transaction) -> Result<bool> {
        auto session = session_of(transaction, course, id);
        if (!session) return tl::unexpected(session.error());
        if (session->began_at) return conflict("session.begun", "it was held: what was noted of it stays");
        const auto noted = has_note(transaction, id, is_written);
        if (!noted) return tl::unexpected(noted.error());
        if (*noted)
          return conflict("session.noted", "it has a note: drop the draft first; what is signed stays");
        session->withdrawn_at = practice.clock.now();
        return replace(transaction, *session);
      });
}

Result<SessionPage> start_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const Id<TherapySession>& session) {
  return write_session(practice, actor, course, session, "session.begin",
                       [&](Transaction&, TherapySession& kept) { return begin(kept, practice.clock.now()); });
}

Result<SessionPage> finish_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session) {
  return write_session(
      practice, actor, course, session, "session.finish",
      [&](Transaction&, TherapySession& kept) { return finish(kept, practice.clock.now()); });
}

Result<SessionPage> resume_session(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session) {
  return write_session(practice, actor, course, session, "session.resume",
                       [&](Transaction& transaction, TherapySession& kept) -> Result<bool> {
                         if (!kept.ended_at) return conflict("session.not_ended", "it goes on");
                         auto locked = has_note(transaction, kept.id, is_signed);
                         if (!locked) return locked;
                         if (*locked)
                           return conflict("session.signed",
                                           "its note is signed: what happened since goes into an "
                                           "amendment or into the next session");
                         kept.ended_at.reset();
                         return true;
                       });
}

Result<SessionPage> put_mark(const Practice& practice, const Actor& actor, const Id<Course>& course,
                             const Id<TherapySession>& session, const NewMark& input) {
  return write_session(practice, actor, course, session, "mark.put",
                       [&](Transaction& transaction, TherapySession& kept) {
                         return insert_mark(transaction, practice, kept, input);
                       });
}

Result<SessionPage> change_mark(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                const Id<TherapySession>& session, const Id<SessionMark>& id,
                                const MarkWords& input) {
  return write_session(practice, actor, course, session, "mark.change",
                       [&](Transaction& transaction, TherapySession& kept) -> Result<bool> {
                         auto mark = mark_of(transaction, kept, id);
                         if (!mark) return tl::unexpected(mark.error());
                         if (auto fits = check_words(input.words, "words"); !fits) return fits;
                         if (auto member = check_member(transaction, course, input.person, "person"); !member)
                           return member;
                         mark->words = input.words;
                         mark->person = input.person;
                         return replace(transaction, *mark);
                       });
}

Result<SessionPage> take_back_mark(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session, const Id<SessionMark>& id) {
  return write_session(practice, actor, course, session, "mark.withdraw",
                       [&](Transaction& transaction, TherapySession& kept) -> Result<bool> {
                         auto mark = mark_of(transaction, kept, id);
                         if (!mark) return tl::unexpected(mark.error());
                         mark->withdrawn_at = practice.clock.now();
                         return replace(transaction, *mark);
                       });
}

Result<SessionPage> note_technique(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session, const TechniqueDone& input) {
  return write_session(practice, actor, course, session, "technique.note",
                       [&](Transaction& transaction, TherapySession& kept) {
                         return keep_technique(transaction, practice, kept, input);
                       });
}

Result<SessionPage> take_back_technique(const Practice& practice, const Actor& actor,
                                        const Id<Course>& course, const Id<TherapySession>& session,
                                        const Id<TechniqueUse>& id) {
  return write_session(practice, actor, course, session, "technique.remove",
                       [&](Transaction& transaction, TherapySession& kept) -> Result<bool> {
                         const auto use = part_of(transaction, kept, id);
                         if (!use) return tl::unexpected(use.error());
                         const Condition which[] = {where(&TechniqueUse::id, id)};
                         const auto removed = transaction.remove(table_of<TechniqueUse>(), which);
                         if (!removed) return tl::unexpected(removed.error());
                         return true;
                       });
}

Result<SessionDay> session_day(const Practice& practice, const Actor& actor) {
  return look<SessionDay>(
      practice, actor, {"session.day", Permission::treat, {}, {}, ""},
      [&](Transaction& transaction) -> Result<SessionDay> {
        const auto own = list<Course>(transaction, {{where(&Course::therapist, actor.user)}, {}, {}});
        if (!own) return tl::unexpected(own.error());
        std::vector<Id<Course>> ids;
        for (const Course& course : *own) ids.push_back(course.id);
        const Instant now = practice.clock.now();
        const auto near = list<TherapySession>(
            transaction, {{where_one_of(&TherapySession::course, ids),
                           where(&TherapySession::scheduled_at, now + -around_now_ms, Is::at_least),
                           where(&TherapySession::scheduled_at, now + around_now_ms, Is::at_most),
                           where(&TherapySession::withdrawn_at, Is::absent)},
                          {by(&TherapySession::scheduled_at)},
                          {}});
        if (!near) return tl::unexpected(near.error());
        SessionDay day;
        for (const TherapySession& session : *near) day.sessions.push_back(without_words(session));
        auto notes = unsigned_notes(transaction, now, ids);
        if (!notes) return tl::unexpected(notes.error());
        day.unsigned_notes = std::move(*notes);
        return day;
      });
}

}  // namespace securebase::service
