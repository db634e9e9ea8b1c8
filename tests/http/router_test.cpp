#include "http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace securebase::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

enum class Permission { none, read, write };
enum class Relation { anybody, treats };
struct Desk {
  int calls = 0;
};
using Act = Response (*)(Desk&, Request&);

// What must not compile: a route without a rule.
static_assert(!std::is_default_constructible_v<Rule>);
static_assert(!std::is_constructible_v<Rule, Permission>);
static_assert(!std::is_constructible_v<Rule, int, int>);
static_assert(!std::is_default_constructible_v<Route<Desk>>);
template <class... Parts>
concept MakesRoute = requires(Parts... parts) {
  Route<Desk>{parts...};
};
static_assert(MakesRoute<Method, std::string_view, Rule, Act>);
static_assert(!MakesRoute<Method, std::string_view, Act>);
static_assert(!MakesRoute<Method, std::string_view>);

Response say(std::string text) {
  return json(std::move(text));
}

constexpr std::string_view id = "0123456789abcdef0123456789abcdef";
constexpr Rule reading{Permission::read, Relation::treats};

constexpr Route<Desk> routes[] = {
    {Method::get, "/", reading, [](Desk&, Request&) { return say("root"); }},
    {Method::get, "/api/v1/courses", reading, [](Desk&, Request&) { return say("courses"); }},
    {Method::post,
     "/api/v1/courses",
     {Permission::write, Relation::anybody},
     [](Desk& desk, Request&) {
       ++desk.calls;
       return say("made");
     }},
    {Method::get, "/api/v1/courses/{course}", reading, [](Desk&, Request&) { return say("course"); }},
    {Method::get, "/api/v1/courses/open", reading, [](Desk&, Request&) { return say("open"); }},
    {Method::delete_, "/api/v1/courses/{course}/goals/{goal}", reading,
     [](Desk&, Request&) { return say("goal"); }},
    {Method::get, "/api/v1/instruments/{instrument:word}/{version:word}", reading,
     [](Desk&, Request&) { return say("instrument"); }},
    {Method::get, "/assets/{file:rest}", reading, [](Desk&, Request&) { return say("asset"); }},
};

struct Answered {
  Response response;
  Request request;
};

class Routing : public testing::Test {
 protected:
  Answered ask(Method method, std::string_view path) {
    Answered answered;
    answered.request.method = method;
    answered.request.path = path;
    answered.response = router(answered.request);
    return answered;
  }
  std::string body(std::string_view path) { return ask(Method::get, path).response.body; }

  Desk desk;
  std::vector<Rule> asked;
  Result<bool> verdict = true;
  Router<Desk> router = Router<Desk>(routes, desk, [this](const Rule& rule, Request&) {
    asked.push_back(rule);
    return verdict;
  });
};

TEST_F(Routing, FindsTheRoute) {
  EXPECT_EQ(body("/"), "root");
  EXPECT_EQ(body("/api/v1/courses"), "courses");
  EXPECT_EQ(body("/api/v1/courses/open"), "open");
  EXPECT_EQ(body("/assets/a/b.js"), "asset");
}

TEST_F(Routing, GivesWhatTheNamesStandFor) {
  const auto path = std::string("/api/v1/courses/").append(id).append("/goals/").append(id);
  const auto answered = ask(Method::delete_, path);
  EXPECT_EQ(answered.response.body, "goal");
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
  EXPECT_TRUE(asked.empty());
}

TEST_F(Routing, NamesTheMethodsOfAPath) {
  const auto wrong = ask(Method::put, "/api/v1/courses");
  EXPECT_EQ(wrong.response.status, 405U);
  EXPECT_THAT(wrong.response.headers, ElementsAre(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  const auto options = ask(Method::options, "/api/v1/courses");
  EXPECT_EQ(options.response.status, 204U);
  EXPECT_THAT(options.response.headers, ElementsAre(Pair("Allow", "GET, HEAD, POST, OPTIONS")));
  EXPECT_EQ(ask(Method::options, "/nothing").response.status, 404U);
  EXPECT_EQ(ask(Method::head, "/api/v1/courses").response.body, "courses");
  EXPECT_EQ(ask(Method::head, std::string("/api/v1/courses/").append(id).append("/goals/").append(id))
                .response.status,
            405U);
}

TEST_F(Routing, AsksTheRuleFirst) {
  static_cast<void>(ask(Method::post, "/api/v1/courses"));
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].permission<Permission>(), Permission::write);
  EXPECT_EQ(asked[0].relationship<Relation>(), Relation::anybody);
  EXPECT_EQ(desk.calls, 1);
}

TEST_F(Routing, DoesNotCallAHandlerThatTheRuleForbids) {
  verdict = false;
  EXPECT_EQ(ask(Method::post, "/api/v1/courses").response.status, 403U);
  verdict = fail(ErrorKind::unauthenticated, "session.none", "sign in");
  EXPECT_EQ(ask(Method::post, "/api/v1/courses").response.status, 401U);
  EXPECT_EQ(desk.calls, 0);
}

TEST_F(Routing, ForbidsEverythingWithoutACheck) {
  const Router<Desk> open(routes, desk, nullptr);
  Request request;
  request.path = "/";
  EXPECT_EQ(open(request).status, 403U);
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

}  // namespace
}  // namespace securebase::http
