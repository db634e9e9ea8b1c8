// What is malformed, smuggled, slow or too large, said over raw sockets to a server on loopback.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "raw_client.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const std::string host = "Host: localhost\r\n";

class Hostile : public OnLoopback {
 protected:
  /// The server refuses, says so in one answer and closes, whether or not the client does.
  void expect_refused(std::string_view bytes, unsigned expected) const {
    RawClient client = connect();
    client.send(bytes);
    const std::string said = client.read_all();
    EXPECT_EQ(status(said), expected) << bytes.substr(0, 200) << "\n-> " << said;
    EXPECT_EQ(answers(said), 1U) << bytes.substr(0, 200);
    EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(said, HasSubstr("Content-Security-Policy: "));
    EXPECT_THAT(said, HasSubstr("application/problem+json"));
  }
  void expect_still_answers() const {
    EXPECT_THAT(say("GET /ping HTTP/1.1\r\n" + host + "\r\n"), HasSubstr("pong"));
  }
};

std::string post(std::string_view headers, std::string_view body) {
  return "POST /echo HTTP/1.1\r\n" + host + std::string(headers) + "\r\n" + std::string(body);
}

TEST_F(Hostile, TwoWaysToSayHowLongTheBodyIs) {
  start();
  expect_refused(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400);
  expect_refused(post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400);
  expect_refused(post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400);
  expect_refused(post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400);
  expect_refused(post("Content-Length: 5, 6\r\n", "hello!"), 400);
  expect_refused(post("Content-Length: 5, 5\r\n", "hello"), 400);
  expect_still_answers();
}

TEST_F(Hostile, LengthsThatAreNone) {
  start();
  for (const char* length : {"", "-1", "+5", "5x", "0x5", "5 5", "18446744073709551616", "5;"})
    expect_refused(post(std::string("Content-Length: ") + length + "\r\n", "hello"), 400);
}

TEST_F(Hostile, OtherTransferCodings) {
  start();
  for (const char* coding :
       {"gzip", "gzip, chunked", "chunked, gzip", "identity", "chunked;q=1", "xchunked", "x"})
    expect_refused(post(std::string("Transfer-Encoding: ") + coding + "\r\n", "0\r\n\r\n"), 501);
  expect_refused(post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 501);
  expect_refused(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400);
  expect_refused("POST / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
}

TEST_F(Hostile, HostHeaders) {
  start();
  expect_refused("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.0\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400);
  for (const char* name : {"", "local host", "localhost:99999", "localhost:", "localhost:x", "a@localhost",
                           "localhost/", "[::1", "[x]", "localhost,evil", "loc%61lhost"})
    expect_refused(std::string("GET / HTTP/1.1\r\nHost: ") + name + "\r\n\r\n", 400);
  for (const char* name :
       {"evil.example", "localhost.evil.example", "localhost.", "127.0.0.2", "[::2]", "192.168.0.1"})
    expect_refused(std::string("GET / HTTP/1.1\r\nHost: ") + name + "\r\n\r\n", 421);
  for (const char* name : {"localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:1"})
    EXPECT_EQ(status(say(std::string("GET / HTTP/1.1\r\nHost: ") + name + "\r\n\r\n")), 200U) << name;
}

TEST_F(Hostile, Sizes) {
  start();
  const std::string much(std::size_t{1} << 20, 'a');
  expect_refused("GET / HTTP/1.1\r\n" + host + "X: " + much + "\r\n\r\n", 431);
  expect_refused("GET /" + much + " HTTP/1.1\r\n" + host + "\r\n", 414);
  expect_refused(much, 414);
  expect_refused(post("Content-Length: 2097152\r\n", much + much), 413);
  expect_refused(post("Content-Length: 1048577\r\n", ""), 413);
  expect_refused(post("Transfer-Encoding: chunked\r\n", "200000\r\n" + much + much + "\r\n0\r\n\r\n"), 413);
  expect_refused(
      post("Transfer-Encoding: chunked\r\n", "80000\r\n" + much.substr(0, 0x80000) + "\r\n80001\r\n" +
                                                 much.substr(0, 0x80001) + "\r\n0\r\n\r\n"),
      413);
  const std::string said = say(post("Content-Length: 1048576\r\n", much));
  EXPECT_EQ(status(said), 200U);
  EXPECT_GT(said.size(), much.size());
  expect_still_answers();
}

TEST_F(Hostile, TenThousandTinyHeaders) {
  start();
  std::string headers;
  for (int i = 0; i < 10'000; ++i) headers += "a:\r\n";
  expect_refused("GET / HTTP/1.1\r\n" + host + headers + "\r\n", 431);
}

TEST_F(Hostile, AHeadThatComesSlowlyIsCut) {
  limits().head = 300ms;
  start();
  RawClient client = connect();
  std::string left = "GET /ping HTTP/1.1\r\n" + host + "X: ";
  left += std::string(10'000, 'x');
  std::size_t sent = 0;
  while (sent < left.size() && client.send(left.substr(sent, 1))) {
    ++sent;
    usleep(20'000);
  }
  EXPECT_LT(sent, left.size());
  EXPECT_EQ(client.read_all(), "");
  expect_still_answers();
}

TEST_F(Hostile, ABodyThatComesSlowlyIsCut) {
  limits().body = 300ms;
  start();
  RawClient client = connect();
  client.send(post("Content-Length: 10000\r\n", ""));
  std::size_t sent = 0;
  while (sent < 10'000 && client.send("x")) {
    ++sent;
    usleep(20'000);
  }
  EXPECT_LT(sent, 10'000U);
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(Hostile, AnIdleConnectionIsCut) {
  limits().idle = 100ms;
  start();
  RawClient silent = connect();
  EXPECT_TRUE(silent.is_closed());
  RawClient client = connect();
  client.send("GET /ping HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(status(client.read_answer()), 200U);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(Hostile, AClientThatDoesNotReadIsCut) {
  limits().write = 200ms;
  options.listeners[0].handler = [](Request&) {
    Response response;
    response.stream = [] { return StreamPart{std::string(15'000, 'a'), false, 0ms}; };
    return response;
  };
  start();
  RawClient client = connect();
  client.send("GET /much HTTP/1.1\r\n" + host + "\r\n");
  while (server->open_connections() == 0) usleep(1000);
  while (server->open_connections() > 0) usleep(10'000);  // or the test's own time is up
  SUCCEED();
}

TEST_F(Hostile, PingIsAnsweredWhileSeventyConnectionsAreIdle) {
  start();
  std::vector<RawClient> idle;
  for (int i = 0; i < 70; ++i) {
    idle.push_back(connect());
    idle.back().send("GET /ping HTTP/1.1\r\n" + host + "\r\n");
    ASSERT_EQ(status(idle.back().read_answer()), 200U) << i;
  }
  expect_still_answers();
  idle.front().send("GET /ping HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(status(idle.front().read_answer()), 200U);
}

TEST_F(Hostile, LineEndings) {
  start();
  expect_refused("GET / HTTP/1.1\nHost: localhost\n\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: localhost\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\nHost: localhost\r\n\n", 400);
  expect_refused("\r\nGET / HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused(" GET / HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n X: a\r\n" + host + "\r\n", 400);
  expect_refused("GET / HTTP/1.1\r\n" + host + "\tX: a\r\n\r\n", 400);
}

TEST_F(Hostile, ControlCharacters) {
  start();
  for (const char c : {'\0', '\x01', '\x08', '\x0b', '\x0c', '\x1b', '\x7f'}) {
    expect_refused("GET / HTTP/1.1\r\n" + host + "X: a" + c + "b\r\n\r\n", 400);
    expect_refused("GET / HTTP/1.1\r\n" + host + "X" + c + ": b\r\n\r\n", 400);
    expect_refused(std::string("GET /") + c + " HTTP/1.1\r\n" + host + "\r\n", 400);
  }
}

TEST_F(Hostile, HeaderNames) {
  start();
  for (const char* line : {": x", "a b: x", "a", "(a): x", "a\xc3\xa9: x", "\"a\": x"})
    expect_refused("GET / HTTP/1.1\r\n" + host + line + "\r\n\r\n", 400);
  for (const char* line :
       {"Origin: http://localhost\r\nOrigin: http://evil.example", "Content-Type: a/b\r\nContent-Type: c/d",
        "Authorization: a\r\nauthorization: b", "X-Forwarded-Proto: http\r\nX-Forwarded-Proto: https"})
    expect_refused("GET / HTTP/1.1\r\n" + host + line + "\r\n\r\n", 400);
}

TEST_F(Hostile, RequestLines) {
  start();
  for (const char* line : {"GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET / http/1.1",
                           "GET / HTTP/1", "GET /\tHTTP/1.1", "G\xc3\xa9T / HTTP/1.1", "GET / HTTP/1.1 x",
                           "GET / / HTTP/1.1", "(GET) / HTTP/1.1", "\x16\x03\x01", "GET\t/ HTTP/1.1"}) {
    RawClient client = connect();
    client.send(std::string(line) + "\r\n" + host + "\r\n");
    const std::string said = client.read_all();
    EXPECT_THAT(status(said), testing::AnyOf(400U, 505U)) << line << " -> " << said;
  }
  expect_refused("GET / HTTP/2.0\r\n" + host + "\r\n", 505);
  expect_refused("GET / HTTP/1.2\r\n" + host + "\r\n", 505);
  expect_refused("GET / HTTP/0.9\r\n" + host + "\r\n", 505);
}

TEST_F(Hostile, OtherProtocols) {
  start();
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
  const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
  expect_refused(std::string_view(hello, sizeof hello - 1), 400);
  expect_refused("SSH-2.0-OpenSSH_9.2\r\n\r\n", 400);
  // Without Host there is no HTTP/0.9 here: the line ends nothing, and the half-closed client is let go.
  EXPECT_EQ(say("GET /\r\n"), "");
  EXPECT_THAT(say("GET /\r\n\r\n"), HasSubstr("HTTP/1.1 400"));
  // An upgrade is not taken up.
  const std::string said =
      say("GET /ping HTTP/1.1\r\n" + host + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n");
  EXPECT_EQ(status(said), 200U);
}

TEST_F(Hostile, Methods) {
  start();
  expect_refused("CONNECT localhost:443 HTTP/1.1\r\n" + host + "\r\n", 405);
  expect_refused("TRACE / HTTP/1.1\r\n" + host + "\r\n", 405);
  expect_refused("BREW / HTTP/1.1\r\n" + host + "\r\n", 501);
  expect_refused("get / HTTP/1.1\r\n" + host + "\r\n", 501);
  expect_refused("OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 400);
}

TEST_F(Hostile, Targets) {
  start();
  expect_refused("GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused("GET http://localhost@evil.example/ HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421);
  expect_refused("GET ftp://localhost/ HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused("GET localhost HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused("GET //evil.example/ HTTP/1.1\r\n" + host + "\r\n", 400);
  EXPECT_THAT(say("GET http://LOCALHOST/a?b HTTP/1.1\r\n" + host + "\r\n"), HasSubstr("GET /a "));
  EXPECT_THAT(say("GET http://localhost HTTP/1.1\r\n" + host + "\r\n"), HasSubstr("GET / "));
}

TEST_F(Hostile, Paths) {
  start();
  for (const char* path :
       {"/%00",       "/a%2f..%2fb",    "/..",       "/../etc/passwd", "/a/%2e%2e/b",   "/%2e%2e%2f",
        "/./",        "/%c0%ae%c0%ae/", "/%c0%af",   "/%e0%80%af",     "/%f0%80%80%af", "/%ff",
        "/%",         "/%g0",           "/a%0d%0ab", "/a\\..\\b",      "/a%5c",         "/a?b=%00",
        "/a?b=1&b=2", "/a?b=%c0%80",    "/a#b"})
    expect_refused(std::string("GET ") + path + " HTTP/1.1\r\n" + host + "\r\n", 400);
}

TEST_F(Hostile, Chunks) {
  start();
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  for (const char* body : {"x\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "+5\r\nhello\r\n0\r\n\r\n",
                           "0x5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
                           "5\r\nhello0\r\n\r\n", "5\r\nhelloxx0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
                           "5;a=\"b\r\nhello\r\n0\r\n\r\n", "5;a=\"b\r\nhello\"\r\n0\r\n\r\n", "0\r\n\n",
                           "0\r\nX\r\n\r\n", "0\r\n X: y\r\n\r\n", "5;a=\001\r\nhello\r\n0\r\n\r\n",
                           "5 x\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\na b: c\r\n\r\n"})
    expect_refused(post(chunked, body), 400);
  for (const char* size : {"fffffffffffffff", "80000000", "100001"})
    expect_refused(post(chunked, std::string(size) + "\r\nhello"), 413);
  expect_refused(post(chunked, "1000000000000005\r\nhello\r\n0\r\n\r\n"), 400);
  const std::string extension(2000, 'e');
  expect_refused(post(chunked, "1;" + extension + "\r\na\r\n0\r\n\r\n"), 400);
  std::string many;
  for (int i = 0; i < 1100; ++i) many += "1;e\r\na\r\n";
  expect_refused(post(chunked, many + "0\r\n\r\n"), 400);
  expect_refused(post(chunked, "5;" + std::string(100'000, 'e')), 400);
  expect_refused(post(chunked, "0\r\nX: " + std::string(100'000, 'e')), 431);
  EXPECT_THAT(say(post(chunked, "5;a=\"b\\\"\";c\r\nhello\r\n0001\r\n!\r\n0\r\n\r\n")),
              HasSubstr("POST /echo hello!"));
}

TEST_F(Hostile, TrailersAreNoHeaders) {
  options.listeners[0].handler = [](Request& request) {
    return json(std::string(request.header("x-role").value_or("none")) + " " +
                std::string(request.cookie("s").value_or("none")));
  };
  start();
  const std::string said =
      say(post("Transfer-Encoding: chunked\r\n",
               "1\r\na\r\n0\r\nX-Role: admin\r\nContent-Length: 9\r\nCookie: s=t\r\n\r\n"));
  EXPECT_EQ(status(said), 200U);
  EXPECT_THAT(said, HasSubstr("none none"));
}

TEST_F(Hostile, PipelinedRequestsAreAnsweredInOrder) {
  start();
  const std::string said = say("GET /1 HTTP/1.1\r\n" + host + "\r\n" + post("Content-Length: 2\r\n", "hi") +
                               post("Transfer-Encoding: chunked\r\n", "2\r\nho\r\n0\r\n\r\n") +
                               "GET /4 HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(answers(said), 4U);
  const auto first = said.find("GET /1");
  const auto second = said.find("POST /echo hi");
  const auto third = said.find("POST /echo ho");
  const auto fourth = said.find("GET /4");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_LT(third, fourth);
  ASSERT_NE(fourth, std::string::npos);
}

TEST_F(Hostile, NothingIsTakenAfterARefusedRequest) {
  start();
  expect_refused("GET /%00 HTTP/1.1\r\n" + host + "\r\nGET /ping HTTP/1.1\r\n" + host + "\r\n", 400);
  expect_refused(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                      "0\r\n\r\nGET /ping HTTP/1.1\r\n" + host + "\r\n"),
                 400);
}

TEST_F(Hostile, ExpectContinue) {
  start();
  RawClient client = connect();
  client.send(post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""));
  ASSERT_TRUE(client.wait_for("HTTP/1.1 100 Continue\r\n\r\n"));
  EXPECT_THAT(client.read_answer(), HasSubstr("100 Continue"));
  client.send("hello");
  EXPECT_THAT(client.read_answer(), HasSubstr("POST /echo hello"));
  expect_refused(post("Expect: 100-continue\r\nContent-Length: 5000000\r\n", ""), 413);
  expect_refused(post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello"), 417);
}

TEST_F(Hostile, OldClients) {
  start();
  RawClient client = connect();
  client.send("GET /ping HTTP/1.0\r\n" + host + "Connection: keep-alive\r\n\r\n");
  const std::string said = client.read_all();
  EXPECT_EQ(status(said), 200U);
  EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
}

TEST_F(Hostile, HalfClosedSockets) {
  start();
  EXPECT_THAT(say("GET /ping HTTP/1.1\r\n" + host + "\r\n"), HasSubstr("pong"));
  EXPECT_EQ(say(""), "");
  EXPECT_EQ(say("GET /ping HTTP/1.1\r\nHost"), "");
  EXPECT_EQ(say(post("Content-Length: 5\r\n", "hel")), "");
  EXPECT_EQ(say(post("Transfer-Encoding: chunked\r\n", "5\r\nhel")), "");
  expect_still_answers();
}

TEST_F(Hostile, ForeignPages) {
  start();
  const auto from = [](std::string_view headers) {
    return post(std::string(headers) + "Content-Length: 0\r\n", "");
  };
  for (const char* headers :
       {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: https://localhost\r\n",
        "Origin: http://localhost:81\r\n", "Origin: http://localhost.evil.example\r\n", "Origin: \r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Sec-Fetch-Site: x\r\n",
        "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n"})
    expect_refused(from(headers), 403);
  for (const char* headers :
       {"", "Origin: http://localhost\r\n", "Sec-Fetch-Site: same-origin\r\n", "Sec-Fetch-Site: none\r\n"})
    EXPECT_EQ(status(say(from(headers))), 200U) << headers;
  EXPECT_EQ(status(say("GET / HTTP/1.1\r\n" + host +
                       "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n")),
            200U);
}

TEST_F(Hostile, ABugSaysNothing) {
  start();
  const std::string said = say("GET /throw HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(status(said), 500U);
  EXPECT_THAT(said, Not(HasSubstr("secret")));
  expect_still_answers();
}

TEST_F(Hostile, AHeaderCannotBeSplit) {
  options.listeners[0].handler = [](Request& request) {
    Response response = json("body");
    response.headers.emplace_back("X-Said", std::string(request.query_value("x").value_or("")));
    return response;
  };
  start();
  const std::string said = say("GET /?x=a%0aSet-Cookie:b=c HTTP/1.1\r\n" + host + "\r\n");
  EXPECT_EQ(status(said), 500U);
  EXPECT_THAT(said, Not(HasSubstr("Set-Cookie")));
}

TEST_F(Hostile, ManyConnectionsFromOneAddress) {
  limits().connections_per_address = 3;
  start();
  std::vector<RawClient> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(connect());
    held.back().send("GET /ping HTTP/1.1\r\n" + host + "\r\n");
    ASSERT_EQ(status(held.back().read_answer()), 200U);
  }
  RawClient refused = connect();
  EXPECT_THAT(refused.read_all(), HasSubstr("HTTP/1.1 503"));
  held.pop_back();
  while (server->open_connections() == 3) usleep(1000);
  expect_still_answers();
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
