// An observer codes at a rate while the program is killed: at most the code being typed is lost, and nothing
// that was answered. SECUREBASE_CODING_KILLS: how often, 8 by default.

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
      std::getenv("SECUREBASE_CODING_KILLS");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  return wanted == nullptr ? 8 : std::atoi(wanted);
}

std::string token_in(const std::string& said, const std::string& before) {
  const auto begin = said.find_first_not_of(" \n", said.find(before) + before.size());
  return said.substr(begin, said.find('\n', begin) - begin);
}

std::string id_of(int number) {
  char digits[33];
  std::snprintf(digits, sizeof digits, "%032x", static_cast<unsigned>(number));
  return digits;
}

class CodingCrash : public testing::Test {
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
    const auto clip = ada.say("POST", "/api/v1/clips", R"({"kind":"training","label":"An invented clip"})");
    ASSERT_EQ(clip.status, 200U) << clip.body;
    const auto sheet = ada.say("POST", "/api/v1/clips/" + text_at(clip.body, "id") + "/codings",
                               R"({"system":"rupture-markers","purpose":"independent"})");
    ASSERT_EQ(sheet.status, 200U) << sheet.body;
    sheet_ = "/api/v1/codings/" + text_at(sheet.body, "id");
  }

  Browser signed_in() {
    Browser browser(program_.port());
    EXPECT_TRUE(browser.sign_in("ada", password));
    return browser;
  }

  /// Puts codes one after the other until the program is gone. `begun`: how many were sent.
  void type(Browser browser) {
    try {
      for (;;) {
        const int number = ++begun_;
        const auto said = browser.say("POST", sheet_ + "/codes",
                                      R"({"id":")" + id_of(number) + R"(","code":"w.minimal","start_ms":)" +
                                          std::to_string(number * 250) + "}");
        if (said.status != 200) return;
        answered_.insert(id_of(number));
        any_ = true;
      }
    } catch (const std::exception&) {
      return;  // the connection broke
    }
  }

  std::set<std::string> kept() {
    Browser ada = signed_in();
    const auto read = ada.say("GET", sheet_);
    EXPECT_EQ(read.status, 200U) << read.body;
    const auto parsed = wire::parse_json(read.body);
    std::set<std::string> ids;
    if (!parsed || parsed->find("events") == nullptr) return ids;
    for (const auto& event : *parsed->find("events")->as<wire::Node::Array>())
      ids.insert(event.find("id")->as<Private<std::string>>()->reveal());
    return ids;
  }

  RealProgram program_;
  std::string sheet_;
  int begun_ = 0;
  std::set<std::string> answered_;
  std::atomic<bool> any_ = false;
};

TEST_F(CodingCrash, loses_at_most_the_code_being_typed) {
  std::mt19937_64 chance(20261130);
  const int rounds = kills();
  for (int round = 0; round < rounds; ++round) {
    any_ = false;
    std::thread typing([this, browser = signed_in()] { type(browser); });
    while (!any_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 200));
    program_.stop(SIGKILL);
    typing.join();
    program_.serve();
    const auto there = kept();
    std::set<std::string> lost;
    for (const std::string& id : answered_)
      if (!there.contains(id)) lost.insert(id);
    EXPECT_THAT(lost, testing::IsEmpty()) << "answered, and not there: round " << round;
    // In each round one at most was being typed: it is there or it is not.
    int missing = 0;
    for (int number = 1; number <= begun_; ++number) missing += there.contains(id_of(number)) ? 0 : 1;
    EXPECT_LE(missing, round + 1);
    EXPECT_LE(there.size(), static_cast<std::size_t>(begun_)) << "none twice";
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  EXPECT_GT(answered_.size(), static_cast<std::size_t>(rounds));
  RecordProperty("codes", static_cast<int>(answered_.size()));
  RecordProperty("kills", rounds);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
