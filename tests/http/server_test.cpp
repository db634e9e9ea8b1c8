#include "http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "http/memory.hpp"
#include "http/probe.hpp"
#include "http/router.hpp"
#include "nobody.hpp"
#include "raw_client.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string host = "Host: localhost\r\n";

std::string get(std::string_view path, std::string_view headers = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + host + std::string(headers) + "\r\n";
}
std::string post(std::string_view path, std::string_view headers = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\n" + host + std::string(headers) +
         "Content-Length: 4\r\n\r\nbody";
}

class Serving : public OnLoopback {};

TEST_F(Serving, AnswersOneRequestAfterAnother) {
  start();
  RawClient client = connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get("/ping"));
    const std::string said = client.read_answer();
    EXPECT_EQ(status(said), 200U);
    EXPECT_TRUE(said.ends_with("\r\n\r\npong"));
    // RFC 9110, 5.6.7: always in this form, whatever the locale
    EXPECT_THAT(
        said,
        testing::ContainsRegex(
            "\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT\r\n"));
  }
  client.send(get("/ping", "Connection: close\r\n"));
  EXPECT_THAT(client.read_all(), HasSubstr("Connection: close\r\n"));
}

TEST_F(Serving, TellsHeadHowLongTheBodyWouldBe) {
  start();
  RawClient client = connect();
  client.send("HEAD /ping HTTP/1.1\r\n" + host + "\r\n");
  const std::string said = client.read_answer(false);
  EXPECT_THAT(said, HasSubstr("Content-Length: 4\r\n"));
  client.send(get("/ping"));
  EXPECT_TRUE(client.read_answer().ends_with("pong"));
}

TEST_F(Serving, SaysTheSecurityHeadersEveryTime) {
  start();
  for (const auto& said : {say(get("/ping")), say(get("/throw")), say("GET / HTTP/1.1\r\n\r\n")}) {
    EXPECT_THAT(said, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
    EXPECT_THAT(said, HasSubstr("Referrer-Policy: no-referrer\r\n"));
    EXPECT_THAT(said, HasSubstr("Cross-Origin-Opener-Policy: same-origin\r\n"));
    EXPECT_THAT(said, HasSubstr("Cross-Origin-Resource-Policy: same-origin\r\n"));
    EXPECT_THAT(said, HasSubstr("Permissions-Policy: "));
    EXPECT_THAT(said, HasSubstr("Cache-Control: no-store\r\n"));
    EXPECT_THAT(
        said,
        HasSubstr("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app-sw\r\n"));
    EXPECT_THAT(said, Not(HasSubstr("Strict-Transport-Security")));
    EXPECT_THAT(said, Not(HasSubstr("unsafe")));
  }
}

TEST_F(Serving, LetsPagesPlayARecordingOfTheMachineWhereThatIsSaidAndNoOther) {
  const auto policy = [&] {
    const std::string said = converse(options, std::vector<std::string>{get("/ping")});
    const auto at = said.find("Content-Security-Policy: ");
    return said.substr(at, said.find("\r\n", at) - at);
  };
  EXPECT_THAT(policy(), Not(HasSubstr("media-src")));  // default-src 'none'
  options.listeners[0].plays_local_media = true;
  EXPECT_THAT(policy(), HasSubstr("; media-src blob:; connect-src 'self';"));
}

TEST_F(Serving, GivesEachAnswerANonceOfItsOwn) {
  options.listeners[0].handler = [](Request& request) { return json(request.csp_nonce); };
  const std::string said = converse(options, std::vector<std::string>{get("/1") + get("/2")});
  EXPECT_THAT(said, HasSubstr("script-src 'self' 'nonce-nonce1'; style-src 'self' 'nonce-nonce1'"));
  EXPECT_THAT(said, HasSubstr("\r\n\r\nnonce1"));
  EXPECT_THAT(said, HasSubstr("'nonce-nonce2'"));
}

TEST_F(Serving, KeepsWhatOptsIn) {
  options.listeners[0].handler = [](Request&) {
    Response response = json("asset");
    response.cache = Cache::immutable;
    response.etag = "\"abc\"";
    return response;
  };
  start();
  EXPECT_THAT(say(get("/")),
              HasSubstr("Cache-Control: public, max-age=31536000, immutable\r\nETag: \"abc\"\r\n"));
  for (const char* tag : {"\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\"", "\"x\" , W/\"abc\" "}) {
    const std::string said = say(get("/", "If-None-Match: " + std::string(tag) + "\r\n"));
    EXPECT_EQ(status(said), 304U) << tag;
    EXPECT_TRUE(said.ends_with("\r\n\r\n"));
    EXPECT_THAT(said, Not(HasSubstr("Content-Length")));
  }
  EXPECT_EQ(status(say(get("/", "If-None-Match: \"ab\"\r\n"))), 200U);
  EXPECT_EQ(status(say(post("/", "If-None-Match: \"abc\"\r\n"))), 200U);
}

TEST_F(Serving, BelievesTrustedProxiesOnly) {
  options.listeners[0].handler = [](Request& request) {
    return json(request.remote + (request.tls ? " tls" : " plain"));
  };
  const std::string forwarded =
      "X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.1.2.3\r\nX-Forwarded-Proto: https\r\n";
  const auto told = [&] {
    const std::string said = converse(options, std::vector<std::string>{get("/", forwarded)});
    return said.substr(said.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(told(), "127.0.0.1 plain");
  options.listeners[0].trusted_proxies = {"127.0.0.0/8"};
  EXPECT_EQ(told(), "10.1.2.3 tls");
  options.listeners[0].trusted_proxies = {"127.0.0.1", "10.0.0.0/9"};
  EXPECT_EQ(told(), "198.51.100.7 tls");
  options.listeners[0].trusted_proxies = {"127.0.0.1", "10.128.0.0/9"};
  EXPECT_EQ(told(), "10.1.2.3 tls");
  options.listeners[0].trusted_proxies = {"::1"};
  EXPECT_EQ(told(), "127.0.0.1 plain");
}

TEST_F(Serving, TakesTheHostsAndOriginsItIsGiven) {
  options.listeners[0].hosts = {"practice.example", "other.example:8443"};
  options.listeners[0].origins = {"https://portal.example"};
  const auto said = [&](std::string_view name, std::string_view headers) {
    return status(converse(options, std::vector<std::string>{"POST / HTTP/1.1\r\nHost: " + std::string(name) +
                                                             "\r\n" + std::string(headers) + "\r\n"}));
  };
  EXPECT_EQ(said("Practice.Example:1", ""), 200U);
  EXPECT_EQ(said("other.example:8443", ""), 200U);
  EXPECT_EQ(said("other.example", ""), 421U);
  EXPECT_EQ(said("localhost", ""), 421U);
  EXPECT_EQ(said("practice.example", "Origin: https://portal.example\r\nSec-Fetch-Site: cross-site\r\n"),
            200U);
  EXPECT_EQ(said("practice.example", "Origin: http://portal.example\r\n"), 403U);
}

TEST_F(Serving, LogsPatternsAndNothingOfTheRequest) {
  std::mutex mutex;
  std::vector<std::string> lines;
  options.log = [&](const LogEntry& entry) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::string(entry.listener) + ' ' + std::string(entry.method) + ' ' +
                    std::string(entry.route) + ' ' + std::to_string(entry.status) + ' ' +
                    std::string(entry.fault));
    EXPECT_GE(entry.microseconds, 0);
  };
  static constexpr Route routes[] = {
      {Method::get,
       "/courses/{course}",
       service::Permission::anyone,
       "",
       {"", nullptr, nullptr, [](Visit&) -> Route::Answer { throw std::logic_error("canary"); }}}};
  EmptyPractice empty;
  const Router router(routes, empty.desk, "session");
  options.listeners[0].handler = router;
  static_cast<void>(
      converse(options, std::vector<std::string>{get("/courses/" + std::string(32, 'a') + "?q=canary") +
                                                 get("/canary") + "CANARY / HTTP/1.1\r\n\r\n"}));
  EXPECT_THAT(lines, testing::ElementsAre("test GET /courses/{course} 500 St11logic_error", "test GET  404 ",
                                          "test   501 "));
}

TEST_F(Serving, SendsAStreamPieceByPiece) {
  std::atomic<int> pieces{0};
  options.listeners[0].handler = [&](Request&) {
    Response response;
    response.content_type = "text/event-stream";
    response.stream = [&]() -> StreamPart {
      ++pieces;
      if (pieces == 2) return {"", false, 1ms};
      return {server_sent_event("n", std::to_string(pieces)), pieces == 4, 1ms};
    };
    return response;
  };
  start();
  const std::string said = say(get("/"));
  EXPECT_THAT(said, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_TRUE(
      said.ends_with("\r\n\r\n12\r\nevent: n\ndata: 1\n\n\r\n12\r\nevent: n\ndata: 3\n\n\r\n"
                     "12\r\nevent: n\ndata: 4\n\n\r\n0\r\n\r\n"))
      << said;
}

TEST_F(Serving, ManyStreamsHoldNoWorker) {
  options.workers = 1;
  options.listeners[0].handler = [](Request& request) {
    Response response = json("pong");
    if (request.path == "/stream") response.stream = [] { return StreamPart{"x", false, 10s}; };
    return response;
  };
  start();
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    clients.back().send(get("/stream"));
    ASSERT_TRUE(clients.back().wait_for("1\r\nx\r\n"));
  }
  EXPECT_THAT(say(get("/ping")), HasSubstr("pong"));
  EXPECT_TRUE(server->stop(10s));
  EXPECT_TRUE(clients.front().read_all().ends_with("0\r\n\r\n"));
}

TEST_F(Serving, SaysWhenThereIsTooMuchToDo) {
  options.workers = 1;
  options.queue = 1;
  start();
  RawClient running = connect();
  running.send(get("/wait"));
  gate.await(1);
  RawClient second = connect();
  RawClient third = connect();
  second.send(get("/ping"));
  third.send(get("/ping"));
  // One of them waits for the worker, the other is told.
  std::string told;
  timeval patience{0, 1000};
  for (RawClient* client = &second; told.empty(); client = client == &second ? &third : &second) {
    setsockopt(client->descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    told = client->read_answer();
  }
  EXPECT_EQ(status(told), 503U);
  EXPECT_THAT(told, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(told, Not(HasSubstr("Connection: close")));
  gate.open();
  EXPECT_EQ(status(running.read_answer()), 200U);
}

TEST_F(Serving, FinishesWhatIsRunningWhenItStops) {
  start();
  RawClient idle = connect();
  idle.send(get("/ping"));
  static_cast<void>(idle.read_answer());
  RawClient half = connect();
  half.send("GET /ping HTTP/1.1\r\n");
  RawClient running = connect();
  running.send(get("/wait"));
  gate.await(1);
  std::thread stopper([&] { EXPECT_TRUE(server->stop(20s)); });
  EXPECT_TRUE(idle.is_closed());
  half.send(host + "\r\n");
  EXPECT_THAT(half.read_all(), HasSubstr("pong"));
  gate.open();
  const std::string said = running.read_all();
  EXPECT_EQ(status(said), 200U);
  EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
  stopper.join();
  EXPECT_FALSE(connect().connected());
  EXPECT_EQ(server->open_connections(), 0U);
  EXPECT_TRUE(server->stop(0ms));
}

TEST_F(Serving, CutsWhatDoesNotEndAndSaysSo) {
  start();
  RawClient half = connect();
  half.send("GET /ping HTTP/1.1\r\n");
  while (server->open_connections() == 0) usleep(1000);
  usleep(50'000);  // so that the first line has come; if not, the connection is idle and the next line fails
  EXPECT_FALSE(server->stop(10ms));
  EXPECT_EQ(half.read_all(), "");
}

TEST_F(Serving, LosesNothingThatWasAcknowledged) {
  std::atomic<int> done{0};
  options.io_threads = 2;
  options.listeners[0].handler = [&](Request&) {
    ++done;
    return json("done");
  };
  start();
  std::atomic<int> acknowledged{0};
  std::atomic<int> unanswered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (true) {
        RawClient client = connect();
        if (!client.connected()) return;
        while (client.send(post("/"))) {
          const std::string said = client.read_answer();
          if (!said.ends_with("done")) {
            if (!said.empty()) ++unanswered;  // an answer cut in two
            break;
          }
          ++acknowledged;
        }
      }
    });
  }
  while (acknowledged < 200) usleep(1000);
  EXPECT_TRUE(server->stop(20s));
  for (auto& client : clients) client.join();
  EXPECT_EQ(unanswered, 0);
  // Every handler that ran was answered: an idle connection is closed only where nothing has come.
  EXPECT_EQ(done, acknowledged);
}

TEST_F(Serving, ServesManyAtOnce) {
  options.io_threads = 2;
  std::atomic<int> logged{0};
  options.log = [&](const LogEntry&) { ++logged; };
  start();
  constexpr int each = 200;
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      RawClient client = connect();
      for (int n = 0; n < each; ++n) {
        const std::string path = "/" + std::to_string(i) + "/" + std::to_string(n);
        client.send(n % 2 == 0 ? get(path) : post(path));
        if (client.read_answer().find(path + ' ') != std::string::npos) ++right;
      }
      static_cast<void>(say(std::string(static_cast<std::size_t>(i) + 1, '\x16')));
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(right, 8 * each);
  EXPECT_TRUE(server->stop(20s));
  EXPECT_EQ(logged, 8 * each + 8);
}

TEST_F(Serving, LimitsTheRequestsOfAConnection) {
  limits().requests_per_connection = 2;
  start();
  EXPECT_EQ(answers(say(get("/1") + get("/2") + get("/3"))), 2U);
}

TEST_F(Serving, LetsNobodyButProxiesInWhereItIsTold) {
  options.listeners[0].proxies_only = true;
  options.listeners[0].trusted_proxies = {"10.0.0.1"};
  start();
  RawClient stranger(server->port("test"));
  stranger.send(get("/ping"));
  EXPECT_EQ(stranger.read_all(), "");
  options.listeners[0].trusted_proxies = {"127.0.0.1"};
  start();
  EXPECT_EQ(status(say(get("/ping"))), 200U);
}

TEST_F(Serving, AnswersOverIpv6) {
  options.listeners[0].address = "::1";
  start();
  RawClient client(server->port("test"), AF_INET6);
  client.send("GET /ping HTTP/1.1\r\nHost: [::1]\r\n\r\n");
  EXPECT_TRUE(client.read_answer().ends_with("pong"));
}

TEST_F(Serving, SeparatesItsListeners) {
  options.listeners.push_back(options.listeners[0]);
  options.listeners[1].name = "portal";
  options.listeners[1].limits.body_bytes = 2;
  options.listeners[1].handler = [](Request& request) { return json(request.listener); };
  bool ready = false;
  options.ready = [&] { ready = true; };
  start();
  EXPECT_TRUE(ready);
  EXPECT_NE(server->port("test"), server->port("portal"));
  EXPECT_EQ(server->port("none"), 0);
  RawClient client(server->port("portal"));
  client.send(get("/ping"));
  EXPECT_TRUE(client.read_answer().ends_with("portal"));
  client.send(post("/"));
  EXPECT_EQ(status(client.read_answer()), 413U);
}

TEST_F(Serving, SaysWhyItCannotListen) {
  start();
  ServerOptions second = options;
  second.listeners[0].port = server->port("test");
  const auto taken = Server(second).start();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, "http.listen");
  second.listeners[0].address = "localhost";
  EXPECT_EQ(Server(second).start().error().code, "http.listen");
  second.listeners[0].address = "127.0.0.1";
  second.listeners[0].hosts = {"a b"};
  EXPECT_EQ(Server(second).start().error().code, "http.listener");
  second.listeners[0].hosts = {};
  second.listeners[0].trusted_proxies = {"10.0.0.0/33"};
  EXPECT_EQ(Server(second).start().error().code, "http.listener");
  second.listeners[0].trusted_proxies = {};
  second.listeners[0].origins = {"https://practice.example/"};
  EXPECT_EQ(Server(second).start().error().code, "http.listener");
  second.listeners[0].handler = nullptr;
  EXPECT_THROW(Server(second).start(), std::invalid_argument);
}

/// A certificate for localhost that signs itself.
Tls self_signed() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_EXTENSION* const name = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
  X509_add_ext(certificate, name, -1);
  X509_EXTENSION_free(name);
  X509_sign(certificate, key, EVP_sha256());
  BIO* pem = BIO_new(BIO_s_mem());
  const auto text = [pem] {
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(pem, &bytes));
    std::string copy(bytes, size);
    static_cast<void>(BIO_reset(pem));
    return copy;
  };
  Tls tls;
  PEM_write_bio_X509(pem, certificate);
  tls.certificate_chain = text();
  PEM_write_bio_PrivateKey(pem, key, nullptr, nullptr, 0, nullptr, nullptr);
  tls.key = Private<std::string>(text());
  BIO_free(pem);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return tls;
}

/// What is said over TLS; empty where no connection comes about.
std::string say_over_tls(std::uint16_t port, std::string_view bytes, int newest = 0) {
  const RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  if (newest != 0) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, newest);
  }
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, client.descriptor());
  std::string said;
  if (SSL_connect(ssl) == 1 && SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) > 0) {
    char buffer[4096];
    for (int came = SSL_read(ssl, buffer, sizeof buffer); came > 0;
         came = SSL_read(ssl, buffer, sizeof buffer))
      said.append(buffer, static_cast<std::size_t>(came));
  }
  SSL_shutdown(ssl);
  SSL_free(ssl);
  SSL_CTX_free(context);
  return said;
}

TEST_F(Serving, SpeaksTls) {
  options.listeners[0].tls = self_signed();
  options.listeners[0].handler = [](Request& request) {
    Response response = json(request.tls ? "tls" : "plain");
    response.set_cookie({"session", "x", {}}, request);
    return response;
  };
  start();
  for (const int version : {0, TLS1_2_VERSION}) {
    const std::string said = say_over_tls(server->port("test"), get("/", "Connection: close\r\n"), version);
    EXPECT_TRUE(said.ends_with("tls")) << said;
    EXPECT_THAT(said, HasSubstr("Strict-Transport-Security: max-age="));
    EXPECT_THAT(said,
                HasSubstr("Set-Cookie: __Host-session=x; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"));
  }
  EXPECT_EQ(say_over_tls(server->port("test"), get("/"), TLS1_1_VERSION), "");
  RawClient plain = connect();
  plain.send(get("/"));
  EXPECT_THAT(plain.read_all(), Not(HasSubstr("200 OK")));
  EXPECT_TRUE(server->stop(10s));
}

TEST_F(Serving, IsFoundByAProbeWhereItIsAPortalAndSafe) {
  options.listeners[0].tls = self_signed();
  options.listeners[0].handler = [](Request& request) {
    return request.path == "/api/v1/health" ? json(R"({"status":"ok"})")
                                            : to_response(Problem{404, "http.not_found", "", ""});
  };
  start();
  const std::string url = "https://localhost:" + std::to_string(server->port("test"));
  const auto code = [&] {
    const auto reached = probe_portal(url);
    return reached ? std::string("reached") : reached.error().code;
  };
  EXPECT_EQ(code(), "probe.certificate") << "nobody trusts it";
  const std::string trusted = testing::TempDir() + "/probe-" + std::to_string(getpid()) + ".pem";
  std::ofstream(trusted) << options.listeners[0].tls->certificate_chain;
  setenv("SSL_CERT_FILE", trusted.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): nobody else reads it now
  EXPECT_EQ(code(), "reached");
  options.listeners[0].handler = [](Request&) { return json(R"({"status":"ok"})"); };
  start();
  EXPECT_EQ(probe_portal("https://localhost:" + std::to_string(server->port("test"))).error().code,
            "probe.workbench");
  unsetenv("SSL_CERT_FILE");  // NOLINT(concurrency-mt-unsafe): nobody else reads it now
  std::remove(trusted.c_str());
  EXPECT_EQ(probe_portal("https://localhost:1").error().code, "probe.connect");
  EXPECT_EQ(probe_portal("https://nowhere.invalid").error().code, "probe.name");
  EXPECT_EQ(probe_portal("http://localhost").error().code, "probe.url");
}

TEST_F(Serving, RefusesACertificateThatIsNone) {
  options.listeners[0].tls = self_signed();
  options.listeners[0].tls->key = self_signed().key;
  EXPECT_EQ(Server(options).start().error().code, "http.key");
  options.listeners[0].tls->certificate_chain = "x";
  EXPECT_EQ(Server(options).start().error().code, "http.certificate");
}

TEST_F(Serving, CutsATlsHandshakeThatDoesNotCome) {
  options.listeners[0].tls = self_signed();
  limits().head = 100ms;
  start();
  RawClient silent = connect();
  EXPECT_TRUE(silent.is_closed());
}

TEST(Conversation, DoesNotDependOnHowTheBytesCome) {
  ServerOptions options;
  options.nonce = [] { return std::string("n"); };
  options.listeners.resize(1);
  options.listeners[0].handler = [](Request& request) { return json(request.body); };
  const std::string all = post("/") + get("/2") + "POST / HTTP/1.1\r\n" + host +
                          "Transfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nT: t\r\n\r\n" + get("/%00");
  const std::string whole = converse(options, std::vector<std::string>{all});
  std::vector<std::string> bytes;
  for (const char c : all) bytes.emplace_back(1, c);
  EXPECT_EQ(converse(options, bytes), whole);
  EXPECT_EQ(answers(whole), 4U);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
