#include "service/practice.hpp"

#include <fmt/format.h>

namespace securebase::service {
namespace {

tl::unexpected<Error> not_theirs() {
  return fail(ErrorKind::not_found, "access.not_found", "there is no such record, or it is not yours to see");
}

tl::unexpected<Error> forbidden(std::string_view needed) {
  return fail(ErrorKind::forbidden, "access.forbidden", fmt::format("this needs {}", needed));
}

enum class Use { read, write };

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
                        const Id<Course>& id, Use use) {
  const auto course = find<Course>(transaction, where(&Course::id, id));
  if (!course) return tl::unexpected(course.error());
  if (!*course) return false;
  if (actor.is_therapist && (*course)->therapist == actor.user) return true;
  if (use == Use::write) return false;
  if (actor.is_supervisor && (*course)->supervisor == actor.user) return true;
  return broke_the_glass(transaction, practice, actor, id);
}

Result<bool> is_related_to_person(Transaction& transaction, const Practice& practice, const Actor& actor,
                                  const Id<Person>& person, Use use) {
  const auto memberships = list<Member>(transaction, {{where(&Member::person, person)}, {}, {}});
  if (!memberships) return tl::unexpected(memberships.error());
  for (const Member& member : *memberships) {
    auto related = is_related(transaction, practice, actor, member.course, use);
    if (!related || *related) return related;
  }
  return false;
}

Result<bool> check_course(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action, Use use) {
  if (!action.course) return not_theirs();
  auto related = is_related(transaction, practice, actor, *action.course, use);
  if (!related) return related;
  if (*related) return true;
  if (use == Use::read) return not_theirs();
  auto may_read = is_related(transaction, practice, actor, *action.course, Use::read);
  if (!may_read) return may_read;
  return *may_read ? Result<bool>(forbidden("the therapist of the course")) : Result<bool>(not_theirs());
}

Result<bool> check_person(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Action& action, Use use) {
  if (!action.person) return not_theirs();
  auto related = is_related_to_person(transaction, practice, actor, *action.person, use);
  if (!related) return related;
  if (*related) return true;
  if (use == Use::read) return not_theirs();
  auto may_read = is_related_to_person(transaction, practice, actor, *action.person, Use::read);
  if (!may_read) return may_read;
  return *may_read ? Result<bool>(forbidden("the therapist of a course")) : Result<bool>(not_theirs());
}

Result<bool> needs_role(bool has, std::string_view role) {
  return has ? Result<bool>(true) : Result<bool>(forbidden(role));
}

}  // namespace

Actor the_program() {
  Actor actor;
  actor.kind = Actor::Kind::program;
  return actor;
}

std::string to_text(const Actor& actor) {
  switch (actor.kind) {
    case Actor::Kind::user:
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
  const auto kind = permission == Permission::portal ? Actor::Kind::portal : Actor::Kind::user;
  if (actor.kind != kind) return fail(ErrorKind::unauthenticated, "access.unauthenticated", "please sign in");
  switch (permission) {
    case Permission::anyone:
    case Permission::signed_in:
    case Permission::portal:
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
      return check_course(transaction, practice, actor, action, Use::read);
    case Permission::write_course:
      return check_course(transaction, practice, actor, action, Use::write);
    case Permission::read_person:
      return check_person(transaction, practice, actor, action, Use::read);
    case Permission::write_person:
      return check_person(transaction, practice, actor, action, Use::write);
    case Permission::anyone:
    case Permission::signed_in:
    case Permission::portal:
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
  const auto last = list<AuditEntry>(transaction, {{}, {by(&AuditEntry::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  AuditEntry entry;
  entry.number = last->empty() ? 1 : last->front().number + 1;
  entry.at = practice.clock.now();
  entry.actor = to_text(actor);
  entry.action = action.name;
  entry.person = action.person;
  entry.course = action.course;
  entry.object = action.object;
  entry.hash = practice.secrets.chain_hash(last->empty() ? std::string_view() : last->front().hash,
                                           audit_bytes(entry));
  return insert(transaction, entry);
}

}  // namespace securebase::service
