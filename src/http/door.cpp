#include "http/door.hpp"

#include <utility>

#include "http/policy.hpp"
#include "service/settings.hpp"

namespace securebase::http {

Result<Health> health(Visit& /*visit*/) {
  return Health{};
}

std::string asked_from(const Visit& visit) {
  return neighbourhood(visit.request.remote);
}

void keep_token(Visit& visit, const Private<std::string>& token) {
  visit.given.push_back({std::string(visit.cookie), token.reveal(), std::nullopt});
}

Result<Welcome> welcome(Visit& visit, service::SignedIn given) {
  const auto demo = service::is_demo(visit.desk.practice);
  if (!demo) return tl::unexpected(demo.error());
  if (visit.token) (void)service::sign_out(visit.desk.practice, *visit.token);  // one browser, one session
  keep_token(visit, given.token);
  return Welcome{std::move(given.csrf), std::move(given.user), *demo};
}

Result<bool> end_session(Visit& visit) {
  visit.given.push_back({std::string(visit.cookie), "", std::chrono::seconds(0)});
  if (!visit.token) return true;
  auto ended = service::sign_out(visit.desk.practice, *visit.token);
  if (!ended && ended.error().code == "session.unknown") return true;
  return ended;
}

Private<std::string> csrf_of(const Visit& visit) {
  return visit.token ? service::csrf_of(visit.desk.practice, *visit.token) : Private<std::string>();
}

}  // namespace securebase::http
