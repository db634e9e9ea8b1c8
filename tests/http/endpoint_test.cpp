#include "http/endpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nobody.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using service::Field;
using service::Permission;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

struct Cat;
struct Kitten;

struct Words {
  std::string words;
  std::optional<int> times;

  static constexpr auto fields(const auto& use) {
    return use(Field{"words", &Words::words}, Field{"times", &Words::times});
  }
};

struct Said {
  std::string cat;
  std::string kitten;
  std::string words;

  static constexpr auto fields(const auto& use) {
    return use(Field{"cat", &Said::cat}, Field{"kitten", &Said::kitten}, Field{"words", &Said::words});
  }
};

Result<Said> tell(const service::Practice&, const service::Actor&, const Id<Cat>& cat,
                  const Id<Kitten>& kitten, const Words& input) {
  return Said{cat.text(), kitten.text(), input.words};
}
Result<std::vector<Said>> list_cats(const service::Practice&, const service::Actor&) {
  return std::vector<Said>(2);
}
Result<bool> scold(Visit& visit, const Id<Cat>&) {
  visit.given.push_back({"scolded", "yes", std::nullopt});
  return true;
}
Result<Said> lose(Visit& visit) {
  return fail(ErrorKind::not_found, "cat.not_found", std::string(visit.request.route));
}

constexpr Route routes[] = {
    endpoint<&tell>(Method::post, "/cats/{cat}/{kitten}", Permission::anyone, "Tell"),
    endpoint<&list_cats>(Method::get, "/cats", Permission::anyone, "Every cat"),
    endpoint<&scold>(Method::post, "/cats/{cat}", Permission::anyone, "Scold"),
    endpoint<&lose>(Method::get, "/lost", Permission::anyone, "Lose"),
};

// What must not compile: a row whose path names more or fewer ids than its use case takes.
template <auto use_case>
concept FitsAPathWithoutNames = requires {
  typename std::bool_constant<endpoint<use_case>(Method::get, "/cats", Permission::anyone, "").method ==
                              Method::get>;
};
static_assert(FitsAPathWithoutNames<&list_cats>);
static_assert(!FitsAPathWithoutNames<&scold>);
static_assert(!FitsAPathWithoutNames<&tell>);

const std::string one(32, '1');
const std::string two(32, '2');

class Endpoint : public testing::Test {
 protected:
  Response post(const std::string& path, const std::string& body,
                const std::string& type = "application/json") {
    request = {};
    request.method = Method::post;
    request.path = path;
    request.body = body;
    if (!type.empty()) request.headers = {{"content-type", type}};
    return router(request);
  }
  Response tell_them(const std::string& body) { return post("/cats/" + one + "/" + two, body); }

  EmptyPractice empty;
  Router router{routes, empty.desk, "session"};
  Request request;
};

TEST_F(Endpoint, GivesIdsInTheirOrderAndTheBody) {
  const Response said = tell_them(R"({"words":"hush"})");
  EXPECT_EQ(said.status, 200U);
  EXPECT_EQ(said.content_type, "application/json");
  EXPECT_EQ(said.body, R"({"cat":")" + one + R"(","kitten":")" + two + R"(","words":"hush"})");
}

TEST_F(Endpoint, SaysListsAndNothing) {
  request.path = "/cats";
  EXPECT_EQ(router(request).body,
            R"({"items":[{"cat":"","kitten":"","words":""},{"cat":"","kitten":"","words":""}]})");
  const Response nothing = post("/cats/" + one, "", "");
  EXPECT_EQ(nothing.status, 204U);
  EXPECT_EQ(nothing.body, "");
  EXPECT_THAT(nothing.headers,
              ElementsAre(Pair("Set-Cookie", "scolded=yes; Path=/; HttpOnly; SameSite=Strict")));
}

TEST_F(Endpoint, TurnsErrorsIntoProblems) {
  request.path = "/lost";
  const Response lost = router(request);
  EXPECT_EQ(lost.status, 404U);
  EXPECT_EQ(lost.content_type, "application/problem+json");
  EXPECT_THAT(lost.body, HasSubstr(R"("code":"cat.not_found")"));
}

TEST_F(Endpoint, WantsJson) {
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                           "application/json; charset=latin1"}) {
    const Response said = post("/cats/" + one + "/" + two, R"({"words":"hush"})", type);
    EXPECT_EQ(said.status, 415U) << type;
    EXPECT_THAT(said.body, HasSubstr(R"("code":"http.not_json")"));
  }
  EXPECT_EQ(post("/cats/" + one + "/" + two, R"({"words":""})", "Application/JSON; charset=UTF-8").status,
            200U);
}

TEST_F(Endpoint, SaysWhatIsWrongWithABodyAndNeverRepeatsIt) {
  const auto check = [&](const std::string& body, unsigned status, const std::string& code) {
    const Response said = tell_them(body);
    EXPECT_EQ(said.status, status) << body;
    EXPECT_THAT(said.body, HasSubstr("\"code\":\"" + code + "\""));
    EXPECT_THAT(said.body, testing::Not(HasSubstr("secret")));
  };
  check("", 400, "json.malformed");
  check("secret", 400, "json.malformed");
  check(R"({"words":"secret","words":"secret"})", 400, "json.malformed");
  check(R"({"secret":"secret","words":""})", 422, "json.unknown_field");
  check(R"({"words":"secret","times":"secret"})", 422, "json.field");
  check("{}", 422, "json.field");
  check("[]", 422, "json.field");
}

TEST(Row, NamesItsUseCase) {
  EXPECT_EQ(routes[0].what.name, "tell");
  EXPECT_EQ(routes[1].what.name, "list_cats");
  EXPECT_EQ(routes[2].what.name, "scold");
}

TEST(Row, KnowsItsSchemas) {
  wire::Schemas schemas;
  EXPECT_EQ(wire::to_json(routes[0].what.input(schemas)), R"({"$ref":"#/components/schemas/Words"})");
  EXPECT_EQ(wire::to_json(routes[1].what.output(schemas)),
            R"({"type":"object","properties":{"items":{"type":"array","items":)"
            R"({"$ref":"#/components/schemas/Said"}}},"required":["items"]})");
  EXPECT_EQ(routes[1].what.input, nullptr);
  EXPECT_EQ(routes[2].what.output, nullptr);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
