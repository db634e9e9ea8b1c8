#include "http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "nobody.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using testing::ElementsAre;
using testing::Pair;

using service::Permission;

// What must not compile: a route without a permission.
template <class... Parts>
concept MakesRoute = requires(Parts... parts) {
  Route{parts...};
};
static_assert(!std::is_default_constructible_v<Route>);
static_assert(MakesRoute<Method, std::string_view, Permission, std::string_view, Route::What>);
static_assert(!MakesRoute<Method, std::string_view, std::string_view, Route::What>);
static_assert(!MakesRoute<Method, std::string_view, Permission, Route::What>);
static_assert(!MakesRoute<Method, std::string_view>);

int calls = 0;

constexpr Route row(Method method, std::string_view pattern, Permission permission = Permission::anyone) {
  return {method, pattern, permission, "", {"", nullptr, nullptr, [](Visit& visit) -> Route::Answer {
                                              ++calls;
                                              return std::optional<wire::Node>(visit.request.route);
                                            }}};
}

constexpr std::string_view id = "0123456789abcdef0123456789abcdef";

constexpr Route routes[] = {
    row(Method::get, "/"),
    row(Method::get, "/api/v1/courses"),
    row(Method::post, "/api/v1/courses", Permission::treat),
    row(Method::get, "/api/v1/courses/{course}"),
    row(Method::get, "/api/v1/courses/open"),
    row(Method::delete_, "/api/v1/courses/{course}/goals/{goal}"),
    row(Method::get, "/api/v1/instruments/{instrument:word}/{version:word}"),
    row(Method::get, "/assets/{file:rest}"),
};

struct Answered {
  Response response;
  Request request;
};

class Routing : public testing::Test {
 protected:
  void SetUp() override { calls = 0; }
  Answered ask(Method method, std::string_view path) {
    Answered answered;
    answered.request.method = method;
    answered.request.path = path;
    answered.response = router(answered.request);
    return answered;
  }
  std::string route(std::string_view path) { return std::string(ask(Method::get, path).request.route); }

  EmptyPractice empty;
  Router router{routes, empty.desk, "session"};
};

TEST_F(Routing, FindsTheRoute) {
  EXPECT_EQ(route("/"), "/");
  EXPECT_EQ(route("/api/v1/courses"), "/api/v1/courses");
  EXPECT_EQ(route("/api/v1/courses/open"), "/api/v1/courses/open");
  EXPECT_EQ(route("/assets/a/b.js"), "/assets/{file:rest}");
  EXPECT_EQ(ask(Method::get, "/").response.body, "\"/\"");
}

TEST_F(Routing, GivesWhatTheNamesStandFor) {
  const auto path = std::string("/api/v1/courses/").append(id).append("/goals/").append(id);
  const auto answered = ask(Method::delete_, path);
  EXPECT_EQ(answered.request.route, "/api/v1/courses/{course}/goals/{goal}");
  EXPECT_THAT(answered.request.parameters, ElementsAre(Pair("course", id), Pair("goal", id)));
  const auto instrument = ask(Method::get, "/api/v1/instruments/ecr-r/2000.1");
  EXPECT_EQ(instrument.request.parameter("instrument"), "ecr-r");
  EXPECT_EQ(instrument.request.parameter("version"), "2000.1");
  EXPECT_EQ(instrument.request.parameter("nothing"), "");
  EXPECT_EQ(ask(Method::get, "/assets/a/b.js").request.parameter("file"), "a/b.js");
}

TEST_F(Routing, KnowsNothingElse) {
  const std::string long_word(65, 'a');
  for (const auto& path :
       {std::string("/nothing"), std::string("/api/v1/courses/"), std::string("/api/v1/courses/12"),
        std::string("/api/v1/courses/0123456789ABCDEF0123456789ABCDEF"),
        "/api/v1/courses/" + std::string(id) + "0", "/api/v1/courses/" + std::string(id) + "/goals",
        std::string("/assets"), std::string("/assets/"), std::string("/api/v1/instruments/a/B"),
        "/api/v1/instruments/a/" + long_word, std::string("/api/v1/instruments/a/.x"), std::string("")}) {
    const auto answered = ask(Method::get, path);
    EXPECT_EQ(answered.response.status, 404U) << path;
    EXPECT_EQ(answered.request.route, "") << path;
  }
  EXPECT_EQ(calls, 0);
}

TEST_F(Routing, NamesTheMethodsOfAPath) {
  const auto wrong = ask(Method::put, "/api/v1/courses");
  EXPECT_EQ(wrong.response.status, 405U);
  EXPECT_THAT(wrong.response.headers, ElementsAre(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  const auto options = ask(Method::options, "/api/v1/courses");
  EXPECT_EQ(options.response.status, 204U);
  EXPECT_THAT(options.response.headers, ElementsAre(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  EXPECT_EQ(ask(Method::options, "/nothing").response.status, 404U);
  EXPECT_EQ(ask(Method::head, "/api/v1/courses").response.status, 200U);
  EXPECT_EQ(ask(Method::head, std::string("/api/v1/courses/").append(id).append("/goals/").append(id))
                .response.status,
            405U);
}

TEST_F(Routing, LetsNobodyThroughWhereSomebodyIsNeeded) {
  EXPECT_EQ(ask(Method::post, "/api/v1/courses").response.status, 401U);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(empty.nobody.times_asked, 0);
}

TEST_F(Routing, LetsNobodyThroughWhereTheRecordCannotBeAsked) {
  Request request;
  request.method = Method::post;
  request.path = "/api/v1/courses";
  request.headers = {{"cookie", "session=abc"}};
  EXPECT_EQ(router(request).status, 503U);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(empty.nobody.times_asked, 1);
}

TEST_F(Routing, DoesNotAskWhoComesForWhatAnyoneMay) {
  Request request;
  request.path = "/";
  request.headers = {{"cookie", "session=abc"}};
  EXPECT_EQ(router(request).status, 200U);
  EXPECT_EQ(empty.nobody.times_asked, 0);
}

TEST(PathTree, RefusesFaultyPatterns) {
  for (const char* pattern : {"", "a", "/a/", "//", "/a//b", "/{x:number}", "/{x:rest}/a"}) {
    PathTree tree;
    EXPECT_THROW(tree.add(Method::get, pattern, 0), std::logic_error) << pattern;
  }
  PathTree tree;
  tree.add(Method::get, "/a/{x}", 0);
  tree.add(Method::put, "/a/{x}", 1);
  EXPECT_THROW(tree.add(Method::get, "/a/{y}", 2), std::logic_error);
  EXPECT_THROW(tree.add(Method::head, "/b", 3), std::logic_error);
}

TEST(PathTree, GoesBackWhereAWordLeadsNowhere) {
  PathTree tree;
  tree.add(Method::get, "/a/new/x", 0);
  tree.add(Method::get, "/a/{w:word}/y", 1);
  tree.add(Method::get, "/{all:rest}", 2);
  EXPECT_EQ(tree.find(Method::get, "/a/new/y").route, 1U);
  EXPECT_EQ(tree.find(Method::get, "/a/new/x").route, 0U);
  const auto rest = tree.find(Method::get, "/a/new/z");
  EXPECT_EQ(rest.route, 2U);
  EXPECT_THAT(rest.parameters, ElementsAre(Pair("all", "a/new/z")));
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
