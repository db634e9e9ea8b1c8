#pragma once
// How mail leaves the program: a port, which `store` implements over SMTP.

#include <memory>
#include <string>
#include <string_view>

#include "service/reminder_record.hpp"

namespace securebase::service {

struct MailServer {
  std::string host;
  int port = 465;
  MailSecurity security = MailSecurity::tls;
  std::string login;  ///< empty: none is asked for
  Private<std::string> password;

  bool operator==(const MailServer&) const = default;
};

struct Mail {
  std::string sender;  ///< addresses
  Private<std::string> recipient;
  Private<std::string> message;  ///< as whole_message gives it
};

enum class MailFate {
  taken,
  refused,      ///< this message, for good
  later,        ///< this message, for now
  uncertain,    ///< it was handed over, and nothing was said to that
  unreachable,  ///< no server, or none that is who it should be
  not_admitted  ///< the server does not let the practice send: login, sender
};

struct MailReply {
  MailFate fate = MailFate::unreachable;
  int code = 0;          ///< the server's last; 0: none
  std::string_view why;  ///< a word of ours, such as "recipient"; empty where it was taken
};

/// One connection, opened when it is needed and kept for the next message. Not for several threads at once.
class MailConnection {
 public:
  virtual ~MailConnection() = default;
  [[nodiscard]] virtual MailReply send(const Mail& mail) = 0;
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  [[nodiscard]] virtual std::unique_ptr<MailConnection> connect(const MailServer& server) = 0;
};

}  // namespace securebase::service
