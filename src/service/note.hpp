#pragma once
// Notes of a meeting. A draft is saved while it is written and is its author's alone; what is signed is
// locked, and an amendment is a further version beside it, with its reason. Working notes ("process") are
// never signed: nobody but the author reads them, not in supervision, not behind broken glass, and no copy
// of a person holds them. A court or the law of a country may ask for them all the same.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/practice.hpp"
#include "service/session_record.hpp"

namespace securebase::service {

inline constexpr std::size_t longest_note = 100'000;  ///< bytes

/// What a note may be begun with.
struct NoteLayout {
  std::string id;
  std::string name;
  std::string text;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &NoteLayout::id}, Field{"name", &NoteLayout::name},
               Field{"text", &NoteLayout::text});
  }
};
[[nodiscard]] std::vector<NoteLayout> note_layouts();

struct NoteView {
  Id<SessionNote> id;
  NoteCompartment compartment = NoteCompartment::record;
  Id<User> author;
  bool mine = false;
  std::string layout;
  bool has_draft = false;
  std::optional<Private<std::string>> draft;  ///< the author's alone
  std::int64_t saves = 0;
  Instant saved_at;
  std::vector<NoteVersion> versions;  ///< the newest first; empty: never signed

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &NoteView::id}, Field{"compartment", &NoteView::compartment},
               Field{"author", &NoteView::author}, Field{"mine", &NoteView::mine},
               Field{"layout", &NoteView::layout}, Field{"has_draft", &NoteView::has_draft},
               Field{"draft", &NoteView::draft}, Field{"saves", &NoteView::saves},
               Field{"saved_at", &NoteView::saved_at}, Field{"versions", &NoteView::versions});
  }
};

struct SaveNote {
  NoteCompartment compartment = NoteCompartment::record;
  std::string layout;
  Private<std::string> words;
  std::int64_t after = 0;  ///< `saves` of what it was written from; 0: of nothing

  static constexpr auto fields(const auto& use) {
    return use(Field{"compartment", &SaveNote::compartment}, Field{"layout", &SaveNote::layout},
               Field{"words", &SaveNote::words}, Field{"after", &SaveNote::after});
  }
};

struct SavedNote {
  Id<SessionNote> id;
  std::int64_t saves = 0;
  Instant saved_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &SavedNote::id}, Field{"saves", &SavedNote::saves},
               Field{"saved_at", &SavedNote::saved_at});
  }
};

struct SignNote {
  std::string layout;
  Private<std::string> words;
  std::int64_t after = 0;
  std::optional<Private<std::string>> why;  ///< needed for an amendment

  static constexpr auto fields(const auto& use) {
    return use(Field{"layout", &SignNote::layout}, Field{"words", &SignNote::words},
               Field{"after", &SignNote::after}, Field{"why", &SignNote::why});
  }
};

/// The draft of the author's own note of a meeting. That one was begun is in the audit; that it was saved
/// again is not. Errors: "therapy_session.not_found", "note.layout", "words.too_long", "note.newer"
/// (conflict: it was saved since from elsewhere), "note.signed" (conflict: locked; it can be amended).
[[nodiscard]] Result<SavedNote> save_note(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<TherapySession>& session,
                                          const SaveNote& input);
/// Signs and locks what is given, as the first or the next version. Errors of save_note, "words.missing",
/// "note.why" (an amendment says why), "note.same" (conflict: nothing was changed).
[[nodiscard]] Result<NoteView> sign_note(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<TherapySession>& session,
                                         const SignNote& input);
/// Opens a signed note: its newest version becomes a draft, and holds until the next is signed. Errors:
/// "session_note.not_found" (no note of the actor's own), "note.open" (conflict).
[[nodiscard]] Result<NoteView> amend_note(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<TherapySession>& session);
/// What is not signed goes: a first draft or working notes wholly, an amendment so that the signed version
/// stands. Error "session_note.not_found": nothing of the actor's own that is not signed.
[[nodiscard]] Result<bool> drop_draft(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                      const Id<TherapySession>& session, const Id<SessionNote>& id);

/// A meeting that was held and has no signed note.
struct UnsignedNote {
  Id<TherapySession> session;
  Id<Course> course;
  int number = 1;
  Instant held_at;
  std::int64_t days = 0;  ///< since

  static constexpr auto fields(const auto& use) {
    return use(Field{"session", &UnsignedNote::session}, Field{"course", &UnsignedNote::course},
               Field{"number", &UnsignedNote::number}, Field{"held_at", &UnsignedNote::held_at},
               Field{"days", &UnsignedNote::days});
  }
};

// For other use cases of this room

/// The oldest first.
[[nodiscard]] Result<std::vector<UnsignedNote>> unsigned_notes(Transaction& transaction, Instant now,
                                                               const std::vector<Id<Course>>& courses);
/// What an actor may read of a meeting's notes: those of the record, and their own working notes.
[[nodiscard]] Result<std::vector<NoteView>> notes_of(Transaction& transaction, const Actor& actor,
                                                     const Id<TherapySession>& session);
/// Every version of a meeting's notes of the record, the oldest first.
[[nodiscard]] Result<std::vector<NoteVersion>> signed_versions(Transaction& transaction,
                                                               const Id<TherapySession>& session);
[[nodiscard]] Result<bool> remove_notes(Transaction& transaction, const Id<TherapySession>& session);

}  // namespace securebase::service
