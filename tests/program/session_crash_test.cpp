// A therapist writes a note that is saved as the page saves it while the program is killed: what an answer
// said was saved is there, and at most what was typed since is lost. SECUREBASE_NOTE_KILLS: how often, 6 by
// default.

#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <random>

#include "program/real_program.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

const std::string password = "a long enough password";

int kills() {
  const char* wanted =
      std::getenv("SECUREBASE_NOTE_KILLS");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
  return wanted == nullptr ? 6 : std::atoi(wanted);
}

std::string token_in(const std::string& said, const std::string& before) {
  const auto begin = said.find_first_not_of(" \n", said.find(before) + before.size());
  return said.substr(begin, said.find('\n', begin) - begin);
}

std::string number_at(const std::string& json, const std::string& name) {
  const auto begin = json.find("\"" + name + "\":") + name.size() + 3;
  return json.substr(begin, json.find_first_not_of("0123456789", begin) - begin);
}

class NoteCrash : public testing::Test {
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
    const std::string at = "/api/v1/courses/" + text_at(course.body, "id") + "/sessions";
    const auto session =
        ada.say("POST", at, R"({"scheduled_at":"2026-09-01T10:00:00.000Z","minutes":50,"format":"room"})");
    ASSERT_EQ(session.status, 200U) << session.body;
    session_ = at + "/" + text_at(session.body, "session.id");
    ASSERT_EQ(ada.say("POST", session_ + "/end", "").status, 200U);
  }

  Browser signed_in() {
    Browser browser(program_.port());
    EXPECT_TRUE(browser.sign_in("ada", password));
    return browser;
  }

  /// Types a word and saves, again and again, until the program is gone.
  void type(Browser browser, std::string saves) {
    try {
      for (;;) {
        typed_ += "word" + std::to_string(++words_) + " ";
        const auto said = browser.say(
            "PUT", session_ + "/note",
            R"({"compartment":"record","layout":"plain","words":")" + typed_ + R"(","after":)" + saves + "}");
        if (said.status != 200) return;
        saves = number_at(said.body, "saves");
        saved_ = typed_;
        any_ = true;
      }
    } catch (const std::exception&) {
      return;  // the connection broke
    }
  }

  struct Kept {
    std::string draft;
    std::string saves = "0";
  };
  Kept kept() {
    Browser ada = signed_in();
    const auto read = ada.say("GET", session_, "");
    EXPECT_EQ(read.status, 200U) << read.body;
    const auto notes = read.body.find("\"notes\":[{");
    if (notes == std::string::npos) return {};
    return {text_at(read.body, "notes.0.draft"), number_at(read.body.substr(notes), "saves")};
  }

  RealProgram program_;
  std::string session_;
  int words_ = 0;
  std::string typed_;
  std::string saved_;  ///< as an answer said
  std::atomic<bool> any_ = false;
};

TEST_F(NoteCrash, loses_at_most_what_was_typed_since_the_last_save) {
  std::mt19937_64 chance(20261201);
  for (int round = 0; round < kills(); ++round) {
    any_ = false;
    const Kept before = kept();
    std::thread typing([this, browser = signed_in(), saves = before.saves] { type(browser, saves); });
    while (!any_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 200));
    program_.stop(SIGKILL);
    typing.join();
    program_.serve();
    const Kept after = kept();
    EXPECT_TRUE(after.draft == saved_ || after.draft == typed_)
        << "round " << round << ": saved " << saved_.size() << " bytes, kept " << after.draft.size();
    ASSERT_FALSE(HasFailure());
    typed_ = after.draft;  // the page shows what is there, and the therapist goes on
  }
  RecordProperty("words", words_);
  const auto last = kept();
  Browser ada = signed_in();
  const auto signed_now =
      ada.say("POST", session_ + "/note/sign",
              R"({"layout":"plain","words":")" + last.draft + R"(","after":)" + last.saves + "}");
  EXPECT_EQ(signed_now.status, 200U) << signed_now.body;
  program_.stop(SIGKILL);
  program_.serve();
  const auto read = signed_in().say("GET", session_, "");
  EXPECT_EQ(text_at(read.body, "notes.0.versions.0.words"), last.draft) << "what was signed is there";
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
