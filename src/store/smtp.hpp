#pragma once
// Mail over SMTP (libcurl). TLS from the first byte or by STARTTLS, with the server's certificate checked;
// none only to this machine. What is said of a message rests on the server's own replies: whatever ends
// between the message and the reply to it is uncertain.

#include <memory>
#include <string>

#include "service/mailer.hpp"

namespace securebase::store {

class SmtpMailer : public service::Mailer {
 public:
  /// `authorities`: a file of certificates to trust in place of the system's; empty: the system's.
  explicit SmtpMailer(std::string authorities = {}) : authorities_(std::move(authorities)) {}

  [[nodiscard]] std::unique_ptr<service::MailConnection> connect(const service::MailServer& server) override;

 private:
  std::string authorities_;
};

}  // namespace securebase::store
