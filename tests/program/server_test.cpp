// The server as it is started, used, killed and restored.

#include <gmock/gmock.h>

#include <algorithm>

#include "program/real_program.hpp"

namespace securebase {
namespace SECUREBASE_THIS_FILE {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const std::string canary = "CanaryQz7Kx9";
const std::string password = canary + "-password";

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// The line after the one that holds `before`, without spaces.
std::string token_in(const std::string& said, const std::string& before) {
  const auto begin = said.find_first_not_of(" \n", said.find(before) + before.size());
  return said.substr(begin, said.find('\n', begin) - begin);
}

class ProgramServes : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(program_.run({"setup", "--data", program_.data()}), 0) << program_.said();
    recovery_ = program_.said();
    program_.serve();
    Browser stranger(program_.port());
    const std::string token = token_in(program_.said(), "one use:");
    const auto made = stranger.say("POST", "/api/v1/set-up",
                                   R"({"token":")" + token +
                                       R"(","practice_name":"P","login":"ada","display_name":"Ada",)" +
                                       R"("password":)" + quoted(password) + "}");
    ASSERT_EQ(made.status, 200U) << made.body;
  }
  Browser ada() {
    Browser browser(program_.port());
    EXPECT_TRUE(browser.sign_in("ada", password));
    return browser;
  }
  std::string course_of(Browser& browser, const std::string& name) {
    const auto made = browser.say(
        "POST", "/api/v1/courses",
        R"({"unit":"individual","begun_on":"2026-09-01","members":[{"role":"client","age_group":"adult",)"
        R"("particulars":{"name":)" +
            quoted(name) + R"(,"contact":)" + quoted(name) + R"(,"safe_contact":)" + quoted(name) +
            R"(,"emergency_contact":)" + quoted(name) + "}}]}");
    EXPECT_EQ(made.status, 200U) << made.body;
    person_ = text_at(made.body, "members.0.person");
    return text_at(made.body, "id");
  }

  RealProgram program_;
  std::string recovery_;
  std::string person_;
};

TEST_F(ProgramServes, keeps_what_was_acknowledged_when_it_is_killed_and_stopped) {
  Browser browser = ada();
  const std::string course = course_of(browser, "Mia");
  program_.stop(SIGKILL);
  program_.serve();
  Browser again = ada();
  EXPECT_THAT(again.say("GET", "/api/v1/courses/" + course).body, HasSubstr("Mia"));
  const int status = program_.stop(SIGTERM);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(program_.run({"audit", "verify", "--data", program_.data()}), 8) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("was not checked"));
  ASSERT_EQ(program_.run({"backup", "--data", program_.data()}), 0) << program_.said();
  EXPECT_EQ(program_.run({"audit", "verify", "--data", program_.data()}), 0) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("The chain is whole"));
}

TEST_F(ProgramServes, is_backed_up_while_it_runs_and_restored_elsewhere_by_the_recovery_key) {
  Browser browser = ada();
  const std::string course = course_of(browser, "Mia");
  ASSERT_EQ(program_.run({"backup", "--data", program_.data(), "--to", program_.folder() + "/backups"}), 0);
  const std::string backup = program_.said().substr(0, program_.said().find('\n'));
  program_.stop(SIGTERM);
  const std::string key = program_.folder() + "/recovery";
  const auto begin = recovery_.find("\n\n", recovery_.find("Recovery key")) + 2;
  std::ofstream(key) << recovery_.substr(begin, recovery_.find("\n\n", begin) - begin);
  fs::rename(program_.data(), program_.folder() + "/lost");
  EXPECT_EQ(program_.run({"restore", backup, "--data", program_.data()}), 5);
  ASSERT_EQ(program_.run({"restore", backup, "--data", program_.data(), "--recovery-key", key}), 0)
      << program_.said();
  program_.serve();
  Browser there = ada();
  EXPECT_THAT(there.say("GET", "/api/v1/courses/" + course).body, HasSubstr("Mia"));
}

TEST_F(ProgramServes, gives_the_practice_a_new_key) {
  Browser browser = ada();
  const std::string course = course_of(browser, "Mia Weber");
  EXPECT_EQ(program_.run({"key", "rotate", "--data", program_.data()}), 7);  // the server uses it
  program_.stop(SIGTERM);
  ASSERT_EQ(program_.run({"key", "rotate", "--data", program_.data()}), 0) << program_.said();
  EXPECT_FALSE(fs::exists(program_.data() + "/keys/practice-1.key"));
  EXPECT_THAT(program_.said(), HasSubstr("A backup under the new key: "));
  EXPECT_EQ(program_.run({"audit", "verify", "--data", program_.data()}), 0) << program_.said();
  program_.serve();
  Browser again = ada();
  EXPECT_THAT(again.say("GET", "/api/v1/courses/" + course).body, HasSubstr("Mia"));
  EXPECT_THAT(again.say("POST", "/api/v1/people/find", R"({"name":"weber"})").body, HasSubstr("Mia Weber"));
}

TEST_F(ProgramServes, makes_a_backup_at_start_where_the_newest_is_too_old) {
  program_.stop(SIGTERM);
  const std::string backups = program_.data() + "/backups";
  fs::create_directory(backups);
  std::ofstream(backups + "/securebase-20200101-000000.sbk")
      << "x";  // as new as can be by its time of change
  std::ofstream(program_.data() + "/scratch-0.part") << "x";
  program_.serve({"--backup-every", "24"});
  EXPECT_FALSE(fs::exists(program_.data() + "/scratch-0.part"));
  EXPECT_TRUE(fs::exists(backups + "/erasures.txt"));
  const auto heads = [&] {
    return std::any_of(fs::directory_iterator(backups), fs::directory_iterator(),
                       [](const auto& entry) { return entry.path().extension() == ".head"; });
  };
  for (int tries = 0; tries < 1000 && !heads(); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(heads());
}

TEST_F(ProgramServes, goes_back_to_a_backup_without_a_false_alarm) {
  program_.stop(SIGTERM);
  const std::vector<std::string> at{"--data", program_.data()};
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.end(), at.begin(), at.end());
    return program_.run(words);
  };
  ASSERT_EQ(run({"backup"}), 0) << program_.said();
  const std::string backup = program_.said().substr(0, program_.said().find('\n'));
  ASSERT_EQ(run({"user", "invite", "bea", "--therapist"}), 0) << program_.said();
  ASSERT_EQ(run({"backup"}), 0) << program_.said();
  ASSERT_EQ(run({"restore", backup, "--replace"}), 0) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("Users who are not disabled: ada."));
  EXPECT_THAT(program_.said(), HasSubstr("Next: securebase serve --data " + program_.data()));
  EXPECT_EQ(run({"audit", "verify"}), 0) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("abandoned by restore on "));
  EXPECT_EQ(run({"doctor"}), 0) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("before-restore-"));
  EXPECT_THAT(program_.said(), HasSubstr("portal       off"));
  fs::rename(program_.data() + "/backups/erasures.txt", program_.data() + "/backups/away");
  EXPECT_EQ(run({"restore", backup, "--replace"}), 5) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("--without-erasures"));
  EXPECT_EQ(run({"restore", backup, "--replace", "--without-erasures"}), 0) << program_.said();
  EXPECT_THAT(program_.said(), HasSubstr("WITHOUT the list of erasures"));
}

TEST_F(ProgramServes, does_not_serve_a_record_that_was_copied_elsewhere) {
  program_.stop(SIGTERM);
  ASSERT_EQ(program_.run({"store", "copy", "--data", program_.data(), "--to", program_.folder() + "/new"}), 0)
      << program_.said();
  EXPECT_EQ(program_.run({"serve", "--data", program_.data(), "--port", "0"}), 7);
  EXPECT_THAT(program_.said(), HasSubstr("securebase store reopen"));
  EXPECT_EQ(program_.run({"store", "reopen", "--data", program_.data()}), 0) << program_.said();
  program_.serve();
}

TEST_F(ProgramServes, says_what_a_new_user_needs) {
  const std::string other = program_.folder() + "/other";
  ASSERT_EQ(program_.run({"setup", "--data", other}), 0);
  EXPECT_THAT(program_.said(), HasSubstr("Next: securebase serve --data " + other + "\n"));
  EXPECT_EQ(program_.run({"user", "invite", "mt", "--data", other}), 2);
  EXPECT_THAT(program_.said(), HasSubstr("--therapist, --supervisor, --admin or --researcher"));
  EXPECT_EQ(program_.run({"user", "invite", "mt", "--therapist", "--data", other}), 7);
  EXPECT_THAT(program_.said(), HasSubstr("there is no admin yet"));
  EXPECT_EQ(program_.run({"user", "invite", "mt", "--therapist", "--data", program_.data()}), 0);
  EXPECT_EQ(program_.run({"user", "list", "--data", program_.data()}), 0);
  EXPECT_THAT(program_.said(), testing::ContainsRegex("login +name +roles +state +id"));
  EXPECT_THAT(program_.said(), testing::ContainsRegex("ada .* active +[0-9a-f]{32}"));
  EXPECT_THAT(program_.said(), testing::ContainsRegex("mt .* invited +[0-9a-f]{32}"));
}

TEST_F(ProgramServes, takes_no_empty_passphrase) {
  const std::string file = program_.folder() + "/passphrase";
  std::ofstream(file) << "\n";
  EXPECT_EQ(program_.run({"setup", "--data", program_.folder() + "/other", "--passphrase-file", file}), 2);
  EXPECT_THAT(program_.said(), HasSubstr("its first line is empty"));
}

TEST_F(ProgramServes, refuses_a_second_server_and_a_key_that_others_may_read) {
  EXPECT_EQ(program_.run({"serve", "--data", program_.data(), "--port", "0"}), 7);
  program_.stop(SIGTERM);
  fs::permissions(program_.data() + "/keys/practice-1.key", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(program_.run({"serve", "--data", program_.data(), "--port", "0"}), 7);
  EXPECT_EQ(program_.run({"doctor", "--data", program_.data()}), 3);
  EXPECT_THAT(program_.said(), HasSubstr("BAD      key"));
}

TEST_F(ProgramServes, does_not_listen_to_the_network_without_tls) {
  program_.stop(SIGTERM);
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--address", "0.0.0.0"},
        {"--portal", "0.0.0.0", "--public-url", "https://practice.example"},
        {"--portal", "0.0.0.0"}}) {
    std::vector<std::string> words{"serve", "--data", program_.data(), "--port", "0", "--portal-port", "0"};
    words.insert(words.end(), options.begin(), options.end());
    EXPECT_EQ(program_.run(words), 2) << program_.said();
  }
}

/// Everything the program has written anywhere below its folder.
void expect_no_canary(const std::string& folder) {
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_THAT(bytes_of(entry.path().string()), Not(HasSubstr(canary))) << entry.path();
    EXPECT_THAT(entry.path().filename().string(), Not(HasSubstr("core")));
  }
  EXPECT_GT(files, 5U);
}

TEST_F(ProgramServes, leaves_what_is_private_in_no_file_no_log_no_error_and_no_core) {
  Browser browser = ada();
  const std::string course = course_of(browser, canary);
  const std::string person = "/api/v1/people/" + person_;
  const std::string at_course = "/api/v1/courses/" + course;
  const auto put = [&](const std::string& method, const std::string& path, const std::string& body) {
    const auto answer = browser.say(method, path, body);
    EXPECT_TRUE(answer.status == 200 || answer.status == 204)
        << path << " " << answer.status << " " << answer.body;
    return answer.body;
  };
  put("PATCH", person, R"({"contact":)" + quoted(canary) + "}");
  put("POST", person + "/figures", R"({"kind":"mother","name":)" + quoted(canary) + "}");
  put("POST", person + "/history", R"({"kind":"loss","account":)" + quoted(canary) + "}");
  put("POST", person + "/consents", R"({"kind":"limits_explained","form_version":"1"})");
  put("POST", person + "/consents",
      R"({"kind":"measures","form_version":"1","note":)" + quoted(canary) + "}");
  const auto figure = put("POST", person + "/figures", R"({"kind":"father"})");
  put("POST", person + "/comforting",
      R"({"giver":")" + text_at(figure, "figures.0.id") + R"(","answer":"came","how":)" + quoted(canary) +
          "}");
  put("POST", "/api/v1/people/find", R"({"name":)" + quoted(canary) + "}");
  const auto given =
      put("POST", at_course + "/sheets",
          R"({"instrument":"phq-9","respondent":")" + person_ + R"(","occasion":"intake","mode":"in_room"})");
  put("POST", at_course + "/sheets/" + text_at(given, "id") + "/answers",
      R"({"answers":["0","1","2","0","1","2","0","1","3"]})");
  const auto risks = put("GET", "/api/v1/risks", "");
  put("POST", at_course + "/risks/" + text_at(risks, "items.0.id") + "/acknowledge",
      R"({"what_was_done":)" + quoted(canary) + "}");

  const auto refused = [&](const std::string& method, const std::string& path, const std::string& body) {
    const auto answer = browser.say(method, path, body);
    EXPECT_GE(answer.status, 400U) << path;
    EXPECT_THAT(answer.head + answer.body, Not(HasSubstr(canary))) << path;
  };
  refused("POST", "/api/v1/courses", "{\"" + canary + "\":" + quoted(canary));
  refused("POST", person + "/figures", R"({"kind":)" + quoted(canary) + "}");
  refused("POST", person + "/figures", "{\"" + canary + "\":1}");
  refused("POST", person + "/history", R"({"kind":)" + quoted(canary) + "}");
  refused("PATCH", person, R"({"gender":)" + quoted(canary) + "}");
  refused("GET", "/api/v1/" + canary, "");
  refused("GET", "/api/v1/people/" + canary, "");
  refused("POST", "/api/v1/session",
          R"({"login":)" + quoted(canary) + R"(,"password":)" + quoted(canary + "1234") + "}");
  refused("POST", at_course + "/broken-glass", R"({"reason":)" + quoted(canary) + "}");

  EXPECT_EQ(program_.run({"backup", "--data", program_.data()}), 0) << program_.said();
  const int status = program_.stop(SIGABRT);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(WCOREDUMP(status));
  expect_no_canary(program_.folder());
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase
