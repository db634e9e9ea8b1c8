#include "http/gate.hpp"

namespace securebase::http {
namespace {

using service::Actor;
using service::Permission;

Result<bool> check_csrf(const Desk& desk, const Actor& actor, const Request& request) {
  if (is_safe(request.method)) return true;
  const auto csrf = request.header("x-csrf-token");
  return service::check_csrf(desk.practice, actor, Private(std::string(csrf.value_or(""))));
}

}  // namespace

Token token_of(const Request& request, std::string_view cookie) {
  const auto token = request.cookie(cookie);
  return token ? Token(Private(std::string(*token))) : std::nullopt;
}

Result<Actor> admit(const Desk& desk, Permission permission, const Request& request, const Token& token) {
  if (permission == Permission::anyone) return Actor{};
  auto actor = token ? service::authenticate(desk.practice, *token) : Result<Actor>(Actor{});
  if (!actor) return actor;
  if (auto may = service::check_role(*actor, permission); !may) return tl::unexpected(may.error());
  if (auto own = check_csrf(desk, *actor, request); !own) return tl::unexpected(own.error());
  return actor;
}

}  // namespace securebase::http
