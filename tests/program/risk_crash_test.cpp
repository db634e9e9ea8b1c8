// A client's sheets come in at a rate, each with a risk answer, while the program is killed: a sheet that is
// there has its entry, and one that was answered is there. SECUREBASE_RISK_KILLS: how often, 12 by default.

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <set>

#include "program/real_program.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

const std::string password = "a long enough password";

int kills() {
  const char* wanted =
      std::getenv("SECUREBASE_RISK_KILLS");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  return wanted == nullptr ? 12 : std::atoi(wanted);
}

std::string token_in(const std::string& said, const std::string& before) {
  const auto begin = said.find_first_not_of(" \n", said.find(before) + before.size());
  return said.substr(begin, said.find('\n', begin) - begin);
}

class RiskCrash : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(program_.run({"setup", "--data", program_.data()}), 0) << program_.said();
    program_.serve();
    Browser stranger(program_.port());
    const auto made = stranger.say("POST", "/api/v1/set-up",
                                   R"({"token":")" + token_in(program_.said(), "one use:") +
                                       R"(","practice_name":"P","login":"ada","display_name":"Ada",)" +
                                       R"("password":")" + password + "\"}");
    ASSERT_EQ(made.status, 200U) << made.body;
    Browser ada = signed_in();
    const auto course = ada.say(
        "POST", "/api/v1/courses",
        R"({"unit":"individual","begun_on":"2026-09-01","members":[{"role":"client","particulars":{"name":"Invented"}}]})");
    ASSERT_EQ(course.status, 200U) << course.body;
    course_ = "/api/v1/courses/" + text_at(course.body, "id");
    person_ = text_at(course.body, "members.0.person");
    for (const std::string kind : {"limits_explained", "measures"})
      ASSERT_EQ(ada.say("POST", "/api/v1/people/" + person_ + "/consents",
                        R"({"kind":")" + kind + R"(","form_version":"1"})")
                    .status,
                200U);
  }

  Browser signed_in() {
    Browser browser(program_.port());
    EXPECT_TRUE(browser.sign_in("ada", password));
    return browser;
  }

  /// Sheets with a risk answer, one after the other, until the program is gone.
  void answer(Browser browser) {
    try {
      for (;;) {
        const auto given =
            browser.say("POST", course_ + "/sheets",
                        R"({"instrument":"phq-9","occasion":"intake","mode":"in_room","respondent":")" +
                            person_ + R"("})");
        if (given.status != 200) return;
        const std::string sheet = text_at(given.body, "id");
        const auto said = browser.say("POST", course_ + "/sheets/" + sheet + "/answers",
                                      R"({"answers":["0","0","0","0","0","0","0","0","2"]})");
        if (said.status != 200) return;
        answered_.insert(sheet);
        any_ = true;
      }
    } catch (const std::exception&) {
      return;  // the connection broke
    }
  }

  /// Sheets that have a risk entry, and sheets that were sent.
  std::set<std::string> with_entry() {
    Browser ada = signed_in();
    const auto risks = ada.say("GET", "/api/v1/risks");
    EXPECT_EQ(risks.status, 200U) << risks.body;
    return texts(risks.body, "items", "administration");
  }
  std::set<std::string> sent() {
    Browser ada = signed_in();
    const auto page = ada.say("GET", course_ + "/page");
    EXPECT_EQ(page.status, 200U) << page.body.substr(0, 200);
    const auto parsed = wire::parse_json(page.body);
    std::set<std::string> ids;
    if (!parsed || parsed->find("sheets") == nullptr) return ids;
    for (const auto& sheet : *parsed->find("sheets")->as<wire::Node::Array>()) {
      const auto* given = sheet.find("administration");
      if (word(given, "progress") == "sent") ids.insert(word(given, "id"));
    }
    return ids;
  }

  static std::string word(const wire::Node* object, const std::string& name) {
    const auto* value = object == nullptr ? nullptr : object->find(name);
    const auto* text = value == nullptr ? nullptr : value->as<Private<std::string>>();
    return text == nullptr ? std::string() : text->reveal();
  }
  static std::set<std::string> texts(const std::string& json, const std::string& list,
                                     const std::string& name) {
    const auto parsed = wire::parse_json(json);
    std::set<std::string> found;
    if (!parsed || parsed->find(list) == nullptr) return found;
    for (const auto& one : *parsed->find(list)->as<wire::Node::Array>()) found.insert(word(&one, name));
    return found;
  }

  RealProgram program_;
  std::string course_;
  std::string person_;
  std::set<std::string> answered_;
  std::atomic<bool> any_ = false;
};

TEST_F(RiskCrash, between_an_answer_and_its_alert_loses_nothing) {
  std::mt19937_64 chance(20261130);
  const int rounds = kills();
  for (int round = 0; round < rounds; ++round) {
    any_ = false;
    std::thread answering([this, browser = signed_in()] { answer(browser); });
    while (!any_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(chance() % 60'000));
    program_.stop(SIGKILL);
    answering.join();
    program_.serve();
    const auto entries = with_entry();
    for (const std::string& sheet : answered_)
      EXPECT_TRUE(entries.contains(sheet)) << "answered, and no alert: round " << round;
    for (const std::string& sheet : sent())
      EXPECT_TRUE(entries.contains(sheet)) << "kept, and no alert: round " << round;
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GE(answered_.size(), static_cast<std::size_t>(rounds));
  RecordProperty("answers", static_cast<int>(answered_.size()));
  RecordProperty("kills", rounds);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
