#pragma once
// The whole program but its sockets: a record, the two tables, and what somebody with a browser says to them.

#include <gmock/gmock.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/memory.hpp"
#include "http/portal.hpp"
#include "http/workbench.hpp"
#include "service/each_practice.hpp"
#include "service/portal.hpp"
#include "service/settings.hpp"
#include "wire/node.hpp"

namespace securebase::http {

struct Said {
  unsigned status = 0;
  std::string head;
  std::string body;

  [[nodiscard]] wire::Node json() const { return service::must(wire::parse_json(body)); }
  /// A text member of the body; empty where there is none.
  [[nodiscard]] std::string text(std::string_view name) const {
    const auto node = wire::parse_json(body);
    const auto* member = node ? node->find(name) : nullptr;
    const auto* text = member == nullptr ? nullptr : member->as<Private<std::string>>();
    return text == nullptr ? "" : text->reveal();
  }
  [[nodiscard]] std::string code() const { return text("code"); }
  /// The value of the cookie that was set; empty where none was.
  [[nodiscard]] std::string cookie() const {
    const auto at = head.find("Set-Cookie: ");
    if (at == std::string::npos) return "";
    const auto begin = head.find('=', at) + 1;
    return head.substr(begin, head.find(';', begin) - begin);
  }
};

/// What a browser holds.
struct Badge {
  std::string token;
  std::string csrf;
};

class Front : public service::EachPractice {
 protected:
  struct Ask {
    Method method = Method::get;
    std::string path = {};
    std::string body = {};
    std::string type = "application/json";
    std::string host = "localhost";
  };

  void SetUp() override {
    EachPractice::SetUp();
    if (!IsSkipped()) desk_.emplace(Desk{practice(), attempts_, challenges_});
  }

  Said ask(Handler handler, std::string_view cookie, const Badge& badge, const Ask& question) {
    ServerOptions options;
    options.nonce = [] { return std::string("nonce"); };
    options.listeners.resize(1);
    options.listeners[0].handler = std::move(handler);
    options.listeners[0].trusted_proxies = trusted_proxies_;
    std::string bytes = std::string(name(question.method)) + " " + question.path +
                        " HTTP/1.1\r\nHost: " + question.host + "\r\n" + headers_;
    if (!badge.token.empty()) bytes += "Cookie: " + std::string(cookie) + "=" + badge.token + "\r\n";
    if (!badge.csrf.empty()) bytes += "X-CSRF-Token: " + badge.csrf + "\r\n";
    if (!question.body.empty()) bytes += "Content-Type: " + question.type + "\r\n";
    bytes += "Content-Length: " + std::to_string(question.body.size()) + "\r\n\r\n" + question.body;
    const std::string all = converse(options, std::vector<std::string>{bytes});
    const auto end = all.find("\r\n\r\n");
    Said said{0, all.substr(0, end), all.substr(end + 4)};
    std::from_chars(all.data() + 9, all.data() + 12, said.status);
    return said;
  }
  Said ask(const Badge& badge, const Ask& question) {
    return ask(workbench(*desk_), workbench_cookie, badge, question);
  }
  Said ask_portal(const Badge& badge, const Ask& question) {
    return ask(portal(*desk_), portal_cookie, badge, question);
  }

  /// A session without the work of a password.
  Badge badge(const service::Session& session) {
    std::optional<service::SignedIn> given;
    service::must(record().write([&](service::Transaction& transaction) -> Result<bool> {
      given = service::must(service::add_session(transaction, practice(), session));
      return true;
    }));
    return {given->token.reveal(), given->csrf.reveal()};
  }
  Badge badge(const service::Actor& user) {
    service::Session session;
    session.user = user.user;
    return badge(session);
  }
  Badge badge(const service::Administration& sheet) {
    service::Session session;
    session.person = sheet.respondent;
    session.administration = sheet.id.text();
    // By a link, which lasts while the session does.
    service::must(record().write([&](service::Transaction& transaction) -> Result<bool> {
      service::Ticket link;
      link.kind = service::TicketKind::portal_link;
      link.person = sheet.respondent;
      link.administration = sheet.id.text();
      static_cast<void>(service::must(
          service::add_ticket(transaction, practice(), std::move(link), service::portal_link_ms)));
      return true;
    }));
    return badge(session);
  }

  service::Attempts attempts_;
  service::Challenges challenges_;
  std::optional<Desk> desk_;
  std::string headers_;  ///< further ones
  std::vector<std::string> trusted_proxies_;
};

}  // namespace securebase::http
