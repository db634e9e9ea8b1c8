// Mail to a real server: what it says of a message is what the program makes of it.

#include "store/smtp.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "store/mail_server.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

using service::Mail;
using service::MailFate;
using service::MailReply;
using service::MailSecurity;
using service::MailServer;
using testing::HasSubstr;
using testing::SizeIs;

Mail mail(const std::string& to, const std::string& id = "1") {
  return {"desk@mail.example", Private<std::string>(to),
          Private<std::string>("From: <desk@mail.example>\r\nSubject: A reminder\r\nMessage-ID: <" + id +
                               "@mail.example>\r\n\r\nHello\r\n.\r\n..a dot\r\n")};
}
MailServer at(std::uint16_t port, MailSecurity security = MailSecurity::none) {
  return {"127.0.0.1", port, security, "", Private<std::string>()};
}

class Smtp : public testing::Test {
 protected:
  void SetUp() override {
    if (!RealMailServer::is_here()) GTEST_SKIP() << "no Exim here: tools/provide test installs it";
  }
  SmtpMailer mailer_;
};

TEST_F(Smtp, hands_over_one_message_after_another_on_one_connection) {
  RealMailServer server;
  const auto connection = mailer_.connect(at(server.port()));
  for (const char* id : {"1", "2", "3"}) {
    const MailReply reply = connection->send(mail("mia@post.example", id));
    EXPECT_EQ(reply.fate, MailFate::taken) << reply.why;
    EXPECT_EQ(reply.code, 250);
  }
  ASSERT_TRUE(server.has_delivered(3));
  EXPECT_THAT(server.taken(), SizeIs(3));
  EXPECT_THAT(server.messages().front(), HasSubstr("Hello\n.\n..a dot\n"));
}

TEST_F(Smtp, tells_who_is_refused_from_who_is_put_off) {
  RealMailServer server;
  const auto connection = mailer_.connect(at(server.port()));
  const MailReply refused = connection->send(mail("refused@post.example"));
  EXPECT_EQ(refused.fate, MailFate::refused);
  EXPECT_EQ(refused.code, 550);
  EXPECT_EQ(refused.why, "recipient");
  const MailReply later = connection->send(mail("later@post.example"));
  EXPECT_EQ(later.fate, MailFate::later);
  EXPECT_EQ(later.code, 451);
  EXPECT_EQ(connection->send(mail("mia@post.example")).fate, MailFate::taken) << "the connection still works";
}

TEST_F(Smtp, goes_on_with_a_server_that_was_started_anew) {
  RealMailServer server;
  const auto connection = mailer_.connect(at(server.port()));
  EXPECT_EQ(connection->send(mail("mia@post.example", "1")).fate, MailFate::taken);
  server.stop();
  EXPECT_EQ(connection->send(mail("mia@post.example", "2")).fate, MailFate::taken)
      << "a connection that is open outlives the one that took it";
  EXPECT_EQ(mailer_.connect(at(server.port()))->send(mail("mia@post.example", "3")).fate,
            MailFate::unreachable);
  server.start();
  EXPECT_EQ(connection->send(mail("mia@post.example", "4")).fate, MailFate::taken);
}

TEST_F(Smtp, says_nothing_without_the_tls_that_is_asked_for) {
  RealMailServer server;
  for (const MailSecurity security : {MailSecurity::tls, MailSecurity::starttls}) {
    const MailReply reply = mailer_.connect(at(server.port(), security))->send(mail("mia@post.example"));
    EXPECT_EQ(reply.fate, MailFate::unreachable) << to_text(security);
  }
  EXPECT_THAT(server.messages(), SizeIs(0));
}

TEST_F(Smtp, checks_the_servers_certificate_and_signs_in) {
  std::string name = std::filesystem::temp_directory_path().string() + "/securebase-tls-XXXXXX";
  const std::string folder = mkdtemp(name.data());
  const std::string file = folder + "/server.pem";
  const std::string make =
      "cd " + folder +
      " && openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -days 2 "
      "-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null && "
      "cat key certificate > server.pem && chmod 755 . && chmod 644 server.pem";
  // NOLINTNEXTLINE(concurrency-mt-unsafe,cert-env33-c): a fixed command of a test
  ASSERT_EQ(std::system(make.c_str()), 0) << "openssl makes the certificate: tools/provide test installs it";
  {
    RealMailServer server({false, file});
    MailServer there{"localhost", server.port(), MailSecurity::starttls, "desk",
                     Private<std::string>("a secret")};
    EXPECT_EQ(mailer_.connect(there)->send(mail("mia@post.example")).why, "tls") << "nobody vouches for it";
    SmtpMailer trusting(folder + "/certificate");
    EXPECT_EQ(trusting.connect(there)->send(mail("mia@post.example")).fate, MailFate::taken);
    there.password = Private<std::string>("another");
    const MailReply wrong = trusting.connect(there)->send(mail("mia@post.example"));
    EXPECT_EQ(wrong.fate, MailFate::not_admitted);
    EXPECT_EQ(wrong.why, "login");
    there.host = "127.0.0.1";
    EXPECT_EQ(trusting.connect(there)->send(mail("mia@post.example")).why, "tls") << "another name";
  }
  std::filesystem::remove_all(folder);
}

/// What a server does that ends, or says nothing, at a place of its own choosing.
class BreakingServer {
 public:
  explicit BreakingServer(std::string ends_after) : ends_after_(std::move(ends_after)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, general, size) != 0 || listen(socket_, 4) != 0 ||
        getsockname(socket_, general, &size) != 0)
      throw std::runtime_error("no port for a server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  BreakingServer(const BreakingServer&) = delete;
  BreakingServer& operator=(const BreakingServer&) = delete;
  ~BreakingServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  static void say(int client, const std::string& line) {
    (void)send(client, line.data(), line.size(), MSG_NOSIGNAL);
  }
  void run() {
    for (;;) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      say(client, "220 localhost\r\n");
      std::string heard;
      char bytes[4096];
      for (bool in_message = false;;) {
        const auto got = recv(client, bytes, sizeof bytes, 0);
        if (got <= 0) break;
        heard.append(bytes, static_cast<std::size_t>(got));
        if (heard.find(ends_after_) != std::string::npos) break;
        if (in_message && heard.ends_with("\r\n.\r\n")) break;
        if (heard.ends_with("DATA\r\n")) {
          in_message = true;
          say(client, "354 go on\r\n");
        } else if (!in_message) {
          say(client, "250 ok\r\n");
        }
      }
      close(client);
    }
  }

  std::string ends_after_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

TEST(SmtpBreakingOff, is_uncertain_only_of_what_was_handed_over) {
  SmtpMailer mailer;
  const auto fate = [&](const std::string& ends_after) {
    const BreakingServer server(ends_after);
    return mailer.connect(at(server.port()))->send(mail("mia@post.example")).fate;
  };
  EXPECT_EQ(fate("EHLO"), MailFate::unreachable);
  EXPECT_EQ(fate("MAIL FROM"), MailFate::later);
  EXPECT_EQ(fate("RCPT TO"), MailFate::later);
  EXPECT_EQ(fate("DATA\r\n"), MailFate::later);
  EXPECT_EQ(fate("\r\n.\r\n"), MailFate::uncertain);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
