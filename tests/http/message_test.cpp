#include "http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::string code_of(std::string_view target) {
  const auto parsed = parse_target(target);
  return parsed ? "" : parsed.error().code;
}

TEST(Target, IsDecoded) {
  const auto target = parse_target("/a%20b/%C3%A9?q=x+y%26z&empty=&bare");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/é");
  EXPECT_THAT(target->query, ElementsAre(Pair("q", "x y&z"), Pair("empty", ""), Pair("bare", "")));
}

TEST(Target, KeepsAPlusInThePath) {
  EXPECT_EQ(parse_target("/a+b")->path, "/a+b");
}

TEST(Target, RefusesWhatAPathMayNotHold) {
  for (const char* path : {"",
                           "x",
                           "/%",
                           "/%1",
                           "/%zz",
                           "/%+1",
                           "/a%00",
                           "/a%2fb",
                           "/a%2Fb",
                           "/a\\b",
                           "/a%5cb",
                           "/..",
                           "/a/../b",
                           "/a/..",
                           "/%2e%2e/b",
                           "/.%2E",
                           "/.",
                           "/a/./b",
                           "//",
                           "//a",
                           "/a//b",
                           "/a//",
                           "/%0a",
                           "/%09",
                           "/%7f",
                           "/%c0%af",
                           "/%c0%ae%c0%ae/",
                           "/%e0%80%af",
                           "/%ff",
                           "/%ed%a0%80",
                           "/%f4%90%80%80",
                           "/%c2%80",
                           "/a#b"})
    EXPECT_EQ(code_of(path), "http.bad_path") << path;
  for (const char* path : {"/", "/a/", "/...", "/..a", "/.well-known/x"})
    EXPECT_EQ(code_of(path), "") << path;
}

TEST(Target, RefusesWhatAQueryMayNotHold) {
  for (const char* path : {"/?a=%", "/?a=%00", "/?a=%c0%80", "/?a=1&a=2", "/?a&%61", "/?=1&=2"})
    EXPECT_EQ(code_of(path), "http.bad_query") << path;
  EXPECT_EQ(code_of("/?a=../..//"), "");
}

TEST(Methods, AreKnownByTheirExactNames) {
  for (std::size_t i = 0; i < method_count; ++i) {
    const auto method = static_cast<Method>(i);
    EXPECT_EQ(parse_method(name(method)), method);
  }
  EXPECT_FALSE(parse_method("get"));
  EXPECT_FALSE(parse_method(""));
  EXPECT_TRUE(is_safe(Method::head));
  EXPECT_FALSE(is_safe(Method::delete_));
}

TEST(Cookies, AreReadByName) {
  Request request;
  request.headers = {{"cookie", "theme=dark; session=abc; __Host-session=def"}};
  EXPECT_EQ(request.cookie("session"), "abc");
  EXPECT_EQ(request.cookie("theme"), "dark");
  EXPECT_FALSE(request.cookie("sess"));
  request.tls = true;
  EXPECT_EQ(request.cookie("session"), "def");
  EXPECT_FALSE(request.cookie("theme"));
}

TEST(Cookies, OfTheSameNameAreNotBelieved) {
  Request request;
  request.headers = {{"cookie", "session=planted; session=mine"}};
  EXPECT_FALSE(request.cookie("session"));
}

TEST(Cookies, AreSetForOneOriginAndNoScript) {
  Request plain;
  Request tls;
  tls.tls = true;
  Response response;
  response.set_cookie({"session", "abc", std::nullopt}, plain);
  response.set_cookie({"session", "abc", std::chrono::seconds(0)}, tls);
  EXPECT_EQ(response.headers[0].second, "session=abc; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(response.headers[1].second,
            "__Host-session=abc; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
  EXPECT_THROW(response.set_cookie({"session", "a;b", {}}, plain), std::invalid_argument);
  EXPECT_THROW(response.set_cookie({"session", "a\r\nb", {}}, plain), std::invalid_argument);
  EXPECT_THROW(response.set_cookie({"se=ssion", "a", {}}, plain), std::invalid_argument);
}

TEST(Problems, HaveOneStatusForEachKind) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    const unsigned status = status_of(static_cast<ErrorKind>(kind));
    EXPECT_FALSE(reason(status).empty()) << kind;
  }
  EXPECT_EQ(status_of(ErrorKind::bad_data), 422U);
  EXPECT_EQ(status_of(ErrorKind::unauthenticated), 401U);
  EXPECT_EQ(status_of(ErrorKind::too_many), 429U);
}

TEST(Problems, SayWhatWouldBeValid) {
  const Response response = to_response(
      Error{ErrorKind::bad_data, "course.begin", "a \"day\"\n\\ here \xff", {"", 0, 0, "course.begin"}});
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto said = nlohmann::json::parse(response.body);
  EXPECT_EQ(said, (nlohmann::json{{"type", "about:blank"},
                                  {"title", "Unprocessable Content"},
                                  {"status", 422},
                                  {"code", "course.begin"},
                                  {"detail", "a \"day\"?\\ here ?"},
                                  {"field", "course.begin"}}));
}

TEST(Problems, OfTheServerStayThere) {
  const std::string said =
      to_response(Error{ErrorKind::io, "store.open", "/var/lib/secret.db is locked", {}}).body;
  EXPECT_THAT(said, HasSubstr("store.open"));
  EXPECT_THAT(said, Not(HasSubstr("secret")));
}

TEST(Events, KeepTheirLines) {
  EXPECT_EQ(server_sent_event("risk", "a\nb"), "event: risk\ndata: a\ndata: b\n\n");
  EXPECT_EQ(server_sent_event("", ""), "data: \n\n");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
