#pragma once
// What every use case works with: the ports, the definitions, and who is asking. A use case checks access,
// does its work and leaves an entry in the audit, all in one transaction.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/load.hpp"
#include "service/ports.hpp"
#include "service/record.hpp"

namespace securebase::service {

struct Practice {
  Store& store;
  const Clock& clock;
  Entropy& entropy;
  Secrets& secrets;
  const catalog::Library& library;
  std::string portal_address = {};  ///< "https://help.example/": where clients' links lead; empty: no portal
  const TimeZones* time_zones = nullptr;  ///< nothing: UTC alone is known
};

/// Who is asking. Nobody, a user, a user's session that is locked to one sheet in the room, a person on the
/// portal, or the program itself (command line, schedule).
struct Actor {
  enum class Kind { stranger, user, room, portal, program };

  Kind kind = Kind::stranger;
  Id<User> user;
  Id<Person> person;                       ///< of the portal
  std::optional<Id<Administration>> only;  ///< the one sheet a session in the room or on the portal is for
  std::optional<Id<ClientPage>> page;      ///< the client's own page, which a session on the portal is for
  Id<Session> session;
  bool is_therapist = false;
  bool is_supervisor = false;
  bool is_admin = false;
  bool is_researcher = false;
};

[[nodiscard]] Actor the_program();
/// As the audit names them: a user's id, "portal:<person>", "program" or "stranger".
[[nodiscard]] std::string to_text(const Actor& actor);

/// What someone may do; a route names one (docs/access.md is written from this table).
enum class Permission {
  anyone,           ///< whoever asks: signing in, exchanging a ticket
  signed_in,        ///< any user
  read_course,      ///< its therapist, its supervisor, or whoever broke the glass
  write_course,     ///< its therapist
  read_person,      ///< whoever may read a course of theirs
  write_person,     ///< the therapist of a course of theirs
  treat,            ///< any therapist: opens courses and sees their own caseload
  supervise,        ///< any supervisor: may break the glass
  manage_practice,  ///< admins: users, settings, retention; no clinical content
  research,         ///< researchers: pseudonymous answers of those who agreed
  room,             ///< whoever has a screen that is locked to one sheet: that sheet
  portal,           ///< a person on the portal: their own sheets
  told              ///< whoever is told of a risk answer that nobody has seen: that answer
};
template <>
inline constexpr std::array names_of<Permission> = {
    "anyone"sv,       "signed_in"sv, "read_course"sv, "write_course"sv,    "read_person"sv,
    "write_person"sv, "treat"sv,     "supervise"sv,   "manage_practice"sv, "research"sv,
    "room"sv,         "portal"sv,    "told"sv};

/// What a use case is about to do, to whose record.
struct Action {
  std::string_view name;  ///< for the audit, such as "course.read"
  Permission permission = Permission::signed_in;
  std::optional<Id<Course>> course;
  std::optional<Id<Person>> person;
  std::string object;
};

/// Whether someone of this kind and with these roles may ask at all, whoever's record it is about. Errors
/// "access.unauthenticated" (nobody is signed in, or not on this side of the house), "session.room"
/// (forbidden; the screen is locked to one sheet) and "access.forbidden" (the role is missing).
[[nodiscard]] Result<bool> check_role(const Actor& actor, Permission permission);

/// check_role, and the relation to the record. Error "access.unauthenticated" where nobody is signed in,
/// "access.not_found" (not_found) where the actor
/// has no relation to the record: whether it exists is not theirs to know; "access.forbidden" where the role
/// is missing.
[[nodiscard]] Result<bool> check_access(Transaction& transaction, const Practice& practice,
                                        const Actor& actor, const Action& action);

/// Characters that are no white space: what a reason of blanks has none of.
[[nodiscard]] std::size_t letters_in(std::string_view text);

/// Error "person.erased" (conflict): nothing may be added to what was erased. Part of every check of
/// write_person.
[[nodiscard]] Result<bool> still_there(Transaction& transaction, const Id<Person>& id);

/// Appends to the audit: number, moment, actor, action, and the hash that chains it to what came before.
[[nodiscard]] Result<bool> append_audit(Transaction& transaction, const Practice& practice,
                                        const Actor& actor, const Action& action);

/// The bytes an entry's hash is of: every field with its length, so that no two entries look alike.
[[nodiscard]] std::string audit_bytes(const AuditEntry& entry);

/// What the audit will hold of one use: the action, which a use case completes where only the record tells
/// whose it is, and whom else it showed.
struct Trail {
  Action action;
  std::vector<Action> also;
};
[[nodiscard]] Result<bool> append_trail(Transaction& transaction, const Practice& practice,
                                        const Actor& actor, const Trail& trail);

/// A user who asked for a record that is not theirs is in the audit as "access.refused". Gives the error, or
/// that of the store.
[[nodiscard]] Error note_if_refused(const Practice& practice, const Actor& actor, const Action& action,
                                    const Error& error);

template <class T>
using Use = std::function<Result<T>(Transaction&)>;
template <class T>
using TrailedUse = std::function<Result<T>(Transaction&, Trail&)>;

/// Checks access, runs `use`, appends to the audit, commits. What `use` gives must be set anew on each run.
template <class T>
[[nodiscard]] Result<T> carry_out(const Practice& practice, const Actor& actor, const Action& action,
                                  const TrailedUse<T>& use) {
  std::optional<T> given;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    given.reset();
    if (auto may = check_access(transaction, practice, actor, action); !may) return may;
    Trail trail{action, {}};
    auto result = use(transaction, trail);
    if (!result) return tl::unexpected(result.error());
    given = std::move(*result);
    return append_trail(transaction, practice, actor, trail);
  });
  if (!done) return tl::unexpected(note_if_refused(practice, actor, action, done.error()));
  return std::move(*given);
}
template <class T>
[[nodiscard]] Result<T> carry_out(const Practice& practice, const Actor& actor, const Action& action,
                                  const Use<T>& use) {
  return carry_out<T>(practice, actor, action,
                      TrailedUse<T>([&](Transaction& transaction, Trail&) { return use(transaction); }));
}

/// The same for what only reads: it runs beside others, and nobody is answered before the audit holds it.
template <class T>
[[nodiscard]] Result<T> look(const Practice& practice, const Actor& actor, const Action& action,
                             const TrailedUse<T>& use) {
  std::optional<T> given;
  Trail trail;
  auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    given.reset();
    trail = {action, {}};
    if (auto may = check_access(transaction, practice, actor, action); !may) return may;
    auto result = use(transaction, trail);
    if (!result) return tl::unexpected(result.error());
    given = std::move(*result);
    return true;
  });
  if (!done) return tl::unexpected(note_if_refused(practice, actor, action, done.error()));
  done = practice.store.write(
      [&](Transaction& transaction) { return append_trail(transaction, practice, actor, trail); });
  if (!done) return tl::unexpected(done.error());
  return std::move(*given);
}
template <class T>
[[nodiscard]] Result<T> look(const Practice& practice, const Actor& actor, const Action& action,
                             const Use<T>& use) {
  return look<T>(practice, actor, action,
                 TrailedUse<T>([&](Transaction& transaction, Trail&) { return use(transaction); }));
}

/// The same for a part of what is in the audit as a whole, where an entry for each would hide the others:
/// only a refusal is there.
template <class T>
[[nodiscard]] Result<T> glance(const Practice& practice, const Actor& actor, const Action& action,
                               const Use<T>& use) {
  std::optional<T> given;
  const auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    given.reset();
    if (auto may = check_access(transaction, practice, actor, action); !may) return may;
    auto result = use(transaction);
    if (!result) return tl::unexpected(result.error());
    given = std::move(*result);
    return true;
  });
  if (!done) return tl::unexpected(note_if_refused(practice, actor, action, done.error()));
  return std::move(*given);
}

}  // namespace securebase::service
