#include "service/practice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace securebase::service {
namespace {

tl::unexpected<Error> not_theirs() {
  return fail(ErrorKind::not_found, "access.not_found", "there is no such record, or it is not yours to see");
}

tl::unexpected<Error> forbidden(std::string_view needed) {
  return fail(ErrorKind::forbidden, "access.forbidden", fmt::format("this needs {}", needed));
}

enum class Need { read, write };

Result<bool> broke_the_glass(Transaction& transaction, const Practice& practice, const Actor& actor,
                             const Id<Course>& course) {
  const Condition conditions[] = {where(&BreakGlass::course, course), where(&BreakGlass::user, actor.user),
                                  where(&BreakGlass::until, practice.clock.now(), Is::greater)};
  const auto open = transaction.count(table_of<BreakGlass>(), conditions);
  if (!open) return tl::unexpected(open.error());
  return *open > 0;
}

/// Whether a user has a relation to a course that allows the use.
Result<bool> is_related(Transaction& transaction, const Practice& practice, const Actor& actor,
                        const Id<Course>& id, Need need) {
  const auto course = find<Course>(transaction, where(&Course::id, id));
  if (!course) return tl::unexpected(course.error());
  if (!*course) return false;
  if (actor.is_therapist && (*course)->therapist == actor.user) return true;
  if (need == Need::write) return false;
  if (actor.is_supervisor && (*course)->supervisor == actor.user) return true;
  return broke_the_glass(transaction, practice, actor, id);
}

Result<bool> is_related_to_person(Transaction& transaction, const Practice& practice, const Actor& actor,
                                  const Id<Person>& person, Need need) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  for (const Member& member : *memberships) {
    auto related = is_related(transaction, practice, actor, member.course, need);
    if (!related || *related) return related;
  }
  return false;
}

Result<bool> check_course(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action, Need need) {
  if (!action.course) return not_theirs();
  auto related = is_related(transaction, practice, actor, *action.course, need);
  if (!related) return related;
  if (*related) return true;
  if (need == Need::read) return not_theirs();
  auto may_read = is_related(transaction, practice, actor, *action.course, Need::read);
  if (!may_read) return may_read;
  return *may_read ? Result<bool>(forbidden("the therapist of the course")) : Result<bool>(not_theirs());
}

Result<bool> check_person(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action, Need need) {
  if (!action.person) return not_theirs();
  auto related = is_related_to_person(transaction, practice, actor, *action.person, need);
  if (!related) return related;
  if (*related) return need == Need::read ? related : still_there(transaction, *action.person);
  if (need == Need::read) return not_theirs();
  auto may_read = is_related_to_person(transaction, practice, actor, *action.person, Need::read);
  if (!may_read) return may_read;
  return *may_read ? Result<bool>(forbidden("the therapist of a course")) : Result<bool>(not_theirs());
}

/// Who stands on the side of the house where this may be asked.
Actor::Kind side_of(Permission permission) {
  if (permission == Permission::portal) return Actor::Kind::portal;
  return permission == Permission::room ? Actor::Kind::room : Actor::Kind::user;
}

Result<bool> needs_role(bool has, std::string_view role) {
  return has ? Result<bool>(true) : Result<bool>(forbidden(role));
}

}  // namespace

std::size_t letters_in(std::string_view text) {
  // Spaces and signs that show nothing: C0 and C1 controls, soft hyphen, Arabic letter mark, Hangul and
  // Mongolian fillers, general punctuation's spaces, joiners and directions, ideographic space, selectors,
  // tags.
  constexpr std::array<std::pair<char32_t, char32_t>, 17> unseen = {{{0x00, 0x20},
                                                                     {0x7F, 0xA0},
                                                                     {0xAD, 0xAD},
                                                                     {0x34F, 0x34F},
                                                                     {0x61C, 0x61C},
                                                                     {0x115F, 0x1160},
                                                                     {0x1680, 0x1680},
                                                                     {0x180B, 0x180F},
                                                                     {0x2000, 0x200F},
                                                                     {0x2028, 0x202F},
                                                                     {0x205F, 0x206F},
                                                                     {0x2800, 0x2800},
                                                                     {0x3000, 0x3000},
                                                                     {0x3164, 0x3164},
                                                                     {0xFE00, 0xFE0F},
                                                                     {0xFEFF, 0xFEFF},
                                                                     {0xE0000, 0xE01EF}}};
  std::size_t letters = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t sign = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t j = 1; j < length && i + j < text.size(); ++j)
      sign = (sign << 6U) | (static_cast<unsigned char>(text[i + j]) & 0x3FU);
    i += length;
    letters += std::none_of(unseen.begin(), unseen.end(),
                            [sign](const auto& span) { return sign >= span.first && sign <= span.second; })
                   ? 1U
                   : 0U;
  }
  return letters;
}

Result<bool> still_there(Transaction& transaction, const Id<Person>& id) {
  const auto person = get<Person>(transaction, id);
  if (!person) return tl::unexpected(person.error());
  if (!person->erased_at) return true;
  return fail(ErrorKind::conflict, "person.erased", "this person's record was erased");
}

Actor the_program() {
  Actor actor;
  actor.kind = Actor::Kind::program;
  return actor;
}

std::string to_text(const Actor& actor) {
  switch (actor.kind) {
    case Actor::Kind::user:
    case Actor::Kind::room:
      return actor.user.text();
    case Actor::Kind::portal:
      return "portal:" + actor.person.text();
    case Actor::Kind::program:
      return "program";
    case Actor::Kind::stranger:
      break;
  }
  return "stranger";
}

Result<bool> check_role(const Actor& actor, Permission permission) {
  if (permission == Permission::anyone || actor.kind == Actor::Kind::program) return true;
  const auto kind = side_of(permission);
  if (actor.kind == Actor::Kind::room && kind == Actor::Kind::user)
    return fail(ErrorKind::forbidden, "session.room",
                "this screen is locked to one questionnaire: its therapist unlocks it by the password");
  if (actor.kind == Actor::Kind::user && kind == Actor::Kind::room)
    return forbidden("a screen that is locked to a questionnaire");
  if (actor.kind != kind) return fail(ErrorKind::unauthenticated, "access.unauthenticated", "please sign in");
  switch (permission) {
    case Permission::anyone:
    case Permission::signed_in:
    case Permission::room:
    case Permission::portal:
    case Permission::told:
    case Permission::read_course:
    case Permission::write_course:
    case Permission::read_person:
    case Permission::write_person:
      return true;
    case Permission::treat:
      return needs_role(actor.is_therapist, "a therapist");
    case Permission::supervise:
      return needs_role(actor.is_supervisor, "a supervisor");
    case Permission::manage_practice:
      return needs_role(actor.is_admin, "an admin");
    case Permission::research:
      return needs_role(actor.is_researcher, "a researcher");
  }
  return forbidden("a permission that nobody has");
}

Result<bool> check_access(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action) {
  auto may = check_role(actor, action.permission);
  if (!may || actor.kind == Actor::Kind::program) return may;
  switch (action.permission) {
    case Permission::read_course:
      return check_course(transaction, practice, actor, action, Need::read);
    case Permission::write_course:
      return check_course(transaction, practice, actor, action, Need::write);
    case Permission::read_person:
      return check_person(transaction, practice, actor, action, Need::read);
    case Permission::write_person:
      return check_person(transaction, practice, actor, action, Need::write);
    case Permission::anyone:
    case Permission::signed_in:
    case Permission::room:
    case Permission::portal:
    case Permission::told:
    case Permission::treat:
    case Permission::supervise:
    case Permission::manage_practice:
    case Permission::research:
      return may;
  }
  return forbidden("a permission that nobody has");
}

std::string audit_bytes(const AuditEntry& entry) {
  std::string bytes;
  for (const std::string& part : {std::to_string(entry.number), std::to_string(entry.at.ms), entry.actor,
                                  entry.action, entry.person ? entry.person->text() : std::string(),
                                  entry.course ? entry.course->text() : std::string(), entry.object})
    bytes += fmt::format("{}:{},", part.size(), part);
  return bytes;
}

Result<bool> append_audit(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action) {
  return append_trail(transaction, practice, actor, {action, {}});
}

Result<bool> append_trail(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Trail& trail) {
  const auto last = list<AuditEntry>(transaction, {{}, {by(&AuditEntry::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  AuditEntry entry;
  if (!last->empty()) entry = last->front();
  const auto append = [&](const Action& action) {
    const AuditEntry before = entry;
    entry = {before.number + 1, practice.clock.now(), to_text(actor), std::string(action.name),
             action.person,     action.course,        action.object,  ""};
    entry.hash = practice.secrets.chain_hash(before.hash, audit_bytes(entry));
    return insert(transaction, entry);
  };
  if (auto added = append(trail.action); !added) return added;
  for (const Action& action : trail.also)
    if (auto added = append(action); !added) return added;
  return true;
}

Error note_if_refused(const Practice& practice, const Actor& actor, const Action& action,
                      const Error& error) {
  const bool refused = error.code == "access.not_found" || error.code == "access.forbidden";
  if (!refused || actor.kind != Actor::Kind::user) return error;
  const Action attempt{"access.refused", action.permission, action.course, action.person,
                       std::string(action.name)};
  auto noted = practice.store.write(
      [&](Transaction& transaction) { return append_audit(transaction, practice, actor, attempt); });
  return noted ? error : noted.error();
}

}  // namespace securebase::service
