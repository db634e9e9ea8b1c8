#include "store/smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

namespace securebase::store {
namespace {

using service::Mail;
using service::MailFate;
using service::MailReply;
using service::MailSecurity;
using service::MailServer;

constexpr long connect_seconds = 20;
constexpr long whole_seconds = 120;

/// How far the conversation came.
enum class Stage { nothing, greeting, login, sender, recipient, data, message };

struct Conversation {
  Stage stage = Stage::nothing;
  int code = 0;  ///< of the server's last reply to any of that; 0: none
  bool taking_leave = false;
  std::string_view left;  ///< of the message
};

/// What the program says to the server: only the verb is looked at, and nothing is kept.
Stage stage_of(std::string_view command, Stage before) {
  const auto says = [&](std::string_view verb) { return command.starts_with(verb); };
  if (says("EHLO") || says("HELO") || says("STARTTLS")) return Stage::greeting;
  if (says("AUTH")) return Stage::login;
  if (says("MAIL ")) return Stage::sender;
  if (says("RCPT ")) return Stage::recipient;
  return says("DATA") ? Stage::data : before;
}

int on_talk(CURL* /*handle*/, curl_infotype kind, char* bytes, std::size_t size, void* into) {
  auto& conversation = *static_cast<Conversation*>(into);
  const std::string_view text(bytes, size);
  if (kind == CURLINFO_HEADER_OUT) conversation.taking_leave = text.starts_with("QUIT");
  if (conversation.taking_leave) return 0;
  if (kind == CURLINFO_HEADER_OUT && conversation.stage != Stage::message) {
    conversation.stage = stage_of(text, conversation.stage);
    conversation.code = 0;  // not answered yet
  }
  if (kind == CURLINFO_HEADER_IN && size >= 3)
    std::from_chars(text.data(), text.data() + 3, conversation.code);
  return 0;
}

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* from) {
  auto& conversation = *static_cast<Conversation*>(from);
  if (conversation.stage != Stage::message) conversation.code = 0;
  conversation.stage = Stage::message;
  const std::size_t given = std::min(size * count, conversation.left.size());
  std::memcpy(into, conversation.left.data(), given);
  conversation.left.remove_prefix(given);
  return given;
}

MailReply reply_of(CURLcode outcome, const Conversation& said) {
  const int code = said.code;
  const bool for_good = code >= 500 && code < 600;
  const bool for_now = code >= 400 && code < 500;
  if (outcome == CURLE_OK) return {MailFate::taken, code, ""};
  if (outcome == CURLE_PEER_FAILED_VERIFICATION || outcome == CURLE_SSL_CONNECT_ERROR ||
      outcome == CURLE_USE_SSL_FAILED || outcome == CURLE_SSL_CACERT_BADFILE)
    return {MailFate::unreachable, code, "tls"};
  switch (said.stage) {
    case Stage::nothing:
    case Stage::greeting:
      return {MailFate::unreachable, code, outcome == CURLE_LOGIN_DENIED ? "login" : "connection"};
    case Stage::login:
      return {MailFate::not_admitted, code, "login"};
    case Stage::sender:
      return for_good ? MailReply{MailFate::not_admitted, code, "sender"}
                      : MailReply{MailFate::later, code, "sender"};
    case Stage::recipient:
      return {for_good ? MailFate::refused : MailFate::later, code, "recipient"};
    case Stage::data:
      return {for_good ? MailFate::refused : MailFate::later, code, "message"};
    case Stage::message:
      break;
  }
  if (for_good) return {MailFate::refused, code, "message"};
  return {for_now ? MailFate::later : MailFate::uncertain, code, for_now ? "message" : "no_reply"};
}

std::string domain_of(const std::string& address) {
  const auto at = address.find('@');
  return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

struct CurlEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

class SmtpConnection : public service::MailConnection {
 public:
  SmtpConnection(MailServer server, std::string authorities)
      : server_(std::move(server)), authorities_(std::move(authorities)) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) handle_.reset(curl_easy_init());
  }

  [[nodiscard]] MailReply send(const Mail& mail) override {
    if (!handle_) return {MailFate::unreachable, 0, "connection"};
    MailReply reply = attempt(mail);
    // A connection that was kept may have ended meanwhile. Nothing of the message was said on it.
    const bool ended = is_kept_ && (reply.code == 0 || reply.code == 421) &&
                       (reply.fate == MailFate::later || reply.fate == MailFate::unreachable);
    if (ended) {
      handle_.reset(curl_easy_init());
      if (handle_) reply = attempt(mail);
    }
    is_kept_ = reply.fate == MailFate::taken || reply.fate == MailFate::refused;
    return reply;
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle_.get(), option, value);
  }

  void set_server(const Mail& mail) {
    const bool has_six = server_.host.find(':') != std::string::npos;
    const std::string host = has_six ? "[" + server_.host + "]" : server_.host;
    const std::string url = (server_.security == MailSecurity::tls ? "smtps://" : "smtp://") + host + ":" +
                            std::to_string(server_.port) + "/" + domain_of(mail.sender);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_USE_SSL,
        server_.security == MailSecurity::none ? long{CURLUSESSL_NONE} : long{CURLUSESSL_ALL});
    set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!authorities_.empty()) set(CURLOPT_CAINFO, authorities_.c_str());
    if (server_.login.empty()) return;
    set(CURLOPT_USERNAME, server_.login.c_str());
    set(CURLOPT_PASSWORD, server_.password.reveal().c_str());
  }

  MailReply attempt(const Mail& mail) {
    Conversation conversation;
    conversation.left = mail.message.reveal();
    curl_easy_reset(handle_.get());
    set_server(mail);
    const std::unique_ptr<curl_slist, ListEnd> to(
        curl_slist_append(nullptr, ("<" + mail.recipient.reveal() + ">").c_str()));
    const std::string from = "<" + mail.sender + ">";
    set(CURLOPT_MAIL_FROM, from.c_str());
    set(CURLOPT_MAIL_RCPT, to.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &on_read);
    set(CURLOPT_READDATA, static_cast<void*>(&conversation));
    set(CURLOPT_VERBOSE, 1L);
    set(CURLOPT_DEBUGFUNCTION, &on_talk);
    set(CURLOPT_DEBUGDATA, static_cast<void*>(&conversation));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, connect_seconds);
    set(CURLOPT_TIMEOUT, whole_seconds);
    const CURLcode outcome = curl_easy_perform(handle_.get());
    return reply_of(outcome, conversation);
  }

  MailServer server_;
  std::string authorities_;
  std::unique_ptr<CURL, CurlEnd> handle_;
  bool is_kept_ = false;
};

}  // namespace

std::unique_ptr<service::MailConnection> SmtpMailer::connect(const MailServer& server) {
  return std::make_unique<SmtpConnection>(server, authorities_);
}

}  // namespace securebase::store
