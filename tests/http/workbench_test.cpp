#include "http/workbench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front.hpp"
#include "service/adaptive_definition.hpp"

namespace securebase::http {
namespace SECUREBASE_THIS_FILE {

using service::must;
using testing::HasSubstr;
using testing::Not;

class Workbench : public Front {
 protected:
  static constexpr const char* password = "correct horse battery";

  Said post(const std::string& path, const std::string& body, const Badge& badge = {}) {
    return ask(badge, {.method = Method::post, .path = path, .body = body});
  }
  void set_up() {
    const auto token = must(service::new_set_up_token(practice())).reveal();
    const Said said = post("/api/v1/set-up",
                           R"({"token":")" + token +
                               R"(","practice_name":"Elm","login":"ada","display_name":"Ada","password":")" +
                               password + "\"}");
    ASSERT_EQ(said.status, 200U) << said.body;
  }
  Said sign_in(const std::string& word = password) {
    return post("/api/v1/session", R"({"login":"ada","password":")" + word + "\"}");
  }
  static Badge badge_from(const Said& said) { return {said.cookie(), said.text("csrf")}; }
};

TEST_P(Workbench, begins_with_the_first_user_and_a_cookie) {
  EXPECT_EQ(ask({}, {.path = "/api/v1/set-up"}).body, R"({"is_set_up":false})");
  set_up();
  EXPECT_EQ(ask({}, {.path = "/api/v1/set-up"}).body, R"({"is_set_up":true})");
  const Said said = sign_in();
  ASSERT_EQ(said.status, 200U) << said.body;
  EXPECT_THAT(said.head,
              HasSubstr("Set-Cookie: session=" + said.cookie() + "; Path=/; HttpOnly; SameSite=Strict\r\n"));
  EXPECT_THAT(said.head, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(said.body, Not(HasSubstr(said.cookie())));
  EXPECT_EQ(
      must(wire::parse_json(said.body)).find("user")->find("login")->as<Private<std::string>>()->reveal(),
      "ada");
  const Badge ada = badge_from(said);
  EXPECT_EQ(ask(ada, {.path = "/api/v1/session"}).text("csrf"), ada.csrf);
  const Said out = ask(ada, {.method = Method::delete_, .path = "/api/v1/session"});
  EXPECT_EQ(out.status, 204U);
  EXPECT_THAT(out.head, HasSubstr("Set-Cookie: session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\r\n"));
  EXPECT_EQ(ask(ada, {.path = "/api/v1/session"}).code(), "session.unknown");
}

TEST_P(Workbench, gives_a_secure_cookie_under_tls) {
  set_up();
  trusted_proxies_ = {"127.0.0.1"};
  headers_ = "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n";
  const Said said = sign_in();
  EXPECT_THAT(said.head, HasSubstr("Set-Cookie: __Host-session="));
  EXPECT_THAT(said.head, HasSubstr("; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"));
}

TEST_P(Workbench, tells_nobody_why_it_refuses_and_writes_it_down) {
  set_up();
  const Said wrong = sign_in("wrong horse battery");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(wrong.code(), "sign_in.refused");
  EXPECT_EQ(post("/api/v1/session", R"({"login":"nobody","password":"wrong horse battery"})").body,
            wrong.body);
  EXPECT_EQ(wrong.cookie(), "");
  const auto rows =
      must(open()->query("SELECT object FROM audit WHERE action = 'session.refused' ORDER BY number"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(must(rows.get<std::string>(1, 0)), "");
}

TEST_P(Workbench, goes_on_after_a_lock) {
  set_up();
  const Badge ada = badge_from(sign_in());
  clock().pass(service::idle_lock_ms + 1);
  EXPECT_EQ(ask(ada, {.path = "/api/v1/courses"}).code(), "session.locked");
  EXPECT_EQ(post("/api/v1/session/unlock", R"({"password":"wrong"})", {ada.token, ""}).status, 401U);
  EXPECT_EQ(
      post("/api/v1/session/unlock", R"({"password":")" + std::string(password) + "\"}", {ada.token, ""})
          .status,
      204U);
  EXPECT_EQ(ask(ada, {.path = "/api/v1/courses"}).status, 200U);
}

TEST_P(Workbench, lists_instruments_without_their_wording) {
  const Said said = ask(badge(user("ben", {.therapist = true})), {.path = "/api/v1/instruments"});
  ASSERT_EQ(said.status, 200U);
  EXPECT_THAT(said.body, HasSubstr(R"("id":"phq-9")"));
  EXPECT_THAT(said.body, HasSubstr(R"("has_risk_items":true)"));
  EXPECT_EQ(said.json().find("items")->as<wire::Node::Array>()->size(),
            service::all_instruments().instruments.size());
}

TEST_P(Workbench, refuses_what_is_malformed_before_and_after_it_knows_who_asks) {
  const Badge ben = badge(user("ben", {.therapist = true}));
  const auto open = [&](const std::string& body, const std::string& type, const Badge& who) {
    return ask(who, {.method = Method::post, .path = "/api/v1/courses", .body = body, .type = type});
  };
  EXPECT_EQ(open("{", "application/json", {}).status, 401U);
  const Said malformed = open("{", "application/json", ben);
  EXPECT_EQ(malformed.status, 400U);
  EXPECT_EQ(malformed.code(), "json.malformed");
  EXPECT_THAT(malformed.head, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_EQ(open("a=b", "application/x-www-form-urlencoded", ben).status, 415U);
  const Said role = open(R"({"unit":"couple","begun_on":"2026-11-25","members":[{"role":"Mia"}]})",
                         "application/json", ben);
  EXPECT_EQ(role.status, 422U);
  EXPECT_EQ(role.text("field"), "members[1].role");
  EXPECT_EQ(role.text("detail"), "expected: one of: client, partner, caregiver, child");
  EXPECT_THAT(role.body, Not(HasSubstr("Mia")));
}

TEST_P(Workbench, answers_to_its_own_name_only) {
  const Said said = ask({}, {.path = "/api/v1/health", .host = "evil.example"});
  EXPECT_EQ(said.status, 421U);
  EXPECT_EQ(ask({}, {.path = "/api/v1/health"}).body, R"({"status":"ok"})");
}

TEST_P(Workbench, does_not_believe_a_page_of_somebody_else) {
  const Badge ben = badge(user("ben", {.therapist = true}));
  headers_ = "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
  EXPECT_EQ(ask(ben, {.method = Method::delete_, .path = "/api/v1/session"}).status, 403U);
  headers_.clear();
  EXPECT_EQ(ask(ben, {.path = "/api/v1/session"}).status, 200U);
}

TEST_P(Workbench, hands_a_sheet_to_a_phone_and_has_it_back) {
  const service::Actor ada = user("ada", {.therapist = true, .admin = true});
  const Badge therapist = badge(ada);
  const auto course = course_of(ada, "Mia Weber");
  const std::string person = course.members[0].person.text();
  ready_for_phones();
  import_words("gad-7");
  for (const char* kind : {"limits_explained", "measures", "portal"})
    ASSERT_EQ(post("/api/v1/people/" + person + "/consents",
                   R"({"form_version":"1","kind":")" + std::string(kind) + "\"}", therapist)
                  .status,
              200U);
  const std::string course_path = "/api/v1/courses/" + course.id.text();
  const Said sheet =
      post(course_path + "/sheets",
           R"({"instrument":"gad-7","occasion":"review","mode":"on_phone","respondent":")" + person + "\"}",
           therapist);
  ASSERT_EQ(sheet.status, 200U) << sheet.body;
  const std::string sheet_path = course_path + "/sheets/" + sheet.text("id");
  const Said link = post(sheet_path + "/link", "", therapist);
  ASSERT_EQ(link.status, 200U) << link.body;

  const Said arrived = ask_portal({}, {.method = Method::post,
                                       .path = "/api/v1/portal/session",
                                       .body = R"({"token":")" + link.text("token") + "\"}"});
  ASSERT_EQ(arrived.status, 200U) << arrived.body;
  EXPECT_THAT(arrived.head, HasSubstr("Set-Cookie: portal=" + arrived.cookie() +
                                      "; Path=/; HttpOnly; SameSite=Strict\r\n"));
  const Badge mia = badge_from(arrived);
  EXPECT_EQ(ask_portal(mia, {.path = "/api/v1/portal/session"}).text("csrf"), mia.csrf);
  EXPECT_EQ(
      ask_portal(mia, {.path = "/api/v1/portal/form"}).json().find("items")->as<wire::Node::Array>()->size(),
      7U);
  const Ask answers{
      .method = Method::post,
      .path = "/api/v1/portal/form/answers",
      .body = R"({"sheet":")" + sheet.text("id") + R"(","answers":["3","3","3","0","0","0","skipped"]})"};
  EXPECT_EQ(ask_portal(mia, answers).status, 204U);
  EXPECT_EQ(ask_portal(mia, answers).status, 409U);
  EXPECT_THAT(ask(therapist, {.path = sheet_path}).body,
              HasSubstr(R"("answers":["3","3","3","0","0","0","skipped"])"));
  EXPECT_EQ(ask(mia, {.path = sheet_path}).status, 401U);
  EXPECT_EQ(ask_portal(mia, {.path = sheet_path}).status, 404U);
}

TEST_P(Workbench, says_which_measures_are_adaptive_and_asks_one_question_after_another) {
  const catalog::Library library = service::with_adaptive();
  const service::Practice there = service::with_definitions(practice(), library);
  desk_.emplace(Desk{there, attempts_, challenges_});
  const auto ada = user("ada", {.therapist = true});
  const Badge therapist = badge(ada);
  EXPECT_THAT(ask(therapist, {.path = "/api/v1/instruments"}).body,
              HasSubstr(R"({"id":"mixed","name":"As written","adaptive":{"least":8,"most":12}})"));
  const auto course = course_of(ada, "Mia Weber");
  const auto person = course.members[0].person;
  agree_to_measures(ada, person, course.id);
  const Said given =
      post("/api/v1/courses/" + course.id.text() + "/sheets",
           R"({"instrument":"two-ways","occasion":"intake","mode":"in_room","adaptive":true,"most_items":9,)"
           R"("respondent":")" +
               person.text() + "\"}",
           therapist);
  ASSERT_EQ(given.status, 200U) << given.body;
  EXPECT_THAT(given.body, HasSubstr(R"("adaptive":true,"most_items":9)"));
  const std::string sheet = given.text("id");
  const Said room = post("/api/v1/courses/" + course.id.text() + "/sheets/" + sheet + "/room", "", therapist);
  ASSERT_EQ(room.status, 204U) << room.body;
  EXPECT_THAT(ask(therapist, {.path = "/api/v1/room"}).body, HasSubstr(R"("least_left":8,"most_left":9)"));
  std::string none = R"("not_asked")";
  for (int i = 1; i < 12; ++i) none += R"(,"not_asked")";
  const Said next =
      post("/api/v1/room/next", R"({"sheet":")" + sheet + R"(","answers":[)" + none + "]}", therapist);
  EXPECT_EQ(next.status, 200U);
  EXPECT_THAT(next.body, HasSubstr(R"("least_left":8,"most_left":9)"));
}

INSTANTIATE_TEST_SUITE_P(Http, Workbench, testing::Values(store::Engine::sqlite), store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::http
