#include "service/note.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "service/claim.hpp"
#include "service/session.hpp"

namespace securebase::service {
namespace {

Place field(std::string_view name) {
  return {"", 0, 0, std::string(name)};
}

Result<bool> check_note(const std::string& layout, const Private<std::string>& words) {
  const auto layouts = note_layouts();
  if (std::none_of(layouts.begin(), layouts.end(),
                   [&](const NoteLayout& known) { return known.id == layout; }))
    return fail(ErrorKind::bad_data, "note.layout", "one of those that the session's page lists",
                field("layout"));
  if (words.reveal().size() <= longest_note) return true;
  return fail(ErrorKind::bad_data, "words.too_long", fmt::format("{} bytes at most", longest_note),
              field("words"));
}

tl::unexpected<Error> no_note() {
  return fail(ErrorKind::not_found, "session_note.not_found", "there is no such record");
}

Result<std::optional<SessionNote>> own_note(Transaction& transaction, const Id<TherapySession>& session,
                                            NoteCompartment compartment, const Actor& actor) {
  auto found = list<SessionNote>(
      transaction, {{where(&SessionNote::session, session), where(&SessionNote::compartment, compartment),
                     where(&SessionNote::author, actor.user)},
                    {},
                    1});
  if (!found) return tl::unexpected(found.error());
  return found->empty() ? std::optional<SessionNote>() : std::optional(std::move(found->front()));
}

Result<std::vector<NoteVersion>> versions_of(Transaction& transaction, const Id<SessionNote>& note) {
  return list<NoteVersion>(transaction,
                           {{where(&NoteVersion::note, note)}, {by(&NoteVersion::number, true)}, {}});
}

Result<NoteView> view_of(Transaction& transaction, const Actor& actor, const SessionNote& note) {
  auto versions = versions_of(transaction, note.id);
  if (!versions) return tl::unexpected(versions.error());
  NoteView view;
  view.id = note.id;
  view.compartment = note.compartment;
  view.author = note.author;
  view.mine = note.author == actor.user;
  view.layout = note.layout;
  view.has_draft = note.draft.has_value();
  if (view.mine) view.draft = note.draft;
  view.saves = note.saves;
  view.saved_at = note.saved_at;
  view.versions = std::move(*versions);
  return view;
}

/// The actor's note as it is to be written on: theirs, or a new one.
Result<SessionNote> open_note(Transaction& transaction, const Practice& practice, const Actor& actor,
                              const TherapySession& session, NoteCompartment compartment) {
  auto kept = own_note(transaction, session.id, compartment, actor);
  if (!kept) return tl::unexpected(kept.error());
  if (*kept) return std::move(**kept);
  SessionNote note;
  note.id = new_id<SessionNote>(practice.entropy);
  note.session = session.id;
  note.course = session.course;
  note.sealed_for = session.sealed_for;
  note.compartment = compartment;
  note.author = actor.user;
  note.made_at = practice.clock.now();
  return note;
}

/// Whether what was written from `after` may take the place of what is kept. What was saved already, and the
/// answer to it lost, may be saved again.
Result<bool> may_follow(const SessionNote& note, std::int64_t after, const Private<std::string>& words) {
  if (note.signed_at && !note.draft)
    return fail(ErrorKind::conflict, "note.signed", "it is signed and locked: amend it instead");
  if (note.saves == after || (note.draft && *note.draft == words)) return true;
  return fail(ErrorKind::conflict, "note.newer", "it was saved since from elsewhere: read that first",
              field("after"));
}

struct Kept {
  SessionNote note;
  bool begun = false;  ///< by this save
};

Result<Kept> keep_draft(Transaction& transaction, const Practice& practice, const Actor& actor,
                        const TherapySession& session, const SaveNote& input) {
  if (auto fits = check_note(input.layout, input.words); !fits) return tl::unexpected(fits.error());
  auto note = open_note(transaction, practice, actor, session, input.compartment);
  if (!note) return tl::unexpected(note.error());
  if (auto may = may_follow(*note, input.after, input.words); !may) return tl::unexpected(may.error());
  Kept kept{std::move(*note), false};
  kept.begun = kept.note.saves == 0;
  kept.note.layout = input.layout;
  kept.note.draft = input.words;
  kept.note.saves += 1;
  kept.note.saved_at = practice.clock.now();
  auto written = kept.begun ? insert(transaction, kept.note) : replace(transaction, kept.note);
  if (!written) return tl::unexpected(written.error());
  return kept;
}

Result<TherapySession> session_to_write(Transaction& transaction, const Id<Course>& course,
                                        const Id<TherapySession>& id) {
  auto session = session_of(transaction, course, id);
  if (!session) return session;
  if (auto there = still_there(transaction, session->sealed_for); !there)
    return tl::unexpected(there.error());
  return session;
}

Result<bool> check_amendment(const std::vector<NoteVersion>& versions, const SignNote& input) {
  if (versions.empty()) return true;
  if (!input.why || letters_in(input.why->reveal()) == 0)
    return fail(ErrorKind::bad_data, "note.why", "why it is amended, in a few words", field("why"));
  if (auto fits = check_words(input.why, "why"); !fits) return fits;
  if (versions.front().words == input.words)
    return fail(ErrorKind::conflict, "note.same", "nothing was changed: drop the amendment instead");
  return true;
}

Result<bool> note_signed(Transaction& transaction, TherapySession session, Instant now) {
  if (session.noted_at) return true;
  session.noted_at = now;
  return replace(transaction, session);
}

Result<NoteView> sign(Transaction& transaction, const Practice& practice, const Actor& actor,
                      const TherapySession& session, const SignNote& input) {
  if (letters_in(input.words.reveal()) == 0)
    return fail(ErrorKind::bad_data, "words.missing", "a few words", field("words"));
  auto kept = keep_draft(transaction, practice, actor, session,
                         {NoteCompartment::record, input.layout, input.words, input.after});
  if (!kept) return tl::unexpected(kept.error());
  SessionNote& note = kept->note;
  const auto versions = versions_of(transaction, note.id);
  if (!versions) return tl::unexpected(versions.error());
  if (auto may = check_amendment(*versions, input); !may) return tl::unexpected(may.error());
  const Instant now = practice.clock.now();
  const NoteVersion version{new_id<NoteVersion>(practice.entropy),
                            note.id,
                            note.sealed_for,
                            static_cast<int>(versions->size()) + 1,
                            input.words,
                            versions->empty() ? std::optional<Private<std::string>>() : input.why,
                            actor.user,
                            now};
  if (auto added = insert(transaction, version); !added) return tl::unexpected(added.error());
  note.draft.reset();
  note.signed_at = now;
  note.signed_by = actor.user;
  if (auto replaced = replace(transaction, note); !replaced) return tl::unexpected(replaced.error());
  if (auto noted = note_signed(transaction, session, now); !noted) return tl::unexpected(noted.error());
  return view_of(transaction, actor, note);
}

}  // namespace

std::vector<NoteLayout> note_layouts() {
  return {{"plain", "Plain", ""},
          {"soap", "Four headings",
           "What was told\n\n\nWhat I saw\n\n\nHow I understand it\n\n\nWhat is planned\n\n"},
          {"secure_base", "Between us",
           "What they came with\n\n\nWhat happened between us\n\n\nWhat was felt, and what helped\n\n\n"
           "What spoke for or against what they expect\n\n\nWhat we agreed\n\n"}};
}

Result<SavedNote> save_note(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const Id<TherapySession>& session, const SaveNote& input) {
  // Not carry_out: an entry in the audit every few seconds would hide the others.
  const Action action{"note.begin", Permission::write_course, course, {}, session.text()};
  std::optional<SavedNote> saved;
  const auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    saved.reset();
    if (auto may = check_access(transaction, practice, actor, action); !may) return may;
    const auto found = session_to_write(transaction, course, session);
    if (!found) return tl::unexpected(found.error());
    const auto kept = keep_draft(transaction, practice, actor, *found, input);
    if (!kept) return tl::unexpected(kept.error());
    saved = SavedNote{kept->note.id, kept->note.saves, kept->note.saved_at};
    return kept->begun ? append_audit(transaction, practice, actor, action) : Result<bool>(true);
  });
  if (!done) return tl::unexpected(note_if_refused(practice, actor, action, done.error()));
  return *saved;
}

Result<NoteView> sign_note(const Practice& practice, const Actor& actor, const Id<Course>& course,
                           const Id<TherapySession>& session, const SignNote& input) {
  return carry_out<NoteView>(practice, actor,
                             {"note.sign", Permission::write_course, course, {}, session.text()},
                             [&](Transaction& transaction) -> Result<NoteView> {
                               const auto found = session_to_write(transaction, course, session);
                               if (!found) return tl::unexpected(found.error());
                               return sign(transaction, practice, actor, *found, input);
                             });
}

Result<NoteView> amend_note(const Practice& practice, const Actor& actor, const Id<Course>& course,
                            const Id<TherapySession>& session) {
  return carry_out<NoteView>(practice, actor,
                             {"note.amend", Permission::write_course, course, {}, session.text()},
                             [&](Transaction& transaction) -> Result<NoteView> {
                               const auto found = session_to_write(transaction, course, session);
                               if (!found) return tl::unexpected(found.error());
                               auto note = own_note(transaction, session, NoteCompartment::record, actor);
                               if (!note) return tl::unexpected(note.error());
                               if (!*note) return no_note();
                               if ((*note)->draft)
                                 return fail(ErrorKind::conflict, "note.open", "it is being written already");
                               const auto versions = versions_of(transaction, (*note)->id);
                               if (!versions) return tl::unexpected(versions.error());
                               (*note)->draft = versions->front().words;
                               (*note)->saves += 1;
                               (*note)->saved_at = practice.clock.now();
                               if (auto replaced = replace(transaction, **note); !replaced)
                                 return tl::unexpected(replaced.error());
                               return view_of(transaction, actor, **note);
                             });
}

Result<bool> drop_draft(const Practice& practice, const Actor& actor, const Id<Course>& course,
                        const Id<TherapySession>& session, const Id<SessionNote>& id) {
  return carry_out<bool>(
      practice, actor, {"note.drop", Permission::write_course, course, {}, session.text()},
      [&](Transaction& transaction) -> Result<bool> {
        auto note = get<SessionNote>(transaction, id);
        if (!note) return tl::unexpected(note.error());
        if (note->course != course || note->session != session || note->author != actor.user || !note->draft)
          return no_note();
        if (note->signed_at) {
          note->draft.reset();
          return replace(transaction, *note);
        }
        const Condition which[] = {where(&SessionNote::id, id)};
        const auto removed = transaction.remove(table_of<SessionNote>(), which);
        if (!removed) return tl::unexpected(removed.error());
        return true;
      });
}

Result<std::vector<UnsignedNote>> unsigned_notes(Transaction& transaction, Instant now,
                                                 const std::vector<Id<Course>>& courses) {
  const auto sessions = list<TherapySession>(
      transaction,
      {{where_one_of(&TherapySession::course, courses), where(&TherapySession::ended_at, Is::present),
        where(&TherapySession::noted_at, Is::absent), where(&TherapySession::withdrawn_at, Is::absent)},
       {by(&TherapySession::ended_at)},
       {}});
  if (!sessions) return tl::unexpected(sessions.error());
  std::vector<UnsignedNote> notes;
  for (const TherapySession& session : *sessions)
    if (was_held(session))
      notes.push_back({session.id, session.course, session.number, *session.ended_at,
                       std::max<std::int64_t>(0, (now.ms - session.ended_at->ms) / day_ms)});
  return notes;
}

Result<std::vector<NoteView>> notes_of(Transaction& transaction, const Actor& actor,
                                       const Id<TherapySession>& session) {
  const auto notes = list<SessionNote>(
      transaction, {{where(&SessionNote::session, session)}, {by(&SessionNote::made_at)}, {}});
  if (!notes) return tl::unexpected(notes.error());
  std::vector<NoteView> views;
  for (const SessionNote& note : *notes) {
    if (note.compartment == NoteCompartment::process && note.author != actor.user) continue;
    auto view = view_of(transaction, actor, note);
    if (!view) return tl::unexpected(view.error());
    views.push_back(std::move(*view));
  }
  return views;
}

Result<std::vector<NoteVersion>> signed_versions(Transaction& transaction,
                                                 const Id<TherapySession>& session) {
  const auto notes = list<SessionNote>(
      transaction,
      {{where(&SessionNote::session, session), where(&SessionNote::compartment, NoteCompartment::record)},
       {by(&SessionNote::made_at)},
       {}});
  if (!notes) return tl::unexpected(notes.error());
  std::vector<NoteVersion> all;
  for (const SessionNote& note : *notes) {
    const auto versions = versions_of(transaction, note.id);
    if (!versions) return tl::unexpected(versions.error());
    all.insert(all.end(), versions->rbegin(), versions->rend());
  }
  return all;
}

Result<bool> remove_notes(Transaction& transaction, const Id<TherapySession>& session) {
  const auto notes = list<SessionNote>(transaction, {{where(&SessionNote::session, session)}, {}, {}});
  if (!notes) return tl::unexpected(notes.error());
  for (const SessionNote& note : *notes) {
    const Condition versions[] = {where(&NoteVersion::note, note.id)};
    const Condition itself[] = {where(&SessionNote::id, note.id)};
    if (auto removed = transaction.remove(table_of<NoteVersion>(), versions); !removed)
      return tl::unexpected(removed.error());
    if (auto removed = transaction.remove(table_of<SessionNote>(), itself); !removed)
      return tl::unexpected(removed.error());
  }
  return true;
}

}  // namespace securebase::service
