#include "http/portal.hpp"

#include "http/door.hpp"
#include "http/endpoint.hpp"
#include "service/client_page.hpp"
#include "service/portal.hpp"
#include "service/reminder.hpp"

namespace securebase::http {
namespace {

using service::Field;
using service::Permission;

struct LinkToken {
  Private<std::string> token;  ///< what stands behind the # of the link

  static constexpr auto fields(const auto& use) { return use(Field{"token", &LinkToken::token}); }
};

struct PortalSession {
  Private<std::string> csrf;  ///< for X-CSRF-Token

  static constexpr auto fields(const auto& use) { return use(Field{"csrf", &PortalSession::csrf}); }
};

Result<PortalSession> open_link(Visit& visit, const LinkToken& input) {
  auto opened =
      service::open_portal_link(visit.desk.practice, visit.desk.attempts, input.token, asked_from(visit));
  if (!opened) return tl::unexpected(opened.error());
  keep_token(visit, opened->token);
  return PortalSession{std::move(opened->csrf)};
}

Result<PortalSession> open_page(Visit& visit, const service::OpenClientPage& input) {
  auto opened = service::open_client_page(visit.desk.practice, visit.desk.attempts, input, asked_from(visit));
  if (!opened) return tl::unexpected(opened.error());
  keep_token(visit, opened->token);
  return PortalSession{std::move(opened->csrf)};
}

Result<bool> stop_reminders_by_link(Visit& visit, const Id<service::StopLink>& stop) {
  return service::stop_reminders_by_link(visit.desk.practice, visit.desk.attempts, stop, asked_from(visit));
}

Result<PortalSession> portal_session(Visit& visit) {
  return PortalSession{csrf_of(visit)};
}

Result<bool> leave_portal(Visit& visit) {
  return end_session(visit);
}

/// Browsers of phones say so by client hints, or by a word of their name.
bool is_phone(const Request& request) {
  if (const auto hint = request.header("sec-ch-ua-mobile")) return *hint == "?1";
  return request.header("user-agent").value_or("").find("Mobi") != std::string_view::npos;
}

bool is_this_machine(const std::string& address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

Result<bool> prove_portal(Visit& visit, const LinkToken& input) {
  const Request& request = visit.request;
  return service::prove_portal(
      visit.desk.practice, visit.desk.attempts, input.token,
      {asked_from(visit), request.tls, is_this_machine(request.remote), is_phone(request)});
}

constexpr Route routes[] = {
    endpoint<&health>(Method::get, "/api/v1/health", Permission::anyone, "Whether the server answers"),
    endpoint<&open_link>(Method::post, "/api/v1/portal/session", Permission::anyone,
                         "Exchange the token of a link for a session with its one sheet"),
    endpoint<&portal_session>(Method::get, "/api/v1/portal/session", Permission::portal,
                              "What changes of this session must carry"),
    endpoint<&leave_portal>(Method::delete_, "/api/v1/portal/session", Permission::anyone, "Leave"),
    endpoint<&service::read_form>(Method::get, "/api/v1/portal/form", Permission::portal,
                                  "The sheet: its items in order, and its rules"),
    endpoint<&service::next_question>(
        Method::post, "/api/v1/portal/form/next", Permission::portal,
        "What an adaptive sheet asks after these answers, of which nothing is kept"),
    endpoint<&service::send_form>(Method::post, "/api/v1/portal/form/answers", Permission::portal,
                                  "Send the answers, once"),
    endpoint<&service::read_own_answers>(
        Method::get, "/api/v1/portal/form/answers", Permission::portal,
        "One's own answers after sending, without those that could endanger"),
    endpoint<&prove_portal>(Method::post, "/api/v1/portal/trial", Permission::anyone,
                            "Prove that a phone reaches this portal"),
    endpoint<&open_page>(Method::post, "/api/v1/portal/page/session", Permission::anyone,
                         "Exchange the token of a client's own page for a session with it"),
    endpoint<&service::read_client_page>(
        Method::get, "/api/v1/portal/page", Permission::portal,
        "One's own page: goals, what was agreed, what was sent and what was shared"),
    endpoint<&service::read_page_answers>(Method::get, "/api/v1/portal/page/answers/{sheet}",
                                          Permission::portal,
                                          "One's own answers on a sheet, without those that could endanger"),
    endpoint<&service::ask_practice>(Method::post, "/api/v1/portal/page/requests", Permission::portal,
                                     "Ask the practice for a copy of one's record, or for its erasure"),
    endpoint<&service::stop_own_reminders>(Method::delete_, "/api/v1/portal/page/reminders",
                                           Permission::portal, "Get no more reminders"),
    endpoint<&stop_reminders_by_link>(
        Method::post, "/api/v1/portal/reminders/{stop}/stop", Permission::anyone,
        "Get no more reminders, by the link in one of them: nobody signs in (RFC 8058)"),
    endpoint<&service::stop_form>(Method::post, "/api/v1/portal/form/stop", Permission::portal,
                                  "Stop: nothing is sent"),
};

}  // namespace

std::span<const Route> portal_routes() {
  return routes;
}

Router portal(const Desk& desk) {
  return {routes, desk, portal_cookie};
}

}  // namespace securebase::http
