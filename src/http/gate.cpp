#include "http/gate.hpp"

#include <fmt/format.h>

namespace securebase::http {
namespace {

using service::Actor;
using service::Permission;

Result<bool> check_csrf(const Desk& desk, const Actor& actor, const Request& request) {
  if (is_safe(request.method)) return true;
  const auto csrf = request.header("x-csrf-token");
  return service::check_csrf(desk.practice, actor, Private(std::string(csrf.value_or(""))));
}

Result<bool> needs(bool has, std::string_view role) {
  if (has) return true;
  return fail(ErrorKind::forbidden, "access.forbidden", fmt::format("this needs {}", role));
}

}  // namespace

Token token_of(const Request& request, std::string_view cookie) {
  const auto token = request.cookie(cookie);
  return token ? Token(Private(std::string(*token))) : std::nullopt;
}

Result<bool> check_role(Permission permission, const Actor& actor) {
  if (permission == Permission::anyone) return true;
  const auto kind = permission == Permission::portal ? Actor::Kind::portal : Actor::Kind::user;
  if (actor.kind != kind) return fail(ErrorKind::unauthenticated, "access.unauthenticated", "please sign in");
  switch (permission) {
    case Permission::treat:
      return needs(actor.is_therapist, "a therapist");
    case Permission::supervise:
      return needs(actor.is_supervisor, "a supervisor");
    case Permission::manage_practice:
      return needs(actor.is_admin, "an admin");
    case Permission::research:
      return needs(actor.is_researcher, "a researcher");
    case Permission::anyone:
    case Permission::signed_in:
    case Permission::read_course:
    case Permission::write_course:
    case Permission::read_person:
    case Permission::write_person:
    case Permission::portal:
      return true;
  }
  return needs(false, "a permission that nobody has");
}

Result<Actor> admit(const Desk& desk, Permission permission, const Request& request, const Token& token) {
  if (permission == Permission::anyone) return Actor{};
  auto actor = token ? service::authenticate(desk.practice, *token) : Result<Actor>(Actor{});
  if (!actor) return actor;
  if (auto may = check_role(permission, *actor); !may) return tl::unexpected(may.error());
  if (auto own = check_csrf(desk, *actor, request); !own) return tl::unexpected(own.error());
  return actor;
}

}  // namespace securebase::http
